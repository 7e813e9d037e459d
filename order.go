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
	sortBy(r.Actors, func(x *Actor) parts { return parts{string(x.ID)} })
	sortBy(r.Memberships, func(x *Membership) parts {
		return parts{string(x.Actor), string(x.Body), x.Role, string(x.Source), x.Span.From.String(), x.Span.To.String()}
	})
	sortBy(r.Sources, func(x *Source) parts { return parts{string(x.ID)} })
	sortBy(r.Instruments, func(x *Instrument) parts { return parts{string(x.ID)} })
	sortBy(r.Participations, func(x *Participation) parts {
		return parts{string(x.Instrument), string(x.Actor), string(x.Role), string(x.Source), x.Date.String()}
	})
	sortBy(r.RollCalls, func(x *RollCall) parts { return parts{x.ID} })
	sortBy(r.Votes, func(x *Vote) parts { return parts{x.RollCall, string(x.Actor)} })
	sortBy(r.Propositions, func(x *Proposition) parts { return parts{string(x.ID)} })
	sortBy(r.Implications, func(x *Implication) parts { return parts{string(x.Instrument), string(x.Proposition)} })
	sortBy(r.Statements, func(x *Statement) parts { return parts{x.ID} })
	sortBy(r.Coverages, func(x *Coverage) parts { return parts{x.ID} })
	sortBy(r.Projects, func(x *Project) parts { return parts{x.ID} })
	sortBy(r.Incidents, func(x *Incident) parts { return parts{x.ID} })
	sortBy(r.Attributions, func(x *Attribution) parts { return parts{x.ID} })
	sortBy(r.Suggestions, func(x *SuggestionRecord) parts { return parts{x.ID} })
	sortBy(r.Facts, func(x *SourceFact) parts { return parts{x.ID} })
	sortBy(r.Quotations, func(x *Quotation) parts { return parts{x.Statement, number(x.Start)} })
	sortBy(r.Codebooks, func(x *CodebookEntry) parts { return parts{string(x.Proposition), number(x.Version)} })
	sortBy(r.Challenges, func(x *Challenge) parts { return parts{x.ID} })
}

// parts is a key of up to six columns; those that a table does not have are
// empty.
type parts [6]string

// sortBy sorts a table by its key; equal rows stay in their order. A table that
// is in order already, as every table of a corpus on disk is, costs one pass; one
// with a few rows behind it (as a workbench adds them) little more.
func sortBy[T any](list []T, key func(*T) parts) {
	less := func(a, b *T) int {
		ka, kb := key(a), key(b)
		return slices.Compare(ka[:], kb[:])
	}
	run := 1 // the length of what is in order from the start
	for run < len(list) && less(&list[run-1], &list[run]) <= 0 {
		run++
	}
	switch {
	case run >= len(list):
		return
	case run < len(list)/2:
		sortAll(list, key)
		return
	}
	sortBy(list[run:], key)
	// Merge from behind, so that only the rows behind need room elsewhere.
	behind := slices.Clone(list[run:])
	for i, j, k := run-1, len(behind)-1, len(list)-1; j >= 0; k-- {
		if i >= 0 && less(&list[i], &behind[j]) > 0 {
			list[k] = list[i]
			i--
		} else {
			list[k] = behind[j]
			j--
		}
	}
}

func sortAll[T any](list []T, key func(*T) parts) {
	type keyed struct {
		key parts
		at  int
	}
	keys := make([]keyed, len(list))
	for i := range list {
		keys[i] = keyed{key(&list[i]), i}
	}
	slices.SortFunc(keys, func(a, b keyed) int {
		return cmp.Or(slices.Compare(a.key[:], b.key[:]), cmp.Compare(a.at, b.at))
	})
	sorted := make([]T, len(list))
	for i, k := range keys {
		sorted[i] = list[k.at]
	}
	copy(list, sorted)
}

// number writes a whole number so that text order is number order.
func number(n int) string { return fmt.Sprintf("%010d", n) }
