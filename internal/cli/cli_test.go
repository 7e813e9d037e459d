package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run the real program: the test binary runs itself
// under the name entente.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"entente": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			code := System().Run(ctx, os.Args[1:])
			stop()
			os.Exit(code)
		},
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true,
		UpdateScripts: os.Getenv("UPDATE_GOLDEN") != "",
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "json": jsonIs, "occupy": occupy},
	})
}

// The flags whose values, and the commands whose arguments, are paths.
var (
	pathFlags    = map[string]bool{"--output": true, "--corpus": true, "--db": true, "--settings": true, "--guess": true, "--oidc": true, "--node": true, "--ca": true, "--introduction": true, "--file": true}
	pathCommands = map[string]bool{"check": true, "export": true, "diff": true, "backup": true, "restore": true}
)

// exits CODE ARG…: runs entente in this process and checks the exit code; what
// it prints is in the files out and err.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE ARG…")
	}
	var out, errs strings.Builder
	app := &App{
		Stdout: &out, Stderr: &errs, Getenv: ts.Getenv, Version: "test",
		Terminal: func() (int, bool) { return 0, false },
	}
	list := make([]string, 0, len(args))
	for i, a := range args[1:] {
		// Paths are relative to the script, not to this process.
		if a != "" && !strings.Contains(a, "://") && i > 0 && (pathFlags[args[i]] || args[i] == "records" || (args[1] == "import" && args[i] == "threats" || args[1] == "partner" && args[i] == "settings") && !strings.HasPrefix(a, "-") || pathCommands[args[1]] && !strings.HasPrefix(a, "-") && !strings.HasPrefix(args[i], "--")) {
			a = ts.MkAbs(a)
		}
		list = append(list, a)
	}
	if f, err := os.Open(ts.MkAbs("stdin")); err == nil { // what the command reads
		defer func() { _ = f.Close() }()
		app.Stdin = f
	}
	code := app.Run(context.Background(), list)
	ts.Check(os.WriteFile(ts.MkAbs("out"), []byte(out.String()), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("err"), []byte(errs.String()), 0o600))
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s\nstdout: %s\nstderr: %s", code, args[0], out.String(), errs.String())
	}
}

// occupy NAME: takes a free port for the rest of the script and puts its address
// into the environment variable NAME.
func occupy(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	ts.Setenv(args[0], l.Addr().String())
}

// jsonIs FILE PATH WANT: checks a value in a JSON file. A path is parted by
// slashes; [key=value] picks the first element of a list that has it, count is the
// length. A want that starts with > is a least number. With ! the path must
// lead nowhere (WANT is left out).
func jsonIs(ts *testscript.TestScript, neg bool, args []string) {
	var doc any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &doc))
	got, ok := pick(doc, strings.Split(args[1], "/"))
	switch {
	case neg && ok:
		ts.Fatalf("%s is there: %s", args[1], got)
	case neg:
		return
	case !ok:
		ts.Fatalf("%s leads nowhere", args[1])
	case len(args) != 3:
		ts.Fatalf("usage: json FILE PATH WANT")
	}
	if least, isLeast := strings.CutPrefix(args[2], ">"); isLeast {
		want, err := strconv.ParseFloat(least, 64)
		ts.Check(err)
		if n, err := strconv.ParseFloat(got, 64); err != nil || n <= want {
			ts.Fatalf("%s is %s, want more than %s", args[1], got, least)
		}
		return
	}
	if got != args[2] {
		ts.Fatalf("%s is %s, want %s", args[1], got, args[2])
	}
}

func pick(v any, path []string) (string, bool) {
	for _, step := range path {
		list, isList := v.([]any)
		switch {
		case step == "count":
			if m, ok := v.(map[string]any); ok {
				v = float64(len(m))
			} else if isList {
				v = float64(len(list))
			} else {
				return "", false
			}
		case strings.HasPrefix(step, "["):
			key, want, _ := strings.Cut(strings.Trim(step, "[]"), "=")
			found := false
			for _, x := range list {
				m, _ := x.(map[string]any)
				if m != nil && fmt.Sprint(m[key]) == want {
					v, found = x, true
					break
				}
			}
			if !found {
				return "", false
			}
		case isList:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(list) {
				return "", false
			}
			v = list[i]
		default:
			m, _ := v.(map[string]any)
			x, ok := m[step]
			if !ok {
				return "", false
			}
			v = x
		}
	}
	if v == nil {
		return "null", true
	}
	return fmt.Sprint(v), true
}
