package client_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"entente"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii/client"
)

// endless writes JSON until it is cut off or n bytes are out.
func endless(w io.Writer, head, part string, n int) int {
	block := []byte(strings.Repeat(part, 1<<20/len(part)))
	out, err := io.WriteString(w, head)
	for err == nil && out < n {
		var k int
		k, err = w.Write(block)
		out += k
	}
	return out
}

// What a hostile server sends costs bounded memory and bounded traffic.
func TestEndlessBodies(t *testing.T) {
	t.Parallel()
	const tenGB = 10 << 30
	object := report(1, 1)
	for name, tc := range map[string]struct {
		head, part string
		packed     bool
		kind       entente.Kind
	}{
		"ten gigabytes of objects":       {`{"objects":[` + object, "," + object, false, entente.Invalid},
		"ten gigabytes in one object":    {`{"objects":[{"x":"`, "xxxxxxxxxxxxxxxx", false, entente.Invalid},
		"ten gigabytes of white space":   {`{`, "                ", false, entente.Invalid},
		"ten gigabytes of depth":         {`{"objects":[{"x":`, `[[[[[[[[[[[[[[[[`, false, entente.Invalid},
		"ten gigabytes in the head":      {`{"more":"`, "xxxxxxxxxxxxxxxx", false, entente.Invalid},
		"a zip bomb":                     {`{"objects":[{"x":"`, "xxxxxxxxxxxxxxxx", true, entente.Invalid},
		"a zip bomb of objects":          {`{"objects":[` + object, "," + object, true, entente.Invalid},
		"ten gigabytes that are no JSON": {`<html>`, "<p>not here</p>!", false, entente.Invalid},
	} {
		t.Run(name, func(t *testing.T) { // not parallel: memory is measured
			var sent atomic.Int64
			f := objects(t, func(w http.ResponseWriter, _ *http.Request) {
				if !tc.packed {
					sent.Add(int64(endless(w, tc.head, tc.part, tenGB)))
					return
				}
				w.Header().Set("Content-Encoding", "gzip")
				z := gzip.NewWriter(w)
				endless(z, tc.head, tc.part, 1<<30)
				_ = z.Close()
			})
			c := dial(t, f.url, func(o *client.Options) { o.MaxBody = 1 << 20 })
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			_, err := c.Poll(t.Context(), collection, client.Cursor{}, newShelf(), client.PollOptions{})
			runtime.GC()
			runtime.ReadMemStats(&after)
			is(t, err, tc.kind)
			if sent.Load() > 300<<20 {
				t.Errorf("%d bytes were taken", sent.Load())
			}
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 32<<20 {
				t.Errorf("%d bytes are still held", grown)
			}
		})
	}
}

// A page that is too large is asked for in smaller parts.
func TestTooLargePage(t *testing.T) {
	t.Parallel()
	f := start(t, (&fake{}).fill(90))
	c := dial(t, f.url, func(o *client.Options) { o.MaxBody = 10_000 })
	s := newShelf()
	r := poll(t, c, s, client.PollOptions{})
	s.whole(t, f)
	if r.Defects[client.TooLarge] == 0 {
		t.Errorf("report %+v", r)
	}
}

// Bad objects are refused one by one; the good ones beside them are kept.
func TestBadObjects(t *testing.T) {
	t.Parallel()
	good := report(1, 1)
	deep := strings.Replace(good, `"x_big":12345678901234567890`, `"x":`+strings.Repeat("[", 5000)+strings.Repeat("]", 5000), 1)
	bad := []string{
		deep,
		strings.Replace(good, "report--00000001-8c4f", "report--not-a-uuid", 1),
		strings.Replace(good, "Synthetic 1", "nul \x00 raw", 1),
		strings.Replace(good, "Synthetic 1", `half \ud800`, 1),
		strings.Replace(good, `"id":"report--`, `"id":"identity--`, 1),
		strings.Replace(good, `"modified":"2026`, `"modified":"1999`, 1),
		strings.Replace(good, `"modified":"`, `"modified":"x`, 1),
		strings.Replace(good, `"name"`, `"id":"x","name"`, 1),
		`{}`, `7`, `null`, `"text"`, `[1,2]`,
		strings.Replace(good, "Synthetic 1", strings.Repeat("x", 200_000), 1),
	}
	f := objects(t, func(w http.ResponseWriter, _ *http.Request) {
		list := slices.Concat([]string{good}, bad, []string{report(2, 1)})
		_, _ = fmt.Fprintf(w, `{"objects":[%s]}`, strings.Join(list, ","))
	})
	c := dial(t, f.url, func(o *client.Options) {
		o.Limits = stix.DefaultLimits
		o.Limits.Bytes = 100_000
	})
	s := newShelf()
	r := poll(t, c, s, client.PollOptions{})
	if len(s.got) != 2 || r.Objects != 2 {
		t.Errorf("%d good objects, want 2", len(s.got))
	}
	if r.Refused != len(bad) || len(s.refused) != len(bad) {
		t.Errorf("%d were refused, want %d: %v", r.Refused, len(bad), s.refused)
	}
	for i, b := range s.refused {
		if len(b.Faults) == 0 || b.Index != i+1 {
			t.Errorf("refusal %d: %+v", i, b)
		}
	}
}

// Answers that are no TAXII end in an error of a kind that fits, never in a
// panic, and nothing is kept of them.
func TestNotTAXII(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"", "null", "7", "[]", "{", `{"objects":{}}`, `{"objects":[}`, `{"objects":[],"objects":[]}`, "\x00\x00", `{"more":}`, "<html></html>",
		`{"objects":[` + report(1, 1) + `,]}`, `{"more":true,"next":"` + strings.Repeat("n", 9000) + `"}`, `{"objects":` + strings.Repeat("[", 100_000),
	} {
		f := objects(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
		s := newShelf()
		r, err := dial(t, f.url).Poll(t.Context(), collection, client.Cursor{}, s, client.PollOptions{})
		is(t, err, entente.Invalid)
		if s.pages != 0 || r.Done || r.Defects[client.BrokenBody] == 0 {
			t.Errorf("%.40q: %+v", body, r)
		}
	}
	for _, body := range []string{"", "null", "7", "[]", `{"collections":7}`, `{"collections":[7]}`, strings.Repeat(`{"a":`, 200_000), `{"title":"x"`} {
		f := &fake{}
		f.before = func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "/collections/") {
				_, _ = io.WriteString(w, body)
				return true
			}
			return false
		}
		start(t, f)
		if list, err := dial(t, f.url).Collections(t.Context()); err == nil && len(list) > 0 || err != nil && entente.KindOf(err) != entente.Invalid {
			t.Errorf("%.40q: %v, %v", body, list, err)
		}
	}
}
