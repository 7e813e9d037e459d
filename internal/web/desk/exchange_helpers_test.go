package desk_test

import (
	"context"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"entente"
	"entente/corpora"
	"entente/internal/auth"
	"entente/internal/auth/authtest"
	"entente/internal/datapackage"
	"entente/internal/exchange/node"
	"entente/internal/store"
	"entente/internal/web"
	"entente/internal/workbench"
)

// exchangeCorpus is read once.
var exchangeCorpus = sync.OnceValues(func() (*entente.Corpus, error) { return datapackage.Read(corpora.CyberNorms()) })

// exchangePair is two nodes that serve each other over TCP and TLS, each with its
// pages.
type exchangePair struct {
	*node.Trialled
	est, jpn *exchangeRoom
}

// exchangeRoom is a node with its pages; every role has an account of its name.
type exchangeRoom struct {
	*room
	node     *node.Node
	accounts *authtest.Memory
}

func newExchangePair(t *testing.T) *exchangePair {
	t.Helper()
	c, err := exchangeCorpus()
	if err != nil {
		t.Fatal(err)
	}
	var list [2]net.Listener
	o := node.TrialOptions{Corpus: c}
	for i := range list {
		if list[i], err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		o.Ports[i] = list[i].Addr().(*net.TCPAddr).Port
	}
	p := &exchangePair{}
	if p.Trialled, err = node.Trial(t.Context(), filepath.Join(t.TempDir(), "trial"), o); err != nil {
		t.Fatal(err)
	}
	p.est, p.jpn = openExchange(t, p.Nodes[0], list[0]), openExchange(t, p.Nodes[1], list[1])
	return p
}

func openExchange(t *testing.T, dir string, l net.Listener) *exchangeRoom {
	t.Helper()
	n, err := node.Open(t.Context(), dir, node.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- n.ServeOn(ctx, l, node.ServeOptions{PerMinute: -1}) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	memory := authtest.New()
	deps := auth.Deps{Argon: auth.Params{Memory: 8, Time: 1, Threads: 1}, Floor: time.Millisecond}
	service, err := auth.New(memory, auth.Config{}, deps)
	if err != nil {
		t.Fatal(err)
	}
	as := auth.With(t.Context(), auth.Local())
	for _, r := range auth.Roles() {
		if _, err := service.CreateAccount(as, auth.NewAccount{Name: string(r), Role: r, Password: readPassword}); err != nil {
			t.Fatal(err)
		}
	}
	b := workbench.New(n.Store, workbench.Options{})
	h, err := web.Handler(web.Options{Store: n.Store, Bench: b, Accounts: memory, AuthDeps: deps, Version: "test", Node: n})
	if err != nil {
		t.Fatal(err)
	}
	return &exchangeRoom{&room{t, h, b}, n, memory}
}

// sync lets a node fetch from the other.
func (r *exchangeRoom) sync(from string) {
	r.t.Helper()
	rep, err := r.node.Sync(r.t.Context(), from, node.SyncOptions{})
	if err != nil || len(rep.Faults) > 0 {
		r.t.Fatalf("sync: %v %v", err, rep)
	}
}

// count runs a query that counts.
func (r *exchangeRoom) count(t *testing.T, query string) (n int) {
	t.Helper()
	err := r.node.Store.Read(t.Context(), func(ctx context.Context, q store.Querier) error { return q.QueryRowContext(ctx, query).Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}
