package cli

import (
	"github.com/spf13/cobra"

	"entente"
	"entente/internal/view"
)

func newPropositionCommand(app *App, g *global) *cobra.Command {
	var c choice
	var out output
	cmd := &cobra.Command{
		Use:     "proposition ID",
		Short:   "who stands where on one proposition, and every statement on it",
		Example: "  entente proposition law-sovereignty-rule --as-of 2021-12-31",
		Args:    needs(1, 1, "one proposition, for example law-applies; entente search finds them"),
		ValidArgsFunction: completeIDs(g, func(c *entente.Corpus) [][2]string {
			var out [][2]string
			for i := range c.Propositions {
				out = append(out, [2]string{string(c.Propositions[i].ID), c.Propositions[i].Statement})
			}
			return out
		}),
	}
	c.settings(cmd)
	out.flags(cmd, pageFormats)
	out.evidenceFlag(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		b, o, err := prepare(app, g, &c, &out)
		if err != nil {
			return err
		}
		id, err := view.ResolveProposition(b.Corpus, args[0])
		if err != nil {
			return err
		}
		page, err := b.Proposition(id, o)
		if err != nil {
			return err
		}
		v, err := data[*view.PropositionPage](page)
		if err != nil {
			return err
		}
		return out.emit(app, g, b, page, func(p *printer) { propositionText(p, v, out.evidence) }, nil)
	}
	return cmd
}
