package entente

import (
	"slices"
	"strings"
	"sync"
)

// Info says what a corpus is and when it was released.
type Info struct {
	Name     string // short name, e.g. "cybernorms"
	Title    string
	Version  string
	Released Date // the default as-of date
	Licence  string
	Note     string // provenance, in words
}

// Records are the tables of a corpus as plain slices, in any order.
type Records struct {
	Actors         []Actor
	Memberships    []Membership
	Sources        []Source
	Instruments    []Instrument
	Participations []Participation
	RollCalls      []RollCall
	Votes          []Vote
	Propositions   []Proposition
	Implications   []Implication
	Statements     []Statement
	Coverages      []Coverage
	Projects       []Project
	Incidents      []Incident
	Attributions   []Attribution
	Suggestions    []SuggestionRecord
	Facts          []SourceFact
	Quotations     []Quotation
	Codebooks      []CodebookEntry
	Challenges     []Challenge
}

type actorProposition struct {
	actor       ActorID
	proposition PropositionID
}

type actorInstrument struct {
	actor      ActorID
	instrument InstrumentID
}

type actorSubject struct {
	actor   ActorID
	subject string
}

// Corpus is an immutable snapshot of records, indexed for analysis. It is safe
// for concurrent use. Callers must not change what its methods return.
//
// References are expected to resolve (package datapackage checks them); one
// that does not is passed over and never makes a figure.
type Corpus struct {
	Info Info
	Records

	actors       map[ActorID]*Actor
	sources      map[SourceID]*Source
	instruments  map[InstrumentID]*Instrument
	propositions map[PropositionID]*Proposition
	rollCalls    map[string]*RollCall
	incidents    map[string]*Incident

	byActor    map[ActorID][]*Statement
	byProp     map[PropositionID][]*Statement
	byBoth     map[actorProposition][]*Statement
	bodiesOf   map[ActorID][]*Membership
	membersOf  map[ActorID][]*Membership
	partsOf    map[ActorID][]*Participation
	partsIn    map[InstrumentID][]*Participation
	parts      map[actorInstrument][]*Participation
	callsOn    map[InstrumentID][]*RollCall
	votesIn    map[string]map[ActorID]*Vote
	impliedFor map[PropositionID][]*Implication
	impliedBy  map[InstrumentID][]*Implication
	coverage   map[actorSubject][]*Coverage
	quotations map[string][]*Quotation
	codebook   map[PropositionID][]*CodebookEntry
	challenges map[string][]*Challenge     // open ones
	speaking   map[PropositionID][]ActorID // the bodies with a statement, sorted
	// raised and raisedAll are the first days on record, of verified records
	// and of all.
	raised, raisedAll map[PropositionID]Date
}

// NewCorpus indexes records. The slices become the corpus's own and are sorted
// by primary key: the order in which records arrive never matters.
func NewCorpus(info Info, r Records) *Corpus {
	r.sort()
	c := &Corpus{
		Info: info, Records: r,
		actors: indexBy(r.Actors, func(x *Actor) ActorID { return x.ID }),
		sources: indexBy(r.Sources, func(x *Source) SourceID {
			return x.ID
		}),
		instruments:  indexBy(r.Instruments, func(x *Instrument) InstrumentID { return x.ID }),
		propositions: indexBy(r.Propositions, func(x *Proposition) PropositionID { return x.ID }),
		rollCalls:    indexBy(r.RollCalls, func(x *RollCall) string { return x.ID }),
		incidents:    indexBy(r.Incidents, func(x *Incident) string { return x.ID }),

		byProp: groupBy(r.Statements, func(x *Statement) PropositionID { return x.Proposition }),

		bodiesOf:  groupBy(r.Memberships, func(x *Membership) ActorID { return x.Actor }),
		membersOf: groupBy(r.Memberships, func(x *Membership) ActorID { return x.Body }),
		partsOf:   groupBy(r.Participations, func(x *Participation) ActorID { return x.Actor }),
		partsIn:   groupBy(r.Participations, func(x *Participation) InstrumentID { return x.Instrument }),
		parts: groupBy(r.Participations, func(x *Participation) actorInstrument {
			return actorInstrument{x.Actor, x.Instrument}
		}),
		callsOn:    groupBy(r.RollCalls, func(x *RollCall) InstrumentID { return x.Instrument }),
		impliedFor: groupBy(r.Implications, func(x *Implication) PropositionID { return x.Proposition }),
		impliedBy:  groupBy(r.Implications, func(x *Implication) InstrumentID { return x.Instrument }),
		votesIn:    make(map[string]map[ActorID]*Vote, len(r.RollCalls)),
		coverage:   map[actorSubject][]*Coverage{},
		quotations: groupBy(r.Quotations, func(x *Quotation) string { return x.Statement }),
		codebook:   groupBy(r.Codebooks, func(x *CodebookEntry) PropositionID { return x.Proposition }),
		challenges: openChallenges(r.Challenges),
	}
	for i := range r.Votes {
		v := &r.Votes[i]
		m := c.votesIn[v.RollCall]
		if m == nil {
			m = make(map[ActorID]*Vote, 200)
			c.votesIn[v.RollCall] = m
		}
		m[v.Actor] = v
	}
	for i := range r.Coverages {
		cov := &r.Coverages[i]
		for _, s := range cov.Subjects {
			k := actorSubject{cov.Actor, s}
			c.coverage[k] = append(c.coverage[k], cov)
		}
	}
	together( // of a million statements each takes some tenths of a second
		func() { c.byBoth = c.pairs() },
		func() {
			c.byActor = groupBy(r.Statements, func(x *Statement) ActorID { return x.Actor })
			c.speaking = c.speakingBodies()
			c.raised, c.raisedAll = c.firstRecords(false), c.firstRecords(true)
		},
	)
	return c
}

// together runs pieces of work that do not touch each other, side by side.
func together(work ...func()) {
	var all sync.WaitGroup
	for _, f := range work {
		all.Go(f)
	}
	all.Wait()
}

// pairs groups the statements by actor and proposition, each group as stored.
func (c *Corpus) pairs() map[actorProposition][]*Statement {
	all := make([]*Statement, 0, len(c.Statements))
	for _, list := range c.byProp {
		from := len(all)
		all = append(all, list...)
		slices.SortStableFunc(all[from:], func(a, b *Statement) int { return strings.Compare(string(a.Actor), string(b.Actor)) })
	}
	same := func(i, j int) bool { return all[i].Actor == all[j].Actor && all[i].Proposition == all[j].Proposition }
	groups := 0
	for i := range all {
		if i == 0 || !same(i-1, i) {
			groups++
		}
	}
	out := make(map[actorProposition][]*Statement, groups)
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && same(from, to) {
			to++
		}
		out[actorProposition{all[from].Actor, all[from].Proposition}] = all[from:to:to]
		from = to
	}
	return out
}

func indexBy[T any, K comparable](list []T, key func(*T) K) map[K]*T {
	m := make(map[K]*T, len(list))
	for i := range list {
		m[key(&list[i])] = &list[i]
	}
	return m
}

// groupBy groups a table by a key, each group in the order of the table.
func groupBy[T any, K comparable](list []T, key func(*T) K) map[K][]*T {
	group := map[K]int32{} // number of the group
	in := make([]int32, len(list))
	var sizes []int32
	for i := range list {
		k := key(&list[i])
		g, known := group[k]
		if !known {
			g = int32(len(sizes)) //nolint:gosec // a table has far fewer rows
			group[k] = g
			sizes = append(sizes, 0)
		}
		in[i] = g
		sizes[g]++
	}
	all := make([]*T, len(list)) // the groups one behind the other
	end := make([]int, len(sizes))
	at := 0
	for g, n := range sizes {
		end[g] = at
		at += int(n)
	}
	for i := range list {
		all[end[in[i]]] = &list[i]
		end[in[i]]++
	}
	m := make(map[K][]*T, len(group))
	for k, g := range group {
		m[k] = all[end[g]-int(sizes[g]) : end[g] : end[g]]
	}
	return m
}

// speakingBodies lists, per proposition, the bodies that have said something of
// it: those whose word may hold for their members.
func (c *Corpus) speakingBodies() map[PropositionID][]ActorID {
	out := make(map[PropositionID][]ActorID, len(c.byProp))
	for p, list := range c.byProp {
		for _, s := range list {
			a := c.actors[s.Actor]
			if (len(c.membersOf[s.Actor]) > 0 || a != nil && a.Open) && !hasWord(out[p], s.Actor) {
				out[p] = append(out[p], s.Actor)
			}
		}
		slices.Sort(out[p])
	}
	return out
}

// firstRecords finds, per proposition, the earliest day on which any actor is
// on record: before it nobody had the chance to address the proposition.
// Unverified records tell only when they are asked for.
func (c *Corpus) firstRecords(unverified bool) map[PropositionID]Date {
	first := make(map[PropositionID]Date, len(c.Propositions))
	note := func(p PropositionID, d Date) {
		if d = d.First(); !d.IsZero() {
			if old, ok := first[p]; !ok || d.Compare(old) < 0 {
				first[p] = d
			}
		}
	}
	for i := range c.Statements {
		s := &c.Statements[i]
		if unverified || c.StatementLevel(s) != Unverified {
			d, _ := c.dated(s.Date, s.DateBasis, s.DateLevel, s.Source, unverified)
			note(s.Proposition, d)
		}
	}
	for i := range c.Implications {
		m := &c.Implications[i]
		if in := c.instruments[m.Instrument]; in != nil && (unverified || c.implicationLevel(m) != Unverified) {
			note(m.Proposition, in.Date)
		}
	}
	for i := range c.Coverages {
		switch c.Coverages[i].Finding {
		case FoundNothing, FoundNoText, NotSeen: // looking for it does not raise it
			continue
		}
		if !unverified && c.CoverageLevel(&c.Coverages[i]) == Unverified {
			continue
		}
		for _, s := range c.Coverages[i].Subjects {
			if id, ok := strings.CutPrefix(s, "proposition:"); ok {
				note(PropositionID(id), c.Coverages[i].Date)
			}
		}
	}
	return first
}

// Actor looks an actor up by id; nil if there is none.
func (c *Corpus) Actor(id ActorID) *Actor { return c.actors[id] }

// Source looks a source up by id; nil if there is none.
func (c *Corpus) Source(id SourceID) *Source { return c.sources[id] }

// Instrument looks an instrument up by id; nil if there is none.
func (c *Corpus) Instrument(id InstrumentID) *Instrument { return c.instruments[id] }

// Proposition looks a proposition up by id; nil if there is none.
func (c *Corpus) Proposition(id PropositionID) *Proposition { return c.propositions[id] }

// RollCall looks a roll call up by id; nil if there is none.
func (c *Corpus) RollCall(id string) *RollCall { return c.rollCalls[id] }

// Incident looks an incident up by id; nil if there is none.
func (c *Corpus) Incident(id string) *Incident { return c.incidents[id] }

// StatementsBy gives every statement of an actor, as stored.
func (c *Corpus) StatementsBy(a ActorID) []*Statement { return c.byActor[a] }

// StatementsOn gives every statement on a proposition, as stored.
func (c *Corpus) StatementsOn(p PropositionID) []*Statement { return c.byProp[p] }

// MembershipsOf gives an actor's memberships, as stored.
func (c *Corpus) MembershipsOf(a ActorID) []*Membership { return c.bodiesOf[a] }

// MembersOf gives a body's memberships, as stored; for those who were members
// on a day see [Corpus.MembersAt].
func (c *Corpus) MembersOf(body ActorID) []*Membership { return c.membersOf[body] }

// ParticipationsOf gives what an actor took part in, as stored.
func (c *Corpus) ParticipationsOf(a ActorID) []*Participation { return c.partsOf[a] }

// ParticipationsIn gives who took part in an instrument, as stored.
func (c *Corpus) ParticipationsIn(id InstrumentID) []*Participation { return c.partsIn[id] }

// RollCallsOn gives the recorded votes on an instrument.
func (c *Corpus) RollCallsOn(id InstrumentID) []*RollCall { return c.callsOn[id] }

// VoteOf gives an actor's vote in a roll call; nil when it is not on record.
func (c *Corpus) VoteOf(rollCall string, a ActorID) *Vote { return c.votesIn[rollCall][a] }

// ImplicationsOf gives what an instrument implies.
func (c *Corpus) ImplicationsOf(id InstrumentID) []*Implication { return c.impliedBy[id] }

// Raised is the earliest day on which anybody is on record on a proposition,
// unverified records apart; zero when nobody is.
func (c *Corpus) Raised(p PropositionID) Date { return c.raised[p] }

// CoverageOf gives the coverage records of an actor for a subject (see
// [Coverage.Subjects]), those that speak of everyone included.
func (c *Corpus) CoverageOf(a ActorID, subject string) []*Coverage {
	own, all := c.coverage[actorSubject{a, subject}], c.coverage[actorSubject{AnyActor, subject}]
	if len(all) == 0 {
		return own
	}
	return append(append([]*Coverage(nil), own...), all...)
}

// MemberAt gives the membership under which a sat in body on the whole of day
// d as a full member (see [MemberRoles]); nil if it did not, or if it is not
// known to. Unverified memberships count only when asked for.
func (c *Corpus) MemberAt(a, body ActorID, d Date, unverified bool) *Membership {
	for _, m := range c.bodiesOf[a] {
		if m.Body == body && MemberRoles[m.Role] && (unverified || c.MembershipLevel(m) != Unverified) &&
			c.MembershipSpan(m).Covers(d) {
			return m
		}
	}
	if open := c.OpenSeat(a, body); open != nil && open.Span.Covers(d) && (unverified || c.MembershipLevel(open) != Unverified) {
		return open
	}
	return nil
}

// OpenSeat gives the place that a member of the United Nations has in a body
// open to all of them: it rests on the record of the United Nations in that
// body. It is nil for a body that is not open, or for an actor that is not a
// member.
func (c *Corpus) OpenSeat(a, body ActorID) *Membership {
	b, s := c.actors[body], c.actors[a]
	if b == nil || !b.Open || s == nil || s.UNStatus != "member" {
		return nil
	}
	for _, m := range c.membersOf[body] {
		if m.Actor == unitedNations {
			seat := *m
			seat.Actor = a
			return &seat
		}
	}
	return nil
}

// unitedNations is the actor whose record opens a body to all its members.
const unitedNations ActorID = "un"

// MembersAt lists the full members of a body on day d, sorted by id.
func (c *Corpus) MembersAt(body ActorID, d Date, unverified bool) []ActorID {
	var out []ActorID
	if b := c.actors[body]; b != nil && b.Open { // everyone may be in it
		for i := range c.Actors {
			if a := c.Actors[i].ID; c.MemberAt(a, body, d, unverified) != nil {
				out = append(out, a)
			}
		}
		return out
	}
	seen := map[ActorID]bool{}
	for _, m := range c.membersOf[body] {
		if !seen[m.Actor] && c.MemberAt(m.Actor, body, d, unverified) != nil {
			seen[m.Actor] = true
			out = append(out, m.Actor)
		}
	}
	slices.Sort(out)
	return out
}

// MembershipSpan gives a membership's span; an unknown start counts from the
// date of the source, which had the actor in the body by then.
func (c *Corpus) MembershipSpan(m *Membership) Span {
	s := m.Span
	if s.From.IsZero() || m.DateLevel == Unverified {
		if src := c.sources[m.Source]; src != nil && !src.Date.IsZero() {
			s.From = src.Date
		} else {
			s.From = c.Info.Released
		}
	}
	return s
}

// MembershipLevel is the verification of a membership: primary in the actor's
// own text or the body's.
func (c *Corpus) MembershipLevel(m *Membership) Level {
	return LevelOf(c.sources[m.Source], m.Checked, m.Actor, m.Body)
}

// ParticipationLevel is the verification of a participation: primary in the
// actor's own text, in the instrument's own text or in the record of its body.
func (c *Corpus) ParticipationLevel(p *Participation) Level {
	return LevelOf(c.sources[p.Source], p.Checked, p.Actor, c.bodyOf(p.Instrument))
}

// StatementLevel is the verification of a statement: primary only in the
// actor's own text.
func (c *Corpus) StatementLevel(s *Statement) Level {
	return LevelOf(c.sources[s.Source], s.Checked, s.Actor)
}

// VoteLevel is the verification of a vote: primary in the record of the body.
func (c *Corpus) VoteLevel(v *Vote) Level {
	rc := c.rollCalls[v.RollCall]
	if rc == nil {
		return Unverified
	}
	return LevelOf(c.sources[v.Source], true, v.Actor, c.bodyOf(rc.Instrument))
}

func (c *Corpus) bodyOf(id InstrumentID) ActorID {
	if in := c.instruments[id]; in != nil {
		return in.Body
	}
	return ""
}

// dated gives the date from which a record counts, and whether that is a
// not-later-than date: an undated record, or one whose day is not verified,
// counts from its source's date, at the latest from the corpus's release.
func (c *Corpus) dated(d Date, basis DateBasis, level Level, src SourceID, unverified bool) (Date, DateBasis) {
	if !d.IsZero() && (level != Unverified || unverified) {
		return d, basis
	}
	if s := c.sources[src]; s != nil && !s.Date.IsZero() {
		return s.Date, NotLaterThan
	}
	return c.Info.Released, NotLaterThan
}

// DateOf gives the date from which a participation counts under the settings.
func (c *Corpus) DateOf(p *Participation, s Settings) (Date, DateBasis) {
	return c.dated(p.Date, ActDate, p.DateLevel, p.Source, s.Unverified)
}
