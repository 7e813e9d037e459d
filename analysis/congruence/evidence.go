package congruence

import "math/bits"

// part is one cell: the events of one actor at one level of one concept.
type part struct {
	level  int32
	x      float64 // sum of the product weights
	lone   float64 // sum of the plain weights
	events []int   // positions in Events
}

// parts lists the cells of row i in column j, with the events that in weighs
// above zero.
func (s *selection) parts(in []float64, j, i int) []part {
	var list []part
	for c := s.group[j]; c < s.group[j+1]; c++ {
		if int(s.actor[c]) != i {
			continue
		}
		p := part{level: s.level[c]}
		for at := s.cell[c]; at < s.cell[c+1]; at++ {
			w := 1.0
			if in != nil {
				w = in[at]
			}
			if w > 0 {
				p.x, p.lone = p.x+root(w), p.lone+w
				p.events = append(p.events, int(s.event[at]))
			}
		}
		if len(p.events) > 0 {
			list = append(list, p)
		}
	}
	return list
}

// behindCell is the evidence of a two-mode cell.
func (s *selection) behindCell(in []float64, i, j int) []Evidence {
	e := Evidence{Concept: s.cols[j]}
	for _, p := range s.parts(in, j, i) {
		e.A = append(e.A, p.events...)
		e.Weight += s.worth(p.level, p.lone)
	}
	if len(e.A) == 0 {
		return nil
	}
	return []Evidence{e}
}

// shared counts, for each pair of rows, the columns in which both have weight.
func (s *selection) shared(x []float64) []int32 {
	n, words := len(s.rows), (len(s.cols)+63)/64
	set := make([]uint64, n*words)
	for j := range s.cols {
		for c := s.group[j]; c < s.group[j+1]; c++ {
			if x[c] > 0 {
				set[int(s.actor[c])*words+j/64] |= 1 << (j % 64)
			}
		}
	}
	count := make([]int32, n*n)
	for i := range n {
		a := set[i*words : (i+1)*words]
		for k := i + 1; k < n; k++ {
			b := set[k*words : (k+1)*words]
			both := 0
			for w, v := range a {
				both += bits.OnesCount64(v & b[w])
			}
			count[i*n+k], count[k*n+i] = int32(both), int32(both)
		}
	}
	return count
}
