package auth

import (
	"context"
	"crypto/subtle"
	"io"
	"time"

	"golang.org/x/crypto/argon2"

	"entente"
)

// Params are the costs of one Argon2id hash.
type Params struct {
	Memory  uint32 // KiB
	Time    uint32 // passes over the memory
	Threads uint8  // lanes
}

// DefaultParams is the second recommended option of RFC 9106, section 4: 64 MiB,
// three passes, four lanes. It is above the least that the OWASP Password
// Storage Cheat Sheet asks for (19 MiB, two passes, one lane).
var DefaultParams = Params{Memory: 64 << 10, Time: 3, Threads: 4}

// Sizes of salt and hash in bytes, as RFC 9106 recommends.
const (
	saltSize = 16
	hashSize = 32
)

// Bounds on hashing. hashesAtOnce times the memory of one hash (128 MiB by
// default) is the most that sign-in can take, whoever asks and however often.
const (
	hashesAtOnce  = 2
	hashesWaiting = 32
	hashPatience  = 10 * time.Second
)

// Hasher hashes and checks passwords, a few at once. It is safe for use by
// several goroutines.
type Hasher struct {
	params  Params
	random  io.Reader
	slots   chan struct{} // hashes under way
	waiting chan struct{} // hashes under way or waiting
	nobody  string        // a hash that no password has, of the same cost
	count   func()        // called for each hash; for tests
}

// NewHasher makes a Hasher. random is read for salts and must be fit for
// secrets.
func NewHasher(p Params, random io.Reader) (*Hasher, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	h := &Hasher{
		params: p, random: random, count: func() {},
		slots:   make(chan struct{}, hashesAtOnce),
		waiting: make(chan struct{}, hashesAtOnce+hashesWaiting),
	}
	// Bytes drawn at random instead of a hash: to find a password for them is to
	// invert Argon2id.
	b := make([]byte, saltSize+hashSize)
	if _, err := io.ReadFull(random, b); err != nil {
		return nil, randomFault(err)
	}
	h.nobody = phc{p, b[:saltSize], b[saltSize:]}.String()
	return h, nil
}

// Hash returns the PHC string of a password with a new salt. It fails with
// Unavailable when too many hashes wait already.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", randomFault(err)
	}
	sum, err := h.derive(ctx, password, h.params, salt, hashSize)
	if err != nil {
		return "", err
	}
	return phc{h.params, salt, sum}.String(), nil
}

// Verify tells whether the password has the stored hash, and whether the hash
// is stale: made with other costs than today's. With stored == "" it takes the
// same time as ever and says no.
func (h *Hasher) Verify(ctx context.Context, stored, password string) (ok, stale bool, err error) {
	known := stored != ""
	if !known {
		stored = h.nobody
	}
	want, err := parsePHC(stored)
	if err != nil {
		return false, false, err
	}
	got, err := h.derive(ctx, password, want.params, want.salt, len(want.hash))
	if err != nil {
		return false, false, err
	}
	same := subtle.ConstantTimeCompare(got, want.hash) == 1
	stale = want.params != h.params || len(want.hash) != hashSize || len(want.salt) != saltSize
	return same && known, stale, nil
}

// derive computes one hash when it is its turn.
func (h *Hasher) derive(ctx context.Context, password string, p Params, salt []byte, size int) ([]byte, error) {
	busy := &entente.Error{Kind: entente.Unavailable, Op: "sign-in", Msg: "too many people sign in just now", Hint: "try again in a minute"}
	select {
	case h.waiting <- struct{}{}:
		defer func() { <-h.waiting }()
	default:
		return nil, busy
	}
	timer := time.NewTimer(hashPatience)
	defer timer.Stop()
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-timer.C:
		return nil, busy
	case <-ctx.Done():
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "sign-in", Msg: "the request was given up", Err: ctx.Err()}
	}
	h.count()
	return argon2.IDKey([]byte(normal(password)), salt, p.Time, p.Memory, p.Threads, uint32(size)), nil
}

// randomFault says that the source of randomness failed.
func randomFault(err error) error {
	return &entente.Error{Kind: entente.Internal, Op: "auth", Msg: "no random bytes to be had", Err: err}
}
