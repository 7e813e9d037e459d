// Package authstore keeps accounts, sessions, tokens and the audit log in the
// database of a workbench, on either engine. It is the bridge between package
// auth, which knows no database, and package store, which knows no accounts.
package authstore

import (
	"errors"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
)

// Store is an [auth.Store] on a store of records.
type Store struct{ db *store.Store }

var _ auth.Store = (*Store)(nil)

// New makes the bridge; the schema is that of the store.
func New(db *store.Store) *Store { return &Store{db} }

// micro writes an instant; 0 is none.
func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UTC().UnixMicro()
}

// instant reads what micro wrote.
func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func failure(kind entente.Kind, place, msg string) error {
	return &entente.Error{Kind: kind, Op: "accounts", Place: place, Msg: msg}
}

// rows closes a result and joins its errors.
func rows(list interface {
	Next() bool
	Scan(...any) error
	Err() error
	Close() error
}, each func(scan func(...any) error) error,
) error {
	for list.Next() {
		if err := each(list.Scan); err != nil {
			_ = list.Close()
			return err
		}
	}
	return errors.Join(list.Err(), list.Close())
}
