package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/exchange/node"
)

// TestFolder checks a folder that a node made, whole, changed and without keys.
func TestFolder(t *testing.T) {
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	trial, err := node.Trial(t.Context(), filepath.Join(dir, "trial"), node.TrialOptions{Corpus: c})
	if err != nil {
		t.Fatal(err)
	}
	n, err := node.Open(t.Context(), trial.Nodes[0], node.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = n.Close() }()
	out := filepath.Join(dir, "out")
	if _, err := n.Export(t.Context(), out, "*", nil); err != nil {
		t.Fatal(err)
	}
	keys := filepath.Join(dir, "trial", "keys.txt")
	check := func(want int, say string, args ...string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		if got := run(t.Context(), args, &stdout, &stderr); got != want || !strings.Contains(stdout.String()+stderr.String(), say) {
			t.Errorf("%v: code %d, want %d\n%s%s", args, got, want, &stdout, &stderr)
		}
	}
	check(0, "PROVEN", "-key", keys, out)
	check(0, `"result": "proven"`, "-key", n.Key.Public(), "-json", out)
	check(0, "usage", "-h")
	check(2, "usage", "-key", keys)
	check(2, "whose signatures count", out)
	check(3, "neither a public key nor a file", "-key", "nowhere", out)
	check(5, "private key", "-key", filepath.Join(trial.Nodes[0], "keys", "log.key"), out)
	check(3, "", "-key", keys, filepath.Join(dir, "nowhere"))
	if err := os.Remove(filepath.Join(out, "contents")); err != nil {
		t.Fatal(err)
	}
	check(6, "UNPROVEN", "-key", keys, out)
	check(0, "PROVEN", "-key", keys, "-loose", out)
	list, err := filepath.Glob(filepath.Join(out, "objects", "*.json"))
	if err != nil || len(list) == 0 {
		t.Fatal(err)
	}
	if err := os.WriteFile(list[0], []byte(`{"a":1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	check(4, "FAULTS", "-key", keys, "-loose", out)
}

// TestNeedsNothingElse: the program holds the verifier and nothing of the store,
// the network or the exchange.
func TestNeedsNothingElse(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.Lines(string(out)) {
		name = strings.TrimSpace(name)
		own := name == "entente" || name == "entente/internal/ledger" || strings.HasPrefix(name, "entente/internal/ledger/verify") || name == "entente/cmd/entente-verify"
		first, _, _ := strings.Cut(name, "/")
		if !own && (first == "entente" || strings.Contains(first, ".") && !strings.HasPrefix(name, "golang.org/x/mod/sumdb/")) || name == "net" || name == "net/http" {
			t.Errorf("the verifier needs %s", name)
		}
	}
}
