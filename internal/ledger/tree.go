package ledger

import (
	"errors"

	"golang.org/x/mod/sumdb/tlog"
)

// TileHeight is the height of a tile: 2 to the power of 8 hashes (C2SP
// tlog-tiles).
const (
	TileHeight = 8
	TileWidth  = 1 << TileHeight
)

// Frontier is the right edge of a growing tree: the roots of its complete
// subtrees, the largest first, one for each bit that is set in the size. It is
// all that is needed to add leaves and to work out the root.
type Frontier struct {
	size  int64
	peaks []tlog.Hash
}

// ParseFrontier reads what [Frontier.Bytes] wrote.
func ParseFrontier(size int64, data []byte) (*Frontier, error) {
	f := &Frontier{size: size}
	want := 0
	for n := size; n > 0; n &= n - 1 {
		want++
	}
	if size < 0 || len(data) != want*tlog.HashSize {
		return nil, errors.New("the edge of the tree does not fit its size")
	}
	for ; len(data) > 0; data = data[tlog.HashSize:] {
		f.peaks = append(f.peaks, tlog.Hash(data[:tlog.HashSize]))
	}
	return f, nil
}

// Bytes is the frontier's hashes one after the other.
func (f *Frontier) Bytes() []byte {
	out := make([]byte, 0, len(f.peaks)*tlog.HashSize)
	for _, h := range f.peaks {
		out = append(out, h[:]...)
	}
	return out
}

// Size is the number of leaves.
func (f *Frontier) Size() int64 { return f.size }

// Clone gives a frontier that grows on its own.
func (f *Frontier) Clone() *Frontier {
	return &Frontier{size: f.size, peaks: append([]tlog.Hash(nil), f.peaks...)}
}

// Add adds the hash of a leaf. For every subtree that it completes, node is
// called with the subtree's level (1 for two leaves), its number within that
// level and its root; node may be nil.
func (f *Frontier) Add(h tlog.Hash, node func(level int, n int64, h tlog.Hash)) {
	n := f.size
	for level := 1; n&1 == 1; level++ {
		last := len(f.peaks) - 1
		h = tlog.NodeHash(f.peaks[last], h)
		f.peaks = f.peaks[:last]
		n >>= 1
		if node != nil {
			node(level, n, h)
		}
	}
	f.peaks = append(f.peaks, h)
	f.size++
}

// Root is the tree's root (RFC 6962, section 2.1).
func (f *Frontier) Root() tlog.Hash {
	if f.size == 0 {
		h, _ := tlog.TreeHash(0, nil) // the hash of nothing; it cannot fail
		return h
	}
	h := f.peaks[len(f.peaks)-1]
	for i := len(f.peaks) - 2; i >= 0; i-- {
		h = tlog.NodeHash(f.peaks[i], h)
	}
	return h
}
