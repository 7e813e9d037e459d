package web

import (
	"bytes"
	"html/template"
	"strings"

	"entente"
	"entente/internal/cite"
)

// sourceLines cites the sources of a page in full.
func (s *site) sourceLines(ids []entente.SourceID) []sourceLine {
	var out []sourceLine
	for _, id := range ids {
		src := s.corpus.Source(id)
		if src == nil {
			continue
		}
		out = append(out, sourceLine{ID: id, Citation: citationHTML(cite.Footnote(src, cite.Place{})), URL: src.URL})
	}
	return out
}

// shortForms gives every source of the corpus a short form of its own.
func shortForms(c *entente.Corpus) map[entente.SourceID]string {
	list := make([]*entente.Source, len(c.Sources))
	for i := range c.Sources {
		list[i] = &c.Sources[i]
	}
	return cite.Shorts(list)
}

// citationHTML sets a citation with its links and languages; every text is
// escaped, and only web addresses become links.
func citationHTML(c cite.Citation) template.HTML {
	var b strings.Builder
	for _, p := range c {
		text := template.HTMLEscapeString(p.Text)
		if p.Lang != "" {
			text = `<span lang="` + template.HTMLEscapeString(p.Lang) + `">` + text + `</span>`
		}
		if strings.HasPrefix(p.URL, "https://") || strings.HasPrefix(p.URL, "http://") {
			text = `<a href="` + template.HTMLEscapeString(p.URL) + `" rel="noreferrer external">` + text + `</a>`
		}
		b.WriteString(text)
	}
	return template.HTML(b.String()) //nolint:gosec // escaped above
}

// citations writes the sources of a page for a reference manager.
func (s *site) citations(ids []entente.SourceID, format string) ([]byte, error) {
	list := []*entente.Source{}
	for _, id := range ids {
		if src := s.corpus.Source(id); src != nil {
			list = append(list, src)
		}
	}
	var b bytes.Buffer
	if format == formatBib {
		return nonEmpty(&b, cite.WriteBibTeX(&b, list), "% this page rests on no source of its own\n")
	}
	err := cite.WriteCSL(&b, list)
	return b.Bytes(), err
}

// nonEmpty keeps an empty file from looking like a failure.
func nonEmpty(b *bytes.Buffer, err error, otherwise string) ([]byte, error) {
	if err == nil && b.Len() == 0 {
		b.WriteString(otherwise)
	}
	return b.Bytes(), err
}
