package archive_test

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/corpora"
	"entente/internal/archive"
	"entente/internal/datapackage"
	"entente/internal/testskip"
)

func unga(t testing.TB) *archive.Archive {
	t.Helper()
	a, err := archive.UNGA()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func linked(t testing.TB) *archive.Archive {
	t.Helper()
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatal(err)
	}
	a, err := unga(t).Link(c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The counts are those of the README of the data: 6,299 roll calls; yes
// 707,735, abstain 112,640, no 66,719, absent 90,005.
func TestTheArchiveHasTheCountsOfItsSource(t *testing.T) {
	a := unga(t)
	var sum archive.Tally
	for i := range a.Calls {
		c := a.Calls[i].Tally
		sum.Yes, sum.Abstain, sum.No, sum.Absent = sum.Yes+c.Yes, sum.Abstain+c.Abstain, sum.No+c.No, sum.Absent+c.Absent
		if c.Members()+c.NotMember != len(a.Seats) {
			t.Errorf("roll call %s: %+v does not add up to %d seats", a.Calls[i].ID, c, len(a.Seats))
		}
	}
	got := []int{len(a.Calls), len(a.Seats), sum.Yes, sum.Abstain, sum.No, sum.Absent}
	if diff := cmp.Diff([]int{6299, 200, 707735, 112640, 66719, 90005}, got); diff != "" {
		t.Error(diff)
	}
	if first, last := a.Sessions(); first != 1 || last != 75 {
		t.Errorf("sessions %d to %d", first, last)
	}
}

// Every vote of the shared table is in the archive, and no other.
func TestTheArchiveIsTheSharedTable(t *testing.T) {
	dir := testskip.Shared(t)
	f, err := os.Open(filepath.Join(dir, "data", "unga-votes.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(z)
	r.ReuseRecord = true
	a := unga(t)
	rows, wrong := 0, 0
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if rows++; rows == 1 {
			continue
		}
		call, seat := a.Call(row[0]), a.Seat(row[5])
		if call < 0 || seat < 0 || a.Ballot(call, seat).String() != row[6] || a.Calls[call].Date.String() != row[2] || a.Calls[call].Resolution != row[3] {
			if wrong++; wrong < 5 {
				t.Errorf("row %d %q: not so in the archive", rows, row)
			}
		}
	}
	if want := 977099 + 1; rows != want { // the count of rows in the data's README, and the header
		t.Errorf("%d rows, expected %d", rows, want)
	}
}

func TestMonthsStayMonths(t *testing.T) {
	a := unga(t)
	partial := 0
	for i := range a.Calls {
		if a.Calls[i].Date.Partial() {
			partial++
		}
	}
	if partial != 4514 { // dates of seven characters in the shared table
		t.Errorf("%d calls dated to the month, expected 4514", partial)
	}
	// A/RES/52/54 was adopted on 9 December 1997; the source has only the month.
	i, _ := a.Select(archive.Filter{Resolutions: []string{"52/54"}})
	if len(i) == 0 || a.Calls[i[0]].Date.String() != "1997-12" {
		t.Errorf("52/54: %v", i)
	}
}

func TestFiveThingsAndTheGapsAreKeptApart(t *testing.T) {
	a := unga(t)
	at := func(resolution, seat string) string {
		i, missing := a.Select(archive.Filter{Resolutions: []string{resolution}})
		if len(missing) > 0 {
			t.Fatal(missing)
		}
		return a.Ballot(i[len(i)-1], a.Seat(seat)).String()
	}
	for _, tc := range []struct{ resolution, seat, want string }{
		{"73/27", "EST", "no"},
		{"73/27", "RUS", "yes"},
		{"73/266", "CHN", "no"},
		{"71/28", "ZWE", "no record"},    // known gap of the source
		{"73/27", "YUG", "not a member"}, // long gone
		{"52/54", "SSD", "not a member"}, // not yet there
	} {
		if got := at(tc.resolution, tc.seat); got != tc.want {
			t.Errorf("%s %s: %s, want %s", tc.resolution, tc.seat, got, tc.want)
		}
	}
	zwe, gaps := a.Seat("ZWE"), 0
	for i := range a.Calls {
		if a.Ballot(i, zwe) == archive.NoRecord {
			gaps++
		}
	}
	if gaps != 73 { // the data's README
		t.Errorf("Zimbabwe: %d gaps, expected 73", gaps)
	}
}

func TestFormerStatesResolve(t *testing.T) {
	a := unga(t)
	n := archive.NewNames(a.Seats)
	for name, want := range map[string]string{
		"USSR": "RUS", "sun": "RUS", "Soviet Union": "RUS", "Byelorussian SSR": "BLR", "Zaire": "COD", "Burma": "MMR", "Upper Volta": "BFA",
		"East Germany": "DDR", "West Germany": "DEU", "Yugoslavia": "YUG", "Serbia and Montenegro": "SCG", "SRB": "SRB", "Türkiye": "TUR",
		"Turkey": "TUR", "CZECHIA": "CZE", "Eswatini": "SWZ", "Cote d'Ivoire": "CIV", "the Gambia": "GMB", "NA": "", "Atlantis": "",
	} {
		got := ""
		if i := n.Find(name); i >= 0 {
			got = a.Seats[i].Code
		}
		if got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	for _, tc := range []struct {
		number, session int
		want            string
	}{
		{345, 40, "YUG"}, {345, 59, "SCG"}, {345, 70, "SRB"}, {345, 90, "SRB"}, {260, 40, "DEU"}, {255, 60, "DEU"}, {678, 10, "YEM"}, {679, 60, "YEM"}, {2, 1, "USA"},
	} {
		if i := n.Number(tc.number, tc.session); i < 0 || a.Seats[i].Code != tc.want {
			t.Errorf("number %d in session %d: %d, want %s", tc.number, tc.session, i, tc.want)
		}
	}
	for i := range a.Seats {
		if s := &a.Seats[i]; s.Successor != "" && a.Seat(s.Successor) < 0 {
			t.Errorf("%s goes on as %s, which is no seat", s.Code, s.Successor)
		}
	}
}

func TestEveryActorOfASeatIsInTheCorpus(t *testing.T) {
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatal(err)
	}
	a := unga(t)
	for _, s := range a.Seats {
		if x := c.Actor(s.Actor); s.Actor != "" && (x == nil || x.ISO3 != s.Code) {
			t.Errorf("%s: there is no actor %q with that code", s.Code, s.Actor)
		}
	}
	for _, x := range c.Actors {
		if x.UNStatus == "member" && a.SeatOf(x.ID) < 0 {
			t.Errorf("%s has no seat", x.ID)
		}
	}
}

// The tallies are those of the reference on votes: 17 recorded votes on ICTs.
func TestLinkedToTheVotesOnICTs(t *testing.T) {
	a := linked(t)
	want := map[string][3]int{ // yes, no, abstain
		"60/45": {177, 1, 0}, "61/54": {176, 1, 0}, "62/17": {179, 1, 0}, "63/37": {178, 1, 0}, "71/28": {180, 0, 1}, "73/27": {119, 46, 14},
		"73/187": {94, 59, 33}, "73/266": {138, 12, 16}, "74/28": {163, 10, 6}, "74/29": {129, 6, 45}, "74/247": {79, 60, 33}, "75/32": {163, 10, 7},
		"75/240": {92, 50, 21}, "77/36": {112, 52, 8}, "77/37": {156, 7, 14}, "78/16": {161, 9, 11}, "78/237": {104, 53, 7},
	}
	calls, _ := a.Select(archive.Filter{Topics: archive.ICT})
	got := map[string][3]int{}
	for _, i := range calls {
		c := a.Calls[i]
		if c.Instrument == "" || c.RollCall == "" {
			t.Errorf("%s is not linked whole: %+v", c.Resolution, c)
		}
		got[strings.TrimPrefix(c.Resolution, "A/RES/")] = [3]int{c.Tally.Yes, c.Tally.No, c.Tally.Abstain}
		if c.Tally.Members() < 190 {
			t.Errorf("%s: %d members", c.Resolution, c.Tally.Members())
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, last := a.Sessions(); last != 78 {
		t.Errorf("last session %d, want 78", last)
	}
}

// Where the archive and the corpus both have a roll call, they have the same
// votes.
func TestTheArchiveAndTheCorpusAgree(t *testing.T) {
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatal(err)
	}
	a, n := linked(t), 0
	for i := range c.Votes {
		v := &c.Votes[i]
		for k := range a.Calls {
			if a.Calls[k].RollCall != v.RollCall || a.Calls[k].ID == v.RollCall {
				continue
			}
			n++
			seat := a.SeatOf(v.Actor)
			if v.Actor == "srb" && a.Calls[k].Session <= 60 {
				seat = a.Seat("SCG") // the corpus has the seat under the state that goes on
			}
			if got := a.Ballot(k, seat).Corpus(); got != v.Ballot {
				t.Errorf("%s %s: archive %q, corpus %q", v.RollCall, v.Actor, got, v.Ballot)
			}
		}
	}
	if n < 2400 { // 13 roll calls of about 192 members
		t.Errorf("only %d votes compared", n)
	}
}

func TestFilesReadBack(t *testing.T) {
	a := unga(t)
	files, err := a.Files()
	if err != nil {
		t.Fatal(err)
	}
	dir := fstest.MapFS{}
	for name, content := range files {
		if len(content) > 1<<20 {
			t.Errorf("%s has %d bytes, more than 1 MiB", name, len(content))
		}
		dir[name] = &fstest.MapFile{Data: content}
	}
	b, err := archive.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !archive.Equal(a, b) {
		t.Error("what was written is not what is read")
	}
}

func TestFilters(t *testing.T) {
	a := linked(t)
	day := func(s string) entente.Date {
		d, err := entente.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	count := func(f archive.Filter) int { c, _ := a.Select(f); return len(c) }
	// Counted in the shared table by another program.
	for name, tc := range map[string]struct {
		f    archive.Filter
		want int
	}{
		"everything":                     {archive.Filter{}, 6303},
		"one session":                    {archive.Filter{FromSession: 73, ToSession: 73}, 95},
		"from a session on":              {archive.Filter{FromSession: 77}, 4},
		"a topic":                        {archive.Filter{Topics: archive.Nuclear}, 870},
		"a resolution, bare":             {archive.Filter{Resolutions: []string{"73/27"}}, 1},
		"a day":                          {archive.Filter{From: day("2018-12-05"), To: day("2018-12-05"), Words: "developments telecommunications"}, 1},
		"a month holds its month dates":  {archive.Filter{From: day("1946-01"), To: day("1946-01")}, count(archive.Filter{From: day("1946-01-01"), To: day("1946-01-31")})},
		"half a month holds none":        {archive.Filter{From: day("1946-01-01"), To: day("1946-01-15")}, 0},
		"words in any case":              {archive.Filter{Words: "U.N. HEADQUARTERS", FromSession: 1, ToSession: 1}, count(archive.Filter{Words: "headquarters u.n.", FromSession: 1, ToSession: 1})},
		"nothing matches":                {archive.Filter{Words: "no such words"}, 0},
		"whole texts leave out the rest": {archive.Filter{WholeTexts: true, FromSession: 1, ToSession: 75}, 5154},
	} {
		if got := count(tc.f); got != tc.want {
			t.Errorf("%s: %d calls, want %d", name, got, tc.want)
		}
	}
	if _, missing := a.Select(archive.Filter{Resolutions: []string{"73/27", "1/999"}}); !cmp.Equal(missing, []string{"1/999"}) {
		t.Errorf("missing %q", missing)
	}
}

func TestSymbolsAndSessions(t *testing.T) {
	for in, want := range map[string]string{"73/27": "A/RES/73/27", "a/res/73/27": "A/RES/73/27", " R/73/5 ": "A/RES/73/5", "RES/2758(XXVI)": "A/RES/2758(XXVI)", "": ""} {
		if got := archive.Symbol(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for _, tc := range []struct {
		symbol string
		date   entente.Date
		want   int
	}{
		{"A/RES/77/36", entente.Date{}, 77},
		{"A/RES/ES-11/1", entente.Day(2022, 3, 2), 76}, // the 76th session ran from September 2021
		{"", entente.Day(2022, 12, 7), 77},
		{"", entente.Day(1946, 1, 20), 1},
		{"", entente.Date{}, 0},
	} {
		if got := archive.SessionOf(tc.symbol, tc.date); got != tc.want {
			t.Errorf("%q %s: %d, want %d", tc.symbol, tc.date, got, tc.want)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := archive.UNGA(); err != nil {
			b.Fatal(err)
		}
	}
}
