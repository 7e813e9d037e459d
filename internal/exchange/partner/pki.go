package partner

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"entente"
)

// How long what is made here is valid. A certificate is renewed when a third of
// its life is left.
const (
	caLife   = 10 * 366 * 24 * time.Hour
	leafLife = 398 * 24 * time.Hour
	backdate = 10 * time.Minute // for partners whose clock is behind
)

// The files below DIR/keys. The .pem files hold a certificate and its private
// key together, so that the two never part.
const (
	fileCA     = "ca.pem"
	fileNext   = "ca-next.pem"
	fileBundle = "ca.crt" // for partners: the authority's certificate, and its predecessors
	fileServer = "server.pem"
	fileClient = "client.pem"
)

// KeyOptions say for whom keys are made.
type KeyOptions struct {
	// Title is the name of the authority for people.
	Title string
	// Names are the DNS names and IP addresses of the node. The client certificate
	// carries them too: by them partners know the node.
	Names  []string
	Now    func() time.Time // nil is the system's clock
	Random io.Reader        // nil is the system's source
}

func (o KeyOptions) now() time.Time {
	if o.Now == nil {
		return time.Now().UTC()
	}
	return o.Now().UTC()
}

func (o KeyOptions) random() io.Reader {
	if o.Random == nil {
		return rand.Reader
	}
	return o.Random
}

func (o KeyOptions) check() error {
	if strings.TrimSpace(o.Title) == "" || len(o.Title) > 64 {
		return keyFault(entente.Invalid, "title", "an authority needs a name of at most 64 bytes", "", nil)
	}
	if len(o.Names) == 0 {
		return keyFault(entente.Invalid, "names", "the node needs a DNS name or an IP address", "the host of its URL", nil)
	}
	for _, n := range o.Names {
		if net.ParseIP(n) == nil && (!goodHost.MatchString(n) || len(n) > 253) {
			return keyFault(entente.Invalid, "names", fmt.Sprintf("%q is no DNS name and no IP address", n), "small letters, such as exchange.mfa.example", nil)
		}
	}
	return nil
}

func keyFault(kind entente.Kind, place, msg, hint string, err error) error {
	return &entente.Error{Kind: kind, Op: "keys of the node", Place: place, Msg: msg, Hint: hint, Err: err}
}

// InitKeys makes an authority, and a server and a client certificate from it,
// below DIR/keys. Errors: Invalid; Conflict when there are keys; Unavailable.
func InitKeys(dir string, o KeyOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	path := keysDir(dir)
	if exists(filepath.Join(path, fileCA)) {
		return keyFault(entente.Conflict, path, "there are keys already", "they are never overwritten", nil)
	}
	a, err := newAuthority(o)
	if err != nil {
		return err
	}
	if err := writeKeyFile(filepath.Join(path, fileCA), a.pem); err != nil {
		return err
	}
	if err := writeKeyFile(filepath.Join(path, fileBundle), a.public()); err != nil {
		return err
	}
	return issuePair(dir, a, o)
}

// RenewKeys makes new server and client certificates when less than a third of
// their life is left, or always with force; it tells whether it did. Names and
// title that are empty stay as they are. A server that runs takes the new ones by
// itself. Errors: NotFound; Denied; Unavailable.
func RenewKeys(dir string, o KeyOptions, force bool) (bool, error) {
	a, err := loadAuthority(dir, fileCA)
	if err != nil {
		return false, err
	}
	server, err := readPair(filepath.Join(keysDir(dir), fileServer))
	if err != nil {
		return false, err
	}
	left := server.Leaf.NotAfter.Sub(o.now())
	if !force && left > server.Leaf.NotAfter.Sub(server.Leaf.NotBefore)/3 {
		return false, nil
	}
	if len(o.Names) == 0 {
		o.Names = namesOf(server.Leaf)
	}
	if o.Title == "" {
		o.Title = a.cert.Subject.CommonName
	}
	if err := o.check(); err != nil {
		return false, err
	}
	return true, issuePair(dir, a, o)
}

// PrepareAuthority makes the authority that is to follow, and puts it into the
// bundle for partners beside the one in use, which goes on signing: partners need
// to know it before [SwitchAuthority]. Errors as for RenewKeys; Conflict when one is
// prepared already.
func PrepareAuthority(dir string, o KeyOptions) error {
	old, err := loadAuthority(dir, fileCA)
	if err != nil {
		return err
	}
	next := filepath.Join(keysDir(dir), fileNext)
	if exists(next) {
		return keyFault(entente.Conflict, next, "a new authority is prepared already", "give partners the new introduction, then switch to it", nil)
	}
	if o.Title == "" {
		o.Title = old.cert.Subject.CommonName
	}
	o.Names = []string{"localhost"} // an authority has none
	if err := o.check(); err != nil {
		return err
	}
	a, err := newAuthority(o)
	if err != nil {
		return err
	}
	bundle, err := CABundle(dir)
	if err != nil {
		return err
	}
	// The bundle first: one authority too many in it does no harm.
	if err := writeKeyFile(filepath.Join(keysDir(dir), fileBundle), append(a.public(), bundle...)); err != nil {
		return err
	}
	return writeKeyFile(next, a.pem)
}

// SwitchAuthority makes certificates from the authority that was prepared; the
// one before stays in the bundle until [DropOldAuthorities]. Errors as for
// RenewKeys; NotFound when none is prepared.
func SwitchAuthority(dir string, o KeyOptions) error {
	next := filepath.Join(keysDir(dir), fileNext)
	if !exists(next) {
		return keyFault(entente.NotFound, next, "no new authority is prepared", "entente node renew --new-authority", nil)
	}
	a, err := loadAuthority(dir, fileNext)
	if err != nil {
		return err
	}
	server, err := readPair(filepath.Join(keysDir(dir), fileServer))
	if err != nil {
		return err
	}
	if len(o.Names) == 0 {
		o.Names = namesOf(server.Leaf)
	}
	if o.Title == "" {
		o.Title = a.cert.Subject.CommonName
	}
	if err := o.check(); err != nil {
		return err
	}
	if err := issuePair(dir, a, o); err != nil { // done again when the move below fails
		return err
	}
	if err := os.Rename(next, filepath.Join(keysDir(dir), fileCA)); err != nil {
		return keyFault(entente.Unavailable, next, "the file cannot be moved", "", err)
	}
	return nil
}

// DropOldAuthorities leaves only the authority in use in the bundle for partners.
func DropOldAuthorities(dir string) error {
	a, err := loadAuthority(dir, fileCA)
	if err != nil {
		return err
	}
	return writeKeyFile(filepath.Join(keysDir(dir), fileBundle), a.public())
}

// IssueClient makes a client certificate and its key, both in PEM, for a partner
// that has no authority of its own; [Book.PinCertificate] makes it count. The
// node does not keep the key.
func IssueClient(dir, name string, life time.Duration, o KeyOptions) (cert *x509.Certificate, certPEM, keyPEM []byte, err error) {
	a, err := loadAuthority(dir, fileCA)
	if err != nil {
		return nil, nil, nil, err
	}
	now := o.now()
	t := &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-backdate), NotAfter: earlier(now.Add(life), a.cert.NotAfter),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	both, err := a.issue(t, o)
	if err != nil {
		return nil, nil, nil, err
	}
	for rest := both; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type == "CERTIFICATE" {
			certPEM = append(certPEM, pem.EncodeToMemory(block)...)
			if cert, err = x509.ParseCertificate(block.Bytes); err != nil {
				return nil, nil, nil, keyFault(entente.Internal, "", "the new certificate cannot be read", "", err)
			}
		} else {
			keyPEM = append(keyPEM, pem.EncodeToMemory(block)...)
		}
	}
	return cert, certPEM, keyPEM, nil
}

// authority is the node's own certificate authority.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte // certificate and key
}

func (a *authority) public() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

func newAuthority(o KeyOptions) (*authority, error) {
	now := o.now()
	t := &x509.Certificate{
		Subject: pkix.Name{CommonName: o.Title, Organization: []string{"Entente exchange"}}, NotBefore: now.Add(-backdate), NotAfter: now.Add(caLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	both, err := (&authority{}).issue(t, o)
	if err != nil {
		return nil, err
	}
	return parseAuthority("", both)
}

func loadAuthority(dir, file string) (*authority, error) {
	path := filepath.Join(keysDir(dir), file)
	data, err := readKeyFile(path)
	if err != nil {
		return nil, err
	}
	return parseAuthority(path, data)
}

func parseAuthority(path string, data []byte) (*authority, error) {
	pair, err := parsePair(path, data)
	if err != nil {
		return nil, err
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok || !pair.Leaf.IsCA {
		return nil, keyFault(entente.Invalid, path, "this is not the authority of a node", "", nil)
	}
	return &authority{pair.Leaf, key, data}, nil
}

// issue makes a certificate from a template with a key of its own, in PEM. An
// authority without a certificate signs itself.
func (a *authority) issue(t *x509.Certificate, o KeyOptions) ([]byte, error) {
	fail := func(err error) ([]byte, error) {
		return nil, keyFault(entente.Internal, "", "a certificate cannot be made", "", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), o.random())
	if err != nil {
		return fail(err)
	}
	serial := make([]byte, 16)
	if _, err := io.ReadFull(o.random(), serial); err != nil {
		return fail(err)
	}
	serial[0] = serial[0]&0x7f | 0x40 // positive, and of full length
	t.SerialNumber = new(big.Int).SetBytes(serial)
	parent, signer := t, key
	if a.cert != nil {
		parent, signer = a.cert, a.key
		if t.NotAfter.After(a.cert.NotAfter) {
			t.NotAfter = a.cert.NotAfter
		}
	}
	raw, err := x509.CreateCertificate(o.random(), t, parent, &key.PublicKey, signer)
	if err != nil {
		return fail(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fail(errors.New("its key cannot be written"))
	}
	out := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
	return append(out, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...), nil
}

// issuePair makes the node's server and client certificates.
func issuePair(dir string, a *authority, o KeyOptions) error {
	now := o.now()
	for _, x := range []struct {
		file  string
		usage x509.ExtKeyUsage
	}{{fileServer, x509.ExtKeyUsageServerAuth}, {fileClient, x509.ExtKeyUsageClientAuth}} {
		t := &x509.Certificate{
			Subject: pkix.Name{CommonName: o.Title}, NotBefore: now.Add(-backdate), NotAfter: now.Add(leafLife),
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x.usage},
		}
		for _, n := range o.Names {
			if ip := net.ParseIP(n); ip != nil {
				t.IPAddresses = append(t.IPAddresses, ip)
			} else {
				t.DNSNames = append(t.DNSNames, n)
			}
		}
		both, err := a.issue(t, o)
		if err != nil {
			return err
		}
		if err := writeKeyFile(filepath.Join(keysDir(dir), x.file), both); err != nil {
			return err
		}
	}
	return nil
}

func namesOf(c *x509.Certificate) []string {
	out := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		out = append(out, ip.String())
	}
	return out
}
