package view

import (
	"entente"
	"entente/analysis/idealpoint"
	"entente/internal/archive"
)

// idealSessions is how many sessions the general ideal points are fitted over:
// enough to place states that vote seldom, few enough to take a second.
const idealSessions = 8

// IdealPoints places the actors by their votes in the General Assembly up to a
// day, votes on ICTs left out: they are what is to be predicted, and a masked
// one must not come back through here. It gives each actor's point in its
// latest session and the last session used. An archive without such votes gives
// no points and no error: a prediction can do without.
func (b VoteBuilder) IdealPoints(t entente.Date) (map[entente.ActorID]float64, int, error) {
	out := map[entente.ActorID]float64{}
	if b.Archive == nil {
		return out, 0, nil
	}
	var calls []int
	last := 0
	for i := range b.Archive.Calls {
		c := &b.Archive.Calls[i]
		if c.Topics&archive.ICT == 0 && !leftOfScale(c, 0) && c.Date.By(t) {
			calls = append(calls, i)
			last = max(last, c.Session)
		}
	}
	recent := calls[:0]
	for _, i := range calls {
		if b.Archive.Calls[i].Session > last-idealSessions {
			recent = append(recent, i)
		}
	}
	if len(recent) == 0 {
		return out, 0, nil
	}
	votes, bridges, seats := b.scaleVotes(recent, sourceSet{})
	d, _, err := idealpoint.Prepare(votes, bridges, idealpoint.BSVRules())
	if err != nil {
		return out, 0, nil //nolint:nilerr // too few votes to scale: no points
	}
	fit, err := idealpoint.Fit(d, idealpoint.Options{Plus: scalePlus, Minus: scaleMinus, Intervals: idealpoint.NoIntervals})
	if err != nil {
		return out, 0, nil //nolint:nilerr // points are undefined: none
	}
	latest := map[entente.ActorID]int{}
	for _, p := range fit.Points {
		session := d.Sessions[p.Session]
		id := b.Archive.Seats[seats[seatKey{d.States[p.State], session}]].Actor
		if id != "" && session >= latest[id] {
			latest[id], out[id] = session, p.X
		}
	}
	return out, last, nil
}
