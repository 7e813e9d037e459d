package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"entente"
	"entente/analysis/compare"
	"entente/internal/view"
)

// choice holds the flags that choose what counts.
type choice struct {
	asOf       string
	from, to   string
	pillars    []string
	issues     []string
	noBloc     bool
	noImplied  bool
	unverified bool
}

// settings adds the flags of the date and of what counts.
func (c *choice) settings(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&c.asOf, "as-of", "", "positions as of this `date` (2021, 2021-02, 2021-02-19); without it, the corpus's release")
	f.BoolVar(&c.noBloc, "no-bloc", false, "leave out positions that hold only through a body, such as the EU")
	f.BoolVar(&c.noImplied, "no-implied", false, "leave out positions that follow only from acts")
	f.BoolVar(&c.unverified, "include-unverified", false, "let unverified records count")
}

// period adds the flags of a period.
func (c *choice) period(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&c.from, "from", "", "what changed after this `date`")
	f.StringVar(&c.to, "to", "", "up to and including this `date`; without it, the corpus's release")
}

// filters adds the flags that choose propositions.
func (c *choice) filters(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringSliceVar(&c.pillars, "pillar", nil, "only these pillars: "+joinWords(entente.Pillars)+" (repeat, or part with commas)")
	f.StringSliceVar(&c.issues, "issue", nil, "only these issues, for example sovereignty")
	complete(cmd, "pillar", entente.Pillars)
}

// complete offers a closed list of words for a flag.
func complete[S ~string](cmd *cobra.Command, flag string, list []S) {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)) // only errs for a flag that is not there
}

func joinWords[S ~string](list []S) string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return strings.Join(words, ", ")
}

// options turns the flags into options of an analysis.
func (c *choice) options() (compare.Options, error) {
	o := compare.Options{Settings: entente.Settings{NoBloc: c.noBloc, NoImplied: c.noImplied, Unverified: c.unverified}}
	for _, p := range c.pillars {
		o.Pillars = append(o.Pillars, entente.Pillar(strings.ToLower(strings.TrimSpace(p))))
	}
	for _, i := range c.issues {
		o.Issues = append(o.Issues, strings.TrimSpace(i))
	}
	var err error
	o.AsOf, err = date("--as-of", c.asOf)
	return o, err
}

// span gives the period that the flags choose; from is zero when none is asked
// for. The end of a period takes the place of --as-of, so both together err.
func (c *choice) span(released entente.Date) (from, to entente.Date, err error) {
	if from, err = date("--from", c.from); err != nil {
		return from, to, err
	}
	if to, err = date("--to", c.to); err != nil {
		return from, to, err
	}
	switch {
	case from.IsZero() && to.IsZero():
		return from, to, nil
	case from.IsZero():
		return from, to, invalid("--to", "a period needs its beginning too", "add --from, or use --as-of for one date")
	case c.asOf != "":
		return from, to, invalid("--as-of", "a period and one date together", "use --from and --to, or --as-of")
	case to.IsZero():
		to = released
	}
	if from.Last().Compare(to.Last()) >= 0 {
		return from, to, invalid("--from", fmt.Sprintf("%s is not before %s", from, to), "give --from an earlier date than --to")
	}
	return from, to, nil
}

func date(flag, word string) (entente.Date, error) {
	d, err := entente.ParseDate(strings.TrimSpace(word))
	if e, ok := errors.AsType[*entente.Error](err); ok {
		return d, &entente.Error{Kind: e.Kind, Op: e.Op, Place: flag, Msg: e.Msg, Hint: e.Hint}
	}
	return d, err
}

// actors finds the actors that the words name, and says how it read a word
// that has two readings.
func actors(app *App, b view.Builder, words []string) ([]entente.ActorID, error) {
	var ids []entente.ActorID
	for i, w := range words {
		id, err := view.Resolve(b.Corpus, w)
		if err != nil {
			return nil, err
		}
		for j, other := range ids {
			if other == id {
				return nil, invalid("", fmt.Sprintf("%q and %q are the same actor, %s", words[j], words[i], b.Corpus.Actor(id).Name), "name each actor once")
			}
		}
		if other := view.OtherReading(b.Corpus, w); other != nil {
			app.note("%q is read as %s; for %s write %s", w, b.Corpus.Actor(id).Name, other.Name, other.ID)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// noteDate says when the as-of date lies after all that the corpus knows.
func noteDate(app *App, b view.Builder, asOf entente.Date) {
	if r := b.Corpus.Info.Released; !asOf.IsZero() && asOf.Last().Compare(r.Last()) > 0 {
		app.note("%s is after the corpus was released, on %s: what happened since is not in it", asOf, r)
	}
}

// completeActors offers the ids of the corpus's actors with their names.
func completeActors(g *global) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(_ *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
		b, err := g.open()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		var out []string
		for i := range b.Corpus.Actors {
			a := &b.Corpus.Actors[i]
			if strings.HasPrefix(string(a.ID), strings.ToLower(prefix)) {
				out = append(out, string(a.ID)+"\t"+a.Name)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeIDs offers the ids of a list of records with a description.
func completeIDs(g *global, list func(*entente.Corpus) [][2]string) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(_ *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
		b, err := g.open()
		if err != nil || len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var out []string
		for _, x := range list(b.Corpus) {
			if strings.HasPrefix(x[0], strings.ToLower(prefix)) {
				out = append(out, x[0]+"\t"+x[1])
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}
