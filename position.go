package entente

import (
	"slices"
	"sort"
)

// Settings choose what counts. The zero value is the default of every face:
// as of the corpus's release, group and implied positions on, unverified
// records out.
type Settings struct {
	AsOf       Date // zero means the corpus's release date
	NoBloc     bool // leave out positions that hold only through a body
	NoImplied  bool // leave out positions that follow only from acts
	Unverified bool // let unverified records count
}

// Basis says on what a position rests.
type Basis string

// The bases, strongest first.
const (
	Stated  Basis = "stated"
	ViaBloc Basis = "via-bloc"
	Implied Basis = "implied"
	None    Basis = "none"
)

// Silence says why an actor has no countable stance. Only the first three say
// something about the actor; the others say something about the record.
type Silence string

// The five silences.
const (
	NoDocument    Silence = "no-document"    // searched: the actor has published nothing
	NotAddressed  Silence = "not-addressed"  // read: the actor speaks, but not on this
	SilenceByWord Silence = "reserved"       // the actor says that it has not decided
	NotCoded      Silence = "not-coded"      // nobody has read for it yet
	NoOpportunity Silence = "no-opportunity" // the actor had no chance to address it by then
)

// Silences lists every kind.
var Silences = []Silence{NoDocument, NotAddressed, SilenceByWord, NotCoded, NoOpportunity}

// Use says what part a piece of evidence plays in a position.
type Use string

// The uses of evidence.
const (
	Decides     Use = "basis"        // the position rests on it
	Confirms    Use = "confirms"     // says the same, but is not what decides
	Differs     Use = "differs"      // says otherwise, but is not what decides
	MayPostdate Use = "may-postdate" // a partial date that may lie after the as-of date
	LeftOut     Use = "left-out"     // unverified, left out of the figures
)

// Evidence is one record that bears on a position.
type Evidence struct {
	Kind       string // "statement", "act" or "vote"
	ID         string // the statement's id, or instrument and role
	Actor      ActorID
	Stance     Stance
	Conditions string
	Date       Date
	DateBasis  DateBasis
	Basis      Basis
	Source     SourceID
	Pinpoint   string
	Level      Level
	Instrument InstrumentID
	Role       string
	Reason     string // why an act implies a stance
	Note       string
	Use        Use
}

// Position is an actor's stance on a proposition as of a date, derived from
// the evidence. Stance is empty when the actor is silent, and when the
// evidence that decides points to both sides (Contested).
type Position struct {
	Actor       ActorID
	Proposition PropositionID
	Stance      Stance
	Conditions  string
	Basis       Basis
	Via         ActorID // the body, when the basis is via-bloc
	Silence     Silence // set when there is no countable stance
	Contested   bool    // records of the same day and weight disagree
	Readings    []Stance
	Evidence    []Evidence // what decides first, then newest first
	// Named are the coverage records that name the question as open.
	Named []*Coverage
	// Read are the coverage records on which a silence rests.
	Read []*Coverage
}

// Taken reports whether the actor has taken a side: there is a stance other
// than reserved.
func (p *Position) Taken() bool { return p.Stance.Sign() != 0 }

// AddressedOrCould reports whether the actor had the chance to address the
// proposition and somebody looked: only such positions belong in denominators.
func (p *Position) AddressedOrCould() bool {
	return p.Silence != NoOpportunity && p.Silence != NotCoded
}

// AsOf gives the date the settings stand for in this corpus.
func (c *Corpus) AsOf(s Settings) Date {
	if s.AsOf.IsZero() {
		return c.Info.Released
	}
	return s.AsOf
}

// Position derives an actor's position on a proposition:
//
//  1. the actor's own latest statement by the as-of date; of several of one
//     day the most specific pinpoint decides, and if those disagree the
//     position is contested. A statement known only through a later digest
//     counts from that day and never overrides a dated one in the actor's own
//     text;
//  2. else the latest statement of a body of which the actor was a full member
//     both on the day of the statement and on the as-of date;
//  3. else what its acts imply;
//  4. else a typed silence.
//
// A partial date counts only when its whole span has passed; until then the
// record is listed as one that may postdate.
func (c *Corpus) Position(a ActorID, p PropositionID, s Settings) Position {
	t := c.AsOf(s)
	pos := Position{Actor: a, Proposition: p, Basis: None}
	own, bloc, acts := c.ownEvidence(a, p, t, s), c.blocEvidence(a, p, t, s), c.actEvidence(a, p, t, s)
	for _, tier := range [][]Evidence{own, bloc, acts} {
		if pos.Basis == None {
			decide(&pos, tier)
		}
		pos.Evidence = append(pos.Evidence, tier...)
	}
	settle(&pos)
	for _, cov := range c.CoverageOf(a, "proposition:"+string(p)) {
		if cov.Date.By(t) && cov.Finding == FoundOpen && c.counts(cov, s) {
			pos.Named = append(pos.Named, cov)
		}
	}
	switch {
	case pos.Stance == Reserved:
		pos.Silence = SilenceByWord
	case pos.Basis == None:
		pos.Silence, pos.Read = c.silence(a, p, t, s)
	}
	return pos
}

func (c *Corpus) ownEvidence(a ActorID, p PropositionID, t Date, s Settings) []Evidence {
	return c.statementEvidence(a, p, t, s, Stated, nil)
}

func (c *Corpus) blocEvidence(a ActorID, p PropositionID, t Date, s Settings) []Evidence {
	if s.NoBloc {
		return nil
	}
	var out []Evidence
	for _, body := range c.speaking[p] {
		if c.MemberAt(a, body, t, s.Unverified) == nil {
			continue
		}
		out = append(out, c.statementEvidence(body, p, t, s, ViaBloc, func(d Date) bool {
			return c.MemberAt(a, body, d, s.Unverified) != nil
		})...)
	}
	return out
}

func (c *Corpus) statementEvidence(a ActorID, p PropositionID, t Date, s Settings, b Basis, member func(Date) bool) []Evidence {
	var out []Evidence
	for _, st := range c.byBoth[actorProposition{a, p}] {
		d, basis := c.dated(st.Date, st.DateBasis, st.DateLevel, st.Source, s.Unverified)
		if member != nil && !member(d) {
			continue
		}
		out = c.admit(out, Evidence{
			Kind: "statement", ID: st.ID, Actor: a, Stance: st.Stance, Conditions: st.Conditions, Date: d, DateBasis: basis,
			Basis: b, Source: st.Source, Pinpoint: st.Pinpoint, Level: c.StatementLevel(st), Instrument: st.Instrument, Note: st.Note,
		}, t, s)
	}
	return out
}

func (c *Corpus) actEvidence(a ActorID, p PropositionID, t Date, s Settings) []Evidence {
	if s.NoImplied {
		return nil
	}
	var out []Evidence
	for _, im := range c.impliedFor[p] {
		level := c.implicationLevel(im)
		for _, pt := range c.parts[actorInstrument{a, im.Instrument}] {
			if !hasWord(im.Acts, string(pt.Role)) {
				continue
			}
			d, basis := c.dated(pt.Date, ActDate, pt.DateLevel, pt.Source, s.Unverified)
			out = c.admit(out, Evidence{
				Kind: "act", ID: string(im.Instrument) + ":" + string(pt.Role), Actor: a, Stance: im.stance(false), Date: d, DateBasis: basis,
				Basis: Implied, Source: pt.Source, Pinpoint: pt.Pinpoint, Level: worse(level, c.ParticipationLevel(pt)),
				Instrument: im.Instrument, Role: string(pt.Role), Reason: im.Reason, Note: pt.Note,
			}, t, s)
		}
		for _, rc := range c.callsOn[im.Instrument] {
			v := c.votesIn[rc.ID][a]
			if v == nil || !(v.Ballot == Yes && hasWord(im.Acts, VotedYes) || v.Ballot == No && im.NoVote) {
				continue
			}
			out = c.admit(out, Evidence{
				Kind: "vote", ID: rc.ID, Actor: a, Stance: im.stance(v.Ballot == No), Date: rc.Date,
				Basis: Implied, Source: v.Source, Level: worse(level, c.VoteLevel(v)),
				Instrument: im.Instrument, Role: "voted-" + string(v.Ballot), Reason: im.Reason, Note: v.Note,
			}, t, s)
		}
	}
	return out
}

func (c *Corpus) implicationLevel(m *Implication) Level {
	return LevelOf(c.sources[m.Source], m.Checked, c.bodyOf(m.Instrument))
}

func (m *Implication) stance(opposite bool) Stance {
	if (m.Polarity == Opposes) != opposite {
		return Rejects
	}
	return Affirms
}

// admit appends evidence that is on record by t, or may be, and says so.
func (c *Corpus) admit(out []Evidence, e Evidence, t Date, s Settings) []Evidence {
	switch {
	case e.Date.By(t):
	case e.Date.MayPostdate(t):
		e.Use = MayPostdate
	default:
		return out
	}
	if e.Level == Unverified && !s.Unverified {
		e.Use = LeftOut
	}
	return append(out, e)
}

// decide picks from one tier the evidence on which the position rests.
func decide(pos *Position, tier []Evidence) {
	ownText := false
	for i := range tier {
		e := &tier[i]
		ownText = ownText || e.Use == "" && e.Level == Primary && e.DateBasis == ActDate && e.Kind == "statement"
	}
	var latest []*Evidence
	for i := range tier {
		e := &tier[i]
		if e.Use != "" || ownText && e.DateBasis == NotLaterThan || superseded(e, tier, ownText) {
			continue
		}
		latest = append(latest, e)
	}
	if len(latest) == 0 {
		return
	}
	best := -1
	for _, e := range latest {
		best = max(best, Specificity(e.Pinpoint))
	}
	for _, e := range latest {
		if Specificity(e.Pinpoint) != best {
			continue
		}
		e.Use = Decides
		pos.Basis = e.Basis
		if e.Basis == ViaBloc && pos.Via == "" {
			pos.Via = e.Actor
		}
		if !hasWord(pos.Readings, e.Stance) {
			pos.Readings = append(pos.Readings, e.Stance)
		}
	}
	sort.Slice(pos.Readings, func(i, j int) bool { return pos.Readings[i].Score() > pos.Readings[j].Score() })
	pos.Contested = len(pos.Readings) > 1
	pos.Stance = joint(pos.Readings)
	for _, e := range latest {
		if e.Use == Decides && e.Stance == pos.Stance && pos.Conditions == "" {
			pos.Conditions = e.Conditions
		}
	}
}

// superseded reports whether another record of the tier is certainly later.
// Overlapping partial dates supersede neither way.
func superseded(e *Evidence, tier []Evidence, ownText bool) bool {
	for i := range tier {
		o := &tier[i]
		if o.Use != "" && o.Use != Decides || ownText && o.DateBasis == NotLaterThan {
			continue
		}
		if o.Date.First().key() > e.Date.Last().key() {
			return true
		}
	}
	return false
}

// joint is the stance that all readings share at the least: the weaker one on
// the same side, none when they stand on different sides.
func joint(readings []Stance) Stance {
	out := readings[0]
	for _, r := range readings[1:] {
		if r.Sign() != out.Sign() {
			return ""
		}
		if r.Score()*r.Sign() < out.Score()*out.Sign() {
			out = r
		}
	}
	return out
}

// settle labels the evidence that does not decide and orders the list.
func settle(pos *Position) {
	for i := range pos.Evidence {
		if e := &pos.Evidence[i]; e.Use == "" {
			e.Use = Differs
			if pos.Stance != "" && e.Stance.Sign() == pos.Stance.Sign() {
				e.Use = Confirms
			}
		}
	}
	sort.SliceStable(pos.Evidence, func(i, j int) bool {
		a, b := &pos.Evidence[i], &pos.Evidence[j]
		if (a.Use == Decides) != (b.Use == Decides) {
			return a.Use == Decides
		}
		if d := a.Date.Compare(b.Date); d != 0 {
			return d > 0
		}
		if a.ID != b.ID {
			return a.ID < b.ID
		}
		return a.Source < b.Source
	})
}

func (c *Corpus) silence(a ActorID, p PropositionID, t Date, s Settings) (Silence, []*Coverage) {
	act := c.actors[a]
	prop := c.propositions[p]
	raised := c.raised[p]
	if s.Unverified {
		raised = c.raisedAll[p]
	}
	if raised.IsZero() || raised.Compare(t.Last()) > 0 {
		return NoOpportunity, nil
	}
	if act != nil && !act.Life.From.IsZero() && act.Life.From.First().Compare(t.Last()) > 0 {
		return NoOpportunity, nil
	}
	if act != nil && !act.Life.To.IsZero() && act.Life.To.Last().Compare(raised) < 0 {
		return NoOpportunity, nil
	}
	if prop != nil && prop.Scope != "" && prop.Scope != a && c.MemberAt(a, prop.Scope, t, s.Unverified) == nil {
		return NoOpportunity, nil
	}
	for _, kind := range []struct {
		finding Finding
		silence Silence
	}{{FoundNothing, NotAddressed}, {FoundNoText, NoDocument}} {
		var read []*Coverage
		for _, cov := range c.CoverageOf(a, "proposition:"+string(p)) {
			if cov.Finding == kind.finding && cov.Date.By(t) && c.counts(cov, s) {
				read = append(read, cov)
			}
		}
		if len(read) > 0 {
			return kind.silence, read
		}
	}
	return NotCoded, nil
}

// counts reports whether a coverage record may be relied on.
func (c *Corpus) counts(cov *Coverage, s Settings) bool {
	return s.Unverified || c.CoverageLevel(cov) != Unverified
}

// CoverageLevel is the verification of a coverage record.
func (c *Corpus) CoverageLevel(cov *Coverage) Level {
	return LevelOf(c.sources[cov.Source], cov.Checked, cov.Actor)
}

func worse(a, b Level) Level {
	for _, Level := range slices.Backward(Levels) {
		if a == Level || b == Level {
			return Level
		}
	}
	return Unverified
}

func hasWord[T comparable](list []T, w T) bool {
	return slices.Contains(list, w)
}
