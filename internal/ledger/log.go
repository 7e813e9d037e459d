package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"entente"
)

// Querier runs statements inside the caller's transaction, with $1
// placeholders. *sql.Tx is one, and so is what a store hands to a write.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Options are what a log needs from outside.
type Options struct {
	// Origin names the log and is the name of the key that signs it: an address
	// without a scheme, such as "entente.mfa.example/log".
	Origin string
	Now    func() time.Time // the clock
	Random io.Reader        // for salts: crypto/rand.Reader, but for tests
}

// Log is the log of one node. It holds nothing but its options, so several
// processes may share the tables.
type Log struct {
	origin string
	now    func() time.Time
	random io.Reader
}

// New makes a log; see [Log.Init] for its tables.
func New(o Options) (*Log, error) {
	if err := checkOrigin(o.Origin); err != nil {
		return nil, err
	}
	if o.Now == nil || o.Random == nil {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "open log", Msg: "the log has no clock or no source of randomness"}
	}
	return &Log{origin: o.Origin, now: o.Now, random: o.Random}, nil
}

// Origin is the log's name.
func (l *Log) Origin() string { return l.origin }

// Init starts the log in empty tables. It does nothing when the log is there
// already, and is a Conflict when the tables hold the log of another name.
func (l *Log) Init(ctx context.Context, q Querier) error {
	var origin string
	err := q.QueryRowContext(ctx, "SELECT origin FROM ledger_head WHERE one = 1").Scan(&origin)
	if errors.Is(err, sql.ErrNoRows) {
		_, err = q.ExecContext(ctx, "INSERT INTO ledger_head (one, origin, size, at, peaks) VALUES (1, $1, 0, 0, $2)", l.origin, []byte{})
		return err
	}
	if err != nil {
		return err
	}
	return l.own(origin)
}

func (l *Log) own(origin string) error {
	if origin == l.origin {
		return nil
	}
	return &entente.Error{
		Kind: entente.Conflict, Op: "open log", Place: origin, Msg: "the store holds the log of another name",
		Hint: "a log keeps its name; use the name " + origin,
	}
}

// head is the state of the log: the row that writers take turns by.
type head struct {
	at       int64
	frontier *Frontier
}

const (
	// lockHead makes the row this transaction's before it is read: whoever holds
	// it appends alone.
	lockHead = "UPDATE ledger_head SET size = size WHERE one = 1 RETURNING origin, size, at, peaks"
	readHead = "SELECT origin, size, at, peaks FROM ledger_head WHERE one = 1"
)

func (l *Log) head(ctx context.Context, q Querier, query string) (*head, error) {
	var origin string
	var size int64
	var peaks []byte
	var h head
	err := q.QueryRowContext(ctx, query).Scan(&origin, &size, &h.at, &peaks)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "open log", Place: l.origin, Msg: "the store has no log yet", Hint: "make one with entente node init"}
	}
	if err != nil {
		return nil, err
	}
	if err := l.own(origin); err != nil {
		return nil, err
	}
	if h.frontier, err = ParseFrontier(size, peaks); err != nil {
		return nil, damaged(err)
	}
	return &h, nil
}

// write puts the head back.
func (h *head) write(ctx context.Context, q Querier) error {
	_, err := q.ExecContext(ctx, "UPDATE ledger_head SET size = $1, at = $2, peaks = $3 WHERE one = 1", h.frontier.Size(), h.at, h.frontier.Bytes())
	return err
}

func damaged(err error) error {
	return &entente.Error{Kind: entente.Unavailable, Op: "read log", Msg: "the tables of the log are damaged", Hint: "restore the latest backup", Err: err}
}

// Size gives the number of leaves.
func (l *Log) Size(ctx context.Context, q Querier) (int64, error) {
	h, err := l.head(ctx, q, readHead)
	if err != nil {
		return 0, err
	}
	return h.frontier.Size(), nil
}

// MaxBatch bounds the leaves of one call of [Log.Append].
const MaxBatch = 1_000_000

func checkBatch(n int) error {
	if n == 0 || n > MaxBatch {
		return &entente.Error{Kind: entente.Invalid, Op: "log", Msg: fmt.Sprintf("%d leaves cannot be written at once", n), Hint: fmt.Sprintf("1 to %d", MaxBatch)}
	}
	return nil
}
