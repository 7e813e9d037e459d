package reliability_test

import (
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"entente/analysis/reliability"
)

var near = cmpopts.EquateApprox(0, 1e-9)

// anyRatings draws a small matrix with gaps.
func anyRatings(rt *rapid.T) []reliability.Rating {
	units, coders := rapid.IntRange(1, 8).Draw(rt, "units"), rapid.IntRange(1, 5).Draw(rt, "coders")
	words := rapid.IntRange(1, 5).Draw(rt, "words")
	var list []reliability.Rating
	for u := range units {
		for c := range coders {
			if v := rapid.IntRange(-1, words-1).Draw(rt, "value"); v >= 0 {
				list = append(list, reliability.Rating{Unit: string(rune('A' + u)), Coder: string(rune('p' + c)), Value: five[v]})
			}
		}
	}
	return list
}

func anyOptions(rt *rapid.T) reliability.Options {
	o := rapid.SampledFrom([]reliability.Options{nominal(), ordinal(five...)}).Draw(rt, "level")
	o.Draws, o.Seed, o.Confidence = 100, 7, rapid.SampledFrom([]float64{0.5, 0.9}).Draw(rt, "confidence")
	return o
}

func alpha(t interface{ Fatal(...any) }, list []reliability.Rating, o reliability.Options) reliability.Result {
	r, err := reliability.Alpha(list, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// exact is alpha from its definition, pair by pair in whole numbers, without a
// coincidence matrix: the mean difference within units (each unit by its number
// of judgments) against that of any two judgments.
func exact(list []reliability.Rating, level reliability.Level) (float64, bool) {
	byUnit := map[string][]int{}
	for _, r := range list {
		byUnit[r.Unit] = append(byUnit[r.Unit], slices.Index(five, r.Value))
	}
	var all []int
	for _, u := range byUnit {
		if len(u) > 1 {
			all = append(all, u...)
		}
	}
	delta := func(c, k int) *big.Rat {
		if c == k {
			return new(big.Rat)
		}
		if level == reliability.Nominal {
			return big.NewRat(1, 1)
		}
		step := 0 // twice the sum of the judgments from c to k, less the ends
		for _, v := range all {
			if v >= min(c, k) && v <= max(c, k) {
				step += 2
			}
			if v == c || v == k {
				step--
			}
		}
		return big.NewRat(int64(step)*int64(step), 4)
	}
	mean := func(list []int) *big.Rat {
		sum := new(big.Rat)
		for i, a := range list {
			for j, b := range list {
				if i != j {
					sum.Add(sum, delta(a, b))
				}
			}
		}
		return sum.Quo(sum, big.NewRat(int64(len(list)*(len(list)-1)), 1))
	}
	if len(all) == 0 || mean(all).Sign() == 0 {
		return 0, false
	}
	observed := new(big.Rat)
	for _, u := range byUnit {
		if len(u) > 1 {
			observed.Add(observed, new(big.Rat).Mul(mean(u), big.NewRat(int64(len(u)), int64(len(all)))))
		}
	}
	ratio, _ := observed.Quo(observed, mean(all)).Float64()
	return 1 - ratio, true
}

func TestAgainstDefinition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list, o := anyRatings(rt), anyOptions(rt)
		want, defined := exact(list, o.Level)
		got := alpha(rt, list, o)
		if got.Alpha.Defined() != defined || !cmp.Equal(want, got.Alpha.Value, near) {
			rt.Fatalf("alpha %+v, by definition %v %v", got.Alpha, want, defined)
		}
		for _, e := range []reliability.Estimate{got.Alpha, got.Agreement.Share} {
			iv := e.Interval
			if !e.Defined() {
				if iv.Method != reliability.NoInterval || e.Value != 0 {
					rt.Fatalf("an undefined figure with a value: %+v", e)
				}
				continue
			}
			if iv.Method == reliability.NoInterval || !(-1 <= iv.Lo && iv.Lo <= e.Value && e.Value <= iv.Hi && iv.Hi <= 1) {
				rt.Fatalf("a figure out of its interval: %+v", e)
			}
		}
	})
}

func TestNamesAndOrderDoNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list, o := anyRatings(rt), anyOptions(rt)
		want := alpha(rt, list, o)
		renamed := rapid.Permutation(list).Draw(rt, "order")
		units, coders := rapid.Permutation([]rune("ABCDEFGH")).Draw(rt, "units"), rapid.Permutation([]rune("pqrst")).Draw(rt, "coders")
		for i, r := range renamed {
			renamed[i].Unit = "unit " + string(units[r.Unit[0]-'A'])
			renamed[i].Coder = "coder " + string(coders[r.Coder[0]-'p'])
		}
		// Intervals included, and to the last bit.
		if diff := cmp.Diff(want, alpha(rt, renamed, o)); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func TestWhoSaidWhatDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list, o := anyRatings(rt), anyOptions(rt)
		want := alpha(rt, list, o)
		// Within each unit the coders exchange their judgments.
		mixed := slices.Clone(list)
		for i := 1; i < len(mixed); i++ {
			if mixed[i].Unit == mixed[i-1].Unit && rapid.Bool().Draw(rt, "exchange") {
				mixed[i].Value, mixed[i-1].Value = mixed[i-1].Value, mixed[i].Value
			}
		}
		if diff := cmp.Diff(want, alpha(rt, mixed, o)); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func TestWords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list := anyRatings(rt)
		to := rapid.Permutation(five).Draw(rt, "words")
		renamed := slices.Clone(list)
		for i, r := range list {
			renamed[i].Value = "w" + to[slices.Index(five, r.Value)]
		}
		a, b := alpha(rt, list, nominal()), alpha(rt, renamed, nominal())
		for _, r := range []*reliability.Result{&a, &b} { // lists by name
			r.Values, r.Confusions = nil, nil
		}
		if diff := cmp.Diff(a, b, near); diff != "" {
			rt.Fatalf("other names for nominal words: %s", diff)
		}
		back := slices.Clone(five)
		slices.Reverse(back)
		x, y := alpha(rt, list, ordinal(five...)), alpha(rt, list, ordinal(back...))
		if diff := cmp.Diff(x.Alpha, y.Alpha, near); diff != "" {
			rt.Fatalf("the scale from its other end: %s", diff)
		}
	})
}

func TestSingleJudgmentsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list, o := anyRatings(rt), anyOptions(rt)
		want := alpha(rt, list, o)
		extra := rapid.IntRange(1, 4).Draw(rt, "extra")
		for i := range extra {
			v := rapid.SampledFrom(five).Draw(rt, "value")
			list = append(list, reliability.Rating{Unit: "alone " + five[i], Coder: "p", Value: v})
		}
		got := alpha(rt, list, o)
		if got.Units != want.Units+extra || got.Ratings != want.Ratings+extra {
			rt.Fatalf("%d units and %d ratings, had %d and %d", got.Units, got.Ratings, want.Units, want.Ratings)
		}
		got.Units, got.Ratings, got.Coders = want.Units, want.Ratings, want.Coders
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func TestPerfect(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		word := map[string]string{}
		list, o := anyRatings(rt), anyOptions(rt)
		for i, r := range list {
			if word[r.Unit] == "" {
				word[r.Unit] = r.Value
			}
			list[i].Value = word[r.Unit]
		}
		r := alpha(rt, list, o)
		if r.PairableUnits == 0 {
			if r.Alpha.Undefined != reliability.NoPairs || r.Agreement.Share.Undefined != reliability.NoPairs {
				rt.Fatalf("no pairs, but %+v", r)
			}
			return
		}
		if r.Agreement.Share.Value != 1 || r.Agreement.Agreeing != r.Agreement.Pairs || len(r.Confusions) != 0 {
			rt.Fatalf("not perfect: %+v", r.Agreement)
		}
		if r.Alpha.Defined() && (r.Alpha.Value != 1 || r.Observed != 0 || r.Alpha.Interval.Lo >= 1 || r.Alpha.Interval.Method != reliability.Wilson) {
			rt.Fatalf("alpha of perfect agreement: %+v", r.Alpha)
		}
		chosen := slices.DeleteFunc(slices.Clone(r.Values), func(v reliability.ValueCount) bool { return v.Count == 0 })
		if (r.Alpha.Undefined == reliability.NoVariation) != (len(chosen) == 1) {
			rt.Fatalf("%d words, but %+v", len(chosen), r.Alpha)
		}
	})
}

func TestGroupsAreTheirRatingsAlone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list, o := anyRatings(rt), anyOptions(rt)
		group := map[string]string{}
		var grouped []reliability.Grouped
		for _, r := range list {
			if group[r.Unit] == "" {
				group[r.Unit] = rapid.SampledFrom([]string{"law", "norms", "threat"}).Draw(rt, "group")
			}
			grouped = append(grouped, reliability.Grouped{Rating: r, Group: group[r.Unit]})
		}
		results, err := reliability.ByGroup(grouped, o, 3)
		if err != nil {
			rt.Fatal(err)
		}
		pairable, last := 0, ""
		for _, g := range results {
			if g.Group <= last {
				rt.Fatalf("group %q after %q", g.Group, last)
			}
			last = g.Group
			var alone []reliability.Rating
			for _, r := range grouped {
				if r.Group == g.Group {
					alone = append(alone, r.Rating)
				}
			}
			if diff := cmp.Diff(alpha(rt, alone, o), g.Result); diff != "" {
				rt.Fatalf("group %s: %s", g.Group, diff)
			}
			if g.Thin != (g.Result.PairableUnits < 3) {
				rt.Fatalf("thin is %v of %d units", g.Thin, g.Result.PairableUnits)
			}
			pairable += g.Result.PairableUnits
		}
		if all := alpha(rt, list, o); pairable != all.PairableUnits {
			rt.Fatalf("%d pairable units in groups, %d in all", pairable, all.PairableUnits)
		}
	})
}

func TestPairsAreTheirRatingsAlone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list, o := anyRatings(rt), anyOptions(rt)
		results, err := reliability.ByPair(list, o, 3)
		if err != nil {
			rt.Fatal(err)
		}
		all := alpha(rt, list, o)
		if want := all.Coders * (all.Coders - 1) / 2; len(results) != want {
			rt.Fatalf("%d pairs of %d coders", len(results), all.Coders)
		}
		agreeing, pairs, last := 0, 0, ""
		for _, p := range results {
			if name := p.A + p.B; name <= last || p.A >= p.B {
				rt.Fatalf("%q after %q", name, last)
			}
			last = p.A + p.B
			var alone []reliability.Rating
			for _, r := range list {
				if strings.Contains(last, r.Coder) {
					alone = append(alone, r)
				}
			}
			if diff := cmp.Diff(alpha(rt, alone, o), p.Result); diff != "" {
				rt.Fatalf("%s and %s: %s", p.A, p.B, diff)
			}
			if p.Thin != (p.Result.PairableUnits < 3) {
				rt.Fatalf("thin is %v of %d units", p.Thin, p.Result.PairableUnits)
			}
			agreeing, pairs = agreeing+p.Result.Agreement.Agreeing, pairs+p.Result.Agreement.Pairs
		}
		if agreeing != all.Agreement.Agreeing || pairs != all.Agreement.Pairs {
			rt.Fatalf("%d of %d pairs in the table, %d of %d in all", agreeing, pairs, all.Agreement.Agreeing, all.Agreement.Pairs)
		}
	})
}
