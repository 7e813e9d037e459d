package compare

import (
	"sort"

	"entente"
)

// Change is what became of one actor's position on one proposition between two
// dates.
type Change struct {
	Proposition *entente.Proposition
	Before      entente.Position
	After       entente.Position
}

// OutcomeChange is what became of the comparison on one proposition.
type OutcomeChange struct {
	Proposition *entente.Proposition
	Before      Outcome
	After       Outcome
}

// ChangeReport lists what changed after From, up to and including To.
type ChangeReport struct {
	Actors    []*entente.Actor
	From, To  entente.Date
	Positions []Change        // changed stance, basis or kind of silence
	Outcomes  []OutcomeChange // with two or more actors
	Acts      []Act           // shared acts that are new
	Votes     []VoteRow       // votes taken in between
}

// Changes compares the actors (one or more) as of two dates. It errs when the
// first date is not before the second.
func Changes(c *entente.Corpus, ids []entente.ActorID, from, to entente.Date, o Options) (*ChangeReport, error) {
	if from.IsZero() || to.IsZero() || from.Last().Compare(to.Last()) >= 0 {
		return nil, &entente.Error{
			Kind: entente.Invalid, Op: "changes", Msg: "the first date, " + from.String() + ", is not before the second, " + to.String(),
			Hint: "give --from an earlier date than --to",
		}
	}
	actors, err := lookUp(c, ids, 1)
	if err != nil {
		return nil, err
	}
	props, err := o.propositions(c)
	if err != nil {
		return nil, err
	}
	r := &ChangeReport{Actors: actors, From: from, To: to}
	before, after := o, o
	before.AsOf, after.AsOf = from, to
	for _, p := range props {
		var was, is []entente.Position
		for _, a := range ids {
			x, y := c.Position(a, p.ID, before.Settings), c.Position(a, p.ID, after.Settings)
			was, is = append(was, x), append(is, y)
			if x.Stance != y.Stance || x.Conditions != y.Conditions || x.Basis != y.Basis || x.Via != y.Via || x.Silence != y.Silence || x.Contested != y.Contested {
				r.Positions = append(r.Positions, Change{p, x, y})
			}
		}
		if x, y := outcome(was), outcome(is); len(ids) > 1 && x != y {
			r.Outcomes = append(r.Outcomes, OutcomeChange{p, x, y})
		}
	}
	if len(ids) > 1 {
		old := map[string]bool{}
		for _, a := range sharedActs(c, &Report{Actors: actors, AsOf: from, Options: before}) {
			old[a.key()] = true
		}
		for _, a := range sharedActs(c, &Report{Actors: actors, AsOf: to, Options: after}) {
			if !old[a.key()] {
				r.Acts = append(r.Acts, a)
			}
		}
		for _, v := range votes(c, ids, to).Rows {
			if !v.RollCall.Date.By(from) {
				r.Votes = append(r.Votes, v)
			}
		}
	}
	// Real moves come before a first word, and that before a mere change of basis.
	sort.SliceStable(r.Positions, func(i, j int) bool { return r.Positions[i].weight() > r.Positions[j].weight() })
	return r, nil
}

// weight ranks changes for display.
func (c *Change) weight() int {
	switch {
	case c.Before.Stance != "" && c.After.Stance != "" && c.Before.Stance != c.After.Stance:
		return 3
	case c.Before.Stance == "" && c.After.Stance != "":
		return 2
	case c.Before.Stance != c.After.Stance:
		return 1
	}
	return 0
}

func (a *Act) key() string {
	if a.Body != nil {
		return "body:" + string(a.Body.ID)
	}
	return a.Kind + ":" + string(a.Instrument.ID)
}
