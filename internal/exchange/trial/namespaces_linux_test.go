package trial_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/testskip"
)

// namespaces ends the test where networks of their own cannot be made.
func namespaces(t *testing.T, name string) {
	t.Helper()
	ip := testskip.Need(t, "ip", "apt-get install iproute2")
	out, err := exec.Command(ip, "netns", "add", name).CombinedOutput() //nolint:gosec // a name of our own
	if err != nil {
		testskip.Missing(t, "netns", "run the tests as root with the right to make network namespaces, for example in a container with --privileged ("+strings.TrimSpace(string(out))+")")
	}
	t.Cleanup(func() {
		if out, err := exec.Command(ip, "netns", "delete", name).CombinedOutput(); err != nil { //nolint:gosec // the same
			t.Errorf("%v: %s", err, out)
		}
	})
}

// The script for five nodes in networks of their own, as an operator runs it: a
// line is cut, a server is killed, and in the end everything has arrived.
func TestFiveNamespaces(t *testing.T) {
	t.Parallel()
	namespaces(t, fmt.Sprintf("t%d-try", os.Getpid()%100_000))
	dir := filepath.Join(t.TempDir(), "five")
	cmd := exec.CommandContext(t.Context(), "bash", "../../../deploy/exchange-namespaces.sh", dir, "all") //nolint:gosec // our own script
	cmd.Env = append(os.Environ(), "ENTENTE="+program(t), fmt.Sprintf("TAG=t%d", os.Getpid()%100_000), "PATIENCE=4")
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"japan could not read from estonia", "estonia could not read from brazil", "read: 20 ways, 0 could not be read", "arrived: 20 of 20; lost: 0; logs at fault: 0 of 5; receipts proven: 40",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the script does not say %q", want)
		}
	}
}

// Two nodes, each in a network of its own. The line between them goes down and up
// while one writes and the other reads; packets are lost, and no connection is
// ever told of it.
func TestCutLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.line = "10.78.0."
	var nets [2]string
	for i := range nets {
		nets[i] = fmt.Sprintf("l%d-%d", os.Getpid()%100_000, i)
		namespaces(t, nets[i])
	}
	ip := func(args ...string) { w.command(append([]string{"ip"}, args...)...) }
	ip("-n", nets[0], "link", "add", "line", "type", "veth", "peer", "name", "line", "netns", nets[1])
	for i, n := range nets {
		ip("-n", n, "address", "add", fmt.Sprintf("%s%d/24", w.line, i+1), "dev", "line")
		ip("-n", n, "link", "set", "line", "up")
		ip("-n", n, "link", "set", "lo", "up")
	}
	in := func(net int, args ...string) []string {
		return append([]string{"ip", "netns", "exec", nets[net]}, args...)
	}
	a, b := w.site(0, ""), w.site(1, "")
	a.know(b)
	b.know(a)
	a.furnish(map[string]handling.TLP{b.name: handling.AmberStrict})
	server := w.process("n0-server", in(0, program(t), "node", "serve", a.dir)...)
	server.start()
	for !strings.Contains(tail(server.log), "The exchange is at") {
		if !server.running() {
			t.Fatal(tail(server.log))
		}
		time.Sleep(20 * time.Millisecond)
	}
	rnd := rand.New(rand.NewPCG(seed(t), 11))
	o := newOracle()
	put := a.put(o, rnd.Uint64())
	put.start()
	reading := w.process("n1-sync", in(1, program(t), "sync", a.name, "--node", b.dir, "--quick", "--watch", "--every", "1s")...)
	reading.start()
	var sum tally
	for range kills(t) {
		time.Sleep(time.Duration(100+rnd.IntN(300)) * time.Millisecond)
		ip("-n", nets[rnd.IntN(2)], "link", "set", "line", "down")
		time.Sleep(time.Duration(rnd.IntN(500)) * time.Millisecond)
		for _, n := range nets {
			ip("-n", n, "link", "set", "line", "up")
		}
		sum.trials++
	}
	put.kill()
	reading.kill()
	sum.writes = o.acks
	got := inboxed{owed: 1}
	for tries := 0; got.owed > 0 && tries < 5; tries++ {
		w.command(in(1, program(t), "sync", a.name, "--node", b.dir)...)
		time.Sleep(1100 * time.Millisecond)
		got = b.inbox(a.name)
	}
	o.check(t, "the partner", got.copies, handling.AmberStrict, []string{colOwn}, &sum)
	if got.owed > 0 {
		t.Errorf("%d receipts are owed", got.owed)
	}
	w.verify(a, "*", a, b)
	w.noSecrets(filepath.Join(w.dir, "export"))
	t.Logf("the line was cut: %s", &sum)
	if sum.writes == 0 {
		t.Error("nothing was ever acknowledged: the trial tested nothing")
	}
}
