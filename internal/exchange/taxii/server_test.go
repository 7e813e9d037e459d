package taxii_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// The server asks on when a backend looked at much and found nothing, since a
// client could not go on from an empty page.
func TestEmptyTurns(t *testing.T) {
	var asked []taxii.Stamp
	b := &fake{page: func(q taxii.Query) (*taxii.Page, error) {
		asked = append(asked, q.After)
		if q.After < 3 {
			return &taxii.Page{More: true, Next: q.After + 1}, nil
		}
		return &taxii.Page{Records: records(2, 1), More: true, Next: 9}, nil
	}}
	w := do(server(t, b, taxii.Options{}), "GET", objects, nil)
	if w.Code != 200 || !slices.Equal(asked, []taxii.Stamp{0, 1, 2, 3}) || w.Header().Get("X-TAXII-Date-Added-Last") != "2023-11-14T22:13:20.000001Z" {
		t.Errorf("%d, asked behind %v: %v", w.Code, asked, w.Header())
	}
	stuck := &fake{page: func(taxii.Query) (*taxii.Page, error) { return &taxii.Page{More: true}, nil }}
	if w := do(server(t, stuck, taxii.Options{}), "GET", objects, nil); w.Code != 200 {
		t.Errorf("a backend that does not move: %d", w.Code)
	}
}

// An envelope of any size is what its objects are, with its length told before.
func TestStream(t *testing.T) {
	for _, n := range []int{1, 2, 100, 1000} {
		for _, size := range []int{0, 1, 1000, 128<<10 - 30, 128 << 10, 300 << 10} {
			if n*size > 32<<20 {
				continue
			}
			list := records(n, size)
			b := &fake{page: func(taxii.Query) (*taxii.Page, error) { return &taxii.Page{Records: list, More: true, Next: 7}, nil }}
			w := do(server(t, b, taxii.Options{}), "GET", objects, nil)
			var got struct {
				More    bool
				Next    string
				Objects []json.RawMessage
			}
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got.Objects) != n || !got.More || got.Next == "" {
				t.Fatalf("%d objects of %d: %v", n, size, err)
			}
			for i := range list {
				if string(got.Objects[i]) != string(list[i].Body) {
					t.Fatalf("%d objects of %d: object %d differs", n, size, i)
				}
			}
			if w.Header().Get("Content-Length") == "" || w.Header().Get("Content-Length") != itoa(w.Body.Len()) {
				t.Fatalf("%d objects of %d: %s, %d", n, size, w.Header().Get("Content-Length"), w.Body.Len())
			}
		}
	}
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

// A page costs the same number of allocations however many objects it has.
func TestAllocations(t *testing.T) {
	count := func(n int, path string) float64 {
		list := records(n, 1000)
		b := &fake{page: func(taxii.Query) (*taxii.Page, error) { return &taxii.Page{Records: list}, nil }}
		s := server(t, b, taxii.Options{})
		w := &discard{header: http.Header{}}
		r := httptest.NewRequest("GET", path, nil)
		return testing.AllocsPerRun(20, func() { s.ServeHTTP(w, r) })
	}
	manifest := strings.Replace(objects, "objects", "manifest", 1)
	for _, path := range []string{objects, manifest} {
		if few, many := count(10, path), count(1000, path); many > few+5 {
			t.Errorf("%s: %v allocations for 10 objects, %v for 1000", path, few, many)
		}
	}
}

type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

func TestGzip(t *testing.T) {
	b := &fake{page: func(taxii.Query) (*taxii.Page, error) { return &taxii.Page{Records: records(50, 1000)}, nil }}
	plain := do(server(t, b, taxii.Options{}), "GET", objects, nil, "Accept-Encoding", "gzip")
	if plain.Header().Get("Content-Encoding") != "" {
		t.Fatal("packed though it is not set")
	}
	s := server(t, b, taxii.Options{Gzip: true})
	for accept, want := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "": false, "identity": false} {
		w := do(s, "GET", objects, nil, "Accept-Encoding", accept)
		packed := w.Header().Get("Content-Encoding") == "gzip"
		var body io.Reader = w.Body
		if packed {
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		text, err := io.ReadAll(body)
		if err != nil || packed != want || string(text) != plain.Body.String() {
			t.Errorf("%q: packed %v, %d bytes, %v", accept, packed, len(text), err)
		}
	}
}

// With the address of the server, the roots are named in full.
func TestDiscovery(t *testing.T) {
	for url, want := range map[string]string{"": "/taxii2/exchange/", "https://node.example:6443/": "https://node.example:6443/taxii2/exchange/"} {
		w := do(server(t, &fake{}, taxii.Options{URL: url}), "GET", "/taxii2/", nil)
		if !strings.Contains(w.Body.String(), `"api_roots":["`+want+`"]`) {
			t.Errorf("%s", w.Body)
		}
	}
}

// The smaller of the server's and the node's bound counts, and is told.
func TestContentBound(t *testing.T) {
	for _, c := range []struct{ server, node, want int64 }{{100, 0, 100}, {100, 50, 50}, {100, 500, 100}} {
		s := server(t, &fake{root: taxii.RootInfo{MaxContentLength: c.node}}, taxii.Options{MaxContent: c.server})
		if w := do(s, "GET", taxii.RootPath, nil); !strings.Contains(w.Body.String(), `"max_content_length":`+itoa(int(c.want))) {
			t.Errorf("%s", w.Body)
		}
		for n, want := range map[int64]int{c.want: 202, c.want + 1: 413} {
			for _, r := range []io.Reader{strings.NewReader(strings.Repeat(" ", int(n))), io.MultiReader(strings.NewReader(strings.Repeat(" ", int(n))))} {
				if w := do(s, "POST", objects, r); w.Code != want {
					t.Errorf("%d bytes of %d: %d, want %d", n, c.want, w.Code, want)
				}
			}
		}
	}
}

// What is asked reaches the backend as it was meant.
func TestQuery(t *testing.T) {
	var got taxii.Query
	b := &fake{page: func(q taxii.Query) (*taxii.Page, error) { got = q; return &taxii.Page{Known: true}, nil }}
	s := server(t, b, taxii.Options{})
	const id = "campaign--1f6d2a9b-7c01-4b8e-8a53-0c5a9d1e5b1f"
	ask := func(method, path string) taxii.Query {
		t.Helper()
		got = taxii.Query{}
		if w := do(s, method, path, nil); w.Code != 200 {
			t.Fatalf("%s: %d %s", path, w.Code, w.Body)
		}
		return got
	}
	if q := ask("GET", objects); q.Limit != 100 || !q.Bodies || q.Bytes != 16<<20 {
		t.Errorf("%+v", q)
	}
	if q := ask("HEAD", objects); q.Bodies {
		t.Error("HEAD hands over objects")
	}
	if q := ask("GET", objects+"?limit=5000&added_after=1970-01-01T00:00:01.0000029Z"); q.Limit != 1000 || q.AddedAfter != 1_000_002 || q.After != q.AddedAfter {
		t.Errorf("%+v", q)
	}
	if q := ask("GET", objects+"?added_after=1950-01-01T00:00:00Z"); q.AddedAfter != 0 {
		t.Errorf("%+v", q)
	}
	if q := ask("GET", objects+id+"/versions/?match[version]=last"); !q.Versions.All || q.Bodies || q.Object != id {
		t.Errorf("%+v", q)
	}
	if q := ask("GET", objects+"?match[version]="+taxii.Unversioned); len(q.Versions.Exact) != 2 || !q.Versions.Exact[0].IsZero() {
		t.Errorf("%+v", q)
	}
	if w := do(s, "DELETE", objects+id+"/", nil); w.Code != 200 || !b.deleted[0].All {
		t.Errorf("%d %+v", w.Code, b.deleted)
	}
	b.page = func(taxii.Query) (*taxii.Page, error) { return &taxii.Page{Known: true, Records: records(1, 1)}, nil }
	want, _ := stix.ParseTime("2024-01-02T03:04:05.678Z")
	if w := do(s, "DELETE", objects+id+"/?match[spec_version]=2.1", nil); w.Code != 200 || len(b.deleted[1].Exact) != 1 || b.deleted[1].All || !b.deleted[1].Exact[0].Equal(want) {
		t.Errorf("%d %+v", w.Code, b.deleted)
	}
}

// A place that the client may not know of cannot be read from next, and the same
// place looks different in another query.
func TestNextIsSealed(t *testing.T) {
	b := &fake{page: func(taxii.Query) (*taxii.Page, error) {
		return &taxii.Page{Records: records(1, 1), More: true, Next: 1_700_000_000_000_000}, nil
	}}
	next := func(s *taxii.Server, path string) string {
		var got struct{ Next string }
		if err := json.Unmarshal(do(s, "GET", path, nil).Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		return got.Next
	}
	s := server(t, b, taxii.Options{})
	a := next(s, objects)
	if len(a) != 32 || a != next(s, objects) || a[24:] == next(s, objects+"?match[type]=tool")[24:] {
		t.Errorf("%s", a)
	}
	if again := server(t, b, taxii.Options{}); do(again, "GET", objects+"?next="+a, nil).Code != 200 {
		t.Error("another process with the same key refuses it")
	}
	other := server(t, b, taxii.Options{NextKey: []byte("another sixteen!")})
	if do(other, "GET", objects+"?next="+a, nil).Code != 400 {
		t.Error("a server with another key takes it")
	}
}
