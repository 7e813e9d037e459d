package datapackage

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"entente"
)

// Files gives the corpus as files, name to content. The same corpus gives the
// same bytes: rows are sorted by primary key, lines end with LF.
func Files(c *entente.Corpus) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, t := range tables {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := w.Write(names(t.specs())); err != nil {
			return nil, err
		}
		if err := w.WriteAll(t.cells(&c.Records)); err != nil {
			return nil, fmt.Errorf("write %s.csv: %w", t.name(), err)
		}
		out[t.name()+".csv"] = b.Bytes()
	}
	d, err := describe(c.Info)
	out[descriptorFile] = d
	return out, err
}

// WriteDir writes the corpus into a new folder. It refuses a folder that has
// anything in it, and a failure leaves nothing half written: the files are made
// beside the target and moved into place at the end. A symbolic link is refused:
// moving into place would replace it.
func WriteDir(c *entente.Corpus, dir string) error { return writeDir(c, dir, os.WriteFile) }

// writeDir is WriteDir with the writer of single files given.
func writeDir(c *entente.Corpus, dir string, write func(name string, data []byte, perm fs.FileMode) error) error {
	fail := func(kind entente.Kind, msg, hint string, err error) error {
		return &entente.Error{Kind: kind, Op: "write corpus", Place: dir, Msg: msg, Hint: hint, Err: err}
	}
	if st, err := os.Lstat(dir); err == nil && st.Mode()&fs.ModeSymlink != 0 {
		return fail(entente.Conflict, "this is a symbolic link", "name the folder that it points to", nil)
	}
	list, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fail(entente.Conflict, "this is not a folder that can be written", "name a new folder", err)
	case len(list) > 0:
		return fail(entente.Conflict, "the folder is not empty", "name a new folder, or empty this one first", nil)
	}
	files, err := Files(c)
	if err != nil {
		return fail(entente.Internal, "the corpus could not be written", "", err)
	}
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return fail(entente.Unavailable, "the folder above cannot be made", "choose another place", err)
	}
	tmp, err := os.MkdirTemp(parent, ".entente-*")
	if err != nil {
		return fail(entente.Unavailable, "the place cannot be written to", "choose another place", err)
	}
	defer func() { _ = os.RemoveAll(tmp) }() // gone already when all went well
	for name, b := range files {
		if err := write(filepath.Join(tmp, name), b, 0o644); err != nil {
			return fail(entente.Unavailable, "the file "+name+" could not be written", "is the disk full?", err)
		}
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return fail(entente.Unavailable, "the folder could not be opened to readers", "", err)
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fail(entente.Unavailable, "the empty folder could not be replaced", "name a new folder", err)
	}
	if err := os.Rename(tmp, dir); err != nil {
		return fail(entente.Unavailable, "the finished corpus could not be moved into place", "choose another place", err)
	}
	return nil
}
