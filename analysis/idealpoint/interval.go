package idealpoint

import "math"

// deviations gives the standard error of every point, or nil for NoIntervals.
//
// The estimate solves equations in points and items. To first order its error e
// solves the same equations with the observed information in place of the
// second derivatives, and on the right the score of the votes, of covariance
// equal to that information, with the steps of the random walks and the draw of
// the items' slopes from their prior (Louis 1982, J. Royal Statistical Society B
// 44(2): 226-233, for the information; Papandreou and Yuille 2010, NIPS, for
// drawing errors by solving perturbed equations). For the smoother e has the
// covariance of the Laplace approximation of the joint posterior; for the
// forward prior, which is no posterior of one model, it is the mean squared error
// of the estimate when points do walk as the prior says.
//
// Conditional leaves out the items' errors, and then the variance has a closed
// form. Joint adds what they add, from Draws drawn errors; the closed form
// serves as control variate, so that few draws suffice.
func (m *model) deviations(o Options) []float64 {
	if o.Intervals == NoIntervals {
		return nil
	}
	l := m.linearise()
	variance := l.conditional()
	if o.Intervals == Joint {
		extra := l.drawExtra(o)
		for q := range variance {
			// Known items cannot know less: chance alone takes the sum below.
			variance[q] += max(extra[q], 0)
		}
	}
	for q, v := range variance {
		variance[q] = math.Sqrt(v)
	}
	return variance
}

// linear holds the weights of the linearised equations. For one vote, with l
// and h the distances of the cutpoints, W the information in (l, h):
// w1 = W11 + W12 and w2 = W12 + W22, by state-session (s) and by item (t).
type linear struct {
	*model
	s1, s2, t1, t2 []float64
	half           []float64 // W12 of the abstentions, by state-session
	own            []float64 // information of a point's votes, and the pull
	items          []info
}

func (m *model) linearise() *linear {
	n := m.votes()
	l := &linear{
		model: m, s1: make([]float64, n), s2: make([]float64, n), t1: make([]float64, n), t2: make([]float64, n),
		half: make([]float64, n), own: make([]float64, len(m.x)), items: make([]info, len(m.it)),
	}
	weigh := func(e *item, x float64, y int) (w1, w2, w12 float64) {
		switch uint8(y + 1) {
		case Yes:
			a := e.g1 - e.b*x
			k := millsAt(a)
			return k * (a + k), 0, 0
		case No:
			a := e.b*x - e.g2
			k := millsAt(a)
			return 0, k * (a + k), 0
		}
		lo, hi := e.g1-e.b*x, e.g2-e.b*x
		a, b := between(lo, hi)
		w12 = -a * b
		return max(a*(a-lo)+w12, 0), max(b*(b+hi)+w12, 0), w12
	}
	each(m.byState, func(from, to int) {
		for q := m.first[from]; q < m.first[to]; q++ {
			sum, p := 0.0, 0.0
			for y := range 3 {
				r := 3*int(q) + y
				for k := m.ssOff[r]; k < m.ssOff[r+1]; k++ {
					e := &m.it[m.ssItem[k]]
					l.s1[k], l.s2[k], l.half[k] = weigh(e, m.x[q], y)
					sum += e.b * e.b * (l.s1[k] + l.s2[k])
					p += e.b*e.b + e.vb
				}
			}
			l.own[q] = sum
			if m.pull {
				l.own[q] += max(m.grip, 0) * (p + 1/m.v[q])
			}
		}
	})
	each(m.byItem, func(from, to int) {
		var t scratch
		for j := from; j < to; j++ {
			for y := range 3 {
				r := 3*j + y
				for k := m.itOff[r]; k < m.itOff[r+1]; k++ {
					l.t1[k], l.t2[k], _ = weigh(&m.it[j], m.x[m.itSS[k]], y)
				}
			}
			f := m.tilt(j, &t)
			f.bb += m.bPrec
			f.i11 += m.gPrec
			l.items[j] = f
		}
	})
	return l
}

// conditional gives the variance of each point with the items known.
func (l *linear) conditional() []float64 {
	out := make([]float64, len(l.x))
	scratch := make([]float64, len(l.x))
	for s := range l.states {
		lo, hi := int(l.first[s]), int(l.first[s+1])
		v, w, out := l.v[lo:hi], l.own[lo:hi], out[lo:hi]
		if l.prior == Smoother {
			smooth(v, w, nil, out, scratch[lo:hi])
			continue
		}
		// Forward: h_t e_t = e_{t-1}/v_t + noise, the noise of variance
		// w_t + 1/v_t; the first two sessions are drawn to each other over one step.
		h := func(i int) float64 { return w[i] + 1/v[i] }
		if hi-lo == 1 {
			out[0] = 1 / h(0)
			continue
		}
		a, b := 1/v[0], 1/v[1]
		det := h(0)*h(1) - a*b
		sq := func(x float64) float64 { return x * x }
		out[0] = (sq(h(1))*w[0] + a*a*w[1] + sq(a*(h(1)-b))*v[1]) / (det * det)
		out[1] = (sq(h(0))*w[1] + b*b*w[0] + sq(b*(h(0)-a))*v[1]) / (det * det)
		for i := 2; i < len(v); i++ {
			out[i] = (w[i] + 1/v[i] + out[i-1]/(v[i]*v[i])) / sq(h(i))
		}
	}
	return out
}
