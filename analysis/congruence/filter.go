package congruence

import (
	"math"
	"slices"
	"sort"

	"entente"
)

// Counts says what became of the events. Read is the sum of all others.
type Counts struct {
	Read       int // in the list
	Incomplete int // actor, concept or qualifier missing
	Undated    int // without a date, where a date range or a window asks for one
	Outside    int // outside the date range, or not certainly inside it
	Filtered   int // by Include and Exclude
	Duplicates int // dropped by the duplicate rule
	Infrequent int // by MinActor and MinConcept
	Used       int // in the network
}

// maxLevels bounds the table of pairs of levels.
const maxLevels = 2000

// levels maps the qualifiers to level numbers in ascending order of value, and
// gives the values and the width D of the scale. Only the listed events count
// for an integer scale whose bounds are not given.
func levels(ev *Events, list []int32) (level []int32, values []float64, width float64, err error) {
	level = make([]int32, ev.Len())
	for _, e := range list {
		if err := ev.Scale.value(ev.Qualifier[e], int(e)); err != nil {
			return nil, nil, 0, err
		}
	}
	switch s := ev.Scale; s.Kind {
	case Integer:
		position := map[float64]int32{}
		for _, e := range list {
			q := ev.Qualifier[e] + 0 // turns a negative zero into zero
			if _, ok := position[q]; !ok {
				position[q] = 0
				values = append(values, q)
			}
		}
		if len(values) > maxLevels {
			return nil, nil, 0, bad("round the qualifier, or give it categories", "the qualifier has %d different values, more than %d", len(values), maxLevels)
		}
		sort.Float64s(values)
		for i, v := range values {
			position[v] = int32(i)
		}
		for _, e := range list {
			level[e] = position[ev.Qualifier[e]+0]
		}
		switch {
		case s.bounded():
			width = s.Max - s.Min
		case len(values) > 0:
			width = values[len(values)-1] - values[0]
		}
	default:
		low, count := 0.0, 2
		switch s.Kind {
		case Ordinal:
			low, count = s.Min, int(s.Max-s.Min)+1
		case Nominal:
			count = len(s.Categories)
		}
		for i := range count {
			values = append(values, low+float64(i))
		}
		for _, e := range list {
			level[e] = int32(ev.Qualifier[e] - low)
		}
		width = float64(count - 1)
	}
	return level, values, width, nil
}

// complete lists the events with actor, concept and qualifier.
func complete(ev *Events, c *Counts) []int32 {
	c.Read = ev.Len()
	list := make([]int32, 0, ev.Len())
	for e := range ev.Len() {
		if ev.Actor[e] < 0 || ev.Concept[e] < 0 || math.IsNaN(ev.Qualifier[e]) {
			c.Incomplete++
			continue
		}
		list = append(list, int32(e))
	}
	return list
}

// within keeps the events whose date certainly lies in the range.
func within(ev *Events, from, to entente.Date, list []int32, c *Counts) []int32 {
	if from.IsZero() && to.IsZero() {
		return list
	}
	low, high := int32(math.MinInt32), int32(math.MaxInt32)
	if !from.IsZero() {
		low, _ = DateOf(from.First())
	}
	if !to.IsZero() {
		high, _ = DateOf(to.Last())
	}
	kept := list[:0]
	for _, e := range list {
		switch first, last, dated := ev.span(e); {
		case !dated:
			c.Undated++
		case first < low || last > high:
			c.Outside++
		default:
			kept = append(kept, e)
		}
	}
	return kept
}

// span is the first and last day of an event's date.
func (ev *Events) span(e int32) (first, last int32, dated bool) {
	switch {
	case ev.Day == nil:
		return 0, 0, false
	case ev.Precision == nil || ev.Precision[e] == ExactDay:
		return ev.Day[e], ev.Day[e], true
	case ev.Precision[e] == Undated:
		return 0, 0, false
	}
	first, last = span(ev.Day[e], ev.Precision[e])
	return first, last, true
}

// marks tells per code whether a filter lists it; nil when it lists nothing.
func marks(what string, names, listed []string) ([]bool, error) {
	if len(listed) == 0 {
		return nil, nil
	}
	code := make(map[string]int, len(names))
	for i, name := range names {
		code[name] = i
	}
	m := make([]bool, len(names))
	for _, name := range listed {
		i, ok := code[name]
		if !ok {
			return nil, bad("check the spelling", "the filter names the %s %q, which does not occur", what, name)
		}
		m[i] = true
	}
	return m, nil
}

// sieve is a Filter looked up in the events.
type sieve struct {
	actor, concept, document []bool
	level                    []float64
}

func newSieve(ev *Events, f Filter) (s sieve, err error) {
	if s.actor, err = marks("actor", ev.Actors, f.Actors); err != nil {
		return s, err
	}
	if s.concept, err = marks("concept", ev.Concepts, f.Concepts); err != nil {
		return s, err
	}
	if len(f.Documents) > 0 && ev.Document == nil {
		return s, bad("give the documents", "the filter names documents, but the events have none")
	}
	if s.document, err = marks("document", ev.Documents, f.Documents); err != nil {
		return s, err
	}
	for _, q := range f.Levels {
		if err := ev.Scale.value(q, -1); err != nil || math.IsNaN(q) {
			return s, bad("list levels of the scale", "the filter names the level %v, which is not on the scale", q)
		}
	}
	s.level = f.Levels
	return s, nil
}

// hits reports, for an event, whether any listed variable has a listed value,
// and whether all listed variables have.
func (s *sieve) hits(ev *Events, e int32) (some, all bool) {
	all = true
	note := func(hit bool) { some, all = some || hit, all && hit }
	if s.actor != nil {
		note(s.actor[ev.Actor[e]])
	}
	if s.concept != nil {
		note(s.concept[ev.Concept[e]])
	}
	if s.document != nil {
		d := ev.Document[e]
		note(d >= 0 && int(d) < len(s.document) && s.document[d])
	}
	if len(s.level) > 0 {
		note(slices.Contains(s.level, ev.Qualifier[e]))
	}
	return some, all
}

// sift applies Include and Exclude.
func sift(ev *Events, o Options, list []int32, c *Counts) ([]int32, error) {
	include, err := newSieve(ev, o.Include)
	if err != nil {
		return nil, err
	}
	exclude, err := newSieve(ev, o.Exclude)
	if err != nil {
		return nil, err
	}
	kept := list[:0]
	for _, e := range list {
		_, all := include.hits(ev, e)
		some, _ := exclude.hits(ev, e)
		if !all || some {
			c.Filtered++
			continue
		}
		kept = append(kept, e)
	}
	return kept, nil
}
