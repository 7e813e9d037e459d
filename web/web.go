// Package web holds what a browser loads: the style sheet and, when they were
// built, the TypeScript islands. The style sheet is plain CSS in static/ and is
// always there; the islands come from dist/, which is never committed. Without
// them Islands reports "none", Name answers "" for every script, and pages leave
// their scripts out: they work without.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing/fstest"
	"time"
)

//go:embed all:dist
var dist embed.FS

//go:embed static
var static embed.FS

// Assets is a read-only file system of everything served under one prefix, each
// file under a name that holds a hash of its content, so it can be cached for
// ever. It is safe for concurrent use.
type Assets struct {
	files    fstest.MapFS // in memory; the whole is below 100 kB
	manifest map[string]string
	islands  string
}

var _ fs.FS = (*Assets)(nil)

// New returns the embedded assets.
func New() (*Assets, error) { return From(static, dist) }

// From reads assets from two file systems that hold static/ and dist/, for
// example os.DirFS("web") twice, so that a developer sees changes without a
// rebuild. A manifest that names a missing file is an error; no manifest means
// that the islands were not built.
func From(static, dist fs.FS) (*Assets, error) {
	a := &Assets{files: fstest.MapFS{}, manifest: map[string]string{}, islands: "none"}
	entries, err := fs.ReadDir(static, "static")
	if err != nil {
		return nil, fmt.Errorf("web: static files: %w", err)
	}
	for _, e := range entries {
		data, err := fs.ReadFile(static, path.Join("static", e.Name()))
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		a.add(e.Name(), hashed(e.Name(), data), data)
	}
	raw, err := fs.ReadFile(dist, "dist/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	var built map[string]string
	if err := json.Unmarshal(raw, &built); err != nil {
		return nil, fmt.Errorf("web: dist/manifest.json: %w; build the islands again", err)
	}
	for _, logical := range slices.Sorted(maps.Keys(built)) {
		data, err := fs.ReadFile(dist, path.Join("dist", built[logical]))
		if err != nil {
			return nil, fmt.Errorf("web: dist/manifest.json names %s: %w; build the islands again", logical, err)
		}
		a.add(logical, built[logical], data)
	}
	a.islands = shortHash(raw)
	return a, nil
}

func (a *Assets) add(logical, name string, data []byte) {
	// The Unix epoch as time: the content decides, not the moment of the build.
	a.files[name] = &fstest.MapFile{Data: data, Mode: 0o444, ModTime: time.Unix(0, 0)}
	a.manifest[logical] = name
}

func shortHash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:6])
}

func hashed(name string, data []byte) string {
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "-" + shortHash(data) + ext
}

// Open makes Assets an fs.FS of the hashed names.
func (a *Assets) Open(name string) (fs.File, error) { return a.files.Open(name) }

// Manifest returns a copy of the map from a file's plain name ("style.css",
// "map.js") to the name it is served under ("style-1f2e3d4c5b6a.css").
func (a *Assets) Manifest() map[string]string { return maps.Clone(a.manifest) }

// Name returns the hashed name of a file, or "" when it was not built.
func (a *Assets) Name(logical string) string { return a.manifest[logical] }

// Islands returns "none", or a hash of what was built: for /healthz and the version command.
func (a *Assets) Islands() string { return a.islands }

// Handler serves the files under their hashed names to GET and HEAD. Mount it
// with http.StripPrefix. Unknown names answer 404; nothing lists the folder.
func (a *Assets) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		f, ok := a.files[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		h.Set("Content-Type", contentType(name))
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		http.ServeContent(w, r, name, time.Time{}, strings.NewReader(string(f.Data)))
	})
}

// contentType does not trust the machine's type table for the two that matter.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}
