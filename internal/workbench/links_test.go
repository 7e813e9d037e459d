package workbench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
)

// web is a server with one page of each sort.
type web struct {
	*httptest.Server
	mu   sync.Mutex
	asks []string // method and path
	now  atomic.Int32
	most atomic.Int32 // requests at the same time
}

func newWeb(t *testing.T) *web {
	w := &web{}
	mux := http.NewServeMux()
	mux.HandleFunc("/fine", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/moved", func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, "/fine", http.StatusMovedPermanently)
	})
	mux.HandleFunc("/for-now", func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/fine", http.StatusFound) })
	mux.HandleFunc("/round", func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/round", http.StatusFound) })
	mux.HandleFunc("/gone", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusGone) })
	mux.HandleFunc("/robots", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusForbidden) })
	mux.HandleFunc("/broken", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusBadGateway) })
	mux.HandleFunc("/get-only", func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			rw.WriteHeader(http.StatusMethodNotAllowed)
		}
	})
	mux.HandleFunc("/endless", func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			rw.WriteHeader(http.StatusNotImplemented)
			return
		}
		for r.Context().Err() == nil {
			if _, err := rw.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/file", func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, "file:///etc/hosts", http.StatusFound)
	})
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/slow" && r.URL.Path != "/endless" { // whose askers leave before the server notices
			if n := w.now.Add(1); n > w.most.Load() {
				w.most.Store(n)
			}
			defer w.now.Add(-1)
		}
		w.mu.Lock()
		w.asks = append(w.asks, r.Method+" "+r.URL.Path)
		w.mu.Unlock()
		if r.Header.Get("Referer") != "" || r.Header.Get("Cookie") != "" {
			t.Errorf("%s tells where it comes from: %v", r.URL, r.Header)
		}
		mux.ServeHTTP(rw, r)
	}))
	t.Cleanup(w.Close)
	return w
}

// quick are bounds for tests against a server of the test.
func quick() LinkOptions {
	o := DefaultLinks()
	o.AllowLocal, o.Pause, o.Timeout, o.Redirects, o.Body = true, 0, 300*time.Millisecond, 3, 16<<10
	return o
}

// linkBench is a bench with one source for each address.
func linkBench(t *testing.T, addresses ...string) (*Bench, User) {
	t.Helper()
	ctx := context.Background()
	now := func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }
	s, err := store.Open(ctx, filepath.Join(t.TempDir(), "links.entente"), store.Options{Create: true, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	b, u := New(s, Options{Now: now}), User{Name: "edith", Role: auth.Editor}
	var changes []store.Change
	for i, a := range addresses {
		changes = append(changes, rowChange(entente.Source{ID: entente.SourceID(fmt.Sprintf("s%02d", i)), Title: "synthetic", Kind: entente.Report, URL: a}, 0, store.Draft))
	}
	changes = append(changes, rowChange(entente.Source{ID: "without", Title: "no address", Kind: entente.Report}, 0, store.Draft))
	if _, err := b.save(ctx, u, "sources", changes...); err != nil {
		t.Fatal(err)
	}
	return b, u
}

func TestCheckLinks(t *testing.T) {
	w := newWeb(t)
	tests := []struct {
		path    string
		outcome LinkOutcome
		status  int
		final   string
	}{
		{"/fine", LinkAlive, 200, ""},
		{"/moved", LinkMoved, 200, "/fine"},
		{"/for-now", LinkAlive, 200, "/fine"},
		{"/round", LinkUnreachable, 0, ""},
		{"/gone", LinkDead, 410, ""},
		{"/missing", LinkDead, 404, ""},
		{"/robots", LinkRefused, 403, ""},
		{"/broken", LinkUnreachable, 502, ""},
		{"/get-only", LinkAlive, 200, ""},
		{"/endless", LinkAlive, 200, ""},
		{"/slow", LinkUnreachable, 0, ""},
		{"/file", LinkNotAllowed, 0, ""},
	}
	var addresses []string
	for _, tt := range tests {
		addresses = append(addresses, w.URL+tt.path)
	}
	b, u := linkBench(t, addresses...)
	o := quick()
	seen := 0
	o.Progress = func(done, total int) error {
		if seen++; done != seen || total != len(tests) {
			t.Errorf("progress %d of %d", done, total)
		}
		return nil
	}
	list, err := b.CheckLinks(context.Background(), u, o)
	if err != nil || len(list) != len(tests) {
		t.Fatalf("%d findings, %v", len(list), err)
	}
	for i, tt := range tests {
		f := list[i]
		final := tt.final
		if final != "" {
			final = w.URL + final
		}
		if f.Outcome != tt.outcome || f.Status != tt.status || f.Final != final || f.Dead != (tt.outcome == LinkDead) || f.Checked.IsZero() {
			t.Errorf("%s: %+v", tt.path, f)
		}
		if (f.Outcome != LinkAlive && f.Outcome != LinkMoved) == (f.Why == "") {
			t.Errorf("%s: no reason, or one too many: %q", tt.path, f.Why)
		}
	}
	if w.most.Load() > 1 {
		t.Errorf("one host was asked %d addresses at the same time", w.most.Load())
	}
	dead, err := b.Links(context.Background(), true)
	if err != nil || len(dead) != 2 || dead[0].URL != w.URL+"/gone" {
		t.Errorf("%+v %v", dead, err)
	}
}

func TestADeadLinkKeepsItsCopyAndItsPast(t *testing.T) {
	ctx := context.Background()
	alive := atomic.Bool{}
	alive.Store(true)
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		if !alive.Load() {
			rw.WriteHeader(http.StatusNotFound)
		}
	}))
	defer srv.Close()
	b, u := linkBench(t, srv.URL+"/paper")
	doc, _, err := b.AddDocument(ctx, u, Upload{Name: "paper.txt", Source: "s00", Lang: "en", Data: []byte("A synthetic paper.\n\nIt says a little.")})
	if err != nil {
		t.Fatal(err)
	}
	first, err := b.CheckLinks(ctx, u, quick(), "s00")
	if err != nil || first[0].Outcome != LinkAlive || first[0].Copy != doc.Original {
		t.Fatalf("%+v %v", first, err)
	}
	alive.Store(false)
	second, err := b.CheckLinks(ctx, u, quick(), "s00")
	if err != nil || !second[0].Dead || second[0].Copy != doc.Original || !second[0].Alive.Equal(first[0].Checked) {
		t.Errorf("%+v %v", second, err)
	}
	if data, _, err := b.Store.Blob(ctx, second[0].Copy); err != nil || !strings.HasPrefix(string(data), "A synthetic") {
		t.Errorf("the copy does not support the citation any more: %v", err)
	}
	if h, err := b.Store.History(ctx, store.Key{Kind: KindLink, ID: "s00"}); err != nil || len(h) != 2 {
		t.Errorf("%d versions, %v", len(h), err)
	}
}

// TestInnerAddressesAreNotAsked runs without AllowLocal against a server of this
// machine: no way of naming it gets through, and none by redirection.
func TestInnerAddressesAreNotAsked(t *testing.T) {
	w := newWeb(t)
	u, err := url.Parse(w.URL)
	if err != nil {
		t.Fatal(err)
	}
	port := u.Port()
	addresses := []string{
		w.URL + "/fine", "http://localhost:" + port + "/fine", "http://127.0.0.2:" + port + "/", "http://[::1]:" + port + "/", "http://[::ffff:127.0.0.1]:" + port + "/",
		"http://0.0.0.0:" + port + "/", "http://2130706433:" + port + "/", "http://169.254.169.254/latest/meta-data/", "http://10.1.2.3/", "http://[fd00::1]/",
		"http://[64:ff9b::7f00:1]/", "http://100.64.0.1/", "http://user:secret@127.0.0.1/", "https:///nowhere",
	}
	b, user := linkBench(t, addresses...)
	o := quick()
	o.AllowLocal = false
	list, err := b.CheckLinks(context.Background(), user, o)
	if err != nil || len(list) != len(addresses) {
		t.Fatalf("%d findings, %v", len(list), err)
	}
	for i, f := range list {
		// A resolver may call the number-as-a-name unknown instead of refusing it.
		if f.Outcome != LinkNotAllowed && !(strings.Contains(addresses[i], "2130706433") && f.Status == 0) {
			t.Errorf("%s: %+v", addresses[i], f)
		}
		if strings.Contains(f.Why, "secret") {
			t.Errorf("a password in a reason: %q", f.Why)
		}
	}
	if len(w.asks) > 0 {
		t.Errorf("the server was asked: %v", w.asks)
	}
	for _, tt := range []struct {
		addr string
		open bool
	}{
		{"93.184.215.14", true},
		{"2606:2800:21f:cb07:6820:80da:af6b:8b2c", true},
		{"8.8.8.8", true},
		{"172.15.0.1", true},
		{"172.16.0.1", false},
		{"192.168.0.1", false},
		{"224.0.0.1", false},
		{"255.255.255.255", false},
		{"fe80::1%eth0", false},
		{"::", false},
		{"2002:7f00:1::", false},
		{"2001:db8::1", false},
		{"::ffff:8.8.8.8", true},
	} {
		if got := publicAddr(netip.MustParseAddr(tt.addr)); got != tt.open {
			t.Errorf("%s: open %v, want %v", tt.addr, got, tt.open)
		}
	}
}

func TestALinkCheckCanBeStopped(t *testing.T) {
	w := newWeb(t)
	b, u := linkBench(t, w.URL+"/fine", w.URL+"/gone", w.URL+"/slow")
	o := quick()
	stop := errors.New("enough")
	o.Progress = func(done, _ int) error {
		if done == 2 {
			return stop
		}
		return nil
	}
	list, err := b.CheckLinks(context.Background(), u, o)
	if !errors.Is(err, stop) || len(list) != 2 {
		t.Fatalf("%d findings, %v", len(list), err)
	}
	if kept, err := b.Links(context.Background(), false); err != nil || len(kept) != 2 {
		t.Errorf("%d findings kept, %v", len(kept), err)
	}
	if _, err := b.CheckLinks(context.Background(), u, o, "no-such"); entente.KindOf(err) != entente.NotFound {
		t.Error(err)
	}
	o.Workers = 0
	if _, err := b.CheckLinks(context.Background(), u, o); entente.KindOf(err) != entente.Invalid {
		t.Error(err)
	}
	o = quick()
	o.Max = 2
	if _, err := b.CheckLinks(context.Background(), u, o); entente.KindOf(err) != entente.Invalid {
		t.Error(err)
	}
}

func TestTheCheckUsesNoProxy(t *testing.T) {
	if tr, ok := newProber(quick()).client.Transport.(*http.Transport); !ok || tr.Proxy != nil {
		t.Error("the check uses a proxy, which the guard cannot see through")
	}
}
