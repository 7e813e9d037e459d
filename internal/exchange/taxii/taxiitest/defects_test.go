package taxiitest_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
	"entente/internal/exchange/taxii/taxiitest"
)

// A defect is a server as others have been seen to be, and the checks that must
// find it.
type defect struct {
	backend func(*taxiitest.Memory) taxii.Backend
	handler func(http.Handler) http.Handler
	found   []string
}

var defects = map[string]defect{
	"one date for a whole request": {
		backend: func(m *taxiitest.Memory) taxii.Backend {
			return &changed{Memory: m, page: func(p *taxii.Page) {
				for i := range p.Records {
					p.Records[i].Added -= p.Records[i].Added % 100_000
				}
			}}
		},
		found: []string{"O1_dates_rise_strictly", "O1_both_ways_of_paging"},
	},
	"an object that becomes visible late": {
		backend: func(m *taxiitest.Memory) taxii.Backend {
			var n atomic.Int64
			return &changed{Memory: m, page: func(p *taxii.Page) {
				if len(p.Records) > 2 && n.Add(1)%20 == 0 {
					p.Records = slices.Delete(slices.Clone(p.Records), 1, 2)
				}
			}}
		},
		found: []string{"O1_pollers_lose_and_double_nothing"},
	},
	"the newest is what came last": {
		backend: func(m *taxiitest.Memory) taxii.Backend { return &arrival{m} },
		found:   []string{"R13_the_newest_is_the_one_modified_last"},
	},
	"more too early": {
		backend: func(m *taxiitest.Memory) taxii.Backend {
			return &changed{Memory: m, page: func(p *taxii.Page) { p.More = p.More || len(p.Records) > 0 }}
		},
		found: []string{"R16_more_is_exact"},
	},
	"a status for everybody": {
		backend: func(m *taxiitest.Memory) taxii.Backend { return &open{m} },
		found:   []string{"O5_another_account"},
	},
	"removing what is unknown": {
		backend: func(m *taxiitest.Memory) taxii.Backend { return &lax{m} },
		found:   []string{"R20_an_unknown_object"},
	},
	"a type without the version": {
		handler: header(func(h http.Header) { h.Set("Content-Type", "application/taxii+json") }),
		found:   []string{"R8_", "R14_limit"},
	},
	"dates in milliseconds": {
		handler: header(func(h http.Header) {
			for _, name := range []string{"X-Taxii-Date-Added-First", "X-Taxii-Date-Added-Last"} {
				if v := h.Get(name); v != "" {
					h.Set(name, v[:23]+"Z")
				}
			}
		}),
		found: []string{"R17_the_dates", "O1_both_ways_of_paging"},
	},
	"times written anew": {
		handler: text(func(b []byte) []byte { return milliseconds.ReplaceAll(b, []byte("${1}000Z")) }),
		found:   []string{"O2_an_object_is_given_back", "O2_a_manifest"},
	},
	"more without next": {
		handler: text(func(b []byte) []byte { return bytes.Replace(b, []byte(`"next"`), []byte(`"x_next"`), 1) }),
		found:   []string{"O1_next_is_given_with_more"},
	},
	"a list that is empty": {
		handler: text(func(b []byte) []byte {
			if string(b) == "{}" {
				return []byte(`{"objects":[]}`)
			}
			return b
		}),
		found: []string{"R16_an_empty_collection"},
	},
	"a strict reading of Accept": {
		handler: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Accept") != taxii.MediaType {
					r.Header.Set("Accept", "text/html")
				}
				next.ServeHTTP(w, r)
			})
		},
		found: []string{"R3_accept_without", "R3_accept_none"},
	},
}

var milliseconds = regexp.MustCompile(`(\.\d\d\d)Z`)

// Each defect is found: a check that cannot fail is worth nothing. The kit fails
// the test that runs it, so each runs in a process of its own.
func TestDefects(t *testing.T) {
	if name := os.Getenv("ENTENTE_DEFECT"); name != "" {
		d := defects[name]
		taxiitest.Run(t, func(t *testing.T) taxiitest.Target { return broken(t, d) })
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range defects {
		t.Run(name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), self, "-test.run", "^TestDefects$/^("+strings.Join(d.found, "|")+")")
			cmd.Env = append(os.Environ(), "ENTENTE_DEFECT="+name)
			out, _ := cmd.CombinedOutput()
			for _, check := range d.found {
				if !strings.Contains(string(out), "--- FAIL: TestDefects/"+check) {
					t.Errorf("not found by %s:\n%.2000s", check, out)
				}
			}
		})
	}
}

func broken(t *testing.T, d defect) taxiitest.Target {
	m := taxiitest.NewMemory(time.Now)
	for _, name := range []string{"both", "reader", "writer", "stranger"} {
		m.Login(name, name)
	}
	var b taxii.Backend = m
	if d.backend != nil {
		b = d.backend(m)
	}
	s, err := taxii.NewServer(b, taxii.Options{NextKey: make([]byte, 32), PerMinute: -1})
	if err != nil {
		t.Fatal(err)
	}
	var h http.Handler = s
	if d.handler != nil {
		h = d.handler(s)
	}
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	return taxiitest.Target{
		URL: web.URL, Both: "Bearer both", Reader: "Bearer reader", Writer: "Bearer writer", Stranger: "Bearer stranger",
		Collection: func(*testing.T) taxiitest.Place {
			p := taxiitest.Place{ID: uuid.NewString()}
			m.Open(taxii.Collection{ID: p.ID, Title: "Synthetic"}, map[string]taxiitest.Rights{"both": {Read: true, Write: true}, "reader": {Read: true}, "writer": {Write: true}})
			return p
		},
	}
}

// changed is a backend whose pages are changed.
type changed struct {
	*taxiitest.Memory
	page func(*taxii.Page)
}

func (c *changed) Page(ctx context.Context, a taxii.Account, collection string, q taxii.Query) (*taxii.Page, error) {
	p, err := c.Memory.Page(ctx, a, collection, q)
	if err == nil {
		c.page(p)
	}
	return p, err
}

// arrival takes the version that came last for the newest.
type arrival struct{ *taxiitest.Memory }

func (b *arrival) Page(ctx context.Context, a taxii.Account, collection string, q taxii.Query) (*taxii.Page, error) {
	v := &q.Versions
	if v.All || v.First || v.Last || len(v.Exact) > 0 {
		return b.Memory.Page(ctx, a, collection, q)
	}
	v.All = true
	p, err := b.Memory.Page(ctx, a, collection, q)
	if err != nil {
		return nil, err
	}
	last := map[stix.ID]taxii.Stamp{}
	for _, r := range p.Records {
		last[r.ID] = r.Added
	}
	p.Records = slices.DeleteFunc(p.Records, func(r taxii.Record) bool { return last[r.ID] != r.Added })
	return p, nil
}

// open gives the status of one partner to all.
type open struct{ *taxiitest.Memory }

func (b *open) Status(ctx context.Context, _ taxii.Account, id string) (*taxii.Status, error) {
	return b.Memory.Status(ctx, taxii.Account{Partner: "both"}, id)
}

// lax removes what is not there.
type lax struct{ *taxiitest.Memory }

func (b *lax) Delete(ctx context.Context, a taxii.Account, collection string, object stix.ID, v taxii.Versions) error {
	_ = b.Memory.Delete(ctx, a, collection, object, v)
	return nil
}

// header changes the header of each answer.
func header(change func(http.Header)) func(http.Handler) http.Handler {
	return rewrite(func(h http.Header, b []byte) []byte { change(h); return b })
}

// text changes the body of each answer.
func text(change func([]byte) []byte) func(http.Handler) http.Handler {
	return rewrite(func(_ http.Header, b []byte) []byte { return change(b) })
}

func rewrite(change func(http.Header, []byte) []byte) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			body := change(rec.Header(), rec.Body.Bytes())
			for name, v := range rec.Header() {
				if name != "Content-Length" {
					w.Header()[name] = v
				}
			}
			w.WriteHeader(rec.Code)
			_, _ = w.Write(body)
		})
	}
}
