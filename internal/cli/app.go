package cli

import (
	"context"
	"io"
	"os"
	"runtime/debug"

	"golang.org/x/term"
)

// App is everything that a command touches outside its arguments.
type App struct {
	Stdin  io.Reader // nil: none
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
	// Terminal gives the width of the terminal that Stdout is, and whether it
	// is one at all.
	Terminal func() (width int, ok bool)
	// Version is the version of the program.
	Version string
}

// System is the App of a real process.
func System() *App {
	return &App{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Version: buildVersion(),
		Terminal: func() (int, bool) {
			fd := int(os.Stdout.Fd())
			if !term.IsTerminal(fd) {
				return 0, false
			}
			w, _, err := term.GetSize(fd)
			if err != nil {
				w = 0
			}
			return w, true
		},
	}
}

// buildVersion is the version that the Go toolchain stamped into the program:
// that of the module, or the commit it was built from.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "commit " + s.Value[:12]
		}
	}
	return "development"
}

// Run runs the program with its arguments (without its name) and gives the exit
// code; see exitCodes.
func (a *App) Run(ctx context.Context, args []string) int {
	root, g := newRoot(a)
	root.SetArgs(args)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	return a.fail(usage(cmd, err), asksForJSON(args), g.colours(a, false))
}
