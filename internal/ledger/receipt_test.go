package ledger

import (
	"bytes"
	"context"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"entente"
)

// release lets a release an object to b and gives what goes over.
func (p *pair) release(t testing.TB, i int, plain bool) (o Opening, proof []byte) {
	t.Helper()
	o = p.a.append(t, Entry{Kind: Released, Object: entry(i).Object, Version: entry(i).Version, Body: object(i), Collection: "c1", Partner: "b.example/log", Plain: plain})[0]
	p.a.sign(t)
	p.a.tx(t, func(q Querier) error {
		lp, err := p.a.Prove(context.Background(), q, o.Index)
		if err == nil {
			proof = lp.Text()
		}
		return err
	})
	return o, proof
}

func TestReceipts(t *testing.T) {
	ctx := context.Background()
	p := newPair(t)
	p.a.append(t, entry(1))
	o, proof := p.release(t, 1, false)
	unconfirmed := func() int {
		list, err := p.a.Unconfirmed(ctx, p.a.db, o.Object, o.Version)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if unconfirmed() != 1 {
		t.Errorf("%d releases are not confirmed, want 1", unconfirmed())
	}
	r, err := SignReceipt(p.ring, p.b.key, proof, &o, object(1), p.a.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	var leaf int64
	for range 2 { // the second one changes nothing
		p.a.tx(t, func(q Querier) (err error) {
			leaf, err = p.a.AddReceipt(ctx, q, p.ring, r.Note)
			return err
		})
		if size, err := p.a.Size(ctx, p.a.db); err != nil || size != 3 || leaf != 2 {
			t.Errorf("size %d, leaf %d (%v), want 3 and 2", size, leaf, err)
		}
	}
	if unconfirmed() != 0 {
		t.Errorf("%d releases are not confirmed, want 0", unconfirmed())
	}
	list, err := p.a.Receipts(ctx, p.a.db, o.Object, "")
	if err != nil || len(list) != 1 || list[0].Partner != "b.example/log" || list[0].Released != 1 || !bytes.Equal(list[0].Note, r.Note) || !list[0].Time.Equal(r.Time) {
		t.Errorf("receipts: %+v (%v)", list, err)
	}
	if ro, err := p.a.Opening(ctx, p.a.db, leaf); err != nil || ro.CheckBody(r.Note) != nil {
		t.Errorf("the leaf of the receipt: %v", err)
	}
}

func TestPartnerChecksBeforeItSigns(t *testing.T) {
	p := newPair(t)
	o, proof := p.release(t, 1, true)
	now := p.a.clock.now()
	for name, try := range map[string]func() error{
		"another object":  func() error { _, err := SignReceipt(p.ring, p.b.key, proof, &o, object(2), now); return err },
		"another partner": func() error { _, err := SignReceipt(p.ring, p.a.key, proof, &o, object(1), now); return err },
		"another salt": func() error {
			c := o
			c.Salt[0]++
			_, err := SignReceipt(p.ring, p.b.key, proof, &c, object(1), now)
			return err
		},
		"another time": func() error {
			c := o
			c.Time = c.Time.Add(-time.Hour)
			_, err := SignReceipt(p.ring, p.b.key, proof, &c, object(1), now)
			return err
		},
		"another leaf": func() error {
			c := o
			c.Index++
			_, err := SignReceipt(p.ring, p.b.key, proof, &c, object(1), now)
			return err
		},
		"a cut proof": func() error {
			_, err := SignReceipt(p.ring, p.b.key, proof[:len(proof)-10], &o, object(1), now)
			return err
		},
	} {
		if err := try(); entente.KindOf(err) != entente.Invalid {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
}

func TestLogRefusesReceipts(t *testing.T) {
	ctx := context.Background()
	p := newPair(t)
	o, proof := p.release(t, 1, false)
	good, err := SignReceipt(p.ring, p.b.key, proof, &o, object(1), p.a.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	signed := func(change func(*Receipt), key *Key) []byte {
		r := *good
		change(&r)
		msg, err := note.Sign(&note.Note{Text: r.text()}, key.signer())
		if err != nil {
			t.Fatal(err)
		}
		return msg
	}
	stranger, err := GenerateKey(seeded(77), "b.example/log")
	if err != nil {
		t.Fatal(err)
	}
	twice, err := note.Sign(&note.Note{Text: good.text()}, p.b.key.signer(), p.a.key.signer())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		msg  []byte
		kind entente.Kind
	}{
		"of another log":     {signed(func(r *Receipt) { r.Log = "b.example/log" }, p.b.key), entente.Conflict},
		"another root":       {signed(func(r *Receipt) { r.Root[0]++ }, p.b.key), entente.Conflict},
		"a larger log":       {signed(func(r *Receipt) { r.Size = 50 }, p.b.key), entente.Conflict},
		"another version":    {signed(func(r *Receipt) { r.Version = "2" }, p.b.key), entente.Conflict},
		"another object":     {signed(func(r *Receipt) { r.Object = "x" }, p.b.key), entente.Conflict},
		"another digest":     {signed(func(r *Receipt) { r.Digest = plainDigest + plainHash(nil) }, p.b.key), entente.Conflict},
		"by another partner": {signed(func(*Receipt) {}, p.a.key), entente.Conflict},
		"an unknown key":     {signed(func(*Receipt) {}, stranger), entente.Denied},
		"two signatures":     {twice, entente.Invalid},
		"no receipt":         {p.a.sign(t).Note, entente.Invalid},
		"nothing":            {nil, entente.Invalid},
	} {
		err := p.a.try(func(q Querier) error {
			_, err := p.a.AddReceipt(ctx, q, p.ring, c.msg)
			return err
		})
		if entente.KindOf(err) != c.kind {
			t.Errorf("%s: %v, want %s", name, err, c.kind)
		}
	}
	if size, err := p.a.Size(ctx, p.a.db); err != nil || size != 1 {
		t.Errorf("the log has %d leaves (%v), want 1", size, err)
	}
}
