package partner_test

import (
	"context"
	"testing"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/store"
)

// TestTheLogOfSomebodyElse: proofs and receipts go by the name of a partner's log, so
// nobody gets the name of another's, of one that is gone, or of the node's own.
func TestTheLogOfSomebodyElse(t *testing.T) {
	engines(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		st := open()
		b := book(st, newClock())
		must(t, st.Write(ctx, func(ctx context.Context, q store.Querier) error {
			_, err := q.ExecContext(ctx, "INSERT INTO ledger_head (one, origin, size, at, peaks) VALUES (1, 'own.example/log', 0, 0, $1)", []byte{})
			return err
		}))
		_, err := b.Save(ctx, "ann", "set up", 0, sample())
		must(t, err)
		logged := func(id, key string) error {
			_, err := b.Edit(ctx, "ann", "log", func(s *partner.Settings) error {
				if p := s.Partner(id); p != nil {
					p.Log = key
					return nil
				}
				return s.AddPartner(partner.Partner{Partner: handling.Partner{ID: id}, Log: key})
			})
			return err
		}
		wantKind(t, logged("jpn", logKey(t, "own.example/log")), entente.Conflict)
		first := logKey(t, "100%_jpn.example/log")
		must(t, logged("jpn", first))
		must(t, logged("jpn", logKey(t, "100%_jpn.example/log"))) // its operators' word
		must(t, logged("jpn", first))
		wantKind(t, logged("fin", first), entente.Invalid)
		_, err = b.Edit(ctx, "ann", "remove", func(s *partner.Settings) error { return s.RemovePartner("jpn") })
		must(t, err)
		wantKind(t, logged("evil", logKey(t, "100%_jpn.example/log")), entente.Conflict)
		wantKind(t, logged("fin", logKey(t, "100%_jpn.example/log")), entente.Conflict)
		wantKind(t, logged("fin", logKey(t, "jpn")), entente.Conflict) // the log named it so before it had one
		must(t, logged("japan", first))                                // the same party under another id
	})
}
