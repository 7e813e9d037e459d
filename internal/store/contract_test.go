package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/pgtest"
	"entente/internal/store"
)

func TestMain(m *testing.M) {
	if child() {
		return
	}
	pgtest.Main(m)
}

// contract is a test that runs on both engines: it gets the place of an empty
// store of its own.
func contract(t *testing.T, run func(t *testing.T, place string)) {
	t.Run("sqlite", func(t *testing.T) { run(t, filepath.Join(t.TempDir(), "work.entente")) })
	t.Run("postgres", func(t *testing.T) { run(t, pgtest.Database(t, "store", empty)) })
}

// empty makes an empty store.
func empty(place string) error {
	s, err := store.Open(context.Background(), place, store.Options{Create: true})
	if err != nil {
		return err
	}
	return s.Close()
}

// bench is a store with a clock that a test sets, and shorthands that end the
// test when something fails that should not.
type bench struct {
	*store.Store
	t   *testing.T
	ctx context.Context
	now time.Time
}

// start is the instant of a bench's first write.
var start = time.Date(2021, 2, 19, 8, 0, 0, 0, time.UTC)

func open(t *testing.T, place string) *bench {
	t.Helper()
	b := &bench{t: t, ctx: t.Context(), now: start}
	s, err := store.Open(b.ctx, place, store.Options{Create: true, Now: func() time.Time {
		b.now = b.now.Add(time.Second)
		return b.now
	}})
	if err != nil {
		t.Fatal(err)
	}
	b.Store = s
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func (b *bench) save(changes ...store.Change) store.Commit {
	b.t.Helper()
	c, err := b.Save(b.ctx, store.Reason{Who: "ann", Why: "test", Via: "test"}, changes...)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// refused saves and expects an error of a kind with a text in it.
func (b *bench) refused(kind entente.Kind, text string, changes ...store.Change) {
	b.t.Helper()
	before, err := b.Mark(b.ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	_, err = b.Save(b.ctx, store.Reason{Who: "ben", Why: "test"}, changes...)
	b.is(err, kind, text)
	if after, err := b.Mark(b.ctx); err != nil || after != before {
		b.t.Errorf("a refused write moved the mark: %v to %v, %v", before, after, err)
	}
}

func (b *bench) is(err error, kind entente.Kind, text string) {
	b.t.Helper()
	if entente.KindOf(err) != kind || !strings.Contains(fmt.Sprint(err), text) {
		b.t.Errorf("got %v (%s), want %s with %q", err, entente.KindOf(err), kind, text)
	}
}

func (b *bench) get(k store.Key) *store.Version {
	b.t.Helper()
	v, err := b.Get(b.ctx, k)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

func (b *bench) list(q store.Query) []store.Version {
	b.t.Helper()
	l, err := b.List(b.ctx, q)
	if err != nil {
		b.t.Fatal(err)
	}
	return l
}

// ids are the keys of versions, in their order.
func ids(list []store.Version) string {
	var out []string
	for _, v := range list {
		out = append(out, v.String())
	}
	return strings.Join(out, " ")
}

func (b *bench) corpus() *entente.Corpus {
	b.t.Helper()
	c, _, err := b.Corpus(b.ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// verify makes a deep check.
func (b *bench) verify() *store.Check {
	b.t.Helper()
	c, err := b.Verify(b.ctx, nil)
	if err != nil {
		b.t.Fatalf("the deep check: %v", err)
	}
	return c
}

// row makes a row of the corpus from "column", "value" pairs.
func row(table string, cells ...string) datapackage.Row {
	r := datapackage.Row{Table: table}
	for _, c := range datapackage.Columns(table) {
		value := ""
		for i := 0; i < len(cells); i += 2 {
			if cells[i] == c.Name {
				value = cells[i+1]
			}
		}
		r.Cells = append(r.Cells, value)
	}
	return r
}

func published(r datapackage.Row) store.Change { return store.RowChange(r, 0, store.Published) }

// base are made-up records: two actors, a source, two propositions.
func base(t *testing.T) []store.Change {
	t.Helper()
	info, err := store.InfoChange(entente.Info{Name: "made-up", Title: "Made-up corpus", Version: "1", Released: entente.Day(2020, 1, 1), Licence: "CC0-1.0"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return []store.Change{
		info,
		published(row("actors", "id", "aaa", "kind", "state", "name", "Aland", "open", "no")),
		published(row("actors", "id", "bbb", "kind", "state", "name", "Bland", "open", "no")),
		published(row("sources", "id", "paper", "title", "A position paper", "kind", string(entente.SourceKinds[0]), "text_of", "aaa")),
		published(row("propositions", "id", "p-one", "pillar", "law", "issue", "one", "statement", "The first applies")),
		published(row("propositions", "id", "p-two", "pillar", "law", "issue", "two", "statement", "The second applies")),
	}
}

func statement(id, note string) datapackage.Row {
	return row("statements", "id", id, "actor", "aaa", "proposition", "p-one", "stance", "affirms", "source", "paper", "pinpoint", "para. 1", "coder", "c1", "checked", "yes", "note", note)
}

var one = store.Key{Kind: "statements", ID: "st-1"}

// edit is a change of the statement st-1 from a version.
func edit(from int, s store.State, note string) store.Change {
	return store.RowChange(statement("st-1", note), from, s)
}

// note is a record of a kind that is no table.
func note(id string, from int, text string) store.Change {
	b, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		panic(err)
	}
	return store.Change{Key: store.Key{Kind: "notes", ID: id}, Base: from, State: store.Draft, Body: b}
}

var errStop = errors.New("stop")
