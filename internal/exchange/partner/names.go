package partner

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"

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

// sameLogs refuses a partner under the name of this node's own log, or of the log of
// an earlier partner: the proofs of what that one was given, and receipts for it,
// would be the new one's. The party of that log may come back, under any id.
func sameLogs(ctx context.Context, q store.Querier, t top, s Settings) error {
	own := ""
	if err := q.QueryRowContext(ctx, "SELECT origin FROM ledger_head WHERE one = 1").Scan(&own); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	now, err := decode([]byte(t.body))
	if err != nil { // nobody can tell what was
		now = Settings{}
	}
	for i := range s.Partners {
		p := &s.Partners[i]
		if was := now.Partner(p.ID); was != nil && was.LogName() == p.LogName() {
			continue // a new key of the same partner is its operators' word
		}
		if p.LogName() == own {
			return &entente.Error{Kind: entente.Conflict, Op: "set the exchange", Place: "partner " + p.ID, Msg: "the name of its log is that of this node's own", Hint: "ask the partner for its introduction again"}
		}
		was, err := lastWithLog(ctx, q, p)
		if err != nil {
			return err
		}
		if was != nil && was.Log != p.Log {
			return &entente.Error{
				Kind: entente.Conflict, Op: "set the exchange", Place: "partner " + p.ID, Msg: "another partner had a log of this name, with another key: " + was.ID,
				Hint: "proofs and receipts go by this name; a partner with a new key keeps its id here, or gives its log a new name",
			}
		}
	}
	return nil
}

// lastWithLog finds the last other partner, also one that is gone, which the log
// names as it would name p; nil for none.
func lastWithLog(ctx context.Context, q store.Querier, p *Partner) (*Partner, error) {
	name := p.LogName()
	text, err := json.Marshal(name) // as it stands in a body
	if err != nil {
		return nil, err
	}
	like := likeText(string(text[:len(text)-1])) // with the quote before it
	rows, err := q.QueryContext(ctx, "SELECT body FROM exchange_settings WHERE body LIKE $1 ESCAPE '!' OR body LIKE $2 ESCAPE '!' ORDER BY n DESC",
		`%"log":`+like+`+%`, `%"id":`+like+`"%`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its fault shows in Err
	last := ""
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		if body == last { // a credential was made or ended
			continue
		}
		last = body
		s, err := decode([]byte(body))
		if err != nil {
			continue // nobody can tell
		}
		for i := range s.Partners {
			if was := &s.Partners[i]; was.ID != p.ID && was.LogName() == name {
				return was, nil
			}
		}
	}
	return nil, rows.Err()
}

// likeText is a text that LIKE finds as it stands; "!" takes the meaning from a sign.
func likeText(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}
