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

// TestACorpusMoves moves a synthetic corpus from one node to the other: all of it
// arrives, once, confirmed and proven. It prints what that cost; ENTENTE_SYNC makes
// it larger.
func TestACorpusMoves(t *testing.T) {
	n := 300
	if s := os.Getenv("ENTENTE_SYNC"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
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
	if r.New() < len(list) || len(r.Faults) > 0 {
		t.Errorf("%d of %d objects came, with the faults %v", r.New(), len(list), r.Faults)
	}
	start = time.Now()
	r, err = tr.jpn.Sync(t.Context(), "estonia", node.SyncOptions{Compare: true})
	t.Logf("compared in %v: %v", time.Since(start), err)
	if err != nil || r.New() != 0 {
		t.Errorf("%d came again, %v", r.New(), err)
	}
	start = time.Now()
	_, v := tr.export(tr.est, "japan")
	t.Logf("exported and verified in %v: %s, %d objects", time.Since(start), v.Result(), v.Objects.Proven)
	if v.Result() != "proven" || v.Objects.Proven < len(list) {
		t.Errorf("%s: %d of %d objects", v.Result(), v.Objects.Proven, len(list))
	}
}
