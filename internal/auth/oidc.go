package auth

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"entente"
)

// CallbackPath is where the provider sends the browser back to.
const CallbackPath = SignInPath + "/oidc/callback"

// Secret is a setting that is never shown: printed, logged or written as JSON
// it is "[secret]".
type Secret string

// String hides the secret.
func (s Secret) String() string { return "[secret]" }

// GoString hides the secret.
func (s Secret) GoString() string { return "[secret]" }

// MarshalText hides the secret, in JSON too.
func (s Secret) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }

// OIDC is one OpenID Connect provider.
type OIDC struct {
	Issuer       string // https address of the provider
	ClientID     string
	ClientSecret Secret   // "" for a public client; PKCE is used with either
	Redirect     string   // this server's address of CallbackPath, as registered
	Scopes       []string // asked for beside "openid"; nil: profile
	Label        string   // on the button; "": the issuer's host

	NameClaim string // claim from which a new account's name is made; "": preferred_username
	// RoleClaim names the claim whose values Roles turns into a role at each
	// sign-in; of several the most trusted. Points lead into objects. "": the
	// account keeps the role that it has here.
	RoleClaim string
	Roles     map[string]Role
	Default   Role // role when no value of RoleClaim matches; "": refused
	Create    bool // make an account, as Reader unless RoleClaim says else, for who has none
}

// validate refuses settings that cannot work or are not safe.
func (o OIDC) validate() error {
	bad := func(place, msg, hint string) error {
		return &entente.Error{Kind: entente.Invalid, Op: "serve", Place: "OpenID Connect " + place, Msg: msg, Hint: hint}
	}
	if !safeOrigin(o.Issuer) {
		return bad("issuer", fmt.Sprintf("%q is not an https address", o.Issuer), "for example https://login.example.org/realms/mfa")
	}
	if u, err := url.Parse(o.Redirect); err != nil || !safeOrigin(o.Redirect) || u.Path != CallbackPath || u.RawQuery != "" {
		return bad("redirect", fmt.Sprintf("%q is not this server's https address of %s", o.Redirect, CallbackPath), "for example https://entente.example.org"+CallbackPath)
	}
	if o.ClientID == "" {
		return bad("client", "the client has no ID", "the provider gives it when the program is registered there")
	}
	if (o.RoleClaim == "") != (len(o.Roles) == 0) {
		return bad("roles", "a claim for roles and the list of its values need each other", "give both or none")
	}
	for _, value := range slices.Sorted(maps.Keys(o.Roles)) {
		if value == "" || !o.Roles[value].Valid() {
			return bad("roles", fmt.Sprintf("%q stands for %q, which is no role", value, string(o.Roles[value])), "reader, coder, reviewer, editor or admin")
		}
	}
	if o.Default != "" && (!o.Default.Valid() || o.RoleClaim == "") {
		return bad("default role", "not a role, or no claim for roles is named", "reader, coder, reviewer, editor or admin")
	}
	return nil
}

// safeOrigin takes https addresses, and http on loopback.
func safeOrigin(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

// Bounds on talking to the provider.
const (
	providerPatience = 10 * time.Second
	originPatience   = 3 * time.Second
	providerAnswer   = 1 << 20          // bytes of one answer
	providerRetry    = 30 * time.Second // after a failure to find it
)

// provider is the client of one OpenID Connect provider. What the provider says
// about itself is read at first need, so that the server starts without it.
type provider struct {
	settings OIDC
	client   *http.Client
	now      func() time.Time

	mu       sync.Mutex
	found    *discovered
	notUntil time.Time // after a failure
}

type discovered struct {
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
}

func newProvider(o OIDC, client *http.Client, now func() time.Time) *provider {
	if client == nil {
		client = &http.Client{Timeout: providerPatience, Transport: bounded{http.DefaultTransport}}
	}
	return &provider{settings: o, client: client, now: now}
}

// discover returns the provider's endpoints and keys.
func (p *provider) discover(ctx context.Context) (*discovered, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	away := &entente.Error{Kind: entente.Unavailable, Op: "sign-in", Msg: "the OpenID Connect provider cannot be reached", Hint: "try again in a minute, or sign in with a password"}
	if p.now().Before(p.notUntil) {
		return nil, away
	}
	// The keys are fetched with this client later too, so it must not end with
	// the request; only the time for finding the provider does.
	ctx, stop := context.WithTimeout(ctx, providerPatience)
	defer stop()
	op, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.settings.Issuer)
	if err != nil {
		p.notUntil = p.now().Add(providerRetry)
		return nil, away
	}
	scopes := p.settings.Scopes
	if scopes == nil {
		scopes = []string{"profile"}
	}
	p.found = &discovered{
		oauth: oauth2.Config{
			ClientID: p.settings.ClientID, ClientSecret: string(p.settings.ClientSecret), RedirectURL: p.settings.Redirect,
			Endpoint: op.Endpoint(), Scopes: append([]string{oidc.ScopeOpenID}, scopes...),
		},
		verifier: op.VerifierContext(oidc.ClientContext(context.WithoutCancel(ctx), p.client), &oidc.Config{ClientID: p.settings.ClientID, Now: p.now}),
	}
	return p.found, nil
}

// origin is where the provider's sign-in page is; "" when it cannot be reached.
func (p *provider) origin(ctx context.Context) string {
	ctx, stop := context.WithTimeout(ctx, originPatience)
	defer stop()
	d, err := p.discover(ctx)
	if err != nil {
		return ""
	}
	u, err := url.Parse(d.oauth.Endpoint.AuthURL)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// label names the provider for people.
func (p *provider) label() string {
	if p.settings.Label != "" {
		return p.settings.Label
	}
	u, err := url.Parse(p.settings.Issuer)
	if err != nil {
		return p.settings.Issuer
	}
	return u.Host
}

// bounded cuts answers that are too long to be true.
type bounded struct{ http.RoundTripper }

// RoundTrip does one request.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, providerAnswer), resp.Body}
	}
	return resp, err
}
