package predict

import (
	"math"
	"sort"
	"strings"

	"entente"
)

// Reason is one thing that moves a forecast, and how far on the latent scale
// (where the noise of one answer has deviation 1): above 0 towards affirming,
// below towards rejecting.
type Reason struct {
	Kind ReasonKind
	Pull float64
	// Answer is set for the actor's own answers, Bloc for a body or a region
	// ("region:Northern Europe").
	Answer *Answer
	Bloc   string
}

// ReasonKind says what sort of thing moves a forecast.
type ReasonKind string

// The kinds of reason.
const (
	Own   ReasonKind = "own-answer"  // what the actor said, signed or voted elsewhere
	Group ReasonKind = "bloc"        // what its bloc or region says and does
	Point ReasonKind = "ideal-point" // its general ideal point
)

// Explain says what drives a forecast, the strongest first. A pull is the mean
// over the posterior of what the answer adds to the actor's expected latent
// answer, given all the rest: exact for the model, in which the expected point
// and leanings are weighted sums. What all actors share (how easily the item is
// affirmed) is left out: it is the item's base rate. Pulls below 0.02 are left
// out too.
func (m *Model) Explain(a entente.ActorID, item ItemID) ([]Reason, error) {
	t, err := m.target(item)
	if err != nil {
		return nil, err
	}
	return m.explain(a, t), nil
}

const leastPull = 0.02

func (m *Model) explain(a entente.ActorID, t *target) []Reason {
	s, dims, n := m.seatOf(a), m.Options.Dimensions, 0.0
	for k := range m.draws {
		if m.draws[k].z != nil {
			n++
		}
	}
	var point float64
	blocs := make([]float64, len(s.blocs))
	var own []float64
	if s.i >= 0 {
		own = make([]float64, len(m.d.ofWho[s.i]))
	}
	for k := range m.draws {
		w := &m.draws[k]
		if w.z == nil {
			continue
		}
		// Shares of the point's and the leanings' prior means that survive beside
		// the actor's own answers.
		keepX := make([]float64, dims)
		for q := range dims {
			keepX[q] = 1
			if s.i >= 0 {
				keepX[q] = m.ownPoint(&s, t, k, q, own, n)
			}
			at := t.a[k*dims+q]
			point += at * keepX[q] * w.beta[q] * s.ideal / n
			for i, b := range s.blocs {
				blocs[i] += at * keepX[q] * w.gamma[int(b)*dims+q] / n
			}
		}
		for g, group := range t.groups {
			if group < 0 {
				continue
			}
			keep := 1.0
			if p, ok := m.d.pairOf[[2]int32{s.i, group}]; ok && s.i >= 0 {
				keep = m.ownLeaning(p, t.Groups[g].Weight, k, &s, own, n)
			}
			for i, b := range s.blocs {
				blocs[i] += t.Groups[g].Weight * keep * float64(w.v[int(b)*len(m.d.groups)+int(group)]) / n
			}
		}
	}
	var out []Reason
	add := func(r Reason) {
		if math.Abs(r.Pull) >= leastPull {
			out = append(out, r)
		}
	}
	add(Reason{Kind: Point, Pull: point})
	for i, b := range s.blocs {
		add(Reason{Kind: Group, Pull: blocs[i], Bloc: m.d.blocs[b]})
	}
	for i, pull := range own {
		c := m.d.cells[m.d.ofWho[s.i][i]]
		ans := m.Answers[m.cells[Cell{a, m.d.items[c.item].ID}]]
		add(Reason{Kind: Own, Pull: pull, Answer: &ans})
	}
	sort.SliceStable(out, func(i, j int) bool { return math.Abs(out[i].Pull) > math.Abs(out[j].Pull) })
	return out
}

// ownPoint adds, per own answer, what it contributes through the point in one
// draw, and gives the share that is left to the point's prior mean.
func (m *Model) ownPoint(s *seat, t *target, k, q int, own []float64, n float64) float64 {
	w, dims := &m.draws[k], m.Options.Dimensions
	cells := m.d.ofWho[s.i]
	prec := 1 / m.Options.Scales.Point
	for _, c := range cells {
		prec += sq(w.a[int(m.d.cells[c].item)*dims+q])
	}
	for i, c := range cells {
		j := int(m.d.cells[c].item)
		a := w.a[j*dims+q]
		rest := float64(w.z[c]) - m.fitted(w, c) + a*w.x[int(s.i)*dims+q]
		own[i] += t.a[k*dims+q] * a * rest / prec / n
	}
	return 1 / m.Options.Scales.Point / prec
}

// ownLeaning is the same through the leaning on one group.
func (m *Model) ownLeaning(p int32, weight float64, k int, s *seat, own []float64, n float64) float64 {
	w, pr := &m.draws[k], &m.d.pairs[p]
	tau, _ := m.Options.Scales.spread(pr.kind)
	prec := 1 / tau
	for _, l := range pr.cells {
		prec += l.w * l.w
	}
	for i, c := range m.d.ofWho[s.i] {
		for _, l := range pr.cells {
			if l.pair == c {
				own[i] += weight * l.w * (float64(w.z[c]) - m.fitted(w, c) + l.w*float64(w.w[p])) / prec / n
			}
		}
	}
	return 1 / tau / prec
}

// fitted is the expected latent answer of a cell in a draw.
func (m *Model) fitted(w *draw, c int32) float64 {
	cl, dims := &m.d.cells[c], m.Options.Dimensions
	e := w.b[cl.item]
	for q := range dims {
		e += w.a[int(cl.item)*dims+q] * w.x[int(cl.who)*dims+q]
	}
	for _, l := range cl.loads {
		e += l.w * float64(w.w[l.pair])
	}
	return e
}

// Region gives the name of a region that stands for a bloc, if it is one.
func Region(bloc string) (string, bool) { return strings.CutPrefix(bloc, "region:") }
