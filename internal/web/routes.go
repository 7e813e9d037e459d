package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"entente/internal/auth"
)

// route is one address of the server. Each has exactly one action, and the gate
// stands around it: this list is the whole of what can be asked.
type route struct {
	name     string // in the measures and the log
	method   string // "" for reading: GET and HEAD
	pattern  string // path pattern of net/http
	action   auth.Action
	page     bool // found by the path without the ending of a twin; its files need the action Export
	personal bool // nobody may keep the answer
	body     int64
	examples []string // addresses; empty when the pattern is one
	handler  http.Handler
}

// maxForm bounds what an address takes that does not say otherwise, in bytes.
const maxForm = 1 << 20

// uploadTime is how long a large upload may take.
const uploadTime = 10 * time.Minute

// routes lists every address.
func (v *server) routes() ([]route, error) {
	list := []route{
		{name: "assets", pattern: "/assets/", action: auth.SignIn, examples: []string{"/assets/style.css"}, handler: http.StripPrefix("/assets", v.assets.Handler())},
		{name: "favicon", pattern: "/favicon.ico", action: auth.SignIn, handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })},
		{name: "healthz", pattern: "/healthz", action: auth.Health, handler: http.HandlerFunc(v.health)},
		{name: "readyz", pattern: "/readyz", action: auth.Health, personal: true, handler: http.HandlerFunc(v.ready)},
		{name: "metrics", pattern: "/metrics", action: auth.Metrics, personal: true, handler: v.meter.handler()},
		{name: "pages.json", pattern: "/pages.json", action: auth.ReadPublished, handler: http.HandlerFunc(v.pageList)},
		{name: "openapi.json", pattern: "/openapi.json", action: auth.ReadPublished, handler: http.HandlerFunc(v.openAPI)},
	}
	if v.mode == auth.Accounts {
		h, err := v.service.Handlers(v.signInPage, v.failWith)
		if err != nil {
			return nil, err
		}
		list = append(list,
			route{name: "signin", pattern: "/signin", action: auth.SignIn, personal: true, handler: h.Page},
			route{name: "signin", method: http.MethodPost, pattern: "/signin", action: auth.SignIn, personal: true, handler: h.SignIn},
			route{name: "signout", method: http.MethodPost, pattern: "/signout", action: auth.SignOut, personal: true, handler: h.SignOut},
		)
		if h.Start != nil {
			list = append(list,
				route{name: "signin-oidc", method: http.MethodPost, pattern: "/signin/oidc", action: auth.SignIn, personal: true, handler: h.Start},
				route{name: "signin-oidc", pattern: auth.CallbackPath, action: auth.SignIn, personal: true, handler: h.Callback},
			)
		}
	}
	if v.desk != nil {
		for _, d := range v.desk.Routes() {
			method := d.Method
			if method == http.MethodGet {
				method = ""
			}
			list = append(list, route{
				name: d.Pattern, method: method, pattern: d.Pattern, action: d.Action, personal: true, body: d.Body, examples: d.Examples, handler: v.desk.Handler(d),
			})
		}
	}
	for i := range registry {
		p := &registry[i]
		list = append(list, route{name: p.name, pattern: p.pattern, action: p.action, page: true, examples: p.examples, handler: v.serve(p)})
	}
	return append(list, route{
		name: "nothing", pattern: "/", action: auth.ReadPublished, page: true, examples: []string{"/nowhere"},
		handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			v.fail(w, r, missing("there is no page at this address", "the navigation above leads to every page"))
		}),
	}), nil
}

// mount puts the routes behind the gate and the guard.
func (v *server) mount(list []route) (http.Handler, error) {
	same, err := v.config.SameOrigin(v.failWith)
	if err != nil {
		return nil, err
	}
	top, pages := http.NewServeMux(), http.NewServeMux()
	for i := range list {
		e := &list[i]
		h := v.named(e, v.gated(e))
		switch {
		case e.page:
			pages.Handle(e.pattern, h)
		case e.method != "":
			top.Handle(e.method+" "+e.pattern, h)
			v.unsafe.Handle(e.method+" "+e.pattern, h)
		default:
			top.Handle(http.MethodGet+" "+e.pattern, h) // and HEAD, says net/http
		}
	}
	top.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { v.toPage(pages, w, r) })
	return v.observe(v.guard(same(top))), nil
}

// toPage finds a page by the path without the ending of the twin.
func (v *server) toPage(pages http.Handler, w http.ResponseWriter, r *http.Request) {
	base, _ := splitFormat(r.URL.Path)
	if len(base) > 1 && strings.HasSuffix(base, "/") {
		to := strings.TrimRight(base, "/")
		if to == "" || strings.HasPrefix(to, "//") {
			to = "/"
		}
		http.Redirect(w, r, address(to, formatHTML, r.URL.Query()), http.StatusMovedPermanently)
		return
	}
	inner, u := r.WithContext(context.WithValue(r.Context(), formatKey{}, r.URL.Path)), *r.URL
	u.Path, u.RawPath = base, ""
	inner.URL = &u
	pages.ServeHTTP(w, inner)
}

// formatKey carries the path as it was asked for, with the ending of the twin.
type formatKey struct{}

// formatPath is the path as asked for.
func formatPath(r *http.Request) string {
	if p, ok := r.Context().Value(formatKey{}).(string); ok {
		return p
	}
	return r.URL.Path
}

// gated stands around the handler of a route: who may ask, who may keep the
// answer, how much may be sent.
func (v *server) gated(e *route) http.Handler {
	inner := e.handler
	h := v.gate.Require(e.action, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case e.personal:
			w.Header().Set("Cache-Control", "no-store")
		case v.mode == auth.Accounts && e.action != auth.SignIn:
			w.Header().Set("Cache-Control", "private, no-cache")
		}
		if e.method != "" {
			v.limit(w, r, e.body)
			defer v.sites.stale() // what was published is on the next page
		}
		inner.ServeHTTP(w, r)
	}))
	if e.page {
		export := v.gate.Require(auth.Export, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "private, no-cache")
			inner.ServeHTTP(w, r)
		}))
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, format := splitFormat(formatPath(r)); exports(format) && v.mode == auth.Accounts {
				export.ServeHTTP(w, r)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
	if e.action != auth.Metrics {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if v.fromHere(r) {
			inner.ServeHTTP(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// limit bounds what a request sends, and gives a large upload its time.
func (v *server) limit(w http.ResponseWriter, r *http.Request, most int64) {
	if most <= 0 {
		most = maxForm
	}
	r.Body = http.MaxBytesReader(w, r.Body, most)
	if most > maxForm {
		c := http.NewResponseController(w)
		until := v.clock().Add(uploadTime)
		_ = c.SetReadDeadline(until) // a recorder in a test has no deadlines
		_ = c.SetWriteDeadline(until)
	}
}

// takes reports whether the address takes the method.
func (v *server) takes(r *http.Request) bool {
	_, pattern := v.unsafe.Handler(r)
	return pattern != ""
}

// fromHere reports whether a request was made on this machine, by nobody else's
// order: without a proxy there is nobody to pass it on.
func (v *server) fromHere(r *http.Request) bool {
	return v.config.Proxy == "" && v.config.ClientAddr(r).IsLoopback() && loopbackHost(r.Host) && !forwarded(r)
}

// forwarded reports whether a proxy shows itself.
func forwarded(r *http.Request) bool {
	for _, h := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
		if r.Header.Get(h) != "" {
			return true
		}
	}
	return false
}
