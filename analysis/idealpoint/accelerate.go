package idealpoint

// anderson combines the last sweeps so that the next starts nearer to the
// fixed point (Walker and Ni 2011, type II): with f = G(u) - u of each sweep it
// takes the combination of the last differences of f that is least in squares,
// and moves u by the same combination of the differences of G. Coordinates
// after the first lead count with weight rest.
type anderson struct {
	depth, lead int
	rest        float64
	lastG       []float64
	lastF       []float64
	dG, dF      [][]float64
	used        int // columns filled
	next        int // column to write
	best        float64
}

func newAnderson(depth, size, lead int, rest float64) *anderson {
	a := &anderson{depth: depth, lead: lead, rest: rest}
	for range depth {
		a.dG = append(a.dG, make([]float64, size))
		a.dF = append(a.dF, make([]float64, size))
	}
	return a
}

// forget drops the history.
func (a *anderson) forget() { a.used, a.next, a.lastG, a.best = 0, 0, nil, 0 }

// step takes u and g = G(u) and changes g into the next start. It reports
// whether it did; if not g is the plain sweep.
func (a *anderson) step(u, g []float64) bool {
	f := make([]float64, len(g))
	norm := 0.0
	for i := range f {
		f[i] = g[i] - u[i]
		if i >= a.lead {
			f[i] *= a.rest
		}
		norm += f[i] * f[i]
	}
	if a.best > 0 && norm > 4*a.best { // a bad combination: start again from here
		a.forget()
	}
	if a.best == 0 || norm < a.best {
		a.best = norm
	}
	if a.lastG == nil {
		a.lastG, a.lastF = append([]float64(nil), g...), f
		return false
	}
	dg, df := a.dG[a.next], a.dF[a.next]
	for i := range dg {
		dg[i] = g[i] - a.lastG[i]
	}
	for i := range df {
		df[i] = f[i] - a.lastF[i]
	}
	copy(a.lastG, g)
	a.lastF = f
	a.next = (a.next + 1) % a.depth
	a.used = min(a.used+1, a.depth)

	// Normal equations with a small ridge, by Cholesky.
	k := a.used
	gram := make([][]float64, k)
	rhs := make([]float64, k)
	for r := range k {
		gram[r] = make([]float64, k)
		for c := 0; c <= r; c++ {
			gram[r][c] = dot(a.dF[r], a.dF[c])
		}
		rhs[r] = dot(a.dF[r], f)
	}
	ridge := 0.0
	for r := range k {
		ridge = max(ridge, gram[r][r])
	}
	ridge *= 1e-10
	for r := range k {
		gram[r][r] += ridge
	}
	if !solveSPD(gram, rhs) {
		a.forget()
		return false
	}
	for c, w := range rhs {
		for i, d := range a.dG[c] {
			g[i] -= w * d
		}
	}
	return true
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// solveSPD solves a y = b in place for a symmetric positive definite a, of
// which the lower half is read; false if it is not so.
func solveSPD(a [][]float64, b []float64) bool {
	for r := range a {
		for c := 0; c <= r; c++ {
			s := a[r][c]
			for k := range c {
				s -= a[r][k] * a[c][k] * a[k][k]
			}
			if r == c {
				if !(s > 0) {
					return false
				}
				a[r][r] = s
			} else {
				a[r][c] = s / a[c][c]
			}
		}
	}
	for r := range b {
		for k := range r {
			b[r] -= a[r][k] * b[k]
		}
	}
	for r := len(b) - 1; r >= 0; r-- {
		b[r] /= a[r][r]
		for k := r + 1; k < len(b); k++ {
			b[r] -= a[k][r] * b[k]
		}
	}
	return true
}
