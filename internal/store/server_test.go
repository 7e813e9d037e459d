package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"entente"
	"entente/internal/pgtest"
	"entente/internal/store"
	"entente/internal/testskip"
)

// A database server that goes away is told in plain words; when it is back, the
// open store goes on, and nothing acknowledged is lost.
func TestAStoreOutlivesItsServer(t *testing.T) {
	server, err := pgtest.Start(t.Context(), pgtest.Options{Durable: true})
	if errors.Is(err, pgtest.ErrNone) {
		testskip.Missing(t, "postgres", pgtest.Mend)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	b := open(t, server.DSN("postgres"))
	b.save(note("before", 0, "x"))
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	_, err = b.Save(t.Context(), store.Reason{Who: "w"}, note("during", 0, "x"))
	b.is(err, entente.Unavailable, "")
	_, err = b.Get(t.Context(), store.Key{Kind: "notes", ID: "before"})
	b.is(err, entente.Unavailable, "does not answer")
	if strings.Contains(err.Error(), "0x") {
		t.Errorf("an error for machines: %v", err)
	}
	if err := server.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	b.save(note("after", 0, "x"))
	if got := ids(b.list(store.Query{})); got != "notes:after notes:before" {
		t.Error(got)
	}
	b.verify()
}
