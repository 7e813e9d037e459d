// Package layout places the nodes of a network on a page: near where they are
// strongly tied, the same every time.
package layout

import (
	"fmt"
	"math"
	"math/rand/v2"

	"entente"
)

// Edge joins two nodes, numbered from 0; the heavier, the nearer.
type Edge struct {
	A, B   int
	Weight float64
}

// Options set the layout.
type Options struct {
	Seed uint64
	// Rounds is the largest number of improvements, 1 to 10,000; it stops before
	// when little changes. [Default] has 100.
	Rounds int
	// Gap is the least distance of two nodes in the result, 0 to 0.1; about the
	// diameter of a dot.
	Gap float64
}

// Default is the layout for a page.
func Default() Options { return Options{Seed: 1, Rounds: 100, Gap: 0.015} }

// Layout is a placed network.
type Layout struct {
	// X and Y are in [0, 1].
	X, Y []float64
	// Stress is the sum of (distance on the page - distance in the network)^2 /
	// (distance in the network)^2 over the number of pairs, at the best scale,
	// before dots were moved apart: near 0 the picture can be read as distances,
	// above about 0.1 only roughly.
	Stress float64
	Rounds int
}

// MaxNodes bounds the layout, whose time grows with the cube of the number.
const MaxNodes = 1500

// New places n nodes by stress majorisation (Gansner, Koren and North 2005, DOI
// 10.1007/978-3-540-31843-9_25). An edge of weight w has the length
// sqrt(median/w), between 1/4 and 4; two nodes without an edge are as far apart
// as the shortest path; separate parts are set beside each other, since nothing
// is known of their distance. Edges with a weight of 0 or less are left out:
// place the congruence network and draw the conflicts into it.
//
// The result is turned so that its longest extent lies flat and node 0 or the
// next after it lies left and above, so that a seed changes little.
func New(n int, edges []Edge, o Options) (Layout, error) {
	bad := func(hint, format string, args ...any) (Layout, error) {
		return Layout{}, &entente.Error{Kind: entente.Invalid, Op: "layout", Msg: fmt.Sprintf(format, args...), Hint: hint}
	}
	switch {
	case n < 0 || n > MaxNodes:
		return bad("filter the nodes", "%d nodes, at most %d can be placed", n, MaxNodes)
	case o.Rounds < 1 || o.Rounds > 10_000:
		return bad("write 1 to 10000", "%d rounds", o.Rounds)
	case !(o.Gap >= 0 && o.Gap <= 0.1):
		return bad("write 0 to 0.1", "a gap of %v", o.Gap)
	}
	for _, e := range edges {
		switch {
		case e.A < 0 || e.A >= n || e.B < 0 || e.B >= n:
			return bad("number the nodes from 0", "the edge %d-%d is not among %d nodes", e.A, e.B, n)
		case math.IsNaN(e.Weight) || math.IsInf(e.Weight, 0):
			return bad("give numbers", "the edge %d-%d has the weight %v", e.A, e.B, e.Weight)
		}
	}
	if n == 0 {
		return Layout{X: []float64{}, Y: []float64{}}, nil
	}
	d := distances(n, edges)
	p := plane{n: n, d: d, x: make([]float64, n), y: make([]float64, n)}
	p.scatter(rand.New(rand.NewPCG(o.Seed, 13)))
	l := Layout{Rounds: p.settle(o.Rounds)}
	l.Stress = p.stress()
	p.turn()
	p.fit()
	p.apart(o.Gap)
	l.X, l.Y = p.x, p.y
	return l, nil
}

// distances are the shortest paths between all pairs (Floyd 1962); pairs
// without a path get a distance that keeps separate parts apart.
func distances(n int, edges []Edge) []float64 {
	d := make([]float64, n*n)
	for i := range d {
		d[i] = math.Inf(1)
	}
	weight := map[[2]int]float64{}
	for _, e := range edges {
		weight[[2]int{min(e.A, e.B), max(e.A, e.B)}] += e.Weight
	}
	var all []float64
	for i := range n {
		for j := i + 1; j < n; j++ {
			if w := weight[[2]int{i, j}]; w > 0 {
				all = append(all, w)
			}
		}
	}
	middle := median(all)
	for i := range n {
		d[i*n+i] = 0
		for j := i + 1; j < n; j++ {
			if w := weight[[2]int{i, j}]; w > 0 {
				length := min(4, max(0.25, math.Sqrt(middle/w)))
				d[i*n+j], d[j*n+i] = length, length
			}
		}
	}
	for k := range n {
		via := d[k*n : (k+1)*n]
		for i := range n {
			a := d[i*n+k]
			if math.IsInf(a, 1) {
				continue
			}
			row := d[i*n : (i+1)*n]
			for j, b := range via {
				if a+b < row[j] {
					row[j] = a + b
				}
			}
		}
	}
	// The reach of a node is its largest finite distance; two separate nodes are
	// set half of both reaches apart, and a step more.
	reach := make([]float64, n)
	for i := range n {
		for _, v := range d[i*n : (i+1)*n] {
			if !math.IsInf(v, 1) {
				reach[i] = max(reach[i], v)
			}
		}
	}
	for i := range n {
		for j := range n {
			if math.IsInf(d[i*n+j], 1) {
				d[i*n+j] = (reach[i]+reach[j])/2 + 1
			}
		}
	}
	return d
}
