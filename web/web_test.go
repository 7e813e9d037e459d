package web

import (
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"entente/internal/chart"
)

func file(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }

func TestEmbeddedStyleSheetIsAlwaysThere(t *testing.T) {
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	name := a.Name("style.css")
	data, err := fs.ReadFile(a, name)
	if err != nil || len(data) == 0 {
		t.Fatalf("style sheet %q: %v", name, err)
	}
	if !strings.HasPrefix(name, "style-") || !strings.HasSuffix(name, ".css") {
		t.Errorf("name %q carries no hash", name)
	}
}

func TestNothingBuilt(t *testing.T) {
	a, err := From(fstest.MapFS{"static/style.css": file("a{}")}, fstest.MapFS{"dist/.keep": file("")})
	if err != nil {
		t.Fatal(err)
	}
	if a.Islands() != "none" || a.Name("map.js") != "" || a.Name("style.css") == "" {
		t.Errorf("islands %q, map %q, style %q", a.Islands(), a.Name("map.js"), a.Name("style.css"))
	}
}

func TestBuiltIslands(t *testing.T) {
	static := fstest.MapFS{"static/style.css": file("a{}")}
	a, err := From(static, fstest.MapFS{"dist/manifest.json": file(`{"map.js":"map-AB.js"}`), "dist/map-AB.js": file("1")})
	if err != nil {
		t.Fatal(err)
	}
	if a.Name("map.js") != "map-AB.js" || a.Islands() == "none" {
		t.Errorf("map %q, islands %q", a.Name("map.js"), a.Islands())
	}
	m := a.Manifest()
	m["map.js"] = "changed"
	if a.Name("map.js") == "changed" {
		t.Error("Manifest hands out the map itself")
	}
	for name, dist := range map[string]fstest.MapFS{
		"a file that is missing":    {"dist/manifest.json": file(`{"map.js":"map-AB.js"}`)},
		"a manifest that is broken": {"dist/manifest.json": file(`{`)},
	} {
		if _, err := From(static, dist); err == nil || !strings.Contains(err.Error(), "build the islands again") {
			t.Errorf("%s: got error %v", name, err)
		}
	}
}

func TestHandler(t *testing.T) {
	a, err := From(fstest.MapFS{"static/style.css": file("a{}")}, fstest.MapFS{"dist/manifest.json": file(`{"map.js":"map-AB.js"}`), "dist/map-AB.js": file("1")})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, path string
		status       int
		kind         string
	}{
		{"GET", "/" + a.Name("style.css"), 200, "text/css; charset=utf-8"},
		{"HEAD", "/map-AB.js", 200, "text/javascript; charset=utf-8"},
		{"GET", "/style.css", 404, ""},
		{"GET", "/", 404, ""},
		{"GET", "/../web.go", 404, ""},
		{"POST", "/map-AB.js", 405, ""},
	} {
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.status || c.kind != "" && w.Header().Get("Content-Type") != c.kind {
			t.Errorf("%s %s: %d %q, want %d %q", c.method, c.path, w.Code, w.Header().Get("Content-Type"), c.status, c.kind)
		}
		if c.status == 200 && !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s may not be cached for ever", c.path)
		}
	}
}

// The colours stand twice, in the style sheet and in the stand-alone figures; they must not part.
func TestStyleSheetHasTheColoursOfTheFigures(t *testing.T) {
	css, err := os.ReadFile("static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range chart.Styles() {
		want := fmt.Sprintf(".stance-%s { --fill: %s; --line: %s; --on: %s; --edge: %s;", s.Class, s.Fill, s.Line, s.Ink, s.Edge)
		if !strings.Contains(string(css), want) {
			t.Errorf("style sheet lacks %q", want)
		}
	}
	for _, bad := range []string{"@import", "url(", "http:", "https:"} {
		if strings.Contains(strings.ReplaceAll(string(css), `[href^="http"]`, ""), bad) {
			t.Errorf("style sheet refers to something outside: %s", bad)
		}
	}
}
