package archive_test

import (
	"testing"

	"entente/internal/archive"
)

// With the rules of the published model the data must have the published size:
// 814,458 votes in 10,662 state-sessions on 5,829 roll calls, 4,880 items after
// merging (the reference on votes, section 2.1). The last step, to leave out
// items on which all votes are equal, is done here.
func TestArraysHaveThePublishedSize(t *testing.T) {
	a := unga(t)
	all, _ := a.Select(archive.Filter{})
	x := a.Arrays(all, archive.Rules{Bridge: true, Published: true})
	seen := make([]uint8, len(x.Items))
	for i, it := range x.Item {
		seen[it] |= 1 << x.Answer[i]
	}
	votes, items := 0, map[int32]bool{}
	points := map[[2]int32]bool{}
	for i, it := range x.Item {
		if s := seen[it]; s&(s-1) == 0 {
			continue
		}
		votes++
		items[it] = true
		points[[2]int32{x.State[i], x.Session[i]}] = true
	}
	t.Logf("%d votes, %d state-sessions, %d items of %d roll calls", votes, len(points), len(items), x.Calls)
	if votes != 814458 || len(points) != 10662 || len(items) != 4880 {
		t.Errorf("%d votes, %d state-sessions, %d items; published: 814458, 10662, 4880", votes, len(points), len(items))
	}
	for _, s := range x.States {
		if s == "YUG" || s == "SCG" || s == "EAZ" {
			t.Errorf("%s is a state of its own", s)
		}
	}
}

func TestArraysWithoutRules(t *testing.T) {
	a := unga(t)
	calls, _ := a.Select(archive.Filter{FromSession: 73, ToSession: 73})
	x := a.Arrays(calls, archive.Rules{})
	n := 0
	for _, i := range calls {
		n += a.Calls[i].Tally.Cast()
	}
	if len(x.Answer) != n || len(x.Items) != 95 || len(x.Sessions) != 1 || x.Calls != 95 {
		t.Errorf("%d votes on %d items, expected %d on 95", len(x.Answer), len(x.Items), n)
	}
}
