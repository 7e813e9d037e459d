package web

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/internal/auth"
)

// asker is one kind of request: who sends it, and what the table of rights says
// that they may do.
type asker struct {
	name   string
	client *client
	may    func(auth.Action) bool
}

// askers lists everybody: the visitor, each role with a session, and each role
// with a token of each scope.
func (b *bench) askers(nobody auth.Role) []asker {
	b.t.Helper()
	out := []asker{{string(nobody), b.visitor(), func(a auth.Action) bool { return auth.Allowed(nobody, a) }}}
	for _, role := range auth.Roles() {
		out = append(out, asker{string(role), b.as(role), func(a auth.Action) bool { return auth.Allowed(role, a) }})
		for _, scope := range auth.Scopes() {
			ctx := auth.With(b.t.Context(), auth.Local())
			secret, _, err := b.service.CreateToken(ctx, auth.NewToken{Account: string(role), Name: "test", Scopes: []auth.Scope{scope}, Expires: time.Now().Add(time.Hour)})
			if err != nil {
				b.t.Fatal(err)
			}
			c := b.visitor()
			c.header.Set("Authorization", "Bearer "+secret)
			out = append(out, asker{fmt.Sprintf("%s with a token to %s", role, scope), c, func(a auth.Action) bool {
				i := slices.IndexFunc(auth.Rules(), func(r auth.Rule) bool { return r.Action == a })
				rule := auth.Rules()[i]
				return rule.From == auth.Visitor || auth.Allowed(role, a) && rule.Scope == scope
			}})
		}
	}
	return out
}

// stubbed replaces what stands behind the gate by an answer that is easily told
// from a refusal.
func (b *bench) stubbed() []route {
	b.t.Helper()
	list, err := b.routes()
	if err != nil {
		b.t.Fatal(err)
	}
	for i := range list {
		list[i].handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	}
	b.unsafe = http.NewServeMux()
	if b.h, err = b.mount(list); err != nil {
		b.t.Fatal(err)
	}
	return list
}

// addressesOf gives addresses of a route.
func addressesOf(t *testing.T, e *route) []string {
	t.Helper()
	if len(e.examples) > 0 {
		return e.examples[:1]
	}
	if strings.Contains(e.pattern, "{") {
		if e.page {
			return nil // a form's address that only leads to another page
		}
		t.Errorf("%s has a wildcard and no example", e.pattern)
	}
	return []string{e.pattern}
}

// TestMatrix asks for every address as every role, with and without tokens of
// every scope, and compares with the table of rights.
func TestMatrix(t *testing.T) {
	for _, public := range []bool{false, true} {
		b := newBench(t, auth.Accounts, func(o *Options) { o.Auth.Public = public })
		nobody := auth.Visitor
		if public {
			nobody = auth.Guest
		}
		everybody := b.askers(nobody)
		routes := b.stubbed()
		if len(routes) < 40 {
			t.Fatalf("only %d routes", len(routes))
		}
		asked := map[auth.Action]int{}
		for i := range routes {
			e := &routes[i]
			if !slices.Contains(auth.Actions(), e.action) {
				t.Errorf("%s %s has the action %q, which is none", e.method, e.pattern, e.action)
				continue
			}
			method := e.method
			if method == "" {
				method = http.MethodGet
			}
			for _, path := range addressesOf(t, e) {
				for _, who := range everybody {
					w := who.client.do(method, path, "", "Accept", "text/html")
					through := w.Code == http.StatusTeapot
					if through != who.may(e.action) {
						t.Errorf("%s %s %s (%s): through %v, the table says %v (status %d)", who.name, method, path, e.action, through, who.may(e.action), w.Code)
					}
					if !through && !refusal(w.Code, w.Header()) {
						t.Errorf("%s %s %s: refused with status %d to %q", who.name, method, path, w.Code, w.Header().Get("Location"))
					}
					asked[e.action]++
				}
			}
			if !e.page || len(e.examples) == 0 || e.name == "nothing" {
				continue
			}
			for _, who := range everybody { // the files of a page need another right
				path := twinOf(e.examples[0], formatCSV)
				w := who.client.do(http.MethodGet, path, "", "Accept", "text/html")
				if through := w.Code == http.StatusTeapot; through != who.may(auth.Export) {
					t.Errorf("%s takes %s away: %v, the table says %v (status %d)", who.name, path, through, who.may(auth.Export), w.Code)
				}
				asked[auth.Export]++
			}
		}
		for _, a := range []auth.Action{auth.Health, auth.SignIn, auth.ReadPublished, auth.SignOut, auth.OwnAccount, auth.ManageTokens, auth.Export, auth.ReadLog, auth.RestoreRecord, auth.ReadAudit, auth.ManageAccounts, auth.Metrics} {
			if asked[a] == 0 {
				t.Errorf("no address has the action %s", a)
			}
		}
	}
}

func refusal(status int, h http.Header) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return true
	case http.StatusSeeOther:
		return strings.HasPrefix(h.Get("Location"), auth.SignInPath)
	}
	return false
}

// TestNothingForVisitors asks for every page in every form without signing in,
// and looks for the corpus in the answers.
func TestNothingForVisitors(t *testing.T) {
	b := newBench(t, auth.Accounts)
	c := b.visitor()
	if _, err := b.sites.now(t.Context()); err != nil { // the corpus is known to the server
		t.Fatal(err)
	}
	paths := append([]string{"/healthz", "/readyz", "/signin", "/signin?next=/actors", "/nowhere", "/pages.json", "/openapi.json", "/metrics", "/desk", "/desk/log.json", "/desk/records/actors/est", "/favicon.ico", "/assets/nothing"}, Examples()...)
	for _, p := range Examples() {
		for _, f := range slices.Concat(twins, notes) {
			paths = append(paths, twinOf(p, f))
		}
	}
	info := b.info()
	for _, path := range paths {
		for _, accept := range []string{"text/html", "application/json", ""} {
			w := c.do(http.MethodGet, path, "", "Accept", accept)
			for _, word := range []string{info.Title, info.Version, info.Name, "Estonia"} {
				if bytes.Contains(w.Body.Bytes(), []byte(word)) {
					t.Errorf("%s tells a visitor %q", path, word)
				}
			}
			open := path == "/healthz" || path == "/readyz" || strings.HasPrefix(path, "/signin") || path == "/favicon.ico" || strings.HasPrefix(path, "/assets/")
			if ok := w.Code == http.StatusOK || w.Code == http.StatusNoContent; ok && !open {
				t.Errorf("%s: status %d", path, w.Code)
			}
		}
	}
}

// TestLocalMatrix: a single user on this machine may do everything without
// signing in, and nobody else may do anything.
func TestLocalMatrix(t *testing.T) {
	b := newBench(t, auth.SingleUser)
	routes := b.stubbed()
	for i := range routes {
		e := &routes[i]
		method := e.method
		if method == "" {
			method = http.MethodGet
		}
		for _, path := range addressesOf(t, e) {
			c := b.visitor()
			if w := c.do(method, path, ""); w.Code != http.StatusTeapot {
				t.Errorf("%s %s: status %d for the local user", method, path, w.Code)
			}
			if w := c.do(method, path, "", "X-Forwarded-For", "203.0.113.9"); w.Code != http.StatusForbidden {
				t.Errorf("%s %s: status %d for somebody behind a proxy", method, path, w.Code)
			}
			if w := c.do(method, path, "", "Authorization", "Bearer ent_nothing"); w.Code != http.StatusUnauthorized {
				t.Errorf("%s %s: status %d with a made-up token", method, path, w.Code)
			}
		}
	}
}

// TestCrossSite: no other site's page can make a browser change something here,
// in either mode.
func TestCrossSite(t *testing.T) {
	for _, mode := range []auth.Mode{auth.SingleUser, auth.Accounts} {
		b := newBench(t, mode)
		c := b.visitor()
		if mode == auth.Accounts {
			c = b.as(auth.Admin)
		}
		routes := b.stubbed()
		n := 0
		for i := range routes {
			e := &routes[i]
			if e.method == "" {
				continue
			}
			n++
			for _, path := range addressesOf(t, e) {
				for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
					if w := c.do(e.method, path, "", header...); w.Code != http.StatusForbidden {
						t.Errorf("%s %s with %v: status %d", e.method, path, header, w.Code)
					}
				}
				if w := c.do(e.method, path, "", "Sec-Fetch-Site", "same-origin", "Origin", origin); w.Code != http.StatusTeapot {
					t.Errorf("%s %s from the own page: status %d", e.method, path, w.Code)
				}
			}
		}
		if n < 10 {
			t.Errorf("only %d addresses take something", n)
		}
	}
}
