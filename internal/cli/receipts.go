package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"entente/internal/exchange/node"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/stix"
)

func newReceiptsCommand(app *App, g *global) *cobra.Command {
	var dir, format string
	cmd := &cobra.Command{
		Use:   "receipts [OBJECT]",
		Short: "who got what, and who has confirmed it",
		Long: `Receipts lists for an object, by its STIX id, which version went to which partner
when, the leaf of the log that records it, and whether the partner's signed receipt
has come in. Without an object it gives the account of each partner and collection:
what lies there, what the partner may take, what it was handed and has confirmed.`,
		Example: "  entente receipts --node trial/estonia\n  entente receipts incident--fef6b0d2-55c5-5e24-9ab7-2fd4bb8e9c9d --node trial/estonia",
		Args:    needs(0, 1, "at most one object"),
	}
	nodeFlag(cmd, &dir)
	cmd.Flags().StringVar(&format, "format", "text", "form of the output: text, json")
	complete(cmd, "format", []string{"text", "json"})
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		if len(args) > 0 {
			if _, why := stix.ParseID(args[0]); why != "" {
				return invalid(args[0], "this is not the id of an object: "+why, "such as incident--fef6b0d2-55c5-5e24-9ab7-2fd4bb8e9c9d")
			}
		}
		n, err := g.openNode(dir)
		if err != nil {
			return err
		}
		defer func() { _ = n.Close() }() // nothing was written
		var text string
		var answer any
		if len(args) > 0 {
			text, answer, err = reach(g, n, stix.ID(args[0]))
		} else {
			text, answer, err = account(g, n)
		}
		if err != nil {
			return err
		}
		if format == "json" {
			return writeJSON(app, answer)
		}
		_, err = io.WriteString(app.Stdout, text)
		return closedPipe(err)
	}
	return cmd
}

// reach is who got which version of one object.
func reach(g *global, n *node.Node, id stix.ID) (string, any, error) {
	list, err := n.Shelf.Reach(g.ctx, id)
	if err != nil {
		return "", nil, err
	}
	var b strings.Builder
	for _, d := range list {
		what, receipt := d.Version, "not confirmed"
		if d.Revoked {
			what += " (withdrawal)"
		}
		if d.Receipt >= 0 {
			receipt = fmt.Sprintf("confirmed, leaf %d", d.Receipt)
		}
		fmt.Fprintf(&b, "%s  %s  handed over%s, leaf %d; %s\n", clean(d.Partner), clean(what), since(d.At), d.Leaf, receipt)
	}
	if len(list) == 0 {
		b.WriteString("It went to nobody.\n")
	}
	return b.String(), struct {
		Schema     string           `json:"schema"`
		Object     stix.ID          `json:"object"`
		Deliveries []shelf.Delivery `json:"deliveries"`
	}{"entente.receipts/1", id, list}, nil
}

// account is the account of each partner and collection.
func account(g *global, n *node.Node) (string, any, error) {
	list, err := n.Shelf.Loss(g.ctx)
	if err != nil {
		return "", nil, err
	}
	state, err := n.Book.State(g.ctx)
	if err != nil {
		return "", nil, err
	}
	var b strings.Builder
	for _, l := range list {
		if c, ok := state.Collection(l.Collection); ok && c.Alias != "" {
			l.Collection = c.Alias
		}
		fmt.Fprintf(&b, "%s from %s: %d lie there, %d allowed, %d withheld; %d handed over, %d confirmed, %d waiting, %d gone since\n",
			clean(l.Partner), clean(l.Collection), l.Lying, l.Allowed, l.Lying-l.Allowed, l.Handed, l.Receipted, l.Waiting, l.Gone)
	}
	if len(list) == 0 {
		b.WriteString("There are no partners, or no collections.\n")
	}
	return b.String(), struct {
		Schema string       `json:"schema"`
		Lines  []shelf.Line `json:"lines"`
	}{"entente.exchange-account/1", list}, nil
}
