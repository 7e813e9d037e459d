// Package serving runs an HTTP server until it is told to stop.
package serving

import (
	"context"
	"errors"
	"net/http"
	"time"

	"entente"
)

// Until serves until ctx ends, then gives running requests as long as grace to
// finish, and breaks off what is left. serve is what listens: server.Serve or
// server.ServeTLS on a listener, which it closes.
//
// Errors: Unavailable, with server.Addr as its place, when serving ends by itself.
func Until(ctx context.Context, server *http.Server, grace time.Duration, serve func() error) error {
	done := make(chan error, 1)
	go func() { done <- serve() }()
	select {
	case err := <-done:
		return &entente.Error{Kind: entente.Unavailable, Op: "serve", Place: server.Addr, Msg: "the server stopped", Err: err}
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		_ = server.Close() // who did not finish in time is cut off
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
