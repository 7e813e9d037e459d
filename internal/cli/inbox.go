package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"entente/internal/exchange/inbox"
	"entente/internal/exchange/node"
)

func newInboxCommand(app *App, g *global) *cobra.Command {
	var dir, format string
	var ask inbox.Ask
	var all bool
	cmd := &cobra.Command{
		Use:   "inbox",
		Short: "what partners sent: look, accept, reject, merge",
		Long: `Inbox lists what came from partners and waits for somebody to decide. It stands apart
from the records; nothing of it counts in any figure until somebody has accepted it
and it is published.`,
		Example: "  entente inbox --node trial/japan\n  entente inbox show 12 --node trial/japan\n  entente inbox accept 12 --with-needed --node trial/japan",
		Args:    noSuchCommand,
	}
	nodeFlag(cmd, &dir)
	f := cmd.Flags()
	f.StringVar(&ask.Partner, "partner", "", "only what this `partner` sent")
	f.StringVar(&ask.Type, "type", "", "only objects of this STIX `type`, such as opinion")
	f.StringVar(&ask.Record, "record", "", "only what is about this record (`table:id`)")
	f.BoolVar(&all, "all", false, "also what is decided, superseded or put aside")
	f.IntVar(&ask.Limit, "limit", 200, "at most this many")
	f.StringVar(&format, "format", "text", "form of the output: text, json")
	complete(cmd, "format", []string{"text", "json"})
	cmd.RunE = func(*cobra.Command, []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		if !all {
			ask.States = []inbox.State{inbox.New}
		}
		return g.withNode(dir, func(ctx context.Context, n *node.Node) error {
			list, err := n.Inbox.List(ctx, ask)
			if err != nil {
				return err
			}
			counts, err := n.Inbox.Counts(ctx)
			if err != nil {
				return err
			}
			if format == "json" {
				return writeJSON(app, struct {
					Schema string        `json:"schema"`
					Counts []inbox.Count `json:"counts"`
					Items  []inbox.Item  `json:"items"`
				}{"entente.inbox/1", emptyNotNull(counts), emptyNotNull(list)})
			}
			p := textPrinter(app, g)
			inboxText(p, list, counts, ask, all)
			return p.write(app)
		})
	}
	under(cmd, "What to do with it:", newInboxShowCommand(app, g), newInboxAcceptCommand(app, g), newInboxRejectCommand(app, g), newInboxMergeCommand(app, g))
	return cmd
}

func emptyNotNull[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// items reads the numbers of items.
func items(args []string) ([]int64, error) {
	var out []int64
	for _, a := range args {
		n, err := strconv.ParseInt(a, 10, 64)
		if err != nil || n < 1 {
			return nil, invalid(a, "this is no number of an item", "entente inbox lists them")
		}
		out = append(out, n)
	}
	return out, nil
}

func newInboxShowCommand(app *App, g *global) *cobra.Command {
	var dir, format string
	var raw, needed bool
	cmd := &cobra.Command{
		Use: "show ITEM...", Short: "what accepting would do, column by column",
		Long: `Show tells for each item whose it is, what would become of the record, column by
column against what is published here, and what is missing.`,
		Example: "  entente inbox show 12 --node trial/japan\n  entente inbox show 12 --raw --node trial/japan",
		Args:    needs(1, -1, "the number of an item"),
	}
	nodeFlag(cmd, &dir)
	f := cmd.Flags()
	f.BoolVar(&raw, "raw", false, "print the object as it came")
	f.BoolVar(&needed, "with-needed", false, "also the waiting items that carry what these refer to")
	f.StringVar(&format, "format", "text", "form of the output: text, json")
	complete(cmd, "format", []string{"text", "json"})
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		ns, err := items(args)
		if err != nil {
			return err
		}
		return g.withNode(dir, func(ctx context.Context, n *node.Node) error {
			if raw {
				return rawItems(ctx, app, n, ns)
			}
			if needed {
				if ns, err = n.Inbox.WithNeeded(ctx, ns); err != nil {
					return err
				}
			}
			v, err := n.Inbox.Preview(ctx, ns)
			if err != nil {
				return err
			}
			if format == "json" {
				return writeJSON(app, struct {
					Schema string `json:"schema"`
					*inbox.Preview
				}{"entente.inbox-preview/1", v})
			}
			state, err := n.Book.State(ctx)
			if err != nil {
				return err
			}
			p := textPrinter(app, g)
			previewText(p, v, state)
			return p.write(app)
		})
	}
	return cmd
}

func rawItems(ctx context.Context, app *App, n *node.Node, ns []int64) error {
	for _, k := range ns {
		i, err := n.Inbox.Get(ctx, k)
		if err != nil {
			return err
		}
		o, err := i.Body()
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(app.Stdout, "%s\n", o.Raw()); err != nil {
			return closedPipe(err)
		}
	}
	return nil
}

// deciding is what the commands that decide have in common.
type deciding struct {
	dir string
	how inbox.How
}

func (d *deciding) flags(cmd *cobra.Command, publish bool) {
	nodeFlag(cmd, &d.dir)
	f := cmd.Flags()
	f.StringVar(&d.how.Why, "why", "", "the `reason`, for one's own people")
	if publish {
		f.BoolVar(&d.how.Publish, "publish", false, "publish at once; without it the records wait for review")
		f.BoolVar(&d.how.Widely, "widely", false, "publish also what is AMBER or AMBER+STRICT: only people of this organisation read the workbench")
	}
}

func newInboxAcceptCommand(app *App, g *global) *cobra.Command {
	var d deciding
	var needed bool
	cmd := &cobra.Command{
		Use: "accept ITEM...", Short: "make records of items",
		Long: `Accept makes records of items, in review or (--publish) published; retires the record
when the item is a withdrawal; and keeps an object that carries no record as a report
of the partner's. All of it is done, or nothing.`,
		Example: "  entente inbox accept 12 --with-needed --node trial/japan\n  entente inbox accept 12 13 --publish --node trial/japan",
		Args:    needs(1, -1, "the number of an item"),
	}
	d.flags(cmd, true)
	cmd.Flags().BoolVar(&needed, "with-needed", false, "also the waiting items that carry what these refer to")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		ns, err := items(args)
		if err != nil {
			return err
		}
		d.how.Who = g.who()
		return g.withNode(d.dir, func(ctx context.Context, n *node.Node) error {
			if needed {
				if ns, err = n.Inbox.WithNeeded(ctx, ns); err != nil {
					return err
				}
			}
			done, err := n.Inbox.Accept(ctx, d.how, ns...)
			if err != nil {
				return err
			}
			p := textPrinter(app, g)
			doneText(p, done, d.how.Publish)
			return p.write(app)
		})
	}
	return cmd
}

func newInboxRejectCommand(app *App, g *global) *cobra.Command {
	var d deciding
	cmd := &cobra.Command{
		Use: "reject ITEM...", Short: "decide that items are not wanted", Args: needs(1, -1, "the number of an item"),
		Example: "  entente inbox reject 12 --why \"another list of propositions\" --node trial/japan",
	}
	d.flags(cmd, false)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		ns, err := items(args)
		if err != nil {
			return err
		}
		d.how.Who = g.who()
		return g.withNode(d.dir, func(ctx context.Context, n *node.Node) error {
			if err := n.Inbox.Reject(ctx, d.how, ns...); err != nil {
				return err
			}
			_, err := fmt.Fprintf(app.Stdout, "%s rejected.\n", count(len(ns), "item", "items"))
			return closedPipe(err)
		})
	}
	return cmd
}

func newInboxMergeCommand(app *App, g *global) *cobra.Command {
	var d deciding
	var take []string
	cmd := &cobra.Command{
		Use: "merge ITEM", Short: "take some columns over into the record that is here", Args: needs(1, 1, "the number of an item"),
		Example: "  entente inbox merge 12 --take pinpoint,note --node trial/japan",
	}
	d.flags(cmd, true)
	cmd.Flags().StringSliceVar(&take, "take", nil, "the `columns` to take over, parted by commas; entente inbox show lists those that differ")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		ns, err := items(args)
		if err != nil {
			return err
		}
		if len(take) == 0 {
			return invalid("--take", "it is not said which columns to take over", "entente inbox show "+args[0]+" lists those that differ")
		}
		d.how.Who = g.who()
		return g.withNode(d.dir, func(ctx context.Context, n *node.Node) error {
			done, err := n.Inbox.Merge(ctx, d.how, ns[0], take)
			if err != nil {
				return err
			}
			p := textPrinter(app, g)
			doneText(p, done, d.how.Publish)
			return p.write(app)
		})
	}
	return cmd
}
