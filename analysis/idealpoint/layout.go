package idealpoint

import (
	"cmp"
	"slices"
)

// layout holds the votes twice in flat arrays, by state-session and by item,
// each cut into runs of one answer, so that the sweeps have no branches. All
// orders are canonical (states by name, sessions by number, items by ID):
// the order of the lists in Data cannot change a sum.
type layout struct {
	states, items []int32 // canonical place -> index in Data
	sessions      []int32

	// State-sessions with a vote, by state and then session.
	state, session []int32 // canonical state and session of each
	first          []int32 // of each state: its state-sessions are first[s]:first[s+1]

	// Votes by state-session: run 3*q+y-1 holds the items that q answered y.
	ssOff, ssItem []int32
	// Votes by item: run 3*j+y-1 holds the state-sessions that answered y.
	itOff, itSS []int32

	unused  int // items without two different answers
	skipped int // votes on them
}

func (l *layout) points() int { return len(l.state) }
func (l *layout) votes() int  { return len(l.ssItem) }

// n counts the votes of state-session q.
func (l *layout) n(q int) int { return int(l.ssOff[3*q+3] - l.ssOff[3*q]) }

// of counts the answers y on item j.
func (l *layout) of(j int, y uint8) int {
	r := 3*j + int(y) - 1
	return int(l.itOff[r+1] - l.itOff[r])
}

// newLayout orders the votes. recode maps Y to the answer used, 0 to leave the
// vote out. Items whose remaining answers are all equal say nothing about
// order and are left out and counted.
func newLayout(d *Data, recode [4]uint8) *layout {
	l := new(layout)
	byState := ranks(len(d.States), func(a, b int32) int { return cmp.Compare(d.States[a], d.States[b]) })
	bySession := ranks(len(d.Sessions), func(a, b int32) int { return cmp.Compare(d.Sessions[a], d.Sessions[b]) })
	byItem := ranks(len(d.Items), func(a, b int32) int { return cmp.Compare(d.Items[a].ID, d.Items[b].ID) })
	l.sessions = bySession

	// Items with at least two different answers.
	seen := make([]uint8, len(d.Items))
	for _, v := range d.Votes {
		if y := recode[v.Y]; y != 0 {
			seen[v.Item] |= 1 << y
		}
	}
	place := make([]int32, len(d.Items))
	for _, i := range byItem {
		place[i] = -1
		if s := seen[i]; s&(s-1) != 0 {
			place[i] = int32(len(l.items))
			l.items = append(l.items, i)
		} else if s != 0 {
			l.unused++
		}
	}

	// State-sessions that have a vote on them.
	sRank, tRank := inverse(byState), inverse(bySession)
	nT := int32(len(d.Sessions))
	count := make([]int32, len(d.States)*len(d.Sessions))
	for _, v := range d.Votes {
		if recode[v.Y] == 0 {
			continue
		}
		if place[v.Item] < 0 {
			l.skipped++
			continue
		}
		count[sRank[v.State]*nT+tRank[v.Session]]++
	}
	at := make([]int32, len(count))
	for s := range byState {
		start := int32(len(l.state))
		for t := range nT {
			if c := int32(s)*nT + t; count[c] > 0 {
				at[c] = int32(len(l.state))
				l.state = append(l.state, int32(len(l.states)))
				l.session = append(l.session, t)
			}
		}
		if int32(len(l.state)) > start { // a state without a vote has no place
			l.states = append(l.states, byState[s])
			l.first = append(l.first, start)
		}
	}
	l.first = append(l.first, int32(len(l.state)))

	// Counting sorts: into the runs of state-sessions in the order of Votes, from
	// these into the runs of items, and back; the two turns sort every run.
	l.ssOff = make([]int32, 3*l.points()+1)
	l.itOff = make([]int32, 3*len(l.items)+1)
	each := func(do func(q, j int32, y uint8)) {
		for _, v := range d.Votes {
			if y := recode[v.Y]; y != 0 && place[v.Item] >= 0 {
				do(at[sRank[v.State]*nT+tRank[v.Session]], place[v.Item], y)
			}
		}
	}
	each(func(q, j int32, y uint8) {
		l.ssOff[3*q+int32(y)]++
		l.itOff[3*j+int32(y)]++
	})
	for r := 1; r < len(l.ssOff); r++ {
		l.ssOff[r] += l.ssOff[r-1]
	}
	for r := 1; r < len(l.itOff); r++ {
		l.itOff[r] += l.itOff[r-1]
	}
	l.itSS = make([]int32, l.itOff[len(l.itOff)-1])
	l.ssItem = make([]int32, len(l.itSS))
	next := slices.Clone(l.ssOff)
	each(func(q, j int32, y uint8) {
		r := 3*q + int32(y) - 1
		l.ssItem[next[r]] = j
		next[r]++
	})
	turn(l.ssOff, l.ssItem, l.itOff, l.itSS)
	turn(l.itOff, l.itSS, l.ssOff, l.ssItem)
	return l
}

// turn fills the runs (to, list) from the runs (from, of) in order, which
// leaves each run of list sorted.
func turn(from, of, to, list []int32) {
	next := slices.Clone(to)
	for r := range len(from) - 1 {
		for _, e := range of[from[r]:from[r+1]] {
			k := 3*e + int32(r%3)
			list[next[k]] = int32(r / 3)
			next[k]++
		}
	}
}

// ranks lists 0..n-1 in the order of compare.
func ranks(n int, compare func(a, b int32) int) []int32 {
	list := make([]int32, n)
	for i := range list {
		list[i] = int32(i)
	}
	slices.SortStableFunc(list, compare)
	return list
}

func inverse(list []int32) []int32 {
	inv := make([]int32, len(list))
	for i, v := range list {
		inv[v] = int32(i)
	}
	return inv
}

// cut splits 0..n-1 into at most workers ranges of about equal weight, where
// off[i] is the weight before i.
func cut(n, workers int, weight func(i int) int32) []int {
	ends := []int{0}
	total := int64(weight(n))
	for w := 1; w < workers; w++ {
		want := total * int64(w) / int64(workers)
		i := ends[len(ends)-1]
		for i < n && int64(weight(i)) < want {
			i++
		}
		ends = append(ends, i)
	}
	return append(ends, n)
}
