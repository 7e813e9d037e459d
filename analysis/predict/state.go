package predict

import (
	"math"
	"math/rand/v2"
)

// Fixed scales of the model; see docs/methods/predict.md.
const (
	stepGap   = 0.35 // deviation of the log width of abstention, per step of a line
	gapMean   = -0.7 // log half width of abstention before any vote
	gapDev    = 0.7
	sideDev   = 0.7 // deviation of the log widths of the levels of statements
	minYears  = 0.5 // two items of one day are still two items
	maxYears  = 4
	interceps = 1.5 // prior deviation of a class's mean intercept
)

// state is one point of the chain: everything that is not known.
type state struct {
	b                          []float64 // intercept per item
	a                          []float64 // slopes, item × dimension
	gap                        []float64 // log half width of abstention, of votes
	x                          []float64 // points, actor × dimension
	w                          []float64 // leaning per pair
	z                          []float64 // latent answer per cell
	beta                       []float64 // slope of the point on the ideal point, per dimension
	gamma                      []float64 // shift per bloc and dimension
	v                          []float64 // leaning per bloc and group
	cuts                       [4]float64
	log                        [3]float64 // log widths between the cuts of statements
	muB, muA                   []float64  // per class (muA: class × dimension)
	eta                        []float64  // expected latent answer per cell, without the intercept
	leanOf                     []float64  // prior mean per pair
	calm                       []float64  // per item: 1 for an ordinary step from the item before, small for a jump
	stepB, stepG, stepW, stepX []float64  // widths of proposals
	warming                    bool
	accept, tried              int
	groups                     int
	Scales
}

func (d *design) start(o *Options, r *rand.Rand) *state {
	n, k, dims := len(d.actors), len(d.items), o.Dimensions
	s := &state{
		b: make([]float64, k), a: make([]float64, k*dims), gap: make([]float64, k), x: make([]float64, n*dims),
		w: make([]float64, len(d.pairs)), z: make([]float64, len(d.cells)), beta: make([]float64, dims),
		gamma: make([]float64, len(d.blocs)*dims), v: make([]float64, len(d.blocs)*len(d.groups)),
		log: [3]float64{-0.5, -0.7, -0.7},
		muB: make([]float64, len(d.classes)), muA: make([]float64, len(d.classes)*dims),
		eta: make([]float64, len(d.cells)), leanOf: make([]float64, len(d.pairs)), calm: make([]float64, k), groups: len(d.groups), Scales: o.Scales,
	}
	for j := range d.items {
		s.stepB, s.stepG = append(s.stepB, 2/math.Sqrt(float64(len(d.ofItem[j])+1))), append(s.stepG, 0.3)
	}
	for range d.groups {
		s.stepW = append(s.stepW, 0.2)
	}
	for range dims {
		s.stepX = append(s.stepX, 0.1)
	}
	s.setCuts()
	s.beta[0] = 0.7
	for i := range d.actors {
		s.x[i*dims] = s.beta[0]*d.actors[i].ideal + 0.1*r.NormFloat64()
		for q := 1; q < dims; q++ {
			s.x[i*dims+q] = 0.3 * r.NormFloat64()
		}
	}
	for j := range d.items {
		s.calm[j] = 1
		s.gap[j] = gapMean
		var mean, cov, vx float64
		for _, c := range d.ofItem[j] {
			y := float64(d.cells[c].y)/float64(d.items[j].Kind.levels()-1) - 0.5
			x := s.x[int(d.cells[c].who)*dims]
			mean += y
			cov += x * y
			vx += x * x
		}
		s.b[j] = 2 * mean / float64(len(d.ofItem[j])+2)
		s.a[j*dims] = 2 * cov / (vx + 4)
	}
	d.refresh(s, dims)
	return s
}

// setCuts turns the log widths into the four cutpoints of statements. The
// second is 0: the intercept has the place.
func (s *state) setCuts() {
	e := [3]float64{math.Exp(s.log[0]), math.Exp(s.log[1]), math.Exp(s.log[2])}
	s.cuts = [4]float64{-e[0], 0, e[1], e[1] + e[2]}
}

// interval gives the cutpoints about an answer.
func interval(k Kind, y int8, gap float64, cuts *[4]float64) (lo, hi float64) {
	lo, hi = math.Inf(-1), math.Inf(1)
	switch k {
	case Said:
		if y > 0 {
			lo = cuts[y-1]
		}
		if y < 4 {
			hi = cuts[y]
		}
	case Voted:
		h := math.Exp(gap)
		switch y {
		case 0:
			hi = -h
		case 1:
			lo, hi = -h, h
		default:
			lo = h
		}
	default:
		if y == 0 {
			hi = 0
		} else {
			lo = 0
		}
	}
	return lo, hi
}

// refresh computes eta anew, so that rounding never adds up.
func (d *design) refresh(s *state, dims int) {
	for c := range d.cells {
		s.eta[c] = d.linear(s, c, dims)
	}
}

func (d *design) linear(s *state, c, dims int) float64 {
	cl := &d.cells[c]
	var e float64
	for q := range dims {
		e += s.a[int(cl.item)*dims+q] * s.x[int(cl.who)*dims+q]
	}
	for _, l := range cl.loads {
		e += l.w * s.w[l.pair]
	}
	return e
}

// span is the time between an item and the one before in its line, in years.
func (d *design) span(j int32) float64 {
	return spanOf(d.items[j].years - d.items[d.prev[j]].years)
}

func spanOf(years float64) float64 { return math.Min(math.Max(years, minYears), maxYears) }

// logN is the log density of a normal variable, without its constant.
func logN(x, mean, sd float64) float64 {
	u := (x - mean) / sd
	return -math.Log(sd) - u*u/2
}

// spread is the variance of an actor's leaning on a group of a kind, and of a
// bloc's.
func (s *Scales) spread(kind int8) (actor, bloc float64) {
	if kind == 0 {
		return s.Line, s.BlocLine
	}
	return s.Issue, s.BlocIssue
}
