package reliability

import (
	"math"
	"math/rand/v2"
	"slices"
)

// intervals draws samples of units and bounds alpha and percent agreement; far
// is the largest squared difference of the full sample (ordinal only).
func (s *sample) intervals(r *Result, f figures, far float64, w *scratch, o Options) {
	if o.Draws == 0 {
		return
	}
	if s.level == Nominal {
		far = 1
	}
	alphas := make([]float64, 0, o.Draws)
	shares := make([]float64, 0, o.Draws)
	rng := rand.New(rand.NewPCG(o.Seed, uint64(len(s.of))))
	times := make([]int64, len(s.patterns))
	for range o.Draws {
		clear(times)
		for range s.of {
			times[s.of[rng.Uint32N(uint32(len(s.of)))]]++
		}
		d := s.figures(times, w)
		shares = append(shares, d.share())
		if a, ok := d.alpha(); ok {
			alphas = append(alphas, a)
		}
	}
	tail := (1 - o.Confidence) / 2
	z := math.Sqrt2 * math.Erfinv(o.Confidence)

	byJudgments, byPairs := s.trials()
	if iv, ok := percentiles(shares, r.Agreement.Share.Value, tail); ok && int(f.pairs) != len(s.of) {
		r.Agreement.Share.Interval = iv
	} else {
		lo, hi := wilson(f.share(), byPairs, z)
		r.Agreement.Share.Interval = Interval{lo, hi, Wilson}
	}
	if !r.Alpha.Defined() {
		return
	}
	r.LostDraws = o.Draws - len(alphas)
	iv, ok := percentiles(alphas, r.Alpha.Value, tail)
	if lost := float64(r.LostDraws) / float64(o.Draws); !ok || lost > tail {
		lo, hi := wilson(f.observed/far, byJudgments, z)
		iv = Interval{max(1-hi*far/f.expected, -1), 1 - lo*far/f.expected, Wilson}
		iv.Lo, iv.Hi = min(iv.Lo, r.Alpha.Value), max(iv.Hi, r.Alpha.Value)
	}
	r.Alpha.Interval = iv
}

// trials is the number of units when each weighs the same; where some have more
// judgments or pairs than others, the smaller effective number of Kish (1965).
func (s *sample) trials() (byJudgments, byPairs float64) {
	var m, mm, p, pp float64
	for _, i := range s.of {
		a, b := float64(s.patterns[i].judged), float64(s.patterns[i].pairs)
		m, mm, p, pp = m+a, mm+a*a, p+b, pp+b*b
	}
	return m * m / mm, p * p / pp
}

// percentiles bounds a figure by the nearest ranks of its draws, which it sorts.
// It is false when the draws have no spread. The figure itself is never outside:
// in samples of few units the draws can lie all to one side.
func percentiles(draws []float64, value, tail float64) (Interval, bool) {
	if len(draws) == 0 {
		return Interval{}, false
	}
	slices.Sort(draws)
	last := float64(len(draws) - 1)
	if draws[0] == draws[len(draws)-1] {
		return Interval{}, false
	}
	lo, hi := draws[int(math.Round(tail*last))], draws[int(math.Round((1-tail)*last))]
	return Interval{min(lo, value), max(hi, value), Bootstrap}, true
}

// wilson bounds a share, or the mean of n values between 0 and 1 (these vary at
// most as much as trials that succeed or fail), by Wilson (1927).
func wilson(p, n, z float64) (lo, hi float64) {
	z2 := z * z
	mid := (p + z2/(2*n)) / (1 + z2/n)
	half := z / (1 + z2/n) * math.Sqrt(p*(1-p)/n+z2/(4*n*n))
	return min(max(mid-half, 0), p), max(min(mid+half, 1), p)
}
