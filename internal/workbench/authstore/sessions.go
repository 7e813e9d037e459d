package authstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
)

// FindSession returns a session that has not ended.
func (s *Store) FindSession(ctx context.Context, id string, now time.Time) (out auth.Session, found bool, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, q store.Querier) error {
		var expires int64
		out = auth.Session{ID: id}
		err := q.QueryRowContext(ctx, "SELECT account, data, expires FROM sessions WHERE id = $1 AND expires > $2", id, micro(now)).Scan(&out.Account, &out.Data, &expires)
		out.Expires = instant(expires)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Session{}, false, nil
	}
	return out, err == nil, err
}

// SaveSession adds or replaces a session.
func (s *Store) SaveSession(ctx context.Context, x auth.Session) error {
	if len(x.Data) > auth.MaxSessionData {
		return failure(entente.Invalid, "session", "the session holds too much")
	}
	return s.db.Write(ctx, func(ctx context.Context, q store.Querier) error {
		data := x.Data
		if data == nil {
			data = []byte{}
		}
		_, err := q.ExecContext(ctx, `INSERT INTO sessions (id, account, data, expires) VALUES ($1, $2, $3, $4)
			ON CONFLICT (id) DO UPDATE SET account = excluded.account, data = excluded.data, expires = excluded.expires`, x.ID, x.Account, data, micro(x.Expires))
		return err
	})
}

// TouchSession moves the end of a session that is there.
func (s *Store) TouchSession(ctx context.Context, id string, expires time.Time) error {
	_, err := s.exec(ctx, "UPDATE sessions SET expires = $2 WHERE id = $1", id, micro(expires))
	return err
}

// DeleteSession removes a session and tells whether it was there.
func (s *Store) DeleteSession(ctx context.Context, id string) (bool, error) {
	n, err := s.exec(ctx, "DELETE FROM sessions WHERE id = $1", id)
	return n > 0, err
}

// DeleteSessions removes all sessions of an account.
func (s *Store) DeleteSessions(ctx context.Context, account string) (int, error) {
	return s.exec(ctx, "DELETE FROM sessions WHERE account = $1", account)
}

// DeleteExpired removes the sessions that have ended.
func (s *Store) DeleteExpired(ctx context.Context, now time.Time) (int, error) {
	return s.exec(ctx, "DELETE FROM sessions WHERE expires <= $1", micro(now))
}

// exec runs one statement and counts the rows that it changed.
func (s *Store) exec(ctx context.Context, query string, args ...any) (int, error) {
	var n int64
	err := s.db.Write(ctx, func(ctx context.Context, q store.Querier) error {
		r, err := q.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		n, err = r.RowsAffected()
		return err
	})
	return int(n), err
}
