package congruence

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBootstrapCoverage draws synthetic event lists from known probabilities.
// With N independent events the expected congruence of i and i' is
// N (N-1) sum_j sum_k p[i,j,k] p[i',j,k]; a 95 per cent interval must hold it in
// about 95 of 100 lists. Bounds: 600 intervals, so three standard errors are
// 2.7 points; the percentile bootstrap itself is allowed two points of undercoverage.
func TestBootstrapCoverage(t *testing.T) {
	const n, lists = 200, 200
	actors, concepts := 3, 4
	lean := [3][4]float64{{0.9, 0.8, 0.5, 0.3}, {0.7, 0.9, 0.4, 0.2}, {0.2, 0.3, 0.6, 0.9}}
	p := func(a, c, k int) float64 {
		q := lean[a][c]
		if k == 0 {
			q = 1 - q
		}
		return q / float64(actors*concepts)
	}
	hit, all := 0, 0
	for seed := range lists {
		rng := rand.New(rand.NewPCG(uint64(seed), 99))
		ev := &Events{Actors: []string{"A", "B", "C"}, Concepts: []string{"a", "b", "c", "d"}, Scale: Scale{Kind: Binary}}
		for e := range n {
			a, c := rng.IntN(actors), rng.IntN(concepts)
			q := 0.0
			if rng.Float64() < lean[a][c] {
				q = 1
			}
			ev.Actor, ev.Concept, ev.Qualifier = append(ev.Actor, int32(a)), append(ev.Concept, int32(c)), append(ev.Qualifier, q)
			ev.Document = append(ev.Document, int32(e))
		}
		nw, err := NewWithInterval(ev, options(OneMode, Congruence, NoNorm), Bootstrap{Unit: Document, Draws: 300, Level: 0.95, Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		for i := range actors {
			for j := i + 1; j < actors; j++ {
				truth := 0.0
				for c := range concepts {
					truth += p(i, c, 0)*p(j, c, 0) + p(i, c, 1)*p(j, c, 1)
				}
				truth *= n * (n - 1)
				at := i*actors + j
				all++
				if nw.Lo[at] <= truth && truth <= nw.Hi[at] {
					hit++
				}
			}
		}
	}
	if share := float64(hit) / float64(all); math.Abs(share-0.95) > 0.047 {
		t.Errorf("intervals hold the truth in %.3f of %d, want about 0.95", share, all)
	} else {
		t.Logf("coverage %.3f of %d", share, all)
	}
}

func TestBootstrapIsDeterministicAndSymmetric(t *testing.T) {
	ev := synthetic(31, 300, 6, 5, Stances())
	get := func(seed uint64) *Network {
		nw, err := NewWithInterval(ev, options(OneMode, Subtract, Average), Bootstrap{Unit: Document, Draws: 60, Level: 0.9, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return nw
	}
	a, b := get(1), get(1)
	if diff := cmp.Diff([][]float64{a.Lo, a.Hi}, [][]float64{b.Lo, b.Hi}); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(a.Lo, get(2).Lo) {
		t.Error("another seed gives the same interval")
	}
	n := len(a.Rows)
	for i := range n {
		for j := range n {
			if a.Lo[i*n+j] != a.Lo[j*n+i] || a.Lo[i*n+j] > a.Hi[i*n+j] {
				t.Fatalf("interval of %d,%d: %v to %v", i, j, a.Lo[i*n+j], a.Hi[i*n+j])
			}
		}
	}
}

func TestBootstrapOfTwoModeAndTick(t *testing.T) {
	ev := synthetic(32, 200, 5, 4, Stances())
	stop := errors.New("stop")
	seen := 0
	b := Bootstrap{Unit: Statement, Draws: 50, Level: 0.95, Seed: 1, Tick: func(done, of int) error { seen = done; return nil }}
	nw, err := NewWithInterval(ev, options(TwoMode, Subtract, Activity), b)
	if err != nil || seen != 50 {
		t.Fatalf("%v after %d draws", err, seen)
	}
	inside := 0
	for c, w := range nw.Weight {
		if nw.Lo[c] <= w && w <= nw.Hi[c] {
			inside++
		}
	}
	if inside != len(nw.Weight) {
		t.Errorf("%d of %d estimates inside their interval", inside, len(nw.Weight))
	}
	b.Tick = func(int, int) error { return stop }
	if _, err := NewWithInterval(ev, options(TwoMode, Subtract, Activity), b); !errors.Is(err, stop) {
		t.Errorf("error %v, want the one of Tick", err)
	}
}
