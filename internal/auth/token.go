package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"entente"
)

// An API token is tokenPrefix and tokenBytes random bytes in base64url: the
// prefix lets scanners of leaked secrets find it.
const (
	tokenPrefix = "ent_"
	tokenBytes  = 32
	tokenLen    = len(tokenPrefix) + 43
)

// MaxTokenLife is the longest time for which a token can be made: a year and a
// day to renew it.
const MaxTokenLife = 367 * 24 * time.Hour

// maxTokenName bounds Token.Name, in bytes.
const maxTokenName = 100

// NewToken is what CreateToken needs. All of it is obligatory.
type NewToken struct {
	Account string
	Name    string // what it is for
	Scopes  []Scope
	Expires time.Time
}

// CreateToken makes an API token. The secret is returned this once and is never
// stored; it belongs in a header `Authorization: Bearer`, never in an address.
func (s *Service) CreateToken(ctx context.Context, n NewToken) (secret string, t Token, err error) {
	now := s.stamp()
	if err := n.check(now); err != nil {
		return "", Token{}, err
	}
	a, err := s.store.Account(ctx, n.Account)
	if err != nil {
		return "", Token{}, err
	}
	if a.Disabled {
		return "", Token{}, &entente.Error{Kind: entente.Denied, Op: "token", Place: n.Account, Msg: "the account is disabled"}
	}
	random, err := s.secret(tokenBytes)
	if err != nil {
		return "", Token{}, err
	}
	id, err := s.secret(9)
	if err != nil {
		return "", Token{}, err
	}
	secret = tokenPrefix + random
	scopes := slices.Clone(n.Scopes)
	slices.Sort(scopes)
	t = Token{
		ID: id, Account: a.Name, Name: n.Name, Hash: tokenHash(secret), Scopes: slices.Compact(scopes),
		Created: now, Expires: n.Expires.UTC().Truncate(time.Microsecond),
	}
	if err := s.store.CreateToken(ctx, t); err != nil {
		return "", Token{}, err
	}
	err = s.audit.Record(ctx, Entry{
		Action: ManageTokens, Object: t.ID, Outcome: OK,
		Detail: fmt.Sprintf("made for %s, scopes %s, until %s", t.Account, joinScopes(t.Scopes), t.Expires.Format(time.DateOnly)),
	})
	if err != nil {
		return "", Token{}, err
	}
	return secret, t, nil
}

// check refuses a token without a name, scope or end.
func (n NewToken) check(now time.Time) error {
	bad := func(place, msg, hint string) error {
		return &entente.Error{Kind: entente.Invalid, Op: "token", Place: place, Msg: msg, Hint: hint}
	}
	name := strings.TrimSpace(n.Name)
	switch {
	case name == "" || len(n.Name) > maxTokenName || !utf8.ValidString(n.Name):
		return bad("name", fmt.Sprintf("a token needs a name of at most %d bytes", maxTokenName), "say what the token is for")
	case plain(n.Name) != n.Name:
		return bad("name", "the name has a control character or looks like a secret", "say what the token is for")
	case len(n.Scopes) == 0:
		return bad("scopes", "a token needs a scope", "one or more of: "+joinScopes(Scopes()))
	case !n.Expires.After(now):
		return bad("expires", "a token needs an end in the future", "for example in 90 days")
	case n.Expires.After(now.Add(MaxTokenLife)):
		return bad("expires", fmt.Sprintf("a token ends within %d days", MaxTokenLife/(24*time.Hour)), "make a new one then")
	}
	for _, scope := range n.Scopes {
		if !scope.Valid() {
			return bad("scopes", fmt.Sprintf("there is no scope %q", string(scope)), "one or more of: "+joinScopes(Scopes()))
		}
	}
	return nil
}

// Tokens lists the tokens of an account, of all accounts for "".
func (s *Service) Tokens(ctx context.Context, account string) ([]Token, error) {
	return s.store.Tokens(ctx, account)
}

// RevokeToken ends a token of an account at once; account "" is for who may
// manage the tokens of others. A token of someone else is NotFound.
func (s *Service) RevokeToken(ctx context.Context, account, id string) error {
	list, err := s.store.Tokens(ctx, account)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(t Token) bool { return t.ID == id })
	if i < 0 {
		return &entente.Error{Kind: entente.NotFound, Op: "token", Msg: "there is no such token", Hint: "the list shows the ID of each"}
	}
	if err := s.store.RevokeToken(ctx, id, s.stamp()); err != nil {
		return err
	}
	return s.audit.Record(ctx, Entry{Action: ManageTokens, Object: id, Outcome: OK, Detail: "revoked, of " + list[i].Account})
}

// RevokeTokens ends all tokens of an account: after a password may have become
// known, changing it is not enough.
func (s *Service) RevokeTokens(ctx context.Context, account string) error {
	if account == "" {
		return &entente.Error{Kind: entente.Invalid, Op: "token", Msg: "no account is named"}
	}
	list, err := s.store.Tokens(ctx, account)
	if err != nil {
		return err
	}
	for _, t := range list {
		if !t.Revoked.IsZero() {
			continue
		}
		if err := s.RevokeToken(ctx, account, t.ID); err != nil {
			return err
		}
	}
	return nil
}

// badToken is the one answer to a token that does not work.
func badToken() error {
	return &entente.Error{
		Kind: entente.Denied, Op: "token", Msg: "the API token is unknown, has ended or was revoked",
		Hint: "make a new one on the page of your account",
	}
}

// bearer finds the principal of a token.
func (s *Service) bearer(ctx context.Context, secret string) (Principal, error) {
	if len(secret) != tokenLen || !strings.HasPrefix(secret, tokenPrefix) {
		return Principal{}, badToken()
	}
	t, err := s.store.TokenByHash(ctx, tokenHash(secret))
	if err != nil {
		return Principal{}, missing(err, badToken())
	}
	now := s.stamp()
	if !t.Revoked.IsZero() || !now.Before(t.Expires) {
		return Principal{}, badToken()
	}
	a, err := s.store.Account(ctx, t.Account)
	if err != nil {
		return Principal{}, missing(err, badToken())
	}
	if a.Disabled {
		return Principal{}, badToken()
	}
	if now.Sub(t.LastUsed) >= time.Minute {
		if err := s.store.TouchToken(ctx, t.ID, now); err != nil {
			return Principal{}, err
		}
	}
	return Principal{Name: a.Name, Role: a.Role, Via: ViaToken, Scopes: t.Scopes}, nil
}

// missing replaces an error of kind NotFound.
func missing(err, instead error) error {
	if entente.KindOf(err) == entente.NotFound {
		return instead
	}
	return err
}

// tokenHash is how a token is stored. One round is enough: 256 random bits
// cannot be guessed, unlike a password.
func tokenHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func joinScopes(list []Scope) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return strings.Join(out, ", ")
}
