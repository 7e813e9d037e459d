package auth_test

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/internal/auth"
)

func TestMayStart(t *testing.T) {
	admin := []auth.Account{{Name: "x", Role: auth.Reader}, {Name: "chief", Role: auth.Admin}}
	noAdmin := []auth.Account{{Name: "x", Role: auth.Editor}, {Name: "chief", Role: auth.Admin, Disabled: true}}
	tls := auth.Config{TLSCert: "c.pem", TLSKey: "k.pem"}
	proxy := auth.Config{Proxy: "https://entente.example"}
	op := provider()
	oidc, oidcTLS := auth.Config{OIDC: &op}, tls
	oidcTLS.OIDC = &op
	const here, there = "127.0.0.1:8321", "192.0.2.1:443"
	for _, c := range []struct {
		name     string
		addr     string
		config   auth.Config
		accounts []auth.Account
		mode     auth.Mode
		refused  string // part of the error
	}{
		{"alone", here, auth.Config{}, nil, auth.SingleUser, ""},
		{"alone, IPv6", "[::1]:0", auth.Config{}, nil, auth.SingleUser, ""},
		{"alone, by name", "localhost:80", auth.Config{}, nil, auth.SingleUser, ""},
		{"alone with TLS", here, tls, nil, auth.SingleUser, ""},
		{"alone behind a proxy", here, proxy, nil, "", "nobody has an account"},
		{"all addresses", ":8321", auth.Config{}, nil, "", "nobody has an account"},
		{"all addresses, IPv4", "0.0.0.0:8321", auth.Config{}, nil, "", "nobody has an account"},
		{"all addresses, IPv6", "[::]:8321", auth.Config{}, nil, "", "nobody has an account"},
		{"a name", "entente.example:8321", auth.Config{}, nil, "", "nobody has an account"},
		{"a name like localhost", "localhost.example:80", auth.Config{}, nil, "", "nobody has an account"},
		{"others, TLS only", there, tls, nil, "", "nobody has an account"},
		{"others, proxy only", there, proxy, nil, "", "nobody has an account"},
		{"accounts here", here, auth.Config{}, admin, auth.Accounts, ""},
		{"accounts, no admin", here, auth.Config{}, noAdmin, "", "no admin account is enabled"},
		{"accounts, no admin, TLS", there, tls, noAdmin, "", "no admin account is enabled"},
		{"accounts in the open", there, auth.Config{}, admin, "", "unprotected"},
		{"accounts, TLS", there, tls, admin, auth.Accounts, ""},
		{"accounts, proxy", there, proxy, admin, auth.Accounts, ""},
		{"accounts, proxy, here", here, proxy, admin, auth.Accounts, ""},
		{"provider here", here, oidc, nil, auth.Accounts, ""},
		{"provider in the open", there, oidc, nil, "", "unprotected"},
		{"provider, TLS", there, oidcTLS, nil, auth.Accounts, ""},
		{"no port", "127.0.0.1", auth.Config{}, nil, "", "HOST:PORT"},
		{"bad port", "127.0.0.1:70000", auth.Config{}, nil, "", "HOST:PORT"},
	} {
		mode, err := auth.Check(c.addr, c.config, c.accounts)
		if mode != c.mode || (err == nil) != (c.refused == "") || err != nil && !strings.Contains(err.Error(), c.refused) {
			t.Errorf("%s: mode %q, error %v; want %q, %q", c.name, mode, err, c.mode, c.refused)
		}
		if err != nil && !strings.Contains(err.Error(), "(") {
			t.Errorf("%s: the error has no hint: %v", c.name, err)
		}
	}
}

// provider is a sound setting.
func provider() auth.OIDC {
	return auth.OIDC{Issuer: "https://login.example", ClientID: "entente", Redirect: "https://entente.example/signin/oidc/callback"}
}

func TestSettingsThatAreRefused(t *testing.T) {
	withOIDC := func(change func(*auth.OIDC)) auth.Config {
		o := provider()
		change(&o)
		return auth.Config{OIDC: &o}
	}
	for name, c := range map[string]auth.Config{
		"certificate without key": {TLSCert: "c.pem"},
		"key without certificate": {TLSKey: "k.pem"},
		"proxy without TLS":       {Proxy: "http://entente.example"},
		"proxy with a path":       {Proxy: "https://entente.example/x"},
		"proxy with a slash":      {Proxy: "https://entente.example/"},
		"proxy with a user":       {Proxy: "https://a@entente.example"},
		"proxy without a host":    {Proxy: "https://"},
		"trust without a proxy":   {TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32")}},
		"trust in all":            {Proxy: "https://e.example", TrustedProxies: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}},
		"negative time":           {Idle: -time.Second},
		"idle above absolute":     {Idle: 3 * time.Hour, Absolute: time.Hour},
		"idle above the default":  {Idle: 13 * time.Hour},
		"rate without time":       {Address: auth.Rate{Burst: 3}},
		"rate without attempts":   {Account: auth.Rate{Every: time.Second}},
		"issuer without TLS":      withOIDC(func(o *auth.OIDC) { o.Issuer = "http://login.example" }),
		"redirect elsewhere":      withOIDC(func(o *auth.OIDC) { o.Redirect = "https://entente.example/other" }),
		"redirect without TLS":    withOIDC(func(o *auth.OIDC) { o.Redirect = "http://entente.example/signin/oidc/callback" }),
		"no client":               withOIDC(func(o *auth.OIDC) { o.ClientID = "" }),
		"claim without roles":     withOIDC(func(o *auth.OIDC) { o.RoleClaim = "groups" }),
		"roles without claim":     withOIDC(func(o *auth.OIDC) { o.Roles = map[string]auth.Role{"a": auth.Admin} }),
		"unknown role":            withOIDC(func(o *auth.OIDC) { o.RoleClaim, o.Roles = "groups", map[string]auth.Role{"a": "boss"} }),
		"visitor as a role":       withOIDC(func(o *auth.OIDC) { o.RoleClaim, o.Roles = "groups", map[string]auth.Role{"a": auth.Visitor} }),
		"default without claim":   withOIDC(func(o *auth.OIDC) { o.Default = auth.Reader }),
	} {
		wantKind(t, c.Validate(), entente.Invalid)
		if _, err := auth.New(nil, c, auth.Deps{}); err == nil {
			t.Errorf("%s: a service was made", name)
		}
	}
	must(t, auth.Config{}.Validate())
	must(t, withOIDC(func(o *auth.OIDC) {
		o.Issuer, o.Redirect = "http://127.0.0.1:9", "http://localhost:1/signin/oidc/callback"
	}).Validate())
}

func TestClientAddr(t *testing.T) {
	behind := auth.Config{Proxy: "https://entente.example"}
	two := auth.Config{Proxy: "https://entente.example", TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24"), netip.MustParsePrefix("fd00::/8")}}
	for _, c := range []struct {
		name      string
		config    auth.Config
		peer      string
		forwarded []string
		want      string
	}{
		{"no proxy", auth.Config{}, "192.0.2.1:5", []string{"203.0.113.1"}, "192.0.2.1"},
		{"proxy here", behind, "127.0.0.1:5", []string{"203.0.113.1"}, "203.0.113.1"},
		{"proxy here, IPv6", behind, "[::1]:5", []string{"2001:db8::1"}, "2001:db8::1"},
		{"not through the proxy", behind, "192.0.2.1:5", []string{"203.0.113.1"}, "192.0.2.1"},
		{"what the client wrote is not believed", behind, "127.0.0.1:5", []string{"198.51.100.1, 203.0.113.1"}, "203.0.113.1"},
		{"two lines", behind, "127.0.0.1:5", []string{"198.51.100.1", "203.0.113.1"}, "203.0.113.1"},
		{"two proxies", two, "10.0.0.2:5", []string{"198.51.100.1, 203.0.113.1, fd00::7"}, "203.0.113.1"},
		{"this machine is not among them", two, "127.0.0.1:5", []string{"203.0.113.1"}, "127.0.0.1"},
		{"nonsense", behind, "127.0.0.1:5", []string{"203.0.113.1, unknown"}, "127.0.0.1"},
		{"nothing", behind, "127.0.0.1:5", nil, "127.0.0.1"},
		{"with a port", behind, "127.0.0.1:5", []string{"[2001:db8::1]:80"}, "2001:db8::1"},
		{"mapped", behind, "[::ffff:127.0.0.1]:5", []string{"::ffff:203.0.113.1"}, "203.0.113.1"},
		{"endless", behind, "127.0.0.1:5", []string{"203.0.113.1," + strings.Repeat("127.0.0.1,", 50) + "127.0.0.1"}, "127.0.0.1"},
		{"no address", auth.Config{}, "@", nil, "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		r.Header["X-Forwarded-For"] = c.forwarded
		if got := c.config.ClientAddr(r).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
