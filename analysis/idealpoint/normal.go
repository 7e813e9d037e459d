package idealpoint

import "math"

const (
	log2Pi = 1.837877066409345483560659472811235279722794947275566825634
	isq2Pi = 0.398942280401432677939946059934381868475858631164934657665
)

// The table of m(a) = phi(a)/Phi(a), the inverse Mills ratio. Around each
// node, a sixteenth apart on [-10, 10], it holds the Taylor series to degree
// seven, which is within 1e-13 (relative to max(1, m)) half a cell away.
const (
	millsEnd   = 10
	millsCells = 16 // per unit
)

type millsTable [2*millsEnd*millsCells + 1][8]float64

// mills is built once and only read.
var mills = buildMills()

func buildMills() *millsTable {
	t := new(millsTable)
	for k := range t {
		a := float64(k)/millsCells - millsEnd
		c := &t[k]
		c[0] = millsDirect(a)
		// m' = -m(a + m); the series of both sides, coefficient by coefficient.
		for n := range len(c) - 1 {
			s := a * c[n]
			if n > 0 {
				s += c[n-1]
			}
			for i := range n + 1 {
				s += c[i] * c[n-i]
			}
			c[n+1] = -s / float64(n+1)
		}
	}
	return t
}

// millsDirect gives m(a) without the table, for any a.
func millsDirect(a float64) float64 {
	if a > -6 {
		return isq2Pi * math.Exp(-a*a/2) / (0.5 * math.Erfc(-a/math.Sqrt2))
	}
	// Laplace's continued fraction of 1/m: with x = -a,
	// m = x + 1/(x + 2/(x + 3/(x + ...))), here from the 60th term up.
	x := -a
	f := x
	for n := 60; n > 0; n-- {
		f = x + float64(n)/f
	}
	return f
}

// millsAt gives m(a) = phi(a)/Phi(a) from the table, beyond it directly.
func millsAt(a float64) float64 {
	if !(a > -millsEnd && a < millsEnd) {
		return millsDirect(a)
	}
	k := int((a+millsEnd)*millsCells + 0.5)
	c := &mills[k]
	d := a - (float64(k)*(1.0/millsCells) - millsEnd)
	return c[0] + d*(c[1]+d*(c[2]+d*(c[3]+d*(c[4]+d*(c[5]+d*(c[6]+d*c[7]))))))
}

// millsAll replaces each a by m(a).
func millsAll(list []float64) {
	for i, a := range list {
		if !(a > -millsEnd && a < millsEnd) {
			list[i] = millsDirect(a)
			continue
		}
		k := int((a+millsEnd)*millsCells + 0.5)
		c := &mills[k]
		d := a - (float64(k)*(1.0/millsCells) - millsEnd)
		list[i] = c[0] + d*(c[1]+d*(c[2]+d*(c[3]+d*(c[4]+d*(c[5]+d*(c[6]+d*c[7]))))))
	}
}

// between gives A = phi(l)/P and B = phi(h)/P with P = Phi(h) - Phi(l), l < h.
//
// P is never formed as a difference of two probabilities near 1: the interval
// is first mirrored so that |h| <= |l|, l < 0, and then, with
// e = phi(l)/phi(h) <= 1, 1/B = 1/m(h) - e/m(l) and A = eB.
func between(l, h float64) (a, b float64) {
	mirror := l+h > 0
	if mirror {
		l, h = -h, -l
	}
	e := math.Exp(0.5 * (h - l) * (h + l))
	ml, mh := millsAt(l), millsAt(h)
	b = ml * mh / (ml - e*mh)
	a = e * b
	if mirror {
		return b, a
	}
	return a, b
}

// logPhi gives log Phi(a).
func logPhi(a float64) float64 {
	if a > 5 {
		return math.Log1p(-0.5 * math.Erfc(a/math.Sqrt2))
	}
	return -0.5*(a*a+log2Pi) - math.Log(millsAt(a))
}

// logBetween gives log(Phi(h) - Phi(l)), l < h.
func logBetween(l, h float64) float64 {
	if l+h > 0 {
		l, h = -h, -l
	}
	// Phi(h) - Phi(l) = Phi(h)(1 - e m(h)/m(l))
	e := math.Exp(0.5 * (h - l) * (h + l))
	return logPhi(h) + math.Log1p(-e*millsAt(h)/millsAt(l))
}
