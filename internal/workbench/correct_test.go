package workbench_test

import (
	"strings"
	"testing"

	"entente"
	"entente/internal/store"
	"entente/internal/workbench"
)

func TestCorrectText(t *testing.T) {
	d := newDesk(t)
	doc := d.add(strings.Replace(paper, "decided whether", "decidcd whethcr", 1))
	law := d.code(ann, doc.ID, "humanitarian law applies to cyber operations", "law-ihl", entente.Affirms)
	scan := d.code(ben, doc.ID, "We have not yet decidcd whethcr countermeasures may be taken collectively", "law-countermeasures", entente.Reserved)
	gone := d.code(ann, doc.ID, "Nothing else is said here, and it is said at length so that the text has some body to it", "law-charter", "")
	stay := d.code(ann, doc.ID, "A synthetic position paper", "law-charter", "")
	fixed := strings.Replace(paper, "1. International", "0. A paragraph that the scan had left out.\n\n1. International", 1)
	fixed = fixed[:strings.Index(fixed, "4. Nothing")] + "4. Quite another ending."
	fix, err := d.CorrectText(d.ctx, ben, doc.ID, strings.ReplaceAll(fixed, "\n", "\r\n"), doc.Version)
	if err != nil {
		t.Fatal(err)
	}
	ids := func(list []workbench.Relocated) (out []string) {
		for _, r := range list {
			out = append(out, r.Statement)
		}
		return out
	}
	one := func(what string, got []workbench.Relocated, id string) {
		t.Helper()
		if len(got) != 1 || got[0].Statement != id {
			t.Errorf("%s: %v, want %s", what, ids(got), id)
		}
	}
	one("moved", fix.Moved, law.Statement.ID)
	one("fuzzy", fix.Fuzzy, scan.Statement.ID)
	one("orphaned", fix.Orphaned, gone.Statement.ID)
	if fix.Fuzzy[0].To.Exact != "We have not yet decided whether countermeasures may be taken collectively" || fix.Orphaned[0].To != (entente.Quotation{}) {
		t.Errorf("%+v", fix)
	}
	text, err := d.Text(d.ctx, doc.ID)
	if err != nil || text.Plain != fixed || text.Hash != fix.Document.Hash || fix.Document.Past[0] != doc.Hash {
		t.Errorf("%q %v", text.Plain, err)
	}
	if old, _, err := d.Store.Blob(d.ctx, doc.Hash); err != nil || !strings.Contains(string(old), "whethcr") {
		t.Error("the text from before is lost", err)
	}
	found := map[string]workbench.Found{}
	for _, p := range d.codings(ann, doc.ID) {
		found[p.Statement.ID] = p.Found
		if got, _ := text.Slice(p.Start, p.End); p.Found != workbench.Orphaned && got != p.Quotation.Exact {
			t.Errorf("%s stands at %q, not at %q", p.Statement.ID, got, p.Quotation.Exact)
		}
		if p.Statement.ID == gone.Statement.ID && p.Quotation != gone.Quotation {
			t.Errorf("an orphan was changed: %+v", p.Quotation)
		}
	}
	if found[law.Statement.ID] != workbench.InPlace || found[scan.Statement.ID] != workbench.InPlace || found[gone.Statement.ID] != workbench.Orphaned || found[stay.Statement.ID] != workbench.InPlace || len(found) != 4 {
		t.Errorf("%v", found)
	}
	// One commit for the text and all that moved.
	v, _ := d.Store.Get(d.ctx, store.Key{Kind: workbench.KindDocument, ID: doc.ID})
	q, _ := d.Store.Get(d.ctx, store.Key{Kind: workbench.KindQuotation, ID: law.Passage})
	if v.Commit.Seq != q.Commit.Seq || q.State != store.Retired {
		t.Errorf("%+v %+v", v.Commit, q)
	}

	_, err = d.CorrectText(d.ctx, ann, doc.ID, paper, doc.Version)
	d.fails(err, entente.Conflict, "by ben")
	_, err = d.CorrectText(d.ctx, ann, doc.ID, fixed, v.Number)
	d.fails(err, entente.Invalid, "nothing was changed")
	_, err = d.CorrectText(d.ctx, ann, doc.ID, " \n\n ", v.Number)
	d.fails(err, entente.Invalid, "no text")
	// Put back, the orphan is found again.
	if _, err := d.CorrectText(d.ctx, ann, doc.ID, paper, v.Number); err != nil {
		t.Fatal(err)
	}
	for _, p := range d.codings(ann, doc.ID) {
		if p.Found == workbench.Orphaned {
			t.Errorf("still lost: %+v", p)
		}
	}
}

// A correction that keeps all lengths keeps the layout, and is seen all the same.
func TestCorrectTextOfOneLetter(t *testing.T) {
	d := newDesk(t)
	doc := d.add(strings.Replace(paper, "humanitarian", "humanltarian", 1))
	c := d.code(ann, doc.ID, "International humanltarian law applies", "law-ihl", entente.Affirms)
	fix, err := d.CorrectText(d.ctx, ann, doc.ID, paper, doc.Version)
	if err != nil {
		t.Fatal(err)
	}
	text, err := d.Text(d.ctx, doc.ID)
	if err != nil || text.Plain != paper || fix.Document.Layout != doc.Layout {
		t.Errorf("%q %v", text.Plain, err)
	}
	list := d.codings(ann, doc.ID)
	if len(fix.Fuzzy) != 1 || len(list) != 1 || list[0].Quotation.Exact != "International humanitarian law applies" || list[0].Passage != c.Passage || list[0].Found != workbench.InPlace {
		t.Errorf("%+v %+v", fix, list)
	}
}

// The passages of one coding may change places: the keys hold where they start.
func TestCorrectTextShiftsKeys(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	c := d.code(ann, doc.ID, "This is a duty of due diligence.", "law-due-diligence", entente.Affirms)
	base := c.Quotation.Start
	// A second passage of the same coding, exactly where the first one will go.
	gap := 40
	text, _ := d.Text(d.ctx, doc.ID)
	exact, _ := text.Slice(base+gap, base+gap+45)
	prefix, _ := text.Slice(base+gap-32, base+gap)
	suffix, _ := text.Slice(base+gap+45, base+gap+77)
	_, err := d.Store.Save(d.ctx, store.Reason{Who: "ann"}, quotation(entente.Quotation{
		Statement: c.Statement.ID, Source: doc.Source, Document: doc.Hash, Start: base + gap, End: base + gap + 45, Exact: exact, Prefix: prefix, Suffix: suffix,
	}))
	if err != nil {
		t.Fatal(err)
	}
	fix, err := d.CorrectText(d.ctx, ann, doc.ID, strings.Repeat("x", gap-2)+"\n\n"+paper, doc.Version)
	if err != nil {
		t.Fatal(err)
	}
	if len(fix.Moved) != 2 || fix.Moved[0].To.Start != base+gap || fix.Moved[1].To.Start != base+2*gap {
		t.Errorf("%+v", fix)
	}
	list := d.codings(ann, doc.ID)
	if len(list) != 2 || list[0].Quotation.Exact != c.Quotation.Exact || list[1].Quotation.Exact != exact {
		t.Errorf("%+v", list)
	}
}

func TestCorrectTextOfPublished(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	c := d.code(ann, doc.ID, "humanitarian law", "law-ihl", entente.Affirms)
	d.publish(statement(c.Statement.ID))
	moved := "A line before.\n\n" + paper
	_, err := d.CorrectText(d.ctx, ann, doc.ID, moved, doc.Version)
	d.fails(err, entente.Denied, "may not publish")
	n := d.on(doc.ID, "International humanitarian law", "law-ihl", entente.Affirms)
	edit, err := d.EditCoding(d.ctx, ann, doc.ID, c.Statement.ID, d.seen(statement(c.Statement.ID))[0].Version, n)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.CorrectText(d.ctx, edith, doc.ID, moved, doc.Version)
	d.fails(err, entente.Conflict, "waits")
	if err := d.DropCoding(d.ctx, ann, c.Statement.ID, edit.Version); err != nil {
		t.Fatal(err)
	}
	fix, err := d.CorrectText(d.ctx, edith, doc.ID, moved, doc.Version)
	if err != nil {
		t.Fatal(err)
	}
	q := d.corpus().Quotations(c.Statement.ID)
	if len(q) != 1 || q[0].Document != fix.Document.Hash || q[0].Start != c.Quotation.Start+16 || q[0].Exact != "humanitarian law" {
		t.Errorf("%+v", q)
	}
}

func quotation(q entente.Quotation) store.Change {
	r := entente.Records{Quotations: []entente.Quotation{q}}
	return store.RowChange(rows(&r)[0], 0, store.Draft)
}
