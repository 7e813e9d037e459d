package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"entente/internal/datapackage"
	"entente/internal/view"
)

func newCheckCommand(app *App, g *global) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:   "check [DIR]",
		Short: "read a corpus or a workbench whole and list every fault",
		Long: `Check reads the corpus in a folder as every other command would: words, dates,
keys, references. It prints every fault (exit code 2; 3 when the folder or a file
is missing), or one line of what the corpus holds and what its readers should
know, such as the share of unverified records.

With --db and no folder it looks at everything in a store: whether its pages are
sound, commits and versions follow each other, what is published follows from
them, and every kept file is what its hash says.`,
		Example: "  entente check my-corpus\n  entente check --db work.entente",
		Args:    needs(0, 1, "the folder of a corpus, or --db"),
	}
	out.flags(cmd, []string{"text", "json", "csv"})
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := out.settle(); err != nil {
			return err
		}
		if len(args) == 0 {
			if place, err := g.store(); err == nil && place == "" {
				return invalid("", "check needs the folder of a corpus, or --db", "usage: "+cmd.UseLine())
			}
			return checkStore(app, g, out.format)
		}
		c, err := datapackage.ReadDir(args[0])
		if err != nil {
			return err
		}
		b := view.Builder{Corpus: c}
		page := b.Check()
		v, err := data[*view.Check](page)
		if err != nil {
			return err
		}
		return out.emit(app, g, b, page, func(p *printer) { checkText(p, v) }, nil)
	}
	return cmd
}

func checkText(p *printer, v *view.Check) {
	sizes := make([]string, len(v.Tables))
	for i, t := range v.Tables {
		sizes[i] = itoa(t.Records) + " " + t.Table
	}
	p.flow(0, 2, plain("No fault: "+strings.Join(sizes, ", ")+"."))
	for _, w := range v.Warnings {
		p.flow(0, 2, span{styleWarn, "warning:"}, plain(" "+w))
	}
}
