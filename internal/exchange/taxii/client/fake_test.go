package client_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"entente"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
	"entente/internal/exchange/taxii/client"
)

const (
	collection = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
	secret     = "synthetic-token-0f3a"
)

// begin is the date added of the first object of a fake server.
var begin = time.Date(2026, 3, 1, 12, 0, 0, 678_901_000, time.UTC)

// item is a version that a fake server holds.
type item struct {
	raw         string
	id, version string
	stamp       taxii.Stamp
	from        int  // hidden before the poll with this number
	gone        bool // removed without a word
}

// fake is a TAXII server with defects to choose from; the zero value has none.
type fake struct {
	t     *testing.T
	url   string
	mu    sync.Mutex
	items []item
	polls int // added by tests: decides what is visible

	ceiling  int                      // most items of a page; 0 is 100
	header   func(taxii.Stamp) string // how a date is written; "" leaves the header out
	next     string                   // how next is written: "" text, "none", "int", "odd"
	manifest string                   // "none": 404
	version  func(string) string      // how the manifest writes a version
	early    bool                     // says more:false on a full page
	ignore   bool                     // ignores added_after and next: the same page for ever
	always   bool                     // says more:true even at the end
	gone404  bool                     // 404 for a collection without objects
	once     bool                     // a next can be used once
	used     map[string]bool
	twice    bool                                              // each object comes twice
	shuffle  bool                                              // newest first
	before   func(w http.ResponseWriter, r *http.Request) bool // true: it has answered

	requests []string // method and address of each request
	bodies   []string // of POSTs
}

func start(t *testing.T, f *fake) *fake {
	f.t = t
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	f.url = s.URL + "/taxii2/"
	f.used = map[string]bool{}
	return f
}

// report makes a small valid object.
func report(n, version int) string {
	at := begin.Add(time.Duration(version) * time.Hour).Format("2006-01-02T15:04:05.000Z")
	return fmt.Sprintf(`{"type":"report","spec_version":"2.1","id":"report--%08d-8c4f-4d53-9a43-0d2f4c7a1b01","created":%q,"modified":%q,`+
		`"name":"Synthetic %d","published":%q,"object_refs":["identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01"],"x_big":12345678901234567890}`,
		n, begin.Format("2006-01-02T15:04:05.000Z"), at, n, at)
}

// add puts an object at a date, in microseconds after begin.
func (f *fake) add(raw string, us int) {
	var o struct{ ID, Modified, Created string }
	_ = json.Unmarshal([]byte(raw), &o)
	v := o.Modified
	if v == "" {
		v = o.Created
	}
	f.items = append(f.items, item{raw: raw, id: o.ID, version: v, stamp: taxii.Stamp(begin.UnixMicro() + int64(us))})
}

// fill adds n reports, one microsecond apart.
func (f *fake) fill(n int) *fake {
	for i := range n {
		f.add(report(i, 1), i)
	}
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, r.Method+" "+r.URL.RequestURI())
	if r.Header.Get("Authorization") != "Bearer "+secret {
		w.Header().Set("WWW-Authenticate", "Bearer")
		f.say(w, http.StatusUnauthorized, map[string]any{"title": "who are you"})
		return
	}
	if f.before != nil && f.before(w, r) {
		return
	}
	rest, _ := strings.CutPrefix(r.URL.Path, "/taxii2/")
	switch rest {
	case "":
		f.say(w, 200, map[string]any{"title": "fake", "default": "/taxii2/root/", "api_roots": []string{"/taxii2/root/"}})
	case "root/":
		f.say(w, 200, map[string]any{"title": "root", "versions": []string{"application/taxii+json;version=2.1"}, "max_content_length": 4000})
	case "root/collections/":
		f.say(w, 200, map[string]any{"collections": []any{f.collection()}})
	case "root/collections/" + collection + "/":
		f.say(w, 200, f.collection())
	case "root/collections/" + collection + "/objects/":
		f.page(w, r, false)
	case "root/collections/" + collection + "/manifest/":
		f.page(w, r, true)
	default:
		if id, ok := strings.CutPrefix(rest, "root/collections/"+collection+"/objects/"); ok {
			q := r.URL.Query()
			q.Set("match[id]", strings.Trim(id, "/"))
			r.URL.RawQuery = q.Encode()
			f.page(w, r, false)
			return
		}
		f.say(w, http.StatusNotFound, map[string]any{"title": "nothing here"})
	}
}

func (f *fake) collection() map[string]any {
	return map[string]any{"id": collection, "title": "all", "can_read": true, "can_write": "true"}
}

func (f *fake) say(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/taxii+json;version=2.1")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		f.t.Error(err)
	}
}

// selected lists what a request means, before paging.
func (f *fake) selected(r *http.Request) []item {
	q := r.URL.Query()
	after, _ := time.Parse(time.RFC3339Nano, q.Get("added_after"))
	ids := strings.Split(q.Get("match[id]"), ",")
	var out []item
	for _, i := range f.items {
		if i.gone || i.from > f.polls || q.Has("match[id]") && !slices.Contains(ids, i.id) {
			continue
		}
		if q.Has("added_after") && !f.ignore && i.stamp <= taxii.Stamp(after.UnixMicro()) {
			continue
		}
		out = append(out, i)
	}
	slices.SortStableFunc(out, func(a, b item) int {
		if f.shuffle {
			a, b = b, a
		}
		return int(a.stamp - b.stamp)
	})
	return out
}

func (f *fake) page(w http.ResponseWriter, r *http.Request, manifest bool) {
	q := r.URL.Query()
	if manifest && f.manifest == "none" {
		f.say(w, http.StatusNotFound, map[string]any{"title": "no manifest"})
		return
	}
	list := f.selected(r)
	offset := 0
	if n := q.Get("next"); n != "" && !f.ignore {
		if f.once && f.used[n] {
			f.say(w, http.StatusNotFound, map[string]any{"title": "next is used up"})
			return
		}
		f.used[n] = true
		digits := strings.Trim(n, "od {}\"/?&=ü")
		var err error
		if offset, err = strconv.Atoi(digits); err != nil {
			f.say(w, http.StatusBadRequest, map[string]any{"title": "what next"})
			return
		}
	}
	list = list[min(offset, len(list)):]
	limit := 100
	if f.ceiling > 0 {
		limit = f.ceiling
	}
	if n, err := strconv.Atoi(q.Get("limit")); err == nil {
		limit = min(limit, n)
	}
	more := len(list) > limit
	list = list[:min(limit, len(list))]
	if len(list) == 0 && f.gone404 {
		f.say(w, http.StatusNotFound, map[string]any{"title": "no objects"})
		return
	}
	out := map[string]any{}
	var objects []any
	for _, i := range list {
		v := any(json.RawMessage(i.raw))
		if manifest {
			version := i.version
			if f.version != nil {
				version = f.version(version)
			}
			v = map[string]any{"id": i.id, "date_added": i.stamp.String(), "version": version}
		}
		objects = append(objects, v)
		if f.twice {
			objects = append(objects, v)
		}
	}
	if objects != nil {
		out["objects"] = objects
	}
	if more && !f.early || f.always {
		out["more"] = true
		switch f.next {
		case "":
			out["next"] = fmt.Sprint(offset + len(list))
		case "int":
			out["next"] = offset + len(list)
		case "odd":
			out["next"] = fmt.Sprintf("odd {\"%d\"}/?&=ü", offset+len(list))
		}
	}
	if len(list) > 0 {
		write := f.header
		if write == nil {
			write = taxii.Stamp.String
		}
		if v := write(list[len(list)-1].stamp); v != "" {
			w.Header().Set("X-TAXII-Date-Added-First", write(list[0].stamp))
			w.Header().Set("X-TAXII-Date-Added-Last", v)
		}
	}
	f.say(w, 200, out)
}

// shelf is a sink that keeps what it gets, as a store would.
type shelf struct {
	mu      sync.Mutex
	got     map[client.Key]string
	times   map[client.Key]int
	refused []stix.Refusal
	cursor  client.Cursor
	pages   int
	fail    func() error
}

func newShelf() *shelf { return &shelf{got: map[client.Key]string{}, times: map[client.Key]int{}} }

func (s *shelf) Page(_ context.Context, p *client.Page) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		if err := s.fail(); err != nil {
			return err
		}
	}
	for _, o := range p.Objects {
		s.got[client.KeyOf(o)] = string(o.Raw())
		s.times[client.KeyOf(o)]++
	}
	s.refused = append(s.refused, p.Refused...)
	s.cursor = p.Cursor
	s.pages++
	return nil
}

// naps records how long a client would have slept.
type naps struct {
	mu   sync.Mutex
	list []time.Duration
}

func (n *naps) sleep(ctx context.Context, d time.Duration) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, d)
	return ctx.Err()
}

// at is the clients' clock.
var at = begin.Add(24 * time.Hour)

func dial(t *testing.T, url string, change ...func(*client.Options)) *client.Client {
	t.Helper()
	o := client.Options{
		URL:       url,
		Authorize: func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) },
		Now:       func() time.Time { return at }, Random: func() float64 { return 0.5 },
		Sleep: (&naps{}).sleep, Stall: 5 * time.Second,
	}
	for _, f := range change {
		f(&o)
	}
	c, err := client.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// poll reads to the end, from the shelf's own cursor.
func poll(t *testing.T, c *client.Client, s *shelf, o client.PollOptions) client.Report {
	t.Helper()
	r, err := c.Poll(t.Context(), collection, s.cursor, s, o)
	if err != nil {
		t.Fatalf("%v; report %+v", err, r)
	}
	if !r.Done {
		t.Fatalf("not done: %+v", r)
	}
	return r
}

// whole holds a shelf against all that the server has.
func (s *shelf) whole(t *testing.T, f *fake) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	missing := 0
	for _, i := range f.items {
		v, _ := stix.ParseTime(i.version)
		if got, ok := s.got[client.Key{ID: stix.ID(i.id), Version: v.Key()}]; !ok {
			missing++
		} else if got != i.raw {
			t.Errorf("%s was changed on the way:\n%s\n%s", i.id, got, i.raw)
		}
	}
	if missing > 0 || len(s.got) > len(f.items) {
		t.Errorf("%d of %d objects are missing, %d are here", missing, len(f.items), len(s.got))
	}
}

// is checks an error's kind and that it says each of the words and no secret.
func is(t *testing.T, err error, kind entente.Kind, words ...string) {
	t.Helper()
	if entente.KindOf(err) != kind {
		t.Errorf("error %v is of kind %q, want %q", err, entente.KindOf(err), kind)
	}
	if err == nil {
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
	if strings.Contains(err.Error(), secret) {
		t.Errorf("error %q tells the secret", err)
	}
}
