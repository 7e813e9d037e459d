package centrality

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func graph(t testing.TB, n int, edges []Edge) *Graph {
	t.Helper()
	g, err := New(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func near(a, b, tolerance float64) bool {
	return math.Abs(a-b) <= tolerance || math.IsNaN(a) && math.IsNaN(b)
}

func check(t *testing.T, name string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", name, len(got), len(want))
	}
	for i := range want {
		if !near(got[i], want[i], tolerance) {
			t.Errorf("%s of node %d: %v, want %v", name, i, got[i], want[i])
		}
	}
}

// TestKarateClub compares with what networkx 3.6.1 computes for the same
// network: betweenness, closeness and harmonic centrality without weights,
// betweenness with the inverse of the weights, eigenvector without weights.
func TestKarateClub(t *testing.T) {
	g := graph(t, 34, karateEdges(false))
	between, err := g.Betweenness(Hops, nil)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "betweenness", between, karateBetween, 1e-8)
	n, err := g.Closeness(Hops)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "closeness", n.Closeness, karateCloseness, 1e-8)
	harmonic := slices.Clone(karateHarmonic)
	for i := range harmonic {
		harmonic[i] /= 33 // networkx gives the sum, not the mean
	}
	check(t, "harmonic", n.Harmonic, harmonic, 1e-8)
	e, err := g.Eigenvector()
	if err != nil || !e.Converged {
		t.Fatal(e, err)
	}
	check(t, "eigenvector", e.Vector, karateEigen, 1e-8)
	// The largest eigenvalue of this network is 6.7257 (networkx, numpy).
	if math.Abs(e.Value-6.7257) > 5e-5 {
		t.Errorf("eigenvalue %v", e.Value)
	}
	weighted, err := graph(t, 34, karateEdges(true)).Betweenness(Inverse, nil)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "weighted betweenness", weighted, karateWeighted, 1e-8)
}

// path is 0-1-2-3, with a triangle 3-4-5 at its end.
var path = []Edge{{0, 1, 1}, {1, 2, 2}, {2, 3, 1}, {3, 4, 1}, {4, 5, 3}, {3, 5, 1}}

func TestDegreeAndStrength(t *testing.T) {
	g := graph(t, 7, append(path, Edge{1, 0, 4}, Edge{5, 6, 0})) // one pair twice, one weight of 0
	if diff := cmp.Diff([]int{1, 2, 2, 3, 2, 2, 0}, g.Degree()); diff != "" {
		t.Error(diff)
	}
	check(t, "strength", g.Strength(), []float64{5, 7, 3, 3, 4, 4, 0}, 0)
}

// TestBetweenGroupsByHand: groups A = {0,1}, B = {2,3}, node 4 without one, on
// the path 0-1-2-3-4. Pairs in different groups: 02 03 12 13. Through 1, of
// those that do not end there: 02 and 03, both. Through 2: 03 and 13, both.
// Through 4: none of four.
func TestBetweenGroupsByHand(t *testing.T) {
	g := graph(t, 5, []Edge{{0, 1, 1}, {1, 2, 1}, {2, 3, 1}, {3, 4, 1}})
	got, err := g.Betweenness(Hops, []int{0, 0, 1, 1, -1})
	if err != nil {
		t.Fatal(err)
	}
	check(t, "betweenness", got, []float64{0, 1, 1, 0, 0}, 1e-12)
	one, _ := g.Betweenness(Hops, []int{0, 0, 0, 0, 0})
	if !math.IsNaN(one[2]) {
		t.Errorf("one group: %v, want not defined", one)
	}
}

// TestBetweennessByCounting compares with counting shortest paths pair by pair.
func TestBetweennessByCounting(t *testing.T) {
	edges := []Edge{{0, 1, 1}, {1, 2, 2}, {0, 3, 1}, {3, 4, 1}, {4, 2, 2}, {2, 5, 4}, {5, 6, 4}, {6, 0, 1}, {1, 5, 2}}
	n := 8
	g := graph(t, n, edges)
	groups := []int{0, 1, 0, 1, 2, 2, -1, 0}
	for _, l := range []Length{Hops, Inverse, Weight} {
		for _, by := range [][]int{nil, groups} {
			got, err := g.Betweenness(l, by)
			if err != nil {
				t.Fatal(err)
			}
			check(t, string(l), got, counting(n, edges, l, by), 1e-12)
		}
	}
}

// counting lists all simple paths and keeps the shortest.
func counting(n int, edges []Edge, l Length, groups []int) []float64 {
	length := map[[2]int]float64{}
	for _, e := range edges {
		v := map[Length]float64{Hops: 1, Inverse: 1 / e.Weight, Weight: e.Weight}[l]
		length[[2]int{e.A, e.B}], length[[2]int{e.B, e.A}] = v, v
	}
	through, of := make([]float64, n), make([]float64, n)
	for s := range n {
		for t := range s {
			if groups != nil && (groups[s] < 0 || groups[t] < 0 || groups[s] == groups[t]) {
				continue
			}
			for v := range n {
				if v != s && v != t {
					of[v]++
				}
			}
			best, paths := math.Inf(1), [][]int{}
			var walk func(path []int, sum float64)
			walk = func(path []int, sum float64) {
				at := path[len(path)-1]
				if at == t {
					switch {
					case sum < best-1e-9:
						best, paths = sum, [][]int{slices.Clone(path)}
					case sum < best+1e-9:
						paths = append(paths, slices.Clone(path))
					}
					return
				}
				for u := range n {
					if d, ok := length[[2]int{at, u}]; ok && !slices.Contains(path, u) {
						walk(append(slices.Clone(path), u), sum+d)
					}
				}
			}
			walk([]int{s}, 0)
			for _, p := range paths {
				for _, v := range p[1 : len(p)-1] {
					through[v] += 1 / float64(len(paths))
				}
			}
		}
	}
	for v := range through {
		through[v] /= of[v]
	}
	return through
}

func TestScalingWeightsChangesNoRank(t *testing.T) {
	edges := karateEdges(true)
	a, err := graph(t, 34, edges).Betweenness(Inverse, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range edges {
		edges[i].Weight *= 7
	}
	b, _ := graph(t, 34, edges).Betweenness(Inverse, nil)
	check(t, "betweenness", b, a, 1e-9)
}

func TestClosenessOfSeparateParts(t *testing.T) {
	n, err := graph(t, 5, []Edge{{0, 1, 2}, {1, 2, 2}}).Closeness(Inverse)
	if err != nil {
		t.Fatal(err)
	}
	// Node 1: two nodes at 1/2: 2/1, times 2 of 4 reached. Node 0: distances 1/2
	// and 1.
	check(t, "closeness", n.Closeness, []float64{2 / 1.5 / 2, 1, 2 / 1.5 / 2, 0, 0}, 1e-12)
	check(t, "harmonic", n.Harmonic, []float64{3.0 / 4, 1, 3.0 / 4, 0, 0}, 1e-12)
}

func TestEigenvectorOfATwoSidedNetwork(t *testing.T) {
	// A star of four: the middle has 1/sqrt 2, the others 1/sqrt 6; value sqrt 3.
	e, err := graph(t, 4, []Edge{{0, 1, 1}, {0, 2, 1}, {0, 3, 1}}).Eigenvector()
	if err != nil || !e.Converged || !near(e.Value, math.Sqrt(3), 1e-9) {
		t.Fatalf("%+v %v", e, err)
	}
	s := 1 / math.Sqrt(6)
	check(t, "eigenvector", e.Vector, []float64{1 / math.Sqrt2, s, s, s}, 1e-9)
}

// TestBrokersByHand: node 2 (group A) joins 0 (A), 1 (A), 3 (B), 4 (B), 5 (C); 0
// and 1 are connected. Open pairs: 03 04 05 13 14 15 (gatekeeper: the broker
// shares the group of the first), 34 (consultant), 35 45 (liaison).
func TestBrokersByHand(t *testing.T) {
	g := graph(t, 7, []Edge{{2, 0, 1}, {2, 1, 1}, {2, 3, 1}, {2, 4, 1}, {2, 5, 1}, {0, 1, 1}, {2, 6, 5}})
	groups := []int{0, 0, 0, 1, 1, 2, -1}
	list, err := g.Brokers(groups)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Roles{Coordinator: 0, Consultant: 1, Gatekeeper: 6, Liaison: 2}, list[2].Roles); diff != "" {
		t.Error(diff)
	}
	// Sizes 3, 2, 1 of 6; three labels in a row: 6*5*4 = 120 ways. One group:
	// 3*2*1 = 6. Two of one group and one of another: 3*2*3 + 2*1*4 = 26.
	want := Roles{9 * 6.0 / 120, 9 * 26.0 / 120, 9 * 52.0 / 120, 9 * 36.0 / 120}
	for i, v := range []float64{list[2].Expected.Coordinator, list[2].Expected.Consultant, list[2].Expected.Gatekeeper, list[2].Expected.Liaison} {
		if w := []float64{want.Coordinator, want.Consultant, want.Gatekeeper, want.Liaison}[i]; !near(v, w, 1e-12) {
			t.Errorf("expected role %d: %v, want %v", i, v, w)
		}
	}
	// Strength 2, 2 and 1 to the three groups.
	if p := list[2].Participation; !near(p, 1-(4+4+1)/25.0, 1e-12) {
		t.Errorf("participation %v", p)
	}
	if list[0].Participation != 0 || list[0].Total() != 0 || list[6].Total() != 0 {
		t.Errorf("%+v %+v", list[0], list[6])
	}
	if p := graph(t, 2, nil); true {
		if l, _ := p.Brokers([]int{0, 1}); !math.IsNaN(l[0].Participation) {
			t.Errorf("participation without edges: %v", l[0].Participation)
		}
	}
}

func TestInvalidInput(t *testing.T) {
	_, negative := New(2, []Edge{{0, 1, -1}})
	_, loop := New(2, []Edge{{1, 1, 1}})
	_, outside := New(2, []Edge{{0, 2, 1}})
	g := graph(t, 2, nil)
	_, length := g.Betweenness("miles", nil)
	_, groups := g.Betweenness(Hops, []int{1})
	_, eigen := g.Eigenvector()
	_, broker := g.Brokers(nil)
	for _, c := range []struct {
		err  error
		want string
	}{
		{negative, "congruence"},
		{loop, "itself"},
		{outside, "0-2"},
		{length, "hops, inverse or weight"},
		{groups, "1 groups for 2"},
		{eigen, "not defined"},
		{broker, "0 groups"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("error %v does not say %q", c.err, c.want)
		}
	}
}
