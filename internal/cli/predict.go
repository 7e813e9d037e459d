package cli

import (
	"github.com/spf13/cobra"

	"entente"
	"entente/internal/view"
)

func newPredictCommand(app *App, g *global) *cobra.Command {
	var c choice
	var out output
	var v votesFlags
	var all bool
	cmd := &cobra.Command{
		Use:   "predict PROPOSITION",
		Short: "what states that are silent on a proposition would probably say, with intervals",
		Long: `Predict says how likely each state that is silent on a proposition is to affirm
it, to reserve its position or to reject it, and what drives that: what the state
said, signed and voted elsewhere, its blocs, and its votes in general. A
resolution can stand in the place of a proposition (A/RES/77/36).

A prediction is never a position: it stands in a column of its own, apart from
what was said, and "not enough to say" is one of its answers. How well such
predictions do on hidden answers: entente validate predict.`,
		Example: `  entente predict law-due-diligence
  entente predict proc-poa --as-of 2021-12-31 --format csv
  entente predict A/RES/77/36 --as-of 2021-12-31`,
		Args: needs(1, 1, "one proposition, for example law-due-diligence; entente search finds them"),
		ValidArgsFunction: completeIDs(g, func(c *entente.Corpus) [][2]string {
			var out [][2]string
			for i := range c.Propositions {
				out = append(out, [2]string{string(c.Propositions[i].ID), c.Propositions[i].Statement})
			}
			return out
		}),
	}
	c.settings(cmd)
	v.archiveFlag(cmd)
	out.flags(cmd, pageFormats)
	cmd.Flags().BoolVar(&all, "all", false, "list states that have spoken as well, with what they said beside")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		b, o, err := prepare(app, g, &c, &out)
		if err != nil {
			return err
		}
		vb, err := v.beside(b)
		if err != nil {
			return err
		}
		page, err := vb.Predict(args[0], o, all)
		if err != nil {
			return err
		}
		d, err := data[*view.Predict](page)
		if err != nil {
			return err
		}
		return out.emit(app, g, b, page, func(p *printer) { predictText(p, d) }, nil)
	}
	return cmd
}
