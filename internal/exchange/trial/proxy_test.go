package trial_test

import (
	"crypto/x509"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// proxy is the way to the servers of a node: it hands each connection to one of
// them, and can be slow, cut off or deaf.
type proxy struct {
	t *testing.T
	l net.Listener

	mu    sync.Mutex
	to    []string
	conns map[net.Conn]struct{}
	shut  bool          // new connections are refused
	deaf  bool          // nothing moves, and nobody is told
	pause time.Duration // before each piece
	piece int           // bytes that go at once; 0: as they come
	cuts  int           // a connection is cut after so many bytes; 0: never
	count struct{ conns, cut int }
}

func newProxy(t *testing.T) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{t: t, l: l, conns: map[net.Conn]struct{}{}}
	t.Cleanup(func() {
		_ = l.Close()
		p.cut()
	})
	go p.run()
	return p
}

func (p *proxy) addr() string { return p.l.Addr().String() }

func (p *proxy) forward(to ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.to = to
}

// set changes how the way is.
func (p *proxy) set(f func(*proxy)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(p)
}

// cut ends all connections at once, in the middle of whatever moves.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		if t, ok := c.(*net.TCPConn); ok {
			_ = t.SetLinger(0) // a reset, not an end
		}
		_ = c.Close()
		p.count.cut++
	}
	clear(p.conns)
}

func (p *proxy) run() {
	for {
		c, err := p.l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(time.Millisecond)
			continue
		}
		p.mu.Lock()
		shut, to := p.shut, append([]string{}, p.to...)
		p.count.conns++
		p.mu.Unlock()
		if shut {
			_ = c.Close()
			continue
		}
		go p.carry(c, to)
	}
}

// carry joins a connection to one of the servers that answer.
func (p *proxy) carry(c net.Conn, to []string) {
	rand.Shuffle(len(to), func(i, j int) { to[i], to[j] = to[j], to[i] })
	for _, addr := range to {
		s, err := net.DialTimeout("tcp", addr, time.Second)
		if err != nil {
			continue
		}
		p.mu.Lock()
		p.conns[c], p.conns[s] = struct{}{}, struct{}{}
		p.mu.Unlock()
		var both sync.WaitGroup
		both.Go(func() { p.copy(s, c) })
		both.Go(func() { p.copy(c, s) })
		both.Wait()
		p.mu.Lock()
		delete(p.conns, c)
		delete(p.conns, s)
		p.mu.Unlock()
		_, _ = c.Close(), s.Close()
		return
	}
	_ = c.Close()
}

func (p *proxy) copy(to, from net.Conn) {
	buf := make([]byte, 32<<10)
	moved := 0
	for {
		p.mu.Lock()
		pause, piece, cuts := p.pause, p.piece, p.cuts
		p.mu.Unlock()
		if piece == 0 {
			piece = len(buf)
		}
		n, err := from.Read(buf[:min(piece, len(buf))])
		for p.isDeaf() {
			time.Sleep(5 * time.Millisecond)
		}
		if pause > 0 {
			time.Sleep(pause)
		}
		if moved += n; cuts > 0 && moved > cuts {
			p.mu.Lock()
			p.count.cut++
			p.mu.Unlock()
			for _, c := range []net.Conn{to, from} {
				if t, ok := c.(*net.TCPConn); ok {
					_ = t.SetLinger(0)
				}
				_ = c.Close()
			}
			return
		}
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				_ = from.Close()
				return
			}
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				if t, ok := to.(*net.TCPConn); ok {
					_ = t.CloseWrite()
					return
				}
			}
			_ = to.Close()
			return
		}
	}
}

func (p *proxy) isDeaf() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.deaf
}

func poolOf(ca []byte) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca) {
		return nil, errors.New("no certificate in the bundle")
	}
	return pool, nil
}
