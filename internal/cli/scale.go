package cli

import (
	"runtime"
	"strconv"

	"github.com/spf13/cobra"

	"entente/internal/archive"
	"entente/internal/view"
)

func newScaleCommand(app *App, g *global) *cobra.Command {
	v := &votesFlags{}
	var out output
	var from, to, method, target string
	var actors []string
	cmd := &cobra.Command{
		Use:   "scale",
		Short: "where states stand on one line, from their votes, with intervals",
		Long: `Scale places every state of the General Assembly on one line, session by session,
from yes, abstain and no: states that vote alike stand near each other. The sign
is a convention: positive is the side of USA, CAN, GBR and ISR.

All states are always in the fit; --actors chooses which are printed. Fits of
other sessions, topics, methods or targets are on scales of their own: compare
points within one output only. A point is no motive and no opinion.`,
		Example: "  entente scale --format csv --output scale.csv\n  entente scale --from-session 70 --actors est,jpn,usa\n  entente scale --from-session 73 --to-session 73 --format json",
		Args:    needs(0, 0, "no arguments; the choice is in the flags"),
	}
	f := cmd.Flags()
	f.StringVar(&from, "from-session", "", "first `session` of the General Assembly; without it, the first of the archive")
	f.StringVar(&to, "to-session", "", "last `session`; without it, the last of the archive")
	var topics []string
	for _, t := range archive.TopicList {
		topics = append(topics, t.Word)
	}
	f.StringSliceVar(&v.topics, "topic", nil, "only votes on these topics: "+joinWords(topics))
	f.StringVar(&method, "method", view.ScaleMethods[0], "bsv: the published model, each session drawn to the one before; smooth: a random walk, forwards and backwards; binary: yes against the rest, smoothed")
	f.StringVar(&target, "target", view.ScaleTargets[0], "which of two resting points: em, near the published points; mode, which puts far blocs further out")
	f.StringSliceVar(&actors, "actors", nil, "print only these `states`, for example est,jpn; former states by code, such as DDR")
	f.StringVar(&v.archive, "archive", "", "use the vote archive in this `folder`; entente import votes makes one")
	_ = cmd.MarkFlagDirname("archive") // only errs for a flag that is not there
	complete(cmd, "topic", topics)
	complete(cmd, "method", view.ScaleMethods)
	complete(cmd, "target", view.ScaleTargets)
	_ = cmd.RegisterFlagCompletionFunc("actors", completeActors(g))
	out.flags(cmd, pageFormats)
	cmd.RunE = func(*cobra.Command, []string) error {
		if err := out.settle(); err != nil {
			return err
		}
		b, _, err := v.open(g)
		if err != nil {
			return err
		}
		o, err := b.ParseScale(from, to, v.topics, method, target)
		if err != nil {
			return scalePlace(err)
		}
		var seats []int
		for _, w := range actors {
			seat, err := b.SeatOf(w)
			if err != nil {
				return scalePlace(err)
			}
			seats = append(seats, seat)
		}
		bar := newProgress(app)
		o.Workers, o.Progress = runtime.GOMAXPROCS(0), bar.sweep
		s, err := b.Scale(o)
		bar.end()
		if err != nil {
			return err
		}
		page := b.ScalePage(s, seats)
		d, err := data[*view.Scale](page)
		if err != nil {
			return err
		}
		app.note("%s", convergence(&d.Fit))
		if len(seats) > 0 && len(d.Points) == 0 {
			return invalid("--actors", "none of these states cast a vote that is scaled here, so they have no point", "widen the sessions, or leave the topic out")
		}
		for _, x := range d.Without {
			app.note("%s cast no vote that is scaled here, so it has no point", x.Name)
		}
		return out.emit(app, g, b.Builder, page, func(p *printer) { scaleText(p, d) }, nil)
	}
	return cmd
}

// scalePlace names the flag where a view names a setting.
func scalePlace(err error) error {
	if e, ok := ownError(err); ok {
		moved := *e
		switch e.Place {
		case "from-session", "to-session", "topic", "method", "target":
			moved.Place = "--" + e.Place
		case "":
			moved.Place = "--actors"
		}
		return &moved
	}
	return err
}

// convergence says how the fit ended, in one sentence.
func convergence(f *view.ScaleFit) string {
	delta := strconv.FormatFloat(f.MaxDelta, 'g', 2, 64)
	if f.Converged {
		return "the fit converged in " + count(f.Sweeps, "sweep", "sweeps") + "; the last moved no point by more than " + delta
	}
	return "the fit did NOT converge in " + count(f.Sweeps, "sweep", "sweeps") + ": the last still moved a point by " + delta + ". Do not rely on the points"
}
