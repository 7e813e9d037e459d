package client

import (
	"net/url"
	"slices"
	"strings"

	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// Query says which objects of a collection are meant [3.4]. The zero value is
// the latest version of each.
type Query struct {
	Types []string  `json:"types,omitempty"`
	IDs   []stix.ID `json:"ids,omitempty"`
	Specs []string  `json:"specs,omitempty"`
	// Versions is match[version]: "all" gives the history too, "first", "last" or
	// exact versions.
	Versions []string `json:"versions,omitempty"`
}

// Everything asks for all versions of all objects: what a node reads.
func Everything() Query { return Query{Versions: []string{"all"}} }

func (q Query) values() url.Values {
	v := url.Values{}
	set := func(name string, list []string) {
		if len(list) > 0 {
			v.Set(name, strings.Join(list, ","))
		}
	}
	ids := make([]string, len(q.IDs))
	for i, id := range q.IDs {
		ids[i] = string(id)
	}
	set("match[type]", q.Types)
	set("match[id]", ids)
	set("match[spec_version]", q.Specs)
	set("match[version]", q.Versions)
	return v
}

func (q Query) equal(o Query) bool {
	return slices.Equal(q.Types, o.Types) && slices.Equal(q.IDs, o.IDs) && slices.Equal(q.Specs, o.Specs) && slices.Equal(q.Versions, o.Versions)
}

// Cursor is how far a collection has been read under one query. Keep it as JSON,
// in the transaction that keeps the page it came with. Nothing in it comes from
// a clock or from the objects: only from what the server said of its order.
type Cursor struct {
	// Place is the API root and the collection. Under another place the reading
	// begins anew: stamps of two servers have nothing in common.
	Place string `json:"place,omitempty"`
	Query Query  `json:"query,omitzero"`
	// Mark is the latest date added that the server gave for an object; 0 before the
	// first.
	Mark taxii.Stamp `json:"mark,omitempty"`
	// Open is set while a reading was cut off between two pages.
	Open *Open `json:"open,omitempty"`
}

// Open is where a reading goes on.
type Open struct {
	// After is the added_after of the reading; it never moves while Next is used.
	After taxii.Stamp `json:"after,omitempty"`
	Next  string      `json:"next,omitempty"`
}

// Start is the cursor of a reading that has not begun. Giving it in place of a
// kept one reads everything again.
func Start(q Query) Cursor { return Cursor{Query: q} }

func (c Cursor) equal(o Cursor) bool {
	return c.Place == o.Place && c.Mark == o.Mark && c.Query.equal(o.Query) &&
		(c.Open == o.Open || c.Open != nil && o.Open != nil && *c.Open == *o.Open)
}
