package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"entente"
	"entente/internal/ledger"
)

// In these tests the node itself cheats: it has its key, and signs whatever it
// likes again. What it cannot take back is what partners hold: cosigned
// checkpoints and receipts.

// openings reads back what an exported folder for everybody says.
func openings(t testing.TB, f files) (out []*ledger.Opening) {
	t.Helper()
	for i := int64(0); ; i++ {
		data, ok := f[ledger.OpeningPath(i)]
		if !ok {
			return out
		}
		o, err := ledger.ParseOpening(data)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, o)
	}
}

// forge makes the tree of a folder anew from other leaves, and signs it.
func (w *world) forge(f files, leaves []*ledger.Opening, made time.Time) (files, *ledger.Checkpoint) {
	w.t.Helper()
	out := files{}
	for name, data := range f {
		if !strings.HasPrefix(name, "tile/") && !strings.HasPrefix(name, "openings/") && !strings.HasPrefix(name, "checkpoint") {
			out[name] = data
		}
	}
	tiler := ledger.Tiler{Emit: func(p ledger.TilePath, data []byte) error {
		out[p.String()] = bytes.Clone(data)
		return nil
	}}
	var bundle []byte
	for i, o := range leaves {
		c := *o
		c.Index = int64(i)
		l := c.Leaf()
		leaf := l.Append(nil)
		bundle = ledger.AppendEntry(bundle, leaf)
		w.must(tiler.Add(tlog.RecordHash(leaf)))
		out[ledger.OpeningPath(c.Index)] = c.Append(nil)
		if n := (i + 1) % ledger.TileWidth; n == 0 || i == len(leaves)-1 {
			out[ledger.TilePath{Level: ledger.Entries, N: int64(i) / ledger.TileWidth, Width: (i % ledger.TileWidth) + 1}.String()] = bundle
			bundle = nil
		}
	}
	w.must(tiler.End())
	point := w.point(tiler.Size(), tiler.Root(), made)
	out["checkpoint"] = point.Note
	w.relist(with(out, "contents", f["contents"]), point)
	return out, point
}

func with(f files, name string, data []byte) files {
	f[name] = data
	return f
}

// point is a checkpoint that a's key signs, whatever it says.
func (w *world) point(size int64, root tlog.Hash, made time.Time) *ledger.Checkpoint {
	w.t.Helper()
	signer, err := note.NewSigner(w.keys[nameA].Secret())
	w.must(err)
	msg, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", nameA, size, root)}, signer, cosigner{w.keys[nameA], made.Unix()})
	w.must(err)
	c, err := w.ring.OpenCheckpoint(msg)
	w.must(err)
	return c
}

// swap puts another content behind an opening.
func swap(f files, o *ledger.Opening, content []byte) {
	canonical, err := ledger.Canonical(content)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(canonical)
	o.Body = hex.EncodeToString(sum[:])
	f[ledger.ObjectPath(o.Body)] = canonical
	o.Digest = digest(o, canonical)
}

// digest is that of the description, made from nothing but SHA-256.
func digest(o *ledger.Opening, canonical []byte) string {
	if o.Plain {
		sum := sha256.Sum256(canonical)
		return "sha256:" + tlog.Hash(sum).String()
	}
	sum := sha256.Sum256([]byte(string(o.Salt[:]) + "digest\x00" + string(canonical)))
	return "salted-sha256:" + tlog.Hash(sum).String()
}

func TestForgeryIsAsGoodAsTheOriginal(t *testing.T) {
	w := newWorld(t)
	w.standard()
	f := w.export(ledger.Everybody)
	g, _ := w.forge(f, openings(t, f), w.at)
	if r := w.verify(g, w.options()); !r.OK() {
		t.Fatalf("the forger makes mistakes, so the attacks prove nothing:\n%s", list(r))
	}
}

func TestAlteredObjectWithTheKey(t *testing.T) {
	w := newWorld(t)
	w.standard()
	good := w.export(ledger.Everybody)
	t.Run("the object alone", func(t *testing.T) {
		f := good.clone()
		o := openings(t, f)[6]
		name := ledger.ObjectPath(o.Body)
		f[name] = bytes.Replace(f[name], []byte("Synthetic"), []byte("Changed!!"), 1)
		w.relist(f, nil)
		r := w.verify(f, w.options())
		wants(t, r, Altered, "leaf 6", "report--1 v1")
		// Publication, both releases: three leaves are about this object.
		if r.Objects != (Count{11, 8, 3}) {
			t.Errorf("%+v", r.Objects)
		}
	})
	t.Run("the object and its opening", func(t *testing.T) {
		f := good.clone()
		o := openings(t, f)[6]
		swap(f, o, []byte(`{"id":"report--1","changed":true}`))
		f[ledger.OpeningPath(6)] = o.Append(nil)
		w.relist(f, nil)
		r := w.verify(f, w.options())
		wants(t, r, Altered, "openings/6.json", "report--1 v1", "another digest")
		wants(t, r, ShownDifferently, "leaf 6")
		if r.Objects.Failed < 1 {
			t.Errorf("%+v", r.Objects)
		}
	})
	t.Run("the whole log", func(t *testing.T) {
		leaves := openings(t, good)
		f := good.clone()
		for _, i := range []int{1, 6, 8} { // everywhere it stands
			swap(f, leaves[i], []byte(`{"id":"report--1","changed":true}`))
		}
		g, _ := w.forge(f, leaves, w.at)
		wants(t, w.verify(g, w.options()), SplitView, "receipt of "+nameB)
		wants(t, w.verify(g, w.options()), ShownDifferently, nameB, "leaf 6")
		// Without receipts, the checkpoint that partners have kept is enough.
		for name := range g {
			if strings.HasPrefix(name, "receipts/") {
				delete(g, name)
			}
		}
		w.relist(g, nil)
		wants(t, w.verify(with(g.clone(), "checkpoints/kept-by-b.note", good["checkpoint"]), w.options()), SplitView, "kept-by-b")
		wants(t, w.verify(with(g.clone(), "checkpoints/kept-by-b.note", good["checkpoints/5.note"]), w.options()), SplitView, "kept-by-b")
		r := w.verify(with(g.clone(), "checkpoints/kept-by-b.note", good["checkpoints/5.note"]), w.options())
		if entente.KindOf(r.Err()) != entente.Conflict {
			t.Errorf("%v", r.Err())
		}
	})
}

func TestRemovedWithTheKey(t *testing.T) {
	w := newWorld(t)
	w.standard()
	w.at = w.at.Add(time.Hour) // the folder is clearly later than what partners saw
	good := w.export(ledger.Everybody)
	t.Run("a leaf is left out of the log", func(t *testing.T) {
		leaves := openings(t, good)
		g, _ := w.forge(good, append(leaves[:3:3], leaves[4:]...), w.at)
		g["checkpoints/kept-by-b.note"] = good["checkpoint"]
		wants(t, w.verify(g, w.options()), Removed, "kept-by-b", "leaves from 13 to 13 are missing")
		g["checkpoints/kept-by-c.note"] = good["checkpoints/5.note"]
		wants(t, w.verify(g, w.options()), SplitView, "kept-by-c")
	})
	t.Run("the log is cut off", func(t *testing.T) {
		g, _ := w.forge(good, openings(t, good)[:11], w.at)
		wants(t, w.verify(with(g, "checkpoints/kept-by-b.note", good["checkpoint"]), w.options()), Removed, "leaves from 11 to 13 are missing")
	})
	t.Run("an opening and its object are left out", func(t *testing.T) {
		f := good.clone()
		o := openings(t, f)[3]
		delete(f, ledger.OpeningPath(3))
		delete(f, ledger.ObjectPath(o.Body))
		w.relist(f, nil)
		wants(t, w.verify(f, w.options()), Removed, "leaf 3", "no opening")
	})
	t.Run("the object is left out", func(t *testing.T) {
		f := good.clone()
		delete(f, ledger.ObjectPath(openings(t, f)[3].Body))
		w.relist(f, nil)
		r := w.verify(f, w.options())
		wants(t, r, Removed, "leaf 3", "report--3 v1")
		if r.Objects != (Count{11, 10, 1}) {
			t.Errorf("%+v", r.Objects)
		}
	})
}

func TestBackDatedWithTheKey(t *testing.T) {
	w := newWorld(t)
	w.standard()
	good := w.export(ledger.Everybody)
	cosigned, err := w.ring.OpenCheckpoint(good["checkpoints/5.note"])
	w.must(err)
	t.Run("an opening says that it is older", func(t *testing.T) {
		f := good.clone()
		o := openings(t, f)[6]
		o.Time = o.Time.Add(-time.Hour)
		f[ledger.OpeningPath(6)] = o.Append(nil)
		w.relist(f, nil)
		wants(t, w.verify(f, w.options()), BackDated, "openings/6.json", "report--1 v1")
	})
	t.Run("a leaf is older than the one before", func(t *testing.T) {
		leaves := openings(t, good)
		leaves[6].Time = leaves[4].Time
		g, _ := w.forge(good, leaves, w.at)
		wants(t, w.verify(g, w.options()), BackDated, "leaf 6", "a leaf before it")
	})
	t.Run("a leaf is older than the checkpoint before it", func(t *testing.T) {
		leaves := openings(t, good)
		for i := 5; i < len(leaves); i++ { // all in order, and before the checkpoint of five leaves
			leaves[i].Time = leaves[4].Time.Add(time.Duration(i) * time.Millisecond)
		}
		g, _ := w.forge(good, leaves, w.at)
		r := w.verify(with(g.clone(), "checkpoints/kept-by-b.note", good["checkpoints/5.note"]), w.options())
		wants(t, r, BackDated, "leaf 5", "was not in the log that was signed or cosigned")
		for name := range g { // and its receipts are kept back
			if strings.HasPrefix(name, "receipts/") {
				delete(g, name)
			}
		}
		for _, i := range []int{10, 11} {
			leaves[i].Body = ""
			g[ledger.OpeningPath(int64(i))] = leaves[i].Append(nil)
		}
		// The node signs the checkpoint of five leaves anew, with an older time:
		// the cosignature of b says when it really was.
		old := w.point(cosigned.Size, cosigned.Root, leaves[4].Time)
		w.at = cosigned.Time().Add(3 * time.Minute) // b was not at once
		g["checkpoints/5.note"] = w.cosign(nameB, old.Note)
		w.relist(g, nil)
		late := w.options()
		late.Tolerance = time.Minute
		wants(t, w.verify(g, late), Unproven, nameB, "too old to bound")
		late.Tolerance = 5 * time.Minute
		r = w.verify(g, late)
		if r.Faults() != 0 { // the clocks may differ by so much
			t.Errorf("within the tolerance:\n%s", list(r))
		}
	})
	t.Run("an object that came after a cosignature says it came before", func(t *testing.T) {
		leaves := openings(t, good)
		for i := 5; i < len(leaves); i++ {
			leaves[i].Time = cosigned.Time().Add(-time.Hour + time.Duration(i)*time.Second)
		}
		for i := range 5 {
			leaves[i].Time = cosigned.Time().Add(-2*time.Hour + time.Duration(i)*time.Second)
		}
		g, _ := w.forge(good, leaves, w.at)
		var root tlog.Hash
		var f ledger.Frontier
		for _, o := range leaves[:5] {
			l := o.Leaf()
			f.Add(tlog.RecordHash(l.Append(nil)), nil)
		}
		root = f.Root()
		w.at = cosigned.Time()
		g["checkpoints/kept-by-b.note"] = w.cosign(nameB, w.point(5, root, cosigned.Time()).Note)
		wants(t, w.verify(g, w.options()), BackDated, "leaf 5", "cosigned")
	})
	t.Run("a leaf is younger than the checkpoint with it", func(t *testing.T) {
		leaves := openings(t, good)
		for i := 4; i < len(leaves); i++ {
			leaves[i].Time = leaves[i].Time.Add(48 * time.Hour)
		}
		g, _ := w.forge(good, leaves, cosigned.Time())
		wants(t, w.verify(g, w.options()), PostDated, "leaf 13")
	})
	t.Run("a receipt is older than the release", func(t *testing.T) {
		leaves := openings(t, good)
		for i := 5; i < len(leaves); i++ {
			leaves[i].Time = leaves[i].Time.Add(48 * time.Hour)
		}
		g, _ := w.forge(good, leaves, w.at.Add(72*time.Hour))
		wants(t, w.verify(g, w.options()), BackDated, "receipts/", "before the release")
	})
}

func TestSplitViews(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.standard()
	toB := w.export(nameB)
	honest, err := w.ring.OpenCheckpoint(toB["checkpoint"])
	w.must(err)
	var proof []byte
	w.tx(func(q ledger.Querier) error {
		hashes, err := w.log.ProveTree(ctx, q, 5, 14)
		if err == nil {
			p := ledger.TreeProof{Origin: nameA, Older: 5, Newer: 14, Hashes: hashes}
			proof = p.Text()
		}
		return err
	})
	points := files{"checkpoints/b/14.note": toB["checkpoint"], "checkpoints/c/5.note": toB["checkpoints/5.note"]}
	loose := w.options()
	loose.Loose = true
	t.Run("two sizes with a proof", func(t *testing.T) {
		if r := w.verify(with(points.clone(), "proofs/5-14.consistency", proof), loose); !r.OK() || r.Proofs != 1 {
			t.Errorf("%s", list(r))
		}
	})
	t.Run("two sizes without a proof", func(t *testing.T) {
		r := w.verify(points, loose)
		wants(t, r, Unproven, "14 leaves", "5 leaves", "one history")
		if r.Faults() != 0 {
			t.Errorf("%s", list(r))
		}
	})
	t.Run("two sizes and a proof that does not hold", func(t *testing.T) {
		forged := w.point(5, tlog.Hash{1}, honest.Time())
		f := files{"checkpoints/b/14.note": toB["checkpoint"], "checkpoints/c/5.note": forged.Note, "proofs/5-14.consistency": proof}
		wants(t, w.verify(f, loose), SplitView, "5-14.consistency")
	})
	t.Run("one size, two roots", func(t *testing.T) {
		forged := w.point(14, tlog.Hash{1}, honest.Time())
		f := files{"checkpoints/b/14.note": toB["checkpoint"], "checkpoints/c/14.note": w.cosign(nameC, forged.Note)}
		r := w.verify(f, loose)
		wants(t, r, SplitView, "two roots for the first 14 leaves", "checkpoints/b/14.note", "checkpoints/c/14.note")
		// The same beside a whole folder, which shows one of the two.
		wants(t, w.verify(with(toB.clone(), "checkpoints/c/14.note", forged.Note), w.options()), SplitView, "two roots")
	})
	t.Run("a smaller root beside a whole folder", func(t *testing.T) {
		forged := w.point(9, tlog.Hash{1}, honest.Time())
		wants(t, w.verify(with(toB.clone(), "checkpoints/c/9.note", forged.Note), w.options()), SplitView, "checkpoints/c/9.note")
	})
	t.Run("a later checkpoint that nothing connects", func(t *testing.T) {
		w.append(w.entry(ledger.Published, 9, ""))
		later := w.sign()
		f := with(toB.clone(), "checkpoints/c/15.note", later.Note)
		r := w.verify(f, w.options())
		wants(t, r, Unproven, "15 leaves")
		if r.Faults() != 0 {
			t.Errorf("%s", list(r))
		}
		w.tx(func(q ledger.Querier) error {
			hashes, err := w.log.ProveTree(ctx, q, 14, 15)
			if err == nil {
				p := ledger.TreeProof{Origin: nameA, Older: 14, Newer: 15, Hashes: hashes}
				f["proofs/14-15.consistency"] = p.Text()
			}
			return err
		})
		if r := w.verify(f, w.options()); !r.OK() {
			t.Errorf("with the proof:\n%s", list(r))
		}
	})
	t.Run("checkpoints of two logs", func(t *testing.T) {
		signer, err := note.NewSigner(w.keys[nameC].Secret())
		w.must(err)
		msg, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", nameC, 14, tlog.Hash{1})}, signer)
		w.must(err)
		if r := w.verify(with(toB.clone(), "checkpoints/c.note", msg), w.options()); !r.OK() {
			t.Errorf("another log's checkpoint is taken for this one's:\n%s", list(r))
		}
	})
}

// One version with one content to b and another to c: each partner's folder is
// sound, and both together show it.
func TestShownDifferently(t *testing.T) {
	w := newWorld(t)
	e := w.entry(ledger.Released, 1, nameB)
	w.append(e)
	other := e
	other.Partner, other.Body = nameC, []byte(`{"id":"report--1","name":"Another text for c","modified":"v1"}`)
	w.append(other)
	w.sign()
	contents := map[string][]byte{nameB: e.Body, nameC: other.Body}
	folder := func(who string) files {
		dir := t.TempDir() + "/f"
		w.tx(func(q ledger.Querier) error {
			_, err := w.log.Export(context.Background(), q, dir, ledger.ExportOptions{For: who, Key: w.keys[nameA], Body: func(_ context.Context, o *ledger.Opening) ([]byte, error) {
				return contents[o.Partner], nil
			}})
			return err
		})
		return read(t, dir)
	}
	b, c := folder(nameB), folder(nameC)
	for _, f := range []files{b, c} {
		if r := w.verify(f, w.options()); !r.OK() {
			t.Errorf("one side alone:\n%s", list(r))
		}
	}
	for name, data := range c {
		if strings.HasPrefix(name, "openings/") || strings.HasPrefix(name, "objects/") {
			b[name] = data
		}
	}
	r := w.verify(b, w.options())
	wants(t, r, ShownDifferently, "report--1 v1", "leaf 0 records another content")
	if r.Objects != (Count{2, 1, 1}) {
		t.Errorf("%+v", r.Objects)
	}
}

func TestLargeLog(t *testing.T) {
	w := newWorld(t)
	var entries []ledger.Entry
	for i := range 600 {
		entries = append(entries, w.entry(ledger.Published, i, ""))
	}
	w.append(entries[:300]...)
	w.witness(nameB)
	w.append(entries[300:]...)
	w.sign()
	good := w.export(ledger.Everybody)
	if r := w.verify(good, w.options()); !r.OK() || r.Objects != (Count{600, 600, 0}) || r.Size != 600 {
		t.Fatalf("%+v\n%s", r.Objects, list(r))
	}
	const second, last = "tile/entries/001", "tile/entries/002.p/88"
	relisted := func(change func(f files)) *Report {
		f := good.clone()
		change(f)
		w.relist(f, nil)
		return w.verify(f, w.options())
	}
	entriesOf := func(f files, name string) [][]byte {
		out, err := ledger.ParseEntries(f[name])
		w.must(err)
		return out
	}
	bundle := func(leaves [][]byte) (out []byte) {
		for _, e := range leaves {
			out = ledger.AppendEntry(out, e)
		}
		return out
	}
	for _, name := range []string{second, last} {
		first := int64(256)
		if name == last {
			first = 512
		}
		t.Run("an entry of "+name, func(t *testing.T) {
			r := relisted(func(f files) {
				leaves := entriesOf(f, name)
				leaves[44] = bytes.Replace(leaves[44], []byte("published"), []byte("withdrawn"), 1)
				f[name] = bundle(leaves)
			})
			wants(t, r, Altered, name, "leaf "+strconv.FormatInt(first+44, 10))
			if r.Faults() != 1 || r.Size != 600 {
				t.Errorf("size %d\n%s", r.Size, list(r))
			}
		})
		t.Run("a tile of "+name, func(t *testing.T) {
			r := relisted(func(f files) {
				tile := strings.Replace(name, "entries", "0", 1)
				f[tile] = bytes.Clone(f[tile])
				f[tile][44*32] ^= 1
			})
			wants(t, r, Altered, "tile/0/", "leaf "+strconv.FormatInt(first+44, 10))
			if r.Faults() != 1 || r.Objects.Failed != 0 || r.Size != 600 {
				t.Errorf("size %d\n%s", r.Size, list(r))
			}
		})
		t.Run("two entries change places in "+name, func(t *testing.T) {
			r := relisted(func(f files) {
				leaves := entriesOf(f, name)
				leaves[3], leaves[7] = leaves[7], leaves[3]
				f[name] = bundle(leaves)
			})
			wants(t, r, Reordered, fmt.Sprintf("leaf %d", first+3), fmt.Sprintf("stands leaf %d", first+7))
			wants(t, r, Reordered, fmt.Sprintf("leaf %d", first+7), fmt.Sprintf("stands leaf %d", first+3))
		})
		t.Run("entry and tile of "+name, func(t *testing.T) {
			r := relisted(func(f files) {
				leaves := entriesOf(f, name)
				leaves[44] = bytes.Replace(leaves[44], []byte("published"), []byte("withdrawn"), 1)
				f[name] = bundle(leaves)
				tile := strings.Replace(name, "entries", "0", 1)
				h := tlog.RecordHash(leaves[44])
				f[tile] = bytes.Clone(f[tile])
				copy(f[tile][44*32:], h[:])
			})
			wants(t, r, Altered, "not those that were signed")
			if r.Size != 300 && r.Size != 0 {
				t.Errorf("size %d is proven", r.Size)
			}
		})
		t.Run("no entries "+name, func(t *testing.T) {
			r := relisted(func(f files) { delete(f, name) })
			wants(t, r, Removed, "missing; only their hashes")
		})
		t.Run("neither entries nor tile "+name, func(t *testing.T) {
			r := relisted(func(f files) {
				delete(f, name)
				delete(f, strings.Replace(name, "entries", "0", 1))
			})
			wants(t, r, Removed, "are missing")
		})
	}
	t.Run("a tile of the next level", func(t *testing.T) {
		r := relisted(func(f files) {
			f["tile/1/000.p/2"] = bytes.Clone(f["tile/1/000.p/2"])
			f["tile/1/000.p/2"][5] ^= 1
		})
		wants(t, r, Altered, "tile/1/000.p/2")
		if r.Faults() != 1 || r.Size != 600 {
			t.Errorf("%s", list(r))
		}
	})
	t.Run("hashes without leaves", func(t *testing.T) {
		r := relisted(func(f files) {
			for _, name := range f.names() {
				if strings.HasPrefix(name, "tile/entries/") {
					delete(f, name)
				}
			}
		})
		if !r.OK() || r.Objects != (Count{600, 600, 0}) {
			t.Errorf("%+v\n%s", r.Objects, list(r))
		}
	})
	t.Run("leaves without hashes", func(t *testing.T) {
		r := relisted(func(f files) {
			for _, name := range f.names() {
				if strings.HasPrefix(name, "tile/") && !strings.HasPrefix(name, "tile/entries/") {
					delete(f, name)
				}
			}
			leaves := entriesOf(f, second)
			leaves[3], leaves[7] = leaves[7], leaves[3]
			f[second] = bundle(leaves)
		})
		wants(t, r, Altered, "leaves from 0 to 299 are not those that were signed")
		if r.Objects.Proven != 0 {
			t.Errorf("%+v", r.Objects)
		}
	})
}
