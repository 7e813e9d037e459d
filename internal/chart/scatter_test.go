package chart

import (
	"math"
	"strings"
	"testing"
)

func scatterOpts() ScatterOptions {
	return ScatterOptions{
		ID: "s", Title: "Synthetic points", Desc: "Two synthetic states in three sessions.", TimeWord: "Session", ValueWord: "Point", SpreadWord: "The middle half",
		Spread: []Spread{{70, -0.5, 0, 0.5}, {71, -0.4, 0.1, 0.6}, {72, -0.5, 0, 0.5}},
	}
}

func scatterTracks() []Track {
	return []Track{
		{"State A & B", []Dot{{70, 1, 0.5, 1.5, false, "A, session 70"}, {71, 1.2, 0.7, 1.8, true, "A, session 71"}, {72, 1.1, 0.6, 1.4, false, "A, session 72"}}},
		{"State <C>", []Dot{{70, 1, -1.5, 1.1, false, "C, session 70"}, {72, 1.1, 0.8, 1.3, false, "C, session 72"}}},
	}
}

// The golden file is small enough to read: two tracks, one with a gap, an open mark.
func TestScatterGolden(t *testing.T) {
	svg, err := Scatter(scatterTracks(), scatterOpts())
	if err != nil {
		t.Fatal(err)
	}
	plain(t, svg)
	golden(t, "scatter.svg", string(svg))
	root := parse(t, svg)
	if n := len(root.all("hollow")); n != 1 {
		t.Errorf("%d open marks, want 1", n)
	}
	// The line of the second track stops at the gap.
	line := root.all("track")[1].all("track-line")[0]
	if strings.Count(line.Attr["d"], "M") != 2 || strings.Contains(line.Attr["d"], "L") {
		t.Errorf("the line runs over a gap: %s", line.Attr["d"])
	}
}

// Names never overlap and stay inside, however near the lines end.
func TestScatterNamesKeepApart(t *testing.T) {
	for _, at := range []float64{-1.999, 0, 1.999} {
		var tracks []Track
		for i := range MaxTracks {
			v := at + float64(i)*1e-4
			tracks = append(tracks, Track{Label: strings.Repeat("State ", i+1), Dots: []Dot{{1, v, v - 1e-3, v + 1e-3, false, "x"}, {2, v, -2, 2, false, "x"}}})
		}
		o := scatterOpts()
		o.Spread = nil
		svg, err := Scatter(tracks, o)
		if err != nil {
			t.Fatal(err)
		}
		last := -math.MaxFloat64
		for _, n := range parse(t, svg).all("name") {
			y := float(t, n.child("text").Attr["y"])
			if y-last < labelStep-0.02 || y < 0 || y > scatterTop+scatterH+10 {
				t.Errorf("at %g: a name at %g, the one above at %g", at, y, last)
			}
			last = y
		}
	}
}

func TestDotPlot(t *testing.T) {
	rows := []DotRow{
		{"State A", "/votes/actor/a", Dot{70, -1, -2, -0.5, false, "A"}},
		{"State B", "", Dot{70, 0.25, -0.5, 1, true, "B"}},
	}
	svg, err := DotPlot(rows, scatterOpts())
	if err != nil {
		t.Fatal(err)
	}
	plain(t, svg)
	golden(t, "dotplot.svg", string(svg))
	dots := parse(t, svg).all("dot")
	if len(dots) != 2 || translate(t, dots[0])[0] >= translate(t, dots[1])[0] {
		t.Error("the lower value is not further left")
	}
	alone := scatterOpts()
	alone.StandAlone = true
	if svg, err = DotPlot(rows, alone); err != nil || !strings.Contains(string(svg), `fill="#ffffff"`) {
		t.Errorf("stand-alone: %v", err)
	}
}

func TestScatterErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		tracks []Track
		want   string
	}{
		{"no tracks", nil, "0 tracks"},
		{"too many", make([]Track, MaxTracks+1), "9 tracks"},
		{"a track without dots", []Track{{"A", nil}}, "no dots"},
		{"not a number", []Track{{"A", []Dot{{1, math.NaN(), 0, 1, false, ""}}}}, "finite"},
		{"an interval beside its value", []Track{{"A", []Dot{{1, 3, 0, 1, false, ""}}}}, "does not hold"},
		{"out of order", []Track{{"A", []Dot{{2, 0, 0, 1, false, ""}, {1, 0, 0, 1, false, ""}}}}, "order"},
	} {
		if _, err := Scatter(c.tracks, scatterOpts()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", c.name, err, c.want)
		}
	}
	if _, err := DotPlot(nil, scatterOpts()); err == nil {
		t.Error("a dot plot without rows was drawn")
	}
	// All values equal, one session: still a figure.
	if _, err := Scatter([]Track{{"A", []Dot{{1, 0, 0, 0, false, ""}}}}, ScatterOptions{ID: "s", Title: "t"}); err != nil {
		t.Error(err)
	}
}
