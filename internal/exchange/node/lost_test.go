package node_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"entente"
	"entente/internal/exchange/node"
	"entente/internal/store"
)

// record publishes a record, so that the log grows.
func record(t *testing.T, n *node.Node, id string) {
	t.Helper()
	c := store.Change{Key: store.Key{Kind: "trial", ID: id}, Base: store.Any, State: store.Published, Body: []byte(`{"synthetic":"` + id + `"}`)}
	if _, err := n.Store.Save(t.Context(), store.Reason{Who: "test", Why: "a test"}, c); err != nil {
		t.Fatal(err)
	}
}

// copyFolder copies the files of a node, whose store is closed.
func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	if err := filepath.WalkDir(to, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			err = os.Chmod(path, 0o600)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// listen listens again where a node listened.
func (tr *trial) listen(i int, n *node.Node) {
	tr.t.Helper()
	l, err := net.Listen("tcp", n.Config.Listen)
	if err != nil {
		tr.t.Fatal(err)
	}
	tr.serve(i, n, l)
}

func inFile(*testing.T) string { return "" }

// TestRestoredBackupSignsNothing: after an older backup is restored, partners have
// seen leaves that are not there any more, and nothing is signed.
func TestRestoredBackupSignsNothing(t *testing.T) {
	for name, keysToo := range map[string]bool{"store alone": false, "folder with keys": true} {
		t.Run(name, func(t *testing.T) {
			tr := pair(t, inFile)
			record(t, tr.est, "one")
			first := tr.sync(tr.jpn, "estonia").Witness.Size
			reopen := func() {
				tr.stop[0]()
				if err := tr.est.Close(); err != nil {
					t.Fatal(err)
				}
			}
			backup := filepath.Join(t.TempDir(), "backup")
			reopen()
			copyFolder(t, tr.Nodes[0], backup)
			tr.est = tr.open(0)
			tr.listen(0, tr.est)
			record(t, tr.est, "two")
			tr.clock.move(2e9)
			if r := tr.sync(tr.jpn, "estonia"); !r.Witness.Cosigned || r.Witness.Size != first+1 {
				t.Fatalf("the second record was not seen: %+v", r.Witness)
			}
			reopen()
			if keysToo {
				copyFolder(t, backup, tr.Nodes[0])
			} else {
				for _, end := range []string{"", "-wal", "-shm"} {
					_ = os.Remove(filepath.Join(tr.Nodes[0], "node.entente"+end))
				}
				raw, err := os.ReadFile(filepath.Join(backup, "node.entente"))
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(tr.Nodes[0], "node.entente"), raw, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			tr.est = tr.open(0)
			tr.listen(0, tr.est) // it asks japan first
			record(t, tr.est, "three")
			record(t, tr.est, "four")
			if _, err := tr.est.Checkpoint(t.Context()); entente.KindOf(err) != entente.Conflict {
				t.Errorf("a log that lost leaves was signed: %v", err)
			}
			if _, err := tr.est.SignNow(t.Context()); entente.KindOf(err) != entente.Conflict {
				t.Errorf("a log that lost leaves was signed: %v", err)
			}
			if keysToo {
				if s, err := tr.est.Status(t.Context()); err != nil || s.Halt == nil || s.Halt.From != "japan" {
					t.Errorf("the status does not say it: %+v %v", s, err)
				}
			}
		})
	}
}

// TestSplitView: a node that rewrites its log is found out, cosigned no more, and
// every later sync says so, until a person has settled it.
func TestSplitView(t *testing.T) {
	tr := pair(t, inFile)
	record(t, tr.est, "one")
	tr.sync(tr.jpn, "estonia")
	tr.stop[0]()
	if err := tr.est.Close(); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "backup")
	copyFolder(t, tr.Nodes[0], backup)
	tr.est = tr.open(0)
	tr.listen(0, tr.est)
	record(t, tr.est, "two")
	tr.clock.move(2e9)
	tr.sync(tr.jpn, "estonia")

	// The node goes back and tells another story, longer than the first, and signs it
	// before it can be asked anything.
	tr.stop[0]()
	if err := tr.est.Close(); err != nil {
		t.Fatal(err)
	}
	copyFolder(t, backup, tr.Nodes[0])
	tr.est = tr.open(0)
	record(t, tr.est, "another two")
	record(t, tr.est, "another three")
	if _, err := tr.est.SignNow(t.Context()); err != nil {
		t.Fatal(err)
	}
	tr.listen(0, tr.est)
	for range 2 {
		r, err := tr.jpn.Sync(t.Context(), "estonia", node.SyncOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Witness.Cosigned || len(r.Findings) != 1 || r.Findings[0].What != node.FoundSplit || r.Findings[0].A == "" || r.Findings[0].B == "" {
			t.Errorf("the split view was not found: %+v, faults %v", r.Findings, r.Faults)
		}
	}
	if s, err := tr.jpn.Status(t.Context()); err != nil || len(s.Partners[0].Findings) != 1 {
		t.Errorf("the status does not say it: %+v %v", s, err)
	}
	if !strings.Contains(tr.logged.String(), "level=ERROR") {
		t.Error("nobody is told in the program's log")
	}
	if err := tr.jpn.Settle(t.Context(), "estonia"); err != nil {
		t.Fatal(err)
	}
}

// TestStrangersAndBounds: who shows no credential, or asks for what is not sound,
// gets nothing, and never a 5xx.
func TestStrangersAndBounds(t *testing.T) {
	tr := pair(t, inFile)
	record(t, tr.est, "one")
	tr.sync(tr.jpn, "estonia")
	h, err := tr.est.Handler(node.ServeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	token := tr.token(t, 1)
	for _, c := range []struct {
		name, method, path, token, body string
		want                            int
	}{
		{"nobody", "GET", "/exchange/v1/checkpoint", "", "", 401},
		{"a wrong token", "GET", "/exchange/v1/checkpoint", token[:len(token)-1] + "x", "", 401},
		{"nobody, nowhere", "GET", "/exchange/v1/nowhere", "", "", 401},
		{"nowhere", "GET", "/exchange/v1/nowhere", token, "", 404},
		{"a partner", "GET", "/exchange/v1/", token, "", 200},
		{"the checkpoint", "GET", "/exchange/v1/checkpoint", token, "", 200},
		{"releases", "GET", "/exchange/v1/releases", token, "", 200},
		{"releases from beyond", "GET", "/exchange/v1/releases?after=1000000", token, "", 200},
		{"a bad number", "GET", "/exchange/v1/releases?after=x", token, "", 400},
		{"a number twice", "GET", "/exchange/v1/releases?after=1&after=2", token, "", 400},
		{"a number too large", "GET", "/exchange/v1/releases?after=99999999999999999999", token, "", 400},
		{"no page", "GET", "/exchange/v1/releases?limit=0", token, "", 400},
		{"somebody else's leaf", "GET", "/exchange/v1/proof?leaf=0", token, "", 404},
		{"a leaf that is not there", "GET", "/exchange/v1/proof?leaf=12345", token, "", 404},
		{"no leaf", "GET", "/exchange/v1/proof", token, "", 404},
		{"consistency from nothing", "GET", "/exchange/v1/consistency?older=0&newer=1", token, "", 400},
		{"consistency of the future", "GET", "/exchange/v1/consistency?older=1&newer=1000", token, "", 400},
		{"consistency", "GET", "/exchange/v1/consistency?older=1&newer=1", token, "", 200},
		{"no cosignature", "POST", "/exchange/v1/cosignature", token, "hello", 400},
		{"a large cosignature", "POST", "/exchange/v1/cosignature", token, strings.Repeat("x", 100_000), 413},
		{"no receipts", "POST", "/exchange/v1/receipts", token, "{}", 400},
		{"no JSON", "POST", "/exchange/v1/receipts", token, "\x00", 400},
		{"a false receipt", "POST", "/exchange/v1/receipts", token, `{"receipts":["x"]}`, 200},
		{"large receipts", "POST", "/exchange/v1/receipts", token, `{"receipts":["` + strings.Repeat("x", 5<<20) + `"]}`, 413},
		{"never signed", "POST", "/exchange/v1/seen", token, "x", 400},
		{"sealed", "GET", "/exchange/v1/sealed", token, "", 200},
		{"a bad method", "DELETE", "/exchange/v1/sealed", token, "", 404},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := request(t, c.method, "https://localhost"+c.path, c.token, c.body)
			w := answer(h, r)
			if w.Code != c.want {
				t.Errorf("%s %s: %d %s, want %d", c.method, c.path, w.Code, w.Body, c.want)
			}
			if w.Code == 401 && w.Header().Get("WWW-Authenticate") == "" {
				t.Error("no WWW-Authenticate")
			}
			if c.token != "" && strings.Contains(w.Body.String(), c.token) {
				t.Error("the answer repeats the token")
			}
		})
	}
}

func request(t *testing.T, method, url, token, body string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r
}

func answer(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
