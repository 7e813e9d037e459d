package entente

import (
	"cmp"
	"fmt"
	"slices"
)

// sort puts every table in the order of its primary key (as package
// datapackage writes them), so that the order in which records arrive never
// shows in a result.
func (r *Records) sort() {
	sortBy(r.Actors, func(x *Actor) []string { return []string{string(x.ID)} })
	sortBy(r.Memberships, func(x *Membership) []string {
		return []string{string(x.Actor), string(x.Body), x.Role, string(x.Source), x.Span.From.String(), x.Span.To.String()}
	})
	sortBy(r.Sources, func(x *Source) []string { return []string{string(x.ID)} })
	sortBy(r.Instruments, func(x *Instrument) []string { return []string{string(x.ID)} })
	sortBy(r.Participations, func(x *Participation) []string {
		return []string{string(x.Instrument), string(x.Actor), string(x.Role), string(x.Source), x.Date.String()}
	})
	sortBy(r.RollCalls, func(x *RollCall) []string { return []string{x.ID} })
	sortBy(r.Votes, func(x *Vote) []string { return []string{x.RollCall, string(x.Actor)} })
	sortBy(r.Propositions, func(x *Proposition) []string { return []string{string(x.ID)} })
	sortBy(r.Implications, func(x *Implication) []string { return []string{string(x.Instrument), string(x.Proposition)} })
	sortBy(r.Statements, func(x *Statement) []string { return []string{x.ID} })
	sortBy(r.Coverages, func(x *Coverage) []string { return []string{x.ID} })
	sortBy(r.Projects, func(x *Project) []string { return []string{x.ID} })
	sortBy(r.Incidents, func(x *Incident) []string { return []string{x.ID} })
	sortBy(r.Attributions, func(x *Attribution) []string { return []string{x.ID} })
	sortBy(r.Suggestions, func(x *SuggestionRecord) []string { return []string{x.ID} })
	sortBy(r.Facts, func(x *SourceFact) []string { return []string{x.ID} })
	sortBy(r.Quotations, func(x *Quotation) []string { return []string{x.Statement, number(x.Start)} })
	sortBy(r.Codebooks, func(x *CodebookEntry) []string { return []string{string(x.Proposition), number(x.Version)} })
	sortBy(r.Challenges, func(x *Challenge) []string { return []string{x.ID} })
}

// sortBy sorts a table by its key; a table that is in order already, as every
// table of a corpus on disk is, costs one pass.
func sortBy[T any](list []T, key func(*T) []string) {
	type keyed struct {
		key []string
		at  int
	}
	keys := make([]keyed, len(list))
	for i := range list {
		keys[i] = keyed{key(&list[i]), i}
	}
	less := func(a, b keyed) int { return cmp.Or(slices.Compare(a.key, b.key), cmp.Compare(a.at, b.at)) }
	if slices.IsSortedFunc(keys, less) {
		return
	}
	slices.SortFunc(keys, less)
	sorted := make([]T, len(list))
	for i, k := range keys {
		sorted[i] = list[k.at]
	}
	copy(list, sorted)
}

// number writes a whole number so that text order is number order.
func number(n int) string { return fmt.Sprintf("%010d", n) }
