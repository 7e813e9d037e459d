package community

import (
	"fmt"
	"math"
	"sort"

	"entente"
)

// Edge joins two nodes, numbered from 0, with a weight.
type Edge struct {
	A, B   int
	Weight float64
}

// Graph is an undirected weighted network in compressed rows. Weights of one
// pair that is given twice are added.
type Graph struct {
	start       []int32 // where the neighbours of each node start, and the end
	to          []int32
	weight      []float64 // positive minus negative
	plus, minus []float64 // strength of each node in the positive and negative layer
	total       [2]float64
}

// Nodes is the number of nodes.
func (g *Graph) Nodes() int { return len(g.plus) }

// Signed reports whether there is negative weight.
func (g *Graph) Signed() bool { return g.total[1] > 0 }

func bad(hint, format string, args ...any) error {
	return &entente.Error{Kind: entente.Invalid, Op: "community", Msg: fmt.Sprintf(format, args...), Hint: hint}
}

// New makes a graph of n nodes. Negative weights are an error: choose
// [NewSigned] or [PositivePart], which answer different questions.
func New(n int, edges []Edge) (*Graph, error) {
	for _, e := range edges {
		if e.Weight < 0 {
			return nil, bad("use a signed network, or only its positive part", "the edge %d-%d has the negative weight %v", e.A, e.B, e.Weight)
		}
	}
	return NewLayers(n, edges, nil)
}

// NewSigned makes a graph whose positive and negative weights are two layers:
// communities gather positive and keep negative weight apart (Gómez, Jensen and
// Arenas 2009, DOI 10.1103/PhysRevE.80.016114).
func NewSigned(n int, edges []Edge) (*Graph, error) {
	var layers [2][]Edge
	for _, e := range edges {
		if e.Weight < 0 {
			layers[1] = append(layers[1], Edge{e.A, e.B, -e.Weight})
		} else {
			layers[0] = append(layers[0], e)
		}
	}
	return NewLayers(n, layers[0], layers[1])
}

// PositivePart drops the edges below zero: what is left says who stands
// together, and forgets who stands against whom.
func PositivePart(edges []Edge) []Edge {
	var kept []Edge
	for _, e := range edges {
		if e.Weight > 0 {
			kept = append(kept, e)
		}
	}
	return kept
}

// NewLayers makes a graph of a positive and a negative layer, for example the
// congruence and the conflict network; both with weights of 0 or more. A pair
// may have weight in both.
func NewLayers(n int, positive, negative []Edge) (*Graph, error) {
	if n < 0 {
		return nil, bad("give the number of nodes", "a network of %d nodes", n)
	}
	g := &Graph{plus: make([]float64, n), minus: make([]float64, n)}
	type half struct {
		from, to int32
		w        float64
	}
	var halves []half
	for sign, layer := range [][]Edge{positive, negative} {
		for _, e := range layer {
			switch {
			case e.A < 0 || e.A >= n || e.B < 0 || e.B >= n:
				return nil, bad("number the nodes from 0", "the edge %d-%d is not among %d nodes", e.A, e.B, n)
			case e.A == e.B:
				return nil, bad("leave the diagonal out", "the node %d has an edge to itself", e.A)
			case math.IsNaN(e.Weight) || math.IsInf(e.Weight, 0) || e.Weight < 0:
				return nil, bad("give numbers of 0 or more in each layer", "the edge %d-%d has the weight %v", e.A, e.B, e.Weight)
			case e.Weight == 0:
				continue
			}
			w, strength := e.Weight, g.plus
			if sign == 1 {
				w, strength = -w, g.minus
			}
			strength[e.A] += e.Weight
			strength[e.B] += e.Weight
			g.total[sign] += 2 * e.Weight
			halves = append(halves, half{int32(e.A), int32(e.B), w}, half{int32(e.B), int32(e.A), w})
		}
	}
	sort.SliceStable(halves, func(i, j int) bool {
		a, b := halves[i], halves[j]
		if a.from != b.from {
			return a.from < b.from
		}
		return a.to < b.to
	})
	g.start = make([]int32, n+1)
	for i, h := range halves {
		if i > 0 && halves[i-1].from == h.from && halves[i-1].to == h.to {
			g.weight[len(g.weight)-1] += h.w
			continue
		}
		g.to, g.weight = append(g.to, h.to), append(g.weight, h.w)
		g.start[h.from+1]++
	}
	for i := range n {
		g.start[i+1] += g.start[i]
	}
	return g, nil
}
