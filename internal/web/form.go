package web

import (
	"fmt"
	"slices"

	"entente"
	"entente/internal/view"
)

// compareForm is the form from which a comparison starts.
type compareForm struct {
	Fields     []actorField
	Actors     []view.Actor // what the fields suggest
	FilterForm filterForm
}

type actorField struct{ ID, Label, Value string }

// filterForm is the part of a form that chooses what counts.
type filterForm struct {
	Dated      bool // the page has an as-of date
	ActsOnly   bool // positions play no part
	Stored     bool // the corpus has a past
	KnownAt    string
	AsOf       string
	Released   string
	Issues     []choice // empty leaves pillars and issues out
	MoreIssues []string // of an address with several issues
	Pillars    []choice
	NoBloc     bool
	NoImplied  bool
	Unverified bool
}

type choice struct {
	Value, Word string
	On          bool
}

// compareForm fills the form with the actors of a request and at least two empty
// fields' worth of room: spare is how many more there are.
func (s *site) compareForm(r *request, names []string, spare int) compareForm {
	f := compareForm{Actors: s.choosable(), FilterForm: s.filterForm(r, true)}
	count := max(len(names)+spare, 2)
	for i := range count {
		value := ""
		if i < len(names) {
			value = names[i]
		}
		f.Fields = append(f.Fields, actorField{fmt.Sprintf("actor-%d", i+1), r.t.T("form.actor", "n", i+1), value})
	}
	return f
}

func (s *site) filterForm(r *request, wide bool) filterForm {
	o := r.options
	f := filterForm{Dated: true, Stored: s.stored, KnownAt: r.canon.Get("known_at"), AsOf: o.AsOf.String(), Released: s.corpus.Info.Released.String(), NoBloc: o.NoBloc, NoImplied: o.NoImplied, Unverified: o.Unverified}
	if !wide {
		return f
	}
	for _, is := range s.issues() {
		f.Issues = append(f.Issues, choice{is, is, len(o.Issues) > 0 && o.Issues[0] == is})
	}
	if len(o.Issues) > 1 {
		f.MoreIssues = o.Issues[1:]
	}
	for _, p := range entente.Pillars {
		f.Pillars = append(f.Pillars, choice{string(p), r.t.Label("pillar", string(p)), slices.Contains(o.Pillars, p)})
	}
	return f
}

// choosable lists the actors that a field suggests: states and blocs, and
// everyone else that has spoken.
func (s *site) choosable() []view.Actor {
	var out []view.Actor
	for i := range s.corpus.Actors {
		a := &s.corpus.Actors[i]
		if a.Kind == entente.State || a.Kind == entente.Bloc || len(s.corpus.StatementsBy(a.ID)) > 0 {
			out = append(out, view.Actor{ID: a.ID, Name: a.Name, Kind: string(a.Kind), ISO3: a.ISO3})
		}
	}
	slices.SortFunc(out, func(a, b view.Actor) int {
		switch {
		case a.Name < b.Name:
			return -1
		case a.Name > b.Name:
			return 1
		}
		return 0
	})
	return out
}
