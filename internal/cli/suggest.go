package cli

import (
	"github.com/spf13/cobra"

	"entente/internal/view"
)

func newSuggestCommand(app *App, g *global) *cobra.Command {
	var c choice
	var out output
	cmd := &cobra.Command{
		Use:               "suggest ACTOR ACTOR…",
		Short:             "what the actors could do next, with reasons, evidence and the weakest assumption",
		Example:           "  entente suggest est jpn --as-of 2021-02-19",
		Args:              needs(2, -1, "at least two actors, for example est jpn"),
		ValidArgsFunction: completeActors(g),
	}
	c.settings(cmd)
	c.filters(cmd)
	out.flags(cmd, pageFormats)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		b, o, err := prepare(app, g, &c, &out)
		if err != nil {
			return err
		}
		list, err := actors(app, b, args)
		if err != nil {
			return err
		}
		page, err := b.Suggest(list, o)
		if err != nil {
			return err
		}
		v, err := data[*view.Suggest](page)
		if err != nil {
			return err
		}
		return out.emit(app, g, b, page, func(p *printer) { suggestText(p, v) }, nil)
	}
	return cmd
}
