package auth_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"entente/internal/auth"
)

// TestEveryRoleAtEveryAddress asks for each action as each role through the
// whole stack, and compares with the table; then with tokens of each scope.
func TestEveryRoleAtEveryAddress(t *testing.T) {
	s, _ := newService(t, patient, time.Now)
	public := patient
	public.Public = true
	open, _ := newService(t, public, time.Now)
	closedSite := site(t, s)
	who := map[auth.Role]*browser{auth.Visitor: newBrowser(closedSite), auth.Guest: newBrowser(site(t, open))}
	asked := 0
	for _, r := range auth.Roles() {
		account(t, s, string(r), r)
		who[r] = newBrowser(closedSite)
		who[r].signIn(t, string(r), good)
	}
	for role, b := range who {
		for _, a := range auth.Actions() {
			want := http.StatusOK
			if !auth.Allowed(role, a) {
				want = http.StatusForbidden
				if !role.Valid() {
					want = http.StatusUnauthorized
				}
			}
			if w := b.get("/do/" + string(a)); w.Code != want {
				t.Errorf("%s, %s: %d, want %d", role, a, w.Code, want)
			}
			asked++
		}
	}
	for _, role := range auth.Roles() {
		for _, scope := range auth.Scopes() {
			secret, _, err := s.CreateToken(t.Context(), auth.NewToken{
				Account: string(role), Name: string(scope), Scopes: []auth.Scope{scope}, Expires: time.Now().Add(time.Hour),
			})
			must(t, err)
			for _, rule := range auth.Rules() {
				want := http.StatusForbidden
				if auth.Allowed(auth.Visitor, rule.Action) || auth.Allowed(role, rule.Action) && rule.Scope == scope {
					want = http.StatusOK
				}
				w := newBrowser(closedSite).send("GET", "/do/"+string(rule.Action), nil, bearer(secret))
				if w.Code != want {
					t.Errorf("token of %s with %s, %s: %d, want %d", role, scope, rule.Action, w.Code, want)
				}
				asked++
			}
		}
	}
	if want := len(auth.Actions()) * (7 + 5*5); asked != want {
		t.Errorf("asked %d times, want %d", asked, want)
	}
}

func bearer(secret string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) }
}

func page(r *http.Request) { r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8") }

// TestWhoHasNotSignedIn: a person is led to the sign-in page and back, a program
// is told how.
func TestWhoHasNotSignedIn(t *testing.T) {
	s, _ := newService(t, patient, time.Now)
	account(t, s, "reader", auth.Reader)
	b := newBrowser(site(t, s))
	w := b.send("GET", "/do/code?a=1&b=%C3%B5", nil, page)
	wantStatus(t, w, http.StatusSeeOther)
	to, err := url.Parse(w.Header().Get("Location"))
	must(t, err)
	if to.Path != "/signin" || to.Query().Get("next") != "/do/code?a=1&b=%C3%B5" || to.Host != "" {
		t.Errorf("leads to %s", to)
	}
	for name, change := range map[string]func(*http.Request){"program": nil, "form": func(r *http.Request) { page(r); r.Method = "POST" }} {
		w = b.send("GET", "/do/code", nil, change)
		wantStatus(t, w, http.StatusUnauthorized)
		if w.Header().Get("WWW-Authenticate") != `Bearer realm="entente"` {
			t.Errorf("%s: WWW-Authenticate %q", name, w.Header().Get("WWW-Authenticate"))
		}
	}
	if !strings.Contains(w.Header().Get("Vary"), "Cookie") {
		t.Error("no Vary: a cache could give one person's page to another")
	}
	b.signIn(t, "reader", good)
	w = b.send("GET", "/do/code", nil, page) // known, so no page to sign in
	wantStatus(t, w, http.StatusForbidden)
	if w.Header().Get("WWW-Authenticate") != "" || !strings.Contains(w.Body.String(), "role coder") {
		t.Errorf("%v %s", w.Header(), w.Body)
	}
}

func TestTokensAtTheGate(t *testing.T) {
	c := newClock()
	s, _ := newService(t, patient, c.now)
	account(t, s, "coder", auth.Coder)
	account(t, s, "chief", auth.Admin)
	site := site(t, s)
	secret, tok, err := s.CreateToken(t.Context(), auth.NewToken{
		Account: "coder", Name: "notebook", Scopes: []auth.Scope{auth.ScopeRead, auth.ScopeRead}, Expires: c.now().Add(48 * time.Hour),
	})
	must(t, err)
	if !strings.HasPrefix(secret, "ent_") || len(secret) != 47 || len(tok.Scopes) != 1 {
		t.Errorf("token %+v", tok)
	}
	ask := func(want int, change func(*http.Request)) *httptest.ResponseRecorder {
		t.Helper()
		w := newBrowser(site).send("GET", "/do/read-drafts", nil, change)
		wantStatus(t, w, want)
		return w
	}
	if w := ask(200, bearer(secret)); w.Body.String() != "coder coder token" {
		t.Errorf("is %s", w.Body)
	}
	ask(200, func(r *http.Request) { r.Header.Set("Authorization", "bearer  "+secret) })
	ask(401, func(r *http.Request) { r.URL.RawQuery = "access_token=" + secret + "&token=" + secret })
	ask(401, func(r *http.Request) { r.Header.Set("Authorization", "Basic "+secret) })
	ask(401, func(r *http.Request) { r.Header.Set("X-Api-Key", secret) })
	ask(401, func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer " + secret, "Bearer " + secret} })
	for _, bad := range []string{"", "ent_", secret + "A", secret[:46], strings.ToUpper(secret), "ent_" + strings.Repeat("A", 43), strings.Repeat("x", 9000)} {
		w := ask(401, bearer(bad))
		if got := w.Header().Get("WWW-Authenticate"); got != `Bearer realm="entente", error="invalid_token"` {
			t.Errorf("WWW-Authenticate %q", got)
		}
	}
	w := newBrowser(site).send("GET", "/do/code", nil, bearer(secret))
	wantStatus(t, w, 403)
	if got := w.Header().Get("WWW-Authenticate"); got != `Bearer realm="entente", error="insufficient_scope", scope="write"` {
		t.Errorf("WWW-Authenticate %q", got)
	}

	// A token that does not work never falls back to the session beside it.
	b := newBrowser(site)
	b.signIn(t, "chief", good)
	wantStatus(t, b.send("GET", "/do/read-drafts", nil, bearer("ent_"+strings.Repeat("A", 43))), 401)

	must(t, s.SetRole(t.Context(), "coder", auth.Reader)) // the role goes down, the token with it
	ask(403, bearer(secret))
	must(t, s.SetRole(t.Context(), "coder", auth.Coder))
	must(t, s.SetDisabled(t.Context(), "coder", true))
	ask(401, bearer(secret))
	must(t, s.SetDisabled(t.Context(), "coder", false))
	c.pass(48*time.Hour - time.Microsecond)
	ask(200, bearer(secret))
	c.pass(time.Microsecond)
	ask(401, bearer(secret))
}

func TestLocalGate(t *testing.T) {
	site := mount(auth.LocalGate(fail), auth.LocalHandlers())
	ask := func(want int, change func(*http.Request)) *httptest.ResponseRecorder {
		t.Helper()
		w := newBrowser(site).send("GET", "http://127.0.0.1:8321/do/backup", nil, change)
		wantStatus(t, w, want)
		return w
	}
	if w := ask(200, nil); w.Body.String() != "local admin local" {
		t.Errorf("is %s", w.Body)
	}
	for _, host := range []string{"localhost", "localhost:80", "[::1]:8321", "LOCALHOST.:1"} {
		ask(200, func(r *http.Request) { r.Host = host })
	}
	for _, host := range []string{"evil.test", "127.0.0.1.evil.test", "192.0.2.1", "", "localhost.evil.test"} {
		ask(403, func(r *http.Request) { r.Host = host })
	}
	for _, h := range []string{"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Proto", "X-Forwarded-Host"} {
		ask(403, func(r *http.Request) { r.Header.Set(h, "203.0.113.1") })
	}
	ask(401, bearer("ent_"+strings.Repeat("A", 43))) // a token is never ignored
	w := newBrowser(site).send("GET", "http://127.0.0.1/signin?next=/x", nil, nil)
	wantStatus(t, w, http.StatusSeeOther)
	if w.Header().Get("Location") != "/" {
		t.Errorf("leads to %s", w.Header().Get("Location"))
	}
}

// TestSameOrigin: another site's form is turned away at every method that may
// change something, whatever the address; at sign-in without help from outside.
func TestSameOrigin(t *testing.T) {
	proxied := patient
	proxied.Proxy = "https://entente.example"
	s, _ := newService(t, proxied, time.Now)
	account(t, s, "a", auth.Coder)
	guard, err := proxied.SameOrigin(fail)
	must(t, err)
	plain := site(t, s)
	whole := guard(plain)
	header := func(pairs ...string) func(*http.Request) {
		return func(r *http.Request) {
			for i := 0; i < len(pairs); i += 2 {
				r.Header.Set(pairs[i], pairs[i+1])
			}
		}
	}
	form := url.Values{"name": {"a"}, "password": {good}}
	for _, c := range []struct {
		name   string
		change func(*http.Request)
		want   int
	}{
		{"this site", header("Sec-Fetch-Site", "same-origin"), 303},
		{"typed in", header("Sec-Fetch-Site", "none"), 303},
		{"a program", nil, 303},
		{"old browser, by its origin", header("Origin", "http://example.com"), 303},
		{"old browser, proxy's origin", header("Origin", "https://entente.example"), 303},
		{"another site", header("Sec-Fetch-Site", "cross-site"), 403},
		{"another host of the domain", header("Sec-Fetch-Site", "same-site"), 403},
		{"old browser, another site", header("Origin", "https://evil.test"), 403},
		{"sandboxed page", header("Origin", "null"), 403},
	} {
		wantStatus(t, newBrowser(plain).send("POST", "/signin", form, c.change), c.want)
		wantStatus(t, newBrowser(whole).send("POST", "/signin", form, c.change), c.want)
	}
	b := newBrowser(whole)
	b.signIn(t, "a", good)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		for _, a := range auth.Actions() {
			w := b.send(method, "/do/"+string(a), nil, header("Sec-Fetch-Site", "cross-site"))
			wantStatus(t, w, 403)
			if !strings.Contains(w.Body.String(), "another site") {
				t.Errorf("%s %s: %s", method, a, w.Body)
			}
		}
	}
	wantStatus(t, b.send("GET", "/do/code", nil, header("Sec-Fetch-Site", "cross-site")), 200) // a link from elsewhere
}
