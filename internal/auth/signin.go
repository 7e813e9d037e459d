package auth

import (
	"context"
	"net/netip"
	"time"

	"entente"
)

// wrong is the one answer to a sign-in that did not succeed, whatever the
// reason: who guesses learns neither which names exist nor which are locked.
func wrong() error {
	return &entente.Error{
		Kind: entente.Denied, Op: "sign-in", Msg: "the name or the password is not right, or the account is locked for a while",
		Hint: "after several wrong passwords wait some minutes; an admin can set a new password",
	}
}

// failFloor is the least time that a failed attempt takes, so that what the
// store had to write does not show whether the name exists either.
const failFloor = 500 * time.Millisecond

// SignIn checks a name and a password and returns the account. It fails with
// the same error of kind Denied, and takes the same time, for an unknown name, a
// wrong password, a locked and a disabled account; too many attempts from one
// address or at one name fail with a *Limited. Every attempt that was not
// limited is in the audit log. It starts no session.
func (s *Service) SignIn(ctx context.Context, name, password string, from netip.Addr) (Account, error) {
	return s.prove(ctx, SignIn, name, password, from)
}

// prove checks name and password for an action. No typed text is recorded: the
// name may be a password in the wrong field.
func (s *Service) prove(ctx context.Context, action Action, name, password string, from netip.Addr) (Account, error) {
	floor := time.NewTimer(s.floor)
	defer floor.Stop()
	now := s.now()
	if err := s.addresses.allow(addressKey(from), now); err != nil {
		return Account{}, err
	}
	name = canonical(name)
	if CheckName(name) != nil {
		name = "" // all that cannot exist share one limit
	}
	if err := s.accounts.allow(name, now); err != nil {
		return Account{}, err
	}
	a, ok, stale, err := s.match(ctx, name, password)
	if err != nil {
		return Account{}, err
	}
	e := Entry{Action: action, Object: a.Name, Detail: "from " + from.String()}
	switch {
	case a.Name == "":
		e.Outcome, e.Detail = Failed, "unknown name, from "+from.String()
	case a.Disabled:
		e.Outcome, e.Detail = Refused, "disabled, from "+from.String()
	case now.Before(a.LockedUntil):
		e.Outcome = Locked
	case !ok:
		e.Outcome = Failed
		if err := s.countFailure(ctx, name, now); err != nil {
			return Account{}, err
		}
	default:
		e.Outcome, e.Who = OK, a.Name
		if a, err = s.welcome(ctx, a, password, stale); err != nil {
			return Account{}, err
		}
	}
	if err := s.audit.Record(ctx, e); err != nil {
		return Account{}, err
	}
	if e.Outcome == OK {
		return a, nil
	}
	select {
	case <-floor.C:
	case <-ctx.Done():
	}
	return Account{}, wrong()
}

// match looks an account up and compares the password, at the cost of one hash
// whatever it finds. The zero Account stands for none.
func (s *Service) match(ctx context.Context, name, password string) (a Account, ok, stale bool, err error) {
	if name != "" {
		if a, err = s.store.Account(ctx, name); err != nil && entente.KindOf(err) != entente.NotFound {
			return Account{}, false, false, err
		}
	}
	stored := a.Password
	if len(password) > MaxPassword {
		stored, password = "", ""
	}
	ok, stale, err = s.hasher.Verify(ctx, stored, password)
	return a, ok, stale, err
}

// countFailure counts one wrong password and locks the account when there were
// too many in a row.
func (s *Service) countFailure(ctx context.Context, name string, now time.Time) error {
	_, err := s.update(ctx, name, func(a *Account) error {
		a.Failed++
		if d := lockFor(a.Failed); d > 0 {
			a.LockedUntil = now.Add(d).UTC().Truncate(time.Microsecond)
		}
		return nil
	})
	return err
}

// welcome forgets the failures of an account whose password was right, and
// stores the password under today's costs when the hash was stale. The account
// must still be as it was when the password was checked.
func (s *Service) welcome(ctx context.Context, checked Account, password string, stale bool) (Account, error) {
	hash := checked.Password
	if stale {
		var err error
		if hash, err = s.hasher.Hash(ctx, password); err != nil {
			return Account{}, err
		}
	}
	return s.update(ctx, checked.Name, func(a *Account) error {
		if a.Disabled || a.Epoch != checked.Epoch { // a new password has a new epoch
			return wrong()
		}
		renew := stale && a.Password == checked.Password // or another sign-in did it
		if a.Failed == 0 && a.LockedUntil.IsZero() && !renew {
			return errUnchanged
		}
		a.Failed, a.LockedUntil = 0, time.Time{}
		if renew {
			a.Password = hash
		}
		return nil
	})
}
