package web

import (
	"bytes"
	"slices"

	"entente/internal/sheet"
)

// workbook writes a page as a spreadsheet. The address in it names the date and
// the version of the corpus, so that it leads to the same answer later.
func (s *site) workbook(p *page, r *request, res *result) ([]byte, error) {
	query := with(r.canon, "corpus", s.corpus.Info.Version)
	var notes []string
	if res.settings {
		if slices.Contains(p.params, "as_of") {
			query = with(query, "as_of", s.corpus.AsOf(r.options.Settings).String())
		}
		if words := leftOutWords(r, res.leftOut); words != "" {
			notes = append(notes, words)
		}
	}
	var b bytes.Buffer
	err := sheet.Write(&b, sheet.Page(s.corpus, res.view, address(r.base, formatHTML, query), notes))
	return b.Bytes(), err
}
