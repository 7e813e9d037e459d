// Package suggest turns the findings of a comparison into next steps, each
// with its reasons, the evidence, the weakest assumption and the rule that
// fired.
//
// A rule is a plain function in the list [Rules]; to add one, write it in its
// own file and add a line to the list. Nothing here is a prediction: a
// suggestion says what the record would bear, not what an actor wants.
package suggest

import (
	"sort"

	"entente"
	"entente/analysis/compare"
)

// Suggestion is a proposed next step.
type Suggestion struct {
	Rule       string // name of the rule that fired
	Text       string
	Actors     []entente.ActorID // who would act
	Reasons    []string
	Evidence   []Cited
	Assumption string // the weakest one
	Score      int    // see [Score]
}

// Cited is a record that a suggestion rests on.
type Cited struct {
	What     string // what the record shows, in words
	Actor    entente.ActorID
	Source   entente.SourceID
	Pinpoint string
	Date     entente.Date
	Level    entente.Level
}

// Rule is one way in which findings lead to a next step.
type Rule struct {
	Name string
	Doc  string // when it fires and what it proposes, in one sentence
	find func(*finder) []Suggestion
}

// Rules lists every rule; among equal scores the earlier comes first.
var Rules = []Rule{
	{"clarify-open-question", "A question on which the actors differ, on which several are reserved, or which a source names as open: clarify it.", clarify},
	{"publish-view", "One has stated a view and the other is silent: publish a view.", publish},
	{"share-assessments", "There is a bilateral format: use it to exchange the legal views that one side has and the other has not published.", shareAssessments},
	{"state-openly", "A shared position follows, for at least one side, only from acts: state it openly.", stateOpenly},
	{"join-instrument", "An actor affirms what an instrument stands for and is not on record in it, while another is: join it.", joinInstrument},
	{"speak-in-region", "Each belongs to a regional body in which the other does not sit: speak there for what both agree on.", speakInRegion},
	{"exchange-incidents", "Both have named or suffered the same attacker, or attackers of the same kind: exchange experience.", exchangeIncidents},
	{"joint-training", "Both hold that international law applies and both run training or capacity building: train officials of third states together.", jointTraining},
	{"pair-projects", "Each runs an activity in the same part of the field for others: pair them.", pairProjects},
	{"bring-in", "One sits in a body that also takes outsiders in, the other does not sit in it fully: bring it in, or closer.", bringIn},
	{"repeat-joint-act", "Both joined a statement or proposal: repeat it on a new case.", repeatAct},
	{"common-position", "The members of a bloc stand on one side or are silent: take a common position.", commonPosition},
}

// Result is what the rules found, best first, and what was suggested before.
type Result struct {
	Suggestions []Suggestion
	Records     []*entente.SuggestionRecord
}

// For applies every rule to a comparison.
func For(c *entente.Corpus, r *compare.Report) Result {
	f := &finder{c: c, r: r}
	var out []Suggestion
	for _, rule := range Rules {
		for _, s := range rule.find(f) {
			s.Rule = rule.Name
			s.Score = Score(&s)
			out = append(out, s)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Score > out[j].Score })
	return Result{out, f.records()}
}

// Score ranks a suggestion: 100 for every actor on whose own acts or words it
// rests, plus two for each primary and one for each secondary record, at most
// 99. So what rests on all sides comes before what rests on one, and the better
// evidenced before the thinner.
func Score(s *Suggestion) int {
	actors := map[entente.ActorID]bool{}
	records := 0
	for _, e := range s.Evidence {
		if e.Actor != "" {
			actors[e.Actor] = true
		}
		switch e.Level {
		case entente.Primary:
			records += 2
		case entente.Secondary:
			records++
		}
	}
	return 100*len(actors) + min(records, 99)
}

// records lists what was suggested to these actors before, as it stood on the
// as-of date: a status that came later is not known yet then.
func (f *finder) records() []*entente.SuggestionRecord {
	var out []*entente.SuggestionRecord
	for i := range f.c.Suggestions {
		s := f.c.Suggestions[i]
		if !s.Date.By(f.r.AsOf) || !f.allIn(s.Actors) {
			continue
		}
		if !s.StatusDate.By(f.r.AsOf) {
			s.Status, s.StatusDate, s.Proof, s.ProofPin = "open", entente.Date{}, "", ""
		}
		out = append(out, &s)
	}
	return out
}

func (f *finder) allIn(ids []entente.ActorID) bool {
	for _, id := range ids {
		found := false
		for _, a := range f.r.Actors {
			found = found || a.ID == id
		}
		if !found {
			return false
		}
	}
	return len(ids) > 0
}
