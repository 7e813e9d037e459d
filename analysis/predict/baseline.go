package predict

import (
	"math"
	"slices"
	"sort"

	"entente"
)

// The methods of a validation: the model and what it must beat.
const (
	ByModel    = "model"
	ByBase     = "item base rate"
	ByBloc     = "bloc majority"
	ByNearest  = "nearest by ideal point"
	ByLastVote = "last vote of the line"
)

// Methods lists them in the order of display.
var Methods = []string{ByModel, ByBase, ByBloc, ByNearest, ByLastVote}

// baselines are the four simple forecasts, made from the same answers as the
// model. Each gives probabilities: its counts, shrunk by two answers towards the
// base rate, so that none is punished for a nought.
type baselines struct {
	m      *Model
	byItem map[ItemID][]Answer
	pooled map[Kind][3]float64
	// moved counts, for two answers of one actor that follow each other in a line
	// (0) or stand in one issue (1), what came after what.
	moved [2][3][3]float64
}

const nearestN = 10

func newBaselines(m *Model) *baselines {
	b := &baselines{m: m, byItem: map[ItemID][]Answer{}, pooled: map[Kind][3]float64{}}
	for _, a := range m.Answers {
		b.byItem[a.Item] = append(b.byItem[a.Item], a)
		p := b.pooled[a.Kind]
		p[a.Side]++
		b.pooled[a.Kind] = p
	}
	for k, p := range b.pooled {
		b.pooled[k] = shrink(p, [3]float64{1.0 / 3, 1.0 / 3, 1.0 / 3}, 1)
	}
	for _, a := range m.Answers {
		t := m.known(a.Item)
		if t == nil {
			continue
		}
		if last, ok := b.last(a.Actor, t); ok {
			b.moved[kindOfMove(a.Kind)][last][a.Side]++
		}
	}
	return b
}

func kindOfMove(k Kind) int {
	if k == Voted {
		return 0
	}
	return 1
}

// shrink turns counts into shares, towards base with the weight of n answers.
func shrink(counts, base [3]float64, n float64) [3]float64 {
	var p [3]float64
	total := counts[0] + counts[1] + counts[2] + n
	for k := range p {
		p[k] = (counts[k] + n*base[k]) / total
	}
	return p
}

// known gives an item of the fit as a target without draws.
func (m *Model) known(id ItemID) *target {
	for j := range m.d.items {
		if m.d.items[j].ID == id {
			return &target{Item: m.d.items[j], j: int32(j), prev: m.d.prev[j]}
		}
	}
	return nil
}

// asked gives the item whose answers stand for a target's: its own, or those of
// the last item of its line.
func (b *baselines) asked(t *target) []Answer {
	if t.j >= 0 {
		return b.byItem[t.ID]
	}
	if t.prev >= 0 {
		return b.byItem[b.m.d.items[t.prev].ID]
	}
	return nil
}

func (b *baselines) base(t *target) [3]float64 {
	return shrink(count(b.asked(t), func(entente.ActorID) bool { return true }), b.pooled[t.Kind], 1)
}

func count(list []Answer, in func(entente.ActorID) bool) [3]float64 {
	var n [3]float64
	for _, a := range list {
		if in(a.Actor) {
			n[a.Side]++
		}
	}
	return n
}

// bloc takes the smallest of the actor's blocs in which at least three other
// members answered.
func (b *baselines) bloc(a entente.ActorID, t *target) [3]float64 {
	base, list := b.base(t), b.asked(t)
	best, size := [3]float64{}, math.MaxInt
	for _, bl := range b.m.blocs[a] {
		members := 0
		for id := range b.m.blocs {
			if slices.Contains(b.m.blocs[id], bl) {
				members++
			}
		}
		n := count(list, func(id entente.ActorID) bool { return id != a && slices.Contains(b.m.blocs[id], bl) })
		if n[0]+n[1]+n[2] >= 3 && members < size {
			best, size = n, members
		}
	}
	return shrink(best, base, 2)
}

// nearest takes the states nearest by general ideal point that answered.
func (b *baselines) nearest(a entente.ActorID, t *target) [3]float64 {
	base := b.base(t)
	me, ok := b.m.Options.Ideal[a]
	if !ok {
		return base
	}
	type near struct {
		Answer
		d float64
	}
	var list []near
	for _, x := range b.asked(t) {
		if v, ok := b.m.Options.Ideal[x.Actor]; ok && x.Actor != a {
			list = append(list, near{x, math.Abs(v - me)})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].d < list[j].d })
	var n [3]float64
	for _, x := range list[:min(nearestN, len(list))] {
		n[x.Side]++
	}
	return shrink(n, base, 2)
}

// last is the actor's latest answer before an item in its line, or its latest
// other one on the same issue.
func (b *baselines) last(a entente.ActorID, t *target) (Side, bool) {
	if t.Kind == Voted {
		for j := t.prev; j >= 0; j = b.m.d.prev[j] {
			if i, ok := b.m.cells[Cell{a, b.m.d.items[j].ID}]; ok {
				return b.m.Answers[i].Side, true
			}
		}
		return 0, false
	}
	if t.Kind != Said || len(t.Groups) == 0 {
		return 0, false
	}
	var found Answer
	ok := false
	for j := range b.m.d.items {
		it := &b.m.d.items[j]
		if it.Kind != Said || it.ID == t.ID || len(it.Groups) == 0 || it.Groups[0].Group != t.Groups[0].Group {
			continue
		}
		if i, has := b.m.cells[Cell{a, it.ID}]; has && (!ok || b.m.Answers[i].Date.Compare(found.Date) > 0) {
			found, ok = b.m.Answers[i], true
		}
	}
	return found.Side, ok
}

// lastVote turns the last answer into probabilities by what followed such
// answers in the data.
func (b *baselines) lastVote(a entente.ActorID, t *target) [3]float64 {
	base := b.base(t)
	last, ok := b.last(a, t)
	if !ok {
		return base
	}
	return shrink(b.moved[kindOfMove(t.Kind)][last], base, 2)
}

// all gives the probabilities of every method in the order of [Methods].
func (b *baselines) all(a entente.ActorID, t *target) [][3]float64 {
	f := b.m.forecast(a, t)
	return [][3]float64{f.P, b.base(t), b.bloc(a, t), b.nearest(a, t), b.lastVote(a, t)}
}
