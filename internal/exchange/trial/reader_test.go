package trial_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"entente/internal/exchange/stix"
)

// copyOf is what a reader got of one version.
type copyOf struct {
	raw        string
	times      int
	definition bool // the marks of TLP, which everybody may have
}

// reader polls a collection in the plainest way that the standard allows. It is
// written for the trial and shares no code with the client: it would notice what
// the client covers up.
type reader struct {
	t     *testing.T
	name  string
	http  *http.Client
	root  string // the API root
	place string
	token string
	basic [2]string
	limit int
	// byDate goes on by X-TAXII-Date-Added-Last alone; otherwise next is followed.
	byDate bool

	mu       sync.Mutex
	got      map[string]*copyOf
	after    string // the last date that was told
	next     string
	last     string // the date of the last page
	pages    int
	failures int
	statuses map[int]int
}

func (s *site) reader(name, place, token string, limit int, byDate bool) *reader {
	r := &reader{
		t: s.w.t, name: name, http: &http.Client{Transport: s.transport(), Timeout: 30 * time.Second}, root: s.url() + "taxii2/exchange/", place: place,
		token: token, limit: limit, byDate: byDate, got: map[string]*copyOf{}, statuses: map[int]int{},
	}
	s.w.t.Cleanup(r.http.CloseIdleConnections)
	return r
}

func (r *reader) request(ctx context.Context, method, path string, q url.Values, body io.Reader) (*http.Response, error) {
	u := r.root + path
	if len(q) > 0 {
		u += "?" + q.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, u, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/taxii+json;version=2.1")
	req.Header.Set("Content-Type", "application/taxii+json;version=2.1")
	if r.basic[0] != "" {
		req.SetBasicAuth(r.basic[0], r.basic[1])
	} else {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	res, err := r.http.Do(req)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		r.statuses[res.StatusCode]++
	case ctx.Err() == nil:
		r.failures++
	}
	return res, err
}

// page reads one page; it counts only when it came whole. left tells whether more
// may be there.
func (r *reader) page(ctx context.Context) (left bool, err error) {
	q := url.Values{"match[version]": {"all"}, "limit": {fmt.Sprint(r.limit)}}
	if r.after != "" {
		q.Set("added_after", r.after)
	}
	if r.next != "" {
		q.Set("next", r.next)
	}
	res, err := r.request(ctx, http.MethodGet, "collections/"+r.place+"/objects/", q, nil)
	if err != nil {
		return true, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return true, err
	}
	if res.StatusCode != http.StatusOK {
		return true, fmt.Errorf("status %d: %.200s", res.StatusCode, text)
	}
	var e struct {
		More    bool              `json:"more"`
		Next    string            `json:"next"`
		Objects []json.RawMessage `json:"objects"`
	}
	if err := json.Unmarshal(text, &e); err != nil {
		return true, err
	}
	return r.take(res.Header, e.Objects, e.More, e.Next), nil
}

func (r *reader) take(h http.Header, list []json.RawMessage, more bool, next string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pages++
	for _, raw := range list {
		o, faults := stix.Parse(raw, stix.DefaultLimits)
		if len(faults) > 0 {
			r.t.Errorf("%s got an object with faults: %v", r.name, faults)
			continue
		}
		k := keyOf(o)
		if c := r.got[k]; c != nil {
			c.times++
			continue
		}
		r.got[k] = &copyOf{raw: string(raw), times: 1, definition: o.Type() == "marking-definition"}
	}
	if last := h.Get("X-TAXII-Date-Added-Last"); last != "" {
		first := h.Get("X-TAXII-Date-Added-First")
		// The form has a fixed length, so texts order as the instants do.
		if first <= r.last || last < first || last <= r.after && r.byDate {
			r.t.Errorf("%s: a page from %s to %s behind one that ended at %s", r.name, first, last, r.last)
		}
		r.last = last
	} else if len(list) > 0 {
		r.t.Errorf("%s: a page with objects tells no dates", r.name)
	}
	switch {
	case r.byDate:
		r.after = r.last
	case more && next == "":
		r.t.Errorf("%s: more without next", r.name)
	case more:
		r.next = next
	default:
		r.next, r.after = "", r.last
	}
	return more
}

// follow polls until the context ends.
func (r *reader) follow(ctx context.Context) {
	for ctx.Err() == nil {
		if left, err := r.page(ctx); err != nil || !left {
			select {
			case <-ctx.Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
}

// finish polls until nothing is left; every failure of a quiet server counts.
func (r *reader) finish(ctx context.Context) {
	r.t.Helper()
	for {
		left, err := r.page(ctx)
		if err != nil {
			r.t.Errorf("%s, when all was quiet: %v", r.name, err)
			return
		}
		if !left {
			return
		}
	}
}

// manifest reads all of the manifest: version, then date added.
func (r *reader) manifest(ctx context.Context) map[string]string {
	r.t.Helper()
	out := map[string]string{}
	next, last := "", ""
	for {
		q := url.Values{"match[version]": {"all"}, "limit": {"1000"}}
		if next != "" {
			q.Set("next", next)
		}
		res, err := r.request(ctx, http.MethodGet, "collections/"+r.place+"/manifest/", q, nil)
		if err != nil {
			r.t.Fatal(err)
		}
		var e struct {
			More    bool
			Next    string
			Objects []struct {
				ID, Version string
				Added       string `json:"date_added"`
			}
		}
		err = json.NewDecoder(res.Body).Decode(&e)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			r.t.Fatalf("%s: manifest: %d, %v", r.name, res.StatusCode, err)
		}
		for _, m := range e.Objects {
			v, _ := stix.ParseTime(m.Version)
			k := m.ID + " " + v.Key()
			if out[k] != "" {
				r.t.Errorf("%s stands twice in the manifest", k)
			}
			if m.Added <= last {
				r.t.Errorf("the manifest does not rise: %s behind %s", m.Added, last)
			}
			out[k], last = m.Added, m.Added
		}
		if !e.More {
			return out
		}
		next = e.Next
	}
}

// serverErrors counts answers that blame the server.
func (r *reader) serverErrors() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for s, times := range r.statuses {
		if s >= 500 {
			n += times
		}
	}
	return n
}
