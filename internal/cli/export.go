package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"entente/internal/datapackage"
)

func newExportCommand(app *App, g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "export DIR",
		Short: "write the corpus as a data package (CSV and datapackage.json) into a new folder",
		Long: `Export writes the corpus as a Frictionless tabular Data Package. The folder must
be new or empty; a failure leaves nothing half written. What is exported can be
read again with --corpus DIR and gives the same corpus.`,
		Example: "  entente export my-corpus && entente check my-corpus",
		Args:    needs(1, 1, "the folder to make"),
		RunE: func(_ *cobra.Command, args []string) error {
			b, err := g.open()
			if err != nil {
				return err
			}
			if err := datapackage.WriteDir(b.Corpus, args[0]); err != nil {
				return err
			}
			_, err = fmt.Fprintf(app.Stdout, "%s: the corpus %s %s as a data package\n", clean(args[0]), clean(b.Corpus.Info.Name), clean(b.Corpus.Info.Version))
			return closedPipe(err)
		},
	}
}
