package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"time"

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
	// Also is called in every transaction that changes what is published, with
	// what it changes: what it writes is committed with the change, or neither is.
	// An error keeps everything from being written. It may be nil.
	Also func(ctx context.Context, q Querier, news []News) error
	// Lean keeps the caches of SQLite small: 20 MB in all instead of 160. It is for a
	// process that itself keeps what it reads most; PostgreSQL has caches of its own.
	Lean bool
}

// News is a change of what the public sees.
type News struct {
	Key
	Version int    // the number of the version that did it
	Body    []byte // of the version that is now published; nil: none is any more
}

// Store is an open store. It is safe for concurrent use.
type Store struct {
	engine engine
	now    func() time.Time
	also   func(ctx context.Context, q Querier, news []News) error

	queue *queue // the writes that wait for their turn

	mu    sync.Mutex
	cache *snapshot // the corpus of the latest mark, nil before it is asked for
}

// Open opens the store at place: a file for SQLite, or an address
// "postgres://…". It brings an older schema up to date, and refuses a newer
// one and a damaged file.
//
// Errors: NotFound when there is no store and Create is not set; Invalid when
// place is something else; Conflict for a newer schema; Unavailable.
func Open(ctx context.Context, place string, o Options) (*Store, error) {
	return open(ctx, place, o, schemas)
}

func open(ctx context.Context, place string, o Options, schema fs.FS) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	var e engine
	var err error
	if IsPostgres(place) {
		e, err = openPostgres(ctx, place, o.Create, schema)
	} else {
		e, err = openSQLite(ctx, place, o, schema)
	}
	if err != nil {
		return nil, err
	}
	if err := e.check(ctx); err != nil {
		_ = e.close() // the damage says more
		return nil, err
	}
	s := &Store{engine: e, now: o.Now, also: o.Also}
	s.queue = newQueue(s)
	return s, nil
}

// IsPostgres reports whether place is the address of a PostgreSQL database.
func IsPostgres(place string) bool {
	return strings.HasPrefix(place, "postgres://") || strings.HasPrefix(place, "postgresql://")
}

// Engine names the engine: "sqlite" or "postgres".
func (s *Store) Engine() string { return s.engine.name() }

// Close finishes running writes and closes the store. Writes that wait for
// their turn fail.
func (s *Store) Close() error {
	s.queue.close()
	return s.engine.close()
}

func openFailure(msg string, err error) error {
	return &entente.Error{Kind: entente.Unavailable, Op: "open store", Msg: msg, Err: err}
}

// noRows reports whether a query found nothing.
func noRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }
