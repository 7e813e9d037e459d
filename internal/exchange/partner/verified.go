package partner

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"

	"entente/internal/store"
)

// maxVerified bounds how many right passwords are remembered.
const maxVerified = 4096

// verified remembers which pairs of user and password were found right, and for
// which stored hash. It holds no password, only a MAC under a key that lives as
// long as the process. It never says that a password counts: whether its
// hash still does is looked up in what counts now.
type verified struct {
	key [32]byte
	mu  sync.RWMutex
	m   map[[32]byte]string
}

func newVerified() *verified {
	v := &verified{m: map[[32]byte]string{}}
	_, _ = rand.Read(v.key[:]) // never fails
	return v
}

// sum is the MAC of a pair: a hash that begins with the key, which is enough for
// something that nobody is ever shown. The length of the user keeps two pairs
// apart whose letters together are the same.
func (v *verified) sum(user, password string) [32]byte {
	text := make([]byte, 0, 256) // on the stack, but for very long ones
	text = append(text, v.key[:]...)
	text = append(text, byte(len(user)>>8), byte(len(user)))
	text = append(text, user...)
	text = append(text, password...)
	return sha256.Sum256(text)
}

func (v *verified) get(sum [32]byte) (string, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	s, ok := v.m[sum]
	return s, ok
}

func (v *verified) put(sum [32]byte, secret string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.m) >= maxVerified { // rather all once more than one bookkeeping more
		clear(v.m)
	}
	v.m[sum] = secret
}

// touchEvery is how exact the time of last use is.
const touchEvery = time.Minute

// lastUsed remembers when the use of a credential was last written.
type lastUsed struct {
	mu sync.Mutex
	m  map[string]time.Time
}

func newLastUsed() *lastUsed { return &lastUsed{m: map[string]time.Time{}} }

// due reports whether the use of a credential is to be written now, and takes
// that on.
func (l *lastUsed) due(id string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	last, ok := l.m[id]
	if ok && now.Sub(last) < touchEvery && !now.Before(last) {
		return false
	}
	l.m[id] = now
	return true
}

// touch notes the use of a credential, at most once a minute. That it cannot be
// written keeps nobody out.
func (b *Book) touch(ctx context.Context, k *secretOf, now time.Time) {
	if now.Sub(k.LastUsed) < touchEvery && !now.Before(k.LastUsed) || !b.used.due(k.ID, now) {
		return
	}
	_ = b.db.Write(ctx, func(ctx context.Context, q store.Querier) error {
		_, err := q.ExecContext(ctx, "UPDATE exchange_credentials SET last_used = $1 WHERE id = $2 AND last_used < $3", micro(now), k.ID, micro(now.Add(-touchEvery))+1)
		return err
	})
}
