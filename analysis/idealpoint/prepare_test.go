package idealpoint

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A small archive in which each rule has one case. Roll calls by number:
// session 1: 10, 11, 12 (an amendment of 1950); session 2: 20, 21 (repeats 10),
// 22 (an amendment of 1995); session 3: 30 alone; session 14: 40, 41 (repeats
// 21, hence 10), 42 (unanimous).
func smallArchive() *Votes {
	v := &Votes{States: []string{"AAA", "BBB", "CCC", "DDD"}}
	v.RollCalls = []RollCall{
		{ID: 10, Session: 1, Year: 1950, Label: "first"},
		{ID: 11, Session: 1, Year: 1950},
		{ID: 12, Session: 1, Year: 1950, Amendment: true},
		{ID: 20, Session: 2, Year: 1995},
		{ID: 21, Session: 2, Year: 1995},
		{ID: 22, Session: 2, Year: 1995, Amendment: true},
		{ID: 30, Session: 3, Year: 1996},
		{ID: 40, Session: 14, Year: 2000},
		{ID: 41, Session: 14, Year: 2000},
		{ID: 42, Session: 14, Year: 2000, Paragraph: false},
	}
	for s, answers := range []string{
		// 10 11 12 20 21 22 30 40 41 42
		"y n y y n y y a y y", // AAA
		"n y n n y n n y n y", // BBB
		"y y n . . . . y . .", // CCC: one vote in session 14 after session 1
		". . . y n . . . . .", // DDD: one session only
	} {
		for j, c := range strings.Fields(answers) {
			if y := strings.Index(".yan", c); y > 0 {
				v.Casts = append(v.Casts, Cast{int32(s), int32(j), uint8(y)})
			}
		}
	}
	return v
}

func TestPrepareByHand(t *testing.T) {
	bridges := []Bridge{{10, 21}, {21, 41}, {11, 99}}
	d, r, err := Prepare(smallArchive(), bridges, BSVRules())
	if err != nil {
		t.Fatal(err)
	}
	want := &Report{
		ShortSessions: []int{3}, ShortVotes: 2,
		Parts: 1, PartVotes: 2,
		RareStates: []string{"DDD"}, RareVotes: 2,
		LoneVotes:      []LoneVote{{"CCC", 14, 1}},
		UnknownBridges: 1, Merged: 2,
		Unanimous: 1, UnanimousVotes: 2,
		// Items 10 (with 21 and 41), 11, 12, 20 and 40. Votes: 3 + 3 + 3 in session
		// 1, 2 + 2 in session 2, 2 + 2 in session 14.
		Votes: 17, RollCalls: 7, Items: 5, States: 3, StateSessions: 7,
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	var ids []string
	for _, it := range d.Items {
		ids = append(ids, it.ID)
	}
	if diff := cmp.Diff([]string{"10", "11", "12", "20", "40"}, ids); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if d.Items[0].Label != "first" {
		t.Errorf("label of the merged item %q, want that of its earliest roll call", d.Items[0].Label)
	}
	if diff := cmp.Diff([]int{1, 2, 14}, d.Sessions); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
}

func TestRulesCanBeSwitchedOff(t *testing.T) {
	d, r, err := Prepare(smallArchive(), nil, Rules{})
	if err != nil {
		t.Fatal(err)
	}
	// Only the unanimous item and its two votes go.
	if len(d.Votes) != len(smallArchive().Casts)-2 || r.Items != 9 || r.Merged != 0 {
		t.Errorf("%d votes left, %+v", len(d.Votes), r)
	}
}

func TestPrepareRefusesWhatItCannotRead(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Votes)
		want   string
	}{
		{"a roll call twice", func(v *Votes) { v.RollCalls[1].ID = 10 }, "listed twice"},
		{"a state twice", func(v *Votes) { v.States[1] = "AAA" }, "listed twice"},
		{"a state that is not there", func(v *Votes) { v.Casts[0].State = 9 }, "cast 0"},
		{"an absence", func(v *Votes) { v.Casts[3].Y = 0 }, "leave absences out"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := smallArchive()
			c.change(v)
			if _, _, err := Prepare(v, nil, BSVRules()); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
