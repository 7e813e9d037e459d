package shelf

import (
	"context"
	"database/sql"
	"slices"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
	"entente/internal/ledger"
)

// lying is a version of an object that lies in a collection.
type lying struct {
	n, stamp           int64
	version, key, spec string
	level              handling.TLP
	putBy              string
	origin             string
}

func (w *writing) lying(ctx context.Context, collection string, object stix.ID) (out []lying, _ error) {
	rows, err := w.q.QueryContext(ctx, `SELECT e.n, e.stamp, o.version, o.version_key, o.spec, o.level, e.origin, o.origin
		FROM exchange_objects o JOIN exchange_entries e ON e.n = o.n WHERE o.id = $1 AND e.collection = $2 AND e.removed = 0 ORDER BY o.version_key`, string(object), collection)
	return out, each(rows, err, func(rows *sql.Rows) error {
		var l lying
		var level int64
		err := rows.Scan(&l.n, &l.stamp, &l.version, &l.key, &l.spec, &level, &l.putBy, &l.origin)
		l.level = handling.TLP(level) //nolint:gosec // 1 to 5
		out = append(out, l)
		return err
	})
}

// among picks what v selects from versions in their order.
func among(list []lying, v taxii.Versions) []lying {
	var out []lying
	for i, l := range list {
		last := v.Last || !v.All && !v.First && len(v.Exact) == 0
		if v.All || v.First && i == 0 || last && i == len(list)-1 || slices.ContainsFunc(v.Exact, func(t stix.Time) bool { return t.Key() == l.key }) {
			out = append(out, l)
		}
	}
	return out
}

// Delete takes out versions of an object that a partner has put into a collection;
// what others have put there stays, and then nothing is taken out. Errors: NotFound
// when the partner may not know the object; Denied.
func (s *Shelf) Delete(ctx context.Context, who, collection string, object stix.ID, v taxii.Versions) error {
	return s.write(ctx, func(ctx context.Context, w *writing) error {
		info, err := known(w.st, who, collection, s.o.Now())
		if err != nil {
			return err
		}
		if !info.CanRead || !info.CanWrite {
			return denied("remove")
		}
		list, err := w.lying(ctx, info.ID, object)
		if err != nil {
			return err
		}
		view := w.st.Rules.View(who, info.ID, s.o.Now())
		list = slices.DeleteFunc(list, func(l lying) bool {
			origin := l.origin
			if l.putBy != "" {
				origin = ""
			}
			return l.putBy != who && !view.Allows(handling.Subject{ID: object, Level: l.level, Origin: origin})
		})
		if len(list) == 0 {
			return noObject(object)
		}
		chosen := among(list, v)
		if slices.ContainsFunc(chosen, func(l lying) bool { return l.putBy != who }) {
			return &entente.Error{
				Kind: entente.Denied, Op: "remove", Place: text(string(object)), Msg: "others have put it into the collection",
				Hint: "a partner takes out what it has put there itself; to take back a version, add a revoked one",
			}
		}
		return w.remove(ctx, info.ID, object, chosen)
	})
}

func noObject(object stix.ID) error {
	return &entente.Error{Kind: entente.NotFound, Op: "find an object", Place: text(string(object)), Msg: "there is no such object in the collection"}
}

// Take takes versions of an object out of a collection (its id or alias) for the
// node itself, whoever put it there. Who has it keeps it: to withdraw it, put a
// revoked version. Errors: NotFound.
func (s *Shelf) Take(ctx context.Context, collection string, object stix.ID, v taxii.Versions) error {
	return s.write(ctx, func(ctx context.Context, w *writing) error {
		c, ok := w.st.Collection(collection)
		if !ok {
			return noCollection(collection)
		}
		list, err := w.lying(ctx, c.ID, object)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return noObject(object)
		}
		return w.remove(ctx, c.ID, object, among(list, v))
	})
}

// remove takes versions out, and what lay there under earlier stamps with them. The
// versions that stay get new stamps: for whoever asks for the latest or the first
// one, another is that now.
func (w *writing) remove(ctx context.Context, collection string, object stix.ID, chosen []lying) error {
	if len(chosen) == 0 {
		return nil
	}
	h, err := w.lock(ctx, collection)
	if err != nil {
		return err
	}
	ns := make([]int64, len(chosen))
	leaves := make([]ledger.Entry, len(chosen))
	for i, l := range chosen {
		ns[i] = l.n
		leaves[i] = ledger.Entry{Kind: ledger.Withdrawn, Object: string(object), Version: leafVersion(l.version), Collection: collection, Plain: isPlain(l.level)}
	}
	stamps, err := w.everyStamp(ctx, collection, ns)
	if err != nil {
		return err
	}
	err = inLists(3, anyOf(stamps), func(list string, args []any) error {
		_, err := w.q.ExecContext(ctx, "UPDATE exchange_entries SET removed = 1, rev = $1 WHERE collection = $2 AND stamp IN ("+list+")", append([]any{h.change(), collection}, args...)...)
		return err
	})
	if err != nil {
		return err
	}
	rest, err := w.lying(ctx, collection, object)
	if err != nil {
		return err
	}
	stamps = stamps[:0]
	for _, l := range rest {
		stamps = append(stamps, l.stamp)
	}
	if err := w.move(ctx, h, stamps); err != nil {
		return err
	}
	_, err = w.s.o.Log.Append(ctx, w.q, leaves...)
	return err
}

// everyStamp lists the stamps under which versions lie, or lay before they moved.
func (w *writing) everyStamp(ctx context.Context, collection string, ns []int64) (stamps []int64, _ error) {
	return stamps, inLists(1, anyOf(ns), func(list string, args []any) error {
		// By the objects alone: by the collection, an engine would walk through it.
		rows, err := w.q.QueryContext(ctx, "SELECT collection, stamp, removed FROM exchange_entries WHERE n IN ("+list+") ORDER BY stamp", args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var in string
			var stamp, removed int64
			err := rows.Scan(&in, &stamp, &removed)
			if in == collection && removed != gone {
				stamps = append(stamps, stamp)
			}
			return err
		})
	})
}
