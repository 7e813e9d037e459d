package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"entente/web"
)

func newVersionCommand(app *App, g *global) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "the version of the program, of the corpus and of the islands",
		Args:  needs(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			if format != "text" && format != "json" {
				return invalid("--format", fmt.Sprintf("there is no format %q here", format), "the formats of this command are text, json")
			}
			b, err := g.open()
			if err != nil {
				return err
			}
			assets, err := web.New()
			if err != nil {
				return err
			}
			i := b.Corpus.Info
			if format == "json" {
				enc := json.NewEncoder(app.Stdout)
				enc.SetEscapeHTML(false)
				return closedPipe(enc.Encode(map[string]string{
					"schema": "entente.version/1", "version": app.Version, "corpus": i.Name, "corpus_version": i.Version,
					"released": i.Released.String(), "islands": assets.Islands(),
				}))
			}
			_, err = fmt.Fprintf(app.Stdout, "entente %s\ncorpus  %s %s, released %s\nislands %s\n",
				clean(app.Version), clean(i.Name), clean(i.Version), i.Released, assets.Islands())
			return closedPipe(err)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "form of the output: text, json")
	complete(cmd, "format", []string{"text", "json"})
	return cmd
}
