package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/internal/pgtest"
	"entente/internal/store"
	"entente/internal/testskip"
)

// The test of loss: a program that writes under load is killed at a random
// moment, again and again. After each kill every write that it reported is there
// whole, and none is there in part.

// Environment variables of the test of loss.
const (
	envChild = "ENTENTE_LOSS_CHILD" // place of the store: this process is the writer
	envTrial = "ENTENTE_LOSS_TRIAL" // number of the trial, which the records carry
	// envKills sets the number of kills, 20 when it is empty. With more than 20,
	// as `make soak` has it, the PostgreSQL server is killed too.
	envKills = "ENTENTE_KILLS"
)

const (
	lossWriters = 8
	lossParts   = 3 // records of one write
)

// child runs the writer when this process was started as one.
func child() bool {
	place := os.Getenv(envChild)
	if place == "" {
		return false
	}
	ctx := context.Background()
	s, err := store.Open(ctx, place, store.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		os.Exit(1)
	}
	trial := os.Getenv(envTrial)
	var all sync.WaitGroup
	for w := range lossWriters {
		all.Go(func() {
			for i := 0; ; i++ {
				c, err := s.Save(ctx, store.Reason{Who: fmt.Sprintf("w%d", w), Via: "loss"}, lossChanges(trial, w, i)...)
				if err != nil { // the server is gone: say no more
					return
				}
				_, _ = fmt.Fprintf(os.Stdout, "%d %d %d\n", w, i, c.Seq) // one write each: a line comes whole
			}
		})
	}
	all.Wait()
	return true
}

// lossChanges are the records of one write: some new ones, one that all writers
// change, and now and then many at once.
func lossChanges(trial string, w, i int) []store.Change {
	var out []store.Change
	parts := lossParts
	if i%40 == 39 {
		parts = 600 // a write of its own, in several chunks
	}
	for p := range parts {
		c := note(lossID(trial, w, i, p), 0, fmt.Sprintf("write %d of %d", i, w))
		if p == 1 {
			c.State, c.Words = store.Published, "some further words"
		}
		out = append(out, c)
	}
	return append(out, note(fmt.Sprintf("shared-%d", w%2), store.Any, fmt.Sprintf("%s %d %d", trial, w, i)))
}

func lossID(trial string, w, i, p int) string { return fmt.Sprintf("%s-%d-%d-%d", trial, w, i, p) }

// loss counts what the trials found.
type loss struct {
	trials, acknowledged, lost, beyond int
	slowest                            time.Duration // opening after a kill
}

func kills(t *testing.T) int {
	n := 20
	if v := os.Getenv(envKills); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil || n < 1 {
			t.Fatalf("%s=%q is not a number of kills", envKills, v)
		}
	}
	return n
}

func TestNothingIsLostByKills(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		place := filepath.Join(t.TempDir(), "loss.entente")
		if err := empty(place); err != nil {
			t.Fatal(err)
		}
		lossTrials(t, place, kills(t), nil)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		lossTrials(t, pgtest.Database(t, "store", empty), kills(t), nil)
	})
	if kills(t) <= 20 {
		return
	}
	t.Run("postgres server", func(t *testing.T) {
		s, err := pgtest.Start(t.Context(), pgtest.Options{Durable: true})
		if errors.Is(err, pgtest.ErrNone) {
			testskip.Missing(t, "postgres", pgtest.Mend)
		}
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		if err := empty(s.DSN("postgres")); err != nil {
			t.Fatal(err)
		}
		lossTrials(t, s.DSN("postgres"), kills(t)/4, func() error {
			if err := s.Kill(); err != nil {
				return err
			}
			return s.Run(context.Background())
		})
	})
}

// lossTrials kills the writer (and, with crash, the server under it) many times.
func lossTrials(t *testing.T, place string, trials int, crash func() error) {
	var sum loss
	for trial := range trials {
		lossTrial(t, place, fmt.Sprint(trial), crash, &sum)
		if t.Failed() {
			break
		}
	}
	t.Logf("%d kills, %d acknowledged writes, %d lost; %d more were kept whole and not yet reported; the slowest start after a kill took %v",
		sum.trials, sum.acknowledged, sum.lost, sum.beyond, sum.slowest.Round(time.Millisecond))
	if sum.acknowledged == 0 {
		t.Error("nothing was ever acknowledged: the test tested nothing")
	}
}

func lossTrial(t *testing.T, place, trial string, crash func() error, sum *loss) {
	cmd := exec.Command(os.Args[0]) //nolint:gosec // this very program
	cmd.Env = append(os.Environ(), envChild+"="+place, envTrial+"="+trial)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	if err != nil {
		_ = cmd.Wait()
		t.Fatalf("the writer wrote nothing: %v", err)
	}
	wait := time.Duration(rand.Int64N(int64(150 * time.Millisecond)))
	killed := make(chan error, 1)
	go func() {
		time.Sleep(wait)
		var err error
		if crash != nil {
			err = crash()
		}
		killed <- errors.Join(err, cmd.Process.Kill())
	}()
	rest, err := io.ReadAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-killed; err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	sum.trials++

	begin := time.Now()
	s, err := store.Open(context.Background(), place, store.Options{})
	sum.slowest = max(sum.slowest, time.Since(begin))
	if err != nil {
		t.Fatalf("after kill %s: %v", trial, err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.Verify(context.Background(), nil); err != nil {
		t.Errorf("after kill %s: %v", trial, err)
	}
	last := make([]int, lossWriters) // the next write of each writer that was not reported
	for line := range strings.Lines(first + string(rest)) {
		var w, i int
		var seq int64
		if n, _ := fmt.Sscanf(line, "%d %d %d\n", &w, &i, &seq); n != 3 {
			t.Fatalf("kill %s: the writer said %q", trial, line)
		}
		sum.acknowledged++
		last[w] = i + 1
		if got := lossCount(t, s, trial, w, i); got != 1 {
			sum.lost++
			t.Errorf("kill %s: write %d of writer %d was acknowledged as commit %d and is %.0f %% there", trial, i, w, seq, 100*got)
		}
		v, err := s.Get(context.Background(), store.Key{Kind: "notes", ID: lossID(trial, w, i, 0)})
		if err == nil && v.Commit.Seq != seq {
			t.Errorf("kill %s: write %d of writer %d is in commit %d, acknowledged was %d", trial, i, w, v.Commit.Seq, seq)
		}
	}
	for w, i := range last { // what was not reported is there whole or not at all
		switch got := lossCount(t, s, trial, w, i); got {
		case 0:
		case 1:
			sum.beyond++
		default:
			t.Errorf("kill %s: write %d of writer %d is half there: %.0f %%", trial, i, w, 100*got)
		}
	}
}

// lossCount gives the share of the records of a write that are there.
func lossCount(t *testing.T, s *store.Store, trial string, w, i int) float64 {
	changes := lossChanges(trial, w, i)
	var keys []store.Key
	for _, c := range changes[:len(changes)-1] { // the shared one is everybody's
		keys = append(keys, c.Key)
	}
	heads, err := s.Heads(context.Background(), keys)
	if err != nil {
		t.Fatal(err)
	}
	return float64(len(heads)) / float64(len(keys))
}
