package trial_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
)

// The clock of the serving node jumps forth and back, by minutes and by weeks,
// while partners add and read; the clock of the reading node is wrong all the
// time. Dates added rise all the same, and nobody who follows them misses
// anything.
func TestClockJumps(t *testing.T) {
	engines(t, func(t *testing.T, place func(*testing.T) string) {
		w := newWorld(t)
		rnd := rand.New(rand.NewPCG(seed(t), 9))
		a, b := w.site(0, place(t)), w.site(1, "")
		a.life, b.life = 300*24*time.Hour, 300*24*time.Hour // the tokens outlive the jumps
		a.know(b)
		b.know(a)
		writer := a.reader("writer", colShared, a.outsider("p0", makerA), 0, false)
		reads := a.outsider("reads")
		a.furnish(map[string]handling.TLP{"p0": handling.AmberStrict, "reads": handling.AmberStrict, b.name: handling.AmberStrict}, "p0")

		file := filepath.Join(w.dir, "clock")
		set := func(d time.Duration) {
			if err := os.WriteFile(file+".new", []byte(d.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(file+".new", file); err != nil {
				t.Fatal(err)
			}
		}
		set(0)
		servers := 1
		if place != nil && t.Name() == "TestClockJumps/postgres" {
			servers = 2 // whose clocks jump together; the order is the database's
		}
		var addrs []string
		for i := range servers {
			addr := fmt.Sprintf("127.0.0.1:%d", port(t))
			p := w.process(fmt.Sprintf("n0-clock%d", i), os.Args[0], "-node", a.dir, "-listen", addr)
			p.env, p.addr = []string{envRole + "=serve", envClock + "=" + file}, addr
			p.start()
			addrs = append(addrs, addr)
		}
		a.via.forward(addrs...)
		sync1 := w.process("n1-sync", os.Args[0], "-node", b.dir, "-partner", a.name)
		sync1.env = []string{envRole + "=sync", envClock + "=-3h"}

		o := newOracle()
		var sum tally
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		m := newMaker(rnd.Uint64(), "clock", makerA, colShared)
		readers := []*reader{a.reader("by next", colShared, reads, 13, false), a.reader("by date", colShared, reads, 7, true)}
		var all sync.WaitGroup
		all.Go(func() { writer.post(ctx, o, m) })
		for _, r := range readers {
			all.Go(func() { r.follow(ctx) })
		}
		jumps := []time.Duration{10 * time.Minute, -10 * time.Minute, 30 * 24 * time.Hour, -30 * 24 * time.Hour, time.Second, -time.Second, 5 * 24 * time.Hour, 0}
		for i := range max(len(jumps), kills(t)) {
			set(jumps[i%len(jumps)])
			sum.trials++
			if i%4 == 0 {
				sync1.run()
			}
			time.Sleep(time.Duration(50+rnd.IntN(150)) * time.Millisecond)
		}
		set(0)
		cancel()
		all.Wait()
		<-sync1.gone
		for _, r := range readers {
			r.finish(t.Context())
			o.check(t, r.name, r.got, handling.AmberStrict, []string{colShared}, &sum)
			if n := r.serverErrors(); n > 0 {
				t.Errorf("%s: %d answers of 500 and above", r.name, n)
			}
		}
		dates := readers[0].manifest(t.Context())
		if len(dates) != len(readers[0].got) {
			t.Errorf("%d versions in the manifest, %d were read", len(dates), len(readers[0].got))
		}
		for i, wrong := range []string{"-3h", "0s"} {
			sync1.env[1] = envClock + "=" + wrong
			sync1.log += fmt.Sprint(i)
			sync1.run()
			<-sync1.gone
			out := tail(sync1.log)
			t.Logf("sync with a clock that is wrong by %s: %.600s", wrong, out[max(0, strings.Index(out, "new ")):])
			if !strings.Contains(out, "new ") {
				t.Errorf("the sync broke off:\n%s", out)
			}
		}
		got := b.inbox(a.name)
		o.check(t, "the partner", got.copies, handling.AmberStrict, []string{colShared}, &sum)
		sum.writes = o.acks
		a.with(func(n *node.Node) {
			if _, err := n.SignNow(t.Context()); err != nil {
				t.Error(err)
			}
		})
		t.Logf("%s", &sum)
		w.noSecrets()
		if sum.writes == 0 {
			t.Error("nothing was ever acknowledged: the trial tested nothing")
		}
	})
}
