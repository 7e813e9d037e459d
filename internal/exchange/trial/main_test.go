package trial_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"entente/internal/pgtest"
)

// Environment variables of the trials.
const (
	// envKills sets the number of kills, 20 when it is empty. With more than 20, as
	// `make soak` has it, the PostgreSQL server is killed too.
	envKills = "ENTENTE_KILLS"
	// envSeed repeats the random choices of a trial.
	envSeed = "ENTENTE_TRIAL_SEED"
	// envRole makes this program one of the helpers of helper_test.go.
	envRole = "ENTENTE_TRIAL_ROLE"
	// envClock is by how much the clock of a helper is wrong, as a duration, or the
	// name of a file that holds one and may change.
	envClock = "ENTENTE_TRIAL_CLOCK"
	// envProgram is the program to try; empty: it is built.
	envProgram = "ENTENTE_TRIAL_PROGRAM"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(envRole); role != "" {
		if err := help(context.Background(), role, os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, role+":", err)
			os.Exit(1)
		}
		return
	}
	pgtest.Main(m) // stops the server; of what was built the latest stays in the user's cache
}

func kills(t *testing.T) int {
	n := 20
	if v := os.Getenv(envKills); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil || n < 1 {
			t.Fatalf("%s=%q is not a number of kills", envKills, v)
		}
	}
	return n
}

// built is the program itself, built once.
var built = sync.OnceValues(func() (string, error) {
	if path := os.Getenv(envProgram); path != "" {
		return path, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "entente-trial")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "entente")
	fresh := fmt.Sprintf("%s.%d", path, os.Getpid())                       // another run may be using the last one
	cmd := exec.Command("go", "build", "-o", fresh, "entente/cmd/entente") //nolint:gosec // a path of our own
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, os.Rename(fresh, path)
})

func program(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
