package authstore

import (
	"context"
	"database/sql"
	"errors"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
)

const accountColumns = "name, role, password, subject, disabled, failed, locked_until, epoch, created, changed, version"

func scanAccount(scan func(...any) error) (a auth.Account, err error) {
	var disabled int
	var locked, created, changed int64
	err = scan(&a.Name, &a.Role, &a.Password, &a.Subject, &disabled, &a.Failed, &locked, &a.Epoch, &created, &changed, &a.Version)
	a.Disabled, a.LockedUntil, a.Created, a.Changed = disabled != 0, instant(locked), instant(created), instant(changed)
	return a, err
}

func (s *Store) account(ctx context.Context, column, value string) (a auth.Account, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, q store.Querier) error {
		a, err = scanAccount(q.QueryRowContext(ctx, "SELECT "+accountColumns+" FROM accounts WHERE "+column+" = $1", value).Scan)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Account{}, failure(entente.NotFound, "", "there is no such account")
	}
	return a, err
}

// Account finds by name.
func (s *Store) Account(ctx context.Context, name string) (auth.Account, error) {
	return s.account(ctx, "name", name)
}

// AccountBySubject finds by the subject of a provider.
func (s *Store) AccountBySubject(ctx context.Context, subject string) (auth.Account, error) {
	if subject == "" {
		return auth.Account{}, failure(entente.NotFound, "", "there is no such account")
	}
	return s.account(ctx, "subject", subject)
}

// Accounts lists all, by name.
func (s *Store) Accounts(ctx context.Context) (out []auth.Account, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, q store.Querier) error {
		out = nil
		list, err := q.QueryContext(ctx, "SELECT "+accountColumns+" FROM accounts ORDER BY name") //nolint:rowserrcheck // rows checks it
		if err != nil {
			return err
		}
		return rows(list, func(scan func(...any) error) error {
			a, err := scanAccount(scan)
			out = append(out, a)
			return err
		})
	})
	return out, err
}

// CreateAccount adds an account.
func (s *Store) CreateAccount(ctx context.Context, a auth.Account) error {
	return s.db.Write(ctx, func(ctx context.Context, q store.Querier) error {
		if err := subjectFree(ctx, q, a); err != nil {
			return err
		}
		r, err := q.ExecContext(ctx, "INSERT INTO accounts ("+accountColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1) ON CONFLICT (name) DO NOTHING",
			a.Name, string(a.Role), a.Password, a.Subject, flag(a.Disabled), a.Failed, micro(a.LockedUntil), a.Epoch, micro(a.Created), micro(a.Changed))
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 1 {
			return err
		}
		return failure(entente.Conflict, a.Name, "there is an account of this name already")
	})
}

// subjectFree refuses a subject that is another account's.
func subjectFree(ctx context.Context, q store.Querier, a auth.Account) error {
	if a.Subject == "" {
		return nil
	}
	var other string
	err := q.QueryRowContext(ctx, "SELECT name FROM accounts WHERE subject = $1 AND name <> $2", a.Subject, a.Name).Scan(&other)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return failure(entente.Conflict, a.Name, "another account has this subject")
}

// UpdateAccount replaces an account if nobody changed it meanwhile.
func (s *Store) UpdateAccount(ctx context.Context, a auth.Account) error {
	return s.db.Write(ctx, func(ctx context.Context, q store.Querier) error {
		if err := subjectFree(ctx, q, a); err != nil {
			return err
		}
		r, err := q.ExecContext(ctx, `UPDATE accounts SET role = $3, password = $4, subject = $5, disabled = $6, failed = $7, locked_until = $8, epoch = $9, changed = $10,
			version = version + 1 WHERE name = $1 AND version = $2`,
			a.Name, a.Version, string(a.Role), a.Password, a.Subject, flag(a.Disabled), a.Failed, micro(a.LockedUntil), a.Epoch, micro(a.Changed))
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 1 {
			return err
		}
		var version int64
		err = q.QueryRowContext(ctx, "SELECT version FROM accounts WHERE name = $1", a.Name).Scan(&version)
		if errors.Is(err, sql.ErrNoRows) {
			return failure(entente.NotFound, a.Name, "there is no such account")
		}
		if err != nil {
			return err
		}
		return failure(entente.Conflict, a.Name, "somebody changed the account meanwhile")
	})
}
