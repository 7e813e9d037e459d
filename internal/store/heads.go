package store

import (
	"context"
	"encoding/json"
)

// Head is what is known of the latest version of a record without its body.
type Head struct {
	Version int
	State   State
	Layer   string
	hash    string
}

// Holds tells whether the version has that body.
func (h Head) Holds(body json.RawMessage) bool {
	c := Change{State: h.State, Layer: h.Layer, Body: body}
	return c.hash() == h.hash
}

// Heads finds the latest versions of many records at once. Those that are not
// there are missing from the result.
func (s *Store) Heads(ctx context.Context, keys []Key) (map[Key]Head, error) {
	out := make(map[Key]Head, len(keys))
	err := s.engine.read(ctx, func(ctx context.Context, q querier) error {
		for from := 0; from < len(keys); from += chunk {
			found, err := s.engine.heads(ctx, q, keys[from:min(from+chunk, len(keys))])
			if err != nil {
				return err
			}
			for k, h := range found {
				out[k] = Head{h.version, h.state, h.layer, h.hash}
			}
		}
		return nil
	})
	return out, err
}
