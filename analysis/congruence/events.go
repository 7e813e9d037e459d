package congruence

import (
	"fmt"
	"math"

	"entente"
)

// Events is a list of coded events in parallel arrays: one entry per event in
// Actor, Concept, Qualifier and, where given, Document, Day, Precision and ID.
type Events struct {
	// Actors and Concepts are the names; Actor and Concept point into them.
	// Names must differ. A code of -1 means "not known": the event is left out
	// and counted.
	Actors, Concepts []string
	Actor, Concept   []int32

	// Scale says what the numbers in Qualifier mean. NaN is a missing
	// qualifier: the event is left out and counted, whatever the kind, so that
	// ignore is always congruence + conflict.
	Scale     Scale
	Qualifier []float64

	// Document is the document of each event, any number from 0 up, -1 when not
	// known; nil when there are none. Documents are their names, needed only to
	// filter by name.
	Documents []string
	Document  []int32

	// Day is a day number (see [DayNumber]) within the span that Precision
	// names; nil when nothing is dated. Precision nil means exact days.
	Day       []int32
	Precision []Precision

	// ID is what [Network.EventIDs] reports; nil means the position, from 0.
	ID []string
}

// Len is the number of events.
func (ev *Events) Len() int { return len(ev.Actor) }

// Precision says how exactly the date of an event is known.
type Precision uint8

// The precisions. A month or year stands for its whole span.
const (
	ExactDay Precision = iota
	MonthOnly
	YearOnly
	Undated
)

// ScaleKind is the sort of qualifier.
type ScaleKind string

// The scales.
const (
	// Binary has the values 0 (no) and 1 (yes); D is 1.
	Binary ScaleKind = "binary"
	// Integer compares levels by their value; any finite numbers. D is the
	// difference of the largest and the smallest value among all complete events
	// in the date range, before value filters, unless Min and Max give it.
	Integer ScaleKind = "integer"
	// Ordinal has the whole numbers from Min to Max (-2 to 2 for stances); D is
	// Max - Min whatever the data hold.
	Ordinal ScaleKind = "ordinal"
	// Nominal has categories without order; the qualifier is a position in
	// Categories.
	Nominal ScaleKind = "nominal"
)

// Scale describes the qualifier.
type Scale struct {
	Kind ScaleKind
	// Min and Max bound an ordinal scale, and may bound an integer one; both
	// zero on an integer scale means "from the data".
	Min, Max float64
	// Categories name the values of a nominal scale.
	Categories []string
}

// Stances is the scale of Entente's five stances, -2 (rejects) to 2 (affirms).
func Stances() Scale { return Scale{Kind: Ordinal, Min: -2, Max: 2} }

func bad(hint, format string, args ...any) error {
	return &entente.Error{Kind: entente.Invalid, Op: "network", Msg: fmt.Sprintf(format, args...), Hint: hint}
}

// check looks for faults of shape and value that would make a result wrong.
func (ev *Events) check() error {
	n := len(ev.Actor)
	for _, a := range []struct {
		name     string
		size     int
		optional bool
	}{
		{"Concept", len(ev.Concept), false},
		{"Qualifier", len(ev.Qualifier), false},
		{"Document", len(ev.Document), ev.Document == nil},
		{"Day", len(ev.Day), ev.Day == nil},
		{"Precision", len(ev.Precision), ev.Precision == nil},
		{"ID", len(ev.ID), ev.ID == nil},
	} {
		if !a.optional && a.size != n {
			return bad("give every array one entry per event", "there are %d events, but %s has %d entries", n, a.name, a.size)
		}
	}
	if len(ev.Precision) > 0 && ev.Day == nil {
		return bad("give Day too, or leave Precision out", "there is a precision of dates, but there are no dates")
	}
	for _, list := range []struct {
		what  string
		names []string
	}{{"actor", ev.Actors}, {"concept", ev.Concepts}} {
		seen := make(map[string]bool, len(list.names))
		for _, name := range list.names {
			if seen[name] {
				return bad("give each name once", "the %s %q is listed twice", list.what, name)
			}
			seen[name] = true
		}
	}
	for e := range n {
		switch a, c := ev.Actor[e], ev.Concept[e]; {
		case a < -1 || int(a) >= len(ev.Actors):
			return bad("codes run from 0; -1 means not known", "event %d has the actor code %d, but there are %d actors", e, a, len(ev.Actors))
		case c < -1 || int(c) >= len(ev.Concepts):
			return bad("codes run from 0; -1 means not known", "event %d has the concept code %d, but there are %d concepts", e, c, len(ev.Concepts))
		case ev.Document != nil && ev.Document[e] < -1:
			return bad("codes run from 0; -1 means not known", "event %d has the document code %d", e, ev.Document[e])
		case ev.Precision != nil && ev.Precision[e] > Undated:
			return bad("use ExactDay, MonthOnly, YearOnly or Undated", "event %d has an unknown precision", e)
		}
	}
	return ev.Scale.check()
}

func (s Scale) check() error {
	switch s.Kind {
	case Binary, Nominal:
		if n := len(s.Categories); s.Kind == Nominal && (n == 0 || n > maxLevels) {
			return bad("list the categories that occur", "a nominal scale with %d categories", n)
		}
	case Integer:
		if !finite(s.Min) || !finite(s.Max) || s.Max < s.Min {
			return bad("leave both at zero to take them from the data", "an integer scale from %v to %v", s.Min, s.Max)
		}
	case Ordinal:
		if !whole(s.Min) || !whole(s.Max) || s.Max <= s.Min || s.Max-s.Min > 1000 {
			return bad("for stances write -2 to 2", "an ordinal scale from %v to %v", s.Min, s.Max)
		}
	default:
		return bad("write binary, integer, ordinal or nominal", "the scale %q is not known", s.Kind)
	}
	return nil
}

// value checks one qualifier that is not missing.
func (s Scale) value(q float64, event int) error {
	switch {
	case s.Kind == Binary && q != 0 && q != 1:
		return bad("write 0 or 1, or choose another scale", "event %d has the qualifier %v on a binary scale", event, q)
	case s.Kind == Ordinal && (!whole(q) || q < s.Min || q > s.Max),
		s.Kind == Integer && s.bounded() && (q < s.Min || q > s.Max):
		return bad("widen the scale or mend the event", "event %d has the qualifier %v on a scale from %v to %v", event, q, s.Min, s.Max)
	case s.Kind == Nominal && (!whole(q) || q < 0 || int(q) >= len(s.Categories)):
		return bad("a nominal qualifier is a position in the list of categories", "event %d has the qualifier %v, but there are %d categories", event, q, len(s.Categories))
	case !finite(q):
		return bad("leave it missing (NaN) or give a number", "event %d has an infinite qualifier", event)
	}
	return nil
}

func (s Scale) bounded() bool { return s.Min != 0 || s.Max != 0 }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func whole(v float64) bool { return finite(v) && v == math.Trunc(v) && math.Abs(v) < 1<<31 }
