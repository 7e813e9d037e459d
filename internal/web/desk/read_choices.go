package desk

import (
	"cmp"
	"slices"
	"strings"

	"entente"
	"entente/internal/archive"
	"entente/internal/datapackage"
	"entente/internal/store"
	"entente/internal/view"
	"entente/internal/workbench"
)

// Suggestion is one line of a datalist: what the field takes and what it says.
type Suggestion struct{ Value, Word string }

// maxSuggestions bounds a datalist; behind it a field takes what is typed.
const maxSuggestions = 3000

// choices are the actors, propositions and instruments that a coding may name:
// what is published, and drafts that are not published yet.
type choices struct {
	Actors, Propositions, Instruments []Suggestion

	corpus *entente.Corpus
	drafts entente.Records
	labels map[entente.ActorID]string // what the field of an actor has
}

// choices gathers them. Names are read from the published corpus, which is in
// memory; only drafts are asked from the store.
func (c *Call) choices() (*choices, error) {
	out := &choices{corpus: c.corpus()}
	list, _, err := c.Desk.Bench.List(c.Context(), c.User, store.Query{
		Kinds: []string{workbench.KindActor, workbench.KindProposition, workbench.KindInstrument}, States: []store.State{store.Draft, store.InReview},
	})
	if err != nil {
		return nil, err
	}
	for i := range list {
		if err := readRow(&out.drafts, &list[i]); err != nil {
			continue // an unfinished draft has no name to choose it by
		}
	}
	actors := slices.Concat(out.corpus.Actors, out.drafts.Actors)
	out.labels = labelsOf(actors)
	for _, a := range actors {
		if a.Kind == entente.State || a.Kind == entente.Bloc || len(out.corpus.StatementsBy(a.ID)) > 0 || out.corpus.Actor(a.ID) == nil {
			out.Actors = append(out.Actors, Suggestion{out.labels[a.ID], string(a.ID)})
		}
	}
	for _, p := range slices.Concat(out.corpus.Propositions, out.drafts.Propositions) {
		out.Propositions = append(out.Propositions, Suggestion{string(p.ID), p.Statement})
	}
	for _, in := range slices.Concat(out.corpus.Instruments, out.drafts.Instruments) {
		out.Instruments = append(out.Instruments, Suggestion{string(in.ID), in.Title})
	}
	for _, at := range []*[]Suggestion{&out.Actors, &out.Propositions, &out.Instruments} {
		slices.SortFunc(*at, func(a, b Suggestion) int {
			return cmp.Or(strings.Compare(a.Value, b.Value), strings.Compare(a.Word, b.Word))
		})
		*at = slices.CompactFunc(*at, func(a, b Suggestion) bool { return a.Value == b.Value && a.Word == b.Word })
		if len(*at) > maxSuggestions {
			*at = (*at)[:maxSuggestions]
		}
	}
	return out, nil
}

// labelsOf gives what stands for each actor in a field: its name, or its id where
// the name is also another's name, id or code.
func labelsOf(list []entente.Actor) map[entente.ActorID]string {
	owner := map[string]entente.ActorID{}
	const several = "*"
	for i := range list {
		a := &list[i]
		for _, w := range []string{string(a.ID), a.ISO2, a.ISO3, archive.Fold(a.Name)} {
			if w = strings.ToLower(w); w == "" {
				continue
			}
			if of, taken := owner[w]; taken && of != a.ID {
				owner[w] = several
			} else {
				owner[w] = a.ID
			}
		}
	}
	out := make(map[entente.ActorID]string, len(list))
	for i := range list {
		a := &list[i]
		if out[a.ID] = a.Name; a.Name == "" || owner[archive.Fold(a.Name)] != a.ID {
			out[a.ID] = string(a.ID)
		}
	}
	return out
}

// label is what stands for an actor in a field.
func (x *choices) label(id entente.ActorID) string {
	if s := x.labels[id]; s != "" {
		return s
	}
	return string(id)
}

// readRow reads a version of a row of the corpus into records.
func readRow(r *entente.Records, v *store.Version) error {
	row, err := store.DecodeRow(v.Kind, v.Body)
	if err != nil {
		return err
	}
	read, _ := datapackage.Reader(v.Kind)
	if read == nil {
		return &entente.Error{Kind: entente.Internal, Op: "read record", Place: v.String(), Msg: "it is no row of a table"}
	}
	return read(r, row.Cells)
}

// actor finds who is meant by an id, a code or a name.
func (x *choices) actor(word string) (entente.ActorID, bool) {
	if word == "" {
		return "", false
	}
	key := archive.Fold(word)
	for i := range x.drafts.Actors {
		if a := &x.drafts.Actors[i]; string(a.ID) == word || key != "" && archive.Fold(a.Name) == key {
			return a.ID, true
		}
	}
	id, err := view.Resolve(x.corpus, word)
	return id, err == nil
}

// proposition finds what is meant by an id or by the words of a proposition.
func (x *choices) proposition(word string) (entente.PropositionID, bool) {
	key := archive.Fold(word)
	for _, list := range [][]entente.Proposition{x.corpus.Propositions, x.drafts.Propositions} {
		for i := range list {
			if p := &list[i]; strings.EqualFold(string(p.ID), word) || key != "" && archive.Fold(p.Statement) == key {
				return p.ID, true
			}
		}
	}
	return "", false
}

// instrument finds what is meant by an id, a document symbol or a title.
func (x *choices) instrument(word string) (entente.InstrumentID, bool) {
	for i := range x.drafts.Instruments {
		if in := &x.drafts.Instruments[i]; string(in.ID) == word {
			return in.ID, true
		}
	}
	id, err := view.ResolveInstrument(x.corpus, word)
	return id, err == nil
}

// words are those of a proposition, or its id.
func (x *choices) words(id entente.PropositionID) string {
	if p := x.corpus.Proposition(id); p != nil {
		return p.Statement
	}
	for i := range x.drafts.Propositions {
		if x.drafts.Propositions[i].ID == id {
			return x.drafts.Propositions[i].Statement
		}
	}
	return string(id)
}

// name is that of an actor, or its id.
func (x *choices) name(id entente.ActorID) string {
	if a := x.corpus.Actor(id); a != nil {
		return a.Name
	}
	for i := range x.drafts.Actors {
		if x.drafts.Actors[i].ID == id {
			return x.drafts.Actors[i].Name
		}
	}
	return string(id)
}

// source reads a source by its latest version, also one that is a draft.
func (c *Call) source(id entente.SourceID) (*entente.Source, error) {
	v, err := c.Desk.Bench.Record(c.Context(), c.User, store.Key{Kind: workbench.KindSource, ID: string(id)})
	if err != nil {
		return nil, err
	}
	var r entente.Records
	if err := readRow(&r, v); err != nil || len(r.Sources) != 1 {
		return &entente.Source{ID: id, Title: Cells(v.Body)["title"]}, nil // an unfinished draft
	}
	return &r.Sources[0], nil
}
