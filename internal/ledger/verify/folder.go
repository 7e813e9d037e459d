package verify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"entente"
	"entente/internal/ledger"
)

// The bounds of a folder.
const (
	maxEntries = 2_000_000 // files and folders
	maxDepth   = 12        // folders within each other
	maxPath    = 1000      // bytes of a path
	maxBytes   = 1 << 40   // of all files
	maxSmall   = 2 * ledger.MaxNote
)

// classes are the parts of a folder: where they stand and how large one file
// may be.
var classes = []struct {
	dir, ext string
	most     int64
}{
	{ledger.DirTiles + "/entries", "", ledger.MaxBundle},
	{ledger.DirTiles, "", ledger.TileWidth * sha256.Size},
	{ledger.DirOpenings, ledger.ExtOpening, maxSmall},
	{ledger.DirObjects, ledger.ExtObject, ledger.MaxObject},
	{ledger.DirReceipts, ledger.ExtNote, ledger.MaxNote},
	{ledger.DirCheckpoints, ledger.ExtNote, ledger.MaxNote},
	{ledger.DirProofs, ledger.ExtLeafProof, maxSmall},
	{ledger.DirProofs, ledger.ExtConsistency, ledger.MaxNote},
	{"", ledger.FileCheckpoint, ledger.MaxNote},
	{"", ledger.FileContents, ledger.MaxContents},
}

// classOf gives the bound of a path's class; false for a path that has no place
// in a folder.
func classOf(name string) (most int64, ok bool) {
	for _, c := range classes {
		if c.dir == "" && name == c.ext || c.dir != "" && strings.HasPrefix(name, c.dir+"/") && strings.HasSuffix(name, c.ext) {
			return c.most, true
		}
	}
	return 0, false
}

// walk lists the files. It follows no link and reads no device.
func (v *verifier) walk(ctx context.Context) error {
	v.files = map[string]int64{}
	entries, total := 0, int64(0)
	err := fs.WalkDir(v.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if entries++; entries > maxEntries {
			return &entente.Error{Kind: entente.Invalid, Op: "verify", Msg: fmt.Sprintf("the folder holds more than %d files", maxEntries)}
		}
		if name == "." {
			return err
		}
		if len(name) > maxPath || strings.Count(name, "/") >= maxDepth || strings.ContainsFunc(name, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
			v.found(Hostile, fmt.Sprintf("%.100q", name), "the path is too long, too deep or holds a control character; it was not read")
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		switch {
		case err != nil:
			v.found(Malformed, name, "it cannot be read")
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			v.found(Hostile, name, "it is a link or a device, not a file; it was not read")
			return nil
		}
		return v.file(name, d, &total)
	})
	v.report.Files = len(v.paths)
	if _, ours := errors.AsType[*entente.Error](err); err != nil && !ours && ctx.Err() == nil {
		err = &entente.Error{Kind: entente.Unavailable, Op: "verify", Msg: "the folder cannot be read", Err: err}
	}
	return err
}

func (v *verifier) file(name string, d fs.DirEntry, total *int64) error {
	info, err := d.Info()
	if err != nil {
		v.found(Malformed, name, "it cannot be read")
		return nil
	}
	if *total += info.Size(); *total > maxBytes {
		return &entente.Error{Kind: entente.Invalid, Op: "verify", Msg: "the folder holds more than a terabyte"}
	}
	switch most, ok := classOf(name); {
	case !ok:
		v.found(Note, name, "it has no place in a folder of the log and was not read")
	case info.Size() > most:
		v.found(Hostile, name, fmt.Sprintf("it has %d bytes, more than the %d that such a file may have; it was not read", info.Size(), most))
	default:
		v.files[name] = info.Size()
		v.paths = append(v.paths, name)
	}
	return nil
}

// open opens a file that walk has listed.
func (v *verifier) open(name string) (fs.File, int64, error) {
	most, ok := classOf(name)
	if _, there := v.files[name]; !there || !ok {
		return nil, 0, fs.ErrNotExist
	}
	f, err := v.fsys.Open(name)
	if err != nil {
		return nil, 0, err
	}
	if st, err := f.Stat(); err != nil || !st.Mode().IsRegular() { // it may have changed since
		_ = f.Close()
		return nil, 0, fs.ErrInvalid
	}
	return f, most, nil
}

// read reads a file. A file that cannot be read is found at fault, and gives
// nil.
func (v *verifier) read(name string) []byte {
	f, most, err := v.open(name)
	if err != nil {
		v.found(Malformed, name, "it cannot be read")
		return nil
	}
	defer func() { _ = f.Close() }() // only read
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil || int64(len(data)) > most {
		v.found(Malformed, name, "it cannot be read, or has grown")
		return nil
	}
	if data == nil {
		data = []byte{}
	}
	return data
}

// hash works out a file's SHA-256.
func (v *verifier) hash(name string) (string, bool) {
	f, most, err := v.open(name)
	if err != nil {
		return "", false
	}
	defer func() { _ = f.Close() }() // only read
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(f, most)); err != nil {
		return "", false
	}
	return hex.EncodeToString(h.Sum(nil)), true
}

// in lists the files below a folder that end so, in order.
func (v *verifier) in(dir, ext string) []string {
	var out []string
	for _, name := range v.paths {
		if strings.HasPrefix(name, dir+"/") && strings.HasSuffix(name, ext) {
			out = append(out, name)
		}
	}
	return out
}

// checkContents compares the folder with its signed list.
func (v *verifier) checkContents(ctx context.Context) error {
	if _, ok := v.files[ledger.FileContents]; !ok {
		if !v.o.Loose {
			v.found(Unproven, ledger.FileContents, "the folder has no signed list of its contents, so nobody can tell whether something was left out")
		}
		return nil
	}
	data := v.read(ledger.FileContents)
	if data == nil {
		return nil
	}
	c, err := v.ring.OpenContents(data)
	if err != nil {
		v.found(problemOf(err), ledger.FileContents, "the list of contents cannot be relied on: "+err.Error())
		return nil
	}
	v.contents, v.report.For = c, c.For
	listed := make(map[string]bool, len(c.Files))
	for i, f := range c.Files {
		if err := v.step(ctx, int64(i), int64(len(c.Files))); err != nil {
			return err
		}
		listed[f.Path] = true
		size, there := v.files[f.Path]
		if !there {
			v.found(Removed, f.Path, "the file belongs in the folder and is not there, or was not read")
			continue
		}
		if sum, ok := v.hash(f.Path); !ok || size != f.Size || sum != f.SHA256 {
			v.found(Altered, f.Path, "this is not the file that was exported")
			v.objects.failFile(f.Path)
		}
	}
	for _, name := range v.paths {
		dir, _, _ := strings.Cut(name, "/")
		if !listed[name] && (dir == ledger.DirTiles || dir == ledger.DirOpenings || dir == ledger.DirObjects) {
			v.found(Note, name, "the file is not on the list of contents")
		}
	}
	return nil
}

// step reports progress and looks whether to go on.
func (v *verifier) step(ctx context.Context, done, total int64) error {
	if done%256 != 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if v.o.Progress != nil {
		return v.o.Progress(done, total)
	}
	return nil
}

// number reads the number that is a file's name.
func number(name, ext string) (int64, bool) {
	base := strings.TrimSuffix(path.Base(name), ext)
	n := int64(0)
	for _, b := range []byte(base) {
		if b < '0' || b > '9' || n > ledger.MaxLeaves {
			return 0, false
		}
		n = n*10 + int64(b-'0')
	}
	return n, base != "" && (base == "0" || base[0] != '0') && n <= ledger.MaxLeaves
}
