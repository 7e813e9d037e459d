package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"entente"
	"entente/internal/store"
	"entente/internal/testskip"
)

// On a full disk a write is refused in plain words, what was acknowledged stays,
// and writing goes on once there is room.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=6m"); err != nil {
		testskip.Missing(t, "tmpfs", "run the tests as root with the right to mount, for example in a container with --privileged ("+err.Error()+")")
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	place := filepath.Join(dir, "work.entente")
	b := open(t, place)
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	kept := 0
	var err error
	for err == nil && kept < 10_000 {
		c := note(fmt.Sprint(kept), 0, strings.Repeat("text that takes room ", 300))
		if _, err = b.Save(context.Background(), store.Reason{Who: "w"}, c); err == nil {
			kept++
		}
	}
	b.is(err, entente.Unavailable, "disk is full: make room and try again; nothing of this write was kept")
	if kept == 0 {
		t.Fatal("nothing fitted")
	}
	// A large write, a file and a read behave as well.
	var many []store.Change
	for i := range 2000 {
		many = append(many, note(fmt.Sprint("many", i), 0, strings.Repeat("x", 2000)))
	}
	_, err = b.Save(t.Context(), store.Reason{Who: "w"}, many...)
	b.is(err, entente.Unavailable, "disk is full")
	_, err = b.PutBlob(t.Context(), "x", make([]byte, 5<<20))
	b.is(err, entente.Unavailable, "disk is full")
	count := func(s *store.Store) int {
		n := 0
		after := store.Key{}
		for {
			l, err := s.List(t.Context(), store.Query{Limit: 100, After: after})
			if err != nil {
				t.Fatal(err)
			}
			if n += len(l); len(l) < 100 {
				return n
			}
			after = l[99].Key
		}
	}
	if n := count(b.Store); n != kept {
		t.Errorf("%d records, %d were acknowledged", n, kept)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	b.save(note("after", 0, "there is room again"))
	if n := count(b.Store); n != kept+1 {
		t.Errorf("%d records, want %d", n, kept+1)
	}
	b.verify()
	again, err := store.Open(t.Context(), place, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if n := count(again); n != kept+1 {
		t.Errorf("a second look finds %d records, want %d", n, kept+1)
	}
}
