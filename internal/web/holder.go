package web

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"entente/internal/store"
)

// sites gives the site that a request is answered from.
type sites interface {
	// now is the site of what is published.
	now(ctx context.Context) (*site, error)
	// at is the site of what was published, as the workbench knew it then.
	at(ctx context.Context, then time.Time) (*site, error)
	// last is the site that was given last, without asking anything; nil before
	// the first.
	last() *site
	// stale makes the next call of now look for a change.
	stale()
	close() error
}

// fixed is a corpus that never changes.
type fixed struct{ s *site }

func (f fixed) now(context.Context) (*site, error) { return f.s, nil }
func (f fixed) last() *site                        { return f.s }
func (f fixed) stale()                             {}
func (f fixed) close() error                       { return f.s.close() }

func (f fixed) at(context.Context, time.Time) (*site, error) {
	return nil, bad("known_at", "this server shows one corpus as it was made, which does not say when a record entered", "serve a store: entente serve --db FILE")
}

// The rhythm in which a store is followed.
const (
	markEvery  = 2 * time.Millisecond // the mark is not asked for more often
	smallEnd   = 100_000              // records up to which a request waits for the new site
	retryAfter = time.Second          // after a corpus could not be made
	lingers    = 2 * time.Minute      // requests of an old site have ended by then
)

// followed gives the site of a store, and another one when something was
// published. It is safe for concurrent use.
type followed struct {
	kit   *kit
	store *store.Store
	clock func() time.Time
	past  past

	making sync.Mutex // held while a site is made

	mu      sync.Mutex
	current *madeSite
	checked time.Time // when current was found to be what is published
	asks    int       // grows with stale, so that no check from before it counts
	failed  time.Time // when making a site failed last
	old     map[*site]*time.Timer
}

// madeSite is a site with the mark of the store that it was made at.
type madeSite struct {
	*site
	mark store.Mark
	when time.Time
}

func follow(k *kit, s *store.Store, clock func() time.Time) *followed {
	f := &followed{kit: k, store: s, clock: clock, old: map[*site]*time.Timer{}}
	f.past = past{kit: k, store: s, clock: clock, drop: f.retire}
	return f
}

// made is the site that was made last, with the mark; nil before the first.
func (f *followed) made() *madeSite {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.current
}

func (f *followed) last() *site {
	if m := f.made(); m != nil {
		return m.site
	}
	return nil
}

func (f *followed) stale() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.checked = time.Time{}
	f.asks++
}

// now asks the store for its mark, at most every markEvery, and makes another
// site when something was published since the last. While a large one is made,
// the old one goes on answering.
func (f *followed) now(ctx context.Context) (*site, error) {
	at := f.clock()
	f.mu.Lock()
	have, asks, fresh := f.current, f.asks, at.Sub(f.checked) < markEvery
	f.mu.Unlock()
	if have != nil && fresh {
		return have.site, nil
	}
	m, err := f.store.Mark(ctx)
	if err != nil {
		return nil, err
	}
	if have != nil && have.mark.Public == m.Public {
		f.mu.Lock()
		if f.asks == asks {
			f.checked = at
		}
		f.mu.Unlock()
		return have.site, nil
	}
	if have == nil || recordsOf(have.corpus) <= smallEnd {
		return f.make(ctx)
	}
	if f.mayTry(at) && f.making.TryLock() {
		go func() {
			defer f.making.Unlock()
			if _, err := f.renew(context.WithoutCancel(ctx)); err != nil {
				f.kit.log.ErrorContext(ctx, "the pages could not follow the store", slog.Any("error", err))
			}
		}()
	}
	return have.site, nil
}

// make makes the site of today and waits for it; of many callers one does.
func (f *followed) make(ctx context.Context) (*site, error) {
	f.making.Lock()
	defer f.making.Unlock()
	return f.renew(ctx)
}

// renew makes the site of today unless another caller has. The caller holds
// making.
func (f *followed) renew(ctx context.Context) (*site, error) {
	c, m, err := f.store.Corpus(context.WithoutCancel(ctx)) // what one request began serves all
	have := f.made()
	if err == nil && have != nil && have.mark.Public == m.Public {
		return have.site, nil
	}
	var s *site
	if err == nil {
		s, err = f.kit.site(c, f.last())
	}
	f.mu.Lock()
	if err != nil {
		f.failed = f.clock()
	} else {
		s.stored = true
		f.current = &madeSite{s, m, f.clock()}
	}
	f.mu.Unlock()
	if err == nil && have != nil {
		f.retire(have.site)
	}
	return s, err
}

// mayTry reports whether the last failure is long enough ago.
func (f *followed) mayTry(at time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return at.Sub(f.failed) >= retryAfter
}

// retire frees a site when the requests that still read it have ended.
func (f *followed) retire(s *site) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.old[s] = time.AfterFunc(lingers, func() {
		f.mu.Lock()
		delete(f.old, s)
		f.mu.Unlock()
		if err := s.close(); err != nil {
			f.kit.log.WarnContext(context.Background(), "the search of an old corpus could not be closed", slog.Any("error", err))
		}
	})
}

func (f *followed) at(ctx context.Context, then time.Time) (*site, error) {
	return f.past.at(ctx, then)
}

func (f *followed) close() error {
	f.making.Lock() // a site that is being made is waited for
	defer f.making.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for s, timer := range f.old {
		if timer.Stop() {
			errs = append(errs, s.close())
		}
	}
	clear(f.old)
	if f.current != nil {
		errs = append(errs, f.current.close())
	}
	return errors.Join(append(errs, f.past.close())...)
}
