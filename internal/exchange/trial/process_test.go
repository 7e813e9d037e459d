package trial_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// proc is a program that is started, killed and started again. What it says goes
// to a file that grows over all its lives.
type proc struct {
	t    *testing.T
	name string
	log  string
	args []string // program and arguments
	env  []string
	addr string // where it listens, empty for one that does not
	// line gets each line of its standard output; nil: into the log
	line func(string)

	mu   sync.Mutex
	cmd  *exec.Cmd
	gone chan struct{}
	done sync.WaitGroup // readers of its output
}

// start starts it and, when it listens, waits until it does.
func (p *proc) start() {
	p.t.Helper()
	p.run()
	if p.addr == "" {
		return
	}
	for deadline := time.Now().Add(30 * time.Second); ; {
		c, err := net.DialTimeout("tcp", p.addr, time.Second)
		if err == nil {
			_ = c.Close()
			return
		}
		select {
		case <-p.gone:
			p.t.Fatalf("%s ended at once:\n%s", p.name, tail(p.log))
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%s does not listen at %s:\n%s", p.name, p.addr, tail(p.log))
		}
	}
}

func (p *proc) run() {
	p.t.Helper()
	out, err := os.OpenFile(p.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(p.args[0], p.args[1:]...) //nolint:gosec // programs of the trial
	cmd.Env = append(append(os.Environ(), "ENTENTE_DB=", "ENTENTE_NODE="), p.env...)
	cmd.Stdout, cmd.Stderr = out, out
	dieWithParent(cmd)
	if p.line != nil {
		cmd.Stdout = nil
		pipe, err := cmd.StdoutPipe()
		if err != nil {
			p.t.Fatal(err)
		}
		p.done.Go(func() { lines(pipe, p.line) })
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	_ = out.Close()
	gone := make(chan struct{})
	p.mu.Lock()
	p.cmd, p.gone = cmd, gone
	p.mu.Unlock()
	go func() {
		p.done.Wait()
		_ = cmd.Wait() // it is killed more often than not
		close(gone)
	}()
}

// running tells whether it is alive.
func (p *proc) running() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return false
	}
	select {
	case <-p.gone:
		return false
	default:
		return true
	}
}

// kill ends it as a failing machine would, and waits until it is gone.
func (p *proc) kill() { p.end(os.Kill) }

// stop asks it to end.
func (p *proc) stop() { p.end(os.Interrupt) }

func (p *proc) end(s os.Signal) {
	p.mu.Lock()
	cmd, gone := p.cmd, p.gone
	p.mu.Unlock()
	if cmd == nil {
		return
	}
	_ = cmd.Process.Signal(s) // it may have ended
	select {
	case <-gone:
	case <-time.After(30 * time.Second):
		p.t.Errorf("%s does not end:\n%s", p.name, tail(p.log))
		_ = cmd.Process.Kill()
		<-gone
	}
}

func tail(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-4000):])
}

// said gives the first lines of the servers' logs that hold a text.
func (s *site) said(text string) string {
	var out []string
	for _, p := range s.servers {
		b, err := os.ReadFile(p.log)
		if err != nil {
			return err.Error()
		}
		for line := range strings.Lines(string(b)) {
			if strings.Contains(line, text) && len(out) < 5 {
				out = append(out, line)
			}
		}
	}
	return strings.Join(out, "")
}

// command runs a program to its end and gives its output; it must succeed.
func (w *world) command(args ...string) string {
	w.t.Helper()
	out, err := w.try(w.t.Context(), args...)
	if err != nil {
		w.t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return out
}

// try runs a program to its end. What it says is kept in the log of commands.
func (w *world) try(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // programs of the trial
	cmd.Env = append(os.Environ(), "ENTENTE_DB=", "ENTENTE_NODE=")
	dieWithParent(cmd)
	out, err := cmd.CombinedOutput()
	w.note("commands", fmt.Sprintf("%v\n%s%v\n", args, out, err))
	return string(out), err
}

// note adds to a log of the trial.
func (w *world) note(name, text string) {
	w.logging.Lock()
	defer w.logging.Unlock()
	f, err := os.OpenFile(filepath.Join(w.logs, name+".log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteString(text)
		_ = f.Close()
	}
	if err != nil {
		w.t.Error(err)
	}
}

// lines gives a function each whole line.
func lines(r interface{ Read([]byte) (int, error) }, f func(string)) {
	var rest []byte
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		rest = append(rest, buf[:n]...)
		for {
			line, more, ok := bytes.Cut(rest, []byte{'\n'})
			if !ok {
				break
			}
			f(string(line))
			rest = more
		}
		if err != nil {
			return
		}
	}
}

// port takes a port that is free now.
func port(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
