package auth

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"entente"
)

// NewAccount is what CreateAccount needs.
type NewAccount struct {
	Name     string
	Role     Role
	Password string // "" for an account that signs in at a provider only
	Subject  string // OpenID Connect "issuer|sub", or ""
}

// Accounts lists all accounts by name.
func (s *Service) Accounts(ctx context.Context) ([]Account, error) { return s.store.Accounts(ctx) }

// CreateAccount makes an account. Like all functions below it does not ask
// whether the principal of the context may do so: Gate did, and the audit entry
// names the principal.
func (s *Service) CreateAccount(ctx context.Context, n NewAccount) (Account, error) {
	if err := CheckName(n.Name); err != nil {
		return Account{}, err
	}
	if err := checkRole(n.Role); err != nil {
		return Account{}, err
	}
	if err := checkSubject(n.Subject); err != nil {
		return Account{}, err
	}
	now := s.stamp()
	a := Account{Name: n.Name, Role: n.Role, Subject: n.Subject, Epoch: 1, Created: now, Changed: now, Version: 1}
	if n.Password != "" {
		if err := CheckPassword(n.Name, n.Password); err != nil {
			return Account{}, err
		}
		hash, err := s.hasher.Hash(ctx, n.Password)
		if err != nil {
			return Account{}, err
		}
		a.Password = hash
	}
	if err := s.store.CreateAccount(ctx, a); err != nil {
		return Account{}, err
	}
	return a, s.audit.Record(ctx, Entry{Action: ManageAccounts, Object: a.Name, Outcome: OK, Detail: "created with the role " + string(a.Role)})
}

// SetRole gives an account another role and ends its sessions. The last enabled
// admin keeps the role: Conflict.
func (s *Service) SetRole(ctx context.Context, name string, role Role) error {
	if err := checkRole(role); err != nil {
		return err
	}
	if role != Admin {
		if err := s.keepAdmin(ctx, name); err != nil {
			return err
		}
	}
	return s.setRole(ctx, name, role, "")
}

// setRole changes the role; why is added to the entry.
func (s *Service) setRole(ctx context.Context, name string, role Role, why string) error {
	before := role
	return s.change(ctx, name, func(a *Account) (string, error) {
		if before = a.Role; before == role {
			return "", errUnchanged
		}
		a.Role = role
		return fmt.Sprintf("role %s to %s%s", before, role, why), nil
	})
}

// SetPassword gives an account another password, lifts a lock and ends its
// sessions.
func (s *Service) SetPassword(ctx context.Context, name, password string) error {
	if err := CheckPassword(name, password); err != nil {
		return err
	}
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.change(ctx, name, func(a *Account) (string, error) {
		a.Password, a.Failed, a.LockedUntil = hash, 0, time.Time{}
		return "password set", nil
	})
}

// ChangePassword is SetPassword by the owner, who proves the old one; wrong
// attempts count as at sign-in. from is where the request came from.
func (s *Service) ChangePassword(ctx context.Context, name, old, password string, from netip.Addr) error {
	if err := CheckPassword(name, password); err != nil {
		return err
	}
	if _, err := s.prove(ctx, OwnAccount, name, old, from); err != nil {
		return err
	}
	return s.SetPassword(ctx, name, password)
}

// SetDisabled disables an account and ends its sessions, or enables it again.
// The tokens of a disabled account do not work. The last enabled admin cannot
// be disabled: Conflict.
func (s *Service) SetDisabled(ctx context.Context, name string, disabled bool) error {
	if disabled {
		if err := s.keepAdmin(ctx, name); err != nil {
			return err
		}
	}
	return s.change(ctx, name, func(a *Account) (string, error) {
		if a.Disabled == disabled {
			return "", errUnchanged
		}
		if a.Disabled = disabled; disabled {
			return "disabled", nil
		}
		return "enabled", nil
	})
}

// SetSubject links an account to a person at the OpenID Connect provider,
// "issuer|sub", or unlinks it with "". Its sessions end.
func (s *Service) SetSubject(ctx context.Context, name, subject string) error {
	if err := checkSubject(subject); err != nil {
		return err
	}
	return s.change(ctx, name, func(a *Account) (string, error) {
		if a.Subject == subject {
			return "", errUnchanged
		}
		if a.Subject = subject; subject == "" {
			return "unlinked from the provider", nil
		}
		return "linked to the provider", nil
	})
}

// Unlock forgets wrong passwords and lifts a lock.
func (s *Service) Unlock(ctx context.Context, name string) error {
	_, err := s.update(ctx, name, func(a *Account) error {
		a.Failed, a.LockedUntil = 0, time.Time{}
		return nil
	})
	if err != nil {
		return err
	}
	return s.audit.Record(ctx, Entry{Action: ManageAccounts, Object: name, Outcome: OK, Detail: "unlocked"})
}

// SignOutEverywhere ends all sessions of an account at once, on every server.
func (s *Service) SignOutEverywhere(ctx context.Context, name string) error {
	if _, err := s.update(ctx, name, func(a *Account) error { a.Epoch++; return nil }); err != nil {
		return err
	}
	if _, err := s.store.DeleteSessions(ctx, name); err != nil {
		return err
	}
	return s.audit.Record(ctx, Entry{Action: SignOut, Object: name, Outcome: OK, Detail: "everywhere"})
}

// change makes a change that ends the account's sessions, and records it. The
// epoch alone ends them at once; deleting them is tidiness.
func (s *Service) change(ctx context.Context, name string, do func(*Account) (string, error)) error {
	said := ""
	_, err := s.update(ctx, name, func(a *Account) error {
		var err error
		if said, err = do(a); err != nil {
			said = ""
			return err
		}
		a.Epoch++
		a.Changed = s.stamp()
		return nil
	})
	if err != nil || said == "" {
		return err
	}
	if err := s.audit.Record(ctx, Entry{Action: ManageAccounts, Object: name, Outcome: OK, Detail: said}); err != nil {
		return err
	}
	_, err = s.store.DeleteSessions(ctx, name)
	return err
}

// keepAdmin refuses when name is the only enabled admin. Two admins who demote
// each other in the same instant are not noticed; `entente user add` beside the
// store mends that.
func (s *Service) keepAdmin(ctx context.Context, name string) error {
	list, err := s.store.Accounts(ctx)
	if err != nil {
		return err
	}
	others, self := 0, false
	for _, a := range list {
		if a.Role == Admin && !a.Disabled {
			if a.Name == name {
				self = true
			} else {
				others++
			}
		}
	}
	if self && others == 0 {
		return &entente.Error{Kind: entente.Conflict, Op: "account", Place: name, Msg: "this is the last enabled admin", Hint: "make another account an admin first"}
	}
	return nil
}

// stamp is the present instant as it is stored.
func (s *Service) stamp() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

func checkRole(r Role) error {
	if r.Valid() {
		return nil
	}
	names := make([]string, 0, len(ranks))
	for _, known := range Roles() {
		names = append(names, string(known))
	}
	return &entente.Error{Kind: entente.Invalid, Op: "account", Place: "role", Msg: fmt.Sprintf("there is no role %q", string(r)), Hint: "one of: " + strings.Join(names, ", ")}
}

// checkSubject takes "" or "issuer|sub".
func checkSubject(subject string) error {
	issuer, sub, found := strings.Cut(subject, "|")
	if subject == "" || found && issuer != "" && sub != "" && len(subject) <= 1024 {
		return nil
	}
	return &entente.Error{Kind: entente.Invalid, Op: "account", Place: "subject", Msg: "a subject is the provider's issuer and its name for the person", Hint: "https://login.example.org|1234"}
}
