package chart

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Dot is one estimate with its interval.
type Dot struct {
	At     int // place on the axis of time, such as a session
	Value  float64
	Lo, Hi float64 // ends of the interval, with Lo ≤ Value ≤ Hi
	Hollow bool    // needs a word of care: drawn open
	Title  string  // full sentence for the tooltip and the accessible name
}

// Track is the course of one state: its dots, by At.
type Track struct {
	Label string
	Dots  []Dot
}

// Spread is where the middle half of all lies at one place of the axis.
type Spread struct {
	At             int
	Low, Mid, High float64
}

// ScatterOptions configure Scatter and DotPlot. ID, Title and Desc are required.
type ScatterOptions struct {
	ID, Title, Desc string
	TimeWord        string // names the axis of time, for example "Session"
	ValueWord       string // names the axis of values
	Spread          []Spread
	SpreadWord      string // what the grey band is
	StandAlone      bool
}

// MaxTracks is the number of tracks that one plot can tell apart.
const MaxTracks = 8

const (
	scatterW    = 960.0
	scatterTop  = 30.0
	scatterH    = 400.0 // height of the plot itself
	scatterX    = 46.0  // left edge of the plot
	scatterSide = 232.0 // column of labels at the right
	scatterPlot = scatterW - scatterX - scatterSide
	labelStep   = 19.0 // least distance between two labels
	dotSize     = 3.6  // half the height of a mark
	inset       = 14.0 // from the edges of the plot to the first and last place
)

// The strokes of lines, in turn; the marks have shapes in turn as well.
var dashes = []string{"", "7 3", "2 3", "9 3 2 3"}

// shapes are the outlines of marks around 0 0, in turn.
var shapes = []string{
	"M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0z",
	"M-3.3 -3.3h6.6v6.6h-6.6z",
	"M0 -4.2L4 3h-8z",
	"M0 -4.8L4.2 0L0 4.8L-4.2 0z",
	"M0 4.2L4 -3h-8z",
}

// Scatter draws states over time: one line of marks per state, an upright line
// through each for its interval, the name at the right. Marks and strokes tell
// the states apart, not colour. Errors: no tracks or more than MaxTracks, no
// dots, a number that is not finite, an interval that does not hold its value.
func Scatter(tracks []Track, o ScatterOptions) (SVG, error) {
	s, err := layoutScatter(tracks, o)
	if err != nil {
		return "", err
	}
	var c canvas
	c.begin(frame{
		id: o.ID, title: o.Title, desc: o.Desc, width: scatterW, height: s.bottom() + 44, class: "scatter", alone: o.StandAlone,
		data: []string{
			"data-from", strconv.Itoa(s.from), "data-to", strconv.Itoa(s.to), "data-x", num(scatterX + inset), "data-width", num(scatterPlot - 2*inset),
			"data-top", num(scatterTop), "data-bottom", num(s.bottom()),
		},
	})
	c.spread(s, o)
	c.values(s, o)
	c.times(s, o)
	for i := range tracks {
		c.track(s, i, o)
	}
	c.names(s, o)
	return c.end(), nil
}

type scatterLayout struct {
	tracks   []Track
	from, to int
	lo, hi   float64 // ends of the axis of values, whole numbers
}

func (s *scatterLayout) bottom() float64 { return scatterTop + scatterH }

func (s *scatterLayout) x(at int) float64 {
	if s.from == s.to {
		return scatterX + scatterPlot/2
	}
	return scatterX + inset + (scatterPlot-2*inset)*float64(at-s.from)/float64(s.to-s.from)
}

func (s *scatterLayout) y(v float64) float64 {
	return scatterTop + scatterH*(s.hi-v)/(s.hi-s.lo)
}

// step is the distance between two places of the axis.
func (s *scatterLayout) step() float64 {
	return (scatterPlot - 2*inset) / float64(max(1, s.to-s.from))
}

// aside moves the marks of a track by a little, so that intervals of several
// states in one session stand beside each other.
func (s *scatterLayout) aside(i int) float64 {
	n := len(s.tracks)
	return (float64(i) - float64(n-1)/2) * min(5, 0.62*s.step()/float64(n))
}

func layoutScatter(tracks []Track, o ScatterOptions) (*scatterLayout, error) {
	if err := checkFigure("scatter", o.ID, o.Title); err != nil {
		return nil, err
	}
	if len(tracks) == 0 || len(tracks) > MaxTracks {
		return nil, fmt.Errorf("chart: %d tracks; a plot takes 1 to %d", len(tracks), MaxTracks)
	}
	s := &scatterLayout{tracks: tracks, from: math.MaxInt, to: math.MinInt, lo: math.Inf(1), hi: math.Inf(-1)}
	for _, t := range tracks {
		if len(t.Dots) == 0 {
			return nil, fmt.Errorf("chart: the track %q has no dots; leave it out instead", t.Label)
		}
		for i, d := range t.Dots {
			if err := checkDot(t.Label, d); err != nil {
				return nil, err
			}
			if i > 0 && d.At <= t.Dots[i-1].At {
				return nil, fmt.Errorf("chart: the dots of %q are not in order of time", t.Label)
			}
			s.from, s.to = min(s.from, d.At), max(s.to, d.At)
			s.lo, s.hi = min(s.lo, d.Lo), max(s.hi, d.Hi)
		}
	}
	for _, b := range o.Spread {
		s.from, s.to = min(s.from, b.At), max(s.to, b.At)
		s.lo, s.hi = min(s.lo, b.Low), max(s.hi, b.High)
	}
	s.lo, s.hi = math.Floor(s.lo), math.Ceil(s.hi)
	if s.lo == s.hi {
		s.lo, s.hi = s.lo-1, s.hi+1
	}
	return s, nil
}

func checkDot(label string, d Dot) error {
	for _, v := range []float64{d.Value, d.Lo, d.Hi} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("chart: a dot of %q at %d is not a finite number", label, d.At)
		}
	}
	if d.Lo > d.Value || d.Value > d.Hi {
		return fmt.Errorf("chart: the interval of %q at %d, %g to %g, does not hold %g", label, d.At, d.Lo, d.Hi, d.Value)
	}
	return nil
}

// stroke writes the colours of a line for a stand-alone figure.
func stroke(alone bool, colour, dash string) []string {
	if !alone {
		return nil
	}
	return []string{"stroke", colour, "stroke-dasharray", dash, "fill", "none"}
}

// values draws the level lines and their labels.
func (c *canvas) values(s *scatterLayout, o ScatterOptions) {
	c.open("g", "class", "axis values", "aria-hidden", "true", "text-anchor", "end")
	c.nl()
	every := 1.0
	if s.hi-s.lo > 12 {
		every = 5
	}
	for v := s.lo; v <= s.hi; v++ {
		if math.Mod(v, every) != 0 {
			continue
		}
		class, colour := "grid", "#d5d8dc"
		if v == 0 {
			class, colour = "base", "#33373c"
		}
		a := []string{"class", class, "x1", num(scatterX), "x2", num(scatterX + scatterPlot), "y1", num(s.y(v)), "y2", num(s.y(v))}
		c.empty("line", append(a, stroke(o.StandAlone, colour, "")...)...)
		c.text("text", signed(v), "x", num(scatterX-8), "y", num(s.y(v)+4.5), "font-size", "13")
	}
	c.text("text", o.ValueWord, "x", "0", "y", "14", "font-size", "13", "text-anchor", "start")
	c.close("g")
	c.nl()
}

// signed writes a whole number with a true minus sign.
func signed(v float64) string {
	if v < 0 {
		return "−" + num(-v)
	}
	return num(v)
}

// spread draws the band of the middle half and the line of the median.
func (c *canvas) spread(s *scatterLayout, o ScatterOptions) {
	if len(o.Spread) < 2 {
		return
	}
	var up, down, mid strings.Builder
	for i, b := range o.Spread {
		op := "L"
		if i == 0 {
			op = "M"
		}
		x := num(s.x(b.At))
		up.WriteString(op + x + " " + num(s.y(b.High)))
		mid.WriteString(op + x + " " + num(s.y(b.Mid)))
	}
	for _, b := range slices.Backward(o.Spread) {
		down.WriteString("L" + num(s.x(b.At)) + " " + num(s.y(b.Low)))
	}
	area := []string{"class", "spread", "d", up.String() + down.String() + "z"}
	line := []string{"class", "spread-mid", "d", mid.String()}
	if o.StandAlone {
		area = append(area, "fill", "#eceef0")
		line = append(line, stroke(true, "#878c92", "1 3")...)
	}
	c.open("g", "class", "all")
	c.text("title", o.SpreadWord)
	c.empty("path", area...)
	c.empty("path", line...)
	for _, b := range o.Spread { // what an island draws anew from
		c.empty("g", "class", "level", "data-at", strconv.Itoa(b.At), "data-low", num(s.y(b.Low)), "data-mid", num(s.y(b.Mid)), "data-high", num(s.y(b.High)))
	}
	c.close("g")
	c.nl()
}

// times draws the axis of time.
func (c *canvas) times(s *scatterLayout, o ScatterOptions) {
	c.open("g", "class", "axis times", "aria-hidden", "true", "text-anchor", "middle")
	c.nl()
	every := 1
	for _, every = range []int{1, 2, 5, 10, 20, 50} {
		if s.step()*float64(every) >= 26 {
			break
		}
	}
	y := s.bottom()
	for at := s.from; at <= s.to; at++ {
		if at%every != 0 {
			continue
		}
		c.open("g", "class", "tick", "transform", "translate("+num(s.x(at))+" 0)")
		c.empty("line", append([]string{"class", "grid", "x1", "0", "x2", "0", "y1", num(y), "y2", num(y + 5)}, stroke(o.StandAlone, "#33373c", "")...)...)
		c.text("text", strconv.Itoa(at), "x", "0", "y", num(y+19), "font-size", "13")
		c.close("g")
		c.nl()
	}
	c.text("text", o.TimeWord, "x", num(scatterX+scatterPlot/2), "y", num(y+38), "font-size", "13")
	c.close("g")
	c.nl()
}

// track draws the line and the dots of one state. The line stops where a
// session is missing.
func (c *canvas) track(s *scatterLayout, i int, o ScatterOptions) {
	t := s.tracks[i]
	dash := dashes[i%len(dashes)]
	c.open("g", "class", "track", "data-label", t.Label, "data-aside", num(s.aside(i)))
	c.nl()
	var d strings.Builder
	for k, p := range t.Dots {
		op := "L"
		if k == 0 || p.At != t.Dots[k-1].At+1 {
			op = "M"
		}
		d.WriteString(op + num(s.x(p.At)+s.aside(i)) + " " + num(s.y(p.Value)))
	}
	line := []string{"class", "track-line", "d", d.String()}
	if o.StandAlone {
		line = append(line, "stroke", "#33373c", "stroke-dasharray", dash, "fill", "none")
	} else {
		line = append(line, "stroke-dasharray", dash)
	}
	c.empty("path", line...)
	c.nl()
	for _, p := range t.Dots {
		y := s.y(p.Value)
		class := "dot"
		if p.Hollow {
			class = "dot hollow"
		}
		c.open("g", "class", class, "data-at", strconv.Itoa(p.At), "transform", "translate("+num(s.x(p.At)+s.aside(i))+" "+num(y)+")")
		c.text("title", p.Title)
		c.whisker(0, s.y(p.Hi)-y, 0, s.y(p.Lo)-y, o.StandAlone)
		c.shape(i, p.Hollow, o.StandAlone)
		c.close("g")
		c.nl()
	}
	c.close("g")
	c.nl()
}

func (c *canvas) whisker(x1, y1, x2, y2 float64, alone bool) {
	a := []string{"class", "whisker", "x1", num(x1), "y1", num(y1), "x2", num(x2), "y2", num(y2)}
	if alone {
		a = append(a, "stroke", "#6a6f75")
	}
	c.empty("line", a...)
}

func (c *canvas) shape(i int, hollow, alone bool) {
	a := []string{"class", "shape", "d", shapes[i%len(shapes)]}
	if alone {
		fill := "#33373c"
		if hollow {
			fill = "#ffffff"
		}
		a = append(a, "fill", fill, "stroke", "#33373c")
	}
	c.empty("path", a...)
}

// names writes the labels in a column at the right, near the ends of their
// lines, with the mark and the stroke of each.
func (c *canvas) names(s *scatterLayout, o ScatterOptions) {
	type name struct {
		i     int
		y, at float64
		ends  bool // at the last place of the axis
	}
	var list []name
	for i, t := range s.tracks {
		last := t.Dots[len(t.Dots)-1]
		list = append(list, name{i: i, at: s.y(last.Value), ends: last.At == s.to})
	}
	slices.SortStableFunc(list, func(a, b name) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		}
		return a.i - b.i
	})
	// From the top down each label keeps its distance; what runs out below
	// pushes back up.
	y := scatterTop
	for k := range list {
		list[k].y = max(list[k].at, y)
		y = list[k].y + labelStep
	}
	y = s.bottom()
	for k := range slices.Backward(list) {
		list[k].y = min(list[k].y, y)
		y = list[k].y - labelStep
	}
	x := scatterX + scatterPlot + 10
	c.open("g", "class", "names", "aria-hidden", "true")
	c.nl()
	for _, n := range list {
		c.open("g", "class", "name", "data-label", s.tracks[n.i].Label)
		c.text("title", s.tracks[n.i].Label)
		if n.ends {
			lead := []string{"class", "lead", "x1", num(s.x(s.to) + s.aside(n.i) + 6), "y1", num(n.at), "x2", num(x), "y2", num(n.y)}
			c.empty("line", append(lead, stroke(o.StandAlone, "#a3a7ac", "")...)...)
		}
		a := []string{"class", "track-line", "d", "M" + num(x+2) + " " + num(n.y) + "h26", "stroke-dasharray", dashes[n.i%len(dashes)]}
		if o.StandAlone {
			a = append(a, "stroke", "#33373c", "fill", "none")
		}
		c.empty("path", a...)
		c.open("g", "transform", "translate("+num(x+15)+" "+num(n.y)+")")
		c.shape(n.i, false, o.StandAlone)
		c.close("g")
		c.text("text", fit(s.tracks[n.i].Label, 13, scatterSide-48), "class", "word", "x", num(x+34), "y", num(n.y+4.5), "font-size", "13")
		c.close("g")
		c.nl()
	}
	c.close("g")
	c.nl()
}
