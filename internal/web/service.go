package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"entente/internal/auth"
)

// Health is what /healthz answers: that the program lives. The corpus is named
// to who may read it.
type Health struct {
	Status  string `json:"status"`
	Program string `json:"program"`
	Corpus  string `json:"corpus"`
	Version string `json:"corpus_version"`
	Islands string `json:"islands"` // "none", or a hash of the scripts that were built
}

func (v *server) health(w http.ResponseWriter, r *http.Request) {
	h := Health{Status: "ok", Program: v.version, Islands: v.assets.Islands()}
	if auth.From(r.Context()).May(auth.ReadPublished) {
		info := v.info()
		h.Corpus, h.Version = info.Name, info.Version
	}
	v.json(w, r, h)
}

// Ready is what /readyz answers: whether requests can be answered, which needs
// the store. The status is 200 or 503.
type Ready struct {
	Status string `json:"status"` // ready, or not ready
	Store  string `json:"store"`  // ok, does not answer, or none
	Pages  string `json:"pages"`  // ok, or cannot be made
}

// readyTime bounds how long /readyz waits for the store.
const readyTime = 2 * time.Second

func (v *server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	a := Ready{Status: "ready", Store: "none", Pages: "ok"}
	if v.store != nil {
		a.Store = "ok"
		if _, err := v.store.Mark(ctx); err != nil { // reads the clock of the schema that Open checked
			a.Status, a.Store = "not ready", "does not answer"
			v.log.WarnContext(ctx, "the store does not answer", slog.Any("error", err))
		} else if _, err := v.sites.now(ctx); err != nil {
			a.Status, a.Pages = "not ready", "cannot be made"
			v.log.ErrorContext(ctx, "the pages cannot be made", slog.Any("error", err))
		}
	}
	body, err := encodeJSON(a)
	if err != nil {
		v.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", mediaTypes[formatJSON])
	if a.Status != "ready" {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	write(w, r, body)
}

// pageList answers /pages.json: an example address of every page, for tests and
// for programs that want to see everything.
func (v *server) pageList(w http.ResponseWriter, r *http.Request) { v.json(w, r, Examples()) }

func (v *server) json(w http.ResponseWriter, r *http.Request, data any) {
	body, err := encodeJSON(data)
	if err != nil {
		v.fail(w, r, err)
		return
	}
	a := &answer{media: mediaTypes[formatJSON], body: body}
	if err := a.finish(); err != nil {
		v.fail(w, r, err)
		return
	}
	send(w, r, a)
}
