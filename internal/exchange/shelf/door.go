package shelf

import (
	"context"
	"time"

	"entente/internal/exchange/partner"
)

// open works out what a partner may take now and could not when it last looked,
// and gives it new stamps, so that it comes behind everything that the partner has
// seen. It returns the settings by which that was done.
//
// A partner who looks for the first time has seen nothing, so everything stays
// where it is.
func (s *Shelf) open(ctx context.Context, x *index, who string) (*partner.State, error) {
	given, err := s.givenTo(ctx, x, who)
	if err != nil {
		return nil, err
	}
	// It may take longer than the partner waits; then it is done when it asks again.
	ctx = context.WithoutCancel(ctx)
	var st *partner.State
	return st, s.write(ctx, func(ctx context.Context, w *writing) error {
		if st = w.st; len(w.order) > 0 {
			return nil // the levels have changed: that first
		}
		h, err := w.lock(ctx, x.collection)
		if err != nil {
			return err
		}
		// Nobody else changes the collection now: the index is exact after this.
		if err := s.catchUp(ctx, w.q, x); err != nil {
			return err
		}
		x.mu.RLock()
		d, looked := x.doors[who]
		x.mu.RUnlock()
		at := w.now
		if looked && d.revision == st.Revision {
			if at = max(at, d.at); !lifted(st, d.at, at) {
				return nil // another request was faster
			}
		}
		if looked {
			before, err := s.stateAt(ctx, w.q, d.revision)
			if err != nil {
				return err
			}
			stamps := x.opened(before, st, who, time.UnixMicro(d.at), time.UnixMicro(at), given)
			if err := w.move(ctx, h, stamps); err != nil {
				return err
			}
		}
		query := "INSERT INTO exchange_doors (partner, collection, revision, at, rev) VALUES ($1, $2, $3, $4, $5)"
		if looked {
			query = "UPDATE exchange_doors SET revision = $3, at = $4, rev = $5 WHERE partner = $1 AND collection = $2"
		}
		_, err = w.q.ExecContext(ctx, query, who, x.collection, st.Revision, at, h.change())
		return err
	})
}

// opened lists the stamps of what a partner may have by other rules and at a later
// time, and could not before; what it was handed is left out. When the choice among
// the versions of an object has changed, all of them count: an older one may be the
// latest now.
func (x *index) opened(before, after *partner.State, who string, then, now time.Time, given *bits) []int64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	a, b := x.makeLens(before, who, then), x.makeLens(after, who, now)
	var out []int64
	for o := range x.objects {
		changed := false
		for at := x.objects[o].newest; at != 0 && !changed; at = x.entries[at].older {
			e := &x.entries[at]
			changed = a.allows(x, e) != b.allows(x, e)
		}
		if !changed {
			continue
		}
		for at := x.objects[o].newest; at != 0; at = x.entries[at].older {
			if b.allows(x, &x.entries[at]) && !x.has(given, at) {
				out = append(out, int64(x.stamps[at]))
			}
		}
	}
	return out
}

// has tells whether a partner was handed a version under the stamp of an entry or
// an earlier one.
func (x *index) has(given *bits, at uint32) bool {
	for ; at != 0; at = x.entries[at].prev {
		if given.has(at) {
			return true
		}
	}
	return false
}
