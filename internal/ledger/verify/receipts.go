package verify

import (
	"context"
	"fmt"

	"entente/internal/ledger"
)

// receipt is a receipt of the folder.
type receipt struct {
	place string
	*ledger.Receipt
	head   *head
	leaf   bool // the leaf that it is for was found, and fits
	failed bool
}

// maxReceipts bounds the receipts that are kept in memory.
const maxReceipts = 500_000

// readReceipts reads the receipts. Each says that a partner knew a size and
// root of the log, as a checkpoint does.
func (v *verifier) readReceipts(ctx context.Context) error {
	v.receipts = map[int64][]*receipt{}
	names := v.in(ledger.DirReceipts, ledger.ExtNote)
	for i, name := range names {
		if err := v.step(ctx, int64(i), int64(len(names))); err != nil {
			return err
		}
		if i == maxReceipts || len(v.heads) > maxHeads {
			v.found(Hostile, name, "there are too many receipts; the rest was not read")
			break
		}
		data := v.read(name)
		if data == nil {
			continue
		}
		v.report.Receipts.Checked++
		r, err := v.ring.OpenReceipt(data)
		if err != nil {
			v.report.Receipts.Failed++
			v.found(problemOf(err), name, err.Error())
			continue
		}
		h := v.addHead(head{origin: r.Log, size: r.Size, root: r.Root, place: name, who: "the receipt of " + r.Partner, seen: nil})
		v.receipts[r.Leaf] = append(v.receipts[r.Leaf], &receipt{place: name, Receipt: r, head: h})
	}
	return nil
}

// receiptOfLeaf compares a receipt with the leaf that it is for.
func (v *verifier) receiptOfLeaf(r *receipt, l *ledger.Leaf) {
	if r.Log != v.report.Log {
		return
	}
	fail := func(p Problem, msg string) {
		r.failed = true
		v.report.add(Finding{Problem: p, Place: r.place, Leaf: r.Leaf, Object: r.Object, Version: r.Version, Msg: msg})
		v.objects.fail(r.Leaf)
	}
	switch {
	case l.Kind != ledger.Released:
		fail(Altered, fmt.Sprintf("%s signed a receipt for a release, and the log has a leaf of the kind %s here", r.Partner, l.Kind))
	case l.Digest != r.Digest:
		fail(ShownDifferently, fmt.Sprintf("%s signed that it got another content than the one that the log recorded", r.Partner))
	case l.Time.After(r.Time.Add(v.o.Tolerance)):
		fail(BackDated, fmt.Sprintf("the receipt of %s says %s, before the release at %s", r.Partner, show(r.Time), show(l.Time)))
	default:
		r.leaf = true
	}
}

// checkReceipts counts what came of the receipts, and tells of those whose leaf
// is not there or whose root is not known.
func (v *verifier) checkReceipts(context.Context) error {
	for _, name := range v.in(ledger.DirReceipts, ledger.ExtNote) {
		for _, r := range v.byPlace(name) {
			v.checkReceipt(r)
		}
	}
	return nil
}

func (v *verifier) checkReceipt(r *receipt) {
	if !r.failed && r.leaf && v.objects.seen[r.Leaf] {
		v.compareOpening(r)
	}
	switch {
	case r.failed || v.objects.files[r.place]:
		v.report.Receipts.Failed++
	case r.leaf && v.signed(r.head):
		v.report.Receipts.Proven++
	case r.Log != v.report.Log:
		v.found(Unproven, r.place, "the receipt is for the log "+r.Log+", which the folder does not hold")
	case !r.leaf:
		v.report.add(Finding{Problem: Unproven, Place: r.place, Leaf: r.Leaf, Object: r.Object, Version: r.Version, Msg: "the release that the receipt is for is not in the folder"})
	}
}

// compareOpening holds a receipt against the opening of its leaf, which tells
// the names.
func (v *verifier) compareOpening(r *receipt) {
	name := ledger.OpeningPath(r.Leaf)
	o, err := ledger.ParseOpening(v.read(name))
	if err != nil || v.objects.failed[r.Leaf] {
		return // told before
	}
	if o.Partner != r.Partner || o.Object != r.Object || o.Version != r.Version {
		r.failed = true
		v.report.add(Finding{Problem: Altered, Place: r.place, Leaf: r.Leaf, Object: r.Object, Version: r.Version, Msg: fmt.Sprintf("the leaf records the release of %s %s to %s", o.Object, o.Version, o.Partner)})
	}
}

// byPlace finds the receipt of a file.
func (v *verifier) byPlace(name string) []*receipt {
	if v.placed == nil {
		v.placed = map[string][]*receipt{}
		for _, list := range v.receipts {
			for _, r := range list {
				v.placed[r.place] = append(v.placed[r.place], r)
			}
		}
	}
	return v.placed[name]
}
