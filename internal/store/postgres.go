package store

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
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
	gin   bool // the server lets a large write gather what it adds to the index of words
}

// tries bounds how often a write is run again after a serialisation failure.
const tries = 20

// sessionSettings are set on every connection.
var sessionSettings = []string{
	// A writer that is cut off from the server must not hold the clock for hours.
	"idle_in_transaction_session_timeout = '60s'",
	// What small writes add to the index of words is merged often: each search
	// looks through what is not, and each merge holds up one writer.
	"gin_pending_list_limit = '512kB'",
	// How common a word is decides how it is looked for.
	"plan_cache_mode = force_custom_plan",
}

var postgresDialect = dialect{
	goose: goose.DialectPostgres, dir: "postgres",
	has: "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'goose_db_version'",
}

func openPostgres(ctx context.Context, dsn string, create bool, schema fs.FS) (engine, error) {
	p := &postgres{place: withoutPassword(dsn)}
	config, err := pgx.ParseConfig(dsn)
	if err != nil { // the cause would repeat the address
		return nil, &entente.Error{Kind: entente.Invalid, Op: "open store", Place: p.place, Msg: "the address cannot be read", Hint: "expected postgres://USER:PASSWORD@HOST:PORT/DATABASE"}
	}
	p.db = stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		for _, set := range sessionSettings {
			_, _ = c.Exec(ctx, "SET "+set) // an engine that does not know it does without
		}
		return nil
	}))
	p.db.SetMaxOpenConns(24)
	p.db.SetMaxIdleConns(12)
	if err = p.db.PingContext(ctx); err == nil {
		err = migrate(ctx, p.db, postgresDialect, schema, create)
	}
	if err == nil {
		var n int // not every engine has this table of settings
		p.gin = p.db.QueryRowContext(ctx, "SELECT count(*) FROM pg_settings WHERE name = 'gin_pending_list_limit'").Scan(&n) == nil && n == 1
		return p, nil
	}
	_ = p.db.Close() // the first error says more
	e, ok := errors.AsType[*entente.Error](err)
	if !ok {
		return nil, p.failure("open store", err)
	}
	if e.Place == "" {
		e.Place = p.place
	}
	if why, ok := errors.AsType[*entente.Error](p.failure("open store", e.Err)); ok {
		e.Kind, e.Hint, e.Err = why.Kind, why.Hint, why.Err // the cause itself may hold the address
	}
	return nil, e
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
	if err := tx.Commit(); err != nil {
		return commitError{err}
	}
	return nil
}

// retriable reports whether the engine asks to run the transaction again:
// serialisation failure, deadlock, or (a race for a new record) a key that
// somebody else has just written, which the next try sees and reports.
func retriable(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01" || e.Code == "23505")
}

// failure makes an error of the server one for people; the others stay. It keeps
// what the server said and drops the address, which may hold a password.
func (p *postgres) failure(op string, err error) error {
	if err == nil || noRows(err) || err == errNothing || err == errEnough || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) { //nolint:errorlint // our own, never wrapped
		return err
	}
	if faultOf(err) != nil {
		return err
	}
	e := &entente.Error{Kind: entente.Unavailable, Op: op, Place: p.place, Msg: "the database refused"}
	said, isPg := errors.AsType[*pgconn.PgError](err)
	switch {
	case isPg:
		e.Err = errors.New(said.Message)
		for _, h := range postgresHints {
			if strings.HasPrefix(said.Code, h.code) {
				e.Kind, e.Hint = h.kind, h.hint
				break
			}
		}
	case reaches(err):
		e.Msg, e.Hint, e.Err = "the database does not answer", "check that the server runs and the address is right", lastPart(err)
	default:
		return err // not of the server
	}
	if c, ok := errors.AsType[commitError](err); ok {
		c.error = e
		return c
	}
	return e
}

// reaches reports whether err comes from the connection.
func reaches(err error) bool {
	_, connect := errors.AsType[*pgconn.ConnectError](err)
	return connect || pgconn.SafeToRetry(err) || pgconn.Timeout(err) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.ErrUnexpectedEOF) || // the server was killed in the middle of an answer
		strings.Contains(err.Error(), "conn")
}

// lastPart is the end of a chain of causes.
func lastPart(err error) error {
	text := err.Error()
	if i := strings.LastIndex(text, ": "); i > 0 {
		text = text[i+2:]
	}
	return errors.New(text)
}

// postgresHints tell what to do about the codes that a person can do something
// about; the first that fits counts.
var postgresHints = []struct {
	code string
	kind entente.Kind
	hint string
}{
	{"28", entente.Denied, "check the user and the password in the address"},
	{"3D", entente.NotFound, "make the database first: createdb NAME"},
	{"42501", entente.Denied, "give the user of the address the right to make and change tables in this database"},
	{"53100", entente.Unavailable, "the disk of the server is full: make room and try again; nothing of this write was kept"},
	{"53300", entente.Unavailable, "the server has no connection left: raise its limit, or run fewer servers"},
	{"57P", entente.Unavailable, "the server is stopping or starting: try again"},
	{"25006", entente.Unavailable, "this server only reads: use the address of the one that writes"},
	{"40", entente.Unavailable, "others write the same records all the time: try again"},
}

func (p *postgres) read(ctx context.Context, fn func(context.Context, querier) error) error {
	return p.failure("read", p.once(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn))
}

// check looks whether the clock stands where the last commit ended; the server
// looks after its own files.
func (p *postgres) check(ctx context.Context) error {
	return p.read(ctx, func(ctx context.Context, q querier) error { return checkClock(ctx, q, p.place) })
}

func (p *postgres) deepCheck(context.Context, querier) error { return nil }

func (p *postgres) close() error { return p.db.Close() }
