package candidates

import (
	"cmp"
	"math"
	"slices"
)

// half is half a window: a paragraph is read in windows of two halves, each
// beginning in the middle of the one before.
const half = 12

// hit is the score of a class for a text, and the window that gave it.
type hit struct {
	class  int32
	score  float64
	window int
	scale  float64 // from a product of weights to its part of the score
}

// rank scores every class and gives the n best, the best first.
func (f *fitted) rank(t *text, n int) []hit {
	classes := len(f.names)
	best := make([]hit, classes)
	for c := range best {
		best[c] = hit{class: int32(c)} //nolint:gosec // a class
	}
	before, now := make([]float64, classes), make([]float64, classes)
	step := half
	if f.whole {
		step = len(t.words)
	}
	var scratch []int32
	for from := 0; from < len(t.words); from += step {
		to := min(from+step, len(t.words))
		clear(now)
		f.products(t, from, to, now)
		// A window is the half before and this one; the first half stands alone
		// only when there is no second.
		first := max(from-step, 0)
		if from > 0 || to == len(t.words) {
			scale := 0.0
			scale, scratch = f.length(t, first, to, scratch)
			if scale > 0 {
				scale = 1 / scale
				for c := range best {
					if s := (before[c] + now[c]) * scale; s > best[c].score {
						best[c] = hit{int32(c), s, first / step, scale} //nolint:gosec // a class
					}
				}
			}
		}
		before, now = now, before
	}
	out := best[:0]
	for _, h := range best {
		if h.score > 0 {
			h.scale *= f.factor[h.class]
			h.score = rounded(h.score * f.factor[h.class])
			out = append(out, h)
		}
	}
	if n < 16 {
		return top(out, n)
	}
	slices.SortFunc(out, byScore)
	return out[:min(n, len(out))]
}

// byScore puts the higher score first, of equal ones the class that is named first.
func byScore(a, b hit) int {
	if a.score != b.score {
		return cmp.Compare(b.score, a.score)
	}
	return cmp.Compare(a.class, b.class)
}

// top moves the n best to the front of the list, in their order, without sorting
// the rest.
func top(list []hit, n int) []hit {
	kept := list[:0]
	for _, h := range list {
		if len(kept) == n {
			if byScore(h, kept[n-1]) > 0 {
				continue
			}
			kept = kept[:n-1]
		}
		i := len(kept)
		kept = append(kept, h)
		for ; i > 0 && byScore(h, kept[i-1]) < 0; i-- {
			kept[i] = kept[i-1]
		}
		kept[i] = h
	}
	return kept
}

// products adds, per class, the products of the weights of part of a text.
func (f *fitted) products(t *text, from, to int, sum []float64) {
	for i := from; i < to; i++ {
		id := t.words[i]
		if id == unknown {
			continue
		}
		x := f.rare[id]
		lo, hi := f.row[id], f.row[id+1]
		class, value := f.class[lo:hi], f.value[lo:hi]
		for k, c := range class {
			sum[c] += float64(x * value[k])
		}
	}
}

// length is the length of the vector of a window; each unknown word is one of
// its own. scratch is kept for the next call.
func (f *fitted) length(t *text, from, to int, scratch []int32) (float64, []int32) {
	scratch = append(scratch[:0], t.words[from:to]...)
	slices.Sort(scratch)
	sum := 0.0
	for i := 0; i < len(scratch); {
		j := i + 1
		for scratch[i] != unknown && j < len(scratch) && scratch[j] == scratch[i] {
			j++
		}
		v := float64(j-i) * f.idf(scratch[i])
		sum += float64(v * v)
		i = j
	}
	return math.Sqrt(sum), scratch
}
