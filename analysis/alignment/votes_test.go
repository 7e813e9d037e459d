package alignment_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"entente/analysis/alignment"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// ballots spells out a table of votes, counts[k][l] roll calls in which the
// first votes k and the second l.
func ballots(counts [3][3]int) (a, b []int8) {
	for k, row := range counts {
		for l, n := range row {
			for range n {
				a, b = append(a, int8(k)), append(b, int8(l))
			}
		}
	}
	return a, b
}

func TestMeasuresOfVotes(t *testing.T) {
	nan := math.NaN()
	for _, tc := range []struct {
		name   string
		counts [3][3]int
		want   [10]float64 // in the order of alignment.Measures
	}{
		{
			// The United States and the Russian Federation in session 73, counted
			// from the public data; n 95, Lijphart 0.3, simple 0.2, S -0.4, kappa
			// nominal -0.0799, pi nominal -0.2952, kappa absolute -0.1490 (by hand
			// 1 - 0.7*9025/5498.5 = -0.14895) and pi
			// absolute -0.4334 were computed independently beforehand. S squared:
			// d^2 sums to 57*4 + 19 = 247, 1 - 2*247/(4*95) = -0.3.
			"USA and RUS, session 73",
			[3][3]int{{7, 5, 7}, {4, 5, 1}, {50, 9, 7}},
			[10]float64{0.2, 0.3, -0.4, -0.3, -0.0799, 1 - 0.7*9025/5498.5, nan, -0.2952, -0.4334, nan},
		},
		{
			// One yes-yes, one yes-abstain, one no-no, one no-yes: mean distances
			// nominal 2/4, absolute 1.5/4, squared 1.25/4. Shares a (2,0,2)/4, b
			// (2,1,1)/4, both (4,1,3)/8.
			// E own: nominal 1 - (1/4+0+1/8) = 5/8; absolute: P(0,2)+P(2,0) =
			// 1/8+1/4, and half of P(a 0 or 2, b 1) = 1/4: 3/8+1/8 = 1/2; squared
			// 3/8+1/16 = 7/16.
			// E both: nominal 1-(16+1+9)/64 = 38/64; absolute 2*12/64 + half of
			// 2*(4+3)/64 = 31/64; squared 24/64 + 14/256 = 110/256.
			"four roll calls by hand",
			[3][3]int{{1, 1, 0}, {0, 0, 0}, {1, 0, 1}},
			[10]float64{0.5, 0.625, 0.25, 0.375, 1 - 0.5/0.625, 1 - 0.375/0.5, 1 - 0.3125/0.4375, 1 - 0.5*64/38, 1 - 0.375*64/31, 1 - 0.3125*256/110},
		},
		{
			// Both always yes: nothing to correct for, so no kappa and no pi.
			"always the same single way",
			[3][3]int{{8, 0, 0}, {0, 0, 0}, {0, 0, 0}},
			[10]float64{1, 1, 1, 1, nan, nan, nan, nan, nan, nan},
		},
		{
			// Always opposed, one side each way: D = 1, E = 1/2, so -1 throughout.
			"always opposed",
			[3][3]int{{0, 0, 5}, {0, 0, 0}, {5, 0, 0}},
			[10]float64{0, 0, -1, -1, -1, -1, -1, -1, -1, -1},
		},
		{
			// One always yes, the other always no: E own = 1, so kappa is 0 (no
			// better than chance of habits); E both = 1/2, so pi is -1.
			"two fixed habits",
			[3][3]int{{0, 0, 6}, {0, 0, 0}, {0, 0, 0}},
			[10]float64{0, 0, -1, -1, 0, 0, 0, -1, -1, -1},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a, b := ballots(tc.counts)
			p := alignment.Votes(a, b, nil, alignment.Standard)
			if p.Table != tc.counts || p.N != len(a) {
				t.Fatalf("counted %v over %d", p.Table, p.N)
			}
			for m, e := range p.Estimates() {
				undefined := tc.name != "USA and RUS, session 73" && math.IsNaN(tc.want[m])
				switch {
				case undefined != !e.Defined:
					t.Errorf("%s: defined %v", alignment.Measures[m], e.Defined)
				case e.Defined && !math.IsNaN(tc.want[m]) && !near(e.Value, tc.want[m], 6e-5):
					t.Errorf("%s: %.5f, want %.5f", alignment.Measures[m], e.Value, tc.want[m])
				case e.Defined && (e.Value < e.Lo-1e-9 || e.Value > e.Hi+1e-9):
					t.Errorf("%s: %.4f lies outside [%.4f, %.4f]", alignment.Measures[m], e.Value, e.Lo, e.Hi)
				}
			}
		})
	}
}

func TestNoJointVotesIsUndefined(t *testing.T) {
	p := alignment.Votes([]int8{0, -1, 2}, []int8{-1, 0, -1}, nil, alignment.Standard)
	if p.N != 0 || !p.Thin {
		t.Errorf("%+v", p)
	}
	for m, e := range p.Estimates() {
		if e.Defined {
			t.Errorf("%s is defined", alignment.Measures[m])
		}
	}
}

// Wilson's interval for 19 of 95, worked out with the formula: centre (0.2 +
// z2/190)/(1 + z2/95), z2 = 3.841459.
func TestWilson(t *testing.T) {
	for _, tc := range []struct {
		k, n   int
		lo, hi float64
	}{{19, 95, 0.13195, 0.29137}, {0, 10, 0, 0.27753}, {10, 10, 0.72247, 1}, {0, 0, 0, 1}, {1, 1, 0.20654, 1}} {
		iv := alignment.Wilson(tc.k, tc.n)
		if !near(iv.Lo, tc.lo, 1e-5) || !near(iv.Hi, tc.hi, 1e-5) {
			t.Errorf("%d of %d: %v, want %v, %v", tc.k, tc.n, iv, tc.lo, tc.hi)
		}
	}
}

func TestPerfectAgreementKeepsAnInterval(t *testing.T) {
	a, b := ballots([3][3]int{{3, 0, 0}, {0, 0, 0}, {0, 0, 3}})
	p := alignment.Votes(a, b, nil, alignment.Standard)
	for m, e := range p.Estimates() {
		if e.Hi != 1 || e.Lo > 0.65 {
			t.Errorf("%s: [%.3f, %.3f] after six roll calls", alignment.Measures[m], e.Lo, e.Hi)
		}
	}
}

// Ten paragraphs of each text that vote alike say little more than ten texts: the
// interval must not shrink with the paragraphs.
func TestTheBootstrapDrawsTextsNotRollCalls(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var a, b []int8
	var texts []int
	for text := range 20 {
		x, y := int8(rng.IntN(3)), int8(rng.IntN(3))
		for range 10 {
			a, b, texts = append(a, x), append(b, y), append(texts, text)
		}
	}
	byText, byCall := alignment.Votes(a, b, texts, alignment.Standard), alignment.Votes(a, b, nil, alignment.Standard)
	if byText.Texts != 20 || byCall.Texts != 200 {
		t.Fatalf("%d and %d texts", byText.Texts, byCall.Texts)
	}
	wide, narrow := byText.Lijphart.Hi-byText.Lijphart.Lo, byCall.Lijphart.Hi-byCall.Lijphart.Lo
	if ratio := wide / narrow; ratio < 2.2 || ratio > 4.5 { // the root of 10 is 3.16
		t.Errorf("intervals %.3f by text, %.3f by roll call: ratio %.2f, expected about 3.2", wide, narrow, ratio)
	}
}

// Planted truth: votes drawn with a known chance of being equal; the intervals
// must cover the true figures about 95 times in a hundred.
func TestIntervalsOfVotesCover(t *testing.T) {
	const runs, n = 300, 80
	chance := [9]float64{.35, .05, .05, .10, .10, .05, .10, .05, .15}
	truth := func() alignment.Pair {
		var counts [3][3]int
		for c, p := range chance {
			counts[c/3][c%3] = int(math.Round(p * 100))
		}
		a, b := ballots(counts)
		return alignment.Votes(a, b, nil, alignment.Options{})
	}()
	rng := rand.New(rand.NewPCG(7, 7))
	var hit [10]int
	for range runs {
		a, b := make([]int8, n), make([]int8, n)
		for i := range a {
			u, c := rng.Float64(), 0
			for c < 8 && u > chance[c] {
				u -= chance[c]
				c++
			}
			a[i], b[i] = int8(c/3), int8(c%3)
		}
		p := alignment.Votes(a, b, nil, alignment.Options{Draws: 400, Seed: 3})
		for m, e := range p.Estimates() {
			if want := truth.Estimates()[m].Value; e.Lo <= want && want <= e.Hi {
				hit[m]++
			}
		}
	}
	for m, h := range hit {
		if share := float64(h) / runs; share < 0.90 { // 0.95 less four standard errors
			t.Errorf("%s: the interval covers the truth in %.3f of the runs", alignment.Measures[m], share)
		}
	}
}

func drawVotes(rt *rapid.T) (a, b []int8, texts []int) {
	n := rapid.IntRange(0, 40).Draw(rt, "n")
	for range n {
		a = append(a, int8(rapid.IntRange(-1, 2).Draw(rt, "a")))
		b = append(b, int8(rapid.IntRange(-1, 2).Draw(rt, "b")))
		texts = append(texts, rapid.IntRange(0, 12).Draw(rt, "text"))
	}
	return a, b, texts
}

var quick = alignment.Options{Draws: 50, Seed: 5}

// Turning the two actors round gives the same to the last bit but for the order
// of the table; so does another order of the roll calls, and turning yes into no.
func TestVotesInvariances(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b, texts := drawVotes(rt)
		p, q := alignment.Votes(a, b, texts, quick), alignment.Votes(b, a, texts, quick)
		q.Table = p.Table
		approx := cmp.Comparer(func(x, y float64) bool { return x == y || math.Abs(x-y) < 1e-12 })
		if diff := cmp.Diff(p, q, approx); diff != "" {
			rt.Fatalf("turned round: %s", diff)
		}
		order := rand.New(rand.NewPCG(1, uint64(len(a)))).Perm(len(a))
		var a2, b2 []int8
		var texts2 []int
		for _, i := range order {
			a2, b2, texts2 = append(a2, a[i]), append(b2, b[i]), append(texts2, texts[i])
		}
		if diff := cmp.Diff(p, alignment.Votes(a2, b2, texts2, quick)); diff != "" {
			rt.Fatalf("another order: %s", diff)
		}
		flip := func(v []int8) (out []int8) {
			for _, x := range v {
				if x >= 0 {
					x = 2 - x
				}
				out = append(out, x)
			}
			return out
		}
		f := alignment.Votes(flip(a), flip(b), texts, alignment.Options{})
		plain := alignment.Votes(a, b, texts, alignment.Options{})
		for m, e := range plain.Estimates() {
			if g := f.Estimates()[m]; g.Defined != e.Defined || math.Abs(g.Value-e.Value) > 1e-12 {
				rt.Fatalf("%s: %v, with yes and no exchanged %v", alignment.Measures[m], e, g)
			}
		}
	})
}

func TestVotesBounds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b, texts := drawVotes(rt)
		p := alignment.Votes(a, b, texts, quick)
		if p.N > 0 && !near(p.SAbs.Value, 2*p.Lijphart.Value-1, 1e-12) {
			rt.Fatalf("S absolute %v is not twice Lijphart %v less one", p.SAbs, p.Lijphart)
		}
		for m, e := range p.Estimates() {
			if !e.Defined {
				continue
			}
			lo := -1.0
			if m < 2 {
				lo = 0
			}
			for _, v := range []float64{e.Value, e.Lo, e.Hi} {
				if math.IsNaN(v) || v < lo-1e-9 || v > 1+1e-9 {
					rt.Fatalf("%s: %+v", alignment.Measures[m], e)
				}
			}
		}
	})
}

func BenchmarkVotesOneSession(b *testing.B) {
	x, y := ballots([3][3]int{{7, 5, 7}, {4, 5, 1}, {50, 9, 7}})
	for b.Loop() {
		alignment.Votes(x, y, nil, alignment.Standard)
	}
}
