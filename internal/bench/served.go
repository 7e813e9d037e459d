package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Load is what the server is put under: bounded in count and in clients, and
// sent to this machine only.
const (
	clients  = 50
	requests = 2000
)

// served starts the built binary on a corpus and measures it from outside.
func served(ctx context.Context, bin, title, dir string) error {
	cmd := exec.CommandContext(ctx, bin, "serve", "--addr", "127.0.0.1:0", "--corpus", dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	}()
	base, err := address(out)
	if err != nil {
		return fmt.Errorf("%s: %w", title, err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, DisableCompression: true}, Timeout: time.Minute}
	for _, path := range []string{"/", "/compare/est/jpn?as_of=2021-02-19", "/compare/est/jpn.json", "/propositions/law-ihl", "/actors/est", "/nearest/est", "/bridge/est/rus"} {
		first, body, err := once(client, base+path)
		if err != nil {
			return err
		}
		all, took, err := load(client, base+path)
		if err != nil {
			return err
		}
		floor := static(body)
		fileAll, _, err := load(client, floor.URL)
		floor.Close()
		if err != nil {
			return err
		}
		fmt.Printf("GET %-38s first %8.1f ms, then p50 %6.2f p99 %6.2f ms, %6.0f/s with %d clients; the same bytes from memory: p99 %6.2f ms, ratio %.2f\n",
			path, ms(first), ms(at(all, 50)), ms(at(all, 99)), float64(len(all))/took.Seconds(), clients, ms(at(fileAll, 99)), ms(at(all, 99))/ms(at(fileAll, 99)))
	}
	n, err := firstLoad(client, base)
	if err != nil {
		return err
	}
	fmt.Printf("%-46s %10.1f kB compressed (page, style sheet, scripts)\n", "first page load", float64(n)/1e3)
	fmt.Printf("%-46s %10.1f MB resident after the load\n", "memory", resident(cmd.Process.Pid))
	return nil
}

var addressLine = regexp.MustCompile(`http://\S+?/`)

func address(out io.Reader) (string, error) {
	s := bufio.NewScanner(out)
	for s.Scan() {
		if a := addressLine.FindString(s.Text()); a != "" {
			go io.Copy(io.Discard, out) //nolint:errcheck // only to keep the pipe empty
			return strings.TrimSuffix(a, "/"), nil
		}
	}
	return "", errors.New("the server printed no address")
}

func once(c *http.Client, url string) (time.Duration, []byte, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	start := time.Now()
	res, err := c.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", url, res.Status)
	}
	return time.Since(start), b, err
}

func load(c *http.Client, url string) ([]time.Duration, time.Duration, error) {
	all := make([]time.Duration, requests)
	errs := make([]error, clients)
	start := time.Now()
	var wg sync.WaitGroup
	for w := range clients {
		wg.Go(func() {
			for i := w; i < requests; i += clients {
				all[i], _, errs[w] = once(c, url)
				if errs[w] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	slices.Sort(all)
	return all, took, errors.Join(errs...)
}

func at(sorted []time.Duration, percent int) time.Duration {
	return sorted[min(len(sorted)*percent/100, len(sorted)-1)]
}

// static serves the same bytes from memory: the floor under any page.
func static(body []byte) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(body)
	}))
}

var linked = regexp.MustCompile(`(?:href|src)="(/[^"]+\.(?:css|js))"`)

// firstLoad adds up the bytes a browser fetches for the start page.
func firstLoad(c *http.Client, base string) (int, error) {
	_, body, err := once(c, base+"/")
	if err != nil {
		return 0, err
	}
	total := len(body)
	page := body
	if z, err := gzip.NewReader(strings.NewReader(string(body))); err == nil {
		if page, err = io.ReadAll(z); err != nil {
			return 0, err
		}
	}
	for _, m := range linked.FindAllStringSubmatch(string(page), -1) {
		_, b, err := once(c, base+m[1])
		if err != nil {
			return 0, err
		}
		total += len(b)
	}
	return total, nil
}

// resident reads the resident set of a process in MB, 0 where the system does
// not tell.
func resident(pid int) float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		var kb float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kb); err == nil {
			return kb / 1e3
		}
	}
	return 0
}
