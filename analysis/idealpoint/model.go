package idealpoint

import (
	"math"
	"sync"
)

const (
	cutBound = 7.0  // |g1|, |g2| of the ordinal model; the binary one has a prior instead
	gapOpen  = 0.02 // least g2 - g1 of the ordinal model
	xBound   = 5.0
	maxStep  = 1.0 // of one Newton step, any coordinate
)

// kinds of items by which answers occur; they say which cutpoints can move.
const (
	kindFull  = iota
	kindTied  // no abstention: the cutpoints close up and move together
	kindNoNo  // yes and abstain only: g2 rests at +7
	kindNoYes // abstain and no only: g1 rests at -7
)

// item holds the parameters of one item and the variances that the variational
// bound needs: of b, and the covariance of g and b (binary model only).
type item struct {
	b, g1, g2, vb, vgb float64
}

// model is the state of a fit.
type model struct {
	*layout
	prior  Prior
	binary bool
	gap    float64 // least g2 - g1
	bPrec  float64 // prior precision of b
	gPrec  float64 // prior precision of the cutpoint (binary)
	v0     float64 // variance of a first session (smoother, or a single session)

	v    []float64 // variance of each state-session given the one before it
	x, V []float64 // by state-session; V is the variational variance
	it   []item
	kind []uint8

	pull        bool
	shift, grip float64 // m and s - 1 of the last plain EM step (see pullOf)
	sl          []slopes
	em          []float64 // where a plain EM step would put each point

	byState, byItem []int // static shards
}

func newModel(l *layout, o Options) *model {
	m := &model{layout: l, prior: o.Prior, binary: o.Binary != Ordinal, gap: gapOpen, bPrec: 1, v0: 1}
	if m.binary {
		m.gap, m.bPrec, m.gPrec = 0, 1.0/25, 1.0/25
		m.v0 = 1 + o.Walk
	}
	n := l.points()
	m.v = make([]float64, n)
	m.x, m.V = make([]float64, n), make([]float64, n)
	m.sl, m.em = make([]slopes, n), make([]float64, n)
	m.it, m.kind = make([]item, len(l.items)), make([]uint8, len(l.items))
	for s := range l.states {
		lo, hi := int(l.first[s]), int(l.first[s+1])
		for q := lo + 1; q < hi; q++ {
			m.v[q] = o.Smooth * float64(l.n(q)) / float64(l.n(q)+l.n(q-1))
			if m.binary {
				m.v[q] = o.Walk
			}
		}
		m.v[lo] = m.v0
		if o.Prior == Forward && hi-lo > 1 {
			// The first session is drawn to the second, with the second's count.
			m.v[lo] = o.Smooth * float64(l.n(lo)) / float64(l.n(lo)+l.n(lo+1))
		}
	}
	for j := range m.kind {
		switch {
		case l.of(j, Abstain) == 0:
			m.kind[j] = kindTied
		case l.of(j, No) == 0:
			m.kind[j] = kindNoNo
		case l.of(j, Yes) == 0:
			m.kind[j] = kindNoYes
		}
	}
	m.byState = cut(len(l.states), o.Workers, func(s int) int32 { return l.ssOff[3*l.first[s]] })
	m.byItem = cut(len(l.items), o.Workers, func(j int) int32 { return l.itOff[3*j] })
	return m
}

// each runs do on every shard at once. Shards write to places of their own.
func each(shards []int, do func(lo, hi int)) {
	if len(shards) == 2 {
		do(shards[0], shards[1])
		return
	}
	var wg sync.WaitGroup
	for w := range len(shards) - 1 {
		wg.Go(func() { do(shards[w], shards[w+1]) })
	}
	wg.Wait()
}

// clip keeps the points of the ordinal model within its bound, as published.
func (m *model) clip() {
	if m.binary {
		return
	}
	for q, x := range m.x {
		m.x[q] = min(max(x, -xBound), xBound)
	}
}

// standardise moves the points to mean 0 and standard deviation 1 over all
// state-sessions; withItems moves the items too, which leaves every
// probability as it was. It reports false if the points do not differ.
func (m *model) standardise(withItems bool) bool {
	n := float64(len(m.x))
	mean := 0.0
	for _, x := range m.x {
		mean += x
	}
	mean /= n
	ss := 0.0
	for _, x := range m.x {
		ss += (x - mean) * (x - mean)
	}
	sd := math.Sqrt(ss / n)
	if !(sd > 1e-9) {
		return false
	}
	for q := range m.x {
		m.x[q] = (m.x[q] - mean) / sd
	}
	if !withItems {
		return true
	}
	for j := range m.it {
		p := &m.it[j]
		p.g1 -= p.b * mean
		p.g2 -= p.b * mean
		if m.binary { // the ordinal bound takes the cutpoints as points
			p.vgb = (p.vgb - p.vb*mean) * sd
		}
		p.b *= sd
		p.vb *= sd * sd
		m.bound(j)
	}
	return true
}

// bound puts the cutpoints of item j back into their range.
func (m *model) bound(j int) {
	p := &m.it[j]
	g1, g2 := p.g1, p.g2
	switch m.kind[j] {
	case kindTied:
		if m.binary {
			g2 = g1
			break
		}
		g1 = min(max(g1, -cutBound), cutBound-m.gap)
		g2 = g1 + m.gap
	case kindNoNo:
		g2 = cutBound
		g1 = min(max(g1, -cutBound), g2-m.gap)
	case kindNoYes:
		g1 = -cutBound
		g2 = min(max(g2, g1+m.gap), cutBound)
	default:
		g1 = min(max(g1, -cutBound), cutBound-m.gap)
		g2 = min(max(g2, g1+m.gap), cutBound)
	}
	p.g1, p.g2 = g1, g2
}

// logLik gives the sum of log P(y) and the log prior density of the items'
// slopes (and cutpoints, binary) and of the points, constants left out.
func (m *model) logLik() (lik, prior float64) {
	for q, x := range m.x {
		for y := Yes; y <= No; y++ {
			r := 3*q + int(y) - 1
			for _, j := range m.ssItem[m.ssOff[r]:m.ssOff[r+1]] {
				p := &m.it[j]
				switch y {
				case Yes:
					lik += logPhi(p.g1 - p.b*x)
				case Abstain:
					lik += logBetween(p.g1-p.b*x, p.g2-p.b*x)
				case No:
					lik += logPhi(p.b*x - p.g2)
				}
			}
		}
	}
	for j := range m.it {
		p := &m.it[j]
		prior -= 0.5 * (m.bPrec*p.b*p.b + m.gPrec*p.g1*p.g1)
	}
	for s := range m.states {
		for q := int(m.first[s]); q < int(m.first[s+1]); q++ {
			d := m.x[q] - m.before(s, q)
			prior -= 0.5 * (d*d/m.v[q] + math.Log(m.v[q]))
		}
	}
	return lik, prior
}

// before gives the prior mean of state-session q of state s.
func (m *model) before(s, q int) float64 {
	switch lo, hi := int(m.first[s]), int(m.first[s+1]); {
	case q > lo:
		return m.x[q-1]
	case m.prior == Forward && hi-lo > 1:
		return m.x[q+1]
	default:
		return 0
	}
}
