package shelf

import (
	"context"
	"database/sql"
	"strconv"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/ledger"
)

// A purged object keeps its rows, for the accounts of who got what, under its id, a
// mark and its number, which is no id of STIX.
const purgeMark = "#"

// purgedID is the id of a purged version.
func purgedID(id stix.ID, n int64) string { return string(id) + purgeMark + strconv.FormatInt(n, 10) }

// purgedFrom and purgedTo are the bounds between which the purged versions of an
// object stand in the order of ids.
func purgedFrom(id stix.ID) string { return string(id) + purgeMark }
func purgedTo(id stix.ID) string   { return string(id) + string(rune(purgeMark[0]+1)) }

// Purge takes an object that partners brought out of every collection, for good, and
// frees its id: for what somebody brought under an id that is not theirs to give.
// It returns how many versions it took. Errors: NotFound; Conflict for an object of
// the node itself, which can be taken out or revoked.
func (s *Shelf) Purge(ctx context.Context, object stix.ID) (versions int, err error) {
	err = s.write(ctx, func(ctx context.Context, w *writing) error {
		list, err := w.versions(ctx, object)
		if err != nil {
			return err
		}
		if versions = len(list); versions == 0 {
			return &entente.Error{Kind: entente.NotFound, Op: "purge", Place: text(string(object)), Msg: "there is no such object"}
		}
		for _, v := range list {
			if v.origin == "" {
				return &entente.Error{
					Kind: entente.Conflict, Op: "purge", Place: text(string(object)), Msg: "the node has put it there itself", Hint: "withdraw it with a revoked version, or take it out of a collection",
				}
			}
		}
		leaves, err := w.purge(ctx, object, list)
		if err != nil {
			return err
		}
		// What it said as a mark counts no more.
		if err := w.arrived(ctx, []stix.ID{object}); err != nil || len(leaves) == 0 {
			return err
		}
		_, err = w.s.o.Log.Append(ctx, w.q, leaves...)
		return err
	})
	return versions, err
}

func (w *writing) versions(ctx context.Context, object stix.ID) (out []lying, _ error) {
	rows, err := w.q.QueryContext(ctx, "SELECT n, version, level, origin FROM exchange_objects WHERE id = $1 ORDER BY n", string(object))
	return out, each(rows, err, func(rows *sql.Rows) error {
		var l lying
		var level int64
		err := rows.Scan(&l.n, &l.version, &level, &l.origin)
		l.level = handling.TLP(level) //nolint:gosec // 1 to 5
		out = append(out, l)
		return err
	})
}

// purge removes the entries of versions and renames the versions.
func (w *writing) purge(ctx context.Context, object stix.ID, list []lying) (leaves []ledger.Entry, _ error) {
	for _, v := range list {
		type place struct {
			collection     string
			stamp, removed int64
		}
		var places []place
		rows, err := w.q.QueryContext(ctx, "SELECT collection, stamp, removed FROM exchange_entries WHERE n = $1 AND removed <> 1 ORDER BY collection, stamp", v.n)
		err = each(rows, err, func(rows *sql.Rows) error {
			var p place
			err := rows.Scan(&p.collection, &p.stamp, &p.removed)
			places = append(places, p)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, p := range places {
			h, err := w.lock(ctx, p.collection)
			if err != nil {
				return nil, err
			}
			if _, err := w.q.ExecContext(ctx, "UPDATE exchange_entries SET removed = 1, rev = $1 WHERE collection = $2 AND stamp = $3", h.change(), p.collection, p.stamp); err != nil {
				return nil, err
			}
			if p.removed == current {
				leaves = append(leaves, ledger.Entry{Kind: ledger.Withdrawn, Object: string(object), Version: leafVersion(v.version), Collection: p.collection, Plain: isPlain(v.level)})
			}
		}
		if _, err := w.q.ExecContext(ctx, "UPDATE exchange_objects SET id = $1, creator = '' WHERE n = $2", purgedID(object, v.n), v.n); err != nil {
			return nil, err
		}
	}
	return leaves, nil
}
