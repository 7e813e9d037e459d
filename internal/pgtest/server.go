package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNone says that there is no PostgreSQL server program on this machine.
var ErrNone = errors.New("no PostgreSQL server program was found")

// Options start a server.
type Options struct {
	// Durable flushes to the disk as a real server does. Otherwise nothing is
	// flushed, which is quick and loses everything with the machine.
	Durable bool
	// Settings are further lines of its configuration, "name=value".
	Settings []string
}

// Server is a private PostgreSQL server. It stops when the program that started
// it ends, even when that is killed.
type Server struct {
	dir  string // holds the data, the socket and the log
	bin  string
	o    Options
	cmd  *exec.Cmd
	tied io.Closer // the guard ends the server when this closes
}

// programs finds the folder of initdb and postgres: on PATH, or where Debian
// puts them.
func programs() (string, error) {
	both := func(dir string) bool {
		for _, name := range []string{"initdb", "postgres"} {
			if st, err := os.Stat(filepath.Join(dir, name)); err != nil || st.IsDir() {
				return false
			}
		}
		return true
	}
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil { // initdb looks for its data beside the real program
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is sound
	slices.Reverse(debian)                                  // the newest first
	for _, dir := range append(dirs, debian...) {
		if both(dir) {
			return dir, nil
		}
	}
	return "", ErrNone
}

// Start makes a new cluster in a temporary folder and starts it. As root it
// runs as the user postgres. Errors: [ErrNone] when PostgreSQL is not there.
func Start(ctx context.Context, o Options) (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pg") // short: a socket's path has 107 bytes
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: bin, o: o}
	if err := s.init(ctx); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	if err := s.Run(ctx); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return s, nil
}

func (s *Server) init(ctx context.Context) error {
	if err := give(s.dir); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, "initdb"), "-D", filepath.Join(s.dir, "data"), "-U", "postgres",
		"--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	cmd.Dir = s.dir
	if err := drop(cmd); err != nil {
		return err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

// guard runs the server until its own input ends, which it does when the
// program that holds the other end is gone.
const guard = `"$@" >"$0" 2>&1 & pid=$!; cat >/dev/null; kill -QUIT $pid 2>/dev/null; wait $pid`

// Run starts the server after [Server.Stop] or [Server.Kill] and waits until it
// answers.
func (s *Server) Run(ctx context.Context) error {
	args := []string{"-c", guard, filepath.Join(s.dir, "log"), filepath.Join(s.bin, "postgres"), "-D", filepath.Join(s.dir, "data")}
	settings := []string{"listen_addresses=", "unix_socket_directories=" + s.dir, "max_connections=120", "log_min_messages=warning", "timezone=UTC"}
	if !s.o.Durable {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	for _, v := range append(settings, s.o.Settings...) {
		args = append(args, "-c", v)
	}
	var err error
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		if err = s.try(ctx, args); err == nil {
			return nil
		}
	}
	text, _ := os.ReadFile(filepath.Join(s.dir, "log")) // best effort: it only explains
	return fmt.Errorf("the server does not answer: %w\n%s", err, bytes.TrimSpace(text))
}

// try starts the server once. After a kill the system may need a moment to
// clear away the old one, and the new one gives up at once.
func (s *Server) try(ctx context.Context, args []string) error {
	_ = os.Remove(filepath.Join(s.dir, "log")) // what the last one said is not of this one
	s.cmd = exec.Command("/bin/sh", args...)   //nolint:noctx // it lives as long as the server
	s.cmd.Dir = s.dir
	if err := drop(s.cmd); err != nil {
		return err
	}
	in, err := s.cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.tied = in
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		c, err := pgx.Connect(ctx, s.DSN("postgres"))
		if err == nil {
			return c.Close(ctx)
		}
		text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		if ctx.Err() != nil || time.Now().After(deadline) || bytes.Contains(text, []byte("FATAL:  pre-existing")) {
			return errors.Join(err, s.Stop())
		}
	}
}

// DSN is the address of a database of the server.
func (s *Server) DSN(database string) string {
	q := url.Values{"host": {s.dir}, "user": {"postgres"}}
	return "postgres:///" + url.PathEscape(database) + "?" + q.Encode()
}

// PID is the process number of the server.
func (s *Server) PID() (int, error) {
	text, err := os.ReadFile(filepath.Join(s.dir, "data", "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	var pid int
	_, err = fmt.Sscan(strings.SplitN(string(text), "\n", 2)[0], &pid)
	return pid, err
}

// Kill ends the server's processes with SIGKILL, as a failing machine would.
func (s *Server) Kill() error {
	pid, err := s.PID()
	if err != nil {
		return err
	}
	if err := kill(pid); err != nil {
		return err
	}
	return s.Stop()
}

// Stop stops the server at once and keeps its data.
func (s *Server) Stop() error {
	if s.cmd == nil {
		return nil
	}
	_ = s.tied.Close() // closing a pipe does not fail in a way that matters
	err := s.cmd.Wait()
	s.cmd = nil
	if _, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil // it was told to
	}
	return err
}

// Close stops the server and removes its data.
func (s *Server) Close() error {
	return errors.Join(s.Stop(), os.RemoveAll(s.dir))
}
