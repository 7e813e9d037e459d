package datapackage

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"entente"
	"entente/internal/testskip"

	"github.com/google/go-cmp/cmp"
)

// folder reads a text archive into a folder in memory: after a remark, each
// file follows a line of the form "-- name --".
func folder(t testing.TB, path string) fstest.MapFS {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out := fstest.MapFS{}
	var file *fstest.MapFile
	for line := range strings.Lines(string(b)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "-- "); ok && strings.HasSuffix(name, " --") {
			file = &fstest.MapFile{Mode: 0o644}
			out[strings.TrimSuffix(name, " --")] = file
		} else if file != nil {
			file.Data = append(file.Data, line...)
		}
	}
	return out
}

// base is the small synthetic corpus with the given files replaced.
func base(t testing.TB, replace fstest.MapFS) fstest.MapFS {
	t.Helper()
	out := folder(t, filepath.Join("testdata", "base.txtar"))
	maps.Copy(out, replace)
	return out
}

func TestTheBaseIsGood(t *testing.T) {
	c, err := Read(base(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(c.Votes), 2; got != want {
		t.Errorf("%d votes, want %d", got, want)
	}
	if c.Info.Name != "synthetic" || c.Info.Released != entente.Day(2021, 12, 31) || c.Info.Licence != "CC0-1.0" {
		t.Errorf("info: %+v", c.Info)
	}
	for _, tab := range tables {
		if len(tab.cells(&c.Records)) == 0 {
			t.Errorf("the base has no record in %s, so the tests do not reach it", tab.name())
		}
	}
}

// Each file in testdata/bad replaces files of the base and lists, under "want",
// every message that must come out, in order.
func TestBadCorpora(t *testing.T) {
	cases, err := filepath.Glob(filepath.Join("testdata", "bad", "*.txtar"))
	if err != nil || len(cases) < 10 {
		t.Fatalf("%d cases found, error %v", len(cases), err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			changes := folder(t, path)
			want := strings.TrimSpace(string(changes["want"].Data))
			delete(changes, "want")
			c, err := Read(base(t, changes))
			if c != nil {
				t.Error("a corpus came out beside the faults: it is half read")
			}
			if _, ok := errors.AsType[entente.Errors](err); !ok {
				t.Fatalf("error is %T (%v), want a list", err, err)
			}
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

// edit changes the bytes of one file of the base.
func edit(t testing.TB, name string, how func(string) string) fstest.MapFS {
	b := base(t, nil)
	return base(t, fstest.MapFS{name: {Data: []byte(how(string(b[name].Data))), Mode: 0o644}})
}

func replace(old, new string) func(string) string {
	return func(s string) string {
		if !strings.Contains(s, old) {
			panic("the base has no " + old)
		}
		return strings.Replace(s, old, new, 1)
	}
}

// Damage that cannot be written into a text file.
func TestDamagedBytes(t *testing.T) {
	for _, tc := range []struct {
		name, file string
		how        func(string) string
		want       string // the whole message; empty means that the corpus is read
	}{
		{"a byte order mark", "actors.csv", func(s string) string { return "\uFEFF" + s }, ""},
		{"a byte order mark in the description", "datapackage.json", func(s string) string { return "\uFEFF" + s }, ""},
		{
			"two byte order marks", "incidents.csv", func(s string) string { return "\uFEFF\uFEFF" + s },
			`incidents.csv:1:1: there is no column "\ufeffid" in this table`,
		},
		{"line ends of Windows", "actors.csv", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }, ""},
		{"no line end at the end", "actors.csv", func(s string) string { return strings.TrimSuffix(s, "\n") }, ""},
		{"empty lines", "actors.csv", func(s string) string { return "\n" + s + "\n\n" }, ""},
		{
			"line ends of old Macs", "incidents.csv", func(s string) string { return strings.ReplaceAll(s, "\n", "\r") },
			`incidents.csv:1:23: there is no column "note\rblackout" in this table`,
		}, // all is one header line
		{
			"a stray carriage return in a cell", "incidents.csv", replace("A blackout", "\"A\rblackout\""),
			"incidents.csv:2:10 (title): \"A\\rblackout\" has a stray carriage return (end lines with LF)",
		},
		{
			"Latin-1", "actors.csv", replace("Arcadia", "Arc\xe4dia"),
			"actors.csv:2:14: byte 0xe4 is not UTF-8 (save the file as UTF-8)",
		},
		{
			"a rune cut off at the end", "incidents.csv", func(s string) string { return s + "x\xc3" },
			"incidents.csv:3:2: byte 0xc3 is not UTF-8 (save the file as UTF-8)",
		},
		{
			"a surrogate half", "actors.csv", replace("Arcadia", "Arc\xed\xa0\x80"),
			"actors.csv:2:14: byte 0xed is not UTF-8 (save the file as UTF-8)",
		},
		{
			"UTF-16", "actors.csv", func(s string) string { return "\xff\xfei\x00d\x00" },
			"actors.csv:1:1: byte 0xff is not UTF-8 (save the file as UTF-8)",
		},
		{
			"Latin-1 in the description", "datapackage.json", replace("A synthetic corpus", "Ein k\xfcnstliches Korpus"),
			"datapackage.json:3:18: byte 0xfc is not UTF-8 (save the file as UTF-8)",
		},
		{
			"a NUL", "actors.csv", replace("Borduria", "Bor\x00duria"),
			"actors.csv:3:14: the file contains a NUL character (it is not a text file, or it is damaged)",
		},
		{"a line break in a quoted cell", "actors.csv", replace("Arcadia,,,,,member,no,,,", "\"Arc\nadia\",,,,,member,no,,,"), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := Read(edit(t, tc.file, tc.how))
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("not read: %v", err)
			case tc.want == "" && len(c.Actors) != 3:
				t.Errorf("%d actors, want 3", len(c.Actors))
			case tc.want != "" && err == nil:
				t.Error("read without a word")
			case tc.want != "" && !strings.Contains(err.Error(), tc.want):
				t.Errorf("got  %s\nwant %s", err, tc.want)
			}
		})
	}
}

func TestAFolderWhereAFileShouldBe(t *testing.T) {
	for file, want := range map[string]string{
		"actors.csv":       "actors.csv: this is a folder, not a file (expected a CSV file)",
		"datapackage.json": "datapackage.json: this is a folder, not a file (expected a JSON file)",
	} {
		dir := base(t, nil)
		dir[file] = &fstest.MapFile{Mode: fs.ModeDir | 0o755}
		if _, err := Read(dir); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", file, err, want)
		}
	}
}

// A file that vanishes or breaks off while it is read: the reader is told, and
// nothing that refers to it is blamed.
func TestAFileThatBreaksOff(t *testing.T) {
	_, err := Read(brokenFS{base(t, nil), "actors.csv"})
	want := "actors.csv: the file could not be read to its end: the disk is gone"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if entente.KindOf(errors.Unwrap(firstOf(err))) != entente.Internal || entente.KindOf(err) != entente.Unavailable {
		t.Errorf("kind %q of %v", entente.KindOf(err), err)
	}
	if _, err := Read(brokenFS{base(t, nil), "datapackage.json"}); entente.KindOf(err) != entente.Unavailable {
		t.Errorf("description: %v", err)
	}
}

func firstOf(err error) error {
	if list, ok := errors.AsType[entente.Errors](err); ok {
		return list[0]
	}
	return err
}

// brokenFS is a folder in which reading one file fails after some bytes.
type brokenFS struct {
	fs.FS
	name string
}

func (b brokenFS) Open(name string) (fs.File, error) {
	f, err := b.FS.Open(name)
	if err == nil && name == b.name {
		return brokenFile{f}, nil
	}
	return f, err
}

type brokenFile struct{ fs.File }

func (b brokenFile) Read(p []byte) (int, error) {
	n, err := b.File.Read(p[:min(40, len(p))])
	if err != nil && !errors.Is(err, io.EOF) {
		return n, err
	}
	return n, errors.New("the disk is gone")
}

func TestReadDir(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, dir, want string
		kind            entente.Kind
	}{
		{"no such folder", filepath.Join(dir, "none"), "there is no such folder", entente.NotFound},
		{"a file", file, "this is a file, not a folder", entente.Invalid},
		{"an empty folder", t.TempDir(), "datapackage.json: the file is missing (a corpus is a folder with a datapackage.json)", entente.NotFound},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := ReadDir(tc.dir)
			if entente.KindOf(err) != tc.kind || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v (%s)\nwant %s (%s)", err, entente.KindOf(err), tc.want, tc.kind)
			}
		})
	}
}

// A corpus from a partner must not be able to show a file of this machine.
func TestALinkOutOfTheFolderIsNotFollowed(t *testing.T) {
	dir := t.TempDir()
	for name, f := range base(t, nil) {
		if err := os.WriteFile(filepath.Join(dir, name), f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ReadDir(dir); err != nil {
		t.Fatalf("before: %v", err)
	}
	outside := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(outside, []byte("id,title,date,targets,note\nsecret,A secret,,nobody,\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	inside := filepath.Join(dir, "incidents.csv")
	if err := os.Remove(inside); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, inside); err != nil {
		testskip.Missing(t, "symbolic links", "run on a file system that has them: "+err.Error())
	}
	_, err := ReadDir(dir)
	if err == nil || !strings.HasPrefix(err.Error(), "incidents.csv: the file cannot be opened") || strings.Contains(err.Error(), "nobody") {
		t.Errorf("got %v", err)
	}
}

// Faults beyond the bound are counted, not listed.
func TestTooManyFaultsAreCounted(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,title,date,targets,note\n")
	for range MaxFaults + 50 {
		b.WriteString("x,title,never,,\n") // a bad date each, and all but the first a duplicate key
	}
	_, err := Read(base(t, fstest.MapFS{"incidents.csv": {Data: []byte(b.String())}}))
	var list entente.Errors
	if !errors.As(err, &list) || len(list) != MaxFaults+1 {
		t.Fatalf("%d faults listed", len(list))
	}
	// One fault per row and a second for each row but the first; the attribution's incident is no longer there.
	if got, want := list[MaxFaults].Error(), "and 1100 more faults (mend these first)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
