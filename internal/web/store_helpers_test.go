package web

import (
	"context"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/corpora"
	"entente/internal/auth"
	"entente/internal/auth/authtest"
	"entente/internal/datapackage"
	"entente/internal/store"
)

// filled is a store with the default corpus, made once; tests take copies.
var filled = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "entente-web")
	if err != nil {
		return "", err
	}
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		return "", err
	}
	filledDir = dir
	place := filepath.Join(dir, "filled.entente")
	s, err := store.Open(context.Background(), place, store.Options{Create: true})
	if err != nil {
		return "", err
	}
	if _, err := s.Fill(context.Background(), store.Reason{Who: "local", Why: "test"}, c); err != nil {
		return "", err
	}
	return place, s.Close()
})

// filledDir is where filled made it; empty when no test asked for it.
var filledDir string

func TestMain(m *testing.M) {
	code := m.Run()
	if filledDir != "" {
		_ = os.RemoveAll(filledDir)
	}
	os.Exit(code)
}

// bench is a server on a store of its own, with accounts in memory.
type bench struct {
	*server
	t        *testing.T
	h        http.Handler
	accounts *authtest.Memory
}

const testPassword = "four quiet words here"

// cheap makes password hashes and failed sign-ins cheap.
var cheap = auth.Deps{Argon: auth.Params{Memory: 8, Time: 1, Threads: 1}, Floor: time.Millisecond}

// newBench makes a bench; with accounts there is one per role, called after it.
func newBench(t *testing.T, mode auth.Mode, change ...func(*Options)) *bench {
	t.Helper()
	from, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	place := filepath.Join(t.TempDir(), "work.entente")
	if err := os.WriteFile(place, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), place, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	memory := authtest.New()
	o := Options{Store: s, Accounts: memory, AuthDeps: cheap, Version: "test"}
	for _, c := range change {
		c(&o)
	}
	v, h, err := build(o, mode)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.sites.close() })
	if mode == auth.Accounts {
		ctx := auth.With(t.Context(), auth.Local())
		for _, r := range auth.Roles() {
			if _, err := v.service.CreateAccount(ctx, auth.NewAccount{Name: string(r), Role: r, Password: testPassword}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return &bench{v, t, h, memory}
}

// client is a browser: it keeps cookies and follows nothing by itself.
type client struct {
	*bench
	jar    http.CookieJar
	header http.Header
}

func (b *bench) visitor() *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return &client{b, jar, http.Header{}}
}

// as signs in with the account of a role.
func (b *bench) as(role auth.Role) *client {
	b.t.Helper()
	c := b.visitor()
	w := c.post("/signin", "name", string(role), "password", testPassword)
	if w.Code != http.StatusSeeOther {
		b.t.Fatalf("%s cannot sign in: %d %s", role, w.Code, w.Body)
	}
	return c
}

const origin = "http://127.0.0.1:8321"

func (c *client) do(method, path string, body string, header ...string) *httptest.ResponseRecorder {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, origin+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.RequestURI, r.RemoteAddr = path, "192.0.2.7:4711"
	maps.Copy(r.Header, c.header)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for _, k := range c.jar.Cookies(r.URL) {
		r.AddCookie(k)
	}
	w := httptest.NewRecorder()
	c.h.ServeHTTP(w, r)
	c.jar.SetCookies(r.URL, w.Result().Cookies())
	return w
}

func (c *client) get(path string, header ...string) *httptest.ResponseRecorder {
	c.t.Helper()
	return c.do(http.MethodGet, path, "", append([]string{"Accept", "text/html"}, header...)...)
}

// post sends a form, as pairs of name and value.
func (c *client) post(path string, fields ...string) *httptest.ResponseRecorder {
	c.t.Helper()
	q := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		q.Add(fields[i], fields[i+1])
	}
	return c.do(http.MethodPost, path, q.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html", "Sec-Fetch-Site", "same-origin")
}

// follow goes where a redirect leads.
func (c *client) follow(w *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	c.t.Helper()
	to := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/") {
		c.t.Fatalf("status %d to %q: %s", w.Code, to, w.Body)
	}
	return c.get(to)
}
