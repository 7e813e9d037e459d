package web

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/auth/authtest"
	"entente/internal/store"
)

// certificate makes a key and a certificate for this machine, in files.
func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AddCert(parsed)
	return cert, key, pool
}

// TestRunForATeam starts a server with accounts and TLS on a store, asks it,
// and stops it: the store is closed.
func TestRunForATeam(t *testing.T) {
	cert, key, pool := certificate(t)
	b := newBench(t, auth.Accounts) // for its store and accounts
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Options{Store: b.store, Accounts: b.accounts, AuthDeps: cheap, Addr: "127.0.0.1:0", Stdout: in, Auth: auth.Config{TLSCert: cert, TLSKey: key}})
	}()
	buf := make([]byte, 200)
	n, err := out.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	addr, ok := strings.CutPrefix(strings.TrimSpace(string(buf[:n])), "Entente is at https://")
	if !ok {
		t.Fatalf("the first line is %q", buf[:n])
	}
	client := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	for path, status := range map[string]int{"healthz": 200, "readyz": 200, "signin": 200, "actors/est.json": 401} {
		r, err := client.Get("https://" + addr + path) //nolint:noctx // the test's own server
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		if r.StatusCode != status || r.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s: status %d, %v", path, r.StatusCode, r.Header)
		}
	}
	if _, err := (&http.Client{}).Get("http://" + addr + "healthz"); err != nil { //nolint:noctx // answered with a refusal, or not at all
		t.Logf("without TLS: %v", err)
	}
	stop()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("stopped with %v", err)
		}
	case <-time.After(2 * stopTime):
		t.Fatal("the server does not stop")
	}
	if _, err := b.store.Save(t.Context(), store.Reason{Who: "somebody"}, store.Change{Key: store.Key{Kind: "comments", ID: "x"}, State: store.Draft, Body: []byte(`{}`)}); err == nil {
		t.Error("the store is still open")
	}
}

// TestRefusesToStart lists what a server does not start with, in words.
func TestRefusesToStart(t *testing.T) {
	admin := authtest.New()
	if err := admin.CreateAccount(t.Context(), auth.Account{Name: "ana", Role: auth.Admin, Epoch: 1}); err != nil {
		t.Fatal(err)
	}
	tls := auth.Config{TLSCert: "cert.pem", TLSKey: "key.pem"}
	proxy := auth.Config{Proxy: "https://entente.example.org"}
	for _, c := range []struct {
		name string
		o    Options
		kind entente.Kind
		says string
	}{
		{"reached from elsewhere, nobody has an account", Options{Addr: "0.0.0.0:8321", Accounts: authtest.New(), Auth: tls}, entente.Denied, "entente user add"},
		{"reached from elsewhere, no TLS", Options{Addr: "192.0.2.1:8321", Accounts: admin}, entente.Denied, "TLS certificate"},
		{"behind a proxy, nobody has an account", Options{Accounts: authtest.New(), Auth: proxy}, entente.Denied, "nobody has an account"},
		{"a certificate without its key", Options{Accounts: admin, Auth: auth.Config{TLSCert: "cert.pem"}}, entente.Invalid, "needs its key"},
		{"all addresses and no name", Options{Addr: "0.0.0.0:8321", Accounts: admin, Auth: tls}, entente.Invalid, "--host NAME"},
		{"a proxy that is no origin", Options{Accounts: admin, Auth: auth.Config{Proxy: "http://entente.example.org"}}, entente.Invalid, "https://entente.example.org"},
		{"a host that is none", Options{Accounts: admin, AllowedHosts: []string{"\x00"}, Corpus: siteOf(t).corpus}, entente.Invalid, "not the name of a host"},
		{"accounts but no store", Options{Accounts: admin, Corpus: siteOf(t).corpus, AuthDeps: cheap}, entente.Invalid, "serve a store"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Handler(c.o)
			if kindOf(err) != c.kind || c.says != "" && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q: %v, want %q with %q", kindOf(err), err, c.kind, c.says)
			}
		})
	}
}
