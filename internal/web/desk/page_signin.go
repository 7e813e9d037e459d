package desk

import (
	"net/http"

	"entente"
	"entente/internal/auth"
	"entente/internal/message"
)

// signInScreen is the sign-in page.
type signInScreen struct {
	Next     string
	Problem  string
	Hint     string
	Provider string
	Password bool // accounts of this server can be used
}

// SignInPage writes the page on which somebody signs in; it is an auth.Render.
func (d *Desk) SignInPage(w http.ResponseWriter, r *http.Request, status int, p auth.SignInPage) {
	t := d.catalogues[message.Languages()[0]]
	s := &signInScreen{Next: p.Next, Provider: p.Provider, Password: true}
	if p.Problem != nil {
		s.Problem, s.Hint = t.T("signin.problem"), t.T("signin.problem.hint")
		if e := asEntente(p.Problem); e != nil && entente.KindOf(p.Problem) != entente.Internal {
			s.Problem, s.Hint = sentence(e.Msg), sentence(e.Hint)
		}
	}
	content, err := d.render(t, "signin", s)
	if err != nil {
		d.Shell.Fail(w, r, err)
		return
	}
	d.Shell.Show(w, r, Frame{
		Status: status, Lang: t.Lang(), Title: t.T("signin.title"), Lede: t.T("signin.lede"), Content: content, Styles: []string{"desk.css"}, FormAction: p.FormAction,
	})
}
