package idealpoint

import (
	"math"
	"math/rand/v2"
)

// lanes errors are drawn and solved for at a time.
const lanes = 8

type vec [lanes]float64

// The errors change slowly at the end: the sweeps stop when they move by less
// than this part of their size, or after mostSweeps.
const (
	errorTol   = 2e-3
	mostSweeps = 60
)

// drawExtra gives, for each point, what not knowing the items adds to the
// variance: the mean over the draws of e^2, less that of the error with the same
// noise and known items. Each batch of draws has its own generator, made from
// the seed and the batch, so that workers do not matter.
func (l *linear) drawExtra(o Options) []float64 {
	batches := (o.Draws + lanes - 1) / lanes
	parts := make([][]float64, batches)
	shards := cut(batches, min(o.Workers, batches), func(b int) int32 { return int32(b) })
	each(shards, func(from, to int) {
		for b := from; b < to; b++ {
			parts[b] = l.batch(rand.New(rand.NewPCG(o.Seed, uint64(b))))
		}
	})
	sum := make([]float64, len(l.x))
	for _, p := range parts {
		for q, v := range p {
			sum[q] += v
		}
	}
	for q := range sum {
		sum[q] /= float64(batches * lanes)
	}
	return sum
}

// batchState holds one batch: errors and noise of points and items.
type batchState struct {
	e, noise   []vec
	item, inno [][3]vec // b, g1, g2
	tmp        []vec
	rng        *rand.Rand
}

// normals fills v with independent N(0, s^2).
func (s *batchState) normals(sd float64) (v vec) {
	for d := range v {
		v[d] = sd * s.rng.NormFloat64()
	}
	return v
}

// signs gives random signs: noise of the votes needs its variance right, and
// its sums over many votes are normal enough.
func (s *batchState) signs(sd float64) (v vec) {
	bits := s.rng.Uint64()
	for d := range v {
		v[d] = math.Float64frombits(math.Float64bits(sd) ^ (bits>>d&1)<<63)
	}
	return v
}

func (l *linear) batch(rng *rand.Rand) []float64 {
	n := len(l.x)
	s := &batchState{
		e: make([]vec, n), noise: make([]vec, n), tmp: make([]vec, n),
		item: make([][3]vec, len(l.it)), inno: make([][3]vec, len(l.it)), rng: rng,
	}
	l.drawNoise(s)
	copy(s.e, s.noise)
	l.solvePoints(s)
	out := make([]float64, n)
	for q := range out {
		for _, e := range s.e[q] {
			out[q] -= e * e
		}
	}
	acc := newAnderson(4, n*lanes, n*lanes, 1)
	u, g := make([]float64, n*lanes), make([]float64, n*lanes)
	for sweep := range mostSweeps {
		flatten(u, s.e)
		l.itemErrors(s)
		l.pointErrors(s)
		l.solvePoints(s)
		l.project(s)
		flatten(g, s.e)
		move, size := 0.0, 0.0
		for i := range g {
			move += (g[i] - u[i]) * (g[i] - u[i])
			size += g[i] * g[i]
		}
		if move < errorTol*errorTol*size {
			break
		}
		if sweep > 1 && acc.step(u, g) {
			for q := range s.e {
				copy(s.e[q][:], g[q*lanes:])
			}
		}
	}
	for q := range out {
		for _, e := range s.e[q] {
			out[q] += e * e
		}
	}
	return out
}

func flatten(u []float64, e []vec) {
	for q := range e {
		copy(u[q*lanes:], e[q][:])
	}
}

// drawNoise draws the right-hand sides.
func (l *linear) drawNoise(s *batchState) {
	for q := range l.x {
		x := l.x[q]
		for y := range 3 {
			r := 3*q + y
			for k := l.ssOff[r]; k < l.ssOff[r+1]; k++ {
				j := l.ssItem[k]
				b, in := l.it[j].b, &s.inno[j]
				var one, two vec
				if y+1 == int(Abstain) {
					// W = [[w1-c, c], [c, w2-c]] with c < 0: three independent
					// parts, along (1,0), (0,1) and (1,-1).
					c := math.Sqrt(-l.half[k])
					one, two = s.signs(math.Sqrt(l.s1[k])), s.signs(math.Sqrt(l.s2[k]))
					for d, v := range s.signs(c) {
						one[d] += v
						two[d] -= v
					}
				} else {
					one = s.signs(math.Sqrt(l.s1[k] + l.s2[k]))
					if y+1 == int(No) {
						one, two = two, one
					}
				}
				for d := range lanes {
					both := one[d] + two[d]
					s.noise[q][d] -= b * both
					in[0][d] -= x * both
					in[1][d] += one[d]
					in[2][d] += two[d]
				}
			}
		}
		if l.pull && l.grip > 0 { // the pull counts as a prior
			p := 1 / l.v[q]
			for _, j := range l.ssItem[l.ssOff[3*q]:l.ssOff[3*q+3]] {
				p += l.it[j].b*l.it[j].b + l.it[j].vb
			}
			add(&s.noise[q], s.normals(math.Sqrt(l.grip*p)), 1)
		}
	}
	for j := range l.it {
		add(&s.inno[j][0], s.normals(math.Sqrt(l.bPrec)), 1)
		add(&s.inno[j][1], s.normals(math.Sqrt(l.gPrec)), 1)
	}
	for st := range l.states {
		lo, hi := int(l.first[st]), int(l.first[st+1])
		forward := l.prior == Forward
		if !forward || hi-lo == 1 {
			add(&s.noise[lo], s.normals(1/math.Sqrt(l.v[lo])), 1)
		}
		for q := lo + 1; q < hi; q++ {
			step := s.normals(math.Sqrt(l.v[q]))
			add(&s.noise[q], step, -1/l.v[q])
			if !forward {
				add(&s.noise[q-1], step, 1/l.v[q])
			} else if q == lo+1 {
				add(&s.noise[lo], step, 1/l.v[lo])
			}
		}
	}
}

func add(to *vec, v vec, by float64) {
	for d := range to {
		to[d] += by * v[d]
	}
}

// itemErrors solves each item's equations given the points' errors.
func (l *linear) itemErrors(s *batchState) {
	for j := range l.it {
		var t1, t2, tx vec
		o := l.itOff[3*j : 3*j+4]
		for k := o[0]; k < o[2]; k++ {
			q := l.itSS[k]
			w, x, e := l.t1[k], l.x[q], &s.e[q]
			for d := range lanes {
				v := w * e[d]
				t1[d] += v
				tx[d] += x * v
			}
		}
		for k := o[1]; k < o[3]; k++ {
			q := l.itSS[k]
			w, x, e := l.t2[k], l.x[q], &s.e[q]
			for d := range lanes {
				v := w * e[d]
				t2[d] += v
				tx[d] += x * v
			}
		}
		b, in, f := l.it[j].b, &s.inno[j], &l.items[j]
		for d := range lanes {
			s.item[j][0][d], s.item[j][1][d], s.item[j][2][d] = f.solve(l.kind[j], in[0][d]-b*tx[d], in[1][d]+b*t1[d], in[2][d]+b*t2[d])
		}
	}
}

// pointErrors puts the right-hand sides of the points, given the items' errors,
// into s.e.
func (l *linear) pointErrors(s *batchState) {
	for q := range l.x {
		var a, t vec
		o := l.ssOff[3*q : 3*q+4]
		for k := o[0]; k < o[2]; k++ {
			j := l.ssItem[k]
			c, it := l.it[j].b*l.s1[k], &s.item[j]
			for d := range lanes {
				a[d] += c * it[1][d]
				t[d] += c * it[0][d]
			}
		}
		for k := o[1]; k < o[3]; k++ {
			j := l.ssItem[k]
			c, it := l.it[j].b*l.s2[k], &s.item[j]
			for d := range lanes {
				a[d] += c * it[2][d]
				t[d] += c * it[0][d]
			}
		}
		x := l.x[q]
		for d := range lanes {
			s.e[q][d] = s.noise[q][d] + a[d] - x*t[d]
		}
	}
}

// solvePoints turns right-hand sides in s.e into errors, state by state.
func (l *linear) solvePoints(s *batchState) {
	h := func(q int) float64 { return l.own[q] + 1/l.v[q] }
	for st := range l.states {
		lo, hi := int(l.first[st]), int(l.first[st+1])
		if l.prior == Smoother {
			l.solveSmooth(s, lo, hi)
			continue
		}
		if hi-lo == 1 {
			for d := range lanes {
				s.e[lo][d] /= h(lo)
			}
			continue
		}
		a, b := 1/l.v[lo], 1/l.v[lo+1]
		det := h(lo)*h(lo+1) - a*b
		for d := range lanes {
			r0, r1 := s.e[lo][d], s.e[lo+1][d]
			s.e[lo][d] = (h(lo+1)*r0 + a*r1) / det
			s.e[lo+1][d] = (h(lo)*r1 + b*r0) / det
		}
		for q := lo + 2; q < hi; q++ {
			c, iv := 1/h(q), 1/l.v[q]
			for d := range lanes {
				s.e[q][d] = c * (s.e[q][d] + iv*s.e[q-1][d])
			}
		}
	}
}

// solveSmooth is smooth for all lanes: the variances do not depend on them.
func (l *linear) solveSmooth(s *batchState, lo, hi int) {
	var mean vec
	c := s.tmp[lo:hi] // lane 0 holds the filter's variance
	for q := lo; q < hi; q++ {
		r := l.v[q]
		if q > lo {
			r += c[q-lo-1][0]
		}
		k := 1 / (1/r + l.own[q])
		c[q-lo][0] = k
		for d := range lanes {
			mean[d] = k * (mean[d]/r + s.e[q][d])
		}
		s.e[q] = mean
	}
	for q := hi - 2; q >= lo; q-- {
		k := c[q-lo][0] / (l.v[q+1] + c[q-lo][0])
		for d := range lanes {
			s.e[q][d] += k * (s.e[q+1][d] - s.e[q][d])
		}
	}
}

// project takes the error's mean and its part along x out, which is what
// standardising does to a small error.
func (l *linear) project(s *batchState) {
	n := float64(len(l.x))
	var mean, along vec
	for q, x := range l.x {
		for d := range lanes {
			mean[d] += s.e[q][d] / n
			along[d] += x * s.e[q][d] / n
		}
	}
	for q, x := range l.x {
		for d := range lanes {
			s.e[q][d] -= mean[d] + x*along[d]
		}
	}
}
