package shelf

import (
	"context"
	"database/sql"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/taxii"
	"entente/internal/store"
)

// account is what was handed to a partner from a collection.
type account struct{ partner, collection string }

type sums struct{ handed, receipted, gone int }

// Loss is the account of every partner and collection of the settings, in their
// order.
func (s *Shelf) Loss(ctx context.Context) ([]Line, error) {
	st, err := s.state(ctx, 0)
	if err != nil {
		return nil, err
	}
	counts, err := s.handed(ctx)
	if err != nil {
		return nil, err
	}
	var out []Line
	for _, id := range st.CollectionIDs() {
		x := s.index(id)
		if err := s.fresh(ctx, x); err != nil {
			return nil, err
		}
		for i := range st.Settings.Partners {
			who := st.Settings.Partners[i].ID
			given, err := s.givenTo(ctx, x, who)
			if err != nil {
				return nil, err
			}
			c := counts[account{who, id}]
			line := Line{Partner: who, Collection: id, Handed: c.handed, Receipted: c.receipted}
			x.count(&line, x.lensFor(st, who, s.o.Now()), given)
			line.Gone += c.gone
			out = append(out, line)
		}
	}
	return out, nil
}

// count counts what lies in the collection as the partner sees it.
func (x *index) count(line *Line, l *lens, given *bits) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for at := range x.entries {
		e := &x.entries[at]
		if at == 0 || e.state != current {
			continue
		}
		line.Lying++
		had := x.has(given, uint32(at)) //nolint:gosec // a position
		if l.allows(x, e) {
			line.Allowed++
			if !had {
				line.Waiting++
			}
			continue
		}
		if had {
			line.Gone++
		}
		if line.Withheld == nil {
			line.Withheld = map[string]int{}
		}
		line.Withheld[l.view.Check(x.subject(e)).String()]++
	}
}

// handed counts what was handed over: how much, for how much of it there is a
// receipt, and how much of it lies there no more.
func (s *Shelf) handed(ctx context.Context) (map[account]sums, error) {
	out := map[account]sums{}
	return out, s.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		clear(out)
		rows, err := q.QueryContext(ctx, `SELECT r.partner, r.collection, count(*), count(c.leaf), COALESCE(SUM(CASE WHEN e.removed = 1 THEN 1 ELSE 0 END), 0)
			FROM exchange_releases r JOIN exchange_entries e ON e.collection = r.collection AND e.stamp = r.stamp
			LEFT JOIN ledger_receipts c ON c.released = r.leaf GROUP BY r.partner, r.collection`)
		return each(rows, err, func(rows *sql.Rows) error {
			var a account
			var c sums
			err := rows.Scan(&a.partner, &a.collection, &c.handed, &c.receipted, &c.gone)
			out[a] = c
			return err
		})
	})
}

// maxLeft bounds the answer of [Shelf.Left].
const maxLeft = 100_000

// Left tells what a change of the settings opens and closes in each collection, and
// what of that the partner has already; at most 100,000 changes.
func (s *Shelf) Left(ctx context.Context, before, after *partner.State) ([]Change, error) {
	var out []Change
	now := s.o.Now()
	seen := map[string]bool{}
	for _, st := range []*partner.State{before, after} {
		for _, id := range st.CollectionIDs() {
			if seen[id] {
				continue
			}
			seen[id] = true
			x := s.index(id)
			if err := s.fresh(ctx, x); err != nil {
				return nil, err
			}
			list, err := s.leftOf(ctx, x, before, after, now)
			if err != nil {
				return nil, err
			}
			if out = append(out, list...); len(out) >= maxLeft {
				return out[:maxLeft], nil
			}
		}
	}
	return out, nil
}

func (s *Shelf) leftOf(ctx context.Context, x *index, before, after *partner.State, now time.Time) ([]Change, error) {
	var out []Change
	done := map[string]bool{}
	for _, st := range []*partner.State{before, after} {
		for i := range st.Settings.Partners {
			who := st.Settings.Partners[i].ID
			if done[who] {
				continue
			}
			done[who] = true
			given, err := s.givenTo(ctx, x, who)
			if err != nil {
				return nil, err
			}
			from := len(out)
			var stamps []int64
			out, stamps = x.changes(out, before, after, who, now, given)
			if err := s.whenLeft(ctx, x.collection, who, out[from:], stamps); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// changes compares two sets of rules for one partner. stamps gives for each change
// the stamp under which the partner was handed the version, 0 when it was not.
func (x *index) changes(out []Change, before, after *partner.State, who string, now time.Time, given *bits) ([]Change, []int64) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	a, b := x.makeLens(before, who, now), x.makeLens(after, who, now)
	var stamps []int64
	for at := range x.entries {
		e := &x.entries[at]
		if at == 0 || e.state != current {
			continue
		}
		opens := b.allows(x, e)
		if opens == a.allows(x, e) {
			continue
		}
		subject := x.subject(e)
		closing := b
		if opens {
			closing = a
		}
		c := Change{
			Partner: who, Collection: x.collection, ID: subject.ID, Version: x.texts.get(e.version), Level: handling.TLP(e.level), Opens: opens,
			Reasons: closing.view.Check(subject), Leaf: -1,
		}
		c.Why = c.Reasons.String()
		var stamp taxii.Stamp
		for p := uint32(at); p != 0; p = x.entries[p].prev { //nolint:gosec // a position
			if given.has(p) {
				stamp = x.stamps[p]
			}
		}
		out, stamps = append(out, c), append(stamps, int64(stamp))
	}
	return out, stamps
}

// whenLeft fills in when what had left did so.
func (s *Shelf) whenLeft(ctx context.Context, collection, who string, list []Change, stamps []int64) error {
	at := map[int64]*Change{}
	var ask []int64
	for i, stamp := range stamps {
		if stamp != 0 {
			at[stamp] = &list[i]
			ask = append(ask, stamp)
		}
	}
	return s.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		return inLists(3, anyOf(ask), func(list string, args []any) error {
			rows, err := q.QueryContext(ctx, "SELECT stamp, at, leaf FROM exchange_releases WHERE partner = $1 AND collection = $2 AND stamp IN ("+list+")", append([]any{who, collection}, args...)...)
			return each(rows, err, func(rows *sql.Rows) error {
				var stamp, when, leaf int64
				err := rows.Scan(&stamp, &when, &leaf)
				if c := at[stamp]; c != nil {
					c.Left, c.At, c.Leaf = true, time.UnixMicro(when).UTC(), leaf
				}
				return err
			})
		})
	})
}
