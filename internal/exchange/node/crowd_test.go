package node_test

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
)

// door gives the address of Estonia's node, and a client without a credential that
// comes from an address of its own.
func (tr *trial) door(from string) (address string, client *http.Client) {
	tr.t.Helper()
	state, err := tr.jpn.Book.State(tr.t.Context())
	if err != nil {
		tr.t.Fatal(err)
	}
	p, _ := state.Partner("estonia")
	u, err := url.Parse(p.URL)
	if err != nil {
		tr.t.Fatal(err)
	}
	d := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	t := &http.Transport{DialContext: d.DialContext, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // the server is not what is tested
	tr.t.Cleanup(t.CloseIdleConnections)
	return u.Host, &http.Client{Transport: t, Timeout: 20 * time.Second}
}

// TestCrowd: whoever has no credential can neither take all the places, nor fill the
// log, nor make the node answer that it fails.
func TestCrowd(t *testing.T) {
	tr := pair(t, inFile)
	address, stranger := tr.door("127.0.0.2")
	d := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP("127.0.0.3")}, Timeout: 10 * time.Second}
	turned := 0
	for range 300 {
		c, err := d.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		_ = c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			turned++
		}
	}
	if turned != 50 {
		t.Errorf("%d of 300 connections from one address were turned away, want 50", turned)
	}
	statuses := map[int]int{}
	for i := range 120 {
		path := []string{"/taxii2/", "/exchange/v1/"}[i%2]
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+address+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", fmt.Sprintf("Bearer entx_wrong%d", i))
		res, err := stranger.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		statuses[res.StatusCode]++
		if res.StatusCode == http.StatusUnauthorized && !res.Close {
			t.Errorf("a stranger keeps its connection to %s", path)
		}
	}
	if statuses[http.StatusUnauthorized]+statuses[http.StatusTooManyRequests] != 120 || statuses[http.StatusTooManyRequests] == 0 {
		t.Errorf("the answers are %v", statuses)
	}
	if n := strings.Count(tr.logged.String(), "turned away"); n == 0 || n > 20 {
		t.Errorf("120 refusals took %d lines in the log", n)
	}
	if strings.Contains(tr.logged.String(), "entx_wrong") {
		t.Error("the log shows what was tried")
	}
}

// TestMarkOfAnother: what one partner says of a mark opens nothing that came from
// another partner.
func TestMarkOfAnother(t *testing.T) {
	tr := pair(t, inFile)
	const mark = "marking-definition--0a1b2c3d-0000-4000-8000-00000000beef"
	definition := func(level string) map[string]any {
		return map[string]any{
			"type": "marking-definition", "spec_version": "2.1", "id": mark, "created": "2026-01-01T00:00:00.000Z", "name": "Synthetic agreement",
			"extensions": map[string]any{string(handling.Extension2): map[string]any{"extension_type": "property-extension", "tlp_2_0": level}},
		}
	}
	marked := func(n int) map[string]any {
		return map[string]any{
			"type": "campaign", "spec_version": "2.1", "id": fmt.Sprintf("campaign--0a1b2c3d-0000-4000-8000-%012d", n), "created": "2026-01-01T00:00:00.000Z",
			"modified": "2026-01-01T00:00:00.000Z", "name": "Synthetic", "object_marking_refs": []string{mark},
		}
	}
	bundle := func(list ...map[string]any) []byte {
		raw, err := json.Marshal(map[string]any{"type": "bundle", "id": "bundle--0a1b2c3d-0000-4000-8000-000000000001", "objects": list})
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	share := func(raw []byte) {
		t.Helper()
		if _, err := tr.est.Share(t.Context(), node.Request{Files: []node.File{{Name: "x.json", Data: raw}}, Collection: "incidents", Level: handling.Green, Who: "test", Why: "a test"}); err != nil {
			t.Fatal(err)
		}
		// Without comparing: what was read before is not read again.
		if r, err := tr.jpn.Sync(t.Context(), "estonia", node.SyncOptions{}); err != nil || len(r.Faults) > 0 {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	share(bundle(definition("amber"), marked(1)))
	// A third partner, who may write at Japan's node, says that the mark is CLEAR.
	if _, err := tr.jpn.Book.Edit(t.Context(), "test", "test", func(s *partner.Settings) error {
		if err := s.AddPartner(partner.Partner{Partner: handling.Partner{ID: "third"}}); err != nil {
			return err
		}
		s.Collections[0].Writers = append(s.Collections[0].Writers, "third")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	state, err := tr.jpn.Book.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	st, err := tr.jpn.Shelf.Add(t.Context(), "third", state.Settings.Collections[0].ID, strings.NewReader(string(bundle(definition("clear")))))
	if err != nil || st.SuccessCount != 1 {
		t.Fatalf("%+v, %v", st, err)
	}
	share(bundle(marked(2), definition("amber")))
	items, err := tr.jpn.Inbox.List(t.Context(), inbox.Ask{Partner: "estonia"})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, it := range items {
		if it.Type == "campaign" {
			seen++
			if it.Level != handling.Amber {
				t.Errorf("%s came in as %s", it.Object, it.Level)
			}
		}
	}
	if seen != 2 {
		t.Errorf("%d of 2 objects came", seen)
	}
}
