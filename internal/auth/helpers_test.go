package auth_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/auth/authtest"
)

// cheap are costs for tests only; TestDefaultCosts checks the real ones.
var cheap = auth.Params{Memory: 8, Time: 1, Threads: 1}

// good is a password that may be set; other is another.
const (
	good  = "correct horse battery"
	other = "staple tea envelope"
)

var (
	office = netip.MustParseAddr("192.0.2.7")
	home   = netip.MustParseAddr("198.51.100.9")
)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// newService makes a service over an empty store.
func newService(t *testing.T, c auth.Config, now func() time.Time) (*auth.Service, *authtest.Memory) {
	t.Helper()
	store := authtest.New()
	return serviceOver(t, store, c, now), store
}

func serviceOver(t *testing.T, store auth.Store, c auth.Config, now func() time.Time) *auth.Service {
	t.Helper()
	s, err := auth.New(store, c, auth.Deps{Now: now, Argon: cheap, Floor: 1})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// account makes an account with the password good.
func account(t *testing.T, s *auth.Service, name string, role auth.Role) {
	t.Helper()
	if _, err := s.CreateAccount(t.Context(), auth.NewAccount{Name: name, Role: role, Password: good}); err != nil {
		t.Fatal(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, err error, want entente.Kind) {
	t.Helper()
	if got := entente.KindOf(err); got != want {
		t.Errorf("error %v is of kind %q, want %q", err, got, want)
	}
}

// entriesOf lists the audit log, oldest first, without times and addresses.
func entriesOf(t *testing.T, s *auth.Service) []string {
	t.Helper()
	list, err := s.Audit().Entries(t.Context(), auth.EntryFilter{Limit: auth.MaxEntries})
	must(t, err)
	out := make([]string, len(list))
	for i, e := range list {
		out[len(list)-1-i] = fmt.Sprintf("%s/%s/%s/%s/%s", e.Who, e.Action, e.Object, e.Outcome, e.Detail)
	}
	return out
}

// fail answers refused requests as plain text.
func fail(w http.ResponseWriter, _ *http.Request, status int, err error) {
	w.WriteHeader(status)
	fmt.Fprintf(w, "fail: %v", err)
}

// render is a sign-in page as plain text.
func render(w http.ResponseWriter, _ *http.Request, status int, p auth.SignInPage) {
	w.WriteHeader(status)
	fmt.Fprintf(w, "page next=%s provider=%s form=%s problem=%v", p.Next, p.Provider, p.FormAction, p.Problem)
}

// site is a server with one address for each action, /do/ACTION, and those for
// signing in and out.
func site(t *testing.T, s *auth.Service) http.Handler {
	t.Helper()
	h, err := s.Handlers(render, fail)
	must(t, err)
	return mount(s.Gate(fail), h)
}

func mount(g *auth.Gate, h auth.Handlers) http.Handler {
	mux := http.NewServeMux()
	for _, a := range auth.Actions() {
		mux.Handle("/do/"+string(a), g.Require(a, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			p := auth.From(r.Context())
			fmt.Fprintf(w, "%s %s %s", p.Name, p.Role, p.Via)
		})))
	}
	mux.Handle("GET /signin", g.Require(auth.SignIn, h.Page))
	mux.Handle("POST /signin", g.Require(auth.SignIn, h.SignIn))
	mux.Handle("POST /signout", g.Require(auth.SignOut, h.SignOut))
	if h.Start != nil {
		mux.Handle("POST /signin/oidc", g.Require(auth.SignIn, h.Start))
		mux.Handle("GET /signin/oidc/callback", g.Require(auth.SignIn, h.Callback))
	}
	return mux
}

// browser keeps cookies between requests, as a browser on this host does.
type browser struct {
	site    http.Handler
	cookies map[string]*http.Cookie
}

func newBrowser(site http.Handler) *browser { return &browser{site, map[string]*http.Cookie{}} }

// send does one request; change may be nil.
func (b *browser) send(method, target string, form url.Values, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range b.cookies {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	b.site.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if b.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return w
}

func (b *browser) get(target string) *httptest.ResponseRecorder {
	return b.send("GET", target, nil, nil)
}

// signIn signs in and ends the test when that fails.
func (b *browser) signIn(t *testing.T, name, password string) *httptest.ResponseRecorder {
	t.Helper()
	w := b.send("POST", "/signin", url.Values{"name": {name}, "password": {password}}, nil)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("sign-in of %s: %d %s", name, w.Code, w.Body)
	}
	return w
}

// cookie is the session cookie.
func (b *browser) cookie(t *testing.T) *http.Cookie {
	t.Helper()
	for name, c := range b.cookies {
		if strings.HasSuffix(name, "entente_session") {
			return c
		}
	}
	t.Fatal("no session cookie")
	return nil
}

func wantStatus(t *testing.T, w *httptest.ResponseRecorder, want int) {
	t.Helper()
	if w.Code != want {
		t.Errorf("status %d, want %d: %s", w.Code, want, w.Body)
	}
}
