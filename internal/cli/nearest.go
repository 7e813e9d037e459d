package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"entente/internal/view"
)

func newNearestCommand(app *App, g *global) *cobra.Command {
	var c choice
	var out output
	var limit int
	cmd := &cobra.Command{
		Use:               "nearest ACTOR",
		Short:             "who stands near an actor, overall, per pillar and issue, and in votes",
		Example:           "  entente nearest est --pillar law --limit 10",
		Args:              needs(1, 1, "one actor, for example est"),
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
		page, err := b.Nearest(list[0], o, nil)
		if err != nil {
			return err
		}
		v, err := data[*view.Nearest](page)
		if err != nil {
			return err
		}
		return out.emit(app, g, b, page, func(p *printer) { nearestText(p, v, limit) }, nil)
	}
	return cmd
}

func limitFlag(cmd *cobra.Command, limit *int, standard int) {
	cmd.Flags().IntVar(limit, "limit", standard, "show at most this many in text; 0 shows all")
}

func limitOK(limit int) error {
	if limit < 0 {
		return invalid("--limit", fmt.Sprintf("%d is below nought", limit), "give 0 for all, or a number")
	}
	return nil
}
