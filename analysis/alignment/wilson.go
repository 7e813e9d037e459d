package alignment

import (
	"math"
	"math/rand/v2"
)

// z95 is the 0.975 quantile of the standard normal distribution.
const z95 = 1.959963984540054

// Wilson is the 95 per cent interval of Wilson (1927) for k successes in n
// trials. It never leaves [0, 1] and does not collapse when all trials agree.
func Wilson(k, n int) Interval {
	if n <= 0 {
		return Interval{0, 1}
	}
	return wilson(float64(k)/float64(n), float64(n))
}

// wilson takes a share, or the mean of n values between 0 and 1: these vary at
// most as much as trials that succeed or fail.
func wilson(p, n float64) Interval {
	z2 := z95 * z95
	mid := (p + z2/(2*n)) / (1 + z2/n)
	half := z95 / (1 + z2/n) * math.Sqrt(p*(1-p)/n+z2/(4*n*n))
	iv := Interval{max(mid-half, 0), min(mid+half, 1)}
	// Rounding must not push an end past the share itself.
	return Interval{min(iv.Lo, p), max(iv.Hi, p)}
}

// source is the random source of a bootstrap over n texts.
func source(seed uint64, n int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(n))) }
