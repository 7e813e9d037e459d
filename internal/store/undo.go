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
	old, err := s.Version(ctx, k, number)
	if err != nil {
		return Commit{}, err
	}
	return s.Save(ctx, r, old.again(base))
}

// again is the change that writes a version anew.
func (v *Version) again(base int) Change {
	return Change{Key: v.Key, Base: base, State: v.State, Layer: v.Layer, Body: v.Body, Facets: v.Facets, past: &past{text: v.text}}
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

// Undo takes back a whole commit: each record that it wrote gets its version
// from before as a new one; a record that it made, or made public for the first
// time, is retired. Where a draft stood beside what was public, the public
// version comes back, and the draft is in the history. It is refused when one of
// the records has moved on since, or when something published refers to what
// would go. Errors: NotFound; Conflict.
func (s *Store) Undo(ctx context.Context, r Reason, seq int64) (Commit, error) {
	var changes []Change
	err := s.engine.read(ctx, func(ctx context.Context, q querier) (err error) {
		changes, err = undoing(ctx, q, seq)
		return err
	})
	if err != nil {
		return Commit{}, err
	}
	return s.Save(ctx, r, changes...)
}

// undoing lists the changes that take a commit back.
func undoing(ctx context.Context, q querier, seq int64) ([]Change, error) {
	var n, changes int64
	err := q.QueryRowContext(ctx, "SELECT n, changes FROM commits WHERE seq = $1", seq).Scan(&n, &changes)
	if noRows(err) {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "undo", Place: fmt.Sprintf("commit %d", seq), Msg: "there is no such commit", Hint: "entente log lists them"}
	}
	if err != nil {
		return nil, err
	}
	const wrote = " WHERE w.n > $1 AND w.n <= $2 ORDER BY w.n"
	after, err := versions(ctx, q, selectVersions+" JOIN versions w ON w.n = v.n"+wrote, n-changes, n)
	if err != nil {
		return nil, err
	}
	const before = " JOIN versions w ON w.kind = v.kind AND w.id = v.id AND w.base = v.version"
	was, err := versions(ctx, q, selectVersions+before+wrote, n-changes, n)
	if err != nil {
		return nil, err
	}
	// What the public saw before, where the commit changed that.
	public, err := versions(ctx, q, selectVersions+` JOIN versions b ON b.live = v.n JOIN versions w ON w.kind = b.kind AND w.id = b.id AND w.base = b.version
		AND w.state IN ('published', 'retired')`+wrote, n-changes, n)
	if err != nil {
		return nil, err
	}
	out := make([]Change, 0, len(after))
	for i := range after {
		v := &after[i]
		c := v.again(v.Number)
		switch {
		case v.Base == 0:
			c.State = Retired
		case len(public) > 0 && public[0].Key == v.Key:
			c = public[0].again(v.Number)
			public, was = public[1:], was[1:]
		default:
			c = was[0].again(v.Number)
			if was = was[1:]; v.State == Published {
				c.State = Retired
			}
		}
		c.past.back = true
		out = append(out, c)
	}
	return out, nil
}
