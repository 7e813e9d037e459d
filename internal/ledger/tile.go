package ledger

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"entente"
)

// Entries is the level of a [TilePath] that holds leaves, not hashes.
const Entries = -1

// TilePath is the place of a tile in the layout of C2SP tlog-tiles.
type TilePath struct {
	Level int   // 0 for the hashes of leaves, [Entries] for the leaves
	N     int64 // number within the level
	Width int   // hashes or leaves in it, 1 to 256
}

// String is the path, such as "tile/0/x001/234" or "tile/entries/000.p/17".
func (t TilePath) String() string {
	level := "entries"
	if t.Level >= 0 {
		level = strconv.Itoa(t.Level)
	}
	n := fmt.Sprintf("%03d", t.N%1000)
	for rest := t.N / 1000; rest > 0; rest /= 1000 {
		n = fmt.Sprintf("x%03d/%s", rest%1000, n)
	}
	if t.Width < TileWidth {
		n += ".p/" + strconv.Itoa(t.Width)
	}
	return "tile/" + level + "/" + n
}

// ParseTilePath reads a path that [TilePath.String] writes.
func ParseTilePath(path string) (TilePath, error) {
	bad := &entente.Error{Kind: entente.Invalid, Op: "read tile", Place: path, Msg: "this is not the path of a tile"}
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok || len(path) > 100 {
		return TilePath{}, bad
	}
	level, rest, _ := strings.Cut(rest, "/")
	t := TilePath{Level: Entries, Width: TileWidth}
	var err error
	if level != "entries" {
		if t.Level, err = strconv.Atoi(level); err != nil || t.Level < 0 || t.Level > 63 {
			return TilePath{}, bad
		}
	}
	rest, width, partial := strings.Cut(rest, ".p/")
	if partial {
		if t.Width, err = strconv.Atoi(width); err != nil {
			return TilePath{}, bad
		}
	}
	for part := range strings.SplitSeq(rest, "/") {
		n, err := strconv.ParseInt(strings.TrimPrefix(part, "x"), 10, 64)
		if err != nil || n < 0 || t.N > 1<<40 {
			return TilePath{}, bad
		}
		t.N = t.N*1000 + n
	}
	if t.Width < 1 || partial == (t.Width >= TileWidth) || t.String() != path {
		return TilePath{}, bad
	}
	return t, nil
}

// AppendEntry adds a leaf to an entry bundle: its length as two bytes, the
// higher first, and the leaf.
func AppendEntry(bundle, leaf []byte) []byte {
	bundle = binary.BigEndian.AppendUint16(bundle, uint16(len(leaf))) //nolint:gosec // at most MaxLeaf
	return append(bundle, leaf...)
}

// MaxBundle bounds an entry bundle, in bytes.
const MaxBundle = TileWidth * (2 + MaxLeaf)

// ParseEntries splits an entry bundle into its leaves, which share its memory.
// They are not checked further.
func ParseEntries(bundle []byte) ([][]byte, error) {
	var out [][]byte
	for rest := bundle; len(rest) > 0; {
		if len(rest) < 2 || len(out) == TileWidth {
			return out, &entente.Error{Kind: entente.Invalid, Op: "read entries", Msg: "the bundle has leftover bytes", Place: fmt.Sprintf("byte %d", len(bundle)-len(rest))}
		}
		n := int(binary.BigEndian.Uint16(rest))
		if n > MaxLeaf || n > len(rest)-2 {
			return out, &entente.Error{Kind: entente.Invalid, Op: "read entries", Msg: "an entry is longer than what is left, or than a leaf may be", Place: fmt.Sprintf("byte %d", len(bundle)-len(rest))}
		}
		out = append(out, rest[2:2+n])
		rest = rest[2+n:]
	}
	return out, nil
}

// Tiler makes the tiles of hashes of a growing tree.
type Tiler struct {
	Frontier
	// Emit gets each tile once it is full, and the partial ones at the end. The
	// data is valid during the call.
	Emit func(t TilePath, data []byte) error
	rows [][]byte // the open tile of each level
	done []int64  // tiles emitted of each level
	err  error
}

// Add adds the hash of a leaf.
func (t *Tiler) Add(h tlog.Hash) error {
	t.put(0, h)
	t.Frontier.Add(h, func(level int, _ int64, h tlog.Hash) {
		if level%TileHeight == 0 {
			t.put(level/TileHeight, h)
		}
	})
	return t.err
}

func (t *Tiler) put(level int, h tlog.Hash) {
	if level == len(t.rows) {
		t.rows = append(t.rows, make([]byte, 0, TileWidth*tlog.HashSize))
		t.done = append(t.done, 0)
	}
	t.rows[level] = append(t.rows[level], h[:]...)
	if len(t.rows[level]) == TileWidth*tlog.HashSize {
		t.flush(level)
	}
}

func (t *Tiler) flush(level int) {
	if t.err == nil {
		t.err = t.Emit(TilePath{Level: level, N: t.done[level], Width: len(t.rows[level]) / tlog.HashSize}, t.rows[level])
	}
	t.done[level]++
	t.rows[level] = t.rows[level][:0]
}

// End emits the partial tiles, the lowest level first.
func (t *Tiler) End() error {
	for level := range t.rows {
		if len(t.rows[level]) > 0 {
			t.flush(level)
		}
	}
	return t.err
}
