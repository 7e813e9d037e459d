package entente_test

import (
	"testing"

	"entente"
)

// Rule 2, (b) and (c): what a body says for its members, and what acts imply.

func TestABodySpeaksForItsMember(t *testing.T) {
	w := newWorld(t).
		member("a", "ab", "member", "2010-01-01", "").
		say("bloc", "ab", entente.Affirms, "2020-01-01", "ab-paper", own)
	w.check("a", asOf(t, ""), "affirms, via-bloc ab; basis bloc")
	w.check("b", asOf(t, ""), "silent: not-coded")
	s := asOf(t, "")
	s.NoBloc = true
	w.check("a", s, "silent: not-coded")
}

func TestOwnWordBeforeTheBodys(t *testing.T) {
	newWorld(t).
		member("a", "ab", "member", "2010-01-01", "").
		say("bloc", "ab", entente.Affirms, "2020-01-01", "ab-paper", own).
		say("own", "a", entente.Rejects, "2015-01-01", "a-paper", "").
		check("a", asOf(t, ""), "rejects, stated; basis own; differs bloc")
}

func TestAReservationOfItsOwnKeepsTheBodysWordOut(t *testing.T) {
	newWorld(t).
		member("a", "ab", "member", "2010-01-01", "").
		say("bloc", "ab", entente.Affirms, "2020-01-01", "ab-paper", own).
		say("own", "a", entente.Reserved, "2015-01-01", "a-paper", own).
		check("a", asOf(t, ""), "reserved, stated; basis own; differs bloc")
}

// Membership is needed on the day of the statement and on the as-of date.
func TestMembershipOnBothDays(t *testing.T) {
	for _, tc := range []struct{ name, from, to, asOf, want string }{
		{"member throughout", "2010-01-01", "", "2021-01-01", "affirms, via-bloc ab; basis bloc"},
		{"joined after the statement", "2020-01-02", "", "2021-01-01", "silent: not-coded"},
		{"joined on its day", "2020-01-01", "", "2021-01-01", "affirms, via-bloc ab; basis bloc"},
		{"left after it, before the as-of date", "2010-01-01", "2020-12-31", "2021-01-01", "silent: not-coded"},
		{"left after the as-of date", "2010-01-01", "2020-12-31", "2020-12-31", "affirms, via-bloc ab; basis bloc"},
		{"left before it", "2010-01-01", "2019-12-31", "2021-01-01", "silent: not-coded"},
		{"joined at some time of its year", "2020", "", "2021-01-01", "silent: not-coded"},
		{"joined in the year before", "2019", "", "2021-01-01", "affirms, via-bloc ab; basis bloc"},
		{"start unknown: counts from the source's day", "", "", "2021-12-31", "silent: not-coded"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			newWorld(t).
				member("a", "ab", "member", tc.from, tc.to).
				say("bloc", "ab", entente.Affirms, "2020-01-01", "ab-paper", own).
				check("a", asOf(t, tc.asOf), tc.want)
		})
	}
}

func TestWhoIsSpokenFor(t *testing.T) {
	for _, tc := range []struct {
		role string
		want bool
	}{
		{"member", true},
		{"participating State", true},
		{"Sponsoring Nation", true},
		{"host nation; Sponsoring Nation", true},
		{"non-permanent member", true},
		{"participant", true},
		{"observer", false},
		{"Contributing Participant", false},
		{"expert nominated", false},
		{"partner", false},
		{"", false},
	} {
		t.Run("as "+tc.role, func(t *testing.T) {
			want := "silent: not-coded"
			if tc.want {
				want = "affirms, via-bloc ab; basis bloc"
			}
			newWorld(t).
				member("a", "ab", tc.role, "2010-01-01", "").
				say("bloc", "ab", entente.Affirms, "2020-01-01", "ab-paper", own).
				check("a", asOf(t, ""), want)
		})
	}
}

func TestAnUnverifiedMembershipDoesNotSpeak(t *testing.T) {
	w := newWorld(t).
		member("a", "ab", "member", "2010-01-01", "", func(m *entente.Membership) { m.Source = "gk" }).
		say("bloc", "ab", entente.Affirms, "2020-01-01", "ab-paper", own)
	w.check("a", asOf(t, ""), "silent: not-coded")
	s := asOf(t, "")
	s.Unverified = true
	w.check("a", s, "affirms, via-bloc ab; basis bloc")
}

func TestOpenEndedGroupsAreOpenToAllMembersOfTheUN(t *testing.T) {
	w := newWorld(t).
		member("un", "open", "open to all members", "2019-06-01", "2021-03-12").
		say("group", "open", entente.Affirms, "2020-01-01", "open-paper", own)
	w.check("a", asOf(t, "2021-01-01"), "affirms, via-bloc open; basis group")
	w.check("c", asOf(t, "2021-01-01"), "silent: not-coded") // not a member of the UN
	w.check("a", asOf(t, "2021-03-13"), "silent: not-coded") // the group has ended
}

func TestMembersAtAgreesWithMemberAt(t *testing.T) {
	c := newWorld(t).
		member("a", "ab", "member", "2010-01-01", "2020-12-31").
		member("b", "ab", "observer", "2010-01-01", "").
		member("a", "open", "member", "2019-06-01", "").
		corpus()
	for _, day := range []string{"2009", "2015", "2019-07-01", "2021-06-01"} {
		for _, body := range []entente.ActorID{"ab", "open"} {
			listed := map[entente.ActorID]bool{}
			for _, m := range c.MembersAt(body, date(t, day), false) {
				listed[m] = true
			}
			for i := range c.Actors {
				a := c.Actors[i].ID
				if got := c.MemberAt(a, body, date(t, day), false) != nil; got != listed[a] {
					t.Errorf("%s in %s on %s: MemberAt says %v, the list says %v", a, body, day, got, listed[a])
				}
			}
		}
	}
}

func TestTwoBodiesThatDisagreeAreContested(t *testing.T) {
	w := newWorld(t)
	w.r.Actors = append(w.r.Actors, entente.Actor{ID: "zz", Kind: entente.Bloc, Name: "Another bloc"})
	w.member("a", "ab", "member", "2010-01-01", "").
		member("a", "zz", "member", "2010-01-01", "").
		say("one", "ab", entente.Affirms, "2020-01-01", "ab-paper", own).
		say("two", "zz", entente.Rejects, "2020-01-01", "digest", "page 1").
		check("a", asOf(t, ""), "contested [affirms rejects], via-bloc ab; basis one two")
}

func TestAnActImpliesAndIsLabelled(t *testing.T) {
	w := newWorld(t).treaty("treaty", entente.Supports, "2012-07-03", "a")
	w.check("a", asOf(t, "2012-07-02"), "silent: no-opportunity")
	w.check("a", asOf(t, ""), "affirms, implied; basis treaty:party")
	s := asOf(t, "")
	s.NoImplied = true
	w.check("a", s, "silent: not-coded")
	pos := w.corpus().Position("a", "p", asOf(t, ""))
	if e := pos.Evidence[0]; e.Reason == "" || e.Kind != "act" || e.Basis != entente.Implied {
		t.Errorf("an implied stance without its reason: %+v", e)
	}
}

func TestAnActThatPointsTheOtherWay(t *testing.T) {
	newWorld(t).treaty("treaty", entente.Opposes, "2012-07-03", "a").
		check("a", asOf(t, ""), "rejects, implied; basis treaty:party")
}

func TestOnlyTheNamedActsImply(t *testing.T) {
	w := newWorld(t).treaty("treaty", entente.Supports, "2012-07-03")
	w.r.Participations = append(w.r.Participations, entente.Participation{
		Instrument: "treaty", Actor: "a", Role: entente.Signatory, Date: date(t, "2001-11-23"), Source: "ref", Checked: true,
	})
	w.check("a", asOf(t, ""), "silent: not-coded")
}

func TestWordBeforeDeed(t *testing.T) {
	w := newWorld(t).
		treaty("treaty", entente.Supports, "2021-01-01", "a").
		member("a", "ab", "member", "2010-01-01", "").
		say("bloc", "ab", entente.Rejects, "2020-01-01", "ab-paper", own)
	w.check("a", asOf(t, ""), "rejects, via-bloc ab; basis bloc; differs treaty:party")
	w.say("own", "a", entente.Doubts, "2015-01-01", "a-paper", own)
	w.check("a", asOf(t, ""), "doubts, stated; basis own; confirms bloc; differs treaty:party")
}

// A vote in favour implies; one against only where the implication says so;
// abstention and absence never are evidence of a stance.
func TestVotesAsEvidence(t *testing.T) {
	for _, tc := range []struct {
		ballot entente.Ballot
		noVote bool
		want   string
	}{
		{entente.Yes, false, "affirms, implied; basis rc-res"},
		{entente.Yes, true, "affirms, implied; basis rc-res"},
		{entente.No, false, "silent: not-coded"},
		{entente.No, true, "rejects, implied; basis rc-res"},
		{entente.Abstain, true, "silent: not-coded"},
		{entente.Absent, true, "silent: not-coded"},
	} {
		t.Run(string(tc.ballot), func(t *testing.T) {
			newWorld(t).
				resolution("res", "2018-12-22", tc.noVote, map[entente.ActorID]entente.Ballot{"a": tc.ballot}).
				check("a", asOf(t, ""), tc.want)
		})
	}
}

func TestAnImplicationIsNoBetterThanItsWeakerHalf(t *testing.T) {
	unread := newWorld(t).treaty("treaty", entente.Supports, "2012-07-03", "a")
	unread.r.Implications[0].Checked = false
	unread.check("a", asOf(t, "2022-01-01"), "silent: no-opportunity; left-out treaty:party")

	known := newWorld(t).treaty("treaty", entente.Supports, "2012-07-03", "a")
	known.r.Participations[0].Source = "gk"
	known.check("a", asOf(t, ""), "silent: not-coded; left-out treaty:party")
}

// An act whose day is doubtful counts from the day of its source.
func TestADoubtfulActFallsBackToTheSource(t *testing.T) {
	w := newWorld(t).treaty("treaty", entente.Supports, "2012-07-03", "a")
	w.r.Participations[0].DateLevel = entente.Unverified
	w.check("a", asOf(t, "2019-12-31"), "silent: not-coded")
	w.check("a", asOf(t, "2020-01-01"), "affirms, implied; basis treaty:party")
}
