package compare

import (
	"sort"

	"entente"
	"entente/analysis/alignment"
)

// Tally is a count with its base and the exact interval of its share.
type Tally struct {
	Agreed, N int
	Exact     alignment.Interval
	Thin      bool
}

func tally(agreed, n int) Tally {
	return Tally{agreed, n, alignment.Exact(agreed, n), n < alignment.Thin}
}

// Neighbour is how near another actor stands: over all questions on which both
// took a side, per issue, and in recorded votes.
type Neighbour struct {
	Actor    *entente.Actor
	Overall  Tally
	Votes    Tally
	ByPillar map[entente.Pillar]Tally
	ByIssue  map[string]Tally
}

// Nearest ranks the other actors by how near they stand to one: by the lower
// end of the exact interval of the share of questions on which both are on the
// same side, so that 9 of 9 comes before 2 of 2. Actors that share no question
// and no vote with it are left out.
func (b *Board) Nearest(id entente.ActorID) ([]Neighbour, error) {
	me, ok := b.index[id]
	if !ok {
		if _, err := lookUp(b.corpus, []entente.ActorID{id}, 1); err != nil {
			return nil, err
		}
		return nil, nil
	}
	exact := map[[2]int]Tally{}
	memo := func(k, n int) Tally {
		t, ok := exact[[2]int{k, n}]
		if !ok {
			t = tally(k, n)
			exact[[2]int{k, n}] = t
		}
		return t
	}
	var out []Neighbour
	for i, a := range b.Actors {
		if i == me {
			continue
		}
		var all [2]int
		pillars, issues := map[entente.Pillar]*[2]int{}, map[string]*[2]int{}
		for j, p := range b.Propositions {
			x, y := b.side(me, j), b.side(i, j)
			if x == 0 || y == 0 {
				continue
			}
			same := 0
			if x == y {
				same = 1
			}
			for _, c := range []*[2]int{&all, at(pillars, p.Pillar), at(issues, p.Issue)} {
				c[0] += same
				c[1]++
			}
		}
		v := votes(b.corpus, []entente.ActorID{id, a.ID}, b.AsOf)
		if all[1] == 0 && v.BothCast == 0 {
			continue
		}
		n := Neighbour{Actor: a, Overall: memo(all[0], all[1]), Votes: memo(v.Agreed, v.BothCast), ByPillar: map[entente.Pillar]Tally{}, ByIssue: map[string]Tally{}}
		for p, c := range pillars {
			n.ByPillar[p] = memo(c[0], c[1])
		}
		for s, c := range issues {
			n.ByIssue[s] = memo(c[0], c[1])
		}
		out = append(out, n)
	}
	SortNeighbours(out, func(n *Neighbour) Tally { return n.Overall })
	return out, nil
}

// SortNeighbours orders by the lower end of the exact interval of a tally, then
// by its base, then by votes, then by name.
func SortNeighbours(list []Neighbour, by func(*Neighbour) Tally) {
	sort.SliceStable(list, func(i, j int) bool {
		x, y := by(&list[i]), by(&list[j])
		if a, b := low(x), low(y); a != b {
			return a > b
		}
		if x.N != y.N {
			return x.N > y.N
		}
		if a, b := low(list[i].Votes), low(list[j].Votes); a != b {
			return a > b
		}
		return list[i].Actor.Name < list[j].Actor.Name
	})
}

// low is the lower end of the interval; nothing counted is worse than nothing
// agreed.
func low(t Tally) float64 {
	if t.N == 0 {
		return -1
	}
	return t.Exact.Lo
}

func at[K comparable](m map[K]*[2]int, k K) *[2]int {
	if m[k] == nil {
		m[k] = new([2]int)
	}
	return m[k]
}
