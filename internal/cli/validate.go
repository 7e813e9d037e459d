package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"entente"
	"entente/analysis/predict"
	"entente/internal/archive"
	"entente/internal/view"
)

func newValidateCommand(app *App, g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "validate",
		Short:   "hold a method against answers that were hidden from it",
		Example: "  entente validate predict --folds 10",
		Args:    noSuchCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	under(cmd, "Methods:", newValidatePredictCommand(app, g))
	return cmd
}

func newValidatePredictCommand(app *App, g *global) *cobra.Command {
	var c choice
	var out output
	var v votesFlags
	var mask string
	var folds int
	cmd := &cobra.Command{
		Use:   "predict",
		Short: "hide answers, predict them from the rest, and score that beside four simple methods",
		Long: `Predict hides cells (one actor's answer to one proposition or resolution), fits
the model to the rest, and prints log score, Brier score, accuracy and a
calibration table, beside the item's base rate, the bloc's majority, the nearest
states by general ideal point, and the last vote of the same line. Where the
model does not beat one of them, it says so.

The mask is CSV with the columns actor and item; an item is a proposition, an
instrument, a symbol such as A/RES/77/36, or a roll call. Without a mask all
statements of states are hidden in turn, in folds. With --as-of nothing dated
later is seen, and masked answers given later are what is predicted.`,
		Example: `  entente validate predict
  entente validate predict --mask hidden.csv --as-of 2021-12-31 --format json`,
		Args: needs(0, 0, "no arguments; the choices are flags"),
	}
	c.settings(cmd)
	v.archiveFlag(cmd)
	out.flags(cmd, []string{"text", "json", "csv"})
	cmd.Flags().StringVar(&mask, "mask", "", "hide the cells of this CSV `file` (columns actor and item)")
	cmd.Flags().IntVar(&folds, "folds", 0, "hide the cells in this many `folds` in turn; without a mask 10")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if cmd.Flags().Changed("folds") && folds < 2 {
			return invalid("--folds", fmt.Sprintf("%d folds hide nothing in turn", folds), "give 2 or more, or leave the flag out")
		}
		b, o, err := prepare(app, g, &c, &out)
		if err != nil {
			return err
		}
		var cells []predict.Cell
		if mask != "" {
			raw, err := os.ReadFile(mask)
			if err != nil {
				return &entente.Error{Kind: entente.NotFound, Op: "read the mask", Place: mask, Msg: "the file cannot be read", Hint: "name a CSV file with the columns actor and item", Err: err}
			}
			if cells, err = view.ParseMask(b.Corpus, mask, raw); err != nil {
				return err
			}
		}
		vb, err := v.beside(b)
		if err != nil {
			return err
		}
		page, err := vb.ValidatePredict(mask, cells, folds, o)
		if err != nil {
			return err
		}
		d, err := data[*view.PredictCheck](page)
		if err != nil {
			return err
		}
		return out.emit(app, g, b, page, func(p *printer) { predictCheckText(p, d) }, nil)
	}
	return cmd
}

// archiveFlag adds --archive.
func (v *votesFlags) archiveFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&v.archive, "archive", "", "take general votes from the vote archive in this `folder` instead of the one that comes with the program")
	_ = cmd.MarkFlagDirname("archive") // only errs for a flag that is not there
}

// beside reads the vote archive beside a corpus that is already open.
func (v *votesFlags) beside(b view.Builder) (view.VoteBuilder, error) {
	a, err := archive.UNGA()
	if v.archive != "" {
		a, err = archive.ReadDir(v.archive)
	}
	if err != nil {
		return view.VoteBuilder{}, err
	}
	a, err = a.Link(b.Corpus)
	return view.VoteBuilder{Builder: b, Archive: a}, err
}
