package cli

import (
	"time"

	"entente"
	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/exchange/node"
	"entente/internal/store"
	"entente/internal/view"
)

// open reads the corpus that the flags name: that of a store, of a folder, or
// the one that comes with the program.
func (g *global) open() (view.Builder, error) {
	c, err := g.read()
	return view.Builder{Corpus: c}, err
}

func (g *global) read() (*entente.Corpus, error) {
	place, err := g.store()
	switch {
	case err != nil:
		return nil, err
	case place == "" && g.knownAt != "":
		return nil, invalid("--known-at", "only a workbench knows what was known when", "add --db STORE")
	case place == "" && g.corpus == "":
		return datapackage.Read(corpora.CyberNorms())
	case place == "":
		return datapackage.ReadDir(g.corpus)
	}
	s, err := store.Open(g.ctx, place, store.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }() // nothing was written
	return g.snapshot(s)
}

// snapshot is the corpus of a store, now or as of --known-at.
func (g *global) snapshot(s *store.Store) (*entente.Corpus, error) {
	if g.knownAt == "" {
		c, _, err := s.Corpus(g.ctx)
		return c, err
	}
	at, err := instant("--known-at", g.knownAt)
	if err != nil {
		return nil, err
	}
	c, _, err := s.CorpusAt(g.ctx, at)
	return c, err
}

// store gives the place of the store, empty for none. A folder that is named on
// the command line goes before the environment.
func (g *global) store() (string, error) {
	switch {
	case g.db != "" && g.corpus != "":
		return "", invalid("--db", "--db and --corpus name two different things to read", "give one of them")
	case g.db != "":
		return g.db, nil
	case g.corpus != "":
		return "", nil
	}
	return g.getenv("ENTENTE_DB"), nil
}

// openStore opens the store that a command cannot do without.
func (g *global) openStore(o store.Options) (*store.Store, error) {
	place, err := g.store()
	if err != nil {
		return nil, err
	}
	if place == "" {
		return nil, invalid("--db", "it is not said which store", "add --db FILE (entente init makes one), or set ENTENTE_DB")
	}
	if o.Also == nil { // the log of a node, if the store is one's, records what is published
		o.Also = node.Follow
	}
	return store.Open(g.ctx, place, o)
}

// instant reads a moment: a day means its end, in UTC.
func instant(flag, s string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	if d, err := time.Parse(time.DateOnly, s); err == nil {
		return d.Add(24*time.Hour - time.Microsecond), nil
	}
	return time.Time{}, invalid(flag, "\""+s+"\" is not an instant", "expected 2026-11-28 (the end of that day, UTC) or 2026-11-28T09:00:00Z")
}

// who names the person at the terminal in the log. It is never a contact.
func (g *global) who() string {
	if name := g.getenv("ENTENTE_USER"); name != "" {
		return name
	}
	return "local"
}
