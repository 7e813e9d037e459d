//go:build unix

package verify

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A pipe would make a reader wait for ever.
func TestPipeIsNotRead(t *testing.T) {
	w := newWorld(t)
	w.standard()
	r := onDisk(t, w, func(dir string, _ files) {
		name := filepath.Join(dir, "openings", "6.json")
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			t.Fatal(err)
		}
	})
	wants(t, r, Hostile, "openings/6.json", "device")
	wants(t, r, Removed, "openings/6.json")
}
