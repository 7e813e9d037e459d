package web

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/web/desk"
)

// shell is the site's frame around the pages of the workbench.
type shell struct{ v *server }

var _ desk.Shell = shell{}

// deskFrame is what pages of the workbench have in their header beside.
type deskFrame struct {
	Nav     []desk.Entry
	Who     string // in words; "" when nobody has signed in
	SignOut bool
}

// Asset gives the name under which a file is served.
func (s shell) Asset(name string) string { return s.v.assets.Name(name) }

// Corpus is what is published now.
func (s shell) Corpus(ctx context.Context) (*entente.Corpus, error) {
	now, err := s.v.sites.now(ctx)
	if err != nil {
		return nil, err
	}
	return now.corpus, nil
}

// Fail answers with the page of an error. What the gate let through is shown to
// somebody who may be here.
func (s shell) Fail(w http.ResponseWriter, r *http.Request, err error) { s.v.fail(w, r, err) }

// Show writes a page in the frame of the site.
func (s shell) Show(w http.ResponseWriter, r *http.Request, p desk.Frame) {
	t, err := s.v.catalogue(p.Lang)
	if err != nil {
		s.v.fail(w, r, err)
		return
	}
	f := newFrame(t, s.v.readerOf(r), s.v.info())
	f.at("desk")
	f.Title, f.Kicker, f.Lede, f.Content, f.Done = p.Title, capital(p.Kicker), p.Lede, p.Content, p.Done
	f.Islands, f.Styles = p.Islands, append(f.Styles, p.Styles...)
	for _, l := range p.Twins {
		f.Twins = append(f.Twins, twin{Href: l.Href, Word: l.Word, Media: l.Media})
	}
	f.Desk = &deskFrame{Nav: p.Nav}
	switch {
	case p.Who == nil:
	case p.Who.Local:
		f.Desk.Who = t.T("desk.who.local")
	default:
		f.Desk.Who, f.Desk.SignOut = t.T("desk.who", "name", p.Who.Name, "role", p.Who.Role), true
	}
	body, err := s.v.enclose(t, f)
	if err != nil {
		s.v.fail(w, r, err)
		return
	}
	h := w.Header()
	if p.FormAction != "" { // browsers hold form-action against the redirect too
		h.Set("Content-Security-Policy", strings.Replace(csp, "form-action 'self'", "form-action 'self' "+p.FormAction, 1))
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", mediaTypes[formatHTML])
	if p.Status == 0 {
		p.Status = http.StatusOK
	}
	w.WriteHeader(p.Status)
	write(w, r, body)
}

// signInPage writes the page on which somebody signs in, and counts failures.
func (v *server) signInPage(w http.ResponseWriter, r *http.Request, status int, p auth.SignInPage) {
	v.meter.signIn(p.Problem)
	v.desk.SignInPage(w, r, status, p)
}

// gateFail is failWith for the gate: it refuses with 403 only who has signed in,
// so the page may lead on.
func (v *server) gateFail(w http.ResponseWriter, r *http.Request, status int, err error) {
	if status == http.StatusForbidden {
		r = r.WithContext(context.WithValue(r.Context(), knownKey{}, true))
		v.log.InfoContext(r.Context(), "a request was not allowed", slog.String("path", clip(r.URL.Path)), slog.Any("error", err))
	}
	v.failWith(w, r, status, err)
}

// knownKey marks a request of somebody who has signed in but was refused.
type knownKey struct{}
