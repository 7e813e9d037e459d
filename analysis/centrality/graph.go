// Package centrality reads off a network who stands where: degree and strength,
// betweenness, closeness, the leading eigenvector, brokers between groups, and
// which propositions carry the structure of the blocs. It works on plain
// arrays; random choices come from a seed given by the caller.
//
// None of these figures is influence. A central actor is one whose coded
// statements overlap with those of many others.
package centrality

import (
	"fmt"
	"math"
	"sort"

	"entente"
)

// Edge joins two nodes, numbered from 0, with a weight above 0.
type Edge struct {
	A, B   int
	Weight float64
}

// Graph is an undirected weighted network in compressed rows. Weights of one
// pair that is given twice are added.
type Graph struct {
	n      int
	start  []int32
	to     []int32
	weight []float64
}

// Nodes is the number of nodes.
func (g *Graph) Nodes() int { return g.n }

func bad(hint, format string, args ...any) error {
	return &entente.Error{Kind: entente.Invalid, Op: "centrality", Msg: fmt.Sprintf(format, args...), Hint: hint}
}

// New makes a graph of n nodes. A weight below 0 is an error, since none of the
// measures means anything then: take the congruence network, or the part above
// 0. An edge of weight 0 is no edge.
func New(n int, edges []Edge) (*Graph, error) {
	if n < 0 {
		return nil, bad("give the number of nodes", "a network of %d nodes", n)
	}
	g := &Graph{n: n, start: make([]int32, n+1)}
	list := make([]Edge, 0, 2*len(edges))
	for _, e := range edges {
		switch {
		case e.A < 0 || e.A >= n || e.B < 0 || e.B >= n:
			return nil, bad("number the nodes from 0", "the edge %d-%d is not among %d nodes", e.A, e.B, n)
		case e.A == e.B:
			return nil, bad("leave the diagonal out", "the node %d has an edge to itself", e.A)
		case !(e.Weight >= 0) || math.IsInf(e.Weight, 0):
			return nil, bad("take the congruence network, or the part above 0", "the edge %d-%d has the weight %v", e.A, e.B, e.Weight)
		case e.Weight > 0:
			list = append(list, e, Edge{e.B, e.A, e.Weight})
		}
	}
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].A != list[j].A {
			return list[i].A < list[j].A
		}
		return list[i].B < list[j].B
	})
	for i, e := range list {
		if i > 0 && list[i-1].A == e.A && list[i-1].B == e.B {
			g.weight[len(g.weight)-1] += e.Weight
			continue
		}
		g.to, g.weight = append(g.to, int32(e.B)), append(g.weight, e.Weight)
		g.start[e.A+1]++
	}
	for i := range n {
		g.start[i+1] += g.start[i]
	}
	return g, nil
}

// Degree is the number of neighbours of each node.
func (g *Graph) Degree() []int {
	d := make([]int, g.n)
	for v := range d {
		d[v] = int(g.start[v+1] - g.start[v])
	}
	return d
}

// Strength is the sum of the weights of each node's edges.
func (g *Graph) Strength() []float64 {
	s := make([]float64, g.n)
	for v := range s {
		for _, w := range g.weight[g.start[v]:g.start[v+1]] {
			s[v] += w
		}
	}
	return s
}

// Eigen is the leading eigenvector of the weights.
type Eigen struct {
	// Vector has length 1 and no entry below 0. In a network that falls apart only
	// the part with the largest eigenvalue has entries above 0.
	Vector     []float64
	Value      float64
	Iterations int
	// Converged is false when the vector still moved after the last iteration; it
	// must not be used then.
	Converged bool
}

// Eigenvector is the eigenvector centrality (Bonacich 1972, DOI
// 10.1080/0022250X.1972.9989806): a node is central when its neighbours are. It
// starts from equal entries and multiplies with the weights, moved by half the
// mean strength so that two-sided networks converge too.
func (g *Graph) Eigenvector() (Eigen, error) {
	if len(g.to) == 0 {
		return Eigen{}, bad("add edges", "the leading eigenvector of a network without edges is not defined")
	}
	e := Eigen{Vector: make([]float64, g.n)}
	shift := 0.0
	for _, w := range g.weight {
		shift += w / float64(2*g.n)
	}
	x, y := e.Vector, make([]float64, g.n)
	for v := range x {
		x[v] = 1 / math.Sqrt(float64(g.n))
	}
	for e.Iterations = 1; e.Iterations <= 20_000; e.Iterations++ {
		norm := 0.0
		for v := range y {
			y[v] = shift * x[v]
			for i := g.start[v]; i < g.start[v+1]; i++ {
				y[v] += g.weight[i] * x[g.to[i]]
			}
			norm += y[v] * y[v]
		}
		norm = math.Sqrt(norm)
		change := 0.0
		for v := range y {
			y[v] /= norm
			change = max(change, math.Abs(y[v]-x[v]))
		}
		x, y = y, x
		e.Value = norm - shift
		if change < 1e-13 {
			e.Converged = true
			break
		}
	}
	e.Vector = x
	return e, nil
}
