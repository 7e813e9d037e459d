package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"github.com/pressly/goose/v3"

	"entente"
)

//go:embed schema
var schemas embed.FS

// Options open a store.
type Options struct {
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// Create makes the store when it is not there yet. Otherwise a missing
	// store is an error, never an empty new one.
	Create bool
}

// Store is an open store. It is safe for concurrent use.
type Store struct {
	engine engine
	now    func() time.Time

	mu    sync.Mutex
	cache *snapshot // the corpus of the latest mark, nil before it is asked for
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
	// read runs fn on one consistent state.
	read(ctx context.Context, fn func(ctx context.Context, q querier) error) error
	// put writes many rows of one table with one of the puts.
	put(ctx context.Context, q querier, p put, rows [][]any) error
	// heads finds the latest versions of the keys.
	heads(ctx context.Context, q querier, keys []Key) (map[Key]head, error)
	// match gives the condition that finds words, and the order of the best.
	match(words []string, arg int) (from, where, order, value string)
	// check looks for damage; nil is sound.
	check(ctx context.Context) error
	close() error
}

// head is what stands in the row of the latest version.
type head struct {
	version int
	state   State
	layer   string
	hash    string
}

// Open opens the store at place: a file for SQLite, or an address
// "postgres://…". It brings an older schema up to date, and refuses a newer
// one and a damaged file.
func Open(ctx context.Context, place string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	var e engine
	var err error
	if IsPostgres(place) {
		e, err = openPostgres(ctx, place, o.Create)
	} else {
		e, err = openSQLite(ctx, place, o.Create)
	}
	if err != nil {
		return nil, err
	}
	if err := e.check(ctx); err != nil {
		_ = e.close()
		return nil, err
	}
	return &Store{engine: e, now: o.Now}, nil
}

// IsPostgres reports whether place is the address of a PostgreSQL database.
func IsPostgres(place string) bool {
	return strings.HasPrefix(place, "postgres://") || strings.HasPrefix(place, "postgresql://")
}

// Engine names the engine: "sqlite" or "postgres".
func (s *Store) Engine() string { return s.engine.name() }

// Close finishes running writes and closes the store.
func (s *Store) Close() error { return s.engine.close() }

// migrate brings the schema up to date.
func migrate(ctx context.Context, db *sql.DB, dialect goose.Dialect, dir string, create bool) error {
	sub, err := fs.Sub(schemas, "schema/"+dir)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(dialect, db, sub, goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read the schema: %w", err)
	}
	current, err := p.GetDBVersion(ctx)
	if err != nil {
		return openFailure("the schema cannot be read", err)
	}
	_, target, err := p.GetVersions(ctx)
	if err != nil {
		return openFailure("the schema cannot be read", err)
	}
	switch {
	case current > target:
		return &entente.Error{
			Kind: entente.Conflict, Op: "open store", Msg: fmt.Sprintf("the store has schema %d, this program knows up to %d", current, target),
			Hint: "use the newer version of the program that wrote it",
		}
	case current == 0 && !create:
		return &entente.Error{Kind: entente.NotFound, Op: "open store", Msg: "the database holds no store of Entente", Hint: "make one with: entente init --db PLACE"}
	case current == target:
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return openFailure("the schema could not be brought up to date", err)
	}
	return nil
}

func openFailure(msg string, err error) error {
	return &entente.Error{Kind: entente.Unavailable, Op: "open store", Msg: msg, Err: err}
}

// noRows reports whether a query found nothing.
func noRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }
