package reliability

import (
	"cmp"
	"fmt"
	"slices"

	"entente"
)

// Grouped is a rating with the name of the group it counts in: a proposition, a
// source, a quarter of a year.
type Grouped struct {
	Rating
	Group string
}

// GroupResult is the agreement within one group.
type GroupResult struct {
	Group  string `json:"group"`
	Thin   bool   `json:"thin"` // fewer pairable units than asked for
	Result Result `json:"result"`
}

// PairResult is the agreement of two coders; A comes before B.
type PairResult struct {
	A      string `json:"a"`
	B      string `json:"b"`
	Thin   bool   `json:"thin"` // fewer pairable units than asked for
	Result Result `json:"result"`
}

// ByGroup measures each group on its own, as [Alpha] would with the ratings of
// that group alone, and lists the groups by name. Groups with fewer than thin
// pairable units are flagged. A unit belongs to one group: a unit in two is an
// error, since its pairs across the groups would be lost in silence.
func ByGroup(ratings []Grouped, o Options, thin int) ([]GroupResult, error) {
	plain := make([]Rating, len(ratings))
	group := map[string]string{} // of each unit
	for i, r := range ratings {
		plain[i] = r.Rating
		if r.Group == "" {
			return nil, bad(r.place(), "name the group, or leave the rating out", "no group")
		}
		if g, seen := group[r.Unit]; seen && g != r.Group {
			e := bad(fmt.Sprintf("unit %q", r.Unit), "make two units of it, or name one group", "in two groups, %q and %q", g, r.Group)
			e.Kind = entente.Conflict
			return nil, e
		}
		group[r.Unit] = r.Group
	}
	t, err := checked(plain, o, thin)
	if err != nil {
		return nil, err
	}
	type part struct {
		units   [][]int32
		ratings int
		coders  map[int32]bool
	}
	parts := map[string]*part{}
	var list []GroupResult
	t.each(func(rows []rated) {
		g := group[t.units[rows[0].unit]]
		p := parts[g]
		if p == nil {
			p = &part{coders: map[int32]bool{}}
			parts[g] = p
			list = append(list, GroupResult{Group: g})
		}
		p.units = append(p.units, valuesOf(rows))
		p.ratings += len(rows)
		for _, r := range rows {
			p.coders[r.coder] = true
		}
	})
	slices.SortFunc(list, func(a, b GroupResult) int { return cmp.Compare(a.Group, b.Group) })
	samples := make([]*sample, len(list))
	for i, g := range list {
		p := parts[g.Group]
		list[i].Result = Result{Ratings: p.ratings, Coders: len(p.coders), Units: len(p.units)}
		samples[i] = newSample(p.units, t.values, o.Level)
	}
	err = measure(samples, o, func(i int, r Result) {
		n := list[i].Result
		r.Ratings, r.Coders, r.Units = n.Ratings, n.Coders, n.Units
		list[i].Result, list[i].Thin = r, r.PairableUnits < thin
	})
	return list, err
}

// The bounds of [ByPair].
const (
	maxCoders = 200
	maxPairs  = 5_000_000 // pairs of judgments
)

// ByPair measures each pair of coders on the ratings of these two, as [Alpha]
// would, and lists the pairs by name, those too that have no unit in common.
// Pairs with fewer than thin units in common are flagged. At most 200 coders.
func ByPair(ratings []Rating, o Options, thin int) ([]PairResult, error) {
	t, err := checked(ratings, o, thin)
	if err != nil {
		return nil, err
	}
	n := len(t.coders)
	if n > maxCoders {
		return nil, bad("", fmt.Sprintf("choose at most %d", maxCoders), "%d coders are too many to compare one by one", n)
	}
	judged := make([]int, n)
	common, total := make([][][]int32, n*n), 0
	t.each(func(rows []rated) {
		total += len(rows) * (len(rows) - 1) / 2
		for i, a := range rows {
			judged[a.coder]++
			if total > maxPairs {
				continue
			}
			for _, b := range rows[i+1:] {
				at := int(a.coder)*n + int(b.coder)
				common[at] = append(common[at], []int32{a.value, b.value})
			}
		}
	})
	if total > maxPairs {
		return nil, bad("", "measure a part of the ratings", "more than %d pairs of judgments", maxPairs)
	}
	var list []PairResult
	var samples []*sample
	for a := range n {
		for b := a + 1; b < n; b++ {
			both := common[a*n+b]
			list = append(list, PairResult{A: t.coders[a], B: t.coders[b], Result: Result{
				Ratings: judged[a] + judged[b], Coders: 2, Units: judged[a] + judged[b] - len(both),
			}})
			samples = append(samples, newSample(both, t.values, o.Level))
		}
	}
	err = measure(samples, o, func(i int, r Result) {
		n := list[i].Result
		r.Ratings, r.Coders, r.Units = n.Ratings, n.Coders, n.Units
		list[i].Result, list[i].Thin = r, r.PairableUnits < thin
	})
	return list, err
}

// checked checks options, limit and ratings.
func checked(ratings []Rating, o Options, thin int) (*table, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if thin < 1 {
		return nil, bad("thin", "write a number of units from 1", "a limit of %d units", thin)
	}
	return compile(ratings, o)
}

// measure hands the result of every sample to put, after a look at the cost of
// all.
func measure(samples []*sample, o Options, put func(int, Result)) error {
	steps := 0
	for _, s := range samples {
		steps += s.cost()
	}
	if err := affordable(o, steps); err != nil {
		return err
	}
	for i, s := range samples {
		put(i, s.result(o))
	}
	return nil
}
