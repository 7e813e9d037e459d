package desk

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/chart"
	"entente/internal/exchange/node"
	"entente/internal/message"
	"entente/internal/store"
	"entente/internal/workbench"
)

//go:embed templates/*.html
var templateFiles embed.FS

// Options make a desk.
type Options struct {
	Store  *store.Store
	Bench  *workbench.Bench
	Auth   *auth.Service // accounts; nil where there is nowhere to keep them
	Config auth.Config
	Local  bool // a single user, who does not sign in
	Now    func() time.Time
	Shell  Shell
	Node   *node.Node // the node of the exchange on the same store; nil for none
}

// Desk is the pages of one workbench. It is safe for concurrent use.
type Desk struct {
	Options
	catalogues map[string]*message.Catalogue
	templates  map[string]*template.Template // by language
	pages      map[string]bool               // the patterns that can be read
	read       readCache
}

// New prepares the pages.
func New(o Options) (*Desk, error) {
	d := &Desk{Options: o, catalogues: map[string]*message.Catalogue{}, templates: map[string]*template.Template{}, pages: map[string]bool{}}
	for _, r := range routes {
		d.pages[r.Pattern] = d.pages[r.Pattern] || r.Method == http.MethodGet
	}
	for _, lang := range message.Languages() {
		t, err := message.Load(lang)
		if err != nil {
			return nil, err
		}
		d.catalogues[lang] = t
		if d.templates[lang], err = template.New("").Funcs(d.functions(t)).ParseFS(templateFiles, "templates/*.html"); err != nil {
			return nil, fmt.Errorf("templates of the workbench in %s: %w", lang, err)
		}
	}
	return d, nil
}

// functions are what the templates may call.
func (d *Desk) functions(t *message.Catalogue) template.FuncMap {
	return template.FuncMap{
		"t":     t.T,
		"has":   t.Has,
		"label": func(list string, value any) string { return t.Label(list, fmt.Sprint(value)) },
		"word":  func(list string, value any) string { return wordOr(t, list, fmt.Sprint(value)) },
		"date":  t.Date,
		"list":  t.List,
		"asset": d.Shell.Asset,
		"when":  func(at time.Time) string { return instant(t, at) },
		"iso":   func(at time.Time) string { return at.UTC().Format(time.RFC3339) },
		"island": func(name string) (string, error) {
			return islandWords(t, name)
		},
		"mark": func(class string) string {
			if s, err := chart.StyleOf(class); err == nil {
				return s.Mark
			}
			return "?"
		},
		"record": RecordHref,
		"pairs":  pairs,
	}
}

// pairs hands several values to a template by name: {{template "x" (pairs "A" .A "B" .B)}}.
func pairs(list ...any) (map[string]any, error) {
	if len(list)%2 != 0 {
		return nil, fmt.Errorf("pairs: %d values", len(list))
	}
	out := map[string]any{}
	for i := 0; i < len(list); i += 2 {
		out[fmt.Sprint(list[i])] = list[i+1]
	}
	return out, nil
}

// wordOr gives the word for a value of a list that others may add to, and the
// value itself when there is none.
func wordOr(t *message.Catalogue, list, value string) string {
	if key := list + "." + strings.ReplaceAll(value, " ", "-"); t.Has(key) {
		return t.T(key)
	}
	return value
}

// instant tells a moment in words, in UTC.
func instant(t *message.Catalogue, at time.Time) string {
	if at.IsZero() {
		return t.T("desk.never")
	}
	at = at.UTC()
	return t.T("desk.instant", "date", t.Date(at.Format(time.DateOnly)), "time", at.Format("15:04"))
}

// Handler answers a route, without its gate.
func (d *Desk) Handler(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := d.call(w, r)
		if err == nil {
			err = route.Do(c)
		}
		if err != nil {
			d.Shell.Fail(w, r, err)
		}
	})
}

// render fills a template.
func (d *Desk) render(t *message.Catalogue, name string, data any) (template.HTML, error) {
	tmpl := d.templates[t.Lang()].Lookup(name + ".html")
	if tmpl == nil {
		return "", &entente.Error{Kind: entente.Internal, Op: "show page", Msg: fmt.Sprintf("there is no template %s.html", name)}
	}
	var b bytes.Buffer
	if err := tmpl.Execute(&b, data); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil //nolint:gosec // made by html/template above
}

// now is the present instant, in UTC.
func (d *Desk) now() time.Time {
	if d.Now == nil {
		return time.Now().UTC()
	}
	return d.Now().UTC()
}

// islandWords gives a script its words as JSON.
func islandWords(t *message.Catalogue, name string) (string, error) {
	b, err := json.Marshal(t.Words("island." + name))
	return string(b), err
}
