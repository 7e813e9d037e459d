package store_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/store"
)

func TestListByFacetsAndCursor(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		b.save(base(t)...)
		other := row("statements", "id", "St_2", "actor", "bbb", "proposition", "p-two", "stance", "rejects", "source", "paper", "coder", "c2", "checked", "no")
		b.save(edit(0, store.Draft, ""), published(other), note("n", 0, "x"))
		cov := store.RowChange(row("coverage", "id", "cov", "actor", "*", "source", "paper", "subjects", "proposition:p-one", "finding", "nothing", "coder", "c1", "checked", "yes"), 0, store.InReview)
		b.save(cov)
		task := store.Change{Key: store.Key{Kind: "tasks", ID: "t"}, State: store.Draft, Body: []byte(`{"coders":["c1"]}`), Facets: store.Facets{Source: "paper", Coder: "a: b/c'\"%_"}}
		b.save(task)
		for name, c := range map[string]struct {
			ask  store.Query
			want string
		}{
			"actor":          {store.Query{Facets: store.Facets{Actor: "aaa"}}, "actors:aaa statements:st-1"},
			"proposition":    {store.Query{Facets: store.Facets{Proposition: "p-two"}}, "propositions:p-two statements:St_2"},
			"source":         {store.Query{Facets: store.Facets{Source: "paper"}}, "coverage:cov sources:paper statements:St_2 statements:st-1 tasks:t"},
			"coder":          {store.Query{Facets: store.Facets{Coder: "c1"}}, "coverage:cov statements:st-1"},
			"odd coder":      {store.Query{Facets: store.Facets{Coder: "a: b/c'\"%_"}}, "tasks:t"},
			"no such":        {store.Query{Facets: store.Facets{Coder: "C1"}}, ""},
			"two":            {store.Query{Facets: store.Facets{Source: "paper", Coder: "c2"}}, "statements:St_2"},
			"kind":           {store.Query{Kinds: []string{"notes", "statements"}}, "notes:n statements:St_2 statements:st-1"},
			"state":          {store.Query{States: []store.State{store.Draft}}, "notes:n statements:st-1 tasks:t"},
			"states":         {store.Query{States: []store.State{store.Draft, store.InReview}, Kinds: []string{"coverage", "statements"}}, "coverage:cov statements:st-1"},
			"published too":  {store.Query{States: []store.State{store.Draft, store.Published}, Kinds: []string{"statements"}}, "statements:St_2 statements:st-1"},
			"kind and facet": {store.Query{Kinds: []string{"statements"}, Facets: store.Facets{Source: "paper"}}, "statements:St_2 statements:st-1"},
			"after":          {store.Query{After: store.Key{Kind: "sources", ID: "paper"}}, "statements:St_2 statements:st-1 tasks:t"},
			"after in facet": {store.Query{Facets: store.Facets{Source: "paper"}, After: store.Key{Kind: "statements", ID: "St_2"}}, "statements:st-1 tasks:t"},
			"limit":          {store.Query{Limit: 2}, "actors:aaa actors:bbb"},
			"no text":        {store.Query{Kinds: []string{"a\x00\xff"}}, ""},
		} {
			if got := ids(b.list(c.ask)); got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
		}
		if got := b.list(store.Query{Kinds: []string{"tasks"}})[0].Facets; got != task.Facets {
			t.Errorf("facets that the body does not tell: %+v", got)
		}
		_, err := b.List(b.ctx, store.Query{Limit: store.MaxList + 1})
		b.is(err, entente.Invalid, "limit")
		// Page by page everything comes once.
		var all []store.Version
		ask := store.Query{Limit: 3}
		for {
			page := b.list(ask)
			all = append(all, page...)
			if len(page) < 3 {
				break
			}
			ask.After = page[2].Key
		}
		if ids(all) != ids(b.list(store.Query{})) || len(all) != 11 {
			t.Errorf("%d: %s", len(all), ids(all))
		}
	})
}

func TestSearchFindsTheSameOnBothEngines(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		texts := map[string]string{
			"case":   "The Due Diligence obligation",
			"accent": "Türkiye, São Tomé, naïve façade; L’État",
			"signs":  "A/RES/73/27 of 5.12.2018, e-mail a.b@example.org, -5 1.5e3 state's",
			"ja":     "国際法の適用についての日本の立場",
			"et":     "Küberruumis kehtib rahvusvaheline õigus",
			"ar":     "القَانُون الدولي",
			"long":   strings.Repeat("x", 300),
			"quote":  `"quoted" (brackets) AND OR NOT NEAR * ^ : & | ! <->`,
		}
		var changes []store.Change
		for id, text := range texts {
			changes = append(changes, note(id, 0, text))
		}
		doc := note("doc", 0, "A title")
		doc.Kind, doc.Words = "documents", "paragraph about sovereignty\x00 and\xff more"
		b.save(append(changes, doc)...)
		for ask, want := range map[string]string{
			"due diligence": "notes:case", "DILIGENCE Dué": "notes:case", "diligenc": "", "due absent": "",
			"turkiye": "notes:accent", "Sao tome": "notes:accent", "TÜRKIYE": "notes:accent", "etat l": "notes:accent", "facade": "notes:accent",
			"A/RES/73/27": "notes:signs", "2018": "notes:signs", "mail": "notes:signs", "example.org": "notes:signs", "1.5e3": "notes:signs", "state's": "notes:signs", "states": "",
			"国際法": "notes:ja", "日本の立場": "notes:ja", "法国": "", "適用": "notes:ja",
			"oigus": "notes:et", "KUBERRUUMIS": "notes:et", "القانون": "notes:ar",
			strings.Repeat("x", 300): "notes:long", "quoted or": "notes:quote", "* AND \"quoted": "notes:quote",
			"sovereignty": "documents:doc", "sovereignty title": "documents:doc", "and more": "documents:doc",
			"text": "", // the name of a field is no word
			"→kn":  "", "k notes": "", "! & |": "", "doc": "documents:doc",
		} {
			if got := ids(b.list(store.Query{Words: ask})); got != want {
				t.Errorf("%q finds %q, want %q", ask, got, want)
			}
		}
		if got := ids(b.list(store.Query{Words: "title", Kinds: []string{"documents"}, States: []store.State{store.Draft, store.Published}})); got != "documents:doc" {
			t.Error(got)
		}
		// Words stay when the record changes, until others come; the old ones go.
		doc.Base, doc.Words, doc.State = 1, "", store.InReview
		b.save(doc)
		if got := ids(b.list(store.Query{Words: "sovereignty"})); got != "documents:doc" {
			t.Errorf("the words are lost: %s", got)
		}
		doc.Base, doc.Words = 2, "another text"
		b.save(doc)
		if got := ids(b.list(store.Query{Words: "sovereignty"})) + ids(b.list(store.Query{Words: "another"})); got != "documents:doc" {
			t.Errorf("got %s", got)
		}
		if _, err := b.Restore(b.ctx, store.Reason{Who: "ann"}, doc.Key, 1, 3); err != nil {
			t.Fatal(err)
		}
		if got := ids(b.list(store.Query{Words: "sovereignty"})) + ids(b.list(store.Query{Words: "another"})); got != "documents:doc" {
			t.Errorf("after restoring: %s", got)
		}
		// The best match first: it says the word more densely; of equals the later.
		b.save(note("r1", 0, "apple and many other words beside it in a long text"))
		b.save(note("r2", 0, "apple apple"))
		b.save(note("r3", 0, "apple pear"))
		b.save(note("r4", 0, "apple plum"))
		if got := ids(b.list(store.Query{Words: "apple"})); got != "notes:r2 notes:r4 notes:r3 notes:r1" {
			t.Error(got)
		}
		if got := ids(b.list(store.Query{Words: "apple", Limit: 2})); got != "notes:r2 notes:r4" {
			t.Error(got)
		}
		b.verify()
	})
}

func TestLogFilters(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		b.save(base(t)...)
		b.save(edit(0, store.Draft, ""))
		if _, err := b.Save(b.ctx, store.Reason{Who: "ben", Why: "mine", Via: "web"}, note("n", 0, "x")); err != nil {
			t.Fatal(err)
		}
		b.save(edit(1, store.Draft, "b"), note("n", 1, "y"))
		for name, c := range map[string]struct {
			ask  store.LogQuery
			want []int64
		}{
			"all":       {store.LogQuery{}, []int64{4, 3, 2, 1}},
			"who":       {store.LogQuery{Who: "ben"}, []int64{3}},
			"record":    {store.LogQuery{Record: one}, []int64{4, 2}},
			"kind":      {store.LogQuery{Record: store.Key{Kind: "notes"}}, []int64{4, 3}},
			"before":    {store.LogQuery{Before: 3}, []int64{2, 1}},
			"since":     {store.LogQuery{Since: b.now.Add(-time.Second)}, []int64{4, 3}},
			"limit":     {store.LogQuery{Limit: 1}, []int64{4}},
			"nobody":    {store.LogQuery{Who: "zoe"}, nil},
			"no record": {store.LogQuery{Record: store.Key{Kind: "notes", ID: "m"}}, nil},
			"no text":   {store.LogQuery{Who: "\xff"}, nil},
		} {
			got, err := b.Log(b.ctx, c.ask)
			var seqs []int64
			for _, e := range got {
				seqs = append(seqs, e.Seq)
			}
			if err != nil || fmt.Sprint(seqs) != fmt.Sprint(c.want) {
				t.Errorf("%s: %v %v, want %v", name, seqs, err, c.want)
			}
		}
		got, err := b.Log(b.ctx, store.LogQuery{Limit: 1})
		if err != nil || len(got[0].Touched) != 2 || got[0].Touched[0] != (store.Touched{Key: store.Key{Kind: "notes", ID: "n"}, Number: 2, State: store.Draft}) {
			t.Errorf("%+v %v", got, err)
		}
		_, err = b.Log(b.ctx, store.LogQuery{Limit: -1})
		b.is(err, entente.Invalid, "limit")
		var many []store.Change
		for i := range store.MaxTouched + 50 {
			many = append(many, note(fmt.Sprintf("m%04d", i), 0, ""))
		}
		b.save(many...)
		if got, err := b.Log(b.ctx, store.LogQuery{Limit: 1}); err != nil || len(got[0].Touched) != store.MaxTouched || got[0].More != 50 {
			t.Errorf("%d touched, %d more, %v", len(got[0].Touched), got[0].More, err)
		}
	})
}

func TestKnownAt(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		_, err := b.At(b.ctx, start)
		b.is(err, entente.NotFound, "held nothing")
		var commits []store.Commit
		var notes []string // what the public saw after each
		add := func(c store.Commit, want string) { commits, notes = append(commits, c), append(notes, want) }
		add(b.save(base(t)...), "")
		add(b.save(edit(0, store.Published, "one")), "one")
		add(b.save(edit(1, store.Draft, "two")), "one")
		add(b.save(edit(2, store.Published, "two")), "two")
		add(b.save(edit(3, store.Retired, "two")), "")
		add(b.save(edit(4, store.Draft, "three")), "")
		add(b.save(published(statement("st-2", "other"))), "other")
		for i, c := range commits {
			for _, at := range []time.Time{c.At, c.At.Add(999 * time.Microsecond)} {
				m, err := b.At(b.ctx, at)
				if err != nil || m.Seq != c.Seq || !m.At.Equal(c.At) {
					t.Errorf("at %v: %+v %v, want %d", at, m, err, c.Seq)
				}
				corpus, m2, err := b.CorpusAt(b.ctx, at)
				if err != nil || m2 != m {
					t.Fatalf("%v %v %v", m, m2, err)
				}
				got := ""
				for _, s := range corpus.Statements {
					got += s.Note
				}
				if got != notes[i] || corpus.Info.Version != fmt.Sprintf("1+%d", m.Public) {
					t.Errorf("known at commit %d: %q of %s, want %q", c.Seq, got, corpus.Info.Version, notes[i])
				}
			}
		}
		now, m, err := b.CorpusAt(b.ctx, b.now.Add(time.Hour))
		if err != nil || m.Seq != 7 || len(datapackage.Diff(now, b.corpus())) != 0 {
			t.Errorf("%v %v", m, err)
		}
	})
}

func TestRestoreAndUndo(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		b.save(base(t)...)
		reason := store.Reason{Who: "edith", Why: "undo"}
		undo := func(c store.Commit) store.Commit {
			t.Helper()
			u, err := b.Undo(b.ctx, reason, c.Seq)
			if err != nil {
				t.Fatal(err)
			}
			return u
		}
		state := func() string {
			v := b.get(one)
			public := "nothing"
			if c := b.corpus(); len(c.Statements) > 0 {
				public = c.Statements[0].Note
			}
			r, _ := store.DecodeRow(v.Kind, v.Body)
			return string(v.State) + " " + r.Cells[len(r.Cells)-1] + ", public " + public
		}
		want := func(s string) {
			t.Helper()
			if got := state(); got != s {
				t.Errorf("got %q, want %q", got, s)
			}
		}
		made := b.save(edit(0, store.Draft, "a"))
		changed := b.save(edit(1, store.Draft, "b"))
		_, err := b.Undo(b.ctx, reason, made.Seq)
		b.is(err, entente.Conflict, "started from version 1, now it is 2")
		undo(changed)
		want("draft a, public nothing")
		pub := b.save(edit(3, store.Published, "c"))
		want("published c, public c")
		back := undo(pub)
		want("retired a, public nothing") // it was never public before
		undo(back)
		want("published c, public c")
		b.save(edit(6, store.Draft, "d"))
		pub = b.save(edit(7, store.Published, "d"))
		undo(pub)
		want("published c, public c")
		gone := b.save(edit(9, store.Retired, "c"))
		undo(gone)
		want("published c, public c")
		_, err = b.Undo(b.ctx, reason, 999)
		b.is(err, entente.NotFound, "no such commit")
		if _, err := b.Restore(b.ctx, reason, one, 2, 11); err != nil {
			t.Fatal(err)
		}
		want("draft b, public c")
		_, err = b.Restore(b.ctx, reason, one, 2, 11)
		b.is(err, entente.Conflict, "now it is 12")
		_, err = b.Restore(b.ctx, reason, one, 99, 12)
		b.is(err, entente.NotFound, "version 99")
		// A commit of several records is taken back as one, unless something
		// published since refers to a part of it.
		prop := row("propositions", "id", "p-new", "pillar", "law", "issue", "new", "statement", "A new one")
		st := statement("st-new", "")
		st.Cells[2] = "p-new"
		both := b.save(published(prop), published(st))
		later := statement("st-later", "")
		later.Cells[2] = "p-new"
		b.save(published(later))
		_, err = b.Undo(b.ctx, reason, both.Seq)
		b.is(err, entente.Conflict, "statements:st-later")
		b.save(store.RowChange(later, 1, store.Retired))
		undo(both)
		if v := b.get(store.Key{Kind: "propositions", ID: "p-new"}); v.State != store.Retired {
			t.Errorf("%+v", v)
		}
		// Sharing a private note and taking that back.
		n := note("n", 0, "mine")
		n.Layer = store.Private("ann")
		b.save(n)
		n.Base, n.Layer = 1, ""
		undo(b.save(n))
		if v := b.get(n.Key); v.Layer != store.Private("ann") {
			t.Errorf("%+v", v)
		}
		b.verify()
	})
}

func TestBlobs(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		for _, data := range [][]byte{[]byte("%PDF-1.7 \x00\xff"), {}, bytes.Repeat([]byte("x"), 3<<20)} {
			sum := sha256.Sum256(data)
			for range 2 {
				hash, err := b.PutBlob(b.ctx, "application/pdf", data)
				if err != nil || hash != hex.EncodeToString(sum[:]) {
					t.Fatal(hash, err)
				}
			}
			got, media, err := b.Blob(b.ctx, hex.EncodeToString(sum[:]))
			if err != nil || media != "application/pdf" || !bytes.Equal(got, data) {
				t.Errorf("%d bytes, %s, %v", len(got), media, err)
			}
		}
		_, _, err := b.Blob(b.ctx, "none")
		b.is(err, entente.NotFound, "no such file")
		_, err = b.PutBlob(b.ctx, "x", make([]byte, store.MaxBlob+1))
		b.is(err, entente.Invalid, "too large")
		if c := b.verify(); c.Blobs != 3 {
			t.Errorf("%+v", c)
		}
		// What is kept for a while goes by its media type, and nothing else with it.
		short := "application/x-short"
		fine := func(errs ...error) {
			t.Helper()
			if err := errors.Join(errs...); err != nil {
				t.Fatal(err)
			}
		}
		one, err := b.PutBlob(b.ctx, short, []byte("one"))
		two, err2 := b.PutBlob(b.ctx, short, []byte("two"))
		fine(err, err2, b.DropBlob(b.ctx, "application/pdf", one), b.ExpireBlobs(b.ctx, short, time.Time{}))
		if c := b.verify(); c.Blobs != 5 {
			t.Errorf("%+v", c)
		}
		fine(b.DropBlob(b.ctx, short, one), b.DropBlob(b.ctx, short, one))
		_, _, err = b.Blob(b.ctx, one)
		b.is(err, entente.NotFound, "no such file")
		_, _, err = b.Blob(b.ctx, two)
		fine(err, b.ExpireBlobs(b.ctx, short, time.Now().AddDate(200, 0, 0)))
		if c := b.verify(); c.Blobs != 3 {
			t.Errorf("%+v", c)
		}
		// A file that changed behind the store's back is told, not given.
		err = b.Write(b.ctx, func(ctx ctxt, q store.Querier) error {
			_, err := q.ExecContext(ctx, "UPDATE blobs SET data = $1 WHERE size = 0", []byte("x"))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		none := sha256.Sum256(nil)
		_, _, err = b.Blob(b.ctx, hex.EncodeToString(none[:]))
		b.is(err, entente.Internal, "not what was put in")
		_, err = b.Verify(b.ctx, nil)
		b.is(err, entente.Internal, "not what was put in")
	})
}
