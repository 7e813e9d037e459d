package cli

import (
	"github.com/spf13/cobra"

	"entente/internal/view"
)

func newActorCommand(app *App, g *global) *cobra.Command {
	var c choice
	var out output
	cmd := &cobra.Command{
		Use:               "actor ACTOR",
		Short:             "what one actor holds, did and belongs to",
		Example:           "  entente actor Estonia --pillar law\n  entente actor eu --format json",
		Args:              needs(1, 1, "one actor, for example est"),
		ValidArgsFunction: completeActors(g),
	}
	c.settings(cmd)
	c.filters(cmd)
	out.flags(cmd, pageFormats)
	out.evidenceFlag(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		b, o, err := prepare(app, g, &c, &out)
		if err != nil {
			return err
		}
		list, err := actors(app, b, args)
		if err != nil {
			return err
		}
		page, err := b.Actor(list[0], o)
		if err != nil {
			return err
		}
		v, err := data[*view.ActorPage](page)
		if err != nil {
			return err
		}
		return out.emit(app, g, b, page, func(p *printer) { actorText(p, v, out.evidence) }, nil)
	}
	return cmd
}
