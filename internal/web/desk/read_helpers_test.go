package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"entente/corpora"
	"entente/internal/auth"
	"entente/internal/auth/authtest"
	"entente/internal/datapackage"
	"entente/internal/store"
	"entente/internal/web"
	"entente/internal/workbench"
)

// readFilled is a store that holds the corpus that comes with Entente, made once.
var readFilled = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "entente-read")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	place := filepath.Join(dir, "work.entente")
	s, err := store.Open(context.Background(), place, store.Options{Create: true})
	if err != nil {
		return nil, err
	}
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		return nil, err
	}
	if _, err := s.Fill(context.Background(), store.Reason{Who: "local", Why: "start"}, c); err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(place)
})

// room is a server with accounts on a store of its own, for tests of reading and
// coding. Every role has an account of its name; there is a second coder.
type room struct {
	t     testing.TB
	h     http.Handler
	bench *workbench.Bench
}

const (
	readPassword = "four quiet words here"
	secondCoder  = "coder-2"
	readOrigin   = "http://127.0.0.1:8321"
)

func newRoom(t testing.TB) *room {
	t.Helper()
	data, err := readFilled()
	if err != nil {
		t.Fatal(err)
	}
	place := filepath.Join(t.TempDir(), "work.entente")
	if err := os.WriteFile(place, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), place, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	memory := authtest.New()
	deps := auth.Deps{Argon: auth.Params{Memory: 8, Time: 1, Threads: 1}, Floor: time.Millisecond}
	service, err := auth.New(memory, auth.Config{}, deps)
	if err != nil {
		t.Fatal(err)
	}
	ctx := auth.With(t.Context(), auth.Local())
	add := func(name string, role auth.Role) {
		if _, err := service.CreateAccount(ctx, auth.NewAccount{Name: name, Role: role, Password: readPassword}); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range auth.Roles() {
		add(string(r), r)
	}
	add(secondCoder, auth.Coder)
	b := workbench.New(s, workbench.Options{})
	h, err := web.Handler(web.Options{Store: s, Bench: b, Accounts: memory, AuthDeps: deps, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return &room{t, h, b}
}

// person is a browser in which somebody has signed in.
type person struct {
	*room
	name    string
	cookies map[string]string
}

// as signs in.
func (r *room) as(name string) *person {
	r.t.Helper()
	p := &person{r, name, map[string]string{}}
	if a := p.post("/signin", "name", name, "password", readPassword); a.code != http.StatusSeeOther {
		r.t.Fatalf("%s cannot sign in: %d %s", name, a.code, a.body)
	}
	return p
}

// answer is what came back.
type answer struct {
	t      testing.TB
	code   int
	body   string
	header http.Header
}

func (p *person) do(method, path, media string, body io.Reader, accept string) answer {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, readOrigin+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	r.RequestURI, r.RemoteAddr = path, "192.0.2.7:4711"
	r.Header.Set("Accept", accept)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	for k, v := range p.cookies {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	w := httptest.NewRecorder()
	p.h.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if p.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(p.cookies, c.Name)
		}
	}
	return answer{p.t, w.Code, w.Body.String(), w.Header()}
}

func (p *person) get(path string) answer {
	return p.do(http.MethodGet, path, "", http.NoBody, "text/html")
}

func (p *person) getJSON(path string) answer {
	return p.do(http.MethodGet, path, "", http.NoBody, "application/json")
}

// fields are a form, as pairs of name and value.
func fields(list []string) url.Values {
	q := url.Values{}
	for i := 0; i+1 < len(list); i += 2 {
		q.Add(list[i], list[i+1])
	}
	return q
}

func (p *person) post(path string, list ...string) answer {
	return p.do(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(fields(list).Encode()), "text/html")
}

func (p *person) postJSON(path string, list ...string) answer {
	return p.do(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(fields(list).Encode()), "application/json")
}

// send posts a form with a file; a nil file is left out.
func (p *person) send(path, name string, file []byte, list ...string) answer {
	p.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(list); i += 2 {
		if err := w.WriteField(list[i], list[i+1]); err != nil {
			p.t.Fatal(err)
		}
	}
	if file != nil {
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			p.t.Fatal(err)
		}
		if _, err := part.Write(file); err != nil {
			p.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		p.t.Fatal(err)
	}
	return p.do(http.MethodPost, path, w.FormDataContentType(), &b, "text/html")
}

// follow goes where a redirect leads, without what stands behind "#".
func (p *person) follow(a answer) answer {
	p.t.Helper()
	to, _, _ := strings.Cut(a.header.Get("Location"), "#")
	if a.code != http.StatusSeeOther || !strings.HasPrefix(to, "/") {
		p.t.Fatalf("status %d to %q: %s", a.code, to, a.shown())
	}
	return p.get(to)
}

// is wants a status and words in what is shown.
func (a answer) is(code int, words ...string) answer {
	a.t.Helper()
	if a.code != code {
		a.t.Fatalf("status %d, want %d: %s", a.code, code, a.shown())
	}
	text := a.shown()
	for _, w := range words {
		if !strings.Contains(text, w) {
			a.t.Errorf("%q is not in: %s", w, text)
		}
	}
	return a
}

func (a answer) not(words ...string) answer {
	a.t.Helper()
	for _, w := range words {
		if strings.Contains(a.body, w) {
			a.t.Errorf("%q is in the answer", w)
		}
	}
	return a
}

var blanks = regexp.MustCompile(`\s+`)

// shown is the text of a page, white space as one blank.
func (a answer) shown() string {
	if !strings.Contains(a.body, "<") {
		return a.body
	}
	doc, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		a.t.Fatal(err)
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" {
			b.WriteString(n.Data + " ")
		}
	}
	return blanks.ReplaceAllString(b.String(), " ")
}

// data reads a JSON answer.
func (a answer) data() map[string]any {
	a.t.Helper()
	var out map[string]any
	if err := json.Unmarshal([]byte(a.body), &out); err != nil {
		a.t.Fatalf("%v: %s", err, a.body)
	}
	return out
}

// find gives the elements of a page that a test wants.
func (a answer) find(want func(*html.Node) bool) []*html.Node {
	doc, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		a.t.Fatal(err)
	}
	var out []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && want(n) {
			out = append(out, n)
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

func inner(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// input gives the value of the first field of a name.
func (a answer) input(name string) string {
	list := a.find(func(n *html.Node) bool { return (n.Data == "input" || n.Data == "textarea") && attr(n, "name") == name })
	switch {
	case len(list) == 0:
		return ""
	case list[0].Data == "textarea":
		return strings.TrimPrefix(inner(list[0]), "\n")
	}
	return attr(list[0], "value")
}

// readPaper is a synthetic position paper; its paragraphs are counted from 1.
const readPaper = `A synthetic position paper

1. International humanitarian law applies to cyber operations in armed conflict.

2. States should not allow their territory to be used for wrongful acts. This is a duty of due diligence.

3. We have not yet decided whether countermeasures may be taken collectively. We have not yet decided on reprisals.

4. A <b>mark</b> & "quotes" are words here, and nothing else is said.`

// paper brings in the paper as a copy of a new source of Estonia, and gives the
// address of its reading page.
func (p *person) paper(more ...string) string {
	p.t.Helper()
	a := p.send("/desk/documents/new", "", nil, append([]string{
		"text", readPaper, "title", "A synthetic paper", "date", "2025-05-04", "kind", "position-paper", "text_of", "Estonia", "lang", "en", "status", "official",
	}, more...)...)
	to := a.header.Get("Location")
	if a.code != http.StatusSeeOther || !strings.HasPrefix(to, "/desk/read/") {
		p.t.Fatalf("status %d to %q: %s", a.code, to, a.shown())
	}
	return to
}
