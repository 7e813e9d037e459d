package predict

import (
	"math"
	"math/rand/v2"
	"slices"
)

// sweep moves every part of the state once.
func (d *design) sweep(s *state, dims int, r *rand.Rand) {
	d.refresh(s, dims)
	d.moveItems(s, r)
	d.moveShifts(s, dims, r)
	d.moveCuts(s, r)
	d.drawLatent(s, r)
	d.drawPoints(s, dims, r)
	d.drawLeanings(s, r)
	d.drawSlopes(s, dims, r)
	d.drawCalm(s, dims, r)
	d.drawShifts(s, dims, r)
	d.drawBlocLeanings(s, r)
	d.drawClasses(s, dims, r)
}

// priorItem is the log prior of an item's intercept and gap given the items
// beside it in its line.
func (d *design) priorItem(s *state, j int32, b, gap float64) float64 {
	var p float64
	if q := d.prev[j]; q >= 0 {
		t := math.Sqrt(d.step(s, j))
		p += logN(b, s.b[q], math.Sqrt(s.WalkIntercept)*t) + logN(gap, s.gap[q], stepGap*t)
	} else {
		p += logN(b, s.muB[d.class[j]], math.Sqrt(s.Intercept)) + logN(gap, gapMean, gapDev)
	}
	if q := d.next[j]; q >= 0 {
		t := math.Sqrt(d.step(s, q))
		p += logN(s.b[q], b, math.Sqrt(s.WalkIntercept)*t) + logN(s.gap[q], gap, stepGap*t)
	}
	return p
}

// step is the time since the item before in the line, in years, stretched where
// the line jumped.
func (d *design) step(s *state, j int32) float64 { return d.span(j) / s.calm[j] }

// drawCalm draws how calm every step of a line was: a step of intercept, slopes
// and gap together is a Student's t, as a normal with a drawn width.
func (d *design) drawCalm(s *state, dims int, r *rand.Rand) {
	for j := range d.items {
		p := d.prev[j]
		if p < 0 {
			continue
		}
		ss := sq(s.b[j]-s.b[p])/s.WalkIntercept + sq(s.gap[j]-s.gap[p])/(stepGap*stepGap)
		for q := range dims {
			ss += sq(s.a[j*dims+q]-s.a[int(p)*dims+q]) / s.WalkSlope
		}
		s.calm[j] = math.Max(gammaDraw(r, (s.Tail+2+float64(dims))/2)/((s.Tail+ss/d.span(int32(j)))/2), 1e-4)
	}
}

// likelihood is the log probability of the answers to an item. Logarithms are
// taken of products, which is many times faster than of every factor.
func (d *design) likelihood(s *state, j int32, b, gap float64) float64 {
	var los, his [5]float64
	k := d.items[j].Kind
	for y := range k.levels() {
		los[y], his[y] = interval(k, int8(y), gap, &s.cuts)
	}
	l, product := 0.0, 1.0
	for _, c := range d.ofItem[j] {
		y, m := d.cells[c].y, b+s.eta[c]
		p := between(los[y]-m, his[y]-m)
		if p < 1e-100 {
			l += math.Log(p)
			continue
		}
		if product *= p; product < 1e-100 {
			l += math.Log(product)
			product = 1
		}
	}
	return l + math.Log(product)
}

// moveItems proposes a new intercept and a new gap for every item, with the
// latent answers integrated out.
func (d *design) moveItems(s *state, r *rand.Rand) {
	for i := range d.items {
		j := int32(i)
		now := d.likelihood(s, j, s.b[i], s.gap[i]) + d.priorItem(s, j, s.b[i], s.gap[i])
		try := func(b, gap float64, step *float64) {
			then := d.likelihood(s, j, b, gap) + d.priorItem(s, j, b, gap)
			taken := math.Log(r.Float64()+1e-300) < then-now
			s.count(taken, step)
			if taken {
				s.b[i], s.gap[i], now = b, gap, then
			}
		}
		try(s.b[i]+s.stepB[i]*r.NormFloat64(), s.gap[i], &s.stepB[i])
		if d.items[i].Kind == Voted {
			try(s.b[i], s.gap[i]+s.stepG[i]*r.NormFloat64(), &s.stepG[i])
		}
	}
}

// count notes whether a proposal was taken. While the chain warms up, the width
// of the proposals is brought to where about four in ten are taken.
func (s *state) count(taken bool, step *float64) {
	s.tried++
	if taken {
		s.accept++
	}
	if s.warming {
		f := -0.4
		if taken {
			f = 0.6
		}
		*step = math.Min(math.Max(*step*math.Exp(0.2*f), 0.01), 5)
	}
}

// moveShifts moves what the likelihood cannot tell apart in one step: all
// leanings on a group against the intercepts of its items, and all points
// against the intercepts. Only priors decide.
func (d *design) moveShifts(s *state, dims int, r *rand.Rand) {
	for g := range d.groups {
		if len(d.inGroup[g]) < 2 {
			continue
		}
		by := s.stepW[g] * r.NormFloat64()
		tau, _ := s.spread(groupKind(d.groups[g]))
		var diff float64
		for _, p := range d.inGroup[g] {
			e := s.w[p] - s.leanOf[p]
			diff += (e*e - sq(e+by)) / (2 * tau)
		}
		shift := func(j int) float64 { return -by * d.weight(j, int32(g)) }
		if d.acceptShift(s, diff, shift, r, &s.stepW[g]) {
			for _, p := range d.inGroup[g] {
				s.w[p] += by
			}
		}
	}
	for q := range dims {
		by := s.stepX[q] * r.NormFloat64()
		var diff float64
		for i := range d.actors {
			e := s.x[i*dims+q] - d.mean(s, &d.actors[i], q, dims)
			diff += (e*e - sq(e+by)) / (2 * s.Point)
		}
		if d.acceptShift(s, diff, func(j int) float64 { return -by * s.a[j*dims+q] }, r, &s.stepX[q]) {
			for i := range d.actors {
				s.x[i*dims+q] += by
			}
		}
	}
	d.refresh(s, dims)
}

// acceptShift decides on a shift of intercepts and makes it when it is taken.
func (d *design) acceptShift(s *state, diff float64, shift func(int) float64, r *rand.Rand, step *float64) bool {
	old := append([]float64(nil), s.b...)
	before := d.priorIntercepts(s)
	for j := range s.b {
		s.b[j] += shift(j)
	}
	taken := math.Log(r.Float64()+1e-300) < diff+d.priorIntercepts(s)-before
	s.count(taken, step)
	if !taken {
		copy(s.b, old)
	}
	return taken
}

func (d *design) priorIntercepts(s *state) float64 {
	var l float64
	for j := range d.items {
		if p := d.prev[j]; p >= 0 {
			l += logN(s.b[j], s.b[p], math.Sqrt(s.WalkIntercept*d.step(s, int32(j))))
		} else {
			l += logN(s.b[j], s.muB[d.class[j]], math.Sqrt(s.Intercept))
		}
	}
	return l
}

// weight is the weight of a group in an item.
func (d *design) weight(j int, g int32) float64 {
	for _, l := range d.items[j].Groups {
		if d.groupOf[l.Group] == g {
			return l.Weight
		}
	}
	return 0
}

// moveCuts proposes new widths of the levels of statements.
func (d *design) moveCuts(s *state, r *rand.Rand) {
	total := func() float64 {
		var l float64
		for i := range d.items {
			if d.items[i].Kind == Said {
				l += d.likelihood(s, int32(i), s.b[i], 0)
			}
		}
		for _, w := range s.log {
			l += logN(w, -0.7, sideDev)
		}
		return l
	}
	now := total()
	for k := range s.log {
		old := s.log[k]
		s.log[k] += 0.25 * r.NormFloat64()
		s.setCuts()
		if then := total(); math.Log(r.Float64()+1e-300) < then-now {
			now = then
		} else {
			s.log[k] = old
			s.setCuts()
		}
	}
}

func (d *design) drawLatent(s *state, r *rand.Rand) {
	for c := range d.cells {
		j := d.cells[c].item
		lo, hi := interval(d.items[j].Kind, d.cells[c].y, s.gap[j], &s.cuts)
		m := s.b[j] + s.eta[c]
		s.z[c] = m + truncated(r, lo-m, hi-m)
	}
}

// drawPoints draws the actors' points.
func (d *design) drawPoints(s *state, dims int, r *rand.Rand) {
	for i := range d.actors {
		for q := range dims {
			p := i*dims + q
			prec, sum := 1/s.Point, d.mean(s, &d.actors[i], q, dims)/s.Point
			for _, c := range d.ofWho[i] {
				j := d.cells[c].item
				a := s.a[int(j)*dims+q]
				prec += a * a
				sum += a * (s.z[c] - s.b[j] - s.eta[c] + a*s.x[p])
			}
			x := sum/prec + r.NormFloat64()/math.Sqrt(prec)
			for _, c := range d.ofWho[i] {
				s.eta[c] += s.a[int(d.cells[c].item)*dims+q] * (x - s.x[p])
			}
			s.x[p] = x
		}
	}
}

// mean is the prior mean of an actor's point.
func (d *design) mean(s *state, a *actor, q, dims int) float64 {
	m := s.beta[q] * a.ideal
	for _, b := range a.blocs {
		m += s.gamma[int(b)*dims+q]
	}
	return m
}

func (d *design) drawLeanings(s *state, r *rand.Rand) {
	for p := range d.pairs {
		pr := &d.pairs[p]
		t, _ := s.spread(pr.kind)
		prec, sum := 1/t, s.leanOf[p]/t
		for _, l := range pr.cells {
			prec += l.w * l.w
			sum += l.w * (s.z[l.pair] - s.b[d.cells[l.pair].item] - s.eta[l.pair] + l.w*s.w[p])
		}
		w := sum/prec + r.NormFloat64()/math.Sqrt(prec)
		for _, l := range pr.cells {
			s.eta[l.pair] += l.w * (w - s.w[p])
		}
		s.w[p] = w
	}
}

func (d *design) drawSlopes(s *state, dims int, r *rand.Rand) {
	for j := range d.items {
		for q := range dims {
			k := j*dims + q
			var prec, sum float64
			if p := d.prev[j]; p >= 0 {
				t := s.WalkSlope * d.step(s, int32(j))
				prec, sum = 1/t, s.a[int(p)*dims+q]/t
			} else {
				c := int(d.class[j])
				prec, sum = 1/s.Slope, s.muA[c*dims+q]/s.Slope
			}
			if p := d.next[j]; p >= 0 {
				t := s.WalkSlope * d.step(s, p)
				prec += 1 / t
				sum += s.a[int(p)*dims+q] / t
			}
			for _, c := range d.ofItem[j] {
				x := s.x[int(d.cells[c].who)*dims+q]
				prec += x * x
				sum += x * (s.z[c] - s.b[j] - s.eta[c] + s.a[k]*x)
			}
			a := sum/prec + r.NormFloat64()/math.Sqrt(prec)
			for _, c := range d.ofItem[j] {
				s.eta[c] += (a - s.a[k]) * s.x[int(d.cells[c].who)*dims+q]
			}
			s.a[k] = a
		}
	}
}

// drawShifts draws how points follow from the ideal point and the blocs.
func (d *design) drawShifts(s *state, dims int, r *rand.Rand) {
	for q := range dims {
		prec, sum := 1.0, 0.0
		for i := range d.actors {
			a := &d.actors[i]
			rest := s.x[i*dims+q] - d.mean(s, a, q, dims) + s.beta[q]*a.ideal
			prec += a.ideal * a.ideal / s.Point
			sum += a.ideal * rest / s.Point
		}
		s.beta[q] = sum/prec + r.NormFloat64()/math.Sqrt(prec)
		for b := range d.blocs {
			k := b*dims + q
			prec, sum := 1/s.Shift, 0.0
			for _, i := range d.members[b] {
				rest := s.x[int(i)*dims+q] - d.mean(s, &d.actors[i], q, dims) + s.gamma[k]
				prec += 1 / s.Point
				sum += rest / s.Point
			}
			s.gamma[k] = sum/prec + r.NormFloat64()/math.Sqrt(prec)
		}
	}
}

// drawBlocLeanings draws the blocs' leanings from those of their members.
func (d *design) drawBlocLeanings(s *state, r *rand.Rand) {
	for g := range d.groups {
		tw, tv := s.spread(groupKind(d.groups[g]))
		for b := range d.blocs {
			k := b*s.groups + g
			pairs := d.pairsOf[k]
			prec, sum := 1/tv+float64(len(pairs))/tw, 0.0
			for _, p := range pairs {
				sum += (s.w[p] - s.leanOf[p] + s.v[k]) / tw
			}
			v := sum/prec + r.NormFloat64()/math.Sqrt(prec)
			for _, p := range pairs {
				s.leanOf[p] += v - s.v[k]
			}
			s.v[k] = v
		}
	}
}

// drawClasses draws the mean intercept and slope of every class of items, from
// the first items of lines and the items without one.
func (d *design) drawClasses(s *state, dims int, r *rand.Rand) {
	for c := range d.classes {
		var n, b float64
		a := make([]float64, dims)
		for j := range d.items {
			if int(d.class[j]) == c && d.prev[j] < 0 {
				n++
				b += s.b[j]
				for q := range dims {
					a[q] += s.a[j*dims+q]
				}
			}
		}
		prec := 1/(interceps*interceps) + n/s.Intercept
		s.muB[c] = b/s.Intercept/prec + r.NormFloat64()/math.Sqrt(prec)
		for q := range dims {
			prec := 4 + n/s.Slope
			s.muA[c*dims+q] = a[q]/s.Slope/prec + r.NormFloat64()/math.Sqrt(prec)
		}
	}
}

func sq(x float64) float64 { return x * x }

func member(a *actor, bloc int32) bool { return slices.Contains(a.blocs, bloc) }
