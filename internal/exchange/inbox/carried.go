package inbox

import (
	"context"
	"slices"
	"strings"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/store"
)

// carried is which records the objects of an arrival carry.
type carried struct {
	rows map[version]mapping.Origin
	gone map[version]string // of revoked objects: the record
	// follows are the objects among them that package mapping makes beside a record,
	// for tools that know nothing of records: the place of a state, the targets of
	// an incident. They say nothing that the record does not.
	follows map[stix.ID]bool
}

func carriedBy(list []*stix.Object) *carried {
	c := &carried{rows: map[version]mapping.Origin{}, gone: map[version]string{}, follows: map[stix.ID]bool{}}
	var plain []*stix.Object
	for _, o := range list {
		in := mapping.Import([]*stix.Object{o}, "")
		switch {
		case len(in.Rows) > 0:
			c.rows[versionOf(o)] = in.Rows[0]
		case len(in.Withdrawn) > 0:
			c.gone[versionOf(o)] = keyOf(in.Withdrawn[0].Row).String()
		case o.Type() == "location" || o.Type() == "relationship":
			plain = append(plain, o)
		}
	}
	if len(plain) == 0 {
		return c
	}
	made := map[stix.ID]bool{}
	for _, r := range c.rows {
		for _, id := range following(r) {
			made[id] = true
		}
	}
	for _, o := range plain {
		if made[o.ID()] {
			c.follows[o.ID()] = true
		}
	}
	return c
}

func keyOf(r datapackage.Row) store.Key { return store.Key{Kind: r.Table, ID: r.ID()} }

// record names the record that an object carries, empty for none.
func (c *carried) record(o *stix.Object) string {
	v := versionOf(o)
	if r, ok := c.rows[v]; ok {
		return keyOf(r.Row).String()
	}
	return c.gone[v]
}

// following lists the identifiers that package mapping gives to what it makes
// beside a record.
func following(r mapping.Origin) []stix.ID {
	var whats []string
	for i, s := range datapackage.Columns(r.Table) {
		whats = append(whats, s.Name)
		if s.List && s.Ref == "actors" {
			for a := range strings.SplitSeq(r.Cells[i], ";") {
				whats = append(whats, s.Name+" "+strings.TrimSpace(a))
			}
		}
	}
	var out []stix.ID
	add := func(typ, what string) {
		name := map[string]string{"derived": what, "table": r.Table, "id": r.ID(), "framework": r.Framework}
		if r.CreatedBy != "" {
			name["creator"] = string(r.CreatedBy)
		}
		if id, err := stix.NewID(typ, name); err == nil {
			out = append(out, id)
		}
	}
	switch r.Table {
	case "actors":
		add("location", "location")
		add("relationship", "located-at")
	case "incidents", "attributions":
		for _, w := range whats {
			add("relationship", w)
		}
	}
	return out
}

// same finds which of the records stand here just so, published and with nothing
// under way: nobody has to decide on them.
func (b *Inbox) same(ctx context.Context, c *carried) (map[version]bool, error) {
	out := map[version]bool{}
	if len(c.rows) == 0 {
		return out, nil
	}
	framework, err := b.framework(ctx)
	if err != nil {
		if entente.KindOf(err) == entente.Conflict { // a store without a corpus
			return out, nil
		}
		return nil, err
	}
	keys := make([]store.Key, 0, len(c.rows))
	for _, r := range c.rows {
		keys = append(keys, keyOf(r.Row))
	}
	slices.SortFunc(keys, func(a, b store.Key) int { return strings.Compare(a.String(), b.String()) })
	heads, err := b.st.Heads(ctx, slices.Compact(keys))
	if err != nil {
		return nil, err
	}
	for v, r := range c.rows {
		h, there := heads[keyOf(r.Row)]
		out[v] = there && r.Framework == framework && h.State == store.Published && h.Layer == "" && h.Holds(store.EncodeRow(r.Row))
	}
	return out, nil
}
