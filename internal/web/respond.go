package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
)

// answer is a finished response, ready to be sent any number of times.
type answer struct {
	redirect string // an address to go to instead
	status   int    // of the redirect
	media    string
	file     string // name of the file, for the forms that are not the page
	inline   bool   // the browser may show the file instead of storing it
	body     []byte
	gzipped  []byte // empty when compression does not help
	etag     string
}

func (a *answer) bytes() int { return len(a.body) + len(a.gzipped) + 512 }

// finish compresses the body and takes its hash, once.
func (a *answer) finish() error {
	sum := sha256.Sum256(a.body)
	a.etag = hex.EncodeToString(sum[:12])
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, 6)
	if err != nil {
		return err
	}
	if _, err := z.Write(a.body); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	if b.Len() < len(a.body)*9/10 {
		a.gzipped = bytes.Clone(b.Bytes())
	}
	return nil
}

// send writes an answer, compressed for who takes that, and 304 to who has it
// already.
func send(w http.ResponseWriter, r *http.Request, a *answer) {
	if a.redirect != "" {
		keepFor(w.Header())
		w.Header().Set("Location", a.redirect)
		w.WriteHeader(a.status)
		return
	}
	h := w.Header()
	body, etag := a.body, `"`+a.etag+`"`
	h["Vary"] = append([]string{"Accept-Encoding"}, h["Vary"]...)
	if len(a.gzipped) > 0 && takesGzip(r.Header.Get("Accept-Encoding")) {
		body, etag = a.gzipped, `"`+a.etag+`-gz"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", etag)
	keepFor(h)
	h.Set("Content-Type", a.media)
	if a.file != "" {
		how := "attachment"
		if a.inline {
			how = "inline"
		}
		h.Set("Content-Disposition", how+`; filename="`+a.file+`"`)
	}
	if matches(r.Header.Get("If-None-Match"), etag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	write(w, r, body)
}

// keepFor says who may keep an answer. Another corpus may be served at the same
// address tomorrow: ask each time, by the tag. Where people sign in, the server
// has said already that the answer is for who asked.
func keepFor(h http.Header) {
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
}

func takesGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name = strings.TrimSpace(name); name == "gzip" || name == "*" {
			q = strings.ReplaceAll(q, " ", "")
			v, err := strconv.ParseFloat(strings.TrimPrefix(q, "q="), 64)
			return err != nil || v > 0
		}
	}
	return false
}

func matches(header, etag string) bool {
	for t := range strings.SplitSeq(header, ",") {
		if t = strings.TrimSpace(t); t == "*" || strings.TrimPrefix(t, "W/") == etag {
			return true
		}
	}
	return false
}
