package shelf

import (
	"context"
	"crypto/rand"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"entente"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/ledger"
	"entente/internal/store"
)

// Rules give what the operators have set: a *[partner.Book] does.
type Rules interface {
	// State is what counts now; it may be a moment old.
	State(ctx context.Context) (*partner.State, error)
	// At is what counted at a revision.
	At(ctx context.Context, q store.Querier, revision int64) (*partner.State, error)
	// Revision is the number of what counts, as the transaction sees it.
	Revision(ctx context.Context, q store.Querier) (int64, error)
}

// Options are what a shelf needs from outside.
type Options struct {
	Book Rules
	Log  *ledger.Log
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// Random is for the names of statuses; nil is the system's.
	Random io.Reader
	// Cache is how many bytes of objects are kept in memory; 0 is [DefaultCache].
	Cache int64
	// Public names objects that carry nothing of anyone's; see
	// [handling.NewAssessor]. It may be nil.
	Public func(stix.ID) bool
	// Received is called in the transaction that keeps what a partner brought, with
	// what was kept; an error keeps everything from being written. It may be nil.
	Received func(ctx context.Context, q store.Querier, partner, collection string, list []Received) error
	// MaxContent bounds the text of one request to add, in bytes; 0 is 32 MiB.
	MaxContent int64
}

// DefaultCache is how many bytes of objects a shelf keeps in memory.
const DefaultCache = 48 << 20

// Shelf keeps the objects of a node and decides at the door. It is safe for
// concurrent use, and several may be open on one store, in several processes.
type Shelf struct {
	st     *store.Store
	o      Options
	bodies *bodies
	turn   chan struct{} // whoever writes
	newer  atomic.Pointer[partner.State]
	levels atomic.Pointer[levels]

	mu      sync.Mutex
	indexes map[string]*index
	states  map[int64]*partner.State
}

// Open opens the shelf of a store. Nothing is read before the first question.
// Errors: Invalid for options that lack something.
func Open(st *store.Store, o Options) (*Shelf, error) {
	if o.Book == nil || o.Log == nil {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "open the shelf", Msg: "the shelf has no settings or no log"}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Cache == 0 {
		o.Cache = DefaultCache
	}
	if o.MaxContent == 0 {
		o.MaxContent = 32 << 20
	}
	return &Shelf{
		st: st, o: o, bodies: newBodies(o.Cache), turn: make(chan struct{}, 1),
		indexes: map[string]*index{}, states: map[int64]*partner.State{},
	}, nil
}
