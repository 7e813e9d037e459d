package compare_test

import (
	"fmt"
	"testing"

	"entente"
	"entente/analysis/compare"
)

// synthetic builds small corpora in which the truth is known because it was
// planted. No State or text in them exists.
type synthetic struct {
	t testing.TB
	r entente.Records
}

var released = entente.Day(2022, 1, 1)

// newSynthetic makes states with the given ids and n propositions p00, p01, …:
// even numbers on law, odd ones on norms.
func newSynthetic(t testing.TB, n int, states ...entente.ActorID) *synthetic {
	s := &synthetic{t: t}
	s.r.Sources = []entente.Source{{ID: "study", Title: "A study", Kind: entente.Chapter, Date: entente.Day(2020, 1, 1)}}
	for _, id := range states {
		s.r.Actors = append(s.r.Actors, entente.Actor{ID: id, Kind: entente.State, Name: "State " + string(id), UNStatus: "member"})
	}
	for i := range n {
		s.r.Propositions = append(s.r.Propositions, entente.Proposition{
			ID: prop(i), Pillar: []entente.Pillar{entente.Law, entente.Norms}[i%2], Issue: fmt.Sprint("issue ", i%3), Statement: fmt.Sprintf("P%02d holds", i),
		})
	}
	return s
}

func prop(i int) entente.PropositionID { return entente.PropositionID(fmt.Sprintf("p%02d", i)) }

// say plants an actor's stances from p00 on: '+' affirms, '~' with conditions,
// '0' reserved, '-' rejects, '.' says nothing.
func (s *synthetic) say(a entente.ActorID, stances string) *synthetic {
	return s.sayOn(a, "2020-01-01", stances)
}

func (s *synthetic) sayOn(a entente.ActorID, day, stances string) *synthetic {
	for i, l := range stances {
		stance, ok := map[rune]entente.Stance{
			'+': entente.Affirms, '~': entente.AffirmsWithConditions, '0': entente.Reserved, '-': entente.Rejects,
		}[l]
		if ok {
			s.r.Statements = append(s.r.Statements, entente.Statement{
				ID: fmt.Sprintf("%s-%02d-%s", a, i, day), Actor: a, Proposition: prop(i), Stance: stance,
				Date: s.date(day), Source: "study", Pinpoint: "page 1", Checked: true,
			})
		}
	}
	return s
}

func (s *synthetic) date(d string) entente.Date {
	s.t.Helper()
	out, err := entente.ParseDate(d)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// body adds a body of the given kind with full members since 2010.
func (s *synthetic) body(id entente.ActorID, kind entente.ActorKind, members ...entente.ActorID) *synthetic {
	s.r.Actors = append(s.r.Actors, entente.Actor{ID: id, Kind: kind, Name: "Body " + string(id)})
	for _, m := range members {
		s.r.Memberships = append(s.r.Memberships, entente.Membership{
			Actor: m, Body: id, Role: "member", Source: "study", Checked: true, Span: entente.Span{From: entente.Day(2010, 1, 1)},
		})
	}
	return s
}

// vote adds a roll call; each ballot is a letter: y, n, a (abstain), x (absent),
// or '.' for no row. The letters stand for the states in order.
func (s *synthetic) vote(id string, complete bool, ballots string) *synthetic {
	s.r.Instruments = append(s.r.Instruments, entente.Instrument{
		ID: entente.InstrumentID(id), Title: id, Kind: entente.Resolution, Date: entente.Day(2020, 6, 1), Source: "study", Checked: true,
	})
	s.r.RollCalls = append(s.r.RollCalls, entente.RollCall{
		ID: "rc-" + id, Instrument: entente.InstrumentID(id), Date: entente.Day(2020, 6, 1), Stage: "plenary", Complete: complete, Source: "study",
	})
	for i, l := range ballots {
		if b, ok := map[rune]entente.Ballot{'y': entente.Yes, 'n': entente.No, 'a': entente.Abstain, 'x': entente.Absent}[l]; ok {
			s.r.Votes = append(s.r.Votes, entente.Vote{RollCall: "rc-" + id, Actor: s.r.Actors[i].ID, Ballot: b, Source: "study"})
		}
	}
	return s
}

// act lets actors take part in an instrument.
func (s *synthetic) act(id entente.InstrumentID, kind entente.InstrumentKind, role entente.Role, day string, actors ...entente.ActorID) *synthetic {
	known := false
	for _, in := range s.r.Instruments {
		known = known || in.ID == id
	}
	if !known {
		s.r.Instruments = append(s.r.Instruments, entente.Instrument{ID: id, Title: string(id), Kind: kind, Date: s.date(day), Source: "study", Checked: true})
	}
	for _, a := range actors {
		s.r.Participations = append(s.r.Participations, entente.Participation{
			Instrument: id, Actor: a, Role: role, Date: s.date(day), Source: "study", Checked: true,
		})
	}
	return s
}

// looked records that a source was read for a subject.
func (s *synthetic) looked(a entente.ActorID, f entente.Finding, day, subject string) *synthetic {
	s.r.Coverages = append(s.r.Coverages, entente.Coverage{
		ID: fmt.Sprint("c", len(s.r.Coverages)), Actor: a, Source: "study", Subjects: []string{subject}, Finding: f, Date: s.date(day), Checked: true,
	})
	return s
}

func (s *synthetic) corpus() *entente.Corpus {
	return entente.NewCorpus(entente.Info{Name: "synthetic", Version: "1", Released: released}, s.r)
}

func (s *synthetic) compare(ids ...entente.ActorID) *compare.Report {
	s.t.Helper()
	r, err := compare.Compare(s.corpus(), ids, compare.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func outcomes(r *compare.Report) map[entente.PropositionID]compare.Outcome {
	out := map[entente.PropositionID]compare.Outcome{}
	for i := range r.Rows {
		out[r.Rows[i].Proposition.ID] = r.Rows[i].Outcome
	}
	return out
}
