package auth

import (
	"net/url"
	"strings"
)

// maxNext bounds the address that one returns to, in bytes.
const maxNext = 2048

// SafeNext returns next when it is an address on this server, a path with or
// without a query, and "/" for anything else: another host in any spelling that
// browsers understand, the sign-in pages themselves, control characters.
func SafeNext(next string) string {
	if len(next) > maxNext || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") {
		return "/"
	}
	for _, c := range next { // browsers read \ as /, and drop tabs and line ends
		if c == '\\' || c <= ' ' || c == 0x7f || c == 0xFFFD {
			return "/"
		}
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, "\\") {
		return "/"
	}
	for _, own := range []string{SignInPath, "/signout"} {
		if u.Path == own || strings.HasPrefix(u.Path, own+"/") {
			return "/"
		}
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}
