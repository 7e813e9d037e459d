package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/shelf"
)

// settingsEdit is what every command that changes the settings of a node has in
// common.
type settingsEdit struct {
	dir string
	why string
	dry bool
}

func (e *settingsEdit) flags(cmd *cobra.Command) {
	nodeFlag(cmd, &e.dir)
	cmd.Flags().StringVar(&e.why, "why", "", "the `reason`, kept in the history of the settings")
	cmd.Flags().BoolVar(&e.dry, "dry-run", false, "show what the change would open and close, and what has left already; change nothing")
}

// run applies a change to the newest settings. It shows what the change opens and
// closes to whom, and what of the latter has left already; did says in a line
// what was done.
func (e *settingsEdit) run(app *App, g *global, what, did string, change func(*partner.Settings) error) error {
	return g.withNode(e.dir, func(ctx context.Context, n *node.Node) error {
		r, err := n.Book.Settings(ctx)
		if err != nil {
			return err
		}
		s := r.Clone()
		if err := change(&s); err != nil {
			return err
		}
		if err := s.Check(); err != nil {
			return err
		}
		before, after := partner.NewState(r.N, r.Settings), partner.NewState(r.N+1, s)
		if !e.dry {
			if e.why != "" {
				what += ": " + e.why
			}
			if _, err := n.Book.Save(ctx, g.who(), what, r.N, s); err != nil {
				return err
			}
		}
		// After the change: what a server handed over until it counted is in the list.
		list, err := n.Shelf.Left(ctx, before, after)
		if err != nil {
			return err
		}
		if e.dry {
			did = "Nothing was changed (--dry-run)."
		}
		if _, err := fmt.Fprintln(app.Stdout, clean(did)); err != nil {
			return closedPipe(err)
		}
		return closedPipe(writeChanges(app.Stdout, list, e.dry, r.Settings, s))
	})
}

// changesMost bounds the objects that are named per partner and collection.
const changesMost = 20

// writeChanges tells what a change of the settings opens and closes. The settings
// before and after give the collections their names.
func writeChanges(w io.Writer, list []shelf.Change, dry bool, settings ...partner.Settings) error {
	names := map[string]string{}
	for _, s := range settings {
		for i := range s.Collections {
			names[s.Collections[i].ID] = collectionLabel(&s.Collections[i])
		}
	}
	type group struct {
		partner, collection string
		opens               bool
	}
	groups := map[group][]shelf.Change{}
	var order []group
	for _, c := range list {
		k := group{c.Partner, c.Collection, c.Opens}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], c)
	}
	slices.SortStableFunc(order, func(a, b group) int {
		return strings.Compare(fmt.Sprint(a.opens, a.partner, " ", a.collection), fmt.Sprint(b.opens, b.partner, " ", b.collection))
	})
	left := 0
	var b strings.Builder
	for _, k := range order {
		all := groups[k]
		had := 0
		for _, c := range all {
			if c.Left {
				had++
			}
		}
		verb := map[[2]bool]string{{true, false}: "Opens", {true, true}: "Would open", {false, false}: "Closes", {false, true}: "Would close"}[[2]bool{k.opens, dry}]
		fmt.Fprintf(&b, "%s to %s in %s: %s", verb, clean(k.partner), clean(cmp.Or(names[k.collection], k.collection)), count(len(all), "version", "versions"))
		if !k.opens {
			left += had
			fmt.Fprintf(&b, ", of which %d left already", had)
		}
		b.WriteString("\n")
		for i, c := range all {
			if i == changesMost {
				fmt.Fprintf(&b, "  and %d more\n", len(all)-changesMost)
				break
			}
			fmt.Fprintf(&b, "  %s %s %s", clean(string(c.ID)), clean(c.Version), c.Level)
			if c.Why != "" {
				fmt.Fprintf(&b, " (%s)", clean(c.Why))
			}
			if c.Left {
				fmt.Fprintf(&b, ", left %s UTC, leaf %d", c.At.UTC().Format("2006-01-02 15:04"), c.Leaf)
			}
			b.WriteString("\n")
		}
	}
	if left > 0 {
		b.WriteString("What has left does not come back by this. To ask for it: entente withdraw.\n")
	}
	if len(list) == 0 {
		b.WriteString("No object that lies here is opened or closed by it.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// level reads a handling level from a flag.
func level(flag, s string) (handling.TLP, error) {
	l, err := handling.ParseTLP(s)
	if err != nil {
		return 0, invalid(flag, fmt.Sprintf("there is no level %q", s), "one of clear, green, amber, amber+strict")
	}
	return l, nil
}

// collectionLevels are those that a collection or a clearance can have: RED is
// none of them.
var collectionLevels = []string{"clear", "green", "amber", "amber+strict"}

// untilFlag reads the end of an agreement or embargo; a day means its end.
func untilFlag(s string) (time.Time, error) {
	if s == "none" {
		return time.Time{}, nil
	}
	return instant("--until", s)
}

func noSuch(what, name, hint string) error {
	return &entente.Error{Kind: entente.NotFound, Place: name, Msg: "there is no such " + what, Hint: hint}
}

// withNode opens a node for one command.
func (g *global) withNode(dir string, do func(ctx context.Context, n *node.Node) error) error {
	n, err := g.openNode(dir)
	if err != nil {
		return err
	}
	defer func() { _ = n.Close() }() // every write is acknowledged already
	return do(g.ctx, n)
}
