package cli

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"entente"
	"entente/analysis/compare"
	"entente/internal/brief"
	"entente/internal/document"
	"entente/internal/view"
)

// compareFormats are the forms of a comparison: those of any page and the
// briefing note.
var compareFormats = []string{"text", "json", "csv", "xlsx", "md", "html", "docx", "csl", "bibtex", "ris"}

func newCompareCommand(app *App, g *global) *cobra.Command {
	var c choice
	var out output
	cmd := &cobra.Command{
		Use:   "compare ACTOR ACTOR…",
		Short: "where actors agree, differ or are silent, what they did together, and what next",
		Long: `Compare sets two or more actors side by side as of a date: per proposition the
outcome and each side's position with its basis and source; then what they did
together, how they voted, what only one of them did, and what they could do next.

One bloc alone (compare asean) looks inside it: where its members could take a
common position, and who would have to speak or move. A bloc and an outsider
(compare eu chn) adds the members' view. With --from and --to what changed in
between stands beside the comparison as of --to.

The forms md, html and docx are the briefing note.`,
		Example: `  entente compare est jpn --as-of 2021-02-19
  entente compare France "New Zealand" --pillar law --format docx --output note.docx
  entente compare asean`,
		Args:              needs(1, -1, "the actors to compare, for example est jpn"),
		ValidArgsFunction: completeActors(g),
	}
	c.settings(cmd)
	c.period(cmd)
	c.filters(cmd)
	out.flags(cmd, compareFormats)
	out.evidenceFlag(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := out.settle(); err != nil {
			return err
		}
		o, err := c.options()
		if err != nil {
			return err
		}
		// The words are checked before the corpus is read, the names after.
		b, err := g.open()
		if err != nil {
			return err
		}
		from, to, err := c.span(b.Corpus.Info.Released)
		if err != nil {
			return err
		}
		if !from.IsZero() {
			o.AsOf = to
		}
		list, err := actors(app, b, args)
		if err != nil {
			return err
		}
		noteDate(app, b, o.AsOf)
		if len(list) == 1 {
			return compareInside(app, g, &out, b, list[0], from, o)
		}
		page, err := b.CompareWith(list, o, view.Extra{From: from, Members: true})
		if err != nil {
			return err
		}
		v, err := data[*view.Compare](page)
		if err != nil {
			return err
		}
		return out.emit(app, g, b, page, func(p *printer) { compareText(p, v, out.evidence) }, func(format string) ([]byte, error) {
			doc, err := brief.Compare(b, page)
			if err != nil {
				return nil, err
			}
			return note(doc, format)
		})
	}
	return cmd
}

// compareInside looks inside one bloc.
func compareInside(app *App, g *global, out *output, b view.Builder, id entente.ActorID, from entente.Date, o compare.Options) error {
	name := b.Corpus.Actor(id).Name
	if !b.HasMembers(id, o) {
		return invalid("", fmt.Sprintf("one actor, %s, and no members on record on %s to compare with each other", name, b.Corpus.AsOf(o.Settings)),
			"name a second actor, or a body with members such as eu or asean")
	}
	switch {
	case !from.IsZero():
		return invalid("--from", "a look inside one bloc is as of one date", "use --as-of, or entente changes "+string(id)+" for the bloc's own words")
	}
	page, err := b.Bloc(id, "", o)
	if err != nil {
		return err
	}
	v, err := data[*view.Bloc](page)
	if err != nil {
		return err
	}
	return out.emit(app, g, b, page, func(p *printer) { blocText(p, v, out.evidence) }, func(format string) ([]byte, error) {
		doc, err := brief.Bloc(b, page)
		if err != nil {
			return nil, err
		}
		return note(doc, format)
	})
}

// note writes a document in one of its forms.
func note(doc *document.Document, format string) ([]byte, error) {
	var buf bytes.Buffer
	write := document.WriteMarkdown
	switch format {
	case "html":
		write = document.WriteHTML
	case "docx":
		write = brief.WriteDOCX
	}
	err := write(&buf, doc)
	return buf.Bytes(), err
}

// data gives a page's structure its type.
func data[T any](page *view.Page) (T, error) {
	v, ok := page.Data.(T)
	if !ok {
		return v, &entente.Error{Kind: entente.Internal, Msg: fmt.Sprintf("the page holds %T, not %T", page.Data, v)}
	}
	return v, nil
}
