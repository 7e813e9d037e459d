package cli

import (
	"github.com/spf13/cobra"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/threats"
	"entente/internal/store"
	"entente/internal/view"
)

func newThreatsCommand(app *App, g *global) *cobra.Command {
	var out output
	var level string
	cmd := &cobra.Command{
		Use:   "threats ACTOR",
		Short: "who is reported to attack an actor, by what and with what aim",
		Long: `Threats tells what the collections that were imported into the workbench (entente
import threats), and what partners sent and somebody accepted, report about an
actor: who is said to attack it, by what, with what aim, and in what the actor
itself is named. It repeats what the sources say and adds nothing.`,
		Example:           "  entente threats Japan --db work.entente\n  entente threats est --db work.entente --format csv",
		Args:              needs(1, 1, "one actor, for example est"),
		ValidArgsFunction: completeActors(g),
	}
	out.flags(cmd, []string{"text", "json", "csv"})
	cmd.Flags().StringVar(&level, "level", "clear", "show what is handled up to this `level` of TLP: clear, green, amber, amber+strict")
	complete(cmd, "level", []string{"clear", "green", "amber", "amber+strict"})
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := out.settle(); err != nil {
			return err
		}
		upTo, err := levelFlag("--level", level)
		if err != nil {
			return err
		}
		b, page, err := g.threats(app, args, upTo)
		if err != nil {
			return err
		}
		v, err := data[*threats.Page](page)
		if err != nil {
			return err
		}
		return out.emit(app, g, b, page, func(p *printer) { threatsText(p, v) }, nil)
	}
	return cmd
}

// levelFlag reads a level of TLP at which something lies in the open for many.
func levelFlag(flag, word string) (handling.TLP, error) {
	l, err := handling.ParseTLP(word)
	if err != nil || l == handling.Red {
		return 0, invalid(flag, "\""+word+"\" is not such a level", "expected clear, green, amber or amber+strict; RED is for named people only")
	}
	return l, nil
}

// threats makes the page of an actor. Without a store there is nothing to tell.
func (g *global) threats(app *App, args []string, upTo handling.TLP) (view.Builder, *view.Page, error) {
	var none view.Builder
	if g.knownAt != "" {
		return none, nil, invalid("--known-at", "threats are told as they are known now", "leave it out")
	}
	place, err := g.store()
	if err != nil {
		return none, nil, err
	}
	var st *store.Store
	var c *entente.Corpus
	if place == "" {
		c, err = g.read()
	} else if st, err = store.Open(g.ctx, place, store.Options{}); err == nil {
		defer func() { _ = st.Close() }() // nothing was written
		c, _, err = st.Corpus(g.ctx)
	}
	if err != nil {
		return none, nil, err
	}
	b := view.Builder{Corpus: c}
	list, err := actors(app, b, args)
	if err != nil {
		return none, nil, err
	}
	h, err := threats.Open(st).At(g.ctx, upTo)
	if err != nil {
		return none, nil, err
	}
	page, err := h.Page(c, list[0], upTo)
	return b, page, err
}
