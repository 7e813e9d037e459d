package partner

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"entente"
	"entente/internal/store"
)

// sameNames refuses a new partner under the name of an earlier one that was given
// something: what was handed over, and the log, would say that it was this one.
// The earlier partner itself may come back.
func sameNames(ctx context.Context, q store.Querier, t top, s Settings) error {
	now, err := decode([]byte(t.body))
	if t.n == 0 || err != nil { // nothing is there, or nobody can tell what was
		return nil //nolint:nilerr // settings that cannot be read are mended by new ones
	}
	for i := range s.Partners {
		p := &s.Partners[i]
		if now.Partner(p.ID) != nil {
			continue
		}
		var one int
		err := q.QueryRowContext(ctx, "SELECT 1 FROM exchange_releases WHERE partner = $1 LIMIT 1", p.ID).Scan(&one)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		if was, err := lastOf(ctx, q, p.ID); err != nil || was != nil && sameParty(was, p) {
			if err != nil {
				return err
			}
			continue
		}
		return &entente.Error{
			Kind: entente.Conflict, Op: "set the exchange", Place: "partner " + p.ID, Msg: "another partner had this name and was given something under it",
			Hint: "take another name: the log says who got what by it",
		}
	}
	return nil
}

// lastOf finds what was last kept of a partner that is gone; nil when nothing can
// be found.
func lastOf(ctx context.Context, q store.Querier, id string) (*Partner, error) {
	var body string
	err := q.QueryRowContext(ctx, "SELECT body FROM exchange_settings WHERE body LIKE $1 ORDER BY n DESC LIMIT 1", `%"id":"`+id+`"%`).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // as it says
	}
	if err != nil {
		return nil, err
	}
	s, err := decode([]byte(body))
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // nobody can tell
	}
	return s.Partner(id), nil
}

// sameParty tells whether two partners of one name are the same party: by the keys
// and identities that they prove, or by being described alike.
func sameParty(a, b *Partner) bool {
	return a.Log == b.Log && a.Actor == b.Actor && a.URL == b.URL && slices.Equal(a.Identities, b.Identities)
}
