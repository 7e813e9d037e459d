package verify

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"entente/internal/ledger"
)

// tree is the one pass over leaves and tiles, from the first leaf on.
type tree struct {
	v     *verifier
	heads []*head // of the log, by size
	next  int     // of heads
	tiles map[ledger.TilePath]string
	wide  map[[2]int64]int // width of the tile there, by level and number
	// bundles says that the folder has leaves, not only their hashes.
	bundles bool

	// Where an entry and its tile disagree and nothing says yet which is right,
	// the first tree goes on with the entry and the second with the tile.
	first  ledger.Tiler
	second *ledger.Frontier // nil until they part
	// firstTo and secondTo are the sizes to which a checkpoint of the log proves
	// the one and the other.
	firstTo, secondTo int64

	doubts []doubt
	wrong  []string // tiles of higher levels that are not those of the first tree
	last   time.Time
	floor  time.Time
}

// doubt is a leaf whose entry and tile disagree.
type doubt struct {
	leaf        int64
	entry, tile string
	other       int64 // the leaf of the same tile whose hash the entry has; -1
	verdict     int   // 0 open, 1 the entry is right, 2 the tile is right
}

// checkTree reads all leaves that the folder has and compares them with what
// was signed.
func (v *verifier) checkTree(ctx context.Context) error {
	t := &tree{v: v, heads: v.sized(), tiles: map[ledger.TilePath]string{}, wide: map[[2]int64]int{}}
	t.first.Emit = t.compare
	for _, name := range v.in(ledger.DirTiles, "") {
		p, err := ledger.ParseTilePath(name)
		if err != nil {
			v.found(Note, name, "this is not the name of a tile; it was not read")
			continue
		}
		t.tiles[p] = name
		at := [2]int64{int64(p.Level), p.N}
		t.wide[at] = max(t.wide[at], p.Width)
		t.bundles = t.bundles || p.Level == ledger.Entries
	}
	t.reach()
	for n := int64(0); ; n++ {
		if err := v.step(ctx, n*ledger.TileWidth, v.contentsSize()); err != nil {
			return err
		}
		more, err := t.chunk(n)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	if err := t.first.End(); err != nil {
		return err
	}
	t.judge()
	v.report.Leaves = t.first.Size()
	v.report.Size = max(t.firstTo, t.secondTo)
	v.objects.proven(t.firstTo, t.secondTo)
	return nil
}

func (v *verifier) contentsSize() int64 {
	if v.contents == nil {
		return 0
	}
	return v.contents.Size
}

// load reads a tile of the folder, or the entries there; nil without one.
func (t *tree) load(level int, n int64) (name string, data []byte) {
	width, ok := t.wide[[2]int64{int64(level), n}]
	if !ok {
		return "", nil
	}
	name = t.tiles[ledger.TilePath{Level: level, N: n, Width: width}]
	data = t.v.read(name)
	if data != nil && level >= 0 && len(data) != width*tlog.HashSize {
		t.v.found(Malformed, name, fmt.Sprintf("the tile has %d bytes, not %d", len(data), width*tlog.HashSize))
		return name, nil
	}
	return name, data
}

// side is what one file says about a leaf.
type side struct {
	name   string
	leaves [][]byte // of entries
	hashes []tlog.Hash
}

// entries reads the leaves of a bundle.
func (t *tree) entries(n int64) side {
	s := side{}
	var data []byte
	s.name, data = t.load(ledger.Entries, n)
	if data == nil {
		return s
	}
	leaves, err := ledger.ParseEntries(data)
	if err != nil {
		t.v.found(Malformed, s.name, err.Error())
	}
	if want := t.wide[[2]int64{ledger.Entries, n}]; err == nil && len(leaves) != want {
		t.v.found(Malformed, s.name, fmt.Sprintf("the bundle has %d leaves, not %d", len(leaves), want))
	}
	s.leaves = leaves
	for _, l := range leaves {
		s.hashes = append(s.hashes, tlog.RecordHash(l))
	}
	return s
}

// hashed reads the tile of a bundle's hashes.
func (t *tree) hashed(n int64) side {
	s := side{}
	var data []byte
	s.name, data = t.load(0, n)
	for ; len(data) > 0; data = data[tlog.HashSize:] {
		s.hashes = append(s.hashes, tlog.Hash(data[:tlog.HashSize]))
	}
	return s
}

// chunk takes in up to 256 leaves. It tells whether more can follow.
func (t *tree) chunk(n int64) (more bool, err error) {
	e, h := t.entries(n), t.hashed(n)
	count := max(len(e.hashes), len(h.hashes))
	if count == 0 {
		t.gap(n)
		return false, nil
	}
	if len(e.hashes) < count && t.bundles {
		t.v.found(Removed, ledger.TilePath{Level: ledger.Entries, N: n, Width: count}.String(), fmt.Sprintf("the leaves from %d to %d are missing; only their hashes are there", n*ledger.TileWidth+int64(len(e.hashes)), n*ledger.TileWidth+int64(count)-1))
	}
	verdict := t.weigh(n, e.hashes, h.hashes)
	for i := range count {
		leaf := n*ledger.TileWidth + int64(i)
		a, b := pick(e.hashes, h.hashes, i), pick(h.hashes, e.hashes, i)
		if a != b {
			t.doubts = append(t.doubts, doubt{leaf, e.name, h.name, elsewhere(h.hashes, a, n), verdict})
			if len(t.doubts) > maxFindings {
				t.v.found(Altered, e.name, "entries and tiles disagree in too many places; the rest was not read")
				return false, nil
			}
		}
		switch verdict {
		case 1:
			b = a
		case 2:
			a = b
		}
		if a != b && t.second == nil {
			t.second = t.first.Clone()
		}
		if err := t.first.Add(a); err != nil {
			return false, err
		}
		if t.second != nil {
			t.second.Add(b, nil)
		}
		var data []byte
		if i < len(e.leaves) && e.hashes[i] == a {
			data = e.leaves[i]
		}
		t.leaf(leaf, e.name, data, a, b)
		t.reach()
	}
	if count < ledger.TileWidth {
		t.gap(n + 1)
		return false, nil
	}
	return true, nil
}

// pick gives the hash of the first list, or of the second where it is shorter.
func pick(first, second []tlog.Hash, i int) tlog.Hash {
	if i < len(first) {
		return first[i]
	}
	return second[i]
}

// elsewhere finds a hash at another place of a tile.
func elsewhere(tile []tlog.Hash, h tlog.Hash, n int64) int64 {
	if i := slices.Index(tile, h); i >= 0 {
		return n*ledger.TileWidth + int64(i)
	}
	return -1
}

// weigh asks the tile of the next level which of a full bundle and its tile is
// right: 1 the bundle, 2 the tile, 0 it cannot tell.
func (t *tree) weigh(n int64, entries, tile []tlog.Hash) int {
	if len(entries) != ledger.TileWidth || len(tile) != ledger.TileWidth || slices.Equal(entries, tile) {
		return 0
	}
	_, above := t.load(1, n/ledger.TileWidth)
	at := int(n%ledger.TileWidth) * tlog.HashSize
	if len(above) < at+tlog.HashSize {
		return 0
	}
	want := tlog.Hash(above[at : at+tlog.HashSize])
	for i, side := range [][]tlog.Hash{entries, tile} {
		var f ledger.Frontier
		for _, h := range side {
			f.Add(h, nil)
		}
		if f.Root() == want {
			return i + 1
		}
	}
	return 0
}

// gap tells of bundles or tiles behind one that is missing.
func (t *tree) gap(n int64) {
	for at := range t.wide { // the answer does not depend on the order
		if at[0] <= 0 && at[1] > n || at[0] <= 0 && at[1] == n && t.first.Size()%ledger.TileWidth != 0 {
			t.v.found(Removed, ledger.DirTiles, fmt.Sprintf("leaves from %d on are missing, and later ones are there", t.first.Size()))
			return
		}
	}
}

// compare holds a tile of the first tree against the folder's.
func (t *tree) compare(p ledger.TilePath, data []byte) error {
	if p.Level == 0 {
		return nil // leaf by leaf, in chunk
	}
	if _, ok := t.wide[[2]int64{int64(p.Level), p.N}]; !ok {
		return nil
	}
	if name, there := t.load(p.Level, p.N); there != nil && !bytes.HasPrefix(data, there) {
		t.wrong = append(t.wrong, name)
	}
	return nil
}

// reach compares the trees with the heads of the size that they have now.
func (t *tree) reach() {
	size := t.first.Size()
	for ; t.next < len(t.heads) && t.heads[t.next].size <= size; t.next++ {
		h := t.heads[t.next]
		switch {
		case h.root == t.first.Root():
			h.matched = true
			if h.log {
				t.firstTo = size
			}
		case t.second != nil && h.root == t.second.Root():
			h.matched = true
			if h.log {
				t.secondTo = size
			}
		}
		if h.matched && size > 0 && !t.last.IsZero() {
			if floor := t.v.checkTimes(h, t.last); floor.After(t.floor) {
				t.floor = floor
			}
		}
	}
}
