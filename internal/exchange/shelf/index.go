package shelf

import (
	"hash/maphash"
	"sort"
	"sync"
	"sync/atomic"

	"entente"
	"entente/internal/exchange/taxii"
)

// index is what stands in one collection, in memory: packed, in the order of the
// stamps, and only ever added to. Position 0 is taken by nothing, so that 0 can
// mean none.
//
// An entry is current, moved or gone. A moved one lies under a later stamp, its
// next; only who was handed it under the earlier stamp sees it there, and does
// not see it under the later one. So each version lies at exactly one place for
// each partner, and an opening never makes it come twice.
type index struct {
	collection string

	mu       sync.RWMutex
	head     int64 // the collection's latest stamp
	rev      int64 // … and revision, up to which the index has come
	settings int64 // the least revision of the settings by which it may be read

	stamps  []taxii.Stamp
	entries []entry
	objects []object
	byID    map[uint64]uint32 // hash of the id → the first object with it
	seed    maphash.Seed
	texts   texts
	types   words
	specs   words
	origins words
	ofType  [][]uint32       // by type: positions, rising
	tails   map[int64]uint32 // number of an object → a moved entry whose next is not here yet
	lying   int              // current entries
	doors   map[string]door
	given   map[string]*bits // by partner

	catching sync.Mutex // one catches up at a time
	turn     turnstile
	lenses   sync.Map // partner → *lens
}

type entry struct {
	n            int64  // the object's number, for its body
	version      uint32 // text
	object       uint32
	older, newer uint32 // positions of the neighbouring versions, of current entries
	prev, next   uint32 // the same version under its earlier and its later stamp
	size         uint32
	origin       uint32 // whose it is for the decision; 0 the node's own
	spec         uint16
	key          uint8 // length of the part of the version that orders it
	level        uint8
	state        uint8
}

const (
	current = iota
	gone
	moved
)

type object struct {
	id            uint32 // text
	typ           uint32
	first, newest uint32 // positions of current entries
	count         uint32 // current entries
	same          uint32 // the next object of the same hash
}

// door is by which settings and up to which instant it was worked out what a
// partner may take.
type door struct {
	revision, at int64
}

// bits are positions.
type bits struct{ words []uint64 }

func (b *bits) has(at uint32) bool {
	i := int(at / 64)
	return b != nil && i < len(b.words) && atomic.LoadUint64(&b.words[i])&(1<<(at%64)) != 0
}

// set needs words for the position.
func (b *bits) set(at uint32) { atomic.OrUint64(&b.words[at/64], 1<<(at%64)) }

// grow makes room for positions below n; the index is locked for writing.
func (b *bits) grow(n int) {
	if need := n/64 + 1; need > len(b.words) {
		b.words = append(b.words, make([]uint64, need-len(b.words)+need/8)...)
	}
}

func newIndex(collection string) *index {
	x := &index{
		collection: collection, byID: map[uint64]uint32{}, tails: map[int64]uint32{}, seed: maphash.MakeSeed(), doors: map[string]door{}, given: map[string]*bits{},
		stamps: make([]taxii.Stamp, 1), entries: make([]entry, 1), objects: make([]object, 1),
	}
	x.origins.number("") // the node's own is 0
	return x
}

// row is an entry as the store has it.
type row struct {
	stamp, n, rev, removed int64
	putBy                  string
	id, version, key, typ  string
	spec, origin           string
	level, size            int64
}

// errFull is an index that can take no more.
var errFull = &entente.Error{Kind: entente.Unavailable, Op: "read the collection", Msg: "the collection is too large for the memory of the server"}

// apply takes in a new or changed row; the index is locked for writing. Rows come
// in the order of their stamps.
func (x *index) apply(r *row) error {
	at := x.position(taxii.Stamp(r.stamp))
	if int(at) == len(x.stamps) {
		return x.insert(r)
	}
	e := &x.entries[at]
	e.level = uint8(r.level)  //nolint:gosec // 1 to 5
	state := uint8(r.removed) //nolint:gosec // 0 to 2
	if e.state == state {
		return nil
	}
	if e.state == current {
		x.unlink(at)
	}
	e.state = state
	x.tail(at)
	return nil
}

// position is where a stamp stands, or would.
func (x *index) position(s taxii.Stamp) uint32 {
	return uint32(sort.Search(len(x.stamps), func(i int) bool { return x.stamps[i] >= s })) //nolint:gosec // bounded by insert
}

func (x *index) insert(r *row) error {
	at := uint32(len(x.stamps)) //nolint:gosec // bounded below
	if x.texts.full() || at >= 1<<31 || len(x.specs.list) > 1<<15 {
		return errFull
	}
	o := x.find(r.id)
	if o == 0 {
		o = x.newObject(r.id, r.typ)
	}
	origin := r.origin
	if r.putBy != "" { // who put it here itself has chosen the circle
		origin = ""
	}
	e := entry{
		n: r.n, version: x.texts.put(r.version), object: o, size: uint32(r.size), origin: x.origins.number(origin), //nolint:gosec // at most 8 MiB
		spec: uint16(x.specs.number(r.spec)), key: uint8(len(r.key)), level: uint8(r.level), state: uint8(r.removed), //nolint:gosec // bounded: by the check above, 120, 5 and 2
	}
	x.stamps = append(x.stamps, taxii.Stamp(r.stamp))
	x.entries = append(x.entries, e)
	typ := x.objects[o].typ
	x.ofType[typ] = append(x.ofType[typ], at)
	for _, b := range x.given {
		b.grow(len(x.stamps))
	}
	if before, ok := x.tails[e.n]; ok {
		x.entries[before].next, x.entries[at].prev = at, before
		delete(x.tails, e.n)
	}
	x.tail(at)
	if e.state == current {
		x.link(at)
	}
	return nil
}

// tail notes an entry that has moved until its next one comes, which is in the
// same reading of the store.
func (x *index) tail(at uint32) {
	e := &x.entries[at]
	switch {
	case e.state == moved && e.next == 0:
		x.tails[e.n] = at
	case x.tails[e.n] == at:
		delete(x.tails, e.n)
	}
}

func (x *index) hash(id string) uint64 { return maphash.String(x.seed, id) }

// find gives the number of an object, 0 when none of it was ever here.
func (x *index) find(id string) uint32 {
	o := x.byID[x.hash(id)]
	for o != 0 && x.texts.get(x.objects[o].id) != id {
		o = x.objects[o].same
	}
	return o
}

func (x *index) newObject(id, typ string) uint32 {
	o := uint32(len(x.objects)) //nolint:gosec // not more than entries
	h := x.hash(id)
	t := x.types.number(typ)
	if int(t) == len(x.ofType) {
		x.ofType = append(x.ofType, nil)
	}
	x.objects = append(x.objects, object{id: x.texts.put(id), typ: t, same: x.byID[h]})
	x.byID[h] = o
	return o
}

// versionKey orders the versions of an object.
func (x *index) versionKey(at uint32) string {
	e := &x.entries[at]
	return x.texts.get(e.version)[:e.key]
}

// link puts a current entry among the versions of its object.
func (x *index) link(at uint32) {
	e := &x.entries[at]
	o := &x.objects[e.object]
	key := x.versionKey(at)
	newer, older := uint32(0), o.newest
	for older != 0 && x.versionKey(older) > key {
		newer, older = older, x.entries[older].older
	}
	e.older, e.newer = older, newer
	if older != 0 {
		x.entries[older].newer = at
	} else {
		o.first = at
	}
	if newer != 0 {
		x.entries[newer].older = at
	} else {
		o.newest = at
	}
	o.count++
	x.lying++
}

// unlink takes a current entry from among the versions of its object.
func (x *index) unlink(at uint32) {
	e := &x.entries[at]
	o := &x.objects[e.object]
	if e.older != 0 {
		x.entries[e.older].newer = e.newer
	} else {
		o.first = e.newer
	}
	if e.newer != 0 {
		x.entries[e.newer].older = e.older
	} else {
		o.newest = e.older
	}
	e.older, e.newer = 0, 0
	o.count--
	x.lying--
}
