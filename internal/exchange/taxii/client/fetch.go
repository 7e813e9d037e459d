package client

import (
	"context"
	"net/http"
	"slices"

	"entente/internal/exchange/stix"
)

// Fetch gets versions of objects by name, those that a comparison found missing
// for example, and hands them to the sink with an empty cursor, which is not to
// be kept. It gives what the server did not have.
func (c *Client) Fetch(ctx context.Context, collection string, list []Key, sink Sink) ([]Key, error) {
	wanted := map[Key]bool{}
	var ids []stix.ID
	for _, k := range list {
		wanted[k] = true
		ids = append(ids, k.ID)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	take := func(s *sheet) error {
		p := &Page{Last: s.last}
		for _, o := range s.objects {
			if k := KeyOf(o); wanted[k] || wanted[Key{ID: k.ID}] {
				delete(wanted, k)
				delete(wanted, Key{ID: k.ID})
				p.Objects = append(p.Objects, o)
			}
		}
		for _, f := range s.refused {
			if k := (Key{f.ID, f.Version.Key()}); wanted[k] {
				p.Refused = append(p.Refused, f)
			}
		}
		if len(p.Objects) == 0 && len(p.Refused) == 0 {
			return nil
		}
		return sink.Page(ctx, p)
	}
	all := []string{"all"}
	for part := range slices.Chunk(ids, batch) {
		w, err := c.walk(ctx, &tally{}, collection, Query{IDs: part, Versions: all}, "objects")
		if err != nil {
			return sorted(wanted), err
		}
		if err := w.all(ctx, take); err != nil {
			return sorted(wanted), err
		}
	}
	for _, k := range sorted(wanted) { // a server may know them at their own address only
		w, err := c.walk(ctx, &tally{}, collection, Query{Versions: all}, "objects", string(k.ID))
		if err != nil {
			return sorted(wanted), err
		}
		if err := w.all(ctx, take); err != nil && status(err) != http.StatusNotFound && status(err) != http.StatusGone {
			return sorted(wanted), err
		}
	}
	return sorted(wanted), nil
}

func sorted(set map[Key]bool) []Key {
	var out []Key
	for k := range set {
		out = append(out, k)
	}
	slices.SortFunc(out, Key.compare)
	return out
}

// Object gets versions of one object [5.6]; an error of kind NotFound when the
// server does not have it. Versions are those of a [Query]; none is the latest.
func (c *Client) Object(ctx context.Context, collection string, id stix.ID, versions ...string) ([]*stix.Object, []stix.Refusal, error) {
	w, err := c.walk(ctx, &tally{}, collection, Query{Versions: versions}, "objects", string(id))
	if err != nil {
		return nil, nil, err
	}
	var list []*stix.Object
	var refused []stix.Refusal
	err = w.all(ctx, func(s *sheet) error {
		for _, o := range s.objects {
			if o.ID() == id {
				list = append(list, o)
			}
		}
		refused = append(refused, s.refused...)
		return nil
	})
	return list, refused, err
}
