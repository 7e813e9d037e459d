package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"entente"
)

// smallFile is the size up to which a file is looked through at every start.
const smallFile = 64 << 20

// check looks for damage at the start. A small file, and one that was not closed
// in order, is looked through as a whole; of a large one that was closed in
// order, only whether its end fits together.
func (s *sqlite) check(ctx context.Context) error {
	if st, err := os.Stat(s.place); s.suspect || err != nil || st.Size() <= smallFile {
		if err := s.pragma(ctx, s.readers, "quick_check(1)"); err != nil {
			return err
		}
	}
	return s.read(ctx, func(ctx context.Context, q querier) error { return checkClock(ctx, q, s.place) })
}

// checkClock makes sure that the clock stands where the last commit ended.
func checkClock(ctx context.Context, q querier, place string) error {
	damaged := func(msg string, err error) error {
		return &entente.Error{Kind: entente.Unavailable, Op: "open store", Place: place, Msg: "the store is damaged: " + msg, Hint: "keep a copy of it, and restore the latest backup into a new store", Err: err}
	}
	c, err := scanClock(q.QueryRowContext(ctx, selectClock))
	if noRows(err) {
		return damaged("it has no clock", nil)
	}
	if err != nil {
		return err
	}
	var last clock
	err = q.QueryRowContext(ctx, "SELECT seq, n, public, at FROM commits ORDER BY seq DESC LIMIT 1").Scan(&last.seq, &last.n, &last.public, &last.at)
	if err != nil && !noRows(err) {
		return err
	}
	if c != last {
		return damaged(fmt.Sprintf("its clock stands at commit %d, its last commit is %d", c.seq, last.seq), nil)
	}
	var n int64
	if err := q.QueryRowContext(ctx, "SELECT coalesce(max(n), 0) FROM versions").Scan(&n); err != nil {
		return err
	}
	if n != c.n {
		return damaged(fmt.Sprintf("its last version is %d instead of %d", n, c.n), nil)
	}
	return nil
}

// pragma runs one of SQLite's own checks.
func (s *sqlite) pragma(ctx context.Context, q rowQuerier, text string) error {
	var said string
	err := q.QueryRowContext(ctx, "PRAGMA "+text).Scan(&said)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if err != nil {
		said = err.Error()
	}
	if said != "ok" {
		return &entente.Error{
			Kind: entente.Unavailable, Op: "open store", Place: s.place, Msg: "the file is damaged: " + said,
			Hint: "keep a copy of it, and restore the latest backup into a new store",
		}
	}
	return nil
}

// deepCheck looks at every page and every index.
func (s *sqlite) deepCheck(ctx context.Context, q querier) error {
	return s.pragma(ctx, q, "integrity_check(1)")
}

// terms gives every entry of the index of words.
func (s *sqlite) terms(ctx context.Context, q querier, fn func(n int64, hash uint64) error) error {
	rows, err := q.QueryContext(ctx, "SELECT doc, term FROM words_terms") //nolint:sqlclosecheck // each closes it
	if err != nil {
		return err
	}
	var n int64
	var term sql.RawBytes
	return each(rows, func() error {
		if err := rows.Scan(&n, &term); err != nil {
			return err
		}
		return fn(n, termHash(term))
	})
}
