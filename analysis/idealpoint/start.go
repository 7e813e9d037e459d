package idealpoint

import (
	"math"
	"slices"
)

// start sets the first points, slopes and cutpoints.
//
// With a state on both sides of Options.Plus and Minus the start is that of
// the published sampler: x = 3 and -2 for them, 0 for all others, and
// b = sign(y_plus - y_minus) of the first of each side, averaged over sessions.
// Else it is the leading axis of the votes.
func (m *model) start(d *Data, o Options) {
	plus, minus := m.find(d, o.Plus), m.find(d, o.Minus)
	n := len(m.x)
	if len(plus) > 0 && len(minus) > 0 {
		for _, s := range plus {
			fill(m.x[m.first[s]:m.first[s+1]], 3)
		}
		for _, s := range minus {
			fill(m.x[m.first[s]:m.first[s+1]], -2)
		}
		up, down := m.answers(plus[0]), m.answers(minus[0])
		for j := range m.it {
			if up[j] != 0 && down[j] != 0 {
				m.it[j].b = sign(up[j] - down[j])
			}
		}
	} else {
		m.axis()
	}
	for q := range n {
		m.V[q] = 1
	}
	for j := range m.it {
		p := &m.it[j]
		all := float64(m.of(j, Yes) + m.of(j, Abstain) + m.of(j, No))
		spread := math.Sqrt(1 + p.b*p.b)
		p.g1 = spread * quantile((float64(m.of(j, Yes))+0.5)/(all+1))
		p.g2 = spread * quantile((float64(m.of(j, Yes)+m.of(j, Abstain))+0.5)/(all+1))
		p.vb = 0.1
		m.bound(j)
	}
}

func quantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

func fill(s []float64, v float64) {
	for i := range s {
		s[i] = v
	}
}

// find gives the canonical places of the named states that have votes, in the
// order of the names.
func (m *model) find(d *Data, names []string) []int {
	var list []int
	for _, name := range names {
		s := slices.IndexFunc(m.states, func(i int32) bool { return d.States[i] == name })
		if s >= 0 {
			list = append(list, s)
		}
	}
	return list
}

// answers gives the mean answer of one state to each item, 0 where it has none.
func (m *model) answers(s int) []float64 {
	sum, n := make([]float64, len(m.it)), make([]float64, len(m.it))
	for q := m.first[s]; q < m.first[s+1]; q++ {
		for y := int32(1); y <= 3; y++ {
			for _, j := range m.ssItem[m.ssOff[3*q+y-1]:m.ssOff[3*q+y]] {
				sum[j] += float64(y)
				n[j]++
			}
		}
	}
	for j := range sum {
		sum[j] /= max(n[j], 1)
	}
	return sum
}

// axis starts at the leading axis of the answers, each less its item's mean,
// by thirty power iterations between items and points, from each point's mean
// answer, which puts those who say yes least on the higher side.
func (m *model) axis() {
	mean := make([]float64, len(m.it))
	for j := range mean {
		y1, y2, y3 := float64(m.of(j, Yes)), float64(m.of(j, Abstain)), float64(m.of(j, No))
		mean[j] = (y1 + 2*y2 + 3*y3) / (y1 + y2 + y3)
	}
	p := make([]float64, len(m.it))
	fill(p, 1)
	pull := func() { // points from items; a state's sessions share the sums
		for s := range m.states {
			sum, n := 0.0, 0.0
			for q := m.first[s]; q < m.first[s+1]; q++ {
				for y := int32(1); y <= 3; y++ {
					for _, j := range m.ssItem[m.ssOff[3*q+y-1]:m.ssOff[3*q+y]] {
						sum += (float64(y) - mean[j]) * p[j]
						n++
					}
				}
			}
			fill(m.x[m.first[s]:m.first[s+1]], sum/n)
		}
		unit(m.x)
	}
	pull()
	for range 30 {
		for j := range p {
			sum, n := 0.0, 0.0
			for y := int32(1); y <= 3; y++ {
				for _, q := range m.itSS[m.itOff[int32(3*j)+y-1]:m.itOff[int32(3*j)+y]] {
					sum += (float64(y) - mean[j]) * m.x[q]
					n++
				}
			}
			p[j] = sum / n
		}
		pull()
	}
	for j := range p {
		m.it[j].b = sign(p[j])
	}
}

// unit centres x and scales it to standard deviation 1, where it differs.
func unit(x []float64) {
	mean, ss := 0.0, 0.0
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for i := range x {
		x[i] -= mean
		ss += x[i] * x[i]
	}
	if sd := math.Sqrt(ss / float64(len(x))); sd > 1e-12 {
		for i := range x {
			x[i] /= sd
		}
	}
}

// orient turns the sign so that Plus is above Minus (or above 0, or Minus
// below 0, where only one side is there). Without anchors those points that
// say yes least are on the higher side.
func (m *model) orient(d *Data, o Options) {
	side := func(list []int) (mean float64) {
		n := 0.0
		for _, s := range list {
			for _, x := range m.x[m.first[s]:m.first[s+1]] {
				mean += x
				n++
			}
		}
		return mean / max(n, 1)
	}
	plus, minus := m.find(d, o.Plus), m.find(d, o.Minus)
	up := side(plus) - side(minus)
	if len(plus)+len(minus) == 0 {
		for q, x := range m.x {
			up -= x * float64(m.ssOff[3*q+1]-m.ssOff[3*q]) / float64(m.n(q))
		}
	}
	if up >= 0 {
		return
	}
	for q := range m.x {
		m.x[q] = -m.x[q]
	}
	// The mirror image of ordered answers needs the slope alone turned.
	for j := range m.it {
		m.it[j].b, m.it[j].vgb = -m.it[j].b, -m.it[j].vgb
	}
}
