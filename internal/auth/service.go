package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"time"

	"entente"
)

// Deps are what a Service takes from the world. The zero value is right outside
// of tests.
type Deps struct {
	Now    func() time.Time // nil: time.Now
	Random io.Reader        // source of secrets; nil: crypto/rand
	Client *http.Client     // for the OpenID Connect provider; nil: one with bounds
	Argon  Params           // costs of a password hash; zero: DefaultParams
	Floor  time.Duration    // least time of a failed sign-in; zero: half a second
}

// Service is the accounts, sessions, tokens and entries of one store. It is safe
// for use by several goroutines, and several servers may share a store.
type Service struct {
	store     Store
	config    Config
	now       func() time.Time
	random    io.Reader
	floor     time.Duration
	hasher    *Hasher
	audit     *Audit
	sessions  *sessions
	provider  *provider // nil without OpenID Connect
	addresses *limiter
	accounts  *limiter
}

// New makes a Service; the settings are checked.
func New(store Store, c Config, d Deps) (*Service, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Random == nil {
		d.Random = rand.Reader
	}
	hasher, err := NewHasher(orElse(d.Argon, DefaultParams), d.Random)
	if err != nil {
		return nil, err
	}
	s := &Service{
		store: store, config: c, now: d.Now, random: d.Random, floor: orElse(d.Floor, failFloor), hasher: hasher,
		audit:     NewAudit(store, d.Now),
		sessions:  newSessions(store, c, d.Now),
		addresses: newLimiter(orElse(c.Address, AddressRate), maxKeys),
		accounts:  newLimiter(orElse(c.Account, AccountRate), maxKeys),
	}
	if c.OIDC != nil {
		s.provider = newProvider(*c.OIDC, d.Client, d.Now)
	}
	return s, nil
}

// Audit returns the writer and reader of the audit log.
func (s *Service) Audit() *Audit { return s.audit }

// Sweep removes sessions that are over and counts them. A server calls it every
// few minutes; nothing depends on it but the size of the store.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	return s.store.DeleteExpired(ctx, s.now().UTC())
}

// secret draws n random bytes as base64url without padding.
func (s *Service) secret(n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.random, b); err != nil {
		return "", randomFault(err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// casTries bounds how often an update is tried anew when others change the same
// account at the same moment.
const casTries = 50

// errUnchanged ends an update that has nothing to write.
var errUnchanged = errors.New("nothing to change")

// update changes one account by compare-and-set, and reads it anew when someone
// else was faster. change may return errUnchanged to leave it as it is.
func (s *Service) update(ctx context.Context, name string, change func(*Account) error) (Account, error) {
	for range casTries {
		a, err := s.store.Account(ctx, name)
		if err != nil {
			return Account{}, err
		}
		switch err := change(&a); {
		case errors.Is(err, errUnchanged):
			return a, nil
		case err != nil:
			return Account{}, err
		}
		err = s.store.UpdateAccount(ctx, a)
		if err == nil {
			a.Version++
			return a, nil
		}
		if entente.KindOf(err) != entente.Conflict {
			return Account{}, err
		}
		// A subject that is taken is a conflict too, and trying again does not help.
		if now, err2 := s.store.Account(ctx, name); err2 == nil && now.Version == a.Version {
			return Account{}, err
		}
	}
	return Account{}, &entente.Error{Kind: entente.Conflict, Op: "account", Place: name, Msg: "the account is being changed by others all the time", Hint: "try again"}
}
