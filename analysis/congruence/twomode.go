package congruence

import "math"

// twoMode is the normalised matrix of actors and concepts, without thresholds.
//
// A combine code divided by a number of events is no code any more; the formula
// is applied all the same, because published networks have it.
func (s *selection) twoMode(lone []float64) []float64 {
	width := len(s.cols)
	w := make([]float64, len(s.rows)*width)
	for j := range s.cols {
		for c := s.group[j]; c < s.group[j+1]; c++ {
			if lone[c] == 0 {
				continue
			}
			w[int(s.actor[c])*width+j] += s.worth(s.level[c], lone[c])
		}
	}
	if s.opt.Norm == NoNorm {
		return w
	}
	rows, cols := s.totals(lone), s.columnTotals(lone)
	for i := range s.rows {
		for j := range s.cols {
			z := rows[i]
			if s.opt.Norm == Prominence {
				z = cols[j]
			}
			w[i*width+j] = ratio(w[i*width+j], z)
		}
	}
	return w
}

// worth is what lone events of an actor at a level add to a two-mode cell.
func (s *selection) worth(level int32, lone float64) float64 {
	switch {
	case s.opt.Kind == Combine:
		return math.Ldexp(1, len(s.values)-1-int(level))
	case s.opt.Kind == Subtract && s.ev.Scale.Kind == Binary:
		return lone * (2*s.values[level] - 1)
	case s.opt.Kind == Subtract && s.ev.Scale.Kind != Nominal:
		return lone * s.values[level]
	}
	return lone
}

// totals is the weight of all events of each row.
func (s *selection) totals(lone []float64) []float64 {
	t := make([]float64, len(s.rows))
	for c, v := range lone {
		t[s.actor[c]] += v
	}
	return t
}

// columnTotals is the weight of all events of each column.
func (s *selection) columnTotals(lone []float64) []float64 {
	t := make([]float64, len(s.cols))
	for j := range s.cols {
		for _, v := range lone[s.group[j]:s.group[j+1]] {
			t[j] += v
		}
	}
	return t
}
