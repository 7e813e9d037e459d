package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"entente/internal/exchange/node"
)

func newWithdrawCommand(app *App, g *global) *cobra.Command {
	var dir, format string
	var list bool
	var r node.Recall
	cmd := &cobra.Command{
		Use:   "withdraw [RECORD or OBJECT...]",
		Short: "take back what was shared, and see who has confirmed",
		Long: `Withdraw publishes for each object a version that revokes it, and with it what hangs
on it: statements on a withdrawn text, attributions of a withdrawn incident,
translations, relationships. Partners get it like any version and sign a receipt.
Withdrawn is for good: the object never comes back.

Nobody can make a partner forget. The list says who had it, who has fetched the
withdrawal and who has confirmed; --list shows all that was withdrawn.`,
		Example: "  entente withdraw incidents:viasat-2022 --node trial/estonia --dry-run\n  entente withdraw incidents:viasat-2022 --node trial/estonia --why \"wrong victim\"\n  entente withdraw --list --node trial/estonia",
	}
	nodeFlag(cmd, &dir)
	f := cmd.Flags()
	f.StringVar(&r.Why, "why", "", "the `reason`, for one's own people; partners learn only that it is withdrawn")
	f.BoolVar(&r.DryRun, "dry-run", false, "only show what would be withdrawn, and who had it")
	f.StringVar(&r.Expect, "plan", "", "withdraw only if the plan is still this one (the `id` that --dry-run shows)")
	f.BoolVar(&list, "list", false, "list what was withdrawn and who has not confirmed")
	f.StringVar(&format, "format", "text", "form of the output: text, json")
	complete(cmd, "format", []string{"text", "json"})
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		switch {
		case list && len(args) > 0:
			return invalid("--list", "--list names everything that was withdrawn", "leave the records out")
		case !list && len(args) == 0:
			return invalid("", "withdraw needs at least one record or object", "usage: "+cmd.UseLine())
		}
		r.Names, r.Who = args, g.who()
		return g.withNode(dir, func(ctx context.Context, n *node.Node) error {
			if list {
				return withdrawals(ctx, app, g, n, format)
			}
			return runWithdraw(ctx, app, g, n, r, format)
		})
	}
	return cmd
}

func withdrawals(ctx context.Context, app *App, g *global, n *node.Node, format string) error {
	all, err := n.Withdrawals(ctx)
	if err != nil {
		return err
	}
	if format == "json" {
		return writeJSON(app, struct {
			Schema    string             `json:"schema"`
			Withdrawn []node.Outstanding `json:"withdrawn"`
		}{"entente.withdrawals/1", all})
	}
	p := textPrinter(app, g)
	outstandingText(p, all)
	return p.write(app)
}

// runWithdraw shows what is to be taken back, and then does just that.
func runWithdraw(ctx context.Context, app *App, g *global, n *node.Node, r node.Recall, format string) error {
	dry, expect := r.DryRun, r.Expect
	r.DryRun = true
	w, err := n.Withdraw(ctx, r)
	if err != nil {
		return err
	}
	show := func(w *node.Withdrawal) error {
		return writeJSON(app, struct {
			Schema string `json:"schema"`
			*node.Withdrawal
		}{"entente.withdraw/1", w})
	}
	if format == "text" {
		p := textPrinter(app, g)
		recallText(p, w)
		if dry {
			p.blank()
			p.flow(0, 0, quiet("Plan "+w.Digest[:12]))
		}
		if err := p.write(app); err != nil {
			return err
		}
	}
	if dry {
		if format == "json" {
			return show(w)
		}
		return nil
	}
	r.DryRun = false
	if r.Expect = w.Digest; expect != "" {
		r.Expect = expect
	}
	if w, err = n.Withdraw(ctx, r); err != nil {
		return err
	}
	if format == "json" {
		return show(w)
	}
	_, err = fmt.Fprintf(app.Stdout, "\nDone: %s withdrawn. entente withdraw --list tells who has confirmed.\n", count(len(w.Objects), "object is", "objects are"))
	return closedPipe(err)
}
