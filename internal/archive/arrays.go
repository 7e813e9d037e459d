package archive

import "slices"

// Arrays are votes as plain arrays, for scaling: vote i is State[i]'s answer to
// Item[i] in Session[i], the first three being indices into the lists. Absences
// are not in it.
type Arrays struct {
	States   []string // codes; see [Archive.Arrays]
	Sessions []int
	Items    []string // id of the earliest roll call of the item
	State    []int32
	Session  []int32
	Item     []int32
	Answer   []uint8 // 1 yes, 2 abstain, 3 no
	Calls    int     // roll calls that the items are made of
}

// Rules choose what goes into [Arrays]. The zero value takes every vote, each
// roll call as an item of its own.
type Rules struct {
	Bridge bool // roll calls on the same text in different sessions are one item
	// Published leaves out what Bailey, Strezhnev and Voeten (2017) leave out:
	// session 19, with its single roll call; amendments and paragraphs after
	// 1989; Zanzibar, and South Africa's single vote of session 48.
	Published bool
}

// Arrays gives the votes of the calls (indices) as plain arrays. Seats that
// bear the same Correlates of War number are one state under the latest code
// among them: Yugoslavia, Serbia and Montenegro, and Serbia are SRB.
func (a *Archive) Arrays(calls []int, r Rules) *Arrays {
	out := &Arrays{}
	item := a.items(r.Bridge)
	state := a.states()
	stateAt, sessionAt, itemAt := map[string]int32{}, map[int]int32{}, map[string]int32{}
	for _, i := range calls {
		c := &a.Calls[i]
		if r.Published && (c.Session == 19 || !c.Whole() && c.Date.Year() > 1989) {
			continue
		}
		out.Calls++
		session := index(sessionAt, &out.Sessions, c.Session)
		it := index(itemAt, &out.Items, item[c.ID])
		for j, b := range a.Row(i) {
			code := a.Seats[j].Code
			if !b.Cast() || r.Published && (code == "EAZ" || code == "ZAF" && c.Session == 48) {
				continue
			}
			out.State = append(out.State, index(stateAt, &out.States, state[j]))
			out.Session, out.Item, out.Answer = append(out.Session, session), append(out.Item, it), append(out.Answer, uint8(b))
		}
	}
	return out
}

// index gives the place of a key in a list, adding it when it is new.
func index[K comparable](at map[K]int32, list *[]K, key K) int32 {
	i, ok := at[key]
	if !ok {
		i = int32(len(*list)) //nolint:gosec // far below 2^31 seats, sessions and calls
		at[key] = i
		*list = append(*list, key)
	}
	return i
}

// items maps each call to the item it belongs to, named by its earliest call.
// Chains of bridges fall together.
func (a *Archive) items(bridge bool) map[string]string {
	item := make(map[string]string, len(a.Calls))
	for i := range a.Calls {
		item[a.Calls[i].ID] = a.Calls[i].ID
	}
	if !bridge {
		return item
	}
	root := func(id string) string {
		for item[id] != id {
			id = item[id]
		}
		return id
	}
	for _, b := range a.Bridges {
		x, y := root(b[0]), root(b[1])
		if a.calls[x] > a.calls[y] {
			x, y = y, x
		}
		item[y] = x
	}
	for i := range a.Calls {
		item[a.Calls[i].ID] = root(a.Calls[i].ID)
	}
	return item
}

// states maps each seat to the code of its state.
func (a *Archive) states() []string {
	latest := map[int]int{} // number to seat
	for j := range a.Seats {
		for _, n := range a.Seats[j].Numbers {
			if k, ok := latest[n]; !ok || a.Seats[j].First > a.Seats[k].First {
				latest[n] = j
			}
		}
	}
	out := make([]string, len(a.Seats))
	for j := range a.Seats {
		out[j] = a.Seats[j].Code
		if len(a.Seats[j].Numbers) > 0 {
			out[j] = a.Seats[latest[slices.Max(a.Seats[j].Numbers)]].Code
		}
	}
	return out
}
