package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
)

func newEmbargoCommand(app *App, g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "embargo",
		Short: "objects that stay in until a day comes",
		Long: `An embargo keeps an object in until a day comes, whatever its level. On that day
partners get it at their next poll, without anybody doing anything.`,
		Example: "  entente embargo list --node est",
		Args:    noSuchCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	under(cmd, "Embargoes:", newEmbargoListCommand(app, g), newEmbargoSetCommand(app, g), newEmbargoLiftCommand(app, g))
	return cmd
}

func newEmbargoListCommand(app *App, g *global) *cobra.Command {
	var dir string
	cmd := &cobra.Command{Use: "list", Short: "list the embargoes, also those that are over", Example: "  entente embargo list --node est", Args: needs(0, 0, "no arguments")}
	nodeFlag(cmd, &dir)
	cmd.RunE = func(*cobra.Command, []string) error {
		return g.withSettings(app, dir, func(_ context.Context, n *node.Node, r partner.Revision) error {
			if len(r.Embargoes) == 0 {
				_, err := fmt.Fprintln(app.Stdout, "There is no embargo.")
				return closedPipe(err)
			}
			for _, e := range r.Embargoes {
				state := "until"
				if !n.Now().Before(e.Until) {
					state = "over since"
				}
				if _, err := fmt.Fprintf(app.Stdout, "%s  %s %s UTC  %s\n", clean(string(e.Object)), state, e.Until.UTC().Format("2006-01-02 15:04"), clean(e.Note)); err != nil {
					return closedPipe(err)
				}
			}
			return nil
		})
	}
	return cmd
}

func newEmbargoSetCommand(app *App, g *global) *cobra.Command {
	var e settingsEdit
	var until, note string
	cmd := &cobra.Command{
		Use: "set OBJECT", Short: "keep an object in until a day comes; says who has it already", Args: needs(1, 1, "the STIX id of the object"),
		Example: "  entente embargo set report--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b0a --until 2026-12-15 --note 'day of publication' --node est",
	}
	e.flags(cmd)
	cmd.Flags().StringVar(&until, "until", "", "the `instant` at which it ends: 2026-12-15T09:00:00Z, or a day (its end, UTC)")
	cmd.Flags().StringVar(&note, "note", "", "what the embargo is for, in a few `words`")
	_ = cmd.MarkFlagRequired("until") // only errs for a flag that is not there
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if _, why := stix.ParseID(args[0]); why != "" {
			return invalid("", fmt.Sprintf("%q is not the id of an object: %s", args[0], why), "such as report--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b0a")
		}
		at, err := instant("--until", until)
		if err != nil {
			return err
		}
		if !at.After(time.Now()) {
			return invalid("--until", "that is over already", "name a moment to come; entente embargo lift ends an embargo")
		}
		return e.run(app, g, "embargo on "+args[0], "The object "+args[0]+" stays in until "+at.Format("2006-01-02 15:04")+" UTC.", func(s *partner.Settings) error {
			s.SetEmbargo(stix.ID(args[0]), at, note)
			return nil
		})
	}
	return cmd
}

func newEmbargoLiftCommand(app *App, g *global) *cobra.Command {
	var e settingsEdit
	cmd := &cobra.Command{
		Use: "lift OBJECT", Short: "end an embargo now; says who gets the object", Args: needs(1, 1, "the STIX id of the object"),
		Example: "  entente embargo lift report--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b0a --dry-run --node est",
	}
	e.flags(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return e.run(app, g, "embargo on "+args[0]+" lifted", "The embargo on "+args[0]+" is lifted.", func(s *partner.Settings) error { return s.RemoveEmbargo(stix.ID(args[0])) })
	}
	return cmd
}
