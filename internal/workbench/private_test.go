package workbench_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"entente"
	"entente/analysis/compare"
	"entente/internal/datapackage"
	"entente/internal/store"
	"entente/internal/view"
	"entente/internal/workbench"
)

// The markers that are planted where others must not see them.
const (
	inNote  = "zqprivatenote"
	inBlind = "zqblindcoding"
	inDraft = "zqplaindraft"
)

// shown is everything that one person can get out of a workbench, as text.
type shown struct {
	*desk
	b strings.Builder
}

func (s *shown) put(what any, err error) {
	if err != nil {
		fmt.Fprintln(&s.b, err)
		return
	}
	raw, err := json.Marshal(what)
	if err != nil {
		s.t.Fatal(err)
	}
	s.b.Write(raw)
	s.b.WriteByte('\n')
}

// public is what everybody sees: the corpus, its export, and pages.
func (d *desk) public() string {
	d.t.Helper()
	s := &shown{desk: d}
	c := d.corpus()
	s.put(c.Records, nil)
	files, err := datapackage.Files(c)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, b := range files {
		s.b.Write(b)
	}
	b := view.Builder{Corpus: c}
	o := compare.Options{}
	p, err := b.Actor("est", o)
	s.put(p, err)
	p, err = b.Proposition("law-ihl", o)
	s.put(p, err)
	links, err := d.Links(d.ctx, false)
	s.put(links, err)
	ch, err := d.Challenges(d.ctx, store.Key{}, false)
	s.put(ch, err)
	return s.b.String()
}

// all is what a user gets by asking for everything, by searching for the
// markers, and by trying to touch what is not theirs.
func (d *desk) all(u workbench.User, doc *workbench.Document, keys ...store.Key) string {
	d.t.Helper()
	s := &shown{desk: d}
	for _, words := range []string{"", inNote, inBlind, inNote + " " + inBlind} {
		for _, states := range [][]store.State{nil, {store.Draft}, {store.Retired}} {
			list, _, err := d.List(d.ctx, u, store.Query{Words: words, States: states, Facets: store.Facets{Source: string(doc.Source)}})
			s.put(list, err)
			list, _, err = d.List(d.ctx, u, store.Query{Words: words, States: states, Kinds: []string{"notes", "comments", "statements", "quotations"}, Limit: 500})
			s.put(list, err)
		}
	}
	entries, _, err := d.Log(d.ctx, u, store.LogQuery{Layers: []string{store.Private("ann")}})
	s.put(workbench.LogPage("log", entries), err)
	queue, _, err := d.Queue(d.ctx, u, workbench.QueueFilter{States: []store.State{store.Draft, store.InReview}, Facets: store.Facets{Source: string(doc.Source)}})
	s.put(queue, err)
	units, err := d.Disagreements(d.ctx, u, workbench.DisagreementFilter{Source: doc.Source, Show: workbench.ShowAll})
	s.put(units, err)
	page, err := d.Reliability(d.ctx, u, workbench.ReliabilityFilter{Basis: workbench.AllCodings, Source: doc.Source})
	s.put(page, err)
	placed, err := d.Codings(d.ctx, u, doc.ID)
	s.put(placed, err)
	notes, err := d.Notes(d.ctx, u, store.Key{})
	s.put(notes, err)
	for _, k := range keys {
		for _, f := range []func() (any, error){
			func() (any, error) { return d.Record(d.ctx, u, k) },
			func() (any, error) { return d.History(d.ctx, u, k) },
			func() (any, error) { return d.Comments(d.ctx, u, k) },
			func() (any, error) { return d.Notes(d.ctx, u, k) },
			func() (any, error) { return d.Comment(d.ctx, u, k, "hello", "") },
			func() (any, error) { return d.Note(d.ctx, u, k, nil, "mine") },
			func() (any, error) { return d.Challenge(d.ctx, u, k, "wrong") },
			func() (any, error) { return d.EditNote(d.ctx, u, k.ID, 1, "mine now") },
			func() (any, error) { return d.PublishNote(d.ctx, u, k.ID, 1, workbench.AsComment, 1) },
			func() (any, error) { return nil, d.DropNote(d.ctx, u, k.ID, 1) },
			func() (any, error) { return d.Submit(d.ctx, u, workbench.Seen{Key: k, Version: 9}) },
			func() (any, error) { return d.Retire(d.ctx, u, "gone", workbench.Seen{Key: k, Version: 9}) },
			func() (any, error) { return d.Revive(d.ctx, u, "back", workbench.Seen{Key: k, Version: 1}) },
			func() (any, error) {
				return d.Approve(d.ctx, u, u.Role.AtLeast(edith.Role), workbench.Seen{Key: k, Version: 1})
			},
			func() (any, error) { return d.Return(d.ctx, u, "no", workbench.Seen{Key: k, Version: 1}) },
		} {
			what, err := f()
			s.put(what, err)
		}
	}
	return s.b.String()
}

func TestWhatIsPrivateOrBlindIsNowhereElse(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	d.task(doc.ID, true, "ann", "ben")
	n := d.on(doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms)
	n.Conditions, n.Note = inBlind, "seen in "+inBlind
	blind, err := d.Code(d.ctx, ann, doc.ID, n)
	if err != nil {
		t.Fatal(err)
	}
	// A draft in a task that hides nothing: cyd is no coder of the blind task.
	n.Conditions, n.Note = "", inDraft
	draft, err := d.Code(d.ctx, cyd, doc.ID, n)
	if err != nil {
		t.Fatal(err)
	}
	var notes []*workbench.Note
	for _, k := range []store.Key{
		statement(blind.Statement.ID), statement(draft.Statement.ID), {Kind: "documents", ID: doc.ID}, {Kind: "propositions", ID: "law-ihl"},
	} {
		x, err := d.Note(d.ctx, ann, k, nil, "so I think: "+inNote)
		if err != nil {
			t.Fatal(err)
		}
		notes = append(notes, x)
	}
	x, err := d.Note(d.ctx, ann, store.Key{Kind: "documents", ID: doc.ID}, &workbench.Passage{Start: 3, End: 9, Exact: inNote}, "here")
	d.must(x, err)
	x, err = d.EditNote(d.ctx, ann, notes[0].ID, 1, "and again "+inNote)
	d.must(x, err)
	d.must(nil, d.DropNote(d.ctx, ann, notes[1].ID, 1))
	c, err := d.Comment(d.ctx, ann, statement(blind.Statement.ID), "about "+inBlind, "")
	d.must(c, err)

	if got := d.public(); strings.Contains(got, inNote) || strings.Contains(got, inBlind) || strings.Contains(got, inDraft) {
		t.Error("the public sees a marker")
	}
	own := d.all(ann, doc)
	if !strings.Contains(own, inNote) || !strings.Contains(own, inBlind) {
		t.Fatal("ann does not see what is hers: the test looks in the wrong places")
	}
	keys := []store.Key{statement(blind.Statement.ID), {Kind: "quotations", ID: blind.Passage}, {Kind: "comments", ID: c.ID}}
	for _, x := range notes {
		keys = append(keys, store.Key{Kind: "notes", ID: x.ID})
	}
	for _, u := range []workbench.User{ben, cyd, rev, edith, adam, {Name: ""}, {Name: "ann ", Role: adam.Role}} {
		got := d.all(u, doc, keys...)
		if i := strings.Index(got, inNote); i >= 0 {
			t.Errorf("%s sees a private note: …%s…", u.Name, got[max(0, i-300):i+40])
		}
		if i := strings.Index(got, inBlind); i >= 0 && u.Role != adam.Role {
			t.Errorf("%s sees a blind coding: …%s…", u.Name, got[max(0, i-300):i+40])
		}
	}
	// Nothing that others tried has changed what is ann's.
	if list, err := d.Notes(d.ctx, ann, store.Key{}); err != nil || len(list) != 4 {
		t.Errorf("%d notes, %v", len(list), err)
	}
	// The admin may look at the codings, so that the test above can tell.
	if !strings.Contains(d.all(adam, doc, keys...), inBlind) {
		t.Error("an admin who does not code in the task sees nothing")
	}
}

func TestSharingANote(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	k := store.Key{Kind: "documents", ID: doc.ID}
	n, err := d.Note(d.ctx, ann, k, &workbench.Passage{Start: 0, End: 4, Exact: "A sy"}, "look here: "+inNote)
	d.must(n, err)
	d.must(d.PublishNote(d.ctx, ann, n.ID, n.Version, workbench.AsComment, 0))
	list, err := d.Comments(d.ctx, ben, k)
	if err != nil || len(list) != 1 || !strings.Contains(list[0].Text, inNote) || !strings.Contains(list[0].Text, "A sy") || list[0].Sort != workbench.Revealed {
		t.Errorf("%+v %v", list, err)
	}
	if left, err := d.Notes(d.ctx, ann, k); err != nil || len(left) != 0 {
		t.Errorf("%+v %v", left, err)
	}
	// As the remark of a statement: the coder's own, as a draft to be read again.
	c := d.code(ann, doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms)
	st := statement(c.Statement.ID)
	for _, text := range []string{"first", "second\nline"} {
		n, err = d.Note(d.ctx, ann, st, nil, text)
		d.must(n, err)
		d.must(d.PublishNote(d.ctx, ann, n.ID, n.Version, workbench.AsRemark, d.seen(st)[0].Version))
	}
	if got := d.get(st)["note"]; got != "first second line" {
		t.Errorf("%q", got)
	}
	n, err = d.Note(d.ctx, ben, st, nil, "mine")
	d.must(n, err)
	_, err = d.PublishNote(d.ctx, ben, n.ID, n.Version, workbench.AsRemark, 3)
	d.fails(err, entente.Denied, "belongs to ann")
	_, err = d.PublishNote(d.ctx, ann, n.ID, 1, workbench.AsComment, 0)
	d.fails(err, entente.NotFound, "you have no such note")
	_, err = d.PublishNote(d.ctx, ben, n.ID, 1, "shout", 0)
	d.fails(err, entente.Invalid, "comment or remark")
	n, err = d.Note(d.ctx, ann, st, nil, "stale")
	d.must(n, err)
	_, err = d.PublishNote(d.ctx, ann, n.ID, n.Version, workbench.AsRemark, 1)
	d.fails(err, entente.Conflict, "started from version 1")
}
