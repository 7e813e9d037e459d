package shelf_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"entente"
	"entente/internal/exchange/shelf"
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
