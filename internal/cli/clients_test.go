package cli

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
)

// tool is a client of another make, as its public source shows it: what it sends,
// and what it does with the answer. The tools themselves are not run here.
type tool struct {
	t    *testing.T
	root string // https://host:port
	http *http.Client
	auth string
}

// served serves a node over TCP and TLS.
func served(t *testing.T, dir string) (root string, n *node.Node) {
	t.Helper()
	n, err := node.Open(t.Context(), dir, node.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- n.ServeOn(ctx, l, node.ServeOptions{}) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		_ = n.Close()
	})
	return "https://" + l.Addr().String(), n
}

// trusting is a client that knows the node's authority.
func trusting(t *testing.T, dir string, certs ...tls.Certificate) *http.Client {
	t.Helper()
	ca, err := partner.CABundle(dir)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: certs, ServerName: "est.test", MinVersion: tls.VersionTLS12}}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: time.Minute}
}

// do sends one request and decodes the answer.
func (c *tool) do(method, path string, header map[string]string, body []byte, into any) (int, http.Header) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.root+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.auth != "" {
		r.Header.Set("Authorization", c.auth)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	res, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(data, into); err != nil {
			c.t.Fatalf("%s %s: %v: %s", method, path, err, data)
		}
	}
	return res.StatusCode, res.Header
}

type envelope struct {
	More    bool             `json:"more"`
	Next    string           `json:"next"`
	Objects []map[string]any `json:"objects"`
}

var accept21 = map[string]string{"Accept": "application/taxii+json;version=2.1"}

// TestOtherTools asks a served node as the OASIS client, MISP and OpenCTI do.
func TestOtherTools(t *testing.T) {
	dir, _ := sharingNode(t)
	root, n := served(t, dir)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := n.Book.Edit(t.Context(), "test", "test", func(s *partner.Settings) error {
		s.Collection("notes").Writers = []string{"fin"}
		return s.SetMember("pair", "fin", handling.Amber)
	})
	must(err)
	until := time.Now().AddDate(0, 1, 0)
	token, _, err := n.Book.NewToken(t.Context(), "test", "fin", "test", until)
	must(err)
	password, _, err := n.Book.NewPassword(t.Context(), "test", "fin", "test", "", until)
	must(err)
	state, err := n.Book.State(t.Context())
	must(err)
	c, _ := state.Collection("notes")
	basic := base64.StdEncoding.EncodeToString([]byte("fin:" + password))
	all := 5 // three marks and two notes

	t.Run("OASIS client", func(t *testing.T) { oasis(t, &tool{t, root, trusting(t, dir), "Basic " + basic}, c.ID, all) })
	t.Run("MISP", func(t *testing.T) { misp(t, &tool{t, root, trusting(t, dir), "basic " + basic}, c.ID, all) })
	all++ // MISP pushed a note
	t.Run("OpenCTI", func(t *testing.T) { opencti(t, &tool{t, root, trusting(t, dir), "Bearer " + token}, n, c.ID, all) })
	t.Run("a client certificate", func(t *testing.T) {
		base := filepath.Join(t.TempDir(), "fin")
		if code, _, errs := run(t, 0, nil, "partner", "certificate", "fin", "--output", base, "--name", "x", "--node", dir); code != 0 {
			t.Fatal(errs)
		}
		pair, err := tls.LoadX509KeyPair(base+".crt", base+".key")
		must(err)
		time.Sleep(partner.Lag) // made by another process, so to say
		c := &tool{t: t, root: root, http: trusting(t, dir, pair)}
		if status, _ := c.do("GET", "/taxii2/exchange/collections/", accept21, nil, nil); status != 200 {
			t.Errorf("status %d", status)
		}
	})
}

// oasis walks as taxii2-client 2.3.0 does: from the discovery to the collections,
// and through the pages of one with as_pages, which repeats the query with next.
// It refuses other media types, a collection whose id is not in its address, and
// fields that are missing.
func oasis(t *testing.T, c *tool, id string, all int) {
	var discovery struct {
		Title    string   `json:"title"`
		Default  string   `json:"default"`
		APIRoots []string `json:"api_roots"`
	}
	_, h := c.do("GET", "/taxii2/", accept21, nil, &discovery)
	if got := strings.ReplaceAll(h.Get("Content-Type"), " ", ""); got != "application/taxii+json;version=2.1" {
		t.Errorf("media type %q", got)
	}
	if discovery.Title == "" || len(discovery.APIRoots) != 1 {
		t.Fatalf("discovery %+v", discovery)
	}
	var list struct {
		Collections []struct {
			ID, Title string
			CanRead   *bool `json:"can_read"`
			CanWrite  *bool `json:"can_write"`
		} `json:"collections"`
	}
	c.do("GET", discovery.APIRoots[0]+"collections/", accept21, nil, &list)
	if len(list.Collections) != 1 || list.Collections[0].ID != id || list.Collections[0].Title == "" || list.Collections[0].CanRead == nil || list.Collections[0].CanWrite == nil {
		t.Fatalf("collections %+v", list)
	}
	for _, kind := range []string{"objects", "manifest"} {
		for _, per := range []int{0, 1, 2} { // 0: no limit is sent, and the size of the first page taken for the next ones
			seen := map[any]int{}
			query := url.Values{}
			if per > 0 {
				query.Set("limit", fmt.Sprint(per))
			}
			for i := 0; ; i++ {
				var e envelope
				if status, _ := c.do("GET", discovery.APIRoots[0]+"collections/"+id+"/"+kind+"/?"+query.Encode(), accept21, nil, &e); status != 200 || i > 20 {
					t.Fatalf("%s, %d per request: status %d at page %d", kind, per, status, i+1)
				}
				for _, o := range e.Objects {
					seen[o["id"]]++
				}
				if !e.More {
					break
				}
				if per != len(e.Objects) {
					per = len(e.Objects)
				}
				query.Set("limit", fmt.Sprint(per))
				query.Set("next", e.Next)
			}
			if len(seen) != all {
				t.Errorf("%s, %d per request: %d objects, want %d", kind, per, len(seen), all)
			}
			for o, n := range seen {
				if n != 1 {
					t.Errorf("%s: %v came %d times", kind, o, n)
				}
			}
		}
	}
}

// misp looks into a collection and pushes events as MISP's TAXII servers do: the
// base address and the API root apart, the scheme "basic" in small letters, a media
// type on GET too, an empty next, and the OASIS client for pushing.
func misp(t *testing.T, c *tool, id string, all int) {
	both := map[string]string{"Accept": accept21["Accept"], "Content-Type": accept21["Accept"]}
	apiRoot := "/taxii2/exchange" // as it stands in MISP, without the last slash
	var e envelope
	if status, _ := c.do("GET", apiRoot+"/collections/"+id+"/objects/?limit=50&next=", both, nil, &e); status != 200 || len(e.Objects) != all {
		t.Errorf("status %d, %d objects, want %d", status, len(e.Objects), all)
	}
	var info struct {
		Max int `json:"max_content_length"`
	}
	if c.do("GET", apiRoot+"/", accept21, nil, &info); info.Max <= 0 {
		t.Errorf("max_content_length %d", info.Max)
	}
	body := noteJSON("0c", handling.Amber)
	raw := map[string]any{}
	code, _ := c.do("POST", apiRoot+"/collections/"+id+"/objects/", both, []byte(`{"objects":[`+body+`]}`), &raw)
	if code != http.StatusAccepted || raw["status"] != "complete" || raw["success_count"] != 1.0 || raw["failure_count"] != 0.0 {
		t.Errorf("push: %d %v", code, raw)
	}
}

// opencti polls as OpenCTI's TAXII feeds do: next with the old added_after while
// there is more, then the date of the last object cut to milliseconds; and pushes as
// its TAXII POST connector does: a bundle, called STIX.
func opencti(t *testing.T, c *tool, n *node.Node, id string, all int) {
	got := map[any]int{}
	added, next := "", ""
	poll := func() {
		t.Helper()
		query := url.Values{"limit": {"2"}}
		if added != "" {
			query.Set("added_after", added)
		}
		if next != "" {
			query.Set("next", next)
		}
		var e envelope
		status, h := c.do("GET", "/taxii2/exchange/collections/"+id+"/objects/?"+query.Encode(), accept21, nil, &e)
		if status != 200 {
			t.Fatalf("status %d", status)
		}
		next = ""
		if len(e.Objects) == 0 {
			if e.More {
				t.Fatal("an empty page with more: the feed would begin again")
			}
			return
		}
		for _, o := range e.Objects {
			got[o["id"]]++
		}
		if e.More && e.Next != "" {
			next = e.Next
			return
		}
		last, err := time.Parse(time.RFC3339Nano, h.Get("X-TAXII-Date-Added-Last"))
		if err != nil {
			t.Fatal(err)
		}
		added = last.UTC().Format("2006-01-02T15:04:05.000Z") // cut off, as it does
	}
	for range 6 {
		poll()
	}
	if len(got) != all {
		t.Errorf("%d objects, want %d", len(got), all)
	}
	bundle := `{"type":"bundle","spec_version":"2.1","id":"bundle--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1bff","objects":[` + noteJSON("0d", handling.Green) + `]}`
	raw := map[string]any{}
	code, _ := c.do("POST", "/taxii2/exchange/collections/"+id+"/objects/", map[string]string{
		"Content-Type": "application/stix+json; version=2.1", "Accept": "application/taxii+json; version=2.1",
	}, []byte(bundle), &raw)
	if code != http.StatusAccepted || raw["success_count"] != 1.0 {
		t.Errorf("push: %d %v", code, raw)
	}
	for range 6 {
		poll()
	}
	if len(got) != all+1 {
		t.Errorf("after the push: %d objects, want %d", len(got), all+1)
	}
	if _, err := n.Shelf.Versions(t.Context(), stix.ID("note--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b0d")); err != nil {
		t.Error(err)
	}
}

func noteJSON(end string, l handling.TLP) string {
	return `{"type":"note","spec_version":"2.1","id":"note--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b` + end + `","created":"2026-01-02T03:04:05.678Z","modified":"2026-01-02T03:04:05.678Z",` +
		`"content":"SYNTHETIC","object_refs":["identity--0c5a9d1e-5b1f-4b8e-8a53-1f6d2a9b7c01"],"object_marking_refs":["` + string(l.Mark()) + `"]}`
}
