package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"entente"
)

// Options configure the server.
type Options struct {
	Corpus  *entente.Corpus
	Addr    string       // HOST:PORT on this machine; empty means DefaultAddr
	Version string       // of the program, for /healthz
	Stdout  io.Writer    // gets the one line with the address
	Log     *slog.Logger // gets faults; nil drops them
}

// The patience of the server. Pages are small and come from memory.
const (
	readHeaderTime = 5 * time.Second
	readTime       = 10 * time.Second
	writeTime      = 30 * time.Second
	idleTime       = 60 * time.Second
	maxHeaderBytes = 16 << 10
	stopTime       = 5 * time.Second
)

// Handler gives the whole site as a handler, for tests and benchmarks. Addr and
// Stdout do not matter.
func Handler(o Options) (http.Handler, error) {
	s, err := newSite(o.Corpus, o.Version, logger(o))
	if err != nil {
		return nil, err
	}
	return s.handler(), nil
}

// Examples lists the example address of every page, without its twins.
func Examples() []string {
	var out []string
	for i := range registry {
		out = append(out, registry[i].examples...)
	}
	return out
}

// Run serves the corpus until ctx ends, then lets running requests finish. It
// prints "Entente is at http://…/" once it listens. Errors: an address that
// other machines could reach is Denied; a port in use is Unavailable.
func Run(ctx context.Context, o Options) error {
	if o.Addr == "" {
		o.Addr = DefaultAddr
	}
	if err := checkAddr(o.Addr); err != nil {
		return err
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", o.Addr)
	if err != nil {
		return listenError(o.Addr, err)
	}
	// "localhost" is what the machine's own table says: look again at what was bound.
	if a, ok := listener.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
		_ = listener.Close()
		return checkAddr("0.0.0.0:0")
	}
	s, err := newSite(o.Corpus, o.Version, logger(o))
	if err != nil {
		_ = listener.Close()
		return err
	}
	server := &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: readHeaderTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeaderBytes, ErrorLog: slog.NewLogLogger(logger(o).Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	if o.Stdout != nil {
		if _, err := fmt.Fprintf(o.Stdout, "Entente is at http://%s/\n", listener.Addr()); err != nil {
			_ = listener.Close()
			return err
		}
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	select {
	case err := <-done:
		return &entente.Error{Kind: entente.Unavailable, Op: "serve", Place: o.Addr, Msg: "the server stopped", Err: err}
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		_ = server.Close()
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return s.index.Close()
}

func listenError(addr string, err error) error {
	e := &entente.Error{Kind: entente.Unavailable, Op: "serve", Place: "--addr " + addr, Msg: "cannot listen there", Hint: "take a free port with --addr 127.0.0.1:0", Err: err}
	if errors.Is(err, syscall.EADDRINUSE) {
		e.Msg, e.Err = "the port is in use", nil
	}
	return e
}

func logger(o Options) *slog.Logger {
	if o.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return o.Log
}
