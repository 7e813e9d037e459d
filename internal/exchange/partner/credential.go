package partner

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
)

// MaxLife is the longest time for which a token or password can be made: a year
// and a day to renew it.
const MaxLife = 367 * 24 * time.Hour

// MaxLive bounds how many tokens (and as many certificates) of a partner count
// at once.
const MaxLive = 20

// maxPasswords bounds how many passwords of a partner count at once: the one in
// use, and the one that replaces it. Each costs a slow hash at a wrong attempt.
const maxPasswords = 2

// The prefixes of secrets make them easy to find where they should not be.
const (
	tokenPrefix    = "entx_"
	passwordPrefix = "entp_"
	secretBytes    = 32
)

// Fingerprint is the SHA-256 of a certificate in hexadecimal.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

// NewToken makes a bearer token for a partner. The secret is returned this once:
// only its hash is kept. Errors: NotFound; Invalid; Conflict when too many count
// already; Unavailable.
func (b *Book) NewToken(ctx context.Context, who, partner, name string, expires time.Time) (secret string, c Credential, err error) {
	secret, err = b.secret(tokenPrefix)
	if err != nil {
		return "", Credential{}, err
	}
	c, err = b.add(ctx, who, Credential{Partner: partner, Kind: Token, Name: name, Expires: expires}, tokenHash(secret))
	if err != nil {
		return "", Credential{}, err
	}
	return secret, c, nil
}

// NewPassword gives a partner a password for HTTP Basic, with the partner's id as
// the user name. An empty password means a new random one, returned this once;
// two count at once, so that one can follow the other. Errors as for NewToken.
func (b *Book) NewPassword(ctx context.Context, who, partner, name, password string, expires time.Time) (secret string, c Credential, err error) {
	if password == "" {
		if password, err = b.secret(passwordPrefix); err != nil {
			return "", Credential{}, err
		}
	} else if err := auth.CheckPassword(partner, password); err != nil {
		return "", Credential{}, err
	}
	h, err := b.hasher()
	if err != nil {
		return "", Credential{}, err
	}
	hash, err := h.Hash(ctx, password)
	if err != nil {
		return "", Credential{}, err
	}
	c, err = b.add(ctx, who, Credential{Partner: partner, Kind: Password, Name: name, Expires: expires}, hash)
	if err != nil {
		return "", Credential{}, err
	}
	return password, c, nil
}

// PinCertificate accepts one client certificate for a partner, whoever vouches
// for it, until it ends. Errors as for NewToken.
func (b *Book) PinCertificate(ctx context.Context, who, partner, name string, cert *x509.Certificate) (Credential, error) {
	return b.add(ctx, who, Credential{Partner: partner, Kind: Certificate, Name: name, Expires: cert.NotAfter}, Fingerprint(cert))
}

// RefuseCertificate refuses a client certificate by its fingerprint, whoever
// vouches for it; also one that was never seen. Errors as for NewToken.
func (b *Book) RefuseCertificate(ctx context.Context, who, partner, name, fingerprint string) (Credential, error) {
	fp := strings.ToLower(strings.ReplaceAll(fingerprint, ":", ""))
	if raw, err := hex.DecodeString(fp); err != nil || len(raw) != sha256.Size {
		return Credential{}, bad("fingerprint", "it is not the SHA-256 of a certificate", "64 hexadecimal digits, as openssl x509 -fingerprint -sha256 prints them")
	}
	return b.add(ctx, who, Credential{Partner: partner, Kind: Certificate, Name: name, Revoked: b.now()}, fp)
}

// Revoke ends a credential: at once in this process, within [Lag] in every other.
// Errors: NotFound; Unavailable.
func (b *Book) Revoke(ctx context.Context, who, id string) (c Credential, err error) {
	err = b.db.Write(ctx, func(ctx context.Context, q store.Querier) error {
		list, _, err := credentials(ctx, q, "id = $1", id)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return missing("credential", id, "entente partner show lists them")
		}
		if c = list[0]; !c.Revoked.IsZero() {
			return nil
		}
		t, err := topOf(ctx, q)
		if err != nil {
			return err
		}
		r := Revision{N: t.n + 1, At: b.after(t.at), Who: who, Why: fmt.Sprintf("revoked the %s %s of %s", c.Kind, c.ID, c.Partner)}
		c.Revoked = r.At
		if _, err := q.ExecContext(ctx, "UPDATE exchange_credentials SET revoked = $1 WHERE id = $2", micro(c.Revoked), id); err != nil {
			return err
		}
		return insert(ctx, q, r, t.body)
	})
	if err != nil {
		return Credential{}, unavailable(err)
	}
	b.forget()
	return c, nil
}

// Credentials lists the credentials of a partner, of all partners for "", without
// their secrets, the oldest first.
func (b *Book) Credentials(ctx context.Context, partner string) (out []Credential, err error) {
	err = b.db.Read(ctx, func(ctx context.Context, q store.Querier) error {
		out, _, err = credentials(ctx, q, "($1 = '' OR partner = $1)", partner)
		return err
	})
	if err != nil {
		return nil, unavailable(err)
	}
	return out, nil
}

const credentialColumns = "id, partner, kind, name, secret, created, expires, revoked, last_used"

// credentials reads credentials and the hashes of their secrets.
func credentials(ctx context.Context, q store.Querier, where string, args ...any) (out []Credential, secrets []string, err error) {
	rows, err := q.QueryContext(ctx, "SELECT "+credentialColumns+" FROM exchange_credentials WHERE "+where+" ORDER BY created, id", args...) //nolint:gosec // where is ours
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var c Credential
		var secret string
		var created, expires, revoked, used int64
		if err := rows.Scan(&c.ID, &c.Partner, &c.Kind, &c.Name, &secret, &created, &expires, &revoked, &used); err != nil {
			return nil, nil, err
		}
		c.Created, c.Expires, c.Revoked, c.LastUsed = instant(created), instant(expires), instant(revoked), instant(used)
		out, secrets = append(out, c), append(secrets, secret)
	}
	return out, secrets, rows.Err()
}

// add keeps a new credential, and raises the revision so that every process
// learns of it.
func (b *Book) add(ctx context.Context, who string, c Credential, hash string) (Credential, error) {
	now := b.now().UTC().Truncate(time.Microsecond)
	c.Expires = c.Expires.UTC().Truncate(time.Microsecond)
	if c.Name = line(c.Name); c.Name == "" || len(c.Name) > 100 || holdsSecret(c.Name) {
		return Credential{}, bad("name", "a credential needs a name of at most 100 bytes that is no secret", "say what it is for")
	}
	if c.Revoked.IsZero() {
		switch {
		case !c.Expires.After(now):
			return Credential{}, bad("expires", "a credential needs an end in the future", "for example in 365 days")
		case c.Kind != Certificate && c.Expires.After(now.Add(MaxLife)):
			return Credential{}, bad("expires", fmt.Sprintf("a credential ends within %d days", MaxLife/(24*time.Hour)), "make a new one then")
		}
	}
	id, err := b.random9()
	if err != nil {
		return Credential{}, err
	}
	c.ID = id
	err = b.db.Write(ctx, func(ctx context.Context, q store.Querier) error {
		t, err := topOf(ctx, q)
		if err != nil {
			return err
		}
		if t.n == 0 {
			return notSetUp()
		}
		s, err := decode([]byte(t.body))
		if err != nil {
			return err
		}
		if s.Partner(c.Partner) == nil {
			return missing("partner", c.Partner, "entente partner list shows them")
		}
		if err := room(ctx, q, c, now); err != nil {
			return err
		}
		r := Revision{N: t.n + 1, At: b.after(t.at), Who: who}
		r.Why = fmt.Sprintf("a new %s %s for %s: %s", c.Kind, c.ID, c.Partner, c.Name)
		c.Created = r.At
		if !c.Revoked.IsZero() {
			r.Why = fmt.Sprintf("refused the %s %s of %s: %s", c.Kind, hash, c.Partner, c.Name)
			c.Revoked = r.At
			// A pinned certificate that is refused later has its row already.
			if _, err := q.ExecContext(ctx, "UPDATE exchange_credentials SET revoked = $1 WHERE secret = $2 AND revoked = 0", micro(c.Revoked), hash); err != nil {
				return err
			}
		}
		done, err := q.ExecContext(ctx, "INSERT INTO exchange_credentials ("+credentialColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) ON CONFLICT DO NOTHING",
			c.ID, c.Partner, string(c.Kind), c.Name, hash, micro(c.Created), micro(c.Expires), micro(c.Revoked))
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 && c.Revoked.IsZero() {
			if err != nil {
				return err
			}
			return &entente.Error{Kind: entente.Conflict, Op: "make a credential", Place: c.Partner, Msg: "it is known already, or was refused", Hint: "entente partner show lists the credentials"}
		}
		return insert(ctx, q, r, t.body)
	})
	if err != nil {
		return Credential{}, unavailable(err)
	}
	b.forget()
	return c, nil
}

// room refuses one credential too many.
func room(ctx context.Context, q store.Querier, c Credential, now time.Time) error {
	if !c.Revoked.IsZero() {
		return nil
	}
	most := MaxLive
	if c.Kind == Password {
		most = maxPasswords
	}
	var n int
	err := q.QueryRowContext(ctx, "SELECT COUNT(*) FROM exchange_credentials WHERE partner = $1 AND kind = $2 AND revoked = 0 AND (expires = 0 OR expires > $3)",
		c.Partner, string(c.Kind), micro(now)).Scan(&n)
	if err != nil || n < most {
		return err
	}
	return &entente.Error{
		Kind: entente.Conflict, Op: "make a credential", Place: c.Partner, Msg: fmt.Sprintf("%d credentials of the kind %s count already", n, c.Kind), Hint: "revoke one that is no longer used",
	}
}

func bad(place, msg, hint string) error {
	return &entente.Error{Kind: entente.Invalid, Op: "make a credential", Place: place, Msg: msg, Hint: hint}
}

// holdsSecret tells whether something looks like a secret of ours.
func holdsSecret(s string) bool {
	return strings.Contains(s, tokenPrefix) || strings.Contains(s, passwordPrefix) || strings.Contains(s, "AGE-SECRET-KEY") || strings.Contains(s, "PRIVATE")
}

// secret draws a new secret.
func (b *Book) secret(prefix string) (string, error) {
	raw := make([]byte, secretBytes)
	if _, err := io.ReadFull(b.random, raw); err != nil {
		return "", &entente.Error{Kind: entente.Internal, Op: "make a credential", Msg: "no random bytes to be had", Err: err}
	}
	return prefix + base64.RawURLEncoding.EncodeToString(raw), nil
}

func (b *Book) random9() (string, error) {
	raw := make([]byte, 9)
	if _, err := io.ReadFull(b.random, raw); err != nil {
		return "", &entente.Error{Kind: entente.Internal, Op: "make a credential", Msg: "no random bytes to be had", Err: err}
	}
	return strings.ToLower(hex.EncodeToString(raw)), nil
}

// tokenHash is how a token is kept. One round is enough: 256 random bits cannot
// be guessed, unlike a password.
func tokenHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
