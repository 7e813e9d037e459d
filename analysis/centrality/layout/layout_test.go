package layout

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func place(t testing.TB, n int, edges []Edge) Layout {
	t.Helper()
	l, err := New(n, edges, Default())
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		for _, v := range []float64{l.X[i], l.Y[i]} {
			if !(v >= 0 && v <= 1) {
				t.Fatalf("node %d lies at %v, %v", i, l.X[i], l.Y[i])
			}
		}
	}
	return l
}

func apart(l Layout, i, j int) float64 { return math.Hypot(l.X[i]-l.X[j], l.Y[i]-l.Y[j]) }

// camps are two groups, tied within, with a few ties between.
func camps(n int, seed uint64) (edges []Edge) {
	rng := rand.New(rand.NewPCG(seed, 2))
	for i := range n {
		for j := range i {
			switch {
			case i%2 == j%2 && rng.Float64() < 0.8:
				edges = append(edges, Edge{j, i, 1 + rng.Float64()})
			case rng.Float64() < 0.1:
				edges = append(edges, Edge{j, i, 0.2})
			}
		}
	}
	return edges
}

func TestAPathLiesInALine(t *testing.T) {
	l := place(t, 5, []Edge{{0, 1, 1}, {1, 2, 1}, {2, 3, 1}, {3, 4, 1}})
	for i := range 5 {
		if math.Abs(l.X[i]-float64(i)/4) > 0.01 || math.Abs(l.Y[i]-0.5) > 0.01 {
			t.Errorf("node %d lies at %.3f, %.3f, want %.2f, 0.50", i, l.X[i], l.Y[i], float64(i)/4)
		}
	}
	if l.Stress > 1e-4 {
		t.Errorf("stress %v, want none", l.Stress)
	}
}

func TestCampsLieApart(t *testing.T) {
	n := 40
	l := place(t, n, camps(n, 1))
	var in, out, a, b float64
	for i := range n {
		for j := range i {
			if i%2 == j%2 {
				in, a = in+apart(l, i, j), a+1
			} else {
				out, b = out+apart(l, i, j), b+1
			}
		}
	}
	if in/a > 0.7*out/b {
		t.Errorf("mean distance %.3f within camps, %.3f between", in/a, out/b)
	}
}

func TestHeavierIsNearer(t *testing.T) {
	l := place(t, 3, []Edge{{0, 1, 9}, {1, 2, 1}, {0, 2, 1}})
	if apart(l, 0, 1) >= apart(l, 1, 2) {
		t.Errorf("the strong edge is %.3f long, the weak one %.3f", apart(l, 0, 1), apart(l, 1, 2))
	}
}

func TestSameSeedSamePlaces(t *testing.T) {
	if diff := cmp.Diff(place(t, 50, camps(50, 3)), place(t, 50, camps(50, 3))); diff != "" {
		t.Error(diff)
	}
}

func TestNodesDoNotCoverEachOther(t *testing.T) {
	var star []Edge
	for i := 1; i < 60; i++ {
		star = append(star, Edge{0, i, 1})
	}
	for name, edges := range map[string][]Edge{"star": star, "no edges": nil, "two parts": {{0, 1, 1}, {2, 3, 1}}} {
		l := place(t, 60, edges)
		for i := range 60 {
			for j := range i {
				if apart(l, i, j) < 0.9*Default().Gap {
					t.Fatalf("%s: nodes %d and %d are %v apart", name, i, j, apart(l, i, j))
				}
			}
		}
	}
}

func TestSmallAndInvalid(t *testing.T) {
	for n := range 3 {
		place(t, n, nil)
	}
	for _, c := range []struct {
		n     int
		edges []Edge
		o     Options
		want  string
	}{
		{MaxNodes + 1, nil, Default(), "filter"},
		{2, []Edge{{0, 2, 1}}, Default(), "0-2"},
		{2, []Edge{{0, 1, math.NaN()}}, Default(), "NaN"},
		{2, nil, Options{Seed: 1}, "rounds"},
		{2, nil, Options{Rounds: 1, Gap: 1}, "gap"},
	} {
		if _, err := New(c.n, c.edges, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v does not say %q", err, c.want)
		}
	}
}

func BenchmarkLayout193(b *testing.B) {
	edges := camps(193, 1)
	for b.Loop() {
		place(b, 193, edges)
	}
}
