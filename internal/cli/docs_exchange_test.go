package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestDocsExchange does the walk-through of docs/exchange.md, command by command,
// with two nodes that listen on TCP; what the page quotes must be printed.
func TestDocsExchange(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(docs, "exchange.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, walk, _ := strings.Cut(string(b), "\n## Walk-through")
	walk, _, _ = strings.Cut(walk, "\n## ")
	t.Chdir(t.TempDir())
	ctx, stop := context.WithCancel(t.Context())
	var serving sync.WaitGroup
	t.Cleanup(func() { stop(); serving.Wait() })
	commands, quotes := 0, 0
	for _, block := range consoleBlocks(walk) {
		out := ""
		for line := range strings.SplitSeq(strings.TrimSpace(block), "\n") {
			command, is := strings.CutPrefix(line, "$ entente ")
			switch {
			case !is:
				quotes++
				if !strings.Contains(out, line+"\n") {
					t.Errorf("docs/exchange.md quotes a line that the command does not print:\n%s\nit prints:\n%s", line, out)
				}
				continue
			case strings.HasPrefix(command, "node serve "):
				heard := &lockedBuffer{}
				app := &App{Stdout: heard, Stderr: heard, Getenv: noEnv, Terminal: noTerminal, Version: "test"}
				serving.Go(func() { app.Run(ctx, words(command)) })
				for end := time.Now().Add(time.Minute); strings.Count(heard.String(), "The exchange is at") < 2; time.Sleep(20 * time.Millisecond) {
					if time.Now().After(end) {
						t.Fatalf("the nodes do not listen:\n%s", heard)
					}
				}
			default:
				args := words(command)
				if strings.HasPrefix(command, "node trial ") {
					args = append(args, "--port", "0")
				}
				var printed, faults bytes.Buffer
				app := &App{Stdout: &printed, Stderr: &faults, Getenv: noEnv, Terminal: noTerminal, Version: "test"}
				if code := app.Run(ctx, args); code != 0 {
					t.Fatalf("%s ends with %d:\n%s%s", line, code, printed.String(), faults.String())
				}
				out = printed.String()
			}
			commands++
		}
	}
	if commands < 13 || quotes < 12 {
		t.Errorf("the walk-through has %d commands and quotes %d lines: the test has lost it", commands, quotes)
	}
	// The last step is a proof: it must be able to fail.
	objects, err := filepath.Glob("proof/objects/*.json")
	if err != nil || len(objects) == 0 {
		t.Fatalf("no objects in the proof: %v", err)
	}
	if err := os.Remove(objects[0]); err != nil {
		t.Fatal(err)
	}
	app := &App{Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Getenv: noEnv, Terminal: noTerminal, Version: "test"}
	if code := app.Run(ctx, []string{"verify", "proof", "--key", "trial/keys.txt"}); code != 4 {
		t.Errorf("with an object taken away verify ends with %d", code)
	}
}

func noEnv(string) string     { return "" }
func noTerminal() (int, bool) { return 0, false }

// consoleBlocks gives the texts of the blocks that show commands.
func consoleBlocks(text string) (out []string) {
	for _, part := range strings.Split(text, "```console\n")[1:] {
		block, _, _ := strings.Cut(part, "\n```")
		out = append(out, block)
	}
	return out
}

// words splits a command line as a shell does, with double quotes only.
func words(line string) (out []string) {
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}

// lockedBuffer is a buffer that a running command writes and a test reads.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
