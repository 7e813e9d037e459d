package cli

import (
	"github.com/spf13/cobra"

	"entente"
	"entente/internal/view"
)

func newInstrumentCommand(app *App, g *global) *cobra.Command {
	var c choice
	var out output
	cmd := &cobra.Command{
		Use:     "instrument ID",
		Short:   "who had which part in an instrument, how it was voted on, what it implies",
		Example: "  entente instrument budapest-convention\n  entente instrument A/RES/73/27 --format csv",
		Args:    needs(1, 1, "one instrument by id or symbol, for example budapest-convention; entente search finds them"),
		ValidArgsFunction: completeIDs(g, func(c *entente.Corpus) [][2]string {
			var out [][2]string
			for i := range c.Instruments {
				out = append(out, [2]string{string(c.Instruments[i].ID), c.Instruments[i].Title})
			}
			return out
		}),
	}
	f := cmd.Flags()
	f.StringVar(&c.asOf, "as-of", "", "parts taken and votes cast by this `date`; without it, the corpus's release")
	f.BoolVar(&c.unverified, "include-unverified", false, "let unverified records count")
	out.flags(cmd, pageFormats)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		b, o, err := prepare(app, g, &c, &out)
		if err != nil {
			return err
		}
		id, err := view.ResolveInstrument(b.Corpus, args[0])
		if err != nil {
			return err
		}
		page, err := b.Instrument(id, o)
		if err != nil {
			return err
		}
		v, err := data[*view.InstrumentPage](page)
		if err != nil {
			return err
		}
		return out.emit(app, g, b, page, func(p *printer) { instrumentText(p, v) }, nil)
	}
	return cmd
}
