package node

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"golang.org/x/net/netutil"

	"entente"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/taxii"
	"entente/internal/serving"
)

// ServeOptions configure the exchange listener.
type ServeOptions struct {
	// Addr is HOST:PORT; empty is what the node's file says.
	Addr string
	// Plain serves without TLS, on this machine only: for tests, measuring, and a
	// proxy on the same machine that holds the certificate.
	Plain  bool
	Stdout io.Writer // gets the one line with the address; nil: nobody
	// PerMinute bounds the requests of a partner; 0 is the default.
	PerMinute int
	// Ready is told the address once it listens; nil: nobody.
	Ready func(net.Addr)
}

// The patience of the listener. A page of objects is some megabytes, on lines that
// may be slow; whoever sends nothing at all is cut off soon.
const (
	headTime  = 10 * time.Second
	readTime  = 5 * time.Minute
	writeTime = 5 * time.Minute
	idleTime  = 2 * time.Minute
	stopTime  = 10 * time.Second
	maxHead   = 32 << 10
	maxConns  = 2000
	maxFrom   = 250 // connections of one address
)

// Handler gives everything that a node shows its partners: the TAXII server and
// the exchange of proofs.
func (n *Node) Handler(o ServeOptions) (http.Handler, error) {
	t, err := taxii.NewServer(backend{n}, taxii.Options{NextKey: n.derive("taxii next"), MaxContent: maxContent, PerMinute: o.PerMinute, Now: n.Now, Event: n.served})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/taxii2/", t)
	mux.Handle("/taxii2", t)
	mux.Handle(pathExchange, newExchange(n))
	return mux, nil
}

// served notes what an operator should know of a request: refusals and faults. A
// poll every few seconds by each partner is nothing to write down.
func (n *Node) served(e taxii.Event) {
	level := slog.LevelDebug
	switch {
	case e.Status >= http.StatusInternalServerError:
		level = slog.LevelError
	case e.Status >= http.StatusBadRequest && e.Status != 499 || e.Method != http.MethodGet:
		level = slog.LevelInfo
	}
	if !n.Logger.Enabled(context.Background(), level) {
		return
	}
	if e.Status == http.StatusUnauthorized || e.Status == http.StatusTooManyRequests {
		n.refused(e.Partner, e.Method, e.Status)
		return
	}
	list := []any{slog.String("partner", e.Partner), slog.String("method", e.Method), slog.String("endpoint", e.Endpoint), slog.String("collection", e.Collection), slog.Int("status", e.Status), slog.Int("records", e.Records), slog.Duration("took", e.Took)}
	if e.Err != nil {
		list = append(list, slog.Any("error", e.Err))
	}
	n.Logger.Log(context.Background(), level, "exchange", list...)
}

// Serve serves partners until ctx ends, then lets running requests finish. Before
// it signs anything it asks partners what they have seen of this node's log.
// Errors: Denied for Plain beyond this machine; Unavailable for a port in use.
func (n *Node) Serve(ctx context.Context, o ServeOptions) error {
	if o.Addr == "" {
		o.Addr = n.Config.Listen
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", o.Addr)
	if err != nil {
		e := &entente.Error{Kind: entente.Unavailable, Op: "serve", Place: o.Addr, Msg: "cannot listen there", Hint: "take a free port with --listen 127.0.0.1:0", Err: err}
		if errors.Is(err, syscall.EADDRINUSE) {
			e.Msg, e.Err = "the port is in use", nil
		}
		return e
	}
	return n.ServeOn(ctx, listener, o)
}

// ServeOn is Serve on a listener that is there, which it closes.
func (n *Node) ServeOn(ctx context.Context, listener net.Listener, o ServeOptions) error {
	defer func() { _ = listener.Close() }() // closed already when all went well
	bound, ok := listener.Addr().(*net.TCPAddr)
	if o.Plain && (!ok || !bound.IP.IsLoopback()) {
		return &entente.Error{Kind: entente.Denied, Op: "serve", Place: o.Addr, Msg: "without TLS the exchange is served on this machine only", Hint: "use 127.0.0.1, or leave --plain out"}
	}
	asked := make(chan struct{})
	n.asked.Store(&asked)
	h, err := n.Handler(o)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: headTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHead,
		ErrorLog:    slog.NewLogLogger(n.Logger.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	scheme := "http"
	if !o.Plain { // else all come from a proxy on this machine
		listener = &crowd{Listener: listener, most: maxFrom}
	}
	listener = netutil.LimitListener(listener, maxConns)
	if !o.Plain {
		scheme = "https"
		if server.TLSConfig, err = n.serverTLS(); err != nil {
			return err
		}
	}
	if o.Stdout != nil {
		if _, err := fmt.Fprintf(o.Stdout, "The exchange is at %s://%s/\n", scheme, bound); err != nil {
			return err
		}
	}
	if o.Ready != nil {
		o.Ready(listener.Addr())
	}
	return n.run(ctx, server, listener, o.Plain)
}

// run serves and keeps house until ctx ends.
func (n *Node) run(ctx context.Context, server *http.Server, listener net.Listener, plain bool) error {
	background, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	wait.Go(func() { n.keepHouse(background, *n.asked.Load()) })
	wait.Go(func() {
		if err := n.Shelf.Warm(background); err != nil && background.Err() == nil {
			n.Logger.WarnContext(background, "the collections could not be read ahead", slog.Any("error", err))
		}
	})
	defer wait.Wait()
	defer cancel()
	return serving.Until(ctx, server, stopTime, func() error {
		if plain {
			return server.Serve(listener)
		}
		return server.ServeTLS(listener, "", "")
	})
}

// serverTLS is TLS 1.2 and later, of 1.2 only what HTTP/2 allows. A client may
// show a certificate; the book decides whose it is.
func (n *Node) serverTLS() (*tls.Config, error) {
	c, err := partner.ServerTLS(n.Dir)
	if err != nil {
		return nil, err
	}
	c.MinVersion = tls.VersionTLS12
	c.CipherSuites = []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	}
	return c, nil
}

const (
	tidyEvery = 10 * time.Minute
	signIdle  = 30 * time.Second
)

// keepHouse removes what is over and signs the log now and then, so that the time
// of a leaf is bounded also when nobody asks.
func (n *Node) keepHouse(ctx context.Context, asked chan<- struct{}) {
	n.AskSeen(ctx)
	close(asked)
	tidy, sign := time.NewTicker(tidyEvery), time.NewTicker(signIdle)
	defer tidy.Stop()
	defer sign.Stop()
	for {
		var err error
		what := "the log could not be signed"
		select {
		case <-ctx.Done():
			return
		case <-sign.C:
			err = n.signGrown(ctx)
		case <-tidy.C:
			what = "old statuses could not be removed"
			err = n.Shelf.Tidy(ctx)
		}
		if err != nil && ctx.Err() == nil {
			n.Logger.WarnContext(ctx, what, slog.Any("error", err))
		}
	}
}
