package brief_test

import (
	"bytes"
	"strings"
	"testing"

	"entente"
	"entente/analysis/compare"
	"entente/internal/document"
	"entente/internal/view"
)

// TestNoteTellsChallenges: a challenged record is told in the lead and in the
// body of evidence, with the passage; without one the note says nothing of it.
func TestNoteTellsChallenges(t *testing.T) {
	b := builder(t)
	md := func(b view.Builder) string {
		d, _ := note(t, b, compare.Options{}, "est jpn")
		var out bytes.Buffer
		if err := document.WriteMarkdown(&out, d); err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(out.String()), " ")
	}
	if strings.Contains(md(b), "hallenged") {
		t.Error("the note speaks of challenges where there is none")
	}
	_, p := note(t, b, compare.Options{}, "est jpn")
	r := b.Corpus.Records
	for _, row := range p.Data.(*view.Compare).Propositions {
		if list := row.Positions["est"].Evidence; len(list) > 0 && list[0].Kind == "statement" && list[0].Use == "basis" {
			r.Challenges = append(r.Challenges, entente.Challenge{ID: "c", Record: "statements:" + list[0].ID, Text: "It quotes another state.", By: "reader", Date: entente.Day(2026, 11, 25), Status: entente.ChallengeOpen})
			r.Quotations = append(r.Quotations, entente.Quotation{Statement: list[0].ID, Source: list[0].Source, Exact: "the very words", End: 14})
			break
		}
	}
	if len(r.Challenges) == 0 {
		t.Fatal("no statement of Estonia decides")
	}
	text := md(view.Builder{Corpus: entente.NewCorpus(b.Corpus.Info, r)})
	for _, want := range []string{"records that count, 1 is challenged", "challenged by reader, 25 November 2026: “It quotes another state.”", "in its words: “the very words”"} {
		if !strings.Contains(text, want) {
			t.Errorf("the note lacks %q", want)
		}
	}
}
