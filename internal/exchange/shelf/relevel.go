package shelf

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
)

// levels says by which level for what is unmarked the objects were assessed, and
// by which revision of the settings that was found to be so.
type levels struct {
	unmarked handling.TLP
	revision int64
}

// relevel sees to it that every object is handled by the level that counts now for
// what is unmarked. It gives settings that are no older than that.
func (s *Shelf) relevel(ctx context.Context, st *partner.State) (*partner.State, error) {
	for range maxTries {
		l := s.levels.Load()
		switch {
		case l != nil && l.unmarked == st.Unmarked:
			return st, nil
		case l != nil && st.Revision < l.revision:
			var err error
			if st, err = s.state(ctx, l.revision); err != nil {
				return nil, err
			}
			continue
		}
		var now *partner.State
		// To its end, also when who asked has gone. Every writing begins with it.
		err := s.write(context.WithoutCancel(ctx), func(_ context.Context, w *writing) error {
			now = w.st
			return nil
		})
		if err != nil {
			return nil, err
		}
		if now.Revision > st.Revision {
			st = now
		}
		s.levels.Store(&levels{now.Unmarked, now.Revision})
	}
	return nil, busy("read")
}

// levelled assesses everything again when the level of what is unmarked has
// changed since it was done last. The row that says so is a door of nobody's.
func (w *writing) levelled(ctx context.Context) error {
	var was int64
	err := w.q.QueryRowContext(ctx, "SELECT at FROM exchange_doors WHERE partner = '' AND collection = ''").Scan(&was)
	unmarked := int64(w.st.Unmarked)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		_, err = w.q.ExecContext(ctx, "INSERT INTO exchange_doors (partner, collection, revision, at, rev) VALUES ('', '', $1, $2, 0)", w.st.Revision, unmarked)
	case err == nil && was != unmarked:
		_, err = w.q.ExecContext(ctx, "UPDATE exchange_doors SET revision = $1, at = $2 WHERE partner = '' AND collection = ''", w.st.Revision, unmarked)
	default:
		return err
	}
	if err != nil {
		return err
	}
	return w.everyLevel(ctx)
}

// assessBatch is how many objects are read at a time to be assessed again.
const assessBatch = 400

// everyLevel assesses every object again.
func (w *writing) everyLevel(ctx context.Context) error {
	refs := newReferences(ctx, w.q)
	var changed []stix.ID
	for from := int64(0); ; {
		rows, err := w.q.QueryContext(ctx, "SELECT "+assessColumns+" WHERE n > $1 ORDER BY n LIMIT $2", from, assessBatch)
		list, err := scanAssessed(rows, err)
		if err != nil || len(list) == 0 {
			return errors.Join(err, w.surface(ctx, changed))
		}
		from = list[len(list)-1].n
		if changed, err = w.assessAgain(ctx, refs, list, changed); err != nil {
			return err
		}
	}
}

// arrived assesses again what depends on objects that are new, and what depends on
// that.
func (w *writing) arrived(ctx context.Context, ids []stix.ID) error {
	var all []stix.ID
	for range maxChain {
		changed, err := w.dependents(ctx, ids)
		if err != nil {
			return err
		}
		if len(changed) == 0 {
			break
		}
		all, ids = append(all, changed...), changed
	}
	return w.surface(ctx, all)
}

// maxChain bounds translations of translations, as package handling does.
const maxChain = 5

// dependents assesses again what depends directly on some objects, and gives what
// is handled otherwise now.
func (w *writing) dependents(ctx context.Context, ids []stix.ID) (changed []stix.ID, _ error) {
	waiting := map[int64]bool{}
	err := inLists(1, anyOf(ids), func(list string, args []any) error {
		rows, err := w.q.QueryContext(ctx, "SELECT n FROM exchange_waits WHERE id IN ("+list+")", args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var n int64
			err := rows.Scan(&n)
			waiting[n] = true
			return err
		})
	})
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	refs := newReferences(ctx, w.q)
	return changed, inLists(1, anyOf(slices.Sorted(maps.Keys(waiting))), func(list string, args []any) error {
		rows, err := w.q.QueryContext(ctx, "SELECT "+assessColumns+" WHERE n IN ("+list+") ORDER BY n", args...)
		part, err := scanAssessed(rows, err)
		if err != nil {
			return err
		}
		changed, err = w.assessAgain(ctx, refs, part, changed)
		return err
	})
}

// anyOf makes arguments of values.
func anyOf[T ~string | ~int64](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		switch v := any(v).(type) {
		case stix.ID:
			out[i] = string(v)
		default:
			out[i] = v
		}
	}
	return out
}

// assessed is an object as it was assessed before.
type assessed struct {
	n, level, unresolved int64
	id                   stix.ID
	origin               string
	body                 []byte
}

const assessColumns = "n, id, origin, level, unresolved, body FROM exchange_objects"

func scanAssessed(rows *sql.Rows, err error) (out []assessed, _ error) {
	return out, each(rows, err, func(rows *sql.Rows) error {
		var a assessed
		err := rows.Scan(&a.n, &a.id, &a.origin, &a.level, &a.unresolved, &a.body)
		out = append(out, a)
		return err
	})
}

// assessAgain writes the levels that have changed and adds whose they are.
func (w *writing) assessAgain(ctx context.Context, refs *references, list []assessed, changed []stix.ID) ([]stix.ID, error) {
	ids := map[stix.ID]bool{}
	objects := make([]*stix.Object, len(list))
	for i := range list {
		o, faults := stix.Parse(list[i].body, stix.DefaultLimits)
		if faults != nil {
			continue // it was taken by other bounds; its level stays
		}
		objects[i] = o
		for _, id := range dependsOn(o) {
			ids[id] = true
		}
	}
	if err := refs.read(ids); err != nil {
		return nil, err
	}
	for i := range list {
		if objects[i] == nil {
			continue
		}
		a, err := w.s.assessor(w.st, refs, list[i].origin)
		if err != nil {
			return nil, err
		}
		now := a.Assess(objects[i])
		if refs.err != nil {
			return nil, refs.err
		}
		if int64(now.Level) == list[i].level && flag(now.Unresolved) == list[i].unresolved {
			continue
		}
		if _, err := w.q.ExecContext(ctx, "UPDATE exchange_objects SET level = $1, unresolved = $2 WHERE n = $3", int64(now.Level), flag(now.Unresolved), list[i].n); err != nil {
			return nil, err
		}
		if int64(now.Level) != list[i].level {
			changed = append(changed, list[i].id)
		}
	}
	return changed, nil
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// surface gives new stamps, in every collection, to all versions of objects of
// which one is handled otherwise now: for some partner another version may be the
// latest, or the first.
func (w *writing) surface(ctx context.Context, changed []stix.ID) error {
	slices.Sort(changed)
	ids := anyOf(slices.Compact(changed))
	found := map[string][]int64{}
	err := inLists(1, ids, func(list string, args []any) error {
		rows, err := w.q.QueryContext(ctx, "SELECT e.collection, e.stamp FROM exchange_objects o JOIN exchange_entries e ON e.n = o.n WHERE e.removed = 0 AND o.id IN ("+list+")", args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var collection string
			var stamp int64
			err := rows.Scan(&collection, &stamp)
			found[collection] = append(found[collection], stamp)
			return err
		})
	})
	if err != nil {
		return err
	}
	for _, collection := range slices.Sorted(maps.Keys(found)) {
		h, err := w.lock(ctx, collection)
		if err != nil {
			return err
		}
		if err := w.move(ctx, h, found[collection]); err != nil {
			return err
		}
	}
	return nil
}
