package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver

	"entente"
)

// sqlite is the engine of one file. All writes go through one goroutine and one
// connection, which commits what has gathered in one transaction: twelve
// writers wait for one disk flush, not for twelve.
type sqlite struct {
	place string
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt // of conn; used by the writing goroutine only
	jobs  chan *job
	done  chan struct{}
	once  sync.Once
	stop  chan struct{}
}

// job is one write that waits for its turn.
type job struct {
	ctx  context.Context
	fn   func(ctx context.Context, q querier) error
	err  error
	done chan struct{}
}

// groupMost bounds how many writes share one transaction.
const groupMost = 64

// The order matters: the patience first, then the journal. FULL flushes each
// commit to the disk: what was acknowledged survives a power cut.
var sqlitePragmas = []string{
	"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(MEMORY)", "cache_size(-65536)", "mmap_size(268435456)",
}

func openSQLite(ctx context.Context, place string, create bool) (engine, error) {
	st, err := os.Stat(place)
	switch {
	case err == nil && st.IsDir():
		return nil, &entente.Error{Kind: entente.Invalid, Op: "open store", Place: place, Msg: "this is a folder, not a file", Hint: "name the file, for example work.entente"}
	case err == nil && st.Size() > 0:
		if err := looksLikeSQLite(place); err != nil {
			return nil, err
		}
	case errors.Is(err, fs.ErrNotExist) && !create:
		return nil, &entente.Error{Kind: entente.NotFound, Op: "open store", Place: place, Msg: "there is no such file", Hint: "make a store with: entente init --db " + place}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "open store", Place: place, Msg: "the file cannot be opened", Err: err}
	}
	if err != nil { // new: nobody else may read it
		f, err := os.OpenFile(place, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, &entente.Error{Kind: entente.Unavailable, Op: "open store", Place: place, Msg: "the file cannot be made", Err: err}
		}
		_ = f.Close()
	}
	abs, err := filepath.Abs(place)
	if err != nil {
		return nil, err
	}
	q := url.Values{"_pragma": sqlitePragmas}
	dsn := (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(abs), RawQuery: q.Encode()}).String()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "open store", Place: place, Msg: "the file cannot be opened", Err: err}
	}
	db.SetMaxOpenConns(max(4, runtime.NumCPU()) + 2)
	s := &sqlite{place: place, db: db, stmts: map[string]*sql.Stmt{}, jobs: make(chan *job, groupMost), done: make(chan struct{}), stop: make(chan struct{})}
	fail := func(err error) (engine, error) {
		_ = db.Close()
		if e, ok := errors.AsType[*entente.Error](err); ok && e.Place == "" {
			e.Place = place
		}
		return nil, err
	}
	if err := migrate(ctx, db, goose.DialectSQLite3, "sqlite", create); err != nil {
		return fail(err)
	}
	if s.conn, err = db.Conn(ctx); err != nil {
		return fail(openFailure("the file cannot be opened", err))
	}
	go s.loop()
	return s, nil
}

func looksLikeSQLite(place string) error {
	f, err := os.Open(place)
	if err != nil {
		return &entente.Error{Kind: entente.Unavailable, Op: "open store", Place: place, Msg: "the file cannot be opened", Err: err}
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, 16)
	if n, _ := f.Read(head); n < 16 || string(head) != "SQLite format 3\x00" {
		return &entente.Error{Kind: entente.Invalid, Op: "open store", Place: place, Msg: "this is not a store of Entente (not an SQLite file)", Hint: "name a file made with entente init, or take a new name"}
	}
	return nil
}

func (s *sqlite) name() string { return "sqlite" }

func (s *sqlite) write(ctx context.Context, fn func(context.Context, querier) error) error {
	j := &job{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case s.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.stop:
		return &entente.Error{Kind: entente.Unavailable, Op: "write", Msg: "the store is closed"}
	}
	// Once it is handed over, only the writer knows what became of it.
	select {
	case <-j.done:
		return j.err
	case <-s.done:
		select {
		case <-j.done:
			return j.err
		default:
			return &entente.Error{Kind: entente.Unavailable, Op: "write", Msg: "the store was closed before the write"}
		}
	}
}

// loop is the one writer.
func (s *sqlite) loop() {
	defer close(s.done)
	for {
		var first *job
		select {
		case first = <-s.jobs:
		case <-s.stop:
			return
		}
		group := []*job{first}
	more:
		for len(group) < groupMost {
			select {
			case j := <-s.jobs:
				group = append(group, j)
			default:
				break more
			}
		}
		s.commit(group)
	}
}

// commit runs the jobs in one transaction, each in a savepoint of its own, so
// that one that fails takes no other with it.
func (s *sqlite) commit(group []*job) {
	ctx := context.Background()
	err := s.exec(ctx, "BEGIN IMMEDIATE")
	if err == nil {
		for _, j := range group {
			if err = s.one(ctx, j); err != nil {
				break
			}
		}
		if err == nil {
			err = s.exec(ctx, "COMMIT")
		}
		if err != nil {
			_ = s.exec(ctx, "ROLLBACK") // fails when the engine did so itself
		}
	}
	for _, j := range group {
		if err != nil {
			j.err = s.failure(err)
		}
		close(j.done)
	}
}

// one runs a job in its savepoint. It returns only errors that break the whole
// transaction.
func (s *sqlite) one(ctx context.Context, j *job) error {
	if j.err = j.ctx.Err(); j.err != nil {
		return nil
	}
	if err := s.exec(ctx, "SAVEPOINT one"); err != nil {
		return err
	}
	// The statements run to their end even when the caller has gone; the job
	// itself looks at its context between them.
	if j.err = j.fn(context.WithoutCancel(j.ctx), cachedConn{s}); j.err == nil {
		j.err = j.ctx.Err()
	}
	if j.err != nil {
		j.err = s.failure(j.err)
		if err := s.exec(ctx, "ROLLBACK TO one"); err != nil {
			return err
		}
	}
	return s.exec(ctx, "RELEASE one")
}

func (s *sqlite) failure(err error) error {
	if _, ok := errors.AsType[*entente.Error](err); ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	e := &entente.Error{Kind: entente.Unavailable, Op: "write", Place: s.place, Msg: "the store could not be written", Err: err}
	if msg := err.Error(); strings.Contains(msg, "database or disk is full") {
		e.Hint = "the disk is full: make room and try again; nothing of this write was kept"
	} else if strings.Contains(msg, "database is locked") {
		e.Hint = "another program is writing for long: try again"
	}
	return e
}

func (s *sqlite) exec(ctx context.Context, query string) error {
	_, err := cachedConn{s}.ExecContext(ctx, query)
	return err
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
	st, err := c.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

// QueryContext runs a query.
func (c cachedConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := c.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

// QueryRowContext runs a query for one row.
func (c cachedConn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	st, err := c.stmt(ctx, query)
	if err != nil {
		return c.s.conn.QueryRowContext(ctx, query, args...) // reports the same fault
	}
	return st.QueryRowContext(ctx, args...)
}

func (s *sqlite) read(ctx context.Context, fn func(context.Context, querier) error) error {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return readFailure(s.place, err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return fn(ctx, tx)
}

func (s *sqlite) put(ctx context.Context, q querier, p put, rows [][]any) error {
	for _, row := range rows {
		for _, query := range p.sqlite {
			if _, err := q.ExecContext(ctx, query.text, query.pick(row)...); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *sqlite) heads(ctx context.Context, q querier, keys []Key) (map[Key]head, error) {
	out := make(map[Key]head, len(keys))
	for _, k := range keys {
		var h head
		err := q.QueryRowContext(ctx, "SELECT version, state, layer, hash FROM heads WHERE kind = $1 AND id = $2", k.Kind, k.ID).Scan(&h.version, &h.state, &h.layer, &h.hash)
		if err == nil {
			out[k] = h
		} else if !noRows(err) {
			return nil, err
		}
	}
	return out, nil
}

// match quotes each word, so that nothing in it is an operator.
func (s *sqlite) match(words []string, arg int) (from, where, order, value string) {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = `"` + strings.ReplaceAll(w, `"`, `""`) + `"`
	}
	return "JOIN words ON words.rowid = h.n", fmt.Sprintf("words MATCH $%d", arg), "words.rank", strings.Join(quoted, " ")
}

// check runs SQLite's own check of the file.
func (s *sqlite) check(ctx context.Context) error {
	var said string
	if err := s.db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&said); err != nil {
		said = err.Error()
	}
	if said != "ok" {
		return &entente.Error{
			Kind: entente.Unavailable, Op: "open store", Place: s.place, Msg: "the file is damaged: " + said,
			Hint: "keep a copy of it, and restore the latest backup with: entente restore BACKUP --db NEW",
		}
	}
	return nil
}

func (s *sqlite) close() error {
	var err error
	s.once.Do(func() {
		close(s.stop)
		<-s.done
		for _, st := range s.stmts {
			_ = st.Close()
		}
		err = errors.Join(s.conn.Close(), s.db.Close())
	})
	return err
}

func readFailure(place string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &entente.Error{Kind: entente.Unavailable, Op: "read", Place: place, Msg: "the store could not be read", Err: err}
}
