package auth_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"entente/internal/auth"
)

// TestNoSecretShows plants passwords, tokens and a client's secret wherever a
// person or a program could put them, and looks for them in every answer, error
// and stored row.
func TestNoSecretShows(t *testing.T) {
	const (
		right = "marker-right-password-1"
		wrong = "marker-wrong-password-2"
		short = "marker-shor"
		fresh = "marker-fresh-password-3"
	)
	o := newOP(t)
	c := o.config(nil)
	s, store := newService(t, c, time.Now)
	var said strings.Builder // all that anyone was told
	tell := func(v any) { fmt.Fprintf(&said, "%v\n", v) }
	hear := func(w *httptest.ResponseRecorder) {
		tell(w.Body.String())
		for name, values := range w.Header() {
			if name != "Set-Cookie" && name != "Location" {
				tell(values)
			}
		}
	}
	_, err := s.CreateAccount(t.Context(), auth.NewAccount{Name: "a", Role: auth.Admin, Password: right})
	must(t, err)
	_, err = s.CreateAccount(t.Context(), auth.NewAccount{Name: "b", Role: auth.Coder, Password: short})
	tell(err)
	tell(s.SetPassword(t.Context(), "a", short))
	tell(s.SetPassword(t.Context(), "nobody", wrong))
	tell(s.ChangePassword(t.Context(), "a", wrong, fresh, office))
	tell(s.ChangePassword(t.Context(), "a", right, fresh, office))

	b := newBrowser(site(t, s))
	for _, form := range []url.Values{
		{"name": {"a"}, "password": {wrong}},
		{"name": {wrong}, "password": {"a"}}, // in the wrong field
		{"name": {fresh}, "password": {fresh}},
		{"name": {"a"}, "password": {wrong}, "next": {"//" + wrong}},
		{"name": {"a"}, "password": {fresh}},
	} {
		hear(b.send("POST", "/signin", form, nil))
	}
	hear(b.send("POST", "/signin", url.Values{"password": {wrong + "%zz" + strings.Repeat("x", 20_000)}}, nil))
	cookie := b.cookie(t).Value

	secret, tok, err := s.CreateToken(t.Context(), auth.NewToken{Account: "a", Name: "x", Scopes: auth.Scopes(), Expires: time.Now().Add(time.Hour)})
	must(t, err)
	_, _, err = s.CreateToken(t.Context(), auth.NewToken{Account: "a", Name: secret, Scopes: auth.Scopes(), Expires: time.Now().Add(time.Hour)})
	tell(err)
	hear(b.send("GET", "/do/code", nil, bearer(secret)))
	hear(b.send("GET", "/do/backup", nil, bearer(secret)))
	hear(b.send("GET", "/do/code", nil, bearer(secret+"x")))
	must(t, s.RevokeToken(t.Context(), "a", tok.ID))
	hear(b.send("GET", "/do/code", nil, bearer(secret)))
	tell(s.RevokeToken(t.Context(), "a", secret))

	for _, detail := range []string{"xlsx of " + secret, "hash $argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA", "token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI3NyJ9.c2ln"} {
		must(t, s.Audit().Exported(t.Context(), detail, detail))
		must(t, s.Audit().Published(t.Context(), "statements:1", detail))
	}
	p := newBrowser(b.site)
	hear(p.back(o.approve(p.toProvider(t, "/"), nil, nil)))
	hear(p.back(url.Values{"code": {"marker-code"}, "state": {"marker-state"}}))
	fmt.Fprintf(&said, "%v %+v %#v %s %q %x", *c.OIDC, *c.OIDC, *c.OIDC, c.OIDC.ClientSecret, c.OIDC.ClientSecret, c.OIDC.ClientSecret)
	asJSON, err := json.Marshal(c)
	must(t, err)
	tell(string(asJSON))

	entries := strings.Join(entriesOf(t, s), "\n")
	if !strings.Contains(entries, "[secret]") || strings.Count(entries, "\n") < 10 {
		t.Fatalf("the test recorded too little: %s", entries)
	}
	for _, planted := range []string{"marker", secret, secret[4:], cookie, "ent_", "aGFzaA", "eyJ"} {
		for where, text := range map[string]string{"the store": store.Dump(), "an answer or error": said.String(), "the audit log": entries} {
			if strings.Contains(text, planted) && (planted != "eyJ" && planted != "ent_" || where != "the store") {
				t.Errorf("%q shows in %s", planted, where)
			}
		}
	}
	if strings.Contains(said.String()+entries, "$argon2id$") {
		t.Error("a password hash shows")
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"12 rows":                         "12 rows",
		"a\nb\tc\x00d\u0085e":             "a b c d e",
		"bad \xff byte":                   "bad \uFFFD byte",
		"Bearer ent_abcdefgh_-12 ok":      "Bearer [secret] ok",
		"entente ent_ short":              "entente ent_ short",
		"x $argon2id$v=19$m=8$a$b y":      "x [secret] y",
		strings.Repeat("õ", 300):          strings.Repeat("õ", 250),
		strings.Repeat("a", 499) + "õõõõ": strings.Repeat("a", 499),
	} {
		if got := auth.Plain(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// TestEntries: who did it comes from the context, an unknown action is refused,
// and pages of entries follow each other.
func TestEntries(t *testing.T) {
	c := newClock()
	s, _ := newService(t, patient, c.now)
	ctx := auth.With(t.Context(), auth.Principal{Name: "editor-1", Role: auth.Editor, Via: auth.ViaSession})
	if err := s.Audit().Record(ctx, auth.Entry{Action: "hack"}); err == nil {
		t.Error("an unknown action was recorded")
	}
	for range 5 {
		c.pass(time.Second)
		must(t, s.Audit().Published(ctx, "statements:est-1", "version 3"))
	}
	must(t, s.Audit().Exported(ctx, "compare est jpn", "xlsx, 12 rows"))
	first, err := s.Audit().Entries(ctx, auth.EntryFilter{Limit: 4})
	must(t, err)
	rest, err := s.Audit().Entries(ctx, auth.EntryFilter{Limit: 4, Before: first[3].ID})
	must(t, err)
	if len(first) != 4 || len(rest) != 2 || first[0].Action != auth.Export || first[0].Who != "editor-1" || !first[0].At.Equal(c.now()) {
		t.Errorf("pages %+v and %+v", first, rest)
	}
	for limit, want := range map[int]int{0: 100, -1: 100, 7: 7, 5000: auth.MaxEntries} {
		if got := (auth.EntryFilter{Limit: limit}).Rows(); got != want {
			t.Errorf("limit %d gives %d rows, want %d", limit, got, want)
		}
	}
}
