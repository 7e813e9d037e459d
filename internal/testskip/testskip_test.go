package testskip

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fakeTB records how a test ended without ending the real one.
type fakeTB struct {
	testing.TB
	ended   string // "", "skipped" or "failed"
	message string
}

func (f *fakeTB) Helper()      {}
func (f *fakeTB) Name() string { return "TestFake/case" }

func (f *fakeTB) Skipf(format string, args ...any) { f.end("skipped", format, args) }

func (f *fakeTB) Fatalf(format string, args ...any) { f.end("failed", format, args) }

func (f *fakeTB) end(how, format string, args []any) {
	f.ended, f.message = how, fmt.Sprintf(format, args...)
	runtime.Goexit() // as testing.T does
}

// run calls body with a fake and returns the fake after body ended.
func run(t *testing.T, body func(testing.TB)) *fakeTB {
	f := &fakeTB{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		body(f)
	}()
	<-done
	return f
}

func TestMissing(t *testing.T) {
	for _, c := range []struct{ name, require, want string }{
		{"nothing required", "", "skipped"},
		{"another tool required", "soffice,chromium-driver", "skipped"},
		{"required", "chromium", "failed"},
		{"required in a list with spaces", "soffice, chromium ,node", "failed"},
		{"all required", "all", "failed"},
		{"all but another required", "all,-shared", "failed"},
		{"all but this one required", "-chromium,all", "skipped"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "skips")
			t.Setenv(EnvRequire, c.require)
			t.Setenv(EnvSkips, file)
			got := run(t, func(tb testing.TB) { Missing(tb, "chromium", "apt-get install chromium") })
			if got.ended != c.want {
				t.Errorf("the test %q, want %q", got.ended, c.want)
			}
			for _, part := range []string{"chromium", "apt-get install chromium"} {
				if !strings.Contains(got.message, part) {
					t.Errorf("message %q does not say %q", got.message, part)
				}
			}
			_, err := os.Stat(file)
			if noted := err == nil; noted != (c.want == "skipped") {
				t.Errorf("skip noted: %v, but the test %s", noted, c.want)
			}
		})
	}
}

func TestMissingWritesOneLinePerSkip(t *testing.T) {
	file := filepath.Join(t.TempDir(), "skips")
	t.Setenv(EnvRequire, "")
	t.Setenv(EnvSkips, file)
	run(t, func(tb testing.TB) { Missing(tb, "chromium", "apt-get install chromium") })
	run(t, func(tb testing.TB) { Missing(tb, "sof\tfice", "first\nsecond") })
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := "chromium\tapt-get install chromium\tTestFake/case\n" +
		"sof fice\tfirst second\tTestFake/case\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("skip file (-want +got):\n%s", diff)
	}
}

func TestMissingFailsWhenTheSkipCannotBeNoted(t *testing.T) {
	t.Setenv(EnvRequire, "")
	t.Setenv(EnvSkips, filepath.Join(t.TempDir(), "no such folder", "skips"))
	got := run(t, func(tb testing.TB) { Missing(tb, "chromium", "apt-get install chromium") })
	if got.ended != "failed" {
		t.Errorf("the test %q (%s), want failed", got.ended, got.message)
	}
}

func TestNeed(t *testing.T) {
	t.Setenv(EnvRequire, "")
	t.Setenv(EnvSkips, "")
	var path string
	got := run(t, func(tb testing.TB) { path = Need(tb, "go", "install Go") })
	if got.ended != "" || path == "" {
		t.Errorf("Need of go: path %q, test %q (%s)", path, got.ended, got.message)
	}
	got = run(t, func(tb testing.TB) { Need(tb, "no-such-program", "nothing") })
	if got.ended != "skipped" {
		t.Errorf("Need of a program that is not there: the test %q, want skipped", got.ended)
	}
}

func TestShared(t *testing.T) {
	module := filepath.Join(t.TempDir(), "module")
	pkg := filepath.Join(module, "internal", "deep")
	if err := os.MkdirAll(pkg, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(module, "go.mod"), []byte("module m\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(pkg)
	t.Setenv(EnvRequire, "")
	t.Setenv(EnvSkips, "")
	t.Setenv(EnvShared, "")

	var path string
	shared := func(tb testing.TB) { path = Shared(tb) }

	if got := run(t, shared); got.ended != "skipped" {
		t.Errorf("without a folder: the test %q (%s), want skipped", got.ended, got.message)
	}
	beside := filepath.Join(filepath.Dir(module), "shared")
	if err := os.Mkdir(beside, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := run(t, shared); got.ended != "" || path != beside {
		t.Errorf("with a folder beside the module: %q, test %q (%s), want %q", path, got.ended, got.message, beside)
	}
	other := t.TempDir()
	t.Setenv(EnvShared, other)
	if got := run(t, shared); got.ended != "" || path != other {
		t.Errorf("with %s: %q, test %q (%s), want %q", EnvShared, path, got.ended, got.message, other)
	}
	t.Setenv(EnvShared, filepath.Join(other, "gone"))
	if got := run(t, shared); got.ended != "failed" {
		t.Errorf("with %s naming no folder: the test %q, want failed", EnvShared, got.ended)
	}
}
