package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"entente"
	"entente/internal/store"
)

// Each planted fault is found by the deep check, and told by name.
func TestVerifyFindsPlantedFaults(t *testing.T) {
	faults := []struct{ sql, text string }{
		{"UPDATE heads SET state = 'draft' WHERE id = 'st-1'", "statements:st-1: its latest version is not what is kept as that"},
		{"UPDATE heads SET hash = 'x' WHERE id = 'st-1'", "not what is kept"},
		{"UPDATE heads SET live = 0 WHERE id = 'st-1'", "not what is kept"},
		{"DELETE FROM heads WHERE id = 'st-1'", "it has no latest version"},
		{"UPDATE versions SET base = 7 WHERE id = 'st-1' AND version = 2", "version 2, made from 7, follows version 1"},
		{"DELETE FROM versions WHERE id = 'st-1' AND version = 1", "follows version 0"},
		{"UPDATE versions SET live = 1 WHERE id = 'st-1' AND version = 1", "says that number 1 is public"},
		{"UPDATE versions SET body = '{\"id\":\"st-1\"}' WHERE id = 'st-1' AND version = 2", "breaks the rules of its table"},
		{"UPDATE versions SET body = '{' WHERE id = 'n'", "is not JSON"},
		{"UPDATE commits SET changes = 9 WHERE seq = 2", "commit 2: it has 9 changes, and 1 versions"},
		{"UPDATE commits SET public = 2 WHERE seq = 2", "changed what is published"},
		{"DELETE FROM commits WHERE seq = 2", "it follows commit 1"},
		{"UPDATE commits SET at = 1 WHERE seq = 2", "not later"},
		{"UPDATE clock SET seq = seq + 1", "its clock stands at commit"},
		{"UPDATE clock SET n = n + 1", "its clock stands at"},
		{"DELETE FROM texts", "1 texts that versions name are not there"},
		{"UPDATE texts SET text = 'other'", "not what was put in"},
		{"UPDATE blobs SET media = 'x', data = 'y'", "file "},
		{"UPDATE heads SET live = 0 WHERE id = 'p-one'; UPDATE versions SET live = 0, state = 'draft' WHERE id = 'p-one'; UPDATE heads SET state = 'draft' WHERE id = 'p-one'", "statements:st-1 refers to propositions:p-one, which is not published"},
		{"words", "the index of words does not agree"},
		{"no words", "index of words"},
	}
	contract(t, func(t *testing.T, place string) {
		b := open(t, place)
		b.save(base(t)...)
		b.save(edit(0, store.Draft, "one"))
		b.save(edit(1, store.Published, "two"))
		doc := note("n", 0, "x")
		doc.Words = "further words"
		b.save(doc)
		if _, err := b.PutBlob(b.ctx, "text/plain", []byte("x")); err != nil {
			t.Fatal(err)
		}
		want := store.Check{Commits: 4, Versions: 9, Records: 8, Published: 7, Texts: 1, Blobs: 1, Indexed: 8}
		if got := b.verify(); *got != want {
			t.Errorf("%+v, want %+v", *got, want)
		}
		for _, f := range faults {
			statements := strings.Split(f.sql, ";")
			switch {
			case f.sql == "words" && b.Engine() == "sqlite":
				statements = []string{"DELETE FROM words WHERE rowid = 8", "INSERT INTO words (rowid, text) VALUES (8, 'other words')"}
			case f.sql == "words":
				statements = []string{"UPDATE heads SET words = '{1,2}' WHERE n = 8"}
			case f.sql == "no words" && b.Engine() == "sqlite":
				statements = []string{"DELETE FROM words WHERE rowid = 8"}
			case f.sql == "no words":
				statements = []string{"UPDATE heads SET words = '{}' WHERE n = 8"}
			}
			// The fault is planted and looked at in a transaction that is taken back.
			err := b.Write(b.ctx, func(ctx ctxt, q store.Querier) error {
				for _, s := range statements {
					if _, err := q.ExecContext(ctx, s); err != nil {
						return fmt.Errorf("plant %q: %w", s, err)
					}
				}
				_, err := store.VerifyIn(ctx, b.Store, q)
				if err == nil {
					return errStop
				}
				return err
			})
			if errors.Is(err, errStop) || !strings.Contains(fmt.Sprint(err), f.text) {
				t.Errorf("%s: found %v, want %q", f.sql, err, f.text)
			}
			if k := entente.KindOf(err); k != entente.Internal && k != entente.Unavailable {
				t.Errorf("%s: %s", f.sql, k)
			}
		}
		b.verify()
	})
}
