package community

import "sort"

// Follow renumbers the communities of now so that they can be followed from
// before: the pair of communities with the most nodes in common keeps the
// number, then the next pair, and so on; a community without a forerunner gets
// the next free number from fresh on. It gives the new numbers and the next
// fresh one. A negative number in before is a node that was not there.
//
// Numbers are names for the eye (a colour over the years), not a finding: a camp
// that splits hands its number to the larger part, the smaller community number
// where both are equal.
func Follow(before, now []int, fresh int) (renumbered []int, next int, err error) {
	if len(before) != len(now) {
		return nil, 0, bad("give both for the same nodes, -1 where a node was absent", "partitions of %d and %d nodes", len(before), len(now))
	}
	of := canonical(now)
	type match struct{ was, is, common int }
	common := map[[2]int]int{}
	for v, b := range before {
		if b >= fresh {
			return nil, 0, bad("start above the numbers in use", "community %d is in use, and fresh numbers start at %d", b, fresh)
		}
		if b >= 0 {
			common[[2]int{b, of[v]}]++
		}
	}
	list := make([]match, 0, len(common))
	for k, n := range common {
		list = append(list, match{k[0], k[1], n})
	}
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if a.common != b.common {
			return a.common > b.common
		}
		if a.was != b.was {
			return a.was < b.was
		}
		return a.is < b.is
	})
	number, taken := map[int]int{}, map[int]bool{}
	for _, m := range list {
		if _, done := number[m.is]; !done && !taken[m.was] {
			number[m.is], taken[m.was] = m.was, true
		}
	}
	renumbered = make([]int, len(now))
	for v, c := range of {
		if _, done := number[c]; !done {
			number[c] = fresh
			fresh++
		}
		renumbered[v] = number[c]
	}
	return renumbered, fresh, nil
}
