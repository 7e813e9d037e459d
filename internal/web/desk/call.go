package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/message"
	"entente/internal/view"
	"entente/internal/workbench"
)

// Call is one request to the workbench.
type Call struct {
	W    http.ResponseWriter
	R    *http.Request
	Desk *Desk
	User workbench.User
	T    *message.Catalogue
	who  auth.Principal
}

// Page is what a page function shows.
type Page struct {
	Template string // in templates/, without the ending
	Data     any
	Status   int // 0: 200
	Title    string
	Kicker   string
	Lede     string
	Nav      string // the entry of the navigation that it belongs to
	Islands  []string
	Styles   []string // style sheets beside style.css and desk.css
	Twins    []string // forms in which the same address can be had: json, csv
}

// call reads who asks and in which language.
func (d *Desk) call(w http.ResponseWriter, r *http.Request) (*Call, error) {
	p := auth.From(r.Context())
	c := &Call{W: w, R: r, Desk: d, User: workbench.UserOf(p), who: p}
	lang := r.URL.Query().Get("lang")
	if lang == "" {
		lang = message.Languages()[0]
	}
	if c.T = d.catalogues[lang]; c.T == nil {
		return nil, Bad("lang", "the interface does not speak that language", "expected one of "+strings.Join(message.Languages(), ", "))
	}
	return c, nil
}

// Context is the request's.
func (c *Call) Context() context.Context { return c.R.Context() }

// May tells whether the reader may do an action, so that a page shows the way.
func (c *Call) May(a auth.Action) bool { return c.who.May(a) }

// Principal is who asks, as the gate found it.
func (c *Call) Principal() auth.Principal { return c.who }

// Path is a part of the address.
func (c *Call) Path(name string) string { return c.R.PathValue(name) }

// Show writes a page in the site's frame.
func (c *Call) Show(p Page) error {
	content, err := c.Desk.render(c.T, p.Template, p.Data)
	if err != nil {
		return err
	}
	f := Frame{
		Status: p.Status, Lang: c.T.Lang(), Title: p.Title, Kicker: p.Kicker, Lede: p.Lede, Nav: c.nav(p.Nav), Content: content,
		Islands: p.Islands, Styles: append([]string{"desk.css"}, p.Styles...), Who: c.header(), Done: c.takeDone(),
	}
	for _, form := range p.Twins {
		f.Twins = append(f.Twins, Link{Href: twin(c.R.URL.Path, form, c.R.URL.RawQuery), Word: c.T.Label("format", form), Media: media[form]})
	}
	c.Desk.Shell.Show(c.W, c.R, f)
	return nil
}

// header names the reader; nil when nobody has signed in.
func (c *Call) header() *Who {
	if !c.who.Known() {
		return nil
	}
	return &Who{Name: c.who.Name, Role: c.T.Label("role-name", string(c.who.Role)), Local: c.who.Via == auth.ViaLocal}
}

// nav is the navigation, as far as the reader may go.
func (c *Call) nav(current string) []Entry {
	var out []Entry
	for _, e := range navigation {
		if c.who.Known() && c.May(e.Action) && (e.Name != "challenges" || !c.May(auth.ReadDrafts)) && (e.Name != "exchange" || c.Desk.Node != nil) {
			out = append(out, Entry{e.Name, e.Href, c.T.Label("desk.nav", e.Name), e.Name == current})
		}
	}
	return out
}

// media are the types of the twins.
var media = map[string]string{"json": "application/json; charset=utf-8", "csv": "text/csv; charset=utf-8; header=present"}

func twin(path, form, query string) string {
	if query != "" {
		query = "?" + query
	}
	return path + "." + form + query
}

// Data writes the twin of a page: a value as JSON, or a table as CSV.
func (c *Call) Data(form string, value any, t view.Table) error {
	c.W.Header().Set("Content-Type", media[form])
	name := "entente-" + t.Name + "." + form
	how := "attachment"
	if form == "json" {
		how = "inline"
	}
	c.W.Header().Set("Content-Disposition", how+`; filename="`+name+`"`)
	if form == "csv" {
		return view.WriteCSV(c.W, t, false)
	}
	enc := json.NewEncoder(c.W)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}

// From is where the request came from.
func (c *Call) From() netip.Addr { return c.Desk.Config.ClientAddr(c.R) }

// Query reads one setting of the address, bounded; a control character in it is
// an error.
func (c *Call) Query(name string, most int) (string, error) {
	v := strings.TrimSpace(c.R.URL.Query().Get(name))
	if len(v) > most || !clean(v) {
		return "", Bad(name, "the value is too long or holds a control character", fmt.Sprintf("at most %d bytes", most))
	}
	return v, nil
}

// QueryOf reads one of a closed list of words; "" when it is not given.
func QueryOf[S ~string](c *Call, name string, list []S) (S, error) {
	v, err := c.Query(name, 64)
	if err != nil || v == "" || slices.Contains(list, S(v)) {
		return S(v), err
	}
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return "", Bad(name, "the value is not in the list", "expected one of "+strings.Join(words, ", "))
}

// Bad is a fault in what was asked or sent.
func Bad(place, msg, hint string) error {
	return &entente.Error{Kind: entente.Invalid, Op: "read request", Place: place, Msg: msg, Hint: hint}
}
