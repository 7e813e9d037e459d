package view

import (
	"fmt"
	"strconv"

	"entente"
	"entente/analysis/compare"
)

// ActorSchema names the shape of [ActorPage].
const ActorSchema = "entente.actor/1"

// ActorPage is the profile of one actor.
type ActorPage struct {
	Head
	Actor       ActorDetail       `json:"actor"`
	Summary     ActorSummary      `json:"summary"`
	Used        Used              `json:"used"` // by the positions
	Positions   []ActorPosition   `json:"positions"`
	Memberships []MembershipRow   `json:"memberships"` // bodies it sits in
	Members     []MembershipRow   `json:"members"`     // of a body: who sits in it
	Instruments []ActorInstrument `json:"instruments"`
	Votes       ActorVotes        `json:"votes"`
	Projects    []Project         `json:"projects"`
	Made        []Attribution     `json:"attributions_made"`
	Received    []Attribution     `json:"attributions_received"`
	LeftOut     LeftOut           `json:"unverified_left_out"`
}

// ActorDetail is everything recorded of the actor itself.
type ActorDetail struct {
	Actor
	ISO2      string `json:"iso2,omitempty"`
	Region    string `json:"region,omitempty"`
	Subregion string `json:"subregion,omitempty"`
	UNStatus  string `json:"un_status,omitempty"`
	From      string `json:"from,omitempty"`
	To        string `json:"to,omitempty"`
	Note      string `json:"note,omitempty"`

	Challenges []Challenge `json:"challenges,omitempty"`
}

func (b Builder) actorDetail(a *entente.Actor) ActorDetail {
	return ActorDetail{actorOf(a), a.ISO2, a.Region, a.Subregion, a.UNStatus, a.Life.From.String(), a.Life.To.String(), a.Note, b.challenges("actors", string(a.ID))}
}

// ActorSummary counts the propositions by what the actor holds. TookSide,
// Contested and the silences add up to Propositions; a reserved stance is
// counted as a silence. CouldAddress leaves out the questions that nobody
// looked at and those it had no chance to address: the base for a share.
type ActorSummary struct {
	Propositions int            `json:"propositions"`
	CouldAddress int            `json:"could_address"`
	TookSide     int            `json:"took_side"`
	Contested    int            `json:"contested"` // records point to both sides
	Stances      map[string]int `json:"stances"`   // affirms … rejects; reserved included
	Bases        map[string]int `json:"bases"`     // of those that took a side
	Silences     map[string]int `json:"silences"`
}

// ActorPosition is the actor's position on one proposition.
type ActorPosition struct {
	ID        entente.PropositionID `json:"id"`
	Pillar    entente.Pillar        `json:"pillar"`
	Issue     string                `json:"issue"`
	Statement string                `json:"statement"`
	Parent    entente.PropositionID `json:"parent,omitempty"`
	Class     string                `json:"class"` // see [ClassOf]
	Position  Position              `json:"position"`
	Named     []Reading             `json:"named_open"`
}

// MembershipRow is an actor's place in a body.
type MembershipRow struct {
	Actor        entente.ActorID  `json:"actor"`
	ActorName    string           `json:"actor_name"`
	Body         entente.ActorID  `json:"body"`
	BodyName     string           `json:"body_name"`
	Role         string           `json:"role"`
	From         string           `json:"from"`
	DateBasis    string           `json:"date_basis,omitempty"` // not-later-than: the start is known only from the source's date
	To           string           `json:"to"`
	Current      bool             `json:"current"` // a full member on the as-of date
	Source       entente.SourceID `json:"source"`
	Pinpoint     string           `json:"pinpoint,omitempty"`
	Verification string           `json:"verification"`
	Note         string           `json:"note,omitempty"`
}

// ActorInstrument is the actor's part in an instrument.
type ActorInstrument struct {
	Instrument entente.InstrumentID `json:"instrument"`
	Title      string               `json:"title"`
	Kind       string               `json:"kind"`
	Part
}

// ActorVotes are the actor's recorded votes.
type ActorVotes struct {
	RollCalls int            `json:"roll_calls"` // the votes below: its base
	Ballots   map[string]int `json:"ballots"`    // add up to roll_calls
	Rows      []ActorVote    `json:"rows"`
}

// ActorVote is one ballot of the actor.
type ActorVote struct {
	RollCall   string               `json:"roll_call"`
	Instrument entente.InstrumentID `json:"instrument"`
	Symbol     string               `json:"symbol"`
	Title      string               `json:"title"`
	Date       string               `json:"date"`
	Stage      string               `json:"stage"`
	Complete   bool                 `json:"complete"` // every member's vote is on record
	Ballot     string               `json:"ballot"`
	Source     entente.SourceID     `json:"source"`
}

// Actor makes the profile of an actor as of a date. Records after that date are
// left out; so are unverified ones unless asked for, and they are counted.
func (b Builder) Actor(id entente.ActorID, o compare.Options) (*Page, error) {
	a, err := b.findActor(id)
	if err != nil {
		return nil, err
	}
	props, err := b.selected(o)
	if err != nil {
		return nil, err
	}
	v := &ActorPage{Head: b.head(ActorSchema, o), Actor: b.actorDetail(a), Positions: []ActorPosition{}}
	used, records := sourceSet{}, recordSet{}
	v.Summary = ActorSummary{Stances: map[string]int{}, Bases: map[string]int{}, Silences: map[string]int{}}
	for _, s := range entente.Silences {
		v.Summary.Silences[string(s)] = 0
	}
	for _, p := range props {
		pos := b.Corpus.Position(id, p.ID, o.Settings)
		v.Summary.count(&pos)
		row := ActorPosition{
			ID: p.ID, Pillar: p.Pillar, Issue: p.Issue, Statement: p.Statement, Parent: p.Parent,
			Class: ClassOf(&pos), Position: b.positionOf(&pos), Named: orEmpty(readings(pos.Named)),
		}
		used.position(&row.Position)
		records.position(&row.Position)
		for _, n := range row.Named {
			used.add(n.Source)
		}
		v.Positions = append(v.Positions, row)
	}
	v.Used = records.count()
	v.Memberships = b.memberships(b.Corpus.MembershipsOf(id), o, &v.LeftOut.Memberships, used)
	v.Members = b.memberships(b.Corpus.MembersOf(id), o, &v.LeftOut.Memberships, used)
	v.Instruments = b.actorInstruments(id, o, &v.LeftOut.Instruments, used)
	v.Votes = b.actorVotes(id, o, used)
	v.Projects = b.projects(id, o, &v.LeftOut.Projects, used)
	v.Made, v.Received = b.attributions(id, o, &v.LeftOut.Attributions, used)
	return &Page{Title: a.Name + filterWords(b.Corpus.AsOf(o.Settings), o), Data: v, Table: v.table(), Sources: used.list()}, nil
}

func (s *ActorSummary) count(p *entente.Position) {
	s.Propositions++
	if p.AddressedOrCould() {
		s.CouldAddress++
	}
	if p.Stance != "" {
		s.Stances[string(p.Stance)]++
	}
	switch {
	case p.Taken():
		s.TookSide++
		s.Bases[string(p.Basis)]++
	case p.Silence != "":
		s.Silences[string(p.Silence)]++
	default:
		s.Contested++
	}
}

// ClassOf names a position by one word, as maps and timelines need it: the
// stance, "contested" when the records point to both sides, else the kind of
// silence.
func ClassOf(p *entente.Position) string {
	switch {
	case p.Contested && p.Stance == "":
		return "contested"
	case p.Stance != "":
		return string(p.Stance)
	}
	return string(p.Silence)
}

// table is one row per proposition.
func (v *ActorPage) table() Table {
	t := Table{Name: "actor-" + string(v.Actor.ID), Header: []string{
		"actor", "proposition", "pillar", "issue", "statement", "stance", "basis", "via", "silence", "contested", "conditions",
		"date", "date_basis", "source", "pinpoint", "verification", "records",
	}}
	for _, p := range v.Positions {
		e := p.Position.deciding()
		t.Rows = append(t.Rows, []string{
			string(v.Actor.ID), string(p.ID), string(p.Pillar), p.Issue, p.Statement, str(p.Position.Stance), p.Position.Basis, p.Position.Via,
			str(p.Position.Silence), fmt.Sprint(p.Position.Contested), p.Position.Conditions,
			e.Date, e.DateBasis, string(e.Source), e.Pinpoint, e.Verification, strconv.Itoa(len(p.Position.Evidence)),
		})
	}
	return t
}

// deciding is the record on which a position rests; the zero Evidence when it
// rests on none.
func (p *Position) deciding() Evidence {
	if len(p.Evidence) > 0 && p.Evidence[0].Use == string(entente.Decides) {
		return p.Evidence[0]
	}
	return Evidence{}
}
