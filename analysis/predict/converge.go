package predict

import (
	"math"
	"slices"
)

// converge computes the split potential scale reduction of every watched
// quantity.
func converge(runs []run, kept int, names []string) Convergence {
	c := Convergence{Chains: len(runs), Kept: kept, RHat: 1}
	var acc, tried int
	for _, r := range runs {
		acc += r.accepted
		tried += r.tried
	}
	if tried > 0 {
		c.Accepted = float64(acc) / float64(tried)
	}
	var all []float64
	for q := range runs[0].trace[0] {
		var halves [][]float64
		for _, r := range runs {
			h := len(r.trace) / 2
			for _, part := range [][][]float64{r.trace[:h], r.trace[h:]} {
				col := make([]float64, len(part))
				for i := range part {
					col[i] = part[i][q]
				}
				halves = append(halves, col)
			}
		}
		r := rHat(halves)
		if r > c.RHat {
			c.RHat, c.Worst = r, names[q]
		}
		all = append(all, r)
	}
	slices.Sort(all)
	c.Typical = all[len(all)/2]
	c.OK = c.RHat <= 1.1
	return c
}

// rHat is the square root of the pooled variance over the variance within;
// 1 for chains too short to tell or that do not move.
func rHat(chains [][]float64) float64 {
	n := float64(len(chains[0]))
	if n < 2 {
		return 1
	}
	var means []float64
	var within float64
	for _, c := range chains {
		m, v := meanVar(c)
		means = append(means, m)
		within += v / float64(len(chains))
	}
	_, between := meanVar(means)
	if within <= 0 {
		return 1
	}
	return math.Sqrt((n-1)/n + between/within)
}

// meanVar gives the mean and the variance with n - 1 below.
func meanVar(x []float64) (mean, v float64) {
	for _, e := range x {
		mean += e / float64(len(x))
	}
	for _, e := range x {
		v += (e - mean) * (e - mean) / math.Max(float64(len(x)-1), 1)
	}
	return mean, v
}
