package auth

import (
	"net/netip"
	"time"
)

// What the tests of this package see of its inside.
var (
	LockFor    = lockFor
	AddressKey = func(s string) string { return addressKey(netip.MustParseAddr(s)) }
	Plain      = plain
	FlowID     = flowID
	TokenHash  = tokenHash
)

// CountHashes calls count for each password hash.
func (s *Service) CountHashes(count func()) { s.hasher.count = count }

// Allow is a limiter's function.
func Allow(r Rate, most int) (allow func(key string, now time.Time) error, size func() int) {
	l := newLimiter(r, most)
	return l.allow, func() int { return len(l.keys) + l.used.Len() }
}

// Occupy takes all turns to hash until the returned function is called.
func (h *Hasher) Occupy() (free func()) {
	for range hashesAtOnce + hashesWaiting {
		h.waiting <- struct{}{}
	}
	return func() {
		for range hashesAtOnce + hashesWaiting {
			<-h.waiting
		}
	}
}

// OccupySlots takes the turns of hashes under way, so that others wait.
func (h *Hasher) OccupySlots() (free func()) {
	for range hashesAtOnce {
		h.slots <- struct{}{}
	}
	return func() {
		for range hashesAtOnce {
			<-h.slots
		}
	}
}
