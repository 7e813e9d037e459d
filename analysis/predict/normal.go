package predict

import (
	"math"
	"math/rand/v2"
)

// phi is the standard normal distribution function.
func phi(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }

// between is P(lo < Z < hi) for a standard normal Z, from the tail on the side
// where it is small, and never 0.
func between(lo, hi float64) float64 {
	if lo > 0 {
		lo, hi = -hi, -lo
	}
	switch {
	case math.IsInf(lo, -1):
		return math.Max(phi(hi), 1e-300)
	case hi > 8:
		return 1 - phi(lo)
	}
	return math.Max(phi(hi)-phi(lo), 1e-300)
}

// truncated draws a standard normal within (lo, hi): by plain rejection where
// most draws pass, else by the exponential proposal of Robert (1995),
// Statistics and Computing 5: 121-125, or a uniform one for short intervals.
func truncated(r *rand.Rand, lo, hi float64) float64 {
	if lo > 0 {
		return -truncatedLow(r, -hi, -lo)
	}
	return truncatedLow(r, lo, hi)
}

// truncatedLow is for intervals that reach below 0.
func truncatedLow(r *rand.Rand, lo, hi float64) float64 {
	switch {
	case hi > 0 && hi-lo > 1:
		for {
			if z := r.NormFloat64(); z > lo && z < hi {
				return z
			}
		}
	case hi > 0 || hi-lo < math.Min(1, -1/hi):
		top := 0.0 // the log density's highest point within
		if hi < 0 {
			top = -hi * hi / 2
		}
		for {
			z := lo + (hi-lo)*r.Float64()
			if math.Log(r.Float64()+1e-300) < -z*z/2-top {
				return z
			}
		}
	default: // a tail below hi < 0
		a := (-hi + math.Sqrt(hi*hi+4)) / 2
		for {
			z := -hi + r.ExpFloat64()/a
			if z < -lo && math.Log(r.Float64()+1e-300) < -(z-a)*(z-a)/2 {
				return -z
			}
		}
	}
}

// deal gives n numbers in (0, 1), one from each of n equal parts, in random
// order.
func deal(r *rand.Rand, n int) []float64 {
	out := make([]float64, n)
	for i, k := range r.Perm(n) {
		out[k] = (float64(i) + math.Max(r.Float64(), 1e-9)) / float64(n)
	}
	return out
}

// normalQuantile is the inverse of phi.
func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// gammaDraw draws from a gamma distribution of shape a and rate 1, by the method of Marsaglia and Tsang (2000), ACM TOMS 26(3): 363-372.
func gammaDraw(r *rand.Rand, a float64) float64 {
	if a < 1 {
		return gammaDraw(r, a+1) * math.Pow(r.Float64(), 1/a)
	}
	d := a - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(r.Float64()+1e-300) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}
