package shelf

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/store"
)

// references are the objects on which a level depends: marking-definitions, and
// what translations translate.
type references struct {
	ctx  context.Context
	q    store.Querier
	kept map[stix.ID]*referred // nil: looked for and not there
	own  map[stix.ID]*stix.Object
	said map[string]bool // by voucher
	err  error
}

type referred struct {
	o      *stix.Object
	origin string
}

func newReferences(ctx context.Context, q store.Querier) *references {
	return &references{ctx: ctx, q: q, kept: map[stix.ID]*referred{}, own: map[stix.ID]*stix.Object{}, said: map[string]bool{}}
}

// dependsOn lists what the level of an object depends on.
func dependsOn(o *stix.Object) []stix.ID {
	out := append(o.Marks(), o.GranularMarks()...)
	if o.Type() == "language-content" {
		out = append(out, o.Ref("object_ref"))
	}
	return out
}

// read looks for objects, those of which are not looked for yet.
func (r *references) read(ids map[stix.ID]bool) error {
	var list []any
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if _, done := r.kept[id]; !done {
			r.kept[id] = nil
			list = append(list, string(id))
		}
	}
	return inLists(1, list, func(list string, args []any) error {
		rows, err := r.q.QueryContext(r.ctx, `SELECT o.id, o.origin, o.body FROM exchange_objects o WHERE o.id IN (`+list+`)
			AND o.version_key = (SELECT MAX(l.version_key) FROM exchange_objects l WHERE l.id = o.id)`, args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var id stix.ID
			var origin string
			var body []byte
			if err := rows.Scan(&id, &origin, &body); err != nil {
				return err
			}
			if o, faults := stix.Parse(body, stix.DefaultLimits); faults == nil {
				r.kept[id] = &referred{o, origin}
			}
			return nil
		})
	})
}

// lookup gives the objects by which those of an origin are handled: the node's own,
// and those that came from the same partner, or that it has sent as well. What
// another partner says of a mark must not open what is not its own. So it is for the
// node's objects too, but for what they translate: that only makes them stricter.
func (r *references) lookup(origin string) func(stix.ID) *stix.Object {
	return func(id stix.ID) *stix.Object {
		if o := r.own[id]; o != nil {
			return o
		}
		if _, done := r.kept[id]; !done {
			if err := r.read(map[stix.ID]bool{id: true}); err != nil && r.err == nil {
				r.err = err
			}
		}
		if k := r.kept[id]; k != nil && (k.origin == "" || k.origin == origin || origin == "" && k.o.Type() != "marking-definition" || r.vouched(origin, id)) {
			return k.o
		}
		return nil
	}
}

// voucher is the row of exchange_waits that says that a partner, or the node itself
// (""), has sent a mark as well, which another had brought before.
func voucher(partner string, id stix.ID) string { return "also " + partner + " " + string(id) }

func (r *references) vouched(partner string, id stix.ID) bool {
	v := voucher(partner, id)
	if said, done := r.said[v]; done {
		return said
	}
	var n int
	if err := r.q.QueryRowContext(r.ctx, "SELECT count(*) FROM exchange_waits WHERE id = $1", v).Scan(&n); err != nil && r.err == nil {
		r.err = err
	}
	r.said[v] = n > 0
	return n > 0
}

func (s *Shelf) assessor(st *partner.State, r *references, origin string) (*handling.Assessor, error) {
	return handling.NewAssessor(st.Unmarked, r.lookup(origin), s.o.Public)
}

// assess finds the level of what is new, and refuses what may not lie in the
// collection.
func (j *judging) assess(ctx context.Context) error {
	j.refs = newReferences(ctx, j.q)
	ids := map[stix.ID]bool{}
	// Marks first: one that is refused must not say how others are handled.
	var order []*item
	for _, marks := range []bool{true, false} {
		for _, it := range j.items {
			if it.verdict == stix.New && (it.o.Type() == "marking-definition") == marks {
				order = append(order, it)
			}
		}
	}
	for _, it := range j.items {
		if it.verdict != stix.Refused {
			if old := j.refs.own[it.id]; old == nil || old.VersionTime().Compare(it.at) < 0 {
				j.refs.own[it.id] = it.o
			}
			for _, id := range dependsOn(it.o) {
				ids[id] = true
			}
		}
	}
	if err := j.refs.read(ids); err != nil {
		return err
	}
	a, err := j.s.assessor(j.st, j.refs, j.who)
	if err != nil {
		return err
	}
	ceiling := handling.TLP(0)
	if c, ok := j.st.Collection(j.collection); ok {
		ceiling = c.Ceiling
	}
	for _, it := range order {
		it.Assessment = a.Assess(it.o)
		j.admit(it, ceiling)
		if it.verdict == stix.Refused && j.refs.own[it.id] == it.o {
			delete(j.refs.own, it.id)
		}
	}
	for _, it := range j.items {
		switch {
		case it.verdict != stix.Same:
		case it.twin != nil && it.twin.verdict == stix.Refused:
			it.verdict, it.faults = stix.Refused, it.twin.faults
		case it.twin != nil:
			it.Assessment = it.twin.Assessment
		default:
			j.admit(it, ceiling)
		}
	}
	return j.refs.err
}

// admit refuses what may not lie in the collection. What a partner brings with a
// mark that is not known here may: it is kept, and nobody sees it until the mark is.
func (j *judging) admit(it *item, ceiling handling.TLP) {
	hidden := it.Unresolved && j.who != ""
	switch {
	case it.verdict == stix.Same && it.Level == handling.Red && j.who != "": // as it was kept
	case it.Level == handling.Red && !hidden:
		it.refusef("RED is for named people and never lies in a collection (%s)", it.Why[0])
	case ceiling != 0 && it.Level > ceiling && !hidden:
		it.refusef("it is %s, and the collection takes up to %s (%s)", it.Level, ceiling, it.Why[0])
	}
}
