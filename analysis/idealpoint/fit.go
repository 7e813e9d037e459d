package idealpoint

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Flag marks a point that needs a word of care.
type Flag uint8

const (
	// FewVotes says that fewer than Few votes were used.
	FewVotes Flag = 1 << iota
	// PriorLed says that the votes of the session carry less information than the
	// session's neighbours (or N(0,1) for a state with one session).
	PriorLed
	// AtBound says that the point reached the bound of 5 within which points are kept.
	AtBound
)

// Few is the number of votes below which a point is flagged.
const Few = 5

// Point is the estimate for one state in one session: indices into Data, the
// point X, its standard error, the ends of the interval of Options.Level, and
// the number of votes used. Mode is where the target of that name puts the
// point, found for joint intervals, else X.
type Point struct {
	State, Session int32
	X, SD, Lo, Hi  float64
	Mode           float64
	Votes          int
	Flags          Flag
}

// ItemFit holds the parameters of one used item; Item is an index into Data.
// P(yes) = Phi(G1 - B x), P(no) = 1 - Phi(G2 - B x): a higher x says no more
// often where B > 0. Free1 and Free2 tell whether the votes determine the
// cutpoint: without a no G2 rests at 7, without a yes G1 at -7, and without an
// abstention the two move as one.
type ItemFit struct {
	Item         int32
	B, G1, G2    float64
	Votes        int
	Free1, Free2 bool
}

// Result is what Fit found. Points come by state and then session number, both
// as in Data (states by index); Items by index.
type Result struct {
	Points []Point
	Items  []ItemFit

	Votes       int // used
	UnusedItems int // items whose answers were all equal, left out
	UnusedVotes int // votes on them
	Iterations  int // sweeps made
	Converged   bool
	MaxDelta    float64 // largest |dx| of the last sweep
	LogLik      float64 // sum of log P(y) at the estimate
	Objective   float64 // LogLik with the log priors, constants left out
	Anchored    bool    // both sides of the anchors are in the data
	Method      string  // "bsv", "smooth" or "binary"
	Target      Target
	Intervals   Intervals
	Level       float64
}

// Fit estimates the points. It refuses data in which they are undefined: no
// item with two different answers, one such item, one state, or parts that
// nothing ties together. It never returns a number that is not finite.
// Converged says whether the last sweep moved no point by Tol and no item by ten Tol, in the fit and, for
// joint intervals, in the fit of Mode; a fit that was cut short is returned
// with Converged false.
func Fit(d *Data, o Options) (*Result, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	m := newModel(newLayout(d, recode(o.Binary)), o)
	if err := m.enough(d); err != nil {
		return nil, err
	}
	r := &Result{
		Votes: m.votes(), UnusedItems: m.unused, UnusedVotes: m.skipped,
		Method: string(o.Prior), Target: o.Target, Intervals: o.Intervals, Level: o.Level,
		Anchored: len(m.find(d, o.Plus)) > 0 && len(m.find(d, o.Minus)) > 0,
	}
	if m.binary {
		r.Method = "binary"
	}
	m.start(d, o)
	r.Iterations, r.MaxDelta, err = m.iterate(o)
	if err != nil {
		return nil, err
	}
	r.Converged = r.MaxDelta < o.Tol
	m.orient(d, o)
	lik, prior := m.logLik()
	r.LogLik, r.Objective = lik, lik+prior
	if err := m.report(r, d, m.deviations(o), o); err != nil {
		return nil, err
	}
	if o.Intervals == Joint && o.Target == EM {
		still, err := m.widen(r, o)
		if err != nil {
			return nil, err
		}
		r.Converged = r.Converged && still
	}
	m.order(r, d)
	return r, nil
}

func recode(b Binary) [4]uint8 {
	switch b {
	case AbstainNo:
		return [4]uint8{0, Yes, No, No}
	case AbstainMissing:
		return [4]uint8{0, Yes, 0, No}
	}
	return [4]uint8{0, Yes, Abstain, No}
}

// enough refuses data that cannot order anyone.
func (m *model) enough(d *Data) error {
	switch {
	case len(d.Votes) == 0:
		return errors.New("idealpoint: there are no votes; check the filter")
	case len(m.items) == 0:
		return fmt.Errorf("idealpoint: on each of the %d items all answers are equal, so nothing separates the states; widen the filter", m.unused)
	case len(m.states) < 2:
		return fmt.Errorf("idealpoint: only %s votes on items with different answers; a scale needs two states or more", d.States[m.states[0]])
	case len(m.items) < 2:
		return fmt.Errorf("idealpoint: only item %s has different answers; one item sorts states into answers but gives no scale, which needs two items or more", d.Items[m.items[0]].ID)
	}
	return m.connected(d)
}

// iterate sweeps until no point moves by Tol; it returns the number of sweeps
// and the last move.
func (m *model) iterate(o Options) (sweeps int, delta float64, err error) {
	n := len(m.x)
	size := n + 3*len(m.it)
	u, g := make([]float64, size), make([]float64, size)
	acc := newAnderson(andersonDepth, size, n, itemShare)
	together := errors.New("idealpoint: all points fell together: the answers do not depend on the state; use more items")
	m.pack(u)
	for sweeps < o.MaxIter {
		sweeps++
		m.pull = o.Target == EM && sweeps > plainSweeps
		m.movePoints()
		m.clip()
		// The items go along, for speed. For Mode, where points rest in motion, they
		// must later find the place that is best given the points instead.
		if !m.standardise(sweeps <= plainSweeps || o.Target == EM) {
			return sweeps, delta, together
		}
		m.moveItems()
		m.pack(g)
		delta = 0
		for q := range n {
			delta = max(delta, abs(g[q]-u[q]))
		}
		for i := n; i < size; i++ {
			delta = max(delta, itemShare*abs(g[i]-u[i]))
		}
		if o.Progress != nil {
			o.Progress(sweeps, delta)
		}
		if delta < o.Tol && sweeps > plainSweeps {
			break
		}
		if sweeps > plainSweeps && sweeps < o.MaxIter && acc.step(u, g) {
			m.unpack(g)
			if !m.standardise(true) {
				return sweeps, delta, together
			}
			m.pack(u)
			continue
		}
		u, g = g, u
	}
	if sweeps <= plainSweeps {
		delta = math.Inf(1) // the first sweeps say nothing yet
	}
	return sweeps, delta, nil
}

const (
	plainSweeps   = 4 // the first ones are far from linear
	andersonDepth = 6
	itemShare     = 0.1 // of an item's move that counts as a point's
)

// widen finds the mode, starting from the estimate, and stretches each
// interval to span it. It leaves the model at the mode.
func (m *model) widen(r *Result, o Options) (still bool, err error) {
	o.Target, o.Progress = Mode, nil
	_, delta, err := m.iterate(o)
	if err != nil {
		return false, err
	}
	for q := range r.Points {
		p := &r.Points[q]
		p.Mode = m.x[q]
		p.Lo += min(p.Mode-p.X, 0)
		p.Hi += max(p.Mode-p.X, 0)
	}
	return delta < o.Tol, nil
}

func (m *model) pack(u []float64) {
	n := copy(u, m.x)
	for j := range m.it {
		e := &m.it[j]
		u[n+3*j], u[n+3*j+1], u[n+3*j+2] = e.b, e.g1, e.g2
	}
}

func (m *model) unpack(u []float64) {
	n := copy(m.x, u)
	for j := range m.it {
		e := &m.it[j]
		e.b, e.g1, e.g2 = u[n+3*j], u[n+3*j+1], u[n+3*j+2]
		m.bound(j)
	}
}

// report writes the result in canonical order.
func (m *model) report(r *Result, d *Data, sd []float64, o Options) error {
	z := quantile(0.5 + o.Level/2)
	var t scratch
	for q, x := range m.x {
		p := Point{State: m.states[m.state[q]], Session: m.sessions[m.session[q]], X: x, Mode: x, Votes: m.n(q)}
		if sd != nil {
			p.SD, p.Lo, p.Hi = sd[q], x-z*sd[q], x+z*sd[q]
		}
		if p.Votes < Few {
			p.Flags |= FewVotes
		}
		if _, w, _, _, _ := m.slope(q, &t); w < 1/m.v[q] {
			p.Flags |= PriorLed
		}
		if !m.binary && abs(x) > 0.98*xBound {
			p.Flags |= AtBound
		}
		if bad := p.X + p.Lo + p.Hi; math.IsNaN(bad) || math.IsInf(bad, 0) {
			return fmt.Errorf("idealpoint: the point of %s in session %d is not finite; this is a fault of the method, please report it with the data",
				d.States[p.State], d.Sessions[p.Session])
		}
		r.Points = append(r.Points, p)
	}
	for j, i := range m.items {
		e := m.it[j]
		r.Items = append(r.Items, ItemFit{
			Item: i, B: e.b, G1: e.g1, G2: e.g2, Votes: int(m.itOff[3*j+3] - m.itOff[3*j]),
			Free1: m.kind[j] != kindNoYes, Free2: m.kind[j] != kindNoNo,
		})
	}
	return nil
}

// order puts the result into the order of Data.
func (m *model) order(r *Result, d *Data) {
	slices.SortFunc(r.Points, func(a, b Point) int {
		if a.State != b.State {
			return int(a.State - b.State)
		}
		return d.Sessions[a.Session] - d.Sessions[b.Session]
	})
	slices.SortFunc(r.Items, func(a, b ItemFit) int { return int(a.Item - b.Item) })
}

// Probabilities gives P(yes), P(abstain) and P(no) at point x. They sum to 1.
func (f ItemFit) Probabilities(x float64) (yes, abstain, no float64) {
	yes = 0.5 * math.Erfc((f.B*x-f.G1)/math.Sqrt2)
	no = 0.5 * math.Erfc((f.G2-f.B*x)/math.Sqrt2)
	return yes, max(1-yes-no, 0), no
}
