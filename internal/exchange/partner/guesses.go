package partner

import (
	"net/netip"
	"sync"
	"time"

	"entente"
	"entente/internal/exchange/taxii"
)

// The bounds on wrong attempts. They hold per process. An address may be a
// whole ministry; a right token, or a password that was right before, passes
// whatever the count.
const (
	addressBurst = 30
	addressEvery = 3 * time.Second
	userBurst    = 10
	userEvery    = 6 * time.Second
	maxGuessers  = 10_000
)

// guesses counts wrong attempts by address and by name.
type guesses struct {
	mu        sync.Mutex
	addresses map[string]bucket
	users     map[string]bucket
}

// bucket holds how many attempts are still free at an instant of the Book's
// ticks.
type bucket struct {
	free float64
	at   time.Duration
}

func newGuesses() *guesses {
	return &guesses{addresses: map[string]bucket{}, users: map[string]bucket{}}
}

// room refuses an attempt whose address or name has had too many wrong ones.
func (g *guesses) room(a netip.Addr, user string, now time.Duration) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := check(g.addresses, addressKey(a), addressBurst, addressEvery, now); err != nil {
		return err
	}
	return check(g.users, user, userBurst, userEvery, now)
}

// count counts a wrong attempt of an address; an error when it had too many.
func (g *guesses) count(a netip.Addr, now time.Duration) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return take(g.addresses, addressKey(a), addressBurst, addressEvery, now)
}

// wrong counts a wrong password of a name.
func (g *guesses) wrong(user string, now time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	_ = take(g.users, user, userBurst, userEvery, now) // room says so at the next attempt
}

func check(m map[string]bucket, key string, burst int, every, now time.Duration) error {
	b, ok := m[key]
	if !ok || b.filled(burst, every, now) >= 1 {
		return nil
	}
	return limited((1 - b.filled(burst, every, now)) * float64(every))
}

func take(m map[string]bucket, key string, burst int, every, now time.Duration) error {
	b, ok := m[key]
	if !ok {
		if len(m) >= maxGuessers {
			tidy(m, burst, every, now)
		}
		b = bucket{float64(burst), now}
	}
	free := b.filled(burst, every, now)
	if free < 1 {
		return limited((1 - free) * float64(every))
	}
	m[key] = bucket{free - 1, now}
	return nil
}

// filled is how many attempts are free now.
func (b bucket) filled(burst int, every, now time.Duration) float64 {
	return min(float64(burst), b.free+float64(max(now-b.at, 0))/float64(every))
}

// tidy forgets who has all attempts free again, and when that is not enough,
// whoever comes first: the memory is bounded before all.
func tidy(m map[string]bucket, burst int, every, now time.Duration) {
	for k, b := range m {
		if b.filled(burst, every, now) >= float64(burst) {
			delete(m, k)
		}
	}
	for k := range m {
		if len(m) < maxGuessers/2 {
			return
		}
		delete(m, k)
	}
}

func limited(wait float64) error {
	return &entente.Error{
		Kind: entente.Unavailable, Op: "exchange", Msg: "too many wrong attempts", Hint: "try again later", Err: &taxii.Wait{After: max(time.Duration(wait), time.Second)},
	}
}

// crowded is the answer while more passwords wait to be looked at than are looked at.
func crowded() error {
	return &entente.Error{Kind: entente.Unavailable, Op: "exchange", Msg: "too many passwords are being looked at", Hint: "try again later", Err: &taxii.Wait{After: 5 * time.Second}}
}
