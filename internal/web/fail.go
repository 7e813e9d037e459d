package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"entente"
	"entente/internal/message"
)

// statuses is the one table from the kind of an error to an HTTP status.
var statuses = map[entente.Kind]int{
	entente.NotFound:    http.StatusNotFound,
	entente.Invalid:     http.StatusBadRequest,
	entente.Conflict:    http.StatusConflict,
	entente.Denied:      http.StatusForbidden,
	entente.Unavailable: http.StatusServiceUnavailable,
	entente.Internal:    http.StatusInternalServerError,
}

// Failure is the JSON of an error.
type Failure struct {
	Schema string `json:"schema"` // "entente.error/1"
	Status int    `json:"status"`
	Kind   string `json:"kind"`
	Error  string `json:"error"`
	Place  string `json:"place,omitempty"`
	Hint   string `json:"hint,omitempty"`
}

// failScreen is what the error page shows.
type failScreen struct {
	Status int
	Error  string
	Place  string
	Hint   string
}

// fail answers with an error under the status of its kind.
func (s *site) fail(w http.ResponseWriter, r *http.Request, err error) {
	kind := entente.KindOf(err)
	s.failWith(w, r, statuses[kind], err)
}

// failWith answers with an error: as JSON to who asked for JSON, else as a page
// in the look of the others. What went wrong inside is for the log only.
func (s *site) failWith(w http.ResponseWriter, r *http.Request, status int, err error) {
	t := s.catalogues[message.Languages()[0]]
	f := Failure{Schema: "entente.error/1", Status: status, Kind: string(entente.KindOf(err))}
	var e *entente.Error
	if status < http.StatusInternalServerError && errors.As(err, &e) {
		f.Error, f.Place, f.Hint = e.Msg, e.Place, e.Hint
		if strings.Contains(f.Hint, "entente search") { // a hint for the command line
			f.Hint = t.T("error.search.hint")
		}
		if e.Err != nil {
			f.Error += ": " + e.Err.Error()
		}
	} else {
		f.Error, f.Hint = t.T("error.internal"), t.T("error.internal.hint")
		s.log.ErrorContext(r.Context(), "a request failed", slog.String("path", r.URL.Path), slog.Any("error", err))
	}
	h := w.Header()
	for _, name := range []string{"ETag", "Content-Disposition", "Content-Encoding", "Content-Length"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	if _, format := splitFormat(formatPath(r)); format == formatJSON || format == formatCSL {
		body, err := json.MarshalIndent(f, "", "  ")
		if err != nil {
			body = []byte("{}")
		}
		h.Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		write(w, r, append(body, '\n'))
		return
	}
	var content bytes.Buffer
	body, err := s.fault(t, failScreen{status, f.Error, f.Place, f.Hint}, &content)
	if err != nil {
		s.log.ErrorContext(r.Context(), "the error page cannot be made", slog.Any("error", err))
		http.Error(w, f.Error, status)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	write(w, r, body)
}

// write sends a body, except to HEAD. A client that went away is its own
// business.
func write(w http.ResponseWriter, r *http.Request, body []byte) {
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}
