package voeten_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/archive"
	"entente/internal/ingest/rollcall"
	"entente/internal/ingest/voeten"
)

func unga(t testing.TB) *archive.Archive {
	t.Helper()
	a, err := archive.UNGA()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const header = "rcid,ccode,member,vote,Country,Countryname,session,abstain,yes,no,importantvote,date,unres,amend,para,short,descr,me,nu,di,hr,co,ec\n"

// small is a made-up file in the published layout.
const small = header +
	`3,2,1,1,USA,United States of America,1,1,2,0,0,1946-01-01,R/1/66,1,0,"AMENDMENTS, RULES","TO ADOPT ""A""",0,0,0,0,0,0
3,20,1,2,CAN,Canada,1,1,2,0,0,1946-01-01,R/1/66,1,0,"AMENDMENTS, RULES",x,0,0,0,0,0,0
3,345,1,1,YUG,Yugoslavia,1,1,2,0,0,1946-01-01,R/1/66,1,0,"AMENDMENTS, RULES",x,0,0,0,0,0,0
3,860,0,9,TLS,East Timor,1,1,2,0,0,1946-01-01,R/1/66,1,0,"AMENDMENTS, RULES",x,0,0,0,0,0,0
9000,2,1,3,USA,United States of America,73,0,1,1,,2018-12-05,R/73/27,,,Developments,x,0,0,1,0,0,0
9000,345,1,1,YUG,Yugoslavia,73,0,1,1,,2018-12-05,R/73/27,,,Developments,x,0,0,1,0,0,0
9000,20,1,8,CAN,Canada,73,0,1,1,,2018-12-05,R/73/27,,,Developments,x,0,0,1,0,0,0
9000,20,1,8,CAN,Canada,73,0,1,1,,2018-12-05,R/73/27,,,Developments,x,0,0,1,0,0,0
9000,20,1,1,CAN,Canada,73,0,1,1,,2018-12-05,R/73/27,,,Developments,x,0,0,1,0,0,0
9000,5000,1,1,ATL,Atlantis,73,0,1,1,,2018-12-05,R/73/27,,,Developments,x,0,0,1,0,0,0
9000,700,1,7,AFG,Afghanistan,73,0,1,1,,2018-12-05,R/73/27,,,Developments,x,0,0,1,0,0,0
`

func TestImportSmall(t *testing.T) {
	a, r, err := voeten.Import("small.csv", strings.NewReader(small), unga(t).Seats)
	if err != nil {
		t.Fatal(err)
	}
	want := &rollcall.Report{
		Kind: "voeten", File: "small.csv", Rows: 11, Used: 6, NonMember: 1, RollCalls: 2, Seats: 4, FirstSession: 1, LastSession: 73,
		Skipped: []rollcall.Skip{
			{Reason: "a second, different vote of the state in the roll call", Rows: 1, Lines: []int{10}},
			{Reason: "no seat for the state", Rows: 1, Lines: []int{11}},
			{Reason: `no vote: "7"`, Rows: 1, Lines: []int{12}},
			{Reason: "the same vote again", Rows: 1, Lines: []int{9}},
		},
		Unmatched: []rollcall.Unmatched{{State: "ATL 5000 Atlantis", Rows: 1, Line: 11}},
		Tallies:   []rollcall.TallyFault{},
		Notes:     []string{"1 roll calls of sessions 1 to 57 are dated to the month: the day in this file is the day of the week"},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
	c := a.Calls[0]
	if c.Date.String() != "1946-01" || c.Title != "AMENDMENTS, RULES" || c.Amendment != archive.Set || c.Resolution != "" || c.Reference != "R/1/66" {
		t.Errorf("%+v", c)
	}
	if c := a.Calls[1]; c.Resolution != "A/RES/73/27" || c.Topics != archive.Disarmament || c.Important != archive.NotCoded {
		t.Errorf("%+v", c)
	}
	for _, tc := range []struct {
		call int
		seat string
		want archive.Ballot
	}{{0, "USA", archive.Yes}, {0, "CAN", archive.Abstain}, {0, "YUG", archive.Yes}, {1, "SRB", archive.Yes}, {1, "YUG", archive.NotMember}, {1, "CAN", archive.Absent}} {
		if got := a.Ballot(tc.call, a.Seat(tc.seat)); got != tc.want {
			t.Errorf("call %d %s: %v, want %v", tc.call, tc.seat, got, tc.want)
		}
	}
}

func TestTalliesThatDoNotAddUp(t *testing.T) {
	bad := strings.Replace(small, "73,0,1,1,,2018-12-05", "73,0,5,1,,2018-12-05", 1)
	_, r, err := voeten.Import("f", strings.NewReader(bad), unga(t).Seats)
	if err != nil {
		t.Fatal(err)
	}
	want := []rollcall.TallyFault{{RollCall: "9000", Resolution: "A/RES/73/27", Line: 6, Stated: [3]int{5, 0, 1}, Counted: [3]int{1, 0, 1}}}
	if diff := cmp.Diff(want, r.Tallies); diff != "" {
		t.Error(diff)
	}
}

func TestFaultsOfForm(t *testing.T) {
	for name, tc := range map[string]struct{ in, want string }{
		"empty":                 {"", "f.csv:1:1: the file is empty"},
		"another file":          {"a,b\n1,2\n", "f.csv:1:1: there is no column rcid; the columns are a, b"},
		"no votes":              {header, "no vote could be used of 0 rows"},
		"a field too few":       {header + "3,2,1\n", "f.csv:2:1: the row has 3 fields, but the header has 23"},
		"a quote left open":     {header + `3,2,1,1,"USA` + "\n\n", "f.csv:2:9: the quote that opens here is never closed"},
		"a quote within":        {header + `3,2,1,1,U"SA` + "\n", "f.csv:2:10: a quote stands within a field"},
		"text behind a quote":   {header + `3,2,1,1,"US"A` + "\n", `f.csv:2:13: 'A' follows a closing quote`},
		"nothing can be used":   {header + "3,2,1,7,USA,U,1,1,2,0,0,1946-01-01,R/1/66,1,0,A,x,0,0,0,0,0,0\n", `the first reason: no vote: "7"`},
		"a date that is none":   {header + "3,2,1,1,USA,U,1,1,2,0,0,soon,R/1/66,1,0,A,x,0,0,0,0,0,0\n", `the first reason: no date: "soon"`},
		"a session that is off": {header + "3,2,1,1,USA,U,-4,1,2,0,0,1946-01-01,R/1/66,1,0,A,x,0,0,0,0,0,0\n", ""},
	} {
		_, _, err := voeten.Import("f.csv", strings.NewReader(tc.in), unga(t).Seats)
		switch {
		case tc.want == "" && err == nil:
		case err == nil || !strings.Contains(err.Error(), tc.want):
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		case entente.KindOf(err) != entente.Invalid:
			t.Errorf("%s: kind %s", name, entente.KindOf(err))
		}
	}
}

var codes = map[archive.Ballot]string{archive.Yes: "1", archive.Abstain: "2", archive.No: "3", archive.Absent: "8", archive.NotMember: "9"}

// file writes an archive in the layout of the published file. The day of
// month dates becomes a day of the week, as there; descr pads the rows.
func file(a *archive.Archive, calls []int, descr string, nonMembers bool) []byte {
	var b bytes.Buffer
	b.WriteString(header)
	for _, i := range calls {
		c := &a.Calls[i]
		date := c.Date.String()
		if c.Date.Partial() {
			date += fmt.Sprintf("-%02d", 1+i%7)
		}
		ref := c.Reference
		if c.Session > 30 {
			ref = "R/" + strings.TrimPrefix(c.Resolution, "A/RES/")
		}
		for j, ballot := range a.Row(i) {
			if ballot == archive.NoRecord || ballot == archive.NotMember && !nonMembers {
				continue
			}
			fmt.Fprintf(&b, "%s,%d,1,%s,%s,\"%s\",%d,%d,%d,%d,NA,%s,%s,NA,NA,\"%s\",%s,0,0,0,0,0,0\n", c.ID, a.Seats[j].Numbers[0], codes[ballot], "",
				a.Seats[j].Name, c.Session, c.Tally.Abstain, c.Tally.Yes, c.Tally.No, date, ref, strings.ReplaceAll(c.Title, `"`, `""`), descr)
		}
	}
	return b.Bytes()
}

// The archive written in the published layout comes back with the same ballots,
// dates and resolutions, gaps and former states included.
func TestTheWholeArchiveComesBack(t *testing.T) {
	a := unga(t)
	all, _ := a.Select(archive.Filter{})
	b, r, err := voeten.Import("all.csv", bytes.NewReader(file(a, all, "x", false)), a.Seats)
	if err != nil {
		t.Fatal(err)
	}
	if r.Used != 977099 || r.SkippedRows() != 0 || len(r.Tallies) != 0 || len(r.Unmatched) != 0 || r.NoRecord != 379 {
		t.Fatalf("%s, %+v", r, r)
	}
	wrong := 0
	for i := range b.Calls {
		k := a.Call(b.Calls[i].ID)
		if !b.Calls[i].Date.Contains(a.Calls[k].Date) || // late additions of the first week keep the month only
			b.Calls[i].Resolution != a.Calls[k].Resolution && a.Calls[k].Session > 30 {
			t.Fatalf("%+v, was %+v", b.Calls[i], a.Calls[k])
		}
		for j := range b.Seats {
			if b.Ballot(i, j) != a.Ballot(k, a.Seat(b.Seats[j].Code)) {
				wrong++
			}
		}
	}
	if wrong > 0 || len(b.Seats) != len(a.Seats) {
		t.Errorf("%d ballots differ; %d seats", wrong, len(b.Seats))
	}
}

func FuzzImport(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("rcid,vote,session,ccode\n1,1,1,2\n"))
	f.Add([]byte("\xef\xbb\xbfrcid,vote,date,country\r\n1,\"1\",2000-01-01,\"U\"\"S\"\r\n"))
	a, err := archive.UNGA()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		b, r, err := voeten.Import("f", bytes.NewReader(in), a.Seats)
		if err != nil {
			var e *entente.Error
			if !errors.As(err, &e) || e.Kind != entente.Invalid {
				t.Fatalf("an error without place or kind: %v", err)
			}
			return
		}
		if r.Used+r.NonMember+r.SkippedRows() != r.Rows {
			t.Fatalf("%+v: the rows do not add up", r)
		}
		n := 0
		for i := range b.Calls {
			c := b.Calls[i].Tally
			n += c.Cast() + c.Absent
		}
		if n != r.Used {
			t.Fatalf("%d votes in the archive, %d rows used", n, r.Used)
		}
		if _, err := b.Files(); err != nil {
			t.Fatal(err)
		}
	})
}

// A synthetic file: the archive's votes of sessions 1 to 75 in the published
// layout with descriptions of 120 characters, about 977,000 votes, not a
// member left out.
func BenchmarkImportSyntheticMillion(b *testing.B) {
	a := unga(b)
	all, _ := a.Select(archive.Filter{})
	in := file(a, all, strings.Repeat("SYNTHETIC ", 12), false)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := voeten.Import("f", bytes.NewReader(in), a.Seats); err != nil {
			b.Fatal(err)
		}
	}
}
