package store

import (
	"context"
	"database/sql"
	"errors"

	"entente/internal/datapackage"
)

// rowQuerier asks for one row.
type rowQuerier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// querier runs statements inside a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// engine is what the two databases do differently. Statements are written once,
// with $1 placeholders, which both understand.
type engine interface {
	name() string
	// write runs fn in one transaction and commits it, or keeps nothing. fn may
	// run more than once when the engine asks for a retry.
	write(ctx context.Context, fn func(ctx context.Context, q querier) error) error
	// read runs fn on one consistent state. Several reads may run at once.
	read(ctx context.Context, fn func(ctx context.Context, q querier) error) error
	// clock reads the clock and holds it until the transaction ends: whoever
	// holds it writes alone.
	clock(ctx context.Context, q querier) (clock, error)
	// heads finds the latest versions of the keys; those of a new record are
	// missing from the result.
	heads(ctx context.Context, q querier, keys []Key) (map[Key]head, error)
	// live tells which of the rows are published.
	live(ctx context.Context, q querier, refs []datapackage.Ref) (map[datapackage.Ref]bool, error)
	// putVersions, putHeads and putCommits write what commits add.
	putVersions(ctx context.Context, q querier, rows *versionRows) error
	putHeads(ctx context.Context, q querier, rows *headRows) error
	putCommits(ctx context.Context, q querier, rows []commitRow) error
	// match gives what finds heads by their tokens, of each group one: a join, and
	// a condition on the arguments from number arg on.
	match(ask [][]string, arg int) (join, where string, args []any)
	// newest orders what match finds, the latest change first.
	newest() string
	// joined gives the expression that joins a column of all rows by a separator.
	joined(column, separator string) string
	// wrote is told after a write how many versions it added: a large one may
	// leave work for the engine.
	wrote(ctx context.Context, versions int)
	// check looks for damage; nil is sound. Deep looks at everything.
	check(ctx context.Context) error
	deepCheck(ctx context.Context, q querier) error
	// terms gives every entry of the index of words: the n of a head, and the hash
	// of a token.
	terms(ctx context.Context, q querier, fn func(n int64, hash uint64) error) error
	close() error
}

// clock is how far a store has come.
type clock struct {
	seq    int64 // commits
	n      int64 // versions
	public int64 // the commit that last changed what is published
	at     int64 // instant of the last commit, microseconds
}

// commitError is a transaction that failed while it was being committed: the
// engine may have kept it or not.
type commitError struct{ error }

// Unwrap gives the cause.
func (e commitError) Unwrap() error { return e.error }

// errEnough ends a loop over rows.
var errEnough = errors.New("enough")

const selectClock = "SELECT seq, n, public, at FROM clock WHERE one = 1"

func scanClock(row *sql.Row) (c clock, err error) {
	err = row.Scan(&c.seq, &c.n, &c.public, &c.at)
	return c, err
}

// head is what stands in the row of the latest version. n is 0 for a record
// that is not there.
type head struct {
	n       int64
	version int
	live    int64
	state   State
	layer   string
	hash    string
	text    string

	by *Commit // who wrote it, when it is a commit under way
}

const headColumns = "h.kind, h.id, h.n, h.version, h.live, h.state, h.layer, h.hash, h.text"

// scanHeads reads rows of headColumns into a map.
func scanHeads(rows *sql.Rows, err error, into map[Key]head) error {
	if err != nil {
		return err
	}
	return each(rows, func() error {
		var k Key
		var h head
		if err := rows.Scan(&k.Kind, &k.ID, &h.n, &h.version, &h.live, &h.state, &h.layer, &h.hash, &h.text); err != nil {
			return err
		}
		into[k] = h
		return nil
	})
}

// versionRows are rows of the table of versions, column by column.
type versionRows struct {
	n, base, version, live, seq                []int64
	kind, id, state, layer, facets, text, body []string
}

func (r *versionRows) len() int { return len(r.n) }

// headRows are rows of the table of heads, column by column. old is the n that
// the row had before, 0 for a new record.
type headRows struct {
	n, version, live, old                      []int64
	kind, id, state, layer, hash, text, tokens []string
}

func (r *headRows) len() int { return len(r.n) }

// take adds row i of others.
func (r *headRows) take(o *headRows, i int) {
	r.n, r.version, r.live, r.old = append(r.n, o.n[i]), append(r.version, o.version[i]), append(r.live, o.live[i]), append(r.old, o.old[i])
	r.kind, r.id, r.state, r.layer = append(r.kind, o.kind[i]), append(r.id, o.id[i]), append(r.state, o.state[i]), append(r.layer, o.layer[i])
	r.hash, r.text, r.tokens = append(r.hash, o.hash[i]), append(r.text, o.text[i]), append(r.tokens, o.tokens[i])
}

// each calls fn with at most so many rows at a time.
func (r *headRows) each(most int, fn func(*headRows) error) error {
	for from := 0; from < r.len(); from += most {
		to := min(from+most, r.len())
		err := fn(&headRows{
			r.n[from:to], r.version[from:to], r.live[from:to], r.old[from:to],
			r.kind[from:to], r.id[from:to], r.state[from:to], r.layer[from:to], r.hash[from:to], r.text[from:to], r.tokens[from:to],
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// each calls fn for each row and closes the rows.
func each(rows *sql.Rows, fn func() error) error {
	for rows.Next() {
		if err := fn(); err != nil {
			_ = rows.Close() // the first error tells more
			return err
		}
	}
	err := rows.Err()
	if closed := rows.Close(); err == nil {
		err = closed
	}
	return err
}
