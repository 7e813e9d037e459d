package verify

import (
	"context"
	"fmt"

	"entente/internal/ledger"
)

// connect sees that all that was signed about a log is of one history: heads
// that the leaves give are, and heads between which a consistency proof holds.
// Two that nothing connects may be a split view, so this is told.
func (v *verifier) connect(context.Context) error {
	for i, h := range v.heads {
		h.group = i + 1
		if h.matched {
			h.group = 0
		}
	}
	for _, name := range v.in(ledger.DirProofs, ledger.ExtConsistency) {
		data := v.read(name)
		if data == nil {
			continue
		}
		p, err := ledger.ParseTreeProof(data)
		if err != nil {
			v.found(Malformed, name, err.Error())
			continue
		}
		v.apply(name, p)
	}
	v.apart()
	return nil
}

// apply uses a consistency proof on the heads of its sizes.
func (v *verifier) apply(name string, p *ledger.TreeProof) {
	tried, held := false, false
	for _, a := range v.heads {
		for _, b := range v.heads {
			if a.origin != p.Origin || b.origin != p.Origin || a.size != p.Older || b.size != p.Newer {
				continue
			}
			tried = true
			if p.Check(a.root, b.root) == nil {
				held = true
				v.join(a, b)
			}
		}
	}
	switch {
	case held:
		v.report.Proofs++
	case tried:
		v.found(SplitView, name, fmt.Sprintf("the log of %d leaves does not carry on the one of %d: the proof between what was signed does not hold", p.Newer, p.Older))
	default:
		v.found(Note, name, "the folder has no checkpoints of the proof's sizes")
	}
}

func (v *verifier) join(a, b *head) {
	from, to := max(a.group, b.group), min(a.group, b.group)
	for _, h := range v.heads {
		if h.group == from && h.origin == a.origin {
			h.group = to
		}
	}
}

// apart tells of heads that nothing connects with the first of their log.
func (v *verifier) apart() {
	told := map[string]map[int]bool{}
	var first *head
	for _, h := range v.heads {
		if h.size == 0 {
			continue // every history begins with nothing
		}
		if told[h.origin] == nil {
			told[h.origin] = map[int]bool{}
			first = h
		}
		if told[h.origin][h.group] {
			continue
		}
		told[h.origin][h.group] = true
		// A head within the leaves was judged with them.
		within := h.origin == v.report.Log && h.size <= v.report.Leaves
		if h != first && !within && h.size != first.size {
			v.found(Unproven, h.place, fmt.Sprintf("nothing proves that the log of %d leaves that %s names and the one of %d leaves in %s are of one history", h.size, h.who, first.size, first.place))
		}
	}
}

// signed tells whether a head is one that the log signed, or is proven to be of
// one history with such a one.
func (v *verifier) signed(h *head) bool {
	if h.log || h.matched && v.report.Size > 0 {
		return true
	}
	for _, other := range v.heads {
		if other.origin == h.origin && other.log && other.group == h.group {
			return true
		}
	}
	return false
}
