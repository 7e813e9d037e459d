package shelf_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
	"entente/internal/ledger"
	"entente/internal/pgtest"
	"entente/internal/store"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// both runs a test on both engines, each in a new store.
func both(t *testing.T, run func(t *testing.T, d *desk)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel() // most of the time is spent waiting for the disk
		run(t, newDesk(t, filepath.Join(t.TempDir(), "node.entente")))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		run(t, newDesk(t, postgres(t)))
	})
}

// postgres gives the address of an empty store.
func postgres(t testing.TB) string {
	return pgtest.Database(t, "shelf", func(dsn string) error {
		s, err := store.Open(context.Background(), dsn, store.Options{Create: true})
		if err != nil {
			return err
		}
		return s.Close()
	})
}

// clock is set by the test; it can go backwards.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

var began = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// desk is a node's shelf with its settings: one process of it.
type desk struct {
	testing.TB
	place string
	clock *clock
	st    *store.Store
	book  *partner.Book
	log   *ledger.Log
	*shelf.Shelf
}

const (
	pool    = "91a7b528-80eb-42ed-a74d-c6fbd5a26116" // of everybody
	inner   = "52892447-4d7e-4f70-b94d-d7f22742ff63" // of two
	nodeID  = stix.ID("identity--e5f1b90a-d9b6-40ab-81a9-8a29df4b6b65")
	aID     = stix.ID("identity--f431f809-377b-45e0-aa1c-6a4751cae5ff")
	bID     = stix.ID("identity--733c5838-34d9-4fbf-949c-62aba761184c")
	unknown = stix.ID("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ee")
)

func settings() partner.Settings {
	return partner.Settings{
		Title: "Synthetic node", Actor: "est", Identity: nodeID, Unmarked: handling.Amber,
		Partners: []partner.Partner{
			{Partner: handling.Partner{ID: "a", Name: "A"}, Identities: []stix.ID{aID}},
			{Partner: handling.Partner{ID: "b", Name: "B"}, Identities: []stix.ID{bID}},
			{Partner: handling.Partner{ID: "c", Name: "C"}},
			{Partner: handling.Partner{ID: "stranger", Name: "S"}},
		},
		Communities: []handling.Community{
			{ID: "all", Members: []handling.Member{{Partner: "a", Clearance: handling.AmberStrict}, {Partner: "b", Clearance: handling.Amber}, {Partner: "c", Clearance: handling.Green}}},
			{ID: "two", Members: []handling.Member{{Partner: "a", Clearance: handling.AmberStrict}, {Partner: "b", Clearance: handling.AmberStrict}}},
		},
		Collections: []partner.Collection{
			{Collection: handling.Collection{ID: pool, Title: "Pool", Communities: []string{"all"}, Ceiling: handling.AmberStrict}, Alias: "pool", Writers: []string{"a", "b"}},
			{Collection: handling.Collection{ID: inner, Title: "Inner", Communities: []string{"two"}, Ceiling: handling.Amber}, Writers: []string{"a", "c"}},
		},
	}
}

func newDesk(t testing.TB, place string) *desk {
	t.Helper()
	d := openDesk(t, place, &clock{at: began})
	if err := d.st.Write(t.Context(), func(ctx context.Context, q store.Querier) error { return d.log.Init(ctx, q) }); err != nil {
		t.Fatal(err)
	}
	d.save(settings())
	return d
}

// openDesk opens one more process on the same store.
func openDesk(t testing.TB, place string, c *clock) *desk {
	t.Helper()
	st, err := store.Open(t.Context(), place, store.Options{Create: !store.IsPostgres(place)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	log, err := ledger.New(ledger.Options{Origin: "node.example/log", Now: c.now, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{TB: t, place: place, clock: c, st: st, book: partner.Open(st, c.now), log: log}
	if d.Shelf, err = shelf.Open(st, shelf.Options{Book: d.book, Log: log, Now: c.now}); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) save(s partner.Settings) {
	d.Helper()
	st, err := d.book.State(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	if _, err := d.book.Save(d.Context(), "ann", "test", st.Revision, s); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) edit(change func(s *partner.Settings)) {
	d.Helper()
	_, err := d.book.Edit(d.Context(), "ann", "test", func(s *partner.Settings) error {
		change(s)
		return nil
	})
	if err != nil {
		d.Fatal(err)
	}
}

// clear sets the clearance of a partner in a community.
func (d *desk) clear(community, who string, level handling.TLP) {
	d.Helper()
	d.edit(func(s *partner.Settings) {
		for i := range s.Communities {
			if s.Communities[i].ID != community {
				continue
			}
			for m := range s.Communities[i].Members {
				if s.Communities[i].Members[m].Partner == who {
					s.Communities[i].Members[m].Clearance = level
				}
			}
		}
	})
}

// thing is a made-up object.
type thing struct {
	n       int // makes the id
	version int // seconds after it was created
	maker   stix.ID
	mark    stix.ID
	revoked bool
	words   string
	typ     string
	extra   string
}

func (o thing) id() stix.ID {
	if o.typ == "" {
		o.typ = "campaign"
	}
	return stix.ID(fmt.Sprintf("%s--%08x-0000-4000-8000-000000000000", o.typ, o.n))
}

func stampOf(seconds int) string {
	return time.Date(2026, 1, 1, 0, 0, seconds, 0, time.UTC).Format("2006-01-02T15:04:05.000Z")
}

func (o thing) raw() string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"type":%q,"spec_version":"2.1","id":%q,"created":%q,"modified":%q,"name":%q`, o.id().Type(), o.id(), stampOf(0), stampOf(o.version), "Synthetic "+o.words)
	if o.maker != "" {
		fmt.Fprintf(&b, `,"created_by_ref":%q`, o.maker)
	}
	if o.mark != "" {
		fmt.Fprintf(&b, `,"object_marking_refs":[%q]`, o.mark)
	}
	if o.revoked {
		b.WriteString(`,"revoked":true`)
	}
	b.WriteString(o.extra + "}")
	return b.String()
}

func (o thing) object(t testing.TB) *stix.Object {
	t.Helper()
	out, err := stix.Read([]byte(o.raw()))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (d *desk) put(collection string, list ...thing) []shelf.Outcome {
	d.Helper()
	objects := make([]*stix.Object, len(list))
	for i, o := range list {
		if o.maker == "" {
			o.maker = nodeID
		}
		objects[i] = o.object(d)
	}
	out, err := d.Put(d.Context(), collection, objects)
	if err != nil {
		d.Fatal(err)
	}
	return out
}

func (d *desk) post(who, collection string, raws ...string) *taxii.Status {
	d.Helper()
	st, err := d.Add(d.Context(), who, collection, strings.NewReader(`{"objects":[`+strings.Join(raws, ",")+`]}`))
	if err != nil {
		d.Fatal(err)
	}
	return st
}

func (d *desk) page(who, collection string, q taxii.Query) *taxii.Page {
	d.Helper()
	if q.Limit == 0 {
		q.Limit = 1000
	}
	p, err := d.Page(d.Context(), who, collection, q)
	if err != nil {
		d.Fatal(err)
	}
	return p
}

// walk reads a collection to its end in pages and gives "id version" of each record,
// by the position of the record in the walk.
func (d *desk) walk(who, collection string, q taxii.Query) (keys []string) {
	d.Helper()
	if q.Limit == 0 {
		q.Limit = 3
	}
	for {
		p := d.page(who, collection, q)
		for _, r := range p.Records {
			keys = append(keys, key(r))
		}
		if !p.More {
			return keys
		}
		q.After = p.Next
	}
}

func key(r taxii.Record) string { return string(r.ID)[len(r.ID.Type())+2:][:8] + " " + r.Version }

func (o thing) key() string {
	return string(o.id())[len(o.id().Type())+2:][:8] + " " + stampOf(o.version)
}

func keysOf(list ...thing) []string {
	out := []string{}
	for _, o := range list {
		out = append(out, o.key())
	}
	return out
}

var all = taxii.Query{Bodies: true, Filter: taxii.Filter{Versions: taxii.Versions{All: true}}}

var latest = taxii.Query{Bodies: true}

func (d *desk) wants(what string, got, want []string) {
	d.Helper()
	if !slices.Equal(got, want) {
		d.Fatalf("%s: got\n  %s\nwant\n  %s", what, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// leaves counts the leaves of the log by kind.
func (d *desk) leaves() map[ledger.Kind]int {
	d.Helper()
	out := map[ledger.Kind]int{}
	err := d.st.Read(d.Context(), func(ctx context.Context, q store.Querier) error {
		size, err := d.log.Size(ctx, q)
		if err != nil {
			return err
		}
		for at := int64(0); at < size; at += ledger.MaxList {
			list, err := d.log.List(ctx, q, at, ledger.MaxList)
			if err != nil {
				return err
			}
			for _, o := range list {
				out[o.Kind]++
			}
		}
		return nil
	})
	if err != nil {
		d.Fatal(err)
	}
	return out
}

func sum(m map[string]int) (n int) {
	for _, c := range m {
		n += c
	}
	return n
}

func str(l shelf.Line) string {
	return fmt.Sprintf("lying %d allowed %d waiting %d handed %d gone %d %v", l.Lying, l.Allowed, l.Waiting, l.Handed, l.Gone, l.Withheld)
}
