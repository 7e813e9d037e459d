package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
)

func newCollectionCommand(app *App, g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "collection",
		Short: "what a node offers, to which communities, up to which level",
		Long: `A collection is a place from which the members of its communities take. Its ceiling is
the strictest level that may lie in it, at most AMBER+STRICT: RED never lies in a
collection. One without a community serves nobody.`,
		Example: "  entente collection add positions --title Positions --community pair --ceiling amber --node est\n  entente collection list --node est",
		Args:    noSuchCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	under(cmd, "Collections:", newCollectionListCommand(app, g), newCollectionAddCommand(app, g), newCollectionSetCommand(app, g), newCollectionRemoveCommand(app, g),
		newCollectionTakeCommand(app, g), newCollectionPurgeCommand(app, g))
	return cmd
}

func newCollectionListCommand(app *App, g *global) *cobra.Command {
	var dir string
	cmd := &cobra.Command{Use: "list", Short: "list the collections: who may take what, who may add", Example: "  entente collection list --node est", Args: needs(0, 0, "no arguments")}
	nodeFlag(cmd, &dir)
	cmd.RunE = func(*cobra.Command, []string) error {
		return g.withSettings(app, dir, func(_ context.Context, _ *node.Node, r partner.Revision) error {
			if len(r.Collections) == 0 {
				_, err := fmt.Fprintln(app.Stdout, "There is no collection yet: entente collection add makes one.")
				return closedPipe(err)
			}
			var b strings.Builder
			for i := range r.Collections {
				c := &r.Collections[i]
				fmt.Fprintf(&b, "%-20s %s\n  %s, up to %s", clean(collectionLabel(c)), clean(c.Title), c.ID, c.Ceiling)
				if c.Closed {
					b.WriteString(", closed")
				}
				fmt.Fprintf(&b, "\n  communities: %s\n  read by: %s\n", orNone(strings.Join(c.Communities, ", ")), orNone(partnersOf(r, c, time.Now())))
				if len(c.Writers) > 0 {
					fmt.Fprintf(&b, "  written by: %s\n", clean(strings.Join(c.Writers, ", ")))
				}
			}
			_, err := fmt.Fprint(app.Stdout, b.String())
			return closedPipe(err)
		})
	}
	return cmd
}

func orNone(s string) string {
	if s == "" {
		return "nobody"
	}
	return clean(s)
}

func newCollectionAddCommand(app *App, g *global) *cobra.Command {
	var e settingsEdit
	var title, about, ceiling string
	var communities, writers []string
	cmd := &cobra.Command{
		Use: "add ALIAS", Short: "make a collection", Args: needs(1, 1, "a short name for the collection"),
		Example: "  entente collection add positions --title Positions --community pair --ceiling amber --writer jpn --node est",
		Long:    "Add makes a collection. Its alias stands in addresses beside its id, which is made\nfor it. Reading follows from the communities; writing is given to each partner by name.",
	}
	e.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&title, "title", "", "its `title` for people; without it, the alias")
	f.StringVar(&about, "description", "", "what lies in it, in a few `words`")
	f.StringVar(&ceiling, "ceiling", "", "the strictest `level` that may lie in it: clear, green, amber or amber+strict")
	f.StringSliceVar(&communities, "community", nil, "a `community` that may read (repeat, or part with commas)")
	f.StringSliceVar(&writers, "writer", nil, "a `partner` that may add objects (repeat, or part with commas)")
	complete(cmd, "ceiling", collectionLevels)
	_ = cmd.MarkFlagRequired("ceiling") // only errs for a flag that is not there
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		l, err := level("--ceiling", ceiling)
		if err != nil {
			return err
		}
		if title == "" {
			title = args[0]
		}
		c := partner.Collection{
			Collection: handling.Collection{ID: partner.NewCollectionID(), Title: title, Communities: append([]string{}, communities...), Ceiling: l},
			Alias:      args[0], Description: about, Writers: writers,
		}
		return e.run(app, g, "collection "+args[0]+" added", "The collection "+args[0]+" is made: "+c.ID+".", func(s *partner.Settings) error { return s.AddCollection(c) })
	}
	return cmd
}

func newCollectionSetCommand(app *App, g *global) *cobra.Command {
	var e settingsEdit
	var title, about, ceiling, alias string
	var addC, dropC, addW, dropW []string
	var shut, open bool
	cmd := &cobra.Command{
		Use: "set COLLECTION", Short: "change a collection; says what that opens and closes", Args: needs(1, 1, "the alias or id of the collection"),
		Example: "  entente collection set positions --ceiling green --dry-run --node est\n  entente collection set positions --add-community eu --remove-writer jpn --node est",
	}
	e.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&title, "title", "", "its `title` for people")
	f.StringVar(&about, "description", "", "what lies in it, in a few `words`")
	f.StringVar(&alias, "alias", "", "another short `name`")
	f.StringVar(&ceiling, "ceiling", "", "the strictest `level` that may lie in it: clear, green, amber or amber+strict")
	f.StringSliceVar(&addC, "add-community", nil, "a `community` that may read from now on")
	f.StringSliceVar(&dropC, "remove-community", nil, "a `community` that may read no more")
	f.StringSliceVar(&addW, "add-writer", nil, "a `partner` that may add objects from now on")
	f.StringSliceVar(&dropW, "remove-writer", nil, "a `partner` that may add no more")
	f.BoolVar(&shut, "close", false, "close it: nothing goes in or out")
	f.BoolVar(&open, "open", false, "open it again")
	complete(cmd, "ceiling", collectionLevels)
	cmd.MarkFlagsMutuallyExclusive("close", "open")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return e.run(app, g, "collection "+args[0]+" changed", "The collection "+args[0]+" is changed.", func(s *partner.Settings) error {
			c := s.Collection(args[0])
			if c == nil {
				return noSuch("collection", args[0], "entente collection list shows them")
			}
			if title != "" {
				c.Title = title
			}
			if about != "" {
				c.Description = about
			}
			if alias != "" {
				c.Alias = alias
			}
			if ceiling != "" {
				l, err := level("--ceiling", ceiling)
				if err != nil {
					return err
				}
				c.Ceiling = l
			}
			var err error
			if c.Communities, err = amend(c.Communities, addC, dropC, "--remove-community"); err != nil {
				return err
			}
			if c.Writers, err = amend(c.Writers, addW, dropW, "--remove-writer"); err != nil {
				return err
			}
			if shut || open {
				c.Closed = shut
			}
			return nil
		})
	}
	return cmd
}

// amend adds names to a list and takes others out.
func amend(list, add, drop []string, flag string) ([]string, error) {
	for _, x := range add {
		if !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	for _, x := range drop {
		i := slices.Index(list, x)
		if i < 0 {
			return nil, invalid(flag, fmt.Sprintf("%q is not in the list", x), "entente collection list shows it")
		}
		list = slices.Delete(list, i, i+1)
	}
	return list, nil
}

func newCollectionRemoveCommand(app *App, g *global) *cobra.Command {
	var e settingsEdit
	cmd := &cobra.Command{
		Use: "remove COLLECTION", Short: "remove a collection; what lies in it goes to nobody any more", Args: needs(1, 1, "the alias or id of the collection"),
		Example: "  entente collection remove positions --dry-run --node est",
		Long:    "Remove takes a collection out of the settings. Its objects stay in the store, and what\nwas handed over stays in the log.",
	}
	e.flags(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return e.run(app, g, "collection "+args[0]+" removed", "The collection "+args[0]+" is removed.", func(s *partner.Settings) error { return s.RemoveCollection(args[0]) })
	}
	return cmd
}
