package web

import (
	"net/http"
)

// Health is what /healthz answers.
type Health struct {
	Status  string `json:"status"`
	Program string `json:"program"`
	Corpus  string `json:"corpus"`
	Version string `json:"corpus_version"`
	Islands string `json:"islands"` // "none", or a hash of the scripts that were built
}

func (s *site) health(w http.ResponseWriter, r *http.Request) {
	s.json(w, r, Health{"ok", s.version, s.corpus.Info.Name, s.corpus.Info.Version, s.assets.Islands()})
}

// pageList answers /pages.json: an example address of every page, for tests and
// for programs that want to see everything.
func (s *site) pageList(w http.ResponseWriter, r *http.Request) { s.json(w, r, Examples()) }

func (s *site) json(w http.ResponseWriter, r *http.Request, v any) {
	body, err := encodeJSON(v)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	a := &answer{media: mediaTypes[formatJSON], body: body}
	if err := a.finish(); err != nil {
		s.fail(w, r, err)
		return
	}
	send(w, r, a)
}
