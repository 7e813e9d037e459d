package archive

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"

	"entente"
)

// WriteDir writes the archive into a new folder. It refuses a folder that has
// anything in it, and a failure leaves nothing half written: the files are made
// beside the target and moved into place at the end.
func WriteDir(a *Archive, dir string) error {
	fail := func(kind entente.Kind, msg, hint string, err error) error {
		return &entente.Error{Kind: kind, Op: "write vote archive", Place: dir, Msg: msg, Hint: hint, Err: err}
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fail(entente.Conflict, "the folder has something in it", "name a new folder", nil)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fail(entente.Conflict, "this is no folder, or it cannot be read", "name a new folder", err)
	}
	files, err := a.Files()
	if err != nil {
		return fail(entente.Internal, "the files cannot be made", "", err)
	}
	parent := filepath.Dir(filepath.Clean(dir))
	tmp, err := os.MkdirTemp(parent, ".entente-*")
	if err != nil {
		return fail(entente.Unavailable, "no folder can be made in "+parent, "make it first, or name another place", err)
	}
	defer os.RemoveAll(tmp) //nolint:errcheck // gone already when all went well
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(tmp, name), files[name], 0o644); err != nil {
			return fail(entente.Unavailable, "the file "+name+" could not be written", "is the disk full?", err)
		}
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return fail(entente.Unavailable, "the folder could not be made readable", "", err)
	}
	// An empty folder that is there already makes way; anything else would have
	// been refused above.
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fail(entente.Conflict, "the folder cannot be replaced", "name a new folder", err)
	}
	if err := os.Rename(tmp, dir); err != nil {
		return fail(entente.Unavailable, "the folder could not be moved into place", "", err)
	}
	return nil
}
