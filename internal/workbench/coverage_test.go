package workbench_test

import (
	"testing"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/store"
	"entente/internal/workbench"
)

func rows(r *entente.Records) []datapackage.Row { return datapackage.RowsOf(r) }

func TestReadNothing(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	// A proposition on which Estonia is silent only because nobody has read.
	var p entente.PropositionID
	at := entente.Settings{AsOf: entente.Day(2026, 1, 1)}
	for i := range d.corpus().Propositions {
		id := d.corpus().Propositions[i].ID
		if pos := d.corpus().Position("est", id, at); pos.Silence == entente.NotCoded {
			p = id
			break
		}
	}
	if p == "" {
		t.Fatal("the corpus has no proposition that is not coded for Estonia")
	}
	props := []entente.PropositionID{p, "law-charter", p}
	r, err := d.ReadNothing(d.ctx, ann, doc.ID, "est", props, entente.FoundNothing)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Subjects) != 2 || r.State != store.Draft || r.Coder != "ann" || r.Date != entente.Day(2025, 5, 4) || !r.Checked || r.Source != doc.Source {
		t.Errorf("%+v", r)
	}
	again, err := d.ReadNothing(d.ctx, ann, doc.ID, "est", props[:2], entente.FoundNothing)
	if err != nil || again.ID != r.ID {
		t.Errorf("a second click made %+v %v", again, err)
	}
	other, err := d.ReadNothing(d.ctx, ben, doc.ID, "est", props, entente.FoundNothing)
	if err != nil || other.ID == r.ID {
		t.Errorf("another coder's reading is its own: %+v %v", other, err)
	}
	if got := d.corpus().Position("est", p, at).Silence; got != entente.NotCoded {
		t.Errorf("a draft made the silence %s", got)
	}
	d.publish(store.Key{Kind: workbench.KindCoverage, ID: r.ID})
	if got := d.corpus().Position("est", p, at).Silence; got != entente.NotAddressed {
		t.Errorf("published, the silence is %s, want not-addressed", got)
	}
	if err := d.DropReading(d.ctx, ben, other.ID, other.Version); err != nil {
		t.Fatal(err)
	}
	list, err := d.Readings(d.ctx, ann, doc.ID)
	if err != nil || len(list) != 1 || !list[0].Own || list[0].State != store.Published {
		t.Errorf("%+v %v", list, err)
	}
	d.fails(d.DropReading(d.ctx, ann, r.ID, list[0].Version), entente.Denied, "published")
}

func TestReadNothingErrors(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	undated, _, err := d.AddDocument(d.ctx, ann, workbench.Upload{Data: []byte("Another text."), NewSource: &entente.Source{Title: "No date", Kind: entente.Webpage}})
	if err != nil {
		t.Fatal(err)
	}
	d.code(ann, doc.ID, "humanitarian law", "law-ihl", entente.Affirms)
	ihl := []entente.PropositionID{"law-ihl"}
	for _, tt := range []struct {
		doc   string
		actor entente.ActorID
		props []entente.PropositionID
		f     entente.Finding
		what  string
	}{
		{doc.ID, "est", ihl, entente.FoundNothing, "you have coded"},
		{doc.ID, "est", ihl, entente.FoundStance, "not a finding"},
		{doc.ID, "est", nil, entente.FoundNothing, "read for"},
		{doc.ID, "atlantis", ihl, entente.FoundOpen, "atlantis"},
		{doc.ID, "est", []entente.PropositionID{"x;y"}, entente.FoundOpen, "x;y"},
		{undated.ID, "est", ihl, entente.FoundNothing, "no date"},
		{doc.ID, "est", make([]entente.PropositionID, 1), entente.FoundNothing, "propositions"},
	} {
		_, err := d.ReadNothing(d.ctx, ann, tt.doc, tt.actor, tt.props, tt.f)
		d.fails(err, entente.Invalid, tt.what)
	}
	// Named as open is no contradiction, nor is another coder's reading.
	if _, err := d.ReadNothing(d.ctx, ann, doc.ID, "est", ihl, entente.FoundOpen); err != nil {
		t.Error(err)
	}
	if _, err := d.ReadNothing(d.ctx, ben, doc.ID, "est", ihl, entente.FoundNothing); err != nil {
		t.Error(err)
	}
}
