package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestInboxNamesTheMaker: who decides on an object sees when it is made in the name of
// somebody else than the partner that sent it.
func TestInboxNamesTheMaker(t *testing.T) {
	m := openMinistries(t)
	const maker = "identity--0a1b2c3d-0000-4000-8000-00000000cafe"
	file := filepath.Join(m.dir, "foreign.json")
	bundle := `{"type":"bundle","id":"bundle--0a1b2c3d-0000-4000-8000-000000000001","objects":[{"type":"campaign","spec_version":"2.1","id":"campaign--0a1b2c3d-0000-4000-8000-000000000002",` +
		`"created_by_ref":"` + maker + `","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"Synthetic"}]}`
	if err := os.WriteFile(file, []byte(bundle), 0o600); err != nil {
		t.Fatal(err)
	}
	m.run(0, m.est, "share", "--file", file, "--level", "green", "--collection", "positions")
	m.run(0, m.jpn, "sync", "estonia")
	out, _ := m.run(0, m.jpn, "inbox", "show", "2")
	says(t, out, "campaign--0a1b2c3d", "made in the name of "+maker+", which is not known as estonia; only the word of estonia stands for it")
	m.run(0, m.jpn, "partner", "set", "estonia", "--identity", maker, "--why", "a test")
	out, _ = m.run(0, m.jpn, "inbox", "show", "2")
	if strings.Contains(out, "made in the name") {
		t.Errorf("it warns of the partner's own:\n%s", out)
	}
}
