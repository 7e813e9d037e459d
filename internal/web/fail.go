package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/message"
)

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
	Door   bool // who reads it has to sign in first, so links into the site are left out
}

// fail answers with an error under the status of its kind.
func (v *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if too, ok := errors.AsType[*http.MaxBytesError](err); ok {
		v.failWith(w, r, http.StatusRequestEntityTooLarge, &entente.Error{
			Kind: entente.Invalid, Op: "serve", Msg: fmt.Sprintf("what was sent has more than %d bytes", too.Limit), Hint: "send less at once",
		})
		return
	}
	v.failWith(w, r, auth.StatusOf(err), err)
}

// failWith answers with an error: as JSON to who asked for JSON, else as a page
// in the look of the others. What went wrong inside is for the log only.
func (v *server) failWith(w http.ResponseWriter, r *http.Request, status int, err error) {
	t := v.catalogues[message.Languages()[0]]
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
		v.log.ErrorContext(r.Context(), "a request failed", slog.String("path", r.URL.Path), slog.Any("error", err))
	}
	h := w.Header()
	for _, name := range []string{"ETag", "Content-Disposition", "Content-Encoding", "Content-Length"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	if wantsJSON(r) {
		body, err := json.MarshalIndent(f, "", "  ")
		if err != nil {
			body = []byte("{}")
		}
		h.Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		write(w, r, append(body, '\n'))
		return
	}
	who := v.readerOf(r)
	body, err := v.fault(t, who, v.info(), failScreen{status, f.Error, f.Place, f.Hint, who == visitor})
	if err != nil {
		v.log.ErrorContext(r.Context(), "the error page cannot be made", slog.Any("error", err))
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

// wantsJSON reports whether a program asked: for a twin in JSON, or with a token
// and no wish for HTML.
func wantsJSON(r *http.Request) bool {
	if _, format := splitFormat(formatPath(r)); format == formatJSON || format == formatCSL {
		return true
	}
	return r.Header.Get("Authorization") != "" && !strings.Contains(r.Header.Get("Accept"), "text/html")
}
