// Package testskip makes a test that lacks an outside tool skip loudly instead
// of passing in silence.
//
// A skip is printed by the test itself, is written to the file that the
// environment variable ENTENTE_SKIPS names (so that `make test` can list every
// skip with the command that mends it), and becomes a failure when the
// environment variable REQUIRE names the tool. REQUIRE is a list with commas,
// for example "chromium,soffice"; the word "all" stands for every tool, and a
// tool with a minus before it is left out ("all,-shared").
package testskip

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Names of the environment variables that steer skipping.
const (
	// EnvRequire lists the tools whose absence fails a test.
	EnvRequire = "REQUIRE"
	// EnvSkips names the file to which each skip is appended: one line with the
	// tool, the command that mends the skip and the test, parted by tabs.
	EnvSkips = "ENTENTE_SKIPS"
	// EnvShared overrides where the optional shared data folder is looked for.
	EnvShared = "ENTENTE_SHARED"
)

// Missing ends the test because tool is not here. The test is skipped, or
// fails when REQUIRE names the tool. mend is the command, or the sentence, that
// tells how to get the tool; it is shown as it is.
func Missing(t testing.TB, tool, mend string) {
	t.Helper()
	if required(os.Getenv(EnvRequire), tool) {
		t.Fatalf("MISSING %s, which %s requires; mend it with: %s", tool, EnvRequire, mend)
	}
	if err := record(os.Getenv(EnvSkips), tool, mend, t.Name()); err != nil {
		// A skip that cannot be reported is a skip that nobody sees.
		t.Fatalf("note the skip of %s in the file that %s names: %v", tool, EnvSkips, err)
	}
	t.Skipf("SKIPPED: %s is missing; mend it with: %s", tool, mend)
}

// Need returns the path of the program called tool, or ends the test through
// Missing when the program is not on PATH.
func Need(t testing.TB, tool, mend string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		Missing(t, tool, mend)
	}
	return path
}

// Shared returns the absolute path of the optional shared data folder: the one
// that ENTENTE_SHARED names, else the folder "shared" beside the folder that
// holds go.mod. Without either the test ends through Missing, as tool "shared".
// A folder that ENTENTE_SHARED names and that is not there is always a failure,
// since someone asked for it.
func Shared(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv(EnvShared); dir != "" {
		if !isDir(dir) {
			t.Fatalf("%s=%s: no such folder", EnvShared, dir)
		}
		abs, err := filepath.Abs(dir)
		if err != nil {
			t.Fatalf("%s=%s: %v", EnvShared, dir, err)
		}
		return abs
	}
	wd, err := os.Getwd() // go test runs a test in the folder of its package
	if err != nil {
		t.Fatalf("find the shared folder: %v", err)
	}
	root, err := moduleRoot(wd)
	if err != nil {
		t.Fatalf("find the shared folder: %v", err)
	}
	dir := filepath.Join(filepath.Dir(root), "shared")
	if !isDir(dir) {
		Missing(t, "shared", "set "+EnvShared+" to a copy of the shared data folder")
	}
	return dir
}

// required tells whether list, a value of REQUIRE, names tool.
func required(list, tool string) bool {
	found := false
	for name := range strings.SplitSeq(list, ",") {
		switch strings.TrimSpace(name) {
		case "-" + tool:
			return false
		case "all", tool:
			found = true
		}
	}
	return found
}

// record appends one skip to file; with no file named it does nothing. Each
// line is one write in append mode, so that test programs that run at the same
// time do not mix their lines.
func record(file, tool, mend, test string) error {
	if file == "" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	flat := strings.NewReplacer("\t", " ", "\n", " ")
	line := fmt.Sprintf("%s\t%s\t%s\n", flat.Replace(tool), flat.Replace(mend), flat.Replace(test))
	if _, err := f.WriteString(line); err != nil {
		_ = f.Close() // the write's error says more
		return err
	}
	return f.Close()
}

// moduleRoot returns the nearest folder at or above dir that holds go.mod.
func moduleRoot(dir string) (string, error) {
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("no go.mod in %s or above it", dir)
		}
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
