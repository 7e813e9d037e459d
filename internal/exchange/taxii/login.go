package taxii

import (
	"net/http"
	"net/netip"
	"strings"
)

// credentials reads what a request shows. What cannot be understood is as good as
// nothing.
func credentials(r *http.Request) Credentials {
	var c Credentials
	if at, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		c.Addr = at.Addr().Unmap()
	}
	if r.TLS != nil {
		c.Certificates = r.TLS.PeerCertificates
	}
	if len(r.Header["Authorization"]) != 1 {
		return c
	}
	scheme, rest, _ := strings.Cut(r.Header["Authorization"][0], " ")
	switch {
	case strings.EqualFold(scheme, "Bearer"):
		c.Bearer = strings.TrimSpace(rest)
	case strings.EqualFold(scheme, "Basic"):
		if user, password, ok := r.BasicAuth(); ok && plainText(user) {
			c.User, c.Password = user, password
		}
	}
	return c
}
