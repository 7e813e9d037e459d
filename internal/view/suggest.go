package view

import (
	"entente"
	"entente/analysis/suggest"
)

func suggestionsOf(list []suggest.Suggestion) []Suggestion {
	out := []Suggestion{}
	for i, s := range list {
		v := Suggestion{Rule: s.Rule, Text: s.Text, Actors: orEmpty(s.Actors), Reasons: orEmpty(s.Reasons), Evidence: []Cited{}, WeakestAssumption: s.Assumption, Rank: i + 1, Score: s.Score}
		for _, e := range s.Evidence {
			v.Evidence = append(v.Evidence, Cited{e.What, e.Source, e.Pinpoint, e.Date.String(), string(e.Level)})
		}
		out = append(out, v)
	}
	return out
}

func recordsOf(list []*entente.SuggestionRecord) []SuggestionLog {
	out := []SuggestionLog{}
	for _, s := range list {
		out = append(out, SuggestionLog{
			ID: s.ID, Rule: s.Rule, Text: s.Text, Date: s.Date.String(), Source: s.Source, Pinpoint: s.Pinpoint,
			Status: s.Status, StatusDate: s.StatusDate.String(), Proof: s.Proof, ProofPin: s.ProofPin,
		})
	}
	return out
}
