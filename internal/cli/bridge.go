package cli

import (
	"github.com/spf13/cobra"

	"entente/internal/view"
)

func newBridgeCommand(app *App, g *global) *cobra.Command {
	var c choice
	var out output
	var limit int
	cmd := &cobra.Command{
		Use:               "bridge ACTOR ACTOR",
		Short:             "who agrees with both of two actors where the two differ",
		Example:           "  entente bridge usa chn --as-of 2021-12-31",
		Args:              needs(2, 2, "two actors, for example usa chn"),
		ValidArgsFunction: completeActors(g),
	}
	c.settings(cmd)
	c.filters(cmd)
	out.flags(cmd, pageFormats)
	limitFlag(cmd, &limit, 20)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := limitOK(limit); err != nil {
			return err
		}
		b, o, err := prepare(app, g, &c, &out)
		if err != nil {
			return err
		}
		list, err := actors(app, b, args)
		if err != nil {
			return err
		}
		page, err := b.Bridge(list[0], list[1], o, nil)
		if err != nil {
			return err
		}
		v, err := data[*view.Bridge](page)
		if err != nil {
			return err
		}
		return out.emit(app, g, b, page, func(p *printer) { bridgeText(p, v, limit) }, nil)
	}
	return cmd
}
