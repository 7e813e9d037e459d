package congruence

import (
	"math"
	"slices"
	"strings"

	"entente"
)

// Mode says what the nodes are.
type Mode string

// The modes: actors with actors, or actors with concepts.
const (
	OneMode Mode = "one"
	TwoMode Mode = "two"
)

// Kind says what an edge measures; see the package comment for one-mode.
//
// Two-mode networks know ignore (number of events), subtract (binary: yes minus
// no; integer and ordinal: sum of the values) and combine, a code for the set
// of levels used: the sum of 2^(K-1-p) over the levels present, where p is the
// position of the level in ascending order. Binary: 1 yes only, 2 no only, 3
// both.
type Kind string

// The kinds.
const (
	Ignore     Kind = "ignore"
	Congruence Kind = "congruence"
	Conflict   Kind = "conflict"
	Subtract   Kind = "subtract"
	Combine    Kind = "combine"
)

// Norm says what a weight w is divided by; where the divisor is 0 the result is 0.
//
// One-mode:
//
//	average  (n[i] + n[i']) / 2
//	jaccard  sum_j sum_k ([x'=0] x + [x=0] x' + x x'), x = x[i,j,k], x' = x[i',j,k]
//	cosine   sqrt(w[i,i] w[i',i']), the cosine in the space in which w is the
//	         inner product; for congruence on a binary or nominal scale the plain
//	         cosine of the two count vectors. Conflict, and subtract on a nominal
//	         scale, are no inner products: they are divided by the lengths of ignore.
//
// Two-mode:
//
//	activity    n[i], the row's number of events
//	prominence  the column's number of events
type Norm string

// The normalisations.
const (
	NoNorm     Norm = "none"
	Average    Norm = "average"
	Jaccard    Norm = "jaccard"
	Cosine     Norm = "cosine"
	Activity   Norm = "activity"
	Prominence Norm = "prominence"
)

// Duplicates says which of several equal events (same actor, concept and, unless
// the kind is ignore, level) count once: the first by date, document and place
// in the list is kept.
//
// Only what is known to be a duplicate goes: an event without document is never
// one under "document"; an event dated only 2014 is never one under "month".
type Duplicates string

// The duplicate rules. A week is an ISO 8601 week of one year, a month a month
// of one year.
const (
	KeepAll     Duplicates = "all"
	PerDocument Duplicates = "document"
	PerWeek     Duplicates = "week"
	PerMonth    Duplicates = "month"
	PerYear     Duplicates = "year"
	PerRange    Duplicates = "range"
)

// Filter lists values per variable; an empty list does not look at the variable.
type Filter struct {
	Actors, Concepts, Documents []string
	Levels                      []float64
}

// Options are the settings of a network. Every one of the first four must be
// set; [Default] is a starting point.
type Options struct {
	Mode       Mode
	Kind       Kind
	Norm       Norm
	Duplicates Duplicates

	// From and To bound the dates, both ends inclusive; zero is open. With a
	// bound, an event counts only when the whole span of its date lies inside.
	From, To entente.Date

	// Include keeps an event only when each listed variable has a listed value;
	// Exclude drops it when any listed variable has a listed value. A name that
	// does not occur in Events is an error.
	Include, Exclude Filter

	// MinActor and MinConcept drop actors and concepts with fewer events, counted
	// once, after duplicates have gone.
	MinActor, MinConcept int

	// MinWeight sets edges with a smaller absolute weight to zero; MinShared
	// those (one-mode) whose actors share fewer concepts.
	MinWeight float64
	MinShared int

	// Isolates keeps the actors and concepts that have no event left.
	Isolates bool

	// Compat gives three results as the Discourse Network Analyzer 3.1 gives
	// them, to compare with published figures: "cosine" divides by n[i] n[i'];
	// weeks and months are compared without their year; and on a nominal scale
	// conflict counts a level that only one of the two used, silence included,
	// while two-mode subtract equals ignore.
	Compat bool
}

// Default is the congruence network of actors, one event per document.
func Default() Options {
	return Options{Mode: OneMode, Kind: Congruence, Norm: NoNorm, Duplicates: PerDocument}
}

var (
	kinds = map[Mode][]Kind{
		OneMode: {Ignore, Congruence, Conflict, Subtract},
		TwoMode: {Ignore, Subtract, Combine},
	}
	norms = map[Mode][]Norm{
		OneMode: {NoNorm, Average, Jaccard, Cosine},
		TwoMode: {NoNorm, Activity, Prominence},
	}
	duplicates = []Duplicates{KeepAll, PerDocument, PerWeek, PerMonth, PerYear, PerRange}
)

// Check reports the first setting that is not allowed, and what is.
func (o Options) Check() error {
	if err := oneOf("mode", o.Mode, []Mode{OneMode, TwoMode}); err != nil {
		return err
	}
	if err := oneOf("kind of a "+string(o.Mode)+"-mode network", o.Kind, kinds[o.Mode]); err != nil {
		return err
	}
	if err := oneOf("normalisation of a "+string(o.Mode)+"-mode network", o.Norm, norms[o.Mode]); err != nil {
		return err
	}
	if err := oneOf("duplicate rule", o.Duplicates, duplicates); err != nil {
		return err
	}
	switch {
	case !o.From.IsZero() && !o.To.IsZero() && !o.From.First().By(o.To):
		return bad("give an earlier start or a later end", "the date range starts on %s, after its end %s", o.From, o.To)
	case math.IsNaN(o.MinWeight) || o.MinWeight < 0:
		return bad("write 0 or more", "a smallest weight of %v", o.MinWeight)
	case o.MinActor < 0 || o.MinConcept < 0 || o.MinShared < 0:
		return bad("write 0 or more", "a smallest number below zero")
	case o.MinShared > 0 && o.Mode == TwoMode:
		return bad("leave it at 0", "shared concepts are counted in a one-mode network only")
	}
	return nil
}

// fits reports whether the options can be used on the events.
func (o Options) fits(ev *Events) error {
	dated := o.Duplicates == PerWeek || o.Duplicates == PerMonth || o.Duplicates == PerYear
	switch {
	case o.Duplicates == PerDocument && ev.Document == nil:
		return bad("name the documents, or choose another rule", "duplicates per document, but the events have no documents")
	case dated && ev.Day == nil:
		return bad("give dates, or choose all, document or range", "duplicates per %s, but the events have no dates", o.Duplicates)
	case (!o.From.IsZero() || !o.To.IsZero()) && ev.Day == nil:
		return bad("give dates, or no date range", "a date range, but the events have no dates")
	case o.Mode == TwoMode && o.Kind == Subtract && ev.Scale.Kind == Nominal && !o.Compat:
		return bad("choose ignore or combine", "categories without order cannot be subtracted")
	}
	return nil
}

func oneOf[T ~string](what string, got T, allowed []T) error {
	if slices.Contains(allowed, got) {
		return nil
	}
	words := make([]string, len(allowed))
	for i, a := range allowed {
		words[i] = string(a)
	}
	return bad("write one of: "+strings.Join(words, ", "), "the %s cannot be %q", what, got)
}
