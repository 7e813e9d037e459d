package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"entente/internal/archive"
	"entente/internal/testskip"
)

// The archive in the project is what this program makes of the shared tables.
// Compressed bytes may differ between versions of Go, so what is in them counts.
func TestTheArchiveInTheProjectIsWhatIsMade(t *testing.T) {
	a, err := build(filepath.Join(testskip.Shared(t), "data"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := a.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", "..", "..", "archives", "unga", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(plain(t, name, got), plain(t, name, want)) {
			t.Errorf("archives/unga/%s is not what is made; run: go run ./internal/archive/make", name)
		}
	}
}

func plain(t *testing.T, name string, b []byte) []byte {
	t.Helper()
	if filepath.Ext(name) != ".gz" {
		return b
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Bridges through a roll call that is not there are closed over it.
func TestBridgesOverAGap(t *testing.T) {
	calls := []archive.Call{{ID: "1"}, {ID: "3"}, {ID: "4"}}
	got := present([][2]string{{"1", "2"}, {"2", "3"}, {"3", "4"}, {"4", "9"}}, calls)
	if len(got) != 2 || got[0] != [2]string{"1", "3"} || got[1] != [2]string{"3", "4"} {
		t.Errorf("%v", got)
	}
}
