package view

import (
	"sort"

	"entente"
	"entente/analysis/compare"
)

// InstrumentSchema names the shape of [InstrumentPage].
const InstrumentSchema = "entente.instrument/1"

// InstrumentPage is one instrument: who had which part, how it was voted on,
// what taking part implies, and what was said in it.
type InstrumentPage struct {
	Head
	Instrument   InstrumentDetail `json:"instrument"`
	Roles        []RoleGroup      `json:"roles"` // from the most to the least binding
	RollCalls    []RollCall       `json:"roll_calls"`
	Implications []ImpliedBy      `json:"implications"`
	Statements   []Said           `json:"statements"`
	LeftOut      LeftOut          `json:"unverified_left_out"`
	Challenges   []Challenge      `json:"challenges,omitempty"` // to the record of the instrument
}

// InstrumentDetail is everything recorded of the instrument itself.
type InstrumentDetail struct {
	ID           entente.InstrumentID `json:"id"`
	Title        string               `json:"title"`
	Kind         string               `json:"kind"`
	Body         entente.ActorID      `json:"body,omitempty"`
	BodyName     string               `json:"body_name,omitempty"`
	Date         string               `json:"date"`
	Symbol       string               `json:"symbol,omitempty"`
	URL          string               `json:"url,omitempty"`
	Pillars      []entente.Pillar     `json:"pillars"`
	Source       entente.SourceID     `json:"source"`
	Pinpoint     string               `json:"pinpoint,omitempty"`
	Verification string               `json:"verification"`
	Note         string               `json:"note,omitempty"`
}

// RoleGroup lists the actors with one role in an instrument.
type RoleGroup struct {
	Role   string        `json:"role"`
	Count  int           `json:"count"`
	Actors []Participant `json:"actors"`
}

// Participant is one actor's part.
type Participant struct {
	Actor Actor `json:"actor"`
	Part
}

// RollCall is a recorded vote with every ballot. Tally counts the ballots on
// record; when Complete is false the record names only some voters, so it is
// not the result.
type RollCall struct {
	ID       string           `json:"id"`
	Date     string           `json:"date"`
	Stage    string           `json:"stage"`
	Complete bool             `json:"complete"`
	Recorded int              `json:"recorded"` // ballots below: the base of the tally
	Tally    map[string]int   `json:"tally"`
	Ballots  []BallotRow      `json:"ballots"`
	Source   entente.SourceID `json:"source"`
	Note     string           `json:"note,omitempty"`
}

// BallotRow is one actor's ballot.
type BallotRow struct {
	Actor  Actor            `json:"actor"`
	Ballot string           `json:"ballot"`
	Source entente.SourceID `json:"source"`
	Note   string           `json:"note,omitempty"`
}

func (b Builder) instrumentDetail(in *entente.Instrument) InstrumentDetail {
	v := InstrumentDetail{
		ID: in.ID, Title: in.Title, Kind: string(in.Kind), Body: in.Body, Date: in.Date.String(), Symbol: in.Symbol, URL: in.URL, Pillars: orEmpty(in.Pillars),
		Source: in.Source, Pinpoint: in.Pinpoint, Verification: string(b.level(in.Source, in.Checked, in.Body)), Note: in.Note,
	}
	if in.Body != "" {
		v.BodyName = b.name(in.Body)
	}
	return v
}

// Instrument makes the page of one instrument as of a date: parts taken and
// votes cast later are left out.
func (b Builder) Instrument(id entente.InstrumentID, o compare.Options) (*Page, error) {
	in, err := b.findInstrument(id)
	if err != nil {
		return nil, err
	}
	o.Pillars, o.Issues = nil, nil
	t := b.Corpus.AsOf(o.Settings)
	v := &InstrumentPage{
		Head: b.head(InstrumentSchema, o), Instrument: b.instrumentDetail(in), Roles: []RoleGroup{}, RollCalls: []RollCall{},
		Implications: []ImpliedBy{}, Statements: []Said{}, Challenges: b.challenges("instruments", string(in.ID)),
	}
	used := sourceSet{}
	used.add(in.Source)
	byRole := map[entente.Role][]Participant{}
	for _, p := range b.Corpus.ParticipationsIn(id) {
		a := b.Corpus.Actor(p.Actor)
		part, ok := b.part(p, o, t, &v.LeftOut.Instruments)
		if !ok || a == nil {
			continue
		}
		byRole[p.Role] = append(byRole[p.Role], Participant{actorOf(a), part})
		used.add(p.Source)
	}
	for _, r := range entente.Roles {
		list := byRole[r]
		if len(list) == 0 {
			continue
		}
		sort.SliceStable(list, func(i, j int) bool { return fold(list[i].Actor.Name) < fold(list[j].Actor.Name) })
		v.Roles = append(v.Roles, RoleGroup{string(r), len(list), list})
	}
	for _, rc := range b.Corpus.RollCallsOn(id) {
		if rc.Date.By(t) {
			v.RollCalls = append(v.RollCalls, b.rollCall(rc, used))
		}
	}
	sort.SliceStable(v.RollCalls, func(i, j int) bool { return v.RollCalls[i].Date < v.RollCalls[j].Date })
	for _, im := range b.Corpus.ImplicationsOf(id) {
		v.Implications = append(v.Implications, b.impliedBy(im))
		used.add(im.Source)
	}
	sort.SliceStable(v.Implications, func(i, j int) bool { return v.Implications[i].Proposition < v.Implications[j].Proposition })
	for i := range b.Corpus.Statements {
		s := &b.Corpus.Statements[i]
		if s.Instrument != id {
			continue
		}
		if said := b.said(s, o); said.on(t) {
			v.Statements = append(v.Statements, said)
			used.add(s.Source)
		}
	}
	sortSaid(v.Statements)
	return &Page{Title: in.Title + filterWords(t, o), Data: v, Table: v.table(), Sources: used.list()}, nil
}

func (b Builder) rollCall(rc *entente.RollCall, used sourceSet) RollCall {
	v := RollCall{
		ID: rc.ID, Date: rc.Date.String(), Stage: rc.Stage, Complete: rc.Complete, Tally: map[string]int{}, Ballots: []BallotRow{}, Source: rc.Source, Note: rc.Note,
	}
	for _, k := range entente.Ballots {
		v.Tally[string(k)] = 0
	}
	used.add(rc.Source)
	for i := range b.Corpus.Actors {
		a := &b.Corpus.Actors[i]
		vote := b.Corpus.VoteOf(rc.ID, a.ID)
		if vote == nil {
			continue
		}
		v.Recorded++
		v.Tally[string(vote.Ballot)]++
		v.Ballots = append(v.Ballots, BallotRow{actorOf(a), string(vote.Ballot), vote.Source, vote.Note})
		used.add(vote.Source)
	}
	sort.SliceStable(v.Ballots, func(i, j int) bool { return fold(v.Ballots[i].Actor.Name) < fold(v.Ballots[j].Actor.Name) })
	return v
}

// table is one row per part and per ballot.
func (v *InstrumentPage) table() Table {
	t := Table{Name: "instrument-" + string(v.Instrument.ID), Header: []string{
		"instrument", "record", "actor", "name", "role", "date", "date_basis", "source", "pinpoint", "verification",
	}}
	id := string(v.Instrument.ID)
	for _, g := range v.Roles {
		for _, p := range g.Actors {
			t.Rows = append(t.Rows, []string{id, "participation", string(p.Actor.ID), p.Actor.Name, g.Role, p.Date, p.DateBasis, string(p.Source), p.Pinpoint, p.Verification})
		}
	}
	for _, rc := range v.RollCalls {
		for _, b := range rc.Ballots {
			t.Rows = append(t.Rows, []string{id, rc.ID, string(b.Actor.ID), b.Actor.Name, b.Ballot, rc.Date, "", string(b.Source), "", ""})
		}
	}
	return t
}
