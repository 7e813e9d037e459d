package workbench_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"entente"
	"entente/internal/store"
	"entente/internal/workbench"
)

// sweep gives everything that a user can get to see, as one text.
func (d *desk) sweep(u workbench.User, doc *workbench.Document, words ...string) string {
	d.t.Helper()
	var out strings.Builder
	put := func(what string, v any, err error) {
		d.t.Helper()
		if err != nil && entente.KindOf(err) != entente.NotFound {
			d.t.Errorf("%s of %s: %v", what, u.Name, err)
		}
		raw, jsonErr := json.Marshal(v)
		if jsonErr != nil {
			d.t.Fatal(jsonErr)
		}
		fmt.Fprintf(&out, "%s\t%s\t%v\n", what, raw, err)
	}
	codings, err := d.Codings(d.ctx, u, doc.ID)
	put("codings", codings, err)
	readings, err := d.Readings(d.ctx, u, doc.ID)
	put("readings", readings, err)
	tips, err := d.Candidates(d.ctx, u, doc.ID)
	put("candidates", tips, err)
	docs, err := d.Documents(d.ctx, u, workbench.DocumentFilter{})
	put("documents", docs, err)
	queue, _, err := d.Queue(d.ctx, u, workbench.QueueFilter{})
	put("queue", queue, err)
	units, err := d.Disagreements(d.ctx, u, workbench.DisagreementFilter{})
	put("disagreements", units, err)
	var keys []store.Key
	for _, ask := range []store.Query{{Facets: store.Facets{Source: string(doc.Source)}}, {States: []store.State{store.Draft, store.InReview, store.Retired}}} {
		for {
			list, next, err := d.List(d.ctx, u, ask)
			put("list", list, err)
			if next == (store.Key{}) {
				break
			}
			ask.After = next
		}
	}
	for _, w := range words {
		list, _, err := d.List(d.ctx, u, store.Query{Words: w})
		put("search", list, err)
	}
	log, _, err := d.Log(d.ctx, u, store.LogQuery{})
	put("log", log, err)
	// The history of every record, also of those that the user should not know.
	all, err := d.Store.List(d.ctx, store.Query{States: []store.State{store.Draft, store.InReview, store.Retired}, Layers: []string{"private:ann", "private:ben"}})
	if err != nil {
		d.t.Fatal(err)
	}
	for i := range all {
		keys = append(keys, all[i].Key)
	}
	for _, k := range keys {
		h, err := d.History(d.ctx, u, k)
		put("history", h, nil)
		_ = err // of what is hidden: NotFound
		r, _ := d.Record(d.ctx, u, k)
		put("record", r, nil)
		comments, _ := d.Comments(d.ctx, u, k)
		put("comments", comments, nil)
	}
	return out.String()
}

const marker = "xyzzyplugh" // planted; it stands nowhere else

func TestBlind(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	task := d.task(doc.ID, true, "ann", "ben")
	n := d.on(doc.ID, "humanitarian law", "law-ihl", entente.Affirms)
	n.Note, n.Conditions, n.Pinpoint = marker, marker, "para. "+marker
	c, err := d.Code(d.ctx, ben, doc.ID, n)
	if err != nil {
		t.Fatal(err)
	}
	d.code(ann, doc.ID, "humanitarian law", "law-ihl", entente.Doubts)
	r, err := d.ReadNothing(d.ctx, ben, doc.ID, "est", []entente.PropositionID{"law-charter"}, entente.FoundNothing)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Comment(d.ctx, ben, statement(c.Statement.ID), "a comment with "+marker, ""); err != nil {
		t.Fatal(err)
	}
	zoe := workbench.User{Name: "zoe", Role: adam.Role}
	if _, err := d.Comment(d.ctx, zoe, statement(c.Statement.ID), "the admin says "+marker, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Submit(d.ctx, ben, d.seen(statement(c.Statement.ID))...); err != nil { // in review it is hidden as well
		t.Fatal(err)
	}
	n.Note = marker + " again"
	if _, err := d.EditCoding(d.ctx, ben, doc.ID, c.Statement.ID, 2, n); err != nil {
		t.Fatal(err)
	}
	dropped, err := d.Code(d.ctx, ben, doc.ID, n) // nor does one see what was taken back
	if err != nil {
		t.Fatal(err)
	}
	if err := d.DropCoding(d.ctx, ben, dropped.Statement.ID, 1); err != nil {
		t.Fatal(err)
	}
	secrets := []string{marker, c.Statement.ID, dropped.Statement.ID, r.ID}
	holds := func(u workbench.User, want bool) {
		t.Helper()
		seen := d.sweep(u, doc, marker, "again")
		for _, s := range secrets {
			if got := strings.Contains(seen, s); got != want {
				t.Errorf("%s sees %s: %t, want %t%s", u.Name, s, got, want, around(seen, s))
			}
		}
	}
	for _, u := range []workbench.User{ann, cyd, rev, edith} {
		holds(u, false)
	}
	holds(ben, true)
	holds(adam, true)
	// Not even an admin who codes in the task.
	adamToo := *task
	adamToo.Coders = []string{"ann", "ben", "adam"}
	if task, err = d.SaveTask(d.ctx, edith, adamToo); err != nil {
		t.Fatal(err)
	}
	holds(adam, false)
	// Somebody who may look at everything cannot write over it either.
	_, err = d.EditCoding(d.ctx, rev, doc.ID, c.Statement.ID, 3, n)
	d.fails(err, entente.NotFound, "no such")
	_, err = d.Comment(d.ctx, ann, statement(c.Statement.ID), "?", "")
	d.fails(err, entente.NotFound, "no such")

	// The corrected text moves everything, and tells each only of its own.
	fix, err := d.CorrectText(d.ctx, ann, doc.ID, "A new first line.\n\n"+paper, doc.Version)
	if err != nil {
		t.Fatal(err)
	}
	if len(fix.Moved) != 1 || len(fix.Fuzzy)+len(fix.Orphaned) != 0 {
		t.Errorf("%+v", fix)
	}
	holds(ann, false)
	holds(adam, false)
	if list := d.codings(ben, doc.ID); len(list) != 1 || list[0].Found != workbench.InPlace || list[0].Quotation.Exact != "humanitarian law" {
		t.Errorf("%+v", list)
	}

	for _, u := range []workbench.User{ann, adam} {
		if task, err = d.Finish(d.ctx, u, task.ID); err != nil {
			t.Fatal(err)
		}
		holds(ann, false)
	}
	if task, err = d.Finish(d.ctx, ben, task.ID); err != nil || task.Hides() {
		t.Fatal(task, err)
	}
	for _, u := range people {
		holds(u, true)
	}
}

// around shows where a text holds a secret.
func around(s, secret string) string {
	i := strings.Index(s, secret)
	if i < 0 {
		return ""
	}
	from := strings.LastIndexByte(s[:i], '\n') + 1
	return ": " + s[from:min(len(s), from+40)] + " … " + s[max(from, i-60):min(len(s), i+60)]
}

// What is published stays seen by all when a coder edits it in a blind task.
func TestBlindEditOfPublished(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	c := d.code(ben, doc.ID, "humanitarian law", "law-ihl", entente.Affirms)
	id := c.Statement.ID
	d.publish(statement(id))
	d.task(doc.ID, true, "ann", "ben")
	n := d.on(doc.ID, "International humanitarian law applies", "law-ihl", entente.Rejects)
	n.Note = marker
	if _, err := d.EditCoding(d.ctx, ben, doc.ID, id, d.seen(statement(id))[0].Version, n); err != nil {
		t.Fatal(err)
	}
	list := d.codings(ann, doc.ID)
	if len(list) != 1 || list[0].State != store.Published || list[0].Edit || list[0].Statement.Stance != entente.Affirms || list[0].Quotation.Exact != "humanitarian law" || list[0].Found != workbench.InPlace {
		t.Errorf("%+v", list)
	}
	if list := d.codings(ben, doc.ID); len(list) != 1 || !list[0].Edit || list[0].Statement.Stance != entente.Rejects || list[0].Quotation.Exact != "International humanitarian law applies" {
		t.Errorf("%+v", list)
	}
	found, _, err := d.List(d.ctx, ann, store.Query{Kinds: []string{"statements"}, Facets: store.Facets{Source: string(doc.Source)}})
	if err != nil || len(found) != 1 || found[0].State != store.Published || strings.Contains(string(found[0].Body), marker) {
		t.Errorf("list: %+v %v", found, err)
	}
	h, err := d.History(d.ctx, ann, statement(id))
	if err != nil || h[0].State != store.Published {
		t.Errorf("history: %+v %v", h, err)
	}
	_, err = d.EditCoding(d.ctx, rev, doc.ID, id, h[0].Number, n)
	d.fails(err, entente.Conflict, "blind task")
}

func TestPrivate(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	c := d.code(ann, doc.ID, "humanitarian law", "law-ihl", entente.Affirms)
	if _, err := d.Note(d.ctx, ann, statement(c.Statement.ID), nil, "for me only: "+marker); err != nil {
		t.Fatal(err)
	}
	// A record of another kind can stand in a private layer too.
	_, err := d.Store.Save(d.ctx, store.Reason{Who: "ann", Why: "private " + marker}, store.Change{
		Key: store.Key{Kind: "statements", ID: "mine"}, State: store.Draft, Layer: store.Private("ann"),
		Body: json.RawMessage(`{"id":"mine","actor":"est","source":"` + string(doc.Source) + `","note":"` + marker + `"}`), Facets: store.Facets{Source: string(doc.Source)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range people {
		if seen := d.sweep(u, doc, marker); strings.Contains(seen, marker) != (u.Name == "ann") {
			t.Errorf("%s: %s", u.Name, around(seen, marker))
		}
	}
	list, err := d.Visible(d.ctx, ann, nil)
	if err != nil || len(list) != 0 {
		t.Error(list, err)
	}
}
