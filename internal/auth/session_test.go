package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/auth/authtest"
)

// signedIn tells whether the browser is let in.
func (b *browser) signedIn(t *testing.T) bool {
	t.Helper()
	switch w := b.get("/do/own-account"); w.Code {
	case http.StatusOK:
		return true
	case http.StatusUnauthorized:
		return false
	default:
		t.Fatalf("status %d: %s", w.Code, w.Body)
		return false
	}
}

func TestSessionCookie(t *testing.T) {
	for _, c := range []struct {
		name   string
		config auth.Config
		cookie string
		secure bool
	}{
		{"loopback", auth.Config{}, "entente_session", false},
		{"TLS", auth.Config{TLSCert: "c", TLSKey: "k"}, "__Host-entente_session", true},
		{"proxy", auth.Config{Proxy: "https://entente.example"}, "__Host-entente_session", true},
	} {
		s, store := newService(t, c.config, time.Now)
		account(t, s, "fine", auth.Reader)
		b := newBrowser(site(t, s))
		w := b.signIn(t, "fine", good)
		got := b.cookie(t)
		if got.Name != c.cookie || got.Secure != c.secure || !got.HttpOnly || got.SameSite != http.SameSiteLaxMode ||
			got.Path != "/" || got.Domain != "" || got.MaxAge != 0 || !got.Expires.IsZero() {
			t.Errorf("%s: cookie %+v", c.name, got)
		}
		if cc := strings.Join(w.Header().Values("Cache-Control"), ","); !strings.Contains(cc, "no-store") {
			t.Errorf("%s: Cache-Control %q", c.name, cc)
		}
		if !b.signedIn(t) {
			t.Errorf("%s: not signed in", c.name)
		}
		if strings.Contains(store.Dump(), got.Value) {
			t.Errorf("%s: the store holds the secret of the cookie", c.name)
		}
	}
}

// TestSessionTimes follows one session to its idle end and one to its absolute
// end. Time is the bubble's own.
func TestSessionTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, store := newService(t, patient, time.Now)
		account(t, s, "fine", auth.Reader)
		site := site(t, s)
		busy, idle := newBrowser(site), newBrowser(site)
		busy.signIn(t, "fine", good)
		idle.signIn(t, "fine", good)
		for range 5 { // to 9:55; each request within the idle time
			time.Sleep(auth.DefaultIdle - time.Minute)
			if !busy.signedIn(t) {
				t.Fatal("a session in use ended")
			}
		}
		if idle.signedIn(t) {
			t.Error("a session that nobody used for ten hours goes on")
		}
		time.Sleep(auth.DefaultIdle - time.Minute) // 11:54
		if !busy.signedIn(t) {
			t.Error("ended before its absolute time")
		}
		time.Sleep(6*time.Minute - time.Second)
		if !busy.signedIn(t) {
			t.Error("ended a second before its absolute time")
		}
		time.Sleep(time.Second)
		if busy.signedIn(t) {
			t.Error("a session outlived its absolute time")
		}
		n, err := s.Sweep(t.Context())
		must(t, err)
		if n != 2 || strings.Contains(store.Dump(), `"account":"fine"`) {
			t.Errorf("swept %d, want 2", n)
		}
	})
}

func TestSignInRenewsTheSession(t *testing.T) {
	s, _ := newService(t, patient, time.Now)
	account(t, s, "a", auth.Reader)
	account(t, s, "b", auth.Coder)
	site := site(t, s)
	b := newBrowser(site)
	b.cookies["entente_session"] = &http.Cookie{Name: "entente_session", Value: "chosen-by-someone-else"}
	b.signIn(t, "a", good)
	first := b.cookie(t).Value
	if first == "chosen-by-someone-else" || len(first) != 43 { // 32 bytes in base64url
		t.Errorf("cookie %q", first)
	}
	b.signIn(t, "b", good)
	if b.cookie(t).Value == first {
		t.Error("the same secret serves a second sign-in")
	}
	if w := b.get("/do/own-account"); w.Body.String() != "b coder session" {
		t.Errorf("is %s", w.Body)
	}
	old := newBrowser(site)
	old.cookies["entente_session"] = &http.Cookie{Name: "entente_session", Value: first}
	if old.signedIn(t) {
		t.Error("the session before goes on")
	}
}

func TestSignOut(t *testing.T) {
	s, _ := newService(t, patient, time.Now)
	account(t, s, "a", auth.Reader)
	site := site(t, s)
	b, elsewhere := newBrowser(site), newBrowser(site)
	b.signIn(t, "a", good)
	elsewhere.signIn(t, "a", good)
	stolen := newBrowser(site)
	stolen.cookies["entente_session"] = b.cookie(t)
	w := b.send("POST", "/signout", url.Values{}, nil)
	wantStatus(t, w, http.StatusSeeOther)
	if len(b.cookies) != 0 || b.signedIn(t) || stolen.signedIn(t) {
		t.Error("the session goes on after sign-out")
	}
	if !elsewhere.signedIn(t) {
		t.Error("another browser was signed out")
	}
	list := entriesOf(t, s)
	if last := list[len(list)-1]; last != "a/sign-out/a/ok/" {
		t.Errorf("last entry %s", last)
	}
}

// TestWhatEndsSessions: each of these works on the next request, on every server
// that shares the store, also when a session's row is still there or was
// written back by a request under way.
func TestWhatEndsSessions(t *testing.T) {
	for name, change := range map[string]func(*testing.T, *auth.Service) error{
		"everywhere": func(t *testing.T, s *auth.Service) error { return s.SignOutEverywhere(t.Context(), "a") },
		"password":   func(t *testing.T, s *auth.Service) error { return s.SetPassword(t.Context(), "a", other) },
		"role up":    func(t *testing.T, s *auth.Service) error { return s.SetRole(t.Context(), "a", auth.Editor) },
		"role down":  func(t *testing.T, s *auth.Service) error { return s.SetRole(t.Context(), "a", auth.Reader) },
		"disabled":   func(t *testing.T, s *auth.Service) error { return s.SetDisabled(t.Context(), "a", true) },
		"own password": func(t *testing.T, s *auth.Service) error {
			return s.ChangePassword(t.Context(), "a", good, other, office)
		},
	} {
		t.Run(name, func(t *testing.T) {
			store := keepsSessions{authtest.New()}
			s := serviceOver(t, store, patient, time.Now)
			server2 := serviceOver(t, store, patient, time.Now)
			account(t, s, "a", auth.Coder)
			account(t, s, "b", auth.Coder)
			a, b := newBrowser(site(t, s)), newBrowser(site(t, s))
			a.signIn(t, "a", good)
			b.signIn(t, "b", good)
			there := newBrowser(site(t, server2))
			there.cookies = a.cookies
			if !there.signedIn(t) {
				t.Fatal("the second server does not know the session")
			}
			must(t, change(t, s))
			if a.signedIn(t) || there.signedIn(t) {
				t.Error("the session goes on")
			}
			if !b.signedIn(t) {
				t.Error("another account's session ended too")
			}
		})
	}
}

// keepsSessions deletes no session: the epoch alone must end them.
type keepsSessions struct{ auth.Store }

// DeleteSessions does nothing.
func (keepsSessions) DeleteSessions(context.Context, string) (int, error) { return 0, nil }

// TestDisabledInTheStore: the mark alone ends sessions and stops sign-in, also
// when it came while the password was being checked.
func TestDisabledInTheStore(t *testing.T) {
	store := &meanwhile{Store: authtest.New()}
	s := serviceOver(t, store, patient, time.Now)
	account(t, s, "a", auth.Coder)
	b := newBrowser(site(t, s))
	b.signIn(t, "a", good)
	store.change = func(a *auth.Account) { a.Disabled = true }
	store.after = 1 // after the first reading: that for the password
	wantKind(t, second(s.SignIn(t.Context(), "a", good, office)), entente.Denied)
	store.after = 0
	if b.signedIn(t) {
		t.Error("the session of a disabled account goes on")
	}
	store.change = func(a *auth.Account) { a.Password, a.Epoch = "", 2 }
	store.after = 1
	wantKind(t, second(s.SignIn(t.Context(), "a", good, office)), entente.Denied)
}

// meanwhile shows an account changed after some readings.
type meanwhile struct {
	auth.Store
	change func(*auth.Account)
	after  int
}

// Account reads.
func (m *meanwhile) Account(ctx context.Context, name string) (auth.Account, error) {
	a, err := m.Store.Account(ctx, name)
	if m.change != nil && m.after <= 0 {
		m.change(&a)
	}
	m.after--
	return a, err
}

// TestOwnPasswordKeepsThisBrowser: who changes the own password goes on in this
// browser, and nowhere else.
func TestOwnPasswordKeepsThisBrowser(t *testing.T) {
	s, _ := newService(t, patient, time.Now)
	account(t, s, "a", auth.Coder)
	h, err := s.Handlers(render, fail)
	must(t, err)
	mux := http.NewServeMux()
	mux.Handle("/", mount(s.Gate(fail), h))
	mux.Handle("POST /password", s.Gate(fail).Require(auth.OwnAccount, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := auth.From(r.Context()).Name
		must(t, s.ChangePassword(r.Context(), name, good, other, office))
		must(t, s.Renew(w, r, name))
	})))
	here, there := newBrowser(mux), newBrowser(mux)
	here.signIn(t, "a", good)
	there.signIn(t, "a", good)
	wantStatus(t, here.send("POST", "/password", url.Values{}, nil), http.StatusOK)
	if !here.signedIn(t) || there.signedIn(t) {
		t.Error("want this browser in and the other out")
	}
}

// TestTouchIsRare: a session in use is not written on each request, and never
// again after it was deleted.
func TestTouchIsRare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &countsTouches{Store: authtest.New()}
		s := serviceOver(t, store, patient, time.Now)
		account(t, s, "a", auth.Coder)
		b := newBrowser(site(t, s))
		b.signIn(t, "a", good)
		for range 60 { // an hour, one request a minute; a twentieth of two hours is six minutes
			time.Sleep(time.Minute)
			b.signedIn(t)
		}
		if store.n != 10 {
			t.Errorf("%d writes, want 10", store.n)
		}
	})
}

type countsTouches struct {
	auth.Store
	n int
}

// TouchSession counts.
func (c *countsTouches) TouchSession(ctx context.Context, id string, expires time.Time) error {
	c.n++
	return c.Store.TouchSession(ctx, id, expires)
}

func TestDamagedSessionIsNobody(t *testing.T) {
	s, store := newService(t, patient, time.Now)
	account(t, s, "a", auth.Coder)
	b := newBrowser(site(t, s))
	b.signIn(t, "a", good)
	// The ID of a session is the base64url SHA-256 of its secret (scs,
	// HashTokenInStore); here it is read off the dump instead.
	for line := range strings.Lines(store.Dump()) {
		if id, rest, _ := strings.Cut(line, " "); strings.HasPrefix(rest, "a {") {
			for _, data := range []string{"", "{", "[]", `{"deadline":"x"}`, `{"values":{"account":"a","epoch":"1","via":"local"}}`} {
				must(t, store.SaveSession(t.Context(), auth.Session{ID: id, Account: "a", Data: []byte(data), Expires: time.Now().Add(time.Hour)}))
				if b.signedIn(t) {
					t.Errorf("data %q is a session", data)
				}
			}
			return
		}
	}
	t.Fatal("no session in the store")
}

func TestSignInPage(t *testing.T) {
	s, _ := newService(t, auth.Config{Address: auth.Rate{Burst: 2, Every: time.Minute}}, time.Now)
	account(t, s, "a", auth.Coder)
	b := newBrowser(site(t, s))
	body := func(w *httptest.ResponseRecorder, status int, part string) {
		t.Helper()
		wantStatus(t, w, status)
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("%s, want %q in it", w.Body, part)
		}
	}
	body(b.get("/signin?next=/compare"), 200, "next=/compare provider= form= problem=<nil>")
	body(b.get("/signin?next=//evil.test"), 200, "next=/ ")
	form := url.Values{"name": {"a"}, "password": {other}, "next": {"/x?y=1"}}
	body(b.send("POST", "/signin", form, nil), 403, "next=/x?y=1 provider= form= problem=the name or the password is not right")
	form.Set("password", good)
	w := b.send("POST", "/signin", form, nil)
	wantStatus(t, w, http.StatusSeeOther)
	if to := w.Header().Get("Location"); to != "/x?y=1" {
		t.Errorf("leads to %s", to)
	}
	w = b.send("POST", "/signin", form, nil)
	body(w, 429, "too many attempts")
	if w.Header().Get("Retry-After") != "60" {
		t.Errorf("Retry-After %q, want 60", w.Header().Get("Retry-After"))
	}
	body(b.send("POST", "/signin?name=a&password="+url.QueryEscape(good), nil, nil), 400, "form could not be read")
	body(b.send("POST", "/signin", url.Values{"name": {strings.Repeat("x", 20_000)}}, nil), 400, "form could not be read")
}
