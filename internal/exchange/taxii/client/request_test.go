package client_test

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"entente"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii/client"
)

// objects answers requests for objects by a function; every other request gets
// what the fake gives.
func objects(t *testing.T, answer func(w http.ResponseWriter, r *http.Request)) *fake {
	f := &fake{}
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/objects/") {
			answer(w, r)
			return true
		}
		return false
	}
	return start(t, f)
}

func TestBusyServer(t *testing.T) {
	t.Parallel()
	date := "Sun, 01 Mar 2026 12:00:00 GMT"
	for name, tc := range map[string]struct {
		status int
		header map[string]string
		naps   []time.Duration
	}{
		"429 in seconds":         {429, map[string]string{"Retry-After": "7"}, []time.Duration{7 * time.Second, 7 * time.Second}},
		"503 with its own clock": {503, map[string]string{"Retry-After": "Sun, 01 Mar 2026 12:00:20 GMT", "Date": date}, []time.Duration{20 * time.Second, 20 * time.Second}},
		"503 in the past":        {503, map[string]string{"Retry-After": "Sun, 01 Mar 2026 11:00:00 GMT", "Date": date}, []time.Duration{500 * time.Millisecond, time.Second}},
		"500 without a word":     {500, nil, []time.Duration{500 * time.Millisecond, time.Second}},
		"nonsense":               {503, map[string]string{"Retry-After": "NaN"}, []time.Duration{500 * time.Millisecond, time.Second}},
		"less than the back-off": {429, map[string]string{"Retry-After": "0"}, []time.Duration{500 * time.Millisecond, time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var n int
			var f *fake
			f = objects(t, func(w http.ResponseWriter, r *http.Request) {
				if n++; n < 3 {
					for k, v := range tc.header {
						w.Header().Set(k, v)
					}
					f.say(w, tc.status, map[string]any{"title": "not now"})
					return
				}
				f.page(w, r, false)
			})
			f.fill(3)
			var naps naps
			c, s := dial(t, f.url, func(o *client.Options) { o.Sleep = naps.sleep }), newShelf()
			r := poll(t, c, s, client.PollOptions{Trusted: true})
			s.whole(t, f)
			if !slices.Equal(naps.list, tc.naps) {
				t.Errorf("waited %v, want %v", naps.list, tc.naps)
			}
			if r.Retries != 2 || r.Waited != tc.naps[0]+tc.naps[1] {
				t.Errorf("report %+v", r)
			}
		})
	}
}

// A server that wants to be left alone for long is; the caller learns until when.
func TestLongWait(t *testing.T) {
	t.Parallel()
	for value, until := range map[string]time.Time{"3600": at.Add(time.Hour), "1e300": at.Add(7 * 24 * time.Hour)} {
		f := objects(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", value)
			w.WriteHeader(http.StatusTooManyRequests)
		})
		_, err := dial(t, f.url).Poll(t.Context(), collection, client.Cursor{}, newShelf(), client.PollOptions{})
		is(t, err, entente.Unavailable, "asked too often")
		wait, ok := errors.AsType[*client.Wait](err)
		if !ok || !wait.Until.Equal(until) {
			t.Errorf("%v: wait %+v", err, wait)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for status, kind := range map[int]entente.Kind{
		400: entente.Invalid, 401: entente.Denied, 403: entente.Denied, 406: entente.Invalid,
		418: entente.Invalid, 501: entente.Unavailable, 500: entente.Unavailable, 502: entente.Unavailable, 301: entente.Denied,
	} {
		var f *fake
		f = objects(t, func(w http.ResponseWriter, _ *http.Request) {
			f.say(w, status, map[string]any{"title": "line one\nline \x1b[31mtwo" + strings.Repeat("!", 500), "description": 7})
		})
		_, err := dial(t, f.url).Poll(t.Context(), collection, client.Cursor{}, newShelf(), client.PollOptions{})
		is(t, err, kind, fmt.Sprint(status), "line one line")
		if strings.ContainsAny(err.Error(), "\n\x1b") || len(err.Error()) > 700 {
			t.Errorf("the server's words are shown raw: %q", err)
		}
		want := 1
		if status >= 500 && status != 501 {
			want = 6
		}
		n := 0
		for _, r := range f.requests {
			if strings.Contains(r, "/objects/") {
				n++
			}
		}
		if n != want {
			t.Errorf("status %d: asked %d times, want %d", status, n, want)
		}
	}
	f := start(t, &fake{})
	c := dial(t, f.url, func(o *client.Options) {
		o.Authorize = func(r *http.Request) { r.Header.Set("Authorization", "Bearer wrong"+secret) }
	})
	_, err := c.Collections(t.Context())
	is(t, err, entente.Denied, "credential")
	_, err = dial(t, f.url).Poll(t.Context(), "no-such", client.Cursor{}, newShelf(), client.PollOptions{})
	is(t, err, entente.NotFound)
	_, err = dial(t, f.url).Poll(t.Context(), "..", client.Cursor{}, newShelf(), client.PollOptions{})
	is(t, err, entente.Invalid)
}

// The credential goes to the one host, whatever the server answers.
func TestRedirects(t *testing.T) {
	t.Parallel()
	var leaked atomic.Int32
	thief := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		leaked.Add(1)
	}))
	t.Cleanup(thief.Close)
	localhost := strings.Replace(thief.URL, "127.0.0.1", "localhost", 1)
	for _, to := range []string{thief.URL, localhost, "//" + strings.TrimPrefix(thief.URL, "http://"), "https://127.0.0.1:1/", "ftp://x/"} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			f := objects(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", to)
				w.WriteHeader(status)
			})
			c := dial(t, f.url)
			_, err := c.Poll(t.Context(), collection, client.Cursor{}, newShelf(), client.PollOptions{})
			is(t, err, entente.Denied, "elsewhere")
			o, err := stix.Read([]byte(report(1, 1)))
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Add(t.Context(), collection, []*stix.Object{o}, client.AddOptions{})
			is(t, err, entente.Denied, "elsewhere")
		}
	}
	// An API root, or a next, on another host.
	f := &fake{}
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		f.say(w, 200, map[string]any{"title": "x", "default": thief.URL + "/root/"})
		return true
	}
	start(t, f)
	_, err := dial(t, f.url).Collections(t.Context())
	is(t, err, entente.Denied, "another host")
	_, err = client.New(client.Options{URL: f.url, Root: thief.URL + "/root/"})
	is(t, err, entente.Invalid, "another host")
	if n := leaked.Load(); n != 0 {
		t.Errorf("another host was asked %d times", n)
	}
	// Within the host a redirect is followed.
	var g *fake
	g = objects(t, func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("moved") {
			http.Redirect(w, r, r.URL.Path+"?moved=1&"+r.URL.RawQuery, http.StatusFound)
			return
		}
		g.page(w, r, false)
	})
	g.fill(3)
	s := newShelf()
	poll(t, dial(t, g.url), s, client.PollOptions{})
	s.whole(t, g)
	// A circle ends.
	h := objects(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) })
	_, err = dial(t, h.url).Poll(t.Context(), collection, client.Cursor{}, newShelf(), client.PollOptions{})
	is(t, err, entente.Denied)
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"", "x", "http://ministry.example/taxii2/", "ftp://ministry.example/", "https://user:" + secret + "@ministry.example/",
		"https://ministry.example/?token=" + "1", "https://ministry.example/#x", "://", "mailto:a@b", "https:///x",
	} {
		_, err := client.New(client.Options{URL: bad})
		is(t, err, entente.Invalid)
	}
	f := start(t, (&fake{}).fill(2))
	for _, url := range []string{
		f.url, strings.TrimSuffix(f.url, "/"), strings.TrimSuffix(f.url, "taxii2/"), strings.TrimSuffix(f.url, "/taxii2/"), f.url + "root/",
	} {
		list, err := dial(t, url).Collections(t.Context())
		if err != nil || len(list) != 1 || !list[0].CanRead || !list[0].CanWrite || list[0].ID != collection {
			t.Errorf("%s: %+v, %v", url, list, err)
		}
	}
	d, err := dial(t, f.url).Discovery(t.Context())
	if err != nil || len(d.Roots) != 1 || d.Default != f.url+"root/" {
		t.Errorf("%+v, %v", d, err)
	}
	r, err := dial(t, f.url, func(o *client.Options) { o.Root = "root/" }).Root(t.Context())
	if err != nil || r.MaxContentLength != 4000 || r.URL != f.url+"root/" {
		t.Errorf("%+v, %v", r, err)
	}
	k, err := dial(t, f.url).Collection(t.Context(), collection)
	if err != nil || k.Title != "all" {
		t.Errorf("%+v, %v", k, err)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	var seen http.Header
	f := objects(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		_, _ = io.WriteString(w, "{}")
	})
	var events []client.Event
	c := dial(t, f.url, func(o *client.Options) {
		o.UserAgent = "synthetic/1"
		o.Trace = func(e client.Event) { events = append(events, e) }
	})
	poll(t, c, newShelf(), client.PollOptions{})
	if seen.Get("Accept") != "application/taxii+json;version=2.1" || seen.Get("User-Agent") != "synthetic/1" {
		t.Errorf("headers %v", seen)
	}
	if len(events) != 3 || strings.Contains(fmt.Sprintf("%+v", events), secret) {
		t.Errorf("events %+v", events)
	}
}

// A server that cuts, stalls or lies about length is asked again; the page counts
// when it is whole.
func TestCutConnections(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(w http.ResponseWriter, r *http.Request, whole []byte){
		"cut in the middle": func(w http.ResponseWriter, _ *http.Request, whole []byte) {
			w.Header().Set("Content-Length", fmt.Sprint(len(whole)))
			_, _ = w.Write(whole[:len(whole)/2])
		},
		"chunks cut off": func(w http.ResponseWriter, _ *http.Request, whole []byte) {
			_, _ = w.Write(whole[:len(whole)/2])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
		"ends as if whole": func(w http.ResponseWriter, _ *http.Request, whole []byte) { _, _ = w.Write(whole[:len(whole)/2]) },
		"closed at once": func(w http.ResponseWriter, _ *http.Request, _ []byte) {
			c, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_ = c.Close()
			}
		},
		"silent": func(w http.ResponseWriter, r *http.Request, whole []byte) {
			_, _ = w.Write(whole[:1])
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
			panic(http.ErrAbortHandler)
		},
		"gzip cut off": func(w http.ResponseWriter, _ *http.Request, whole []byte) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = z.Write(whole)
			_ = z.Flush()
		},
		"text behind the end": func(w http.ResponseWriter, _ *http.Request, whole []byte) { _, _ = w.Write(append(whole, "<html>"...)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := 0
			var f *fake
			f = objects(t, func(w http.ResponseWriter, r *http.Request) {
				rec := httptest.NewRecorder()
				f.page(rec, r, false)
				if n++; n%3 != 0 {
					spoil(w, r, rec.Body.Bytes())
					return
				}
				maps.Copy(w.Header(), rec.Header())
				_, _ = w.Write(rec.Body.Bytes())
			})
			f.fill(250)
			c := dial(t, f.url, func(o *client.Options) { o.Stall = 150 * time.Millisecond })
			s := newShelf()
			r := poll(t, c, s, client.PollOptions{Trusted: true})
			s.whole(t, f)
			for k, n := range s.times {
				if n != 1 {
					t.Errorf("%v came %d times", k, n)
				}
			}
			// The transport itself asks again where a connection closes between requests.
			if r.Retries != 6 && name != "closed at once" || r.Retries < 3 {
				t.Errorf("%d retries, want 6", r.Retries)
			}
		})
	}
}

// Nobody answers; the reading ends when it is told to.
func TestNoServer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	var naps naps
	c := dial(t, "http://"+addr, func(o *client.Options) { o.Sleep = naps.sleep; o.Tries = 4 })
	_, err = c.Collections(t.Context())
	is(t, err, entente.Unavailable, "cannot be reached")
	if want := []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}; !slices.Equal(naps.list, want) {
		t.Errorf("waited %v, want %v", naps.list, want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	c = dial(t, "http://"+addr, func(o *client.Options) {
		o.Sleep = func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }
	})
	_, err = c.Collections(ctx)
	is(t, err, entente.Unavailable, "ended before")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// A server without a certificate that we trust gets no request.
func TestTLS(t *testing.T) {
	t.Parallel()
	f := (&fake{t: t, used: map[string]bool{}}).fill(3)
	s := httptest.NewUnstartedServer(f)
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	s.StartTLS()
	t.Cleanup(s.Close)
	c := dial(t, s.URL)
	_, err := c.Collections(t.Context())
	is(t, err, entente.Denied, "cannot prove who it is")
	if len(f.requests) != 0 {
		t.Error("a request was sent")
	}
	c = dial(t, s.URL, func(o *client.Options) { o.HTTP = s.Client() })
	k := newShelf()
	poll(t, c, k, client.PollOptions{})
	k.whole(t, f)
	// One that wants a certificate of ours, and one that speaks no TLS.
	m := httptest.NewUnstartedServer(f)
	m.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	m.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12}
	m.StartTLS()
	t.Cleanup(m.Close)
	_, err = dial(t, m.URL, func(o *client.Options) { o.HTTP = m.Client() }).Collections(t.Context())
	is(t, err, entente.Denied, "another certificate")
	p := httptest.NewServer(f)
	t.Cleanup(p.Close)
	_, err = dial(t, strings.Replace(p.URL, "http:", "https:", 1)).Collections(t.Context())
	is(t, err, entente.Denied, "does not speak TLS")
}
