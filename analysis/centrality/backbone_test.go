package centrality

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// divided makes synthetic stances: n actors in two blocs, and propositions of
// which the first k divide the blocs (with noise) and the others say nothing
// about them. A third of the cells is silent.
func divided(seed uint64, n, propositions, k int) Positions {
	rng := rand.New(rand.NewPCG(seed, 6))
	p := Positions{Actors: n, Propositions: propositions, Width: 4}
	for a := range n {
		p.Groups = append(p.Groups, a%2)
		for j := range propositions {
			s := float64(rng.IntN(5) - 2)
			if j < k && rng.Float64() < 0.9 {
				s = float64(2 - 4*(a%2))
			}
			if rng.IntN(3) == 0 {
				s = math.NaN()
			}
			p.Stance = append(p.Stance, s)
		}
	}
	return p
}

func backbone(t testing.TB, p Positions, o BackboneOptions) Backbone {
	t.Helper()
	b, err := FindBackbone(p, o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestThePlantedPropositionsAreTheBackbone(t *testing.T) {
	p := divided(1, 40, 20, 4)
	b := backbone(t, p, BackboneOptions{Size: 4, Loss: LossBlocs, Steps: 500, Seed: 1})
	if diff := cmp.Diff([]int{0, 1, 2, 3}, b.Propositions); diff != "" {
		t.Error(diff)
	}
	if b.Rest < 0.3 || b.Loss > 0.1 {
		t.Errorf("the backbone loses %v, the rest %v", b.Loss, b.Rest)
	}
	p.Groups[0] = -1 // no bloc: its 39 pairs do not count
	if b := backbone(t, p, BackboneOptions{Size: 4, Loss: LossBlocs}); b.Pairs != 39*38/2 {
		t.Errorf("%d pairs, want %d", b.Pairs, 39*38/2)
	}
}

// TestLossByHand: blocs {0,1} and {2,3}. Proposition 0 divides them cleanly;
// on proposition 1 actor 1 sides with the other bloc; proposition 2 knows only
// the actors 0 and 2, who differ.
func TestLossByHand(t *testing.T) {
	x := math.NaN()
	p := Positions{Actors: 4, Propositions: 3, Width: 1, Groups: []int{0, 0, 1, 1}, Stance: []float64{
		1, 1, 1,
		1, 0, x,
		0, 0, 0,
		0, 0, x,
	}}
	// Rates of proposition 1: 01: 0, 23: 1; across 02: 0, 03: 0, 12: 1, 13: 1. Of 8
	// comparisons the one across is higher in 2 (01 against 12, 13), equal in 4.
	// Proposition 2: 02: 0, all others unknown: 8 ties.
	for j, want := range []float64{0, (2 + 4*0.5) / 8, 0.5} {
		one := Positions{Actors: 4, Propositions: 1, Width: 1, Groups: p.Groups}
		for a := range 4 {
			one.Stance = append(one.Stance, p.Stance[a*3+j])
		}
		if j == 2 { // nothing in a bloc to compare: an error says so
			if _, err := FindBackbone(one, BackboneOptions{Size: 1, Loss: LossBlocs}); err == nil {
				t.Error("no pair in a bloc: no error")
			}
			continue
		}
		if b := backbone(t, one, BackboneOptions{Size: 1, Loss: LossBlocs}); !near(b.Loss, want, 1e-12) || !near(b.Full, want, 1e-12) {
			t.Errorf("proposition %d: loss %v, want %v", j, b.Loss, want)
		}
	}
	b := backbone(t, p, BackboneOptions{Size: 1, Loss: LossBlocs})
	if b.Propositions[0] != 0 || b.Loss != 0 {
		t.Errorf("%+v", b)
	}
	// Of propositions 1 and 2: 01: 0, 23: 1; across 02: 0 of 2, 03: 0, 12: 1, 13: 1.
	if !near(b.Rest, 0.5, 1e-12) {
		t.Errorf("rest %v, want 0.5", b.Rest)
	}
	// Sums of 2 agreement - 1 over pairs 01 02 03 12 13 23: proposition 0 alone
	// 1 -1 -1 -1 -1 1; all: 0 -3 -2 0 0 2. Sums -2 and -3, squares 6 and 17, product
	// 7: cov 7-1 = 6, var 6-2/3 and 17-1.5: r^2 = 36/(16/3*15.5).
	n := backbone(t, p, BackboneOptions{Size: 1, Loss: LossNetwork})
	first := n.Path[0]
	want := 1 - 36/(16.0/3*15.5)
	var single []float64
	bones, err := newBones(p, BackboneOptions{Size: 1, Loss: LossNetwork})
	if err != nil {
		t.Fatal(err)
	}
	for j := range 3 {
		bones.add(j, 1)
	}
	copy(bones.whole, bones.net())
	for j := range 3 {
		single = append(single, bones.lossOf([]int{j}))
	}
	if !near(single[0], want, 1e-12) || first != slices.Min(single) {
		t.Errorf("network losses %v, the first %v; proposition 0 should lose %v", single, first, want)
	}
	if n.Full != 0 {
		t.Errorf("all propositions lose %v of themselves", n.Full)
	}
}

// TestD2StructureNotDegrees: three propositions on which every actor agrees with
// exactly one of three others, so sums per actor are equal; two of them divide
// the actors in one way, the third in another. One of the two is the backbone,
// and the input is as before.
func TestD2StructureNotDegrees(t *testing.T) {
	p := Positions{Actors: 4, Propositions: 3, Width: 4, Stance: []float64{
		2, 2, 2,
		-2, 2, 2,
		2, -2, -2,
		-2, -2, -2,
	}}
	before := slices.Clone(p.Stance)
	b := backbone(t, p, BackboneOptions{Size: 1, Loss: LossNetwork, Steps: 50, Seed: 1})
	// Pair sums 01 02 03 12 13 23: proposition 1 1 -1 -1 -1 -1 1; all 1 -1 -3 -3 -1 1.
	// Covariance 10-(-2)(-6)/6 = 8, variances 6-4/6 and 22-36/6: r^2 = 64/(16/3*16).
	if b.Propositions[0] != 1 || !near(b.Loss, 1-64/(16.0/3*16), 1e-12) || b.Full != 0 {
		t.Errorf("%+v", b)
	}
	if !slices.Equal(before, p.Stance) {
		t.Error("the stances were changed")
	}
}

// TestD14TheLossIsThatOfTheSetReturned: also when annealing ends elsewhere; and
// annealing never makes it worse than the greedy choice.
func TestD14TheLossIsThatOfTheSetReturned(t *testing.T) {
	for seed := range uint64(5) {
		p := divided(seed, 16, 12, 6)
		for _, loss := range []Loss{LossBlocs, LossNetwork} {
			for _, steps := range []int{0, 5, 400} {
				o := BackboneOptions{Size: 3, Loss: loss, Steps: steps, Seed: seed}
				b := backbone(t, p, o)
				bones, err := newBones(p, o)
				if err != nil {
					t.Fatal(err)
				}
				for j := range p.Propositions {
					bones.add(j, 1)
				}
				copy(bones.whole, bones.net())
				if again := bones.lossOf(b.Propositions); !near(again, b.Loss, 1e-12) || b.Loss > b.Path[2]+1e-12 {
					t.Errorf("%s, %d steps: loss %v, of the set %v, greedy %v", loss, steps, b.Loss, again, b.Path[2])
				}
				if diff := cmp.Diff(b, backbone(t, p, o)); diff != "" {
					t.Errorf("twice the same: %s", diff)
				}
			}
		}
	}
}

// TestAnnealingFindsTheBestSet compares with all 220 sets of three.
func TestAnnealingFindsTheBestSet(t *testing.T) {
	p := divided(3, 14, 12, 5)
	o := BackboneOptions{Size: 3, Loss: LossNetwork, Steps: 2000, Seed: 2}
	b := backbone(t, p, o)
	bones, _ := newBones(p, o)
	for j := range 12 {
		bones.add(j, 1)
	}
	copy(bones.whole, bones.net())
	least := 1.0
	for i := range 12 {
		for j := range i {
			for k := range j {
				least = min(least, bones.lossOf([]int{i, j, k}))
			}
		}
	}
	if !near(least, b.Loss, 1e-9) {
		t.Errorf("found %v, the best set loses %v", b.Loss, least)
	}
}

func TestInvalidBackbone(t *testing.T) {
	for _, c := range []struct {
		edit func(*Positions, *BackboneOptions)
		want string
	}{
		{func(_ *Positions, o *BackboneOptions) { o.Size = 0 }, "1 to the number"},
		{func(_ *Positions, o *BackboneOptions) { o.Size = 99 }, "1 to the number"},
		{func(_ *Positions, o *BackboneOptions) { o.Loss = "spectral" }, "blocs or network"},
		{func(p *Positions, _ *BackboneOptions) { p.Groups = nil }, "-1"},
		{func(p *Positions, _ *BackboneOptions) { p.Width = 0 }, "width"},
		{func(p *Positions, _ *BackboneOptions) { p.Width = 1 }, "differ by more"},
		{func(p *Positions, _ *BackboneOptions) { p.Stance = p.Stance[1:] }, "one entry"},
		{func(p *Positions, _ *BackboneOptions) { clear(p.Groups) }, "no pairs to compare"},
	} {
		p, o := divided(1, 8, 6, 2), BackboneOptions{Size: 2, Loss: LossBlocs}
		c.edit(&p, &o)
		if _, err := FindBackbone(p, o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v does not say %q", err, c.want)
		}
	}
}

func BenchmarkBackbone(b *testing.B) {
	p := divided(1, 120, 100, 10)
	for b.Loop() {
		backbone(b, p, BackboneOptions{Size: 10, Loss: LossBlocs, Steps: 1000, Seed: 1})
	}
}
