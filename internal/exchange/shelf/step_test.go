package shelf_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
	"entente/internal/store"
)

// counts gives the number of rows of every table of the shelf and the log.
func (d *desk) counts() (out [6]int) {
	d.Helper()
	err := d.st.Read(d.Context(), func(ctx context.Context, q store.Querier) error {
		for i, t := range []string{"exchange_objects", "exchange_entries", "exchange_statuses", "exchange_releases", "ledger_leaves", "exchange_waits"} {
			if err := q.QueryRowContext(ctx, "SELECT count(*) FROM "+t).Scan(&out[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		d.Fatal(err)
	}
	return out
}

// A request is kept whole or not at all: objects, stamps, status, leaves, and what
// the inbox makes of it.
func TestOneStep(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.put(pool, thing{n: 1, mark: green})
		d.walk("b", pool, all)
		before := d.counts()
		full := errors.New("the inbox is full")
		var got []shelf.Received
		s, err := shelf.Open(d.st, shelf.Options{Book: d.book, Log: d.log, Now: d.clock.now, Received: func(_ context.Context, _ store.Querier, who, collection string, list []shelf.Received) error {
			if who != "a" || collection != pool {
				t.Errorf("%s %s", who, collection)
			}
			got = list
			return full
		}})
		if err != nil {
			t.Fatal(err)
		}
		body := `{"objects":[` + thing{n: 2, maker: aID, mark: green}.raw() + "," + thing{n: 3, maker: aID, mark: unknown}.raw() + "]}"
		if _, err := s.Add(t.Context(), "a", pool, strings.NewReader(body)); !errors.Is(err, full) {
			t.Fatal(err)
		}
		if len(got) != 2 || got[0].Leaf < 0 || got[0].Object.ID() != (thing{n: 2}).id() {
			t.Errorf("%+v", got)
		}
		if now := d.counts(); now != before {
			t.Errorf("%v, before %v", now, before)
		}
		// Broken envelopes leave nothing behind.
		for _, bad := range []string{"", "[]", `{"objects":[` + thing{n: 4}.raw(), body + "x", `{"objects":7}`} {
			if _, err := d.Add(t.Context(), "a", pool, strings.NewReader(bad)); entente.KindOf(err) != entente.Invalid {
				t.Errorf("%.20q: %v", bad, err)
			}
		}
		if now := d.counts(); now != before {
			t.Errorf("%v, before %v", now, before)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := d.Add(ended, "a", pool, strings.NewReader(body)); err == nil {
			t.Error("it was added for nobody")
		}
		if _, err := d.Page(ended, "c", pool, all); err == nil {
			t.Error("it was handed to nobody")
		}
		if now := d.counts(); now != before {
			t.Errorf("%v, before %v", now, before)
		}
		d.wants("it can be added later", d.walk("b", pool, all), keysOf(thing{n: 1}))
		d.post("a", pool, thing{n: 2, maker: aID, mark: green}.raw())
		d.wants("b", d.walk("b", pool, all), keysOf(thing{n: 1}, thing{n: 2}))
	})
}

// Another process that dies leaves nothing that this one would not see, and a new
// one goes on where they were.
func TestNewProcess(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.put(pool, thing{n: 1, mark: green}, thing{n: 2, mark: amber})
		first := d.page("b", pool, taxii.Query{Bodies: true, Limit: 1})
		again := openDesk(t, d.place, d.clock)
		q := all
		q.After = first.Next
		d.wants("the rest", again.walk("b", pool, q), keysOf(thing{n: 2}))
		again.put(pool, thing{n: 3, mark: green})
		q.AddedAfter = first.Records[0].Added
		d.wants("the rest and what is new", d.walk("b", pool, q), keysOf(thing{n: 2}, thing{n: 3}))
		(&world{T: t, desks: []*desk{d}}).once()
	})
}

// A process that has not noticed yet that the rules were narrowed hands nothing new
// over by the old ones.
func TestRulesOfAnotherProcess(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		x, y := thing{n: 1, mark: amber}, thing{n: 2, mark: green}
		d.put(pool, x, y)
		second := openDesk(t, d.place, d.clock)
		if p := second.page("b", pool, taxii.Query{Limit: 10}); len(p.Records) != 2 {
			t.Fatalf("%+v", p)
		}
		d.clear("all", "b", handling.Green)
		d.wants("b", second.walk("b", pool, all), keysOf(y))
		time.Sleep(partner.Lag)
		second.page("b", pool, taxii.Query{Limit: 10})
		d.clear("all", "b", handling.Clear)
		d.put(pool, thing{n: 3, mark: green})
		if p := second.page("b", pool, taxii.Query{Limit: 10}); len(p.Records) != 0 {
			t.Errorf("what came after the change is judged by the rules from before: %+v", p)
		}
		d.clear("all", "b", handling.Amber)
		q := all
		q.AddedAfter = d.page("b", pool, all).Records[0].Added
		d.wants("b when it is widened", d.walk("b", pool, q), keysOf(x, thing{n: 3}))
	})
}

// A translation is handled as strictly as what it translates, whichever comes first
// and whatever comes later.
func TestTranslation(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		of := func(n, target int) string {
			return thing{n: n, typ: "language-content", maker: aID, mark: clear0, extra: `,"object_ref":"` + string(thing{n: target}.id()) + `","contents":{"ja":{"name":"x"}}`}.raw()
		}
		chain := thing{n: 3, typ: "language-content", maker: aID, mark: clear0, extra: `,"object_ref":"` + string(thing{n: 2, typ: "language-content"}.id()) + `","contents":{"ja":{"x":"y"}}`}.raw()
		if st := d.post("a", pool, of(2, 1), chain); st.SuccessCount != 2 {
			t.Fatalf("%+v", st)
		}
		d.wants("c before the target", d.walk("c", pool, all), nil)
		d.post("a", pool, thing{n: 1, maker: aID, mark: green}.raw())
		d.wants("c", d.walk("c", pool, all), keysOf(thing{n: 1}, thing{n: 2}, thing{n: 3}))
		d.post("a", pool, thing{n: 1, version: 1, maker: aID, mark: amber}.raw())
		d.wants("c when the target is stricter", d.walk("c", pool, all), keysOf(thing{n: 1}))
		d.wants("b", d.walk("b", pool, all), keysOf(thing{n: 1}, thing{n: 1, version: 1}, thing{n: 2}, thing{n: 3}))
	})
}

// What one partner says of an identity of another is not taken.
func TestIdentities(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		identity := func(id, by string) string {
			return `{"type":"identity","spec_version":"2.1","id":"` + id + `","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"Synthetic","object_marking_refs":["` + string(clear0) + `"]` + by + `}`
		}
		for _, c := range []struct {
			name, who, raw string
			good           bool
		}{
			{"another's", "b", identity(string(aID), ""), false},
			{"another's in its own name", "b", identity(string(aID), `,"created_by_ref":"`+string(bID)+`"`), false},
			{"its own", "a", identity(string(aID), ""), true},
			{"the same again", "b", identity(string(aID), ""), true},
			{"nobody's", "b", identity("identity--0e5b6ab0-4a43-4a9b-8f5f-0d5c5ab3a2b1", ""), true},
		} {
			if st := d.post(c.who, pool, c.raw); (st.SuccessCount == 1) != c.good {
				t.Errorf("%s: %+v", c.name, st)
			}
		}
	})
}

// What is taken out, or closed by a rule, while a page is under way does not leave
// with it any more, at whatever moment it happens.
func TestMeanwhile(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		var call, at atomic.Int64
		var act func()
		// Every look at the clock is a moment at which something may happen.
		now := func() time.Time {
			if call.Add(1) == at.Load() {
				act()
			}
			return d.clock.now()
		}
		s, err := shelf.Open(d.st, shelf.Options{Book: d.book, Log: d.log, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		second := openDesk(t, d.place, d.clock)
		fired := 0
		for i := range 16 {
			x, y := thing{n: 100 + i, mark: amber}, thing{n: 200 + i, mark: green}
			d.put(pool, x, y)
			act = func() {
				fired++
				if i%2 == 1 {
					second.clear("all", "b", handling.Green)
					return
				}
				if err := second.Take(t.Context(), pool, x.id(), taxii.Versions{All: true}); err != nil {
					t.Error(err)
				}
			}
			if _, err := s.Page(t.Context(), "b", pool, taxii.Query{Limit: 1}); err != nil { // the settings have changed: that first
				t.Fatal(err)
			}
			happened := fired
			call.Store(0)
			at.Store(int64(i/2 + 1))
			q := all
			q.IDs, q.Limit = []stix.ID{x.id(), y.id()}, 10
			p, err := s.Page(t.Context(), "b", pool, q)
			at.Store(0)
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprint(keysOf(x, y))
			if fired > happened {
				want = fmt.Sprint(keysOf(y))
			}
			got := []string{}
			for _, r := range p.Records {
				got = append(got, key(r))
			}
			slices.Sort(got)
			if fmt.Sprint(got) != want {
				t.Errorf("moment %d: got %v, want %s", i/2+1, got, want)
			}
			second.clear("all", "b", handling.Amber)
		}
		if fired < 6 {
			t.Errorf("it happened at %d moments only", fired)
		}
	})
}

// An id under which a partner put something that is not its own to name can be freed.
func TestPurge(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		squat := thing{n: 1, mark: clear0, words: "squatter"}
		d.post("b", pool, squat.raw(), thing{n: 1, version: 1, mark: clear0}.raw())
		d.put(pool, thing{n: 2, mark: clear0})
		d.walk("a", pool, all)
		own := thing{n: 1, maker: nodeID, mark: clear0}
		if _, err := d.Put(t.Context(), pool, []*stix.Object{own.object(t)}); entente.KindOf(err) != entente.Invalid {
			t.Fatal(err)
		}
		if n, err := d.Purge(t.Context(), squat.id()); err != nil || n != 2 {
			t.Fatal(n, err)
		}
		d.wants("a", d.walk("a", pool, all), keysOf(thing{n: 2}))
		d.put(pool, own)
		d.wants("a has ours", d.walk("a", pool, all), keysOf(thing{n: 2}, own))
		d.wants("in a new process", openDesk(t, d.place, d.clock).walk("a", pool, all), keysOf(thing{n: 2}, own))
		if o, err := d.Body(t.Context(), squat.id(), ""); err != nil || o.CreatedBy() != nodeID {
			t.Error(err)
		}
		if reach, err := d.Reach(t.Context(), squat.id()); err != nil || len(reach) != 3 {
			t.Errorf("%+v %v", reach, err)
		}
		if _, err := d.Purge(t.Context(), squat.id()); entente.KindOf(err) != entente.Conflict {
			t.Error(err)
		}
		if _, err := d.Purge(t.Context(), thing{n: 9}.id()); entente.KindOf(err) != entente.NotFound {
			t.Error(err)
		}
	})
}
