package chart

import (
	"fmt"
	"math"
	"strconv"
)

// DotRow is one state of a dot plot.
type DotRow struct {
	Label string
	Href  string // where the label leads; empty draws no link
	Dot
}

const (
	dotRowH   = 17.0
	dotLabelW = 282.0
	dotTop    = 40.0
	dotRight  = 24.0
	// longPlot is the number of rows from which the axis stands below as well.
	longPlot = 20
)

// DotPlot draws one session: a row per state in the order given, with the
// estimate as a mark and its interval as a level line. Of the options Spread and
// the words of time do not count. Errors: no rows, and those of Scatter.
func DotPlot(rows []DotRow, o ScatterOptions) (SVG, error) {
	if err := checkFigure("dot plot", o.ID, o.Title); err != nil {
		return "", err
	}
	if len(rows) == 0 {
		return "", fmt.Errorf("chart: the dot plot has no rows; leave the figure out instead")
	}
	lo, hi, links := math.Inf(1), math.Inf(-1), false
	for _, r := range rows {
		if err := checkDot(r.Label, r.Dot); err != nil {
			return "", err
		}
		lo, hi, links = min(lo, r.Lo), max(hi, r.Hi), links || r.Href != ""
	}
	if lo, hi = math.Floor(lo), math.Ceil(hi); lo == hi {
		lo, hi = lo-1, hi+1
	}
	width := scatterW - dotLabelW - dotRight
	x := func(v float64) float64 { return dotLabelW + width*(v-lo)/(hi-lo) }
	bottom := dotTop + dotRowH*float64(len(rows))
	height := bottom + 8
	if len(rows) >= longPlot {
		height += 22
	}
	var c canvas
	c.begin(frame{id: o.ID, title: o.Title, desc: o.Desc, width: scatterW, height: height, class: "scatter dotplot", links: links, alone: o.StandAlone})
	y := func(row int) float64 { return dotTop + dotRowH*(float64(row)+0.5) }
	for i := 1; i < len(rows); i += 2 { // every other row is shaded, to lead the eye
		a := []string{"class", "stripe", "x", "0", "y", num(y(i) - dotRowH/2), "width", num(scatterW), "height", num(dotRowH)}
		if o.StandAlone {
			a = append(a, "fill", "#f4f5f6")
		}
		c.empty("rect", a...)
	}
	c.nl()
	c.open("g", "class", "axis", "aria-hidden", "true", "text-anchor", "middle")
	c.nl()
	for v := lo; v <= hi; v++ {
		class, colour := "grid", "#d5d8dc"
		if v == 0 {
			class, colour = "base", "#33373c"
		}
		a := []string{"class", class, "x1", num(x(v)), "x2", num(x(v)), "y1", num(dotTop - 6), "y2", num(bottom)}
		c.empty("line", append(a, stroke(o.StandAlone, colour, "")...)...)
		c.text("text", signed(v), "x", num(x(v)), "y", num(dotTop-12), "font-size", "13")
		if len(rows) >= longPlot {
			c.text("text", signed(v), "x", num(x(v)), "y", num(bottom+18), "font-size", "13")
		}
	}
	c.text("text", o.ValueWord, "x", "0", "y", "14", "font-size", "13", "text-anchor", "start")
	c.close("g")
	c.nl()
	for i, r := range rows {
		if r.Href != "" {
			c.open("a", "class", "row-link", "href", r.Href)
		}
		c.text("text", fit(r.Label, 13, dotLabelW-12), "class", "row-label", "x", "0", "y", num(y(i)+4.5), "font-size", "13")
		if r.Href != "" {
			c.close("a")
		}
		class := "dot"
		if r.Hollow {
			class = "dot hollow"
		}
		role := ""
		if links {
			role = "img"
		}
		c.open("g", "class", class, "role", role, "data-at", strconv.Itoa(r.At), "transform", "translate("+num(x(r.Value))+" "+num(y(i))+")")
		c.text("title", r.Title)
		c.whisker(x(r.Lo)-x(r.Value), 0, x(r.Hi)-x(r.Value), 0, o.StandAlone)
		c.shape(0, r.Hollow, o.StandAlone)
		c.close("g")
		c.nl()
	}
	return c.end(), nil
}
