package chart

import (
	"fmt"
	"slices"
	"strings"
)

// Stance classes: the values of Tile.Class and Mark.Class. In the markup each
// becomes the CSS class "stance-" + value.
const (
	Affirms               = "affirms"
	AffirmsWithConditions = "affirms-with-conditions"
	Reserved              = "reserved"
	Doubts                = "doubts"
	Rejects               = "rejects"
	Contested             = "contested"
	NotAddressed          = "not-addressed"
	NoDocument            = "no-document"
	NotCoded              = "not-coded"
	NoOpportunity         = "no-opportunity"
)

// Texture names the pattern that tells a class apart without colour.
type Texture string

// The textures. Each is drawn by SVG patterns here and by CSS gradients in the style sheet.
const (
	Plain      Texture = ""           // no pattern
	Slash      Texture = "slash"      // lines rising to the right
	Backslash  Texture = "backslash"  // lines falling to the right
	Cross      Texture = "cross"      // both
	Horizontal Texture = "horizontal" // level lines
	Vertical   Texture = "vertical"   // upright lines
	Dots       Texture = "dots"       // dots
	Bands      Texture = "bands"      // broad slanting bands
	Hatch      Texture = "hatch"      // a square grid
)

// Style is how one stance class looks: base fill, the second colour of its
// texture, the ink of text on it, and the mark that stands for it. The contrast
// of Ink against both Fill and Line is at least 4.5 (WCAG 2.2, 1.4.3); a test
// computes it. Edge is the outline; Dashed makes it dashed.
type Style struct {
	Class   string
	Word    string // English; pages pass their own words
	Mark    string
	Fill    string // #rrggbb
	Line    string
	Ink     string
	Edge    string
	Texture Texture
	Dashed  bool
}

// Styles lists the stance classes in the order of a legend: what was said, from
// agreement to rejection, then the silences. Blue against brown stays apart
// for red-green blind readers; the textures and marks stay apart in greyscale.
func Styles() []Style { return slices.Clone(styles[:]) }

var styles = [...]Style{ // never written to
	{Affirms, "affirms", "A", "#174a7c", "#174a7c", "#ffffff", "#0f3357", Plain, false},
	{AffirmsWithConditions, "affirms with conditions", "C", "#d6e6f4", "#9dc0e0", "#0f2e4a", "#4f7ea8", Slash, false},
	{Reserved, "reserved", "R", "#f7efd6", "#dcc88a", "#40340a", "#94833f", Vertical, false},
	{Doubts, "doubts", "D", "#fae3cd", "#eab98a", "#4f2600", "#b0713a", Backslash, false},
	{Rejects, "rejects", "X", "#6f2a0c", "#9b4d2a", "#ffffff", "#4a1a05", Cross, false},
	{Contested, "contested", "!", "#ffffff", "#cfc3df", "#2c1a45", "#6d568c", Bands, false},
	{NotAddressed, "does not address it", "–", "#ffffff", "#c9ccd0", "#33373c", "#878c92", Horizontal, false},
	{NoDocument, "no document known", "∅", "#ffffff", "#b4b8bd", "#33373c", "#878c92", Dots, false},
	{NotCoded, "not yet coded", "?", "#fafafa", "#fafafa", "#55595e", "#a3a7ac", Plain, true},
	{NoOpportunity, "no opportunity", "·", "#dfe1e4", "#c0c3c8", "#26292d", "#878c92", Hatch, false},
}

// StyleOf returns the style of a class. An unknown class is an error, never a default.
func StyleOf(class string) (Style, error) {
	for i := range styles {
		if styles[i].Class == class {
			return styles[i], nil
		}
	}
	names := make([]string, len(styles))
	for i, s := range styles {
		names[i] = s.Class
	}
	return Style{}, fmt.Errorf("chart: unknown stance class %q; use one of %s", class, strings.Join(names, ", "))
}

// mustStyle is for classes that were checked on the way in.
func mustStyle(class string) Style {
	s, err := StyleOf(class)
	if err != nil {
		panic(err) // unreachable: input is checked before drawing
	}
	return s
}

// patterns writes the <pattern> definitions of the classes in use. Ids carry the
// figure's id, because a page may hold several figures.
func (c *canvas) patterns(id string, used map[string]bool, alone bool) {
	c.open("defs")
	for _, s := range styles {
		if !used[s.Class] || s.Texture == Plain {
			continue
		}
		c.nl()
		c.open("pattern", "id", patternID(id, s.Class), "class", "texture stance-"+s.Class,
			"width", "8", "height", "8", "patternUnits", "userSpaceOnUse")
		c.texture(s, alone)
		c.close("pattern")
	}
	c.close("defs")
	c.nl()
}

func patternID(id, class string) string { return id + "-" + class }

// texturePaths are strokes on an 8 by 8 field; corner pieces make slanting lines join.
var texturePaths = map[Texture]struct {
	d     string
	width float64
}{
	Slash:      {"M-2 2L2-2M0 8L8 0M6 10L10 6", 1.6},
	Backslash:  {"M-2 6L2 10M0 0L8 8M6-2L10 2", 1.6},
	Cross:      {"M-2 2L2-2M0 8L8 0M6 10L10 6M-2 6L2 10M0 0L8 8M6-2L10 2", 1.2},
	Horizontal: {"M0 2H8M0 6H8", 1.2},
	Vertical:   {"M4 0V8", 2.2},
	Bands:      {"M-2 2L2-2M0 8L8 0M6 10L10 6", 3},
	Hatch:      {"M0 2H8M0 6H8M2 0V8M6 0V8", 1},
	Dots:       {"M2 2h.01M6 6h.01", 2},
}

func (c *canvas) texture(s Style, alone bool) {
	p := texturePaths[s.Texture]
	a := []string{"class", "texture-line", "d", p.d, "stroke-width", num(p.width), "stroke-linecap", "round"}
	if s.Texture != Dots {
		a = a[:len(a)-2]
	}
	if alone {
		a = append(a, "stroke", s.Line, "fill", "none")
	}
	c.empty("path", a...)
}

// box draws a filled, textured square of a class with its texts centred in it.
func (c *canvas) box(id string, s Style, x, y, w, h float64, alone bool) {
	a := []string{"class", "fill", "x", opt(x), "y", opt(y), "width", num(w), "height", num(h)}
	if alone {
		a = append(a, "fill", s.Fill, "stroke", s.Edge)
		if s.Dashed {
			a = append(a, "stroke-dasharray", "3 2")
		}
	}
	c.empty("rect", a...)
	if s.Texture != Plain {
		c.empty("rect", "x", opt(x), "y", opt(y), "width", num(w), "height", num(h), "fill", "url(#"+patternID(id, s.Class)+")")
	}
}

// opt leaves out a coordinate that is zero, the default of SVG.
func opt(f float64) string {
	if f == 0 {
		return ""
	}
	return num(f)
}
