package partner_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/taxii"
)

func keys(t testing.TB, title string, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	must(t, partner.InitKeys(dir, partner.KeyOptions{Title: title, Names: names, Now: func() time.Time { return start }}))
	return dir
}

func someCA(t testing.TB) string { return bundle(t, keys(t, "Some", "a.example")) }

func bundle(t testing.TB, dir string) string {
	t.Helper()
	b, err := partner.CABundle(dir)
	must(t, err)
	return string(b)
}

// mutual is a server over real TCP and TLS that tells which partner asks.
func mutual(t *testing.T, dir string, b *partner.Book, now func() time.Time) (url string) {
	t.Helper()
	c, err := partner.ServerTLS(dir)
	must(t, err)
	c.Time = now
	s := &http.Server{ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cr := taxii.Credentials{Certificates: r.TLS.PeerCertificates, Addr: home}
		cr.Bearer = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		a, err := b.Authenticate(r.Context(), cr)
		if err != nil {
			http.Error(w, string(entente.KindOf(err)), http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, a.Partner)
	})}
	l, err := tls.Listen("tcp", "127.0.0.1:0", c)
	must(t, err)
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(t, err)
	return "https://127.0.0.1:" + port + "/"
}

func ask(t *testing.T, url string, c *tls.Config, now func() time.Time, token string) (string, error) {
	t.Helper()
	c.Time = now
	tr := &http.Transport{TLSClientConfig: c}
	defer tr.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	must(t, err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := (&http.Client{Transport: tr}).Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	must(t, err)
	return strings.TrimSpace(string(body)), nil
}

// TestMutualTLS: two nodes with authorities of their own, over real TCP.
func TestMutualTLS(t *testing.T) {
	ctx := t.Context()
	est, jpn, evil := keys(t, "Arcadia", "est.test", "127.0.0.1"), keys(t, "Japan", "jpn.test"), keys(t, "Evil", "jpn.test")
	b, c := sqliteBook(t)
	url := mutual(t, est, b, c.now)
	toEst := partner.Partner{CA: bundle(t, est)}
	get := func(dir string, p partner.Partner, token string) string {
		t.Helper()
		cfg, err := partner.ClientTLS(dir, p)
		must(t, err)
		got, err := ask(t, url, cfg, c.now, token)
		if err != nil {
			return "no connection"
		}
		return got
	}
	want := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	edit := func(change func(p *partner.Partner)) {
		t.Helper()
		_, err := b.Edit(ctx, "ann", "test", func(s *partner.Settings) error { change(s.Partner("jpn")); return nil })
		must(t, err)
	}
	want("no CA is known", get(jpn, toEst, ""), "denied")
	want("the server's CA is not believed", get(jpn, partner.Partner{CA: bundle(t, jpn)}, ""), "no connection")
	edit(func(p *partner.Partner) { p.CA, p.Names = bundle(t, jpn), []string{"jpn.test"} })
	want("the partner", get(jpn, toEst, ""), "jpn")
	want("the same name of another CA", get(evil, toEst, ""), "denied")
	edit(func(p *partner.Partner) { p.Names = []string{"other.test"} })
	want("another name of the same CA", get(jpn, toEst, ""), "denied")
	edit(func(p *partner.Partner) { p.Names = nil; p.URL = "https://jpn.test:8443/" })
	want("the host of the URL", get(jpn, toEst, ""), "jpn")

	// The partner replaces its authority: both count until the old one goes.
	wantKind(t, partner.SwitchAuthority(jpn, partner.KeyOptions{Now: c.now}), entente.NotFound)
	must(t, partner.PrepareAuthority(jpn, partner.KeyOptions{Now: c.now}))
	wantKind(t, partner.PrepareAuthority(jpn, partner.KeyOptions{Now: c.now}), entente.Conflict)
	want("a new CA is prepared, and not in use", get(jpn, toEst, ""), "jpn")
	both := bundle(t, jpn)
	if strings.Count(both, "BEGIN CERTIFICATE") != 2 {
		t.Error("the bundle does not hold both authorities")
	}
	edit(func(p *partner.Partner) { p.CA = both })
	want("both are known, the old one in use", get(jpn, toEst, ""), "jpn")
	must(t, partner.SwitchAuthority(jpn, partner.KeyOptions{Now: c.now}))
	want("both are known, the new one in use", get(jpn, toEst, ""), "jpn")
	must(t, partner.DropOldAuthorities(jpn))
	edit(func(p *partner.Partner) { p.CA = bundle(t, jpn) })
	want("only the new CA", get(jpn, toEst, ""), "jpn")

	// A token of another partner does not go with the certificate; a right one does.
	mine, _, err := b.NewToken(ctx, "ann", "jpn", "x", year())
	must(t, err)
	fins, _, err := b.NewToken(ctx, "ann", "fin", "x", year())
	must(t, err)
	want("with its token", get(jpn, toEst, mine), "jpn")
	want("with another's token", get(jpn, toEst, fins), "denied")
	want("with a wrong token", get(jpn, toEst, "entx_wrong"), "denied")
	want("a right token and a certificate of nobody", get(evil, toEst, mine), "jpn")
	edit(func(p *partner.Partner) { p.CertificateOnly = true })
	want("a token where a certificate is asked for", get(evil, toEst, mine), "denied")
	want("the certificate where one is asked for", get(jpn, toEst, mine), "jpn")

	// A certificate is refused by its fingerprint, at once.
	cfg, err := partner.ClientTLS(jpn, toEst)
	must(t, err)
	cert, err := cfg.GetClientCertificate(nil)
	must(t, err)
	_, err = b.RefuseCertificate(ctx, "ann", "jpn", "stolen", partner.Fingerprint(cert.Leaf))
	must(t, err)
	want("refused", get(jpn, toEst, ""), "denied")
	want("refused, with a token", get(jpn, toEst, mine), "denied")
	done, err := partner.RenewKeys(jpn, partner.KeyOptions{Now: c.now}, true)
	must(t, err)
	want("renewed", get(jpn, toEst, ""), "jpn")
	if !done {
		t.Error("nothing was renewed")
	}
	edit(func(p *partner.Partner) { p.Suspended = true })
	want("suspended", get(jpn, toEst, ""), "denied")
	edit(func(p *partner.Partner) { p.Suspended = false })

	// Certificates end. The server renews its own without a restart.
	c.pass(300 * 24 * time.Hour)
	if done, err := partner.RenewKeys(est, partner.KeyOptions{Now: c.now}, false); err != nil || !done {
		t.Errorf("renewed: %v, %v", done, err)
	}
	if done, err := partner.RenewKeys(est, partner.KeyOptions{Now: c.now}, false); err != nil || done {
		t.Errorf("renewed again: %v, %v", done, err)
	}
	want("within its life", get(jpn, toEst, ""), "jpn")
	c.pass(200 * 24 * time.Hour)
	want("after its life", get(jpn, toEst, ""), "denied")
	_, err = partner.RenewKeys(jpn, partner.KeyOptions{Now: c.now}, false)
	must(t, err)
	want("renewed after its life", get(jpn, toEst, ""), "jpn")
}

// TestPinnedCertificate: a certificate made for a partner without an authority.
func TestPinnedCertificate(t *testing.T) {
	ctx := t.Context()
	dir := keys(t, "Arcadia", "est.test")
	b, c := sqliteBook(t)
	cert, certPEM, keyPEM, err := partner.IssueClient(dir, "fin", 30*24*time.Hour, partner.KeyOptions{Now: c.now})
	must(t, err)
	if _, err := tls.X509KeyPair(certPEM, keyPEM); err != nil {
		t.Fatal(err)
	}
	chain := taxii.Credentials{Certificates: []*x509.Certificate{cert}, Addr: home}
	_, err = b.Authenticate(ctx, chain)
	wantKind(t, err, entente.Denied) // the node's own authority vouches for no partner
	k, err := b.PinCertificate(ctx, "ann", "fin", "misp", cert)
	must(t, err)
	a, err := b.Authenticate(ctx, chain)
	must(t, err)
	if a.Partner != "fin" {
		t.Errorf("it is %q", a.Partner)
	}
	_, err = b.PinCertificate(ctx, "ann", "jpn", "another's", cert)
	wantKind(t, err, entente.Conflict)
	c.pass(31 * 24 * time.Hour)
	_, err = b.Authenticate(ctx, chain)
	wantKind(t, err, entente.Denied)
	c.pass(-31 * 24 * time.Hour)
	_, err = b.Revoke(ctx, "ann", k.ID)
	must(t, err)
	_, err = b.Authenticate(ctx, chain)
	wantKind(t, err, entente.Denied)
	_, err = b.PinCertificate(ctx, "ann", "fin", "once more", cert)
	wantKind(t, err, entente.Conflict) // what was revoked stays so
}

// TestOneCertificateOfTwoPartners: whoever could be two partners is nobody.
func TestOneCertificateOfTwoPartners(t *testing.T) {
	dir := keys(t, "Japan", "a.test", "b.test")
	b, _ := sqliteBook(t)
	_, err := b.Edit(t.Context(), "ann", "test", func(s *partner.Settings) error {
		s.Partners[0].CA, s.Partners[0].Names = bundle(t, dir), []string{"a.test"}
		s.Partners[1].CA, s.Partners[1].Names = bundle(t, dir), []string{"b.test"}
		return nil
	})
	must(t, err)
	cfg, err := partner.ClientTLS(dir, partner.Partner{})
	must(t, err)
	cert, err := cfg.GetClientCertificate(nil)
	must(t, err)
	_, err = b.Authenticate(t.Context(), taxii.Credentials{Certificates: []*x509.Certificate{cert.Leaf}, Addr: home})
	wantKind(t, err, entente.Denied)
}

func TestKeyFiles(t *testing.T) {
	dir := keys(t, "Arcadia", "est.test")
	wantKind(t, partner.InitKeys(dir, partner.KeyOptions{Title: "x", Names: []string{"x"}}), entente.Conflict)
	for name, o := range map[string]partner.KeyOptions{"no title": {Names: []string{"x"}}, "no names": {Title: "x"}, "a bad name": {Title: "x", Names: []string{"a b"}}} {
		if err := partner.InitKeys(t.TempDir(), o); entente.KindOf(err) != entente.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	list, err := filepath.Glob(filepath.Join(dir, "keys", "*"))
	must(t, err)
	if len(list) != 4 {
		t.Errorf("the files are %v", list)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for _, f := range list {
		st, err := os.Stat(f)
		must(t, err)
		if st.Mode().Perm() != 0o600 {
			t.Errorf("%s may be read by others: %v", f, st.Mode())
		}
	}
	must(t, os.Chmod(filepath.Join(dir, "keys", "server.pem"), 0o644))
	_, err = partner.ServerTLS(dir)
	wantKind(t, err, entente.Denied)
	must(t, os.WriteFile(filepath.Join(dir, "keys", "client.pem"), []byte("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"), 0o600))
	_, err = partner.ClientTLS(dir, partner.Partner{})
	wantKind(t, err, entente.Invalid)
	if strings.Contains(err.Error(), "c2VjcmV0") {
		t.Error("the error shows a key")
	}
	_, err = partner.ServerTLS(t.TempDir())
	wantKind(t, err, entente.NotFound)
}

func TestOutgoing(t *testing.T) {
	dir := t.TempDir()
	got, err := partner.ReadOutgoing(dir, "jpn")
	must(t, err)
	if got != "" {
		t.Errorf("%q where nothing is", got)
	}
	must(t, partner.WriteOutgoing(dir, "jpn", "entx_secret"))
	if got, err = partner.ReadOutgoing(dir, "jpn"); err != nil || got != "entx_secret" {
		t.Errorf("%q, %v", got, err)
	}
	path := filepath.Join(dir, "keys", "partners", "jpn.token")
	st, err := os.Stat(path)
	must(t, err)
	if runtime.GOOS != "windows" {
		if st.Mode().Perm() != 0o600 {
			t.Errorf("others may read it: %v", st.Mode())
		}
		must(t, os.Chmod(path, 0o640))
		_, err = partner.ReadOutgoing(dir, "jpn")
		wantKind(t, err, entente.Denied)
	}
	for _, id := range []string{"../x", "", "a/b", ".", "..", "a..b"} {
		wantKind(t, partner.WriteOutgoing(dir, id, "x"), entente.Invalid)
	}
	for _, token := range []string{"two words", "two\nlines", strings.Repeat("x", 2000), "ü"} {
		err := partner.WriteOutgoing(dir, "jpn", token)
		wantKind(t, err, entente.Invalid)
		if strings.Contains(err.Error(), token) {
			t.Error("the error shows the token")
		}
	}
	must(t, partner.WriteOutgoing(dir, "jpn", ""))
	must(t, partner.WriteOutgoing(dir, "jpn", ""))
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("it was not removed")
	}
}

func TestAuthorize(t *testing.T) {
	for secret, want := range map[string]string{"": "", "entx_abc": "Bearer entx_abc", "user:a:b": "Basic dXNlcjphOmI="} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://a.example/", nil)
		must(t, err)
		partner.Authorize(r, secret)
		if got := r.Header.Get("Authorization"); got != want {
			t.Errorf("%q gives %q, want %q", secret, got, want)
		}
	}
}
