package community

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFollow(t *testing.T) {
	for _, c := range []struct {
		name        string
		before, now []int
		fresh       int
		want        []int
		next        int
	}{
		{"other numbers, same camps", []int{4, 4, 2, 2}, []int{0, 0, 1, 1}, 5, []int{4, 4, 2, 2}, 5},
		{"a camp splits: the larger part keeps the number", []int{0, 0, 0, 1}, []int{9, 8, 8, 7}, 2, []int{2, 0, 0, 1}, 3},
		{"camps merge: the larger gives its number", []int{0, 1, 1, 2}, []int{5, 5, 5, 6}, 3, []int{1, 1, 1, 2}, 3},
		{"newcomers found a camp", []int{0, 0, -1, -1}, []int{1, 1, 0, 0}, 1, []int{0, 0, 1, 1}, 2},
		{"nobody before", []int{-1, -1}, []int{3, 1}, 0, []int{0, 1}, 2},
	} {
		got, next, err := Follow(c.before, c.now, c.fresh)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" || next != c.next {
			t.Errorf("%s: %v, next %d (%v) %s", c.name, got, next, err, diff)
		}
	}
	if _, _, err := Follow([]int{3}, []int{0}, 2); err == nil {
		t.Error("a number in use as fresh: no error")
	}
	if _, _, err := Follow([]int{3}, nil, 4); err == nil {
		t.Error("partitions of different length: no error")
	}
}

// TestChance: planted camps are beyond chance; a network dealt at random is
// not, though the search finds a score well above 0 in it too.
func TestChance(t *testing.T) {
	truth := make([]int, 24)
	for i := range truth {
		truth[i] = i % 2
	}
	for _, c := range []struct {
		noise    float64
		low, top float64
	}{{0.2, 0, 0.011}, {0.5, 0.05, 1}} {
		p := must2(t, truth, c.noise)
		found, err := p.Search(1, 3)
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.Chance(found, Permutation{Draws: 99, Seed: 1}, 3)
		if err != nil || r.P < c.low || r.P > c.top || r.Expected < 0.1 {
			t.Errorf("noise %v: %+v, want p from %v to %v (%v)", c.noise, r, c.low, c.top, err)
		}
	}
}
