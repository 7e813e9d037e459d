package cli

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
)

// ministries are two nodes that serve each other on this machine, used through the
// commands.
type ministries struct {
	t        *testing.T
	dir      string
	est, jpn string // --node
	position string
}

func openMinistries(t *testing.T) *ministries {
	t.Helper()
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatal(err)
	}
	var list [2]net.Listener
	o := node.TrialOptions{Corpus: c}
	for i := range list {
		if list[i], err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		o.Ports[i] = list[i].Addr().(*net.TCPAddr).Port
	}
	made, err := node.Trial(t.Context(), filepath.Join(t.TempDir(), "trial"), o)
	if err != nil {
		t.Fatal(err)
	}
	for i, dir := range made.Nodes {
		n, err := node.Open(t.Context(), dir, node.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- n.ServeOn(ctx, list[i], node.ServeOptions{PerMinute: -1}) }()
		t.Cleanup(func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
			_ = n.Close()
		})
	}
	return &ministries{t, made.Dir, made.Nodes[0], made.Nodes[1], made.Position}
}

// run runs a command on a node and checks its exit code; it gives what it printed.
func (m *ministries) run(code int, node string, args ...string) (stdout, stderr string) {
	m.t.Helper()
	var out, errs strings.Builder
	app := &App{Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" }, Version: "test", Terminal: func() (int, bool) { return 0, false }}
	if node != "" {
		args = append(args, "--node", node)
	}
	if got := app.Run(m.t.Context(), args); got != code {
		m.t.Fatalf("%v: exit code %d, want %d\n%s%s", args, got, code, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

// says checks that a text says all of it, whatever the line breaks.
func says(t *testing.T, text string, parts ...string) {
	t.Helper()
	flat := strings.Join(strings.Fields(text), " ")
	for _, p := range parts {
		if !strings.Contains(flat, p) {
			t.Errorf("it does not say %q:\n%s", p, text)
		}
	}
}

// figure is a comparison from the store of a node.
func (m *ministries) figure(node string) string {
	m.t.Helper()
	out, _ := m.run(0, "", "compare", "est", "jpn", "--format", "json", "--db", filepath.Join(node, "node.entente"))
	return out
}

func (m *ministries) waiting(record string) string {
	m.t.Helper()
	out, _ := m.run(0, m.jpn, "inbox", "--record", record, "--format", "json")
	var v struct {
		Items []struct {
			N int64 `json:"n"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(out), &v); err != nil || len(v.Items) != 1 {
		m.t.Fatalf("%v %s", err, out)
	}
	return itoa(int(v.Items[0].N))
}

func TestSharingBetweenTwoNodes(t *testing.T) {
	m := openMinistries(t)
	before := m.figure(m.jpn)

	// What would go, and then just that.
	out, _ := m.run(0, m.est, "share", m.position, "--collection", "positions", "--level", "green", "--dry-run")
	says(t, out, "Into positions", "Asked for – 1 object", m.position+": new, GREEN", "goes to japan", "objects go", "Plan ")
	plan := regexp.MustCompile(`Plan ([0-9a-f]{12})`).FindStringSubmatch(out)[1]
	_, errs := m.run(4, m.est, "share", m.position, "--collection", "positions", "--level", "clear", "--plan", plan)
	says(t, errs, "has changed since it was shown")
	_, errs = m.run(5, m.est, "share", m.position, "--collection", "positions", "--level", "red")
	says(t, errs, "RED never goes into a collection", "entente seal")
	m.run(2, m.est, "share", m.position, "--collection", "positions", "--level", "purple")
	m.run(3, m.est, "share", "no-such-record", "--collection", "positions")
	m.run(2, m.est, "share", m.position)
	out, _ = m.run(0, m.est, "share", m.position, "--collection", "positions", "--level", "green", "--plan", plan)
	says(t, out, "Done: ", "added to positions")
	out, _ = m.run(0, m.est, "share", m.position, "--collection", "positions", "--level", "green", "--format", "json")
	var v struct {
		Schema string `json:"schema"`
		Adds   int    `json:"adds"`
		Done   bool   `json:"done"`
	}
	if err := json.Unmarshal([]byte(out), &v); err != nil || v.Schema != "entente.share/1" || v.Adds != 0 || !v.Done {
		t.Errorf("%v %+v", err, v)
	}
	out, _ = m.run(0, m.est, "share", "--file", filepath.Join(m.dir, "incident.json"), "--collection", "incidents", "--level", "amber", "--verbose")
	says(t, out, "in "+filepath.Join(m.dir, "incident.json"), "AMBER", "Done: 1 object added")

	// It arrives and counts in no figure.
	m.run(0, m.jpn, "sync", "estonia")
	if m.figure(m.jpn) != before {
		t.Fatal("what came in changed a figure")
	}
	out, _ = m.run(0, m.jpn, "inbox")
	says(t, out, "for a decision", m.position+", from estonia, GREEN", "incident--", "AMBER")
	n := m.waiting(m.position)
	out, _ = m.run(0, m.jpn, "inbox", "show", n)
	says(t, out, "Item "+n, "a new record", "stance", "Missing here", "--with-needed")
	out, _ = m.run(0, m.jpn, "inbox", "show", n, "--raw")
	says(t, out, `"type":"opinion"`)
	_, errs = m.run(2, m.jpn, "inbox", "accept", n, "--publish")
	says(t, errs, "which is not published here", "--with-needed")
	m.run(2, m.jpn, "inbox", "accept", "x")
	m.run(3, m.jpn, "inbox", "accept", "99999")
	m.run(2, m.jpn, "inbox", "reject", n)
	m.run(2, m.jpn, "inbox", "merge", n)
	out, _ = m.run(0, m.jpn, "inbox", "accept", n, "--with-needed", "--publish")
	says(t, out, "records written, published", m.position)
	_, id, _ := strings.Cut(m.position, ":")
	if strings.Contains(before, id) || !strings.Contains(m.figure(m.jpn), id) {
		t.Fatal("what was accepted and published does not count")
	}

	// It is withdrawn, and confirmed with the next sync.
	out, _ = m.run(0, m.est, "withdraw", m.position, "--dry-run")
	says(t, out, "To be withdrawn, for good: 1 object", "has fetched the withdrawal of 0 of 1")
	out, _ = m.run(0, m.est, "withdraw", m.position, "--why", "a test")
	says(t, out, "Done: 1 object is withdrawn")
	out, _ = m.run(0, m.est, "withdraw", "--list")
	says(t, out, "not confirmed by 1 of 1: japan")
	m.run(0, m.jpn, "sync", "estonia")
	out, _ = m.run(0, m.est, "withdraw", "--list")
	says(t, out, "confirmed by all 1 who had it")
	out, _ = m.run(0, m.jpn, "inbox")
	says(t, out, "1 of them takes back what was accepted here", "withdrawn by its owner")
	out, _ = m.run(0, m.jpn, "inbox", "accept", m.waiting(m.position), "--publish")
	says(t, out, "1 record retired")
	if strings.Contains(m.figure(m.jpn), id) {
		t.Error("what was withdrawn and retired still counts")
	}
	_, errs = m.run(5, m.est, "share", m.position, "--collection", "positions", "--level", "green")
	says(t, errs, "for good")
}

func TestSealingBetweenTwoNodes(t *testing.T) {
	m := openMinistries(t)
	key := filepath.Join(t.TempDir(), "duty-officer.key")
	public, _ := m.run(0, "", "seal", "keygen", key)
	m.run(4, "", "seal", "keygen", key)
	n, err := node.Open(t.Context(), m.est, node.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = n.Book.Edit(t.Context(), "test", "test", func(s *partner.Settings) error {
		p := s.Partner("japan")
		p.Recipients = append(p.Recipients, partner.Recipient{Name: "duty-officer", Key: strings.TrimSpace(public)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = n.Close()
	file := filepath.Join(m.dir, "incident.json")
	m.run(2, m.est, "seal", "--file", file)
	m.run(3, m.est, "seal", "--file", file, "--to", "japan/minister")
	out, _ := m.run(0, m.est, "seal", "--file", file, "--to", "japan/duty-officer", "--dry-run")
	says(t, out, "1 object would be sealed as RED", "To japan/duty-officer")
	dir := t.TempDir()
	out, _ = m.run(0, m.est, "seal", "--file", file, "--to", "japan/duty-officer", "--out", dir)
	says(t, out, "1 object sealed as RED", "envelope x-entente-sealed--")
	id := regexp.MustCompile(`x-entente-sealed--[0-9a-f-]{36}`).FindString(out)

	m.run(0, m.jpn, "sync", "estonia")
	out, _ = m.run(0, m.jpn, "seal", "list")
	says(t, out, "1 envelope", id+", from estonia for duty-officer")
	bundle := filepath.Join(t.TempDir(), "bundle.json")
	m.run(2, m.jpn, "seal", "open", id)
	m.run(0, m.jpn, "seal", "open", id, "--key", key, "--out", bundle)
	raw, err := os.ReadFile(bundle)
	if err != nil || !strings.Contains(string(raw), `"incident"`) {
		t.Errorf("%v %s", err, raw)
	}
	out, _ = m.run(0, "", "seal", "open", filepath.Join(dir, id+".json"), "--key", key)
	if out != string(raw) {
		t.Error("the envelope that was carried by hand holds something else")
	}
	if err := os.Chmod(key, 0o644); err != nil { //nolint:gosec // that is the point
		t.Fatal(err)
	}
	_, errs := m.run(5, m.jpn, "seal", "open", id, "--key", key)
	says(t, errs, "others may read")
	// Nothing of it came into the inbox.
	out, _ = m.run(0, m.jpn, "inbox", "--all", "--type", "incident", "--format", "json")
	says(t, out, `"items": []`)
}
