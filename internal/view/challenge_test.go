package view

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/analysis/compare"
)

// disputedCorpus is the default corpus with a challenge to one statement that
// decides, to one act and to one vote, an answered one, and a quotation.
func disputedCorpus(t *testing.T) (Builder, *entente.Statement) {
	t.Helper()
	b := builder(t)
	page, err := b.Compare([]entente.ActorID{"est", "jpn"}, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	id := ""
	for _, row := range page.Data.(*Compare).Propositions {
		p := row.Positions["est"]
		if e := p.deciding(); e.Kind == "statement" && e.Actor == "est" {
			id = e.ID
			break
		}
	}
	r := b.Corpus.Records
	var st *entente.Statement
	for i := range r.Statements {
		if r.Statements[i].ID == id {
			st = &r.Statements[i]
		}
	}
	if st == nil {
		t.Fatal("no statement decides")
	}
	r.Challenges = []entente.Challenge{
		{ID: "c-1", Record: "statements:" + id, Text: "It quotes another state.", By: "reader", Date: entente.Day(2026, 11, 25), Status: entente.ChallengeOpen},
		{ID: "c-2", Record: "statements:" + id, Text: "Answered before.", By: "reader", Date: entente.Day(2026, 11, 1), Status: entente.ChallengeAnswered},
		{ID: "c-3", Record: "propositions:" + string(st.Proposition), Text: "Two questions in one.", By: "reader", Date: entente.Day(2026, 11, 25), Status: entente.ChallengeOpen},
	}
	r.Quotations = []entente.Quotation{{Statement: id, Source: st.Source, Paragraph: 7, Start: 3, End: 12, Exact: "the words", Prefix: "before ", Suffix: " after"}}
	return Builder{Corpus: entente.NewCorpus(b.Corpus.Info, r)}, st
}

// TestChallengesStandBesideTheFigure: the challenge and the passage are in the
// evidence of every view that uses the record, and the headline counts them.
func TestChallengesStandBesideTheFigure(t *testing.T) {
	b, st := disputedCorpus(t)
	want := []Challenge{{"c-1", "It quotes another state.", "reader", "2026-11-25"}}
	quoted := []Quotation{{Text: "the words", Lang: b.Corpus.Source(st.Source).Lang, Paragraph: 7}}
	check := func(what string, list []Evidence) {
		t.Helper()
		for _, e := range list {
			if e.ID != st.ID {
				if len(e.Challenges) > 0 || len(e.Quotations) > 0 {
					t.Errorf("%s: %s is marked too", what, e.ID)
				}
				continue
			}
			if d := cmp.Diff(want, e.Challenges); d != "" {
				t.Errorf("%s: %s", what, d)
			}
			if d := cmp.Diff(quoted, e.Quotations); d != "" {
				t.Errorf("%s: %s", what, d)
			}
			return
		}
		t.Errorf("%s does not have the record", what)
	}
	page, err := b.Compare([]entente.ActorID{"est", "jpn"}, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v := page.Data.(*Compare)
	for _, row := range v.Propositions {
		if row.ID == st.Proposition {
			check("compare", row.Positions["est"].Evidence)
		}
	}
	if v.Summary.Challenged != 1 || v.Summary.Records < 20 {
		t.Errorf("the summary has %d challenged of %d", v.Summary.Challenged, v.Summary.Records)
	}
	page, err = b.Proposition(st.Proposition, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := page.Data.(*PropositionPage)
	for _, s := range p.Stands {
		if s.Actor.ID == "est" {
			check("proposition", s.Position.Evidence)
		}
	}
	for _, s := range p.Timeline {
		if s.ID == st.ID {
			check("timeline", []Evidence{s.Evidence})
		}
	}
	if p.Used.Challenged != 1 || len(p.Proposition.Challenges) != 1 {
		t.Errorf("the proposition has %+v and %d challenges of its own", p.Used, len(p.Proposition.Challenges))
	}
	page, err = b.Actor("est", compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := page.Data.(*ActorPage)
	for _, row := range a.Positions {
		if row.ID == st.Proposition {
			check("actor", row.Position.Evidence)
		}
	}
	if a.Used.Challenged != 1 || a.Used.Records == 0 {
		t.Errorf("the actor has %+v", a.Used)
	}
}

// TestChallengedActs finds the record of an act and of a vote by its key.
func TestChallengedActs(t *testing.T) {
	b := builder(t)
	page, err := b.Actor("est", compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := b.Corpus.Records
	want := map[string]bool{}
	for _, row := range page.Data.(*ActorPage).Positions {
		for _, e := range row.Position.Evidence {
			record := ""
			switch e.Kind {
			case "act":
				record = "participation:" + e.Instrument + "|est|" + e.Role + "|" + string(e.Source)
			case "vote":
				record = "votes:" + e.ID + "|est"
			}
			if record != "" && !want[e.Kind] {
				want[e.Kind] = true
				r.Challenges = append(r.Challenges, entente.Challenge{ID: "c-" + e.Kind, Record: record, Text: "x", Status: entente.ChallengeOpen})
			}
		}
	}
	if !want["act"] || !want["vote"] {
		t.Fatal("no act or no vote is evidence: the test looks in the wrong place")
	}
	page, err = Builder{Corpus: entente.NewCorpus(b.Corpus.Info, r)}.Actor("est", compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, row := range page.Data.(*ActorPage).Positions {
		for _, e := range row.Position.Evidence {
			got[e.Kind] = got[e.Kind] || len(e.Challenges) > 0
		}
	}
	if !got["act"] || !got["vote"] {
		t.Errorf("marked: %v", got)
	}
}
