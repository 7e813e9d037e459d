package desk

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// sendFile hands out the file that a text was read from, only ever to be stored:
// what somebody uploaded is never shown as a page of this server.
func sendFile(c *Call) error {
	doc, err := c.Desk.Bench.Document(c.Context(), c.Path("id"))
	if err != nil {
		return err
	}
	data, _, err := c.Desk.Bench.File(c.Context(), doc.ID)
	if err != nil {
		return err
	}
	h := c.W.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(doc.Name, doc.Original)}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(data)))
	c.W.WriteHeader(http.StatusOK)
	if c.R.Method != http.MethodHead {
		_, _ = c.W.Write(data) // a reader who went away is their own business
	}
	return nil
}

// fileName is the name that the sender gave a file, without what a file system
// or a header could stumble over; a text that was pasted is named by its hash.
func fileName(name, hash string) string {
	name = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	if name == "" || name == "pasted text" {
		return "text-" + hash[:min(8, len(hash))] + ".txt"
	}
	return name
}
