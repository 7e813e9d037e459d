package trial_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/testskip"
)

// The disk of the serving node fills up, and later that of the reading node. What
// was acknowledged stays, what cannot be kept is refused in plain words, nothing
// goes out that the log could not record; and all goes on once there is room.
func TestFullDisk(t *testing.T) {
	w := newWorld(t)
	disk := func(name string) (string, func(full bool)) {
		dir := filepath.Join(w.dir, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=40m"); err != nil {
			testskip.Missing(t, "tmpfs", "run the tests as root with the right to mount, for example in a container with --privileged ("+err.Error()+")")
		}
		t.Cleanup(func() {
			if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
				t.Error(err)
			}
		})
		ballast := filepath.Join(dir, "ballast")
		return dir, func(full bool) {
			if !full {
				if err := os.Remove(ballast); err != nil {
					t.Error(err)
				}
				return
			}
			var st syscall.Statfs_t
			if err := syscall.Statfs(dir, &st); err != nil {
				t.Fatal(err)
			}
			left := int64(st.Bavail)*int64(st.Bsize) - 200<<10 // some pages for it to stumble over
			if err := os.WriteFile(ballast, make([]byte, max(left, 0)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	dirA, fullA := disk("disk-a")
	dirB, fullB := disk("disk-b")
	a, b := w.siteIn(0, filepath.Join(dirA, "n0"), ""), w.siteIn(1, filepath.Join(dirB, "n1"), "")
	a.know(b)
	b.know(a)
	writer := a.reader("writer", colShared, a.outsider("p0", makerA), 0, false)
	reads := a.outsider("reads")
	a.furnish(map[string]handling.TLP{"p0": handling.AmberStrict, "reads": handling.AmberStrict, b.name: handling.AmberStrict}, "p0")
	a.serve(1)
	readers := []*reader{a.reader("by next", colShared, reads, 13, false), a.reader("by date", colShared, reads, 7, true)}
	o := newOracle()
	var sum tally
	m := newMaker(seed(t), "disk", makerA, colShared)
	work := func(d time.Duration) {
		ctx, cancel := context.WithTimeout(t.Context(), d)
		defer cancel()
		var all sync.WaitGroup
		all.Go(func() { writer.post(ctx, o, m) })
		for _, r := range readers {
			all.Go(func() { r.follow(ctx) })
		}
		all.Wait()
	}
	refused := func() int { return writer.statuses[503] + writer.statuses[500] + writer.statuses[507] }
	for round := range 3 {
		work(500 * time.Millisecond)
		before := o.acks
		fullA(true)
		work(3 * time.Second)
		t.Logf("round %d: %d acknowledged before the disk was full, %d on it, %d requests refused", round, before, o.acks-before, refused())
		sum.trials++
		fullA(false)
	}
	if refused() == 0 {
		t.Error("the disk was never full")
	}
	if n := writer.statuses[500]; n > 0 {
		t.Errorf("%d answers of 500: a full disk is no fault of the program, 503 or 507 says so", n)
	}
	work(500 * time.Millisecond)
	sum.writes = o.acks
	for _, r := range readers {
		r.finish(t.Context())
		o.check(t, r.name, r.got, handling.AmberStrict, []string{colShared}, &sum)
	}
	// Now the reader's disk.
	fullB(true)
	out, err := w.try(t.Context(), program(t), "sync", a.name, "--node", b.dir)
	for tries := 0; err == nil && tries < 20; tries++ {
		work(300 * time.Millisecond)
		out, err = w.try(t.Context(), program(t), "sync", a.name, "--node", b.dir)
	}
	if err == nil || !strings.Contains(out, "disk is full") {
		t.Errorf("a sync on a full disk: %v\n%s", err, out)
	}
	fullB(false)
	w.command(program(t), "sync", a.name, "--node", b.dir)
	got := b.inbox(a.name)
	for tries := 0; got.owed > 0 && tries < 5; tries++ { // what was released last waits for a checkpoint
		time.Sleep(1100 * time.Millisecond)
		w.command(program(t), "sync", a.name, "--node", b.dir)
		got = b.inbox(a.name)
	}
	o.check(t, "the partner", got.copies, handling.AmberStrict, []string{colShared}, &sum)
	if got.owed > 0 {
		t.Errorf("%d receipts are owed", got.owed)
	}
	sum.writes = o.acks
	for _, s := range []*site{a, b} {
		s.with(func(n *node.Node) {
			if _, err := n.Store.Verify(t.Context(), nil); err != nil {
				t.Error(err)
			}
		})
		w.verify(s, "*", a, b)
	}
	w.noSecrets(filepath.Join(w.dir, "export"))
	t.Logf("%s", &sum)
}
