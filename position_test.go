package entente_test

import (
	"testing"

	"entente"
)

// Rule 2 of the design, part by part. Each test is named after the sentence it
// holds the code to; [tell] explains the lines.

func TestTheLatestStatementDecides(t *testing.T) {
	w := newWorld(t).
		say("old", "a", entente.Rejects, "2018-05-01", "a-paper", own).
		say("new", "a", entente.Affirms, "2019-05-29", "a-paper", own)
	w.check("a", asOf(t, "2018-04-30"), "silent: no-opportunity")
	w.check("a", asOf(t, "2018-05-01"), "rejects, stated; basis old")
	w.check("a", asOf(t, "2019-05-28"), "rejects, stated; basis old")
	w.check("a", asOf(t, "2019-05-29"), "affirms, stated; basis new; differs old")
}

func TestEveryEarlierStatementStaysVisible(t *testing.T) {
	w := newWorld(t).
		say("first", "a", entente.Affirms, "2017", "a-paper", own).
		say("second", "a", entente.Rejects, "2018", "a-paper", own).
		say("third", "a", entente.AffirmsWithConditions, "2019", "a-paper", own, provided("if proportionate"))
	w.check("a", asOf(t, ""), "affirms-with-conditions, stated; basis third; confirms first; differs second")
	pos := w.corpus().Position("a", "p", asOf(t, ""))
	if pos.Conditions != "if proportionate" {
		t.Errorf("conditions %q", pos.Conditions)
	}
	var order []string
	for _, e := range pos.Evidence {
		order = append(order, e.ID)
	}
	if got, want := order[0]+order[1]+order[2], "thirdsecondfirst"; got != want {
		t.Errorf("evidence is ordered %v, want what decides first, then the newest", order)
	}
}

func TestOnOneDayTheMostSpecificPinpointDecides(t *testing.T) {
	w := newWorld(t).
		say("nothing", "a", entente.Rejects, "2019-05-29", "a-paper", "").
		say("list", "a", entente.Rejects, "2019-05-29", "a-paper", "list of States that hold it").
		say("section", "a", entente.Rejects, "2019-05-29", "a-paper", "section 2").
		say("page", "a", entente.Affirms, "2019-05-29", "a-paper", "page 7")
	w.check("a", asOf(t, ""), "affirms, stated; basis page; differs list nothing section")
}

func TestARecordOfAnEarlierDayDoesNotWinByItsPinpoint(t *testing.T) {
	newWorld(t).
		say("precise", "a", entente.Rejects, "2019-05-28", "a-paper", "para 1").
		say("vague", "a", entente.Affirms, "2019-05-29", "a-paper", "").
		check("a", asOf(t, ""), "affirms, stated; basis vague; differs precise")
}

func TestRecordsOfEqualWeightOnBothSidesAreContested(t *testing.T) {
	w := newWorld(t).
		say("yes", "a", entente.Affirms, "2019-05-29", "a-paper", "page 3").
		say("no", "a", entente.Rejects, "2019-05-29", "a-paper", "page 9")
	w.check("a", asOf(t, ""), "contested [affirms rejects], stated; basis no yes")
	pos := w.corpus().Position("a", "p", asOf(t, ""))
	if pos.Taken() || pos.Stance != "" || pos.Silence != "" {
		t.Errorf("a contested position is neither a side nor a silence: %+v", pos)
	}
}

func TestContestedOnOneSideKeepsTheWeakerReading(t *testing.T) {
	for _, tc := range []struct {
		name         string
		one, another entente.Stance
		want         string
	}{
		{"for", entente.Affirms, entente.AffirmsWithConditions, "affirms-with-conditions (contested [affirms affirms-with-conditions]), stated; basis x y"},
		{"against", entente.Rejects, entente.Doubts, "doubts (contested [doubts rejects]), stated; basis x y"},
		{"reserved and a side share nothing", entente.Reserved, entente.Affirms, "contested [affirms reserved], stated; basis x y"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			newWorld(t).
				say("x", "a", tc.one, "2019-05-29", "a-paper", "page 3").
				say("y", "a", tc.another, "2019-05-29", "a-paper", "page 9").
				check("a", asOf(t, ""), tc.want)
		})
	}
}

func TestTheSameStanceTwiceIsNotContested(t *testing.T) {
	newWorld(t).
		say("x", "a", entente.Affirms, "2019-05-29", "a-paper", "page 3").
		say("y", "a", entente.Affirms, "2019-05-29", "digest", "page 9").
		check("a", asOf(t, ""), "affirms, stated; basis x y")
}

func TestADigestCountsFromItsDay(t *testing.T) {
	w := newWorld(t).say("told", "a", entente.Affirms, "2021-06-01", "digest", "page 3", notLater)
	w.check("a", asOf(t, "2021-05-31"), "silent: no-opportunity")
	w.check("a", asOf(t, "2021-06-01"), "affirms, stated; basis told")
}

func TestADigestNeverOverridesDatedOwnText(t *testing.T) {
	w := newWorld(t).
		say("own", "a", entente.Rejects, "2020-01-01", "a-paper", "").
		say("told", "a", entente.Affirms, "2021-06-01", "digest", "page 3", notLater)
	w.check("a", asOf(t, ""), "rejects, stated; basis own; differs told")
}

func TestADigestMayFollowWhatIsNotOwnText(t *testing.T) {
	newWorld(t).
		say("report", "a", entente.Rejects, "2020-01-01", "ref", "page 3").
		say("told", "a", entente.Affirms, "2021-06-01", "digest", "page 3", notLater).
		check("a", asOf(t, ""), "affirms, stated; basis told; differs report")
}

// Own text that is itself known only as not later than a day is not a dated
// statement: it may be older than the digest.
func TestOwnTextWithoutADayDoesNotShutOutADigest(t *testing.T) {
	newWorld(t).
		say("own", "a", entente.Rejects, "2020-01-01", "a-paper", own, notLater).
		say("told", "a", entente.Affirms, "2021-06-01", "digest", "page 3", notLater).
		check("a", asOf(t, ""), "affirms, stated; basis told; differs own")
}

func TestADatedReportOverridesOlderOwnText(t *testing.T) {
	newWorld(t).
		say("own", "a", entente.Rejects, "2020-01-01", "a-paper", own).
		say("report", "a", entente.Affirms, "2020-06-01", "digest", "page 3").
		check("a", asOf(t, ""), "affirms, stated; basis report; differs own")
}

func TestAPartialDateCountsWhenItsLastDayHasPassed(t *testing.T) {
	w := newWorld(t).
		say("first", "a", entente.Rejects, "2020-06-01", "a-paper", own).
		say("month", "a", entente.Affirms, "2021-02", "a-paper", own)
	w.check("a", asOf(t, "2021-01-31"), "rejects, stated; basis first")
	w.check("a", asOf(t, "2021-02-19"), "rejects, stated; basis first; may-postdate month")
	w.check("a", asOf(t, "2021-02-27"), "rejects, stated; basis first; may-postdate month")
	w.check("a", asOf(t, "2021-02-28"), "affirms, stated; basis month; differs first")
	w.check("a", asOf(t, "2021-02"), "affirms, stated; basis month; differs first")
}

func TestAPartialDateThatHoldsAnotherDayDoesNotSupersedeIt(t *testing.T) {
	w := newWorld(t).
		say("day", "a", entente.Rejects, "2020-06-01", "a-paper", own).
		say("year", "a", entente.Affirms, "2020", "a-paper", own)
	w.check("a", asOf(t, "2020-12-30"), "rejects, stated; basis day; may-postdate year")
	w.check("a", asOf(t, ""), "contested [affirms rejects], stated; basis year day")
}

func TestAnUndatedStatementTakesTheDayOfItsSource(t *testing.T) {
	w := newWorld(t).say("undated", "a", entente.Affirms, "", "a-paper", own)
	w.check("a", asOf(t, "2019-12-31"), "silent: no-opportunity")
	w.check("a", asOf(t, "2020-01-01"), "affirms, stated; basis undated")
	pos := w.corpus().Position("a", "p", asOf(t, ""))
	if e := pos.Evidence[0]; e.DateBasis != entente.NotLaterThan || e.Date != date(t, "2020-01-01") {
		t.Errorf("it counts as %v %q, want not later than the source", e.Date, e.DateBasis)
	}
}

func TestWithoutAnyDateItCountsFromTheRelease(t *testing.T) {
	w := newWorld(t).say("undated", "a", entente.Affirms, "", "undated", own)
	w.check("a", asOf(t, "2021-12-31"), "silent: no-opportunity")
	w.check("a", asOf(t, ""), "affirms, stated; basis undated")
}

func TestADoubtfulDayFallsBackToTheSource(t *testing.T) {
	w := newWorld(t).say("doubtful", "a", entente.Affirms, "2018-03-01", "digest", "page 3", doubtfulDay)
	w.check("a", asOf(t, "2021-05-31"), "silent: no-opportunity")
	w.check("a", asOf(t, "2021-06-01"), "affirms, stated; basis doubtful")
	s := asOf(t, "2018-03-01")
	s.Unverified = true
	w.check("a", s, "affirms, stated; basis doubtful")
}

func TestUnverifiedRecordsAreLeftOutAndListed(t *testing.T) {
	w := newWorld(t).
		say("read", "a", entente.Affirms, "2019-01-01", "a-paper", own).
		say("unread", "a", entente.Rejects, "2020-01-01", "a-paper", own, notRead).
		say("known", "a", entente.Rejects, "2020-01-01", "gk", own)
	w.check("a", asOf(t, ""), "affirms, stated; basis read; left-out known unread")
	s := asOf(t, "")
	s.Unverified = true
	w.check("a", s, "rejects, stated; basis known unread; differs read")
}

func TestAReservationIsAStanceAndASilence(t *testing.T) {
	w := newWorld(t).say("open", "a", entente.Reserved, "2019-05-29", "a-paper", own)
	w.check("a", asOf(t, ""), "reserved, stated; basis open")
	pos := w.corpus().Position("a", "p", asOf(t, ""))
	if pos.Silence != entente.SilenceByWord || pos.Taken() || !pos.AddressedOrCould() {
		t.Errorf("silence %q, taken %v, addressed %v", pos.Silence, pos.Taken(), pos.AddressedOrCould())
	}
}

func TestDefaultAsOfIsTheRelease(t *testing.T) {
	w := newWorld(t).
		say("before", "a", entente.Affirms, "2022-01-01", "a-paper", own).
		say("after", "a", entente.Rejects, "2022-01-02", "a-paper", own)
	c := w.corpus()
	if got := c.AsOf(entente.Settings{}); got != released {
		t.Errorf("default as-of is %v, want the release, %v", got, released)
	}
	w.check("a", entente.Settings{}, "affirms, stated; basis before")
}
