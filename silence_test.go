package entente_test

import (
	"testing"

	"entente"
)

// The five silences, and what tells them apart. That somebody is on record on
// the question (state b) makes it one that could be addressed.
func TestSilences(t *testing.T) {
	raised := func(t *testing.T) *world {
		return newWorld(t).say("b1", "b", entente.Affirms, "2015-01-01", "b-paper", own)
	}
	for _, tc := range []struct {
		name  string
		world func(*testing.T) *world
		want  string
	}{
		{"nobody has ever been on record", fresh, "silent: no-opportunity"},
		{"nobody has read for it", raised, "silent: not-coded"},
		{"its paper was read and does not address it", func(t *testing.T) *world {
			return raised(t).read("c1", "a", entente.FoundNothing, "2020-01-01", "a-paper")
		}, "silent: not-addressed"},
		{"searched, and it has published nothing", func(t *testing.T) *world {
			return raised(t).read("c1", "a", entente.FoundNoText, "2020-01-01", "digest")
		}, "silent: no-document"},
		{"it says that it has not decided", func(t *testing.T) *world {
			return raised(t).say("a1", "a", entente.Reserved, "2020-01-01", "a-paper", own)
		}, "reserved, stated; basis a1"},
		{"a paper was read, other documents were not found", func(t *testing.T) *world {
			return raised(t).read("c1", "a", entente.FoundNoText, "2020-01-01", "digest").
				read("c2", "a", entente.FoundNothing, "2020-01-01", "a-paper")
		}, "silent: not-addressed"},
		{"a source that lists everyone was read", func(t *testing.T) *world {
			return raised(t).read("c1", entente.AnyActor, entente.FoundNothing, "2020-01-01", "digest")
		}, "silent: not-addressed"},
		{"another actor's paper was read", func(t *testing.T) *world {
			return raised(t).read("c1", "b", entente.FoundNothing, "2020-01-01", "b-paper")
		}, "silent: not-coded"},
		{"the reading is of a text after the as-of date", func(t *testing.T) *world {
			return raised(t).read("c1", "a", entente.FoundNothing, "2021-02-20", "a-paper")
		}, "silent: not-coded"},
		{"the reading is of a text of that year", func(t *testing.T) *world {
			return raised(t).read("c1", "a", entente.FoundNothing, "2021", "a-paper")
		}, "silent: not-coded"},
		{"the reading was not checked", func(t *testing.T) *world {
			return raised(t).read("c1", "a", entente.FoundNothing, "2020-01-01", "a-paper", func(c *entente.Coverage) { c.Checked = false })
		}, "silent: not-coded"},
		{"it was looked for and the text could not be opened", func(t *testing.T) *world {
			return raised(t).read("c1", "a", entente.NotSeen, "2020-01-01", "a-paper")
		}, "silent: not-coded"},
		{"it was read for another proposition", func(t *testing.T) *world {
			return raised(t).read("c1", "a", entente.FoundNothing, "2020-01-01", "a-paper", func(c *entente.Coverage) { c.Subjects = []string{"proposition:q"} })
		}, "silent: not-coded"},
		{"it came to be only later", func(t *testing.T) *world {
			w := raised(t)
			w.r.Actors[0].Life.From = date(t, "2021-03-01")
			return w
		}, "silent: no-opportunity"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := tc.world(t)
			w.check("a", asOf(t, "2021-02-19"), tc.want)
		})
	}
}

func fresh(t *testing.T) *world { return newWorld(t) }

// A body that had ended before the question was raised had no chance.
func TestABodyThatEndedBeforeHadNoOpportunity(t *testing.T) {
	w := newWorld(t).say("b1", "b", entente.Affirms, "2015-01-01", "b-paper", own)
	w.r.Actors[3].Life = entente.Span{From: date(t, "2009"), To: date(t, "2010")}
	w.check("ab", asOf(t, ""), "silent: no-opportunity")
	w.r.Actors[3].Life.To = date(t, "2015")
	w.check("ab", asOf(t, ""), "silent: not-coded")
}

func TestASilenceNamesWhatItRestsOn(t *testing.T) {
	c := newWorld(t).
		say("b1", "b", entente.Affirms, "2015-01-01", "b-paper", own).
		read("nothing-1", "a", entente.FoundNothing, "2020-01-01", "a-paper").
		read("named", "a", entente.FoundOpen, "2021-06-01", "digest").
		corpus()
	pos := c.Position("a", "p", asOf(t, ""))
	if len(pos.Read) != 1 || pos.Read[0].ID != "nothing-1" {
		t.Errorf("the silence rests on %v, want nothing-1", pos.Read)
	}
	if len(pos.Named) != 1 || pos.Named[0].ID != "named" {
		t.Errorf("named as open by %v, want named", pos.Named)
	}
	early := c.Position("a", "p", asOf(t, "2021-05-31"))
	if len(early.Named) != 0 {
		t.Error("what a source names as open shows before the source was there")
	}
}

// That a source names a question as open is no stance and no silence: it stands
// beside whatever the records say.
func TestNamedAsOpenChangesNoStance(t *testing.T) {
	w := newWorld(t).
		say("own", "a", entente.Affirms, "2020-01-01", "a-paper", own).
		read("named", "a", entente.FoundOpen, "2020-06-01", "digest")
	w.check("a", asOf(t, ""), "affirms, stated; basis own")
	if pos := w.corpus().Position("a", "p", asOf(t, "")); len(pos.Named) != 1 {
		t.Errorf("named %d times, want 1", len(pos.Named))
	}
}

// Only the members of its scope have the chance to address a proposition.
func TestScope(t *testing.T) {
	c := newWorld(t).
		say("ab1", "ab", entente.Affirms, "2015-01-01", "ab-paper", own, onQ).
		member("a", "ab", "member", "2016-01-01", "").
		corpus()
	for _, tc := range []struct {
		actor entente.ActorID
		asOf  string
		want  entente.Silence
	}{
		{"a", "2021-01-01", entente.NotCoded},
		{"a", "2015-06-01", entente.NoOpportunity}, // not yet a member
		{"b", "2021-01-01", entente.NoOpportunity},
		{"ab", "2014-12-31", entente.NoOpportunity},
	} {
		pos := c.Position(tc.actor, "q", asOf(t, tc.asOf))
		if pos.Silence != tc.want {
			t.Errorf("%s on %s: silence %q, want %q", tc.actor, tc.asOf, pos.Silence, tc.want)
		}
	}
	if pos := c.Position("ab", "q", asOf(t, "")); pos.Stance != entente.Affirms {
		t.Errorf("the body itself: %s", tell(&pos))
	}
}

// Only what an actor could address and somebody looked for belongs in a
// denominator.
func TestWhatBelongsInDenominators(t *testing.T) {
	want := map[entente.Silence]bool{
		"": true, entente.NoDocument: true, entente.NotAddressed: true, entente.SilenceByWord: true,
		entente.NotCoded: false, entente.NoOpportunity: false,
	}
	if len(entente.Silences) != len(want)-1 {
		t.Fatalf("%d kinds of silence", len(entente.Silences))
	}
	for s, w := range want {
		if got := (&entente.Position{Silence: s}).AddressedOrCould(); got != w {
			t.Errorf("silence %q in the denominator: %v", s, got)
		}
	}
}
