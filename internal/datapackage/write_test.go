package datapackage

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"entente"
	"entente/internal/testskip"

	"github.com/google/go-cmp/cmp"
)

// sameDates lets cmp compare dates, which hide their parts.
var sameDates = cmp.Comparer(func(a, b entente.Date) bool { return a == b })

// asFolder turns written files into a folder in memory.
func asFolder(files map[string][]byte) fstest.MapFS {
	out := fstest.MapFS{}
	for name, b := range files {
		out[name] = &fstest.MapFile{Data: b, Mode: 0o644}
	}
	return out
}

// again writes a corpus, reads it and writes it once more: both writings must
// be the same bytes, both corpora the same records.
func again(t testing.TB, c *entente.Corpus) {
	t.Helper()
	first, err := Files(c)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Read(asFolder(first))
	if err != nil {
		t.Fatalf("what was written cannot be read: %v", err)
	}
	if back.Info != c.Info {
		t.Errorf("info came back as %+v, was %+v", back.Info, c.Info)
	}
	if diff := cmp.Diff(c.Records, back.Records, sameDates); diff != "" {
		t.Errorf("records (-written +read):\n%s", diff)
	}
	second, err := Files(back)
	if err != nil {
		t.Fatal(err)
	}
	if len(first) != len(tables)+1 || len(second) != len(first) {
		t.Errorf("%d files, then %d; want %d", len(first), len(second), len(tables)+1)
	}
	for name := range first {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s differs after reading and writing again", name)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	c, err := Read(base(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	again(t, c)
}

// Text that a spreadsheet would take for a formula is data here: it is neither
// changed nor refused, in whatever column. (What opens a CSV for display has to
// guard itself; a corpus that changed its own text would not be lossless.)
func TestFormulaTextSurvives(t *testing.T) {
	for _, cell := range []string{
		`=1+1`, `=HYPERLINK("https://example.org","x")`, `+1`, `-1`, `@SUM(A1)`, `=cmd|' /C calc'!A0`, `'quoted`, `"`, `""`, `a,b`,
		"two\nlines", "tab\tinside", `\.`, "#comment", "ÄÖÜ õ 日本語", "NULL", "NA", "0123", "1e5", "\u202eright to left", "\u00a0x",
	} {
		c, err := Read(base(t, nil))
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(cell) != cell {
			continue // refused by the reader, and tested there
		}
		c.Records.Statements[0].Note = cell
		c.Records.Actors[0].Name = cell
		files, err := Files(c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Read(asFolder(files))
		if err != nil {
			t.Errorf("%q: %v", cell, err)
			continue
		}
		if a, b := back.Statements[0].Note, back.Actors[0].Name; a != cell || b != cell {
			t.Errorf("%q came back as %q and %q", cell, a, b)
		}
	}
}

func TestWriteDir(t *testing.T) {
	c, err := Read(base(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		dir  func(t *testing.T, tmp string) string
	}{
		{"a new folder", func(t *testing.T, tmp string) string { return filepath.Join(tmp, "new") }},
		{"a new folder in new folders", func(t *testing.T, tmp string) string { return filepath.Join(tmp, "a", "b", "c") }},
		{"an empty folder", func(t *testing.T, tmp string) string { return mkdir(t, filepath.Join(tmp, "empty")) }},
		{"with a slash at the end", func(t *testing.T, tmp string) string { return filepath.Join(tmp, "new") + string(filepath.Separator) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tmp := t.TempDir()
			dir := tc.dir(t, tmp)
			if err := WriteDir(c, dir); err != nil {
				t.Fatal(err)
			}
			back, err := ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.Records, back.Records, sameDates); diff != "" {
				t.Errorf("records (-written +read):\n%s", diff)
			}
			nothingLeft(t, tmp)
			st, err := os.Stat(dir)
			if err != nil || st.Mode().Perm()&0o055 != 0o055 {
				t.Errorf("others cannot read the folder: %v %v", st.Mode(), err)
			}
		})
	}
}

func mkdir(t *testing.T, dir string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// nothingLeft fails when a working folder was left behind.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(d.Name(), ".entente-") {
			t.Errorf("left behind: %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWriteDirRefuses(t *testing.T) {
	c, err := Read(base(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	link := func(t *testing.T, to string) func(string) string {
		return func(tmp string) string {
			from := filepath.Join(tmp, "link")
			if err := os.Symlink(to, from); err != nil {
				testskip.Missing(t, "symbolic links", "run on a file system that has them: "+err.Error())
			}
			return from
		}
	}
	file := func(t *testing.T, path string) {
		t.Helper()
		if err := os.WriteFile(path, []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct {
		name string
		dir  func(t *testing.T, tmp string) string
		want string
		kind entente.Kind
	}{
		{"a folder with something in it", func(t *testing.T, tmp string) string { file(t, filepath.Join(tmp, "notes")); return tmp }, "the folder is not empty", entente.Conflict},
		{"a folder with a hidden file", func(t *testing.T, tmp string) string { file(t, filepath.Join(tmp, ".x")); return tmp }, "the folder is not empty", entente.Conflict},
		{"a file", func(t *testing.T, tmp string) string { p := filepath.Join(tmp, "f"); file(t, p); return p }, "not a folder that can be written", entente.Conflict},
		{"a link to an empty folder", func(t *testing.T, tmp string) string { return link(t, t.TempDir())(tmp) }, "this is a symbolic link", entente.Conflict},
		{"a link that leads nowhere", func(t *testing.T, tmp string) string { return link(t, filepath.Join(tmp, "gone"))(tmp) }, "this is a symbolic link", entente.Conflict},
		{"below a file", func(t *testing.T, tmp string) string {
			p := filepath.Join(tmp, "f")
			file(t, p)
			return filepath.Join(p, "d", "new")
		}, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tmp := t.TempDir()
			dir := tc.dir(t, tmp)
			before := listing(t, tmp)
			err := WriteDir(c, dir)
			if err == nil {
				t.Fatal("written without a word")
			}
			if tc.kind != "" && entente.KindOf(err) != tc.kind || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), dir) {
				t.Errorf("got %v (%s), want %s (%s)", err, entente.KindOf(err), tc.want, tc.kind)
			}
			if diff := cmp.Diff(before, listing(t, tmp)); diff != "" {
				t.Errorf("something changed (-before +after):\n%s", diff)
			}
		})
	}
}

// listing gives every path below dir with its content or kind.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch {
		case d.Type().IsRegular():
			b, err := os.ReadFile(path)
			out[path] = string(b)
			return err
		case d.Type()&fs.ModeSymlink != 0:
			to, err := os.Readlink(path)
			out[path] = "-> " + to
			return err
		}
		out[path] = "folder"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Whichever file cannot be written, nothing is half written: an empty target
// stays as it was, a new one does not come to be.
func TestAFailureLeavesNothingHalfWritten(t *testing.T) {
	c, err := Read(base(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left")
	for fail := range len(tables) + 1 {
		for _, there := range []bool{true, false} {
			tmp := t.TempDir()
			dir := filepath.Join(tmp, "out")
			if there {
				mkdir(t, dir)
			}
			before := listing(t, tmp)
			n := 0
			err := writeDir(c, dir, func(name string, data []byte, perm fs.FileMode) error {
				if n++; n > fail {
					return full
				}
				return os.WriteFile(name, data, perm)
			})
			if !errors.Is(err, full) || entente.KindOf(err) != entente.Unavailable {
				t.Errorf("failure at file %d: %v", fail+1, err)
			}
			if diff := cmp.Diff(before, listing(t, tmp)); diff != "" {
				t.Errorf("failure at file %d left something (-before +after):\n%s", fail+1, diff)
			}
		}
	}
}

// The schema in datapackage.json speaks the Frictionless standard: what its
// readers rely on is there and agrees with the files beside it.
func TestTheSchemaDescribesTheFiles(t *testing.T) {
	c, err := Read(base(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	files, err := Files(c)
	if err != nil {
		t.Fatal(err)
	}
	var d descriptor
	if err := json.Unmarshal(files[descriptorFile], &d); err != nil {
		t.Fatal(err)
	}
	types := map[string]bool{"string": true, "boolean": true, "integer": true}
	columns := map[string]map[string]bool{}
	for _, r := range d.Resources {
		columns[r.Name] = map[string]bool{}
		var header []string
		for _, f := range r.Schema.Fields {
			header = append(header, f.Name)
			columns[r.Name][f.Name] = true
			if !types[f.Type] {
				t.Errorf("%s.%s has the type %q", r.Name, f.Name, f.Type)
			}
			if f.Description == "" {
				t.Errorf("%s.%s is not described", r.Name, f.Name)
			}
		}
		first, _, _ := strings.Cut(string(files[r.Path]), "\n")
		if got := strings.Join(header, ","); got != first {
			t.Errorf("%s: the schema has %s, the file %s", r.Path, got, first)
		}
		if len(r.Schema.PrimaryKey) == 0 {
			t.Errorf("%s has no primary key", r.Name)
		}
	}
	for _, r := range d.Resources {
		for _, k := range r.Schema.ForeignKeys {
			if !columns[r.Name][k.Fields] || !columns[k.Reference.Resource][k.Reference.Fields] {
				t.Errorf("%s: foreign key %+v leads nowhere", r.Name, k)
			}
		}
	}
}
