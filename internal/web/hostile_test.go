package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestRefusals lists bad input and what becomes of it.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name, path string
		status     int
		says       string // in the answer
	}{
		{"unknown page", "/nowhere", 404, "There is no page at this address"},
		{"unknown actor with one that is near", "/compare/estnia/jpn", 404, "did you mean Estonia (est)"},
		{"unknown actor", "/actors/qqqqqq", 404, "there is no actor"},
		{"unknown proposition", "/propositions/law-nothing", 404, "there is no proposition"},
		{"unknown instrument", "/instruments/zzzzzzzzzz", 404, "The search finds records"},
		{"unknown source", "/sources/zzzzzzzzzz", 404, "there is no source"},
		{"one actor", "/compare/est", 400, "too few actors"},
		{"an actor twice", "/compare/est/est", 400, "named twice"},
		{"forty-one actors", "/compare/" + strings.Repeat("est/", 40) + "est", 400, "more than 40"},
		{"impossible date", "/compare/est/jpn?as_of=2021-02-30", 400, "is not a date"},
		{"malformed date", "/compare/est/jpn?as_of=yesterday", 400, "is not a date"},
		{"from after to", "/changes/est/jpn?from=2022-01-01&to=2021-01-01", 400, "is not before"},
		{"changes without dates", "/changes/est/jpn", 400, "two dates"},
		{"unknown pillar", "/compare/est/jpn?pillar=sport", 400, "there is no pillar"},
		{"unknown issue", "/compare/est/jpn?issue=nothing", 400, "there is no issue"},
		{"wrong switch", "/compare/est/jpn?bloc=maybe", 400, "expected one of on, off"},
		{"a date given twice", "/compare/est/jpn?as_of=2021&as_of=2022", 400, "given twice"},
		{"unknown setting", "/compare/est/jpn?colour=red", 400, "no setting"},
		{"unknown language", "/?lang=xx", 400, "does not speak"},
		{"unknown kind", "/actors?kind=planet", 400, "there is no kind"},
		{"unknown form", "/actors.docx", 404, "cannot be had as docx"},
		{"bad percent sign", "/search?q=%zz", 400, "cannot be read"},
		{"not UTF-8", "/search?q=%ff%fe", 400, "not UTF-8"},
		{"NUL in the query", "/search?q=a%00b", 400, "control character"},
		{"NUL in the path", "/actors/%00", 400, "control character"},
		{"long address", "/search?q=" + strings.Repeat("a", 5000), 414, "longer than"},
		{"long search", "/search?q=" + strings.Repeat("a", 300), 400, "use fewer words"},
		{"a body without members", "/bloc/est", 404, "no members"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := get(t, c.path)
			doc := w.Body.String()
			if w.Code != c.status || !strings.Contains(strings.ToLower(strings.ReplaceAll(doc, "&#34;", `"`)), strings.ToLower(c.says)) {
				t.Fatalf("status %d, want %d with %q: %.1500s", w.Code, c.status, c.says, doc)
			}
			checkPage(t, parse(t, w.Body.Bytes()))
			if w.Header().Get("Cache-Control") != "no-store" {
				t.Error("an error page may be stored")
			}
		})
	}
}

// TestErrorsAsJSON checks that programs get errors that they can read.
func TestErrorsAsJSON(t *testing.T) {
	w := get(t, "/compare/estnia/jpn.json")
	var f Failure
	if err := json.Unmarshal(w.Body.Bytes(), &f); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	if w.Code != 404 || f.Status != 404 || f.Kind != "not-found" || !strings.Contains(f.Hint, "Estonia") {
		t.Errorf("status %d: %+v", w.Code, f)
	}
}

// TestNothingGetsThrough puts markup where words are expected and looks for it
// in the page.
func TestNothingGetsThrough(t *testing.T) {
	const evil = "%3Cscript%3Ealert(1)%3C/script%3E%22%27%3E"
	for _, path := range []string{
		"/search?q=" + evil, "/actors/" + evil, "/compare/" + evil + "/jpn", "/propositions/" + evil, "/compare/est/jpn?as_of=" + evil,
		"/compare/est/jpn?issue=" + evil, "/compare/est/jpn?corpus=" + evil, "/?proposition=" + evil, "/?" + evil + "=1", "/" + evil,
		"/actors?kind=" + evil, "/sources/" + evil, "/actors?lang=" + evil,
	} {
		w := get(t, path)
		if strings.Contains(w.Body.String(), "<script>alert") || strings.Contains(w.Body.String(), `"'>`) {
			t.Errorf("%s: markup came through: %s", path, w.Body)
		}
		if w.Code >= 500 {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
	for _, path := range []string{"/../../etc/passwd", "/assets/../../web.go", "/assets/", "/actors/..%2f..%2fetc", "//evil.example/", "/actors//", "/%2f%2fevil.example/"} {
		w := get(t, path)
		if to := w.Header().Get("Location"); w.Code == 200 || strings.HasPrefix(to, "//") || strings.Contains(to, "://") {
			t.Errorf("%s: status %d to %q", path, w.Code, to)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	h := siteOf(t).handler()
	for _, m := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, "BREW"} {
		w := ask(t, h, m, "/actors/est")
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: status %d, allow %q", m, w.Code, w.Header().Get("Allow"))
		}
	}
	if w := ask(t, h, http.MethodHead, "/actors/est"); w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD: status %d, %d bytes", w.Code, w.Body.Len())
	}
}

// TestHostNames: a page of someone else must not reach this server under a
// name of its own that resolves to this machine.
func TestHostNames(t *testing.T) {
	h := siteOf(t).handler()
	for host, status := range map[string]int{
		"127.0.0.1:8321": 200, "localhost:8321": 200, "LOCALHOST": 200, "[::1]:8321": 200, "127.0.0.2": 200,
		"evil.example": 403, "evil.example:8321": 403, "127.0.0.1.evil.example": 403, "localhost.evil.example": 403, "": 403, "10.0.0.1": 403, "0.0.0.0": 403,
	} {
		r := httptest.NewRequest(http.MethodGet, "/healthz", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("host %q: status %d, want %d", host, w.Code, status)
		}
	}
}

// TestHeaders checks what every answer carries, errors included.
func TestHeaders(t *testing.T) {
	for _, path := range []string{"/", "/actors.json", "/actors.csv", "/nowhere", "/healthz", "/pages.json", "/openapi.json", "/compare/EST/jpn", "/assets/nothing"} {
		w := get(t, path)
		for _, h := range headers {
			if got := w.Header().Get(h[0]); got != h[1] {
				t.Errorf("%s: %s is %q", path, h[0], got)
			}
		}
		if w.Header().Get("Set-Cookie") != "" || w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: sets a cookie or lets other origins read", path)
		}
	}
}

func TestPanicIsAPageWithoutDetails(t *testing.T) {
	s := siteOf(t)
	h := s.guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret detail") }))
	w := ask(t, h, http.MethodGet, "/actors")
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), "<h1") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

// TestCanonicalAddress: names lead to ids, the settings stay.
func TestCanonicalAddress(t *testing.T) {
	for path, want := range map[string]string{
		"/compare?actor=Estonia&actor=JP&actor=&as_of=2021-02-19&issue=": "/compare?actor=Estonia&actor=JP&as_of=2021-02-19",
		"/compare?actor=Estonia&actor=JP&as_of=2021-02-19":               "/compare/est/jpn?as_of=2021-02-19",
		"/compare/Estonia/JPN?pillar=law":                                "/compare/est/jpn?pillar=law",
		"/compare/EST/jpn.json":                                          "/compare/est/jpn.json",
		"/compare/est/jpn/":                                              "/compare/est/jpn",
		"/actors/Japan":                                                  "/actors/jpn",
		"/nearest/EE":                                                    "/nearest/est",
		"/bridge/US/CN":                                                  "/bridge/usa/chn",
		"/propositions/LAW-IHL":                                          "/propositions/law-ihl",
		"/actors?kind=":                                                  "/actors",
	} {
		w := get(t, path)
		if got := w.Header().Get("Location"); w.Code < 300 || w.Code > 399 || got != want {
			t.Errorf("%s: status %d to %q, want %q", path, w.Code, got, want)
		}
	}
}

func TestStaleLink(t *testing.T) {
	w := get(t, "/actors/est?corpus=1999.01.01")
	if !strings.Contains(w.Body.String(), "1999.01.01") {
		t.Error("a link made with another version of the corpus goes unnoticed")
	}
	if w := get(t, "/actors/est"); strings.Contains(w.Body.String(), "This link was made with") {
		t.Error("the note stands on a page without such a link")
	}
}

// TestFavicon: a browser asks for it unbidden, and a missing one would be an
// error in its console.
func TestFavicon(t *testing.T) {
	if w := get(t, "/favicon.ico"); w.Code != http.StatusNoContent {
		t.Errorf("status %d", w.Code)
	}
}
