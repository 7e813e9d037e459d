package web

import (
	"context"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"entente"
	"entente/analysis/compare"
	"entente/internal/message"
	"entente/internal/search"
	"entente/internal/view"
	"entente/web"
)

// The bounds of what is kept in memory.
const (
	keptAnswers = 64 << 20 // bytes of rendered pages
	keptBoards  = 12       // boards of all actors; one has about 1 MB
)

// site is the running web face of one corpus.
type site struct {
	corpus      *entente.Corpus
	views       view.Builder
	index       *search.Index // nil when the search could not be prepared
	version     string
	log         *slog.Logger
	assets      *web.Assets
	catalogues  map[string]*message.Catalogue
	templates   map[string]*template.Template // by language
	answers     *cache[*answer]
	boards      *cache[*compare.Board]
	totals      totals
	scales      *scales
	predictions *predictions
	votes       func() (view.VoteBuilder, error) // the vote archive, read when first asked for
	shorts      map[entente.SourceID]string      // short forms of the sources, none alike
}

// newSite prepares everything that no request changes.
func newSite(c *entente.Corpus, version string, log *slog.Logger) (*site, error) {
	assets, err := web.New()
	if err != nil {
		return nil, err
	}
	s := &site{
		corpus: c, views: view.Builder{Corpus: c}, version: version, log: log, assets: assets,
		catalogues: map[string]*message.Catalogue{}, templates: map[string]*template.Template{},
		answers:     newCache(keptAnswers, (*answer).bytes),
		boards:      newCache(keptBoards*8, func(*compare.Board) int { return 8 }),
		scales:      newScales(),
		predictions: newPredictions(),
		totals:      countTotals(c),
		shorts:      shortForms(c),
	}
	s.votes = sync.OnceValues(func() (view.VoteBuilder, error) { return openVotes(s.views) })
	for _, lang := range message.Languages() {
		cat, err := message.Load(lang)
		if err != nil {
			return nil, err
		}
		s.catalogues[lang] = cat
		if s.templates[lang], err = s.parse(cat); err != nil {
			return nil, fmt.Errorf("templates in %s: %w", lang, err)
		}
	}
	if s.index, err = search.New(c); err != nil {
		return nil, fmt.Errorf("prepare the search: %w", err)
	}
	return s, nil
}

// catalogue picks the language of a request.
func (s *site) catalogue(lang string) (*message.Catalogue, error) {
	if lang == "" {
		lang = message.Languages()[0]
	}
	t := s.catalogues[lang]
	if t == nil {
		return nil, bad("lang", fmt.Sprintf("the interface does not speak %q", clip(lang)), "expected one of "+strings.Join(message.Languages(), ", "))
	}
	return t, nil
}

// formatKey carries the path as it was asked for, with the ending of the twin.
type formatKey struct{}

// formatPath is the path as asked for.
func formatPath(r *http.Request) string {
	if p, ok := r.Context().Value(formatKey{}).(string); ok {
		return p
	}
	return r.URL.Path
}

// handler is the whole site.
func (s *site) handler() http.Handler {
	pages := http.NewServeMux()
	for i := range registry {
		pages.Handle(registry[i].pattern, s.serve(&registry[i]))
	}
	pages.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, missing("there is no page at this address", "the navigation above leads to every page"))
	})

	top := http.NewServeMux()
	top.Handle("/assets/", http.StripPrefix("/assets", s.assets.Handler()))
	top.HandleFunc("/healthz", s.health)
	top.HandleFunc("/pages.json", s.pageList)
	top.HandleFunc("/openapi.json", s.openAPI)
	top.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	top.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		// The pages are found by the path without the ending of the twin.
		base, _ := splitFormat(r.URL.Path)
		if len(base) > 1 && strings.HasSuffix(base, "/") {
			to := strings.TrimRight(base, "/")
			if to == "" || strings.HasPrefix(to, "//") {
				to = "/"
			}
			http.Redirect(w, r, address(to, formatHTML, r.URL.Query()), http.StatusMovedPermanently)
			return
		}
		inner := r.Clone(context.WithValue(r.Context(), formatKey{}, r.URL.Path))
		inner.URL.Path, inner.URL.RawPath = base, ""
		pages.ServeHTTP(w, inner)
	})
	return s.guard(top)
}
