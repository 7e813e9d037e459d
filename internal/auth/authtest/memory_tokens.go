package authtest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"entente"
	"entente/internal/auth"
)

// CreateToken adds one.
func (m *Memory) CreateToken(ctx context.Context, t auth.Token) error {
	if err := m.begin(ctx); err != nil {
		return err
	}
	defer m.mu.Unlock()
	for id, other := range m.tokens {
		if id == t.ID || other.Hash == t.Hash {
			return fault(entente.Conflict, "the token is there already")
		}
	}
	t.Scopes = slices.Clone(t.Scopes)
	m.tokens[t.ID] = t
	return nil
}

// TokenByHash finds by hash.
func (m *Memory) TokenByHash(ctx context.Context, hash string) (auth.Token, error) {
	if err := m.begin(ctx); err != nil {
		return auth.Token{}, err
	}
	defer m.mu.Unlock()
	for _, t := range m.tokens {
		if t.Hash == hash {
			t.Scopes = slices.Clone(t.Scopes)
			return t, nil
		}
	}
	return auth.Token{}, fault(entente.NotFound, "no such token")
}

// Tokens lists those of an account, or all.
func (m *Memory) Tokens(ctx context.Context, account string) ([]auth.Token, error) {
	if err := m.begin(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	var out []auth.Token
	for _, t := range m.tokens {
		if account == "" || t.Account == account {
			t.Scopes = slices.Clone(t.Scopes)
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b auth.Token) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// RevokeToken marks one as revoked, once.
func (m *Memory) RevokeToken(ctx context.Context, id string, at time.Time) error {
	return m.mark(ctx, id, func(t *auth.Token) {
		if t.Revoked.IsZero() {
			t.Revoked = at
		}
	})
}

// TouchToken notes a use.
func (m *Memory) TouchToken(ctx context.Context, id string, at time.Time) error {
	return m.mark(ctx, id, func(t *auth.Token) {
		if at.After(t.LastUsed) {
			t.LastUsed = at
		}
	})
}

func (m *Memory) mark(ctx context.Context, id string, do func(*auth.Token)) error {
	if err := m.begin(ctx); err != nil {
		return err
	}
	defer m.mu.Unlock()
	t, ok := m.tokens[id]
	if !ok {
		return fault(entente.NotFound, "no such token")
	}
	do(&t)
	m.tokens[id] = t
	return nil
}

// AppendEntry adds one.
func (m *Memory) AppendEntry(ctx context.Context, e auth.Entry) error {
	if err := m.begin(ctx); err != nil {
		return err
	}
	defer m.mu.Unlock()
	e.ID = int64(len(m.entries)) + 1
	m.entries = append(m.entries, e)
	return nil
}

// Entries lists them, the newest first.
func (m *Memory) Entries(ctx context.Context, f auth.EntryFilter) ([]auth.Entry, error) {
	if err := m.begin(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	var out []auth.Entry
	for _, e := range slices.Backward(m.entries) {
		if f.Matches(e) && len(out) < f.Rows() {
			out = append(out, e)
		}
	}
	return out, nil
}
