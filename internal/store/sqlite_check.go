package store

import (
	"context"
	"encoding/binary"
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

// strays counts the heads without an entry in the index of words, and the
// entries without a head.
func (s *sqlite) strays(ctx context.Context, q querier) (n int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM heads WHERE n NOT IN (SELECT id FROM words_docsize)) +
		(SELECT count(*) FROM words_docsize WHERE id NOT IN (SELECT n FROM heads))`).Scan(&n)
	return n, err
}

// holds asks for all the tokens, and for their number: then there are no others.
func (s *sqlite) holds(ctx context.Context, q querier, n int64, tokens []string) (bool, error) {
	ask := make([][]string, len(tokens))
	for i := range tokens {
		ask[i] = tokens[i : i+1]
	}
	_, where, value := s.match(ask, 1)
	var size []byte
	err := q.QueryRowContext(ctx, "SELECT (SELECT sz FROM words_docsize WHERE id = $2) FROM words WHERE "+where+" AND rowid = $2", value, n).Scan(&size)
	if noRows(err) {
		return false, nil
	}
	return varint(size) == uint64(len(tokens)), err
}

// varint reads a number as SQLite's index keeps it: seven bits a byte, the first
// byte highest.
func varint(b []byte) (n uint64) {
	for _, c := range b[:min(len(b), binary.MaxVarintLen64)] {
		n = n<<7 | uint64(c&0x7f)
		if c < 0x80 {
			break
		}
	}
	return n
}
