package predict

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestSidesByHand: with mean 0 and half width 1 a vote has the textbook shares
// of the normal distribution beyond and within one deviation.
func TestSidesByHand(t *testing.T) {
	w := draw{cuts: [4]float64{-1, 0, 1, 2}}
	for _, c := range []struct {
		name string
		kind Kind
		mean float64
		want [3]float64
	}{
		{"vote in the middle", Voted, 0, [3]float64{0.158655, 0.682689, 0.158655}},
		{"vote one deviation up", Voted, 1, [3]float64{0.022750, 0.477250, 0.5}},
		{"statement: doubts count as reject, conditions as affirm", Said, 0, [3]float64{0.5, 0.341345, 0.158655}},
		{"signature has no middle", Signed, 1, [3]float64{0.158655, 0, 0.841345}},
		{"far up", Voted, 60, [3]float64{0, 0, 1}},
	} {
		got := w.sides(c.kind, c.mean, 0)
		for k := range got {
			if math.Abs(got[k]-c.want[k]) > 1e-6 {
				t.Errorf("%s: %v, want %v (tables of the normal distribution)", c.name, got, c.want)
				break
			}
		}
	}
}

// TestTruncated holds the mean of draws against the closed form
// (phi(lo) - phi(hi)) / (Phi(hi) - Phi(lo)).
func TestTruncated(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	density := func(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
	inf := math.Inf(1)
	for _, c := range [][2]float64{{-inf, inf}, {-inf, 0}, {0, inf}, {2, inf}, {-inf, -6}, {8, inf}, {-0.1, 0.1}, {3, 3.5}, {-7, -5}, {-1, 5}, {-0.01, 0.8}, {-2, -1.9}, {0, 0.3}} {
		lo, hi := c[0], c[1]
		want := (density(lo) - density(hi)) / between(lo, hi)
		if math.IsInf(lo, -1) && math.IsInf(hi, 1) {
			want = 0
		}
		var sum, ss float64
		const n = 40000
		for range n {
			z := truncated(r, lo, hi)
			if z < lo || z > hi {
				t.Fatalf("%v outside (%v, %v)", z, lo, hi)
			}
			sum += z / n
			ss += z * z / n
		}
		if se := math.Sqrt((ss - sum*sum) / n); math.Abs(sum-want) > 5*se+1e-9 {
			t.Errorf("(%v, %v): mean %.5f, want %.5f, se %.5f", lo, hi, sum, want, se)
		}
	}
}

// TestScoreByHand: one forecast of 0.5, 0.3, 0.2 of which the second came.
// Log 0.3; Brier 0.25 + 0.49 + 0.04.
func TestScoreByHand(t *testing.T) {
	s := scoreOf([][3]float64{{0.5, 0.3, 0.2}}, []Side{Reserve})
	if math.Abs(s.Log-math.Log(0.3)) > 1e-12 || math.Abs(s.Brier-0.78) > 1e-12 || s.Accuracy != 0 || s.N != 1 {
		t.Errorf("%+v", s)
	}
}

// TestRHatByHand: chains 1,3 and 5,7 have means 2 and 6, variance within 2 and
// of the means 8; sqrt(1/2 + 8/2) = sqrt(4.5).
func TestRHatByHand(t *testing.T) {
	if got := rHat([][]float64{{1, 3}, {5, 7}}); math.Abs(got-math.Sqrt(4.5)) > 1e-12 {
		t.Errorf("%v", got)
	}
	if got := rHat([][]float64{{1, 1}, {1, 1}}); got != 1 {
		t.Errorf("chains that do not move: %v", got)
	}
}

// TestLines joins titles to lines as a reader would.
func TestLines(t *testing.T) {
	items := []*Item{
		{ID: "b", Title: "Countering the use of information and communications technologies for criminal purposes", years: 2},
		{ID: "a", Title: "Developments in the field of information and telecommunications in the context of international security", years: 1},
		{ID: "c", Title: "Advancing responsible State behaviour in cyberspace in the context of international security", years: 3},
	}
	for _, it := range items {
		it.words, it.Kind = titleWords(it.Title), Voted
	}
	l := &lines{}
	l.join(items)
	for title, want := range map[string]string{
		"Developments in the field of information and telecommunications in the context of international security":                                                      "line:a",
		"Programme of action to advance responsible State behaviour in the use of information and communications technologies in the context of international security": "line:c",
		"The right to privacy in the digital age": "",
	} {
		if got := l.find(titleWords(title)); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}

// TestQuantilesByHand uses the table of the normal distribution.
func TestQuantilesByHand(t *testing.T) {
	for _, c := range [][2]float64{{0.975, 1.959964}, {0.9, 1.281552}, {0.5, 0}, {0.05, -1.644854}} {
		if got := normalQuantile(c[0]); math.Abs(got-c[1]) > 1e-5 {
			t.Errorf("at %v: %v, want %v", c[0], got, c[1])
		}
	}
}
