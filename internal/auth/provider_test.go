package auth_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"entente/internal/auth"
)

// clientSecret of the program at the provider of the tests.
const clientSecret = "marker-client-secret"

// keys are made once: RSA keys take time.
var keys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var out [2]*rsa.PrivateKey
	for i := range out {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		out[i] = k
	}
	return out
})

// op is an OpenID Connect provider with the endpoints of OpenID Connect Core 1.0
// and Discovery 1.0 that the code flow needs. It signs ID tokens with RS256
// written here, so that no library checks its own work.
type op struct {
	*httptest.Server
	t     *testing.T
	mu    sync.Mutex
	codes map[string]grant
	asked int // calls of the token endpoint
	down  bool
}

// grant is what a code stands for.
type grant struct {
	challenge string
	claims    map[string]any
	forge     func(header, claims map[string]any) (key *rsa.PrivateKey)
}

func newOP(t *testing.T) *op {
	t.Helper()
	o := &op{t: t, codes: map[string]grant{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		if o.down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		reply(w, map[string]any{
			"issuer": o.URL, "authorization_endpoint": o.URL + "/authorize", "token_endpoint": o.URL + "/token", "jwks_uri": o.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}, "subject_types_supported": []string{"public"}, "response_types_supported": []string{"code"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		pub := keys()[0].PublicKey
		reply(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1",
			"n": b64(pub.N.Bytes()), "e": b64(big.NewInt(int64(pub.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("POST /token", o.token)
	o.Server = httptest.NewServer(mux)
	t.Cleanup(o.Close)
	return o
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// config is this program's settings for the provider.
func (o *op) config(change func(*auth.OIDC)) auth.Config {
	c := patient
	c.OIDC = &auth.OIDC{
		Issuer: o.URL, ClientID: "entente", ClientSecret: clientSecret, Redirect: "http://127.0.0.1:8321/signin/oidc/callback", Create: true, Label: "Example ministry",
	}
	if change != nil {
		change(c.OIDC)
	}
	return c
}

// approve is the person at the provider who says yes to the address that the
// browser was sent to. It returns the query with which the browser comes back.
func (o *op) approve(location string, claims map[string]any, forge func(header, claims map[string]any) *rsa.PrivateKey) url.Values {
	o.t.Helper()
	u, err := url.Parse(location)
	must(o.t, err)
	q := u.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": "entente", "redirect_uri": "http://127.0.0.1:8321/signin/oidc/callback",
		"scope": "openid profile", "code_challenge_method": "S256",
	} {
		if q.Get(name) != want {
			o.t.Errorf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	if u.Path != "/authorize" || len(q.Get("state")) != 43 || len(q.Get("nonce")) != 43 || len(q.Get("code_challenge")) != 43 {
		o.t.Errorf("sent to %s", location)
	}
	all := map[string]any{
		"iss": o.URL, "aud": "entente", "sub": "77", "exp": time.Now().Add(time.Minute).Unix(), "iat": time.Now().Unix(),
		"nonce": q.Get("nonce"), "preferred_username": "Mari.Tamm@example.org",
	}
	maps.Copy(all, claims)
	o.mu.Lock()
	defer o.mu.Unlock()
	code := fmt.Sprintf("marker-code-%d", len(o.codes))
	o.codes[code] = grant{q.Get("code_challenge"), all, forge}
	return url.Values{"code": {code}, "state": {q.Get("state")}}
}

// token exchanges a code once, for the client with its secret and the verifier
// of the challenge (RFC 7636).
func (o *op) token(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked++
	id, secret, _ := r.BasicAuth()
	code := r.PostFormValue("code")
	g, ok := o.codes[code]
	delete(o.codes, code)
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || id != "entente" || secret != clientSecret || b64(sum[:]) != g.challenge || r.PostFormValue("grant_type") != "authorization_code" {
		w.WriteHeader(http.StatusBadRequest)
		reply(w, map[string]any{"error": "invalid_grant", "error_description": "marker-code " + code})
		return
	}
	answer := map[string]any{"access_token": "marker-access-token", "token_type": "Bearer", "expires_in": 60}
	header, key := map[string]any{"alg": "RS256", "kid": "1"}, keys()[0]
	if g.forge != nil {
		key = g.forge(header, g.claims)
	}
	if key != nil {
		answer["id_token"] = sign(o.t, key, header, g.claims)
	}
	reply(w, answer)
}

// sign makes a JWT with RS256 (RFC 7515, RFC 8017 section 8.2).
func sign(t *testing.T, key *rsa.PrivateKey, header, claims map[string]any) string {
	h, err := json.Marshal(header)
	must(t, err)
	c, err := json.Marshal(claims)
	must(t, err)
	text := b64(h) + "." + b64(c)
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	must(t, err)
	if header["alg"] == "none" {
		sig = nil
	}
	return text + "." + b64(sig)
}
