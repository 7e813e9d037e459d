package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/store"
	"entente/internal/view"
)

func newDiffCommand(app *App, g *global) *cobra.Command {
	var out output
	var from, to string
	cmd := &cobra.Command{
		Use:   "diff [BEFORE AFTER]",
		Short: "what separates two corpora: two folders, or a workbench at two instants",
		Long: `Diff compares two corpora row by row: what was added, removed and changed, column
by column. Name two folders, or give --db and --from; without --to the present
counts. Exit code 0 also when they differ.`,
		Example: "  entente diff corpus-2025 corpus-2026\n  entente diff --db work.entente --from 2026-11-27",
		Args:    needs(0, 2, "two folders, or none with --db"),
	}
	out.flags(cmd, []string{"text", "json", "csv"})
	cmd.Flags().StringVar(&from, "from", "", "with --db: compare with what was published at this `instant`")
	cmd.Flags().StringVar(&to, "to", "", "with --db: up to this `instant`; without it, now")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := out.settle(); err != nil {
			return err
		}
		var before, after *entente.Corpus
		var err error
		switch {
		case len(args) == 2 && from == "" && to == "":
			if before, err = datapackage.ReadDir(args[0]); err == nil {
				after, err = datapackage.ReadDir(args[1])
			}
		case len(args) == 0 && from != "":
			before, after, err = g.twoInstants(from, to)
		default:
			err = invalid("", "diff needs two folders, or --db with --from", "usage: "+cmd.UseLine())
		}
		if err != nil {
			return err
		}
		page := view.DiffOf("From "+before.Info.Name+" "+before.Info.Version+" to "+after.Info.Name+" "+after.Info.Version, before, after)
		v, err := data[*view.Diff](page)
		if err != nil {
			return err
		}
		return out.emit(app, g, view.Builder{Corpus: after}, page, func(p *printer) { diffText(p, v) }, nil)
	}
	return cmd
}

// twoInstants reads the store as it was at two moments.
func (g *global) twoInstants(from, to string) (before, after *entente.Corpus, err error) {
	start, err := instant("--from", from)
	if err != nil {
		return nil, nil, err
	}
	s, err := g.openStore(store.Options{})
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = s.Close() }() // nothing was written
	if before, _, err = s.CorpusAt(g.ctx, start); err != nil {
		return nil, nil, err
	}
	if to == "" {
		after, _, err = s.Corpus(g.ctx)
		return before, after, err
	}
	end, err := instant("--to", to)
	if err != nil {
		return nil, nil, err
	}
	after, _, err = s.CorpusAt(g.ctx, end)
	return before, after, err
}

var diffSigns = map[string]string{datapackage.RowAdded: "+", datapackage.RowRemoved: "-", datapackage.RowChanged: "~"}

func diffText(p *printer, v *view.Diff) {
	if len(v.Rows) == 0 {
		p.flow(0, 0, plain("No difference."))
		return
	}
	for _, c := range v.Counts {
		p.flow(0, 2, plain(fmt.Sprintf("%s: %d added, %d removed, %d changed", c.Table, c.Added, c.Removed, c.Changed)))
	}
	table := ""
	for i := range v.Rows {
		r := &v.Rows[i]
		if r.Table != table {
			table = r.Table
			p.section(table)
		}
		p.flow(0, 2, plain(diffSigns[r.What]+" "+r.ID))
		if r.What != datapackage.RowChanged {
			continue
		}
		for _, c := range r.Cells {
			p.flow(4, 6, quiet(c.Column+": "), plain(orNothing(c.Before)+" → "+orNothing(c.After)))
		}
	}
}

func orNothing(s string) string {
	if s == "" {
		return "(nothing)"
	}
	return s
}
