package partner

import (
	"context"
	"time"

	"entente/internal/store"
)

// keyring is the credentials at one revision, by what a request shows.
type keyring struct {
	tokens       map[string]*secretOf // by the hash of the token
	certificates map[string]*secretOf // by fingerprint
	passwords    map[string][]*secretOf
}

// secretOf is a credential with the hash of its secret.
type secretOf struct {
	Credential
	secret string
}

// live reports whether the credential counts now.
func (k *secretOf) live(now time.Time) bool {
	return k.Revoked.IsZero() && !k.Expires.IsZero() && now.Before(k.Expires)
}

func loadRing(ctx context.Context, q store.Querier) (*keyring, error) {
	list, secrets, err := credentials(ctx, q, "1 = 1")
	if err != nil {
		return nil, err
	}
	r := &keyring{map[string]*secretOf{}, map[string]*secretOf{}, map[string][]*secretOf{}}
	for i, c := range list {
		k := &secretOf{c, secrets[i]}
		switch c.Kind {
		case Token:
			r.tokens[k.secret] = k
		case Certificate:
			r.certificates[k.secret] = k
		case Password:
			r.passwords[c.Partner] = append(r.passwords[c.Partner], k)
		}
	}
	return r, nil
}
