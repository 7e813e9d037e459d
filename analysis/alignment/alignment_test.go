package alignment_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"entente/analysis/alignment"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// table spells out a contingency table, counts[i][j] items that a puts into
// category i and b into j, as two lists of categories.
func table(counts [][]int) (a, b []int) {
	for i, row := range counts {
		for j, n := range row {
			for range n {
				a, b = append(a, i), append(b, j)
			}
		}
	}
	return a, b
}

func near(a, b, eps float64) bool { return math.Abs(a-b) <= eps }

// The expected figures are worked out by hand from the formulas in the comment
// of each case; o is the observed agreement, e the agreement by chance.
func TestCoefficients(t *testing.T) {
	for _, tc := range []struct {
		name                string
		counts              [][]int
		agreed, n           int
		share, s, kappa, pi float64
	}{
		{
			// o = 35/50 = 0.7. Row sums 25, 25; column sums 30, 20.
			// S = (0.7 - 1/2) / (1/2) = 0.4
			// kappa: e = 0.5*0.6 + 0.5*0.4 = 0.5, so 0.2/0.5 = 0.4
			// pi: means 0.55, 0.45, e = 0.3025 + 0.2025 = 0.505, so 0.195/0.495 = 0.393939...
			"two categories", [][]int{{20, 5}, {10, 15}}, 35, 50, 0.7, 0.4, 0.4, 0.195 / 0.495,
		},
		{
			// o = 85/100. Row sums 90, 10; column sums 85, 15.
			// S = 0.7; kappa: e = 0.765 + 0.015 = 0.78, so 0.07/0.22
			// pi: means 0.875, 0.125, e = 0.765625 + 0.015625 = 0.78125, so 0.06875/0.21875
			"one category is common: the share flatters", [][]int{{80, 10}, {5, 5}}, 85, 100, 0.85, 0.7, 0.07 / 0.22, 0.06875 / 0.21875,
		},
		{
			// o = 76/100. Row sums 50, 30, 20; column sums 50, 30, 20.
			// S = (0.76 - 1/3)/(2/3) = 0.64; e = 0.25 + 0.09 + 0.04 = 0.38 for both, so 0.38/0.62
			"three categories, equal margins", [][]int{{40, 8, 2}, {8, 20, 2}, {2, 2, 16}}, 76, 100, 0.76, 0.64, 0.38 / 0.62, 0.38 / 0.62,
		},
		{
			// o = 0: never the same. Margins 1/2 each: e = 0.5 for both; all corrected measures are -1.
			"always the other side", [][]int{{0, 5}, {5, 0}}, 0, 10, 0, -1, -1, -1,
		},
		{
			// o = 0.5, margins 1/2 each: exactly what chance gives.
			"as by chance", [][]int{{5, 5}, {5, 5}}, 10, 20, 0.5, 0, 0, 0,
		},
		{
			// o = 1, both categories used: e = 0.5; all are 1.
			"always the same, both categories used", [][]int{{5, 0}, {0, 5}}, 10, 10, 1, 1, 1, 1,
		},
		{
			// One is constant, the other not: o = 0.6; kappa e = 1*0.6 + 0*0.4 = 0.6, so 0/0.4 = 0;
			// pi: means 0.8, 0.2, e = 0.68, so -0.08/0.32 = -0.25; S = 0.2.
			"one of the two never varies", [][]int{{6, 4}, {0, 0}}, 6, 10, 0.6, 0.2, 0, -0.25,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a, b := table(tc.counts)
			got := alignment.Nominal(a, b, len(tc.counts))
			if got.N != tc.n || got.Agreed != tc.agreed {
				t.Errorf("%d of %d, want %d of %d", got.Agreed, got.N, tc.agreed, tc.n)
			}
			for _, m := range []struct {
				name string
				got  alignment.Estimate
				want float64
			}{{"share", got.Share, tc.share}, {"S", got.S, tc.s}, {"kappa", got.Kappa, tc.kappa}, {"pi", got.Pi, tc.pi}} {
				if !m.got.Defined || !near(m.got.Value, m.want, 1e-12) {
					t.Errorf("%s = %v (defined %v), want %v", m.name, m.got.Value, m.got.Defined, m.want)
				}
			}
		})
	}
}

// When both use one category only, agreement by chance is certain and kappa and
// pi divide by zero: they are not defined, and must not be shown as 0 or 1.
func TestUndefined(t *testing.T) {
	got := alignment.Nominal(make([]int, 10), make([]int, 10), 2)
	if got.Kappa.Defined || got.Pi.Defined {
		t.Errorf("kappa %+v, pi %+v: not defined when nothing varies", got.Kappa, got.Pi)
	}
	if !got.Share.Defined || got.Share.Value != 1 || !got.S.Defined || got.S.Value != 1 {
		t.Errorf("share %+v, S %+v: both are 1", got.Share, got.S)
	}
	// The bootstrap collapses to a point here; the exact interval stays honest.
	if got.Share.Interval != (alignment.Interval{Lo: 1, Hi: 1}) {
		t.Errorf("bootstrap interval %v", got.Share.Interval)
	}
	if !near(got.Exact.Lo, 0.6915, 5e-5) || got.Exact.Hi != 1 {
		t.Errorf("exact interval %v, want 0.6915 to 1", got.Exact)
	}
	// An undefined figure carries no number that could be printed or break JSON.
	if got.Kappa.Value != 0 || got.Pi.Value != 0 {
		t.Errorf("kappa %v and pi %v beside \"not defined\"", got.Kappa.Value, got.Pi.Value)
	}
	none := alignment.Nominal(nil, nil, 2)
	if none.N != 0 || none.Share.Defined || none.S.Defined || none.Kappa.Defined || none.Pi.Defined || !none.Thin {
		t.Errorf("of nothing: %+v", none)
	}
}

func TestNominalPanicsOnListsOfDifferentLength(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	alignment.Nominal([]int{0}, nil, 2)
}

func TestThin(t *testing.T) {
	for n := range 8 {
		if got := alignment.Nominal(make([]int, n), make([]int, n), 2).Thin; got != (n < 5) {
			t.Errorf("%d questions: thin is %v", n, got)
		}
	}
}

// The closed forms at the ends (0.025^(1/n) and its mirror), and 9 of 10 as in
// the usual tables of the Clopper-Pearson interval (0.5550 to 0.9975).
func TestExact(t *testing.T) {
	for _, tc := range []struct {
		k, n   int
		lo, hi float64
		eps    float64
	}{
		{10, 10, 0.6915, 1, 5e-5},
		{0, 10, 0, 0.3085, 5e-5},
		{9, 10, 0.5550, 0.9975, 5e-5},
		{1, 10, 0.0025, 0.4450, 5e-5},
		{5, 10, 0.1871, 0.8129, 5e-5},
		{1, 1, 0.025, 1, 1e-9},
		{0, 1, 0, 0.975, 1e-9},
		{23, 23, math.Pow(0.025, 1.0/23), 1, 1e-9},
		{100, 100, math.Pow(0.025, 0.01), 1, 1e-9},
		{0, 0, 0, 1, 0},
	} {
		got := alignment.Exact(tc.k, tc.n)
		if !near(got.Lo, tc.lo, tc.eps) || !near(got.Hi, tc.hi, tc.eps) {
			t.Errorf("%d of %d: %.6f to %.6f, want %.4f to %.4f", tc.k, tc.n, got.Lo, got.Hi, tc.lo, tc.hi)
		}
	}
}

// binomial is the probability of k successes in n trials, by multiplication:
// independent of the logarithms in the package.
func binomial(k, n int, p float64) float64 {
	out := 1.0
	for i := 1; i <= k; i++ {
		out *= float64(n-k+i) / float64(i) * p
	}
	return out * math.Pow(1-p, float64(n-k))
}

// By definition: at the lower end k or more has probability 2.5 per cent, at the
// upper end k or fewer.
func TestExactByItsDefinition(t *testing.T) {
	for n := 1; n <= 40; n++ {
		for k := 0; k <= n; k++ {
			iv := alignment.Exact(k, n)
			atLeast, atMost := 0.0, 0.0
			for i := 0; i <= n; i++ {
				if i >= k {
					atLeast += binomial(i, n, iv.Lo)
				}
				if i <= k {
					atMost += binomial(i, n, iv.Hi)
				}
			}
			if k > 0 && !near(atLeast, 0.025, 1e-9) {
				t.Errorf("%d of %d: at %v the upper tail is %v", k, n, iv.Lo, atLeast)
			}
			if k < n && !near(atMost, 0.025, 1e-9) {
				t.Errorf("%d of %d: at %v the lower tail is %v", k, n, iv.Hi, atMost)
			}
			if mirror := alignment.Exact(n-k, n); !near(mirror.Lo, 1-iv.Hi, 1e-9) || !near(mirror.Hi, 1-iv.Lo, 1e-9) {
				t.Errorf("%d of %d and its mirror: %v, %v", k, n, iv, mirror)
			}
		}
	}
}

// The interval covers the truth in at least 95 of 100 cases, whatever the
// truth: computed exactly, not simulated.
func TestExactCoversAtLeast95PerCent(t *testing.T) {
	for _, n := range []int{1, 2, 5, 10, 23, 50} {
		ends := make([]alignment.Interval, n+1)
		for k := range ends {
			ends[k] = alignment.Exact(k, n)
		}
		for p := 0.005; p < 1; p += 0.005 {
			covered := 0.0
			for k, iv := range ends {
				if iv.Lo <= p && p <= iv.Hi {
					covered += binomial(k, n, p)
				}
			}
			if covered < 0.95-1e-9 {
				t.Errorf("n = %d, truth %.3f: covered in %.4f of cases", n, p, covered)
			}
		}
	}
}

// Planted truth, synthetic: two actors take sides independently but agree with
// a known probability. The exact interval must hold it in 95 of 100 worlds or
// more; the bootstrap, known to be short on few questions, is only reported.
func TestIntervalsOnPlantedTruth(t *testing.T) {
	const worlds = 300
	rng := rand.New(rand.NewPCG(1, 2))
	for _, tc := range []struct {
		n     int
		truth float64
	}{{8, 0.9}, {23, 0.8}, {23, 0.97}, {60, 0.6}} {
		exact, boot := 0, 0
		for range worlds {
			a, b := make([]int, tc.n), make([]int, tc.n)
			for i := range a {
				a[i] = rng.IntN(2)
				b[i] = a[i]
				if rng.Float64() >= tc.truth {
					b[i] = 1 - a[i]
				}
			}
			got := alignment.Nominal(a, b, 2)
			if got.Exact.Lo <= tc.truth && tc.truth <= got.Exact.Hi {
				exact++
			}
			if got.Share.Lo <= tc.truth && tc.truth <= got.Share.Hi {
				boot++
			}
		}
		t.Logf("n = %d, truth %.2f: exact covers %.3f, bootstrap %.3f of %d synthetic worlds", tc.n, tc.truth, float64(exact)/worlds, float64(boot)/worlds, worlds)
		// 0.95 less three standard errors of 300 worlds (0.0126 each).
		if float64(exact)/worlds < 0.95-3*0.0126 {
			t.Errorf("n = %d, truth %.2f: the exact interval covers only %.3f", tc.n, tc.truth, float64(exact)/worlds)
		}
	}
}

// draw gives two lists of up to 40 items in k categories.
func draw(rt *rapid.T) (a, b []int, k int) {
	k = rapid.IntRange(2, 4).Draw(rt, "k")
	n := rapid.IntRange(0, 40).Draw(rt, "n")
	item := rapid.IntRange(0, k-1)
	return rapid.SliceOfN(item, n, n).Draw(rt, "a"), rapid.SliceOfN(item, n, n).Draw(rt, "b"), k
}

func TestSymmetryAndDeterminism(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b, k := draw(rt)
		got := alignment.Nominal(a, b, k)
		if diff := cmp.Diff(got, alignment.Nominal(a, b, k)); diff != "" {
			rt.Fatalf("the same input twice:\n%s", diff)
		}
		if diff := cmp.Diff(got, alignment.Nominal(b, a, k)); diff != "" {
			rt.Fatalf("a with b is not b with a:\n%s", diff)
		}
	})
}

// The order of the questions carries no information, so it must not show, not
// even in the last digit of a bootstrap interval.
func TestTheOrderOfQuestionsChangesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b, k := draw(rt)
		order := rapid.Permutation(indices(len(a))).Draw(rt, "order")
		c, d := make([]int, len(a)), make([]int, len(a))
		for to, from := range order {
			c[to], d[to] = a[from], b[from]
		}
		if diff := cmp.Diff(alignment.Nominal(a, b, k), alignment.Nominal(c, d, k)); diff != "" {
			rt.Fatalf("in another order:\n%s", diff)
		}
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// The names of the categories carry no information either: what is told of
// yes and no is told of no and yes. (The bootstrap may then draw other items.)
func TestRelabellingChangesNoEstimate(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b, k := draw(rt)
		names := rapid.Permutation(indices(k)).Draw(rt, "names")
		c, d := make([]int, len(a)), make([]int, len(a))
		for i := range a {
			c[i], d[i] = names[a[i]], names[b[i]]
		}
		x, y := alignment.Nominal(a, b, k), alignment.Nominal(c, d, k)
		if x.N != y.N || x.Agreed != y.Agreed || x.Exact != y.Exact {
			rt.Fatalf("counts: %+v, %+v", x, y)
		}
		for _, p := range [][2]alignment.Estimate{{x.Share, y.Share}, {x.S, y.S}, {x.Kappa, y.Kappa}, {x.Pi, y.Pi}} {
			if p[0].Defined != p[1].Defined || !near(p[0].Value, p[1].Value, 1e-12) {
				rt.Fatalf("estimate %v became %v", p[0], p[1])
			}
		}
	})
}

func TestEstimatesAreWithinBounds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b, k := draw(rt)
		got := alignment.Nominal(a, b, k)
		if got.N == 0 {
			return
		}
		share := float64(got.Agreed) / float64(got.N)
		if got.Share.Value != share || got.Exact.Lo > share || got.Exact.Hi < share {
			rt.Fatalf("share %v outside its exact interval %v", share, got.Exact)
		}
		for name, e := range map[string]alignment.Estimate{"share": got.Share, "S": got.S, "kappa": got.Kappa, "pi": got.Pi} {
			if !e.Defined {
				continue
			}
			if e.Value > 1+1e-12 || e.Value < -1-1e-12 || e.Lo > e.Hi || math.IsNaN(e.Lo+e.Hi) {
				rt.Fatalf("%s %+v is out of bounds", name, e)
			}
		}
		// Pi never exceeds kappa: its chance agreement is the larger one.
		if got.Kappa.Defined && got.Pi.Defined && got.Pi.Value > got.Kappa.Value+1e-12 {
			rt.Fatalf("pi %v is above kappa %v", got.Pi.Value, got.Kappa.Value)
		}
	})
}

func BenchmarkNominal(b *testing.B) {
	x, y := table([][]int{{20, 1}, {0, 2}})
	for b.Loop() {
		alignment.Nominal(x, y, 2)
	}
}
