package auth

import (
	"container/list"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"entente"
)

// Limited is the cause in an error that says: not now. The face answers it with
// status 429 and Retry-After.
type Limited struct{ Wait time.Duration }

// Error says how long to wait.
func (l *Limited) Error() string { return fmt.Sprintf("wait %s", l.Wait.Round(time.Second)) }

// Rate is how often something may happen: Burst times at once, and again one
// time after each Every.
type Rate struct {
	Burst int
	Every time.Duration
}

// The default rates of attempts to sign in. An address may be a whole office.
var (
	AddressRate = Rate{Burst: 30, Every: 3 * time.Second}
	AccountRate = Rate{Burst: 10, Every: 6 * time.Second}
)

// maxKeys bounds how many addresses or accounts are remembered. The one that
// was quiet longest is forgotten first.
const maxKeys = 10_000

// limiter counts events per key, in a map of bounded size.
type limiter struct {
	rate Rate
	max  int
	mu   sync.Mutex
	keys map[string]*list.Element
	used *list.List // of *bucket, the latest used first
}

type bucket struct {
	key string
	lim *rate.Limiter
}

func newLimiter(r Rate, most int) *limiter {
	return &limiter{rate: r, max: most, keys: map[string]*list.Element{}, used: list.New()}
}

// allow counts one event of the key; nil, or an error with a *Limited in it.
func (l *limiter) allow(key string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, ok := l.keys[key]
	if !ok {
		if l.used.Len() >= l.max {
			last := l.used.Back()
			l.used.Remove(last)
			delete(l.keys, last.Value.(*bucket).key)
		}
		at = l.used.PushFront(&bucket{key, rate.NewLimiter(rate.Every(l.rate.Every), l.rate.Burst)})
		l.keys[key] = at
	}
	l.used.MoveToFront(at)
	lim := at.Value.(*bucket).lim
	if lim.AllowN(now, 1) {
		return nil
	}
	wait := time.Duration((1 - lim.TokensAt(now)) * float64(l.rate.Every))
	return &entente.Error{
		Kind: entente.Unavailable, Op: "sign-in", Msg: "too many attempts to sign in", Hint: "try again later",
		Err: &Limited{Wait: max(wait, time.Second)},
	}
}

// addressKey is what attempts are counted by: an IPv4 address, or the /64 that
// one household or machine holds in IPv6 (RFC 6177).
func addressKey(a netip.Addr) string {
	if a = a.Unmap(); a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// Lock-out: after lockAfter wrong passwords in a row no password is accepted
// for lockFirst, and each further wrong one doubles that, up to lockMost.
const (
	lockAfter = 5
	lockFirst = time.Minute
	lockMost  = time.Hour
)

// lockFor is how long an account is locked after its n-th wrong password in a row.
func lockFor(n int) time.Duration {
	if n < lockAfter {
		return 0
	}
	d := lockFirst
	for i := lockAfter; i < n && d < lockMost; i++ {
		d *= 2
	}
	return min(d, lockMost)
}
