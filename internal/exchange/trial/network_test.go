package trial_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// The way between the nodes is cut, deaf, slow, or breaks off in the middle of
// answers and requests, while everybody works.
func TestNothingIsLostByTheNetwork(t *testing.T) {
	engines(t, func(t *testing.T, place func(*testing.T) string) {
		k := newKilling(t, place)
		via := k.a.via
		k.run(kills(t), func() {
			wait := time.Duration(50+k.rnd.IntN(400)) * time.Millisecond
			switch k.rnd.IntN(6) {
			case 0:
				k.did("cut")
				via.cut()
			case 1:
				k.did("away for a while")
				via.set(func(p *proxy) { p.shut = true })
				via.cut()
				time.Sleep(wait)
				via.set(func(p *proxy) { p.shut = false })
			case 2:
				k.did("deaf")
				via.set(func(p *proxy) { p.deaf = true })
				time.Sleep(wait)
				via.set(func(p *proxy) { p.deaf = false })
			case 3:
				k.did("deaf, then cut")
				via.set(func(p *proxy) { p.deaf = true })
				time.Sleep(wait)
				via.cut()
				via.set(func(p *proxy) { p.deaf = false })
			case 4:
				k.did("slow")
				via.set(func(p *proxy) { p.pause, p.piece = time.Millisecond, 700 })
				time.Sleep(2 * wait)
				via.set(func(p *proxy) { p.pause, p.piece = 0, 0 })
			case 5:
				k.did("breaks off in the middle")
				via.set(func(p *proxy) { p.cuts = 3000 + k.rnd.IntN(20_000) })
				time.Sleep(2 * wait)
				via.set(func(p *proxy) { p.cuts = 0 })
			}
		})
		t.Logf("%d connections, %d cut off in the middle", via.count.conns, via.count.cut)
		k.settle()
	})
}

// Every request arrives twice, the second copy after the answer to the first, or
// both at once. What lies in the collections is the same as if each had come once.
func TestDuplicateDelivery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.site(0, "")
	token := a.outsider("p0", makerA)
	reads := a.outsider("reads")
	a.furnish(both, "p0")
	server := w.process("n0-plain", os.Args[0], "-node", a.dir, "-plain", "-listen", fmt.Sprintf("127.0.0.1:%d", port(t)))
	server.env = []string{envRole + "=serve"}
	server.addr = server.args[len(server.args)-1]
	server.start()

	target, err := url.Parse("http://" + server.addr)
	if err != nil {
		t.Fatal(err)
	}
	var requests atomic.Int64
	once := httputil.NewSingleHostReverseProxy(target)
	twice := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		w.note("urls", r.Method+" "+r.URL.String()+"\n")
		n := requests.Add(1)
		copyOfIt := r.Clone(r.Context())
		r.Body, copyOfIt.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
		second := httptest.NewRecorder()
		if n%2 == 0 {
			once.ServeHTTP(second, copyOfIt)
			once.ServeHTTP(rw, r)
		} else {
			done := make(chan struct{})
			go func() { once.ServeHTTP(second, copyOfIt); close(done) }()
			once.ServeHTTP(rw, r)
			<-done
		}
		if second.Code >= 400 {
			t.Errorf("the copy of %s %s got %d: %.300s", r.Method, r.URL.Path, second.Code, second.Body)
		}
	}))
	t.Cleanup(twice.Close)
	a.plain = true
	a.via.forward(strings.TrimPrefix(twice.URL, "http://"))

	k := &killing{t: t, w: w, a: a, o: newOracle()}
	writer := a.reader("writer", colShared, token, 0, false)
	m := newMaker(seed(t), "twice", makerA, colShared)
	readers := []*reader{a.reader("by next", colShared, reads, 13, false), a.reader("by date", colShared, reads, 7, true)}
	for range 60 {
		list := m.next(1 + m.rnd.IntN(8))
		k.o.sent(list)
		s, err := writer.postOnce(t.Context(), list)
		if err != nil {
			t.Fatal(err)
		}
		if s.FailureCount > 0 || s.SuccessCount != len(list) {
			t.Errorf("of %d objects %d were kept: %+v", len(list), s.SuccessCount, s.Failures)
		}
		for _, d := range s.Successes {
			k.o.acknowledged(keyFrom(d.ID, d.Version))
		}
		k.sum.trials++
		for _, r := range readers {
			if _, err := r.page(t.Context()); err != nil {
				t.Error(err)
			}
		}
	}
	for _, r := range readers {
		r.finish(t.Context())
		k.o.check(t, r.name, r.got, both["reads"], []string{colShared}, &k.sum)
	}
	if dates := readers[0].manifest(t.Context()); len(dates) != len(readers[0].got) {
		t.Errorf("%d versions lie in the collection, %d were sent", len(dates), len(readers[0].got))
	}
	k.sum.writes = k.o.acks
	twice.Close() // once the last copies have their answers
	server.stop()
	k.w.verify(a, "*", a)
	w.noSecrets(filepath.Join(w.dir, "export"))
	t.Logf("%d requests delivered twice: %s", requests.Load(), &k.sum)
}
