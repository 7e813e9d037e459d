package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/exchange/node"
	"entente/internal/serving"
	"entente/internal/store"
	"entente/internal/workbench"
)

// Options configure the server.
type Options struct {
	Corpus *entente.Corpus // what is shown; not used with a Store

	// Store is the workbench: its published content is shown, and followed. Run
	// takes it over and closes it.
	Store *store.Store
	Bench *workbench.Bench // works on Store; nil makes one
	// Accounts keeps accounts, sessions, tokens and the audit log. Without it
	// there is no sign-in, and the address must be one of this machine.
	Accounts auth.Store
	// Node is the node of the exchange that works on the same Store, for the pages of
	// the exchange; nil for a server that takes part in none.
	Node     *node.Node
	Auth     auth.Config      // TLS, proxy, sessions, OpenID Connect
	AuthDeps auth.Deps        // for tests
	Now      func() time.Time // the clock; nil is the system's

	Addr         string       // HOST:PORT; empty means DefaultAddr
	AllowedHosts []string     // names under which others reach the server, beside the proxy's and that of Addr
	Version      string       // of the program, for /healthz
	Stdout       io.Writer    // gets the one line with the address
	Log          *slog.Logger // gets faults; nil drops them
	LogRequests  bool         // the log gets a line for each request too, without its query
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

// Handler gives the whole site as a handler, for tests and benchmarks. Stdout
// does not matter.
func Handler(o Options) (http.Handler, error) {
	mode, err := modeOf(context.Background(), &o)
	if err != nil {
		return nil, err
	}
	_, h, err := build(o, mode)
	return h, err
}

// modeOf decides in which mode the server may start, or why it may not.
func modeOf(ctx context.Context, o *Options) (auth.Mode, error) {
	if o.Addr == "" {
		o.Addr = DefaultAddr
	}
	host, err := checkAddr(o.Addr)
	if err != nil {
		return "", err
	}
	var accounts []auth.Account
	if o.Accounts != nil {
		if accounts, err = o.Accounts.Accounts(ctx); err != nil {
			return "", err
		}
	}
	mode, err := auth.Check(o.Addr, o.Auth, accounts)
	if err != nil {
		return "", err
	}
	if everyAddress(host) && len(o.AllowedHosts) == 0 && o.Auth.Proxy == "" {
		return "", &entente.Error{
			Kind: entente.Invalid, Op: "serve", Place: "--addr " + o.Addr, Msg: "it is not said under which name others reach this server",
			Hint: "name it with --host NAME: requests for other names are refused, so that a foreign page cannot reach it",
		}
	}
	return mode, nil
}

// build makes the server with all its addresses.
func build(o Options, mode auth.Mode) (*server, http.Handler, error) {
	v, err := newServer(o, mode)
	if err != nil {
		return nil, nil, err
	}
	list, err := v.routes()
	if err != nil {
		return nil, nil, err
	}
	h, err := v.mount(list)
	return v, h, err
}

// Examples lists the example address of every page, without its twins.
func Examples() []string {
	var out []string
	for i := range registry {
		out = append(out, registry[i].examples...)
	}
	return out
}

// Run serves until ctx ends, then lets running requests finish and closes the
// store. It prints "Entente is at http://…/" once it listens. Errors: an address
// that other people could reach without signing in is Denied; a port in use is
// Unavailable.
func Run(ctx context.Context, o Options) (err error) {
	if o.Store != nil {
		defer func() { err = errors.Join(err, o.Store.Close()) }()
	}
	mode, err := modeOf(ctx, &o)
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", o.Addr)
	if err != nil {
		return listenError(o.Addr, err)
	}
	// "localhost" is what the machine's own table says: look again at what was bound.
	if err := boundRight(listener.Addr(), mode, o); err != nil {
		_ = listener.Close()
		return err
	}
	v, handler, err := build(o, mode)
	if err != nil {
		_ = listener.Close()
		return err
	}
	server := &http.Server{
		Addr: o.Addr, Handler: handler, ReadHeaderTimeout: readHeaderTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeaderBytes, ErrorLog: slog.NewLogLogger(logger(o).Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		TLSConfig:   &tls.Config{MinVersion: tls.VersionTLS12},
	}
	if o.Stdout != nil {
		if _, err := fmt.Fprintf(o.Stdout, "Entente is at %s/\n", originOf(o, listener.Addr())); err != nil {
			_ = listener.Close()
			return err
		}
	}
	sweep, cancel := context.WithCancel(ctx)
	defer cancel()
	go v.sweep(sweep)
	return errors.Join(serving.Until(ctx, server, stopTime, func() error { return serve(server, listener, o) }), v.sites.close())
}

// serve answers on the listener, with TLS when there is a certificate.
func serve(server *http.Server, listener net.Listener, o Options) error {
	if o.Auth.TLSCert != "" {
		return server.ServeTLS(listener, o.Auth.TLSCert, o.Auth.TLSKey)
	}
	return server.Serve(listener)
}

// boundRight checks that a server without accounts, or without HTTPS, listens on
// this machine only.
func boundRight(bound net.Addr, mode auth.Mode, o Options) error {
	a, ok := bound.(*net.TCPAddr)
	if ok && a.IP.IsLoopback() || mode == auth.Accounts && o.Auth.Secure() {
		return nil
	}
	return &entente.Error{
		Kind: entente.Denied, Op: "serve", Place: "--addr " + o.Addr, Msg: "the name stands for an address that other machines could reach",
		Hint: "use 127.0.0.1 or ::1",
	}
}

// originOf is the address that a person opens.
func originOf(o Options, bound net.Addr) string {
	switch {
	case o.Auth.Proxy != "":
		return o.Auth.Proxy
	case o.Auth.TLSCert == "":
		return "http://" + bound.String()
	}
	host := bound.String()
	if name, _, err := net.SplitHostPort(o.Addr); err == nil && everyAddress(name) && len(o.AllowedHosts) > 0 {
		if _, port, err := net.SplitHostPort(host); err == nil {
			host = net.JoinHostPort(hostName(o.AllowedHosts[0]), port)
		}
	}
	return "https://" + host
}

// sweepEvery is how often sessions that are over are removed.
const sweepEvery = 10 * time.Minute

// sweep removes sessions that are over, now and then.
func (v *server) sweep(ctx context.Context) {
	if v.service == nil {
		return
	}
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := v.service.Sweep(ctx); err != nil && ctx.Err() == nil {
				v.log.WarnContext(ctx, "old sessions could not be removed", slog.Any("error", err))
			}
		}
	}
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
