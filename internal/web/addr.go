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

// checkAddr refuses an address that other machines could reach: this version
// has no sign-in.
func checkAddr(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return &entente.Error{Kind: entente.Invalid, Op: "serve", Place: "--addr " + addr, Msg: "the address is not HOST:PORT", Hint: "for example " + DefaultAddr}
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return &entente.Error{Kind: entente.Invalid, Op: "serve", Place: "--addr " + addr, Msg: fmt.Sprintf("%q is not a port", port), Hint: "expected 0 to 65535; 0 takes a free one"}
	}
	if !loopback(host) {
		return &entente.Error{
			Kind: entente.Denied, Op: "serve", Place: "--addr " + addr,
			Msg:  "other machines could reach this address, and authentication is not configured in this version",
			Hint: "use 127.0.0.1, ::1 or localhost",
		}
	}
	return nil
}

// loopback reports whether a host name or address is this machine only.
func loopback(host string) bool {
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// loopbackHost reports whether a Host header names this machine: a name that
// someone else's server resolved to 127.0.0.1 does not (DNS rebinding).
func loopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return loopback(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
}
