package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"entente"
)

// TestRun starts the server as the command does, asks it and stops it.
func TestRun(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Options{Corpus: siteOf(t).corpus, Addr: "127.0.0.1:0", Stdout: in})
	}()
	var line string
	buf := make([]byte, 200)
	n, err := out.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	line = strings.TrimSpace(string(buf[:n]))
	addr, ok := strings.CutPrefix(line, "Entente is at ")
	if !ok {
		t.Fatalf("the first line is %q", line)
	}
	r, err := http.Get(addr + "healthz") //nolint:noctx // the test's own server
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != 200 {
		t.Errorf("status %d", r.StatusCode)
	}

	// Its port is taken now.
	host := strings.TrimSuffix(strings.TrimPrefix(addr, "http://"), "/")
	err = Run(t.Context(), Options{Corpus: siteOf(t).corpus, Addr: host})
	if kindOf(err) != entente.Unavailable || !strings.Contains(err.Error(), "--addr 127.0.0.1:0") {
		t.Errorf("port in use: %v", err)
	}

	stop()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("stopped with %v", err)
		}
	case <-time.After(2 * stopTime):
		t.Fatal("the server does not stop")
	}
	if conn, err := net.Dial("tcp", host); err == nil { //nolint:noctx // nothing answers
		_ = conn.Close()
		t.Error("the port still answers")
	}
}

func TestAddresses(t *testing.T) {
	for addr, want := range map[string]entente.Kind{
		"127.0.0.1:8080": "", "localhost:0": "", "[::1]:80": "", "127.8.8.8:1": "",
		"0.0.0.0:8080": entente.Denied, ":8080": entente.Denied, "192.168.1.4:80": entente.Denied, "[::]:80": entente.Denied, "example.org:80": entente.Denied,
		"127.0.0.1": entente.Invalid, "127.0.0.1:http": entente.Invalid, "127.0.0.1:99999": entente.Invalid, "": entente.Invalid,
	} {
		if _, err := checkAddr(addr); addr == "" && kindOf(err) != want {
			t.Errorf("%q: %v", addr, err) // Run takes the default for it
		}
		if addr == "" {
			continue
		}
		_, err := modeOf(t.Context(), &Options{Addr: addr})
		if got := kindOf(err); got != want {
			t.Errorf("%q: %q, want %q", addr, got, want)
		}
	}
}

func TestCompression(t *testing.T) {
	plainAnswer := get(t, "/actors")
	w := get(t, "/actors", "Accept-Encoding", "br;q=1, gzip;q=0.8")
	if w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Vary") != "Accept-Encoding" {
		t.Fatalf("headers %v", w.Header())
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(body, plainAnswer.Body.Bytes()) {
		t.Error("the compressed page is another one")
	}
	if w := get(t, "/actors", "Accept-Encoding", "gzip;q=0"); w.Header().Get("Content-Encoding") != "" {
		t.Error("compressed for who refuses it")
	}
	tag := plainAnswer.Header().Get("ETag")
	if w := get(t, "/actors", "If-None-Match", tag); tag == "" || w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("tag %q: status %d", tag, w.Code)
	}
	if w := get(t, "/actors", "If-None-Match", `"other"`); w.Code != 200 {
		t.Errorf("another tag: status %d", w.Code)
	}
}

// TestSameAddressSameBytes: two sites of one corpus make the same pages.
func TestSameAddressSameBytes(t *testing.T) {
	other, err := newSite(siteOf(t).corpus, "test", logger(Options{}))
	if err != nil {
		t.Fatal(err)
	}
	h := other.handler()
	for _, path := range Examples() {
		for _, f := range append([]string{formatHTML}, twins...) {
			p := twinOf(path, f)
			if !bytes.Equal(get(t, p).Body.Bytes(), ask(t, h, http.MethodGet, p).Body.Bytes()) {
				t.Errorf("%s differs from one making to the next", p)
			}
		}
	}
}

func TestCache(t *testing.T) {
	made := map[string]int{}
	c := newCache(80, func(s string) int { return len(s) })
	get := func(key, value string) string {
		v, err := c.get(key, func() (string, error) { made[key]++; return value, nil })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for i := range 20 {
		get(fmt.Sprint("k", i), "12345678")
	}
	if c.total > 80 || len(c.slots) != 10 {
		t.Errorf("%d bytes in %d slots, want at most 80 in 10", c.total, len(c.slots))
	}
	get("k19", "")
	get("k0", "12345678")
	if made["k19"] != 1 || made["k0"] != 2 {
		t.Errorf("made %v: the newest must be kept and the oldest gone", made)
	}
	get("large", strings.Repeat("x", 60))
	get("large", strings.Repeat("x", 60))
	if made["large"] != 2 {
		t.Error("a value above an eighth of the bound is kept")
	}
	if _, err := c.get("fault", func() (string, error) { return "", errPanicked }); err == nil {
		t.Error("no error")
	}
	if got := get("fault", "fine"); got != "fine" {
		t.Error("an error is kept")
	}
}

func TestCacheMakesOnce(t *testing.T) {
	c := newCache(1000, func(string) int { return 1 })
	var mu sync.Mutex
	made := 0
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, err := c.get("key", func() (string, error) {
				mu.Lock()
				made++
				mu.Unlock()
				time.Sleep(10 * time.Millisecond)
				return "v", nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if made != 1 {
		t.Errorf("made %d times", made)
	}
	func() {
		defer func() { _ = recover() }()
		_, _ = c.get("panics", func() (string, error) { panic("x") })
	}()
	if v, err := c.get("panics", func() (string, error) { return "v", nil }); v != "v" || err != nil {
		t.Errorf("after a panic: %q, %v", v, err)
	}
}

// BenchmarkPage gives the time of a page under 50 concurrent clients: the
// median and the 99th of a hundred.
func BenchmarkPage(b *testing.B) {
	h := siteOf(b).handler()
	paths := Examples()
	for _, p := range paths {
		ask(b, h, http.MethodGet, p, "Accept-Encoding", "gzip")
	}
	var mu sync.Mutex
	var times []time.Duration
	b.SetParallelism(50 / runtime.GOMAXPROCS(0))
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		var own []time.Duration
		for i := 0; pb.Next(); i++ {
			start := time.Now()
			ask(b, h, http.MethodGet, paths[i%len(paths)], "Accept-Encoding", "gzip")
			own = append(own, time.Since(start))
		}
		mu.Lock()
		times = append(times, own...)
		mu.Unlock()
	})
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds()), "µs-p50")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "µs-p99")
}
