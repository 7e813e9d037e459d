package taxiitest

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// hostileChecks are O4: nothing that is sent makes the server fail.
func hostileChecks() []check {
	return []check{
		{"O4 strange queries are never a fault of the server", func(k *kit) {
			k.addAll(k.things("campaign", 3)...)
			names := []string{"limit", "next", "added_after", "match[id]", "match[type]", "match[version]", "match[spec_version]", "match[x]", "x"}
			values := []string{
				"", "\x00", "\xff\xfe", "'", `"`, "' OR 1=1 --", "%", "_", "\\", "😀", "null", "[]", "{}", "1,2,3", strings.Repeat(",", 3000), strings.Repeat("9", 3000), "-9223372036854775808",
				"0000-00-00T00:00:00Z", "9999-99-99T99:99:99Z", "2024-01-02T03:04:05." + strings.Repeat("1", 300) + "Z", "campaign--" + uuid.NewString() + "\x00",
				"A" + strings.Repeat("B", 4000), "../../etc/passwd", "\r\nX-Injected: 1",
			}
			for _, name := range names {
				for _, value := range values {
					for _, path := range []string{"objects/", "manifest/", "objects/campaign--" + uuid.NewString() + "/"} {
						got := k.get(k.at(path), with(name, value))
						k.want(got, http.StatusOK, http.StatusBadRequest, http.StatusNotFound)
						if got.header.Get("X-Injected") != "" {
							k.Fatal("a header was injected")
						}
					}
				}
			}
		}},
		{"O4 strange paths are never a fault of the server", func(k *kit) {
			for _, part := range []string{"%00", "%ff", "%2e%2e", "%2f", "%5c", "'", "%22", "%F0%9F%98%80", "*", "~", "%0d%0aX-Injected:%201", strings.Repeat("a", 3000), strings.Repeat("a/", 300), "campaign--" + strings.Repeat("0", 36)} {
				for _, before := range []string{"/taxii2/", root, root + "status/", root + "collections/", k.at(""), k.at("objects/")} {
					got := k.get(before+part+"/", "")
					if got.status < 300 || got.status >= 500 || got.header.Get("X-Injected") != "" {
						k.Fatalf("%s%s: %d", before, part, got.status)
					}
				}
			}
		}},
		{"O4 strange objects are never a fault of the server", func(k *kit) {
			o := k.thing("campaign")
			for _, text := range []string{
				`{"objects":[` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `]}`,
				strings.Repeat("[", 100_000), strings.Repeat(`{"objects":`, 20_000),
				`{"objects":[{"a":` + strings.Repeat("{\"a\":", 20_000) + "1" + strings.Repeat("}", 20_000) + `}]}`,
				`{"objects":[1,2,"x",null,true,[],{},{"type":1},{"id":2},{"type":"campaign","id":["x"]},{"id":"campaign--\u0000","type":"campaign"}]}`,
				`{"objects":[{"type":"` + strings.Repeat("x", 100_000) + `","id":"` + strings.Repeat("y", 100_000) + `"}]}`,
				`{"objects":[` + strings.Replace(o.raw(), o.Modified, "2024-01-02T03:04:05."+strings.Repeat("7", 500)+"Z", 1) + `]}`,
				`{"objects":[` + strings.Replace(o.raw(), o.Name, strings.Repeat(`\u0000`, 1000), 1) + `]}`,
				`{"objects":[` + strings.Replace(o.raw(), `"name"`, `"x_`+strings.Repeat("n", 5000)+`"`, 1) + `]}`,
				`{"objects":[` + strings.Replace(o.raw(), `"name":`, `"x_n":1e999999999,"name":`, 1) + `]}`,
				`{"more":true,"next":7,"objects":[` + k.thing("campaign").raw() + `],"x":{}}`,
				"\ufeff" + `{"objects":[]}`, "--", "<xml/>", "\xff\xff", strings.Repeat("\x00", 1000),
			} {
				got := k.do(ask{method: http.MethodPost, path: k.at("objects/"), who: k.Both, body: strings.NewReader(text)})
				k.want(got, http.StatusAccepted, http.StatusUnprocessableEntity, http.StatusBadRequest, http.StatusRequestEntityTooLarge)
			}
			k.walkNext(k.at("objects/"), "", 0)
			k.walkNext(k.at("manifest/"), with("match[version]", "all"), 0)
		}},
		{"O4 many keys in one object", func(k *kit) {
			var b strings.Builder
			for i := range 30_000 {
				b.WriteString(`,"x_` + strconv.Itoa(i) + `":1`)
			}
			o := k.thing("campaign")
			o.Extra = b.String()
			k.want(k.post(k.Both, o.raw()), http.StatusAccepted, http.StatusRequestEntityTooLarge)
			k.walkNext(k.at("objects/"), "", 0)
		}},
		{"O4 strange headers are never a fault of the server", func(k *kit) {
			for _, name := range []string{"Accept", "Content-Type", "Content-Encoding", "Accept-Encoding", "Authorization", "Range", "If-None-Match", "Expect"} {
				for _, value := range []string{";", ",", ";;;,,,", "=;=", "q=", "application/taxii+json;version", "application/taxii+json;q=x", strings.Repeat("a,", 3000), "\"", "bytes=0-", "*"} {
					if name == "Expect" {
						value = "nothing"
					}
					got, err := k.try(ask{method: http.MethodPost, path: k.at("objects/"), who: k.Both, header: map[string]string{name: value}, body: strings.NewReader(`{}`)})
					if name == "Expect" && got.status == http.StatusExpectationFailed {
						continue // answered below the server
					}
					if err != nil || got.status >= 500 {
						k.Fatalf("%s: %s: %d %v", name, value, got.status, err)
					}
				}
			}
		}},
		{"O4 a request that breaks off adds nothing", func(k *kit) {
			o := k.thing("campaign")
			text := envelope(o.raw())
			u, err := url.Parse(k.URL)
			if err != nil {
				k.Fatal(err)
			}
			conn, err := k.dial(u)
			if err != nil {
				k.Fatal(err)
			}
			_, _ = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\nContent-Type: application/taxii+json;version=2.1\r\nContent-Length: %d\r\n\r\n%s",
				k.at("objects/"), u.Host, k.Both, len(text)+10, text)
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.CloseWrite()
				_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
				res, err := http.ReadResponse(bufio.NewReader(conn), nil)
				if err == nil {
					_, _ = io.Copy(io.Discard, res.Body)
					_ = res.Body.Close()
					if res.StatusCode >= 500 || res.StatusCode < 400 {
						k.Fatalf("%s", res.Status)
					}
				}
			}
			_ = conn.Close()
			time.Sleep(50 * time.Millisecond)
			k.same("objects", k.page(k.at("objects/"), "").keys(k), nil)
		}},
	}
}

// dial opens a connection to the target.
func (k *kit) dial(u *url.URL) (net.Conn, error) {
	d := net.Dialer{Timeout: 5 * time.Second}
	conn, err := d.DialContext(k.Context(), "tcp", u.Host)
	if err != nil || u.Scheme != "https" {
		return conn, err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if t, ok := k.Client.Transport.(*http.Transport); ok && t.TLSClientConfig != nil {
		config = t.TLSClientConfig.Clone()
	}
	config.ServerName, config.NextProtos = u.Hostname(), nil
	return tls.Client(conn, config), nil
}
