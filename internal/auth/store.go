package auth

import (
	"context"
	"time"
)

// Store keeps what this package must remember. An implementation is safe for
// use by several servers at once and passes authtest.Contract. Times are UTC
// with microseconds at least; a zero time comes back as zero. Errors are
// *entente.Error of the kinds that the methods name; other failures are
// Unavailable or Internal.
type Store interface {
	AccountStore
	SessionStore
	TokenStore
	AuditStore
}

// Account is one user. Accounts are disabled, never deleted, so that a name in
// a record's history always means the same account.
type Account struct {
	Name        string // see CheckName; unique
	Role        Role
	Password    string    // Argon2id hash in PHC form; "" when no password can be used
	Subject     string    // OpenID Connect "issuer|sub"; unique unless ""
	Disabled    bool      // may not sign in, nor use tokens
	Failed      int       // wrong passwords since the last right one
	LockedUntil time.Time // no password is accepted before; zero: not locked
	Epoch       int64     // sessions of an earlier epoch are over
	Created     time.Time
	Changed     time.Time // last change of role, password, subject or Disabled
	Version     int64     // for compare-and-set; kept by the store
}

// AccountStore keeps accounts.
type AccountStore interface {
	// Account finds by name; NotFound.
	Account(ctx context.Context, name string) (Account, error)
	// AccountBySubject finds by a subject that is not ""; NotFound.
	AccountBySubject(ctx context.Context, subject string) (Account, error)
	// Accounts lists all, by name.
	Accounts(ctx context.Context) ([]Account, error)
	// CreateAccount adds an account with Version 1, whatever a.Version says;
	// Conflict when the name or the subject is taken.
	CreateAccount(ctx context.Context, a Account) error
	// UpdateAccount replaces the account called a.Name if its stored Version
	// still is a.Version, and stores Version+1. Conflict when it is not, or when
	// the subject is another account's; NotFound. Created never changes.
	UpdateAccount(ctx context.Context, a Account) error
}

// Session is one signed-in browser, or one sign-in at a provider under way.
type Session struct {
	ID      string // hash of the browser's secret, never the secret
	Account string // "" for a sign-in under way
	Data    []byte // at most MaxSessionData bytes
	Expires time.Time
}

// MaxSessionData bounds Session.Data, in bytes.
const MaxSessionData = 8 << 10

// SessionStore keeps sessions.
type SessionStore interface {
	// FindSession returns the session if it is there and now is before Expires.
	FindSession(ctx context.Context, id string, now time.Time) (s Session, found bool, err error)
	// SaveSession adds the session or replaces the one with its ID; Invalid when
	// Data is too long.
	SaveSession(ctx context.Context, s Session) error
	// TouchSession sets Expires of a session that is there. It never brings back
	// one that was deleted: then it does nothing.
	TouchSession(ctx context.Context, id string, expires time.Time) error
	// DeleteSession removes a session and tells whether it was there. Of several
	// callers at once exactly one is told true.
	DeleteSession(ctx context.Context, id string) (was bool, err error)
	// DeleteSessions removes all sessions of an account and counts them.
	DeleteSessions(ctx context.Context, account string) (int, error)
	// DeleteExpired removes sessions that now is not before, and counts them.
	DeleteExpired(ctx context.Context, now time.Time) (int, error)
}

// Token is an API token without its secret.
type Token struct {
	ID       string // names the token in lists; no secret
	Account  string
	Name     string // what it is for, in its owner's words
	Hash     string // SHA-256 of the secret in hexadecimal; unique
	Scopes   []Scope
	Created  time.Time
	Expires  time.Time
	Revoked  time.Time // zero: not revoked
	LastUsed time.Time // zero: never; exact to a minute
}

// TokenStore keeps API tokens.
type TokenStore interface {
	// CreateToken adds a token; Conflict when ID or Hash is taken.
	CreateToken(ctx context.Context, t Token) error
	// TokenByHash finds by Hash, also a revoked or expired token; NotFound.
	TokenByHash(ctx context.Context, hash string) (Token, error)
	// Tokens lists the tokens of an account, of all accounts for "", by Created
	// and then ID.
	Tokens(ctx context.Context, account string) ([]Token, error)
	// RevokeToken marks a token as revoked. The first time stays; NotFound.
	RevokeToken(ctx context.Context, id string, at time.Time) error
	// TouchToken sets LastUsed unless it is later already; NotFound.
	TouchToken(ctx context.Context, id string, at time.Time) error
}

// Outcome is how something in the audit log ended.
type Outcome string

// The closed list of outcomes.
const (
	OK      Outcome = "ok"      // done
	Failed  Outcome = "failed"  // wrong password, or a provider's answer that was not accepted
	Locked  Outcome = "locked"  // the account is locked for a while
	Refused Outcome = "refused" // disabled, unknown at the provider, or not allowed
)

// Entry is one line of the audit log.
type Entry struct {
	ID      int64 // given by the store; grows with time, with gaps
	At      time.Time
	Who     string // account name; "" when nobody is known
	Action  Action
	Object  string // what it was done to: an account, a token's ID, an export's title
	Outcome Outcome
	Detail  string // a few plain words, at most MaxDetail bytes
}

// EntryFilter selects entries; a zero field selects all.
type EntryFilter struct {
	Who     string
	Action  Action
	Outcome Outcome
	Object  string
	Since   time.Time // at or after
	Until   time.Time // before
	Before  int64     // ID less than: the next page
	Limit   int       // at most; 0 means 100, and more than MaxEntries is MaxEntries
}

// MaxEntries bounds one answer of AuditStore.Entries.
const MaxEntries = 1000

// AuditStore keeps the audit log. There is no way to change or remove an entry.
type AuditStore interface {
	// AppendEntry adds an entry; its ID is ignored.
	AppendEntry(ctx context.Context, e Entry) error
	// Entries lists entries, the newest (highest ID) first.
	Entries(ctx context.Context, f EntryFilter) ([]Entry, error)
}
