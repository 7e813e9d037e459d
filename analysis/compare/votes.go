package compare

import (
	"sort"

	"entente"
)

// Votes sets the recorded votes of the actors side by side.
type Votes struct {
	BothCast int // roll calls in which all of them cast a vote
	Agreed   int // of these, in which all voted the same way
	Rows     []VoteRow
}

// VoteRow is one roll call. Ballots are parallel to the actors; empty means
// that the actor is not on record. Only Counted rows enter the counts: absence
// is neither agreement nor difference, and a record that names only some
// voters cannot be counted without bias.
type VoteRow struct {
	RollCall   *entente.RollCall
	Instrument *entente.Instrument
	Ballots    []entente.Ballot
	Counted    bool
	Agreed     bool
}

func votes(c *entente.Corpus, ids []entente.ActorID, t entente.Date) Votes {
	var v Votes
	for i := range c.RollCalls {
		rc := &c.RollCalls[i]
		if !rc.Date.By(t) {
			continue
		}
		row := VoteRow{RollCall: rc, Instrument: c.Instrument(rc.Instrument), Counted: rc.Complete, Agreed: true}
		any := false
		for _, a := range ids {
			var b entente.Ballot
			if x := c.VoteOf(rc.ID, a); x != nil {
				b, any = x.Ballot, true
			}
			row.Ballots = append(row.Ballots, b)
			row.Counted = row.Counted && b.Cast()
			row.Agreed = row.Agreed && b == row.Ballots[0]
		}
		if !any {
			continue
		}
		row.Agreed = row.Agreed && row.Counted
		if row.Counted {
			v.BothCast++
		}
		if row.Agreed {
			v.Agreed++
		}
		v.Rows = append(v.Rows, row)
	}
	sort.SliceStable(v.Rows, func(i, j int) bool {
		if d := v.Rows[i].RollCall.Date.Compare(v.Rows[j].RollCall.Date); d != 0 {
			return d < 0
		}
		return v.Rows[i].RollCall.ID < v.Rows[j].RollCall.ID
	})
	return v
}
