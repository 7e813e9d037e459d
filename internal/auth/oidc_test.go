package auth_test

import (
	"context"
	"crypto/rsa"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/auth"
	"entente/internal/auth/authtest"
)

// toProvider begins a sign-in and returns where the browser is sent.
func (b *browser) toProvider(t *testing.T, next string) string {
	t.Helper()
	w := b.send("POST", "/signin/oidc", url.Values{"next": {next}}, nil)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

// back is the browser that comes back from the provider.
func (b *browser) back(q url.Values) *httptest.ResponseRecorder {
	return b.get("/signin/oidc/callback?" + q.Encode())
}

func TestOIDC(t *testing.T) {
	o := newOP(t)
	s, store := newService(t, o.config(nil), time.Now)
	site := site(t, s)
	b := newBrowser(site)
	w := b.get("/signin")
	if !strings.Contains(w.Body.String(), "provider=Example ministry form="+o.URL+" ") {
		t.Errorf("page %s", w.Body)
	}
	q := o.approve(b.toProvider(t, "/compare?a=est"), nil, nil)
	if c := b.cookies["entente_signin"]; !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 600 || strings.Contains(store.Dump(), c.Value) {
		t.Errorf("cookie %+v, or its secret is in the store", c)
	}
	w = b.back(q)
	wantStatus(t, w, http.StatusSeeOther)
	if w.Header().Get("Location") != "/compare?a=est" || b.cookies["entente_signin"] != nil {
		t.Errorf("leads to %s with %v", w.Header().Get("Location"), b.cookies)
	}
	if w := b.get("/do/own-account"); w.Body.String() != "mari.tamm reader oidc" {
		t.Errorf("is %s", w.Body)
	}
	if w := b.get("/do/code"); w.Code != 403 {
		t.Errorf("a new account codes: %d", w.Code)
	}
	// The same person again: the same account; someone else of that name: another.
	b2, b3 := newBrowser(site), newBrowser(site)
	wantStatus(t, b2.back(o.approve(b2.toProvider(t, "/"), nil, nil)), http.StatusSeeOther)
	wantStatus(t, b3.back(o.approve(b3.toProvider(t, "/"), map[string]any{"sub": "78"}, nil)), http.StatusSeeOther)
	for want, b := range map[string]*browser{"mari.tamm reader oidc": b2, "mari.tamm-2 reader oidc": b3} {
		if w := b.get("/do/own-account"); w.Body.String() != want {
			t.Errorf("is %s, want %s", w.Body, want)
		}
	}
	want := []string{
		"mari.tamm/manage-accounts/mari.tamm/ok/created with the role reader",
		"mari.tamm/sign-in/mari.tamm/ok/at the provider, from 192.0.2.1",
		"mari.tamm/sign-in/mari.tamm/ok/at the provider, from 192.0.2.1",
		"mari.tamm-2/manage-accounts/mari.tamm-2/ok/created with the role reader",
		"mari.tamm-2/sign-in/mari.tamm-2/ok/at the provider, from 192.0.2.1",
	}
	if d := cmp.Diff(want, entriesOf(t, s)); d != "" {
		t.Error(d)
	}
	// No password opens an account that has none.
	wantKind(t, second(s.SignIn(t.Context(), "mari.tamm", "", office)), entente.Denied)
	must(t, s.SetDisabled(t.Context(), "mari.tamm", true))
	if b2.signedIn(t) {
		t.Error("a disabled account goes on")
	}
	wantStatus(t, b2.back(o.approve(b2.toProvider(t, "/"), nil, nil)), 403)
}

// TestForgedAnswers: each thing that can be wrong with an answer is refused,
// before an account is made.
func TestForgedAnswers(t *testing.T) {
	o := newOP(t)
	hour := time.Now().Add(-time.Hour).Unix()
	for _, c := range []struct {
		name   string
		claims map[string]any
		forge  func(header, claims map[string]any) *rsa.PrivateKey
		query  func(url.Values)
		why    string // of the entry; "" for none
	}{
		{"another nonce", map[string]any{"nonce": "x"}, nil, nil, "another nonce"},
		{"no nonce", map[string]any{"nonce": ""}, nil, nil, "another nonce"},
		{"another audience", map[string]any{"aud": "other"}, nil, nil, "not valid"},
		{"several audiences, no party", map[string]any{"aud": []string{"entente", "other"}}, nil, nil, "another party"},
		{"another party", map[string]any{"aud": []string{"entente", "other"}, "azp": "other"}, nil, nil, "another party"},
		{"expired", map[string]any{"exp": hour}, nil, nil, "expired"},
		{"no end", map[string]any{"exp": 0}, nil, nil, "expired"},
		{"not yet", map[string]any{"nbf": time.Now().Add(time.Hour).Unix()}, nil, nil, "not valid"},
		{"another issuer", map[string]any{"iss": "https://evil.test"}, nil, nil, "not valid"},
		{"nobody", map[string]any{"sub": ""}, nil, nil, "names nobody"},
		{"another key", nil, func(map[string]any, map[string]any) *rsa.PrivateKey { return keys()[1] }, nil, "not valid"},
		{"unknown key", nil, func(h, _ map[string]any) *rsa.PrivateKey { h["kid"] = "2"; return keys()[1] }, nil, "not valid"},
		{"not signed", nil, func(h, _ map[string]any) *rsa.PrivateKey { h["alg"] = "none"; return keys()[0] }, nil, "not valid"},
		{"signed with the public key", nil, func(h, _ map[string]any) *rsa.PrivateKey { h["alg"] = "HS256"; return keys()[0] }, nil, "not valid"},
		{"no ID token", nil, func(map[string]any, map[string]any) *rsa.PrivateKey { return nil }, nil, "no ID token"},
		{"another state", nil, nil, func(q url.Values) { q.Set("state", strings.Repeat("A", 43)) }, ""},
		{"no state", nil, nil, func(q url.Values) { q.Del("state") }, ""},
		{"another code", nil, nil, func(q url.Values) { q.Set("code", "marker-code-x") }, "did not exchange"},
		{"no code", nil, nil, func(q url.Values) { q.Del("code") }, "did not exchange"},
		{"mixed up", nil, nil, func(q url.Values) { q.Set("iss", "https://evil.test") }, "another issuer"},
		{"refused there", nil, nil, func(q url.Values) { q.Set("error", "access_denied") }, "it said access_denied"},
		{"odd error", nil, nil, func(q url.Values) { q.Set("error", "<script>marker") }, "it said unknown error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, store := newService(t, o.config(nil), time.Now)
			b := newBrowser(site(t, s))
			q := o.approve(b.toProvider(t, "/x"), c.claims, c.forge)
			if c.query != nil {
				c.query(q)
			}
			w := b.back(q)
			wantStatus(t, w, http.StatusForbidden)
			if b.signedIn(t) {
				t.Error("signed in")
			}
			list, err := s.Accounts(t.Context())
			must(t, err)
			if len(list) != 0 {
				t.Errorf("made %v", list)
			}
			entries := entriesOf(t, s)
			switch {
			case c.why == "" && len(entries) != 0:
				t.Errorf("entries %q", entries)
			case c.why != "" && (len(entries) != 1 || !strings.Contains(entries[0], "/failed/at the provider: ") || !strings.Contains(entries[0], c.why)):
				t.Errorf("entries %q, want one with %q", entries, c.why)
			}
			if strings.Contains(w.Body.String()+store.Dump(), "marker") {
				t.Errorf("a secret shows: %s\n%s", w.Body, store.Dump())
			}
		})
	}
}

// TestReplayedAnswers: an answer is taken once, in the browser that began, within
// ten minutes.
func TestReplayedAnswers(t *testing.T) {
	o := newOP(t)
	var mu sync.Mutex
	ahead := time.Duration(0)
	s, _ := newService(t, o.config(nil), func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return time.Now().Add(ahead)
	})
	site := site(t, s)
	b := newBrowser(site)
	q := o.approve(b.toProvider(t, "/"), nil, nil)
	kept := b.cookies["entente_signin"]

	other := newBrowser(site) // who lures another person's browser to the answer
	wantStatus(t, other.back(q), 403)
	other.toProvider(t, "/")
	wantStatus(t, other.back(q), 403)
	if o.asked != 0 {
		t.Errorf("the provider was asked %d times for answers that were not begun here", o.asked)
	}

	wantStatus(t, b.back(q), 303)
	asked := o.asked
	b.cookies["entente_signin"] = kept
	wantStatus(t, b.back(q), 403)
	if o.asked != asked {
		t.Error("a replayed answer reached the provider")
	}

	// The cookie of a sign-in under way is no session, nor the other way round.
	q = o.approve(b.toProvider(t, "/"), nil, nil)
	flow := b.cookies["entente_signin"].Value
	forged := newBrowser(site)
	forged.cookies["entente_session"] = &http.Cookie{Name: "entente_session", Value: flow}
	if forged.signedIn(t) {
		t.Error("a sign-in under way serves as a session")
	}
	forged.cookies["entente_signin"] = &http.Cookie{Name: "entente_signin", Value: b.cookie(t).Value}
	wantStatus(t, forged.back(q), 403)

	mu.Lock()
	ahead = 10 * time.Minute
	mu.Unlock()
	wantStatus(t, b.back(q), 403)
}

// TestAnswersAtTheSameMoment: eight requests with one answer have all found the
// sign-in before the first ends it; one is taken, and the provider asked once.
func TestAnswersAtTheSameMoment(t *testing.T) {
	o := newOP(t)
	const many = 8
	store := &together{Store: authtest.New()}
	store.all.Add(many)
	s := serviceOver(t, store, o.config(nil), time.Now)
	site := site(t, s)
	first := newBrowser(site)
	q := o.approve(first.toProvider(t, "/"), nil, nil)
	codes := make([]int, many)
	var wg sync.WaitGroup
	for i := range codes {
		wg.Go(func() {
			one := newBrowser(site)
			one.cookies["entente_signin"] = first.cookies["entente_signin"]
			codes[i] = one.back(q).Code
		})
	}
	wg.Wait()
	slices.Sort(codes)
	if d := cmp.Diff([]int{303, 403, 403, 403, 403, 403, 403, 403}, codes); d != "" {
		t.Error(d)
	}
	if o.asked != 1 {
		t.Errorf("the provider was asked %d times, want 1", o.asked)
	}
}

// together lets readers of a sign-in under way go on when all have read.
type together struct {
	auth.Store
	all sync.WaitGroup
}

// FindSession reads and waits.
func (b *together) FindSession(ctx context.Context, id string, now time.Time) (auth.Session, bool, error) {
	s, found, err := b.Store.FindSession(ctx, id, now)
	if strings.HasPrefix(id, "oidc:") {
		b.all.Done()
		b.all.Wait()
	}
	return s, found, err
}

func TestRolesFromTheProvider(t *testing.T) {
	o := newOP(t)
	s, _ := newService(t, o.config(func(c *auth.OIDC) {
		c.RoleClaim, c.Roles = "realm_access.roles", map[string]auth.Role{"analyst": auth.Coder, "chief": auth.Editor}
	}), time.Now)
	account(t, s, "chief", auth.Admin)
	b := newBrowser(site(t, s))
	enter := func(roles any, want int) string {
		t.Helper()
		wantStatus(t, b.back(o.approve(b.toProvider(t, "/"), map[string]any{"realm_access": map[string]any{"roles": roles}}, nil)), want)
		return b.get("/do/own-account").Body.String()
	}
	enter([]string{"guest"}, 403)
	enter(nil, 403)
	if got := enter([]string{"analyst", "other"}, 303); got != "mari.tamm coder oidc" {
		t.Errorf("is %s", got)
	}
	before := *b.cookie(t)
	if got := enter([]string{"analyst", "chief"}, 303); got != "mari.tamm editor oidc" {
		t.Errorf("is %s", got)
	}
	old := newBrowser(b.site)
	old.cookies["entente_session"] = &before
	if old.signedIn(t) {
		t.Error("the session with the role before goes on")
	}
	if got := enter("analyst", 303); got != "mari.tamm coder oidc" { // one text instead of a list
		t.Errorf("is %s", got)
	}
	enter([]string{}, 403)
	changes, refusals := 0, 0
	for _, e := range entriesOf(t, s) {
		if strings.Contains(e, ", as the provider says") {
			changes++
		}
		if strings.Contains(e, "/refused/the provider gives ") {
			refusals++
		}
	}
	if changes != 2 || refusals != 3 {
		t.Errorf("%d changes of role and %d refusals in the log, want 2 and 3", changes, refusals)
	}
}

func TestDefaultRoleAndLinkedAccounts(t *testing.T) {
	o := newOP(t)
	s, _ := newService(t, o.config(func(c *auth.OIDC) {
		c.RoleClaim, c.Roles, c.Default = "groups", map[string]auth.Role{"r": auth.Reader}, auth.Coder
	}), time.Now)
	b := newBrowser(site(t, s))
	wantStatus(t, b.back(o.approve(b.toProvider(t, "/"), map[string]any{"preferred_username": "Õ Ä"}, nil)), 303)
	if got := b.get("/do/own-account").Body.String(); !strings.HasPrefix(got, "user-") || !strings.HasSuffix(got, " coder oidc") {
		t.Errorf("is %s", got)
	}
	wantStatus(t, b.back(o.approve(b.toProvider(t, "/"), map[string]any{"groups": "r"}, nil)), 303)
	if got := b.get("/do/own-account").Body.String(); !strings.HasSuffix(got, " reader oidc") {
		t.Errorf("is %s: a value that matches beats the default", got)
	}

	// Without Create an account must be linked by its subject; its name proves nothing.
	s, _ = newService(t, o.config(func(c *auth.OIDC) { c.Create = false }), time.Now)
	account(t, s, "mari.tamm", auth.Editor)
	b = newBrowser(site(t, s))
	wantStatus(t, b.back(o.approve(b.toProvider(t, "/"), nil, nil)), 403)
	list := entriesOf(t, s)
	if last := list[len(list)-1]; !strings.Contains(last, `refused/no account is linked to "`+o.URL+`|77"`) {
		t.Errorf("entry %s: an admin needs the subject to link it", last)
	}
	must(t, s.SetSubject(t.Context(), "mari.tamm", o.URL+"|77"))
	wantStatus(t, b.back(o.approve(b.toProvider(t, "/"), nil, nil)), 303)
	if got := b.get("/do/own-account").Body.String(); got != "mari.tamm editor oidc" {
		t.Errorf("is %s", got)
	}
}

// TestProviderIsAway: the page shows, passwords work, and the provider is asked
// again only after a while.
func TestProviderIsAway(t *testing.T) {
	o := newOP(t)
	o.down = true
	c := &clock{at: time.Now()}
	s, _ := newService(t, o.config(nil), c.now)
	account(t, s, "a", auth.Coder)
	b := newBrowser(site(t, s))
	wantStatus(t, b.get("/signin"), 200)
	wantStatus(t, b.send("POST", "/signin/oidc", url.Values{}, nil), 503)
	o.down = false
	wantStatus(t, b.send("POST", "/signin/oidc", url.Values{}, nil), 503) // not asked yet
	b.signIn(t, "a", good)
	c.pass(30 * time.Second)
	b.toProvider(t, "/")
}
