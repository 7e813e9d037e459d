package view

import (
	"entente"
	"entente/analysis/compare"
)

// BlocSchema names the shape of [Bloc].
const BlocSchema = "entente.bloc/1"

// Bloc looks inside a bloc: on which propositions its members could take a
// common position, who would have to speak or move, and where an outsider
// stands. Members count by their own words and acts only.
type Bloc struct {
	Head
	Bloc     Actor          `json:"bloc"`
	Outsider *Actor         `json:"outsider"`
	Members  []Actor        `json:"members"` // on the as-of date
	Counts   map[string]int `json:"counts"`  // propositions by verdict; add up to the length of propositions
	Rows     []BlocRow      `json:"propositions"`
	Used     Used           `json:"used"`
}

// BlocRow is where the members stand on one proposition. For, Against and Silent
// hold every member once.
type BlocRow struct {
	PropositionRef
	Verdict   string            `json:"verdict"` // common, within-view, divided, unspoken
	Side      int               `json:"side"`    // +1 or -1: where a common position is nearest; 0 when it is open
	Position  Position          `json:"bloc_position"`
	Outsider  *Position         `json:"outsider_position"`
	For       []MemberPosition  `json:"for"`
	Against   []MemberPosition  `json:"against"`
	Silent    []MemberPosition  `json:"silent"` // reserved and contested ones included
	MustSpeak []entente.ActorID `json:"must_speak"`
	MustMove  []entente.ActorID `json:"must_move"`
}

// MemberPosition is a member's own position.
type MemberPosition struct {
	Actor    entente.ActorID `json:"actor"`
	Class    string          `json:"class"` // see [ClassOf]
	Position Position        `json:"position"`
}

// Bloc makes the view of a bloc; outsider may be empty.
func (b Builder) Bloc(bloc, outsider entente.ActorID, o compare.Options) (*Page, error) {
	for _, id := range []entente.ActorID{bloc, outsider} {
		if id == "" && id == outsider {
			continue
		}
		if _, err := b.findActor(id); err != nil {
			return nil, err
		}
	}
	r, err := compare.Bloc(b.Corpus, bloc, outsider, o)
	if err != nil {
		return nil, err
	}
	v := &Bloc{Head: b.head(BlocSchema, o), Bloc: actorOf(r.Bloc), Members: actorsOf(r.Members), Counts: map[string]int{}, Rows: []BlocRow{}}
	title := "Where the members of " + r.Bloc.Name + " stand"
	if r.Outsider != nil {
		x := actorOf(r.Outsider)
		v.Outsider = &x
		title += ", beside " + r.Outsider.Name
	}
	for _, k := range compare.Verdicts {
		v.Counts[string(k)] = 0
	}
	used, records := sourceSet{}, recordSet{}
	for i := range r.Rows {
		row := b.blocRow(&r.Rows[i], used, records)
		v.Counts[row.Verdict]++
		v.Rows = append(v.Rows, row)
	}
	v.Used = records.count()
	return &Page{Title: title + filterWords(r.AsOf, o), Data: v, Table: v.table(), Sources: used.list()}, nil
}

func (b Builder) blocRow(r *compare.BlocRow, used sourceSet, records recordSet) BlocRow {
	row := BlocRow{
		PropositionRef: propositionRef(r.Proposition), Verdict: string(r.Verdict), Side: r.Side, Position: b.positionOf(&r.Bloc),
		For: b.members(r.For, used, records), Against: b.members(r.Against, used, records), Silent: b.members(r.Silent, used, records),
		MustSpeak: actorIDs(r.MustSpeak()), MustMove: actorIDs(r.MustMove()),
	}
	used.position(&row.Position)
	records.position(&row.Position)
	if r.Outsider != nil {
		p := b.positionOf(r.Outsider)
		row.Outsider = &p
		used.position(&p)
		records.position(&p)
	}
	return row
}

func (b Builder) members(list []entente.Position, used sourceSet, records recordSet) []MemberPosition {
	out := []MemberPosition{}
	for i := range list {
		m := MemberPosition{list[i].Actor, ClassOf(&list[i]), b.positionOf(&list[i])}
		used.position(&m.Position)
		records.position(&m.Position)
		out = append(out, m)
	}
	return out
}

func actorIDs(list []entente.Position) []entente.ActorID {
	out := []entente.ActorID{}
	for i := range list {
		out = append(out, list[i].Actor)
	}
	return out
}

// table is one row per proposition and member.
func (v *Bloc) table() Table {
	t := Table{Name: "bloc-" + string(v.Bloc.ID), Header: []string{
		"proposition", "pillar", "issue", "statement", "verdict", "bloc_stance", "outsider_stance", "member", "group", "class", "basis",
		"date", "source", "pinpoint", "verification",
	}}
	for i := range v.Rows {
		r := &v.Rows[i]
		outsider := ""
		if r.Outsider != nil {
			outsider = str(r.Outsider.Stance)
		}
		for _, g := range []struct {
			name string
			list []MemberPosition
		}{{"for", r.For}, {"against", r.Against}, {"silent", r.Silent}} {
			for j := range g.list {
				m := &g.list[j]
				e := m.Position.deciding()
				t.Rows = append(t.Rows, []string{
					string(r.ID), string(r.Pillar), r.Issue, r.Statement, r.Verdict, str(r.Position.Stance), outsider, string(m.Actor), g.name, m.Class, m.Position.Basis,
					e.Date, string(e.Source), e.Pinpoint, e.Verification,
				})
			}
		}
	}
	return t
}
