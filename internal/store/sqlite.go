package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite"

	"entente"
)

// sqlite is the engine of one file. One connection writes, in turns; others
// read, each on the state that it began with.
type sqlite struct {
	place   string
	abs     string
	db      *sql.DB // for the writing connection
	readers *sql.DB
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt // of conn, used by whoever has the turn
	turn    chan struct{}
	suspect bool // the file was not closed in order, or is open elsewhere
	once    sync.Once
	log     checkpointer
}

// The order matters: the patience first, then the journal. FULL flushes each
// commit to the disk: what was acknowledged survives a power cut.
var (
	sqliteShared  = []string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(MEMORY)", "journal_size_limit(67108864)", "trusted_schema(0)"}
	sqliteWriting = []string{"cache_size(-65536)", "wal_autocheckpoint(0)"}
	sqliteReading = []string{"cache_size(-16384)", "mmap_size(2147418112)", "query_only(1)"}
	// They come after the others and so count, in KiB.
	leanWriting, leanReading = "cache_size(-8192)", "cache_size(-2048)"
)

var sqliteDialect = dialect{
	goose: goose.DialectSQLite3, dir: "sqlite",
	has: "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'goose_db_version'",
}

func openSQLite(ctx context.Context, place string, o Options, schema fs.FS) (engine, error) {
	create := o.Create
	st, err := os.Stat(place)
	switch {
	case err == nil && st.IsDir():
		return nil, &entente.Error{Kind: entente.Invalid, Op: "open store", Place: place, Msg: "this is a folder, not a file", Hint: "name the file, for example work.entente"}
	case errors.Is(err, fs.ErrNotExist) && !create:
		return nil, &entente.Error{Kind: entente.NotFound, Op: "open store", Place: place, Msg: "there is no such file", Hint: "make a store with: entente init --db " + place}
	case errors.Is(err, fs.ErrNotExist):
		// Nobody else may read it. From here on the file is not opened except by
		// SQLite: closing another handle would drop its locks.
		f, err := os.OpenFile(place, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, &entente.Error{Kind: entente.Unavailable, Op: "open store", Place: place, Msg: "the file cannot be made", Err: err}
		}
		if err == nil {
			_ = f.Close() // nothing was written to it
		}
	case err != nil:
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "open store", Place: place, Msg: "the file cannot be opened", Err: err}
	}
	abs, err := filepath.Abs(place)
	if err != nil {
		return nil, err
	}
	if st != nil && st.Size() > 0 {
		if err := ours(ctx, abs); err != nil {
			err.Place = place
			return nil, err
		}
	}
	s := &sqlite{place: place, stmts: map[string]*sql.Stmt{}, turn: make(chan struct{}, 1)}
	if wal, err := os.Stat(abs + "-wal"); err == nil && wal.Size() > 0 {
		s.suspect = true
	}
	open := func(pragmas []string, lean string) (*sql.DB, error) {
		if o.Lean {
			pragmas = append(slices.Clone(pragmas), lean)
		}
		q := url.Values{"_pragma": slices.Concat(sqliteShared, pragmas)}
		return sql.Open("sqlite", (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(abs), RawQuery: q.Encode()}).String())
	}
	if s.db, err = open(sqliteWriting, leanWriting); err != nil {
		return nil, openFailure("the file cannot be opened", err)
	}
	if s.readers, err = open(sqliteReading, leanReading); err != nil {
		return nil, openFailure("the file cannot be opened", err)
	}
	s.readers.SetMaxOpenConns(max(4, runtime.GOMAXPROCS(0)) + 2)
	s.readers.SetMaxIdleConns(4)
	if err = migrate(ctx, s.db, sqliteDialect, schema, create); err == nil {
		s.conn, err = s.db.Conn(ctx)
	}
	if err != nil {
		_ = errors.Join(s.readers.Close(), s.db.Close()) // the first error says more
		if e, ok := errors.AsType[*entente.Error](err); ok {
			if e.Place == "" {
				e.Place = place
			}
			return nil, s.explained(e)
		}
		return nil, s.failure("open store", err)
	}
	s.log.start(s)
	inUse.Lock()
	defer inUse.Unlock()
	inUse.files[abs]++
	s.abs = abs
	return s, nil
}

// inUse counts the open stores of this program by file. Such a file must not be
// opened but by SQLite: closing another handle would drop its locks.
var inUse = struct {
	sync.Mutex
	files map[string]int
}{files: map[string]int{}}

// ours looks at a file without changing it, so that one of another program stays
// as it is.
func ours(ctx context.Context, abs string) *entente.Error {
	inUse.Lock()
	defer inUse.Unlock()
	if inUse.files[abs] > 0 {
		return nil
	}
	cannot := &entente.Error{Kind: entente.Unavailable, Op: "open store", Msg: "the file cannot be read"}
	f, err := os.Open(abs)
	if err != nil {
		cannot.Err = err
		return cannot
	}
	head := make([]byte, 72)
	n, err := f.Read(head)
	if err = errors.Join(err, f.Close()); err != nil {
		cannot.Err = err
		return cannot
	}
	if n < len(head) || string(head[:16]) != "SQLite format 3\x00" {
		return notAStore("an SQLite file")
	}
	switch string(head[68:]) { // the mark of the program that made it
	case "Ente":
		return nil
	case "\x00\x00\x00\x00": // none, or we were broken off while making it
	default:
		return notAStore("made by Entente")
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(abs), RawQuery: "mode=ro"}).String())
	if err != nil {
		cannot.Err = err
		return cannot
	}
	defer func() { _ = db.Close() }() // nothing was written
	var theirs int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('goose_db_version', 'sqlite_sequence')").Scan(&theirs); err != nil {
		cannot.Err = err
		return cannot
	}
	if theirs > 0 {
		return notAStore("made by Entente")
	}
	return nil
}

func (s *sqlite) name() string { return "sqlite" }

func (s *sqlite) wrote(context.Context, int) {}

// write runs fn on the writing connection when it is its turn.
func (s *sqlite) write(ctx context.Context, fn func(context.Context, querier) error) (err error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.turn }()
	// A statement that is broken off may take the whole transaction with it, so
	// all run to their end; fn looks at its context between them.
	within := context.WithoutCancel(ctx)
	q := cachedConn{s}
	if _, err := q.ExecContext(within, "BEGIN IMMEDIATE"); err != nil {
		return s.failure("write", err)
	}
	committed := false
	defer func() {
		if !committed { // also when fn panics
			_, _ = q.ExecContext(within, "ROLLBACK") // fails when the engine did so itself
		}
	}()
	if err := fn(within, q); err != nil {
		return s.failure("write", err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := q.ExecContext(within, "COMMIT"); err != nil {
		return commitError{s.failure("write", err)}
	}
	committed = true
	s.log.wrote()
	return nil
}

func (s *sqlite) read(ctx context.Context, fn func(context.Context, querier) error) error {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.failure("read", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return s.failure("read", fn(ctx, tx))
}

// failure makes an error of SQLite one for people; the others stay.
func (s *sqlite) failure(op string, err error) error {
	if err == nil || noRows(err) || err == errNothing || err == errEnough || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) { //nolint:errorlint // our own, never wrapped
		return err
	}
	if faultOf(err) != nil {
		return err
	}
	if _, ok := errors.AsType[*driver.Error](err); !ok && !errors.Is(err, sql.ErrConnDone) {
		return err
	}
	msg := "the store could not be written"
	if op == "read" || op == "open store" {
		msg = "the store could not be read"
	}
	return s.explained(&entente.Error{Kind: entente.Unavailable, Op: op, Place: s.place, Msg: msg, Err: err})
}

// sqliteHints tell what to do about the codes that a person can do something about.
var sqliteHints = map[int]string{
	5:  "another program is writing for long: try again",
	8:  "the file or its folder may only be read: check their permissions",
	10: "the disk failed: check it, and the space on it",
	11: "the file is damaged: keep a copy of it, and restore the latest backup into a new store",
	13: "the disk is full: make room and try again; nothing of this write was kept",
	14: "check that the folder is there and may be written",
	26: "name a file made with entente init, or take a new name",
}

// explained adds what to do.
func (s *sqlite) explained(e *entente.Error) error {
	cause, ok := errors.AsType[*driver.Error](e.Err)
	if !ok {
		return e
	}
	code := cause.Code() & 0xff
	if e.Hint == "" {
		e.Hint = sqliteHints[code]
	}
	switch code {
	case 11:
		e.Msg = "the file is damaged"
	case 26:
		e.Kind, e.Msg = entente.Invalid, "this is not a store of Entente (not an SQLite file)"
	}
	return e
}

// cachedConn is the writing connection with its statements prepared once.
type cachedConn struct{ s *sqlite }

func (c cachedConn) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if st := c.s.stmts[query]; st != nil {
		return st, nil
	}
	st, err := c.s.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.s.stmts[query] = st
	return st, nil
}

// ExecContext runs a statement.
func (c cachedConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	st, err := c.stmt(ctx, query) //nolint:sqlclosecheck // kept, and closed with the store
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

// QueryContext runs a query.
func (c cachedConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := c.stmt(ctx, query) //nolint:sqlclosecheck // kept, and closed with the store
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

// QueryRowContext runs a query for one row.
func (c cachedConn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	st, err := c.stmt(ctx, query) //nolint:sqlclosecheck // kept, and closed with the store
	if err != nil {
		return c.s.conn.QueryRowContext(ctx, query, args...) // reports the same fault
	}
	return st.QueryRowContext(ctx, args...)
}

func (s *sqlite) close() error {
	var err error
	s.once.Do(func() {
		s.log.stop()
		s.turn <- struct{}{} // whoever writes finishes
		for _, st := range s.stmts {
			_ = st.Close() // closed with the connection anyway
		}
		err = errors.Join(s.readers.Close(), s.conn.Close(), s.db.Close())
		inUse.Lock()
		defer inUse.Unlock()
		inUse.files[s.abs]--
	})
	return err
}
