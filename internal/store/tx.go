package store

import "context"

// Querier runs statements inside a transaction. Statements use $1 placeholders
// and the portable part of SQL that both engines share (docs/store.md).
type Querier = querier

// Write runs fn in one transaction of the store: for tables that stand beside
// the records, such as accounts. It commits what fn wrote, or keeps nothing. fn
// may run more than once when the engine asks for a retry.
func (s *Store) Write(ctx context.Context, fn func(ctx context.Context, q Querier) error) error {
	return s.engine.write(ctx, fn)
}

// Read runs fn on one consistent state of the store.
func (s *Store) Read(ctx context.Context, fn func(ctx context.Context, q Querier) error) error {
	return s.engine.read(ctx, fn)
}
