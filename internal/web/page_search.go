package web

import (
	"context"
	"html/template"
	"strings"
	"time"

	"entente"
	"entente/internal/search"
	"entente/internal/view"
)

// Found is the JSON of a search.
type Found struct {
	Schema string          `json:"schema"` // "entente.search/1"
	Corpus view.CorpusInfo `json:"corpus"`
	Words  string          `json:"words"`
	Limit  int             `json:"limit"`
	Hits   []search.Hit    `json:"hits"`
}

// searchScreen is what the search page shows.
type searchScreen struct {
	Words   string
	Asked   bool
	Hits    []hitLine
	Limited bool
	Limit   int
}

type hitLine struct {
	Kind, Title string
	Href        string
	Snippet     template.HTML
}

const searchLimit = 100

// searchTime bounds one search.
const searchTime = 2 * time.Second

// hitPages is where a hit leads, by the kind of page that shows it.
var hitPages = map[string]string{"actor": "/actors/", "proposition": "/propositions/", "instrument": "/instruments/", "source": "/sources/"}

func buildSearch(s *site, r *request) (*result, error) {
	words := strings.TrimSpace(r.words)
	found := &Found{Schema: "entente.search/1", Corpus: s.corpusInfo(), Words: words, Limit: searchLimit, Hits: []search.Hit{}}
	screen := &searchScreen{Words: words, Asked: words != "", Limit: searchLimit}
	if words != "" {
		ctx, cancel := context.WithTimeout(context.Background(), searchTime)
		defer cancel()
		hits, err := s.index.find(ctx, words, searchLimit)
		if err != nil {
			return nil, err
		}
		found.Hits = append(found.Hits, hits...)
	}
	table := view.Table{Name: "search", Header: []string{"kind", "id", "title", "snippet", "page", "page_id"}}
	for _, h := range found.Hits {
		table.Rows = append(table.Rows, []string{h.Kind, h.ID, h.Title, h.Snippet, h.Page, h.PageID})
		line := hitLine{Kind: h.Kind, Title: h.Title, Snippet: emphasise(h.Snippet)}
		if base, ok := hitPages[h.Page]; ok {
			line.Href = base + h.PageID
			if h.Kind == "statement" && h.ID != "" {
				line.Href += "#said-" + h.ID
			}
		}
		screen.Hits = append(screen.Hits, line)
	}
	screen.Limited = len(screen.Hits) == searchLimit
	title, lede := r.t.T("search.title"), r.t.T("search.lede")
	if words != "" {
		title, lede = r.t.T("search.title.words", "words", words), r.t.T("search.count", "n", len(screen.Hits))
	}
	return &result{view: &view.Page{Title: title, Data: found, Table: table, Sources: []entente.SourceID{}}, screen: screen, title: title, lede: lede}, nil
}

// emphasise turns the marks of the index into HTML, the text escaped.
func emphasise(snippet string) template.HTML {
	safe := template.HTMLEscapeString(snippet)
	safe = strings.NewReplacer("«", "<mark>", "»", "</mark>").Replace(safe)
	if strings.Count(safe, "<mark>") != strings.Count(safe, "</mark>") {
		safe = strings.NewReplacer("<mark>", "«", "</mark>", "»").Replace(safe)
	}
	return template.HTML(safe) //nolint:gosec // escaped above
}
