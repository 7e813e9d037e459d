package taxii

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// Answers are built in buffers that are used again. Objects pass through one in
// pieces, byte for byte.
const (
	piece   = 128 << 10
	maxKept = 1 << 20 // a larger buffer is given up
)

var buffers = sync.Pool{New: func() any { b := make([]byte, 0, piece+4096); return &b }}

func getBuffer() *[]byte {
	b, ok := buffers.Get().(*[]byte)
	if !ok {
		b = new([]byte)
	}
	*b = (*b)[:0]
	return b
}

func putBuffer(b *[]byte) {
	if cap(*b) <= maxKept {
		buffers.Put(b)
	}
}

// Values of headers that are the same in each answer; they are never written to.
var (
	typeHeader    = []string{MediaType}
	noStore       = []string{"no-store"}
	noSniff       = []string{"nosniff"}
	gzipHeader    = []string{"gzip"}
	byEncoding    = []string{"Accept-Encoding"}
	minGzip       = 4 << 10
	gzipWriters   = sync.Pool{New: newGzip}
	emptyResource = []byte("{}")
)

func newGzip() any {
	z, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	if err != nil {
		return nil
	}
	return z
}

// start sends status and headers and gives where the body of size bytes goes; end
// must be called after the last byte.
func (c *call) start(status int, size int) (out io.Writer, end func() error) {
	c.began, c.event.Status = true, status
	h := c.w.Header()
	h["Content-Type"], h["Cache-Control"], h["X-Content-Type-Options"] = typeHeader, noStore, noSniff
	if c.o.Gzip {
		h["Vary"] = byEncoding
	}
	counted := &counter{w: c.w, n: &c.event.Bytes}
	if c.o.Gzip && !c.head && size >= minGzip && takesGzip(c.r.Header.Get("Accept-Encoding")) {
		if z, ok := gzipWriters.Get().(*gzip.Writer); ok {
			h["Content-Encoding"] = gzipHeader
			c.w.WriteHeader(status)
			z.Reset(counted)
			return z, func() error {
				err := z.Close()
				gzipWriters.Put(z)
				return err
			}
		}
	}
	if !c.head {
		h["Content-Length"] = []string{strconv.Itoa(size)}
	}
	c.w.WriteHeader(status)
	if c.head {
		return io.Discard, func() error { return nil }
	}
	return counted, func() error { return nil }
}

// send sends a whole answer. A client that went away is no fault.
func (c *call) send(status int, body []byte) error {
	out, end := c.start(status, len(body))
	_, err := out.Write(body)
	return c.finish(err, end)
}

// stream sends what is in b, the objects and the end of the envelope.
func (c *call) stream(b *[]byte, list []Record) error {
	size := len(*b) + len(list) - 1 + len("]}")
	for i := range list {
		size += len(list[i].Body)
	}
	out, end := c.start(http.StatusOK, size)
	var err error
	for i := range list {
		if i > 0 {
			*b = append(*b, ',')
		}
		body := list[i].Body
		for len(*b)+len(body) > piece && err == nil {
			n := max(piece-len(*b), 0)
			*b = append(*b, body[:n]...)
			body = body[n:]
			_, err = out.Write(*b)
			*b = (*b)[:0]
		}
		if err != nil {
			break
		}
		*b = append(*b, body...)
	}
	if err == nil {
		*b = append(*b, "]}"...)
		_, err = out.Write(*b)
	}
	return c.finish(err, end)
}

func (c *call) finish(err error, end func() error) error {
	if e := end(); err == nil {
		err = e
	}
	if err != nil {
		c.event.Status, c.event.Err = statusGone, err
	}
	return nil
}

// json sends a value as JSON.
func (c *call) json(status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return c.send(status, b)
}

type counter struct {
	w io.Writer
	n *int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	*c.n += int64(n)
	return n, err
}

func takesGzip(header string) bool {
	for item := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(item, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			return param(params, "q") != 0
		}
	}
	return false
}

// appendString writes a JSON string.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, err := json.Marshal(s)
			if err != nil {
				return append(b, `""`...)
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
