package community

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Options set a search. Nothing is assumed: a zero Quality, Resolution or Runs
// is an error; [Default] is a starting point.
type Options struct {
	Quality    Quality
	Resolution float64 // above 0
	Seed       uint64
	Runs       int // independent starts; the best is kept
}

// Default is modularity at resolution 1, the best of ten runs.
func Default() Options { return Options{Quality: Modularity, Resolution: 1, Seed: 1, Runs: 10} }

// Partition puts every node into one community.
type Partition struct {
	// Membership is the community of each node; communities are numbered in the
	// order of their first member.
	Membership  []int
	Communities int
	Quality     float64
	Runs        int
	// Reached is the number of runs that ended with this quality. Few of many
	// says that the camps are one reading among several.
	Reached int
	// Distinct is the number of different partitions the runs ended with.
	Distinct int
}

func checkQuality(q Quality, resolution float64) error {
	switch {
	case q != Modularity && q != CPM:
		return bad("write modularity or cpm", "the quality cannot be %q", q)
	case !(resolution > 0) || math.IsInf(resolution, 0):
		return bad("write a number above 0; 1 is plain modularity", "a resolution of %v", resolution)
	}
	return nil
}

func (o Options) check() error {
	if o.Runs < 1 || o.Runs > 10_000 {
		return bad("write 1 to 10000", "%d runs", o.Runs)
	}
	return checkQuality(o.Quality, o.Resolution)
}

// Leiden finds communities by the method of Traag, Waltman and van Eck 2019
// (DOI 10.1038/s41598-019-41695-z): nodes move to where they gain most, each
// community is refined into well connected parts, the parts become nodes, and
// so on until nothing changes; then once more from the result, until that adds
// nothing. Unlike Louvain it never returns a community that falls apart (in a
// network without negative weights).
func Leiden(g *Graph, o Options) (Partition, error) { return search(g, o, true) }

// Louvain is the method of Blondel and others 2008 (DOI
// 10.1088/1742-5468/2008/10/P10008), as a check on [Leiden].
func Louvain(g *Graph, o Options) (Partition, error) { return search(g, o, false) }

func search(g *Graph, o Options, refine bool) (Partition, error) {
	if err := o.check(); err != nil {
		return Partition{}, err
	}
	runs := all(g, o, refine)
	best := runs[0]
	for _, p := range runs[1:] {
		if p.Quality > best.Quality+tiny(best.Quality) {
			best = p
		}
	}
	best.Runs = len(runs)
	best.Reached, best.Distinct = 0, distinct(runs)
	for _, p := range runs {
		if p.Quality >= best.Quality-tiny(best.Quality) {
			best.Reached++
		}
	}
	return best, nil
}

// distinct is the number of different partitions.
func distinct(runs []Partition) int {
	n := 0
	for i, p := range runs {
		if !slices.ContainsFunc(runs[:i], func(q Partition) bool { return slices.Equal(p.Membership, q.Membership) }) {
			n++
		}
	}
	return n
}

func tiny(q float64) float64 { return 1e-10 * max(1, math.Abs(q)) }

// all gives the result of every run.
func all(g *Graph, o Options, refine bool) []Partition {
	runs := make([]Partition, o.Runs)
	for r := range runs {
		s := searcher{
			judge: judge{o.Quality, o.Resolution, g.total}, refine: refine, signed: g.Signed(),
			rng: rand.New(rand.NewPCG(o.Seed, uint64(r))),
		}
		m := s.run(g)
		runs[r] = Partition{Membership: m, Communities: count(m), Quality: s.value(g, m), Runs: 1, Reached: 1, Distinct: 1}
	}
	return runs
}

// searcher is one run.
type searcher struct {
	judge
	refine, signed bool
	rng            *rand.Rand
}

// rounds bounds the repetitions from the result; they stop by themselves when
// nothing improves.
const rounds = 50

func (s *searcher) run(g *Graph) []int {
	of := make([]int, g.Nodes())
	for v := range of {
		of[v] = v
	}
	last := s.value(g, of)
	for range rounds {
		next := s.once(g, slices.Clone(of))
		value := s.value(g, next)
		if value <= last+tiny(last) {
			break
		}
		of, last = next, value
		if !s.refine {
			break // a second pass of Louvain starts from merged nodes and finds the same
		}
	}
	return canonical(of)
}

// once goes up level by level from a partition of the nodes.
func (s *searcher) once(g *Graph, of []int) []int {
	l := base(g)
	where := make([]int, g.Nodes()) // node of the level for each node of the graph
	for v := range where {
		where[v] = v
	}
	of = canonical(of)
	for {
		s.move(l, of)
		of = canonical(of)
		groups := count(of)
		if groups == len(l.size) {
			break
		}
		parts := of
		if s.refine {
			if parts = canonical(s.parts(l, of)); count(parts) == len(l.size) {
				parts = of
			}
		}
		up := l.gather(parts)
		next := make([]int, len(up.size))
		for v, p := range parts {
			next[p] = of[v]
		}
		for v := range where {
			where[v] = parts[where[v]]
		}
		l, of = up, next
	}
	out := make([]int, g.Nodes())
	for v := range out {
		out[v] = of[where[v]]
	}
	return out
}

// sums are the strengths and sizes of groups.
type sums struct{ plus, minus, size []float64 }

func newSums(n int) sums { return sums{make([]float64, n), make([]float64, n), make([]float64, n)} }

func (t sums) add(l *level, v, c int, f float64) {
	t.plus[c] += f * l.plus[v]
	t.minus[c] += f * l.minus[v]
	t.size[c] += f * l.size[v]
}

// against is the penalty of node v with group c, of which v is no member.
func (s *searcher) against(l *level, v int, t sums, c int) float64 {
	return s.penalty(l.plus[v], t.plus[c], l.minus[v], t.minus[c], l.size[v], t.size[c])
}

// move lets nodes go where they gain most, from a queue, until none wants to.
func (s *searcher) move(l *level, of []int) {
	n := len(l.size)
	t := newSums(n)
	members := make([]int, n)
	for v, c := range of {
		t.add(l, v, c, 1)
		members[c]++
	}
	var free []int // empty groups
	for c := n - 1; c >= 0; c-- {
		if members[c] == 0 {
			free = append(free, c)
		}
	}
	queue, waiting := s.rng.Perm(n), make([]bool, n)
	for v := range waiting {
		waiting[v] = true
	}
	link, seen := make([]float64, n), make([]bool, n)
	var touched []int
	least := 1e-12 / s.scale()
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		waiting[v] = false
		from := of[v]
		t.add(l, v, from, -1)
		members[from]--
		if members[from] == 0 {
			free = append(free, from)
			t.plus[from], t.minus[from], t.size[from] = 0, 0, 0
		}
		touched = append(touched[:0], from)
		seen[from] = true
		for i := l.start[v]; i < l.start[v+1]; i++ {
			c := of[l.to[i]]
			if !seen[c] {
				seen[c] = true
				touched = append(touched, c)
			}
			link[c] += l.weight[i]
		}
		if s.signed { // a group without an edge can still be worth joining
			for c, m := range members {
				if m > 0 && !seen[c] {
					seen[c] = true
					touched = append(touched, c)
				}
			}
		}
		if alone := free[len(free)-1]; !seen[alone] {
			seen[alone] = true
			touched = append(touched, alone)
		}
		best, gain := from, link[from]-s.against(l, v, t, from)
		for _, c := range touched[1:] {
			if d := link[c] - s.against(l, v, t, c); d > gain+least {
				best, gain = c, d
			}
		}
		for _, c := range touched {
			link[c], seen[c] = 0, false
		}
		if members[best] == 0 {
			i := slices.Index(free, best)
			free = slices.Delete(free, i, i+1)
		}
		t.add(l, v, best, 1)
		members[best]++
		of[v] = best
		if best == from {
			continue
		}
		for i := l.start[v]; i < l.start[v+1]; i++ {
			if u := int(l.to[i]); !waiting[u] && of[u] != best {
				waiting[u] = true
				queue = append(queue, u)
			}
		}
	}
}

// randomness is theta of the refinement, for gains in the unit of a modularity.
const randomness = 0.01

// parts refines every community into well connected parts: single nodes join a
// part of their community at random, the likelier the more they gain.
func (s *searcher) parts(l *level, of []int) []int {
	n := len(l.size)
	whole, t := newSums(n), newSums(n)
	part, single := make([]int, n), make([]bool, n)
	cut := make([]float64, n) // weight from a part to the rest of its community
	for v, c := range of {
		whole.add(l, v, c, 1)
		t.add(l, v, v, 1)
		part[v], single[v] = v, true
		for i := l.start[v]; i < l.start[v+1]; i++ {
			if of[l.to[i]] == c {
				cut[v] += l.weight[i]
			}
		}
	}
	// connected: the part has at least the expected weight to the rest.
	connected := func(p, c int) bool {
		return cut[p] >= s.penalty(t.plus[p], whole.plus[c]-t.plus[p], t.minus[p], whole.minus[c]-t.minus[p], t.size[p], whole.size[c]-t.size[p])
	}
	link, seen := make([]float64, n), make([]bool, n)
	var touched []int
	var choice []int
	var weight []float64
	for _, v := range s.rng.Perm(n) {
		c := of[v]
		if !single[v] || !connected(v, c) {
			continue
		}
		touched = touched[:0]
		for i := l.start[v]; i < l.start[v+1]; i++ {
			u := l.to[i]
			if of[u] != c {
				continue
			}
			p := part[u]
			if !seen[p] {
				seen[p] = true
				touched = append(touched, p)
			}
			link[p] += l.weight[i]
		}
		choice, weight = append(choice[:0], v), append(weight[:0], 1) // staying alone gains 0
		sum := 1.0
		for _, p := range touched {
			gain := link[p] - s.against(l, v, t, p)
			if gain >= 0 && connected(p, c) {
				choice, weight = append(choice, p), append(weight, math.Exp(gain*s.scale()/randomness))
				sum += weight[len(weight)-1]
			}
		}
		at, to := s.rng.Float64()*sum, v
		for i, w := range weight {
			if to = choice[i]; at < w {
				break
			}
			at -= w
		}
		if to != v {
			cut[to] += cut[v] - 2*link[to]
			t.add(l, v, v, -1)
			t.add(l, v, to, 1)
			part[v], single[to] = to, false
		}
		for _, p := range touched {
			link[p], seen[p] = 0, false
		}
	}
	return part
}
