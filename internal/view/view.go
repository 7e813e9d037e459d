package view

import (
	"slices"

	"entente"
)

// Page is a view with everything the faces add around it.
type Page struct {
	Title   string             // written from the filters
	Data    any                // a struct of this package: the JSON
	Table   Table              // the CSV
	Sources []entente.SourceID // every source the page rests on, sorted
}

// Table is the CSV form of a view: rows of cells under a header.
type Table struct {
	Name   string // a short word for file names
	Header []string
	Rows   [][]string
}

// Builder makes views of one corpus.
type Builder struct {
	Corpus *entente.Corpus
}

// Actor is how an actor is named in every view.
type Actor struct {
	ID   entente.ActorID `json:"id"`
	Name string          `json:"name"`
	Kind string          `json:"kind"`
	ISO3 string          `json:"iso3,omitempty"`
}

func actorOf(a *entente.Actor) Actor { return Actor{a.ID, a.Name, string(a.Kind), a.ISO3} }

func actorsOf(list []*entente.Actor) []Actor {
	out := make([]Actor, len(list))
	for i, a := range list {
		out[i] = actorOf(a)
	}
	return out
}

// Evidence is one record that bears on a position or an act.
type Evidence struct {
	ID           string           `json:"id"`
	Kind         string           `json:"kind"` // statement, act, vote
	Use          string           `json:"use"`  // basis, confirms, differs, may-postdate, left-out
	Actor        entente.ActorID  `json:"actor"`
	Stance       *string          `json:"stance"`
	Conditions   string           `json:"conditions,omitempty"`
	Date         string           `json:"date"`
	DateBasis    string           `json:"date_basis,omitempty"` // not-later-than
	Source       entente.SourceID `json:"source"`
	Pinpoint     string           `json:"pinpoint"`
	Verification string           `json:"verification"`
	Instrument   string           `json:"instrument,omitempty"`
	Role         string           `json:"role,omitempty"`
	Reason       string           `json:"reason,omitempty"`
	Note         string           `json:"note,omitempty"`
	Challenges   []Challenge      `json:"challenges,omitempty"` // that still stand
	Quotations   []Quotation      `json:"quotations,omitempty"` // the passages that were read, where they are kept
}

// Position is an actor's position on a proposition.
type Position struct {
	Stance     *string    `json:"stance"`
	Basis      string     `json:"basis"` // stated, via-bloc, implied, none
	Via        string     `json:"via,omitempty"`
	Silence    *string    `json:"silence"`
	Contested  bool       `json:"contested"`
	Readings   []string   `json:"readings,omitempty"` // when contested
	Conditions string     `json:"conditions,omitempty"`
	Evidence   []Evidence `json:"evidence"`
	Read       []Reading  `json:"read,omitempty"` // what a silence rests on
}

// Reading is a coverage record: a source that was read, and what it brought.
type Reading struct {
	ID      string           `json:"id"`
	Actor   entente.ActorID  `json:"actor"`
	Source  entente.SourceID `json:"source"`
	Finding string           `json:"finding"`
	Date    string           `json:"date"`
	Note    string           `json:"note,omitempty"`
}

func word[S ~string](s S) *string {
	if s == "" {
		return nil
	}
	w := string(s)
	return &w
}

func (b Builder) positionOf(p *entente.Position) Position {
	v := Position{
		Stance: word(p.Stance), Basis: string(p.Basis), Via: string(p.Via), Silence: word(p.Silence), Contested: p.Contested,
		Conditions: p.Conditions, Evidence: []Evidence{}, Read: readings(p.Read),
	}
	if p.Contested {
		for _, r := range p.Readings {
			v.Readings = append(v.Readings, string(r))
		}
	}
	for i := range p.Evidence {
		e := &p.Evidence[i]
		x := Evidence{
			ID: e.ID, Kind: e.Kind, Use: string(e.Use), Actor: e.Actor, Stance: word(e.Stance), Conditions: e.Conditions,
			Date: e.Date.String(), DateBasis: string(e.DateBasis), Source: e.Source, Pinpoint: e.Pinpoint,
			Verification: string(e.Level), Instrument: string(e.Instrument), Role: e.Role, Reason: e.Reason, Note: e.Note,
		}
		b.disputed(&x)
		v.Evidence = append(v.Evidence, x)
	}
	return v
}

func readings(list []*entente.Coverage) []Reading {
	var out []Reading
	for _, c := range list {
		out = append(out, Reading{c.ID, c.Actor, c.Source, string(c.Finding), c.Date.String(), c.Note})
	}
	return out
}

// sourceSet collects sources without repeats.
type sourceSet map[entente.SourceID]bool

func (s sourceSet) add(ids ...entente.SourceID) {
	for _, id := range ids {
		if id != "" {
			s[id] = true
		}
	}
}

func (s sourceSet) list() []entente.SourceID {
	out := make([]entente.SourceID, 0, len(s))
	for id := range s {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

func (s sourceSet) position(p *Position) {
	for _, e := range p.Evidence {
		s.add(e.Source)
	}
	for _, r := range p.Read {
		s.add(r.Source)
	}
}
