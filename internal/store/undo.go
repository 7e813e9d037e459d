package store

import (
	"context"
	"encoding/json"
	"fmt"

	"entente"
)

// Restore makes an earlier version of a record its latest again, as a new
// version with the state that the earlier one had. base is the version that the
// caller saw as the latest. Errors: NotFound; Conflict when the record moved on.
func (s *Store) Restore(ctx context.Context, r Reason, k Key, number, base int) (Commit, error) {
	var c Change
	err := s.engine.read(ctx, func(ctx context.Context, q querier) error {
		old, err := version(ctx, q, k, number)
		if err != nil {
			return err
		}
		c, err = again(ctx, q, old, base)
		return err
	})
	if err != nil {
		return Commit{}, err
	}
	return s.Save(ctx, r, c)
}

// again is the change that writes a version anew.
func again(ctx context.Context, q querier, v *Version, base int) (Change, error) {
	c := Change{Key: v.Key, Base: base, State: v.State, Layer: v.Layer, Body: v.Body, Facets: FacetsOf(v.Kind, v.Body)}
	err := q.QueryRowContext(ctx, "SELECT words FROM versions WHERE kind = $1 AND id = $2 AND version = $3", v.Kind, v.ID, v.Number).Scan(&c.Words)
	return c, err
}

// FacetsOf reads the facets off a body: for a row of the corpus those of its
// table, else the fields actor, proposition, source and coder.
func FacetsOf(kind string, body []byte) Facets {
	if row, err := DecodeRow(kind, body); err == nil && len(row.Cells) > 0 {
		return rowFacets(row)
	}
	var f struct{ Actor, Proposition, Source, Coder string }
	if json.Unmarshal(body, &f) != nil {
		return Facets{}
	}
	return Facets(f)
}

// asPublic makes the change that takes back a publication or a retirement one
// that leaves the public as it was before v: with the version that was published
// then or, when none was, retired (the draft from before is in the history, and
// can be brought back).
func asPublic(ctx context.Context, q querier, v *Version, c Change) (Change, error) {
	if v.Layer != "" || v.State != Published && v.State != Retired || c.State == Published {
		return c, nil
	}
	before, err := versions(ctx, q, "SELECT "+versionColumns+" FROM versions v JOIN commits m ON m.seq = v.seq WHERE v.kind = $1 AND v.id = $2 AND v.version < $3 AND v.layer = '' AND v.state IN ('published', 'retired') ORDER BY v.version DESC LIMIT 1", v.Kind, v.ID, v.Number)
	switch {
	case err != nil:
		return c, err
	case len(before) > 0 && before[0].State == Published:
		return again(ctx, q, &before[0], v.Number)
	case v.State == Published:
		c.State = Retired
	}
	return c, nil
}

// Undo takes back a whole commit: each record that it wrote gets its version
// from before as a new one; a record that it made, or made public for the first
// time, is retired. It is refused when one of them has moved on since. Errors:
// NotFound; Conflict.
func (s *Store) Undo(ctx context.Context, r Reason, seq int64) (Commit, error) {
	var changes []Change
	err := s.engine.read(ctx, func(ctx context.Context, q querier) error {
		changes = nil
		wrote, err := versions(ctx, q, "SELECT "+versionColumns+" FROM versions v JOIN commits m ON m.seq = v.seq WHERE v.seq = $1 ORDER BY v.kind, v.id", seq)
		if err != nil {
			return err
		}
		if len(wrote) == 0 {
			return &entente.Error{Kind: entente.NotFound, Op: "undo", Place: fmt.Sprintf("commit %d", seq), Msg: "there is no such commit", Hint: "entente log lists them"}
		}
		for i := range wrote {
			v := &wrote[i]
			old := v
			if v.Base != 0 {
				if old, err = version(ctx, q, v.Key, v.Base); err != nil {
					return err
				}
			}
			c, err := again(ctx, q, old, v.Number)
			if err != nil {
				return err
			}
			if v.Base == 0 {
				c.State = Retired
			} else if c, err = asPublic(ctx, q, v, c); err != nil {
				return err
			}
			changes = append(changes, c)
		}
		return nil
	})
	if err != nil {
		return Commit{}, err
	}
	return s.Save(ctx, r, changes...)
}
