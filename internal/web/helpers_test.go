package web

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"entente"
	"entente/corpora"
	"entente/internal/auth"
	"entente/internal/datapackage"
)

// testSite is the site on the default corpus, made once: it is immutable.
var testSite = sync.OnceValues(func() (*site, error) {
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		return nil, err
	}
	return newSite(c, "test", logger(Options{}))
})

// newSite is the site of one corpus, as a server for a single user shows it.
func newSite(c *entente.Corpus, version string, log *slog.Logger) (*site, error) {
	v, h, err := build(Options{Corpus: c, Version: version, Log: log}, auth.SingleUser)
	if err != nil {
		return nil, err
	}
	s := v.sites.last()
	served.Store(s, servedSite{v, h})
	return s, nil
}

// servedSite is the server around a site.
type servedSite struct {
	*server
	h http.Handler
}

var served sync.Map // *site to servedSite

func (s *site) handler() http.Handler { return s.server().h }

func (s *site) server() servedSite {
	v, _ := served.Load(s)
	return v.(servedSite)
}

func (s *site) guard(next http.Handler) http.Handler { return s.server().guard(next) }

func siteOf(t testing.TB) *site {
	t.Helper()
	s, err := testSite()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// get asks the handler as a browser on this machine would.
func get(t testing.TB, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return ask(t, siteOf(t).handler(), http.MethodGet, path, header...)
}

func ask(t testing.TB, h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:8321"+path, nil)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	r.RequestURI = path
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// parse reads a page strictly enough for the tests: x/net/html repairs what it
// reads, so the checks look at what came out.
func parse(t testing.TB, body []byte) *html.Node {
	t.Helper()
	n, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// all lists the elements with a name, in document order; "" lists every one.
func all(n *html.Node, name string) []*html.Node {
	var out []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && (name == "" || d.Data == name) {
			out = append(out, d)
		}
	}
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

func kindOf(err error) entente.Kind { return entente.KindOf(err) }

func itoa(n int) string { return strconv.Itoa(n) }
