package partner

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"entente"
)

// maxKeyFile bounds a file of keys.
const maxKeyFile = 1 << 20

func keysDir(dir string) string { return filepath.Join(dir, "keys") }

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// writeKeyFile writes a file that only its owner may read, whole or not at all,
// and makes the folder with the same rights.
func writeKeyFile(path string, data []byte) error {
	fail := func(err error) error {
		return keyFault(entente.Unavailable, path, "the file cannot be written", "is the folder writable, and the disk not full?", err)
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fail(err)
	}
	tmp, err := os.CreateTemp(dir, ".key-*") // made with 0600
	if err != nil {
		return fail(err)
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone already when all went well
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fail(err)
	}
	return nil
}

// readKeyFile reads a file that only its owner may read. Errors: NotFound; Denied
// when others may read it; Invalid; Unavailable.
func readKeyFile(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the operator's own folder
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, keyFault(entente.NotFound, path, "there is no such file", "entente node init makes the keys of a node", nil)
	case err != nil:
		return nil, keyFault(entente.Unavailable, path, "the file cannot be opened", "", err)
	}
	defer func() { _ = f.Close() }() // only read
	st, err := f.Stat()
	switch {
	case err != nil || !st.Mode().IsRegular():
		return nil, keyFault(entente.Invalid, path, "this is not a file", "", nil)
	case runtime.GOOS != "windows" && st.Mode().Perm()&0o077 != 0:
		return nil, keyFault(entente.Denied, path, "others may read the file", "chmod 600 "+path, nil)
	case st.Size() > maxKeyFile:
		return nil, keyFault(entente.Invalid, path, "this is too large for a key", "", nil)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return nil, keyFault(entente.Unavailable, path, "the file cannot be read", "", err)
	}
	return data, nil
}

func readPair(path string) (*tls.Certificate, error) {
	data, err := readKeyFile(path)
	if err != nil {
		return nil, err
	}
	return parsePair(path, data)
}

func parsePair(path string, data []byte) (*tls.Certificate, error) {
	pair, err := tls.X509KeyPair(data, data)
	if err == nil && pair.Leaf == nil {
		pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0])
	}
	if err != nil { // the cause is left out: it must never show a part of a key
		return nil, keyFault(entente.Invalid, path, "there is no certificate with its key in the file", "", nil)
	}
	return &pair, nil
}

// CABundle is what partners need to know this node's certificates by: the
// certificates of its authority in PEM, the newest first.
func CABundle(dir string) ([]byte, error) {
	return readKeyFile(filepath.Join(keysDir(dir), fileBundle))
}

// pairFile is a certificate that is read again when its file changes, so that a
// renewed one counts without a restart.
type pairFile struct {
	path string
	mu   sync.Mutex
	pair *tls.Certificate
	at   time.Time
	size int64
}

func (f *pairFile) get() (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	st, err := os.Stat(f.path)
	if err == nil && f.pair != nil && st.ModTime().Equal(f.at) && st.Size() == f.size {
		return f.pair, nil
	}
	pair, again := readPair(f.path)
	if again != nil {
		if f.pair != nil { // the one that was good serves on
			return f.pair, nil
		}
		return nil, again
	}
	f.pair = pair
	if err == nil {
		f.at, f.size = st.ModTime(), st.Size()
	}
	return pair, nil
}

// ServerTLS is how the node's server identifies itself: with the certificate in
// DIR/keys, also after it is renewed. It asks clients for a certificate and
// leaves it to [Book.Authenticate] what that is worth. Errors: NotFound; Denied;
// Invalid.
func ServerTLS(dir string) (*tls.Config, error) {
	f := &pairFile{path: filepath.Join(keysDir(dir), fileServer)}
	if _, err := f.get(); err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12, ClientAuth: tls.RequestClientCert,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return f.get() },
	}, nil
}

// ClientTLS is how the node speaks to a partner's server: it believes the
// partner's authority, or the system's when the partner names none, and shows its
// own client certificate where one is asked for. Errors: NotFound; Denied;
// Invalid.
func ClientTLS(dir string, p Partner) (*tls.Config, error) {
	f := &pairFile{path: filepath.Join(keysDir(dir), fileClient)}
	if _, err := f.get(); err != nil {
		return nil, err
	}
	c := &tls.Config{
		MinVersion:           tls.VersionTLS12,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return f.get() },
	}
	if p.CA != "" {
		list, err := parseAuthorities(p.CA)
		if err != nil {
			return nil, keyFault(entente.Invalid, "partner "+p.ID+": ca", err.Error(), "", nil)
		}
		c.RootCAs = x509.NewCertPool()
		for _, a := range list {
			c.RootCAs.AddCert(a)
		}
	}
	return c, nil
}

// outgoing is where the secret lies by which a partner knows this node.
func outgoing(dir, id string) (string, error) {
	if !goodID.MatchString(id) || strings.Contains(id, "..") {
		return "", keyFault(entente.Invalid, id, "this cannot be the name of a partner", "", nil)
	}
	return filepath.Join(keysDir(dir), "partners", id+".token"), nil
}

// WriteOutgoing keeps the token by which a partner knows this node; an empty one
// removes it. Only the owner of the folder can read it. Errors: Invalid;
// Unavailable.
func WriteOutgoing(dir, id, token string) error {
	path, err := outgoing(dir, id)
	if err != nil {
		return err
	}
	if token == "" {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return keyFault(entente.Unavailable, path, "the file cannot be removed", "", err)
		}
		return nil
	}
	if len(token) > maxShown || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return keyFault(entente.Invalid, "token", "a token is one word of letters, digits and signs", "copy it whole, in one line", nil)
	}
	return writeKeyFile(path, []byte(token+"\n"))
}

// ReadOutgoing gives the token by which a partner knows this node, "" for none.
// Errors: Invalid; Denied when others may read the file; Unavailable.
func ReadOutgoing(dir, id string) (string, error) {
	path, err := outgoing(dir, id)
	if err != nil {
		return "", err
	}
	data, err := readKeyFile(path)
	if entente.KindOf(err) == entente.NotFound {
		return "", nil
	}
	return strings.TrimSpace(string(data)), err
}

// Authorize puts the secret by which a partner knows this node into a request: a
// token, or USER:PASSWORD for a server that knows only those.
func Authorize(r *http.Request, secret string) {
	if user, password, ok := strings.Cut(secret, ":"); ok {
		r.SetBasicAuth(user, password)
	} else if secret != "" {
		r.Header.Set("Authorization", "Bearer "+secret)
	}
}
