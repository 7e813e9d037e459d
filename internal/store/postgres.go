package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver
	"github.com/pressly/goose/v3"

	"entente"
)

// postgres is the engine for several servers at once. It keeps to what
// PostgreSQL-compatible distributed engines have too: no LISTEN, no LOCK TABLE,
// no advisory locks, no stored generated columns, no exclusion constraints.
// The row of the clock orders the writes; serialisation failures are retried.
type postgres struct {
	place string // without the password
	db    *sql.DB
}

// tries bounds how often a write is run again after a serialisation failure.
const tries = 20

func openPostgres(ctx context.Context, dsn string, create bool) (engine, error) {
	p := &postgres{place: withoutPassword(dsn)}
	fail := func(msg string, err error) (engine, error) {
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "open store", Place: p.place, Msg: msg, Hint: "check that the server runs and the address is right", Err: plainPgError(err)}
	}
	var err error
	if p.db, err = sql.Open("pgx", dsn); err != nil {
		return fail("the address cannot be read", nil) // the cause would repeat the address
	}
	p.db.SetMaxOpenConns(24)
	p.db.SetMaxIdleConns(12)
	if err := p.db.PingContext(ctx); err != nil {
		_ = p.db.Close()
		return fail("the database does not answer", err)
	}
	if err := migrate(ctx, p.db, goose.DialectPostgres, "postgres", create); err != nil {
		_ = p.db.Close()
		if e, ok := errors.AsType[*entente.Error](err); ok && e.Place == "" {
			e.Place = p.place
		}
		return nil, err
	}
	return p, nil
}

// withoutPassword gives an address that may be shown.
func withoutPassword(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return "postgres://…"
	}
	u.RawQuery = ""
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	return u.String()
}

// plainPgError keeps what the server said and drops the address, which may hold
// a password.
func plainPgError(err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return errors.New(e.Message)
	}
	if err != nil {
		if i := strings.LastIndex(err.Error(), ": "); i > 0 {
			return errors.New(err.Error()[i+2:])
		}
	}
	return nil
}

func (p *postgres) name() string { return "postgres" }

func (p *postgres) write(ctx context.Context, fn func(context.Context, querier) error) error {
	for try := 1; ; try++ {
		err := p.once(ctx, &sql.TxOptions{}, fn)
		if err == nil || try == tries || !retriable(err) {
			return p.failure("write", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(rand.IntN(5*try)+1) * time.Millisecond): //nolint:gosec // jitter
		}
	}
}

func (p *postgres) once(ctx context.Context, o *sql.TxOptions, fn func(context.Context, querier) error) error {
	tx, err := p.db.BeginTx(ctx, o)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	if err := fn(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// retriable reports whether the engine asks to run the transaction again:
// serialisation failure, deadlock, or (a race for a new record) a key that
// somebody else has just written, which the next try sees and reports.
func retriable(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01" || e.Code == "23505")
}

func (p *postgres) failure(op string, err error) error {
	if err == nil || noRows(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if _, ok := errors.AsType[*entente.Error](err); ok {
		return err
	}
	return &entente.Error{Kind: entente.Unavailable, Op: op, Place: p.place, Msg: "the database refused", Err: plainPgError(err)}
}

func (p *postgres) read(ctx context.Context, fn func(context.Context, querier) error) error {
	return p.failure("read", p.once(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn))
}

// putMost bounds the rows of one statement.
const putMost = 5000

func (p *postgres) put(ctx context.Context, q querier, w put, rows [][]any) error {
	for len(rows) > 0 {
		n := min(len(rows), putMost)
		args := make([]any, len(w.types))
		for c, t := range w.types {
			args[c] = column(t, rows[:n], c)
		}
		if _, err := q.ExecContext(ctx, w.postgres, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// column gathers one column as an array that the driver knows.
func column(kind string, rows [][]any, c int) any {
	switch kind {
	case "text":
		out := make([]string, len(rows))
		for i, r := range rows {
			out[i] = fmt.Sprint(r[c])
		}
		return out
	default:
		out := make([]int64, len(rows))
		for i, r := range rows {
			switch v := r[c].(type) {
			case int:
				out[i] = int64(v)
			case int64:
				out[i] = v
			}
		}
		return out
	}
}

func (p *postgres) heads(ctx context.Context, q querier, keys []Key) (map[Key]head, error) {
	out := make(map[Key]head, len(keys))
	for len(keys) > 0 {
		n := min(len(keys), putMost)
		kinds, ids := make([]string, n), make([]string, n)
		for i, k := range keys[:n] {
			kinds[i], ids[i] = k.Kind, k.ID
		}
		keys = keys[n:]
		rows, err := q.QueryContext(ctx, `SELECT h.kind, h.id, h.version, h.state, h.layer, h.hash FROM unnest($1::text[], $2::text[]) AS t (k, i)
			JOIN heads h ON h.kind = t.k AND h.id = t.i`, kinds, ids)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var k Key
			var h head
			if err := rows.Scan(&k.Kind, &k.ID, &h.version, &h.state, &h.layer, &h.hash); err != nil {
				_ = rows.Close()
				return nil, err
			}
			out[k] = h
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// match hands over the words one by one, as a phrase each, so that nothing in
// them is an operator.
func (p *postgres) match(words []string, arg int) (from, where, order, value string) {
	query := fmt.Sprintf("q.words @@ (SELECT string_agg(phraseto_tsquery('simple', w)::text, ' & ')::tsquery FROM unnest(string_to_array($%d, chr(10))) AS w)", arg)
	return "", strings.Replace(query, "q.words", "h.words", 1), "h.kind, h.id", strings.Join(words, "\n")
}

// check asks for the tables; the server looks after its own files.
func (p *postgres) check(ctx context.Context) error {
	var n int
	if err := p.db.QueryRowContext(ctx, "SELECT count(*) FROM clock").Scan(&n); err != nil || n != 1 {
		return &entente.Error{Kind: entente.Unavailable, Op: "open store", Place: p.place, Msg: "the store is damaged: it has no clock", Hint: "restore the latest backup into a new database", Err: plainPgError(err)}
	}
	return nil
}

func (p *postgres) close() error { return p.db.Close() }
