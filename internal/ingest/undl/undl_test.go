package undl_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/archive"
	"entente/internal/ingest/rollcall"
	"entente/internal/ingest/undl"
)

// The three layouts of the file, with made-up rows.
const (
	layout2024 = "undl_id,ms_codes,ms_names,ms_votes,resolutions,title,modality,draft,committee_report,meeting,agenda_titles,subjects,date,yes,no,abstentions,non-voting,total-voting,undl_link\n" +
		"11,EST,ESTONIA,N,A/RES/73/27,Developments : resolution / adopted by the General Assembly,Voting,,,,,,2018-12-05,1,1,0,1,3,u\n" +
		"11,RUS,RUSSIAN FEDERATION,Y,A/RES/73/27,Developments : resolution / adopted by the General Assembly,Voting,,,,,,2018-12-05,1,1,0,1,3,u\n" +
		"11,TUR,TÜRKİYE,NV,A/RES/73/27,Developments : resolution / adopted by the General Assembly,Voting,,,,,,2018-12-05,1,1,0,1,3,u\n"
	layout2025 = "undl_id,ms_code,ms_name,ms_vote,date,session,resolution,draft,committee_report,meeting,title,agenda_title,subjects,total_yes,total_no,total_abstentions,total_non_voting,total_ms,undl_link\n" +
		"11,EST,ESTONIA,N,2018-12-05,73,A/RES/73/27,,,,Developments : resolution / adopted by the General Assembly,,,1,1,0,1,3,u\n" +
		"11,RUS,RUSSIAN FEDERATION,Y,2018-12-05,73,A/RES/73/27,,,,Developments : resolution / adopted by the General Assembly,,,1,1,0,1,3,u\n" +
		"11,TUR,TURKEY,X,2018-12-05,73,A/RES/73/27,,,,Developments : resolution / adopted by the General Assembly,,,1,1,0,1,3,u\n"
	layout2026 = "undl_id,ms_code,ms_name,ms_vote,date,session,resolution,draft,committee_report,meeting,title,agenda_title,subjects,vote_note,total_yes,total_no,total_abstentions,total_non_voting,total_ms,undl_link\n" +
		"11,EST,ESTONIA,N,2018-12-05,73,A/RES/73/27,,,,\"Developments : resolution / adopted by the General Assembly\",,,,1.0,1.0,0.0,1.0,3.0,u\n" +
		"11,RUS,RUSSIAN FEDERATION,Y,2018-12-05,73,A/RES/73/27,,,,\"Developments : resolution / adopted by the General Assembly\",,,,1.0,1.0,0.0,1.0,3.0,u\n" +
		"11,,\"TÜRKİYE\",X,2018-12-05,73,A/RES/73/27,,,,\"Developments : resolution / adopted by the General Assembly\",,,a note,1.0,1.0,0.0,1.0,3.0,u\n"
)

func seats(t testing.TB) []archive.Seat {
	t.Helper()
	a, err := archive.UNGA()
	if err != nil {
		t.Fatal(err)
	}
	return a.Seats
}

func TestAllLayoutsGiveTheSame(t *testing.T) {
	for name, in := range map[string]string{"2024": layout2024, "2025": layout2025, "2026": layout2026} {
		a, r, err := undl.Import("f", strings.NewReader(in), seats(t))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r.Used != 3 || r.SkippedRows() != 0 || len(r.Tallies) != 0 {
			t.Errorf("%s: %+v", name, r)
		}
		c := a.Calls[0]
		if c.Resolution != "A/RES/73/27" || c.Session != 73 || c.Date.String() != "2018-12-05" || c.Title != "Developments" {
			t.Errorf("%s: %+v", name, c)
		}
		got := map[string]string{}
		for j, s := range a.Seats {
			got[s.Code] = a.Ballot(0, j).String()
		}
		if diff := cmp.Diff(map[string]string{"EST": "no", "RUS": "yes", "TUR": "absent"}, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEmergencySessionsUnmatchedStatesAndTallies(t *testing.T) {
	in := strings.NewReplacer("73,A/RES/73/27", "ES-10,A/RES/ES-10/21", "2018-12-05", "2023-10-27").Replace(layout2025) +
		"11,XYZ,ATLANTIS,Y,2023-10-27,ES-10,A/RES/ES-10/21,,,,T,,,1,1,0,1,3,u\n" +
		"12,EST,ESTONIA,Y,2023-10-27,78,A/RES/78/1,,,,T,,,2,0,0,0,2,u\n"
	a, r, err := undl.Import("f", strings.NewReader(in), seats(t))
	if err != nil {
		t.Fatal(err)
	}
	if a.Calls[0].Session != 78 { // the session that opened in September 2023
		t.Errorf("%+v", a.Calls[0])
	}
	if diff := cmp.Diff([]rollcall.Unmatched{{State: "XYZ  ATLANTIS", Rows: 1, Line: 5}}, r.Unmatched); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]rollcall.TallyFault{{RollCall: "12", Resolution: "A/RES/78/1", Line: 6, Stated: [3]int{2, 0, 0}, Counted: [3]int{1, 0, 0}}}, r.Tallies); diff != "" {
		t.Error(diff)
	}
}

func TestTheWrongKindIsSaid(t *testing.T) {
	_, _, err := undl.Import("v.csv", strings.NewReader("rcid,vote\n1,1\n"), seats(t))
	if err == nil || !strings.Contains(err.Error(), "v.csv:1:1: there is no column undl_id") {
		t.Error(err)
	}
}

func FuzzImport(f *testing.F) {
	f.Add([]byte(layout2024))
	f.Add([]byte(layout2026))
	registry := seats(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		_, r, err := undl.Import("f", bytes.NewReader(in), registry)
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
	})
}

// A synthetic file: one million rows, 5,000 roll calls of 200 states, with long
// titles in quotes.
func BenchmarkImportSyntheticMillion(b *testing.B) {
	registry := seats(b)
	var in bytes.Buffer
	in.WriteString(strings.SplitN(layout2026, "\n", 2)[0] + "\n")
	letters := "YYYYNAX"
	for call := range 5000 {
		id, tail := []byte("4"+pad(call)), []byte(`,2018-12-05,73,A/RES/73/`+pad(call)+`,A/73/L.1,,A/73/PV.1,"Synthetic title, with a comma : resolution / adopted by the General Assembly","A synthetic agenda item","SYNTHETIC SUBJECT--ONE|SYNTHETIC SUBJECT--TWO",,120.0,14.0,45.0,14.0,193.0,u`+"\n")
		for j := range registry {
			in.Write(id)
			in.WriteString("," + registry[j].Code + "," + "SYNTHETIC NAME," + string(letters[(call+j)%7]))
			in.Write(tail)
		}
	}
	b.SetBytes(int64(in.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := undl.Import("f", bytes.NewReader(in.Bytes()), registry); err != nil {
			b.Fatal(err)
		}
	}
}

func pad(n int) string {
	return string([]byte{byte('0' + n/1000), byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10)})
}
