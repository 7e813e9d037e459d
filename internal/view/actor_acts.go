package view

import (
	"sort"

	"entente"
	"entente/analysis/compare"
)

// Project is a capacity-building, training or cooperation activity.
type Project struct {
	ID            string            `json:"id"`
	Title         string            `json:"title"`
	Kind          string            `json:"kind"`
	Lead          entente.ActorID   `json:"lead"`
	Partners      []entente.ActorID `json:"partners"`
	Beneficiaries string            `json:"beneficiaries,omitempty"`
	From          string            `json:"from"`
	To            string            `json:"to"`
	Pillars       []entente.Pillar  `json:"pillars"`
	Status        string            `json:"status,omitempty"`
	Source        entente.SourceID  `json:"source"`
	Pinpoint      string            `json:"pinpoint,omitempty"`
	Verification  string            `json:"verification"`
	Note          string            `json:"note,omitempty"`
}

// Attribution is a public act of naming who stood behind an incident.
type Attribution struct {
	ID           string           `json:"id"`
	Incident     string           `json:"incident"`
	Title        string           `json:"title"` // of the incident
	IncidentDate string           `json:"incident_date"`
	Actor        entente.ActorID  `json:"actor"`
	AttributedTo entente.ActorID  `json:"attributed_to"`
	Unit         entente.ActorID  `json:"unit,omitempty"`
	Kind         string           `json:"kind"`
	Date         string           `json:"date"`
	DateBasis    string           `json:"date_basis,omitempty"`
	Source       entente.SourceID `json:"source"`
	Pinpoint     string           `json:"pinpoint,omitempty"`
	Verification string           `json:"verification"`
	Note         string           `json:"note,omitempty"`
}

func (b Builder) memberships(list []*entente.Membership, o compare.Options, leftOut *int, used sourceSet) []MembershipRow {
	t := b.Corpus.AsOf(o.Settings)
	out := []MembershipRow{}
	for _, m := range list {
		span := b.Corpus.MembershipSpan(m)
		if span.From.First().Compare(t.Last()) > 0 || !admits(b.Corpus.MembershipLevel(m), o, leftOut) {
			continue
		}
		row := MembershipRow{
			Actor: m.Actor, ActorName: b.name(m.Actor), Body: m.Body, BodyName: b.name(m.Body), Role: m.Role, From: span.From.String(), To: span.To.String(),
			Current: entente.MemberRoles[m.Role] && span.Covers(t), Source: m.Source, Pinpoint: m.Pinpoint,
			Verification: string(b.Corpus.MembershipLevel(m)), Note: m.Note,
		}
		if span.From != m.Span.From {
			row.DateBasis = string(entente.NotLaterThan)
		}
		used.add(m.Source)
		out = append(out, row)
	}
	sort.SliceStable(out, func(i, j int) bool {
		x, y := &out[i], &out[j]
		if x.BodyName != y.BodyName {
			return x.BodyName < y.BodyName
		}
		if x.ActorName != y.ActorName {
			return x.ActorName < y.ActorName
		}
		return x.From < y.From
	})
	return out
}

func (b Builder) actorInstruments(id entente.ActorID, o compare.Options, leftOut *int, used sourceSet) []ActorInstrument {
	t := b.Corpus.AsOf(o.Settings)
	out := []ActorInstrument{}
	for _, p := range b.Corpus.ParticipationsOf(id) {
		part, ok := b.part(p, o, t, leftOut)
		if !ok {
			continue
		}
		row := ActorInstrument{Instrument: p.Instrument, Part: part}
		if in := b.Corpus.Instrument(p.Instrument); in != nil {
			row.Title, row.Kind = in.Title, string(in.Kind)
		}
		used.add(p.Source)
		out = append(out, row)
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Date != out[j].Date {
			return out[i].Date < out[j].Date
		}
		return out[i].Instrument < out[j].Instrument
	})
	return out
}

// part shapes a participation that counts by t; false when it does not.
func (b Builder) part(p *entente.Participation, o compare.Options, t entente.Date, leftOut *int) (Part, bool) {
	d, basis := b.Corpus.DateOf(p, o.Settings)
	level := b.Corpus.ParticipationLevel(p)
	if !d.By(t) || !admits(level, o, leftOut) {
		return Part{}, false
	}
	return Part{
		Role: string(p.Role), Date: d.String(), DateBasis: string(basis), Source: p.Source, Pinpoint: p.Pinpoint,
		Verification: string(level), Note: p.Note,
	}, true
}

func (b Builder) actorVotes(id entente.ActorID, o compare.Options, used sourceSet) ActorVotes {
	t := b.Corpus.AsOf(o.Settings)
	v := ActorVotes{Ballots: map[string]int{}, Rows: []ActorVote{}}
	for _, k := range entente.Ballots {
		v.Ballots[string(k)] = 0
	}
	for i := range b.Corpus.RollCalls {
		rc := &b.Corpus.RollCalls[i]
		vote := b.Corpus.VoteOf(rc.ID, id)
		if vote == nil || !rc.Date.By(t) {
			continue
		}
		row := ActorVote{RollCall: rc.ID, Instrument: rc.Instrument, Date: rc.Date.String(), Stage: rc.Stage, Complete: rc.Complete, Ballot: string(vote.Ballot), Source: vote.Source}
		if in := b.Corpus.Instrument(rc.Instrument); in != nil {
			row.Symbol, row.Title = in.Symbol, in.Title
		}
		v.RollCalls++
		v.Ballots[row.Ballot]++
		used.add(vote.Source)
		v.Rows = append(v.Rows, row)
	}
	sort.SliceStable(v.Rows, func(i, j int) bool {
		if v.Rows[i].Date != v.Rows[j].Date {
			return v.Rows[i].Date < v.Rows[j].Date
		}
		return v.Rows[i].RollCall < v.Rows[j].RollCall
	})
	return v
}

func (b Builder) projects(id entente.ActorID, o compare.Options, leftOut *int, used sourceSet) []Project {
	t := b.Corpus.AsOf(o.Settings)
	out := []Project{}
	for i := range b.Corpus.Projects {
		p := &b.Corpus.Projects[i]
		mine := p.Lead == id
		for _, x := range p.Partners {
			mine = mine || x == id
		}
		if !mine || !p.Span.From.IsZero() && p.Span.From.First().Compare(t.Last()) > 0 {
			continue
		}
		level := b.level(p.Source, p.Checked, append([]entente.ActorID{p.Lead}, p.Partners...)...)
		if !admits(level, o, leftOut) {
			continue
		}
		used.add(p.Source)
		out = append(out, Project{
			ID: p.ID, Title: p.Title, Kind: p.Kind, Lead: p.Lead, Partners: orEmpty(p.Partners), Beneficiaries: p.Beneficiaries,
			From: p.Span.From.String(), To: p.Span.To.String(), Pillars: orEmpty(p.Pillars), Status: p.Status, Source: p.Source, Pinpoint: p.Pinpoint,
			Verification: string(level), Note: p.Note,
		})
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].From != out[j].From {
			return out[i].From < out[j].From
		}
		return out[i].ID < out[j].ID
	})
	return out
}

func (b Builder) attributions(id entente.ActorID, o compare.Options, leftOut *int, used sourceSet) (made, received []Attribution) {
	t := b.Corpus.AsOf(o.Settings)
	made, received = []Attribution{}, []Attribution{}
	for i := range b.Corpus.Attributions {
		a := &b.Corpus.Attributions[i]
		if a.Actor != id && a.AttributedTo != id && a.Unit != id {
			continue
		}
		d, basis := b.dated(a.Date, a.DateLevel, a.Source, o)
		level := b.level(a.Source, a.Checked, a.Actor)
		if !d.By(t) || !admits(level, o, leftOut) {
			continue
		}
		row := Attribution{
			ID: a.ID, Incident: a.Incident, Actor: a.Actor, AttributedTo: a.AttributedTo, Unit: a.Unit, Kind: a.Kind, Date: d.String(), DateBasis: string(basis),
			Source: a.Source, Pinpoint: a.Pinpoint, Verification: string(level), Note: a.Note,
		}
		if in := b.Corpus.Incident(a.Incident); in != nil {
			row.Title, row.IncidentDate = in.Title, in.Date.String()
		}
		used.add(a.Source)
		if a.Actor == id {
			made = append(made, row)
		} else {
			received = append(received, row)
		}
	}
	for _, list := range [][]Attribution{made, received} {
		sort.SliceStable(list, func(i, j int) bool {
			if list[i].Date != list[j].Date {
				return list[i].Date < list[j].Date
			}
			return list[i].ID < list[j].ID
		})
	}
	return made, received
}
