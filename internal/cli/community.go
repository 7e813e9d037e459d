package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
)

func newCommunityCommand(app *App, g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "community",
		Short: "circles of partners, and how far each is trusted there",
		Long: `A community is a circle of partners. Each member has a clearance: the strictest level
of the Traffic Light Protocol that this node entrusts to it there, at most
AMBER+STRICT. What a member gets is decided by its clearance and by the ceiling of
the collection together; RED goes to named recipients only, sealed.`,
		Example: "  entente community add pair --name 'Arcadia and Japan' --node est\n  entente community member pair jpn --clearance amber --node est",
		Args:    noSuchCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	under(cmd, "Communities:", newCommunityListCommand(app, g), newCommunityAddCommand(app, g), newCommunityMemberCommand(app, g), newCommunityDropCommand(app, g), newCommunityRemoveCommand(app, g))
	return cmd
}

func newCommunityListCommand(app *App, g *global) *cobra.Command {
	var dir string
	cmd := &cobra.Command{Use: "list", Short: "list the communities and their members", Example: "  entente community list --node est", Args: needs(0, 0, "no arguments")}
	nodeFlag(cmd, &dir)
	cmd.RunE = func(*cobra.Command, []string) error {
		return g.withSettings(app, dir, func(_ context.Context, _ *node.Node, r partner.Revision) error {
			if len(r.Communities) == 0 {
				_, err := fmt.Fprintln(app.Stdout, "There is no community yet: entente community add makes one.")
				return closedPipe(err)
			}
			for _, c := range r.Communities {
				if _, err := fmt.Fprintf(app.Stdout, "%-20s %s (%s)\n", clean(c.ID), clean(c.Name), count(len(c.Members), "member", "members")); err != nil {
					return closedPipe(err)
				}
				for _, m := range c.Members {
					if _, err := fmt.Fprintf(app.Stdout, "  %-18s cleared to %s\n", clean(m.Partner), m.Clearance); err != nil {
						return closedPipe(err)
					}
				}
			}
			return nil
		})
	}
	return cmd
}

func newCommunityAddCommand(app *App, g *global) *cobra.Command {
	var e settingsEdit
	var name string
	cmd := &cobra.Command{
		Use: "add ID", Short: "make a community, without members", Args: needs(1, 1, "a short name for the community"),
		Example: "  entente community add pair --name 'Arcadia and Japan' --node est",
	}
	e.flags(cmd)
	cmd.Flags().StringVar(&name, "name", "", "its `name` for people")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return e.run(app, g, "community "+args[0]+" added", "The community "+args[0]+" is made; entente community member fills it.", func(s *partner.Settings) error {
			return s.AddCommunity(handling.Community{ID: args[0], Name: name, Members: []handling.Member{}})
		})
	}
	return cmd
}

func newCommunityMemberCommand(app *App, g *global) *cobra.Command {
	var e settingsEdit
	var clearance string
	cmd := &cobra.Command{
		Use: "member COMMUNITY PARTNER", Short: "make a partner a member, or change its clearance", Args: needs(2, 2, "a community and a partner"),
		Example: "  entente community member pair jpn --clearance amber --node est\n  entente community member pair jpn --clearance green --dry-run --node est",
		Long: `Member makes a partner a member with a clearance, or changes the clearance of a
member. Widening gives the partner, at its next poll, all that has lain in the
collections and that it may now have; narrowing says what it has got already.`,
	}
	e.flags(cmd)
	cmd.Flags().StringVar(&clearance, "clearance", "", "the strictest `level` that it may get: clear, green, amber or amber+strict")
	complete(cmd, "clearance", collectionLevels)
	_ = cmd.MarkFlagRequired("clearance") // only errs for a flag that is not there
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		l, err := level("--clearance", clearance)
		if err != nil {
			return err
		}
		what := fmt.Sprintf("%s in %s cleared to %s", args[1], args[0], l)
		return e.run(app, g, what, what+".", func(s *partner.Settings) error { return s.SetMember(args[0], args[1], l) })
	}
	return cmd
}

func newCommunityDropCommand(app *App, g *global) *cobra.Command {
	var e settingsEdit
	cmd := &cobra.Command{
		Use: "drop COMMUNITY PARTNER", Short: "take a partner out of a community", Args: needs(2, 2, "a community and a partner"),
		Example: "  entente community drop pair jpn --dry-run --node est",
	}
	e.flags(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		what := args[1] + " taken out of " + args[0]
		return e.run(app, g, what, what+".", func(s *partner.Settings) error { return s.RemoveMember(args[0], args[1]) })
	}
	return cmd
}

func newCommunityRemoveCommand(app *App, g *global) *cobra.Command {
	var e settingsEdit
	cmd := &cobra.Command{
		Use: "remove ID", Short: "remove a community that no collection serves", Args: needs(1, 1, "the name of the community"),
		Example: "  entente community remove pair --node est",
	}
	e.flags(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return e.run(app, g, "community "+args[0]+" removed", "The community "+args[0]+" is removed.", func(s *partner.Settings) error { return s.RemoveCommunity(args[0]) })
	}
	return cmd
}
