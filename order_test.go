package entente

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// However a table arrives, sorting gives the order of its keys, and equal rows
// stay in their order.
func TestSortBy(t *testing.T) {
	type row struct{ a, b string }
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[ab]{0,2}`)
		draw := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) row { return row{word.Draw(t, "a"), word.Draw(t, "b")} }), 0, 40)
		list := draw.Draw(t, "rows")
		key := func(r *row) parts { return parts{r.a} } // b tells equal rows apart
		if rapid.Bool().Draw(t, "nearly sorted") {
			sortAll(list, key)
			list = append(list, draw.Draw(t, "more")...)
		}
		want := slices.Clone(list)
		slices.SortStableFunc(want, func(x, y row) int { return slices.Compare([]string{x.a}, []string{y.a}) })
		sortBy(list, key)
		if !slices.Equal(list, want) {
			t.Fatalf("got %v, want %v", list, want)
		}
	})
}

// The short way of reading a day tells the same as the calendar, for every day
// of four centuries, and leaves the rest to the long way.
func TestPlainDay(t *testing.T) {
	for d := time.Date(1600, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() < 2000; d = d.AddDate(0, 0, 1) {
		got, ok := plainDay(d.Format(time.DateOnly))
		if ok != (d.Day() <= 28) || ok && (got.year != int16(d.Year()) || got.month != int8(d.Month()) || got.day != int8(d.Day())) {
			t.Fatalf("%v: %v %v", d, got, ok)
		}
	}
	for _, s := range []string{"", "2021", "2021-02", "2021-2-19", "2021-13-01", "2021-00-10", "2021-01-00", "0999-01-01", "2021/01/01", "20a1-01-01", "2021-01-011", "-021-01-01"} {
		if d, ok := plainDay(s); ok {
			t.Errorf("%q was read as %v", s, d)
		}
	}
	for _, y := range []int{1000, 2024, 9999} {
		s := strconv.Itoa(y) + "-02-28"
		if d, err := ParseDate(s); err != nil || d.String() != s {
			t.Errorf("%v %v", d, err)
		}
	}
}
