package workbench_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/store"
	"entente/internal/workbench"
)

func TestAddDocument(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	text, err := d.Text(d.ctx, doc.ID)
	if err != nil {
		t.Fatal(err)
	}
	if text.Plain != paper || text.Hash != doc.Hash || doc.Paragraphs != 5 || text.Paragraphs[1].Label != "1." {
		t.Errorf("text %q of %+v", text.Plain, doc)
	}
	data, media, err := d.File(d.ctx, doc.ID)
	if err != nil || string(data) != paper || media != "text/plain" {
		t.Errorf("file %q %q %v", data, media, err)
	}
	if plain, _, err := d.Store.Blob(d.ctx, doc.Hash); err != nil || string(plain) != paper {
		t.Errorf("the text is not kept under the hash that quotations name: %v", err)
	}
	v, err := d.Store.Get(d.ctx, store.Key{Kind: "sources", ID: string(doc.Source)})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{doc.Original, `"lang":"en"`, `"status":"official"`, `"text_of":"est"`} {
		if v.State != store.Draft || !strings.Contains(string(v.Body), want) {
			t.Errorf("source %s %s lacks %s", v.State, v.Body, want)
		}
	}
	if d.corpus().Source(doc.Source) != nil {
		t.Error("the draft of a source is public")
	}
	found, err := d.Documents(d.ctx, ann, workbench.DocumentFilter{Words: "countermeasures collectively"})
	if err != nil || len(found) != 1 || found[0].ID != doc.ID {
		t.Errorf("search found %+v, %v", found, err)
	}
}

func TestDuplicates(t *testing.T) {
	d := newDesk(t)
	long := paper
	for i := range 60 {
		long += strings.Repeat("\n\nA sentence that only stands here for the sake of length, number ", 1) + strings.Repeat(string(rune('a'+i%26)), i+1) + "."
	}
	first := d.add(long)
	add := func(text string) (*workbench.Document, []workbench.Duplicate) {
		t.Helper()
		doc, dups, err := d.AddDocument(d.ctx, ben, workbench.Upload{Data: []byte(text), NewSource: &entente.Source{Title: "Another", Kind: entente.Webpage}})
		if err != nil {
			t.Fatal(err)
		}
		return doc, dups
	}
	mark := func() int64 {
		m, err := d.Store.Mark(d.ctx)
		if err != nil {
			t.Fatal(err)
		}
		return m.Seq
	}
	before := mark()
	for text, alike := range map[string]workbench.Alike{long: workbench.SameFile, strings.ReplaceAll(long, "\n", "\r\n"): workbench.SameText} {
		doc, dups := add(text)
		if doc.ID != first.ID || len(dups) != 1 || dups[0].Alike != alike || mark() != before {
			t.Errorf("%s: %+v %+v", alike, doc, dups)
		}
	}
	doc, dups := add(strings.Replace(long, "has some body", "has got some body", 1))
	if doc.ID == first.ID || len(dups) != 1 || dups[0].Alike != workbench.NearText || dups[0].Likeness <= 0.9 || dups[0].Likeness >= 1 {
		t.Errorf("near duplicate: %+v", dups)
	}
	if _, dups := add("Something else altogether, of which nothing stands in the other texts of this test."); len(dups) != 0 {
		t.Errorf("no duplicate: %+v", dups)
	}
}

func TestDocumentOfPublishedSource(t *testing.T) {
	d := newDesk(t)
	src := d.corpus().Sources[0]
	for i := range d.corpus().Sources {
		if s := d.corpus().Sources[i]; s.SHA256 == "" {
			src = s
			break
		}
	}
	doc, _, err := d.AddDocument(d.ctx, ann, workbench.Upload{Name: "x.txt", Data: []byte(paper), Source: src.ID})
	if err != nil {
		t.Fatal(err)
	}
	if doc.Lang != src.Lang || doc.Status != src.Status || doc.Title != src.Title {
		t.Errorf("%+v does not take after its source %+v", doc, src)
	}
	v, err := d.Store.Get(d.ctx, store.Key{Kind: "sources", ID: string(src.ID)})
	if err != nil || v.State != store.Draft || v.Number != 2 || !strings.Contains(string(v.Body), doc.Original) {
		t.Errorf("the source's row: %+v %v", v, err)
	}
	if got := d.corpus().Source(src.ID); got == nil || got.SHA256 != "" {
		t.Error("the edit of a published source is public before it is published")
	}
	if err := d.DropDocument(d.ctx, ann, doc.ID, doc.Version, "wrong file"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Document(d.ctx, doc.ID); entente.KindOf(err) != entente.NotFound {
		t.Errorf("dropped: %v", err)
	}
	again, dups, err := d.AddDocument(d.ctx, ann, workbench.Upload{Name: "x.txt", Data: []byte(paper), Source: src.ID})
	if err != nil || len(dups) != 0 || again.ID != doc.ID {
		t.Errorf("a dropped document cannot come again: %v %v", dups, err)
	}
}

func TestUploadErrors(t *testing.T) {
	d := newDesk(t)
	src := d.corpus().Sources[0].ID
	fresh := func() *entente.Source { return &entente.Source{Title: "T", Kind: entente.Webpage} }
	for _, tt := range []struct {
		up   workbench.Upload
		kind entente.Kind
		what string
	}{
		{workbench.Upload{Data: []byte("x")}, entente.Invalid, "which source"},
		{workbench.Upload{Data: []byte("x"), Source: src, NewSource: fresh()}, entente.Invalid, "which source"},
		{workbench.Upload{Data: []byte("x"), Source: "no-such"}, entente.Invalid, "no-such"},
		{workbench.Upload{Data: []byte("x"), Source: src, Lang: "<script>"}, entente.Invalid, "language tag"},
		{workbench.Upload{Data: []byte("x"), Source: src, Status: "holy"}, entente.Invalid, "holy"},
		{workbench.Upload{Data: nil, Source: src}, entente.Invalid, "empty"},
		{workbench.Upload{Data: []byte("\x00\x01\x02\x03\x00\x00"), Source: src}, entente.Invalid, "not text"},
		{workbench.Upload{Name: strings.Repeat("n", 2000), Data: []byte("x"), Source: src}, entente.Invalid, "2000 bytes"},
		{workbench.Upload{Name: "a\x00b", Data: []byte("x"), Source: src}, entente.Invalid, "control"},
		{workbench.Upload{Data: []byte("x"), NewSource: &entente.Source{Kind: entente.Webpage}}, entente.Invalid, "title"},
		{workbench.Upload{Data: []byte("x"), NewSource: &entente.Source{Title: "T", Kind: "scroll"}}, entente.Invalid, "scroll"},
		{workbench.Upload{Data: []byte("x"), NewSource: &entente.Source{Title: "T", Kind: entente.Webpage, URL: "javascript:alert(1)"}}, entente.Invalid, "web address"},
		{workbench.Upload{Data: []byte("x"), NewSource: &entente.Source{Title: "T", Kind: entente.Webpage, TextOf: []entente.ActorID{"atlantis"}}}, entente.Invalid, "atlantis"},
		{workbench.Upload{Data: []byte("x"), NewSource: &entente.Source{ID: src, Title: "T", Kind: entente.Webpage}}, entente.Conflict, "already"},
	} {
		_, _, err := d.AddDocument(d.ctx, ann, tt.up)
		d.fails(err, tt.kind, tt.what)
	}
	_, _, err := d.AddDocument(d.ctx, workbench.User{}, workbench.Upload{Data: []byte("x"), Source: src})
	d.fails(err, entente.Denied, "who acts")
	if list, err := d.Documents(d.ctx, ann, workbench.DocumentFilter{}); err != nil || len(list) != 0 {
		t.Errorf("refused uploads left %v, %v", list, err)
	}
}

func TestSaveSource(t *testing.T) {
	d := newDesk(t)
	v, err := d.SaveSource(d.ctx, ann, entente.Source{Title: " A paper\r\n", Kind: entente.Webpage}, 0)
	if err != nil {
		t.Fatal(err)
	}
	src := entente.Source{ID: entente.SourceID(v.ID), Title: "A better title", Kind: entente.Webpage}
	if _, err := d.SaveSource(d.ctx, ann, src, v.Number); err != nil {
		t.Fatal(err)
	}
	_, err = d.SaveSource(d.ctx, ben, src, v.Number)
	d.fails(err, entente.Conflict, "meanwhile")
	h, err := d.Store.History(d.ctx, v.Key)
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, v := range h {
		titles = append(titles, string(v.Body))
	}
	want := []string{`{"id":"` + v.ID + `","title":"A better title","kind":"webpage"}`, `{"id":"` + v.ID + `","title":"A paper","kind":"webpage"}`}
	if diff := cmp.Diff(want, titles); diff != "" {
		t.Error(diff)
	}
}
