package partner_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/pgtest"
	"entente/internal/store"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const (
	ownIdentity   = "identity--0c5a9d1e-5b1f-4b8e-8a53-1f6d2a9b7c10"
	otherIdentity = "identity--0c5a9d1e-5b1f-4b8e-8a53-1f6d2a9b7c11"
	openID        = "6b1e6a39-5b5a-4c6e-9d7a-0a4f6d1c2b01"
	closeID       = "6b1e6a39-5b5a-4c6e-9d7a-0a4f6d1c2b02"
)

// clock is a clock that a test sets; it moves the ticks of a book with it.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: start} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func (c *clock) ticks() time.Duration { return c.now().Sub(start) }

// engines runs a test on both engines; open opens the store of the test.
func engines(t *testing.T, run func(t *testing.T, open func() *store.Store)) {
	t.Helper()
	for _, e := range []string{"sqlite", "postgres"} {
		t.Run(e, func(t *testing.T) {
			place := filepath.Join(t.TempDir(), "node.entente")
			if e == "postgres" {
				place = pgtest.Database(t, "partner", func(dsn string) error {
					s, err := store.Open(context.Background(), dsn, store.Options{Create: true})
					if err != nil {
						return err
					}
					return s.Close()
				})
			}
			run(t, func() *store.Store { return openStore(t, place) })
		})
	}
}

func openStore(t testing.TB, place string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), place, store.Options{Create: true})
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// book opens a book with a clock that the test sets.
func book(st *store.Store, c *clock) *partner.Book {
	b := partner.Open(st, c.now)
	b.Cheap()
	b.Ticks(c.ticks)
	return b
}

// sqliteBook is a book over a new file, with sample settings.
func sqliteBook(t testing.TB) (*partner.Book, *clock) {
	t.Helper()
	c := newClock()
	b := book(openStore(t, filepath.Join(t.TempDir(), "node.entente")), c)
	_, err := b.Save(t.Context(), "ann", "set up", 0, sample())
	must(t, err)
	return b, c
}

// sample is a made-up node with two partners.
func sample() partner.Settings {
	return partner.Settings{
		Title: "Arcadia (synthetic)", Actor: "est", Identity: ownIdentity, Unmarked: handling.Amber,
		Partners: []partner.Partner{
			{Partner: handling.Partner{ID: "jpn", Name: "Japan"}, Actor: "jpn"},
			{Partner: handling.Partner{ID: "fin"}},
		},
		Communities: []handling.Community{{ID: "pair", Members: []handling.Member{{Partner: "jpn", Clearance: handling.AmberStrict}}}},
		Collections: []partner.Collection{
			{Collection: handling.Collection{ID: openID, Title: "Positions", Communities: []string{"pair"}, Ceiling: handling.Amber}, Alias: "positions", Writers: []string{"jpn"}},
			{Collection: handling.Collection{ID: closeID, Title: "Incidents", Communities: []string{"pair"}, Ceiling: handling.AmberStrict}},
		},
	}
}

// logKey makes the public key of a log.
func logKey(t testing.TB, name string) string {
	t.Helper()
	_, public, err := note.GenerateKey(nil, name)
	must(t, err)
	return public
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t testing.TB, err error, kind entente.Kind) {
	t.Helper()
	if entente.KindOf(err) != kind {
		t.Fatalf("the error is %q of kind %q, want %q", err, entente.KindOf(err), kind)
	}
}

func faults(err error) []string {
	var out []string
	list, ok := errors.AsType[entente.Errors](err)
	if !ok && err != nil {
		return []string{err.Error()}
	}
	for _, e := range list {
		out = append(out, e.Error())
	}
	return out
}
