package store

import (
	"context"
	"fmt"
	"strings"

	"entente/internal/datapackage"
)

func (s *sqlite) clock(ctx context.Context, q querier) (clock, error) {
	return scanClock(q.QueryRowContext(ctx, selectClock)) // the transaction holds everything
}

// heads looks keys up one by one; a run of neighbours of one kind is read in one
// sweep, unless others stand between them.
func (s *sqlite) heads(ctx context.Context, q querier, keys []Key) (map[Key]head, error) {
	out := make(map[Key]head, len(keys))
	for len(keys) > 0 {
		n := 1
		for n < len(keys) && keys[n].Kind == keys[0].Kind && keys[n-1].ID < keys[n].ID {
			n++
		}
		run := keys[:n]
		keys = keys[n:]
		swept, err := s.sweep(ctx, q, run, out)
		if err != nil {
			return nil, err
		}
		if swept {
			continue
		}
		for _, k := range run {
			rows, err := q.QueryContext(ctx, "SELECT "+headColumns+" FROM heads h WHERE h.kind = $1 AND h.id = $2", k.Kind, k.ID)
			if err := scanHeads(rows, err, out); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// sweep reads the heads from the first to the last of a run of sorted keys. It
// gives up when that would read many others.
func (s *sqlite) sweep(ctx context.Context, q querier, run []Key, out map[Key]head) (bool, error) {
	if len(run) < 20 {
		return false, nil
	}
	most := 3 * len(run)
	found := make(map[Key]head, len(run))
	rows, err := q.QueryContext(ctx, "SELECT "+headColumns+" FROM heads h WHERE h.kind = $1 AND h.id BETWEEN $2 AND $3 LIMIT $4", run[0].Kind, run[0].ID, run[len(run)-1].ID, most)
	if err := scanHeads(rows, err, found); err != nil || len(found) == most {
		return false, err
	}
	for _, k := range run {
		if h, there := found[k]; there {
			out[k] = h
		}
	}
	return true, nil
}

func (s *sqlite) live(ctx context.Context, q querier, refs []datapackage.Ref) (map[datapackage.Ref]bool, error) {
	out := make(map[datapackage.Ref]bool, len(refs))
	for _, r := range refs {
		var live int64
		err := q.QueryRowContext(ctx, "SELECT live FROM heads WHERE kind = $1 AND id = $2", r.Table, r.ID).Scan(&live)
		if err != nil && !noRows(err) {
			return nil, err
		}
		out[r] = live != 0
	}
	return out, nil
}

// bulk runs an INSERT of many rows, as many at once as pays.
func bulk(ctx context.Context, q querier, insert string, columns, most, rows int, row func(i int, args []any) []any) error {
	for from := 0; from < rows; {
		n := most
		for n > rows-from {
			n = max(n/8, 1) // few different statements, so that each is prepared once
		}
		args := make([]any, 0, n*columns)
		for i := range n {
			args = row(from+i, args)
		}
		if _, err := q.ExecContext(ctx, insert+values(columns, n), args...); err != nil {
			return err
		}
		from += n
	}
	return nil
}

// values writes " VALUES (?, …), …".
func values(columns, rows int) string {
	one := "(" + strings.Repeat("?, ", columns-1) + "?)"
	return " VALUES " + strings.Repeat(one+", ", rows-1) + one
}

// OR FAIL spares a statement of several rows the journal of its own: what fails
// takes the whole transaction back.
func (s *sqlite) putVersions(ctx context.Context, q querier, r *versionRows) error {
	return bulk(ctx, q, "INSERT OR FAIL INTO versions (n, kind, id, version, base, live, seq, state, layer, facets, text, body)", 12, 64, r.len(), func(i int, args []any) []any {
		return append(args, r.n[i], r.kind[i], r.id[i], r.version[i], r.base[i], r.live[i], r.seq[i], r.state[i], r.layer[i], r.facets[i], r.text[i], r.body[i])
	})
}

func (s *sqlite) putHeads(ctx context.Context, q querier, r *headRows) error {
	var fresh []int
	for i, old := range r.old {
		if old == 0 {
			fresh = append(fresh, i)
			continue
		}
		if _, err := q.ExecContext(ctx, "UPDATE heads SET n = $1, version = $2, live = $3, state = $4, layer = $5, hash = $6, text = $7 WHERE n = $8",
			r.n[i], r.version[i], r.live[i], r.state[i], r.layer[i], r.hash[i], r.text[i], old); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, "DELETE FROM words WHERE rowid = $1", old); err != nil {
			return err
		}
	}
	err := bulk(ctx, q, "INSERT OR FAIL INTO heads (n, kind, id, version, live, state, layer, hash, text)", 9, 64, len(fresh), func(i int, args []any) []any {
		i = fresh[i]
		return append(args, r.n[i], r.kind[i], r.id[i], r.version[i], r.live[i], r.state[i], r.layer[i], r.hash[i], r.text[i])
	})
	if err != nil {
		return err
	}
	// The index gathers what one statement adds and flushes it with the next: many
	// rows at once, and no other statement of several steps between them.
	return bulk(ctx, q, "INSERT INTO words (rowid, text)", 2, 4096, r.len(), func(i int, args []any) []any {
		return append(args, r.n[i], r.tokens[i])
	})
}

func (s *sqlite) putCommits(ctx context.Context, q querier, rows []commitRow) error {
	for i := range rows {
		c := &rows[i]
		if _, err := q.ExecContext(ctx, "INSERT INTO commits (seq, at, who, why, via, changes, n, public) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
			c.Seq, c.At.UnixMicro(), c.Who, c.Why, c.Via, c.Changes, c.n, c.public); err != nil {
			return err
		}
	}
	return nil
}

// match asks the index; tokens hold no quotes.
func (s *sqlite) match(ask [][]string, arg int) (join, where string, args []any) {
	groups := make([]string, len(ask))
	for i, any := range ask {
		groups[i] = `("` + strings.Join(any, `" OR "`) + `")`
	}
	return "JOIN words ON words.rowid = h.n", fmt.Sprintf("words MATCH $%d", arg), []any{strings.Join(groups, " AND ")}
}

func (s *sqlite) newest() string { return "words.rowid DESC" }

func (s *sqlite) joined(column, separator string) string {
	return fmt.Sprintf("group_concat(%s, '%s')", column, separator)
}
