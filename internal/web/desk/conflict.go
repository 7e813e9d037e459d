package desk

import (
	"entente"
	"entente/internal/store"
)

// Conflict is a record that somebody else changed while the reader was changing
// it: what was before, what stands there now and what the reader typed. The page
// shows it with the template "conflict" above the form, which still holds what
// was typed; sent again, the form goes on from the version that is there now.
type Conflict struct {
	Key    store.Key
	Theirs *store.Version // nil when the reader may not see it
	Base   int            // the version to go on from
	Sides  []ThreeSides
}

// ThreeSides is one field that was changed by somebody.
type ThreeSides struct {
	Field, Word          string
	Before, Theirs, Mine string
	Clash                bool // both changed it, in different ways
}

// Conflicting turns the error of a write into a Conflict. mine are the fields
// that the reader typed, base the version that they started from. Errors that
// are no conflict are given back, for the caller to treat as always.
func (c *Call) Conflicting(err error, k store.Key, base int, mine map[string]string) (*Conflict, error) {
	if err == nil || entente.KindOf(err) != entente.Conflict {
		return nil, err
	}
	latest, err2 := c.Desk.Store.Get(c.Context(), k)
	if err2 != nil || latest.Number == base {
		return nil, err // another conflict than this one
	}
	out := &Conflict{Key: k, Base: latest.Number}
	seen, err2 := c.Desk.Bench.Visible(c.Context(), c.User, []store.Version{*latest})
	if err2 != nil {
		return nil, err2
	}
	if len(seen) == 0 {
		return out, nil
	}
	out.Theirs = latest
	before := map[string]string{}
	if v, err := c.Desk.Store.Version(c.Context(), k, base); err == nil && base > 0 {
		before = Cells(v.Body)
	}
	theirs := Cells(latest.Body)
	for _, name := range fieldOrder(k.Kind, before, theirs, mine) {
		m, typed := mine[name]
		if !typed {
			m = before[name] // a field that the form does not have stays as it was
		}
		if before[name] == theirs[name] && before[name] == m {
			continue
		}
		out.Sides = append(out.Sides, ThreeSides{
			Field: name, Word: wordOr(c.T, "column", name), Before: clipped(before[name]), Theirs: clipped(theirs[name]), Mine: clipped(m),
			Clash: theirs[name] != before[name] && m != before[name] && m != theirs[name],
		})
	}
	return out, nil
}
