package partner

import (
	"context"
	"crypto/subtle"
	"net/netip"
	"strings"
	"time"

	"entente"
	"entente/internal/exchange/taxii"
)

// maxShown bounds what a request may show as a token, user or password.
const maxShown = 1024

// Authenticate tells which partner a request comes from. Whatever is shown must
// be right, and name one partner: a right certificate does not make up for a
// wrong token. A partner that is suspended, or whose agreement has ended, is
// refused like anybody unknown.
//
// Errors: Denied, in the same words whatever was wrong; Unavailable with a cause
// *taxii.Wait after too many wrong attempts from one address and while too many
// passwords are looked at; Unavailable when the store cannot be asked.
func (b *Book) Authenticate(ctx context.Context, c taxii.Credentials) (taxii.Account, error) {
	snap, err := b.snapshot(ctx)
	if err != nil {
		return taxii.Account{}, err
	}
	now := b.now()
	who := &asking{b: b, snap: snap, now: now, c: c}
	if err := who.look(ctx); err != nil {
		return taxii.Account{}, err
	}
	p, ok := snap.state.Partner(who.partner)
	if !ok || !snap.state.Live(p.ID, now) || p.CertificateOnly && !who.certified {
		return taxii.Account{}, denied()
	}
	for _, k := range who.used {
		b.touch(ctx, k, now)
	}
	return taxii.Account{Partner: p.ID, PerMinute: p.PerMinute}, nil
}

// asking is one request that shows who it is from.
type asking struct {
	b    *Book
	snap *snapshot
	now  time.Time
	c    taxii.Credentials

	partner   string
	certified bool
	used      []*secretOf
}

// look goes through all that is shown.
func (a *asking) look(ctx context.Context) error {
	shown := false
	if a.c.Bearer != "" {
		shown = true
		if err := a.bearer(); err != nil {
			return err
		}
	}
	if a.c.User != "" || a.c.Password != "" {
		shown = true
		if err := a.basic(ctx); err != nil {
			return err
		}
	}
	if len(a.c.Certificates) == 0 {
		if !shown {
			return denied()
		}
		return nil
	}
	switch id, k, verdict := a.b.certificate(a.snap, a.c.Certificates, a.now); {
	case verdict == refused || verdict == unknown && !shown:
		return a.wrong()
	case verdict == unknown:
		// A certificate of somebody else's making says nothing; the token does.
	case a.partner != "" && a.partner != id:
		return a.wrong()
	default:
		a.partner, a.certified = id, true
		if k != nil {
			a.used = append(a.used, k)
		}
	}
	return nil
}

// bearer looks at a token. The map finds by hash, so what an attacker can
// measure tells nothing of a token; the comparison is of constant time all the
// same.
func (a *asking) bearer() error {
	if len(a.c.Bearer) > maxShown {
		return a.wrong()
	}
	hash := tokenHash(a.c.Bearer)
	k := a.snap.ring.tokens[hash]
	if k == nil || subtle.ConstantTimeCompare([]byte(hash), []byte(k.secret)) != 1 || !k.live(a.now) {
		return a.wrong()
	}
	a.partner = k.Partner
	a.used = append(a.used, k)
	return nil
}

// basic looks at a user and password. A pair that was right before costs no slow
// hash again, as long as the very same password of the store counts.
func (a *asking) basic(ctx context.Context) error {
	user, password := a.c.User, a.c.Password
	if len(user) > maxShown || len(password) > maxShown || strings.ContainsRune(password, 0) {
		return a.wrong()
	}
	list := a.snap.ring.passwords[user]
	sum := a.b.verified.sum(user, password)
	if secret, ok := a.b.verified.get(sum); ok {
		for _, k := range list {
			if k.secret == secret && k.live(a.now) {
				return a.right(k)
			}
		}
	}
	// From here on each attempt costs a slow hash, so it is bounded first.
	if err := a.b.guesses.room(a.c.Addr, user, a.b.ticks()); err != nil {
		return err
	}
	h, err := a.b.hasher()
	if err != nil {
		return err
	}
	var found *secretOf
	live := make([]*secretOf, 0, maxPasswords)
	for _, k := range list {
		if k.live(a.now) && len(live) < maxPasswords {
			live = append(live, k)
		}
	}
	for i := range maxPasswords { // as long for a name without passwords
		stored := ""
		if i < len(live) {
			stored = live[i].secret
		}
		ok, _, err := h.Verify(ctx, stored, password)
		if entente.KindOf(err) == entente.Unavailable && ctx.Err() == nil { // many at once: anybody can bring that about
			return crowded()
		}
		if err != nil {
			return err
		}
		if ok {
			found = live[i]
			break
		}
	}
	if found == nil {
		a.b.guesses.wrong(user, a.b.ticks())
		return a.wrong()
	}
	a.b.verified.put(sum, found.secret)
	return a.right(found)
}

func (a *asking) right(k *secretOf) error {
	if a.partner != "" && a.partner != k.Partner {
		return a.wrong()
	}
	a.partner = k.Partner
	a.used = append(a.used, k)
	return nil
}

// wrong counts a wrong attempt and gives the one answer to all of them.
func (a *asking) wrong() error {
	if err := a.b.guesses.count(a.c.Addr, a.b.ticks()); err != nil {
		return err
	}
	return denied()
}

func denied() error {
	return &entente.Error{Kind: entente.Denied, Op: "exchange", Msg: "who asks is not known here", Hint: "check the token, password or certificate with the operators of the node"}
}

// addressKey is what attempts are counted by: an IPv4 address, or the /64 that
// one household or machine holds in IPv6 (RFC 6177).
func addressKey(a netip.Addr) string {
	if a = a.Unmap(); a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
