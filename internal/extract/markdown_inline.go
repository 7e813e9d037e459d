package extract

import (
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

var (
	rawBreak   = regexp.MustCompile(`(?i)^<br\s*/?>$`)
	rawDelete  = regexp.MustCompile(`(?i)^<del[\s>]`)
	rawDeleted = regexp.MustCompile(`(?i)^</del\s*>$`)
)

// inline is the text of a block: what a reader sees of it.
func (m *markdown) inline(n ast.Node) string {
	var w inlineWriter
	w.src = m.src
	w.children(n)
	return string(w.out)
}

type inlineWriter struct {
	src     []byte
	out     []byte
	soft    bool // a line ended that the margin may have broken
	deleted int
}

func (w *inlineWriter) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.node(c)
	}
}

func (w *inlineWriter) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		s := string(n.Value(w.src))
		if !n.IsRaw() {
			s = unescape(s)
		}
		w.write(s)
		switch {
		case n.HardLineBreak():
			w.write("\n")
		case n.SoftLineBreak():
			w.soft = true
		}
	case *ast.String:
		w.write(string(n.Value))
	case *ast.AutoLink:
		w.write(string(n.Label(w.src)))
	case *ast.Image, *extast.FootnoteBacklink:
	case *extast.FootnoteLink:
		w.write("[" + numeral(n.Index, "") + "]")
	case *ast.RawHTML:
		w.raw(n)
	default:
		w.children(n)
	}
}

func (w *inlineWriter) write(s string) {
	if w.deleted > 0 || s == "" {
		return
	}
	if w.soft && s != "\n" {
		// Only white space and scripts without spaces are looked at: a hyphen at
		// the end of a line of Markdown was typed.
		w.soft = false
		if n := len(w.out); n > 0 && w.out[n-1] == '-' {
			w.out = append(w.out, ' ')
		}
		w.out = joinLine(w.out, s, nil)
		return
	}
	w.soft = false
	w.out = append(w.out, s...)
}

func (w *inlineWriter) raw(n *ast.RawHTML) {
	var s strings.Builder
	for i := range n.Segments.Len() {
		seg := n.Segments.At(i)
		s.Write(seg.Value(w.src))
	}
	switch tag := s.String(); {
	case rawBreak.MatchString(tag):
		w.write("\n")
	case rawDelete.MatchString(tag):
		w.deleted++
	case rawDeleted.MatchString(tag) && w.deleted > 0:
		w.deleted--
	}
}

// unescape resolves backslashes before punctuation and character references, in
// one pass: "\&amp;" is the text "&amp;".
func unescape(s string) string {
	if !strings.ContainsAny(s, `\&`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", s[i+1]) >= 0:
			i++
			b.WriteByte(s[i])
		case c == '&':
			end := strings.IndexByte(s[i:min(len(s), i+34)], ';')
			if end < 0 {
				b.WriteByte(c)
				continue
			}
			b.WriteString(html.UnescapeString(s[i : i+end+1]))
			i += end
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
