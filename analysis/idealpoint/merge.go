package idealpoint

import (
	"slices"
	"strconv"
)

// merge gives, for each roll call, the ID of the roll call whose item it joins.
func (p *preparation) merge(bridges []Bridge) map[int]int {
	known := make(map[int]bool, len(p.RollCalls))
	for _, r := range p.RollCalls {
		known[r.ID] = true
	}
	least := map[int]int{} // of the later roll call: its least earlier partner
	for _, b := range bridges {
		early, late := min(b.Earlier, b.Later), max(b.Earlier, b.Later)
		if !known[early] || !known[late] {
			p.report.UnknownBridges++ // may still be a link between two that are known
		}
		if e, ok := least[late]; early < late && (!ok || early < e) {
			least[late] = early
		}
	}
	item := make(map[int]int, len(p.RollCalls))
	for _, r := range p.RollCalls {
		id := r.ID
		for e, ok := least[id]; ok; e, ok = least[id] {
			id = e // numbers fall, so this ends
		}
		item[r.ID] = id
	}
	return item
}

// finish builds Data from what is left.
func (p *preparation) finish(item map[int]int) *Data {
	d, r := new(Data), p.report
	number := make([]int, len(p.RollCalls)) // item number of each roll call
	answers := map[int]uint8{}
	for i, c := range p.RollCalls {
		number[i] = item[c.ID]
		if !p.out[i] && number[i] != c.ID {
			r.Merged++
		}
	}
	votes := map[int]int{}
	for i, c := range p.Casts {
		if !p.castOut[i] {
			answers[number[c.RollCall]] |= 1 << c.Y
			votes[number[c.RollCall]]++
		}
	}
	label := map[int]string{}
	for _, c := range p.RollCalls {
		label[c.ID] = c.Label
	}
	place := map[int]int32{}
	var ids []int
	for id, a := range answers {
		if a&(a-1) == 0 {
			r.Unanimous++
			r.UnanimousVotes += votes[id]
			continue
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		place[id] = int32(len(d.Items))
		d.Items = append(d.Items, Item{ID: strconv.Itoa(id), Label: label[id]})
	}
	var sessions []int
	for i, c := range p.RollCalls {
		if _, ok := place[number[i]]; ok && !p.out[i] {
			sessions = append(sessions, c.Session)
			r.RollCalls++
		}
	}
	slices.Sort(sessions)
	d.Sessions = slices.Compact(sessions)
	d.States = slices.Clone(p.States)
	at := map[int]int32{}
	for i, s := range d.Sessions {
		at[s] = int32(i)
	}
	cells := make([]bool, len(d.States)*len(d.Sessions))
	stated := make([]bool, len(d.States))
	for i, c := range p.Casts {
		if p.castOut[i] {
			continue
		}
		j, ok := place[number[c.RollCall]]
		if !ok {
			continue
		}
		t := at[p.RollCalls[c.RollCall].Session]
		d.Votes = append(d.Votes, Vote{State: c.State, Session: t, Item: j, Y: c.Y})
		cell := int(c.State)*len(d.Sessions) + int(t)
		if !cells[cell] {
			cells[cell] = true
			r.StateSessions++
		}
		if !stated[c.State] {
			stated[c.State] = true
			r.States++
		}
	}
	r.Votes, r.Items = len(d.Votes), len(d.Items)
	return d
}
