package node

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/stix"
)

// files takes in the objects of bundles: what another tool of this organisation
// has written, such as a report on an incident.
func (w *work) files(ctx context.Context) error {
	for _, f := range w.r.Files {
		list, refusals, err := stix.ReadAll(bytes.NewReader(f.Data), stix.DefaultStreamLimits)
		if err != nil {
			return &entente.Error{Kind: entente.Invalid, Op: "share", Place: f.Name, Msg: "this is no bundle of STIX objects", Hint: "export it as STIX 2.1", Err: err}
		}
		for _, r := range refusals {
			bad := stix.Refusals(r.Faults)
			if len(bad) == 0 {
				continue // warnings of a good one
			}
			what := string(r.ID)
			if what == "" {
				what = fmt.Sprintf("object %d", r.Index+1)
			}
			w.plan.refuse(f.Name+": "+what, bad[0].String(), "mend it in the tool that wrote it")
		}
		if len(list) == 0 && len(w.plan.Refused) == 0 {
			return &entente.Error{Kind: entente.Invalid, Op: "share", Place: f.Name, Msg: "the file holds no objects", Hint: "export it as STIX 2.1"}
		}
		if err := w.bundle(ctx, f.Name, list); err != nil {
			return err
		}
	}
	return nil
}

// bundle takes in the objects of one file.
func (w *work) bundle(ctx context.Context, name string, list []*stix.Object) error {
	newest := map[stix.ID]*stix.Object{}
	for _, o := range stix.Latest(list) {
		newest[o.ID()] = o
	}
	marks, err := newMarker(w.r.Level, func(id stix.ID) *stix.Object { return newest[id] })
	if err != nil {
		return err
	}
	for _, o := range list {
		c := &candidate{o: o, role: Asked, reason: "in " + name}
		switch {
		case o.Type() == "marking-definition" || Public(o.ID()):
			c.role = Definition
		case w.ours(ctx, c):
			if err := marks.mark(c); err != nil {
				return err
			}
		}
		w.list = append(w.list, c)
	}
	return nil
}

// ours reports whether an object of a file is this node's to share, and refuses it
// in the plan when it is a partner's.
func (w *work) ours(ctx context.Context, c *candidate) bool {
	for i := range w.state.Settings.Partners {
		p := &w.state.Settings.Partners[i]
		if by := c.o.CreatedBy(); by != "" && slices.Contains(p.Identities, by) {
			w.plan.refuse(string(c.o.ID()), "it is an object of "+p.ID+", which is not ours to share", "leave it out of the file")
			return false
		}
	}
	if c.o.CreatedBy() == w.state.Settings.Identity && c.o.CreatedBy() != "" {
		return true
	}
	came, err := w.n.Inbox.List(ctx, inbox.Ask{Object: c.o.ID(), Limit: inbox.MaxList})
	if err != nil {
		w.plan.refuse(string(c.o.ID()), "it cannot be told whether a partner sent it", err.Error())
		return false
	}
	for _, i := range came {
		if i.Level > handling.Clear {
			w.plan.refuse(string(c.o.ID()), fmt.Sprintf("%s sent it as %s, which is not ours to pass on", i.Partner, i.Level), "leave it out of the file")
			return false
		}
	}
	return true
}

// marker marks what a file leaves unmarked.
type marker struct {
	level handling.TLP
	// low and high read what is unmarked as GREEN and as RED: they differ where
	// there is no mark.
	low, high *handling.Assessor
}

func newMarker(level handling.TLP, lookup func(stix.ID) *stix.Object) (*marker, error) {
	low, err := handling.NewAssessor(handling.Green, lookup, Public)
	if err != nil {
		return nil, err
	}
	high, err := handling.NewAssessor(handling.Red, lookup, Public)
	return &marker{level, low, high}, err
}

// mark puts the level that was asked for onto an object that carries none, or a
// more open one. A stricter one stays.
func (m *marker) mark(c *candidate) error {
	low, high := m.low.Assess(c.o), m.high.Assess(c.o)
	unmarked := low.Level != high.Level
	c.level = max(low.Level, m.level)
	switch {
	case unmarked:
		return c.set(c.level) // marks of parts may be stricter
	case low.Level < m.level:
		c.warnings = append(c.warnings, "the file marks it "+low.Level.String()+"; it goes as "+m.level.String()+", as was asked")
		return c.set(c.level)
	case low.Level > m.level:
		c.warnings = append(c.warnings, "the file marks it "+low.Level.String()+", stricter than was asked; that stays")
	}
	return nil
}

func (c *candidate) set(level handling.TLP) error {
	o, err := withMarks(c.o, marksFor(c.o, level))
	if err == nil {
		c.o = o
	}
	return err
}

// marksFor gives the marks of an object with its levels of TLP 2.0 replaced by one.
func marksFor(o *stix.Object, level handling.TLP) []stix.ID {
	out := slices.DeleteFunc(slices.Clone(o.Marks()), func(id stix.ID) bool {
		return slices.ContainsFunc(handling.Levels, func(t handling.TLP) bool { return t.Mark() == id })
	})
	return append(out, level.Mark())
}

// withMarks makes an object again with other marks, everything else as it was.
func withMarks(o *stix.Object, marks []stix.ID) (*stix.Object, error) {
	return with(o, map[string]any{"object_marking_refs": marks})
}

// with makes an object again with some properties set; the others stay byte for
// byte, so that no digit of a number is lost.
func with(o *stix.Object, set map[string]any) (*stix.Object, error) {
	var b bytes.Buffer
	sep := byte('{')
	put := func(name string, value []byte) error {
		key, err := json.Marshal(name)
		b.WriteByte(sep)
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
		sep = ','
		return err
	}
	for name, value := range o.Properties() {
		if _, ok := set[name]; ok {
			continue
		}
		if err := put(name, value); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		value, err := json.Marshal(set[name])
		if err != nil {
			return nil, err
		}
		if err := put(name, value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return stix.Read(b.Bytes())
}
