package trial_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
)

// hostile is a server and a partner who means it harm, beside partners who work.
type hostile struct {
	t      *testing.T
	w      *world
	a      *site
	bad    *reader // with a token of its own, and the right to add
	good   *reader
	reader *reader
	o      *oracle
	asked  int
	codes  map[int]int
}

func newHostile(t *testing.T, place string) *hostile {
	w := newWorld(t)
	h := &hostile{t: t, w: w, a: w.site(0, place), o: newOracle(), codes: map[int]int{}}
	h.bad = h.a.reader("hostile", colShared, h.a.outsider("bad", makerB), 10, false)
	h.good = h.a.reader("writer", colShared, h.a.outsider("p0", makerA), 0, false)
	h.reader = h.a.reader("reader", colShared, h.a.outsider("reads"), 20, true)
	h.a.furnish(map[string]handling.TLP{"bad": handling.Green, "p0": handling.AmberStrict, "reads": handling.AmberStrict}, "bad", "p0")
	h.a.serve(1)
	return h
}

// ask sends anything, as anybody, and gives the answer. Whatever comes in, the
// server does not fail.
func (h *hostile) ask(method, path string, headers map[string]string, body io.Reader) (int, string) {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.a.url()+strings.TrimPrefix(path, "/"), body)
	if err != nil {
		h.t.Fatalf("%s %q: %v", method, path, err)
	}
	req.Header.Set("Accept", "application/taxii+json;version=2.1")
	req.Header.Set("Content-Type", "application/taxii+json;version=2.1")
	req.Header.Set("Authorization", "Bearer "+h.bad.token)
	for k, v := range headers {
		req.Header.Set(k, v)
		if v == "" {
			req.Header.Del(k)
		}
	}
	h.asked++
	res, err := h.bad.http.Do(req)
	if err != nil {
		h.codes[0]++ // the server hung up on it
		return 0, err.Error()
	}
	defer func() { _ = res.Body.Close() }()
	text, _ := io.ReadAll(io.LimitReader(res.Body, 1<<20)) // a part is enough
	h.codes[res.StatusCode]++
	if res.StatusCode >= 500 {
		h.t.Errorf("%s %.200q got %d: %.300s", method, path, res.StatusCode, text)
	}
	for _, bad := range []string{"goroutine", "/internal/", ".go:", "SELECT ", "sqlite", "pq:", "pgx"} {
		if strings.Contains(string(text), bad) {
			h.t.Errorf("%s %.200q tells of the inside (%s): %.300s", method, path, bad, text)
		}
	}
	return res.StatusCode, string(text)
}

// post adds a body to the shared collection as the hostile partner.
func (h *hostile) post(body io.Reader, headers map[string]string) (int, string) {
	return h.ask("POST", objectsPath, headers, body)
}

const (
	rootPath    = "taxii2/exchange/"
	objectsPath = rootPath + "collections/" + colShared + "/objects/"
)

// good works while the attack goes on.
func (h *hostile) work(ctx context.Context) *sync.WaitGroup {
	var all sync.WaitGroup
	m := newMaker(seed(h.t), "good", makerA, colShared)
	all.Go(func() { h.good.post(ctx, h.o, m) })
	all.Go(func() { h.reader.follow(ctx) })
	return &all
}

// settle holds what the others got against what they sent.
func (h *hostile) settle() {
	h.t.Helper()
	h.reader.finish(h.t.Context())
	var sum tally
	sum.trials, sum.writes = h.asked, h.o.acks
	mine := map[string]*copyOf{}
	for k, c := range h.reader.got {
		if !strings.Contains(c.raw, string(makerB)) { // what the hostile one may add, it added
			mine[k] = c
		}
	}
	h.o.check(h.t, "reader", mine, handling.AmberStrict, []string{colShared}, &sum)
	for _, r := range []*reader{h.good, h.reader} {
		if n := r.serverErrors(); n > 0 || r.failures > 0 {
			h.t.Errorf("%s: %d answers of 500 and above, %d failures: %v", r.name, n, r.failures, r.statuses)
		}
	}
	if !h.a.servers[0].running() {
		h.t.Errorf("the server is gone:\n%s", tail(h.a.servers[0].log))
	}
	peak := memory(h.t, h.a.servers[0])
	h.w.verify(h.a, "*", h.a)
	h.w.noSecrets()
	h.t.Logf("%d hostile requests (%v), the server held at most %d MB: %s", h.asked, h.codes, peak>>20, &sum)
	if peak > 400<<20 {
		h.t.Errorf("the server held %d MB", peak>>20)
	}
	if sum.writes == 0 {
		h.t.Error("nobody else could work")
	}
}

func TestHostilePartner(t *testing.T) {
	engines(t, func(t *testing.T, place func(*testing.T) string) {
		h := newHostile(t, place(t))
		ctx, cancel := context.WithCancel(t.Context())
		all := h.work(ctx)
		h.bodies()
		h.paths()
		h.replays()
		cancel()
		all.Wait()
		h.settle()
	})
}

// endless gives n bytes of a pattern.
func endless(head, part string, n int64) io.Reader {
	return io.MultiReader(strings.NewReader(head), io.LimitReader(&pattern{b: []byte(strings.Repeat(part, 64<<10/len(part)))}, n))
}

type pattern struct {
	b  []byte
	at int
}

func (p *pattern) Read(b []byte) (int, error) {
	n := copy(b, p.b[p.at:])
	p.at = (p.at + n) % len(p.b)
	return n, nil
}

// bodies sends what is too long, too deep, packed or broken.
func (h *hostile) bodies() {
	good := newMaker(1, "hostile", makerB, colShared).one().raw
	const tenGB = 10 << 30
	for name, body := range map[string]io.Reader{
		"ten gigabytes of objects":     endless(`{"objects":[`+good, ","+good, tenGB),
		"ten gigabytes of white space": endless(`{`, "                ", tenGB),
		"ten gigabytes of depth":       endless(`{"objects":[{"x":`, "[[[[[[[[[[[[[[[[", tenGB),
		"ten gigabytes of a string":    endless(`{"objects":[{"x":"`, "xxxxxxxxxxxxxxxx", tenGB),
		"ten gigabytes of nothing":     endless(``, "\x00\x00\x00\x00", tenGB),
	} {
		if code, text := h.post(body, nil); code != 413 && code != 0 && code != 400 && code != 422 {
			h.t.Errorf("%s got %d: %.200s", name, code, text)
		}
	}
	bomb := func(head, part string, n int64) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, err := io.Copy(z, endless(head, part, n))
		if err == nil {
			err = z.Close()
		}
		if err != nil {
			h.t.Fatal(err)
		}
		return b.Bytes()
	}
	once := bomb(`{"objects":[{"x":"`, "xxxxxxxxxxxxxxxx", 1<<30)
	for name, body := range map[string][]byte{
		"a zip bomb":                once,
		"a zip bomb of white space": bomb(`{`, "                ", 1<<30),
		"gzip cut off":              once[:len(once)/2],
		"no gzip":                   []byte(`{"objects":[]}`),
	} {
		for _, coding := range []string{"gzip", "gzip, gzip", "GZIP", "br", "deflate", "zstd"} {
			if code, text := h.post(bytes.NewReader(body), map[string]string{"Content-Encoding": coding}); code < 400 && code != 0 {
				h.t.Errorf("%s as %s got %d: %.200s", name, coding, code, text)
			}
		}
	}
	deep := strings.Replace(good, `"x_big":12345678901234567890`, `"x":`+strings.Repeat("[", 50_000)+strings.Repeat("]", 50_000), 1)
	long := strings.Replace(good, `"x_big":12345678901234567890`, `"x":"`+strings.Repeat("x", 9<<20)+`"`, 1)
	many := strings.Replace(good, `"x_big":12345678901234567890`, `"x":{`+manyMembers(300_000)+`}`, 1)
	number := strings.Replace(good, "12345678901234567890", "1e"+strings.Repeat("9", 1000), 1)
	for name, raw := range map[string]string{
		"deep": deep, "long": long, "many members": many, "an endless number": number,
		"a NUL": strings.Replace(good, "Synthetic", "Syn\x00thetic", 1), "an escaped NUL in the id": strings.Replace(good, `"tool--`, `"tool\u0000--`, 1),
		"a bad UUID": strings.Replace(good, `"id":"tool--`, `"id":"tool--zz`, 1), "half a surrogate": strings.Replace(good, "Synthetic", `\ud800`, 1),
		"no UTF-8": strings.Replace(good, "Synthetic", "\xff\xfe", 1), "two ids": strings.Replace(good, `"id":`, `"id":"x","id":`, 1),
		"a type that is not that of the id": strings.Replace(good, `"type":"tool"`, `"type":"malware"`, 1),
		"a time that is none":               strings.Replace(good, `"modified":"2026`, `"modified":"20x6`, 1),
		"a time with 10,000 digits":         strings.Replace(good, `"modified":"2026-01-01T00:00:00.000`, `"modified":"2026-01-01T00:00:00.`+strings.Repeat("1", 10_000), 1),
		"modified before created":           strings.Replace(good, `"modified":"2026`, `"modified":"1026`, 1),
		"another's creator":                 strings.Replace(good, string(makerB), string(makerA), 1),
		"RED":                               strings.Replace(good, `"object_marking_refs":["`, `"object_marking_refs":["`+string(handling.Red.Mark())+`","`, 1),
		"an object":                         `{}`, "a number": `7`, "a null": `null`, "a list": `[[]]`,
	} {
		code, text := h.post(strings.NewReader(`{"objects":[`+raw+`]}`), nil)
		var s struct {
			Success int `json:"success_count"`
			Failure int `json:"failure_count"`
		}
		_ = json.Unmarshal([]byte(text), &s)
		if s.Success > 0 || code == 202 && s.Failure != 1 {
			h.t.Errorf("%s got %d: %.300s", name, code, text)
		}
	}
	for _, body := range []string{
		``, `{`, `}`, `[]`, `null`, `7`, `"x"`, `{"objects":7}`, `{"objects":{}}`, `{"objects":[`, `{"objects":[]}}`, "\x00", `{"objects":[],"objects":[]}`,
		strings.Repeat(`{"objects":`, 100_000), `{"next":"x"}`, `{"more":true,"objects":[` + strings.Repeat("{},", 9_999) + `{}]}`,
	} {
		if code, text := h.post(strings.NewReader(body), nil); code == 0 {
			h.t.Errorf("%.40q got no answer: %s", body, text)
		}
	}
}

func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"k%d":0`, i)
	}
	return b.String()
}

// paths asks for what is not there, in ways that nobody should.
func (h *hostile) paths() {
	object := rootPath + "collections/" + colShared + "/objects/"
	for _, p := range []string{
		"", "taxii2", "taxii2/", "taxii2/x/", rootPath, rootPath + "collections", rootPath + "collections/%00/", rootPath + "collections/..%2f..%2fx/",
		rootPath + "collections/" + strings.Repeat("a", 10_000) + "/", rootPath + "status/%00/", rootPath + "status/" + strings.Repeat("9", 1000) + "/",
		object + "%00/", object + "x--y/", object + "tool--" + strings.Repeat("f", 5000) + "/", object + "tool--'%3b%20DROP%20TABLE%20exchange_objects/",
		object + "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487/versions/", "exchange/v1/", "exchange/v1/releases", "exchange/v1/releases?after=-5&limit=99999999999999999999",
		"exchange/v1/releases?after=x", "exchange/v1/proof?leaf=-1", "exchange/v1/proof?leaf=9223372036854775807", "exchange/v1/checkpoint", "exchange/v1/consistency?from=99&to=1",
		"exchange/v1/sealed?after=%00", "desk/", "metrics", "debug/pprof/", ".env", "node.json", "keys/log.key", "%2e%2e/%2e%2e/etc/passwd",
	} {
		for _, method := range []string{"GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE"} {
			h.ask(method, p, nil, strings.NewReader("\x00{"))
			h.ask(method, p, map[string]string{"Authorization": ""}, nil)
		}
	}
	for _, q := range []string{
		"limit=0", "limit=-1", "limit=x", "limit=99999999999999999999", "limit=1&limit=2", "added_after=x", "added_after=2026-13-45T00:00:00Z", "added_after=9999999-01-01T00:00:00Z",
		"added_after=0000-00-00T00:00:00Z", "added_after=%00", "match[id]=%00", "match[id]=x,,y", "match[id]=" + strings.Repeat("tool--00000000-0000-4000-8000-000000000000,", 300),
		"match[type]=" + strings.Repeat("a", 5000), "match[type]=';--", "match[version]=all,first", "match[version]=x", "match[version]=%00", "match[spec_version]=3",
		"next=x", "next=%00", "next=" + strings.Repeat("A", 8000), "match[id][]=x", "match[", "%", "%zz", "a=%ff", ";", "match[version]=2026-01-01T00:00:00." + strings.Repeat("1", 5000) + "Z",
	} {
		u := &url.URL{Path: "/" + objectsPath, RawQuery: q}
		h.ask("GET", u.String(), nil, nil)
		h.ask("GET", strings.Replace(u.String(), "/objects/", "/manifest/", 1), nil, nil)
	}
	for k, v := range map[string]string{
		"Accept": strings.Repeat("x/y,", 5000), "Range": "bytes=0-9999999999", "Content-Type": "multipart/form-data; boundary=" + strings.Repeat("x", 5000), "Expect": "100-continue",
		"Authorization": "Basic " + strings.Repeat("A", 10_000), "X-Forwarded-For": "127.0.0.1", "Accept-Encoding": "gzip;q=x", "Host": "\"",
	} {
		h.ask("GET", objectsPath, map[string]string{k: v}, nil)
	}
	for _, v := range []string{"Bearer ", "Bearer x", "Basic", "Basic ===", "Digest x", "Bearer " + strings.Repeat("x", 8000), "bearer\tx"} {
		if code, _ := h.ask("GET", rootPath+"collections/", map[string]string{"Authorization": v}, nil); code != 401 && code != 404 && code != 429 && code != 431 && code != 400 {
			h.t.Errorf("Authorization %.30q got %d", v, code)
		}
	}
}

// replays uses what is another's, or what is over.
func (h *hostile) replays() {
	t := h.t
	// Another account's status.
	x := newMaker(seed(t), "status", makerA, colShared)
	list := x.next(3)
	h.o.sent(list)
	s, err := h.good.postOnce(t.Context(), list)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range s.Successes {
		h.o.acknowledged(keyFrom(d.ID, d.Version))
	}
	if code, _ := h.ask("GET", rootPath+"status/"+s.ID+"/", map[string]string{"Authorization": "Bearer " + h.good.token}, nil); code != 200 {
		t.Errorf("one's own status got %d", code)
	}
	if code, text := h.ask("GET", rootPath+"status/"+s.ID+"/", nil, nil); code != 404 {
		t.Errorf("another's status got %d: %.200s", code, text)
	}
	// A next of another account, of another collection, with another question, and
	// one that is not quite itself.
	code, text := h.ask("GET", objectsPath+"?limit=1&match[version]=all", map[string]string{"Authorization": "Bearer " + h.good.token}, nil)
	var e struct{ Next string }
	if err := json.Unmarshal([]byte(text), &e); err != nil || e.Next == "" {
		t.Fatalf("%d, %v: %.300s", code, err, text)
	}
	next := url.QueryEscape(e.Next)
	changed := []byte(e.Next)
	changed[len(changed)/2] ^= 1
	for _, path := range []string{
		objectsPath + "?limit=1&match[version]=first&next=" + next, rootPath + "collections/" + colOwn + "/objects/?limit=1&match[version]=all&next=" + next,
		objectsPath + "?limit=1&match[version]=all&next=" + url.QueryEscape(string(changed)),
	} {
		if code, text := h.ask("GET", path, map[string]string{"Authorization": "Bearer " + h.good.token}, nil); code != 400 && code != 404 && code != 422 {
			t.Errorf("%s got %d: %.200s", path, code, text)
		}
	}
	if code, text := h.ask("GET", objectsPath+"?limit=1000&match[version]=all&next="+next, nil, nil); code == 200 {
		for _, x := range h.o.things {
			if x.level > handling.Green && strings.Contains(text, x.raw) {
				t.Errorf("another's next opens what is %s", x.level)
			}
		}
	}
	// What is not its own to remove.
	for key := range h.o.things {
		id, _, _ := strings.Cut(key, " ")
		if code, text := h.ask("DELETE", objectsPath+id+"/", nil, nil); code < 400 {
			t.Errorf("DELETE of another's object got %d: %.200s", code, text)
		}
		break
	}
	// A token that was revoked, and one that has ended.
	old := h.a.token("bad")
	time.Sleep(time.Second) // another process learns of it within a fifth of that
	if code, _ := h.ask("GET", rootPath+"collections/", map[string]string{"Authorization": "Bearer " + old}, nil); code != 200 {
		t.Errorf("a second token got %d", code)
	}
	h.a.with(func(n *node.Node) {
		list, err := n.Book.Credentials(t.Context(), "bad")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := n.Book.Revoke(t.Context(), "trial", list[len(list)-1].ID); err != nil {
			t.Fatal(err)
		}
	})
	time.Sleep(time.Second) // it counts everywhere within a second
	if code, _ := h.ask("GET", rootPath+"collections/", map[string]string{"Authorization": "Bearer " + old}, nil); code != 401 {
		t.Errorf("a revoked token got %d", code)
	}
	if code, _ := h.ask("GET", rootPath+"collections/", nil, nil); code != 200 {
		t.Errorf("the other token got %d", code)
	}
}
