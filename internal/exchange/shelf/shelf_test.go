package shelf_test

import (
	"slices"
	"testing"
	"time"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
	"entente/internal/ledger"
)

var (
	clear0 = handling.Clear.Mark()
	green  = handling.Green.Mark()
	amber  = handling.Amber.Mark()
	strict = handling.AmberStrict.Mark()
	red    = handling.Red.Mark()
)

func TestCollections(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		names := func(who string) (out []string) {
			list, err := d.Collections(t.Context(), who)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				s := c.Title
				if c.CanRead {
					s += " r"
				}
				if c.CanWrite {
					s += " w"
				}
				out = append(out, s)
			}
			return out
		}
		d.wants("of a", names("a"), []string{"Inner r w", "Pool r w"})
		d.wants("of b", names("b"), []string{"Inner r", "Pool r w"})
		d.wants("of c", names("c"), []string{"Inner w", "Pool r"})
		d.wants("of a stranger", names("stranger"), nil)
		d.wants("of nobody", names("x"), nil)
		for _, who := range []string{"stranger", "x"} {
			_, err := d.Page(t.Context(), who, pool, latest)
			if entente.KindOf(err) != entente.NotFound {
				t.Errorf("%s: %v", who, err)
			}
		}
		if _, err := d.Page(t.Context(), "c", inner, latest); entente.KindOf(err) != entente.Denied {
			t.Errorf("a writer reads: %v", err)
		}
	})
}

func TestLevelsAtTheDoor(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		x := []thing{{n: 1, mark: clear0}, {n: 2, mark: green}, {n: 3, mark: amber}, {n: 4, mark: strict}, {n: 5}} // unmarked is AMBER
		d.put("pool", x...)
		d.wants("a", d.walk("a", "pool", all), keysOf(x...))
		d.wants("b", d.walk("b", "pool", all), keysOf(x[0], x[1], x[2], x[4]))
		d.wants("c", d.walk("c", "pool", all), keysOf(x[0], x[1]))
		if got := d.leaves(); got[ledger.Released] != 5+4+2 || got[ledger.Published] != 5 {
			t.Errorf("leaves: %v", got)
		}
		// The second time nothing is written.
		d.walk("a", "pool", latest)
		if got := d.leaves(); got[ledger.Released] != 11 {
			t.Errorf("leaves: %v", got)
		}
		for _, o := range []thing{{n: 6, mark: red}, {n: 7, mark: unknown}} {
			o.maker = nodeID
			if _, err := d.Put(t.Context(), pool, []*stix.Object{thing{n: 8, maker: nodeID}.object(t), o.object(t)}); entente.KindOf(err) != entente.Invalid {
				t.Errorf("%v", err)
			}
		}
		d.wants("nothing of a refused request is kept", d.walk("a", "pool", all), keysOf(x...))
	})
}

func TestBytesAreKept(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		o := thing{n: 1, maker: aID, mark: clear0, extra: ",\n \"x_big\" : 12345678901234567890 , \"x_text\":\"\\u00e9 \u65e5\u672c\\u0000\"  "}
		if st := d.post("a", pool, "\n "+o.raw()+" "); st.SuccessCount != 1 || len(st.Receipts) != 1 {
			t.Fatalf("%+v", st)
		}
		p := d.page("b", pool, latest)
		if len(p.Records) != 1 || string(p.Records[0].Body) != o.raw() {
			t.Fatalf("%+v", p)
		}
		again := openDesk(t, d.place, d.clock).page("b", pool, latest)
		if string(again.Records[0].Body) != o.raw() || again.Records[0].Added != p.Records[0].Added {
			t.Fatalf("%+v", again)
		}
	})
}

func TestStampsRise(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.put(pool, thing{n: 1}, thing{n: 2})
		d.clock.add(-time.Hour)
		d.put(pool, thing{n: 3})
		d.clock.add(2 * time.Hour)
		d.put(pool, thing{n: 4})
		p := d.page("a", pool, latest)
		var last taxii.Stamp
		for _, r := range p.Records {
			if r.Added <= last {
				t.Errorf("%d after %d", r.Added, last)
			}
			last = r.Added
		}
		if len(p.Records) != 4 || last != taxii.Stamp(d.clock.now().UnixMicro()) {
			t.Errorf("%+v", p)
		}
	})
}

func TestVersionsInAnyOrder(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		v := func(n int) thing { return thing{n: 1, version: n, maker: aID, mark: clear0} }
		d.post("a", pool, v(20).raw())
		d.post("a", pool, v(10).raw(), thing{n: 2, maker: aID, mark: clear0}.raw())
		d.post("a", pool, v(30).raw())
		d.wants("latest", d.walk("b", pool, latest), keysOf(thing{n: 2}, v(30)))
		q := all
		q.Versions = taxii.Versions{First: true}
		d.wants("first", d.walk("b", pool, q), keysOf(v(10), thing{n: 2}))
		q.Versions = taxii.Versions{First: true, Last: true}
		d.wants("first and last", d.walk("b", pool, q), keysOf(v(10), thing{n: 2}, v(30)))
		q.Versions = taxii.Versions{All: true}
		d.wants("all", d.walk("b", pool, q), keysOf(v(20), v(10), thing{n: 2}, v(30)))
		at, _ := stix.ParseTime("2026-01-01T00:00:20Z")
		q.Versions = taxii.Versions{Exact: []stix.Time{at}}
		d.wants("exact", d.walk("b", pool, q), keysOf(v(20)))
		q.Object = v(0).id()
		if p := d.page("b", pool, q); !p.Known || len(p.Records) != 1 {
			t.Errorf("%+v", p)
		}
		at, _ = stix.ParseTime("2026-01-01T00:00:21Z")
		q.Versions.Exact = []stix.Time{at}
		if p := d.page("b", pool, q); !p.Known || len(p.Records) != 0 {
			t.Errorf("%+v", p)
		}
		q.Object = thing{n: 9}.id()
		if p := d.page("b", pool, q); p.Known {
			t.Errorf("%+v", p)
		}
	})
}

func TestWithheldVersions(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.put(pool, thing{n: 1, version: 1, mark: green})
		d.put(pool, thing{n: 1, version: 2, mark: strict})
		d.put(pool, thing{n: 2, mark: strict})
		d.wants("the latest that c may have", d.walk("c", pool, latest), keysOf(thing{n: 1, version: 1}))
		d.wants("a", d.walk("a", pool, latest), keysOf(thing{n: 1, version: 2}, thing{n: 2}))
		q := latest
		q.Object = thing{n: 2}.id()
		if p := d.page("c", pool, q); p.Known || len(p.Records) != 0 {
			t.Errorf("c learns of what is withheld: %+v", p)
		}
		q = latest
		q.Limit = 1
		if p := d.page("c", pool, q); len(p.Records) != 1 || p.More {
			t.Errorf("what is withheld counts: %+v", p)
		}
	})
}

// What opens comes with a new stamp to whoever does not have it, and to nobody
// twice.
func TestOpening(t *testing.T) {
	x, y := thing{n: 1, mark: amber}, thing{n: 2, mark: green}
	embargo := func(d *desk) {
		d.clear("all", "c", handling.AmberStrict)
		d.edit(func(s *partner.Settings) {
			s.Embargoes = []handling.Embargo{{Object: x.id(), Until: began.Add(time.Hour)}}
		})
	}
	for _, c := range []struct {
		name        string
		close, open func(d *desk)
		aHad        bool
	}{
		{"a clearance is raised", func(*desk) {}, func(d *desk) { d.clear("all", "c", handling.AmberStrict) }, true},
		{"an embargo is lifted", embargo, func(d *desk) { d.edit(func(s *partner.Settings) { s.Embargoes = nil }) }, false},
		{"an embargo ends", embargo, func(d *desk) { d.clock.add(time.Hour) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			both(t, func(t *testing.T, d *desk) {
				c.close(d)
				d.put(pool, x, y)
				d.wants("c before", d.walk("c", pool, all), keysOf(y))
				before := d.page("c", pool, all).Next
				had := d.walk("a", pool, all)
				mark := d.page("a", pool, all).Next
				if slices.Contains(had, x.key()) != c.aHad {
					t.Fatalf("a had %v", had)
				}
				c.open(d)
				q := all
				q.AddedAfter = before
				d.wants("c polls", d.walk("c", pool, q), keysOf(x))
				d.wants("c has all", d.walk("c", pool, all), keysOf(y, x))
				q.AddedAfter = mark
				if c.aHad {
					d.wants("a polls", d.walk("a", pool, q), nil)
					d.wants("a sees it where it was", d.walk("a", pool, all), keysOf(x, y))
				} else {
					d.wants("a polls", d.walk("a", pool, q), keysOf(x))
				}
			})
		})
	}
}

// A clock that goes back does not take back what an embargo's end has opened.
func TestEmbargoAndClock(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		x, y, z := thing{n: 1, mark: green}, thing{n: 2, mark: green}, thing{n: 3, mark: green}
		d.edit(func(s *partner.Settings) {
			s.Embargoes = []handling.Embargo{{Object: x.id(), Until: began.Add(time.Hour)}}
		})
		d.put(pool, x, y)
		d.wants("before", d.walk("b", pool, all), keysOf(y))
		q := all
		q.AddedAfter = d.page("b", pool, all).Next
		second := openDesk(t, d.place, &clock{at: began}) // a server whose clock is behind
		d.clock.add(2 * time.Hour)
		d.page("b", pool, taxii.Query{Limit: 10}) // nothing is handed over
		d.clock.add(-2 * time.Hour)
		d.put(pool, z)
		for _, d := range []*desk{d, second} {
			if p := d.page("b", pool, taxii.Query{Limit: 10, Filter: q.Filter}); len(p.Records) != 2 {
				t.Errorf("%+v", p)
			}
		}
		d.wants("after", second.walk("b", pool, q), keysOf(x, z))
	})
}

func TestLateMark(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		x := thing{n: 1, maker: aID, mark: unknown}
		y := thing{n: 2, maker: aID, mark: clear0}
		if st := d.post("a", pool, x.raw(), y.raw()); st.SuccessCount != 2 {
			t.Fatalf("%+v", st)
		}
		d.wants("b", d.walk("b", pool, all), keysOf(y))
		q := all
		q.AddedAfter = d.page("b", pool, all).Next
		statement := `{"type":"marking-definition","spec_version":"2.1","id":"` + string(unknown) + `","created":"2026-01-01T00:00:00.000Z","definition_type":"statement","definition":{"statement":"Synthetic"},"object_marking_refs":["` + string(clear0) + `"]}`
		// Of another partner it opens nothing.
		if st := d.post("b", pool, statement); st.SuccessCount != 1 {
			t.Fatalf("%+v", st)
		}
		mark := "5e57c739 2026-01-01T00:00:00.000Z"
		d.wants("b polls", d.walk("b", pool, q), []string{mark})
		q.AddedAfter = d.page("b", pool, all).Next
		if st := d.post("a", pool, statement); st.SuccessCount != 1 {
			t.Fatalf("%+v", st)
		}
		d.wants("b polls again", d.walk("b", pool, q), keysOf(x)) // unmarked but for a statement: AMBER here
		d.wants("c", d.walk("c", pool, all), []string{y.key(), mark})
	})
}

func TestUnmarkedChanges(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.put(pool, thing{n: 1}, thing{n: 2, mark: amber})
		d.wants("c", d.walk("c", pool, all), nil)
		d.edit(func(s *partner.Settings) { s.Unmarked = handling.Green })
		d.wants("c when it is GREEN", d.walk("c", pool, all), keysOf(thing{n: 1}))
		d.edit(func(s *partner.Settings) { s.Unmarked = handling.AmberStrict })
		d.wants("c when it is stricter", d.walk("c", pool, all), nil)
		d.wants("b", d.walk("b", pool, all), keysOf(thing{n: 2}))
	})
}

func TestDelete(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		v := func(n int) thing { return thing{n: 1, version: n, maker: aID, mark: clear0} }
		d.post("a", pool, v(1).raw(), v(2).raw(), thing{n: 2, maker: aID, mark: clear0}.raw())
		d.put(pool, thing{n: 3, mark: clear0}, thing{n: 4, mark: strict})
		for who, want := range map[string]entente.Kind{"b": entente.Denied, "c": entente.Denied, "stranger": entente.NotFound} {
			if err := d.Delete(t.Context(), who, pool, v(1).id(), taxii.Versions{All: true}); entente.KindOf(err) != want {
				t.Errorf("%s: %v", who, err)
			}
		}
		if err := d.Delete(t.Context(), "b", pool, thing{n: 4}.id(), taxii.Versions{All: true}); entente.KindOf(err) != entente.NotFound {
			t.Errorf("b learns of what is withheld: %v", err)
		}
		d.wants("latest", d.walk("b", pool, latest), keysOf(v(2), thing{n: 2}, thing{n: 3}))
		q := latest
		q.AddedAfter = d.page("b", pool, latest).Next
		if err := d.Delete(t.Context(), "a", pool, v(2).id(), taxii.Versions{Last: true}); err != nil {
			t.Fatal(err)
		}
		d.wants("the older one is the latest now", d.walk("b", pool, q), keysOf(v(1)))
		if err := d.Delete(t.Context(), "a", pool, v(1).id(), taxii.Versions{All: true}); err != nil {
			t.Fatal(err)
		}
		d.wants("nothing is left", d.walk("b", pool, all), keysOf(thing{n: 2}, thing{n: 3}))
		if err := d.Delete(t.Context(), "a", pool, v(1).id(), taxii.Versions{All: true}); entente.KindOf(err) != entente.NotFound {
			t.Error(err)
		}
		q.AddedAfter = d.page("b", pool, latest).Next
		if st := d.post("a", pool, v(2).raw(), v(2).raw()); st.SuccessCount != 2 || len(st.Receipts) != 1 {
			t.Errorf("%+v", st)
		}
		d.wants("it is added again", d.walk("b", pool, q), keysOf(v(2)))
		if got := d.leaves()[ledger.Withdrawn]; got != 2 {
			t.Errorf("%d withdrawals in the log", got)
		}
	})
}

func TestCreators(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		theirs := stix.ID("identity--11111111-2222-4333-8444-555555555555")
		for _, c := range []struct {
			name, who string
			o         thing
			good      bool
		}{
			{"its own", "a", thing{n: 1, maker: aID}, true},
			{"another partner's", "b", thing{n: 2, maker: aID}, false},
			{"the node's", "b", thing{n: 3, maker: nodeID}, false},
			{"nobody's, first come", "b", thing{n: 4, maker: theirs}, true},
			{"and then another partner", "a", thing{n: 5, maker: theirs}, false},
			{"a new version by who came first", "b", thing{n: 4, version: 1, maker: theirs}, true},
			{"a new version by another", "a", thing{n: 4, version: 2, maker: theirs}, false},
			{"without a maker", "b", thing{n: 6}, true},
			{"a new version of it by another", "a", thing{n: 6, version: 1}, false},
			{"the same version by another", "a", thing{n: 6}, true},
		} {
			c.o.mark = clear0
			if st := d.post(c.who, pool, c.o.raw()); (st.SuccessCount == 1) != c.good {
				t.Errorf("%s: %+v", c.name, st)
			}
		}
		// The node may bring on what others publish, whoever came first; what is a
		// partner's by the settings it may not.
		d.put(pool, thing{n: 7, maker: theirs, mark: clear0}, thing{n: 4, version: 3, maker: theirs, mark: clear0})
		if _, err := d.Put(t.Context(), pool, []*stix.Object{thing{n: 8, maker: aID, mark: clear0}.object(t)}); entente.KindOf(err) != entente.Invalid {
			t.Error(err)
		}
		// What is purged makes nobody an owner any more.
		others := stix.ID("identity--11111111-2222-4333-8444-666666666666")
		d.post("b", pool, thing{n: 20, maker: others, mark: clear0}.raw())
		if st := d.post("a", pool, thing{n: 21, maker: others, mark: clear0}.raw()); st.SuccessCount != 0 {
			t.Errorf("%+v", st)
		}
		if _, err := d.Purge(t.Context(), thing{n: 20}.id()); err != nil {
			t.Fatal(err)
		}
		if st := d.post("a", pool, thing{n: 21, maker: others, mark: clear0}.raw()); st.SuccessCount != 1 {
			t.Errorf("%+v", st)
		}
	})
}

func TestStatus(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		st := d.post("a", pool, thing{n: 1, maker: aID, mark: clear0}.raw(), `{"id":"x\u0000y"}`, thing{n: 1, maker: aID, mark: clear0}.raw(), thing{n: 2, maker: aID, mark: red}.raw())
		if st.TotalCount != 4 || st.SuccessCount != 2 || st.FailureCount != 2 || len(st.Receipts) != 1 {
			t.Errorf("%+v", st)
		}
		got, err := d.Status(t.Context(), "a", st.ID)
		if err != nil || got.SuccessCount != 2 || got.Failures[1].Version != stampOf(0) {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := d.Status(t.Context(), "b", st.ID); entente.KindOf(err) != entente.NotFound {
			t.Error(err)
		}
		d.clock.add(47 * time.Hour)
		for _, there := range []bool{true, false} {
			if err := d.Tidy(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := d.Status(t.Context(), "a", st.ID); (err == nil) != there {
				t.Error(err)
			}
			d.clock.add(2 * time.Hour)
		}
	})
}

func TestAccounts(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		x := []thing{{n: 1, mark: green}, {n: 2, mark: amber}, {n: 3, mark: strict}}
		d.put(pool, x...)
		d.walk("b", pool, all)
		line := func(who string) (out string) {
			list, err := d.Loss(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range list {
				if l.Partner == who && l.Collection == pool {
					if l.Lying != l.Allowed+sum(l.Withheld) {
						t.Errorf("%+v does not add up", l)
					}
					return str(l)
				}
			}
			return ""
		}
		d.wants("b", []string{line("b")}, []string{"lying 3 allowed 2 waiting 0 handed 2 gone 0 map[clearance:1]"})
		d.wants("c", []string{line("c")}, []string{"lying 3 allowed 1 waiting 1 handed 0 gone 0 map[clearance:2]"})
		before, _ := d.book.State(t.Context())
		d.clear("all", "b", handling.Green)
		after, _ := d.book.State(t.Context())
		d.wants("b narrowed", []string{line("b")}, []string{"lying 3 allowed 1 waiting 0 handed 2 gone 1 map[clearance:2]"})
		left, err := d.Left(t.Context(), before, after)
		if err != nil || len(left) != 1 || !left[0].Left || left[0].Opens || left[0].ID != x[1].id() || left[0].Why != "clearance" || left[0].Leaf < 0 {
			t.Errorf("%+v %v", left, err)
		}
		reach, err := d.Reach(t.Context(), x[1].id())
		if err != nil || len(reach) != 1 || reach[0].Partner != "b" || reach[0].Receipt != -1 || reach[0].Leaf != left[0].Leaf {
			t.Errorf("%+v %v", reach, err)
		}
		out, err := d.Judge(t.Context(), pool, []*stix.Object{thing{n: 1, mark: green, maker: nodeID}.object(t), thing{n: 9, mark: amber, maker: nodeID}.object(t), thing{n: 10, mark: red, maker: nodeID}.object(t)})
		if err != nil || out[0].Verdict != stix.Same || out[1].Verdict != stix.New || out[2].Verdict != stix.Refused {
			t.Fatalf("%+v %v", out, err)
		}
		if p := out[0].Partners[1]; !p.Had || !p.Release || p.Partner != "b" {
			t.Errorf("%+v", p)
		}
		if p := out[1].Partners[2]; p.Had || p.Release || p.Code != handling.OverClearance {
			t.Errorf("%+v", p)
		}
	})
}
