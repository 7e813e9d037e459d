package brief

import (
	"fmt"
	"strings"

	"entente"
	"entente/internal/cite"
	"entente/internal/document"
	"entente/internal/view"
)

// EvidenceHeading is the heading of the second part.
const EvidenceHeading = "Body of evidence"

// writer holds what the sections need.
type writer struct {
	c      *entente.Corpus
	v      *view.Compare
	doc    *document.Document
	notes  *notes
	short  map[entente.SourceID]string
	limits limits
	// count is the key of the note that says what the figures are counted from.
	count string
}

// Compare writes a comparison of two or more actors as a document. The page must
// come from [view.Builder.Compare] of the same corpus. It errs on another page,
// and on a fault of its own: a claim without a footnote, or a document that does
// not validate.
func Compare(b view.Builder, page *view.Page) (*document.Document, error) {
	v, ok := page.Data.(*view.Compare)
	if !ok {
		return nil, &entente.Error{
			Kind: entente.Invalid, Op: "brief", Msg: fmt.Sprintf("a briefing note is made of a comparison, not of %T", page.Data),
			Hint: "name two or more actors",
		}
	}
	sources := sourcesOf(b.Corpus, page)
	write := func(l limits) *writer {
		w := newWriter(b.Corpus, v, page.Title, cite.Dated(sources), l)
		w.reproduce(address(v), command(v))
		w.note()
		return w
	}
	w := write(widest(func(l limits) bool { return fits(write(l).doc) }))
	w.evidence(sources)
	return w.finished()
}

// finished checks what must hold for every document that leaves the package.
func (w *writer) finished() (*document.Document, error) {
	for _, claim := range Claims(w.doc) {
		if claim.Notes == 0 {
			return nil, &entente.Error{Kind: entente.Internal, Op: "brief", Msg: fmt.Sprintf("the claim %q has no footnote", claim.Text)}
		}
	}
	if err := w.doc.Validate(); err != nil {
		return nil, &entente.Error{Kind: entente.Internal, Op: "brief", Msg: "the document is not fit to hand out", Err: err}
	}
	return w.doc, nil
}

func sourcesOf(c *entente.Corpus, page *view.Page) []*entente.Source {
	var out []*entente.Source
	for _, id := range page.Sources {
		if s := c.Source(id); s != nil {
			out = append(out, s)
		}
	}
	return out
}

// reproduce says below the title from what the note was made, and how to make it
// again.
func (w *writer) reproduce(path, line string) {
	w.doc.Meta = []document.Pair{
		document.Meta("Corpus", fmt.Sprintf("%s, version %s", w.v.Corpus.Name, w.v.Corpus.Version)),
		document.Meta("Same page", document.Code(path)),
		document.Meta("Same note", document.Code(line+" --format docx")),
	}
}

func newWriter(c *entente.Corpus, v *view.Compare, title string, short map[entente.SourceID]string, l limits) *writer {
	title = strings.Replace(title, " as of "+v.AsOf, " as of "+day(v.AsOf), 1)
	return &writer{
		c: c, v: v, short: short, limits: l, notes: &notes{c: c, short: short, keys: map[string]string{}},
		doc: &document.Document{
			Title: title, Lang: "en", Date: v.AsOf, Author: "Entente", Footer: footer(title, v.AsOf), Labels: document.Labels{Date: "As of"},
		},
	}
}

// footer is the title as far as it fits one line.
func footer(title, asOf string) string {
	if len(title) <= 64 {
		return "Briefing note: " + title
	}
	return "Briefing note as of " + day(asOf)
}

// Claim is a paragraph, an entry of a list or a row of a table of the note.
type Claim struct {
	Text  string
	Notes int // footnotes that hang on it, repeated marks included
}

// Claims lists the claims of the note: every paragraph, every entry of a list and
// every row of a table before the body of evidence. Headings, the facts below
// the title and the box on how to read the note claim nothing.
func Claims(d *document.Document) []Claim {
	var out []Claim
	add := func(in ...[]document.Inline) {
		c := Claim{}
		for _, x := range in {
			c.Text = strings.TrimSpace(c.Text + " " + document.PlainText(x))
			c.Notes += marks(x)
		}
		out = append(out, c)
	}
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case document.PageBreak:
			return out
		case document.Paragraph:
			add(b.Inlines)
		case document.Quote:
			add(b.Inlines)
		case document.List:
			claimsOf(b, add)
		case document.Table:
			for _, r := range b.Rows {
				if r.Group {
					continue
				}
				var cells [][]document.Inline
				for _, c := range r.Cells {
					cells = append(cells, c.Inlines)
				}
				add(cells...)
			}
		}
	}
	return out
}

func claimsOf(l document.List, add func(...[]document.Inline)) {
	for _, it := range l.Items {
		add(it.Inlines)
		if it.Nested != nil {
			claimsOf(*it.Nested, add)
		}
	}
}

// marks counts the footnotes of running text.
func marks(in []document.Inline) int {
	n := 0
	for _, x := range in {
		switch x := x.(type) {
		case document.Footnote:
			n++
		case document.NoteRef:
			if x.Mark {
				n++
			}
		case document.Strong:
			n += marks(x.Inlines)
		case document.Emphasis:
			n += marks(x.Inlines)
		case document.Link:
			n += marks(x.Inlines)
		case document.Span:
			n += marks(x.Inlines)
		}
	}
	return n
}
