package compare_test

import (
	"fmt"
	"sort"
	"testing"

	"entente"
	"entente/analysis/compare"

	"github.com/google/go-cmp/cmp"
)

func acts(r *compare.Report) []string {
	var out []string
	for _, a := range r.Acts {
		name := ""
		if a.Body != nil {
			name = string(a.Body.ID)
		} else {
			name = string(a.Instrument.ID)
		}
		out = append(out, fmt.Sprintf("%s %s %s", a.Kind, name, a.Date))
	}
	sort.Strings(out)
	return out
}

// What is shared is named after the strongest part that all had, and dated from
// when the second did it.
func TestSharedActs(t *testing.T) {
	s := newSynthetic(t, 1, "a", "b", "c").
		act("treaty", entente.Treaty, entente.Signatory, "2001-11-23", "a", "b").
		act("treaty", entente.Treaty, entente.Party, "2003-05-12", "a").
		act("treaty", entente.Treaty, entente.Party, "2012-07-03", "b").
		act("half", entente.Treaty, entente.Signatory, "2001-11-23", "a", "b").
		act("half", entente.Treaty, entente.Party, "2003-05-12", "a").
		act("memo", entente.Memorandum, entente.Signatory, "2015", "a", "b").
		act("memo-of-three", entente.Memorandum, entente.Signatory, "2016", "a", "b", "c").
		act("draft", entente.Resolution, entente.Sponsor, "2020-10-08", "a").
		act("draft", entente.Resolution, entente.Cosponsor, "2020-10-09", "b").
		act("meeting", entente.Meeting, entente.Hosted, "2020-05-22", "a").
		act("meeting", entente.Meeting, entente.Contributor, "2020-05-22", "b").
		act("alone", entente.Treaty, entente.Party, "2010-01-01", "a").
		act("later", entente.Treaty, entente.Party, "2022-01-02", "a", "b")
	want := []string{
		"bilateral memo 2015",
		"ratified treaty 2012-07-03",
		"signed half 2001-11-23",
		"signed memo-of-three 2016",
		"sponsored draft 2020-10-09",
		"took part meeting 2020-05-22",
	}
	if diff := cmp.Diff(want, acts(s.compare("a", "b"))); diff != "" {
		t.Errorf("shared acts (-want +got):\n%s", diff)
	}
}

// An act counts only when it certainly lies before the as-of date.
func TestActsObeyTheAsOfDate(t *testing.T) {
	c := newSynthetic(t, 1, "a", "b").
		act("day", entente.Treaty, entente.Party, "2020-06-30", "a", "b").
		act("year", entente.Treaty, entente.Party, "2020", "a", "b").
		body("club", entente.Bloc, "a", "b").
		corpus()
	for day, want := range map[string][]string{
		"2009-12-31": nil,
		"2010-01-01": {"body club 2010-01-01"},
		"2020-06-29": {"body club 2010-01-01"},
		"2020-06-30": {"body club 2010-01-01", "ratified day 2020-06-30"},
		"2020-12-31": {"body club 2010-01-01", "ratified day 2020-06-30", "ratified year 2020"},
	} {
		d, err := entente.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		r, err := compare.Compare(c, []entente.ActorID{"a", "b"}, compare.Options{Settings: entente.Settings{AsOf: d}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, acts(r)); diff != "" {
			t.Errorf("as of %s (-want +got):\n%s", day, diff)
		}
	}
}

// Both sat in a body, but not at the same time: nothing is shared.
func TestABodyIsSharedOnlyAtTheSameTime(t *testing.T) {
	s := newSynthetic(t, 1, "a", "b").body("council", entente.Organisation, "a", "b")
	s.r.Memberships[0].Span = entente.Span{From: s.date("2010"), To: s.date("2011")}
	s.r.Memberships[1].Span = entente.Span{From: s.date("2013"), To: s.date("2014")}
	r := s.compare("a", "b")
	if got := acts(r); len(got) != 0 {
		t.Errorf("shared: %v", got)
	}
	for _, as := range append(r.Asymmetries, r.NotCounted...) {
		if as.Kind == "body" {
			t.Errorf("both have sat in it, yet it is told as uneven: %s", as.Title)
		}
	}
}

func TestUnverifiedActsAreLeftOut(t *testing.T) {
	s := newSynthetic(t, 1, "a", "b").
		act("treaty", entente.Treaty, entente.Party, "2010-01-01", "a", "b").
		body("club", entente.Bloc, "a", "b")
	s.r.Participations[1].Checked, s.r.Memberships[1].Checked = false, false
	c := s.corpus()
	for _, unverified := range []bool{false, true} {
		r, err := compare.Compare(c, []entente.ActorID{"a", "b"}, compare.Options{Settings: entente.Settings{Unverified: unverified}})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(r.Acts) > 0; got != unverified {
			t.Errorf("unverified %v: shared acts %v", unverified, acts(r))
		}
	}
}

func uneven(list []compare.Asymmetry) []string {
	var out []string
	for _, a := range list {
		out = append(out, fmt.Sprintf("%s %s lacking %v", a.Kind, a.Title, a.Lacking))
	}
	sort.Strings(out)
	return out
}

// A difference in acts is counted only when coverage says of both that somebody
// looked. Otherwise it may be a gap of the corpus, and is listed apart.
func TestAsymmetriesNeedThatBothWereLookedAt(t *testing.T) {
	const (
		body       = "body Body club lacking [b]"
		instrument = "instrument treaty lacking [b]"
		statement  = "statement P00 holds lacking [b]"
	)
	for _, tc := range []struct {
		name string
		look func(*synthetic) *synthetic
		sure []string
	}{
		{"nobody looked", func(s *synthetic) *synthetic { return s }, nil},
		{"only one was looked at", func(s *synthetic) *synthetic {
			return s.looked("a", entente.FoundActs, "2020-01-01", "body:club").looked("a", entente.FoundStance, "2020-01-01", "proposition:p00")
		}, nil},
		{"both were looked at, for the body", func(s *synthetic) *synthetic {
			return s.looked("a", entente.FoundActs, "2020-01-01", "body:club").looked("b", entente.FoundNothing, "2020-01-01", "body:club")
		}, []string{body}},
		{"a list of everyone was read", func(s *synthetic) *synthetic {
			return s.looked(entente.AnyActor, entente.FoundActs, "", "instrument:treaty")
		}, []string{instrument}},
		{"the kind of instrument was read", func(s *synthetic) *synthetic {
			return s.looked(entente.AnyActor, entente.FoundActs, "", "kind:treaty")
		}, []string{instrument}},
		{"the texts of both were read", func(s *synthetic) *synthetic {
			return s.looked("a", entente.FoundStance, "2020-01-01", "proposition:p00").looked("b", entente.FoundNothing, "2020-01-01", "proposition:p00")
		}, []string{statement}},
		{"the silent one's text is of a later day", func(s *synthetic) *synthetic {
			return s.looked("a", entente.FoundStance, "2020-01-01", "proposition:p00").looked("b", entente.FoundNothing, "2022-01-02", "proposition:p00")
		}, nil},
		{"the list could not be opened", func(s *synthetic) *synthetic {
			return s.looked(entente.AnyActor, entente.NotSeen, "", "instrument:treaty")
		}, nil},
		{"a source names the question as open", func(s *synthetic) *synthetic {
			return s.looked(entente.AnyActor, entente.FoundOpen, "2020-01-01", "proposition:p00")
		}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSynthetic(t, 1, "a", "b").say("a", "+").
				body("club", entente.Bloc, "a").
				act("treaty", entente.Treaty, entente.Party, "2010-01-01", "a")
			r := tc.look(s).compare("a", "b")
			if diff := cmp.Diff(tc.sure, uneven(r.Asymmetries)); diff != "" {
				t.Errorf("counted (-want +got):\n%s", diff)
			}
			if got := len(r.Asymmetries) + len(r.NotCounted); got != 3 {
				t.Errorf("%d differences in all, want 3: %v and %v", got, uneven(r.Asymmetries), uneven(r.NotCounted))
			}
			for _, a := range r.Asymmetries {
				if len(a.Looked) == 0 {
					t.Errorf("%s does not say who looked", a.Title)
				}
			}
		})
	}
}

// Of what each actor makes of its own, the number is compared; to have sponsored
// another's is no submission.
func TestCounts(t *testing.T) {
	r := newSynthetic(t, 1, "a", "b").
		act("a-1", entente.ViewsSubmitted, entente.Submitted, "2017", "a").
		act("b-1", entente.ViewsSubmitted, entente.Submitted, "2016", "b").
		act("b-2", entente.ViewsSubmitted, entente.Submitted, "2017", "b").
		act("joint", entente.ViewsSubmitted, entente.Sponsor, "2020", "a", "b").
		looked(entente.AnyActor, entente.FoundActs, "", "kind:submission").
		compare("a", "b")
	if len(r.Asymmetries) != 1 || r.Asymmetries[0].Kind != "count" || r.Asymmetries[0].Line(r.Actors) != "a 1, b 2" {
		t.Errorf("got %v", uneven(r.Asymmetries))
	}
	if diff := cmp.Diff([]string{"sponsored joint 2020"}, acts(r)); diff != "" {
		t.Errorf("shared acts:\n%s", diff)
	}
}

// To organise a meeting is more than to speak in it, though both took part.
func TestWhoLedAMeeting(t *testing.T) {
	r := newSynthetic(t, 1, "a", "b").
		act("meeting", entente.Meeting, entente.Organiser, "2020-05-22", "a").
		act("meeting", entente.Meeting, entente.Contributor, "2020-05-22", "b").
		act("other", entente.Meeting, entente.Hosted, "2020-05-22", "a", "b").
		looked(entente.AnyActor, entente.FoundActs, "", "kind:meeting").
		compare("a", "b")
	if diff := cmp.Diff([]string{"instrument meeting (as organiser or host) lacking [b]"}, uneven(r.Asymmetries)); diff != "" {
		t.Errorf("uneven (-want +got):\n%s", diff)
	}
}

// Only what both cast counts. Absence is neither agreement nor difference, an
// abstention is a vote, and a record that names only some voters is never
// counted, even where both are named.
func TestVotes(t *testing.T) {
	s := newSynthetic(t, 1, "a", "b", "c")
	for _, v := range []struct {
		id, ballots string
		complete    bool
	}{
		{"both-yes", "yy.", true},
		{"both-abstain", "aa.", true},
		{"yes-no", "yn.", true},
		{"yes-abstain", "ya.", true},
		{"one-absent", "yx.", true},
		{"both-absent", "xx.", true},
		{"one-without-a-row", "y.y", true},
		{"neither", "..y", true},
		{"partial-both-named", "nn.", false},
	} {
		s.vote(v.id, v.complete, v.ballots)
	}
	v := s.compare("a", "b").Votes
	if v.BothCast != 4 || v.Agreed != 2 {
		t.Errorf("%d of %d agreed, want 2 of 4", v.Agreed, v.BothCast)
	}
	got := map[string]string{}
	for _, row := range v.Rows {
		got[string(row.Instrument.ID)] = fmt.Sprintf("%s/%s counted %v agreed %v", row.Ballots[0], row.Ballots[1], row.Counted, row.Agreed)
	}
	want := map[string]string{
		"both-yes": "yes/yes counted true agreed true", "both-abstain": "abstain/abstain counted true agreed true",
		"yes-no": "yes/no counted true agreed false", "yes-abstain": "yes/abstain counted true agreed false",
		"one-absent": "yes/absent counted false agreed false", "both-absent": "absent/absent counted false agreed false",
		"one-without-a-row": "yes/ counted false agreed false", "partial-both-named": "no/no counted false agreed false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}
