package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"entente/internal/ledger"
	"entente/internal/store"
)

// Whoever asked is told of every change of what the public sees, in the
// transaction of the change: what it writes is there with it, or neither is.
func TestAlsoIsToldWhatChangesForThePublic(t *testing.T) {
	contract(t, func(t *testing.T, place string) {
		var heard []string
		broken := errors.New("the log is full")
		var fail error
		s, err := store.Open(t.Context(), place, store.Options{Create: true, Also: func(ctx context.Context, q store.Querier, news []store.News) error {
			for _, n := range news {
				heard = append(heard, fmt.Sprintf("%s %d %t", n.Key, n.Version, n.Body != nil))
				if _, err := q.ExecContext(ctx, "INSERT INTO exchange_cursors (partner, place, body, at) VALUES ($1, $2, '', $3)", n.ID, fmt.Sprintf("%s %d", n.Kind, n.Version), n.Version); err != nil {
					return err
				}
			}
			return fail
		}})
		if err != nil {
			t.Fatal(err)
		}
		b := &bench{t: t, ctx: t.Context(), Store: s}
		t.Cleanup(func() { _ = s.Close() })
		b.save(base(t)...)
		first := len(heard)
		if first == 0 {
			t.Error("nothing was told of the first commit")
		}
		private := note("mine", 0, "secret")
		private.Layer = store.Private("ann")
		b.save(edit(0, store.Draft, "first"), private)
		if len(heard) != first {
			t.Errorf("a draft or a private note was told: %v", heard[first:])
		}
		b.save(edit(1, store.Published, "second"))
		b.save(edit(2, store.Draft, "third"))
		if got := strings.Join(heard[first:], "; "); got != one.String()+" 2 true" {
			t.Errorf("told %s", got)
		}
		fail = broken
		if _, err := b.Save(b.ctx, store.Reason{Who: "ann"}, edit(3, store.Published, "fourth")); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
		if v := b.get(one); v.Number != 3 || v.State != store.Draft {
			t.Errorf("a write was kept without what belongs to it: %+v", v)
		}
		fail = nil
		b.save(store.RowChange(statement(one.ID, "gone"), 3, store.Retired))
		if got := heard[len(heard)-1]; got != one.String()+" 4 false" {
			t.Errorf("of a withdrawal is told %s", got)
		}
		rows := 0
		err = b.Read(b.ctx, func(ctx context.Context, q store.Querier) error {
			return q.QueryRowContext(ctx, "SELECT count(*) FROM exchange_cursors WHERE place LIKE 'statements%'").Scan(&rows)
		})
		if err != nil || rows != 2 {
			t.Errorf("%d rows were kept beside the statement, want 2: %v", rows, err)
		}
		b.verify()
	})
}

// The log's tables are those that package ledger says.
func TestTheSchemaHoldsTheLog(t *testing.T) {
	for dir, want := range map[string]string{"sqlite": ledger.SchemaSQLite, "postgres": ledger.SchemaPostgres} {
		text, err := os.ReadFile("schema/" + dir + "/00002_exchange.sql")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), strings.TrimSpace(want)) {
			t.Errorf("%s: the tables of the log are others than those of package ledger", dir)
		}
	}
}
