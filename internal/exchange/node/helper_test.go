package node_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"entente"
	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/exchange/node"
	"entente/internal/pgtest"
	"entente/internal/store"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// both runs a test on each engine; place makes the place of a new store with the
// corpus, empty for a file in the node's own folder.
func both(t *testing.T, run func(t *testing.T, place func(t *testing.T) string)) {
	t.Run("sqlite", func(t *testing.T) { run(t, func(*testing.T) string { return "" }) })
	t.Run("postgres", func(t *testing.T) {
		run(t, func(t *testing.T) string {
			return pgtest.Database(t, "node", prepareCorpus)
		})
	})
}

// prepareCorpus makes a store with the corpus.
func prepareCorpus(dsn string) error {
	s, err := store.Open(context.Background(), dsn, store.Options{Create: true})
	if err != nil {
		return err
	}
	c, err := corpus()
	if err == nil {
		_, err = s.Fill(context.Background(), store.Reason{Who: "test", Why: "start"}, c)
	}
	return errors.Join(err, s.Close())
}

var corpus = sync.OnceValues(func() (*entente.Corpus, error) { return datapackage.Read(corpora.CyberNorms()) })

// clock is a clock that a test can set.
type clock struct {
	mu  sync.Mutex
	add time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.add)
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add += d
}

// output collects what is logged.
type output struct {
	mu sync.Mutex
	b  strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// trial is two nodes that serve each other over TCP and TLS on this machine.
type trial struct {
	*node.Trialled
	est, jpn *node.Node
	clock    *clock
	logged   *output
	stop     [2]func() // stop serving
	t        *testing.T
	options  node.Options
}

func pair(t *testing.T, place func(t *testing.T) string) *trial {
	t.Helper()
	c, err := corpus()
	if err != nil {
		t.Fatal(err)
	}
	var list [2]net.Listener
	var o node.TrialOptions
	for i := range list {
		if list[i], err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		o.Ports[i] = list[i].Addr().(*net.TCPAddr).Port
		o.Places[i] = place(t)
	}
	tr := &trial{clock: &clock{}, logged: &output{}, t: t}
	tr.options = node.Options{Now: tr.clock.now, Logger: slog.New(slog.NewTextHandler(tr.logged, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	o.Options, o.Corpus = tr.options, c
	if tr.Trialled, err = node.Trial(t.Context(), filepath.Join(t.TempDir(), "trial"), o); err != nil {
		t.Fatal(err)
	}
	tr.est, tr.jpn = tr.open(0), tr.open(1)
	tr.serve(0, tr.est, list[0])
	tr.serve(1, tr.jpn, list[1])
	return tr
}

func (tr *trial) open(i int) *node.Node {
	tr.t.Helper()
	n, err := node.Open(tr.t.Context(), tr.Nodes[i], tr.options)
	if err != nil {
		tr.t.Fatal(err)
	}
	tr.t.Cleanup(func() { _ = n.Close() })
	return n
}

func (tr *trial) serve(i int, n *node.Node, l net.Listener) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- n.ServeOn(ctx, l, node.ServeOptions{PerMinute: -1}) }()
	tr.stop[i] = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			tr.t.Errorf("the server ended with %v", err)
		}
	})
	tr.t.Cleanup(tr.stop[i])
}

// sync syncs n from a partner and fails the test on faults.
func (tr *trial) sync(n *node.Node, partner string) *node.Report {
	tr.t.Helper()
	r, err := n.Sync(tr.t.Context(), partner, node.SyncOptions{Compare: true})
	if err != nil {
		tr.t.Fatal(err)
	}
	for _, f := range r.Faults {
		tr.t.Errorf("not done: %s", f)
	}
	return r
}
