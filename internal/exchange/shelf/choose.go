package shelf

import (
	"slices"

	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// chooser finds what a query selects for one partner; the index is locked for
// reading.
type chooser struct {
	*index
	lens  *lens
	bits  *bits
	q     *taxii.Query
	specs []bool          // by number, when the query names some
	exact []string        // keys of versions, sorted
	memo  map[uint32]pick // of objects with many versions
}

// pick is which versions of one object the partner may have: the lowest and the
// highest, among those of a specification that the query selects.
type pick struct {
	first, last uint32
	spec        int // all that counts when the query names none; -1: any
}

// manyVersions is from when on the choice among the versions of an object is
// remembered for the rest of a query.
const manyVersions = 4

func (x *index) chooser(l *lens, b *bits, q *taxii.Query) *chooser {
	c := &chooser{index: x, lens: l, bits: b, q: q}
	for _, t := range q.Versions.Exact {
		c.exact = append(c.exact, t.Key())
	}
	slices.Sort(c.exact)
	if len(q.Specs) > 0 {
		c.specs = make([]bool, len(x.specs.list))
		for i, s := range x.specs.list {
			c.specs[i] = slices.Contains(q.Specs, s)
		}
	}
	return c
}

// shows tells whether the query selects the entry at a position, and whether the
// partner sees it there.
func (c *chooser) shows(at uint32) bool {
	e := &c.entries[at]
	now := at // the current entry of the same version
	switch e.state {
	case gone:
		return false
	case moved:
		if !c.bits.has(at) {
			return false
		}
		for now = e.next; now != 0 && c.entries[now].state == moved; now = c.entries[now].next {
		}
		if now == 0 {
			return false
		}
	}
	if !c.lens.allows(c.index, &c.entries[now]) || !c.selected(now) {
		return false
	}
	for p := e.prev; p != 0; p = c.entries[p].prev {
		if c.bits.has(p) {
			return false // the partner sees it there
		}
	}
	return true
}

// selected tells whether the query selects a current entry that the partner may
// have.
func (c *chooser) selected(at uint32) bool {
	e := &c.entries[at]
	if c.specs != nil && !c.specs[e.spec] {
		return false
	}
	v := &c.q.Versions
	p := c.pick(e.object)
	if p.spec >= 0 && p.spec != int(e.spec) {
		return false
	}
	switch {
	case v.All, at == p.last && (v.Last || !v.First && len(c.exact) == 0), at == p.first && v.First:
		return true
	}
	if len(c.exact) == 0 {
		return false
	}
	_, named := slices.BinarySearch(c.exact, c.versionKey(at))
	return named
}

// pick finds the versions of an object that the partner may have.
func (c *chooser) pick(o uint32) pick {
	x := &c.objects[o]
	if x.count == 1 {
		return pick{x.newest, x.newest, -1}
	}
	if x.count >= manyVersions {
		if p, ok := c.memo[o]; ok {
			return p
		}
	}
	p := pick{spec: -1}
	best := ""
	for at := x.newest; at != 0; at = c.entries[at].older {
		e := &c.entries[at]
		if c.specs != nil && !c.specs[e.spec] || !c.lens.allows(c.index, e) {
			continue
		}
		if s := c.index.specs.list[e.spec]; c.specs == nil && s != best {
			if s < best {
				continue
			}
			best, p = s, pick{spec: int(e.spec)}
		}
		if p.first = at; p.last == 0 {
			p.last = at
		}
	}
	if x.count >= manyVersions {
		if c.memo == nil {
			c.memo = map[uint32]pick{}
		}
		c.memo[o] = p
	}
	return p
}

// knows tells whether the partner may have any version of an object.
func (c *chooser) knows(o uint32) bool {
	for at := c.objects[o].newest; at != 0; at = c.entries[at].older {
		if c.lens.allows(c.index, &c.entries[at]) {
			return true
		}
	}
	return false
}

// result is a page by positions.
type result struct {
	at    []uint32
	more  bool
	next  taxii.Stamp
	known bool
}

func (c *chooser) page() result {
	r := result{at: make([]uint32, 0, min(c.q.Limit, 1000, c.lying))}
	var size int64
	// take adds an entry, or ends the page before it.
	take := func(at uint32) bool {
		if !c.shows(at) {
			return true
		}
		bytes := int64(c.entries[at].size)
		if n := len(r.at); n >= c.q.Limit || n > 0 && c.q.Bodies && c.q.Bytes > 0 && size+bytes > c.q.Bytes {
			r.more, r.next = true, c.stamps[at]-1
			return false
		}
		size += bytes
		r.at = append(r.at, at)
		return true
	}
	from := c.position(max(c.q.After, c.q.AddedAfter, 0) + 1)
	switch {
	case c.q.Object != "":
		if o := c.find(string(c.q.Object)); o != 0 {
			r.known = c.knows(o)
		}
		c.walkIDs([]stix.ID{c.q.Object}, from, take)
	case len(c.q.IDs) > 0:
		c.walkIDs(c.q.IDs, from, take)
	case len(c.q.Types) > 0:
		c.walkTypes(from, take)
	default:
		for at := from; int(at) < len(c.entries) && take(at); at++ {
		}
	}
	if !r.more {
		r.next = max(c.q.After, c.q.AddedAfter, taxii.Stamp(c.head))
	}
	return r
}

// walkIDs walks the entries of some objects in the order of the stamps.
func (c *chooser) walkIDs(ids []stix.ID, from uint32, take func(uint32) bool) {
	var list []uint32
	seen := make(map[uint32]bool, len(ids))
	for _, id := range ids {
		o := c.find(string(id))
		if o == 0 || seen[o] || !c.wants(o) {
			continue
		}
		seen[o] = true
		for at := c.objects[o].newest; at != 0; at = c.entries[at].older {
			for p := at; p != 0; p = c.entries[p].prev {
				if p >= from {
					list = append(list, p)
				}
			}
		}
	}
	slices.Sort(list)
	for _, at := range list {
		if !take(at) {
			return
		}
	}
}

// wants tells whether the query selects the type of an object.
func (c *chooser) wants(o uint32) bool {
	return len(c.q.Types) == 0 || slices.Contains(c.q.Types, c.types.list[c.objects[o].typ])
}

// walkTypes walks the entries of some types in the order of the stamps.
func (c *chooser) walkTypes(from uint32, take func(uint32) bool) {
	var lists [][]uint32
	var seen []uint32
	for _, t := range c.q.Types {
		n, ok := c.types.at[t]
		if !ok || slices.Contains(seen, n) {
			continue
		}
		seen = append(seen, n)
		list := c.ofType[n]
		at, _ := slices.BinarySearch(list, from)
		if at < len(list) {
			lists = append(lists, list[at:])
		}
	}
	for len(lists) > 0 {
		least := 0
		for i := range lists {
			if lists[i][0] < lists[least][0] {
				least = i
			}
		}
		if !take(lists[least][0]) {
			return
		}
		if lists[least] = lists[least][1:]; len(lists[least]) == 0 {
			lists = slices.Delete(lists, least, least+1)
		}
	}
}
