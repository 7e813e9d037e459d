package layers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const module = "entente"

// pkg is what the test needs of one line of `go list -json`.
type pkg struct {
	ImportPath string
	Imports    []string // of the package itself, without its tests
}

func TestEveryPackageKeepsItsLayer(t *testing.T) {
	pkgs := list(t)
	if len(pkgs) < 3 {
		t.Fatalf("go list found %d packages: the test looks in the wrong place", len(pkgs))
	}
	for _, p := range pkgs {
		for _, problem := range problems(p) {
			t.Error(problem)
		}
	}
}

// TestProblems proves that the rules can fail: each case is a made-up package.
func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name string
		in   pkg
		want string // part of the only problem; "" for none
	}{
		{"root on the standard library", pkg{"entente", []string{"time", "cmp"}}, ""},
		{"root on a file", pkg{"entente", []string{"os"}}, "reaches outside the process"},
		{"root on a module of others", pkg{"entente", []string{"golang.org/x/text/collate"}}, "module of others"},
		{"root upward", pkg{"entente", []string{"entente/analysis/compare"}}, "imports upward"},
		{"suggest on compare", pkg{"entente/analysis/suggest", []string{"entente", "entente/analysis/compare"}}, ""},
		{"compare on suggest", pkg{"entente/analysis/compare", []string{"entente/analysis/suggest"}}, "imports upward"},
		{"measure on another measure", pkg{"entente/analysis/community", []string{"entente/analysis/congruence"}}, "imports sideways"},
		{"analysis on internal", pkg{"entente/analysis/compare", []string{"entente/internal/datapackage"}}, "imports upward"},
		{"analysis on the network", pkg{"entente/analysis/compare", []string{"net/http"}}, "reaches outside the process"},
		{"analysis on gonum", pkg{"entente/analysis/alignment", []string{"gonum.org/v1/gonum/stat"}}, ""},
		{"store engine on store", pkg{"entente/internal/store/sqlite", []string{"entente/internal/store"}}, ""},
		{"brief on search", pkg{"entente/internal/brief", []string{"entente/internal/search"}}, "imports sideways"},
		{"web on the command line", pkg{"entente/internal/web", []string{"entente/internal/cli"}}, "imports upward"},
		{"main on the command line", pkg{"entente/cmd/entente", []string{"entente/internal/cli", "os"}}, ""},
		{"browser test program on a chart", pkg{"entente/web/e2e/fixture", []string{"entente/web", "entente/internal/chart"}}, ""},
		{"web files on a chart", pkg{"entente/web", []string{"entente/internal/chart"}}, "imports upward"},
		{"a package in no layer", pkg{"entente/internal/nowhere", nil}, "in no layer"},
		{"a prefix is not a folder", pkg{"entente/internal/webhook", nil}, "in no layer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := problems(c.in)
			switch {
			case c.want == "" && len(got) > 0:
				t.Errorf("problems %q, want none", got)
			case c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)):
				t.Errorf("problems %q, want one with %q", got, c.want)
			}
		})
	}
}

func TestTableIsOrdered(t *testing.T) {
	seen := map[string]string{}
	last := -1
	for _, l := range Table {
		if l.Rank <= last {
			t.Errorf("layer %q has rank %d after %d", l.Name, l.Rank, last)
		}
		last = l.Rank
		if l.Why == "" {
			t.Errorf("layer %q has no reason", l.Name)
		}
		for _, g := range l.Groups {
			if other, ok := seen[g]; ok {
				t.Errorf("%q is in the layers %q and %q", g, other, l.Name)
			}
			seen[g] = l.Name
		}
	}
	if diff := cmp.Diff("vocabulary", Table[0].Name); diff != "" {
		t.Errorf("lowest layer (-want +got):\n%s", diff)
	}
}

// problems returns what is wrong with one package's imports, each with its reason.
func problems(p pkg) []string {
	own, group, ok := place(p.ImportPath)
	if !ok {
		return []string{p.ImportPath + " is in no layer: add it to Table in internal/layers/table.go"}
	}
	var out []string
	say := func(imported, what string) {
		out = append(out, fmt.Sprintf("%s (%s) %s %s: %s", p.ImportPath, own.Name, what, imported, own.Why))
	}
	for _, imp := range p.Imports {
		if !inModule(imp) {
			switch {
			case standard(imp) && own.Pure && under(imp, impure):
				say(imp, "reaches outside the process with")
			case !standard(imp) && !under(imp, own.Outside):
				say(imp, "imports from a module of others,")
			}
			continue
		}
		other, otherGroup, ok := place(imp)
		switch {
		case !ok: // told once, where that package itself is judged
		case otherGroup == group:
		case other.Rank > own.Rank:
			say(imp, "imports upward from the layer "+other.Name+",")
		case other.Rank == own.Rank:
			say(imp, "imports sideways,")
		}
	}
	return out
}

// place finds the layer of a package of this module and the group within it:
// the longest path of the table that is the package or a folder above it.
func place(path string) (layer Layer, group string, ok bool) {
	rel := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
	for _, l := range Table {
		for _, g := range l.Groups {
			if (rel == g || g != "" && strings.HasPrefix(rel, g+"/")) && (!ok || len(g) > len(group)) {
				layer, group, ok = l, g, true
			}
		}
	}
	return layer, group, ok
}

func inModule(path string) bool {
	return path == module || strings.HasPrefix(path, module+"/")
}

// standard tells standard packages by the go command's own rule: the first part
// of any other path holds a dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// under tells whether path is one of the packages or below one of them; the
// empty string stands for every path.
func under(path string, packages []string) bool {
	for _, p := range packages {
		if p == "" || path == p || strings.HasPrefix(path, p+"/") {
			return true
		}
	}
	return false
}

// list asks the go command for every package of the module. Packages that do
// not build at the moment are listed all the same; the build reports them.
func list(t *testing.T) []pkg {
	t.Helper()
	watch(t, filepath.Join("..", ".."))
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports", module+"/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var pkgs []pkg
	for dec := json.NewDecoder(bytes.NewReader(stdout)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		pkgs = append(pkgs, p)
	}
}

// watch reads every source folder below root. The test cache notices only what
// the test itself opens, not what the go command reads on its behalf.
func watch(t *testing.T, root string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && path != root && (name == "bin" || name == "node_modules" || name[0] == '.'):
			return filepath.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Fatalf("read the source folders: %v", err)
	}
}
