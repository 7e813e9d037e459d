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
		Use:   "check DIR",
		Short: "read a corpus whole and list every fault with file, line and column",
		Long: `Check reads the corpus in a folder as every other command would: words, dates,
keys, references. It prints every fault (exit code 2; 3 when the folder or a file
is missing), or one line of what the corpus holds and what its readers should
know, such as the share of unverified records.`,
		Example: "  entente check my-corpus",
		Args:    needs(1, 1, "the folder of a corpus"),
	}
	out.flags(cmd, []string{"text", "json", "csv"})
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := out.settle(); err != nil {
			return err
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
