package store

import (
	"context"
	"errors"

	"entente/internal/datapackage"
)

// rebuild makes the heads and the index of words from the versions, in the order
// of their numbers.
func (s *Store) rebuild(ctx context.Context, q querier) error {
	w := &writing{s: s, q: q, bodies: map[int64]string{}, texts: map[string]string{}}
	var after int64
	for {
		list, err := versions(ctx, q, selectVersions+` WHERE v.n > $1 AND NOT EXISTS
			(SELECT 1 FROM versions w WHERE w.kind = v.kind AND w.id = v.id AND w.version = v.version + 1) ORDER BY v.n LIMIT 2000`, after)
		if err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1].n
		var lives []int64
		var texts []string
		for i := range list {
			if v := &list[i]; v.live != 0 && v.live != v.n {
				lives = append(lives, v.live)
			}
			if t := list[i].text; t != "" {
				texts = append(texts, t)
			}
		}
		err = errors.Join(
			fetch(ctx, q, "SELECT n, body FROM versions WHERE n", lives, w.bodies),
			fetch(ctx, q, "SELECT hash, text FROM texts WHERE hash", texts, w.texts),
		)
		if err != nil {
			return err
		}
		var rows headRows
		for i := range list {
			w.rebuilt(&list[i], &rows)
		}
		if err := s.engine.putHeads(ctx, q, &rows); err != nil {
			return err
		}
		clear(w.bodies)
		clear(w.texts)
	}
}

// rebuilt adds the head of a latest version.
func (w *writing) rebuilt(v *Version, t *headRows) {
	p := &prepared{Change: &Change{Key: v.Key, State: v.State, Facets: v.Facets}, body: v.Body}
	var refs []datapackage.Ref
	if v.live != 0 && datapackage.Columns(v.Kind) != nil {
		body := string(v.Body)
		if v.live != v.n {
			body = w.bodies[v.live]
		}
		if row, err := DecodeRow(v.Kind, []byte(body)); err == nil {
			refs = row.Refs()
		}
	}
	t.n, t.version, t.live, t.old = append(t.n, v.n), append(t.version, int64(v.Number)), append(t.live, v.live), append(t.old, 0)
	t.kind, t.id, t.state, t.layer = append(t.kind, v.Kind), append(t.id, v.ID), append(t.state, string(v.State)), append(t.layer, v.Layer)
	t.hash, t.text, t.tokens = append(t.hash, hashOf(v.Body, v.facets)), append(t.text, v.text), append(t.tokens, p.indexed(w.texts[v.text], refs))
}
