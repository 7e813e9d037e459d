package community

import (
	"math"
	"math/rand/v2"
)

// Permutation sets a permutation test: known labels are dealt anew among the
// nodes that have one.
type Permutation struct {
	Draws int // 99 to 100,000
	Seed  uint64
}

func (p Permutation) check() error {
	if p.Draws < 99 || p.Draws > 100_000 {
		return bad("write 99 to 100000", "%d permutations", p.Draws)
	}
	return nil
}

// Test compares a figure with what it is when labels are dealt at random.
type Test struct {
	Value float64
	// Expected is the mean, Lo and Hi the middle 95 per cent of the permutations.
	Expected, Lo, Hi float64
	// P is the share of (permutations and the value itself) at least as large, so
	// never 0: (1 + those at least as large) / (1 + draws).
	P float64
}

// test runs a permutation test of a figure of shuffled labels.
func (p Permutation) test(labels []int, figure func([]int) float64) Test {
	t := Test{Value: figure(labels)}
	rng := rand.New(rand.NewPCG(p.Seed, 7))
	dealt := append([]int(nil), labels...)
	draws := make([]float64, p.Draws)
	larger := 0
	for d := range draws {
		rng.Shuffle(len(dealt), func(i, j int) { dealt[i], dealt[j] = dealt[j], dealt[i] })
		draws[d] = figure(dealt)
		t.Expected += draws[d] / float64(p.Draws)
		if draws[d] >= t.Value-tiny(t.Value) {
			larger++
		}
	}
	t.P = float64(1+larger) / float64(1+p.Draws)
	t.Lo, t.Hi = quantile(draws, 0.025), quantile(draws, 0.975)
	return t
}

// NoBloc marks a node without a known bloc.
const NoBloc = -1

// BlocReport says how far found camps follow known blocs.
type BlocReport struct {
	Nodes     int // with a known bloc; only these count
	Agreement     // of camps and blocs
	// ARITest sets the adjusted Rand index against chance.
	ARITest Test
	Blocs   []BlocRow
}

// BlocRow is one bloc: its members, its largest camp, and the members in it.
type BlocRow struct {
	Bloc, Members, Camp, InCamp int
}

// AgainstBlocs compares camps with blocs, one label per node each; nodes whose
// bloc is NoBloc are left out of everything. A node can have one bloc only: for
// memberships that overlap ask [Cohesion] of each bloc.
func AgainstBlocs(camps, blocs []int, p Permutation) (BlocReport, error) {
	if err := p.check(); err != nil {
		return BlocReport{}, err
	}
	if len(camps) != len(blocs) {
		return BlocReport{}, bad("give both for the same nodes", "%d camps and %d blocs", len(camps), len(blocs))
	}
	var camp, bloc, label []int
	for v, b := range blocs {
		if b < NoBloc {
			return BlocReport{}, bad("number blocs from 0; -1 is none", "node %d has the bloc %d", v, b)
		}
		if b != NoBloc {
			camp, bloc = append(camp, camps[v]), append(bloc, b)
		}
	}
	if len(camp) < 2 {
		return BlocReport{}, bad("name the blocs of more nodes", "only %d nodes have a known bloc", len(camp))
	}
	r := BlocReport{Nodes: len(camp)}
	found := canonical(camp)
	label = canonical(bloc)
	r.Agreement = compare(found, label)
	r.ARITest = p.test(label, func(dealt []int) float64 { return compare(found, canonical(dealt)).ARI })
	for b := range count(label) {
		row := BlocRow{Bloc: -1}
		in := map[int]int{}
		for v, l := range label {
			if l != b {
				continue
			}
			row.Bloc = bloc[v]
			row.Members++
			in[camp[v]]++
			if n := in[camp[v]]; n > row.InCamp || n == row.InCamp && camp[v] < row.Camp {
				row.Camp, row.InCamp = camp[v], n
			}
		}
		r.Blocs = append(r.Blocs, row)
	}
	return r, nil
}

// Within is the share of the positive weight that lies inside groups, set
// against dealing the labels anew. Nodes with NoBloc count as outside every
// group, with all others, and keep their place.
func Within(g *Graph, groups []int, p Permutation) (Test, error) {
	if err := p.check(); err != nil {
		return Test{}, err
	}
	if len(groups) != g.Nodes() {
		return Test{}, bad("give every node a group, or -1", "%d groups for %d nodes", len(groups), g.Nodes())
	}
	if g.total[0] == 0 {
		return Test{}, bad("the share is not defined", "the network has no positive weight")
	}
	var who, label []int
	for v, b := range groups {
		if b != NoBloc {
			who, label = append(who, v), append(label, b)
		}
	}
	of := make([]int, len(groups))
	for v := range of {
		of[v] = NoBloc
	}
	all := 0.0
	g.eachPositive(func(_, _ int, w float64) { all += w })
	return p.test(label, func(dealt []int) float64 {
		for i, v := range who {
			of[v] = dealt[i]
		}
		in := 0.0
		g.eachPositive(func(a, b int, w float64) {
			if of[a] != NoBloc && of[a] == of[b] {
				in += w
			}
		})
		return in / all
	}), nil
}

// eachPositive visits each pair with positive net weight once.
func (g *Graph) eachPositive(visit func(a, b int, w float64)) {
	for v := range g.plus {
		for i := g.start[v]; i < g.start[v+1]; i++ {
			if u := int(g.to[i]); u > v && g.weight[i] > 0 {
				visit(v, u, g.weight[i])
			}
		}
	}
}

// CohesionReport compares the pairs inside a bloc with those across its border.
type CohesionReport struct {
	Members         int
	Inside, Outside float64 // mean net weight of pairs, absent edges are 0
	// Difference is Inside - Outside against random sets of the same size.
	Difference Test
}

// Cohesion asks whether the members of one bloc stand closer to each other than
// to the rest. Blocs may overlap, since each is asked alone.
func Cohesion(g *Graph, members []int, p Permutation) (CohesionReport, error) {
	if err := p.check(); err != nil {
		return CohesionReport{}, err
	}
	n := g.Nodes()
	label := make([]int, n)
	for _, v := range members {
		if v < 0 || v >= n || label[v] == 1 {
			return CohesionReport{}, bad("list each member once, numbered from 0", "the member %d", v)
		}
		label[v] = 1
	}
	m := len(members)
	if m < 2 || m >= n {
		return CohesionReport{}, bad("a bloc needs two members and somebody outside", "a bloc of %d among %d", m, n)
	}
	means := func(of []int) (inside, outside float64) {
		for v := range n {
			if of[v] == 0 {
				continue
			}
			for i := g.start[v]; i < g.start[v+1]; i++ {
				if of[g.to[i]] == 1 {
					inside += g.weight[i]
				} else {
					outside += g.weight[i]
				}
			}
		}
		return inside / float64(m*(m-1)), outside / float64(m*(n-m))
	}
	r := CohesionReport{Members: m}
	r.Inside, r.Outside = means(label)
	r.Difference = p.test(label, func(of []int) float64 {
		in, out := means(of)
		return in - out
	})
	if math.IsNaN(r.Difference.Value) {
		return r, bad("check the weights", "the difference is not a number")
	}
	return r, nil
}
