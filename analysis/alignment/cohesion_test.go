package alignment_test

import (
	"math"
	"testing"

	"entente/analysis/alignment"

	"pgregory.net/rapid"
)

func TestCohesionOfOneRollCall(t *testing.T) {
	nan := math.NaN()
	for _, tc := range []struct {
		name             string
		yes, abstain, no int
		ai, rice, pair   float64
	}{
		{"one voice", 5, 0, 0, 1, 1, 1},
		{"equal thirds", 2, 2, 2, 0, 0, 2.0 / 6},                      // pairs: (2*1+2*1)/(4*3)
		{"an even split of two options", 3, 0, 3, 0.25, 0, 12.0 / 30}, // Hix, Noury and Roland: 1/2 - 1/4
		{"four to one", 4, 0, 1, 0.7, 0.6, 12.0 / 20},                 // (4 - 1/2)/5; (4-1)/5; 4*3/(5*4)
		{"all abstain", 0, 4, 0, 1, nan, nan},
		{"one yes among abstentions", 1, 3, 0, (3 - 0.5) / 4, 1, nan},
		{"nobody", 0, 0, 0, nan, nan, nan},
	} {
		s := alignment.Split{Yes: tc.yes, Abstain: tc.abstain, No: tc.no}
		for what, v := range map[string][2]float64{"agreement index": {s.AgreementIndex(), tc.ai}, "rice": {s.Rice(), tc.rice}, "pair agreement": {s.PairAgreement(), tc.pair}} {
			if math.IsNaN(v[0]) != math.IsNaN(v[1]) || !math.IsNaN(v[0]) && !near(v[0], v[1], 1e-12) {
				t.Errorf("%s: %s %v, want %v", tc.name, what, v[0], v[1])
			}
		}
	}
}

func TestCohesionOverRollCalls(t *testing.T) {
	splits := []alignment.Split{{Yes: 5}, {Yes: 3, No: 2}, {Abstain: 4}, {Yes: 1}} // the last has one member: nobody to agree with
	c := alignment.Bloc(splits, nil, alignment.Standard)
	// AI: 1, (3-1)/5 = 0.4, 1; Rice: 1, 0.2; pairs: 1, (6+2)/20 = 0.4.
	if c.RollCalls != 3 || c.RiceBase != 2 || c.PairBase != 2 || c.MinCast != 4 || c.MaxCast != 5 {
		t.Errorf("%+v", c)
	}
	for what, v := range map[string][2]float64{"agreement index": {c.AgreementIndex.Value, 0.8}, "rice": {c.Rice.Value, 0.6}, "pair agreement": {c.PairAgreement.Value, 0.7}} {
		if !near(v[0], v[1], 1e-12) {
			t.Errorf("%s %v, want %v", what, v[0], v[1])
		}
	}
	if e := alignment.Bloc(nil, nil, alignment.Standard); e.Rice.Defined || e.AgreementIndex.Defined || e.PairAgreement.Defined {
		t.Errorf("no roll call, but %+v", e)
	}
}

// Desposato (2005): with votes by the toss of a coin Rice rises as the bloc gets
// smaller, the chance that two agree stays at one half. Worked out over all
// outcomes with their binomial chances, no sampling.
func TestRiceIsInflatedInSmallBlocsPairAgreementIsNot(t *testing.T) {
	expect := func(n int) (rice, pair float64) {
		for k := 0; k <= n; k++ {
			p := binomial(k, n, 0.5)
			s := alignment.Split{Yes: k, No: n - k}
			rice += p * s.Rice()
			pair += p * s.PairAgreement()
		}
		return rice, pair
	}
	r3, p3 := expect(3)
	r30, p30 := expect(30)
	if !near(p3, 0.5, 1e-12) || !near(p30, 0.5, 1e-9) {
		t.Errorf("pair agreement %v and %v, want 1/2", p3, p30)
	}
	if !near(r3, 0.5, 1e-12) || r30 > 0.2 {
		t.Errorf("Rice %v with three members, %v with thirty", r3, r30)
	}
}

func TestUnity(t *testing.T) {
	a := [][]int8{
		{0, 0, 2},  // majority yes against no: members 1 and 2 with it
		{0, 0, 0},  // both blocs yes: no bloc vote
		{0, 2, -1}, // a tie: no bloc vote
		{2, 2, 1},  // majority no against yes: the third abstains, so it is not with it
		{0, 0, -1}, // the third has no vote
	}
	b := [][]int8{{2, 2}, {0, 0}, {2, 2}, {0, 0}, {2, 1}}
	u := alignment.Against(a, b, nil, alignment.Standard)
	// Shares by hand: 3/3, 3/3, 0/2; the mean is 2/3.
	if u.BlocVotes != 3 || len(u.Members) != 3 {
		t.Fatalf("%+v", u)
	}
	for m, want := range [][2]int{{3, 3}, {3, 3}, {2, 0}} {
		if got := u.Members[m]; got.Cast != want[0] || got.With != want[1] {
			t.Errorf("member %d: %+v, want %v", m, got, want)
		}
	}
	if !near(u.Mean.Value, 2.0/3, 1e-12) || u.Mean.Lo > u.Mean.Value || u.Mean.Hi < u.Mean.Value {
		t.Errorf("mean %+v", u.Mean)
	}
	if e := alignment.Against(nil, nil, nil, alignment.Standard); e.Mean.Defined || e.BlocVotes != 0 {
		t.Errorf("no roll call, but %+v", e)
	}
}

func TestCohesionBoundsAndSigns(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var splits, flipped []alignment.Split
		for range rapid.IntRange(0, 20).Draw(rt, "n") {
			s := alignment.Split{Yes: rapid.IntRange(0, 9).Draw(rt, "yes"), Abstain: rapid.IntRange(0, 9).Draw(rt, "abstain"), No: rapid.IntRange(0, 9).Draw(rt, "no")}
			splits, flipped = append(splits, s), append(flipped, alignment.Split{Yes: s.No, Abstain: s.Abstain, No: s.Yes})
		}
		c, f := alignment.Bloc(splits, nil, quick), alignment.Bloc(flipped, nil, quick)
		for i, e := range []alignment.Estimate{c.AgreementIndex, c.Rice, c.PairAgreement} {
			g := []alignment.Estimate{f.AgreementIndex, f.Rice, f.PairAgreement}[i]
			if e.Defined != g.Defined || math.Abs(e.Value-g.Value) > 1e-12 {
				rt.Fatalf("%v, with yes and no exchanged %v", e, g)
			}
			if e.Defined && (e.Value < -1e-12 || e.Value > 1+1e-12 || e.Lo > e.Value+1e-9 && e.Hi-e.Lo < 1e-12) {
				rt.Fatalf("%+v", e)
			}
		}
	})
}
