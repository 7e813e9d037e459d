package client_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"entente"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
	"entente/internal/exchange/taxii/client"
)

func key(n, version int) client.Key {
	o, err := stix.Read([]byte(report(n, version)))
	if err != nil {
		panic(err)
	}
	return client.KeyOf(o)
}

// mutex is an object without a version time.
const mutex = `{"type":"mutex","spec_version":"2.1","id":"mutex--0b7b1f0e-5d3a-5a9c-8e51-3d9c4b1f7a01","name":"synthetic"}`

// The comparison finds what a reading lost, what was removed without a word, and
// what the next reading will bring; Fetch mends it.
func TestCompare(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*fake){
		"as it should be":                      func(*fake) {},
		"manifest says more and gives no next": func(f *fake) { f.next = "none" },
		"manifest without dates in the header": func(f *fake) { f.next, f.header = "none", none },
		"versions written in another way":      func(f *fake) { f.version = func(s string) string { return strings.Replace(s, ".678Z", ".678000Z", 1) } },
		"small pages":                          func(f *fake) { f.ceiling = 7 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := (&fake{}).fill(230)
			f.add(report(5, 2), 300)
			f.add(mutex, 301)
			change(f)
			f.items[17].from, f.items[18].from = 2, 2 // committed late: a reading misses them
			start(t, f)
			c, s := dial(t, f.url), newShelf()
			f.polls = 1
			poll(t, c, s, client.PollOptions{})
			f.polls = 2
			f.items[3].gone = true     // removed
			f.items[5].gone = true     // an older version removed
			f.add(report(900, 1), 400) // added since
			o := client.CompareOptions{Mark: s.cursor.Mark, Kept: maps.Keys(s.got)}
			r, err := c.Compare(t.Context(), collection, o)
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Missing) != 2 || r.Missing[0] != key(17, 1) || r.Missing[1] != key(18, 1) {
				t.Errorf("missing %v", r.Missing)
			}
			if len(r.Withdrawn) != 1 || r.Withdrawn[0] != key(3, 1) {
				t.Errorf("withdrawn %v", r.Withdrawn)
			}
			if len(r.Superseded) != 1 || r.Superseded[0] != key(5, 1) {
				t.Errorf("superseded %v", r.Superseded)
			}
			if r.Ahead != 1 || r.Kept != 230 || r.Entries != 231 {
				t.Errorf("ahead %d, kept %d, entries %d", r.Ahead, r.Kept, r.Entries)
			}
			left, err := c.Fetch(t.Context(), collection, append(r.Missing, key(77_777, 1)), s)
			if err != nil || len(left) != 1 || left[0] != key(77_777, 1) {
				t.Errorf("left %v, %v", left, err)
			}
			o.Kept = maps.Keys(s.got)
			if r, err = c.Compare(t.Context(), collection, o); err != nil || len(r.Missing) != 0 {
				t.Errorf("after mending: %+v, %v", r, err)
			}
		})
	}
}

func TestCompareAsksWhatIsKnown(t *testing.T) {
	t.Parallel()
	f := start(t, (&fake{}).fill(5))
	c := dial(t, f.url)
	o := client.CompareOptions{Mark: 1 << 60, Known: func(_ context.Context, list []client.Key) ([]bool, error) {
		out := make([]bool, len(list))
		out[2] = true
		return out, nil
	}}
	r, err := c.Compare(t.Context(), collection, o)
	if err != nil || len(r.Missing) != 4 {
		t.Errorf("%+v, %v", r, err)
	}
	o.Known = func(context.Context, []client.Key) ([]bool, error) { return nil, nil }
	_, err = c.Compare(t.Context(), collection, o)
	is(t, err, entente.Internal)
	f.manifest = "none"
	_, err = c.Compare(t.Context(), collection, client.CompareOptions{})
	is(t, err, entente.NotFound, "no manifest")
	f.manifest, f.gone404 = "", true
	for i := range f.items {
		f.items[i].gone = true
	}
	r, err = c.Compare(t.Context(), collection, client.CompareOptions{Kept: slices.Values([]client.Key{key(1, 1)})})
	if err != nil || len(r.Withdrawn) != 1 {
		t.Errorf("emptied, with 404: %+v, %v", r, err)
	}
	if _, err := c.Compare(t.Context(), "no-such", o); entente.KindOf(err) != entente.NotFound {
		t.Error(err)
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	f := &fake{}
	f.add(report(1, 1), 0)
	f.add(report(1, 2), 1)
	f.add(report(2, 1), 2)
	start(t, f)
	c := dial(t, f.url)
	list, refused, err := c.Object(t.Context(), collection, key(1, 1).ID, "all")
	if err != nil || len(list) != 2 || len(refused) != 0 {
		t.Errorf("%v, %v, %v", list, refused, err)
	}
	f.gone404 = true
	if _, _, err = c.Object(t.Context(), collection, key(3, 1).ID); err != nil {
		is(t, err, entente.NotFound)
	}
}

// adding is a fake that takes objects as a server does.
func adding(t *testing.T, take func(w http.ResponseWriter, f *fake, ids []string)) *fake {
	f := &fake{}
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		text, _ := io.ReadAll(r.Body)
		f.bodies = append(f.bodies, string(text))
		var e struct{ Objects []struct{ ID string } }
		if err := json.Unmarshal(text, &e); err != nil {
			t.Error(err)
		}
		var ids []string
		for _, o := range e.Objects {
			ids = append(ids, o.ID)
		}
		take(w, f, ids)
		return true
	}
	return start(t, f)
}

func read(t *testing.T, n int) []*stix.Object {
	var out []*stix.Object
	for i := range n {
		o, err := stix.Read([]byte(report(i, 1)))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, o)
	}
	return out
}

func TestAdd(t *testing.T) {
	t.Parallel()
	n := 0
	f := adding(t, func(w http.ResponseWriter, f *fake, ids []string) {
		if n++; n == 2 { // the answer to what was taken is lost: it is handed in again
			panic(http.ErrAbortHandler)
		}
		f.say(w, 202, taxii.Status{
			ID: "one", Status: "complete", TotalCount: len(ids), SuccessCount: len(ids),
			Receipts: []taxii.ReceiptRef{{ID: ids[0], Leaf: 7}},
		})
	})
	calls := 0
	a, err := dial(t, f.url).Add(t.Context(), collection, read(t, 40), client.AddOptions{Progress: func(client.Added) { calls++ }})
	if err != nil || a.Total != 40 || a.Success != 40 || calls != len(a.Statuses) || len(a.Receipts) != calls {
		t.Errorf("%+v, %v", a, err)
	}
	for _, b := range f.bodies {
		if len(b) > 4000 { // max_content_length of the fake
			t.Errorf("a request of %d bytes", len(b))
		}
	}
}

// One object at fault does not keep the others out.
func TestAddInHalves(t *testing.T) {
	t.Parallel()
	bad := string(key(13, 1).ID)
	for _, status := range []int{400, 413, 422} {
		f := adding(t, func(w http.ResponseWriter, f *fake, ids []string) {
			if slices.Contains(ids, bad) {
				f.say(w, status, map[string]any{"title": "cannot be processed"})
				return
			}
			f.say(w, 202, taxii.Status{ID: "x", Status: "complete", TotalCount: len(ids), SuccessCount: len(ids)})
		})
		a, err := dial(t, f.url).Add(t.Context(), collection, read(t, 40), client.AddOptions{})
		if err != nil || a.Total != 40 || a.Success != 39 || a.Failure != 1 || len(a.Failures) != 1 || a.Failures[0].ID != bad {
			t.Errorf("%d: %+v, %v", status, a, err)
		}
	}
	f := adding(t, func(w http.ResponseWriter, f *fake, _ []string) { f.say(w, 403, map[string]any{"title": "read only"}) })
	_, err := dial(t, f.url).Add(t.Context(), collection, read(t, 4), client.AddOptions{})
	is(t, err, entente.Denied)
}

func TestAddFollowsStatus(t *testing.T) {
	t.Parallel()
	f := adding(t, func(w http.ResponseWriter, f *fake, ids []string) {
		f.say(w, 202, taxii.Status{ID: "s/1", Status: "pending", TotalCount: len(ids), PendingCount: len(ids)})
	})
	post := f.before
	looks, until := 0, 3
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.EscapedPath(), "/status/s%2F1/") {
			s := taxii.Status{ID: "s/1", Status: "pending", TotalCount: 3, PendingCount: 3}
			if looks++; looks >= until {
				s = taxii.Status{
					ID: "s/1", Status: "complete", TotalCount: 3, SuccessCount: 2, FailureCount: 1,
					Failures: []taxii.StatusDetail{{ID: "x", Message: "no\x1b[1m good"}},
				}
			}
			f.say(w, 200, s)
			return true
		}
		return post(w, r)
	}
	a, err := dial(t, f.url).Add(t.Context(), collection, read(t, 3), client.AddOptions{})
	if err != nil || a.Success != 2 || a.Failure != 1 || looks != 3 || strings.Contains(a.Failures[0].Message, "\x1b") {
		t.Errorf("%+v, %v, %d looks", a, err, looks)
	}
	looks, until = 0, 1000 // never complete
	a, err = dial(t, f.url).Add(t.Context(), collection, read(t, 3), client.AddOptions{})
	if err != nil || a.Pending != 3 || looks != 60 {
		t.Errorf("%+v, %v, %d looks", a, err, looks)
	}
}
