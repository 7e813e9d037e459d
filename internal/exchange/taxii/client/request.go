package client

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"entente"
)

// mediaType is the one type of the protocol [3.1].
const mediaType = "application/taxii+json;version=2.1"

// call is a request; read takes the answer and may run again after a failure.
type call struct {
	method string
	url    *url.URL
	body   []byte
	read   func(h http.Header, body io.Reader) error
}

// tally counts what requests took.
type tally struct {
	requests, retries int
	waited            time.Duration
	defects           map[Defect]int
}

func (t *tally) defect(d Defect) {
	if t.defects == nil {
		t.defects = map[Defect]int{}
	}
	t.defects[d]++
}

// reply is a refusal of the server.
type reply struct {
	status int
	title  string
}

func (r *reply) Error() string {
	s := fmt.Sprintf("%d %s", r.status, http.StatusText(r.status))
	if r.title != "" {
		s += ": " + r.title
	}
	return s
}

// status gives the HTTP status that an error stands for, 0 when it is no refusal.
func status(err error) int {
	if r, ok := errors.AsType[*reply](err); ok {
		return r.status
	}
	return 0
}

var (
	errTooLarge = errors.New("the answer is larger than what is read of one")
	errStall    = errors.New("nothing came for too long")
	errBroken   = errors.New("the answer cannot be read to its end")
)

// do makes a request until it succeeds, is refused for good or has failed too
// often.
func (c *Client) do(ctx context.Context, t *tally, k call) error {
	for try := 1; ; try++ {
		t.requests++
		retryAfter, err := c.once(ctx, k)
		e := Event{Method: k.method, URL: k.url.String(), Status: status(err), Err: err}
		if err == nil {
			e.Status = http.StatusOK
			c.trace(e)
			return nil
		}
		if errors.Is(err, errBroken) {
			t.defect(BrokenBody)
		}
		if ctx.Err() != nil || !transient(err) || try >= c.o.Tries {
			c.trace(e)
			return c.describe(ctx, k, err)
		}
		wait := c.backOff(try)
		if retryAfter > c.o.MaxWait {
			c.trace(e)
			return c.describe(ctx, k, errors.Join(err, &Wait{c.o.Now().Add(retryAfter)}))
		}
		wait = max(wait, retryAfter)
		e.Wait = wait
		c.trace(e)
		t.retries++
		t.waited += wait
		if err := c.o.Sleep(ctx, wait); err != nil {
			return c.describe(ctx, k, err)
		}
	}
}

func (c *Client) trace(e Event) {
	if c.o.Trace != nil {
		c.o.Trace(e)
	}
}

// once makes a request one time. The duration is how long the server asks to
// wait.
func (c *Client) once(ctx context.Context, k call) (time.Duration, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.o.Timeout, errStall)
	defer cancel()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	watch := time.AfterFunc(c.o.Stall, func() { stop(errStall) })
	defer watch.Stop()
	alive := func() { watch.Reset(c.o.Stall) }

	r, err := http.NewRequestWithContext(ctx, k.method, k.url.String(), http.NoBody)
	if err != nil {
		return 0, err
	}
	if k.body != nil {
		open := func() (io.ReadCloser, error) {
			return io.NopCloser(&moving{bytes.NewReader(k.body), alive}), nil
		}
		r.Body, _ = open()
		r.GetBody, r.ContentLength = open, int64(len(k.body))
		r.Header.Set("Content-Type", mediaType)
	}
	r.Header.Set("Accept", mediaType)
	r.Header.Set("User-Agent", c.o.UserAgent)
	if c.o.Authorize != nil {
		c.o.Authorize(r)
	}
	res, err := c.http.Do(r)
	if err != nil {
		return 0, cause(ctx, err)
	}
	defer func() { _ = res.Body.Close() }()
	alive()
	body, err := unpack(res, &moving{res.Body, alive})
	if err != nil {
		return 0, err
	}
	bound := &bounded{r: body, left: c.o.MaxBody}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return retryAfter(res.Header, c.o.Now()), refused(res, bound)
	}
	if err := k.read(res.Header, bound); err != nil {
		return 0, cause(ctx, err)
	}
	return 0, nil
}

// cause replaces a failure by why its request was ended, and takes the address
// out of it, which may hold what Authorize added.
func cause(ctx context.Context, err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if why := context.Cause(ctx); why != nil && !errors.Is(err, errTooLarge) {
		return why
	}
	return err
}

// refused reads the words of a refusal.
func refused(res *http.Response, body io.Reader) error {
	var words struct {
		Title       any `json:"title"`
		Description any `json:"description"`
	}
	text, _ := io.ReadAll(io.LimitReader(body, 64<<10))
	r := &reply{status: res.StatusCode}
	if json.Unmarshal(text, &words) == nil {
		title, _ := words.Title.(string)
		more, _ := words.Description.(string)
		r.title = clip(strings.Trim(title+": "+more, ": "))
	}
	if to, err := res.Location(); err == nil && res.StatusCode/100 == 3 {
		r.title = "it points to " + clip(to.Host)
	}
	return r
}

// transient tells whether the same request may succeed a little later.
func transient(err error) bool {
	if distrust(err) != "" {
		return false
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, errTooLarge) || errors.Is(err, errEncoding) {
		return false
	}
	switch s := status(err); s {
	case 0:
		return true // the network, or a body cut off
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return false
	default:
		return s >= 500 || slices.Contains([]int{http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests}, s)
	}
}

// describe makes an error for people of a failure.
func (c *Client) describe(ctx context.Context, k call, err error) error {
	e := &entente.Error{Kind: entente.Unavailable, Op: "exchange", Place: k.method + " " + k.url.Redacted(), Msg: "the server cannot be reached", Err: err}
	s := status(err)
	switch {
	case ctx.Err() != nil:
		e.Msg, e.Err = "ended before the server had answered", ctx.Err()
	case s == http.StatusUnauthorized:
		e.Kind, e.Msg, e.Hint = entente.Denied, "the server does not accept the credential", "ask the partner for a new one"
	case s == http.StatusForbidden:
		e.Kind, e.Msg = entente.Denied, "the server does not allow this"
	case s == http.StatusNotFound || s == http.StatusGone:
		e.Kind, e.Msg = entente.NotFound, "the server has nothing at this address, or does not show it"
	case s/100 == 3:
		e.Kind, e.Msg, e.Hint = entente.Denied, "the server sends us elsewhere; the credential is not carried there", "if that is right, set the new address for this partner"
	case s == http.StatusTooManyRequests:
		e.Msg, e.Hint = "the server is asked too often", "it goes on later from where it stands"
	case s >= 500:
		e.Msg, e.Hint = "the server fails", "it goes on later from where it stands"
	case s != 0:
		e.Kind, e.Msg = entente.Invalid, "the server refuses the request"
	case errors.Is(err, errTooLarge):
		e.Kind, e.Msg, e.Err = entente.Invalid, fmt.Sprintf("the answer has more than %d bytes", c.o.MaxBody), errTooLarge
	case errors.Is(err, errEncoding):
		e.Kind, e.Msg = entente.Invalid, "the answer comes in a form that was not asked for"
	case errors.Is(err, errBroken):
		e.Kind, e.Msg = entente.Invalid, "the answer is not TAXII"
	case distrust(err) != "":
		e.Kind, e.Msg, e.Hint = entente.Denied, distrust(err), "check the certificates in the settings of this partner"
	}
	return e
}

// distrust says why two sides do not come to terms on a safe connection, empty
// when that is not the matter.
func distrust(err error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "the server cannot prove who it is"
	}
	if o, ok := errors.AsType[*net.OpError](err); ok && o.Op == "remote error" { // an alert of TLS
		return "the server ends the safe connection: it may want another certificate of ours"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || errors.Is(err, http.ErrSchemeMismatch) {
		return "what answers there does not speak TLS"
	}
	return ""
}

// redirect follows within the host only: the credential goes nowhere else. A
// refused redirect is an answer like any other.
func redirect(r *http.Request, via []*http.Request) error {
	if len(via) >= 5 || !sameHost(via[0].URL, r.URL) || r.Method != via[0].Method {
		return http.ErrUseLastResponse
	}
	return nil
}

// moving tells of each byte that moves.
type moving struct {
	r     io.Reader
	alive func()
}

func (m *moving) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if n > 0 {
		m.alive()
	}
	return n, err
}

// bounded reads up to a number of bytes, and errs beyond.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		var one [1]byte
		if n, err := io.ReadFull(b.r, one[:]); n == 0 {
			return 0, err
		}
		return 0, errTooLarge
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, err
}

var errEncoding = errors.New("unknown Content-Encoding")

// unpack undoes a compression that the transport has not undone itself.
func unpack(res *http.Response, body io.Reader) (io.Reader, error) {
	switch strings.ToLower(res.Header.Get("Content-Encoding")) {
	case "", "identity":
		return body, nil
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, errors.Join(errBroken, err)
		}
		return z, nil
	}
	return nil, errEncoding
}
