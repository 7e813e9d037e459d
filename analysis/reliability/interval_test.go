package reliability_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/analysis/reliability"
)

func with(o reliability.Options, draws int) reliability.Options {
	o.Draws, o.Seed, o.Confidence = draws, 20210219, 0.95
	return o
}

// The bootstrap of units whose distribution is known: 40 units of two coders, 20
// of them agree on a, 10 on b, 10 differ. Alpha of a sample with shares (x, y, z)
// is a smooth function of them, so its standard error follows from the
// multinomial by the delta method; the percentiles lie near 1.96 of it.
func TestBootstrapSpread(t *testing.T) {
	var lines [2]string
	for range 10 {
		lines[0] += "a a b a "
		lines[1] += "a a b b "
	}
	r := alpha(t, matrix(lines[0], lines[1]), with(nominal(), 4000))
	of := func(x, y, z float64) float64 { // large samples: n - 1 is n
		p := x + z/2
		return 1 - z/(2*p*(1-p))
	}
	share := []float64{0.5, 0.25, 0.25}
	const h = 1e-5
	mean, square := 0.0, 0.0
	for i, s := range share {
		up, down := append([]float64{}, share...), append([]float64{}, share...)
		up[i] += h
		down[i] -= h
		// Shares are taken relative to their sum.
		slope := func(v []float64) float64 { n := v[0] + v[1] + v[2]; return of(v[0]/n, v[1]/n, v[2]/n) }
		g := (slope(up) - slope(down)) / (2 * h)
		mean += s * g
		square += s * g * g
	}
	half := 1.96 * math.Sqrt((square-mean*mean)/40)
	iv := r.Alpha.Interval
	if iv.Method != reliability.Bootstrap || math.Abs((iv.Hi-iv.Lo)/2-half) > 0.1*half {
		t.Errorf("interval %+v, half its width by the delta method %.3f", iv, half)
	}
	// One pair per unit: Wilson for 30 of 40, by hand (0.75 + 0.048018) / 1.096036
	// less and plus 0.132498.
	w := r.Agreement.Share.Interval
	if w.Method != reliability.Wilson || math.Abs(w.Lo-0.59807) > 1e-4 || math.Abs(w.Hi-0.85813) > 1e-4 {
		t.Errorf("interval of the share %+v", w)
	}
}

// Of N units one differs, the others are all a: a sample has no variation with
// probability (1 - 1/N)^N. These draws are counted, and the interval does not
// pretend that they were not there.
func TestLostDraws(t *testing.T) {
	r := alpha(t, matrix("a a a a a a a a a a", "a a a a a a a a a b"), with(nominal(), 10_000))
	want := math.Pow(0.9, 10) // 0.349, standard error 0.005
	if got := float64(r.LostDraws) / 10_000; math.Abs(got-want) > 0.02 {
		t.Errorf("%v of the draws lost, want %v", got, want)
	}
	// Observed 2/20, expected 2 * 19 / (20 * 19) = 0.1: alpha 0.
	if r.Alpha.Value != 0 || r.Alpha.Interval.Method != reliability.Wilson || r.Alpha.Interval.Lo != -1 {
		t.Errorf("alpha %+v", r.Alpha)
	}
}

// Perfect agreement of ten units, five a and five b, expected 100/190: no draw
// has a disagreement, and Wilson's upper end of 0 in 10 is z2 / (10 + z2) =
// 0.277533. On a scale, two words have one distance, which cancels.
func TestPerfectHasAWideInterval(t *testing.T) {
	for _, o := range []reliability.Options{nominal(), ordinal("a", "b"), ordinal("b", "c", "a")} {
		r := alpha(t, matrix("a a a a a b b b b b", "a a a a a b b b b b"), with(o, 500))
		want := reliability.Estimate{Value: 1, Interval: reliability.Interval{Lo: 1 - 0.277533*190/100, Hi: 1, Method: reliability.Wilson}}
		if diff := cmp.Diff(want, r.Alpha, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-5 })); diff != "" {
			t.Errorf("%s: %s", o.Level, diff)
		}
		if got := r.Agreement.Share.Interval; math.Abs(got.Lo-(1-0.277533)) > 1e-5 || got.Hi != 1 {
			t.Errorf("share: %+v", got)
		}
	}
}

// The 95 per cent intervals hold the planted truth about as often as they say.
// (1-e)^2 = 0.49; the longer table is in docs/methods/reliability.md.
func TestCoverage(t *testing.T) {
	const runs = 200
	for _, o := range []reliability.Options{reliability.Words(), reliability.Stances()} {
		o.Draws = 300
		in := 0
		for i := range runs {
			r := alpha(t, planted(rand.New(rand.NewPCG(uint64(i), 3)), 60, 3, 0.3, 0.1), o)
			if iv := r.Alpha.Interval; iv.Lo <= 0.49 && 0.49 <= iv.Hi {
				in++
			}
		}
		if in < runs*88/100 {
			t.Errorf("%s: %d of %d intervals hold the truth", o.Level, in, runs)
		}
	}
}

func TestSeed(t *testing.T) {
	o := with(ordinal(five...), 200)
	first, again := alpha(t, missing, o), alpha(t, missing, o)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
	o.Seed++
	if other := alpha(t, missing, o); other.Alpha.Interval == first.Alpha.Interval {
		t.Error("another seed draws the same samples")
	}
	share, err := reliability.PercentAgreement(missing, with(ordinal(five...), 200))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first.Agreement, share); diff != "" || share.Share.Interval.Method != reliability.Bootstrap {
		t.Errorf("%s %+v", diff, share.Share.Interval)
	}
}

func TestUndefinedIsNull(t *testing.T) {
	for _, c := range []struct {
		ratings []reliability.Rating
		want    string
	}{
		{matrix("a b"), `{"value":null,"undefined":"no-pairs","lo":null,"hi":null}`},
		{nil, `{"value":null,"undefined":"no-pairs","lo":null,"hi":null}`},
		{matrix("a a", "a a"), `{"value":null,"undefined":"no-variation","lo":null,"hi":null}`},
		{matrix("a b", "b a"), `{"value":-0.5,"lo":-0.5,"hi":0.4864`}, // 1 - 1.5 * 2 / (2 + z2)
	} {
		r := alpha(t, c.ratings, with(nominal(), 100))
		got, err := json.Marshal(r.Alpha)
		if err != nil {
			t.Fatal(err)
		}
		if s := string(got); len(s) < len(c.want) || s[:len(c.want)] != c.want {
			t.Errorf("%s, want %s", s, c.want)
		}
	}
	r := alpha(t, matrix("a a", "a a"), with(nominal(), 100))
	if r.Agreement.Share.Value != 1 || r.Observed != 0 || r.Expected != 0 {
		t.Errorf("without variation: %+v", r)
	}
}

func large(n int) []reliability.Rating {
	return planted(rand.New(rand.NewPCG(4, 4)), n/2, 2, 0.2, 0)
}

// 100,000 ratings and 500 draws take about 0.3 s; the bound leaves room for the
// race detector and a busy machine.
func TestLarge(t *testing.T) {
	list := large(100_000)
	o := reliability.Stances()
	o.Draws = 500
	start := time.Now()
	r := alpha(t, list, o)
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	if r.PairableUnits != 50_000 || r.Alpha.Interval.Hi-r.Alpha.Interval.Lo > 0.03 {
		t.Errorf("%d units, alpha %+v", r.PairableUnits, r.Alpha)
	}
}

func BenchmarkAlpha(b *testing.B) {
	list := large(100_000)
	words := make([]reliability.Rating, len(list)) // 500 words, most rare
	for i, r := range list {
		words[i] = r
		words[i].Value += strconv.Itoa(i / 2 % 100)
	}
	for _, c := range []struct {
		name string
		list []reliability.Rating
		o    reliability.Options
	}{{"stances", list, reliability.Stances()}, {"words", words, reliability.Words()}} {
		c.o.Draws = 500
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				alpha(b, c.list, c.o)
			}
		})
	}
}

// Twelve words, each once: alpha is 0, observed and expected both 1. A sample
// that draws a unit twice expects less, so its alpha is below 0, and nearly
// every sample does. The interval still holds the figure.
func TestDrawsOnOneSide(t *testing.T) {
	r := alpha(t, matrix("a b c d e f", "g h i j k l"), with(nominal(), 1000))
	if iv := r.Alpha.Interval; r.Alpha.Value != 0 || iv.Hi != 0 || iv.Lo >= 0 || iv.Method != reliability.Bootstrap {
		t.Errorf("alpha %+v", r.Alpha)
	}
}
