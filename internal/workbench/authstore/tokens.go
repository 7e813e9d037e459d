package authstore

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
)

const tokenColumns = "id, account, name, hash, scopes, created, expires, revoked, last_used"

func scanToken(scan func(...any) error) (t auth.Token, err error) {
	var scopes string
	var created, expires, revoked, used int64
	err = scan(&t.ID, &t.Account, &t.Name, &t.Hash, &scopes, &created, &expires, &revoked, &used)
	for w := range strings.FieldsSeq(scopes) {
		t.Scopes = append(t.Scopes, auth.Scope(w))
	}
	t.Created, t.Expires, t.Revoked, t.LastUsed = instant(created), instant(expires), instant(revoked), instant(used)
	return t, err
}

// CreateToken adds a token.
func (s *Store) CreateToken(ctx context.Context, t auth.Token) error {
	words := make([]string, len(t.Scopes))
	for i, w := range t.Scopes {
		words[i] = string(w)
	}
	n, err := s.exec(ctx, "INSERT INTO tokens ("+tokenColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
		t.ID, t.Account, t.Name, t.Hash, strings.Join(words, " "), micro(t.Created), micro(t.Expires), micro(t.Revoked), micro(t.LastUsed))
	if err == nil && n == 0 {
		return failure(entente.Conflict, t.ID, "there is such a token already")
	}
	return err
}

// TokenByHash finds a token, also one that has ended.
func (s *Store) TokenByHash(ctx context.Context, hash string) (t auth.Token, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, q store.Querier) error {
		t, err = scanToken(q.QueryRowContext(ctx, "SELECT "+tokenColumns+" FROM tokens WHERE hash = $1", hash).Scan)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Token{}, failure(entente.NotFound, "", "there is no such token")
	}
	return t, err
}

// Tokens lists the tokens of an account, or of all.
func (s *Store) Tokens(ctx context.Context, account string) (out []auth.Token, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, q store.Querier) error {
		out = nil
		list, err := q.QueryContext(ctx, "SELECT "+tokenColumns+" FROM tokens WHERE $1 = '' OR account = $1 ORDER BY created, id", account) //nolint:rowserrcheck // rows checks it
		if err != nil {
			return err
		}
		return rows(list, func(scan func(...any) error) error {
			t, err := scanToken(scan)
			out = append(out, t)
			return err
		})
	})
	return out, err
}

// RevokeToken marks a token as revoked; the first time stays.
func (s *Store) RevokeToken(ctx context.Context, id string, at time.Time) error {
	return s.mark(ctx, "UPDATE tokens SET revoked = CASE WHEN revoked = 0 THEN $2 ELSE revoked END WHERE id = $1", id, at)
}

// TouchToken notes the use of a token.
func (s *Store) TouchToken(ctx context.Context, id string, at time.Time) error {
	return s.mark(ctx, "UPDATE tokens SET last_used = CASE WHEN last_used < $2 THEN $2 ELSE last_used END WHERE id = $1", id, at)
}

func (s *Store) mark(ctx context.Context, query, id string, at time.Time) error {
	n, err := s.exec(ctx, query, id, micro(at))
	if err == nil && n == 0 {
		return failure(entente.NotFound, id, "there is no such token")
	}
	return err
}
