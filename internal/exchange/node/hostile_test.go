package node_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/store"
)

// TestHostilePartner: whatever a partner answers, a sync ends, says what it could
// not do, gives no receipt for it, and goes on to the next time.
func TestHostilePartner(t *testing.T) {
	tr := pair(t, inFile)
	tr.share()
	honest, err := tr.est.Handler(node.ServeOptions{PerMinute: -1})
	if err != nil {
		t.Fatal(err)
	}
	var evil func(w http.ResponseWriter, r *http.Request, path string) bool
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path, ok := strings.CutPrefix(r.URL.Path, "/exchange/v1/"); ok && evil(w, r, path) {
			return
		}
		honest.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	if _, err := tr.jpn.Book.Edit(t.Context(), "test", "test", func(s *partner.Settings) error {
		p := s.Partner("estonia")
		p.URL, p.CA = server.URL+"/", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	say := func(on, body string) func(http.ResponseWriter, *http.Request, string) bool {
		return func(w http.ResponseWriter, _ *http.Request, path string) bool {
			if path == on {
				_, _ = w.Write([]byte(body))
			}
			return path == on
		}
	}
	changed := func(on string, change func(*node.Releases)) func(http.ResponseWriter, *http.Request, string) bool {
		return func(w http.ResponseWriter, r *http.Request, path string) bool {
			if path != on {
				return false
			}
			inner := httptest.NewRecorder()
			honest.ServeHTTP(inner, r)
			var list node.Releases
			if err := json.Unmarshal(inner.Body.Bytes(), &list); err != nil {
				t.Error(err)
			}
			change(&list)
			raw, _ := json.Marshal(list)
			_, _ = w.Write(raw)
			return true
		}
	}
	for _, c := range []struct {
		name string
		evil func(http.ResponseWriter, *http.Request, string) bool
	}{
		{"a checkpoint that is none", say("checkpoint", "hello")},
		{"an endless checkpoint", func(w http.ResponseWriter, _ *http.Request, path string) bool {
			for k := 0; path == "checkpoint" && k < 17<<10; k++ {
				_, _ = w.Write(make([]byte, 1<<10))
			}
			return path == "checkpoint"
		}},
		{"the checkpoint of another log", say("checkpoint", note(t, tr.jpn))},
		{"releases that are none", say("releases", "[]")},
		{"releases without end", say("releases", `{"releases":[],"next":-1,"more":true}`)},
		{"releases that are always to come", say("releases", `{"releases":[],"next":-1,"more":true,"pending":true}`)},
		{"an opening that is none", changed("releases", func(l *node.Releases) { l.Releases[0].Opening = "{}" })},
		{"a proof that is none", changed("releases", func(l *node.Releases) { l.Releases[0].Proof = "c2sp.org/tlog-proof@v1" })},
		{"proofs exchanged", changed("releases", func(l *node.Releases) {
			l.Releases[0].Proof, l.Releases[1].Proof = l.Releases[1].Proof, l.Releases[0].Proof
		})},
		{"an opening that was changed", changed("releases", func(l *node.Releases) {
			l.Releases[0].Opening = strings.Replace(l.Releases[0].Opening, `"salt":"`, `"salt":"A`, 1)
		})},
		{"a list that goes back", changed("releases", func(l *node.Releases) { l.Next = -5 })},
		{"a redirect", func(w http.ResponseWriter, r *http.Request, path string) bool {
			http.Redirect(w, r, "https://192.0.2.1/"+path, http.StatusFound)
			return true
		}},
		{"always an error", func(w http.ResponseWriter, _ *http.Request, _ string) bool {
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}},
		{"deep JSON", say("sealed", strings.Repeat("[", 1_000_000))},
		{"an envelope that is none", say("sealed", `{"sealed":[{"leaf":1,"envelope":{"id":"x","created":"y"}}]}`)},
		{"envelopes that go back", say("sealed", `{"sealed":[{"leaf":5,"envelope":{}},{"leaf":5,"envelope":{}}],"more":true}`)},
		{"what was seen is nonsense", say("seen", "hello")},
		{"receipts taken and not told", say("receipts", `{"receipts":[]}`)},
	} {
		t.Run(c.name, func(t *testing.T) {
			evil = c.evil
			forget(t, tr.jpn, "receipts")
			forget(t, tr.jpn, "sealed")
			start := time.Now()
			r, err := tr.jpn.Sync(t.Context(), "estonia", node.SyncOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Faults) == 0 && len(r.Findings) == 0 && !strings.Contains(c.name, "envelope that is none") && !strings.Contains(c.name, "releases") {
				t.Errorf("nobody is told: %+v", r)
			}
			if r.Receipts.Acknowledged != 0 && strings.Contains(c.name, "releases") {
				t.Errorf("receipts were given: %+v", r.Receipts)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
	evil = func(http.ResponseWriter, *http.Request, string) bool { return false }
	if r := tr.sync(tr.jpn, "estonia"); r.Receipts.Waiting+r.Receipts.Refused > 0 || len(r.Findings) > 0 {
		t.Errorf("afterwards: %+v", r)
	}
	if s, err := tr.jpn.Status(t.Context()); err != nil || s.Partners[0].Owed != 0 {
		t.Errorf("receipts are owed for ever: %+v %v", s, err)
	}
}

// forget lets a node forget how far it was with a partner.
func forget(t *testing.T, n *node.Node, place string) {
	t.Helper()
	if err := n.Store.Write(t.Context(), func(ctx context.Context, q store.Querier) error {
		_, err := q.ExecContext(ctx, "DELETE FROM exchange_cursors WHERE place = $1", place)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func note(t *testing.T, n *node.Node) string {
	t.Helper()
	c, err := n.SignNow(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return string(c.Note)
}

// TestTransport: TLS 1.2 at least, no plain HTTP beyond this machine, and a client
// without a credential or with a foreign certificate gets nothing.
func TestTransport(t *testing.T) {
	tr := pair(t, inFile)
	address := tr.est.Config.Listen
	dial := func(c *tls.Config) error {
		c.InsecureSkipVerify = true //nolint:gosec // looks at the versions only
		conn, err := (&tls.Dialer{Config: c}).DialContext(t.Context(), "tcp", address)
		if err == nil {
			err = conn.Close()
		}
		return err
	}
	for _, c := range []struct {
		config *tls.Config
		ok     bool
	}{
		{&tls.Config{MinVersion: tls.VersionTLS13}, true},
		{&tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12}, true},
		{&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, false},                                                                   //nolint:gosec // must be refused
		{&tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}}, false}, //nolint:gosec // must be refused
		{&tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}}, true},
	} {
		if err := dial(c.config); (err == nil) != c.ok {
			t.Errorf("%x to %x %v: %v", c.config.MinVersion, c.config.MaxVersion, c.config.CipherSuites, err)
		}
	}
	if err := tr.est.Serve(t.Context(), node.ServeOptions{Addr: "0.0.0.0:0", Plain: true}); err == nil || !strings.Contains(err.Error(), "this machine only") {
		t.Errorf("plain HTTP for everybody: %v", err)
	}
	// Without its token the partner comes by its certificate alone.
	if err := partner.WriteOutgoing(tr.jpn.Dir, "estonia", ""); err != nil {
		t.Fatal(err)
	}
	record(t, tr.est, "one")
	if r := tr.sync(tr.jpn, "estonia"); !r.Witness.Cosigned {
		t.Errorf("%+v", r)
	}
	// Suspended, it gets nothing any more, whatever it shows.
	if _, err := tr.est.Book.Edit(t.Context(), "test", "test", func(s *partner.Settings) error {
		s.Partner("japan").Suspended = true
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if r, err := tr.jpn.Sync(t.Context(), "estonia", node.SyncOptions{}); err == nil {
		t.Errorf("a suspended partner was served: %+v", r)
	}
	if _, err := tr.est.Sync(t.Context(), "japan", node.SyncOptions{}); err == nil || !strings.Contains(fmt.Sprint(err), "suspended") {
		t.Errorf("a suspended partner was read: %v", err)
	}
}
