package taxii_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

var key = []byte("sixteen bytes ok")

const place = "1f6d2a9b-7c01-4b8e-8a53-0c5a9d1e5b1f"

// fake is a backend of which each test sets what it needs.
type fake struct {
	authenticate func(taxii.Credentials) (taxii.Account, error)
	root         taxii.RootInfo
	page         func(taxii.Query) (*taxii.Page, error)
	add          func(io.Reader) (*taxii.Status, error)
	err          error // of everything else
	deleted      []taxii.Versions
	collection   taxii.Collection
}

func (f *fake) Authenticate(_ context.Context, c taxii.Credentials) (taxii.Account, error) {
	if f.authenticate != nil {
		return f.authenticate(c)
	}
	return taxii.Account{Partner: "jpn"}, nil
}

func (f *fake) Root(context.Context, taxii.Account) (taxii.RootInfo, error) { return f.root, f.err }

func (f *fake) Collections(context.Context, taxii.Account) ([]taxii.Collection, error) {
	return nil, f.err
}

func (f *fake) Collection(_ context.Context, _ taxii.Account, name string) (taxii.Collection, error) {
	c := f.collection
	if c.ID == "" {
		c = taxii.Collection{ID: place, Title: "Synthetic", CanRead: true, CanWrite: true}
	}
	if name != c.ID {
		return c, &entente.Error{Kind: entente.NotFound, Msg: "there is no such collection"}
	}
	return c, f.err
}

func (f *fake) Page(_ context.Context, _ taxii.Account, _ string, q taxii.Query) (*taxii.Page, error) {
	if f.page == nil {
		return &taxii.Page{}, f.err
	}
	return f.page(q)
}

func (f *fake) Add(_ context.Context, _ taxii.Account, _ string, r io.Reader) (*taxii.Status, error) {
	if f.add != nil {
		return f.add(r)
	}
	_, err := io.Copy(io.Discard, r)
	return &taxii.Status{ID: "x", Status: "complete"}, errors.Join(err, f.err)
}

func (f *fake) Status(context.Context, taxii.Account, string) (*taxii.Status, error) {
	return &taxii.Status{Status: "complete"}, f.err
}

func (f *fake) Delete(_ context.Context, _ taxii.Account, _ string, _ stix.ID, v taxii.Versions) error {
	f.deleted = append(f.deleted, v)
	return f.err
}

func server(t testing.TB, b taxii.Backend, o taxii.Options) *taxii.Server {
	t.Helper()
	if o.NextKey == nil {
		o.NextKey = key
	}
	if o.PerMinute == 0 {
		o.PerMinute = -1
	}
	s, err := taxii.NewServer(b, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func do(s http.Handler, method, path string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, body)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

const objects = taxii.RootPath + "collections/" + place + "/objects/"

// records makes n records with bodies of some size.
func records(n, size int) []taxii.Record {
	list := make([]taxii.Record, n)
	body := []byte(`{"x":"` + strings.Repeat("y", size) + `"}`)
	for i := range list {
		list[i] = taxii.Record{ID: "campaign--1f6d2a9b-7c01-4b8e-8a53-0c5a9d1e5b1f", Added: taxii.Stamp(1_700_000_000_000_000 + i), Version: "2024-01-02T03:04:05.678Z", Spec: "2.1", Body: body}
	}
	return list
}

func TestOptions(t *testing.T) {
	for name, o := range map[string]taxii.Options{
		"no key": {}, "a short key": {NextKey: key[:15]}, "a page of less than one": {NextKey: key, MaxPage: -1},
		"no bytes": {NextKey: key, MaxContent: -1}, "no posts": {NextKey: key, Posts: -1},
	} {
		if _, err := taxii.NewServer(&fake{}, o); entente.KindOf(err) != entente.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A partner that asks too often waits; another one does not.
func TestRate(t *testing.T) {
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	b := &fake{authenticate: func(c taxii.Credentials) (taxii.Account, error) { return taxii.Account{Partner: c.Bearer}, nil }}
	s := server(t, b, taxii.Options{PerMinute: 60, Burst: 3, Now: func() time.Time { return now }})
	ask := func(who string) *httptest.ResponseRecorder {
		return do(s, "GET", "/taxii2/", nil, "Authorization", "Bearer "+who)
	}
	for i := range 3 {
		if w := ask("est"); w.Code != 200 {
			t.Fatalf("request %d: %d", i, w.Code)
		}
	}
	w := ask("est")
	if w.Code != 429 || w.Header().Get("Retry-After") != "1" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	if w := ask("jpn"); w.Code != 200 {
		t.Fatalf("another partner: %d", w.Code)
	}
	now = now.Add(time.Second)
	if a, b := ask("est"), ask("est"); a.Code != 200 || b.Code != 429 {
		t.Fatalf("after a second: %d, %d", a.Code, b.Code)
	}
	now = now.Add(-time.Hour) // the clock is set back
	if w := ask("est"); w.Code != 429 {
		t.Fatalf("the clock was set back: %d", w.Code)
	}
	now = now.Add(4 * time.Second)
	if w := ask("est"); w.Code != 200 {
		t.Fatalf("some seconds later: %d", w.Code)
	}
}

// A partner with a bound of its own has that one.
func TestRateOfPartner(t *testing.T) {
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	own := map[string]int{"slow": 30, "free": -1}
	b := &fake{authenticate: func(c taxii.Credentials) (taxii.Account, error) {
		return taxii.Account{Partner: c.Bearer, PerMinute: own[c.Bearer]}, nil
	}}
	s := server(t, b, taxii.Options{PerMinute: 1000, Burst: 5, Now: func() time.Time { return now }})
	for who, want := range map[string]int{"slow": 20, "free": 100, "usual": 5} {
		got := 0
		for range 100 {
			if do(s, "GET", "/taxii2/", nil, "Authorization", "Bearer "+who).Code == 200 {
				got++
			}
		}
		if got != want {
			t.Errorf("%s: %d requests at once, want %d", who, got, want)
		}
	}
	now = now.Add(2 * time.Second)
	if w := do(s, "GET", "/taxii2/", nil, "Authorization", "Bearer slow"); w.Code != 200 {
		t.Errorf("slow, 2 s later: %d", w.Code)
	}
}

// So many bodies of one partner are read at once, and not more.
func TestPosts(t *testing.T) {
	inside, over := make(chan bool), make(chan bool)
	b := &fake{
		authenticate: func(c taxii.Credentials) (taxii.Account, error) { return taxii.Account{Partner: c.Bearer}, nil },
		add: func(io.Reader) (*taxii.Status, error) {
			inside <- true
			<-over
			return &taxii.Status{Status: "complete"}, nil
		},
	}
	s := server(t, b, taxii.Options{Posts: 2})
	codes := make(chan int)
	for range 2 {
		go func() {
			codes <- do(s, "POST", objects, strings.NewReader("{}"), "Authorization", "Bearer est").Code
		}()
		<-inside
	}
	if w := do(s, "POST", objects, strings.NewReader("{}"), "Authorization", "Bearer est"); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Fatalf("a third: %d", w.Code)
	}
	go func() { codes <- do(s, "POST", objects, strings.NewReader("{}"), "Authorization", "Bearer jpn").Code }()
	<-inside
	close(over)
	for range 3 {
		if code := <-codes; code != 202 {
			t.Fatal(code)
		}
	}
}

// What the backend answers becomes a status; its causes stay inside.
func TestErrors(t *testing.T) {
	cause := errors.New("SELECT secret FROM /var/lib")
	for _, c := range []struct {
		kind       entente.Kind
		get, post  int
		login      int
		mayExplain bool
	}{
		{entente.NotFound, 404, 404, 401, true},
		{entente.Denied, 403, 403, 401, true},
		{entente.Invalid, 400, 422, 401, true},
		{entente.Conflict, 409, 409, 409, true},
		{entente.Unavailable, 503, 503, 503, false},
		{entente.Internal, 500, 500, 500, false},
		{"", 500, 500, 500, false},
	} {
		err := error(&entente.Error{Kind: c.kind, Place: "/var/lib", Msg: "told", Hint: "do this", Err: cause})
		if c.kind == "" {
			err = cause
		}
		page := func(taxii.Query) (*taxii.Page, error) { return nil, err }
		add := func(io.Reader) (*taxii.Status, error) { return nil, err }
		login := func(taxii.Credentials) (taxii.Account, error) { return taxii.Account{}, err }
		for _, try := range []struct {
			b    *fake
			what string
			want int
		}{{&fake{page: page}, "GET", c.get}, {&fake{add: add}, "POST", c.post}, {&fake{authenticate: login}, "GET", c.login}} {
			var event taxii.Event
			s := server(t, try.b, taxii.Options{Event: func(e taxii.Event) { event = e }})
			w := do(s, try.what, objects, strings.NewReader("{}"))
			var body map[string]string
			if e := json.Unmarshal(w.Body.Bytes(), &body); e != nil {
				t.Fatal(e)
			}
			if w.Code != try.want || body["title"] == "" || strings.Contains(w.Body.String(), "SELECT") || strings.Contains(w.Body.String(), "/var") {
				t.Errorf("%s %s: %d, want %d: %s", try.what, c.kind, w.Code, try.want, w.Body)
			}
			if told := body["description"] == "told (do this)"; w.Code != 401 && told != c.mayExplain {
				t.Errorf("%s %s: %s", try.what, c.kind, w.Body)
			}
			if !errors.Is(event.Err, cause) || event.Status != try.want {
				t.Errorf("%s %s: the operator is told %d %v", try.what, c.kind, event.Status, event.Err)
			}
		}
	}
}

func TestWaitAndPanic(t *testing.T) {
	wait := &fake{authenticate: func(taxii.Credentials) (taxii.Account, error) {
		return taxii.Account{}, &entente.Error{Kind: entente.Denied, Msg: "too many guesses", Err: &taxii.Wait{After: 90 * time.Second}}
	}}
	if w := do(server(t, wait, taxii.Options{}), "GET", "/taxii2/", nil); w.Code != 429 || w.Header().Get("Retry-After") != "90" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	var event taxii.Event
	s := server(t, &fake{page: func(taxii.Query) (*taxii.Page, error) { panic("insides") }}, taxii.Options{Event: func(e taxii.Event) { event = e }})
	if w := do(s, "GET", objects, nil); w.Code != 500 || strings.Contains(w.Body.String(), "insides") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if event.Status != 500 || !strings.Contains(event.Err.Error(), "insides") {
		t.Errorf("%+v", event)
	}
}

// Nothing that a client shows to log in is in what the operator is told.
func TestSecrets(t *testing.T) {
	const secret = "c2VjcmV0LXRva2Vu"
	for _, header := range []string{"Bearer " + secret, "Basic " + secret, secret} {
		var event taxii.Event
		b := &fake{authenticate: func(taxii.Credentials) (taxii.Account, error) {
			return taxii.Account{}, &entente.Error{Kind: entente.Denied, Msg: "not known"}
		}}
		s := server(t, b, taxii.Options{Event: func(e taxii.Event) { event = e }})
		w := do(s, "GET", objects, nil, "Authorization", header)
		text, _ := json.Marshal(event)
		if strings.Contains(string(text)+event.Err.Error()+w.Body.String(), secret) || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s %v %s", text, event.Err, w.Body)
		}
	}
}
