package cli

import (
	"github.com/spf13/cobra"

	"entente"
	"entente/internal/view"
)

func newSourceCommand(app *App, g *global) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:     "source ID",
		Short:   "what a source is, whose text it is, and every record that cites it",
		Example: "  entente source osula-2021\n  entente source osula-2021 --format bibtex",
		Args:    needs(1, 1, "one source by id or symbol, for example osula-2021; entente search finds them"),
		ValidArgsFunction: completeIDs(g, func(c *entente.Corpus) [][2]string {
			var out [][2]string
			for i := range c.Sources {
				out = append(out, [2]string{string(c.Sources[i].ID), c.Sources[i].Title})
			}
			return out
		}),
	}
	out.flags(cmd, pageFormats)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		b, _, err := prepare(app, g, &choice{}, &out)
		if err != nil {
			return err
		}
		id, err := view.ResolveSource(b.Corpus, args[0])
		if err != nil {
			return err
		}
		page, err := b.Source(id)
		if err != nil {
			return err
		}
		v, err := data[*view.SourcePage](page)
		if err != nil {
			return err
		}
		return out.emit(app, g, b, page, func(p *printer) { sourceText(p, v) }, nil)
	}
	return cmd
}
