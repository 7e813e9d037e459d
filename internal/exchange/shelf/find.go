package shelf

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/store"
)

// where gathers conditions and their arguments.
type where struct {
	text []string
	args []any
}

// and adds a condition in which each ? stands for the next of args.
func (w *where) and(condition string, args ...any) {
	for _, a := range args {
		w.args = append(w.args, a)
		condition = strings.Replace(condition, "?", placeholder(len(w.args)), 1)
	}
	w.text = append(w.text, condition)
}

func (w *where) String() string {
	if len(w.text) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.text, " AND ")
}

const foundColumns = `e.collection, e.stamp, e.removed, e.origin, o.id, o.type, o.version, o.spec, o.created, o.creator, o.level, o.unresolved, o.revoked, o.origin, o.at, o.size
	FROM exchange_entries e JOIN exchange_objects o ON o.n = e.n`

var states = []State{Lies, Removed, Moved}

func scanEntries(rows *sql.Rows, err error) (out []Entry, _ error) {
	return out, each(rows, err, func(rows *sql.Rows) error {
		var e Entry
		var removed, level, unresolved, revoked, at int64
		if err := rows.Scan(&e.Collection, &e.Added, &removed, &e.PutBy, &e.ID, &e.Type, &e.Version, &e.Spec, &e.Created, &e.Creator, &level, &unresolved, &revoked, &e.Origin, &at, &e.Size); err != nil {
			return err
		}
		if id, _, purged := strings.Cut(string(e.ID), purgeMark); purged {
			e.ID = stix.ID(id)
		}
		e.State, e.Level, e.Unresolved, e.Revoked, e.At = states[removed], handling.TLP(level), unresolved != 0, revoked != 0, time.UnixMicro(at).UTC() //nolint:gosec // 1 to 5
		out = append(out, e)
		return nil
	})
}

// maxIDs bounds the ids of a question.
const maxIDs = 500

// Find lists entries by collection and stamp. Errors: Invalid for a question beyond
// the bounds.
func (s *Shelf) Find(ctx context.Context, ask Ask) (out []Entry, err error) {
	if ask.Limit < 0 || ask.Limit > MaxFind || len(ask.IDs) > maxIDs {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "find objects", Msg: fmt.Sprintf("one answer lists 1 to %d entries, of at most %d ids", MaxFind, maxIDs)}
	}
	if ask.Limit == 0 {
		ask.Limit = MaxFind
	}
	w := ask.where()
	query := "SELECT " + foundColumns + w.String() + " ORDER BY e.collection, e.stamp LIMIT " + placeholder(len(w.args)+1)
	err = s.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		rows, err := q.QueryContext(ctx, query, append(w.args, ask.Limit)...)
		out, err = scanEntries(rows, err)
		return err
	})
	return out, err
}

func (ask *Ask) where() *where {
	w := &where{}
	if !ask.Gone {
		w.and("e.removed = 0")
	}
	if ask.Collection != "" {
		w.and("e.collection = ?", ask.Collection)
	}
	if len(ask.IDs) > 0 {
		marks := strings.TrimSuffix(strings.Repeat("?, ", len(ask.IDs)), ", ")
		w.and("o.id IN ("+marks+")", anyOf(ask.IDs)...)
	}
	if ask.Type != "" {
		w.and("o.type = ?", ask.Type)
	}
	if ask.Creator != "" {
		w.and("o.creator = ?", string(ask.Creator))
	}
	switch {
	case ask.Own:
		w.and("o.origin = ''")
	case ask.Origin != "":
		w.and("o.origin = ?", ask.Origin)
	}
	if ask.Level != 0 {
		w.and("o.level = ?", int64(ask.Level))
	}
	if ask.Revoked {
		w.and("o.revoked = 1")
	}
	if ask.Unresolved {
		w.and("o.unresolved = 1")
	}
	if ask.Newest {
		w.and("o.version_key = (SELECT MAX(l.version_key) FROM exchange_objects l WHERE l.id = o.id)")
	}
	if ask.AfterCollection != "" {
		w.and("(e.collection, e.stamp) > (?, ?)", ask.AfterCollection, int64(ask.After))
	} else if ask.After != 0 {
		w.and("e.stamp > ?", int64(ask.After))
	}
	return w
}

// Versions lists the entries of one object in all collections, the oldest version
// first, removed ones included.
func (s *Shelf) Versions(ctx context.Context, id stix.ID) (out []Entry, err error) {
	err = s.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		rows, err := q.QueryContext(ctx, "SELECT "+foundColumns+" WHERE o.id = $1 OR o.id > $2 AND o.id < $3 ORDER BY o.version_key, e.collection, e.stamp", string(id), purgedFrom(id), purgedTo(id))
		out, err = scanEntries(rows, err)
		return err
	})
	return out, err
}

// Body gives one version of an object, as it came; an empty version is the newest,
// "-" that of an object without versions. Errors: NotFound.
func (s *Shelf) Body(ctx context.Context, id stix.ID, version string) (*stix.Object, error) {
	w := &where{}
	w.and("(id = ? OR id > ? AND id < ?)", string(id), purgedFrom(id), purgedTo(id))
	switch version {
	case "":
	case "-":
		w.and("version_key = ''")
	default:
		t, why := stix.ParseTime(version)
		if why != "" {
			return nil, &entente.Error{Kind: entente.Invalid, Op: "read an object", Place: text(version), Msg: why}
		}
		w.and("version_key = ?", t.Key())
	}
	var body []byte
	err := s.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		return q.QueryRowContext(ctx, "SELECT body FROM exchange_objects"+w.String()+" ORDER BY id, version_key DESC LIMIT 1", w.args...).Scan(&body)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "read an object", Place: text(string(id) + " " + version), Msg: "there is no such version of the object here"}
	}
	if err != nil {
		return nil, err
	}
	o, faults := stix.Parse(body, stix.DefaultLimits)
	if faults != nil {
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "read an object", Place: string(id), Msg: "the object in the store is damaged: " + faults[0].String(), Hint: "restore the latest backup"}
	}
	return o, nil
}

// delivered names a version that a partner was handed.
type delivered struct {
	partner string
	id      stix.ID
	key     string
}

// hadBy tells who was handed which of the items before.
func hadBy(ctx context.Context, q store.Querier, items []*item) (map[delivered]bool, error) {
	ids := map[stix.ID]bool{}
	var list []stix.ID
	for _, it := range items {
		if !ids[it.id] {
			ids[it.id] = true
			list = append(list, it.id)
		}
	}
	out := map[delivered]bool{}
	return out, inLists(1, anyOf(list), func(list string, args []any) error {
		rows, err := q.QueryContext(ctx, `SELECT DISTINCT r.partner, o.id, o.version_key FROM exchange_objects o JOIN exchange_entries e ON e.n = o.n
			JOIN exchange_releases r ON r.collection = e.collection AND r.stamp = e.stamp WHERE o.id IN (`+list+`)`, args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var d delivered
			err := rows.Scan(&d.partner, &d.id, &d.key)
			out[d] = true
			return err
		})
	})
}

// Reach lists who got which version of an object when, in the order of the log.
func (s *Shelf) Reach(ctx context.Context, id stix.ID) (out []Delivery, err error) {
	err = s.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		out = nil
		rows, err := q.QueryContext(ctx, `SELECT r.partner, r.collection, o.version, o.revoked, r.stamp, r.at, r.leaf, COALESCE(c.leaf, -1)
			FROM exchange_objects o JOIN exchange_entries e ON e.n = o.n JOIN exchange_releases r ON r.collection = e.collection AND r.stamp = e.stamp
			LEFT JOIN ledger_receipts c ON c.released = r.leaf WHERE o.id = $1 OR o.id > $2 AND o.id < $3 ORDER BY r.leaf`, string(id), purgedFrom(id), purgedTo(id))
		return each(rows, err, func(rows *sql.Rows) error {
			d := Delivery{ID: id}
			var revoked, at int64
			err := rows.Scan(&d.Partner, &d.Collection, &d.Version, &revoked, &d.Added, &at, &d.Leaf, &d.Receipt)
			d.Revoked, d.At = revoked != 0, time.UnixMicro(at).UTC()
			out = append(out, d)
			return err
		})
	})
	return out, err
}
