package idealpoint

import (
	"math"
	"testing"
)

// The plain EM, written from the steps of votes.md 2.3 (ordinal) and 2.2
// (dynIRT) with math.Erfc and dense loops. It shares nothing with the package
// but the layout of the data, and is far slower.

func phi(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
func cdf(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }

// meanZ gives E[z] for z ~ N(u,1) within lo to hi.
func meanZ(u, lo, hi float64) float64 {
	return u + (phi(lo-u)-phi(hi-u))/(cdf(hi-u)-cdf(lo-u))
}

type plainVote struct {
	q, j int
	y    uint8
}

func plainVotes(m *model) (list []plainVote) {
	for q := range m.x {
		for y := range 3 {
			for _, j := range m.ssItem[m.ssOff[3*q+y]:m.ssOff[3*q+y+1]] {
				list = append(list, plainVote{q, int(j), uint8(y + 1)})
			}
		}
	}
	return list
}

// plainSmooth is filter and smoother for one state, as in the text.
func plainSmooth(v, p, l []float64) (x, V []float64) {
	n := len(v)
	c, C, R := make([]float64, n), make([]float64, n), make([]float64, n)
	for t := range n {
		before := 0.0
		R[t] = v[t]
		if t > 0 {
			R[t] += C[t-1]
			before = c[t-1]
		}
		C[t] = 1 / (1/R[t] + p[t])
		c[t] = C[t] * (before/R[t] + l[t])
	}
	x, V = append([]float64(nil), c...), append([]float64(nil), C...)
	for t := n - 2; t >= 0; t-- {
		g := C[t] / R[t+1]
		x[t] = c[t] + g*(x[t+1]-c[t])
		V[t] = C[t] + g*g*(V[t+1]-R[t+1])
	}
	return x, V
}

func plainStandardise(m *model) {
	mean, ss, n := 0.0, 0.0, float64(len(m.x))
	for _, x := range m.x {
		mean += x / n
	}
	for _, x := range m.x {
		ss += (x - mean) * (x - mean) / n
	}
	for q := range m.x {
		m.x[q] = (m.x[q] - mean) / math.Sqrt(ss)
		m.V[q] /= ss
	}
}

// plainOrdinal runs n sweeps of the EM of votes.md 2.3.
func plainOrdinal(m *model, n int) {
	votes := plainVotes(m)
	for range n {
		p, l := make([]float64, len(m.x)), make([]float64, len(m.x))
		for _, v := range votes {
			e := m.it[v.j]
			lo, hi := math.Inf(-1), math.Inf(1)
			switch v.y {
			case Yes:
				hi = e.g1
			case Abstain:
				lo, hi = e.g1, e.g2
			case No:
				lo = e.g2
			}
			p[v.q] += e.b*e.b + e.vb
			l[v.q] += e.b * meanZ(e.b*m.x[v.q], lo, hi)
		}
		for s := range m.states {
			lo, hi := int(m.first[s]), int(m.first[s+1])
			if m.prior == Smoother {
				x, V := plainSmooth(m.v[lo:hi], p[lo:hi], l[lo:hi])
				copy(m.x[lo:], x)
				copy(m.V[lo:], V)
				continue
			}
			moved := make([]float64, hi-lo) // the session before as the last sweep left it
			for q := lo; q < hi; q++ {
				moved[q-lo] = (l[q] + m.before(s, q)/m.v[q]) / (p[q] + 1/m.v[q])
				m.V[q] = 1 / (p[q] + 1/m.v[q])
			}
			copy(m.x[lo:], moved)
		}
		plainStandardise(m)
		xx, xz := make([]float64, len(m.it)), make([]float64, len(m.it))
		type score struct{ s1, s2, i11, i22, i12 float64 }
		cuts := make([]score, len(m.it))
		for _, v := range votes {
			e, x := m.it[v.j], m.x[v.q]
			u := e.b * x
			lo, hi := math.Inf(-1), math.Inf(1)
			d1, d2 := phi(e.g1-u), phi(e.g2-u)
			p1, p3 := cdf(e.g1-u), cdf(u-e.g2)
			p2 := max(cdf(e.g2-u)-p1, 1e-300)
			c := &cuts[v.j]
			switch v.y {
			case Yes:
				hi = e.g1
				c.s1 += d1 / p1
			case Abstain:
				lo, hi = e.g1, e.g2
				c.s1 -= d1 / p2
				c.s2 += d2 / p2
			case No:
				lo = e.g2
				c.s2 -= d2 / p3
			}
			c.i11 += d1 * d1 * (1/p1 + 1/p2)
			c.i22 += d2 * d2 * (1/p2 + 1/p3)
			c.i12 -= d1 * d2 / p2
			xx[v.j] += x*x + m.V[v.q]
			xz[v.j] += x * meanZ(u, lo, hi)
		}
		for j := range m.it {
			e, c := &m.it[j], cuts[j]
			e.vb = 1 / (1 + xx[j])
			e.b = e.vb * xz[j]
			det := c.i11*c.i22 - c.i12*c.i12
			e.g1 += min(max((c.i22*c.s1-c.i12*c.s2)/det, -0.5), 0.5)
			e.g2 += min(max((c.i11*c.s2-c.i12*c.s1)/det, -0.5), 0.5)
		}
	}
}

// withAll drops the items on which not all three answers occur, so that the
// plain EM needs no bounds.
func withAll(d *Data) *Data {
	seen := make([]uint8, len(d.Items))
	for _, v := range d.Votes {
		seen[v.Item] |= 1 << v.Y
	}
	out := *d
	out.Votes = nil
	for _, v := range d.Votes {
		if seen[v.Item] == 1<<Yes|1<<Abstain|1<<No {
			out.Votes = append(out.Votes, v)
		}
	}
	return &out
}

func TestSameRestAsPlainEM(t *testing.T) {
	d := withAll(plant(plan{states: 40, sessions: 4, items: 30, bridged: 5, absent: 0.1, seed: 5}).data)
	for _, prior := range []Prior{Forward, Smoother} {
		t.Run(string(prior), func(t *testing.T) {
			o := Options{Prior: prior, Tol: 1e-8, MaxIter: 500, Intervals: NoIntervals, Plus: []string{"S001"}, Minus: []string{"S002"}}
			r, err := Fit(d, o)
			if err != nil {
				t.Fatal(err)
			}
			if !r.Converged {
				t.Fatalf("not converged: %v after %d", r.MaxDelta, r.Iterations)
			}
			full, err := o.complete()
			if err != nil {
				t.Fatal(err)
			}
			m := newModel(newLayout(d, recode(Ordinal)), full)
			m.start(d, full)
			plainOrdinal(m, 1500)
			m.orient(d, full)
			worst := 0.0
			for q, p := range r.Points { // states and sessions are in canonical order here
				worst = max(worst, abs(p.X-m.x[q]))
			}
			t.Logf("largest |dx| %.2g after %d sweeps against 1500 of EM", worst, r.Iterations)
			if worst > 1e-5 {
				t.Errorf("points differ from the plain EM by up to %g", worst)
			}
			for i, f := range r.Items {
				e := m.it[i]
				if gap := e.g2 - e.g1; gap > gapOpen && !(near(f.B, e.b, 1e-4) && near(f.G1, e.g1, 1e-4) && near(f.G2, e.g2, 1e-4)) {
					t.Errorf("item %d: %+v, EM %+v", i, f, e)
				}
			}
		})
	}
}

// plainBinary runs n iterations of dynIRT (votes.md 2.2) on complete data, where
// the imputation of the R package has nothing to impute, with standardised
// points if asked.
func plainBinary(m *model, n int, standard bool) {
	votes := plainVotes(m)
	a, b := make([]float64, len(m.it)), make([]float64, len(m.it))
	vbb, vab := make([]float64, len(m.it)), make([]float64, len(m.it))
	for j, e := range m.it {
		a[j], b[j] = e.g1, -e.b
	}
	for range n {
		ey := func(v plainVote) float64 {
			u := a[v.j] + b[v.j]*m.x[v.q]
			if v.y == Yes {
				return u + phi(u)/cdf(u)
			}
			return u - phi(u)/cdf(-u)
		}
		p, l := make([]float64, len(m.x)), make([]float64, len(m.x))
		for _, v := range votes {
			p[v.q] += b[v.j]*b[v.j] + vbb[v.j]
			l[v.q] += ey(v)*b[v.j] - (a[v.j]*b[v.j] + vab[v.j])
		}
		for s := range m.states {
			lo, hi := int(m.first[s]), int(m.first[s+1])
			x, V := plainSmooth(m.v[lo:hi], p[lo:hi], l[lo:hi])
			copy(m.x[lo:], x)
			copy(m.V[lo:], V)
		}
		if standard {
			plainStandardise(m)
		}
		type sum struct{ n, x, xx, y, xy float64 }
		sums := make([]sum, len(m.it))
		for _, v := range votes {
			s, x, y := &sums[v.j], m.x[v.q], ey(v)
			s.n++
			s.x += x
			s.xx += x*x + m.V[v.q]
			s.y += y
			s.xy += x * y
		}
		for j, s := range sums {
			s.n += 1.0 / 25
			s.xx += 1.0 / 25
			det := s.n*s.xx - s.x*s.x
			a[j], b[j] = (s.xx*s.y-s.x*s.xy)/det, (s.n*s.xy-s.x*s.y)/det
			vbb[j], vab[j] = s.n/det, -s.x/det
		}
	}
	for j := range m.it {
		m.it[j].g1, m.it[j].b = a[j], -b[j]
	}
}

func TestBinaryIsDynIRT(t *testing.T) {
	d := plant(plan{states: 40, sessions: 4, items: 30, seed: 6}).data
	o := Options{Binary: AbstainNo, Target: EM, Tol: 1e-8, MaxIter: 500, Intervals: NoIntervals, Plus: []string{"S001"}, Minus: []string{"S002"}}
	for _, c := range []struct {
		name     string
		target   Target
		standard bool
		same     bool
	}{
		{"with standardised points the same point for point", EM, true, true},
		{"on a free scale, as the R package has it, nearly the same order", EM, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o.Target = c.target
			r, err := Fit(d, o)
			if err != nil {
				t.Fatal(err)
			}
			full, err := o.complete()
			if err != nil {
				t.Fatal(err)
			}
			m := newModel(newLayout(d, recode(AbstainNo)), full)
			m.start(d, full)
			plainBinary(m, 1500, c.standard)
			m.orient(d, full)
			ours := make([]float64, len(m.x))
			worst := 0.0
			for q, p := range r.Points {
				ours[q] = p.X
				worst = max(worst, abs(p.X-m.x[q]))
			}
			cor := pearson(ours, m.x)
			t.Logf("largest |dx| %.2g, r %.6f", worst, cor)
			if c.same && worst > 1e-5 {
				t.Errorf("points differ by up to %g", worst)
			}
			if cor < 0.98 {
				t.Errorf("r %v", cor)
			}
		})
	}
}
