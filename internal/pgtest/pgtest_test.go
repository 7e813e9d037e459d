package pgtest_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"entente/internal/pgtest"
	"entente/internal/testskip"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func query(t *testing.T, dsn, text string) (out string) {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(ctx) }()
	if err := c.QueryRow(ctx, text).Scan(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func prepare(dsn string) error {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	_, err = c.Exec(ctx, "CREATE TABLE planted (word TEXT); INSERT INTO planted VALUES ('seed')")
	return errors.Join(err, c.Close(ctx))
}

func TestDatabasesAreCopiesThatDoNotMeet(t *testing.T) {
	a, b := pgtest.Database(t, "planted", prepare), pgtest.Database(t, "planted", prepare)
	if got := query(t, a, "UPDATE planted SET word = 'changed' RETURNING word"); got != "changed" {
		t.Fatal(got)
	}
	if got := query(t, b, "SELECT word FROM planted"); got != "seed" {
		t.Errorf("the second copy holds %q, planted was seed", got)
	}
	empty := pgtest.Database(t, "", nil)
	if got := query(t, empty, "SELECT count(*)::text FROM information_schema.tables WHERE table_schema = 'public'"); got != "0" {
		t.Errorf("an empty database has %s tables", got)
	}
}

func TestServerComesBackAfterKill(t *testing.T) {
	ctx := context.Background()
	s, err := pgtest.Start(ctx, pgtest.Options{Durable: true})
	if errors.Is(err, pgtest.ErrNone) {
		testskip.Missing(t, "postgres", pgtest.Mend)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := prepare(s.DSN("postgres")); err != nil {
		t.Fatal(err)
	}
	if err := s.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := s.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if got := query(t, s.DSN("postgres"), "SELECT word FROM planted"); got != "seed" {
		t.Errorf("after the kill the table holds %q", got)
	}
}
