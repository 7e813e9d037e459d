package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func sum(parts ...[]byte) []byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// The leaves and roots are the test vectors that the reference implementation
// of RFC 6962 publishes (certificate-transparency, Merkle tree tests), and that
// later implementations repeat.
var vectorLeaves = []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}

var vectorRoots = []string{
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}

func TestPublishedVectors(t *testing.T) {
	var f Frontier
	var leaves [][]byte
	for i, want := range vectorRoots {
		root := f.Root()
		if got := hex.EncodeToString(root[:]); got != want {
			t.Errorf("root of %d leaves is %s, want %s", i, got, want)
		}
		if got := mth(leaves); got != root {
			t.Errorf("the oracle's root of %d leaves is %x, want %x", i, got, root)
		}
		if i < len(vectorLeaves) {
			leaf, err := hex.DecodeString(vectorLeaves[i])
			if err != nil {
				t.Fatal(err)
			}
			leaves = append(leaves, leaf)
			f.Add(tlog.RecordHash(leaf), nil)
		}
	}
}

// memory keeps every complete subtree of a tree.
type memory map[int64]tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		h, ok := m[x]
		if !ok {
			return nil, fmt.Errorf("no hash %d", x)
		}
		out[i] = h
	}
	return out, nil
}

func (m memory) add(f *Frontier, h tlog.Hash) {
	m[tlog.StoredHashIndex(0, f.Size())] = h
	f.Add(h, func(level int, n int64, h tlog.Hash) { m[tlog.StoredHashIndex(level, n)] = h })
}

func TestProofsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 600).Draw(t, "size")
		var f Frontier
		m := memory{}
		leaves := make([][]byte, size)
		roots := []tlog.Hash{f.Root()}
		for i := range leaves {
			leaves[i] = fmt.Appendf(nil, "leaf %d", i)
			m.add(&f, tlog.RecordHash(leaves[i]))
			roots = append(roots, f.Root())
		}
		if f.Root() != mth(leaves) {
			t.Fatal("the root is not that of the definition")
		}
		n := rapid.IntRange(0, size-1).Draw(t, "leaf")
		at := rapid.IntRange(n+1, size).Draw(t, "at")
		p, err := tlog.ProveRecord(int64(at), int64(n), m)
		if err != nil || tlog.CheckRecord(p, int64(at), roots[at], int64(n), tlog.RecordHash(leaves[n])) != nil {
			t.Fatalf("leaf %d in %d: %v", n, at, err)
		}
		old := rapid.IntRange(1, at).Draw(t, "old")
		tp, err := tlog.ProveTree(int64(at), int64(old), m)
		if err != nil || tlog.CheckTree(tp, int64(at), roots[at], int64(old), roots[old]) != nil {
			t.Fatalf("%d to %d: %v", old, at, err)
		}
		// No proof survives a changed bit.
		bit := rapid.IntRange(0, 255).Draw(t, "bit")
		if len(p) > 0 {
			i := rapid.IntRange(0, len(p)-1).Draw(t, "hash")
			p[i][bit/8] ^= 1 << (bit % 8)
			if tlog.CheckRecord(p, int64(at), roots[at], int64(n), tlog.RecordHash(leaves[n])) == nil {
				t.Fatal("a changed inclusion proof holds")
			}
		}
		if len(tp) > 0 {
			i := rapid.IntRange(0, len(tp)-1).Draw(t, "hash")
			tp[i][bit/8] ^= 1 << (bit % 8)
			if tlog.CheckTree(tp, int64(at), roots[at], int64(old), roots[old]) == nil {
				t.Fatal("a changed consistency proof holds")
			}
		}
	})
}

func TestFrontierSurvivesItsBytes(t *testing.T) {
	var f Frontier
	for i := range 300 {
		g, err := ParseFrontier(f.Size(), f.Bytes())
		if err != nil || g.Root() != f.Root() {
			t.Fatalf("at %d: %v", i, err)
		}
		if _, err := ParseFrontier(f.Size()+1, f.Bytes()); err == nil && bytes.Count([]byte(fmt.Sprintf("%b", f.Size()+1)), []byte("1")) != len(f.peaks) {
			t.Fatalf("at %d: an edge of another size is taken", i)
		}
		f.Add(tlog.RecordHash([]byte{byte(i)}), nil)
	}
}

// Sizes and widths of the partial tiles of 70,000 leaves are the example of the
// C2SP tlog-tiles specification.
func TestTilesOfTheSpecification(t *testing.T) {
	full, partial := map[int]int{}, map[int]int{}
	tiler := Tiler{Emit: func(p TilePath, data []byte) error {
		if p.Width == TileWidth {
			full[p.Level]++
		} else {
			partial[p.Level] = p.Width
		}
		if len(data) != p.Width*tlog.HashSize {
			return fmt.Errorf("%s has %d bytes", p, len(data))
		}
		return nil
	}}
	for i := range 70_000 {
		if err := tiler.Add(tlog.Hash{byte(i), byte(i >> 8)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := tiler.End(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[int]int{0: 273, 1: 1}, full); diff != "" {
		t.Errorf("full tiles (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[int]int{0: 112, 1: 17, 2: 1}, partial); diff != "" {
		t.Errorf("widths of partial tiles (-want +got):\n%s", diff)
	}
}

func TestTilePaths(t *testing.T) {
	for _, c := range []struct {
		tile TilePath
		path string
	}{
		{TilePath{0, 1234067, 256}, "tile/0/x001/x234/067"}, // the specification's example
		{TilePath{0, 0, 1}, "tile/0/000.p/1"},
		{TilePath{Entries, 1000, 255}, "tile/entries/x001/000.p/255"},
		{TilePath{63, 999, 256}, "tile/63/999"},
	} {
		if got := c.tile.String(); got != c.path {
			t.Errorf("%+v is %s, want %s", c.tile, got, c.path)
		}
		if got, err := ParseTilePath(c.path); err != nil || got != c.tile {
			t.Errorf("%s is %+v (%v), want %+v", c.path, got, err, c.tile)
		}
	}
	for _, bad := range []string{
		"", "tile", "tile/0", "tile/0/", "tile/64/000", "tile/00/000", "tile/-1/000", "tile/0/00", "tile/0/1000", "tile/0/000.p/0", "tile/0/000.p/256",
		"tile/0/000.p/01", "tile/0/001/000", "tile/0/x001", "tile/entries/../000", "tile/0/000.p/1.p/2", "tile/0/x000/000", "tile/8/0/000",
		"tile/0/x999/x999/x999/x999/x999/x999/x999/999",
	} {
		if got, err := ParseTilePath(bad); err == nil {
			t.Errorf("%q is taken as %+v", bad, got)
		}
	}
}
