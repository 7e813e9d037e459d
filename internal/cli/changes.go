package cli

import (
	"github.com/spf13/cobra"

	"entente/internal/view"
)

func newChangesCommand(app *App, g *global) *cobra.Command {
	var c choice
	var out output
	cmd := &cobra.Command{
		Use:               "changes ACTOR…",
		Short:             "what changed between two dates, for one actor or between several",
		Example:           "  entente changes est jpn --from 2021-02-19 --to 2021-12-31",
		Args:              needs(1, -1, "at least one actor, for example est"),
		ValidArgsFunction: completeActors(g),
	}
	c.period(cmd)
	c.filters(cmd)
	f := cmd.Flags()
	f.BoolVar(&c.noBloc, "no-bloc", false, "leave out positions that hold only through a body, such as the EU")
	f.BoolVar(&c.noImplied, "no-implied", false, "leave out positions that follow only from acts")
	f.BoolVar(&c.unverified, "include-unverified", false, "let unverified records count")
	out.flags(cmd, pageFormats)
	out.evidenceFlag(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		b, o, err := prepare(app, g, &c, &out)
		if err != nil {
			return err
		}
		from, to, err := c.span(b.Corpus.Info.Released)
		if err != nil {
			return err
		}
		if from.IsZero() {
			return invalid("--from", "changes are between two dates", "add --from DATE, and --to DATE if it is not the corpus's release")
		}
		noteDate(app, b, to)
		list, err := actors(app, b, args)
		if err != nil {
			return err
		}
		page, err := b.Changes(list, from, to, o)
		if err != nil {
			return err
		}
		v, err := data[*view.Changes](page)
		if err != nil {
			return err
		}
		return out.emit(app, g, b, page, func(p *printer) { changesText(p, v, out.evidence) }, nil)
	}
	return cmd
}
