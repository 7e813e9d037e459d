package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"

	"entente"
)

// csp lets a page load what this server serves, and nothing else: no inline
// script or style, no other host, no frame.
const csp = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// headers are set on every answer.
var headers = [][2]string{
	{"Content-Security-Policy", csp},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"X-Frame-Options", "DENY"},
	{"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"},
}

var errPanicked = errors.New("the page could not be made")

// guard wraps the whole server: headers, who may ask and how, and a page instead
// of a broken connection when the program has a fault.
func (v *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, h := range headers {
			w.Header().Set(h[0], h[1])
		}
		if v.config.Secure() {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		defer func() {
			fault := recover()
			if fault == nil {
				return
			}
			if err, ok := fault.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(fault) // the client went away
			}
			v.log.ErrorContext(r.Context(), "a page panicked",
				slog.String("path", r.URL.Path), slog.Any("fault", fault), slog.String("stack", string(debug.Stack())))
			v.fail(w, r, errPanicked)
		}()
		switch {
		case !v.answersFor(r.Host):
			v.fail(w, r, &entente.Error{
				Kind: entente.Denied, Op: "serve", Msg: fmt.Sprintf("this server does not answer for the host %q", clip(r.Host)),
				Hint: "use the address that it printed at its start",
			})
		case !reads(r.Method) && !v.takes(r):
			w.Header().Set("Allow", "GET, HEAD")
			v.failWith(w, r, http.StatusMethodNotAllowed, bad("method", "pages can only be read", "use GET or HEAD"))
		case len(r.URL.RequestURI()) > maxURL:
			v.failWith(w, r, http.StatusRequestURITooLong, bad("address", fmt.Sprintf("the address is longer than %d bytes", maxURL), "ask for fewer things at once"))
		case !clean(r.URL.Path):
			v.fail(w, r, bad("address", "the path contains a control character or is not UTF-8", "check the percent signs in the address"))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// reads reports whether a method changes nothing.
func reads(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// answersFor reports whether a Host header names this server: this machine, or a
// name that the operator gave.
func (v *server) answersFor(host string) bool {
	return loopbackHost(host) || slices.Contains(v.hosts, hostName(host))
}
