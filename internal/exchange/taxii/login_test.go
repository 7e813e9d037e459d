package taxii_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http/httptest"
	"testing"

	"entente/internal/exchange/taxii"
)

// What a request shows reaches the backend; what cannot be read is as nothing.
func TestCredentials(t *testing.T) {
	var got taxii.Credentials
	s := server(t, &fake{authenticate: func(c taxii.Credentials) (taxii.Account, error) {
		got = c
		return taxii.Account{Partner: "est"}, nil
	}}, taxii.Options{})
	for _, c := range []struct {
		name                   string
		headers                []string
		bearer, user, password string
	}{
		{name: "none"},
		{name: "a token", headers: []string{"Bearer abc"}, bearer: "abc"},
		{name: "the scheme in small letters", headers: []string{"bearer  abc "}, bearer: "abc"},
		{name: "a name and a password", headers: []string{"Basic ZXN0OmE6Yg=="}, user: "est", password: "a:b"},
		{name: "letters that are no base64", headers: []string{"Basic %%%"}},
		{name: "NUL in the name", headers: []string{"Basic ZXMAdDpi"}},
		{name: "another scheme", headers: []string{"Digest abc"}},
		{name: "two headers", headers: []string{"Bearer abc", "Bearer def"}},
	} {
		r := httptest.NewRequest("GET", "/taxii2/", nil)
		r.RemoteAddr = "[::ffff:192.0.2.7]:1234"
		if c.headers != nil {
			r.Header["Authorization"] = c.headers
		}
		s.ServeHTTP(httptest.NewRecorder(), r)
		if got.Bearer != c.bearer || got.User != c.user || got.Password != c.password || got.Addr.String() != "192.0.2.7" {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	chain := []*x509.Certificate{{}, {}}
	r := httptest.NewRequest("GET", "https://node.example/taxii2/", nil)
	r.TLS = &tls.ConnectionState{PeerCertificates: chain}
	s.ServeHTTP(httptest.NewRecorder(), r)
	if len(got.Certificates) != 2 || got.Certificates[0] != chain[0] {
		t.Errorf("%+v", got)
	}
}
