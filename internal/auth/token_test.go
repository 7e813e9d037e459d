package auth_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/auth"
)

func TestCreateToken(t *testing.T) {
	c := newClock()
	s, store := newService(t, patient, c.now)
	account(t, s, "a", auth.Coder)
	account(t, s, "gone", auth.Coder)
	must(t, s.SetDisabled(t.Context(), "gone", true))
	fine := auth.NewToken{Account: "a", Name: "notebook", Scopes: []auth.Scope{auth.ScopeRead}, Expires: c.now().Add(time.Hour)}
	for name, change := range map[string]func(*auth.NewToken){
		"no name":         func(n *auth.NewToken) { n.Name = " " },
		"long name":       func(n *auth.NewToken) { n.Name = strings.Repeat("x", 101) },
		"control":         func(n *auth.NewToken) { n.Name = "a\nb" },
		"secret as name":  func(n *auth.NewToken) { n.Name = "ent_abcdefghijkl" },
		"no scope":        func(n *auth.NewToken) { n.Scopes = nil },
		"unknown scope":   func(n *auth.NewToken) { n.Scopes = []auth.Scope{"admin"} },
		"no end":          func(n *auth.NewToken) { n.Expires = time.Time{} },
		"ended":           func(n *auth.NewToken) { n.Expires = c.now() },
		"nearly endless":  func(n *auth.NewToken) { n.Expires = c.now().Add(auth.MaxTokenLife + time.Second) },
		"in another zone": func(n *auth.NewToken) { n.Expires = c.now().In(time.FixedZone("x", 7200)) },
	} {
		n := fine
		change(&n)
		if _, _, err := s.CreateToken(t.Context(), n); entente.KindOf(err) != entente.Invalid {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
	n := fine
	n.Account = "nobody"
	_, _, err := s.CreateToken(t.Context(), n)
	wantKind(t, err, entente.NotFound)
	n.Account = "gone"
	_, _, err = s.CreateToken(t.Context(), n)
	wantKind(t, err, entente.Denied)

	secret, tok, err := s.CreateToken(t.Context(), fine)
	must(t, err)
	dump := store.Dump()
	if strings.Contains(dump, secret) || strings.Contains(dump, secret[4:]) {
		t.Error("the store holds the token")
	}
	if tok.Hash != auth.TokenHash(secret) || len(tok.Hash) != 64 || tok.ID == "" || strings.Contains(secret, tok.ID) {
		t.Errorf("token %+v", tok)
	}
	if auth.TokenHash("abc") != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" { // FIPS 180-4, example of SHA-256
		t.Error("the hash is not SHA-256")
	}
}

func TestRevoke(t *testing.T) {
	c := newClock()
	s, _ := newService(t, patient, c.now)
	account(t, s, "a", auth.Coder)
	account(t, s, "b", auth.Coder)
	site := site(t, s)
	made := func(account string) (string, auth.Token) {
		secret, tok, err := s.CreateToken(t.Context(), auth.NewToken{Account: account, Name: "x", Scopes: []auth.Scope{auth.ScopeWrite}, Expires: c.now().Add(time.Hour)})
		must(t, err)
		return secret, tok
	}
	ask := func(secret string, want int) {
		t.Helper()
		wantStatus(t, newBrowser(site).send("GET", "/do/code", nil, bearer(secret)), want)
	}
	a1, t1 := made("a")
	a2, _ := made("a")
	a3, _ := made("a")
	b1, tb := made("b")
	wantKind(t, s.RevokeToken(t.Context(), "a", tb.ID), entente.NotFound) // not one's own
	wantKind(t, s.RevokeToken(t.Context(), "", "none"), entente.NotFound)
	ask(b1, 200)
	must(t, s.RevokeToken(t.Context(), "a", t1.ID))
	ask(a1, 401)
	ask(a2, 200)
	must(t, s.RevokeTokens(t.Context(), "a"))
	wantKind(t, s.RevokeTokens(t.Context(), ""), entente.Invalid)
	ask(a2, 401)
	ask(a3, 401)
	ask(b1, 200)
	must(t, s.RevokeToken(t.Context(), "", tb.ID)) // by who may
	ask(b1, 401)
	revoked := 0
	for _, e := range entriesOf(t, s) {
		if strings.Contains(e, "/manage-tokens/") && strings.Contains(e, "revoked") {
			revoked++
		}
	}
	if revoked != 4 {
		t.Errorf("%d entries of revocations, want 4", revoked)
	}
}

// TestLastUsedIsRare: the time of use is exact to a minute and costs one write a
// minute at most.
func TestLastUsedIsRare(t *testing.T) {
	c := newClock()
	s, _ := newService(t, patient, c.now)
	account(t, s, "a", auth.Coder)
	site := site(t, s)
	start := c.now()
	secret, _, err := s.CreateToken(t.Context(), auth.NewToken{Account: "a", Name: "x", Scopes: []auth.Scope{auth.ScopeWrite}, Expires: start.Add(time.Hour)})
	must(t, err)
	var seen []time.Duration
	for _, wait := range []time.Duration{0, 30 * time.Second, 29 * time.Second, time.Second, 2 * time.Minute} {
		c.pass(wait)
		newBrowser(site).send("GET", "/do/code", nil, bearer(secret))
		list, err := s.Tokens(t.Context(), "a")
		must(t, err)
		seen = append(seen, list[0].LastUsed.Sub(start))
	}
	if d := cmp.Diff([]time.Duration{0, 0, 0, time.Minute, 3 * time.Minute}, seen); d != "" {
		t.Error(d)
	}
}
