package community

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func graph(t testing.TB, n int, edges []Edge) *Graph {
	t.Helper()
	g, e := NewSigned(n, edges)
	if e != nil {
		t.Fatal(e)
	}
	return g
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

// best is the partition of the karate club with the highest modularity known,
// 0.4198. networkx 3.6.1 finds the same four communities, with 0.41978961, as
// the best of 200 runs of its Louvain method.
var best = [][]int{
	{0, 1, 2, 3, 7, 11, 12, 13, 17, 19, 21},
	{4, 5, 6, 10, 16},
	{8, 9, 14, 15, 18, 20, 22, 26, 29, 30, 32, 33},
	{23, 24, 25, 27, 28, 31},
}

func TestKarateClub(t *testing.T) {
	g, err := New(34, karateEdges())
	if err != nil {
		t.Fatal(err)
	}
	want := make([]int, 34)
	for c, members := range best {
		for _, v := range members {
			want[v] = c
		}
	}
	for name, find := range map[string]func(*Graph, Options) (Partition, error){"leiden": Leiden, "louvain": Louvain} {
		p, err := find(g, Options{Quality: Modularity, Resolution: 1, Seed: 4, Runs: 50})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(p.Quality-0.41978961) > 1e-8 || p.Communities != 4 {
			t.Errorf("%s: modularity %v with %d communities, want 0.4198 with 4", name, p.Quality, p.Communities)
		}
		if diff := cmp.Diff(want, p.Membership); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		t.Logf("%s: reached by %d of %d runs, %d partitions", name, p.Reached, p.Runs, p.Distinct)
	}
	// The split that the club really made; 0.3582 is what networkx 3.6.1 computes.
	if v, err := Value(g, club, Modularity, 1); err != nil || !near(v, 0.3582347140039448) {
		t.Errorf("modularity of the split %v, %v", v, err)
	}
}

// TestValueByHand: two pairs joined by an edge of weight 1, inside weights 2.
// 2m = 10, strengths 2, 3, 3, 2. Inside weight 4 of 5; each community has
// strength 5: Q = 8/10 - 2 (5/10)^2 = 0.3. CPM at 0.5: 4 - 0.5*2 = 3.
func TestValueByHand(t *testing.T) {
	edges := []Edge{{0, 1, 2}, {1, 2, 1}, {2, 3, 2}}
	g := graph(t, 4, edges)
	pairs := []int{7, 7, 3, 3}
	for _, c := range []struct {
		q    Quality
		r    float64
		want float64
	}{{Modularity, 1, 0.3}, {Modularity, 2, 0.8 - 1}, {CPM, 0.5, 3}} {
		if v, err := Value(g, pairs, c.q, c.r); err != nil || !near(v, c.want) {
			t.Errorf("%s at %v: %v, want %v (%v)", c.q, c.r, v, c.want, err)
		}
	}
	// With a negative edge of weight 4 from 0 to 3: 2m- = 8, no negative weight
	// inside, each community has negative strength 4. Positive part 10*0.3 = 3;
	// negative part -(0 - 2*4*4/8) = 4; over 10 + 8.
	g = graph(t, 4, append(edges, Edge{0, 3, -4}))
	if v, _ := Value(g, pairs, Modularity, 1); !near(v, 7.0/18) {
		t.Errorf("signed: %v, want %v", v, 7.0/18)
	}
}

// planted makes k groups of m nodes with positive weight inside and, when
// signed, negative weight between; noise flips pairs.
func planted(seed uint64, k, m int, noise float64, signed bool) (edges []Edge, truth []int) {
	rng := rand.New(rand.NewPCG(seed, 3))
	for v := range k * m {
		truth = append(truth, v%k)
		for u := range v {
			same := truth[u] == truth[v]
			if rng.Float64() < noise {
				same = !same
			}
			switch {
			case same:
				edges = append(edges, Edge{u, v, 1 + rng.Float64()})
			case signed:
				edges = append(edges, Edge{u, v, -1 - rng.Float64()})
			}
		}
	}
	return edges, truth
}

func TestPlantedCampsAreFound(t *testing.T) {
	for _, c := range []struct {
		name   string
		k, m   int
		noise  float64
		signed bool
		o      Options
	}{
		{"three groups, modularity", 3, 12, 0.1, false, Options{Modularity, 1, 1, 5}},
		{"three groups, CPM", 3, 12, 0.1, false, Options{CPM, 0.6, 1, 5}},
		{"two camps against each other", 2, 20, 0.2, true, Options{Modularity, 1, 1, 5}},
		{"four camps against each other", 4, 10, 0.15, true, Options{Modularity, 1, 1, 5}},
		{"four camps, signed CPM", 4, 10, 0.15, true, Options{CPM, 0.1, 1, 5}},
	} {
		edges, truth := planted(9, c.k, c.m, c.noise, c.signed)
		p, err := Leiden(graph(t, c.k*c.m, edges), c.o)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(truth, p.Membership); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestAgainstAllPartitions: on small random networks, signed ones too, no
// partition is better than the one found.
func TestAgainstAllPartitions(t *testing.T) {
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 17))
		n := 7
		var edges []Edge
		for v := range n {
			for u := range v {
				if w := rng.NormFloat64(); rng.Float64() < 0.7 && (seed%2 == 0 || w > 0) {
					edges = append(edges, Edge{u, v, w})
				}
			}
		}
		g := graph(t, n, edges)
		for _, q := range []Quality{Modularity, CPM} {
			p, err := Leiden(g, Options{q, 0.8, seed, 20})
			if err != nil {
				t.Fatal(err)
			}
			top := math.Inf(-1)
			each(n, func(of []int) {
				v, _ := Value(g, of, q, 0.8)
				top = max(top, v)
			})
			if !near(top, p.Quality) {
				t.Errorf("seed %d, %s: found %v, the best partition has %v", seed, q, p.Quality, top)
			}
			if v, _ := Value(g, p.Membership, q, 0.8); !near(v, p.Quality) {
				t.Errorf("the quality reported is %v, the partition has %v", p.Quality, v)
			}
		}
	}
}

// each visits every partition of n nodes.
func each(n int, visit func([]int)) {
	of := make([]int, n)
	var place func(v, groups int)
	place = func(v, groups int) {
		if v == n {
			visit(of)
			return
		}
		for c := range groups + 1 {
			of[v] = c
			place(v+1, max(groups, c+1))
		}
	}
	place(0, 0)
}

// TestCommunitiesAreConnected is the promise of the Leiden method.
func TestCommunitiesAreConnected(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 23))
		n := 120
		var edges []Edge
		for range 260 {
			if a, b := rng.IntN(n), rng.IntN(n); a != b {
				edges = append(edges, Edge{a, b, 1})
			}
		}
		g := graph(t, n, edges)
		p, err := Leiden(g, Options{Modularity, 1, seed, 1})
		if err != nil {
			t.Fatal(err)
		}
		louvain, _ := Louvain(g, Options{Modularity, 1, seed, 1})
		if p.Quality < louvain.Quality-0.02 {
			t.Errorf("seed %d: Leiden %v is far below Louvain %v", seed, p.Quality, louvain.Quality)
		}
		for c := range p.Communities {
			first := slices.Index(p.Membership, c)
			seen := map[int]bool{first: true}
			for queue := []int{first}; len(queue) > 0; queue = queue[1:] {
				v := queue[0]
				for i := g.start[v]; i < g.start[v+1]; i++ {
					if u := int(g.to[i]); p.Membership[u] == c && !seen[u] {
						seen[u] = true
						queue = append(queue, u)
					}
				}
			}
			size := 0
			for _, d := range p.Membership {
				size += boolInt(d == c)
			}
			if len(seen) != size {
				t.Fatalf("seed %d: community %d falls apart", seed, c)
			}
		}
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestSameSeedSameCommunitiesAndScaleDoesNotMatter(t *testing.T) {
	edges, _ := planted(2, 4, 15, 0.3, true)
	o := Options{Modularity, 1, 8, 3}
	first, err := Leiden(graph(t, 60, edges), o)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := Leiden(graph(t, 60, edges), o)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
	for i := range edges {
		edges[i].Weight *= 1024
	}
	scaled, _ := Leiden(graph(t, 60, edges), o)
	if diff := cmp.Diff(first.Membership, scaled.Membership); diff != "" || !near(first.Quality, scaled.Quality) {
		t.Errorf("with larger weights: %v then %v %s", first.Quality, scaled.Quality, diff)
	}
}

func TestEdgesOfTheQuestion(t *testing.T) {
	for _, c := range []struct {
		name  string
		n     int
		edges []Edge
		want  []int
	}{
		{"no nodes", 0, nil, []int{}},
		{"no edges", 3, nil, []int{0, 1, 2}},
		{"an isolated node", 3, []Edge{{0, 1, 1}}, []int{0, 0, 1}},
		{"enemies only", 2, []Edge{{0, 1, -1}}, []int{0, 1}},
		{"the enemy of my enemy", 3, []Edge{{0, 1, -1}, {1, 2, -1}}, []int{0, 1, 0}},
	} {
		p, err := Leiden(graph(t, c.n, c.edges), Default())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, p.Membership); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestInvalidInput(t *testing.T) {
	_, negative := New(2, []Edge{{0, 1, -1}})
	_, loop := New(2, []Edge{{1, 1, 1}})
	_, outside := New(2, []Edge{{0, 2, 1}})
	_, nan := New(2, []Edge{{0, 1, math.NaN()}})
	g := graph(t, 2, nil)
	_, quality := Leiden(g, Options{"surprise", 1, 1, 1})
	_, resolution := Leiden(g, Options{Modularity, 0, 1, 1})
	_, runs := Leiden(g, Options{Modularity, 1, 1, 0})
	_, size := Value(g, []int{0}, Modularity, 1)
	_, seeds := Stabilities(g, Modularity, []float64{1}, []uint64{1})
	for _, c := range []struct {
		err  error
		want string
	}{
		{negative, "positive part"},
		{loop, "itself"},
		{outside, "0-2"},
		{nan, "NaN"},
		{quality, "modularity or cpm"},
		{resolution, "above 0"},
		{runs, "1 to 10000"},
		{size, "1 memberships"},
		{seeds, "at least two"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("error %v does not say %q", c.err, c.want)
		}
	}
}
