package chart

import (
	"fmt"
	"math"
	"strings"
)

// NetNode is one dot of a network.
type NetNode struct {
	ID    string  // for scripts: data-id
	Code  string  // what stands in the dot; up to six letters are legible
	Title string  // full sentence for the tooltip and the accessible name
	Href  string  // where the dot leads; empty draws no link
	X, Y  float64 // 0 to 1, y downward; one unit is the same length in both
	Group string  // a letter that stands at the dot; empty for none
	// Square draws a square with the code beside it: the second kind of node.
	Square bool
}

// NetEdge joins two nodes by their position in the list.
type NetEdge struct {
	A, B  int
	Width float64 // 0 to 1, of the widest line
	// Negative edges are dashed, thin ones dotted; both are said in the title too.
	Negative, Thin bool
	Title          string
	Href           string
}

// NetOptions configure Network. ID, Title and Desc are required.
type NetOptions struct {
	ID, Title, Desc string
	// Crowd is the number of nodes for which the places were made, when it is more
	// than are drawn: the dots are as small as that many need.
	Crowd      int
	StandAlone bool
}

const (
	netW      = 960.0
	netMargin = 26.0
	netLeast  = 220.0 // least height

	netLetters = 8 // of a code in a dot
)

// netShades is how the dots of a group are filled when drawn stand-alone; the
// letter at the dot says the group too, so a seventh may look like the last.
var netShades = []struct{ group, fill, ink string }{
	{"A", "#174a7c", "#ffffff"}, {"B", "#ffffff", "#1c2025"}, {"C", "#c3c8ce", "#1c2025"}, {"D", "#d6e6f4", "#1c2025"}, {"E", "#f7efd6", "#1c2025"}, {"F", "#545b64", "#ffffff"},
}

// netRadius is the radius of a dot in a network of n nodes.
func netRadius(n int) float64 {
	switch {
	case n <= 60:
		return 16
	case n <= 120:
		return 14
	case n <= 250:
		return 11
	}
	return 8
}

// NetworkGap is the least distance of the dots of a network of n nodes, in the
// unit of their places: with it no two dots overlap.
func NetworkGap(n int) float64 { return (2*netRadius(n) + 3) / (netW - 2*netMargin) }

// Network draws dots and lines at the places given: no layout is computed here.
// Lines are drawn in the order given, below all dots. Errors: a node outside 0
// to 1, an edge whose ends do not exist, no nodes.
func Network(nodes []NetNode, edges []NetEdge, o NetOptions) (SVG, error) {
	if err := checkFigure("network", o.ID, o.Title); err != nil {
		return "", err
	}
	if len(nodes) == 0 {
		return "", fmt.Errorf("chart: the network has no nodes; leave the figure out instead")
	}
	low, high := 1.0, 0.0
	links := false
	for _, n := range nodes {
		if !(n.X >= 0 && n.X <= 1 && n.Y >= 0 && n.Y <= 1) {
			return "", fmt.Errorf("chart: the node %q lies at %v, %v, outside 0 to 1", n.ID, n.X, n.Y)
		}
		low, high = min(low, n.Y), max(high, n.Y)
		links = links || n.Href != ""
	}
	r := netRadius(max(len(nodes), o.Crowd))
	unit := netW - 2*netMargin
	height := max(netLeast, float64(unit*(high-low))+2*netMargin)
	top := (height - float64(unit*(high-low))) / 2
	x := func(n NetNode) float64 { return netMargin + float64(unit*n.X) }
	y := func(n NetNode) float64 { return top + float64(unit*(n.Y-low)) }
	widest := 5.0
	if len(edges) > 150 {
		widest = 2
	}
	var c canvas
	c.begin(frame{id: o.ID, title: o.Title, desc: o.Desc, width: netW, height: height, class: "network", links: links, alone: o.StandAlone})
	c.open("g", "class", "net-edges")
	c.nl()
	for _, e := range edges {
		if e.A < 0 || e.B < 0 || e.A >= len(nodes) || e.B >= len(nodes) {
			return "", fmt.Errorf("chart: an edge joins %d and %d of %d nodes", e.A, e.B, len(nodes))
		}
		a, b := nodes[e.A], nodes[e.B]
		c.netEdge(e, a, b, x(a), y(a), x(b), y(b), widest, o)
	}
	c.close("g")
	c.nl()
	for _, n := range nodes {
		c.netNode(n, x(n), y(n), r, o)
	}
	return c.end(), nil
}

func (c *canvas) netEdge(e NetEdge, a, b NetNode, x1, y1, x2, y2, widest float64, o NetOptions) {
	class, dash, colour := "net-edge", "", "#8a9099"
	if e.Thin {
		class, dash = class+" is-thin", "1 3"
	}
	if e.Negative {
		class, dash, colour = class+" is-negative", "6 4", "#6f2a0c"
	}
	el, tab := "g", ""
	if e.Href != "" {
		// The table lists every edge with its link; hundreds of stops for the Tab key
		// would only bar the way to it.
		el, tab = "a", "-1"
	}
	c.open(el, "class", class, "href", e.Href, "tabindex", tab, "data-a", a.ID, "data-b", b.ID)
	c.text("title", e.Title)
	// In a crowd thick lines would hide the dots.
	at := []string{"x1", num(x1), "y1", num(y1), "x2", num(x2), "y2", num(y2), "stroke-width", num(0.6 + widest*math.Min(1, math.Max(0, e.Width)))}
	if o.StandAlone {
		at = append(at, "stroke", colour, "stroke-dasharray", dash, "stroke-opacity", "0.7")
	}
	c.empty("line", at...)
	c.close(el)
	c.nl()
}

func (c *canvas) netNode(n NetNode, x, y, r float64, o NetOptions) {
	el, role := "g", "img"
	if n.Href != "" {
		el, role = "a", ""
	}
	var class strings.Builder
	class.WriteString("net-node")
	fill, ink := "#f5f6f7", "#1c2025"
	for i, s := range netShades {
		if n.Group == s.group || i == len(netShades)-1 && n.Group != "" && n.Group > s.group {
			class.WriteString(" net-camp-" + string(rune('a'+i)))
			fill, ink = s.fill, s.ink
			break
		}
	}
	c.open(el, "class", class.String(), "href", n.Href, "role", role, "data-id", n.ID, "data-camp", n.Group, "transform", "translate("+num(x)+" "+num(y)+")")
	c.text("title", n.Title)
	shape := []string{"class", "net-dot"}
	if o.StandAlone {
		shape = append(shape, "fill", fill, "stroke", "#1c2025")
	}
	label := []string{"aria-hidden", "true", "class", "net-code", "text-anchor", "middle", "x", "0", "y", num(r * 0.28), "font-size", num(netFont(n.Code, r))}
	if n.Square {
		side := r * 0.9
		c.empty("rect", append(shape, "x", num(-side/2), "y", num(-side/2), "width", num(side), "height", num(side))...)
		label = []string{"aria-hidden", "true", "class", "net-side", "text-anchor", "middle", "x", "0", "y", num(side/2 + 10), "font-size", "10"}
		ink = "#1c2025"
	} else {
		c.empty("circle", append(shape, "r", num(r))...)
	}
	code := n.Code
	if letters := []rune(code); len(letters) > netLetters && !n.Square {
		code = string(letters[:netLetters-1]) + "…"
	}
	if o.StandAlone {
		label = append(label, "fill", ink)
	}
	c.text("text", code, label...)
	if n.Group != "" {
		g := []string{"aria-hidden", "true", "class", "net-group", "text-anchor", "middle", "x", num(r * 0.98), "y", num(-r * 0.62), "font-size", "10", "font-weight", boldIf(o.StandAlone)}
		if o.StandAlone {
			g = append(g, "fill", "#1c2025")
		}
		c.text("text", n.Group, g...)
	}
	c.close(el)
	c.nl()
}

// netFont is the size at which a code fits into its dot.
func netFont(code string, r float64) float64 {
	w := textWidth(string([]rune(code)[:min(netLetters, len([]rune(code)))]), 1)
	if w == 0 {
		return 10
	}
	return math.Floor(math.Max(4.5, math.Min(r*0.78, 1.75*r/w))*10) / 10
}
