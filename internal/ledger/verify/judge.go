package verify

import (
	"fmt"
	"slices"
	"time"

	"entente/internal/ledger"
)

// judge says, once all heads are compared, who is right where files disagree,
// and what the heads that fit no leaves mean.
func (t *tree) judge() {
	v := t.v
	if t.second == nil {
		t.secondTo = t.firstTo
	}
	known := max(t.firstTo, t.secondTo)
	for _, d := range t.doubts {
		t.doubt(d)
	}
	if t.firstTo == t.first.Size() {
		for _, name := range t.wrong { // else the leaves themselves are at fault
			v.found(Altered, name, "the tile is not that of the leaves that were signed")
		}
	}
	t.judgeHeads(known)
	size := t.first.Size()
	if known < size {
		v.found(Unproven, "", fmt.Sprintf("leaves from %d to %d are in no tree that the log signed", known, size-1))
	}
	if c := v.contents; c != nil && c.For == ledger.Everybody {
		for i := v.objects.firstClosed(0); i >= 0 && i < min(size, c.Size); i = v.objects.firstClosed(i + 1) {
			v.foundLeaf(Removed, "", i, "the folder is said to open every leaf, and there is no opening of this one")
		}
	}
}

func (t *tree) doubt(d doubt) {
	verdict := d.verdict
	if verdict == 0 && d.leaf < t.firstTo {
		verdict = 1
	} else if verdict == 0 && d.leaf < t.secondTo {
		verdict = 2
	}
	switch {
	case verdict == 1:
		t.v.found(Altered, d.tile, fmt.Sprintf("the tile has another hash for leaf %d than the leaf that was signed", d.leaf))
	case verdict == 2 && d.other >= 0:
		t.v.foundLeaf(Reordered, d.entry, d.leaf, fmt.Sprintf("in the place of this leaf stands leaf %d", d.other))
	case verdict == 2:
		t.v.foundLeaf(Altered, d.entry, d.leaf, "this is not the leaf that was signed")
	default:
		t.v.foundLeaf(Altered, d.entry, d.leaf, "the entry and the tile "+d.tile+" disagree, and neither fits what was signed")
	}
}

// judgeHeads tells of heads that the leaves do not give.
func (t *tree) judgeHeads(known int64) {
	v := t.v
	from := int64(0)
	for _, h := range t.heads {
		switch {
		case h.matched:
			if h.log {
				from = h.size
			}
		case h.size > t.first.Size():
			if t.first.Size() > 0 && h.place == ledger.FileCheckpoint || v.promised(h) {
				v.found(Removed, h.place, fmt.Sprintf("leaves from %d to %d are missing: %s names a log of %d leaves", t.first.Size(), h.size-1, h.who, h.size))
			}
		case h.size <= known:
			v.split(nil, h, fmt.Sprintf("%s names a root for the first %d leaves that is not the one of the log shown here, of which the log signed %d leaves", h.who, h.size, known))
		default:
			v.found(Altered, h.place, fmt.Sprintf("leaves from %d to %d are not those that were signed: they do not give the root that %s names", from, h.size-1, h.who))
		}
	}
}

// promised tells whether the folder should hold the leaves of a head: because
// its list of contents says that it does, or because the head is older than the folder, which is
// of the latest leaves.
func (v *verifier) promised(h *head) bool {
	c := v.contents
	if c == nil || c.Log != h.origin {
		return false
	}
	if c.Size == 0 && c.Signer != c.Log {
		return false // whom it is for promises its files, and no leaves
	}
	if h.size <= c.Size {
		return true
	}
	older := func(t time.Time) bool { return t.Before(c.Time.Add(-v.o.Tolerance)) }
	return slices.ContainsFunc(h.made, older) || slices.ContainsFunc(h.seen, func(s sight) bool { return older(s.at) })
}
