package view

import (
	"strings"

	"entente"
	"entente/analysis/compare"
	"entente/analysis/suggest"
)

// SuggestSchema names the shape of [Suggest].
const SuggestSchema = "entente.suggest/1"

// Suggest lists next steps for two or more actors, best first, and what became
// of earlier suggestions.
type Suggest struct {
	Head
	Actors      []Actor         `json:"actors"`
	Suggestions []Suggestion    `json:"suggestions"`
	Records     []SuggestionLog `json:"suggestion_records"`
}

// Suggest makes the view of suggestions for the actors.
func (b Builder) Suggest(ids []entente.ActorID, o compare.Options) (*Page, error) {
	r, err := compare.Compare(b.Corpus, ids, o)
	if err != nil {
		return nil, err
	}
	found := suggest.For(b.Corpus, r)
	v := &Suggest{Head: b.head(SuggestSchema, o), Actors: actorsOf(r.Actors), Suggestions: suggestionsOf(found.Suggestions), Records: recordsOf(found.Records)}
	used := sourceSet{}
	for _, s := range v.Suggestions {
		for _, e := range s.Evidence {
			used.add(e.Source)
		}
	}
	for _, s := range v.Records {
		used.add(s.Source, s.Proof)
	}
	return &Page{Title: "What next: " + compareTitle(r), Data: v, Table: v.table(), Sources: used.list()}, nil
}

// table is one row per suggestion and cited record.
func (v *Suggest) table() Table {
	t := Table{Name: "suggest", Header: []string{"rank", "score", "rule", "text", "actors", "reasons", "weakest_assumption", "what", "date", "source", "pinpoint", "verification"}}
	for _, s := range v.Suggestions {
		head := []string{itoa(s.Rank), itoa(s.Score), s.Rule, s.Text, strings.Join(wordsOf(s.Actors), ";"), strings.Join(s.Reasons, "; "), s.WeakestAssumption}
		if len(s.Evidence) == 0 {
			t.Rows = append(t.Rows, append(head, "", "", "", "", ""))
		}
		for _, e := range s.Evidence {
			t.Rows = append(t.Rows, append(append([]string(nil), head...), e.What, e.Date, string(e.Source), e.Pinpoint, e.Level))
		}
	}
	return t
}
