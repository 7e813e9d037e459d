package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"entente"
	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/store"
)

func newInitCommand(app *App, g *global) *cobra.Command {
	var empty bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "make a workbench: a store that keeps every version of every record",
		Long: `Init makes a new store and fills it with the corpus that comes with the program,
with the one in --corpus DIR, or with --empty only the tables. A file of SQLite is
made; a PostgreSQL database must exist and hold no store yet.`,
		Example: "  entente init --db work.entente\n  entente serve --db work.entente\n  entente init --db postgres://entente@localhost/entente --corpus my-corpus",
		Args:    needs(0, 0, "no arguments"),
	}
	cmd.Flags().BoolVar(&empty, "empty", false, "start without records: a corpus of your own from nothing")
	cmd.RunE = func(*cobra.Command, []string) error {
		place := g.db
		if place == "" {
			place = g.getenv("ENTENTE_DB")
		}
		if place == "" {
			return invalid("--db", "it is not said where the store is to be", "for example --db work.entente")
		}
		c, err := g.first(empty)
		if err != nil {
			return err
		}
		return makeStore(app, g, place, c)
	}
	return cmd
}

// first is what a new store starts with.
func (g *global) first(empty bool) (*entente.Corpus, error) {
	switch {
	case empty && g.corpus != "":
		return nil, invalid("--empty", "--empty and --corpus exclude each other", "give one of them")
	case g.corpus != "":
		return datapackage.ReadDir(g.corpus)
	}
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil || !empty {
		return c, err
	}
	info := entente.Info{Name: "corpus", Title: "A corpus of our own", Version: "1", Released: c.Info.Released, Licence: c.Info.Licence}
	return entente.NewCorpus(info, entente.Records{}), nil
}

// makeStore makes and fills a store; a file that could not be filled is taken
// away again.
func makeStore(app *App, g *global, place string, c *entente.Corpus) error {
	file := !store.IsPostgres(place)
	if file {
		if _, err := os.Lstat(place); err == nil {
			return &entente.Error{Kind: entente.Conflict, Op: "init", Place: place, Msg: "there is a file of this name already", Hint: "take another name; entente serve --db opens an existing store"}
		}
	}
	s, err := store.Open(g.ctx, place, store.Options{Create: true})
	if err != nil {
		return err
	}
	commit, err := s.Fill(g.ctx, store.Reason{Who: g.who(), Why: "start from the corpus " + c.Info.Name + " " + c.Info.Version}, c)
	if closing := s.Close(); err == nil {
		err = closing
	}
	if err != nil {
		if file {
			for _, end := range []string{"", "-wal", "-shm"} {
				_ = os.Remove(place + end)
			}
		}
		if entente.KindOf(err) == entente.Conflict {
			return &entente.Error{Kind: entente.Conflict, Op: "init", Place: "--db", Msg: "the database holds a store already", Hint: "use it as it is, or name another database"}
		}
		return err
	}
	_, err = fmt.Fprintf(app.Stdout, "A new workbench with %d records of the corpus %s %s.\nOpen it with: entente serve --db STORE\n", commit.Changes-1, clean(c.Info.Name), clean(c.Info.Version))
	return closedPipe(err)
}
