package cli

import (
	"math"
	"strings"
	"testing"

	"entente/analysis/idealpoint"
)

func TestProgressShare(t *testing.T) {
	tol := idealpoint.DefaultTol
	for _, c := range []struct {
		name         string
		first, delta float64
		want         float64
	}{
		{"at the first sweep", 1, 1, 0},
		{"half way, by the logarithm", 1, math.Sqrt(tol), 0.5},
		{"at rest", 1, tol, 1},
		{"worse than at first", 1, 3, 0},
		{"at rest at once", tol / 2, tol / 2, 1},
	} {
		if got := share(c.first, c.delta); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %g, want %g", c.name, got, c.want)
		}
	}
}

// A line that is drawn over and over has no place in a pipe or a file.
func TestProgressOnlyOnATerminal(t *testing.T) {
	var errs strings.Builder
	p := newProgress(&App{Stderr: &errs, Getenv: func(string) string { return "" }})
	p.sweep(1, 1)
	p.end()
	if errs.Len() > 0 {
		t.Errorf("wrote %q", errs.String())
	}
	p.on = true
	p.sweep(1, 1)
	p.sweep(2, 0.01)
	p.sweep(3, 0.5) // a move may grow again; the bar does not go back
	p.end()
	want := "\r\x1b[K[                        ] sweep 1, largest move 1" +
		"\r\x1b[K[============            ] sweep 2, largest move 0.01" +
		"\r\x1b[K[============            ] sweep 3, largest move 0.5\r\x1b[K"
	if errs.String() != want {
		t.Errorf("wrote %q\nwant  %q", errs.String(), want)
	}
}
