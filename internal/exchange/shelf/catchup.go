package shelf

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"time"

	"entente/internal/exchange/taxii"
	"entente/internal/store"
)

// fresh brings the index up to what the store holds at some moment after the
// call. It costs one look at one row when nothing has changed, and those who call
// at the same time share it.
func (s *Shelf) fresh(ctx context.Context, x *index) error {
	return x.turn.do(func() error {
		// The answer is for others too, so it does not end with this caller.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), freshTime)
		defer cancel()
		return s.st.Read(ctx, func(ctx context.Context, q store.Querier) error { return s.catchUp(ctx, q, x) })
	})
}

const freshTime = 2 * time.Minute

// catchUp reads what has changed in the collection since the index came to where
// it is. q sees one state of the store, and nothing of the caller's own.
func (s *Shelf) catchUp(ctx context.Context, q store.Querier, x *index) error {
	x.catching.Lock()
	defer x.catching.Unlock()
	var head, rev int64
	err := q.QueryRowContext(ctx, "SELECT stamp, rev FROM exchange_collections WHERE id = $1", x.collection).Scan(&head, &rev)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // nothing was ever in it
	}
	if err != nil {
		return err
	}
	x.mu.RLock()
	from := x.rev
	x.mu.RUnlock()
	if from >= rev {
		return nil
	}
	settings, err := s.o.Book.Revision(ctx, q)
	if err != nil {
		return err
	}
	l := load{x: x}
	if err := l.entries(ctx, q, from); err != nil {
		return err
	}
	doors, err := readDoors(ctx, q, x.collection, from)
	if err != nil {
		return err
	}
	if err := l.deliveries(ctx, q); err != nil {
		return err
	}
	return l.finish(head, rev, settings, doors)
}

const entryColumns = `e.stamp, e.n, e.rev, e.removed, e.origin, o.id, o.version, o.version_key, o.type, o.spec, o.origin, o.level, o.size
FROM exchange_entries e JOIN exchange_objects o ON o.n = e.n WHERE e.collection = $1`

// load gathers what an index takes in at one moment: the changes show together.
type load struct {
	x     *index
	rows  []row
	moved []delivery // entries that moved, and who has them
}

type delivery struct {
	partner string
	stamp   int64
}

// batch is how many rows the first reading of a collection takes in at a time.
const batch = 4096

func (l *load) entries(ctx context.Context, q store.Querier, from int64) error {
	query, args := "SELECT "+entryColumns+" AND e.rev > $2", []any{l.x.collection, from}
	if from == 0 { // all of it: along the primary key
		query, args = "SELECT "+entryColumns+" ORDER BY e.stamp", args[:1]
	}
	rows, err := q.QueryContext(ctx, query, args...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var r row
		if err := rows.Scan(&r.stamp, &r.n, &r.rev, &r.removed, &r.putBy, &r.id, &r.version, &r.key, &r.typ, &r.spec, &r.origin, &r.level, &r.size); err != nil {
			return err
		}
		l.rows = append(l.rows, r)
		if from == 0 && len(l.rows) == batch { // nobody reads it yet
			return l.take()
		}
		return nil
	})
	// By stamp, so that what is new is put behind what is there; here and not in the
	// query, for which an engine might walk through the whole collection.
	slices.SortFunc(l.rows, func(a, b row) int { return cmp.Compare(a.stamp, b.stamp) })
	return err
}

// take puts the gathered rows into the index.
func (l *load) take() error {
	l.x.mu.Lock()
	defer l.x.mu.Unlock()
	return l.takeLocked()
}

func (l *load) takeLocked() error {
	for i := range l.rows {
		if err := l.x.apply(&l.rows[i]); err != nil {
			return err
		}
	}
	l.rows = l.rows[:0]
	return nil
}

// deliveries reads who was handed what has moved, of the partners whose account is
// in memory: another process may have handed it over, and it decides where a
// partner sees a version.
func (l *load) deliveries(ctx context.Context, q store.Querier) error {
	var stamps []int64
	for i := range l.rows {
		if l.rows[i].removed == moved {
			stamps = append(stamps, l.rows[i].stamp)
		}
	}
	if len(stamps) == 0 {
		return nil
	}
	l.x.mu.RLock()
	partners := slices.Sorted(maps.Keys(l.x.given))
	l.x.mu.RUnlock()
	for _, p := range partners {
		had, err := givenAmong(ctx, q, p, l.x.collection, anyOf(stamps))
		if err != nil {
			return err
		}
		for _, stamp := range slices.Sorted(maps.Keys(had)) {
			l.moved = append(l.moved, delivery{p, stamp})
		}
	}
	return nil
}

func (l *load) finish(head, rev, settings int64, doors map[string]door) error {
	x := l.x
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := l.takeLocked(); err != nil {
		return err
	}
	for _, d := range l.moved {
		if b := x.given[d.partner]; b != nil {
			b.set(x.position(taxii.Stamp(d.stamp)))
		}
	}
	maps.Copy(x.doors, doors)
	x.head, x.rev, x.settings = head, rev, max(x.settings, settings)
	return nil
}

func readDoors(ctx context.Context, q store.Querier, collection string, from int64) (map[string]door, error) {
	out := map[string]door{}
	rows, err := q.QueryContext(ctx, "SELECT partner, revision, at FROM exchange_doors WHERE collection = $1 AND rev > $2", collection, from)
	return out, each(rows, err, func(rows *sql.Rows) error {
		var p string
		var d door
		if err := rows.Scan(&p, &d.revision, &d.at); err != nil {
			return err
		}
		out[p] = d
		return nil
	})
}
