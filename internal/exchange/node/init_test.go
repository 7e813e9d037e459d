package node_test

import (
	"os"
	"path/filepath"
	"testing"

	"entente"
	"entente/internal/exchange/node"
	"entente/internal/store"
)

// TestInit: a node is made whole or not at all, on a new store or one that is there,
// and its files are its owner's alone.
func TestInit(t *testing.T) {
	c, err := corpus()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	work := filepath.Join(dir, "work.entente")
	if err := prepareCorpus(work); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	good := node.InitOptions{Actor: "est", Place: work}
	if err := node.Init(t.Context(), at("est"), good); err != nil {
		t.Fatal(err)
	}
	if err := filepath.WalkDir(at("est"), func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s may be read by others: %v", path, info.Mode())
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name, dir string
		o         node.InitOptions
		kind      entente.Kind
	}{
		{"a folder that is not empty", "est", node.InitOptions{Actor: "est", Corpus: c}, entente.Conflict},
		{"a store that is a node's", "two", good, entente.Conflict},
		{"nobody", "three", node.InitOptions{Actor: "atlantis", Corpus: c}, entente.NotFound},
		{"no store there", "four", node.InitOptions{Actor: "est", Place: at("nowhere.entente")}, entente.NotFound},
		{"for everybody without a name", "five", node.InitOptions{Actor: "est", Corpus: c, Listen: "0.0.0.0:8441"}, entente.Invalid},
		{"no port", "six", node.InitOptions{Actor: "est", Corpus: c, Listen: "localhost"}, entente.Invalid},
		{"a name of a log that cannot be", "seven", node.InitOptions{Actor: "est", Corpus: c, Origin: "a b"}, entente.Invalid},
	} {
		if err := node.Init(t.Context(), at(x.dir), x.o); entente.KindOf(err) != x.kind {
			t.Errorf("%s: %v", x.name, err)
		}
		if _, err := os.Stat(at(x.dir)); x.dir != "est" && err == nil {
			t.Errorf("%s: something is left behind", x.name)
		}
	}
	n, err := node.Open(t.Context(), at("est"), node.Options{})
	if err != nil {
		t.Fatal(err)
	}
	record(t, n, "one") // through the node's own store
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	// What other parts of the program publish in that store has its leaf too, and what
	// is taken back.
	s, err := store.Open(t.Context(), work, store.Options{Also: node.Follow})
	if err != nil {
		t.Fatal(err)
	}
	key := store.Key{Kind: "trial", ID: "one"}
	if _, err := s.Save(t.Context(), store.Reason{Who: "test", Why: "a test"}, store.Change{Key: key, Base: store.Any, State: store.Retired, Body: []byte(`{}`)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err = node.Open(t.Context(), at("est"), node.Options{}); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = n.Close() }()
	if s, err := n.Status(t.Context()); err != nil || s.Leaves != 2 {
		t.Errorf("%+v %v", s, err)
	}
	// A key that others may read is no secret any more.
	if err := os.Chmod(filepath.Join(at("est"), "keys", "log.key"), 0o644); err != nil { //nolint:gosec // must be refused
		t.Fatal(err)
	}
	if _, err := node.Open(t.Context(), at("est"), node.Options{}); entente.KindOf(err) != entente.Denied {
		t.Errorf("a key for everybody: %v", err)
	}
}
