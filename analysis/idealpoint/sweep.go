package idealpoint

import "math"

// scratch holds the arguments of one run of votes; each shard has its own.
type scratch struct {
	a, m, b []float64
	g, w    []float64 // by session of one state
	p, s    []float64
}

func grow(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n, 2*n)
	}
	return s[:n]
}

// slope gives, at state-session q, the gradient of sum log P(y) by x, the
// observed information (minus the second derivative), sum (b^2 + vb), sum vb
// and sum vgb. With m = phi/Phi:
//
//	yes:     a = g1 - bx,   d/du = -m(a),  information m(a)(a + m(a))
//	no:      a = bx - g2,   d/du = +m(a),  information m(a)(a + m(a))
//	abstain: A = phi(l)/P, B = phi(h)/P,   d/du = A - B, (A-B)^2 + hB - lA
//
// which are also E[z] - u of the EM and its missing part: one evaluation gives both.
func (m *model) slope(q int, t *scratch) (g, w, p, vb, vgb float64) {
	x := m.x[q]
	o := m.ssOff[3*q : 3*q+4]
	run := m.ssItem[o[0]:o[1]]
	n := len(run)
	t.a, t.m, t.b = grow(t.a, n), grow(t.m, n), grow(t.b, n)
	ta, tm, tb := t.a[:n], t.m[:n], t.b[:n]
	for i, j := range run {
		e := &m.it[j]
		a := e.g1 - e.b*x
		ta[i], tm[i], tb[i] = a, a, e.b
		vb += e.vb
		vgb += e.vgb
	}
	millsAll(tm)
	for i, a := range ta {
		k, b := tm[i], tb[i]
		bk := b * k
		g -= bk
		w += b * bk * (a + k)
		p += b * b
	}
	for _, j := range m.ssItem[o[1]:o[2]] {
		e := &m.it[j]
		lo, hi := e.g1-e.b*x, e.g2-e.b*x
		A, B := between(lo, hi)
		d, b2 := A-B, e.b*e.b
		g += e.b * d
		w += b2 * (d*d + hi*B - lo*A)
		p += b2
		vb += e.vb
		vgb += e.vgb
	}
	for _, j := range m.ssItem[o[2]:o[3]] {
		e := &m.it[j]
		a := e.b*x - e.g2
		k := millsAt(a)
		g += e.b * k
		w += e.b * e.b * k * (a + k)
		p += e.b * e.b
		vb += e.vb
		vgb += e.vgb
	}
	return g, w, p + vb, vb, vgb
}

func limit(d float64) float64 { return min(max(d, -maxStep), maxStep) }

// slopes is what slope found at one state-session, with vgb - vb x added to g.
type slopes struct {
	g, w, p float64 // gradient, observed information, information of the EM
}

// movePoints takes one Newton step in every point, given the items.
func (m *model) movePoints() {
	each(m.byState, func(lo, hi int) {
		var t scratch
		for s := lo; s < hi; s++ {
			for q := int(m.first[s]); q < int(m.first[s+1]); q++ {
				g, w, p, vb, vgb := m.slope(q, &t)
				m.sl[q] = slopes{g: g + vgb - vb*m.x[q], w: w + vb, p: p}
			}
			if m.prior == Forward {
				m.emForward(s)
			} else {
				m.emSmooth(s, &t)
			}
		}
	})
	m.shift, m.grip = m.pullOf()
	each(m.byState, func(lo, hi int) {
		var t scratch
		for s := lo; s < hi; s++ {
			if m.prior == Forward {
				m.moveForward(s)
			} else {
				m.moveSmooth(s, &t)
			}
			// Standardising scales the EM's variances with its points. Where priors
			// pull all points together that feeds on itself, hence the bound.
			k := max(1+m.grip, 0.8)
			for q := m.first[s]; q < m.first[s+1]; q++ {
				m.V[q] /= k * k
			}
		}
	})
}

// pullOf gives the pull of standardising. EM moves a point by its gradient over
// P, the precision of the complete data, and then takes mean and scale out; it
// rests where gradient/P = shift + grip x, not where the gradient is 0: the
// priors of the items make all points grow by a factor 1 + grip in each step,
// which standardising takes back from every point alike, also from those whose
// votes have little to say against it. (The published sampler, which
// standardises each draw, does the same.) A Newton step that looks for the zero
// of gradient - P (shift + grip x) has the same resting point.
func (m *model) pullOf() (shift, grip float64) {
	if !m.pull {
		return 0, 0
	}
	n := float64(len(m.em))
	for _, e := range m.em {
		shift += e
	}
	shift /= n
	ss := 0.0
	for _, e := range m.em {
		ss += (e - shift) * (e - shift)
	}
	return shift, math.Sqrt(ss/n) - 1
}

// emForward: the prior mean is the session before.
func (m *model) emForward(s int) {
	for q := int(m.first[s]); q < int(m.first[s+1]); q++ {
		iv := 1 / m.v[q]
		m.V[q] = 1 / (m.sl[q].p + iv)
		m.em[q] = m.x[q] + (m.sl[q].g+(m.before(s, q)-m.x[q])*iv)*m.V[q]
	}
}

// moveForward goes through the sessions in order, so that a session is drawn to
// where the one before it is now.
func (m *model) moveForward(s int) {
	for q := int(m.first[s]); q < int(m.first[s+1]); q++ {
		x, iv, sl := m.x[q], 1/m.v[q], m.sl[q]
		p := sl.p + iv
		g := sl.g + (m.before(s, q)-x)*iv - p*(m.shift+m.grip*x)
		m.x[q] = x + limit(g/(sl.w+iv+p*max(m.grip, 0)))
	}
}

// emSmooth: filter and smoother, a point's votes as one observation of
// precision p at x + g/p.
func (m *model) emSmooth(s int, t *scratch) {
	lo, n := int(m.first[s]), int(m.first[s+1]-m.first[s])
	t.w, t.s = grow(t.w, n), grow(t.s, n)
	for i := range n {
		sl := m.sl[lo+i]
		t.w[i] = sl.p
		m.em[lo+i] = sl.p*m.x[lo+i] + sl.g
	}
	smooth(m.v[lo:lo+n], t.w, m.em[lo:lo+n], m.V[lo:lo+n], t.s)
}

// moveSmooth solves the tridiagonal Newton system of one state's points.
func (m *model) moveSmooth(s int, t *scratch) {
	lo, n := int(m.first[s]), int(m.first[s+1]-m.first[s])
	t.g, t.w, t.p, t.s = grow(t.g, n), grow(t.w, n), grow(t.p, n), grow(t.s, n)
	y := func(i int) float64 { return m.shift + m.grip*m.x[lo+i] }
	for i := range n {
		sl := m.sl[lo+i]
		down := y(i) // less that of the session before
		if i > 0 {
			down -= y(i - 1)
		}
		pull := sl.p*y(i) + down/m.v[lo+i]
		if i+1 < n {
			pull -= (y(i+1) - y(i)) / m.v[lo+i+1]
		}
		t.w[i] = sl.w + sl.p*max(m.grip, 0)
		t.g[i] = t.w[i]*m.x[lo+i] + sl.g - pull
	}
	smooth(m.v[lo:lo+n], t.w, t.g, t.p, t.s)
	for i := range n {
		x := m.x[lo+i]
		m.x[lo+i] = x + limit(t.g[i]-x)
	}
}

// smooth runs filter and smoother for a random walk with steps of variance v
// (v[0]: of the first point around 0) and precisions w. h, if given, holds
// precision times observation and becomes the means; variance gets the
// variances; c is scratch. All have equal length.
func smooth(v, w, h, variance, c []float64) {
	n := len(v)
	mean := 0.0
	for i := range n {
		r := v[i] // predicted variance
		if i > 0 {
			r += c[i-1]
		}
		c[i] = 1 / (1/r + w[i])
		if h != nil {
			mean = c[i] * (mean/r + h[i])
			h[i] = mean
		}
	}
	variance[n-1] = c[n-1]
	for i := n - 2; i >= 0; i-- {
		r := v[i+1] + c[i]
		k := c[i] / r
		variance[i] = c[i] + k*k*(variance[i+1]-r)
		if h != nil {
			h[i] += k * (h[i+1] - h[i])
		}
	}
}

// info is the gradient and the information of one item in (b, g1, g2).
type info struct {
	gb, g1, g2                  float64
	bb, b1, b2, i11, i12, i22   float64
	sumX, sumXX, sumV, sumCount float64
}

// tilt gathers info of item j; derivatives as in slope, with l and h moving by
// dg1 - x db and dg2 - x db.
func (m *model) tilt(j int, t *scratch) (f info) {
	e := m.it[j]
	o := m.itOff[3*j : 3*j+4]
	run := m.itSS[o[0]:o[1]]
	n := len(run)
	t.a, t.m, t.b = grow(t.a, n), grow(t.m, n), grow(t.b, n)
	ta, tm, tx := t.a[:n], t.m[:n], t.b[:n]
	var sx, sxx, sv float64
	for i, q := range run {
		x := m.x[q]
		a := e.g1 - e.b*x
		ta[i], tm[i], tx[i] = a, a, x
		sv += m.V[q]
	}
	millsAll(tm)
	var g1, gb, w0, w1, w2 float64
	for i, a := range ta {
		k, x := tm[i], tx[i]
		w := k * (a + k)
		wx := w * x
		g1 += k
		gb -= k * x
		w0 += w
		w1 += wx
		w2 += wx * x
		sx += x
		sxx += x * x
	}
	f.g1, f.gb, f.i11, f.b1, f.bb = g1, gb, w0, -w1, w2
	for _, q := range m.itSS[o[1]:o[2]] {
		x := m.x[q]
		lo, hi := e.g1-e.b*x, e.g2-e.b*x
		A, B := between(lo, hi)
		w11, w22, w12 := A*(A-lo), B*(B+hi), -A*B
		f.g1 -= A
		f.g2 += B
		f.gb += (A - B) * x
		f.i11 += w11
		f.i22 += w22
		f.i12 += w12
		f.b1 -= x * (w11 + w12)
		f.b2 -= x * (w12 + w22)
		f.bb += x * x * (w11 + 2*w12 + w22)
		sx += x
		sxx += x * x
		sv += m.V[q]
	}
	for _, q := range m.itSS[o[2]:o[3]] {
		x := m.x[q]
		a := e.b*x - e.g2
		k := millsAt(a)
		w := k * (a + k)
		f.g2 -= k
		f.gb += k * x
		f.i22 += w
		f.b2 -= w * x
		f.bb += w * x * x
		sx += x
		sxx += x * x
		sv += m.V[q]
	}
	f.sumX, f.sumXX, f.sumV, f.sumCount = sx, sxx, sv, float64(o[3]-o[0])
	return f
}

// moveItems takes one Newton step in every item, given the points, and
// renews the items' variances.
func (m *model) moveItems() {
	each(m.byItem, func(lo, hi int) {
		var t scratch
		for j := lo; j < hi; j++ {
			f := m.tilt(j, &t)
			e := &m.it[j]
			// The variational bound takes b^2 sum(V)/2 off, beside the prior.
			f.gb -= (m.bPrec + f.sumV) * e.b
			f.bb += m.bPrec + f.sumV
			f.addCutPrior(m.gPrec, e.g1)
			db, d1, d2 := f.solve(m.kind[j], f.gb, f.g1, f.g2)
			if big := max(abs(db), abs(d1), abs(d2)); big > maxStep {
				r := maxStep / big
				db, d1, d2 = db*r, d1*r, d2*r
			}
			e.b += db
			e.g1 += d1
			e.g2 += d2
			m.bound(j)
			if m.binary { // the variances of (g, b) of the complete data
				vgg, vgb, vbb := m.gPrec+f.sumCount, -f.sumX, m.bPrec+f.sumXX+f.sumV
				det := vgg*vbb - vgb*vgb
				e.vb, e.vgb = vgg/det, -vgb/det
			} else {
				e.vb = 1 / (m.bPrec + f.sumXX + f.sumV)
			}
		}
	})
}

// addCutPrior adds a normal prior of the given precision on the cutpoint of a
// tied item, whose two cutpoints count as one.
func (f *info) addCutPrior(prec, g float64) {
	f.g1 -= prec * g
	f.i11 += prec
}

// solve gives the step of the free parameters of an item of this kind.
func (f *info) solve(kind uint8, rb, r1, r2 float64) (db, d1, d2 float64) {
	two := func(c, g, r float64) (float64, float64) {
		det := f.bb*g - c*c
		if !(det > 1e-12*f.bb*g) { // the cutpoint has no information of its own
			return rb / f.bb, 0
		}
		return (g*rb - c*r) / det, (f.bb*r - c*rb) / det
	}
	switch kind {
	case kindTied:
		db, d1 = two(f.b1+f.b2, f.i11+2*f.i12+f.i22, r1+r2)
		return db, d1, d1
	case kindNoNo:
		db, d1 = two(f.b1, f.i11, r1)
		return db, d1, 0
	case kindNoYes:
		db, d2 = two(f.b2, f.i22, r2)
		return db, 0, d2
	}
	// Cholesky's factors of the 3 by 3 information, cutpoints first.
	const ridge = 1e-9
	a11 := f.i11 + ridge
	l12 := f.i12 / a11
	l1b := f.b1 / a11
	a22 := max(f.i22+ridge-l12*f.i12, ridge)
	c2b := f.b2 - l12*f.b1
	l2b := c2b / a22
	abb := max(f.bb-l1b*f.b1-l2b*c2b, ridge)
	y2 := r2 - l12*r1
	yb := rb - l1b*r1 - l2b*y2
	db = yb / abb
	d2 = y2/a22 - l2b*db
	d1 = r1/a11 - l12*d2 - l1b*db
	return db, d1, d2
}

func abs(x float64) float64 { return max(x, -x) }
