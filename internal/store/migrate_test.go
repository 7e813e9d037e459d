package store

import (
	"bytes"
	"context"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"entente"
	"entente/internal/pgtest"
)

// withMore is the schema with one more migration, as a later version of the
// program would have it.
func withMore(t *testing.T, sqlite, postgres string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(schemas, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(schemas, path)
		out[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	out["schema/sqlite/09999_more.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + sqlite + "\n-- +goose Down\nSELECT 1;\n")}
	out["schema/postgres/09999_more.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + postgres + "\n-- +goose Down\nSELECT 1;\n")}
	return out
}

// An upgrade keeps what is there; a program that is older than the store leaves
// it alone; an upgrade that fails leaves the store as it was.
func TestUpgradesKeepEverything(t *testing.T) {
	for name, place := range map[string]string{
		"sqlite": filepath.Join(t.TempDir(), "old.entente"), "postgres": pgtest.Database(t, "none", nil),
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			s, err := Open(ctx, place, Options{Create: true})
			if err != nil {
				t.Fatal(err)
			}
			c := Change{Key: Key{"notes", "n"}, State: Draft, Body: []byte(`{"text":"before"}`), Words: "old words"}
			if _, err := s.Save(ctx, Reason{Who: "ann"}, c); err != nil {
				t.Fatal(err)
			}
			dump := func(s *Store) string {
				var b bytes.Buffer
				if _, err := s.Dump(ctx, &b, nil); err != nil {
					t.Fatal(err)
				}
				return b.String()
			}
			before := dump(s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}

			broken := withMore(t, "CREATE TABLE extra (x INTEGER); INSERT INTO nowhere VALUES (1);", "CREATE TABLE extra (x INTEGER); INSERT INTO nowhere VALUES (1);")
			if _, err := open(ctx, place, Options{}, broken); entente.KindOf(err) != entente.Unavailable || !strings.Contains(err.Error(), "up to date") {
				t.Errorf("%v", err)
			}
			if s, err = Open(ctx, place, Options{}); err != nil {
				t.Fatalf("after an upgrade that failed: %v", err)
			}
			if dump(s) != before {
				t.Error("an upgrade that failed changed something")
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}

			add := "ALTER TABLE commits ADD COLUMN place TEXT NOT NULL DEFAULT 'unknown'; CREATE TABLE extra (x INTEGER);"
			newer := withMore(t, add, add)
			if s, err = open(ctx, place, Options{}, newer); err != nil {
				t.Fatal(err)
			}
			if dump(s) != before {
				t.Error("the upgrade lost something")
			}
			if _, err := s.Verify(ctx, nil); err != nil {
				t.Error(err)
			}
			c.Base, c.Body = 1, []byte(`{"text":"after"}`)
			if _, err := s.Save(ctx, Reason{Who: "ann"}, c); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			_, err = Open(ctx, place, Options{})
			if entente.KindOf(err) != entente.Conflict || !strings.Contains(err.Error(), "schema 9999") {
				t.Errorf("an older program: %v", err)
			}
		})
	}
}
