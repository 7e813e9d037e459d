package partner

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"sync"
	"time"
)

type verdict int

const (
	unknown verdict = iota // nothing is known of it
	known
	refused // it was known and is no more, or could be of two partners
)

// parseAuthorities reads certificates in PEM.
func parseAuthorities(text string) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	rest := []byte(text)
	for len(rest) > 0 {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, errors.New("there is something else than certificates in it") // perhaps a private key: do not show it
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, errors.New("a certificate in it cannot be read")
		}
		if !c.IsCA {
			return nil, errors.New("a certificate in it is not that of an authority")
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, errors.New("there is no certificate in it")
	}
	return out, nil
}

// vouching remembers, for one snapshot, for whom a certificate stands, so that a
// chain is verified once a connection and not once a request.
type vouching struct {
	once  sync.Once
	pools map[string]*x509.CertPool // by partner

	mu   sync.Mutex
	seen map[string]vouched // by fingerprint
}

type vouched struct {
	partner     string
	verdict     verdict
	from, until time.Time
}

// maxVouched bounds what one snapshot remembers.
const maxVouched = 4096

// certificate tells whose client certificate the chain is: one that was pinned
// for a partner, or one that the partner's authority vouches for and that carries
// the partner's name.
func (b *Book) certificate(snap *snapshot, chain []*x509.Certificate, now time.Time) (string, *secretOf, verdict) {
	leaf := chain[0]
	fp := Fingerprint(leaf)
	if k := snap.ring.certificates[fp]; k != nil {
		if !k.live(now) || now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
			return "", nil, refused
		}
		return k.Partner, k, known
	}
	v := snap.vouching
	v.mu.Lock()
	got, ok := v.seen[fp]
	v.mu.Unlock()
	if !ok || now.Before(got.from) || now.After(got.until) {
		if got = v.verify(snap.state, chain, now); got.verdict == known { // the same certificate may come again with a better chain
			v.mu.Lock()
			if len(v.seen) >= maxVouched {
				clear(v.seen)
			}
			v.seen[fp] = got
			v.mu.Unlock()
		}
	}
	return got.partner, nil, got.verdict
}

// verify looks which partner's authority vouches for a chain and whose name the
// certificate carries.
func (v *vouching) verify(s *State, chain []*x509.Certificate, now time.Time) vouched {
	v.once.Do(func() {
		v.pools = map[string]*x509.CertPool{}
		for id, p := range s.partners {
			list, err := parseAuthorities(p.CA)
			if err != nil {
				continue // none, or a fault that the state lists
			}
			pool := x509.NewCertPool()
			for _, c := range list {
				pool.AddCert(c)
			}
			v.pools[id] = pool
		}
	})
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	leaf := chain[0]
	out := vouched{from: leaf.NotBefore, until: leaf.NotAfter}
	for id, pool := range v.pools {
		if !carries(leaf, s.partners[id].clientNames()) {
			continue
		}
		chains, err := leaf.Verify(x509.VerifyOptions{Roots: pool, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
		if err != nil {
			continue
		}
		if out.verdict == known { // of two partners: it tells nothing
			return vouched{verdict: refused, from: out.from, until: out.until}
		}
		out.partner, out.verdict = id, known
		for _, c := range chains[0] { // it holds as long as each of them
			out.from, out.until = later(out.from, c.NotBefore), earlier(out.until, c.NotAfter)
		}
	}
	return out
}

func carries(leaf *x509.Certificate, names []string) bool {
	for _, n := range names {
		if leaf.VerifyHostname(n) == nil {
			return true
		}
	}
	return false
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
