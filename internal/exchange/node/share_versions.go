package node

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/stix"
	"entente/internal/ledger"
)

// maxIDs bounds the objects that are looked up at once.
const maxIDs = 500

// lying finds the entries of the newest versions of objects, in whichever
// collection they lie.
func (n *Node) lying(ctx context.Context, ids []stix.ID) (map[stix.ID][]shelf.Entry, error) {
	out := map[stix.ID][]shelf.Entry{}
	for part := range slices.Chunk(ids, maxIDs) {
		err := n.each(ctx, shelf.Ask{IDs: part, Newest: true}, func(e *shelf.Entry) error {
			out[e.ID] = append(out[e.ID], *e)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// each walks the entries that an [shelf.Ask] selects.
func (n *Node) each(ctx context.Context, ask shelf.Ask, fn func(*shelf.Entry) error) error {
	ask.Limit = shelf.MaxFind
	for {
		list, err := n.Shelf.Find(ctx, ask)
		if err != nil {
			return err
		}
		for i := range list {
			if err := fn(&list[i]); err != nil {
				return err
			}
		}
		if len(list) < ask.Limit {
			return nil
		}
		last := list[len(list)-1]
		ask.AfterCollection, ask.After = last.Collection, last.Added
	}
}

// settle compares each object with what is shared already: unchanged it stays as it
// is, changed it becomes a new version of the same object.
func (w *work) settle(ctx context.Context) error {
	var ids []stix.ID
	for _, c := range w.list {
		if c.role != Definition {
			ids = append(ids, c.o.ID())
		}
	}
	lying, err := w.n.lying(ctx, ids)
	if err != nil {
		return err
	}
	kept := w.list[:0]
	for _, c := range w.list {
		ok := true
		if c.what = Adds; c.role != Definition && len(lying[c.o.ID()]) > 0 {
			if ok, err = w.against(ctx, c, lying[c.o.ID()]); err != nil {
				return err
			}
		}
		if ok {
			kept = append(kept, c)
		}
	}
	w.list = kept
	return nil
}

// against settles one object that is shared already. It tells whether the object
// stays in the plan.
func (w *work) against(ctx context.Context, c *candidate, entries []shelf.Entry) (bool, error) {
	old, err := w.n.Shelf.Body(ctx, c.o.ID(), "")
	if err != nil {
		return false, err
	}
	newest := slices.MaxFunc(entries, func(a, b shelf.Entry) int { return cmp.Compare(versionKey(a.Version), versionKey(b.Version)) })
	here := slices.ContainsFunc(entries, func(e shelf.Entry) bool {
		return e.Collection == w.plan.Collection.ID && versionKey(e.Version) == old.VersionTime().Key()
	})
	label := c.record
	if label == "" {
		label = string(c.o.ID())
	}
	if old.Revoked() {
		w.plan.refuse(label, "it was withdrawn on "+old.VersionTime().Time().Format(time.DateOnly)+", which is for good", "make a new record for what is to be said now")
		return false, nil
	}
	c.what = Places
	if here {
		c.what = Stays
	}
	if newest.Origin != "" {
		switch {
		case sameContent(c.o, old):
			c.warnings = append(c.warnings, newest.Origin+" has shared it before; its version stays")
		case c.role == Asked || c.role == Part:
			// Else others would take a partner's words for those that were to be shared.
			w.plan.refuse(label, newest.Origin+" has brought something else under its id, "+string(c.o.ID()), "if it is not theirs to give: entente collection purge "+string(c.o.ID()))
			return false, nil
		default: // a word of the field that a partner brought first: theirs lies there
			c.warnings = append(c.warnings, newest.Origin+" has shared it before, and says something else; its version stays")
		}
		c.o, c.origin = old, newest.Origin
		return true, nil
	}
	level := w.level(c, newest.Level)
	marks := c.o.Marks()
	if level != c.level {
		marks = marksFor(c.o, level)
	}
	if level == newest.Level && sameContent(c.o, old) && (level != c.level || sameMarks(marks, old.Marks())) {
		c.o = old
		return true, nil
	}
	at := old.VersionTime().Time().Add(time.Millisecond)
	if made := c.o.VersionTime().Time(); made.After(at) {
		at = made
	}
	c.what = Changes
	if c.o, err = nextVersion(old, c.o, marks, at); err != nil {
		return false, err
	}
	return true, w.reached(ctx, c)
}

// level is the level under which an object goes that was shared before.
func (w *work) level(c *candidate, before handling.TLP) handling.TLP {
	level := c.level
	named := c.role == Asked || c.role == Part
	switch {
	case level < before && c.public:
		// Everybody can read it in the program's own corpus; that something refers to
		// it is told by what does, under this level.
	case level < before && !w.r.Lower:
		c.warnings = append(c.warnings, "it stays "+before.String()+", as it was shared before (--lower makes it "+level.String()+")")
		return before
	case level > before && !named:
		return before // whoever may see it has it already
	case level != before:
		c.warnings = append(c.warnings, "it was "+before.String()+" before")
	}
	return level
}

// reached notes who got an earlier version.
func (w *work) reached(ctx context.Context, c *candidate) error {
	list, err := w.n.Shelf.Reach(ctx, c.o.ID())
	for _, d := range list {
		if !slices.Contains(c.had, d.Partner) {
			c.had = append(c.had, d.Partner)
		}
	}
	return err
}

func sameMarks(a, b []stix.ID) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func versionKey(version string) string {
	t, _ := stix.ParseTime(version)
	return t.Key()
}

// steady are the properties in which two versions of one object differ anyway.
var steady = []string{"created", "modified", "object_marking_refs"}

// sameContent reports whether two versions say the same.
func sameContent(a, b *stix.Object) bool {
	left := map[string][]byte{}
	for name, value := range a.Properties() {
		if !slices.Contains(steady, name) {
			left[name] = value
		}
	}
	for name, value := range b.Properties() {
		if slices.Contains(steady, name) {
			continue
		}
		other, ok := left[name]
		if !ok || !sameValue(value, other) {
			return false
		}
		delete(left, name)
	}
	return len(left) == 0
}

func sameValue(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	x, err1 := ledger.Canonical(a)
	y, err2 := ledger.Canonical(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}

// nextVersion makes a new version of old that says what made says.
func nextVersion(old, made *stix.Object, marks []stix.ID, at time.Time) (*stix.Object, error) {
	if made.CreatedBy() != old.CreatedBy() {
		return nil, &entente.Error{Kind: entente.Conflict, Op: "share", Place: string(old.ID()), Msg: "it was shared before in another name", Hint: "an object keeps its maker; share it under a new id"}
	}
	return with(made, map[string]any{"created": old.Created().String(), "modified": stix.At(at).String(), "object_marking_refs": marks})
}

// definitions puts in front the marking-definitions that the objects name: they
// travel with what they mark.
func (w *work) definitions() error {
	used := map[stix.ID]bool{}
	have := map[stix.ID]bool{}
	for _, c := range w.list {
		have[c.o.ID()] = true
		for _, id := range append(c.o.Marks(), c.o.GranularMarks()...) {
			used[id] = true
		}
	}
	defs, err := handling.Definitions()
	if err != nil {
		return err
	}
	var front []*candidate
	for _, d := range defs {
		if used[d.ID()] && !have[d.ID()] {
			front = append(front, &candidate{o: d, role: Definition, what: Adds})
		}
	}
	w.list = append(front, w.list...)
	return nil
}
