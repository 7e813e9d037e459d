package store

import (
	"context"

	"entente"
	"entente/internal/datapackage"
)

// CorpusChanges are the changes that make a corpus the published content of a
// store, each from base (0 for a new store, [Any] to write over what is there).
func CorpusChanges(c *entente.Corpus, base int) ([]Change, error) {
	info, err := InfoChange(c.Info, base)
	if err != nil {
		return nil, err
	}
	out := []Change{info}
	for _, row := range datapackage.RowsOf(&c.Records) {
		out = append(out, RowChange(row, base, Published))
	}
	return out, nil
}

// Fill puts a corpus into a new store as its first commit.
func (s *Store) Fill(ctx context.Context, r Reason, c *entente.Corpus) (Commit, error) {
	changes, err := CorpusChanges(c, 0)
	if err != nil {
		return Commit{}, err
	}
	r.Via = "init"
	return s.Save(ctx, r, changes...)
}
