package workbench_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/store"
	"entente/internal/workbench"
)

// auditLog is what an audit log would get.
type auditLog struct{ lines []string }

func (a *auditLog) Published(_ context.Context, record, detail string) error {
	a.lines = append(a.lines, record+" "+detail)
	return nil
}

// ticking is a desk whose clock goes on by a minute at each look.
func ticking(t *testing.T, o workbench.Options) *desk {
	t.Helper()
	data, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	place := filepath.Join(t.TempDir(), "work.entente")
	if err := os.WriteFile(place, data, 0o600); err != nil {
		t.Fatal(err)
	}
	var minutes atomic.Int64
	o.Now = func() time.Time {
		return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(minutes.Add(1)) * time.Minute)
	}
	s, err := store.Open(context.Background(), place, store.Options{Now: o.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &desk{workbench.New(s, o), t, context.Background()}
}

func (d *desk) must(_ any, err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) state(k store.Key) store.State {
	d.t.Helper()
	v, err := d.Store.Get(d.ctx, k)
	if err != nil {
		d.t.Fatal(err)
	}
	return v.State
}

func TestFromDraftToPublic(t *testing.T) {
	log := &auditLog{}
	d := ticking(t, workbench.Options{Audit: log})
	doc := d.add(paper)
	before := len(d.corpus().Statements)
	c := d.code(ann, doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms)
	k := statement(c.Statement.ID)

	d.must(d.Submit(d.ctx, ann, d.seen(k)...))
	quote := store.Key{Kind: workbench.KindQuotation, ID: c.Passage}
	if d.state(k) != store.InReview || d.state(quote) != store.InReview {
		t.Error("the quotation does not go with its statement")
	}
	items, _, err := d.Queue(d.ctx, rev, workbench.QueueFilter{})
	if err != nil || len(items) != 1 {
		t.Fatalf("%v %v", items, err)
	}
	// What it needs: the draft source that came with the document, and its passage.
	want := []store.Key{quote, {Kind: "sources", ID: string(doc.Source)}}
	if it := items[0]; it.Own || it.Coder != "ann" || it.Lacks != "" || !slices.Equal(it.Needs, want) || len(it.Quotes) != 1 {
		t.Errorf("%+v", it)
	}
	if mine, _, _ := d.Queue(d.ctx, ann, workbench.QueueFilter{}); len(mine) != 1 || !mine[0].Own {
		t.Errorf("%+v", mine)
	}
	// The coder cannot publish it, whatever the role; a reviewer can accept it.
	annEditor := workbench.User{Name: "ann", Role: edith.Role}
	_, err = d.Approve(d.ctx, annEditor, true, d.seen(k)...)
	d.fails(err, entente.Denied, "your own coding")
	_, err = d.Approve(d.ctx, rev, true, d.seen(k)...)
	d.fails(err, entente.Denied, "may accept")
	a, err := d.Approve(d.ctx, rev, false, d.seen(k)...)
	if err != nil || !slices.Equal(a.Accepted, []store.Key{k}) || d.state(k) != store.InReview {
		t.Fatalf("%+v %v", a, err)
	}
	if items, _, _ = d.Queue(d.ctx, edith, workbench.QueueFilter{}); items[0].Accepted == nil || items[0].Accepted.By != "rev" {
		t.Errorf("%+v", items[0])
	}
	// Once somebody else accepted this very version the coder may publish it.
	a, err = d.Approve(d.ctx, annEditor, true, d.seen(k)...)
	if err != nil || !slices.Equal(a.Published, []store.Key{k}) || !slices.Equal(a.Along, want) {
		t.Fatalf("%+v %v", a, err)
	}
	corpus := d.corpus()
	if len(corpus.Statements) != before+1 || corpus.Source(doc.Source) == nil || len(corpus.Quotations(c.Statement.ID)) != 1 {
		t.Error("the public does not see what was published")
	}
	if s := strings.Join(log.lines, "\n"); len(log.lines) != 3 || !strings.Contains(s, k.String()) || !strings.Contains(s, "approved") {
		t.Errorf("audit log: %s", s)
	}
}

func TestAnAcceptanceHoldsForOneVersion(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	c := d.code(ann, doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms)
	k := statement(c.Statement.ID)
	d.must(d.Submit(d.ctx, ann, d.seen(k)...))
	d.must(d.Approve(d.ctx, rev, false, d.seen(k)...))
	n := d.on(doc.ID, "International humanitarian law applies", "law-ihl", entente.Rejects)
	d.must(d.EditCoding(d.ctx, ann, doc.ID, c.Statement.ID, d.seen(k)[0].Version, n))
	d.must(d.Submit(d.ctx, ann, d.seen(k)...))
	_, err := d.Approve(d.ctx, workbench.User{Name: "ann", Role: edith.Role}, true, d.seen(k)...)
	d.fails(err, entente.Denied, "your own coding")
	// Who corrects another's coding has a hand in it too.
	n.Stance = entente.Doubts
	d.must(d.EditCoding(d.ctx, edith, doc.ID, c.Statement.ID, d.seen(k)[0].Version, n))
	d.must(d.Submit(d.ctx, edith, d.seen(k)...))
	_, err = d.Approve(d.ctx, edith, true, d.seen(k)...)
	d.fails(err, entente.Denied, "your own coding")
	d.must(d.Approve(d.ctx, adam, true, d.seen(k)...))
}

func TestASingleUserPublishesAlone(t *testing.T) {
	d := ticking(t, workbench.Options{AllowOwn: true})
	doc := d.add(paper)
	me := workbench.User{Name: "local", Role: adam.Role}
	c := d.code(me, doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms)
	d.must(d.Approve(d.ctx, me, true, d.seen(statement(c.Statement.ID))...))
	if d.state(statement(c.Statement.ID)) != store.Published {
		t.Error("not published")
	}
}

func TestReviewRefuses(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	unset := statement(d.code(ann, doc.ID, "duty of due diligence", "law-due-diligence", "").Statement.ID)
	whole := statement(d.code(ann, doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms).Statement.ID)

	_, err := d.Submit(d.ctx, ann, d.seen(unset)...)
	d.fails(err, entente.Invalid, "stance is not set")
	_, err = d.Submit(d.ctx, ben, d.seen(whole)...)
	d.fails(err, entente.Denied, "belongs to ann")
	_, err = d.Submit(d.ctx, ann)
	d.fails(err, entente.Invalid, "no record")
	_, err = d.Submit(d.ctx, ann, workbench.Seen{Key: whole, Version: 7})
	d.fails(err, entente.Conflict, "you saw version 7")
	_, err = d.Approve(d.ctx, edith, true, d.seen(whole)...)
	d.fails(err, entente.Conflict, "not in review")
	// All or nothing: the good one is not sent with the bad one.
	_, err = d.Submit(d.ctx, ann, d.seen(whole, unset)...)
	d.fails(err, entente.Invalid, "stance is not set")
	if d.state(whole) != store.Draft {
		t.Error("half a step was taken")
	}
	_, err = d.Submit(d.ctx, ann, d.seen(store.Key{Kind: workbench.KindDocument, ID: doc.ID})...)
	d.fails(err, entente.Invalid, "no review")
	_, _, err = d.Queue(d.ctx, ann, workbench.QueueFilter{Kinds: []string{"notes"}})
	d.fails(err, entente.Invalid, "not a table")
	// A draft that names a retired proposition cannot be submitted.
	d.must(d.Merge(d.ctx, edith, workbench.Merge{Into: "law-sovereignty-rule", From: []entente.PropositionID{"law-ihl"}}))
	if s := d.get(whole); s["proposition"] != "law-sovereignty-rule" {
		t.Errorf("the draft did not follow the merge: %v", s)
	}
}

func (d *desk) get(k store.Key) map[string]string {
	d.t.Helper()
	v, err := d.Store.Get(d.ctx, k)
	if err != nil {
		d.t.Fatal(err)
	}
	row, err := store.DecodeRow(k.Kind, v.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return cells(row)
}

func TestReturnRetireRevive(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	c := d.code(ann, doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms)
	k, q := statement(c.Statement.ID), store.Key{Kind: workbench.KindQuotation, ID: c.Passage}
	d.must(d.Submit(d.ctx, ann, d.seen(k)...))
	_, err := d.Return(d.ctx, rev, "  ", d.seen(k)...)
	d.fails(err, entente.Invalid, "empty")
	d.must(d.Return(d.ctx, rev, "name the condition", d.seen(k)...))
	if d.state(k) != store.Draft || d.state(q) != store.Draft {
		t.Error("not back at its coder")
	}
	list, err := d.Comments(d.ctx, ann, k)
	if err != nil || len(list) != 1 || list[0].Sort != workbench.Returned || list[0].Text != "name the condition" || list[0].By != "rev" {
		t.Errorf("%+v %v", list, err)
	}
	d.publish(k)
	_, err = d.Retire(d.ctx, ann, "wrong", d.seen(k)...)
	d.fails(err, entente.Denied, "published")
	n := len(d.corpus().Statements)
	ch, err := d.Challenge(d.ctx, ben, k, "the text says nothing of the kind")
	d.must(ch, err)
	d.must(d.Retire(d.ctx, edith, "coded by mistake", d.seen(k)...))
	if got := d.corpus(); len(got.Statements) != n-1 || len(got.Quotations(k.ID)) != 0 || len(got.Challenges) != 0 {
		t.Error("what hangs on a retired statement is still public")
	}
	d.must(d.Revive(d.ctx, edith, "it was right", d.seen(k)...))
	if d.state(k) != store.Draft || d.state(q) != store.Draft {
		t.Error("not back as a draft with its passage")
	}
	// A record that others refer to is not retired.
	_, err = d.Retire(d.ctx, edith, "no more", d.seen(store.Key{Kind: "propositions", ID: "law-sovereignty-rule"})...)
	d.fails(err, entente.Conflict, "still refer")
}

func TestBlindCodingsAreNotPublished(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	d.task(doc.ID, true, "ann", "ben")
	c := d.code(ann, doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms)
	k := statement(c.Statement.ID)
	d.must(d.Submit(d.ctx, ann, d.seen(k)...))
	// To a reviewer it is not there, and to the admin, who sees it, not to be
	// published: ben would see it.
	_, err := d.Approve(d.ctx, edith, true, d.seen(k)...)
	d.fails(err, entente.NotFound, "no such record")
	_, err = d.Approve(d.ctx, adam, true, d.seen(k)...)
	d.fails(err, entente.Conflict, "blind task")
	if items, _, err := d.Queue(d.ctx, rev, workbench.QueueFilter{}); err != nil || len(items) != 0 {
		t.Errorf("%v %v", items, err)
	}
}

func TestUndoAndRestoreForAUser(t *testing.T) {
	log := &auditLog{}
	d := ticking(t, workbench.Options{Audit: log})
	doc := d.add(paper)
	k := statement(d.code(ann, doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms).Statement.ID)
	before := d.export()
	d.publish(k)
	h, err := d.History(d.ctx, edith, k)
	d.must(h, err)
	_, err = d.Undo(d.ctx, rev, h[0].Commit.Seq, "too early")
	d.fails(err, entente.Denied, "public")
	log.lines = nil
	back, err := d.Undo(d.ctx, edith, h[0].Commit.Seq, "too early")
	d.must(back, err)
	if diff := cmp.Diff(before, d.export()); diff != "" || d.state(k) != store.Retired {
		t.Errorf("not taken back: %s %s", d.state(k), diff)
	}
	if len(log.lines) != 3 { // statement, passage, source
		t.Errorf("audit log: %v", log.lines)
	}
	d.must(d.Undo(d.ctx, edith, back.Seq, "it was not"))
	n := d.on(doc.ID, "International humanitarian law applies", "law-ihl", entente.Rejects)
	d.must(d.EditCoding(d.ctx, ann, doc.ID, k.ID, d.seen(k)[0].Version, n))
	log.lines = nil
	_, err = d.Restore(d.ctx, rev, k, h[0].Number, d.seen(k)[0].Version, "it was right")
	d.fails(err, entente.Denied, "public")
	d.must(d.Restore(d.ctx, edith, k, h[0].Number, d.seen(k)[0].Version, "it was right"))
	if len(log.lines) != 1 || !strings.Contains(log.lines[0], k.String()) {
		t.Errorf("audit log: %v", log.lines)
	}
	_, err = d.Restore(d.ctx, edith, k, 1, 1, "stale")
	d.fails(err, entente.Conflict, "started from version 1")
	_, err = d.Undo(d.ctx, edith, 9999, "x")
	d.fails(err, entente.NotFound, "no such commit")
	// A private note is nobody else's to take back, and not even there.
	note, err := d.Note(d.ctx, ann, k, nil, inNote)
	d.must(note, err)
	m, err := d.Store.Mark(d.ctx)
	d.must(m, err)
	_, err = d.Undo(d.ctx, adam, m.Seq, "x")
	d.fails(err, entente.NotFound, "no such commit")
	_, err = d.Restore(d.ctx, adam, store.Key{Kind: "notes", ID: note.ID}, 1, 1, "x")
	d.fails(err, entente.NotFound, "no such record")
	d.must(d.Undo(d.ctx, ann, m.Seq, "x"))
	// Sharing one touches both: others may not take it back either.
	note, err = d.Note(d.ctx, ann, k, nil, inNote)
	d.must(note, err)
	c, err := d.PublishNote(d.ctx, ann, note.ID, 1, workbench.AsComment, 0)
	d.must(c, err)
	_, err = d.Undo(d.ctx, adam, c.Seq, "x")
	d.fails(err, entente.Denied, "not yours to see")
}
