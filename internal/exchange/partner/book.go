package partner

import (
	"context"
	"crypto/rand"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
)

// Lag is how long a change of the settings or of a credential by another process
// may go unnoticed here; a change through the same Book counts at once. Whoever
// must be exact asks [Book.Revision] inside the transaction in which it counts.
const Lag = 200 * time.Millisecond

// passwordCost is what one hash of a password costs: above the least that the OWASP
// Password Storage Cheat Sheet asks for (19 MiB, two passes, one lane), and below
// what sign-in costs, since a node must stay small. A password made here has 256
// random bits, so the cost matters for chosen ones only.
var passwordCost = auth.Params{Memory: 19 << 10, Time: 3, Threads: 1}

// Book is the settings and credentials of a node, over its store. It is safe for
// concurrent use; several processes may have the same store open.
type Book struct {
	db     *store.Store
	now    func() time.Time
	random io.Reader
	ticks  func() time.Duration // a clock that nobody sets

	mu   sync.Mutex // one reads anew at a time
	kept atomic.Pointer[kept]

	params   auth.Params
	hasher   func() (*auth.Hasher, error)
	verified *verified
	guesses  *guesses
	used     *lastUsed
}

// kept is a snapshot and when it was last found to be the newest.
type kept struct {
	*snapshot
	checked time.Duration
}

// snapshot is what counts at one revision.
type snapshot struct {
	state    *State
	ring     *keyring
	vouching *vouching
}

func newSnapshot(s *State, ring *keyring) *snapshot {
	return &snapshot{s, ring, &vouching{seen: map[string]vouched{}}}
}

// Open opens the book of a store. A nil now is the system's clock. Nothing is read
// before the first question.
func Open(st *store.Store, now func() time.Time) *Book {
	if now == nil {
		now = time.Now
	}
	start := time.Now()
	b := &Book{
		db: st, now: now, random: rand.Reader, params: passwordCost,
		ticks:    func() time.Duration { return time.Since(start) },
		verified: newVerified(), guesses: newGuesses(), used: newLastUsed(),
	}
	b.hasher = sync.OnceValues(func() (*auth.Hasher, error) { return auth.NewHasher(b.params, b.random) })
	return b
}

// State is what counts now, at most [Lag] old. Without settings, or with settings
// that cannot be read, it is a state in which everything is closed and Faults says
// why. Errors: Unavailable when the store cannot be asked.
func (b *Book) State(ctx context.Context) (*State, error) {
	k, err := b.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return k.state, nil
}

// Revision is the number of the settings that count, as the transaction q sees
// it; 0 before there are any. Every change of the settings and every credential
// made or revoked raises it.
func (b *Book) Revision(ctx context.Context, q store.Querier) (n int64, err error) {
	err = q.QueryRowContext(ctx, "SELECT COALESCE(MAX(n), 0) FROM exchange_settings").Scan(&n)
	return n, err
}

func (b *Book) snapshot(ctx context.Context) (*snapshot, error) {
	if k := b.kept.Load(); k != nil && b.ticks()-k.checked < Lag {
		return k.snapshot, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.kept.Load()
	if k != nil && b.ticks()-k.checked < Lag {
		return k.snapshot, nil
	}
	// The time before the question counts: what is committed while it is asked may
	// not be in the answer.
	asked := b.ticks()
	var next *snapshot
	err := b.db.Read(ctx, func(ctx context.Context, q store.Querier) error {
		next = nil
		n, err := b.Revision(ctx, q)
		if err != nil {
			return err
		}
		if k != nil && k.state.Revision == n {
			next = k.snapshot
			return nil
		}
		next, err = load(ctx, q, n)
		return err
	})
	if err != nil {
		return nil, unavailable(err)
	}
	b.kept.Store(&kept{next, asked})
	return next, nil
}

// forget makes the next question look again.
func (b *Book) forget() { b.kept.Store(nil) }

// unavailable gives an error of the store a kind, if it has none: whoever cannot
// ask the settings must not go on.
func unavailable(err error) error {
	if k := entente.KindOf(err); k != entente.Internal {
		return err
	}
	return &entente.Error{Kind: entente.Unavailable, Op: "read the settings of the exchange", Msg: "the store cannot be asked", Err: err}
}

// micro is how instants stand in the store: microseconds, 0 for none.
func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
