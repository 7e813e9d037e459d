package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"entente/internal/archive"
	"entente/internal/view"
)

// votesFlags choose the archive and the roll calls.
type votesFlags struct {
	archive     string
	session     string
	from, to    string
	topics      []string
	resolutions []string
	words       string
	whole       bool
}

func (v *votesFlags) filters(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&v.session, "session", "", "only this `session` of the General Assembly, or N-M")
	f.StringVar(&v.from, "from", "", "only votes on or after this `date`; one dated to the month counts when the whole month does")
	f.StringVar(&v.to, "to", "", "only votes on or before this `date`")
	var topics []string
	for _, t := range archive.TopicList {
		topics = append(topics, t.Word)
	}
	f.StringSliceVar(&v.topics, "topic", nil, "only these topics: "+joinWords(topics))
	f.StringSliceVar(&v.resolutions, "resolution", nil, "only votes on these `resolutions`, for example 73/27,73/266")
	f.StringVar(&v.words, "words", "", "only roll calls with all these `words` in title or symbol")
	f.BoolVar(&v.whole, "whole-texts", false, "leave out votes on amendments and paragraphs")
	complete(cmd, "topic", topics)
}

// open reads corpus and archive and joins them.
func (v *votesFlags) open(g *global) (view.VoteBuilder, archive.Filter, error) {
	var none view.VoteBuilder
	f, err := view.ParseVoteFilter(v.session, v.from, v.to, v.topics, v.resolutions, v.words, v.whole)
	if err != nil {
		return none, f, flagPlace(err)
	}
	b, err := g.open()
	if err != nil {
		return none, f, err
	}
	a, err := archive.UNGA()
	if v.archive != "" {
		a, err = archive.ReadDir(v.archive)
	}
	if err != nil {
		return none, f, err
	}
	a, err = a.Link(b.Corpus)
	return view.VoteBuilder{Builder: b, Archive: a}, f, err
}

func newVotesCommand(app *App, g *global) *cobra.Command {
	v := &votesFlags{}
	cmd := &cobra.Command{
		Use:   "votes",
		Short: "recorded votes of the General Assembly: roll calls, agreement, cohesion",
		Long: `Votes reads the recorded votes of the United Nations General Assembly from 1946 to
March 2021, with the later votes on ICTs to 2023. Yes, abstain, no, absent and
not a member are five things. What is adopted without a vote is not in it, so
every figure is about what was put to a vote.`,
		Example: "  entente votes list --topic ict\n  entente votes agree est jpn --session 70-75",
		Args:    noSuchCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().StringVar(&v.archive, "archive", "", "use the vote archive in this `folder`; entente import votes makes one")
	_ = cmd.MarkPersistentFlagDirname("archive") // only errs for a flag that is not there
	under(cmd, "Votes:", votesList(app, g, v), votesShow(app, g, v), votesAgree(app, g, v), votesBlocs(app, g, v), votesCohesion(app, g, v))
	return cmd
}

// under adds commands below another under one heading.
func under(parent *cobra.Command, title string, commands ...*cobra.Command) {
	parent.AddGroup(&cobra.Group{ID: parent.Name(), Title: title})
	for _, c := range commands {
		c.GroupID = parent.Name()
		parent.AddCommand(c)
	}
}

// votesPage runs one of the commands: read the choice, build the page, write it.
func votesPage[T any](app *App, g *global, v *votesFlags, out *output, build func(view.VoteBuilder, archive.Filter) (*view.Page, error), text func(*printer, T)) error {
	if err := out.settle(); err != nil {
		return err
	}
	b, f, err := v.open(g)
	if err != nil {
		return err
	}
	page, err := build(b, f)
	if err != nil {
		return flagPlace(err)
	}
	d, err := data[T](page)
	if err != nil {
		return err
	}
	return out.emit(app, g, b.Builder, page, func(p *printer) { text(p, d) }, nil)
}

func votesList(app *App, g *global, v *votesFlags) *cobra.Command {
	var out output
	var limit int
	cmd := &cobra.Command{
		Use: "list", Short: "the roll calls that pass the filters, the latest first", Args: needs(0, 0, "no arguments; the filters are flags"),
		Example: "  entente votes list --topic ict\n  entente votes list --session 73 --topic disarmament --format csv",
	}
	v.filters(cmd)
	out.flags(cmd, pageFormats)
	limitFlag(cmd, &limit, 50)
	cmd.RunE = func(*cobra.Command, []string) error {
		if err := limitOK(limit); err != nil {
			return err
		}
		return votesPage(app, g, v, &out, func(b view.VoteBuilder, f archive.Filter) (*view.Page, error) { return b.Votes(f) },
			func(p *printer, d *view.VoteList) { votesListText(p, d, limit) })
	}
	return cmd
}

func votesShow(app *App, g *global, v *votesFlags) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use: "show ROLLCALL", Short: "one roll call: every ballot, and who broke with its bloc",
		Example: "  entente votes show 73/27\n  entente votes show 9243", Args: needs(1, 1, "one roll call by number, or by resolution (73/27)"),
	}
	out.flags(cmd, pageFormats)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return votesPage(app, g, v, &out, func(b view.VoteBuilder, _ archive.Filter) (*view.Page, error) {
			calls, err := b.FindCalls(args[0])
			if err != nil {
				return nil, err
			}
			last := calls[len(calls)-1] // the text as a whole comes after its parts
			if len(calls) > 1 {
				app.note("%s has %d roll calls; this is the last, number %s. The others are listed below it.", args[0], len(calls), b.Archive.Calls[last].ID)
			}
			return b.RollCall(last), nil
		}, rollCallText)
	}
	return cmd
}

func votesAgree(app *App, g *global, v *votesFlags) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use: "agree STATE STATE", Short: "how far two states vote alike, with intervals, over all and per session",
		Example: "  entente votes agree USA RUS --session 73\n  entente votes agree est jpn --topic ict --format json",
		Args:    needs(2, 2, "two states, for example USA RUS"), ValidArgsFunction: completeActors(g),
	}
	v.filters(cmd)
	out.flags(cmd, pageFormats)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return votesPage(app, g, v, &out, func(b view.VoteBuilder, f archive.Filter) (*view.Page, error) {
			x, err := b.SeatOf(args[0])
			if err != nil {
				return nil, err
			}
			y, err := b.SeatOf(args[1])
			if err != nil {
				return nil, err
			}
			return b.VotePair(x, y, f)
		}, votePairText)
	}
	return cmd
}

func votesBlocs(app *App, g *global, v *votesFlags) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use: "blocs [BLOC…]", Short: "how far the blocs vote as one; two named blocs also against each other",
		Example: "  entente votes blocs --session 73\n  entente votes blocs eu csto --session 70-75", Args: needs(0, 20, "up to 20 blocs"), ValidArgsFunction: completeActors(g),
	}
	v.filters(cmd)
	out.flags(cmd, pageFormats)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return votesPage(app, g, v, &out, func(b view.VoteBuilder, f archive.Filter) (*view.Page, error) { return b.VoteBlocs(args, f) }, voteBlocsText)
	}
	return cmd
}

func votesCohesion(app *App, g *global, v *votesFlags) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use: "cohesion BLOC | STATE STATE…", Short: "how far a bloc, or the states you name, vote as one",
		Example: "  entente votes cohesion eu --session 73\n  entente votes cohesion USA GBR FRA RUS CHN --session 73 --format json",
		Args:    needs(1, 200, "one bloc, or two or more states"), ValidArgsFunction: completeActors(g),
	}
	v.filters(cmd)
	out.flags(cmd, pageFormats)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return votesPage(app, g, v, &out, func(b view.VoteBuilder, f archive.Filter) (*view.Page, error) { return b.VoteCohesion(args, f) }, voteCohesionText)
	}
	return cmd
}

// flagPlace names the flag where a view names a setting.
func flagPlace(err error) error {
	if e, ok := ownError(err); ok {
		switch e.Place {
		case "session", "from", "to", "topic", "resolution", "words":
			moved := *e
			moved.Place = "--" + e.Place
			return &moved
		}
	}
	return err
}

func fourth(e *view.Estimate) string {
	if e == nil {
		return "–"
	}
	return fmt.Sprintf("%.3f", e.Value)
}
