package node_test

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
)

// TestSpeed moves a synthetic corpus from one node to the other and prints what it
// cost: ENTENTE_SYNC says how many objects.
func TestSpeed(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("ENTENTE_SYNC"))
	if err != nil {
		t.Skip("set ENTENTE_SYNC to a number of objects")
	}
	tr := pair(t, inFile)
	if _, err := tr.est.Book.Edit(t.Context(), "test", "test", func(s *partner.Settings) error {
		s.Identity = stix.SyntheticCreator
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	list := green(t)
	for raw := range stix.Synthetic(n, 1, []stix.ID{handling.Green.Mark(), handling.Clear.Mark()}) {
		o, err := stix.Read(raw)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, o)
	}
	start := time.Now()
	for part := range slices.Chunk(list, 1000) {
		if _, err := tr.est.Shelf.Put(t.Context(), "positions", part); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d objects put in %v", len(list), time.Since(start))
	start = time.Now()
	r, err := tr.jpn.Sync(t.Context(), "estonia", node.SyncOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("synced in %v: %d new, receipts %+v, faults %v", time.Since(start), r.New(), r.Receipts, r.Faults)
	start = time.Now()
	r, err = tr.jpn.Sync(t.Context(), "estonia", node.SyncOptions{Compare: true})
	t.Logf("compared in %v: %v", time.Since(start), err)
	if err == nil && r.New() != 0 {
		t.Errorf("%d came again", r.New())
	}
	start = time.Now()
	_, v := tr.export(tr.est, "japan")
	t.Logf("exported and verified in %v: %s, %d objects", time.Since(start), v.Result(), v.Objects.Proven)
}
