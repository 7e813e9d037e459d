package alignment

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
)

// Thin is the number of questions below which a figure is called thin.
const Thin = 5

// Seed and Draws fix the bootstrap, so that the same input gives the same
// interval everywhere.
const (
	Seed  = 20210219
	Draws = 1000
)

// Interval is a 95 per cent interval, both ends in the unit of the estimate.
type Interval struct {
	Lo, Hi float64
}

// Estimate is a figure with its bootstrap interval. Defined is false where the
// formula divides by zero; then Value and Interval say nothing.
type Estimate struct {
	Defined bool
	Value   float64
	Interval
}

// Agreement is how far two actors agree over N questions.
type Agreement struct {
	N      int // questions on which both took a side
	Agreed int // of these, on the same side
	Share  Estimate
	Exact  Interval // Clopper and Pearson; stays honest when all agree
	// S, Kappa and Pi correct the share for chance: the chance of two equal
	// categories (Bennett, Alpert and Goldstein 1954), of each actor's own
	// habits (Cohen 1960), of the habits of both together (Scott 1955).
	S, Kappa, Pi Estimate
	Thin         bool
}

// Nominal compares two lists of categories of equal length, item by item.
// Categories are whole numbers from 0 to k-1, k at most 8. The order of the
// items and which of the two comes first do not matter, not even to the
// bootstrap. It panics if the lengths differ or k is out of range, which is a
// fault of the caller, never of data.
func Nominal(a, b []int, k int) Agreement {
	if len(a) != len(b) {
		panic("alignment: lists of different length")
	}
	if k < 1 || k > maxCategories {
		panic("alignment: number of categories out of range")
	}
	a, b = canonical(a, b)
	r := Agreement{N: len(a), Thin: len(a) < Thin}
	all := make([]int, len(a))
	for i := range a {
		all[i] = i
		if a[i] == b[i] {
			r.Agreed++
		}
	}
	if r.N == 0 {
		return r
	}
	r.Exact = Exact(r.Agreed, r.N)
	values := [4]*Estimate{&r.Share, &r.S, &r.Kappa, &r.Pi}
	for m, v := range coefficients(a, b, k, all) {
		if !math.IsNaN(v) {
			values[m].Value, values[m].Defined = v, true
		}
	}
	var draws [4][]float64
	rng := rand.New(rand.NewPCG(Seed, uint64(r.N)))
	pick := make([]int, len(a))
	for range Draws {
		for i := range pick {
			pick[i] = rng.IntN(len(a))
		}
		for m, v := range coefficients(a, b, k, pick) {
			if !math.IsNaN(v) {
				draws[m] = append(draws[m], v)
			}
		}
	}
	for m := range values {
		values[m].Interval = percentiles(draws[m])
	}
	return r
}

const maxCategories = 8

// canonical puts the pairs of categories in an order that depends on neither the
// order of the items nor on which list comes first, so that the bootstrap, which
// draws by place, sees the same list.
func canonical(a, b []int) ([]int, []int) {
	pairs := func(x, y []int) []int {
		out := make([]int, len(x))
		for i := range x {
			out[i] = x[i]*maxCategories + y[i]
		}
		slices.Sort(out)
		return out
	}
	p := pairs(a, b)
	if q := pairs(b, a); slices.Compare(q, p) < 0 {
		p = q
	}
	x, y := make([]int, len(p)), make([]int, len(p))
	for i, v := range p {
		x[i], y[i] = v/maxCategories, v%maxCategories
	}
	return x, y
}

// coefficients gives share, S, kappa and pi over the picked items; NaN where a
// coefficient is not defined.
//
//	share = observed agreement o;  S = (o - 1/k) / (1 - 1/k)
//	kappa = (o - e) / (1 - e), e = sum over c of p_a(c) p_b(c)
//	pi    = (o - e) / (1 - e), e = sum over c of ((p_a(c) + p_b(c)) / 2)^2
func coefficients(a, b []int, k int, pick []int) [4]float64 {
	n := float64(len(pick))
	same := 0
	var pa, pb [maxCategories]float64
	for _, i := range pick {
		if a[i] == b[i] {
			same++
		}
		pa[a[i]]++
		pb[b[i]]++
	}
	o := float64(same) / n
	var ek, ep float64
	for c := range k {
		x, y := pa[c]/n, pb[c]/n
		ek += x * y
		ep += (x + y) * (x + y) / 4
	}
	chance := 1 / float64(k)
	return [4]float64{o, (o - chance) / (1 - chance), corrected(o, ek), corrected(o, ep)}
}

func corrected(o, e float64) float64 {
	if 1-e < 1e-12 {
		return math.NaN()
	}
	return (o - e) / (1 - e)
}

func percentiles(draws []float64) Interval {
	if len(draws) == 0 {
		return Interval{}
	}
	sort.Float64s(draws)
	at := func(q float64) float64 { return draws[int(math.Round(q*float64(len(draws)-1)))] }
	return Interval{at(0.025), at(0.975)}
}

// Exact is the 95 per cent interval of Clopper and Pearson (1934) for k
// successes in n trials. Unlike the bootstrap it does not collapse to a point
// when all trials agree: for k = n its lower end is (0.025)^(1/n).
func Exact(k, n int) Interval {
	if n <= 0 {
		return Interval{0, 1}
	}
	const tail = 0.025
	iv := Interval{0, 1}
	if k > 0 {
		iv.Lo = bisect(func(p float64) bool { return upperTail(k, n, p) < tail })
	}
	if k < n {
		iv.Hi = bisect(func(p float64) bool { return 1-upperTail(k+1, n, p) > tail })
	}
	return iv
}

// bisect finds the p in [0, 1] at which below turns false.
func bisect(below func(float64) bool) float64 {
	lo, hi := 0.0, 1.0
	for range 60 {
		if mid := (lo + hi) / 2; below(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

// upperTail is the probability of k or more successes in n trials.
func upperTail(k, n int, p float64) float64 {
	if p <= 0 {
		return 0
	}
	if p >= 1 {
		return 1
	}
	lp, lq := math.Log(p), math.Log1p(-p)
	ln, _ := math.Lgamma(float64(n + 1))
	sum := 0.0
	for i := k; i <= n; i++ {
		li, _ := math.Lgamma(float64(i + 1))
		lr, _ := math.Lgamma(float64(n - i + 1))
		sum += math.Exp(ln - li - lr + float64(i)*lp + float64(n-i)*lq)
	}
	return math.Min(sum, 1)
}
