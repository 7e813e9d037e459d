package community

import (
	"math"
	"sort"
)

// Agreement says how far two partitions of the same nodes are one.
type Agreement struct {
	// NMI is the mutual information over the mean of the two entropies, 0 to 1.
	// It rises with the number of communities even between random partitions.
	NMI float64
	// ARI is the Rand index corrected for chance (Hubert and Arabie 1985, DOI
	// 10.1007/BF01908075): 1 for equal partitions, 0 on average for random ones of
	// the same sizes, below 0 when they cross more than by chance.
	ARI float64
	// VI is the variation of information in nats (Meilă 2007, DOI
	// 10.1016/j.jmva.2006.11.013): a distance, 0 for equal partitions, at most
	// ln(nodes).
	VI float64
}

// Compare measures the agreement of two partitions. Where a measure divides by
// zero (both put everybody in one community, or everybody alone) the partitions
// are equal and NMI and ARI are 1.
func Compare(a, b []int) (Agreement, error) {
	if len(a) != len(b) {
		return Agreement{}, bad("compare partitions of the same nodes", "one partition has %d nodes, the other %d", len(a), len(b))
	}
	if len(a) == 0 {
		return Agreement{}, bad("give at least one node", "partitions of nothing")
	}
	return compare(canonical(a), canonical(b)), nil
}

// compare does so for canonical partitions.
func compare(a, b []int) Agreement {
	n := float64(len(a))
	ka, kb := count(a), count(b)
	na, nb, both := make([]float64, ka), make([]float64, kb), make([]float64, ka*kb)
	for v := range a {
		na[a[v]]++
		nb[b[v]]++
		both[a[v]*kb+b[v]]++
	}
	var joint, pairs float64
	for _, x := range both {
		joint += surprise(x, n)
		pairs += x * (x - 1) / 2
	}
	ha, hb, pa, pb := 0.0, 0.0, 0.0, 0.0
	for _, x := range na {
		ha += surprise(x, n)
		pa += x * (x - 1) / 2
	}
	for _, x := range nb {
		hb += surprise(x, n)
		pb += x * (x - 1) / 2
	}
	r := Agreement{NMI: 1, ARI: 1, VI: max(0, 2*joint-ha-hb)}
	if ha+hb > 0 {
		r.NMI = min(1, max(0, 2*(ha+hb-joint)/(ha+hb)))
	}
	expected := 0.0
	if n > 1 {
		expected = pa * pb / (n * (n - 1) / 2)
	}
	if d := (pa+pb)/2 - expected; math.Abs(d) > 1e-12 {
		r.ARI = (pairs - expected) / d
	}
	return r
}

func surprise(x, n float64) float64 {
	if x == 0 {
		return 0
	}
	return -x / n * math.Log(x/n)
}

// Stability says how much communities at one resolution depend on the seed.
type Stability struct {
	Resolution float64
	Runs       int
	// Mean and Least are over all pairs of runs (for VI, Least is the largest).
	Mean, Least Agreement
	// Fewest and Most communities in a run.
	Fewest, Most int
	// Best is the run of the highest quality.
	Best Partition
	// Together is, for each pair of nodes (row by row), the share of runs that put
	// both into one community: 1 or 0 is firm, 0.5 a matter of the seed.
	Together []float64
}

// Stabilities runs the Leiden method with every seed at every resolution, one
// run each. At least two seeds are needed.
func Stabilities(g *Graph, q Quality, resolutions []float64, seeds []uint64) ([]Stability, error) {
	if len(seeds) < 2 {
		return nil, bad("give at least two", "%d seeds", len(seeds))
	}
	if len(resolutions) == 0 {
		return nil, bad("give at least one, for example 1", "no resolutions")
	}
	n := g.Nodes()
	var list []Stability
	for _, resolution := range resolutions {
		st := Stability{Resolution: resolution, Runs: len(seeds), Fewest: n, Together: make([]float64, n*n), Least: Agreement{NMI: 1, ARI: 1}}
		var runs []Partition
		for i, seed := range seeds {
			p, err := Leiden(g, Options{Quality: q, Resolution: resolution, Seed: seed, Runs: 1})
			if err != nil {
				return nil, err
			}
			runs = append(runs, p)
			st.Fewest, st.Most = min(st.Fewest, p.Communities), max(st.Most, p.Communities)
			if i == 0 || p.Quality > st.Best.Quality+tiny(st.Best.Quality) {
				st.Best = p
			}
			for v, c := range p.Membership {
				for u, d := range p.Membership {
					if c == d {
						st.Together[v*n+u]++
					}
				}
			}
		}
		for i := range st.Together {
			st.Together[i] /= float64(len(seeds))
		}
		pairs := 0.0
		for i := range runs {
			for k := i + 1; k < len(runs); k++ {
				a := compare(runs[i].Membership, runs[k].Membership)
				pairs++
				st.Mean.NMI, st.Mean.ARI, st.Mean.VI = st.Mean.NMI+a.NMI, st.Mean.ARI+a.ARI, st.Mean.VI+a.VI
				st.Least = Agreement{min(st.Least.NMI, a.NMI), min(st.Least.ARI, a.ARI), max(st.Least.VI, a.VI)}
			}
		}
		st.Mean = Agreement{st.Mean.NMI / pairs, st.Mean.ARI / pairs, st.Mean.VI / pairs}
		st.Best.Runs, st.Best.Reached = len(runs), 0
		for _, p := range runs {
			if p.Quality >= st.Best.Quality-tiny(st.Best.Quality) {
				st.Best.Reached++
			}
		}
		st.Best.Distinct = distinct(runs)
		list = append(list, st)
	}
	return list, nil
}

// Named is a partition by a method.
type Named struct {
	Name string
	Partition
}

// Methods finds communities in three ways: Leiden and Louvain by modularity at
// the resolution of the options, and Leiden by the constant Potts model whose
// resolution is the mean weight of all pairs times that of the options.
func Methods(g *Graph, o Options) ([]Named, error) {
	var list []Named
	o.Quality = Modularity
	for _, m := range []struct {
		name string
		find func(*Graph, Options) (Partition, error)
	}{{"leiden modularity", Leiden}, {"louvain modularity", Louvain}} {
		p, err := m.find(g, o)
		if err != nil {
			return nil, err
		}
		list = append(list, Named{m.name, p})
	}
	n := float64(g.Nodes())
	if mean := (g.total[0] - g.total[1]) / (n * (n - 1)); n > 1 && mean > 0 {
		o.Quality, o.Resolution = CPM, o.Resolution*mean
		p, err := Leiden(g, o)
		if err != nil {
			return nil, err
		}
		list = append(list, Named{"leiden cpm", p})
	}
	return list, nil
}

// PairAgreement is the agreement of two named partitions.
type PairAgreement struct {
	A, B string
	Agreement
}

// Between compares every pair of partitions.
func Between(list []Named) ([]PairAgreement, error) {
	var pairs []PairAgreement
	for i, a := range list {
		for _, b := range list[i+1:] {
			m, err := Compare(a.Membership, b.Membership)
			if err != nil {
				return nil, err
			}
			pairs = append(pairs, PairAgreement{a.Name, b.Name, m})
		}
	}
	return pairs, nil
}

// quantile of a list, by the nearest rank; it sorts the list.
func quantile(list []float64, q float64) float64 {
	sort.Float64s(list)
	return list[int(math.Round(q*float64(len(list)-1)))]
}
