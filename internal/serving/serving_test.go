package serving_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"entente"
	"entente/internal/serving"
)

// A request that runs when the server is told to stop gets its answer; a listener
// that fails is told with its address.
func TestUntil(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	began, goOn := make(chan bool), make(chan bool)
	server := &http.Server{Addr: listener.Addr().String(), ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(began)
		<-goOn
		_, _ = io.WriteString(w, "whole")
	})}
	ctx, stop := context.WithCancel(t.Context())
	ended, got := make(chan error, 1), make(chan string, 1)
	go func() {
		ended <- serving.Until(ctx, server, time.Minute, func() error { return server.Serve(listener) })
	}()
	go func() {
		res, err := http.Get("http://" + server.Addr) //nolint:noctx // it ends with the server
		if err != nil {
			got <- err.Error()
			return
		}
		defer func() { _ = res.Body.Close() }()
		b, _ := io.ReadAll(res.Body)
		got <- string(b)
	}()
	<-began
	stop()
	close(goOn)
	if s := <-got; s != "whole" {
		t.Errorf("the request that ran got %q", s)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	err = serving.Until(t.Context(), &http.Server{Addr: "here:1", ReadHeaderTimeout: time.Minute}, time.Second, func() error { return net.ErrClosed })
	if e := entente.KindOf(err); e != entente.Unavailable {
		t.Errorf("a listener that fails: %v", err)
	}
}
