package store

import "context"

// VerifyIn makes a deep check inside a transaction of the test.
func VerifyIn(ctx context.Context, s *Store, q Querier) (*Check, error) {
	if err := s.engine.deepCheck(ctx, q); err != nil {
		return nil, err
	}
	return s.verify(ctx, q, nil)
}
