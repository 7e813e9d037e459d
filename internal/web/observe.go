package web

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// requestLog writes a line for each request, when it is on. A line never holds
// a query, a header or a body, and not who asked: what was changed, and by whom,
// is in the change log and the audit log.
type requestLog struct {
	on  bool
	log *slog.Logger
}

func (l requestLog) line(ctx context.Context, r *http.Request, seen *seen, took time.Duration) {
	if !l.on {
		return
	}
	l.log.InfoContext(ctx, "request",
		slog.String("method", methodOf(r)), slog.String("path", clip(r.URL.Path)), slog.String("route", seen.route), slog.Int("status", seen.status),
		slog.Int64("bytes", seen.bytes), slog.Float64("ms", float64(took.Microseconds())/1000))
}

// seen is what is known of an answer when it is finished.
type seen struct {
	route  string
	status int
	bytes  int64
}

type seenKey struct{}

// observe measures and logs each request.
func (v *server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		s := &seen{route: "refused"}
		defer func() { // also when the client went away
			took := time.Since(start)
			v.meter.request(methodOf(r), s, took)
			v.lines.line(r.Context(), r, s, took)
		}()
		next.ServeHTTP(&watched{w, s}, r.WithContext(context.WithValue(r.Context(), seenKey{}, s)))
	})
}

// named notes which route answers.
func (v *server) named(e *route, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s, ok := r.Context().Value(seenKey{}).(*seen); ok {
			s.route = e.name
		}
		next.ServeHTTP(w, r)
	})
}

// methodOf keeps made-up methods out of the measures.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
		return r.Method
	}
	return "other"
}

// watched notes status and size of an answer.
type watched struct {
	http.ResponseWriter
	*seen
}

// Unwrap lets http.ResponseController find the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader notes the status.
func (w *watched) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write notes the size.
func (w *watched) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// cutOrigin gives the host of an origin "https://HOST".
func cutOrigin(origin string) (string, bool) { return strings.CutPrefix(origin, "https://") }
