package node

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"entente"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/taxii/client"
)

// peer speaks to the node of a partner: the exchange of proofs. Objects come by
// the TAXII client, over the same connections.
type peer struct {
	p         *partner.Partner
	root      string // ends in "/"
	http      *http.Client
	authorize func(*http.Request)
	sleep     func(ctx context.Context, d time.Duration) error
}

const (
	peerTime  = time.Minute
	peerTries = 3
	peerWait  = 10 * time.Second // the longest wait between two tries
)

// dial prepares for speaking to a partner; it asks nothing yet. Errors: Invalid
// when it is not known where the partner's node is.
func (n *Node) dial(p *partner.Partner) (*peer, error) {
	if p.URL == "" {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "sync", Place: p.ID, Msg: "it is not known where the partner's node is", Hint: "give its address with entente partner add " + p.ID + " --url"}
	}
	u, err := url.Parse(p.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "sync", Place: p.ID, Msg: "the partner's address is no https:// address"}
	}
	config, err := partner.ClientTLS(n.Dir, *p)
	if err != nil {
		return nil, err
	}
	token, err := partner.ReadOutgoing(n.Dir, p.ID)
	if err != nil {
		return nil, err
	}
	t := &http.Transport{
		DialContext:     (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSClientConfig: config, Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4,
		IdleConnTimeout: time.Minute, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: peerTime,
	}
	return &peer{
		p: p, root: strings.TrimSuffix(p.URL, "/") + "/",
		http:      &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		authorize: func(r *http.Request) { partner.Authorize(r, token) },
		sleep:     client.Sleep,
	}, nil
}

func (r *peer) close() { r.http.CloseIdleConnections() }

// ask makes a request and gives the body of the answer. It tries again when the
// partner is busy or cannot be reached.
func (r *peer) ask(ctx context.Context, method, path string, query url.Values, body []byte) ([]byte, error) {
	for try := 1; ; try++ {
		answer, wait, err := r.once(ctx, method, path, query, body)
		if err == nil || wait < 0 || try == peerTries || ctx.Err() != nil {
			return answer, err
		}
		if err := r.sleep(ctx, min(max(wait, time.Duration(try)*200*time.Millisecond), peerWait)); err != nil {
			return nil, err
		}
	}
}

// once is one try; wait is negative when another would not help.
func (r *peer) once(ctx context.Context, method, path string, query url.Values, body []byte) (answer []byte, wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, peerTime)
	defer cancel()
	address := r.root + strings.TrimPrefix(path, "/")
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, -1, err
	}
	req.Header.Set("User-Agent", "entente")
	if body != nil {
		req.Header.Set("Content-Type", "application/octet-stream")
	}
	r.authorize(req)
	res, err := r.http.Do(req)
	if err != nil {
		return nil, 0, r.unreachable(err)
	}
	defer func() { _ = res.Body.Close() }() // only read
	answer, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, 0, r.unreachable(err)
	case len(answer) > maxAnswer:
		return nil, -1, &entente.Error{Kind: entente.Invalid, Op: "sync", Place: r.p.ID, Msg: "the partner's answer is too large"}
	case res.StatusCode == http.StatusOK || res.StatusCode == http.StatusNoContent:
		return answer, -1, nil
	}
	return nil, r.after(res), r.refused(res.StatusCode, answer)
}

// unreachable is an error of the way to the partner. The cause holds the address,
// never a credential: those stand in headers.
func (r *peer) unreachable(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	return &entente.Error{Kind: entente.Unavailable, Op: "sync", Place: r.p.ID, Msg: "the partner's node cannot be reached", Hint: "it is tried again at the next sync", Err: err}
}

// after reads for how long the partner wants to be left alone.
func (r *peer) after(res *http.Response) time.Duration {
	if res.StatusCode != http.StatusTooManyRequests && res.StatusCode != http.StatusServiceUnavailable && res.StatusCode != http.StatusBadGateway && res.StatusCode != http.StatusGatewayTimeout {
		return -1
	}
	s, err := strconv.ParseInt(res.Header.Get("Retry-After"), 10, 32)
	if err != nil || s < 0 {
		return 0
	}
	return time.Duration(s) * time.Second
}

// refused is what a partner says instead of an answer.
func (r *peer) refused(status int, body []byte) error {
	e := &entente.Error{Kind: entente.Unavailable, Op: "sync", Place: r.p.ID, Msg: "the partner's node cannot answer now (" + strconv.Itoa(status) + ")"}
	var p Problem
	if json.Unmarshal(body, &p) == nil && p.Title != "" {
		e.Msg = "the partner says: " + clip(p.Title)
	}
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		e.Kind, e.Hint = entente.Denied, "check the token or certificate that the partner gave you"
	case http.StatusNotFound:
		e.Kind = entente.NotFound
	case http.StatusConflict:
		e.Kind = entente.Conflict
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusMethodNotAllowed:
		e.Kind = entente.Invalid
	}
	return e
}

// clip shortens a stranger's words.
func clip(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, "?"))
	if r := []rune(s); len(r) > 300 {
		return string(r[:300]) + "…"
	}
	return s
}

func (r *peer) text(ctx context.Context, path string, query url.Values) ([]byte, error) {
	return r.ask(ctx, http.MethodGet, path, query, nil)
}

func (r *peer) json(ctx context.Context, path string, query url.Values, into any) error {
	raw, err := r.ask(ctx, http.MethodGet, path, query, nil)
	if err != nil {
		return err
	}
	return r.decode(raw, into)
}

func (r *peer) decode(raw []byte, into any) error {
	if json.Unmarshal(raw, into) != nil {
		return &entente.Error{Kind: entente.Invalid, Op: "sync", Place: r.p.ID, Msg: "the partner's answer cannot be read"}
	}
	return nil
}

func (r *peer) post(ctx context.Context, path string, body []byte) ([]byte, error) {
	return r.ask(ctx, http.MethodPost, path, nil, body)
}
