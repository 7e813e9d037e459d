package shelf

import (
	"context"
	"database/sql"
	"errors"

	"entente/internal/exchange/taxii"
	"entente/internal/ledger"
	"entente/internal/store"
)

// errStale says that a page is no longer what the partner may have: it is chosen
// again.
var errStale = errors.New("the collection or the rules have changed")

// release records what is handed to the partner for the first time, as leaves of
// the log; it is durable when this returns. It runs alone with whatever takes
// entries out or moves them: both hold the log's head. So nothing leaves that was
// taken out before, or by rules that no longer count.
func (s *Shelf) release(ctx context.Context, e *entrance, partner string, rev int64, list []picked, records []taxii.Record) error {
	var stamps []any
	for i := range list {
		if list[i].fresh {
			stamps = append(stamps, int64(records[i].Added))
		}
	}
	if len(stamps) == 0 {
		return nil
	}
	name := partner
	if p, ok := e.st.Partner(partner); ok {
		name = p.LogName()
	}
	at := s.o.Now().UnixMicro()
	err := s.st.Write(ctx, func(ctx context.Context, q store.Querier) error {
		// First the head, so that the account is exact when it is read: another request
		// of the same partner may be handing the same over.
		if err := holdLog(ctx, q); err != nil {
			return err
		}
		had, err := givenAmong(ctx, q, partner, e.x.collection, stamps)
		if err != nil {
			return err
		}
		var leaves []ledger.Entry
		var rows []any
		for i := range list {
			if r := &records[i]; list[i].fresh && !had[int64(r.Added)] {
				leaves = append(leaves, ledger.Entry{
					Kind: ledger.Released, Object: string(r.ID), Version: leafVersion(r.Version), Body: r.Body, Collection: e.x.collection, Partner: name, Plain: isPlain(list[i].level),
				})
				rows = append(rows, partner, e.x.collection, int64(r.Added), int64(0), at)
			}
		}
		if len(leaves) == 0 { // another process was faster
			return nil
		}
		opened, err := s.o.Log.Append(ctx, q, leaves...)
		if err != nil {
			return err
		}
		if err := stillSo(ctx, q, s.o.Book, e, rev); err != nil {
			return err
		}
		for i := range opened {
			rows[5*i+3] = opened[i].Index
		}
		return insertGiven.rows(ctx, q, rows)
	})
	if err != nil {
		return err
	}
	e.x.mu.RLock()
	defer e.x.mu.RUnlock()
	for i := range list {
		e.bits.set(list[i].at)
	}
	return nil
}

// holdLog takes the head of the log until the transaction ends.
func holdLog(ctx context.Context, q store.Querier) error {
	_, err := q.ExecContext(ctx, "UPDATE ledger_head SET size = size WHERE one = 1")
	return err
}

// stillSo errs (errStale) when something was taken out or moved since the
// revision, or when other rules count.
func stillSo(ctx context.Context, q store.Querier, book Rules, e *entrance, rev int64) error {
	settings, err := book.Revision(ctx, q)
	if err != nil {
		return err
	}
	if settings != e.st.Revision {
		return errStale
	}
	var now int64
	if err := q.QueryRowContext(ctx, "SELECT rev FROM exchange_collections WHERE id = $1", e.x.collection).Scan(&now); err != nil {
		return err
	}
	if now == rev {
		return nil
	}
	var changed int
	if err := q.QueryRowContext(ctx, "SELECT count(*) FROM exchange_entries WHERE collection = $1 AND rev > $2 AND removed <> 0", e.x.collection, rev).Scan(&changed); err != nil {
		return err
	}
	if changed > 0 {
		return errStale
	}
	return nil
}

// givenAmong tells which of some stamps were handed to a partner.
func givenAmong(ctx context.Context, q store.Querier, partner, collection string, stamps []any) (map[int64]bool, error) {
	out := map[int64]bool{}
	return out, inLists(2, stamps, func(list string, args []any) error {
		rows, err := q.QueryContext(ctx, "SELECT stamp FROM exchange_releases WHERE collection = $1 AND stamp IN ("+list+") AND partner = "+placeholder(len(args)+2), append(append([]any{collection}, args...), partner)...)
		return each(rows, err, func(rows *sql.Rows) error {
			var stamp int64
			err := rows.Scan(&stamp)
			out[stamp] = true
			return err
		})
	})
}

// givenTo gives what was handed to a partner, reading it the first time.
func (s *Shelf) givenTo(ctx context.Context, x *index, partner string) (*bits, error) {
	x.mu.RLock()
	b := x.given[partner]
	x.mu.RUnlock()
	if b != nil {
		return b, nil
	}
	x.catching.Lock() // so that nothing moves in the index meanwhile
	defer x.catching.Unlock()
	x.mu.RLock()
	b = x.given[partner]
	x.mu.RUnlock()
	if b != nil {
		return b, nil
	}
	var stamps []taxii.Stamp
	err := s.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		stamps = stamps[:0]
		rows, err := q.QueryContext(ctx, "SELECT stamp FROM exchange_releases WHERE partner = $1 AND collection = $2", partner, x.collection)
		return each(rows, err, func(rows *sql.Rows) error {
			var stamp taxii.Stamp
			err := rows.Scan(&stamp)
			stamps = append(stamps, stamp)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	b = &bits{}
	b.grow(len(x.stamps))
	for _, stamp := range stamps {
		if at := x.position(stamp); int(at) < len(x.stamps) && x.stamps[at] == stamp {
			b.set(at)
		}
	}
	x.given[partner] = b
	return b, nil
}
