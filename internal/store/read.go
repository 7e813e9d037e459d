package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"entente"
)

// Mark tells how far the store has come. It is cheap enough to ask per request.
func (s *Store) Mark(ctx context.Context) (Mark, error) {
	var m Mark
	err := s.engine.read(ctx, func(ctx context.Context, q querier) (err error) {
		m, err = markOf(ctx, q)
		return err
	})
	return m, err
}

func markOf(ctx context.Context, q querier) (Mark, error) {
	c, err := scanClock(q.QueryRowContext(ctx, selectClock))
	return Mark{Seq: c.seq, Public: c.public, At: time.UnixMicro(c.at).UTC()}, err
}

// selectVersions is read by scanVersion.
const selectVersions = `SELECT v.n, v.kind, v.id, v.version, v.base, v.live, v.state, v.layer, v.facets, v.text, v.body,
	m.seq, m.at, m.who, m.why, m.via, m.changes FROM versions v JOIN commits m ON m.seq = v.seq`

func scanVersion(row interface{ Scan(dest ...any) error }) (*Version, error) {
	var v Version
	var body string
	var at int64
	err := row.Scan(&v.n, &v.Kind, &v.ID, &v.Number, &v.Base, &v.live, &v.State, &v.Layer, &v.facets, &v.text, &body,
		&v.Commit.Seq, &at, &v.Commit.Who, &v.Commit.Why, &v.Commit.Via, &v.Commit.Changes)
	if err != nil {
		return nil, err
	}
	v.Body, v.Commit.At = []byte(body), time.UnixMicro(at).UTC()
	v.Facets, err = facetsOf(v.Kind, v.Body, v.facets)
	return &v, err
}

// facetsOf gives the facets as they were written: in a column of their own when
// the body does not tell them.
func facetsOf(kind string, body []byte, column string) (f Facets, err error) {
	if column == "" {
		return FacetsOf(kind, body), nil
	}
	err = json.Unmarshal([]byte(column), &f)
	return f, err
}

// Get gives the latest version of a record. Errors: NotFound.
func (s *Store) Get(ctx context.Context, k Key) (*Version, error) { return s.Version(ctx, k, 0) }

// Version gives one version of a record, 0 for the latest. Errors: NotFound.
//
// Layers are not looked at: who shows a version to somebody compares its Layer.
func (s *Store) Version(ctx context.Context, k Key, number int) (*Version, error) {
	var v *Version
	err := s.engine.read(ctx, func(ctx context.Context, q querier) (err error) {
		v, err = version(ctx, q, k, number)
		return err
	})
	return v, err
}

func version(ctx context.Context, q querier, k Key, number int) (*Version, error) {
	query := selectVersions + " WHERE v.kind = $1 AND v.id = $2"
	args := []any{k.Kind, k.ID}
	if !plain(k.Kind) || !plain(k.ID) {
		return nil, noRecord(k, number)
	}
	if number != 0 {
		query += " AND v.version = $3"
		args = append(args, number)
	}
	v, err := scanVersion(q.QueryRowContext(ctx, query+" ORDER BY v.version DESC LIMIT 1", args...))
	if noRows(err) {
		return nil, noRecord(k, number)
	}
	return v, err
}

func noRecord(k Key, number int) error {
	place := k.String()
	if number != 0 {
		place += fmt.Sprintf(" version %d", number)
	}
	return &entente.Error{Kind: entente.NotFound, Op: "read record", Place: place, Msg: "there is no such record", Hint: "check the id"}
}

// History gives every version of a record, the latest first, those of private
// layers included (see [Store.Version]). Errors: NotFound.
func (s *Store) History(ctx context.Context, k Key) ([]Version, error) {
	var out []Version
	err := s.engine.read(ctx, func(ctx context.Context, q querier) (err error) {
		if plain(k.Kind) && plain(k.ID) {
			out, err = versions(ctx, q, selectVersions+" WHERE v.kind = $1 AND v.id = $2 ORDER BY v.version DESC", k.Kind, k.ID)
		}
		return err
	})
	if err == nil && len(out) == 0 {
		return nil, noRecord(k, 0)
	}
	return out, err
}

func versions(ctx context.Context, q querier, query string, args ...any) ([]Version, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	var out []Version
	err = each(rows, func() error {
		v, err := scanVersion(rows)
		if err == nil {
			out = append(out, *v)
		}
		return err
	})
	return out, err
}

// Head is what is known of the latest version of a record without its body.
type Head struct {
	Version int
	State   State
	Layer   string
	hash    string
}

// Holds tells whether the version has that body.
func (h Head) Holds(body json.RawMessage) bool { return hashOf(body, "") == h.hash }

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
				out[k] = Head{Version: h.version, State: h.state, Layer: h.layer, hash: h.hash}
			}
		}
		return nil
	})
	return out, err
}
