package node

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/ledger"
	"entente/internal/store"
)

// DefaultListen is where a new node listens unless told otherwise: this machine.
const DefaultListen = "127.0.0.1:8441"

// InitOptions say what a new node is.
type InitOptions struct {
	Options
	// Actor is the actor of the corpus for whom the node speaks.
	Actor entente.ActorID
	// Title is the node's name for people; empty makes one of the actor's.
	Title string
	// Listen is HOST:PORT; empty is [DefaultListen].
	Listen string
	// Names are the host names and addresses under which partners reach the node;
	// empty is this machine.
	Names []string
	// Origin is the name of the log; empty makes one of the first name and the actor.
	Origin string
	// Place is an existing store; empty makes a new one in the node's folder from
	// Corpus.
	Place  string
	Corpus *entente.Corpus
	// Who makes it, for the record.
	Who string
}

func (o *InitOptions) fill() error {
	o.settle()
	if o.Listen == "" {
		o.Listen = DefaultListen
	}
	host, port, err := net.SplitHostPort(o.Listen)
	if err != nil || port == "" {
		return &entente.Error{Kind: entente.Invalid, Op: "make node", Place: o.Listen, Msg: "this is no address to listen at", Hint: "HOST:PORT, such as 127.0.0.1:8441"}
	}
	if len(o.Names) == 0 {
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return &entente.Error{Kind: entente.Invalid, Op: "make node", Msg: "it is not said under which name partners reach the node", Hint: "add --name exchange.mfa.example"}
		}
		o.Names = []string{"localhost", "127.0.0.1"}
	}
	if o.Origin == "" {
		o.Origin = o.Names[0] + "/" + string(o.Actor)
	}
	if o.Who == "" {
		o.Who = "local"
	}
	return nil
}

// url is where partners reach the node.
func (o *InitOptions) url() string {
	_, port, _ := net.SplitHostPort(o.Listen) // fill has looked at it
	host := o.Names[0]
	if port == "443" {
		if net.ParseIP(host) != nil && net.ParseIP(host).To4() == nil {
			host = "[" + host + "]"
		}
		return "https://" + host + "/"
	}
	return "https://" + net.JoinHostPort(host, port) + "/"
}

// Init makes a node: its folder, its keys (that of its log, an authority and
// certificates), its store unless one is named, its log in that store, and settings
// that share nothing yet. What was made is taken away again when something fails.
//
// Errors: Conflict when there is something in the folder, or the store is a node's
// already; Invalid; NotFound when the actor is not in the corpus.
func Init(ctx context.Context, dir string, o InitOptions) (err error) {
	if err := o.fill(); err != nil {
		return err
	}
	undo, err := emptyFolder(dir)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			undo()
		}
	}()
	config := Config{V: 1, Store: o.Place, Origin: o.Origin, Listen: o.Listen, Names: o.Names}
	if o.Place == "" {
		config.Store = fileStore
	} else if !store.IsPostgres(o.Place) {
		if config.Store, err = filepath.Abs(o.Place); err != nil {
			return err
		}
	}
	key, err := ledger.GenerateKey(o.Random, o.Origin)
	if err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(dir, dirKeys), 0o700); err != nil {
		return folderFault(dir, err)
	}
	if err := key.WriteFile(filepath.Join(dir, dirKeys, fileKey)); err != nil {
		return err
	}
	st, err := store.Open(ctx, config.place(dir), store.Options{Now: o.Now, Create: o.Place == "", Also: Following(o.Now, o.Random)})
	if err != nil {
		return err
	}
	err = o.furnish(ctx, st, dir)
	if closing := st.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return writeConfig(dir, config) // last: without it there is no node
}

// furnish fills the store.
func (o *InitOptions) furnish(ctx context.Context, st *store.Store, dir string) error {
	if o.Place == "" && o.Corpus != nil {
		if _, err := st.Fill(ctx, store.Reason{Who: o.Who, Via: "cli", Why: "start from the corpus " + o.Corpus.Info.Name + " " + o.Corpus.Info.Version}, o.Corpus); err != nil {
			return err
		}
	}
	c, _, err := st.Corpus(ctx)
	if err != nil {
		return err
	}
	a := c.Actor(o.Actor)
	if a == nil {
		return &entente.Error{Kind: entente.NotFound, Op: "make node", Place: string(o.Actor), Msg: "the corpus has no such actor", Hint: "the node speaks for an actor of the corpus, such as est"}
	}
	if o.Title == "" {
		o.Title = "Exchange of " + a.Name
	}
	title := []rune(o.Title)
	if err := partner.InitKeys(dir, partner.KeyOptions{Title: string(title[:min(len(title), 20)]), Names: o.Names, Now: o.Now, Random: o.Random}); err != nil {
		return err
	}
	log, err := ledger.New(ledger.Options{Origin: o.Origin, Now: o.Now, Random: o.Random})
	if err != nil {
		return err
	}
	if err := st.Write(ctx, func(ctx context.Context, q store.Querier) error {
		var other string
		err := q.QueryRowContext(ctx, "SELECT origin FROM ledger_head WHERE one = 1").Scan(&other)
		if err == nil {
			return &entente.Error{Kind: entente.Conflict, Op: "make node", Place: other, Msg: "the store is that of a node already", Hint: "open that node, or name another store"}
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		return log.Init(ctx, q)
	}); err != nil {
		return err
	}
	_, err = partner.Open(st, o.Now).Save(ctx, o.Who, "the node is new", 0, partner.Settings{
		Title: o.Title, Actor: string(o.Actor), Identity: mapping.ActorIdentity(o.Actor), URL: o.url(), Unmarked: handling.AmberStrict,
		Partners: []partner.Partner{}, Communities: []handling.Community{}, Collections: []partner.Collection{},
	})
	return err
}

// emptyFolder makes the folder of a new node; undo takes away what is in it then.
func emptyFolder(dir string) (undo func(), err error) {
	_, err = os.Lstat(dir)
	fresh := errors.Is(err, os.ErrNotExist)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, folderFault(dir, err)
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, folderFault(dir, err)
	}
	if len(list) > 0 {
		return nil, &entente.Error{Kind: entente.Conflict, Op: "make node", Place: dir, Msg: "the folder is not empty", Hint: "name a new one"}
	}
	return func() {
		if fresh {
			_ = os.RemoveAll(dir) // nothing but what was made just now
			return
		}
		for _, name := range slices.Concat([]string{dirKeys, fileConfig}, storeFiles) {
			_ = os.RemoveAll(filepath.Join(dir, name))
		}
	}, nil
}

var storeFiles = []string{fileStore, fileStore + "-wal", fileStore + "-shm"}

func folderFault(dir string, err error) error {
	return &entente.Error{Kind: entente.Unavailable, Op: "make node", Place: dir, Msg: "the folder cannot be made", Err: err}
}
