package cli

import (
	"time"

	"github.com/spf13/cobra"

	"entente/internal/ledger"
	"entente/internal/ledger/verify"
)

func newVerifyCommand(app *App, g *global) *cobra.Command {
	var keys []string
	var format string
	var loose bool
	tolerance := ledger.DefaultTolerance
	cmd := &cobra.Command{
		Use:   "verify FOLDER",
		Short: "check, without a network, what a node says that it shared",
		Long: `Verify checks a folder that entente node export made, or that was put together of
what several partners hold: whether any object was altered, removed, back-dated or
shown differently to two partners. It needs only the files and the public keys of
those who signed, which must come by another way than the folder. The program
entente-verify does the same and nothing else.

Exit code 0: everything is proven. 4: something is at fault. 6: nothing is at
fault, but evidence is lacking.`,
		Example: "  entente verify est-for-jpn --key estonia.example/log+1f0a2b3c+AV… --key partners.keys\n  entente verify evidence --loose --key all.keys --format json",
		Args:    needs(1, 1, "the folder to check"),
	}
	f := cmd.Flags()
	f.StringArrayVar(&keys, "key", nil, "trust this public `key`, or those in this file, one a line (repeat)")
	f.StringVar(&format, "format", "text", "form of the output: text, json")
	f.BoolVar(&loose, "loose", false, "the folder was put together by hand: take it for complete without a signed list")
	f.DurationVar(&tolerance, "tolerance", tolerance, "how far the clocks of two nodes may be apart")
	complete(cmd, "format", []string{"text", "json"})
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		if tolerance < time.Second {
			return invalid("--tolerance", "clocks are never that close", "at least 1s")
		}
		list, err := verify.ReadKeys(keys)
		if err != nil {
			return err
		}
		bar := newBar(app, "leaves")
		report, err := verify.Folder(g.ctx, args[0], verify.Options{Keys: list, Tolerance: tolerance, Loose: loose, Progress: bar.show})
		bar.clear()
		if err != nil {
			return err
		}
		write := report.WriteText
		if format == "json" {
			write = report.WriteJSON
		}
		if err := closedPipe(write(app.Stdout)); err != nil {
			return err
		}
		return report.Err()
	}
	return cmd
}
