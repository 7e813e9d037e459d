package web

import (
	"fmt"
	"html/template"
	"log/slog"
	"strings"

	"entente/internal/exchange/threats"
	"entente/internal/message"
	"entente/web"
)

// kit is what all corpora that a server ever shows have in common: words,
// templates, files for the browser. Nothing in it changes after it was made.
type kit struct {
	version    string // of the program
	log        *slog.Logger
	assets     *web.Assets
	catalogues map[string]*message.Catalogue
	masters    map[string]*template.Template // by language; never executed, so that they can be cloned
	bare       map[string]*template.Template // the templates of pages that show no corpus
	threats    *threats.Library              // what was imported and accepted; it follows the store by itself
}

// newKit reads words, templates and files.
func newKit(version string, log *slog.Logger) (*kit, error) {
	assets, err := web.New()
	if err != nil {
		return nil, err
	}
	k := &kit{
		version: version, log: log, assets: assets,
		catalogues: map[string]*message.Catalogue{}, masters: map[string]*template.Template{}, bare: map[string]*template.Template{},
	}
	for _, lang := range message.Languages() {
		cat, err := message.Load(lang)
		if err != nil {
			return nil, err
		}
		k.catalogues[lang] = cat
		t, err := template.New("").Funcs(k.functions(cat)).Funcs((*site)(nil).functions()).ParseFS(templateFiles, "templates/*.html")
		if err != nil {
			return nil, fmt.Errorf("templates in %s: %w", lang, err)
		}
		k.masters[lang] = t
		if k.bare[lang], err = t.Clone(); err != nil {
			return nil, fmt.Errorf("templates in %s: %w", lang, err)
		}
	}
	return k, nil
}

// catalogue picks the language of a request.
func (k *kit) catalogue(lang string) (*message.Catalogue, error) {
	if lang == "" {
		lang = message.Languages()[0]
	}
	t := k.catalogues[lang]
	if t == nil {
		return nil, bad("lang", fmt.Sprintf("the interface does not speak %q", clip(lang)), "expected one of "+strings.Join(message.Languages(), ", "))
	}
	return t, nil
}

// functions are what the templates may call that need no corpus.
func (k *kit) functions(t *message.Catalogue) template.FuncMap {
	return template.FuncMap{
		"t":            t.T,
		"island":       func(name string) (string, error) { return islandWords(t, name) },
		"label":        func(list string, value any) string { return t.Label(list, fmt.Sprint(value)) },
		"role":         func(role any) string { return roleWords(t, fmt.Sprint(role)) },
		"date":         t.Date,
		"list":         t.List,
		"asset":        k.assets.Name,
		"str":          deref,
		"range_":       percentRange,
		"verdictClass": func(v string) string { return verdictClasses[v] },
		"sign":         func(outcome string) string { return outcomeSigns[outcome] },
		"mark":         stanceMark,
		"ballotkey":    ballotKey,
		"hundredths":   hundredths,
		"lines":        func(list ...any) []any { return list },
	}
}

func deref(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
