package view

import (
	"fmt"

	"entente"
	"entente/analysis/compare"
)

// ChangesSchema names the shape of [Changes].
const ChangesSchema = "entente.changes/1"

// Changes says what changed after one date, up to and including another. Its
// as_of is the second date.
type Changes struct {
	Head
	From      string          `json:"from"`
	To        string          `json:"to"`
	Actors    []Actor         `json:"actors"`
	Positions []Change        `json:"positions"`
	Outcomes  []OutcomeChange `json:"outcomes"` // with two or more actors
	Acts      []Act           `json:"shared_acts"`
	Votes     []VoteRow       `json:"votes"`
	Counts    map[string]int  `json:"counts"` // changes by kind; add up to the length of positions
	Used      Used            `json:"used"`   // by the positions before and after
}

// Change kinds, the weightiest first.
const (
	Moved       = "moved"     // from one stance to another
	Spoke       = "spoke"     // a stance where there was none
	Withdrawn   = "no-longer" // no countable stance where there was one
	BasisMoved  = "basis"     // the same stance on another basis, body or condition
	SilenceKind = "silence"   // another kind of silence
	Dispute     = "contested" // the records came to disagree, or no longer do
)

// Change is what became of one actor's position.
type Change struct {
	PropositionRef
	Actor  entente.ActorID `json:"actor"`
	Kind   string          `json:"kind"` // moved, spoke, no-longer, contested, basis, silence
	Before Position        `json:"before"`
	After  Position        `json:"after"`
}

// OutcomeChange is what became of the comparison on one proposition.
type OutcomeChange struct {
	PropositionRef
	Before string `json:"before"`
	After  string `json:"after"`
}

func changeKind(c *compare.Change) string {
	x, y := &c.Before, &c.After
	switch {
	case x.Stance != "" && y.Stance != "" && x.Stance != y.Stance:
		return Moved
	case x.Contested != y.Contested:
		return Dispute
	case x.Stance == "" && y.Stance != "":
		return Spoke
	case x.Stance != "" && y.Stance == "":
		return Withdrawn
	case x.Stance == "" && x.Silence != y.Silence:
		return SilenceKind
	}
	return BasisMoved
}

// Changes makes the view of what changed for one or more actors. The options'
// as-of date does not matter.
func (b Builder) Changes(ids []entente.ActorID, from, to entente.Date, o compare.Options) (*Page, error) {
	r, err := compare.Changes(b.Corpus, ids, from, to, o)
	if err != nil {
		return nil, err
	}
	o.AsOf = to
	v := &Changes{
		Head: b.head(ChangesSchema, o), From: from.String(), To: to.String(), Actors: actorsOf(r.Actors),
		Positions: []Change{}, Outcomes: []OutcomeChange{}, Acts: []Act{}, Votes: []VoteRow{}, Counts: map[string]int{},
	}
	used, records := sourceSet{}, recordSet{}
	for i := range r.Positions {
		c := &r.Positions[i]
		row := Change{propositionRef(c.Proposition), c.After.Actor, changeKind(c), b.positionOf(&c.Before), b.positionOf(&c.After)}
		used.position(&row.Before)
		used.position(&row.After)
		records.position(&row.Before)
		records.position(&row.After)
		v.Counts[row.Kind]++
		v.Positions = append(v.Positions, row)
	}
	v.Used = records.count()
	for _, c := range r.Outcomes {
		v.Outcomes = append(v.Outcomes, OutcomeChange{propositionRef(c.Proposition), string(c.Before), string(c.After)})
	}
	for i := range r.Acts {
		v.Acts = append(v.Acts, actOf(&r.Acts[i], used))
	}
	for _, row := range r.Votes {
		x := voteRow(row, r.Actors)
		used.add(x.Source)
		v.Votes = append(v.Votes, x)
	}
	names := make([]string, len(r.Actors))
	for i, a := range r.Actors {
		names[i] = a.Name
	}
	return &Page{
		Title: joinAnd(names) + ": what changed between " + from.String() + " and " + to.String() + choiceWords(o),
		Data:  v, Table: v.table(), Sources: used.list(),
	}, nil
}

func actOf(a *compare.Act, used sourceSet) Act {
	act := Act{Kind: a.Kind, Title: a.Title, Date: a.Date.String(), Actors: partsOf(a.Parts, used)}
	if a.Instrument != nil {
		act.Instrument = a.Instrument.ID
	}
	if a.Body != nil {
		act.Body = a.Body.ID
	}
	return act
}

func (v *Changes) table() Table {
	t := Table{Name: "changes", Header: []string{
		"proposition", "pillar", "issue", "statement", "actor", "change", "stance_before", "stance_after", "basis_before", "basis_after",
		"silence_before", "silence_after", "contested_before", "contested_after", "date", "source", "pinpoint", "verification",
	}}
	for _, c := range v.Positions {
		e := c.After.deciding()
		t.Rows = append(t.Rows, []string{
			string(c.ID), string(c.Pillar), c.Issue, c.Statement, string(c.Actor), c.Kind, str(c.Before.Stance), str(c.After.Stance), c.Before.Basis, c.After.Basis,
			str(c.Before.Silence), str(c.After.Silence), fmt.Sprint(c.Before.Contested), fmt.Sprint(c.After.Contested), e.Date, string(e.Source), e.Pinpoint, e.Verification,
		})
	}
	return t
}
