package entente_test

import (
	"fmt"
	"slices"
	"testing"

	"entente"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sameDates lets cmp compare dates, which hide their parts.
var sameDates = cmp.Comparer(func(a, b entente.Date) bool { return a == b })

var pinpoints = []string{"", "list of States", "section 2", "para 3"}

// anyWorld draws a small synthetic corpus with statements, memberships, acts,
// votes and readings that collide as often as possible.
func anyWorld(t testing.TB, rt *rapid.T) *world {
	w := newWorld(t)
	states := rapid.SampledFrom([]entente.ActorID{"a", "b", "c", "ab", "open"})
	sources := rapid.SampledFrom([]entente.SourceID{"a-paper", "b-paper", "ab-paper", "open-paper", "digest", "undated", "ref", "gk"})
	for i := range rapid.IntRange(0, 7).Draw(rt, "statements") {
		n := fmt.Sprint("statement ", i)
		w.r.Statements = append(w.r.Statements, entente.Statement{
			ID: fmt.Sprint("s", i), Actor: states.Draw(rt, n+" actor"), Proposition: rapid.SampledFrom([]entente.PropositionID{"p", "q"}).Draw(rt, n+" on"),
			Stance:     rapid.SampledFrom(entente.Stances).Draw(rt, n+" stance"),
			Conditions: rapid.SampledFrom([]string{"", "if x", "if y"}).Draw(rt, n+" conditions"),
			Date:       maybeDate(rt, n), DateBasis: rapid.SampledFrom(entente.DateBases).Draw(rt, n+" basis"),
			Source: sources.Draw(rt, n+" source"), Pinpoint: rapid.SampledFrom(pinpoints).Draw(rt, n+" pinpoint"),
			Checked:   rapid.Bool().Draw(rt, n+" read"),
			DateLevel: rapid.SampledFrom([]entente.Level{"", entente.Unverified}).Draw(rt, n+" date level"),
		})
	}
	for i := range rapid.IntRange(0, 3).Draw(rt, "memberships") {
		n := fmt.Sprint("membership ", i)
		w.member(rapid.SampledFrom([]entente.ActorID{"a", "b"}).Draw(rt, n), "ab", []string{"member", "observer", "participant"}[i], "", "", func(m *entente.Membership) {
			m.Span = entente.Span{From: maybeDate(rt, n+" from"), To: maybeDate(rt, n+" to")}
			m.Source = sources.Draw(rt, n+" source")
		})
	}
	for i := range rapid.IntRange(0, 2).Draw(rt, "treaties") {
		n := fmt.Sprint("treaty ", i)
		w.treaty(entente.InstrumentID(n), rapid.SampledFrom(entente.Polarities).Draw(rt, n), anyDate(rt, n+" date").String(), "a", "b")
		w.r.Implications[i].Checked = rapid.Bool().Draw(rt, n+" read")
	}
	if rapid.Bool().Draw(rt, "a vote") {
		w.resolution("res", "2020-06-01", rapid.Bool().Draw(rt, "a no counts"), map[entente.ActorID]entente.Ballot{
			"a": rapid.SampledFrom(entente.Ballots).Draw(rt, "ballot of a"), "b": rapid.SampledFrom(entente.Ballots).Draw(rt, "ballot of b"),
		})
	}
	for i := range rapid.IntRange(0, 3).Draw(rt, "readings") {
		n := fmt.Sprint("reading ", i)
		w.read(fmt.Sprint("c", i), rapid.SampledFrom([]entente.ActorID{"a", "b", entente.AnyActor}).Draw(rt, n),
			rapid.SampledFrom(entente.Findings).Draw(rt, n+" finding"), "", sources.Draw(rt, n+" source"), func(c *entente.Coverage) {
				c.Date, c.Checked = maybeDate(rt, n), rapid.Bool().Draw(rt, n+" read")
			})
	}
	return w
}

func maybeDate(rt *rapid.T, label string) entente.Date {
	if rapid.IntRange(0, 4).Draw(rt, label+" dated") == 0 {
		return entente.Date{}
	}
	return anyDate(rt, label)
}

func anySettings(rt *rapid.T) entente.Settings {
	return entente.Settings{
		AsOf: maybeDate(rt, "as of"), NoBloc: rapid.Bool().Draw(rt, "no bloc"),
		NoImplied: rapid.Bool().Draw(rt, "no implied"), Unverified: rapid.Bool().Draw(rt, "unverified"),
	}
}

// all derives every position there is.
func all(c *entente.Corpus, s entente.Settings) map[string]entente.Position {
	out := map[string]entente.Position{}
	for i := range c.Actors {
		for j := range c.Propositions {
			a, p := c.Actors[i].ID, c.Propositions[j].ID
			out[string(a)+" on "+string(p)] = c.Position(a, p, s)
		}
	}
	return out
}

func TestTheOrderOfRecordsChangesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := anyWorld(t, rt)
		s := anySettings(rt)
		before := all(w.corpus(), s)
		w.r.Actors = rapid.Permutation(w.r.Actors).Draw(rt, "actors")
		w.r.Statements = rapid.Permutation(w.r.Statements).Draw(rt, "statements in another order")
		w.r.Memberships = rapid.Permutation(w.r.Memberships).Draw(rt, "memberships in another order")
		w.r.Participations = rapid.Permutation(w.r.Participations).Draw(rt, "participations in another order")
		w.r.Implications = rapid.Permutation(w.r.Implications).Draw(rt, "implications in another order")
		w.r.Votes = rapid.Permutation(w.r.Votes).Draw(rt, "votes in another order")
		w.r.Coverages = rapid.Permutation(w.r.Coverages).Draw(rt, "readings in another order")
		if diff := cmp.Diff(before, all(w.corpus(), s), sameDates); diff != "" {
			rt.Fatalf("positions depend on the order of records (-before +after):\n%s", diff)
		}
	})
}

// The places where order could show: conditions of records of equal weight, two
// bodies that both speak, two readings behind a silence, two that name it open.
func TestTheOrderOfRecordsChangesNothingWhereItCould(t *testing.T) {
	w := newWorld(t)
	w.r.Actors = append(w.r.Actors, entente.Actor{ID: "zz", Kind: entente.Bloc, Name: "Another bloc"})
	w.member("a", "ab", "member", "2010-01-01", "").
		member("a", "zz", "member", "2010-01-01", "").
		say("one", "ab", entente.AffirmsWithConditions, "2020-01-01", "ab-paper", own, provided("if x")).
		say("two", "zz", entente.AffirmsWithConditions, "2020-01-01", "digest", own, provided("if y")).
		read("n1", "b", entente.FoundNothing, "2020-01-01", "b-paper").
		read("n2", "b", entente.FoundNothing, "2020-01-01", "b-paper").
		read("o1", "b", entente.FoundOpen, "2020-01-01", "b-paper").
		read("o2", "b", entente.FoundOpen, "2020-01-01", "b-paper")
	before := all(w.corpus(), entente.Settings{})
	slices.Reverse(w.r.Statements)
	slices.Reverse(w.r.Memberships)
	slices.Reverse(w.r.Coverages)
	slices.Reverse(w.r.Actors)
	if diff := cmp.Diff(before, all(w.corpus(), entente.Settings{}), sameDates); diff != "" {
		t.Errorf("positions depend on the order of records (-before +after):\n%s", diff)
	}
}

// Whatever is added without being verified, the default positions stay as they
// are, but for the list of what was left out.
func TestAnUnverifiedRecordChangesNoPosition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := anyWorld(t, rt)
		s := anySettings(rt)
		s.Unverified = false
		before := all(w.corpus(), s)
		actor := rapid.SampledFrom([]entente.ActorID{"a", "b", "ab", "open"}).Draw(rt, "of whom")
		switch rapid.IntRange(0, 4).Draw(rt, "sort of record") {
		case 0:
			w.say("new", actor, rapid.SampledFrom(entente.Stances).Draw(rt, "stance"), anyDate(rt, "when").String(), "a-paper", own, notRead)
		case 1:
			w.say("new", actor, rapid.SampledFrom(entente.Stances).Draw(rt, "stance"), anyDate(rt, "when").String(), "gk", own)
		case 2:
			w.member(actor, "ab", "non-permanent member", "2000-01-01", "", func(m *entente.Membership) { m.Checked = false })
		case 3:
			w.treaty("new", entente.Supports, anyDate(rt, "when").String(), "a", "b")
			w.r.Implications[len(w.r.Implications)-1].Checked = false
		case 4:
			w.read("new", actor, rapid.SampledFrom(entente.Findings).Draw(rt, "finding"), anyDate(rt, "when").String(), "a-paper",
				func(c *entente.Coverage) { c.Checked = false })
		}
		after := all(w.corpus(), s)
		for _, m := range []map[string]entente.Position{before, after} {
			for k, pos := range m {
				var rest []entente.Evidence
				for _, e := range pos.Evidence {
					if e.Use != entente.LeftOut {
						rest = append(rest, e)
					}
				}
				pos.Evidence = rest
				m[k] = pos
			}
		}
		if diff := cmp.Diff(before, after, sameDates); diff != "" {
			rt.Fatalf("an unverified record changed a position (-before +after):\n%s", diff)
		}
	})
}

// What must hold of every position, whatever the records.
func TestEveryPositionIsWellFormed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := anyWorld(t, rt)
		s := anySettings(rt)
		c := w.corpus()
		day := c.AsOf(s)
		for name, pos := range all(c, s) {
			decides := 0
			for _, e := range pos.Evidence {
				if e.Use == entente.Decides {
					decides++
					if e.Basis != pos.Basis {
						rt.Fatalf("%s: rests on %s, which is %s, not %s", name, e.ID, e.Basis, pos.Basis)
					}
					if !e.Date.By(day) {
						rt.Fatalf("%s: rests on %s of %v, as of %v", name, e.ID, e.Date, day)
					}
					if e.Level == entente.Unverified && !s.Unverified {
						rt.Fatalf("%s: rests on %s, which is unverified", name, e.ID)
					}
				}
				if e.Use == "" {
					rt.Fatalf("%s: %s has no use", name, e.ID)
				}
				if e.Use == entente.MayPostdate && !e.Date.MayPostdate(day) {
					rt.Fatalf("%s: %s of %v is listed as one that may postdate %v", name, e.ID, e.Date, day)
				}
			}
			open := pos.Contested && pos.Stance == ""
			for what, broken := range map[string]bool{
				"a basis goes with evidence that decides":     (pos.Basis == entente.None) != (decides == 0),
				"a stance goes with a basis":                  pos.Stance != "" && pos.Basis == entente.None,
				"without a stance there is a kind of silence": pos.Stance == "" && !open && pos.Silence == "",
				"a side taken is no silence":                  pos.Taken() && pos.Silence != "",
				"an open contest is no silence":               open && pos.Silence != "",
				"contested means several readings":            pos.Contested != (len(pos.Readings) > 1),
				"a body is named for via-bloc alone":          (pos.Basis == entente.ViaBloc) != (pos.Via != ""),
				"group positions are off":                     s.NoBloc && pos.Basis == entente.ViaBloc,
				"implied positions are off":                   s.NoImplied && pos.Basis == entente.Implied,
			} {
				if broken {
					rt.Fatalf("%s: broken: %s\n%s\n%+v", name, what, tell(&pos), pos)
				}
			}
		}
	})
}

// No statement of its own may be passed over for a body's or an act.
func TestOwnWordAlwaysComesFirst(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := anyWorld(t, rt)
		s := anySettings(rt)
		c := w.corpus()
		for name, pos := range all(c, s) {
			for _, e := range pos.Evidence {
				counts := e.Use == entente.Confirms || e.Use == entente.Differs || e.Use == entente.Decides
				if counts && e.Basis == entente.Stated && pos.Basis != entente.Stated {
					rt.Fatalf("%s: rests on %s beside its own statement %s", name, pos.Basis, e.ID)
				}
			}
		}
	})
}
