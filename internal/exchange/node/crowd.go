package node

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"
)

// crowd is a listener that closes connections of an address which has many open
// already, so that nobody alone takes all the places.
type crowd struct {
	net.Listener
	most int
	mu   sync.Mutex
	from map[netip.Prefix]int
}

// Accept implements [net.Listener].
func (c *crowd) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		key := placeOf(conn.RemoteAddr())
		if c.enter(key) {
			return &guest{Conn: conn, leave: sync.OnceFunc(func() { c.leave(key) })}, nil
		}
		_ = conn.Close() // nothing was said yet
	}
}

func (c *crowd) enter(key netip.Prefix) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.from[key] >= c.most {
		return false
	}
	if c.from == nil {
		c.from = map[netip.Prefix]int{}
	}
	c.from[key]++
	return true
}

func (c *crowd) leave(key netip.Prefix) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.from[key]--; c.from[key] <= 0 {
		delete(c.from, key)
	}
}

// placeOf is what connections are counted by: an IPv4 address, or the /64 of one in
// IPv6.
func placeOf(a net.Addr) netip.Prefix {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Prefix{}
	}
	addr := t.AddrPort().Addr().Unmap().WithZone("")
	bits := addr.BitLen()
	if addr.Is6() {
		bits = 64
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// guest is a connection that gives its place back when it is closed.
type guest struct {
	net.Conn
	leave func()
}

func (g *guest) Close() error {
	defer g.leave()
	return g.Conn.Close()
}

// quiet bounds how many lines refusals take: whoever may not come in cannot fill the
// disk with the notes of it.
type quiet struct {
	mu   sync.Mutex
	seen map[string]*refusals // by partner, "" for whoever is not known
}

type refusals struct {
	since   time.Time
	lines   int
	dropped int
}

const (
	quietLines = 10 // of one partner, or of all strangers, in …
	quietTime  = time.Minute
)

// line tells whether a refusal is written down, and how many were not since the last
// that was.
func (q *quiet) line(partner string, now time.Time) (write bool, dropped int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	r := q.seen[partner]
	if r == nil { // no more than there are partners
		if q.seen == nil {
			q.seen = map[string]*refusals{}
		}
		r = &refusals{}
		q.seen[partner] = r
	}
	if now.Sub(r.since) >= quietTime || now.Before(r.since) {
		r.since, r.lines = now, 0
	}
	if r.lines >= quietLines {
		r.dropped++
		return false, 0
	}
	r.lines++
	dropped, r.dropped = r.dropped, 0
	return true, dropped
}

// refused notes that a request was turned away at the door.
func (n *Node) refused(partner, method string, status int) {
	write, dropped := n.quiet.line(partner, n.Now())
	if !write {
		return
	}
	list := []any{slog.String("partner", partner), slog.String("method", method), slog.Int("status", status)}
	if dropped > 0 {
		list = append(list, slog.Int("more", dropped))
	}
	n.Logger.InfoContext(context.Background(), "turned away", list...)
}
