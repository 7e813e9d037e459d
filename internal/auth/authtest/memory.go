// Package authtest helps to test what uses or implements package auth: a store
// in memory, and the contract that every implementation of auth.Store passes.
package authtest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"entente"
	"entente/internal/auth"
)

// Memory is an auth.Store without a database. It is safe for use by several
// goroutines and forgets all at its end.
type Memory struct {
	mu       sync.Mutex
	accounts map[string]auth.Account
	sessions map[string]auth.Session
	tokens   map[string]auth.Token // by ID
	entries  []auth.Entry
}

var _ auth.Store = (*Memory)(nil)

// New makes an empty Memory.
func New() *Memory {
	return &Memory{accounts: map[string]auth.Account{}, sessions: map[string]auth.Session{}, tokens: map[string]auth.Token{}}
}

// Dump writes all that is stored as text, so that a test can look for what must
// not be there.
func (m *Memory) Dump() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(m.accounts)) {
		fmt.Fprintf(&b, "%+v\n", m.accounts[name])
	}
	for _, id := range slices.Sorted(maps.Keys(m.sessions)) {
		s := m.sessions[id]
		fmt.Fprintf(&b, "%s %s %s %s\n", s.ID, s.Account, s.Data, s.Expires)
	}
	for _, id := range slices.Sorted(maps.Keys(m.tokens)) {
		fmt.Fprintf(&b, "%+v\n", m.tokens[id])
	}
	for _, e := range m.entries {
		fmt.Fprintf(&b, "%+v\n", e)
	}
	return b.String()
}

// begin locks the store for a call whose context has not ended.
func (m *Memory) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &entente.Error{Kind: entente.Unavailable, Op: "store", Msg: "given up", Err: err}
	}
	m.mu.Lock()
	return nil
}

func fault(kind entente.Kind, what string) error {
	return &entente.Error{Kind: kind, Op: "store", Msg: what}
}

// Account finds by name.
func (m *Memory) Account(ctx context.Context, name string) (auth.Account, error) {
	if err := m.begin(ctx); err != nil {
		return auth.Account{}, err
	}
	defer m.mu.Unlock()
	a, ok := m.accounts[name]
	if !ok {
		return auth.Account{}, fault(entente.NotFound, "no such account")
	}
	return a, nil
}

// AccountBySubject finds by subject.
func (m *Memory) AccountBySubject(ctx context.Context, subject string) (auth.Account, error) {
	if err := m.begin(ctx); err != nil {
		return auth.Account{}, err
	}
	defer m.mu.Unlock()
	if owner, ok := m.owner(subject); ok {
		return m.accounts[owner], nil
	}
	return auth.Account{}, fault(entente.NotFound, "no such account")
}

// owner names the account with a subject.
func (m *Memory) owner(subject string) (string, bool) {
	for name, a := range m.accounts {
		if subject != "" && a.Subject == subject {
			return name, true
		}
	}
	return "", false
}

// Accounts lists all by name.
func (m *Memory) Accounts(ctx context.Context) ([]auth.Account, error) {
	if err := m.begin(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	return slices.SortedFunc(maps.Values(m.accounts), func(a, b auth.Account) int { return cmp.Compare(a.Name, b.Name) }), nil
}

// CreateAccount adds one.
func (m *Memory) CreateAccount(ctx context.Context, a auth.Account) error {
	if err := m.begin(ctx); err != nil {
		return err
	}
	defer m.mu.Unlock()
	_, named := m.accounts[a.Name]
	if _, linked := m.owner(a.Subject); named || linked {
		return fault(entente.Conflict, "the name or the subject is taken")
	}
	a.Version = 1
	m.accounts[a.Name] = a
	return nil
}

// UpdateAccount replaces one by compare-and-set.
func (m *Memory) UpdateAccount(ctx context.Context, a auth.Account) error {
	if err := m.begin(ctx); err != nil {
		return err
	}
	defer m.mu.Unlock()
	old, ok := m.accounts[a.Name]
	if !ok {
		return fault(entente.NotFound, "no such account")
	}
	owner, linked := m.owner(a.Subject)
	if old.Version != a.Version || linked && owner != a.Name {
		return fault(entente.Conflict, "changed meanwhile, or the subject is taken")
	}
	a.Version++
	a.Created = old.Created
	m.accounts[a.Name] = a
	return nil
}

// FindSession returns a session that is not over.
func (m *Memory) FindSession(ctx context.Context, id string, now time.Time) (auth.Session, bool, error) {
	if err := m.begin(ctx); err != nil {
		return auth.Session{}, false, err
	}
	defer m.mu.Unlock()
	s, ok := m.sessions[id]
	if !ok || !now.Before(s.Expires) {
		return auth.Session{}, false, nil
	}
	s.Data = slices.Clone(s.Data)
	return s, true, nil
}

// SaveSession adds or replaces one.
func (m *Memory) SaveSession(ctx context.Context, s auth.Session) error {
	if err := m.begin(ctx); err != nil {
		return err
	}
	defer m.mu.Unlock()
	if len(s.Data) > auth.MaxSessionData {
		return fault(entente.Invalid, "the session holds too much")
	}
	s.Data = slices.Clone(s.Data)
	m.sessions[s.ID] = s
	return nil
}

// TouchSession moves the end of one that is there.
func (m *Memory) TouchSession(ctx context.Context, id string, expires time.Time) error {
	if err := m.begin(ctx); err != nil {
		return err
	}
	defer m.mu.Unlock()
	if s, ok := m.sessions[id]; ok {
		s.Expires = expires
		m.sessions[id] = s
	}
	return nil
}

// DeleteSession removes one.
func (m *Memory) DeleteSession(ctx context.Context, id string) (bool, error) {
	if err := m.begin(ctx); err != nil {
		return false, err
	}
	defer m.mu.Unlock()
	_, was := m.sessions[id]
	delete(m.sessions, id)
	return was, nil
}

// DeleteSessions removes those of an account.
func (m *Memory) DeleteSessions(ctx context.Context, account string) (int, error) {
	return m.deleteIf(ctx, func(s auth.Session) bool { return s.Account == account })
}

// DeleteExpired removes those that are over.
func (m *Memory) DeleteExpired(ctx context.Context, now time.Time) (int, error) {
	return m.deleteIf(ctx, func(s auth.Session) bool { return !now.Before(s.Expires) })
}

func (m *Memory) deleteIf(ctx context.Context, gone func(auth.Session) bool) (int, error) {
	if err := m.begin(ctx); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	before := len(m.sessions)
	maps.DeleteFunc(m.sessions, func(_ string, s auth.Session) bool { return gone(s) })
	return before - len(m.sessions), nil
}
