package trial_test

import (
	"compress/gzip"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
)

// evil is a partner's server that answers as nobody should. objects answers a
// request for objects; everything else is as a server has it.
type evil struct {
	objects func(w http.ResponseWriter, r *http.Request)
	any     func(w http.ResponseWriter, r *http.Request) bool // true: it has answered
}

func (e *evil) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	say := func(text string) { _, _ = io.WriteString(w, text) }
	w.Header().Set("Content-Type", "application/taxii+json;version=2.1")
	if e.any != nil && e.any(w, r) {
		return
	}
	place := "/taxii2/exchange/collections/" + colShared + "/"
	one := `{"id":"` + colShared + `","title":"x","can_read":true,"can_write":false}`
	switch r.URL.Path {
	case "/taxii2/":
		say(`{"title":"evil","default":"/taxii2/exchange/","api_roots":["/taxii2/exchange/"]}`)
	case "/taxii2/exchange/":
		say(`{"title":"evil","versions":["application/taxii+json;version=2.1"],"max_content_length":1000000}`)
	case "/taxii2/exchange/collections/":
		say(`{"collections":[` + one + `]}`)
	case place:
		say(one)
	case place + "objects/":
		e.objects(w, r)
	case place + "manifest/":
		say(`{}`)
	default:
		http.NotFound(w, r)
	}
}

// A partner's server sends ten gigabytes, bombs, depth, lies and redirects. The
// sync ends with a word on it, in bounded time and memory; nothing of it stays
// but objects that are sound, and other partners are read as ever.
func TestHostileServer(t *testing.T) {
	w := newWorld(t)
	a, b := w.site(0, ""), w.site(1, "")
	a.know(b)
	b.know(a)
	a.furnish(map[string]handling.TLP{b.name: handling.AmberStrict})
	a.serve(1)
	var thief atomic.Int64
	stolen := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		thief.Add(1)
		w.note("thief", fmt.Sprintln(r.Method, r.URL, r.Header))
	}))
	t.Cleanup(stolen.Close)
	good := newMaker(3, "evil", makerA, colShared).one().raw
	objects := func(text string) *evil {
		return &evil{objects: func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }}
	}
	stream := func(head, part string, n int64) *evil {
		return &evil{objects: func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, endless(head, part, n)) }}
	}
	var pages atomic.Int64
	cases := map[string]*evil{
		"ten-gigabytes":       stream(`{"objects":[`+good, ","+good, 10<<30),
		"ten-gigabytes-space": stream(`{`, "                ", 10<<30),
		"ten-gigabytes-deep":  stream(`{"objects":[{"x":`, "[[[[[[[[[[[[[[[[", 10<<30),
		"zip-bomb": {objects: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = io.Copy(z, endless(`{"objects":[{"x":"`, "xxxxxxxxxxxxxxxx", 4<<30))
			_ = z.Close()
		}},
		"deep":     objects(`{"objects":[{"type":"tool","x":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}]}`),
		"nul":      objects(`{"objects":[` + strings.Replace(good, "Synthetic", "Syn\x00", 1) + `]}`),
		"bad-uuid": objects(`{"objects":[` + strings.Replace(good, `"id":"tool--`, `"id":"tool--zz`, 1) + `]}`),
		"not-json": objects("<html>\x1b[31mcome here</html>"),
		"same-page": {objects: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-TAXII-Date-Added-Last", "2026-01-01T00:00:00.000000Z")
			_, _ = io.WriteString(w, `{"more":true,"next":"1","objects":[`+good+`]}`)
		}},
		"empty-pages": {objects: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"more":true,"next":"%d"}`, pages.Add(1))
		}},
		"redirect": {objects: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, stolen.URL, http.StatusFound) }},
		"other-root": {any: func(w http.ResponseWriter, r *http.Request) bool {
			_, _ = io.WriteString(w, `{"title":"x","default":"`+stolen.URL+`/root/","api_roots":["`+stolen.URL+`/root/"]}`)
			return true
		}},
		"wait-for-ever": {any: func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Retry-After", "86400")
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		}},
		"words": {any: func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusForbidden)
			_ = json.NewEncoder(w).Encode(map[string]string{"title": "\x1b]0;evil\x07\x1b[2J" + strings.Repeat("evil ", 10_000)})
			return true
		}},
	}
	var all sync.WaitGroup
	for name, e := range cases {
		s := httptest.NewUnstartedServer(e)
		s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
		s.StartTLS()
		t.Cleanup(s.Close)
		ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
		b.edit(func(set *partner.Settings) error {
			return set.AddPartner(partner.Partner{Partner: handling.Partner{ID: name}, URL: s.URL + "/", CA: string(ca), Names: []string{name + ".entente.test"}})
		})
		secret := "synthetic-outgoing-" + name + "-5f3a9c"
		w.secret(secret, "the token for "+name)
		if err := partner.WriteOutgoing(b.dir, name, secret); err != nil {
			t.Fatal(err)
		}
	}
	slots := make(chan struct{}, 4)
	for name := range cases {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			began := time.Now()
			cmd := exec.CommandContext(t.Context(), program(t), "sync", name, "--node", b.dir) //nolint:gosec // the program itself
			dieWithParent(cmd)
			out, err := cmd.CombinedOutput()
			w.note("sync-"+name, string(out))
			took, peak := time.Since(began), peakOf(cmd.ProcessState)
			t.Logf("%-20s exit %d after %v, %d MB: %.160s", name, cmd.ProcessState.ExitCode(), took.Round(10*time.Millisecond), peak>>20, strings.ReplaceAll(string(out), "\n", " | "))
			refusing := name == "deep" || name == "nul" || name == "bad-uuid" // one object of a page, and no fault of the page
			if code := cmd.ProcessState.ExitCode(); err == nil != refusing || code == 2 && strings.Contains(string(out), "goroutine") || code < 0 {
				t.Errorf("%s: %v\n%.2000s", name, err, out)
			}
			if refusing && !strings.Contains(string(out), "refused") {
				t.Errorf("%s: the refusal is not told: %.1000s", name, out)
			}
			if took > 3*time.Minute || peak > 500<<20 {
				t.Errorf("%s took %v and %d MB", name, took, peak>>20)
			}
			if strings.ContainsAny(string(out), "\x00\x1b\x07") || len(out) > 8000 {
				t.Errorf("%s: the server's words are shown raw: %.300q", name, out)
			}
		})
	}
	all.Wait()
	if n := thief.Load(); n > 0 {
		t.Errorf("another host was asked %d times", n)
	}
	kept := 0
	b.with(func(n *node.Node) {
		counts, err := n.Inbox.Counts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range counts {
			kept += c.Count
			if name := c.Partner; name != "ten-gigabytes" && name != "same-page" {
				t.Errorf("%d objects of %s are in the inbox", c.Count, name)
			}
		}
	})
	if out := w.command(program(t), "sync", a.name, "--node", b.dir); !strings.Contains(out, a.name) {
		t.Errorf("%s", out)
	}
	w.verify(b, "*", a, b)
	w.noSecrets(filepath.Join(w.dir, "export"))
	t.Logf("%d hostile servers, %d sound objects of theirs kept in the inbox, 0 requests to other hosts", len(cases), kept)
}
