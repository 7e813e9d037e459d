package predict

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"

	"entente"
)

// Span is an interval of a probability: the middle 80 per cent of its
// posterior draws.
type Span struct{ Lo, Hi float64 }

// Forecast is how an actor would answer an item, were it to answer.
type Forecast struct {
	Actor entente.ActorID
	Item  ItemID
	Kind  Kind
	// P are the probabilities of the sides (reject, reserve, affirm; for a vote
	// no, abstain, yes). They add up to 1. Spans are their intervals.
	P     [3]float64
	Spans [3]Span
	Best  Side
	// Enough is whether there is enough to say anything; Why says what is
	// lacking otherwise.
	Enough bool
	Why    Lack
	// Own is the number of the actor's own answers that bear on the forecast,
	// OnItem that of all states on the item or, before anybody answered, on the
	// last one of its line, Near that of those among them that are like the actor.
	Own, OnItem, Near int
}

// Lack says why there is not enough to say.
type Lack string

// The reasons, in the order in which they are looked for.
const (
	FewAnswers Lack = "few-answers" // fewer than MinAnswers states answered
	Nothing    Lack = "no-anchor"   // the actor has no answer, no bloc and no ideal point
	NobodyLike Lack = "nobody-like" // fewer than MinAlike of those who answered are like the actor
	TooWide    Lack = "too-wide"    // the interval of the likeliest side is wider than MaxWidth
)

// The rule of what is enough to say.
const (
	Interval   = 0.8 // the share of the draws that a Span holds
	MinAnswers = 5
	MinAlike   = 3
	MaxWidth   = 0.5
	// Alike is how near two ideal points are (in deviations of all points) to make
	// two actors alike; so does a common bloc or region.
	Alike = 0.5
)

// seat is an actor as a forecast needs it: in the fit or not.
type seat struct {
	i int32 // index in the design, or -1
	actor
}

func (m *Model) seatOf(id entente.ActorID) seat {
	i, ok := slices.BinarySearchFunc(m.d.actors, id, func(a actor, id entente.ActorID) int {
		switch {
		case a.id < id:
			return -1
		case a.id > id:
			return 1
		}
		return 0
	})
	if ok {
		return seat{int32(i), m.d.actors[i]}
	}
	return seat{-1, m.d.prior(m.Corpus, id, &m.Options, m.blocs)}
}

// target is an item as a forecast needs it: in the fit or not. Intercepts,
// slopes and gaps are per draw.
type target struct {
	Item
	j      int32   // index in the design, or -1
	prev   int32   // the item of its line that it follows, or -1
	groups []int32 // index of each group, or -1
	b, gap []float64
	a      []float64 // draw × dimension
}

// target makes an item ready. One that nobody answered follows the last of its
// line, or else is drawn from its class: the uncertainty of what it will be
// like enters every forecast.
func (m *Model) target(id ItemID) (*target, error) {
	it, ok := describe(m.Corpus, id, m.Options.Implied)
	if !ok {
		return nil, &entente.Error{
			Kind: entente.NotFound, Op: "predict", Msg: "no proposition or instrument has the id " + string(id),
			Hint: "entente search finds ids",
		}
	}
	t := &target{Item: it, j: -1, prev: -1}
	for j := range m.d.items {
		if m.d.items[j].ID == id {
			t.j, t.Item = int32(j), m.d.items[j]
		}
	}
	if t.j < 0 && it.Kind == Voted {
		if l := m.d.lines.find(it.words); l != "" {
			t.Groups = append([]Loading{{l, 1}}, t.Groups...)
			t.prev = m.lastOf(l)
		}
	}
	for _, g := range t.Groups {
		k, ok := m.d.groupOf[g.Group]
		if !ok {
			k = -1
		}
		t.groups = append(t.groups, k)
	}
	r, dims := m.random(string(id)), m.Options.Dimensions
	// What is not known of a new item is spread evenly over the draws, in random
	// order: the same expectation with less noise than free draws.
	var dealt [4][]float64
	for i := range dealt {
		dealt[i] = deal(r, len(m.draws))
	}
	for i := range m.draws {
		w := &m.draws[i]
		switch {
		case t.j >= 0:
			t.b, t.gap = append(t.b, w.b[t.j]), append(t.gap, w.gap[t.j])
			t.a = append(t.a, w.a[int(t.j)*dims:int(t.j+1)*dims]...)
		case t.prev >= 0:
			span := spanOf(t.years - m.d.items[t.prev].years)
			span /= math.Max(gammaDraw(r, m.Options.Scales.Tail/2)/(m.Options.Scales.Tail/2), 1e-4)
			step := math.Sqrt(m.Options.Scales.WalkIntercept*span) * normalQuantile(dealt[0][i])
			t.b, t.gap = append(t.b, w.b[t.prev]+step), append(t.gap, w.gap[t.prev]+stepGap*math.Sqrt(span)*normalQuantile(dealt[1][i]))
			for q := range dims {
				t.a = append(t.a, w.a[int(t.prev)*dims+q]+math.Sqrt(m.Options.Scales.WalkSlope*span)*normalQuantile(dealt[2+q][i]))
			}
		default:
			muB, muA, sc := interceps*r.NormFloat64(), make([]float64, dims), m.Options.Scales
			if c := slices.Index(m.d.classes, t.class); c >= 0 {
				muB, muA = w.muB[c], w.muA[c*dims:(c+1)*dims]
			}
			t.b, t.gap = append(t.b, muB+math.Sqrt(sc.Intercept)*normalQuantile(dealt[0][i])), append(t.gap, gapMean+gapDev*normalQuantile(dealt[1][i]))
			for q := range dims {
				t.a = append(t.a, muA[q]+math.Sqrt(sc.Slope)*normalQuantile(dealt[2+q][i]))
			}
		}
	}
	return t, nil
}

// lastOf is the last item of a line, -1 when it has none.
func (m *Model) lastOf(line string) int32 {
	for j := range m.d.items {
		if m.d.items[j].line() == line && m.d.next[j] < 0 {
			return int32(j)
		}
	}
	return -1
}

// random gives a source of chance that depends on the seed and the words only,
// so that no forecast depends on which others were made before.
func (m *Model) random(words ...string) *rand.Rand {
	h := fnv.New64a()
	for _, w := range words {
		_, _ = h.Write([]byte(w)) // never fails
		_, _ = h.Write([]byte{0})
	}
	return rand.New(rand.NewPCG(m.Options.Seed, h.Sum64()))
}

// linear is the expected latent answer of a seat to a target in one draw.
func (m *Model) linear(s *seat, t *target, k int, r *rand.Rand) float64 {
	w, dims := &m.draws[k], m.Options.Dimensions
	e := t.b[k]
	for q := range dims {
		var x float64
		if s.i >= 0 {
			x = w.x[int(s.i)*dims+q]
		} else {
			x = w.mean(&s.actor, q, dims) + math.Sqrt(m.Options.Scales.Point)*r.NormFloat64()
		}
		e += t.a[k*dims+q] * x
	}
	for n, g := range t.groups {
		tau, _ := m.Options.Scales.spread(groupKind(t.Groups[n].Group))
		p, ok := m.d.pairOf[[2]int32{s.i, g}]
		switch {
		case ok && s.i >= 0 && g >= 0:
			e += t.Groups[n].Weight * float64(w.w[p])
		default:
			var mean float64
			if g >= 0 {
				mean = w.lean(&s.actor, g, len(m.d.groups))
			}
			e += t.Groups[n].Weight * (mean + math.Sqrt(tau)*r.NormFloat64())
		}
	}
	return e
}

func (w *draw) mean(a *actor, q, dims int) float64 {
	x := w.beta[q] * a.ideal
	for _, b := range a.blocs {
		x += w.gamma[int(b)*dims+q]
	}
	return x
}

func (w *draw) lean(a *actor, group int32, groups int) float64 {
	var x float64
	for _, b := range a.blocs {
		x += float64(w.v[int(b)*groups+int(group)])
	}
	return x
}

// sides are the probabilities of the sides at a latent mean.
func (w *draw) sides(k Kind, e, gap float64) [3]float64 {
	var p [3]float64
	for y := range k.levels() {
		lo, hi := interval(k, int8(y), gap, &w.cuts)
		p[sideOf(k, y)] += between(lo-e, hi-e)
	}
	return p
}

// Forecast says how an actor would answer an item. An answer that is on record
// and not masked is part of what the fit knows; the forecast is then of the
// same question asked again.
func (m *Model) Forecast(a entente.ActorID, item ItemID) (Forecast, error) {
	if m.Corpus.Actor(a) == nil {
		return Forecast{}, &entente.Error{Kind: entente.NotFound, Op: "predict", Msg: "no actor has the id " + string(a), Hint: "entente search finds ids"}
	}
	t, err := m.target(item)
	if err != nil {
		return Forecast{}, err
	}
	return m.forecast(a, t), nil
}

func (m *Model) forecast(a entente.ActorID, t *target) Forecast {
	s, r := m.seatOf(a), m.random(string(t.ID), string(a))
	f := Forecast{Actor: a, Item: t.ID, Kind: t.Kind}
	var all [3][]float64
	for k := range m.draws {
		p := m.draws[k].sides(t.Kind, m.linear(&s, t, k, r), t.gap[k])
		for i := range p {
			all[i] = append(all[i], p[i])
			f.P[i] += p[i] / float64(len(m.draws))
		}
	}
	for i := range all {
		slices.Sort(all[i])
		n := len(all[i]) - 1
		f.Spans[i] = Span{all[i][n/10], all[i][n-n/10]}
		if f.P[i] > f.P[f.Best] {
			f.Best = Side(i)
		}
	}
	m.judge(&f, &s, t)
	return f
}

// judge counts what a forecast rests on and applies the rule of enough.
func (m *Model) judge(f *Forecast, s *seat, t *target) {
	if s.i >= 0 {
		f.Own = len(m.d.ofWho[s.i])
		if _, ok := m.cells[Cell{f.Actor, f.Item}]; ok {
			f.Own--
		}
	}
	on := t.j
	if on < 0 {
		on = t.prev
	}
	if on >= 0 {
		f.OnItem = len(m.d.ofItem[on])
		for _, c := range m.d.ofItem[on] {
			if o := &m.d.actors[m.d.cells[c].who]; o.id != f.Actor && alike(&s.actor, o) {
				f.Near++
			}
		}
	}
	b := f.Spans[f.Best]
	switch {
	case f.OnItem < MinAnswers:
		f.Why = FewAnswers
	case f.Own == 0 && len(s.blocs) == 0 && !s.known:
		f.Why = Nothing
	case f.Near < MinAlike:
		f.Why = NobodyLike
	case b.Hi-b.Lo > MaxWidth:
		f.Why = TooWide
	}
	f.Enough = f.Why == ""
}

// Explained is a forecast with what drives it.
type Explained struct {
	Forecast
	Reasons []Reason // the strongest first; see [Model.Explain]
	// Known is the actor's answer that the fit saw, if it did.
	Known *Answer
}

// All forecasts and explains one item for many actors, in their order.
func (m *Model) All(item ItemID, actors []entente.ActorID) ([]Explained, error) {
	t, err := m.target(item)
	if err != nil {
		return nil, err
	}
	out := make([]Explained, len(actors))
	for i, a := range actors {
		out[i] = Explained{Forecast: m.forecast(a, t), Reasons: m.explain(a, t)}
		if k, ok := m.cells[Cell{a, item}]; ok {
			out[i].Known = &m.Answers[k]
		}
	}
	return out, nil
}

// alike reports whether two actors share a bloc or region, or stand near each
// other by ideal point.
func alike(a, b *actor) bool {
	for _, x := range a.blocs {
		if member(b, x) {
			return true
		}
	}
	return a.known && b.known && math.Abs(a.ideal-b.ideal) <= Alike
}
