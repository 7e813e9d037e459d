package archive_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"entente"
	"entente/internal/archive"
)

// tiny is a made-up archive of two seats and two roll calls.
func tiny(t *testing.T) (*archive.Archive, map[string][]byte) {
	t.Helper()
	a, err := archive.New(archive.Info{Name: "tiny", Title: "Synthetic", Version: "1", Licence: "CC0-1.0"},
		[]archive.Seat{{Code: "EST", Name: "Estonia", First: 73, Last: 73}, {Code: "JPN", Name: "Japan", First: 73, Last: 73}},
		[]archive.Call{{ID: "2", Session: 73, Date: entente.Day(2018, 12, 5)}, {ID: "1", Session: 73, Date: entente.Day(2018, 12, 6), Title: "a, \"b\""}},
		[][]archive.Ballot{{archive.Yes, archive.No}, {archive.Absent, archive.NoRecord}}, [][2]string{{"2", "1"}})
	if err != nil {
		t.Fatal(err)
	}
	files, err := a.Files()
	if err != nil {
		t.Fatal(err)
	}
	return a, files
}

func folder(files map[string][]byte) fstest.MapFS {
	dir := fstest.MapFS{}
	for name, b := range files {
		dir[name] = &fstest.MapFile{Data: b}
	}
	return dir
}

func TestCallsStandInTheOrderOfTimeNotOfNumbers(t *testing.T) {
	a, _ := tiny(t)
	if a.Calls[0].ID != "2" || a.Ballot(0, 0) != archive.Yes || a.Ballot(1, 1) != archive.NoRecord {
		t.Errorf("%+v", a.Calls)
	}
}

func TestReadingFindsFaults(t *testing.T) {
	replace := func(name, old, with string) func(map[string][]byte) {
		return func(f map[string][]byte) {
			if !strings.Contains(string(f[name]), old) {
				panic("the test's " + old + " is not in " + name)
			}
			f[name] = []byte(strings.Replace(string(f[name]), old, with, 1))
		}
	}
	for name, tc := range map[string]struct {
		change func(map[string][]byte)
		want   string
	}{
		"another format":        {replace("datapackage.json", "entente.votes/1", "entente.votes/9"), "entente_format"},
		"no JSON":               {func(f map[string][]byte) { f["datapackage.json"] = []byte("{") }, "datapackage.json"},
		"a column is missing":   {replace("seats.csv", "code,actor", "code"), "seats.csv:1"},
		"a seat twice":          {replace("seats.csv", "JPN,", "EST,"), "the code is given twice"},
		"a number that is none": {replace("seats.csv", "73,73", "x,73"), `seats.csv:2: first is "x"`},
		"a bridge to nowhere":   {replace("bridges.csv", "2,1", "2,9"), "there is no roll call 9"},
		"no gzip":               {func(f map[string][]byte) { f["rollcalls.csv.gz"] = []byte("id,session") }, "this is not gzip"},
		"no roll calls":         {func(f map[string][]byte) { delete(f, "rollcalls.csv.gz") }, "rollcalls.csv.gz"},
	} {
		_, files := tiny(t)
		tc.change(files)
		if _, err := archive.Read(folder(files)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
}

func TestFaultsInRollCalls(t *testing.T) {
	for name, tc := range map[string]struct{ row, want string }{
		"a tally that is off":   {"1,73,2018-12-05,,,,,,,,2,0,1,0,yn", "yes is 2, but the ballots have 1"},
		"a letter too few":      {"1,73,2018-12-05,,,,,,,,1,0,0,0,y", "1 ballots, expected one for each of 2 seats"},
		"a letter that is none": {"1,73,2018-12-05,,,,,,,,1,0,0,0,yz", `ballot 2 is 'z'`},
		"a date that is none":   {"1,73,2018-13,,,,,,,,1,0,1,0,yn", `date is "2018-13"`},
		"a topic that is none":  {"1,73,2018-12-05,,,,,,,zz,1,0,1,0,yn", `there is no topic "zz"`},
		"a flag that is none":   {"1,73,2018-12-05,,,,maybe,,,,1,0,1,0,yn", `amendment is "maybe"`},
	} {
		_, files := tiny(t)
		files["rollcalls.csv.gz"] = gz(t, "id,session,date,reference,resolution,title,amendment,paragraph,important,topics,yes,abstain,no,absent,ballots\n"+tc.row+"\n")
		delete(files, "bridges.csv")
		files["bridges.csv"] = []byte("earlier,later\n")
		_, err := archive.Read(folder(files))
		if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), "rollcalls.csv.gz:2") {
			t.Errorf("%s: %v, want line 2 and %q", name, err, tc.want)
		}
	}
}

func TestWritingAFolder(t *testing.T) {
	a, _ := tiny(t)
	dir := filepath.Join(t.TempDir(), "votes")
	if err := archive.WriteDir(a, dir); err != nil {
		t.Fatal(err)
	}
	b, err := archive.ReadDir(dir)
	if err != nil || !archive.Equal(a, b) {
		t.Errorf("read back: %v", err)
	}
	if err := archive.WriteDir(a, dir); entente.KindOf(err) != entente.Conflict {
		t.Errorf("a folder with something in it: %v", err)
	}
	if err := archive.WriteDir(a, filepath.Join(dir, "no", "such")); entente.KindOf(err) != entente.Unavailable {
		t.Errorf("no parent folder: %v", err)
	}
	if _, err := archive.ReadDir(filepath.Join(dir, "nowhere")); entente.KindOf(err) != entente.NotFound {
		t.Errorf("no folder: %v", err)
	}
	left, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(left) != 1 {
		t.Errorf("something was left behind: %v %v", left, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("code,actor,name,first,last,numbers,codes,names,successor,note\nEST,est,Estonia,1,2,366,,,,\n"), []byte("1,1,1946-01,,,,,,,,1,0,0,0,y\n"))
	f.Fuzz(func(t *testing.T, seats, rows []byte) {
		files := fstest.MapFS{
			"datapackage.json": {Data: []byte(`{"entente_format":"entente.votes/1"}`)}, "seats.csv": {Data: seats},
			"rollcalls.csv.gz": {Data: gz(t, "id,session,date,reference,resolution,title,amendment,paragraph,important,topics,yes,abstain,no,absent,ballots\n"+string(rows))},
			"bridges.csv":      {Data: []byte("earlier,later\n")},
		}
		a, err := archive.Read(files)
		if err != nil {
			return
		}
		out, err := a.Files()
		if err != nil {
			t.Fatal(err)
		}
		b, err := archive.Read(folder(out))
		if err != nil || !archive.Equal(a, b) {
			t.Fatalf("what was read and written is not read back: %v", err)
		}
	})
}
