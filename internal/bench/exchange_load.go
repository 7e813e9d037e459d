package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// The load generator shares the processors with what it measures, so it speaks
// HTTP/1.1 itself, on connections that stay open, and reads no more of an answer
// than its length.

// wire is one connection.
type wire struct {
	conn net.Conn
	r    *bufio.Reader
}

// dialWire connects, with TLS when a configuration is given.
func dialWire(addr string, config *tls.Config) (*wire, error) {
	conn, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return nil, err
	}
	if config != nil {
		conn = tls.Client(conn, config)
	}
	return &wire{conn: conn, r: bufio.NewReaderSize(conn, 256<<10)}, nil
}

// reply is what is kept of an answer.
type reply struct {
	status int
	bytes  int
	last   string // X-TAXII-Date-Added-Last
	more   bool   // the envelope says that there is more
}

var (
	headLength = []byte("Content-Length:")
	headLast   = []byte("X-Taxii-Date-Added-Last:")
	headChunks = []byte("Transfer-Encoding:")
)

// ask sends a request and passes over the body, or gives it to keep.
func (w *wire) ask(request []byte, keep io.Writer) (reply, error) {
	var a reply
	if err := w.conn.SetDeadline(time.Now().Add(5 * time.Minute)); err != nil {
		return a, err
	}
	if _, err := w.conn.Write(request); err != nil {
		return a, err
	}
	line, err := w.r.ReadSlice('\n')
	if err != nil {
		return a, err
	}
	if len(line) < 12 {
		return a, errors.New("no answer of HTTP")
	}
	a.status, _ = strconv.Atoi(string(line[9:12]))
	length := -1
	for {
		if line, err = w.r.ReadSlice('\n'); err != nil {
			return a, err
		}
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case len(line) == 0:
			if length < 0 {
				return a, errors.New("an answer without a length")
			}
			a.bytes = length
			err = w.body(length, keep, &a)
			return a, err
		case bytes.HasPrefix(line, headLength):
			length, err = strconv.Atoi(string(bytes.TrimSpace(line[len(headLength):])))
			if err != nil {
				return a, err
			}
		case bytes.HasPrefix(line, headLast):
			a.last = string(bytes.TrimSpace(line[len(headLast):]))
		case bytes.HasPrefix(line, headChunks):
			return a, errors.New("an answer in chunks")
		}
	}
}

// body passes over a body, of which the beginning tells whether there is more.
func (w *wire) body(length int, keep io.Writer, a *reply) error {
	const more = `{"more":true`
	if length >= len(more) {
		head, err := w.r.Peek(len(more))
		if err != nil {
			return err
		}
		a.more = string(head) == more
	}
	if keep != nil {
		_, err := io.CopyN(keep, w.r, int64(length))
		return err
	}
	_, err := w.r.Discard(length)
	return err
}

// get writes a request.
func get(path, authorization string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: bench\r\nAccept: application/taxii+json;version=2.1\r\nAuthorization: " + authorization + "\r\n\r\n")
}

// measured is what a number of clients measured together.
type measured struct {
	times []time.Duration // sorted
	took  time.Duration
	bytes int64
	cpu   float64 // seconds of the server and its database
	own   float64 // … of the server alone, where it is told apart
}

func (m *measured) perSecond() float64 { return float64(len(m.times)) / m.took.Seconds() }
func (m *measured) cpuMS() float64     { return m.cpu * 1000 / float64(len(m.times)) }

// press lets clients send requests for a while: next gives the i-th of all.
func press(dial func() (*wire, error), clients int, span time.Duration, cpu func() float64, next func(i int) []byte) (*measured, error) {
	type part struct {
		times []time.Duration
		bytes int64
		err   error
	}
	parts := make([]part, clients)
	wires := make([]*wire, clients)
	for i := range wires {
		w, err := dial()
		if err != nil {
			return nil, err
		}
		defer func() { _ = w.conn.Close() }()
		if _, err := w.ask(next(i), nil); err != nil { // warm
			return nil, err
		}
		wires[i] = w
	}
	before, start := cpu(), time.Now()
	var all sync.WaitGroup
	for c, w := range wires {
		all.Go(func() {
			p := &parts[c]
			for i := c; time.Since(start) < span; i += clients {
				from := time.Now()
				a, err := w.ask(next(i), nil)
				if err == nil && a.status != 200 {
					err = fmt.Errorf("status %d", a.status)
				}
				if err != nil {
					p.err = err
					return
				}
				p.times = append(p.times, time.Since(from))
				p.bytes += int64(a.bytes)
			}
		})
	}
	all.Wait()
	m := &measured{took: time.Since(start), cpu: cpu() - before}
	for _, p := range parts {
		if p.err != nil {
			return nil, p.err
		}
		m.times = append(m.times, p.times...)
		m.bytes += p.bytes
	}
	slices.Sort(m.times)
	return m, nil
}
