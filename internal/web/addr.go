package web

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"entente"
)

// DefaultAddr is where the server listens when nothing else is asked for.
const DefaultAddr = "127.0.0.1:8321"

// checkAddr refuses what is not HOST:PORT. Who may reach the address is for
// auth.Check.
func checkAddr(addr string) (host string, err error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", &entente.Error{Kind: entente.Invalid, Op: "serve", Place: "--addr " + addr, Msg: "the address is not HOST:PORT", Hint: "for example " + DefaultAddr}
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return "", &entente.Error{Kind: entente.Invalid, Op: "serve", Place: "--addr " + addr, Msg: fmt.Sprintf("%q is not a port", port), Hint: "expected 0 to 65535; 0 takes a free one"}
	}
	return host, nil
}

// loopback reports whether a host name or address is this machine only.
func loopback(host string) bool {
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// hostName is a Host header without its port, in the form that names are
// compared in.
func hostName(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"), "."))
}

// loopbackHost reports whether a Host header names this machine: a name that
// someone else's server resolved to 127.0.0.1 does not (DNS rebinding).
func loopbackHost(host string) bool { return loopback(hostName(host)) }

// everyAddress reports whether a listening host stands for all of a machine's
// addresses.
func everyAddress(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}
