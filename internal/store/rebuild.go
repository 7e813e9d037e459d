package store

import "context"

// rebuild makes heads, the index of words and what is published anew from the
// versions.
func (s *Store) rebuild(ctx context.Context, q querier) error {
	var after Key
	for {
		list, err := versions(ctx, q, "SELECT "+versionColumns+` FROM versions v JOIN commits m ON m.seq = v.seq
			WHERE (v.kind, v.id) > ($1, $2) AND NOT EXISTS (SELECT 1 FROM versions n WHERE n.kind = v.kind AND n.id = v.id AND n.version > v.version)
			ORDER BY v.kind, v.id LIMIT 2000`, after.Kind, after.ID)
		if err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1].Key
		var heads, publish [][]any
		for i := range list {
			v := &list[i]
			c, err := again(ctx, q, v, v.Number)
			if err != nil {
				return err
			}
			heads = append(heads, []any{c.Kind, c.ID, v.Number, string(c.State), c.Layer, c.hash(), c.Actor, c.Proposition, c.Source, c.Coder, searchText(&c)})
			p, err := publicVersion(ctx, q, v)
			if err != nil {
				return err
			}
			if p != nil {
				publish = append(publish, []any{p.Kind, p.ID, p.Number, string(p.Body)})
			}
		}
		if err := s.engine.put(ctx, q, putHeads, heads); err != nil {
			return err
		}
		if err := s.engine.put(ctx, q, putPublished, publish); err != nil {
			return err
		}
	}
}

// publicVersion is the version of a record that the public sees, nil for none:
// the latest published one, unless a retirement came after it.
func publicVersion(ctx context.Context, q querier, head *Version) (*Version, error) {
	v := head
	if v.State != Published && v.State != Retired {
		list, err := versions(ctx, q, "SELECT "+versionColumns+` FROM versions v JOIN commits m ON m.seq = v.seq
			WHERE v.kind = $1 AND v.id = $2 AND v.state IN ('published', 'retired') ORDER BY v.version DESC LIMIT 1`, head.Kind, head.ID)
		if err != nil || len(list) == 0 {
			return nil, err
		}
		v = &list[0]
	}
	if v.State == Published {
		return v, nil
	}
	return nil, nil
}
