package auth

import (
	"errors"
	"mime"
	"net/http"
	"strconv"
	"time"

	"entente"
)

// maxForm bounds the body of a form, in bytes.
const maxForm = 16 << 10

// SignInPage is what the sign-in page shows.
type SignInPage struct {
	Next     string // where to go afterwards: safe, goes into the hidden field "next"
	Problem  error  // why the last attempt failed; nil on the first visit
	Provider string // label of the OpenID Connect button (POST /signin/oidc); "" for none
	// FormAction is the origin of the provider for the page's Content-Security-
	// Policy: browsers hold form-action against the redirect too. "" when there
	// is no provider or it could not be reached yet.
	FormAction string
}

// Render writes the sign-in page.
type Render func(w http.ResponseWriter, r *http.Request, status int, p SignInPage)

// Handlers are the addresses of signing in and out, without their Gate.
type Handlers struct {
	Page     http.Handler // GET /signin?next=
	SignIn   http.Handler // POST /signin: name, password, next
	SignOut  http.Handler // POST /signout
	Start    http.Handler // POST /signin/oidc: next; nil without a provider
	Callback http.Handler // GET /signin/oidc/callback; nil without a provider
}

// Handlers returns the handlers. Pages are written by render, faults by fail.
// Those that change something carry SameOrigin of their own.
func (s *Service) Handlers(render Render, fail Fail) (Handlers, error) {
	same, err := s.config.SameOrigin(fail)
	if err != nil {
		return Handlers{}, err
	}
	d := desk{s, render, fail}
	h := Handlers{
		Page:    http.HandlerFunc(d.page),
		SignIn:  same(http.HandlerFunc(d.signIn)),
		SignOut: same(http.HandlerFunc(d.signOut)),
	}
	if s.provider != nil {
		h.Start = same(http.HandlerFunc(d.start))
		h.Callback = http.HandlerFunc(d.callback)
	}
	return h, nil
}

// LocalHandlers are the handlers of a server in mode SingleUser: nobody signs
// in, so all lead to the start page.
func LocalHandlers() Handlers {
	home := http.RedirectHandler("/", http.StatusSeeOther)
	return Handlers{Page: home, SignIn: home, SignOut: home}
}

// Renew gives the browser of a request a new session for an account that signed
// in with a password: after it changed its own, which ended all sessions.
func (s *Service) Renew(w http.ResponseWriter, r *http.Request, name string) error {
	a, err := s.store.Account(r.Context(), name)
	if err != nil {
		return err
	}
	return s.sessions.begin(w, r, a, ViaSession)
}

// ClientAddr is Config.ClientAddr of this service's settings.
func (s *Service) ClientAddr(r *http.Request) string { return s.config.ClientAddr(r).String() }

// desk answers the requests to sign in and out.
type desk struct {
	*Service
	render Render
	fail   Fail
}

// page shows the form.
func (d desk) page(w http.ResponseWriter, r *http.Request) {
	d.show(w, r, http.StatusOK, r.URL.Query().Get("next"), nil)
}

// signIn takes the form.
func (d desk) signIn(w http.ResponseWriter, r *http.Request) {
	if err := readForm(w, r); err != nil {
		d.show(w, r, StatusOf(err), "/", err)
		return
	}
	next := r.PostForm.Get("next")
	a, err := d.SignIn(r.Context(), r.PostForm.Get("name"), r.PostForm.Get("password"), d.config.ClientAddr(r))
	if err == nil {
		err = d.sessions.begin(w, r, a, ViaSession)
	}
	if err != nil {
		d.show(w, r, StatusOf(err), next, err)
		return
	}
	http.Redirect(w, r, SafeNext(next), http.StatusSeeOther)
}

// signOut ends the session, if there is one.
func (d desk) signOut(w http.ResponseWriter, r *http.Request) {
	name, _, _, ok, err := d.sessions.find(r)
	if err == nil {
		err = d.sessions.end(w, r)
	}
	if err == nil && ok {
		err = d.audit.Record(r.Context(), Entry{Who: name, Action: SignOut, Object: name, Outcome: OK})
	}
	if err != nil {
		d.fail(w, r, StatusOf(err), err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// show renders the sign-in page. What went wrong inside is for the caller's log,
// so it goes to fail.
func (d desk) show(w http.ResponseWriter, r *http.Request, status int, next string, problem error) {
	if status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable {
		d.fail(w, r, status, problem)
		return
	}
	if l, ok := errors.AsType[*Limited](problem); ok {
		w.Header().Set("Retry-After", strconv.Itoa(int((l.Wait+time.Second-1)/time.Second)))
	}
	w.Header().Set("Cache-Control", "no-store")
	p := SignInPage{Next: SafeNext(next), Problem: problem}
	if d.provider != nil {
		p.Provider, p.FormAction = d.provider.label(), d.provider.origin(r.Context())
	}
	d.render(w, r, status, p)
}

// readForm reads a small form from the body; what stands in the address does
// not count.
func readForm(w http.ResponseWriter, r *http.Request) error {
	bad := &entente.Error{Kind: entente.Invalid, Op: "sign-in", Msg: "the form could not be read", Hint: "send it again from the page"}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return bad
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return bad // the cause could show what was typed
	}
	return nil
}
