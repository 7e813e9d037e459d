package archive

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"entente"
)

// callOrder gives the order of calls: session, then date, then number. The
// source's numbers are not in time order, so they only settle ties.
func callOrder(calls []Call) []int {
	order := make([]int, len(calls))
	number := make([]int, len(calls))
	for i := range calls {
		order[i] = i
		number[i], _ = strconv.Atoi(calls[i].ID) // 0 for an id that is a word
	}
	slices.SortStableFunc(order, func(i, j int) int {
		x, y := &calls[i], &calls[j]
		return cmp.Or(
			cmp.Compare(x.Session, y.Session), x.Date.Compare(y.Date), cmp.Compare(number[i], number[j]), cmp.Compare(x.ID, y.ID),
		)
	})
	return order
}

func fault(place, format string, args ...any) *entente.Error {
	return &entente.Error{Kind: entente.Invalid, Op: "read vote archive", Place: place, Msg: fmt.Sprintf(format, args...)}
}
