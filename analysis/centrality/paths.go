package centrality

import "math"

// Length says how long an edge is.
type Length string

// The lengths: every edge one step; or the inverse of its weight, so that a
// strong edge is short; or its weight, where weights are distances already.
const (
	Hops    Length = "hops"
	Inverse Length = "inverse"
	Weight  Length = "weight"
)

// lengths gives each stored edge its length.
func (g *Graph) lengths(l Length) ([]float64, error) {
	out := make([]float64, len(g.weight))
	for i, w := range g.weight {
		switch l {
		case Hops:
			out[i] = 1
		case Inverse:
			out[i] = 1 / w
		case Weight:
			out[i] = w
		}
		if math.IsInf(out[i], 0) {
			return nil, bad("leave such edges out", "an edge has the weight %v, too small to be a distance", w)
		}
	}
	if l != Hops && l != Inverse && l != Weight {
		return nil, bad("write hops, inverse or weight", "the length of edges cannot be %q", l)
	}
	return out, nil
}

// tree holds the shortest paths from one node. The same space serves all nodes.
type tree struct {
	dist, paths []float64
	order       []int32   // nodes by distance
	before      [][]int32 // last steps on shortest paths
	heap        []entry
}

type entry struct {
	dist float64
	node int32
}

func newTree(n int) *tree {
	return &tree{dist: make([]float64, n), paths: make([]float64, n), before: make([][]int32, n)}
}

// equal compares sums of lengths, which differ by rounding in another order.
func equal(a, b float64) bool { return math.Abs(a-b) <= 1e-12*max(a, b) }

// grow finds all shortest paths from s (Dijkstra 1959; Brandes 2001).
func (t *tree) grow(g *Graph, length []float64, s int) {
	for v := range t.dist {
		t.dist[v], t.paths[v], t.before[v] = math.Inf(1), 0, t.before[v][:0]
	}
	t.dist[s], t.paths[s] = 0, 1
	t.order = t.order[:0]
	done := make([]bool, g.n)
	t.heap = append(t.heap[:0], entry{0, int32(s)})
	for len(t.heap) > 0 {
		e := t.pop()
		v := e.node
		if done[v] {
			continue
		}
		done[v] = true
		t.order = append(t.order, v)
		for i := g.start[v]; i < g.start[v+1]; i++ {
			u := g.to[i]
			if done[u] {
				continue
			}
			switch d := e.dist + length[i]; {
			case !math.IsInf(t.dist[u], 1) && equal(d, t.dist[u]):
				t.paths[u] += t.paths[v]
				t.before[u] = append(t.before[u], v)
			case d < t.dist[u]:
				t.dist[u], t.paths[u] = d, t.paths[v]
				t.before[u] = append(t.before[u][:0], v)
				t.push(entry{d, u})
			}
		}
	}
}

func (a entry) less(b entry) bool { return a.dist < b.dist || a.dist == b.dist && a.node < b.node }

func (t *tree) push(e entry) {
	t.heap = append(t.heap, e)
	for i := len(t.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !t.heap[i].less(t.heap[up]) {
			break
		}
		t.heap[i], t.heap[up] = t.heap[up], t.heap[i]
		i = up
	}
}

func (t *tree) pop() entry {
	top, last := t.heap[0], len(t.heap)-1
	t.heap[0] = t.heap[last]
	t.heap = t.heap[:last]
	for i := 0; ; {
		c := 2*i + 1
		if c >= last {
			return top
		}
		if c+1 < last && t.heap[c+1].less(t.heap[c]) {
			c++
		}
		if !t.heap[c].less(t.heap[i]) {
			return top
		}
		t.heap[i], t.heap[c] = t.heap[c], t.heap[i]
		i = c
	}
}

// Betweenness is, for each node, the share of the other pairs of nodes whose
// shortest paths run through it; of several equally short paths each counts its
// part (Freeman 1977, DOI 10.2307/3033543; computed as in Brandes 2001, DOI
// 10.1080/0022250X.2001.9990249). Pairs without a path count as not through it.
//
// With groups (one label per node), only pairs of nodes in different groups
// count: who stands between the camps. Nodes with a label below 0 have no group
// and are passed through, but start and end no path. Where no pair counts the
// share is NaN.
func (g *Graph) Betweenness(l Length, groups []int) ([]float64, error) {
	length, err := g.lengths(l)
	if err != nil {
		return nil, err
	}
	if groups != nil && len(groups) != g.n {
		return nil, bad("give every node a group, or -1", "%d groups for %d nodes", len(groups), g.n)
	}
	counts := func(s, t int) bool {
		return groups == nil || groups[s] >= 0 && groups[t] >= 0 && groups[s] != groups[t]
	}
	between, part := make([]float64, g.n), make([]float64, g.n)
	t := newTree(g.n)
	for s := range g.n {
		t.grow(g, length, s)
		clear(part)
		for i := len(t.order) - 1; i > 0; i-- {
			w := t.order[i]
			end := part[w]
			if counts(s, int(w)) {
				end++
			}
			for _, v := range t.before[w] {
				part[v] += t.paths[v] / t.paths[w] * end
			}
			between[w] += part[w]
		}
	}
	size := map[int]int{}
	all := 0
	for s := range g.n {
		if groups == nil {
			all = g.n
			break
		}
		if groups[s] >= 0 {
			size[groups[s]]++
			all++
		}
	}
	ordered := all * (all - 1) // ordered pairs that count
	for _, k := range size {
		ordered -= k * (k - 1)
	}
	for v := range between {
		own := 0 // pairs with v itself at one end
		switch {
		case groups == nil:
			own = 2 * (all - 1)
		case groups[v] >= 0:
			own = 2 * (all - size[groups[v]])
		}
		if ordered == own {
			between[v] = math.NaN()
			continue
		}
		between[v] /= float64(ordered - own)
	}
	return between, nil
}

// Near holds two measures of how near a node is to all others.
type Near struct {
	// Closeness is the number of nodes reached over the sum of distances, times
	// the share of the network that is reached (Wasserman and Faust 1994), so that
	// a node in a small separate part is not called close. 0 for an isolated node.
	Closeness []float64
	// Harmonic is the mean of 1 over the distance to all others, 0 for those out
	// of reach.
	Harmonic []float64
}

// Closeness measures nearness with edges of the length given.
func (g *Graph) Closeness(l Length) (Near, error) {
	length, err := g.lengths(l)
	if err != nil {
		return Near{}, err
	}
	r := Near{Closeness: make([]float64, g.n), Harmonic: make([]float64, g.n)}
	t := newTree(g.n)
	for s := range g.n {
		t.grow(g, length, s)
		sum := 0.0
		for _, v := range t.order[1:] {
			sum += t.dist[v]
			r.Harmonic[s] += 1 / t.dist[v] / float64(g.n-1)
		}
		if reached := float64(len(t.order) - 1); reached > 0 {
			r.Closeness[s] = reached / sum * reached / float64(g.n-1)
		}
	}
	return r, nil
}
