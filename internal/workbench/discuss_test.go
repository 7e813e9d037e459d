package workbench_test

import (
	"strings"
	"testing"

	"entente"
	"entente/internal/store"
	"entente/internal/workbench"
)

func TestComments(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	k := statement(d.code(ann, doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms).Statement.ID)
	first, err := d.Comment(d.ctx, ben, k, "is this not conditional?\r\n\r\nsee paragraph 2", "")
	d.must(first, err)
	answer, err := d.Comment(d.ctx, ann, k, "no", first.ID)
	d.must(answer, err)
	list, err := d.Comments(d.ctx, rev, k)
	if err != nil || len(list) != 2 || list[0].Text != "is this not conditional?\n\nsee paragraph 2" || list[1].ReplyTo != first.ID || list[0].On != 1 {
		t.Fatalf("%+v %v", list, err)
	}
	d.fails(d.TakeBack(d.ctx, ann, first.ID, 1), entente.Denied, "ben's comment")
	d.must(nil, d.TakeBack(d.ctx, ben, first.ID, 1))
	list, _ = d.Comments(d.ctx, rev, k)
	if len(list) != 2 || !list[0].Retired || list[0].Text != "" {
		t.Errorf("%+v", list)
	}
	other := store.Key{Kind: "propositions", ID: "law-ihl"}
	for _, tt := range []struct {
		k           store.Key
		text, reply string
		kind        entente.Kind
		what        string
	}{
		{k, " ", "", entente.Invalid, "empty"},
		{k, strings.Repeat("x", 20_001), "", entente.Invalid, "at most"},
		{store.Key{Kind: "statements", ID: "no-such"}, "x", "", entente.NotFound, "no such"},
		{other, "x", first.ID, entente.Invalid, "no such comment"},
		{store.Key{Kind: "comments", ID: first.ID}, "x", "", entente.Invalid, "stands on a record"},
	} {
		_, err := d.Comment(d.ctx, ann, tt.k, tt.text, tt.reply)
		d.fails(err, tt.kind, tt.what)
	}
	for name, csv := range d.export() {
		if strings.Contains(csv, "conditional?") {
			t.Errorf("a comment is exported in %s", name)
		}
	}
}

func TestChallenges(t *testing.T) {
	log := &auditLog{}
	d := ticking(t, workbench.Options{Audit: log})
	st := d.corpus().Statements[0]
	k := statement(st.ID)
	ch, err := d.Challenge(d.ctx, ben, k, "the text says\nsomething else")
	if err != nil || ch.Status != entente.ChallengeOpen || ch.Text != "the text says something else" || ch.Date.String() != "2026-03-01" {
		t.Fatalf("%+v %v", ch, err)
	}
	if list := d.corpus().ChallengesTo(k.String()); len(list) != 1 || list[0].By != "ben" {
		t.Errorf("a figure does not carry it: %+v", list)
	}
	d.fails(d.AnswerChallenge(d.ctx, edith, ch.ID, 9, "it does"), entente.Conflict, "started from version 9")
	d.fails(d.AnswerChallenge(d.ctx, workbench.User{Name: "ben", Role: edith.Role}, ch.ID, 1, "it does"), entente.Denied, "your own challenge")
	d.must(nil, d.AnswerChallenge(d.ctx, edith, ch.ID, 1, "it does, in paragraph 3"))
	if len(d.corpus().ChallengesTo(k.String())) != 0 || len(d.corpus().Challenges) != 1 {
		t.Error("an answered challenge is still carried, or lost")
	}
	d.fails(d.AnswerChallenge(d.ctx, edith, ch.ID, 2, "again"), entente.Conflict, "closed")

	ch, err = d.Challenge(d.ctx, ben, k, "on second thoughts")
	d.must(ch, err)
	d.fails(d.WithdrawChallenge(d.ctx, edith, ch.ID, 1), entente.Denied, "ben's challenge")
	d.must(nil, d.WithdrawChallenge(d.ctx, ben, ch.ID, 1))
	if list, err := d.Challenges(d.ctx, k, false); err != nil || len(list) != 2 {
		t.Errorf("%+v %v", list, err)
	}
	if list, err := d.Challenges(d.ctx, k, true); err != nil || len(list) != 0 {
		t.Errorf("%+v %v", list, err)
	}
	if len(log.lines) != 4 {
		t.Errorf("the audit log has %d entries, want 4: %v", len(log.lines), log.lines)
	}
	// Whether there is a draft of that id is not told.
	doc := d.add(paper)
	draft := d.code(ann, doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms)
	_, err = d.Challenge(d.ctx, ben, statement(draft.Statement.ID), "no")
	d.fails(err, entente.NotFound, "no published record")
	_, err = d.Challenge(d.ctx, ben, statement("no-such"), "no")
	d.fails(err, entente.NotFound, "no published record")
	_, err = d.Challenge(d.ctx, ben, store.Key{Kind: "comments", ID: "x"}, "no")
	d.fails(err, entente.Invalid, "only a record of the corpus")
}

func TestCodebook(t *testing.T) {
	d := ticking(t, workbench.Options{})
	e := entente.CodebookEntry{Proposition: "law-ihl", Definition: "The law of\narmed conflict applies", Examples: "naming it"}
	got, err := d.SaveCodebook(d.ctx, edith, e)
	if err != nil || got.Version != 1 || got.Definition != "The law of armed conflict applies" || got.Date.String() != "2026-03-01" {
		t.Fatalf("%+v %v", got, err)
	}
	if c := d.corpus().Codebook("law-ihl"); c == nil || c.Examples != "naming it" {
		t.Errorf("not in the corpus: %+v", c)
	}
	_, err = d.SaveCodebook(d.ctx, adam, e)
	d.fails(err, entente.Conflict, "now it is 1")
	e.Version, e.Rules = 1, "a condition is no reservation"
	d.must(d.SaveCodebook(d.ctx, adam, e))
	list, err := d.Codebook(d.ctx, "law-ihl")
	if err != nil || len(list) != 2 || list[0].Version != 2 || list[0].By != "adam" || list[1].Rules != "" {
		t.Errorf("%+v %v", list, err)
	}
	_, err = d.SaveCodebook(d.ctx, edith, entente.CodebookEntry{Proposition: "no-such", Definition: "x"})
	d.fails(err, entente.Invalid, "no-such")
	_, err = d.SaveCodebook(d.ctx, edith, entente.CodebookEntry{Proposition: "law-ihl", Version: 2})
	d.fails(err, entente.Invalid, "empty")
}
