package entente_test

import (
	"fmt"
	"strings"
	"testing"

	"entente"
)

// The world of the tests of the rules. It is synthetic: two states, a bloc, an
// organisation, an open-ended group, one or two propositions, and sources of
// each sort. Tests add what they need.
//
//	a, b    states, members of the UN     ab      a bloc
//	c       a state that is no member     open    an open-ended group, sat in 2019-2021
//
// Sources: a-paper, b-paper, ab-paper, c-paper, open-paper are their own texts;
// digest is a later study of 2021-06-01, undated a study without a date, ref a
// reference work, gk general knowledge, un the record of the General Assembly.
type world struct {
	t testing.TB
	r entente.Records
}

// released is the release date of the synthetic corpus.
var released = entente.Day(2022, 1, 1)

const own = "own paper, para 1"

func newWorld(t testing.TB) *world {
	w := &world{t: t}
	state := func(id entente.ActorID, un string) entente.Actor {
		return entente.Actor{ID: id, Kind: entente.State, Name: "State " + string(id), UNStatus: un}
	}
	w.r.Actors = []entente.Actor{
		state("a", "member"), state("b", "member"), state("c", ""),
		{ID: "ab", Kind: entente.Bloc, Name: "Bloc AB"},
		{ID: "unga", Kind: entente.Organisation, Name: "General Assembly"},
		{
			ID: "open", Kind: entente.PersonGroup, Name: "Open-ended group", Open: true,
			Life: entente.Span{From: entente.Day(2019, 6, 1), To: entente.Day(2021, 3, 12)},
		},
	}
	text := func(id entente.SourceID, kind entente.SourceKind, day string, of ...entente.ActorID) entente.Source {
		return entente.Source{ID: id, Title: string(id), Kind: kind, Date: date(t, day), TextOf: of}
	}
	w.r.Sources = []entente.Source{
		text("a-paper", entente.PositionPaper, "2020-01-01", "a"), text("b-paper", entente.PositionPaper, "2020-01-01", "b"),
		text("c-paper", entente.PositionPaper, "2020-01-01", "c"), text("ab-paper", entente.StatementText, "2020-01-01", "ab"),
		text("open-paper", entente.StatementText, "2020-01-01", "open"),
		text("digest", entente.Chapter, "2021-06-01"), text("undated", entente.Chapter, ""),
		text("ref", entente.Reference, "2020-01-01"), text("gk", entente.GeneralKnowledge, "2020-01-01"),
		text("un", entente.ResolutionText, "2020-01-01", "unga"),
	}
	w.r.Propositions = []entente.Proposition{
		{ID: "p", Pillar: entente.Law, Issue: "issue", Statement: "P holds"},
		{ID: "q", Pillar: entente.Norms, Issue: "issue", Statement: "Q holds", Scope: "ab"},
	}
	return w
}

// say adds a statement on p that was read in the named source.
func (w *world) say(id string, a entente.ActorID, s entente.Stance, day string, src entente.SourceID, pin string, more ...func(*entente.Statement)) *world {
	st := entente.Statement{
		ID: id, Actor: a, Proposition: "p", Stance: s, Date: date(w.t, day), Source: src, Pinpoint: pin, Checked: true,
	}
	for _, m := range more {
		m(&st)
	}
	w.r.Statements = append(w.r.Statements, st)
	return w
}

func notLater(s *entente.Statement) { s.DateBasis = entente.NotLaterThan }
func notRead(s *entente.Statement)  { s.Checked = false }
func doubtfulDay(s *entente.Statement) {
	s.DateLevel = entente.Unverified
}
func onQ(s *entente.Statement) { s.Proposition = "q" }
func provided(words string) func(*entente.Statement) {
	return func(s *entente.Statement) { s.Conditions = words }
}

// member puts an actor into a body on the word of a study.
func (w *world) member(a, body entente.ActorID, role, from, to string, more ...func(*entente.Membership)) *world {
	m := entente.Membership{
		Actor: a, Body: body, Role: role, Source: "digest", Checked: true,
		Span: entente.Span{From: date(w.t, from), To: date(w.t, to)},
	}
	for _, f := range more {
		f(&m)
	}
	w.r.Memberships = append(w.r.Memberships, m)
	return w
}

// treaty adds an instrument, its parties, and what to join it implies of p.
func (w *world) treaty(id entente.InstrumentID, polarity entente.Polarity, day string, parties ...entente.ActorID) *world {
	w.r.Instruments = append(w.r.Instruments, entente.Instrument{
		ID: id, Title: string(id), Kind: entente.Treaty, Date: date(w.t, day), Source: "ref", Checked: true,
	})
	w.r.Implications = append(w.r.Implications, entente.Implication{
		Instrument: id, Proposition: "p", Polarity: polarity, Acts: []string{string(entente.Party)},
		Reason: "its first article says so", Source: "ref", Checked: true,
	})
	for _, a := range parties {
		w.r.Participations = append(w.r.Participations, entente.Participation{
			Instrument: id, Actor: a, Role: entente.Party, Date: date(w.t, day), Source: "ref", Checked: true,
		})
	}
	return w
}

// resolution adds a recorded vote; a vote in favour is evidence for p, and one
// against is evidence against it when noVote says so.
func (w *world) resolution(id entente.InstrumentID, day string, noVote bool, ballots map[entente.ActorID]entente.Ballot) *world {
	w.r.Instruments = append(w.r.Instruments, entente.Instrument{
		ID: id, Title: string(id), Kind: entente.Resolution, Body: "unga", Date: date(w.t, day), Source: "un", Checked: true,
	})
	w.r.Implications = append(w.r.Implications, entente.Implication{
		Instrument: id, Proposition: "p", Polarity: entente.Supports, Acts: []string{entente.VotedYes}, NoVote: noVote,
		Reason: "its first paragraph says so", Source: "un", Checked: true,
	})
	w.r.RollCalls = append(w.r.RollCalls, entente.RollCall{
		ID: "rc-" + string(id), Instrument: id, Date: date(w.t, day), Stage: "plenary", Complete: true, Source: "un",
	})
	for a, b := range ballots {
		w.r.Votes = append(w.r.Votes, entente.Vote{RollCall: "rc-" + string(id), Actor: a, Ballot: b, Source: "un"})
	}
	return w
}

// read adds a coverage record about p.
func (w *world) read(id string, a entente.ActorID, f entente.Finding, day string, src entente.SourceID, more ...func(*entente.Coverage)) *world {
	c := entente.Coverage{
		ID: id, Actor: a, Source: src, Subjects: []string{"proposition:p"}, Finding: f, Date: date(w.t, day), Checked: true,
	}
	for _, m := range more {
		m(&c)
	}
	w.r.Coverages = append(w.r.Coverages, c)
	return w
}

func (w *world) corpus() *entente.Corpus {
	return entente.NewCorpus(entente.Info{Name: "synthetic", Version: "1", Released: released}, clone(w.r))
}

// clone copies the tables, so that one corpus cannot see what is done to
// another's.
func clone(r entente.Records) entente.Records {
	r.Actors = append([]entente.Actor(nil), r.Actors...)
	r.Memberships = append([]entente.Membership(nil), r.Memberships...)
	r.Sources = append([]entente.Source(nil), r.Sources...)
	r.Instruments = append([]entente.Instrument(nil), r.Instruments...)
	r.Participations = append([]entente.Participation(nil), r.Participations...)
	r.RollCalls = append([]entente.RollCall(nil), r.RollCalls...)
	r.Votes = append([]entente.Vote(nil), r.Votes...)
	r.Propositions = append([]entente.Proposition(nil), r.Propositions...)
	r.Implications = append([]entente.Implication(nil), r.Implications...)
	r.Statements = append([]entente.Statement(nil), r.Statements...)
	r.Coverages = append([]entente.Coverage(nil), r.Coverages...)
	return r
}

// asOf is the default settings on a day; empty means the release.
func asOf(t testing.TB, day string) entente.Settings {
	return entente.Settings{AsOf: date(t, day)}
}

// tell puts a position into one line: the stance (or "silent" with its kind, or
// "contested" with the readings), the basis, and the evidence by use.
//
//	affirms, stated; basis s2; differs s1
func tell(p *entente.Position) string {
	var b strings.Builder
	switch {
	case p.Contested && p.Stance == "":
		fmt.Fprintf(&b, "contested %v", p.Readings)
	case p.Contested:
		fmt.Fprintf(&b, "%s (contested %v)", p.Stance, p.Readings)
	case p.Stance == "":
		fmt.Fprintf(&b, "silent: %s", p.Silence)
	default:
		b.WriteString(string(p.Stance))
		if p.Silence != "" && p.Silence != entente.SilenceByWord {
			fmt.Fprintf(&b, " (silent: %s)", p.Silence)
		}
	}
	if p.Basis != entente.None {
		fmt.Fprintf(&b, ", %s", p.Basis)
		if p.Via != "" {
			fmt.Fprintf(&b, " %s", p.Via)
		}
	}
	for _, use := range []entente.Use{entente.Decides, entente.Confirms, entente.Differs, entente.MayPostdate, entente.LeftOut} {
		var ids []string
		for _, e := range p.Evidence {
			if e.Use == use {
				ids = append(ids, e.ID)
			}
		}
		if len(ids) > 0 {
			fmt.Fprintf(&b, "; %s %s", use, strings.Join(ids, " "))
		}
	}
	return b.String()
}

// check holds the position of an actor on p against a line of [tell].
func (w *world) check(a entente.ActorID, s entente.Settings, want string) {
	w.t.Helper()
	pos := w.corpus().Position(a, "p", s)
	if got := tell(&pos); got != want {
		w.t.Errorf("position of %s as of %q:\n got  %s\n want %s", a, s.AsOf, got, want)
	}
}
