package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"entente/internal/exchange/node"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// objectID reads the id of an object.
func objectID(s string) (stix.ID, error) {
	id, why := stix.ParseID(s)
	if why != "" {
		return "", invalid("OBJECT", why, "an id looks like report--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061")
	}
	return id, nil
}

func newCollectionTakeCommand(app *App, g *global) *cobra.Command {
	var dir, version string
	cmd := &cobra.Command{
		Use: "take COLLECTION OBJECT", Short: "take an object out of a collection", Args: needs(2, 2, "a collection and the id of an object"),
		Example: "  entente collection take positions report--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061 --node est",
		Long: `Take takes all versions of an object out of a collection, whoever put it there. Who has
it keeps it: to tell everybody that it is void, use entente withdraw. It can be shared
again.`,
	}
	nodeFlag(cmd, &dir)
	cmd.Flags().StringVar(&version, "version", "", "only the version of this `time`")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		id, err := objectID(args[1])
		if err != nil {
			return err
		}
		v := taxii.Versions{All: true}
		if version != "" {
			t, why := stix.ParseTime(version)
			if why != "" {
				return invalid("--version", why, "")
			}
			v = taxii.Versions{Exact: []stix.Time{t}}
		}
		return g.withNode(dir, func(ctx context.Context, n *node.Node) error {
			if err := n.Shelf.Take(ctx, args[0], id, v); err != nil {
				return err
			}
			_, err := fmt.Fprintf(app.Stdout, "%s is taken out of %s. Who was handed it still has it: entente receipts %s\n", id, clean(args[0]), id)
			return closedPipe(err)
		})
	}
	return cmd
}

func newCollectionPurgeCommand(app *App, g *global) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: "purge OBJECT", Short: "take out for good what a partner brought under an id that is not its own", Args: needs(1, 1, "the id of an object"),
		Example: "  entente collection purge report--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061 --node est",
		Long: `Purge takes every version of an object that partners brought out of every collection
and frees its id, so that whoever it belongs to can bring it. The log goes on saying
what came and who was handed it. An object of the node itself is not purged.`,
	}
	nodeFlag(cmd, &dir)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		id, err := objectID(args[0])
		if err != nil {
			return err
		}
		return g.withNode(dir, func(ctx context.Context, n *node.Node) error {
			versions, err := n.Shelf.Purge(ctx, id)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(app.Stdout, "%s is purged: %s. Who was handed it still has it: entente receipts %s\n", id, count(versions, "version", "versions"), id)
			return closedPipe(err)
		})
	}
	return cmd
}
