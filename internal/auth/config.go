package auth

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"entente"
)

// Default times of a session: it ends after DefaultIdle without a request and
// DefaultAbsolute after signing in, whichever comes first (a long reading, and a
// working day).
const (
	DefaultIdle     = 2 * time.Hour
	DefaultAbsolute = 12 * time.Hour
)

// Config is what an operator sets about who may come in. The zero value is a
// server on loopback without accounts.
type Config struct {
	TLSCert, TLSKey string // PEM files; both or none

	// Proxy is the origin under which a proxy in front of the server is reached
	// over HTTPS, for example https://entente.example.org; "" for none.
	Proxy string
	// TrustedProxies are the senders whose X-Forwarded-For is believed. With a
	// Proxy and an empty list: this machine.
	TrustedProxies []netip.Prefix

	Public bool // who has not signed in may read what is published

	Idle, Absolute time.Duration // of a session; 0: the defaults
	Address        Rate          // attempts to sign in per address; zero: AddressRate
	Account        Rate          // attempts to sign in per account; zero: AccountRate

	OIDC *OIDC // OpenID Connect; nil for none
}

// Mode is how a server knows who asks.
type Mode string

// The closed list of modes.
const (
	SingleUser Mode = "single-user" // everybody at this machine is the local admin
	Accounts   Mode = "accounts"    // accounts, tokens, perhaps a provider
)

// Secure tells whether browsers reach the server over HTTPS.
func (c Config) Secure() bool { return c.TLSCert != "" || c.Proxy != "" }

// Check decides in which mode a server may start at an address HOST:PORT, or
// why it may not start:
//
//   - On loopback without accounts, provider or proxy: SingleUser.
//   - Anything else needs an enabled admin account or OpenID Connect.
//   - An address that other machines reach needs TLS or a declared proxy too.
//
// accounts are all accounts of the store; nil without a store.
func Check(addr string, c Config, accounts []Account) (Mode, error) {
	if err := c.Validate(); err != nil {
		return "", err
	}
	local, err := loopbackAddr(addr)
	if err != nil {
		return "", err
	}
	refuse := func(msg, hint string) (Mode, error) {
		return "", &entente.Error{Kind: entente.Denied, Op: "serve", Place: addr, Msg: msg, Hint: hint}
	}
	admin := false
	for _, a := range accounts {
		admin = admin || a.Role == Admin && !a.Disabled
	}
	switch {
	case local && len(accounts) == 0 && c.OIDC == nil && c.Proxy == "":
		return SingleUser, nil
	case !admin && c.OIDC == nil && len(accounts) > 0:
		return refuse("no admin account is enabled", "make one: entente user add NAME --role admin")
	case !admin && c.OIDC == nil:
		return refuse("other people could reach this server, and nobody has an account",
			"make an account: entente user add NAME --role admin; or configure OpenID Connect; or listen on 127.0.0.1 without a proxy")
	case !local && !c.Secure():
		return refuse("other machines could reach this address, and passwords would cross the network unprotected",
			"give a TLS certificate and key, or declare the HTTPS proxy in front, or listen on 127.0.0.1")
	}
	return Accounts, nil
}

// Validate refuses settings that contradict themselves.
func (c Config) Validate() error {
	bad := func(place, msg, hint string) error {
		return &entente.Error{Kind: entente.Invalid, Op: "serve", Place: place, Msg: msg, Hint: hint}
	}
	switch {
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return bad("TLS", "a certificate needs its key, and a key its certificate", "give both files")
	case c.Idle < 0 || c.Absolute < 0:
		return bad("sessions", "a session cannot last less than no time", "for example 2h and 12h")
	case c.idle() > c.absolute():
		return bad("sessions", fmt.Sprintf("the idle time %s is longer than the whole session, %s", c.idle(), c.absolute()), "make it shorter")
	case c.Address.bad() || c.Account.bad():
		return bad("attempts to sign in", "a rate needs one attempt at least and a time after which the next is free", "for example 10 attempts, one more each 6s")
	case c.Proxy == "" && len(c.TrustedProxies) > 0:
		return bad("trusted proxies", "addresses of proxies, but no proxy is declared", "declare the proxy's https:// origin")
	}
	if c.Proxy != "" {
		u, err := url.Parse(c.Proxy)
		if err != nil || u.Scheme != "https" || u.Host == "" || c.Proxy != "https://"+u.Host {
			return bad("proxy", fmt.Sprintf("%q is not the origin of an HTTPS address", c.Proxy), "for example https://entente.example.org, without a path")
		}
	}
	for _, p := range c.TrustedProxies {
		if !p.IsValid() || p.Bits() == 0 {
			return bad("trusted proxies", fmt.Sprintf("%q would believe every sender, or is no network", p), "for example 10.0.0.7/32")
		}
	}
	if c.OIDC != nil {
		return c.OIDC.validate()
	}
	return nil
}

func (c Config) idle() time.Duration     { return orElse(c.Idle, DefaultIdle) }
func (c Config) absolute() time.Duration { return orElse(c.Absolute, DefaultAbsolute) }

// bad tells whether a rate is neither zero nor usable.
func (r Rate) bad() bool { return r != Rate{} && (r.Burst < 1 || r.Every <= 0) }

// orElse is v unless it is zero.
func orElse[T comparable](v, other T) T {
	var zero T
	if v == zero {
		return other
	}
	return v
}

// loopbackAddr tells whether HOST:PORT is reached from this machine only.
func loopbackAddr(addr string) (bool, error) {
	host, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return false, &entente.Error{Kind: entente.Invalid, Op: "serve", Place: addr, Msg: "the address is not HOST:PORT", Hint: "for example 127.0.0.1:8321"}
	}
	return loopback(host), nil
}

// loopback tells whether a host is this machine only: the name localhost or a
// loopback address. Other names are not looked up.
func loopback(host string) bool {
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
