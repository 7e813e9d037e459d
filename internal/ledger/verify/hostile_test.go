package verify

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"entente/internal/ledger"
)

// onDisk writes a sound folder, lets a test spoil it, and verifies it.
func onDisk(t *testing.T, w *world, spoil func(dir string, f files)) *Report {
	t.Helper()
	f := w.export(nameB)
	dir := filepath.Join(t.TempDir(), "folder")
	f.write(t, dir)
	spoil(dir, f)
	r, err := Folder(context.Background(), dir, w.options())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestHostileFolders(t *testing.T) {
	w := newWorld(t)
	w.standard()
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name  string
		spoil func(dir string, f files)
		want  Problem
		words []string
	}{
		{"a link to a file outside, with the right content", func(dir string, f files) {
			outside := filepath.Join(filepath.Dir(dir), "outside")
			try(os.WriteFile(outside, f["openings/6.json"], 0o600))
			try(os.Remove(filepath.Join(dir, "openings/6.json")))
			try(os.Symlink(outside, filepath.Join(dir, "openings/6.json")))
		}, Hostile, []string{"openings/6.json", "link"}},
		{"a link to a file inside", func(dir string, _ files) {
			try(os.Remove(filepath.Join(dir, "checkpoint")))
			try(os.Symlink("checkpoints/5.note", filepath.Join(dir, "checkpoint")))
		}, Hostile, []string{"checkpoint", "link"}},
		{"a folder that is a link", func(dir string, _ files) {
			try(os.Rename(filepath.Join(dir, "objects"), filepath.Join(filepath.Dir(dir), "objects")))
			try(os.Symlink("../objects", filepath.Join(dir, "objects")))
		}, Hostile, []string{"objects", "link"}},
		{"a link to itself", func(dir string, _ files) {
			try(os.Symlink("receipts", filepath.Join(dir, "receipts", "loop")))
		}, Hostile, []string{"receipts/loop"}},
		{"a folder in the place of a file", func(dir string, _ files) {
			try(os.Remove(filepath.Join(dir, "openings/6.json")))
			try(os.Mkdir(filepath.Join(dir, "openings/6.json"), 0o700))
		}, Removed, []string{"openings/6.json"}},
		{"a file of a gigabyte", func(dir string, _ files) {
			try(os.Truncate(filepath.Join(dir, "openings/6.json"), 1<<30))
		}, Hostile, []string{"openings/6.json", "1073741824 bytes"}},
		{"a list of contents of a gigabyte", func(dir string, _ files) {
			try(os.Truncate(filepath.Join(dir, "contents"), 1<<30))
		}, Hostile, []string{"contents"}},
		{"a deep folder", func(dir string, _ files) {
			try(os.MkdirAll(filepath.Join(dir, strings.Repeat("d/", 100)), 0o700))
			try(os.WriteFile(filepath.Join(dir, strings.Repeat("d/", 100), "x"), nil, 0o600))
		}, Hostile, []string{"too deep"}},
		{"a control character in a name", func(dir string, _ files) {
			try(os.WriteFile(filepath.Join(dir, "openings/6.json\n\x1b[2J"), nil, 0o600))
		}, Hostile, []string{`6.json\n\x1b`}},
		{"a file that nobody may read", func(dir string, _ files) {
			if os.Getuid() == 0 { // root reads everything: make it unreadable otherwise
				try(os.Remove(filepath.Join(dir, "openings/6.json")))
				return
			}
			try(os.Chmod(filepath.Join(dir, "openings/6.json"), 0))
		}, "", nil},
		{"a file of another program", func(dir string, _ files) {
			try(os.WriteFile(filepath.Join(dir, "README"), []byte("hello"), 0o600))
		}, Note, []string{"README"}},
		{"a name like that of a tile", func(dir string, _ files) {
			try(os.WriteFile(filepath.Join(dir, "tile/0/0000"), make([]byte, 32), 0o600))
		}, Note, []string{"tile/0/0000"}},
		{"a name like that of an opening", func(dir string, f files) {
			try(os.WriteFile(filepath.Join(dir, "openings/06.json"), f["openings/6.json"], 0o600))
		}, Note, []string{"openings/06.json"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := onDisk(t, w, c.spoil)
			if c.want != "" {
				wants(t, r, c.want, c.words...)
			}
			if r.OK() != (c.want == Note) {
				t.Errorf("%v\n%s", r.Err(), list(r))
			}
		})
	}
}

// Wide tiles, tiles without a log, numbers at the edge: whatever the files say,
// the verification ends and is not content.
func TestOddFiles(t *testing.T) {
	w := newWorld(t)
	w.standard()
	good := w.export(nameB)
	for name, change := range map[string]func(f files){
		"a wider partial tile":     func(f files) { f["tile/0/000.p/255"] = bytes.Repeat([]byte{1}, 255*32) },
		"a wider bundle":           func(f files) { f["tile/entries/000.p/20"] = f["tile/entries/000.p/14"] },
		"a far bundle":             func(f files) { f["tile/entries/x999/x999/999"] = f["tile/entries/000.p/14"] },
		"an empty bundle":          func(f files) { f["tile/entries/000.p/14"] = nil },
		"an empty tile":            func(f files) { f["tile/0/000.p/14"] = nil },
		"an entry that is cut off": func(f files) { f["tile/entries/000.p/14"] = f["tile/entries/000.p/14"][:500] },
		"an endless entry":         func(f files) { f["tile/entries/000.p/14"] = []byte{0xff, 0xff, 0} },
		"an empty opening":         func(f files) { f["openings/6.json"] = nil },
		"an empty contents":        func(f files) { f["contents"] = nil },
		"a proof of no leaf": func(f files) {
			p := ledger.LeafProof{Index: ledger.MaxLeaves, Note: f["checkpoint"]}
			f[fmt.Sprintf("proofs/%d.tlog-proof", int64(ledger.MaxLeaves))] = p.Text()
			f[fmt.Sprintf("openings/%d.json", int64(ledger.MaxLeaves))] = f["openings/6.json"]
		},
		"a consistency proof of garbage": func(f files) {
			p := ledger.TreeProof{Origin: nameA, Older: 5, Newer: 14, Hashes: tlog.TreeProof{{}, {}}}
			f["proofs/x.consistency"] = p.Text()
		},
	} {
		f := good.clone()
		change(f)
		if r := w.verify(f, w.options()); r.OK() {
			t.Errorf("%s: nothing was found", name)
		}
	}
}

// The number of files is bounded.
func TestTooManyFindings(t *testing.T) {
	w := newWorld(t)
	w.standard()
	f := w.export(nameB)
	for i := range maxFindings + 50 {
		f[fmt.Sprintf("openings/%d.json", 1000+i)] = []byte("{}")
	}
	r := w.verify(f, w.options())
	if len(r.Findings) != maxFindings || r.More == 0 {
		t.Errorf("%d findings and %d more", len(r.Findings), r.More)
	}
}

// Whatever the node does to its log with its own key, the checkpoint that b has
// kept and the receipts that b signed show it.
func TestNoRewriteIsUnseen(t *testing.T) {
	w := newWorld(t)
	w.standard()
	good := w.export(ledger.Everybody)
	kept := good["checkpoint"]
	leaves := openings(t, good)
	rapid.Check(t, func(rt *rapid.T) {
		list := make([]*ledger.Opening, len(leaves))
		for i, o := range leaves {
			c := *o
			list[i] = &c
		}
		f := good.clone()
		i := rapid.IntRange(0, len(list)-1).Draw(rt, "leaf")
		j := rapid.IntRange(0, len(list)-1).Filter(func(j int) bool { return j != i }).Draw(rt, "other")
		switch rapid.SampledFrom([]string{"remove", "swap", "move", "alter", "back-date", "readdress", "rename", "insert"}).Draw(rt, "what") {
		case "remove":
			list = append(list[:i], list[i+1:]...)
		case "swap":
			list[i], list[j] = list[j], list[i]
		case "move":
			list[i].Time, list[j].Time = list[j].Time, list[i].Time
			list[i], list[j] = list[j], list[i]
		case "alter":
			swap(f, list[i], fmt.Appendf(nil, `{"n":%d}`, j))
		case "back-date":
			list[i].Time = list[i].Time.Add(-1)
			if list[i].Time.Nanosecond()%1000 != 0 {
				list[i].Time = list[i].Time.Add(-999)
			}
		case "readdress":
			list[i].Partner += "x"
		case "rename":
			list[i].Object += "x"
		case "insert":
			c := *list[i]
			c.Salt[0]++
			swap(f, &c, []byte(`{}`))
			list = append(list[:i+1], append([]*ledger.Opening{&c}, list[i+1:]...)...)
		}
		g, _ := w.forge(f, list, w.at)
		g["checkpoints/kept-by-b.note"] = kept
		if r := w.verify(g, w.options()); r.OK() {
			rt.Fatalf("unseen; leaves %d and %d", i, j)
		}
	})
}

func FuzzFolder(f *testing.F) {
	w := newWorld(f)
	w.standard()
	good := w.export(nameB)
	names := good.names()
	for i, name := range names {
		f.Add(uint8(i), good[name])
	}
	o := w.options()
	o.Loose = true
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		name := names[int(which)%len(names)]
		mem := fstest.MapFS{}
		for n, d := range good {
			mem[n] = &fstest.MapFile{Data: d}
		}
		delete(mem, "contents") // so that all else is looked at
		mem[name] = &fstest.MapFile{Data: data}
		r, err := FS(context.Background(), mem, o)
		if err != nil {
			t.Fatal(err)
		}
		if r.OK() && name != "contents" && !bytes.Equal(data, good[name]) && len(r.Findings) == 0 {
			t.Fatalf("%s can become %q unseen", name, data)
		}
	})
}
