// Package chart draws the figures of Entente as SVG: a tile-grid world map and
// a timeline of stances. One drawing serves the web page, the reader without
// scripts and the printed document.
//
// The figures are plain functions of their arguments: no clock, no randomness,
// no state, so the same input gives the same bytes on every machine. All text
// comes from the caller, already in the reader's language, and is escaped here.
//
// In a page the figures carry classes only; colours come from the style sheet
// (which keeps a strict Content-Security-Policy possible). In stand-alone mode,
// for documents and exports, the same colours are written as presentation
// attributes, which every SVG reader understands without CSS.
package chart

import (
	"math"
	"strconv"
	"strings"
)

// SVG is a complete <svg> element. Its text is escaped and safe to place in an
// HTML page as it is, or (when drawn stand-alone) to write to a file.
type SVG string

// String returns the markup.
func (s SVG) String() string { return string(s) }

// Font is the font list of stand-alone figures; pages take theirs from the style sheet.
const Font = "Arial, Helvetica, Liberation Sans, DejaVu Sans, sans-serif"

// escaper makes text safe in both element content and double-quoted attributes.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// clean drops the characters that XML 1.0 forbids even when escaped (control
// characters other than tab and line ends) and bytes that are not UTF-8:
// one of them would make the whole document unreadable.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < 0x20 || r == 0x7f || r == 0xFFFE || r == 0xFFFF || r == '\uFFFD':
			return -1
		}
		return r
	}, s)
}

func esc(s string) string {
	for i := range len(s) {
		if b := s[i]; b < 0x20 || b >= 0x7f || b == '&' || b == '<' || b == '>' || b == '"' || b == '\'' {
			return escaper.Replace(clean(s))
		}
	}
	return s // the common case: plain ASCII
}

// num writes a coordinate with at most two decimals and no trailing zeros.
// Rounding first keeps the bytes equal on machines that fuse multiply and add.
func num(f float64) string {
	f = math.Round(f*100) / 100
	if f == 0 { // also turns -0 into 0
		return "0"
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// canvas collects markup. attrs are name, value pairs; an empty value is left
// out, so optional attributes need no branches at the call.
type canvas struct{ b strings.Builder }

func (c *canvas) raw(s string) { c.b.WriteString(s) }

func (c *canvas) tag(name, end string, attrs []string) {
	c.raw("<")
	c.raw(name)
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] == "" {
			continue
		}
		c.raw(" ")
		c.raw(attrs[i])
		c.raw(`="`)
		c.raw(esc(attrs[i+1]))
		c.raw(`"`)
	}
	c.raw(end)
}

func (c *canvas) open(name string, attrs ...string)  { c.tag(name, ">", attrs) }
func (c *canvas) close(name string)                  { c.raw("</" + name + ">") }
func (c *canvas) empty(name string, attrs ...string) { c.tag(name, "/>", attrs) }

func (c *canvas) text(name, content string, attrs ...string) {
	c.tag(name, ">", attrs)
	c.raw(esc(content))
	c.close(name)
}

// nl keeps the markup readable and diffs of golden files short.
func (c *canvas) nl() { c.raw("\n") }

// textWidth estimates the width of s at the given font size: 0.56 em for a
// letter and 1 em for wide scripts (Chinese, Japanese, Korean). Generous on
// purpose: a label that is cut too early is better than one that overlaps.
func textWidth(s string, size float64) float64 {
	em := 0.0
	for _, r := range s {
		if r >= 0x1100 && (r <= 0x115F || r >= 0x2E80 && r <= 0xA4CF || r >= 0xAC00 && r <= 0xD7A3 || r >= 0xF900 && r <= 0xFAFF || r >= 0xFF00 && r <= 0xFF60 || r >= 0x20000) {
			em++
		} else {
			em += 0.56
		}
	}
	return em * size
}

// fit shortens s with an ellipsis so that its estimated width stays within max.
func fit(s string, size, max float64) string {
	if textWidth(s, size) <= max {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && textWidth(string(r), size)+size > max {
		r = r[:len(r)-1]
	}
	return strings.TrimRight(string(r), " ,") + "…"
}

// lines breaks s between words into at most two lines of the given width; what
// does not fit is shortened by fit.
func lines(s string, size, max float64) []string {
	if textWidth(s, size) <= max {
		return []string{s}
	}
	words := strings.Fields(s)
	first := ""
	for i, w := range words {
		longer := strings.TrimSpace(first + " " + w)
		if textWidth(longer, size) > max {
			if i == 0 {
				break
			}
			return []string{first, fit(strings.Join(words[i:], " "), size, max)}
		}
		first = longer
	}
	return []string{fit(s, size, max)}
}

// frame holds what both figures share around their content.
type frame struct {
	id, title, desc string
	width, height   float64
	class           string
	links           bool // has links inside: a document, not an image
	alone           bool
	data            []string
}

// begin opens the root element with its accessible name and description.
// A figure with links must not be role=img: that would hide the links.
func (c *canvas) begin(f frame) {
	role := "img"
	if f.links {
		role = "graphics-document"
	}
	a := []string{
		"xmlns", "http://www.w3.org/2000/svg", "id", f.id, "class", f.class,
		"viewBox", "0 0 " + num(f.width) + " " + num(f.height), "role", role,
		"aria-labelledby", f.id + "-title", "aria-describedby", f.id + "-desc",
	}
	if f.alone {
		a = append(a, "width", num(f.width), "height", num(f.height), "font-family", Font)
	}
	c.open("svg", append(a, f.data...)...)
	c.nl()
	c.text("title", f.title, "id", f.id+"-title")
	c.text("desc", f.desc, "id", f.id+"-desc")
	c.nl()
	if f.alone {
		c.empty("rect", "width", num(f.width), "height", num(f.height), "fill", "#ffffff")
	}
}

func (c *canvas) end() SVG {
	c.raw("</svg>\n")
	return SVG(c.b.String())
}
