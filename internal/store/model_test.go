package store_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente"
	"entente/internal/pgtest"
	"entente/internal/store"
)

// model is the store as one would write it on a napkin: a list of versions per
// record. Random operations must have the same outcome in it and on both engines.
type model struct {
	records map[store.Key][]modelVersion
	commits [][]store.Key // what each commit wrote, in the order of keys
}

type modelVersion struct {
	state  store.State
	layer  string
	note   string
	to     string // the proposition that a statement refers to
	live   int    // number of the version that the public sees after it, 0 for none
	commit int
}

// modelOp is one change as the test draws it.
type modelOp struct {
	key   store.Key
	base  int // 0 and up, or store.Any
	state store.State
	layer string
	note  string
	to    string
}

func (m *model) head(k store.Key) (modelVersion, int) {
	if l := m.records[k]; len(l) > 0 {
		return l[len(l)-1], len(l)
	}
	return modelVersion{}, 0
}

// public gives what the public sees of a record, nil for nothing.
func (m *model) public(k store.Key) *modelVersion {
	h, n := m.head(k)
	if n == 0 || h.live == 0 {
		return nil
	}
	return &m.records[k][h.live-1]
}

// save does what [store.Store.Save] does, or tells the kind of its error.
func (m *model) save(ops []modelOp, skipSame, undo bool) (changes int, kind entente.Kind) {
	next := &model{maps.Clone(m.records), m.commits}
	var wrote []store.Key
	ops = slices.Clone(ops)
	slices.SortFunc(ops, func(a, b modelOp) int { return strings.Compare(a.key.Kind+a.key.ID, b.key.Kind+b.key.ID) })
	for _, op := range ops {
		h, n := next.head(op.key)
		if pub := m.public(op.key); skipSame && n > 0 && h.layer == op.layer && (h.state == op.state && h.note == op.note && h.to == op.to ||
			op.state == store.Published && pub != nil && pub.note == op.note && pub.to == op.to && h.live != n) {
			continue
		}
		if op.base != store.Any && op.base != n {
			return 0, entente.Conflict
		}
		if n > 0 && h.layer != op.layer && !undo && (h.layer == "" || op.layer != "") {
			return 0, entente.Denied
		}
		v := modelVersion{op.state, op.layer, op.note, op.to, h.live, len(m.commits) + 1}
		switch op.state {
		case store.Published:
			v.live = n + 1
		case store.Retired:
			v.live = 0
		}
		next.records[op.key] = append(slices.Clone(next.records[op.key]), v)
		wrote = append(wrote, op.key)
	}
	for _, k := range wrote { // what became public refers only to what is public
		now, n := next.head(k)
		if now.live == n && now.to != "" && next.public(prop(now.to)) == nil {
			return 0, entente.Invalid
		}
	}
	for _, k := range wrote { // and what is gone is referred to by nothing
		if m.public(k) == nil || next.public(k) != nil {
			continue
		}
		for other := range next.records {
			if p := next.public(other); p != nil && p.to != "" && prop(p.to) == k {
				return 0, entente.Conflict
			}
		}
	}
	if len(wrote) > 0 {
		m.records, m.commits = next.records, append(m.commits, wrote)
	}
	return len(wrote), ""
}

// undoing lists what takes a commit back.
func (m *model) undoing(commit int) []modelOp {
	var ops []modelOp
	for _, k := range m.commits[commit-1] {
		list := m.records[k]
		i := slices.IndexFunc(list, func(v modelVersion) bool { return v.commit == commit })
		op := modelOp{key: k, base: i + 1}
		from := func(v modelVersion) { op.state, op.layer, op.note, op.to = v.state, v.layer, v.note, v.to }
		was := list[i]
		switch {
		case i == 0:
			from(was)
			op.state = store.Retired
		case (was.state == store.Published || was.state == store.Retired) && list[i-1].live != 0:
			from(list[list[i-1].live-1])
		default:
			from(list[i-1])
			if was.state == store.Published {
				op.state = store.Retired
			}
		}
		ops = append(ops, op)
	}
	return ops
}

func prop(id string) store.Key { return store.Key{Kind: "propositions", ID: id} }

func (op *modelOp) change() store.Change {
	var c store.Change
	switch op.key.Kind {
	case "notes":
		c = note(op.key.ID, op.base, op.note)
	case "propositions":
		c = store.RowChange(row("propositions", "id", op.key.ID, "pillar", "law", "issue", "x", "statement", op.note), op.base, op.state)
	default:
		r := statement(op.key.ID, op.note)
		r.Cells[2] = op.to
		c = store.RowChange(r, op.base, op.state)
	}
	c.State, c.Layer = op.state, op.layer
	return c
}

func TestBothEnginesDoAsTheModel(t *testing.T) {
	engines := []*bench{open(t, filepath.Join(t.TempDir(), "model.entente")), open(t, pgtest.Database(t, "store", empty))}
	for _, b := range engines {
		b.save(base(t)...)
	}
	round := 0
	rapid.Check(t, func(t *rapid.T) {
		round++ // each round has records of its own in the same two stores
		m := &model{records: map[store.Key][]modelVersion{}}
		first := int64(0)
		if mark, err := engines[0].Mark(engines[0].ctx); err == nil {
			first = mark.Seq
		}
		id := func(s string) string { return fmt.Sprintf("%s-%d", s, round) }
		keys := []store.Key{{Kind: "notes", ID: id("n1")}, {Kind: "notes", ID: id("n2")}, {Kind: "statements", ID: id("s1")}, {Kind: "statements", ID: id("s2")}, prop(id("p1")), prop(id("p2"))}
		draw := func(label string) modelOp {
			op := modelOp{key: rapid.SampledFrom(keys).Draw(t, label)}
			h, n := m.head(op.key)
			op.base = rapid.SampledFrom([]int{n, n, n, n, store.Any, n + 1, 0}).Draw(t, "base")
			op.state = rapid.SampledFrom(store.States).Draw(t, "state")
			op.note = rapid.SampledFrom([]string{"alpha", "beta \"quoted\""}).Draw(t, "note")
			if op.key.Kind == "statements" {
				op.to = rapid.SampledFrom([]string{id("p1"), id("p2")}).Draw(t, "to")
			}
			if op.key.Kind == "notes" && op.state != store.Published && op.state != store.InReview {
				op.layer = rapid.SampledFrom([]string{"", h.layer, store.Private("ann")}).Draw(t, "layer")
			}
			return op
		}
		for step := range rapid.IntRange(3, 14).Draw(t, "steps") {
			var ops []modelOp
			undo, skip := false, false
			seq := 0
			if len(m.commits) > 0 && rapid.IntRange(0, 4).Draw(t, "what") == 0 {
				undo = true
				seq = rapid.IntRange(max(1, len(m.commits)-2), len(m.commits)).Draw(t, "commit")
				ops = m.undoing(seq)
			} else {
				skip = rapid.Bool().Draw(t, "skip same")
				for range rapid.IntRange(1, 3).Draw(t, "changes") {
					if op := draw("key"); !slices.ContainsFunc(ops, func(o modelOp) bool { return o.key == op.key }) {
						ops = append(ops, op)
					}
				}
			}
			changes, kind := m.save(ops, skip, undo)
			for _, b := range engines {
				var c store.Commit
				var err error
				if undo {
					c, err = b.Undo(b.ctx, store.Reason{Who: "u"}, first+int64(seq))
				} else {
					list := make([]store.Change, len(ops))
					for i := range ops {
						list[i] = ops[i].change()
					}
					c, err = b.Save(b.ctx, store.Reason{Who: "w", SkipSame: skip}, list...)
				}
				if entente.KindOf(err) != kind || c.Changes != changes {
					t.Fatalf("step %d, %s: got %d changes and %v, the model says %d and %q, for %+v", step, b.Engine(), c.Changes, err, changes, kind, ops)
				}
				m.compare(t, b, keys)
			}
		}
	})
	for _, b := range engines {
		b.verify()
	}
}

// compare looks at everything that a store tells of the model's records.
func (m *model) compare(t *rapid.T, b *bench, keys []store.Key) {
	own := map[store.Key]bool{}
	for _, k := range keys {
		own[k] = true
		h, err := b.History(b.ctx, k)
		if entente.KindOf(err) == entente.NotFound {
			err = nil
		}
		if err != nil || len(h) != len(m.records[k]) {
			t.Fatalf("%s %s: %d versions, %v, want %d", b.Engine(), k, len(h), err, len(m.records[k]))
		}
		for i, want := range m.records[k] {
			got := h[len(h)-1-i]
			if got.State != want.state || got.Layer != want.layer || !strings.Contains(string(got.Body), want.note[:4]) || got.Number != i+1 || got.Base != i {
				t.Fatalf("%s %s: version %d is %+v, want %+v", b.Engine(), k, i+1, got, want)
			}
		}
	}
	lists := func(q store.Query, want func(store.Key, modelVersion) bool) {
		got := map[store.Key]bool{}
		for _, v := range b.list(q) {
			if own[v.Key] {
				got[v.Key] = true
			}
		}
		for k := range own {
			h, n := m.head(k)
			if w := n > 0 && h.layer == "" && want(k, h); got[k] != w {
				t.Fatalf("%s: %+v lists %s: %v, the model says %v", b.Engine(), q, k, got[k], w)
			}
		}
	}
	prefix := keys[0].ID[strings.Index(keys[0].ID, "-")+1:] // the number of the round is a word of every id
	lists(store.Query{Words: "alpha " + prefix}, func(_ store.Key, v modelVersion) bool { return v.note == "alpha" })
	lists(store.Query{Facets: store.Facets{Proposition: keys[4].ID}}, func(k store.Key, v modelVersion) bool { return k == keys[4] || v.to == keys[4].ID })
	lists(store.Query{Facets: store.Facets{Proposition: keys[4].ID}, States: []store.State{store.Draft, store.Retired}}, func(k store.Key, v modelVersion) bool {
		return (k == keys[4] || v.to == keys[4].ID) && (v.state == store.Draft || v.state == store.Retired)
	})
	c := b.corpus()
	for _, k := range keys {
		want, got := m.public(k), ""
		switch k.Kind {
		case "propositions":
			if p := c.Proposition(entente.PropositionID(k.ID)); p != nil {
				got = p.Statement
			}
		case "statements":
			for i := range c.Statements {
				if c.Statements[i].ID == k.ID {
					got = c.Statements[i].Note
				}
			}
		default:
			continue
		}
		if want == nil && got != "" || want != nil && got != want.note {
			t.Fatalf("%s: the public sees %q of %s, the model says %+v", b.Engine(), got, k, want)
		}
	}
}
