package auth

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// here is this machine.
var here = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// maxForwarded bounds how many addresses of X-Forwarded-For are looked at.
const maxForwarded = 20

// ClientAddr is the address that a request came from. Behind a declared proxy
// it is the last one in X-Forwarded-For that is not a trusted proxy itself;
// what a client wrote there before it is not believed. The zero Addr stands for
// one that cannot be read.
func (c Config) ClientAddr(r *http.Request) netip.Addr {
	peer := parseAddr(r.RemoteAddr)
	if c.Proxy == "" || !c.trusts(peer) {
		return peer
	}
	var chain []string
	for _, line := range r.Header.Values("X-Forwarded-For") {
		chain = append(chain, strings.Split(line, ",")...)
	}
	if len(chain) > maxForwarded {
		chain = chain[len(chain)-maxForwarded:]
	}
	for _, text := range slices.Backward(chain) {
		a := parseAddr(strings.TrimSpace(text))
		if !a.IsValid() {
			return peer
		}
		if peer = a; !c.trusts(a) {
			return a
		}
	}
	return peer
}

// trusts tells whether an address is a proxy whose word is taken.
func (c Config) trusts(a netip.Addr) bool {
	list := c.TrustedProxies
	if len(list) == 0 {
		list = here
	}
	return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
}

// parseAddr reads an address with or without a port.
func parseAddr(s string) netip.Addr {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}
