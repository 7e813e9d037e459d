package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"entente/internal/ledger"
)

// objects keeps what came of the openings and their objects.
type objects struct {
	list   []opened
	failed map[int64]bool  // leaves with a fault
	files  map[string]bool // files with a fault
	seen   map[int64]bool  // leaves that are opened
	shown  map[[2]string]shown
}

// opened is an opening that fits its leaf.
type opened struct {
	leaf          int64
	first, second bool // it fits the leaf of the first, of the second tree
	object        bool // with an object that fits it
	counted       bool // it is about an object in the folder
	proven        bool
	files         [2]string
}

// shown is the content with which a version of an object was first met.
type shown struct {
	body string
	leaf int64
}

func (o *objects) fail(leaf int64) {
	if o.failed == nil {
		o.failed = map[int64]bool{}
	}
	o.failed[leaf] = true
}

func (o *objects) failFile(name string) {
	if o.files == nil {
		o.files = map[string]bool{}
	}
	o.files[name] = true
}

// firstClosed gives the first leaf from index on that is not opened.
func (o *objects) firstClosed(index int64) int64 {
	for o.seen[index] {
		index++
	}
	return index
}

// proven marks the openings that a signed tree covers.
func (o *objects) proven(first, second int64) {
	for i := range o.list {
		e := &o.list[i]
		e.proven = e.proven || e.first && e.leaf < first || e.second && e.leaf < second
	}
}

// leaf checks one leaf: its form and time (when the folder has it), its opening
// and its receipts. The hashes are those of the first and the second tree.
func (t *tree) leaf(index int64, place string, data []byte, first, second tlog.Hash) {
	v := t.v
	if data != nil {
		l, err := ledger.ParseLeaf(data)
		if err != nil {
			v.foundLeaf(Malformed, place, index, err.Error())
		} else {
			t.time(index, place, l.Time)
			for _, r := range v.receipts[index] {
				v.receiptOfLeaf(r, &l)
			}
		}
	}
	name := ledger.OpeningPath(index)
	if _, there := v.files[name]; !there {
		return
	}
	o := v.opening(name, index)
	if o == nil {
		return
	}
	leaf := o.Leaf()
	hash := tlog.RecordHash(leaf.Append(nil))
	e := opened{leaf: index, first: hash == first, second: hash == second}
	if !e.first && !e.second {
		v.mismatch(name, o, data)
	} else if data == nil {
		t.time(index, name, o.Time)
	}
	v.object(name, o, &e)
}

// time holds a leaf's time against the one before and against what was signed.
func (t *tree) time(index int64, place string, at time.Time) {
	switch {
	case !t.last.IsZero() && !at.After(t.last):
		t.v.foundLeaf(BackDated, place, index, fmt.Sprintf("the leaf says %s, and a leaf before it %s", show(at), show(t.last)))
		return
	case at.Before(t.floor):
		t.v.foundLeaf(BackDated, place, index, fmt.Sprintf("the leaf says %s, but it was not in the log that was signed or cosigned at %s", show(at), show(t.floor)))
	}
	t.last = at
}

// opening reads an opening.
func (v *verifier) opening(name string, index int64) *ledger.Opening {
	data := v.read(name)
	if data == nil {
		return nil
	}
	o, err := ledger.ParseOpening(data)
	switch {
	case err != nil:
		v.foundLeaf(Malformed, name, index, err.Error())
		return nil
	case o.Index != index:
		v.foundLeaf(Malformed, name, index, fmt.Sprintf("the opening is of leaf %d", o.Index))
		return nil
	}
	if v.objects.seen == nil {
		v.objects.seen = map[int64]bool{}
	}
	v.objects.seen[index] = true
	v.report.Opened++
	return o
}

// foundOpening adds a finding about an opened leaf.
func (v *verifier) foundOpening(p Problem, place string, o *ledger.Opening, msg string) {
	v.report.add(Finding{Problem: p, Place: place, Leaf: o.Index, Object: o.Object, Version: o.Version, Msg: msg})
	if p != Unproven && p != Note {
		v.objects.fail(o.Index)
	}
}

// mismatch says in what an opening differs from its leaf.
func (v *verifier) mismatch(name string, o *ledger.Opening, data []byte) {
	l, err := ledger.ParseLeaf(data)
	if data == nil || err != nil {
		v.foundOpening(Altered, name, o, "the opening does not give the leaf that was signed")
		return
	}
	mine := o.Leaf()
	switch {
	case o.Time.Before(l.Time):
		v.foundOpening(BackDated, name, o, fmt.Sprintf("the opening says %s, and the leaf %s", show(o.Time), show(l.Time)))
	case o.Time.After(l.Time):
		v.foundOpening(PostDated, name, o, fmt.Sprintf("the opening says %s, and the leaf %s", show(o.Time), show(l.Time)))
	case mine.Digest != l.Digest:
		v.foundOpening(Altered, name, o, "the opening has another digest of the object than the leaf")
	default:
		var what []string
		for _, f := range []struct {
			name string
			same bool
		}{
			{"kind", mine.Kind == l.Kind},
			{"object", mine.Object == l.Object},
			{"version", mine.Version == l.Version},
			{"collection", mine.Collection == l.Collection},
			{"partner", mine.Partner == l.Partner},
		} {
			if !f.same {
				what = append(what, f.name)
			}
		}
		v.foundOpening(Altered, name, o, "the opening, or its salt, is not that of the leaf: it differs in "+strings.Join(what, ", "))
	}
}

// object checks the object of an opening.
func (v *verifier) object(name string, o *ledger.Opening, e *opened) {
	e.files[0] = name
	if o.Body != "" {
		e.files[1] = ledger.ObjectPath(o.Body)
		if o.Kind == ledger.Receipted {
			e.files[1] = ledger.ReceiptPath(o.Body)
		}
		e.counted = o.Kind != ledger.Receipted
		e.object = v.body(e.files[1], o)
	} else if o.Digest != "" {
		v.foundOpening(Note, name, o, "the object itself is not in the folder")
	}
	v.objects.list = append(v.objects.list, *e)
}

// body compares a file with what its opening says.
func (v *verifier) body(name string, o *ledger.Opening) bool {
	if _, there := v.files[name]; !there {
		v.foundOpening(Removed, name, o, "the object is not in the folder")
		return false
	}
	data := v.read(name)
	if data == nil {
		v.objects.fail(o.Index)
		return false
	}
	sum := sha256.Sum256(data)
	if hex.EncodeToString(sum[:]) != o.Body {
		v.foundOpening(Altered, name, o, "the object was changed: it is not what its name and the log say")
		return false
	}
	if o.Kind != ledger.Receipted {
		if canonical, err := ledger.Canonical(data); err != nil || !bytes.Equal(canonical, data) {
			v.foundOpening(Malformed, name, o, "the object is not in its canonical form")
			return false
		}
	}
	if err := o.CheckBody(data); err != nil {
		v.foundOpening(Altered, name, o, "this is not the object that the log recorded")
		return false
	}
	v.sameForAll(name, o)
	return true
}

// sameForAll finds one version of an object with two contents: published with
// the one, or released to one partner, and released to another with the other.
func (v *verifier) sameForAll(name string, o *ledger.Opening) {
	if o.Kind != ledger.Published && o.Kind != ledger.Released {
		return
	}
	key := [2]string{o.Object, o.Version}
	before, there := v.objects.shown[key]
	switch {
	case !there:
		if v.objects.shown == nil {
			v.objects.shown = map[[2]string]shown{}
		}
		v.objects.shown[key] = shown{o.Body, o.Index}
	case before.body != o.Body:
		v.foundOpening(ShownDifferently, name, o, fmt.Sprintf("leaf %d records another content of the same version", before.leaf))
	}
}

// checkRest looks at the openings of leaves that the folder does not hold: only
// a proof in a file of its own can help them. Proofs of other leaves are held
// against their leaves.
func (v *verifier) checkRest(ctx context.Context) error {
	names := v.in(ledger.DirOpenings, ledger.ExtOpening)
	for i, name := range names {
		if err := v.step(ctx, int64(i), int64(len(names))); err != nil {
			return err
		}
		index, ok := number(name, ledger.ExtOpening)
		if !ok || ledger.OpeningPath(index) != name {
			v.found(Note, name, "this is not the name of an opening; it was not read")
			continue
		}
		p := v.proofs[index]
		if index < v.report.Leaves && p == nil {
			continue
		}
		var o *ledger.Opening
		if index < v.report.Leaves { // read before, and any fault told
			o, _ = ledger.ParseOpening(v.read(name))
		} else {
			o = v.opening(name, index)
		}
		if o == nil {
			continue
		}
		v.alone(name, o, p, index >= v.report.Leaves)
	}
	return nil
}

// alone checks an opening by an inclusion proof.
func (v *verifier) alone(name string, o *ledger.Opening, p *leafProof, only bool) {
	e := opened{leaf: o.Index}
	switch {
	case p == nil:
		v.foundOpening(Unproven, name, o, "the folder holds neither the leaf nor a proof that it is in the log")
	case v.report.Log != "" && p.point.Origin != v.report.Log:
		v.foundOpening(Unproven, p.place, o, "the proof is for the log "+p.point.Origin)
	default:
		l := o.Leaf()
		if err := p.proof.Check(p.point, l.Append(nil)); err != nil {
			v.foundOpening(Altered, p.place, o, "opening, proof and checkpoint do not fit together: "+err.Error())
			break
		}
		v.report.Proofs++
		e.proven = true
		for _, at := range p.point.Signatures {
			if at.Name == p.point.Origin && !at.Time.IsZero() && !o.Time.Before(at.Time.Add(time.Second)) {
				v.foundOpening(PostDated, p.place, o, fmt.Sprintf("the leaf says %s, but the log signed a checkpoint with it at %s", show(o.Time), show(at.Time)))
			}
		}
	}
	if !only {
		return
	}
	l := o.Leaf()
	for _, r := range v.receipts[o.Index] {
		v.receiptOfLeaf(r, &l)
	}
	v.object(name, o, &e)
}

// finish counts.
func (v *verifier) finish() {
	for _, e := range v.objects.list {
		if !e.counted {
			continue
		}
		c := &v.report.Objects
		c.Checked++
		switch {
		case v.objects.failed[e.leaf], v.objects.files[e.files[0]], v.objects.files[e.files[1]]:
			c.Failed++
		case e.object && e.proven:
			c.Proven++
		}
	}
}
