package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"entente/internal/datapackage"
)

// putMost bounds the rows of one statement.
const putMost = 5000

func (p *postgres) clock(ctx context.Context, q querier) (clock, error) {
	return scanClock(q.QueryRowContext(ctx, selectClock+" FOR UPDATE"))
}

func (p *postgres) heads(ctx context.Context, q querier, keys []Key) (map[Key]head, error) {
	out := make(map[Key]head, len(keys))
	for len(keys) > 0 {
		part := keys[:min(len(keys), putMost)]
		keys = keys[len(part):]
		kinds, ids := make([]string, len(part)), make([]string, len(part))
		for i, k := range part {
			kinds[i], ids[i] = k.Kind, k.ID
		}
		rows, err := q.QueryContext(ctx, "SELECT "+headColumns+` FROM unnest($1::text[], $2::text[]) AS t (k, i)
			JOIN heads h ON h.kind = t.k COLLATE "C" AND h.id = t.i COLLATE "C"`, kinds, ids)
		if err := scanHeads(rows, err, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p *postgres) live(ctx context.Context, q querier, refs []datapackage.Ref) (map[datapackage.Ref]bool, error) {
	out := make(map[datapackage.Ref]bool, len(refs))
	for len(refs) > 0 {
		part := refs[:min(len(refs), putMost)]
		refs = refs[len(part):]
		kinds, ids := make([]string, len(part)), make([]string, len(part))
		for i, r := range part {
			kinds[i], ids[i] = r.Table, r.ID
		}
		rows, err := q.QueryContext(ctx, `SELECT h.kind, h.id FROM unnest($1::text[], $2::text[]) AS t (k, i)
			JOIN heads h ON h.kind = t.k COLLATE "C" AND h.id = t.i COLLATE "C" WHERE h.live <> 0`, kinds, ids)
		if err != nil {
			return nil, err
		}
		if err := each(rows, func() error {
			var r datapackage.Ref
			err := rows.Scan(&r.Table, &r.ID)
			out[r] = true
			return err
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p *postgres) putVersions(ctx context.Context, q querier, r *versionRows) error {
	for from := 0; from < r.len(); from += putMost {
		to := min(from+putMost, r.len())
		_, err := q.ExecContext(ctx, `INSERT INTO versions (n, kind, id, version, base, live, seq, state, layer, facets, text, body)
			SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::int[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])`,
			r.n[from:to], r.kind[from:to], r.id[from:to], r.version[from:to], r.base[from:to], r.live[from:to], r.seq[from:to],
			r.state[from:to], r.layer[from:to], r.facets[from:to], r.text[from:to], r.body[from:to])
		if err != nil {
			return err
		}
	}
	return nil
}

// manyRows is from when on a write gathers its additions to the index of words
// and merges them at once, instead of every half megabyte.
const manyRows = 1000

func (p *postgres) putHeads(ctx context.Context, q querier, r *headRows) error {
	if p.gin && r.len() >= manyRows {
		if _, err := q.ExecContext(ctx, "SET LOCAL gin_pending_list_limit = '256MB'"); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, "SET LOCAL work_mem = '128MB'"); err != nil {
			return err
		}
	}
	fresh, changed := &headRows{}, &headRows{}
	for i, old := range r.old {
		if old == 0 {
			fresh.take(r, i)
		} else {
			changed.take(r, i)
		}
	}
	err := fresh.each(putMost, func(r *headRows) error {
		_, err := q.ExecContext(ctx, `INSERT INTO heads (n, kind, id, version, live, state, layer, hash, text, words)
			SELECT n, k, i, v, l, s, y, h, x, w::bigint[]
			FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
				AS t (n, k, i, v, l, s, y, h, x, w)`, r.n, r.kind, r.id, r.version, r.live, r.state, r.layer, r.hash, r.text, hashed(r.tokens))
		return err
	})
	if err != nil {
		return err
	}
	return changed.each(putMost, func(r *headRows) error {
		_, err := q.ExecContext(ctx, `UPDATE heads SET n = t.n, version = t.v, live = t.l, state = t.s, layer = t.y, hash = t.h, text = t.x, words = t.w::bigint[]
			FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
				AS t (n, o, v, l, s, y, h, x, w) WHERE heads.n = t.o`, r.n, r.old, r.version, r.live, r.state, r.layer, r.hash, r.text, hashed(r.tokens))
		return err
	})
}

func (p *postgres) putCommits(ctx context.Context, q querier, rows []commitRow) error {
	n := len(rows)
	seq, at, changes, last, public := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	who, why, via := make([]string, n), make([]string, n), make([]string, n)
	for i := range rows {
		c := &rows[i]
		seq[i], at[i], changes[i], last[i], public[i] = c.Seq, c.At.UnixMicro(), int64(c.Changes), c.n, c.public
		who[i], why[i], via[i] = c.Who, c.Why, c.Via
	}
	_, err := q.ExecContext(ctx, `INSERT INTO commits (seq, at, who, why, via, changes, n, public)
		SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::int[], $7::bigint[], $8::bigint[])`,
		seq, at, who, why, via, changes, last, public)
	return err
}

// hashed writes tokens as arrays of numbers. Numbers are kept, compared and
// merged at half the cost of words; that two different words meet in one of 2^64
// numbers will not be seen.
func hashed(rows []string) []string {
	out := make([]string, len(rows))
	for i, tokens := range rows {
		b := make([]byte, 0, 20*(strings.Count(tokens, " ")+1)+2)
		b = append(b, '{')
		for t := range strings.FieldsSeq(tokens) {
			if len(b) > 1 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, int64(termHash([]byte(t))), 10) //nolint:gosec // all 64 bits
		}
		out[i] = string(append(b, '}'))
	}
	return out
}

func hashes(tokens []string) []int64 {
	out := make([]int64, len(tokens))
	for i, t := range tokens {
		out[i] = int64(termHash([]byte(t))) //nolint:gosec // all 64 bits
	}
	return out
}

// match asks the index for all that must be there at once, and for each choice.
func (p *postgres) match(ask [][]string, arg int) (join, where string, args []any) {
	var all []string
	var conds []string
	for _, group := range ask {
		if len(group) == 1 {
			all = append(all, group[0])
			continue
		}
		conds = append(conds, fmt.Sprintf("h.words && $%d::bigint[]", arg+len(args)))
		args = append(args, hashes(group))
	}
	if len(all) > 0 {
		conds = append(conds, fmt.Sprintf("h.words @> $%d::bigint[]", arg+len(args)))
		args = append(args, hashes(all))
	}
	return "", strings.Join(conds, " AND "), args
}

func (p *postgres) newest() string { return "h.n DESC" }

func (p *postgres) joined(column, separator string) string {
	return fmt.Sprintf("string_agg(%s, '%s')", column, separator)
}

// wrote merges what a large write gathered for the index of words, which every
// search would have to look through, and counts the tables anew. The server does
// both by itself after a while, so an error changes nothing.
func (p *postgres) wrote(ctx context.Context, versions int) {
	if versions < manyRows {
		return
	}
	c, err := p.db.Conn(ctx)
	if err != nil {
		return
	}
	defer func() { _ = c.Close() }() // back to the pool
	if p.gin {
		_, _ = c.ExecContext(ctx, "SET maintenance_work_mem = '256MB'")
		_, _ = c.ExecContext(ctx, "SELECT gin_clean_pending_list('heads_words'::regclass)")
		_, _ = c.ExecContext(ctx, "RESET maintenance_work_mem")
	}
	_, _ = c.ExecContext(ctx, "ANALYZE heads")
	_, _ = c.ExecContext(ctx, "ANALYZE versions")
}

// terms gives every entry of the index of words: here they stand in the heads.
func (p *postgres) terms(ctx context.Context, q querier, fn func(n int64, hash uint64) error) error {
	rows, err := q.QueryContext(ctx, "SELECT n, unnest(words) FROM heads") //nolint:sqlclosecheck // each closes it
	if err != nil {
		return err
	}
	var n, hash int64
	return each(rows, func() error {
		if err := rows.Scan(&n, &hash); err != nil {
			return err
		}
		return fn(n, uint64(hash)) //nolint:gosec // all 64 bits
	})
}
