package congruence

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// synthetic makes seeded random events; nothing in them is real. Documents are
// in order of date, five events each, and about one event in ten repeats an
// earlier one of its document.
func synthetic(seed uint64, events, actors, concepts int, scale Scale) *Events {
	rng := rand.New(rand.NewPCG(seed, 1))
	ev := &Events{Scale: scale}
	for i := range actors {
		ev.Actors = append(ev.Actors, fmt.Sprintf("actor %03d", i))
	}
	for i := range concepts {
		ev.Concepts = append(ev.Concepts, fmt.Sprintf("concept %05d", i))
	}
	start := DayNumber(2000, 1, 1)
	for e := range events {
		if e%5 != 0 && rng.IntN(8) == 0 { // a repetition
			ev.Actor = append(ev.Actor, ev.Actor[e-1])
			ev.Concept = append(ev.Concept, ev.Concept[e-1])
			ev.Qualifier = append(ev.Qualifier, ev.Qualifier[e-1])
		} else {
			q := float64(rng.IntN(2))
			switch scale.Kind {
			case Ordinal, Integer:
				q = scale.Min + float64(rng.IntN(int(scale.Max-scale.Min)+1))
			case Nominal:
				q = float64(rng.IntN(len(scale.Categories)))
			}
			ev.Actor = append(ev.Actor, int32(rng.IntN(actors)))
			ev.Concept = append(ev.Concept, int32(rng.IntN(concepts)))
			ev.Qualifier = append(ev.Qualifier, q)
		}
		ev.Document = append(ev.Document, int32(e/5))
		ev.Day = append(ev.Day, start+int32(e*7000/events))
	}
	return ev
}

var scales = []Scale{
	{Kind: Binary},
	{Kind: Integer, Min: -3, Max: 4},
	Stances(),
	{Kind: Nominal, Categories: []string{"a", "b", "c"}},
}

// near compares with a relative tolerance of 1e-9, the one of the reference.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b)) }
