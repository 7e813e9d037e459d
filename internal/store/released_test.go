package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entente/internal/ledger"
	"entente/internal/pgtest"
	"entente/internal/store"
)

// newRelease writes the files of the schema as it is now: go test
// ./internal/store -run TestReleasedSchemas -release v1. It is run once, when a
// schema is released; a file that is there is never written again.
var newRelease = flag.String("release", "", "write testdata/released/NAME.* from the schema as it is now")

const releasedDir = "testdata/released"

// A store that an earlier version of the program wrote is opened with nothing
// lost, on both engines; and so is its backup.
func TestReleasedSchemas(t *testing.T) {
	if *newRelease != "" {
		writeRelease(t, *newRelease)
	}
	names, err := filepath.Glob(releasedDir + "/*.backup")
	if err != nil || len(names) == 0 {
		t.Fatalf("no released schema: %v", err)
	}
	slices.Sort(names)
	for _, backup := range names {
		name := strings.TrimSuffix(filepath.Base(backup), ".backup")
		loaded := filepath.Join(t.TempDir(), "loaded.entente")
		f, err := os.Open(backup)
		if err != nil {
			t.Fatal(err)
		}
		_, err = store.Load(t.Context(), loaded, f, store.Options{}, nil)
		if closing := f.Close(); err != nil || closing != nil {
			t.Fatalf("%s: %v %v", backup, err, closing)
		}
		want := released(t, name, loaded, nil)
		t.Run(name+"/sqlite", func(t *testing.T) {
			place := filepath.Join(t.TempDir(), "old.entente")
			if err := os.WriteFile(place, gunzipFile(t, filepath.Join(releasedDir, name+".sqlite.gz")), 0o600); err != nil {
				t.Fatal(err)
			}
			released(t, name, place, want)
		})
		t.Run(name+"/postgres", func(t *testing.T) {
			place := pgtest.Database(t, "none", nil)
			c, err := pgx.Connect(t.Context(), place)
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.PgConn().Exec(t.Context(), string(gunzipFile(t, filepath.Join(releasedDir, name+".postgres.sql.gz")))).ReadAll()
			if closing := c.Close(t.Context()); err != nil || closing != nil {
				t.Fatal(err, closing)
			}
			released(t, name, place, want)
		})
	}
}

func gunzipFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return unzip(t, b)
}

// released opens a store that was released, checks what is in it, and gives its
// backup, which must be the one that is wanted.
func released(t *testing.T, name, place string, want []byte) []byte {
	t.Helper()
	s, err := store.Open(t.Context(), place, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{Store: s, t: t, ctx: t.Context()}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	b.verify()
	m, err := b.Mark(b.ctx)
	if err != nil || m.Seq != 9 || m.Public != 7 {
		t.Errorf("mark %+v %v", m, err)
	}
	h, err := b.History(b.ctx, one)
	if err != nil || len(h) != 4 || h[0].State != store.Draft || h[1].State != store.Published || h[3].Commit.Who != "ann" {
		t.Errorf("history %+v %v", h, err)
	}
	if got := ids(b.list(store.Query{Words: "zebra"})) + "; " + ids(b.list(store.Query{Words: "secret"})) + "; " + ids(b.list(store.Query{Words: "secret", Layers: []string{"private:ann"}})); got != "documents:d; ; notes:n" {
		t.Errorf("search finds %s", got)
	}
	if c := b.corpus(); len(c.Statements) != 1 || c.Statements[0].Note != "third" {
		t.Errorf("corpus %+v", c.Statements)
	}
	if data, media, err := b.Blob(b.ctx, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"); err != nil || media != "text/plain" || string(data) != "test" { // SHA-256 of "test"
		t.Errorf("%q %s %v", data, media, err)
	}
	var account string
	err = b.Read(b.ctx, func(ctx context.Context, q store.Querier) error {
		return q.QueryRowContext(ctx, "SELECT a.name || ' ' || t.id || ' ' || l.detail FROM accounts a, tokens t, audit l").Scan(&account)
	})
	if err != nil || account != "ann tok first" {
		t.Errorf("%q %v", account, err)
	}
	if name != "v1" {
		leaves := 0
		err = b.Read(b.ctx, func(ctx context.Context, q store.Querier) error {
			return q.QueryRowContext(ctx, "SELECT h.size FROM ledger_head h, exchange_inbox i, exchange_sealed s WHERE i.state = 'new'").Scan(&leaves)
		})
		if err != nil || leaves != 1 {
			t.Errorf("the exchange: %d leaves, %v", leaves, err)
		}
	}
	got := dump(t, s)
	if want != nil && !bytes.Equal(got, want) {
		t.Error("its backup is not the released one")
	}
	return got
}

// exchangeTables are those of schema 2 that a release fills with a made-up row.
var exchangeTables = []string{
	"exchange_settings", "exchange_credentials", "exchange_collections", "exchange_objects", "exchange_entries",
	"exchange_releases", "exchange_statuses", "exchange_cursors", "exchange_inbox", "exchange_sealed", "exchange_doors", "exchange_waits",
}

func ledgerTables() (out []string) {
	for _, t := range ledger.Tables {
		out = append(out, t.Name)
	}
	return out
}

// fillExchange puts a made-up row into each table of the exchange, and a leaf
// into the log.
func fillExchange(ctx context.Context, q store.Querier) error {
	for _, s := range []string{
		"INSERT INTO exchange_settings (n, at, who, why, body) VALUES (1, 2, 'ann', 'start', '{}')",
		"INSERT INTO exchange_credentials (id, partner, kind, name, secret, created, expires, revoked, last_used) VALUES ('c', 'jpn', 'token', 'poller', 'made-up hash', 1, 2, 0, 0)",
		"INSERT INTO exchange_collections (id, stamp, rev) VALUES ('91a7b528-80eb-42ed-a74d-c6fbd5a26116', 9, 1)",
		"INSERT INTO exchange_objects (n, id, version_key, version, created, type, spec, creator, origin, level, unresolved, revoked, at, size, digest, body) VALUES (1, 'note--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061', 'k', 'v', 'c', 'note', '2.1', '', '', 3, 0, 0, 9, 2, 'd', '{}')",
		"INSERT INTO exchange_entries (collection, stamp, n, rev, origin, removed) VALUES ('91a7b528-80eb-42ed-a74d-c6fbd5a26116', 9, 1, 1, '', 0)",
		"INSERT INTO exchange_releases (partner, collection, stamp, leaf, at) VALUES ('jpn', '91a7b528-80eb-42ed-a74d-c6fbd5a26116', 9, 0, 10)",
		"INSERT INTO exchange_statuses (id, partner, collection, at, body) VALUES ('s', 'jpn', '91a7b528-80eb-42ed-a74d-c6fbd5a26116', 11, '{}')",
		"INSERT INTO exchange_cursors (partner, place, body, at) VALUES ('jpn', 'positions', '{}', 12)",
		"INSERT INTO exchange_inbox (n, partner, collection, object, version_key, version, type, level, revoked, at, state, record, who, decided, note, leaf, receipt, receipted, body) VALUES (1, 'jpn', 'positions', 'note--1c7b5b88-8ff7-4a4d-aa9d-feb398cd0061', 'k', 'v', 'note', 2, 0, 13, 'new', '', '', 0, '', 1, '', 0, '{}')",
		"INSERT INTO exchange_doors (partner, collection, revision, at, rev) VALUES ('jpn', '91a7b528-80eb-42ed-a74d-c6fbd5a26116', 1, 9, 1)",
		"INSERT INTO exchange_waits (id, n) VALUES ('marking-definition--2c7b5b88-8ff7-4a4d-aa9d-feb398cd0061', 1)",
		"INSERT INTO exchange_sealed (id, way, partner, recipient, at, leaf, taken, body) VALUES ('x', 'out', 'jpn', 'duty-officer', 14, 2, 0, 'sealed')",
	} {
		if _, err := q.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	at := start
	log, err := ledger.New(ledger.Options{
		Origin: "entente.example/log", Random: rand.NewChaCha8([32]byte{1}),
		Now: func() time.Time { at = at.Add(time.Second); return at },
	})
	if err != nil {
		return err
	}
	if err := log.Init(ctx, q); err != nil {
		return err
	}
	_, err = log.Append(ctx, q, ledger.Entry{Kind: ledger.Published, Object: "statements:st-1", Version: "3", Body: []byte("{}")})
	return err
}

// fillRelease puts in a little of everything.
func fillRelease(t *testing.T, place string) {
	b := open(t, place)
	b.save(base(t)...)
	b.save(edit(0, store.Draft, "first"))
	b.save(edit(1, store.InReview, "second"))
	b.save(edit(2, store.Published, "third"))
	doc := note("d", 0, "A paper")
	doc.Kind, doc.Words, doc.Facets = "documents", "zebra crossing", store.Facets{Source: "paper", Coder: "c1"}
	private := note("n", 0, "secret")
	private.Layer = store.Private("ann")
	b.save(doc)
	b.save(private, published(statement("st-2", "gone")))
	b.save(store.RowChange(statement("st-2", "gone"), 1, store.Retired))
	b.save(edit(3, store.Draft, "beside \"it\" é 国"))
	b.save(store.Change{Key: doc.Key, Base: 1, State: store.Draft, Body: doc.Body, Facets: doc.Facets})
	if _, err := b.PutBlob(b.ctx, "text/plain", []byte("test")); err != nil {
		t.Fatal(err)
	}
	err := b.Write(b.ctx, func(ctx context.Context, q store.Querier) error {
		for _, s := range []string{
			"INSERT INTO accounts (name, role, password, subject, disabled, failed, locked_until, epoch, created, changed, version) VALUES ('ann', 'coder', 'made-up hash', '', 0, 0, 0, 1, 5, 6, 2)",
			"INSERT INTO tokens (id, account, name, hash, scopes, created, expires, revoked, last_used) VALUES ('tok', 'ann', 'script', 'made-up', 'read', 1, 2, 0, 0)",
			"INSERT INTO audit (id, at, who, action, object, outcome, detail) VALUES (1, 7, 'ann', 'signin', '', 'ok', 'first')",
		} {
			if _, err := q.ExecContext(ctx, s); err != nil {
				return err
			}
		}
		return fillExchange(ctx, q)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
}

func writeRelease(t *testing.T, name string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(releasedDir, name+".backup")); err == nil {
		t.Fatalf("%s is released already: take the next name", name)
	}
	put := func(end string, b []byte) {
		if err := os.WriteFile(filepath.Join(releasedDir, name+end), b, 0o644); err != nil { //nolint:gosec // test data
			t.Fatal(err)
		}
	}
	lite := filepath.Join(t.TempDir(), "release.entente")
	fillRelease(t, lite)
	b, err := os.ReadFile(lite)
	if err != nil {
		t.Fatal(err)
	}
	put(".sqlite.gz", zip(t, b))
	s, err := store.Open(t.Context(), lite, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	put(".backup", dump(t, s))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	dsn := pgtest.Database(t, "none", nil)
	fillRelease(t, dsn)
	put(".postgres.sql.gz", zip(t, []byte(script(t, dsn))))
}

// script writes a PostgreSQL store as statements: its migrations, and its rows.
func script(t *testing.T, dsn string) string {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var out strings.Builder
	out.WriteString("CREATE TABLE goose_db_version (id integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp NOT NULL DEFAULT now());\n")
	migrations, err := filepath.Glob("schema/postgres/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range migrations {
		text, err := os.ReadFile(m)
		if err != nil {
			t.Fatal(err)
		}
		up, _, _ := strings.Cut(string(text), "-- +goose Down")
		out.WriteString(up)
	}
	out.WriteString("DELETE FROM clock;\n")
	tables := []string{"goose_db_version", "clock", "commits", "texts", "versions", "heads", "blobs", "accounts", "tokens", "audit"}
	for _, table := range slices.Concat(tables, exchangeTables, ledgerTables()) {
		var columns string
		if err := db.QueryRow("SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_name = $1", table).Scan(&columns); err != nil {
			t.Fatal(err)
		}
		literal := "quote_nullable(" + strings.ReplaceAll(columns, ", ", "::text) || ', ' || quote_nullable(") + "::text)"
		rows, err := db.Query("SELECT " + literal + " FROM " + table + " ORDER BY 1") //nolint:sqlclosecheck // closed below
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var values string
			if err := rows.Scan(&values); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "INSERT INTO %s (%s) VALUES (%s);\n", table, columns, values)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}
