package cli

import (
	"log/slog"

	"github.com/spf13/cobra"

	"entente/internal/web"
)

func newServeCommand(app *App, g *global) *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "show the same in a browser, on this machine",
		Long: `Serve prints the address of the pages and serves them until it is stopped
(Ctrl-C); requests under way are finished first. It listens on this machine only.`,
		Example: "  entente serve\n  entente serve --addr 127.0.0.1:9000",
		Args:    needs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			b, err := g.open()
			if err != nil {
				return err
			}
			return web.Run(cmd.Context(), web.Options{
				Corpus: b.Corpus, Addr: addr, Version: app.Version, Stdout: app.Stdout,
				Log: slog.New(slog.NewTextHandler(app.Stderr, nil)),
			})
		},
	}
	cmd.Flags().StringVar(&addr, "addr", web.DefaultAddr, "listen at this `host:port`; port 0 takes a free one")
	return cmd
}
