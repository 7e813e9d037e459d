package taxii

import (
	"sync"
	"time"
)

// rates bounds how often each partner may ask: a bucket that holds a burst of
// requests and is filled again at the rate.
type rates struct {
	mu        sync.Mutex
	perMinute int
	burst     int
	partner   map[string]time.Time // when its bucket will be full
}

// maxBuckets bounds the memory; full buckets are thrown out first.
const maxBuckets = 10_000

func newRates(perMinute, burst int) *rates {
	return &rates{perMinute: perMinute, burst: burst, partner: map[string]time.Time{}}
}

// burstOf is how many requests may come at once when none other is said.
func burstOf(perMinute int) int { return max(perMinute/10, 20) }

// take takes one request from the bucket of an account, or tells how long to wait.
func (r *rates) take(a Account, now time.Time) time.Duration {
	perMinute, burst := r.perMinute, r.burst
	if a.PerMinute != 0 {
		perMinute, burst = a.PerMinute, burstOf(a.PerMinute)
	}
	if perMinute <= 0 {
		return 0
	}
	every := max(time.Minute/time.Duration(perMinute), 1)
	size := every * time.Duration(max(burst, 1))
	r.mu.Lock()
	defer r.mu.Unlock()
	full, known := r.partner[a.Partner]
	if full.Before(now) {
		full = now
	}
	// A clock that was set back must not lock a partner out.
	if latest := now.Add(size); full.After(latest) {
		full = latest
		r.partner[a.Partner] = full
	}
	if wait := full.Add(every).Sub(now) - size; wait > 0 {
		return wait
	}
	if !known && len(r.partner) >= maxBuckets {
		r.sweep(now)
	}
	r.partner[a.Partner] = full.Add(every)
	return 0
}

func (r *rates) sweep(now time.Time) {
	for p, full := range r.partner {
		if !full.After(now) {
			delete(r.partner, p)
		}
	}
	if len(r.partner) >= maxBuckets {
		clear(r.partner)
	}
}

// gates bounds how many bodies of each partner are read at the same time, so that
// one who sends slowly, or much, leaves room for the others.
type gates struct {
	mu     sync.Mutex
	most   int
	inside map[string]int
}

func newGates(most int) *gates { return &gates{most: most, inside: map[string]int{}} }

// enter lets a request in; leave must be called when it is done.
func (g *gates) enter(partner string) (leave func(), ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inside[partner] >= g.most {
		return nil, false
	}
	g.inside[partner]++
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.inside[partner]--; g.inside[partner] == 0 {
			delete(g.inside, partner)
		}
	}, true
}
