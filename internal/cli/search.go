package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"entente/internal/search"
	"entente/internal/view"
)

// searchSchema names the shape of what search prints as JSON.
const searchSchema = "entente.search/1"

// searchResult is that shape.
type searchResult struct {
	Schema string       `json:"schema"`
	Words  string       `json:"words"`
	Limit  int          `json:"limit"`
	Hits   []search.Hit `json:"hits"`
}

func newSearchCommand(app *App, g *global) *cobra.Command {
	var out output
	var limit int
	cmd := &cobra.Command{
		Use:     "search WORDS",
		Short:   "find actors, propositions, instruments, sources and statements by words",
		Example: "  entente search countermeasures\n  entente search \"due diligence\" japan",
		Args:    needs(1, -1, "the words to look for"),
	}
	out.flags(cmd, []string{"text", "json", "csv", "xlsx"})
	cmd.Flags().IntVar(&limit, "limit", 20, fmt.Sprintf("give at most this many, from 1 to %d", search.MaxLimit))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if limit < 1 || limit > search.MaxLimit {
			return invalid("--limit", fmt.Sprintf("%d is not between 1 and %d", limit, search.MaxLimit), "give another number")
		}
		b, _, err := prepare(app, g, &choice{}, &out)
		if err != nil {
			return err
		}
		index, err := search.New(b.Corpus)
		if err != nil {
			return err
		}
		defer index.Close() //nolint:errcheck // an index in memory; nothing is lost
		words := strings.Join(args, " ")
		hits, err := index.Find(cmd.Context(), words, limit)
		if err != nil {
			return err
		}
		v := &searchResult{searchSchema, words, limit, append([]search.Hit{}, hits...)}
		page := &view.Page{Title: "Search: " + words, Data: v, Table: hitTable(hits)}
		return out.emit(app, g, b, page, func(p *printer) { searchText(p, v) }, nil)
	}
	return cmd
}

func hitTable(hits []search.Hit) view.Table {
	t := view.Table{Name: "search", Header: []string{"kind", "id", "title", "snippet", "page", "page_id"}}
	for _, h := range hits {
		t.Rows = append(t.Rows, []string{h.Kind, h.ID, h.Title, h.Snippet, h.Page, h.PageID})
	}
	return t
}

func searchText(p *printer, v *searchResult) {
	p.blank()
	if len(v.Hits) == 0 {
		p.flow(0, 0, plain("Nothing holds all these words."))
	}
	for _, h := range v.Hits {
		p.pair(0, 13, h.Kind, strong(h.Title), quiet(" ["+h.ID+"]"))
		if h.Snippet != "" && !strings.EqualFold(strings.NewReplacer("«", "", "»", "").Replace(h.Snippet), h.Title) {
			p.flow(13, 13, quiet(h.Snippet))
		}
	}
	if len(v.Hits) == v.Limit {
		p.blank()
		p.flow(0, 0, quiet("There may be more: --limit raises the number shown."))
	}
}
