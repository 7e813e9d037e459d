package workbench_test

import (
	"testing"

	"entente"
	"entente/internal/store"
	"entente/internal/workbench"
)

func TestCode(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	n := d.on(doc.ID, " a duty of due diligence.\n\n", "law-due-diligence", "")
	n.Note, n.Conditions = "  read twice\r\n", "  "
	c, err := d.Code(d.ctx, ann, doc.ID, n)
	if err != nil {
		t.Fatal(err)
	}
	st, q := c.Statement, c.Quotation
	if st.Stance != "" || st.Coder != "ann" || !st.Checked || st.Source != doc.Source || st.Note != "read twice" || st.Pinpoint != "para. 2" {
		t.Errorf("statement %+v", st)
	}
	if st.Date != entente.Day(2025, 5, 4) || st.DateBasis != entente.ActDate {
		t.Errorf("the date of the actor's own text: %s %q", st.Date, st.DateBasis)
	}
	if q.Exact != "a duty of due diligence." || q.Document != doc.Hash || q.Paragraph != 3 || q.Prefix == "" || q.Suffix == "" {
		t.Errorf("quotation %+v", q)
	}
	a, err1 := d.Store.Get(d.ctx, statement(st.ID))
	b, err2 := d.Store.Get(d.ctx, store.Key{Kind: workbench.KindQuotation, ID: c.Passage})
	if err1 != nil || err2 != nil || a.Commit.Seq != b.Commit.Seq || a.Commit.Changes != 2 || a.State != store.Draft || b.State != store.Draft {
		t.Errorf("not one commit of two drafts: %+v %+v %v %v", a, b, err1, err2)
	}
	// Unset is unset: nothing reads it as a stance, and review refuses it.
	if got := d.codings(ann, doc.ID)[0].Statement; got.Stance != "" || got.Stance.Sign() != 0 {
		t.Errorf("the unset stance reads as %q", got.Stance)
	}
	_, err = d.Submit(d.ctx, ann, d.seen(statement(st.ID))...)
	d.fails(err, entente.Invalid, "stance")
}

func TestDateOfCoding(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	words := "humanitarian law"
	given := entente.Day(2024, 1, 2)
	for _, tt := range []struct {
		name  string
		actor entente.ActorID
		date  entente.Date
		basis entente.DateBasis
		want  entente.Date
		is    entente.DateBasis
	}{
		{"the actor's own text", "est", entente.Date{}, "", entente.Day(2025, 5, 4), entente.ActDate},
		{"somebody else's text", "jpn", entente.Date{}, "", entente.Day(2025, 5, 4), entente.NotLaterThan},
		{"given", "jpn", given, "", given, entente.ActDate},
		{"given as a digest's", "jpn", given, entente.NotLaterThan, given, entente.NotLaterThan},
	} {
		n := d.on(doc.ID, words, "law-ihl", entente.Affirms)
		n.Actor, n.Date, n.DateBasis = tt.actor, tt.date, tt.basis
		c, err := d.Code(d.ctx, ann, doc.ID, n)
		if err != nil || c.Statement.Date != tt.want || c.Statement.DateBasis != tt.is {
			t.Errorf("%s: %+v %v", tt.name, c, err)
		}
	}
	n := d.on(doc.ID, words, "law-ihl", entente.Affirms)
	n.DateBasis = entente.NotLaterThan
	_, err := d.Code(d.ctx, ann, doc.ID, n)
	d.fails(err, entente.Invalid, "basis")
}

func TestCodeErrors(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	good := d.on(doc.ID, "humanitarian law", "law-ihl", entente.Affirms)
	for _, tt := range []struct {
		change func(*workbench.NewCoding)
		what   string
	}{
		{func(n *workbench.NewCoding) { n.Start = -1 }, "lie in the text"},
		{func(n *workbench.NewCoding) { n.End = 1 << 40 }, "lie in the text"},
		{func(n *workbench.NewCoding) { n.Start, n.End = n.End, n.Start }, "lie in the text"},
		{func(n *workbench.NewCoding) { n.Start, n.End = 0, 0 }, "lie in the text"},
		{func(n *workbench.NewCoding) { n.Start, n.End = 26, 28 }, "empty"}, // the gap behind the title
		{func(n *workbench.NewCoding) { n.Actor = "atlantis" }, "atlantis"},
		{func(n *workbench.NewCoding) { n.Actor = "*" }, `"*"`},
		{func(n *workbench.NewCoding) { n.Actor = "" }, "actors"},
		{func(n *workbench.NewCoding) { n.Proposition = "a\x00b" }, "propositions"},
		{func(n *workbench.NewCoding) { n.Stance = "agrees" }, "agrees"},
		{func(n *workbench.NewCoding) { n.Instrument = "treaty-of-nowhere" }, "treaty-of-nowhere"},
		{func(n *workbench.NewCoding) { n.Note = "\xff" }, "UTF-8"},
		{func(n *workbench.NewCoding) { n.Conditions = "\x1b[31m" }, "control"},
		{func(n *workbench.NewCoding) { n.Pinpoint = string(make([]byte, 5000)) }, "5000 bytes"},
	} {
		n := good
		tt.change(&n)
		_, err := d.Code(d.ctx, ann, doc.ID, n)
		d.fails(err, entente.Invalid, tt.what)
	}
	_, err := d.Code(d.ctx, ann, "no-such", good)
	d.fails(err, entente.NotFound, "no such")
	_, err = d.Code(d.ctx, workbench.User{}, doc.ID, good)
	d.fails(err, entente.Denied, "who acts")
	if list := d.codings(ann, doc.ID); len(list) != 0 {
		t.Errorf("refused codings left %v", list)
	}
}

func TestTwoEditors(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	c := d.code(ann, doc.ID, "humanitarian law", "law-ihl", entente.Affirms)
	n := d.on(doc.ID, "International humanitarian law applies", "law-ihl", entente.AffirmsWithConditions)
	n.Conditions = "in armed conflict"
	_, err := d.EditCoding(d.ctx, ben, doc.ID, c.Statement.ID, c.Version, n)
	d.fails(err, entente.Denied, "ann")
	mine, err := d.EditCoding(d.ctx, ann, doc.ID, c.Statement.ID, c.Version, n)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.EditCoding(d.ctx, rev, doc.ID, c.Statement.ID, c.Version, n)
	d.fails(err, entente.Conflict, "now it is 2, by ann")
	d.fails(d.DropCoding(d.ctx, rev, c.Statement.ID, c.Version), entente.Conflict, "by ann")

	n.Start, n.End, n.Stance = 0, 0, entente.Doubts // the passage stays
	theirs, err := d.EditCoding(d.ctx, rev, doc.ID, c.Statement.ID, mine.Version, n)
	if err != nil || theirs.Statement.Coder != "ann" || theirs.Quotation != mine.Quotation || theirs.Version != 3 {
		t.Errorf("a reviewer's edit: %+v %v", theirs, err)
	}
	list := d.codings(ann, doc.ID)
	if len(list) != 1 || list[0].Quotation.Exact != "International humanitarian law applies" || list[0].Statement.Stance != entente.Doubts || list[0].Found != workbench.InPlace {
		t.Errorf("%+v", list)
	}
	old, err := d.Store.Get(d.ctx, store.Key{Kind: workbench.KindQuotation, ID: c.Passage})
	if err != nil || old.State != store.Retired {
		t.Errorf("the passage that was left: %+v %v", old, err)
	}
	// Back to where it was: the retired record comes to life again.
	n = d.on(doc.ID, "humanitarian law", "law-ihl", entente.Affirms)
	back, err := d.EditCoding(d.ctx, ann, doc.ID, c.Statement.ID, 3, n)
	if err != nil || back.Passage != c.Passage || len(d.codings(ann, doc.ID)) != 1 {
		t.Errorf("%+v %v", back, err)
	}
}

func TestDropCoding(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	c := d.code(ann, doc.ID, "humanitarian law", "law-ihl", entente.Affirms)
	d.fails(d.DropCoding(d.ctx, ben, c.Statement.ID, c.Version), entente.Denied, "ann")
	if err := d.DropCoding(d.ctx, ann, c.Statement.ID, c.Version); err != nil {
		t.Fatal(err)
	}
	a, _ := d.Store.Get(d.ctx, statement(c.Statement.ID))
	b, _ := d.Store.Get(d.ctx, store.Key{Kind: workbench.KindQuotation, ID: c.Passage})
	if a.State != store.Retired || b.State != store.Retired || a.Commit.Seq != b.Commit.Seq || len(d.codings(ann, doc.ID)) != 0 {
		t.Errorf("%+v %+v", a, b)
	}
	d.fails(d.DropCoding(d.ctx, ann, c.Statement.ID, 2), entente.Conflict, "taken back")
	if _, err := d.Store.Restore(d.ctx, store.Reason{Who: "ann"}, a.Key, 1, a.Number); err != nil { // nothing is lost
		t.Fatal(err)
	}
}

// An edit of a published coding, its passage included, changes what is public
// only when it is published itself.
func TestEditBesidePublished(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	c := d.code(ann, doc.ID, "a duty of due diligence", "law-due-diligence", entente.Affirms)
	id := c.Statement.ID
	d.publish(statement(id))
	public := func() (entente.Stance, []string) {
		var words []string
		for _, q := range d.corpus().Quotations(id) {
			words = append(words, q.Exact)
		}
		for _, st := range d.corpus().StatementsBy("est") {
			if st.ID == id {
				return st.Stance, words
			}
		}
		return "", words
	}
	expect := func(s entente.Stance, words ...string) {
		t.Helper()
		if got, have := public(); got != s || len(have) != len(words) || len(words) > 0 && have[0] != words[0] {
			t.Errorf("public is %q with %q, want %q with %q", got, have, s, words)
		}
	}
	expect(entente.Affirms, "a duty of due diligence")
	version := func() int { return d.seen(statement(id))[0].Version }
	d.fails(d.DropCoding(d.ctx, ann, id, version()), entente.Denied, "published")

	n := d.on(doc.ID, "States should not allow their territory", "law-due-diligence", entente.AffirmsWithConditions)
	if _, err := d.EditCoding(d.ctx, ann, doc.ID, id, version(), n); err != nil {
		t.Fatal(err)
	}
	expect(entente.Affirms, "a duty of due diligence")
	list := d.codings(ann, doc.ID)
	if len(list) != 1 || !list[0].Edit || list[0].State != store.Draft || list[0].Quotation.Exact != "States should not allow their territory" {
		t.Errorf("%+v", list)
	}
	// Dropping the edit brings the published coding back whole.
	if err := d.DropCoding(d.ctx, ann, id, version()); err != nil {
		t.Fatal(err)
	}
	expect(entente.Affirms, "a duty of due diligence")
	if list := d.codings(ann, doc.ID); len(list) != 1 || list[0].Edit || list[0].State != store.Published || list[0].Quotation.Exact != "a duty of due diligence" {
		t.Errorf("%+v", list)
	}
	// Published, the edit replaces the passage. It is moved twice before.
	for _, words := range []string{"wrongful acts", "States should not allow their territory"} {
		n := d.on(doc.ID, words, "law-due-diligence", entente.AffirmsWithConditions)
		if _, err := d.EditCoding(d.ctx, ann, doc.ID, id, version(), n); err != nil {
			t.Fatal(err)
		}
	}
	d.publish(statement(id))
	expect(entente.AffirmsWithConditions, "States should not allow their territory")
	if list := d.codings(ben, doc.ID); len(list) != 1 || list[0].State != store.Published {
		t.Errorf("%+v", list)
	}
	// Only the end of the passage moves: the key stays.
	n = d.on(doc.ID, "States should not allow", "law-due-diligence", entente.Affirms)
	if _, err := d.EditCoding(d.ctx, ann, doc.ID, id, version(), n); err != nil {
		t.Fatal(err)
	}
	expect(entente.AffirmsWithConditions, "States should not allow their territory")
	d.publish(statement(id))
	expect(entente.Affirms, "States should not allow")
}

func TestCodingsOfPublishedSource(t *testing.T) {
	d := newDesk(t)
	corpus := d.corpus()
	st := &corpus.Statements[0]
	doc, _, err := d.AddDocument(d.ctx, ann, workbench.Upload{Data: []byte(paper), Source: st.Source})
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	for i := range corpus.Statements {
		if corpus.Statements[i].Source == st.Source {
			want++
		}
	}
	list := d.codings(ann, doc.ID)
	if len(list) != want || want == 0 {
		t.Fatalf("%d codings, the corpus has %d of this source", len(list), want)
	}
	for _, p := range list {
		if p.Found != workbench.Unplaced || p.State != store.Published || p.Own || p.Paragraph != 0 {
			t.Errorf("%+v", p)
		}
	}
	// One gets its passage; as an edit, since it is published.
	n := d.on(doc.ID, "humanitarian law", st.Proposition, st.Stance)
	n.Actor = st.Actor
	_, err = d.EditCoding(d.ctx, ann, doc.ID, st.ID, 1, n)
	d.fails(err, entente.Denied, "corpus team")
	if _, err := d.EditCoding(d.ctx, rev, doc.ID, st.ID, 1, n); err != nil {
		t.Fatal(err)
	}
	own := d.code(ann, doc.ID, "Nothing else", "law-ihl", "")
	list = d.codings(ann, doc.ID)
	if len(list) != want+1 || list[0].Statement.ID != own.Statement.ID || !list[0].Own || list[1].Statement.ID != st.ID || list[1].Found != workbench.InPlace || list[2].Found != workbench.Unplaced {
		t.Errorf("own first, then placed, then unplaced: %+v", list[:3])
	}
}
