package workbench_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"entente"
	"entente/corpora"
	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/store"
	"entente/internal/workbench"
)

// filled is a store that holds the corpus that comes with Entente, made once.
var filled = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "workbench")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	place := filepath.Join(dir, "work.entente")
	s, err := store.Open(context.Background(), place, store.Options{Create: true})
	if err != nil {
		return nil, err
	}
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		return nil, err
	}
	if _, err := s.Fill(context.Background(), store.Reason{Who: "local", Why: "start"}, c); err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(place)
})

// desk is a workbench for one test.
type desk struct {
	*workbench.Bench
	t   *testing.T
	ctx context.Context
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	data, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	place := filepath.Join(t.TempDir(), "work.entente")
	if err := os.WriteFile(place, data, 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	s, err := store.Open(context.Background(), place, store.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &desk{workbench.New(s, workbench.Options{Now: clock}), t, context.Background()}
}

// The people of the tests, all made up.
var (
	ann    = workbench.User{Name: "ann", Role: auth.Coder}
	ben    = workbench.User{Name: "ben", Role: auth.Coder}
	cyd    = workbench.User{Name: "cyd", Role: auth.Coder}
	rev    = workbench.User{Name: "rev", Role: auth.Reviewer}
	edith  = workbench.User{Name: "edith", Role: auth.Editor}
	adam   = workbench.User{Name: "adam", Role: auth.Admin}
	people = []workbench.User{ann, ben, cyd, rev, edith, adam}
)

// paper is a synthetic position paper.
const paper = `A synthetic position paper

1. International humanitarian law applies to cyber operations in armed conflict.

2. States should not allow their territory to be used for wrongful acts. This is a duty of due diligence.

3. We have not yet decided whether countermeasures may be taken collectively.

4. Nothing else is said here, and it is said at length so that the text has some body to it.`

// add brings in a text as a copy of a new source of Estonia.
func (d *desk) add(text string) *workbench.Document {
	d.t.Helper()
	doc, _, err := d.AddDocument(d.ctx, ann, workbench.Upload{Name: "paper.txt", Data: []byte(text), Lang: "en", Status: entente.Official, NewSource: &entente.Source{
		Title: "A synthetic paper", Date: entente.Day(2025, 5, 4), Kind: entente.PositionPaper, TextOf: []entente.ActorID{"est"}, Note: "synthetic",
	}})
	if err != nil {
		d.t.Fatal(err)
	}
	return doc
}

// at finds words in a document, in code points.
func (d *desk) at(doc, words string) (start, end int) {
	d.t.Helper()
	text, err := d.Text(d.ctx, doc)
	if err != nil {
		d.t.Fatal(err)
	}
	i := strings.Index(text.Plain, words)
	if i < 0 {
		d.t.Fatalf("the text has no %q", words)
	}
	start = len([]rune(text.Plain[:i]))
	return start, start + len([]rune(words))
}

// on is a coding of words.
func (d *desk) on(doc, words string, p entente.PropositionID, s entente.Stance) workbench.NewCoding {
	d.t.Helper()
	start, end := d.at(doc, words)
	return workbench.NewCoding{Start: start, End: end, Actor: "est", Proposition: p, Stance: s}
}

func (d *desk) code(u workbench.User, doc, words string, p entente.PropositionID, s entente.Stance) *workbench.Coding {
	d.t.Helper()
	c, err := d.Code(d.ctx, u, doc, d.on(doc, words, p, s))
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

func (d *desk) codings(u workbench.User, doc string) []workbench.Placed {
	d.t.Helper()
	list, err := d.Codings(d.ctx, u, doc)
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

// seen names records as a decision does.
func (d *desk) seen(keys ...store.Key) []workbench.Seen {
	d.t.Helper()
	var out []workbench.Seen
	for _, k := range keys {
		v, err := d.Store.Get(d.ctx, k)
		if err != nil {
			d.t.Fatal(err)
		}
		out = append(out, workbench.Seen{Key: k, Version: v.Number})
	}
	return out
}

func statement(id string) store.Key { return store.Key{Kind: workbench.KindStatement, ID: id} }

// publish takes records through review.
func (d *desk) publish(keys ...store.Key) {
	d.t.Helper()
	for _, k := range keys {
		if _, err := d.Submit(d.ctx, rev, d.seen(k)...); err != nil {
			d.t.Fatal(err)
		}
		if _, err := d.Approve(d.ctx, edith, true, d.seen(k)...); err != nil {
			d.t.Fatal(err)
		}
	}
}

func (d *desk) corpus() *entente.Corpus {
	d.t.Helper()
	c, _, err := d.Store.Corpus(d.ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// fails wants an error of a kind that says what.
func (d *desk) fails(err error, kind entente.Kind, what string) {
	d.t.Helper()
	if entente.KindOf(err) != kind || !strings.Contains(fmt.Sprint(err), what) {
		d.t.Errorf("got %q (%s), want %s with %q", fmt.Sprint(err), entente.KindOf(err), kind, what)
	}
}

// save writes records as drafts.
func (d *desk) save(r *entente.Records) {
	d.t.Helper()
	var changes []store.Change
	for _, row := range datapackage.RowsOf(r) {
		changes = append(changes, store.RowChange(row, 0, store.Draft))
	}
	if _, err := d.Store.Save(d.ctx, store.Reason{Who: "ann", Why: "made for a test"}, changes...); err != nil {
		d.t.Fatal(err)
	}
}
