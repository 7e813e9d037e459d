package predict

import (
	"sort"

	"entente"
)

// Answer is one known answer of one actor to one item, as of a date.
type Answer struct {
	Actor entente.ActorID
	Item  ItemID
	Kind  Kind
	Y     int // 0 is the lowest answer of the kind; see Kind
	Side  Side
	// ID is the roll call, the statement or the instrument; Date when it was
	// given, if that is known.
	ID   string
	Date entente.Date
}

// Cell is one actor and one item.
type Cell struct {
	Actor entente.ActorID
	Item  ItemID
}

// signed are the roles by which an actor stands behind a text.
var signed = map[entente.Role]bool{
	entente.Party: true, entente.Signatory: true, entente.Sponsor: true, entente.Cosponsor: true, entente.Submitted: true,
}

// scoreLevel is a stance as an answer.
func scoreLevel(s entente.Stance) int { return s.Score() + 2 }

// stated are the actors' own latest stances by the as-of date. A group's word
// is the group's one answer; it is not repeated for its members.
func stated(c *entente.Corpus, s entente.Settings, out []Answer) []Answer {
	s.NoBloc, s.NoImplied = true, true
	for i := range c.Propositions {
		p := c.Propositions[i].ID
		var last entente.ActorID
		for _, st := range sortedByActor(c.StatementsOn(p)) {
			if st.Actor == last {
				continue
			}
			last = st.Actor
			pos := c.Position(st.Actor, p, s)
			if pos.Basis != entente.Stated || pos.Stance == "" {
				continue // not yet, not verified, or on both sides
			}
			y := scoreLevel(pos.Stance)
			out = append(out, Answer{st.Actor, ItemID(p), Said, y, sideOf(Said, y), pos.Evidence[0].ID, pos.Evidence[0].Date})
		}
	}
	return out
}

func sortedByActor(list []*entente.Statement) []*entente.Statement {
	out := append([]*entente.Statement(nil), list...)
	sort.SliceStable(out, func(i, j int) bool { return out[i].Actor < out[j].Actor })
	return out
}

// voted are the ballots cast in complete roll calls by the as-of date. A record
// that names only one side is left out: its missing votes are not missing by
// chance. What was adopted without a vote has no answers.
func voted(c *entente.Corpus, s entente.Settings, out []Answer) []Answer {
	t := c.AsOf(s)
	for i := range c.RollCalls {
		rc := &c.RollCalls[i]
		if !rc.Complete || !rc.Date.By(t) {
			continue
		}
		for a := range c.Actors {
			v := c.VoteOf(rc.ID, c.Actors[a].ID)
			if v == nil || !v.Ballot.Cast() || c.VoteLevel(v) == entente.Unverified && !s.Unverified {
				continue
			}
			y := map[entente.Ballot]int{entente.No: 0, entente.Abstain: 1, entente.Yes: 2}[v.Ballot]
			out = append(out, Answer{v.Actor, ItemID(rc.Instrument), Voted, y, Side(y), rc.ID, rc.Date})
		}
	}
	return out
}

// signatures are the names on lists that were read whole by the as-of date,
// and the absence of the other member states from them. On other lists a name
// that is missing is not known to be missing, so they do not count at all: a
// list of names alone says nothing of who would not sign.
func signatures(c *entente.Corpus, s entente.Settings, out []Answer) []Answer {
	t := c.AsOf(s)
	for i := range c.Instruments {
		in := &c.Instruments[i]
		if in.Kind == entente.Resolution || in.Kind == entente.Meeting || !in.Date.By(t) {
			continue
		}
		read := listRead(c, in.ID, t, s)
		if read.IsZero() {
			continue
		}
		on, names := map[entente.ActorID]bool{}, 0
		for _, p := range c.ParticipationsIn(in.ID) {
			d, _ := c.DateOf(p, s)
			if signed[p.Role] && d.By(t) && (s.Unverified || c.ParticipationLevel(p) != entente.Unverified) && !on[p.Actor] {
				on[p.Actor] = true
				names++
			}
		}
		if names < 5 {
			continue // an act of a few is no list that others stayed away from
		}
		for a := range c.Actors {
			act := &c.Actors[a]
			switch {
			case on[act.ID]:
				out = append(out, Answer{act.ID, ItemID(in.ID), Signed, 1, Affirm, string(in.ID), in.Date})
			case act.Kind == entente.State && act.UNStatus == "member":
				out = append(out, Answer{act.ID, ItemID(in.ID), Signed, 0, Reject, string(in.ID), read})
			}
		}
	}
	return out
}

// listRead is the latest day by t for which coverage says that the list of an
// instrument was read for everybody; zero when there is none.
func listRead(c *entente.Corpus, id entente.InstrumentID, t entente.Date, s entente.Settings) entente.Date {
	var last entente.Date
	for _, cov := range c.CoverageOf(entente.AnyActor, "instrument:"+string(id)) {
		if cov.Actor == entente.AnyActor && cov.Finding == entente.FoundActs && cov.Date.By(t) &&
			(s.Unverified || c.CoverageLevel(cov) != entente.Unverified) && cov.Date.Compare(last) > 0 {
			last = cov.Date
		}
	}
	return last
}

// Answers lists every answer on record as of the settings' date, without the
// masked cells, by item and actor. Nothing dated later enters.
func Answers(c *entente.Corpus, s entente.Settings, mask []Cell) []Answer {
	all := signatures(c, s, voted(c, s, stated(c, s, nil)))
	hidden := make(map[Cell]bool, len(mask))
	for _, m := range mask {
		hidden[m] = true
	}
	out := all[:0]
	for _, a := range all {
		if !hidden[Cell{a.Actor, a.Item}] {
			out = append(out, a)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Item != out[j].Item {
			return out[i].Item < out[j].Item
		}
		return out[i].Actor < out[j].Actor
	})
	// One answer per cell: of several roll calls on one text the latest.
	kept := out[:0]
	for _, a := range out {
		if n := len(kept); n > 0 && kept[n-1].Item == a.Item && kept[n-1].Actor == a.Actor {
			if a.Date.Compare(kept[n-1].Date) > 0 {
				kept[n-1] = a
			}
			continue
		}
		kept = append(kept, a)
	}
	return kept
}
