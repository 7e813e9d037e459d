package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/store"
)

func TestVersionsAndBases(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		b.save(base(t)...)
		c := b.save(edit(0, store.Draft, "first"))
		if c.Seq != 2 || c.Changes != 1 || c.Who != "ann" || c.Via != "test" {
			t.Errorf("%+v", c)
		}
		b.save(edit(1, store.InReview, "second"))
		v := b.get(one)
		if v.Number != 2 || v.Base != 1 || v.State != store.InReview || v.Commit.Seq != 3 || v.Commit.Why != "test" || v.Actor != "aaa" || v.Coder != "c1" {
			t.Errorf("%+v", v)
		}
		if v, err := b.Version(b.ctx, one, 1); err != nil || v.State != store.Draft || !strings.Contains(string(v.Body), "first") {
			t.Errorf("%v %v", v, err)
		}
		h, err := b.History(b.ctx, one)
		if err != nil || len(h) != 2 || h[0].Number != 2 || h[1].Number != 1 {
			t.Errorf("%v %v", h, err)
		}
		_, err = b.Get(b.ctx, store.Key{Kind: "statements", ID: "none"})
		b.is(err, entente.NotFound, "statements:none")
		_, err = b.Version(b.ctx, one, 3)
		b.is(err, entente.NotFound, "version 3")
		_, err = b.History(b.ctx, store.Key{Kind: "x", ID: "y\x00"})
		b.is(err, entente.NotFound, "no such record")

		// Somebody else was faster: who and when stand in the message.
		b.refused(entente.Conflict, "you started from version 1, now it is 2, by ann at 2021-02-19T08:00:03Z", edit(1, store.Draft, "late"))
		b.refused(entente.Conflict, "there already, by ann", edit(0, store.Draft, "again"))
		b.refused(entente.Conflict, "version 7 is not there", store.RowChange(statement("st-2", ""), 7, store.Draft))
		b.save(edit(store.Any, store.Draft, "whatever is there"))
		if v := b.get(one); v.Number != 3 || v.Base != 2 {
			t.Errorf("%+v", v)
		}
		b.verify()
	})
}

func TestWhatIsRefused(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		b.save(base(t)...)
		good := note("n", 0, "text")
		with := func(f func(*store.Change)) store.Change { c := good; f(&c); return c }
		for text, c := range map[string]store.Change{
			"no kind":             with(func(c *store.Change) { c.Kind = "" }),
			"overlong":            with(func(c *store.Change) { c.ID = strings.Repeat("x", 1001) }),
			"control character":   with(func(c *store.Change) { c.ID = "a\nb" }),
			"the id is not text":  with(func(c *store.Change) { c.ID = "a\xff" }),
			"is not a state":      with(func(c *store.Change) { c.State = "done" }),
			"no version":          with(func(c *store.Change) { c.Base = -2 }),
			"is not a layer":      with(func(c *store.Change) { c.Layer = "mine" }),
			"cannot be published": with(func(c *store.Change) { c.Layer, c.State = store.Private("ann"), store.Published }),
			"too large":           with(func(c *store.Change) { c.Body = make([]byte, store.MaxBody+1) }),
			"not JSON":            with(func(c *store.Change) { c.Body = []byte(`{"a":`) }),
			"body is not text":    with(func(c *store.Change) { c.Body = []byte("{\"a\":\"\xff\"}") }),
			"facet or the layer is not": with(func(c *store.Change) {
				c.Source = "a\x00b"
			}),
			"is too long":                with(func(c *store.Change) { c.Coder = strings.Repeat("x", 1001) }),
			`"stop" is not allowed here`: published(row("actors", "id", "ccc", "kind", "stop", "name", "C", "open", "no")),
			"the row's own key":          {Key: store.Key{Kind: "actors", ID: "other"}, State: store.Published, Body: store.EncodeRow(row("actors", "id", "ccc", "kind", "state", "name", "C", "open", "no"))},
			"does not know":              {Key: store.Key{Kind: "actors", ID: "ccc"}, State: store.Published, Body: []byte(`{"id":"ccc","colour":"red"}`)},
			"not a flat JSON object":     {Key: store.Key{Kind: "actors", ID: "ccc"}, State: store.InReview, Body: []byte(`{"id":{"x":1}}`)},
			"not UTF-8":                  {},
		} {
			if text == "not UTF-8" { // what Go cannot write as JSON is refused, not changed in silence
				b.refused(entente.Invalid, "must be UTF-8", store.RowChange(statement("st-9", "caf\xe9"), 0, store.Draft))
				continue
			}
			b.refused(entente.Invalid, text, c)
		}
		b.refused(entente.Invalid, "twice", good, good)
		b.refused(entente.Invalid, "nothing to write")
		_, err := b.Save(b.ctx, store.Reason{}, good)
		b.is(err, entente.Invalid, "who writes")
		_, err = b.Save(b.ctx, store.Reason{Who: "ann", Why: strings.Repeat("x", 10_001)}, good)
		b.is(err, entente.Invalid, "too long")
		_, err = b.Save(b.ctx, store.Reason{Who: "ann", Why: "\x00"}, good)
		b.is(err, entente.Invalid, "not text")
		// An unfinished draft is kept as it is, and checked on its way on.
		unfinished := store.RowChange(row("statements", "id", "st-8", "actor", "aaa"), 0, store.Draft)
		b.save(unfinished)
		unfinished.Base, unfinished.State = 1, store.InReview
		b.refused(entente.Invalid, "missing", unfinished)
		// Odd but fine: every kind of character comes back as it was.
		odd := "quote \" backslash \\ tab \t line\u2028 <b>&amp; \x7f \U0001f600 e\u0301"
		b.save(note("odd", 0, odd), store.RowChange(statement("st-7", odd), 0, store.Draft))
		r, err := store.DecodeRow("statements", b.get(store.Key{Kind: "statements", ID: "st-7"}).Body)
		if err != nil || r.Cells[len(r.Cells)-1] != odd {
			t.Errorf("%q %v", r.Cells, err)
		}
		// White space between the parts of a body is not kept.
		b.save(store.Change{Key: store.Key{Kind: "notes", ID: "wide"}, State: store.Draft, Body: []byte("{ \"a\" : [ 1 ,\n 2 ] }")})
		if got := string(b.get(store.Key{Kind: "notes", ID: "wide"}).Body); got != `{"a":[1,2]}` {
			t.Error(got)
		}
		b.verify()
	})
}

func TestStatesAndThePublic(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		b.save(base(t)...)
		said := func() string {
			c := b.corpus()
			if len(c.Statements) == 0 {
				return "nothing"
			}
			return c.Statements[0].Note
		}
		public := func() int64 { m, _ := b.Mark(b.ctx); return m.Public }
		for i, step := range []struct {
			change store.Change
			seen   string
			public int64
		}{
			{edit(0, store.Draft, "draft"), "nothing", 1},
			{edit(1, store.InReview, "review"), "nothing", 1},
			{edit(2, store.Published, "public"), "public", 4},
			{edit(3, store.Draft, "beside"), "public", 4}, // a draft beside what is published
			{edit(4, store.InReview, "beside"), "public", 4},
			{edit(5, store.Published, "better"), "better", 7},
			{edit(6, store.Retired, "better"), "nothing", 8},
			{edit(7, store.Draft, "new"), "nothing", 8},
			{edit(8, store.Published, "back"), "back", 10},
		} {
			b.save(step.change)
			if got := said(); got != step.seen || public() != step.public {
				t.Errorf("step %d: the public sees %q since %d, want %q since %d", i, got, public(), step.seen, step.public)
			}
		}
		c := b.corpus()
		if c.Info.Version != "1+10" || c.Info.Released.String() != "2021-02-19" || c.Info.Name != "made-up" {
			t.Errorf("%+v", c.Info)
		}
		if again := b.corpus(); again != c {
			t.Error("the same mark gave another corpus")
		}
		b.verify()
	})
}

func TestReferencesHoldBothWays(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		b.refused(entente.Invalid, "statements:st-1: it refers to actors:aaa, which is not published", edit(0, store.Published, ""))
		b.save(base(t)...)
		b.save(edit(0, store.Published, ""))
		// A draft may refer to what is not there; it cannot be published so.
		odd := statement("st-2", "")
		odd.Cells[2] = "p-none"
		b.save(store.RowChange(odd, 0, store.Draft))
		b.refused(entente.Invalid, "p-none, which is not published", store.RowChange(odd, 1, store.Published))
		// In one write the order does not matter, and one fault refuses all.
		q := row("quotations", "statement", "st-3", "start", "0", "end", "4", "source", "paper", "exact", "text")
		b.refused(entente.Invalid, "statements:st-3", published(q))
		b.save(published(q), published(statement("st-3", "")))
		b.refused(entente.Invalid, "p-none", published(statement("st-4", "")), store.RowChange(odd, 1, store.Published))
		// What is referred to stays.
		retire := func(r datapackage.Row) store.Change { return store.RowChange(r, store.Any, store.Retired) }
		prop := row("propositions", "id", "p-one", "pillar", "law", "issue", "one", "statement", "The first applies")
		b.refused(entente.Conflict, "propositions:p-one: published records still refer to it: statements:st-1, statements:st-3", retire(prop))
		b.refused(entente.Conflict, "still refer to it: quotations:st-3|0", retire(statement("st-3", "")))
		b.refused(entente.Conflict, "still refer", retire(row("sources", "id", "paper", "title", "x", "kind", "speech")))
		// A draft beside a published record that no longer refers does not free it;
		// publishing the draft does.
		moved := statement("st-1", "")
		moved.Cells[2] = "p-two"
		b.save(store.RowChange(moved, 1, store.Draft))
		b.refused(entente.Conflict, "statements:st-1, statements:st-3", retire(prop))
		b.save(store.RowChange(moved, 2, store.Published))
		b.refused(entente.Conflict, "refer to it: statements:st-3 (", retire(prop))
		b.save(retire(q), retire(statement("st-3", "")), retire(prop)) // together they may go
		b.refused(entente.Invalid, "p-one, which is not published", edit(3, store.Published, ""))
		// A challenge names a record as table:key.
		ch := row("challenges", "id", "ch", "record", "statements:st-1", "text", "no", "status", "open")
		b.save(published(ch))
		b.refused(entente.Conflict, "challenges:ch", retire(moved))
		if c := b.verify(); c.Published != 7 { // info, two actors, source, p-two, st-1, ch
			t.Errorf("%+v", c)
		}
	})
}

func TestPrivateLayers(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		b.save(base(t)...)
		const marker = "zebrafinch"
		mine := note("mine", 0, marker)
		mine.Layer, mine.Source = store.Private("ann"), "paper"
		secret := store.RowChange(statement("st-1", marker), 0, store.Draft)
		secret.Layer = store.Private("ann")
		b.save(mine, secret)
		mixed := note("mixed", 0, marker)
		mixed.Layer = store.Private("ann")
		b.save(mixed, note("open", 0, "for all"))
		for name, q := range map[string]store.Query{
			"all": {}, "words": {Words: marker}, "source": {Facets: store.Facets{Source: "paper"}}, "kind": {Kinds: []string{"notes"}},
			"state": {States: []store.State{store.Draft}}, "other layer": {Layers: []string{store.Private("ben")}, Words: marker},
		} {
			if got := ids(b.list(q)); strings.Contains(got, "mine") || strings.Contains(got, "st-1") || strings.Contains(got, "mixed") {
				t.Errorf("%s: a private record is listed: %s", name, got)
			}
		}
		own := []string{store.Private("ann")}
		if got := ids(b.list(store.Query{Words: marker, Layers: own})); len(strings.Fields(got)) != 3 {
			t.Errorf("its owner finds %s", got)
		}
		if len(b.corpus().Statements) != 0 {
			t.Error("a private statement is public")
		}
		log, err := b.Log(b.ctx, store.LogQuery{})
		if err != nil || len(log) != 2 || log[0].Seq != 3 || len(log[0].Touched) != 1 || log[0].Touched[0].ID != "open" || log[0].More != 0 || log[0].Changes != 2 {
			t.Errorf("the log shows %+v %v", log, err)
		}
		if log, err := b.Log(b.ctx, store.LogQuery{Record: mine.Key}); err != nil || len(log) != 0 {
			t.Errorf("the log of a private record: %v %v", log, err)
		}
		if log, err := b.Log(b.ctx, store.LogQuery{Layers: own}); err != nil || len(log) != 3 || len(log[1].Touched) != 2 {
			t.Errorf("the owner's log: %v %v", log, err)
		}
		// Nobody moves it into a layer of their own; to share it is to drop the layer,
		// and then it stays shared.
		mine.Base, mine.Layer = 1, store.Private("ben")
		b.refused(entente.Denied, "another private layer", mine)
		mine.Layer = ""
		b.save(mine)
		mine.Base, mine.Layer = 2, store.Private("ann")
		b.refused(entente.Denied, "cannot be made private", mine)
		if m, err := b.Mark(b.ctx); err != nil || m.Public != 1 {
			t.Errorf("private writes moved what is public: %v %v", m, err)
		}
		gone := secret
		gone.Base, gone.State = 1, store.Retired
		b.save(gone)
		if m, err := b.Mark(b.ctx); err != nil || m.Public != 1 {
			t.Errorf("a private record that goes moved what is public: %v %v", m, err)
		}
		b.verify()
	})
}

func TestSkipSameChangesNothing(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		b.save(base(t)...)
		again := store.Reason{Who: "imp", Via: "import", SkipSame: true}
		first, err := b.Save(b.ctx, again, edit(store.Any, store.Published, "imported"), published(statement("st-2", "")))
		if err != nil || first.Changes != 2 {
			t.Fatal(first, err)
		}
		before, _ := b.Mark(b.ctx)
		for range 2 {
			c, err := b.Save(b.ctx, again, edit(store.Any, store.Published, "imported"), published(statement("st-2", "")))
			if err != nil || c.Changes != 0 || c.Seq != 0 {
				t.Errorf("%+v %v", c, err)
			}
		}
		if after, _ := b.Mark(b.ctx); after != before {
			t.Errorf("the mark moved from %v to %v", before, after)
		}
		// A draft that somebody wrote beside it is left alone.
		b.save(edit(1, store.Draft, "my work"))
		if c, err := b.Save(b.ctx, again, edit(store.Any, store.Published, "imported")); err != nil || c.Changes != 0 {
			t.Errorf("%+v %v", c, err)
		}
		if c, err := b.Save(b.ctx, again, edit(store.Any, store.Published, "changed"), published(statement("st-2", ""))); err != nil || c.Changes != 1 || c.Seq != before.Seq+2 {
			t.Errorf("%+v %v", c, err)
		}
		b.verify()
	})
}

func TestTheClockOnlyRises(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		var last store.Commit
		for i, now := range []time.Duration{0, time.Hour, -2 * time.Hour, 0, 0, time.Minute} {
			b.now = start.Add(now)
			c := b.save(note("n", i, strings.Repeat("x", i)))
			if c.Seq != last.Seq+1 || !c.At.After(last.At) || c.At != c.At.UTC().Truncate(time.Microsecond) {
				t.Errorf("commit %d at %v follows %d at %v", c.Seq, c.At, last.Seq, last.At)
			}
			if v := b.get(store.Key{Kind: "notes", ID: "n"}); v.Commit != c {
				t.Errorf("kept as %+v, told as %+v", v.Commit, c)
			}
			last = c
			// A write of nothing, or one that fails, takes no number and no instant.
			if _, err := b.Save(b.ctx, store.Reason{Who: "x", SkipSame: true}, note("n", store.Any, strings.Repeat("x", i))); err != nil {
				t.Fatal(err)
			}
			b.refused(entente.Conflict, "somebody changed it", note("n", 99, ""))
		}
		b.verify()
	})
}

func TestProgressAndCancel(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		var many []store.Change
		for i := range 5000 {
			many = append(many, note(strings.Repeat("n", i%7+1)+time.Duration(i).String(), 0, "some words"))
		}
		var told []int
		reason := store.Reason{Who: "ann", Progress: func(done int) error { told = append(told, done); return nil }}
		for _, after := range []int{1, 2} {
			n := 0
			stop := reason
			stop.Progress = func(int) error {
				if n++; n == after {
					return errStop
				}
				return nil
			}
			if _, err := b.Save(b.ctx, stop, many...); !errors.Is(err, errStop) {
				t.Errorf("%v", err)
			}
		}
		bad := append(slices.Clip(many), store.Change{Key: store.Key{Kind: "zz", ID: "last"}, State: "odd"})
		b.refused(entente.Invalid, "not a state", bad...)
		stop := reason
		stop.Progress = func(int) error { panic("at the disco") }
		_, err := b.Save(b.ctx, stop, many...)
		b.is(err, entente.Internal, "broke off")
		if m, err := b.Mark(b.ctx); err != nil || m.Seq != 0 || len(b.list(store.Query{})) != 0 {
			t.Errorf("something is left: %v %v", m, err)
		}
		if _, err := b.Save(b.ctx, reason, many...); err != nil {
			t.Fatal(err)
		}
		if len(told) < 2 || told[len(told)-1] != 5000 {
			t.Errorf("progress %v", told)
		}
		b.verify()
	})
}
