package node

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"time"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/ledger"
	"entente/internal/store"
)

// Options are what a node needs from outside.
type Options struct {
	Now    func() time.Time // the clock; nil is the system's
	Random io.Reader        // nil is crypto/rand
	// Logger gets what an operator should know, never a secret; nil drops it.
	Logger *slog.Logger
	// Store is an open store to work on instead of the one that the node's file
	// names; whoever opened it closes it. It must have been opened with [Follow].
	Store *store.Store
}

func (o *Options) settle() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
}

// Node is an open node. It is safe for concurrent use, and several processes may
// have the same node open over PostgreSQL.
type Node struct {
	Dir    string
	Config Config
	Store  *store.Store
	Book   *partner.Book
	Shelf  *shelf.Shelf
	Inbox  *inbox.Inbox
	Log    *ledger.Log
	Key    *ledger.Key
	Now    func() time.Time
	Random io.Reader
	Logger *slog.Logger

	own   bool  // the store was opened here
	quiet quiet // bounds the lines about refusals
	// asked is closed once partners were asked what they have seen of the log: before
	// that a server signs nothing. Nil in a node that does not serve.
	asked atomic.Pointer[chan struct{}]
	// signedAt is when this process signed last, by the machine's own clock.
	signedAt atomic.Pointer[time.Time]
}

// Open opens the node in a folder. Errors: NotFound when there is none; Denied
// when others may read its keys; Conflict when the store holds another node's
// log; else as for store.Open.
func Open(ctx context.Context, dir string, o Options) (n *Node, err error) {
	o.settle()
	config, err := readConfig(dir)
	if err != nil {
		return nil, err
	}
	key, err := ledger.ReadKey(filepath.Join(dir, dirKeys, fileKey))
	if err != nil {
		return nil, err
	}
	log, err := ledger.New(ledger.Options{Origin: config.Origin, Now: o.Now, Random: o.Random})
	if err != nil {
		return nil, err
	}
	n = &Node{Dir: dir, Config: *config, Store: o.Store, Log: log, Key: key, Now: o.Now, Random: o.Random, Logger: o.Logger}
	if n.Store == nil {
		if n.Store, err = store.Open(ctx, config.place(dir), store.Options{Now: o.Now, Also: Following(o.Now, o.Random), Lean: true}); err != nil {
			return nil, err
		}
		n.own = true
	}
	defer func() {
		if err != nil {
			_ = n.Close() // the first fault says more
		}
	}()
	// The log must be this node's before anything is written into it.
	if err := n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		_, err := n.Log.Size(ctx, q)
		return err
	}); err != nil {
		return nil, err
	}
	n.Book = partner.Open(n.Store, o.Now)
	if n.Inbox, err = inbox.Open(n.Store, o.Now); err != nil {
		return nil, err
	}
	n.Shelf, err = shelf.Open(n.Store, shelf.Options{Book: n.Book, Log: n.Log, Now: o.Now, Random: o.Random, Public: Public, Received: n.arrived, MaxContent: maxContent})
	return n, err
}

// Close closes what Open opened.
func (n *Node) Close() error {
	var err error
	if n.own && n.Store != nil {
		err = n.Store.Close()
	}
	return err
}

// Public names the objects that carry nothing of anyone's: the definitions of the
// program's own extensions and the marks of TLP 2.0.
func Public(id stix.ID) bool {
	if mapping.IsDefinition(id) || id == handling.Extension2 {
		return true
	}
	for _, l := range handling.Levels {
		if l.Mark() == id {
			return true
		}
	}
	return false
}

// derive makes a secret for one purpose out of the node's key, the same in every
// process of the node.
func (n *Node) derive(purpose string) []byte {
	sum := sha256.Sum256([]byte("entente/" + purpose + "\n" + n.Key.Secret()))
	return sum[:]
}

// partner finds a partner in the settings that count now.
func (n *Node) partner(ctx context.Context, id string) (*partner.Partner, *partner.State, error) {
	state, err := n.Book.State(ctx)
	if err != nil {
		return nil, nil, err
	}
	p, ok := state.Partner(id)
	if !ok {
		return nil, nil, &entente.Error{Kind: entente.NotFound, Op: "exchange", Place: id, Msg: "there is no such partner", Hint: "entente partner list names them"}
	}
	return p, state, nil
}

// ring are the keys of the node and of one partner; Invalid when the partner keeps
// no log.
func (n *Node) ring(p *partner.Partner) (*ledger.Keyring, error) {
	if p.Log == "" {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "exchange", Place: p.ID, Msg: "the partner keeps no log, so nothing of it can be proven", Hint: "take over its introduction with entente partner add"}
	}
	return ledger.NewKeyring(n.Key.Public(), p.Log)
}

// isKind tells whether an error is of a kind.
func isKind(err error, k entente.Kind) bool {
	e, ok := errors.AsType[*entente.Error](err)
	return ok && e.Kind == k
}
