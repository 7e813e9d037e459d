package view

import (
	"fmt"
	"sort"

	"entente"
	"entente/analysis/compare"
)

// StatementsSchema names the shape of [Statements].
const StatementsSchema = "entente.statements/1"

// Statements lists coded statements: the raw material of every position.
type Statements struct {
	Head
	Counted int    `json:"counted"` // of the length of statements; the rest are unverified
	Rows    []Said `json:"statements"`
}

// Statements lists the statements on the chosen propositions by the as-of date,
// oldest first; of some actors only when ids are given.
func (b Builder) Statements(ids []entente.ActorID, o compare.Options) (*Page, error) {
	props, err := b.selected(o)
	if err != nil {
		return nil, err
	}
	want := map[entente.ActorID]bool{}
	names := []string{}
	for _, id := range ids {
		a, err := b.findActor(id)
		if err != nil {
			return nil, err
		}
		want[id] = true
		names = append(names, a.Name)
	}
	t := b.Corpus.AsOf(o.Settings)
	v := &Statements{Head: b.head(StatementsSchema, o), Rows: []Said{}}
	used := sourceSet{}
	for _, p := range props {
		for _, s := range b.Corpus.StatementsOn(p.ID) {
			if len(want) > 0 && !want[s.Actor] {
				continue
			}
			said := b.said(s, o)
			if !said.on(t) {
				continue
			}
			if said.Counts {
				v.Counted++
			}
			used.add(s.Source)
			v.Rows = append(v.Rows, said)
		}
	}
	sort.SliceStable(v.Rows, func(i, j int) bool {
		if v.Rows[i].Date != v.Rows[j].Date {
			return v.Rows[i].Date < v.Rows[j].Date
		}
		return v.Rows[i].ID < v.Rows[j].ID
	})
	title := "Statements"
	if len(names) > 0 {
		title += " of " + joinAnd(names)
	}
	tab := Table{Name: "statements", Header: []string{"id", "actor", "name", "proposition", "stance", "conditions", "date", "date_basis", "instrument", "source", "pinpoint", "verification", "counts", "note"}}
	for _, s := range v.Rows {
		tab.Rows = append(tab.Rows, []string{
			s.ID, string(s.Actor), s.ActorName, string(s.Proposition), str(s.Stance), s.Conditions, s.Date, s.DateBasis, s.Instrument, string(s.Source), s.Pinpoint, s.Verification, fmt.Sprint(s.Counts), s.Note,
		})
	}
	return &Page{Title: title + filterWords(t, o), Data: v, Table: tab, Sources: used.list()}, nil
}
