package trial_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/pgtest"
)

// Five nodes, three on files and two on PostgreSQL, each with a writer of its own
// and two partners that it reads from. Servers, readers and writers are killed at
// random; what each acknowledged reaches both who read from it, up to the level
// that each is trusted with.
func TestFiveNodes(t *testing.T) {
	const nodes = 5
	w := newWorld(t)
	rnd := rand.New(rand.NewPCG(seed(t), 5))
	var sites [nodes]*site
	for i := range sites {
		place := ""
		if i%2 == 1 {
			place = pgtest.Database(t, "trial", fill)
		}
		sites[i] = w.site(i, place)
	}
	// Node i reads from the two behind it: from the first everything up to
	// AMBER+STRICT, from the second no more than GREEN.
	type way struct {
		from, to *site
		level    handling.TLP
	}
	var ways []way
	for i := range sites {
		for step, level := range map[int]handling.TLP{1: handling.AmberStrict, 2: handling.Green} {
			ways = append(ways, way{sites[(i+step)%nodes], sites[i], level})
		}
	}
	members := map[*site]map[string]handling.TLP{}
	for _, x := range ways {
		if members[x.from] == nil {
			members[x.from] = map[string]handling.TLP{}
		}
		members[x.from][x.to.name] = x.level
		x.from.know(x.to)
		x.to.know(x.from)
	}
	oracles := map[*site]*oracle{}
	var victims []*proc
	for _, s := range sites {
		s.furnish(members[s])
		s.serve(1)
		oracles[s] = newOracle()
		victims = append(victims, s.put(oracles[s], rnd.Uint64()), s.servers[0])
	}
	for _, x := range ways {
		victims = append(victims, w.process(fmt.Sprintf("sync-%s-from-%s", x.to.name, x.from.name), program(t), "sync", x.from.name, "--node", x.to.dir, "--quick", "--watch", "--every", "2s"))
	}
	for _, p := range victims {
		if !p.running() {
			p.start()
		}
	}
	killed := map[string]int{}
	var sum tally
	for range kills(t) {
		time.Sleep(time.Duration(50+rnd.IntN(500)) * time.Millisecond)
		v := victims[rnd.IntN(len(victims))]
		v.kill()
		switch {
		case v.addr != "":
			killed["servers"]++
		case v.line != nil:
			killed["writers"]++
		default:
			killed["readers"]++
		}
		anew(v, rnd)
		v.start()
		sum.trials++
	}
	for _, p := range victims {
		if p.addr == "" {
			p.kill()
		}
	}
	for _, o := range oracles {
		sum.writes += o.acks
	}
	for _, x := range ways { // by the cursor alone: nothing read again, nothing compared
		w.command(program(t), "sync", x.from.name, "--node", x.to.dir, "--quick")
	}
	for _, x := range ways {
		oracles[x.from].check(t, x.to.name+" from "+x.from.name+" by its cursor", x.to.inbox(x.from.name).copies, x.level, []string{colOwn}, &sum)
	}
	for round := range 2 { // the second gives the receipts that waited for a checkpoint
		for _, x := range ways {
			out := w.command(program(t), "sync", x.from.name, "--node", x.to.dir)
			for _, bad := range []string{"missing:", "gone without", "FOUND", "not done", "fetched now"} {
				if strings.Contains(out, bad) && (round == 1 || bad == "fetched now") {
					t.Errorf("%s from %s: the last sync says %q:\n%s", x.to.name, x.from.name, bad, out)
				}
			}
		}
		time.Sleep(1100 * time.Millisecond)
	}
	for _, x := range ways {
		got := x.to.inbox(x.from.name)
		oracles[x.from].check(t, x.to.name+" from "+x.from.name, got.copies, x.level, []string{colOwn}, &sum)
		if got.owed > 0 {
			t.Errorf("%s owes %s receipts for %d of %d versions", x.to.name, x.from.name, got.owed, len(got.copies))
		}
		for key, c := range got.copies {
			if o := oracles[x.from].things[key]; o != nil && !o.acknowledged && x.level == handling.AmberStrict {
				sum.beyond += c.times
			}
		}
	}
	for _, s := range sites {
		s.with(func(n *node.Node) {
			loss, err := n.Shelf.Loss(t.Context())
			if err != nil {
				t.Error(err)
			}
			for _, l := range loss {
				if l.Waiting != 0 && members[s][l.Partner] != 0 || l.Handed != l.Receipted {
					t.Errorf("%s: the account of %s: %+v", s.name, l.Partner, l)
				}
			}
		})
		w.verify(s, "*", sites[:]...)
	}
	w.noSecrets(filepath.Join(w.dir, "export"))
	t.Logf("%s", &sum)
	t.Logf("killed: %v", killed)
	if sum.writes == 0 {
		t.Error("nothing was ever acknowledged: the trial tested nothing")
	}
}
