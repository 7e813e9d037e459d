package community

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// camps makes the two networks of n actors in two camps given by truth.
func camps(truth []int, noise float64, seed uint64) (congruence, conflict []float64) {
	n := len(truth)
	rng := rand.New(rand.NewPCG(seed, 41))
	congruence, conflict = make([]float64, n*n), make([]float64, n*n)
	for i := range n {
		for j := range i {
			m := conflict
			if (truth[i] == truth[j]) != (rng.Float64() < noise) {
				m = congruence
			}
			m[i*n+j], m[j*n+i] = 1, 1
		}
	}
	return congruence, conflict
}

func must(t *testing.T, n int, congruence, conflict []float64) *Poles {
	t.Helper()
	p, err := NewPoles(n, congruence, conflict)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestD1PlantedCampsAreTheMaximum: 12 actors in two perfect camps; among all
// 2048 splits (the 462 balanced ones with them) the planted one alone has the
// highest score, 1, and the search finds it.
func TestD1PlantedCampsAreTheMaximum(t *testing.T) {
	truth := []int{0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}
	p := must2(t, truth, 0)
	planted, err := p.Score(truth)
	if err != nil || !near(planted, 1) {
		t.Fatalf("the planted camps score %v, want 1 (%v)", planted, err)
	}
	balanced := 0
	for set := range 1 << 11 {
		of := make([]int, 12)
		for i := range 11 {
			of[i+1] = set >> i & 1
		}
		v, _ := p.Score(of)
		if bits.OnesCount(uint(set)) == 6 {
			balanced++
		}
		if v > planted-1e-9 && !cmp.Equal(canonical(of), truth) {
			t.Errorf("%v scores %v, as much as the planted camps", of, v)
		}
	}
	if balanced != 462 {
		t.Errorf("%d balanced splits, want 462", balanced)
	}
	together, _ := p.Score(make([]int, 12))
	if !near(together, 0) {
		t.Errorf("all in one camp scores %v, want 0", together)
	}
	mixed, _ := p.Score([]int{0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1}) // three of each
	if mixed >= 0 {
		t.Errorf("a split across the camps scores %v, want less than 0", mixed)
	}
	found, err := p.Search(1, 5)
	if err != nil || !near(found.Score, 1) || !cmp.Equal(found.Camps, truth) || found.CongruenceInside != 1 || found.ConflictBetween != 1 {
		t.Errorf("found %+v (%v)", found, err)
	}
}

func must2(t *testing.T, truth []int, noise float64) *Poles {
	c, f := camps(truth, noise, 4)
	return must(t, len(truth), c, f)
}

// TestScoreIsTwiceTheSignedModularity ties the two definitions together.
func TestScoreIsTwiceTheSignedModularity(t *testing.T) {
	truth := []int{0, 1, 0, 1, 0, 1, 0, 0, 0, 1}
	n := len(truth)
	c, f := camps(truth, 0.3, 8)
	var positive, negative []Edge
	for i := range n {
		for j := range i {
			positive = append(positive, Edge{j, i, c[i*n+j]})
			negative = append(negative, Edge{j, i, f[i*n+j]})
		}
	}
	g, err := NewLayers(n, positive, negative)
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range [][]int{truth, {0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}} {
		want, _ := Value(g, of, Modularity, 1)
		if got, _ := must(t, n, c, f).Score(of); !near(got, 2*want) {
			t.Errorf("score %v, twice the modularity is %v", got, 2*want)
		}
	}
}

// TestSearchAgainstAllSplits: on noisy networks the search finds the best.
func TestSearchAgainstAllSplits(t *testing.T) {
	for seed := range uint64(10) {
		n := 11
		truth := make([]int, n)
		for i := range truth {
			truth[i] = i % 2
		}
		c, f := camps(truth, 0.35, seed)
		p := must(t, n, c, f)
		top := math.Inf(-1)
		for set := range 1 << (n - 1) {
			of := make([]int, n)
			for i := range n - 1 {
				of[i+1] = set >> i & 1
			}
			v, _ := p.Score(of)
			top = max(top, v)
		}
		found, err := p.Search(seed, 10)
		if err != nil || !near(found.Score, top) {
			t.Errorf("seed %d: found %v, the best split has %v (%v)", seed, found.Score, top, err)
		}
		if v, _ := p.Score(found.Camps); !near(v, found.Score) {
			t.Errorf("the score reported is %v, the camps have %v", found.Score, v)
		}
	}
}

// TestD1bSameSeedSameCamps: with 60 actors and noise, three runs are one.
func TestD1bSameSeedSameCamps(t *testing.T) {
	truth := make([]int, 60)
	for i := range truth {
		truth[i] = i * 7 % 5 % 2
	}
	p := must2(t, truth, 0.2)
	first, err := p.Search(3, 5)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		again, _ := p.Search(3, 5)
		if diff := cmp.Diff(first, again); diff != "" {
			t.Error(diff)
		}
	}
	if a := compare(canonical(first.Camps), canonical(truth)); a.ARI != 1 {
		t.Errorf("planted camps of 60: ARI %v (score %v)", a.ARI, first.Score)
	}
}

// TestWhatPolarisationIsNot: unanimity is no polarisation, and one dissenter
// among twelve is little.
func TestWhatPolarisationIsNot(t *testing.T) {
	c, f := camps(make([]int, 12), 0, 1)
	if r, err := must(t, 12, c, f).Search(1, 5); err != nil || r.Score > 1e-9 || !math.IsNaN(r.ConflictBetween) {
		t.Errorf("unanimity: %+v (%v)", r, err)
	}
	lone := make([]int, 12)
	lone[11] = 1
	c, f = camps(lone, 0, 1)
	r, err := must(t, 12, c, f).Search(1, 5)
	// 55 congruent pairs, 11 in conflict, all explained by the dissenter: F/(C+F).
	if err != nil || !near(r.Score, 11.0/66) || r.Sizes != [2]int{11, 1} {
		t.Errorf("one dissenter: %+v (%v)", r, err)
	}
}

func TestInvalidPoles(t *testing.T) {
	for _, c := range []struct {
		n    int
		a, b []float64
		want string
	}{
		{2, make([]float64, 3), make([]float64, 4), "congruence matrix has 3"},
		{2, []float64{0, 1, 1, 0}, []float64{0, 1, 2, 0}, "symmetric"},
		{2, []float64{0, -1, -1, 0}, make([]float64, 4), "0 or more"},
		{2, make([]float64, 4), make([]float64, 4), "not defined"},
	} {
		if _, err := NewPoles(c.n, c.a, c.b); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v does not say %q", err, c.want)
		}
	}
	p := must2(t, []int{0, 1, 0}, 0)
	if _, err := p.Score([]int{0, 1, 2}); err == nil {
		t.Error("three camps: no error")
	}
	if _, err := p.Search(1, 0); err == nil {
		t.Error("no starts: no error")
	}
}

func BenchmarkSearch(b *testing.B) {
	truth := make([]int, 193)
	for i := range truth {
		truth[i] = i % 2
	}
	c, f := camps(truth, 0.3, 1)
	p, err := NewPoles(193, c, f)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.Search(1, 1); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLeiden(b *testing.B) {
	edges, _ := planted(1, 5, 39, 0.3, true)
	g := graph(b, 195, edges)
	for b.Loop() {
		if _, err := Leiden(g, Options{Modularity, 1, 1, 1}); err != nil {
			b.Fatal(err)
		}
	}
}
