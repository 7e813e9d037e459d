package congruence

import "math"

// measure gives, times unit, what two events at levels k and l of one concept
// add. On scales with values the numbers are whole when the values are, so that
// sums are exact and do not depend on their order.
type measure struct {
	flat  bool // every pair of events counts 1
	table []float64
	size  int
	unit  float64
}

func newMeasure(kind Kind, scale ScaleKind, values []float64, width float64) measure {
	m := measure{flat: kind == Ignore, size: len(values), unit: 1}
	if m.flat {
		return m
	}
	if scale != Nominal && width > 0 {
		m.unit = width
	}
	m.table = make([]float64, m.size*m.size)
	for k := range values {
		for l := range values {
			distance := math.Abs(values[k] - values[l])
			if scale == Nominal {
				distance = min(distance, 1)
			}
			v := 0.0
			switch kind {
			case Congruence:
				v = m.unit - distance
			case Conflict:
				v = distance
			case Subtract:
				v = m.unit - 2*distance
			}
			m.table[k*m.size+l] = v
		}
	}
	return m
}

// products fills the upper triangle of the one-mode matrix w (n by n) and its
// diagonal, in units of m.unit; x is one number per cell.
//
// Per concept the levels of every actor are first weighed with the measure, so
// that a pair of actors costs one multiplication per level of one of them
// instead of one per pair of levels.
func (s *selection) products(m measure, x []float64) (w, diagonal []float64) {
	n := len(s.rows)
	w, diagonal = make([]float64, n*n), make([]float64, n)
	var acts, first []int32
	var levels []int32
	var weighed []float64
	local := make([]int32, len(s.values)) // place of a level + 1
	for j := range s.cols {
		from, to := s.group[j], s.group[j+1]
		acts, first, levels = acts[:0], first[:0], levels[:0]
		for c := from; c < to; c++ {
			if x[c] == 0 {
				continue
			}
			if len(acts) == 0 || acts[len(acts)-1] != s.actor[c] {
				acts, first = append(acts, s.actor[c]), append(first, c)
			}
			if l := s.level[c]; !m.flat && local[l] == 0 {
				levels = append(levels, l)
				local[l] = int32(len(levels))
			}
		}
		if m.flat {
			levels = append(levels, 0)
		}
		size := len(acts)
		if need := size * len(levels); cap(weighed) < need {
			weighed = make([]float64, need)
		}
		weighed = weighed[:size*len(levels)]
		clear(weighed)
		for b := range acts {
			for c := first[b]; c < to && s.actor[c] == acts[b]; c++ {
				if m.flat {
					weighed[b] += x[c]
					continue
				}
				row := m.table[int(s.level[c])*m.size:]
				for k, l := range levels {
					weighed[k*size+b] += row[l] * x[c]
				}
			}
		}
		for a, i := range acts {
			out := w[int(i)*n : int(i+1)*n]
			if m.flat {
				diagonal[i] += weighed[a] * weighed[a]
				scatter(out, acts[a+1:], weighed[a+1:size], weighed[a])
				continue
			}
			for c := first[a]; c < to && s.actor[c] == i; c++ {
				if x[c] == 0 {
					continue
				}
				v := weighed[int(local[s.level[c]]-1)*size:][:size]
				diagonal[i] += x[c] * v[a]
				scatter(out, acts[a+1:], v[a+1:], x[c])
			}
		}
		if !m.flat {
			for _, l := range levels {
				local[l] = 0
			}
		}
	}
	return w, diagonal
}

// scatter adds f times v to the places in out that at names.
func scatter(out []float64, at []int32, v []float64, f float64) {
	v = v[:len(at)]
	for b, i := range at {
		out[i] += f * v[b]
	}
}

// matched gives what the Jaccard normalisation needs: the upper triangle of
// both = sum of x x' over equal concept and level, and beside[i,i'] = sum of
// lone[i] where i' used the same level of the same concept too.
func (s *selection) matched(x, lone []float64) (both, beside []float64) {
	n := len(s.rows)
	both, beside = make([]float64, n*n), make([]float64, n*n)
	cells := make([][]int32, len(s.values)) // of one concept, by level
	for j := range s.cols {
		for c := s.group[j]; c < s.group[j+1]; c++ {
			if x[c] > 0 {
				cells[s.level[c]] = append(cells[s.level[c]], c)
			}
		}
		for c := s.group[j]; c < s.group[j+1]; c++ {
			list := cells[s.level[c]]
			if len(list) == 0 {
				continue
			}
			for a, ca := range list {
				i := int(s.actor[ca]) * n
				for _, cb := range list[a+1:] {
					k := int(s.actor[cb])
					both[i+k] += x[ca] * x[cb]
					beside[i+k] += lone[ca]
					beside[k*n+i/n] += lone[cb]
				}
			}
			cells[s.level[c]] = list[:0]
		}
	}
	return both, beside
}

// oneMode is the normalised matrix, whole and symmetric, without thresholds. x
// weighs events in products of two, lone where they are counted alone; for
// plain counts they are the same.
func (s *selection) oneMode(x, lone []float64) []float64 {
	n := len(s.rows)
	o := s.opt
	m := newMeasure(o.Kind, s.ev.Scale.Kind, s.values, s.width)
	total := s.totals(lone)
	var both, beside []float64
	silenceCounts := o.Compat && s.ev.Scale.Kind == Nominal && (o.Kind == Conflict || o.Kind == Subtract)
	if o.Norm == Jaccard || silenceCounts {
		both, beside = s.matched(x, lone)
	}
	var w, diagonal []float64
	if silenceCounts {
		m.unit = 1
		w, diagonal = make([]float64, n*n), make([]float64, n)
	} else {
		w, diagonal = s.products(m, x)
	}
	length := diagonal
	if o.Norm == Cosine && !o.Compat && (o.Kind == Conflict || o.Kind == Subtract && s.ev.Scale.Kind == Nominal) {
		_, length = s.products(measure{flat: true}, x)
		for i := range length {
			length[i] *= m.unit
		}
	}
	for i := range n {
		w[i*n+i] = 0
		for k := i + 1; k < n; k++ {
			v := w[i*n+k] / m.unit
			apart := 0.0
			if beside != nil {
				apart = total[i] - beside[i*n+k] + total[k] - beside[k*n+i]
			}
			if silenceCounts {
				v = apart
				if o.Kind == Subtract {
					v = both[i*n+k] - apart
				}
			}
			z := 1.0
			switch o.Norm {
			case Average:
				z = (total[i] + total[k]) / 2
			case Jaccard:
				z = apart + both[i*n+k]
			case Cosine:
				// The square root of each, so that equal actors give exactly 1.
				z = math.Sqrt(length[i]/m.unit) * math.Sqrt(length[k]/m.unit)
				if length[i] == length[k] {
					z = length[i] / m.unit
				}
				if o.Compat {
					z = total[i] * total[k]
				}
			}
			v = ratio(v, z)
			w[i*n+k], w[k*n+i] = v, v
		}
	}
	return w
}

func ratio(v, z float64) float64 {
	if z == 0 {
		return 0
	}
	return v / z
}
