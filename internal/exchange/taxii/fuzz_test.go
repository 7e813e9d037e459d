package taxii_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
	"entente/internal/exchange/taxii/taxiitest"
)

// filled serves a plain backend with some objects.
func filled(f *testing.F) http.Handler {
	m := taxiitest.NewMemory(func() time.Time { return time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC) })
	m.Login("token", "est")
	m.Open(taxii.Collection{ID: place, Title: "Synthetic", Alias: "alias"}, map[string]taxiitest.Rights{"est": {Read: true, Write: true}})
	s := server(f, m, taxii.Options{MaxContent: 1 << 16})
	var body bytes.Buffer
	body.WriteString(`{"objects":[`)
	n := 0
	for raw := range stix.Synthetic(20, 1, []stix.ID{taxiitest.Clear}) {
		if n++; n > 1 {
			body.WriteByte(',')
		}
		body.Write(raw)
	}
	body.WriteString("]}")
	if w := do(s, "POST", objects, &body, "Authorization", "Bearer token"); w.Code != http.StatusAccepted {
		f.Fatalf("%d %s", w.Code, w.Body)
	}
	return s
}

// answered checks what holds for every answer.
func answered(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code >= 500 || w.Header().Get("Content-Type") != taxii.MediaType {
		t.Fatalf("%d %s %s", w.Code, w.Header(), w.Body)
	}
	if w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
		t.Fatalf("no JSON: %s", w.Body)
	}
	var e struct{ Title string }
	if w.Code >= 400 && w.Body.Len() > 0 && (json.Unmarshal(w.Body.Bytes(), &e) != nil || e.Title == "") {
		t.Fatalf("no title: %s", w.Body)
	}
}

// Any query is answered with a page or refused; what is given stands in order.
func FuzzFilter(f *testing.F) {
	s := filled(f)
	for _, q := range []string{
		"", "limit=3", "match[type]=relationship,tool&match[version]=all", "added_after=2026-11-28T09:00:00.000003Z", "match[version]=first,2021-02-19T08:01:30.000Z",
		"match[id]=tool--1f6d2a9b-7c01-4b8e-8a53-0c5a9d1e5b1f", "next=AAAA", "match[spec_version]=2.0,2.1", "limit=%00", "match[version]=all,last", "a=b;c", "%",
	} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"objects", "manifest"} {
			r := httptest.NewRequest("GET", strings.Replace(objects, "objects", path, 1), nil)
			r.URL.RawQuery = query
			r.Header.Set("Authorization", "Bearer token")
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			answered(t, w)
			if w.Code != 200 && w.Code != 400 {
				t.Fatalf("%d", w.Code)
			}
			var p struct {
				Objects []struct {
					Added string `json:"date_added"`
				}
			}
			_ = json.Unmarshal(w.Body.Bytes(), &p)
			for i := 1; i < len(p.Objects) && path == "manifest"; i++ {
				if p.Objects[i].Added <= p.Objects[i-1].Added {
					t.Fatalf("%s", w.Body)
				}
			}
		}
	})
}

// No text but one that was given for the query is taken for next.
func FuzzNext(f *testing.F) {
	s := filled(f)
	query := func(next string) string {
		return objects + "?limit=4&match[type]=relationship&next=" + url.QueryEscape(next)
	}
	given := map[string]bool{}
	at := strings.TrimSuffix(query(""), "&next=")
	for {
		var p struct{ Next string }
		_ = json.Unmarshal(do(s, "GET", at, nil, "Authorization", "Bearer token").Body.Bytes(), &p)
		if p.Next == "" {
			break
		}
		given[p.Next] = true
		f.Add(p.Next)
		at = query(p.Next)
	}
	if len(given) < 2 {
		f.Fatal(given)
	}
	f.Add("")
	f.Add("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, next string) {
		w := do(s, "GET", query(next), nil, "Authorization", "Bearer token")
		answered(t, w)
		if (w.Code == 200) != (given[next] || next == "") {
			t.Fatalf("%q: %d", next, w.Code)
		}
	})
}

// The whole handler answers any request, and none is a fault of the server.
func FuzzRequest(f *testing.F) {
	s := filled(f)
	f.Add("GET", objects, "limit=2", "application/taxii+json;version=2.1", "", "", []byte(nil))
	f.Add("POST", objects, "", "*/*", "application/taxii+json", "", []byte(`{"objects":[{"type":"tool"}]}`))
	f.Add("POST", objects, "", "", "", "gzip", []byte{0x1f, 0x8b, 8, 0})
	f.Add("DELETE", objects+"tool--1f6d2a9b-7c01-4b8e-8a53-0c5a9d1e5b1f/", "match[version]=all", "a;q=,b", "", "", []byte(nil))
	f.Add("HEAD", taxii.RootPath+"status/x/", "", "application/taxii+json;version=\"2.1\";q=0.1", "", "", []byte(nil))
	f.Add("GET", taxii.RootPath+"collections/alias/manifest", "match[version]=all", "", "", "identity", []byte(nil))
	f.Add("PUT", "/taxii2/exchange//", "", "", "", "", []byte("x"))
	f.Fuzz(func(t *testing.T, method, path, query, accept, content, packing string, body []byte) {
		r := httptest.NewRequest("GET", "/", bytes.NewReader(body))
		r.Method, r.URL.Path, r.URL.RawQuery = method, path, query
		r.Header.Set("Authorization", "Bearer token")
		r.Header["Accept"], r.Header["Content-Type"], r.Header["Content-Encoding"] = []string{accept}, []string{content}, []string{packing}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		answered(t, w)
	})
}
