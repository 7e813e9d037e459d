package ledger

import (
	"bytes"
	"context"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"entente"
)

// pair is two nodes that trust one another.
type pair struct {
	a, b *node
	ring *Keyring
	w    *Witness // of b
}

func newPair(t testing.TB) *pair {
	t.Helper()
	p := &pair{a: newNode(t, database(t), "a.example/log", 1), b: newNode(t, database(t), "b.example/log", 2)}
	p.b.clock = p.a.clock
	ring, err := NewKeyring(p.a.key.Public(), p.b.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	p.ring = ring
	p.w = &Witness{Key: p.b.key, Ring: ring, Now: p.a.clock.now, Tolerance: DefaultTolerance}
	return p
}

// observe lets b look at a's checkpoint.
func (p *pair) observe(t testing.TB, msg []byte, proof tlog.TreeProof) (*Observed, error) {
	t.Helper()
	var out *Observed
	err := p.b.try(func(q Querier) (err error) {
		out, err = p.w.Observe(context.Background(), q, msg, proof)
		return err
	})
	return out, err
}

func (p *pair) prove(t testing.TB, older, newer int64) tlog.TreeProof {
	t.Helper()
	var proof tlog.TreeProof
	p.a.tx(t, func(q Querier) (err error) {
		proof, err = p.a.ProveTree(context.Background(), q, older, newer)
		return err
	})
	return proof
}

func TestWitness(t *testing.T) {
	ctx := context.Background()
	p := newPair(t)
	p.a.append(t, entry(1), entry(2))
	first := p.a.sign(t)
	seen, err := p.observe(t, first.Note, nil)
	if err != nil || seen.Split != nil {
		t.Fatal(seen, err)
	}
	cosigned, err := p.ring.OpenCheckpoint(seen.Cosigned)
	if err != nil {
		t.Fatal(err)
	}
	if w := cosigned.Witnesses(); len(w) != 1 || w[0].Name != "b.example/log" || !w[0].Time.Equal(p.a.clock.at.Truncate(time.Second)) {
		t.Fatalf("witnesses: %+v", w)
	}
	// The cosignature comes home, twice without harm.
	for range 2 {
		p.a.tx(t, func(q Querier) error {
			c, err := p.a.AddCosignature(ctx, q, p.ring, seen.Cosigned)
			if err == nil && len(c.Signatures) != 3 {
				t.Errorf("signatures: %+v", c.Signatures)
			}
			return err
		})
	}
	// The log goes on.
	p.a.append(t, entry(3), entry(4), entry(5))
	second := p.a.sign(t)
	if seen, err = p.observe(t, second.Note, p.prove(t, 2, 5)); err != nil || seen.Split != nil {
		t.Fatal(seen, err)
	}
	p.b.tx(t, func(q Querier) error {
		size, err := Last(ctx, q, "a.example/log")
		if size != 5 {
			t.Errorf("b saw %d leaves, want 5", size)
		}
		return err
	})
	if _, err := p.observe(t, first.Note, nil); entente.KindOf(err) != entente.Invalid && entente.KindOf(err) != entente.Conflict {
		t.Errorf("an old checkpoint: %v", err)
	}
	// The same again is fine: nothing new, a later cosignature.
	p.a.clock.add(time.Minute)
	if seen, err = p.observe(t, p.a.sign(t).Note, nil); err != nil || seen.Split != nil {
		t.Errorf("the same size again: %v %v", seen, err)
	}
	// Nobody is a witness of itself, and nobody cosigns what is stale.
	self := Witness{Key: p.a.key, Ring: p.ring, Now: p.a.clock.now, Tolerance: DefaultTolerance}
	if _, err := self.Observe(ctx, p.a.db, second.Note, nil); entente.KindOf(err) != entente.Invalid {
		t.Errorf("its own witness: %v", err)
	}
	p.a.append(t, entry(6))
	third := p.a.sign(t)
	proof := p.prove(t, 5, 6)
	for _, d := range []time.Duration{time.Hour, -2 * time.Hour} {
		p.a.clock.add(d)
		if _, err := p.observe(t, third.Note, proof); entente.KindOf(err) != entente.Invalid {
			t.Errorf("%s off: %v", d, err)
		}
	}
}

// fork makes a second history of a's log, from its first leaf on.
func (p *pair) fork(t testing.TB, leaves int) (*node, *Checkpoint) {
	t.Helper()
	f := newNode(t, database(t), "a.example/log", 1)
	f.key, f.clock = p.a.key, p.a.clock
	f.now = p.a.clock.now
	for i := range leaves {
		f.append(t, entry(100+i))
	}
	return f, f.sign(t)
}

func TestWitnessFindsSplitViews(t *testing.T) {
	ctx := context.Background()
	t.Run("one size, two roots", func(t *testing.T) {
		p := newPair(t)
		p.a.append(t, entry(1), entry(2))
		honest := p.a.sign(t)
		if _, err := p.observe(t, honest.Note, nil); err != nil {
			t.Fatal(err)
		}
		_, forked := p.fork(t, 2)
		seen, err := p.observe(t, forked.Note, nil)
		if err != nil || seen.Split == nil || !seen.Split.Certain || seen.Cosigned != nil {
			t.Fatalf("%+v (%v), want a certain split", seen, err)
		}
		kept := func() (n int) {
			if err := p.b.db.QueryRow("SELECT count(*) FROM ledger_checkpoints WHERE origin = 'a.example/log'").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if kept() != 2 {
			t.Errorf("%d checkpoints are kept, want both", kept())
		}
		if a, err := p.ring.OpenCheckpoint(seen.Split.A); err != nil || a.Root != honest.Root {
			t.Errorf("the first note of the evidence: %v", err)
		}
		if b, err := p.ring.OpenCheckpoint(seen.Split.B); err != nil || b.Root != forked.Root {
			t.Errorf("the second note of the evidence: %v", err)
		}
	})
	t.Run("a longer log that does not carry on", func(t *testing.T) {
		p := newPair(t)
		p.a.append(t, entry(1), entry(2))
		if _, err := p.observe(t, p.a.sign(t).Note, nil); err != nil {
			t.Fatal(err)
		}
		f, forked := p.fork(t, 5)
		var proof tlog.TreeProof
		f.tx(t, func(q Querier) (err error) {
			proof, err = f.ProveTree(ctx, q, 2, 5)
			return err
		})
		seen, err := p.observe(t, forked.Note, proof)
		if err != nil || seen.Split == nil || seen.Split.Certain || seen.Cosigned != nil {
			t.Fatalf("%+v (%v), want a split that is not certain", seen, err)
		}
		p.b.tx(t, func(q Querier) error {
			if size, err := Last(ctx, q, "a.example/log"); err != nil || size != 2 {
				t.Errorf("b goes on from %d (%v), want 2", size, err)
			}
			list, err := Checkpoints(ctx, q, "a.example/log", 10)
			if err != nil || len(list) != 2 || list[0].Proven || !list[1].Proven {
				t.Errorf("kept: %+v (%v)", list, err)
			}
			return nil
		})
		// The honest log may still go on.
		p.a.append(t, entry(3))
		if seen, err := p.observe(t, p.a.sign(t).Note, p.prove(t, 2, 3)); err != nil || seen.Split != nil {
			t.Errorf("the honest log: %+v (%v)", seen, err)
		}
	})
}

func TestSignRefusesARewrittenLog(t *testing.T) {
	ctx := context.Background()
	for name, spoil := range map[string]string{
		"a leaf":          "UPDATE ledger_leaves SET hashes = zeroblob(32) WHERE n = 3",
		"a leaf is gone":  "DELETE FROM ledger_leaves WHERE n = 3",
		"the edge":        "UPDATE ledger_head SET peaks = zeroblob(length(peaks))",
		"the size":        "UPDATE ledger_head SET size = 8, peaks = zeroblob(32)",
		"an earlier root": "UPDATE ledger_checkpoints SET root = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='",
	} {
		n := newNode(t, database(t), "a.example/log", 1)
		for i := range 10 {
			n.append(t, entry(i))
		}
		n.sign(t)
		n.append(t, entry(11))
		if _, err := n.db.Exec(spoil); err != nil {
			t.Fatal(err)
		}
		err := n.try(func(q Querier) error {
			_, err := n.Sign(ctx, q, n.key)
			return err
		})
		if k := entente.KindOf(err); k != entente.Unavailable && k != entente.Conflict {
			t.Errorf("%s was changed: %v", name, err)
		}
	}
	n := newNode(t, database(t), "a.example/log", 1)
	other, err := GenerateKey(seeded(9), "b.example/log")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Sign(ctx, n.db, other); entente.KindOf(err) != entente.Denied {
		t.Errorf("the key of another: %v", err)
	}
}

// A restored log that is shorter than what partners saw is found before it
// signs anything.
func TestCheckSeenAfterARestore(t *testing.T) {
	ctx := context.Background()
	p := newPair(t)
	p.a.append(t, entry(1), entry(2))
	old := p.a.sign(t)
	p.a.append(t, entry(3))
	seen := p.a.sign(t)
	for _, c := range []*Checkpoint{old, seen} {
		if err := p.a.CheckSeen(ctx, p.a.db, c); err != nil {
			t.Error(err)
		}
	}
	for _, undo := range []string{"DELETE FROM ledger_leaves WHERE n = 2", "DELETE FROM ledger_checkpoints WHERE size = 3", "UPDATE ledger_head SET size = 2, peaks = $1"} {
		args := []any{}
		if bytes.Contains([]byte(undo), []byte("$1")) {
			args = append(args, old.Root[:])
		}
		if _, err := p.a.db.Exec(undo, args...); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.a.CheckSeen(ctx, p.a.db, seen); entente.KindOf(err) != entente.Conflict {
		t.Errorf("a checkpoint that is lost: %v", err)
	}
	if err := p.a.CheckSeen(ctx, p.a.db, old); err != nil {
		t.Error(err)
	}
}

func TestAddCosignatureRefuses(t *testing.T) {
	ctx := context.Background()
	p := newPair(t)
	p.a.append(t, entry(1))
	c := p.a.sign(t)
	if _, err := p.a.AddCosignature(ctx, p.a.db, p.ring, c.Note); entente.KindOf(err) != entente.Invalid {
		t.Errorf("without a cosignature: %v", err)
	}
	_, forked := p.fork(t, 1)
	seen, err := p.observe(t, forked.Note, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.a.AddCosignature(ctx, p.a.db, p.ring, seen.Cosigned); entente.KindOf(err) != entente.NotFound {
		t.Errorf("of another history: %v", err)
	}
}
