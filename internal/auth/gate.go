package auth

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"entente"
)

// SignInPath is the address of the sign-in page.
const SignInPath = "/signin"

// Fail answers a request that was refused or went wrong, in the look of the
// face. WWW-Authenticate and Retry-After are set already.
type Fail func(w http.ResponseWriter, r *http.Request, status int, err error)

// Gate is the one place where a request is identified and let through or not.
type Gate struct {
	service *Service // nil: single user
	fail    Fail
}

// Gate returns the gate of a server with accounts.
func (s *Service) Gate(fail Fail) *Gate { return &Gate{s, fail} }

// LocalGate returns the gate of a server in mode SingleUser: who reaches it is
// the local admin. It turns away requests for another host than this machine,
// and those that a proxy passed on, since others could stand behind it.
func LocalGate(fail Fail) *Gate { return &Gate{nil, fail} }

// Require lets a request through to next when its principal may do the action,
// and puts the principal into its context (From). Each address of the server
// has exactly one Require around it.
func (g *Gate) Require(action Action, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Cookie, Authorization")
		p, err := g.identify(r)
		if err != nil {
			g.refuseIdentity(w, r, err)
			return
		}
		if !p.May(action) {
			g.refuse(w, r, p, action)
			return
		}
		next.ServeHTTP(w, r.WithContext(With(r.Context(), p)))
	})
}

// identify finds who asks: an API token, else the local user, else a session,
// else nobody. A token that does not work is an error and never falls back to
// something else; a session that is over is nobody.
func (g *Gate) identify(r *http.Request) (Principal, error) {
	secret, given, err := bearerOf(r)
	switch {
	case err != nil:
		return Principal{}, err
	case given && g.service == nil:
		return Principal{}, badToken()
	case given:
		return g.service.bearer(r.Context(), secret)
	case g.service == nil:
		return local(r)
	}
	return g.service.session(r)
}

// session finds the principal of a session cookie; a visitor or guest without.
// The account is read anew, so that what changed in it works at once.
func (s *Service) session(r *http.Request) (Principal, error) {
	nobody := Principal{Role: Visitor}
	if s.config.Public {
		nobody.Role = Guest
	}
	name, epoch, via, ok, err := s.sessions.find(r)
	if err != nil || !ok {
		return nobody, err
	}
	a, err := s.store.Account(r.Context(), name)
	if err != nil {
		return nobody, missing(err, nil)
	}
	if a.Disabled || a.Epoch != epoch || via != ViaSession && via != ViaOIDC {
		return nobody, nil
	}
	return Principal{Name: a.Name, Role: a.Role, Via: via}, nil
}

// forwarding are the headers by which a proxy shows itself.
var forwarding = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"}

// local is the single user, when the request is from this machine to it.
func local(r *http.Request) (Principal, error) {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if !loopback(strings.Trim(host, "[]")) {
		return Principal{}, &entente.Error{
			Kind: entente.Denied, Op: "serve", Msg: "this server answers on this machine only",
			Hint: "use the address that it printed at its start",
		}
	}
	for _, name := range forwarding {
		if r.Header.Get(name) != "" {
			return Principal{}, &entente.Error{
				Kind: entente.Denied, Op: "serve", Msg: "a proxy passed this request on, and this server has no accounts to tell people apart",
				Hint: "make accounts and declare the proxy",
			}
		}
	}
	return Local(), nil
}

// bearerOf reads the token of a request: from the header alone, so that none
// stands in an address, a history or a log.
func bearerOf(r *http.Request) (secret string, given bool, err error) {
	values := r.Header.Values("Authorization")
	for _, v := range values {
		scheme, rest, _ := strings.Cut(v, " ")
		if strings.EqualFold(scheme, "Bearer") {
			secret, given = strings.TrimSpace(rest), true
		}
	}
	if given && len(values) > 1 {
		return "", false, badToken()
	}
	return secret, given, nil
}

// refuseIdentity answers a request whose principal could not be found.
func (g *Gate) refuseIdentity(w http.ResponseWriter, r *http.Request, err error) {
	var e *entente.Error
	if errors.As(err, &e) && e.Kind == entente.Denied && e.Op == "token" {
		w.Header().Set("WWW-Authenticate", `Bearer realm="entente", error="invalid_token"`)
		g.fail(w, r, http.StatusUnauthorized, err)
		return
	}
	g.fail(w, r, StatusOf(err), err)
}

// refuse answers a request whose principal may not do the action. Somebody who
// reads pages and has not signed in is sent to do so; a program is told how.
func (g *Gate) refuse(w http.ResponseWriter, r *http.Request, p Principal, action Action) {
	err := denied(p, action)
	if !p.Known() {
		if readsPages(r) {
			w.Header().Set("Cache-Control", "no-store")
			http.Redirect(w, r, signInAddress(r.URL), http.StatusSeeOther)
			return
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="entente"`)
		g.fail(w, r, http.StatusUnauthorized, err)
		return
	}
	if rule, ok := ruleOf(action); ok && p.Via == ViaToken && Allowed(p.Role, action) && rule.Scope != "" {
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="entente", error="insufficient_scope", scope="%s"`, rule.Scope))
	}
	g.fail(w, r, StatusOf(err), err)
}

// readsPages tells whether a person's browser asks for a page.
func readsPages(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// signInAddress is the sign-in page that leads back to where one was.
func signInAddress(u *url.URL) string {
	if next := SafeNext(u.RequestURI()); next != "/" {
		return SignInPath + "?next=" + url.QueryEscape(next)
	}
	return SignInPath
}

// statuses is the HTTP status for each kind of error.
var statuses = map[entente.Kind]int{
	entente.NotFound:    http.StatusNotFound,
	entente.Invalid:     http.StatusBadRequest,
	entente.Conflict:    http.StatusConflict,
	entente.Denied:      http.StatusForbidden,
	entente.Unavailable: http.StatusServiceUnavailable,
	entente.Internal:    http.StatusInternalServerError,
}

// StatusOf gives the HTTP status of an error of this package: 429 for a
// *Limited, else the one of its kind.
func StatusOf(err error) int {
	if _, ok := errors.AsType[*Limited](err); ok {
		return http.StatusTooManyRequests
	}
	return statuses[entente.KindOf(err)]
}
