package authstore_test

import (
	"context"
	"path/filepath"
	"testing"

	"entente/internal/auth"
	"entente/internal/auth/authtest"
	"entente/internal/pgtest"
	"entente/internal/store"
	"entente/internal/workbench/authstore"
)

func open(t *testing.T, place string) auth.Store {
	t.Helper()
	s, err := store.Open(t.Context(), place, store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return authstore.New(s)
}

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestContractOnPostgres(t *testing.T) {
	prepare := func(dsn string) error {
		s, err := store.Open(context.Background(), dsn, store.Options{Create: true})
		if err != nil {
			return err
		}
		return s.Close()
	}
	authtest.Contract(t, func() auth.Store { return open(t, pgtest.Database(t, "empty", prepare)) })
}

func TestContractOnSQLite(t *testing.T) {
	authtest.Contract(t, func() auth.Store { return open(t, filepath.Join(t.TempDir(), "work.entente")) })
}
