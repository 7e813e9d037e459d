package shelf

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"entente/internal/exchange/partner"
	"entente/internal/store"
)

// everything is the row of exchange_collections that whoever changes anything on
// the shelf holds: its stamp is the number of the latest object. After it come the
// rows of the collections, and last the head of the log.
const everything = ""

// writing is one transaction that changes what lies on the shelf.
type writing struct {
	s     *Shelf
	q     store.Querier
	st    *partner.State // by which it is done
	now   int64
	n     int64 // the latest number of an object
	took  int64 // … as it was found
	heads map[string]*head
	order []*head
}

// head is how far a collection has come.
type head struct {
	collection string
	stamp, rev int64
	changed    bool
}

// write runs fn as the only change on the shelf. Fn may run more than once.
func (s *Shelf) write(ctx context.Context, fn func(ctx context.Context, w *writing) error) error {
	// One at a time within this process: they would take turns in the database
	// anyway, and hold its connections while they wait.
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.turn }()
	return s.st.Write(ctx, func(ctx context.Context, q store.Querier) error {
		w := &writing{s: s, q: q, now: s.o.Now().UnixMicro(), heads: map[string]*head{}}
		h, err := w.lock(ctx, everything)
		if err != nil {
			return err
		}
		w.n, w.took = h.stamp, h.stamp
		revision, err := s.o.Book.Revision(ctx, q)
		if err != nil {
			return err
		}
		if w.st, err = s.stateAt(ctx, q, revision); err != nil {
			return err
		}
		if err := w.levelled(ctx); err != nil {
			return err
		}
		if err := fn(ctx, w); err != nil {
			return err
		}
		return w.end(ctx)
	})
}

// lock takes the row of a collection until the transaction ends.
func (w *writing) lock(ctx context.Context, collection string) (*head, error) {
	if h := w.heads[collection]; h != nil {
		return h, nil
	}
	h := &head{collection: collection}
	for {
		err := w.q.QueryRowContext(ctx, "UPDATE exchange_collections SET rev = rev WHERE id = $1 RETURNING stamp, rev", collection).Scan(&h.stamp, &h.rev)
		if err == nil {
			break
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		if _, err := w.q.ExecContext(ctx, "INSERT INTO exchange_collections (id, stamp, rev) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING", collection); err != nil {
			return nil, err
		}
	}
	w.heads[collection] = h
	if collection != everything {
		w.order = append(w.order, h)
	}
	return h, nil
}

// next gives the next stamp: the clock's, and later than every one before.
func (h *head) next(now int64) int64 {
	h.changed = true
	h.stamp = max(now, h.stamp+1)
	return h.stamp
}

// change gives the revision of what the transaction changes in the collection.
func (h *head) change() int64 {
	h.changed = true
	return h.rev + 1
}

// end writes how far the collections have come. It holds the head of the log, so
// that no release is under way when this becomes visible.
func (w *writing) end(ctx context.Context) error {
	any := false
	for _, h := range w.order {
		if !h.changed {
			continue
		}
		any = true
		if _, err := w.q.ExecContext(ctx, "UPDATE exchange_collections SET stamp = $1, rev = $2 WHERE id = $3", h.stamp, h.rev+1, h.collection); err != nil {
			return err
		}
	}
	if w.n != w.took {
		if _, err := w.q.ExecContext(ctx, "UPDATE exchange_collections SET stamp = $1, rev = rev + 1 WHERE id = $2", w.n, everything); err != nil {
			return err
		}
	}
	if !any {
		return nil
	}
	return holdLog(ctx, w.q)
}

// move gives entries that lie in a collection new stamps, in the order of the old.
// Who was handed one under its old stamp goes on seeing it there.
func (w *writing) move(ctx context.Context, h *head, stamps []int64) error {
	slices.Sort(stamps)
	for part := range slices.Chunk(stamps, moveMost) {
		if err := w.movePart(ctx, h, part); err != nil {
			return err
		}
	}
	return nil
}

// moveMost is how many entries are moved at a time.
const moveMost = 4000

func (w *writing) movePart(ctx context.Context, h *head, stamps []int64) error {
	var rows []any
	list := anyOf(stamps)
	err := inLists(2, list, func(list string, args []any) error {
		found, err := w.q.QueryContext(ctx, "SELECT n, origin FROM exchange_entries WHERE collection = $1 AND stamp IN ("+list+") AND removed = 0 ORDER BY stamp", append([]any{h.collection}, args...)...)
		return each(found, err, func(found *sql.Rows) error {
			var n int64
			var origin string
			if err := found.Scan(&n, &origin); err != nil {
				return err
			}
			rows = append(rows, h.collection, h.next(w.now), n, h.change(), origin, current)
			return nil
		})
	})
	if err != nil {
		return err
	}
	err = inLists(3, list, func(list string, args []any) error {
		_, err := w.q.ExecContext(ctx, "UPDATE exchange_entries SET removed = 2, rev = $1 WHERE collection = $2 AND removed = 0 AND stamp IN ("+list+")", append([]any{h.change(), h.collection}, args...)...)
		return err
	})
	if err != nil {
		return err
	}
	return insertEntries.rows(ctx, w.q, rows)
}

// stateAt is the settings of a revision; the latest few are kept.
func (s *Shelf) stateAt(ctx context.Context, q store.Querier, revision int64) (*partner.State, error) {
	if st, err := s.o.Book.State(ctx); err == nil && st.Revision == revision {
		return st, nil
	}
	s.mu.Lock()
	st := s.states[revision]
	s.mu.Unlock()
	if st != nil {
		return st, nil
	}
	st, err := s.o.Book.At(ctx, q, revision)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.states) >= 16 {
		clear(s.states)
	}
	s.states[revision] = st
	return st, nil
}
