package workbench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"entente"
)

// LinkOutcome says in one word what became of an address.
type LinkOutcome string

// The outcomes of a link check.
const (
	LinkAlive       LinkOutcome = "alive"       // it answered with a page
	LinkMoved       LinkOutcome = "moved"       // it answered from another address, for good (301 or 308)
	LinkRefused     LinkOutcome = "refused"     // the server is there, but does not answer programs (401, 403, 429 …)
	LinkDead        LinkOutcome = "dead"        // there is no such page (404, 410) or no such host
	LinkUnreachable LinkOutcome = "unreachable" // no answer this time: try again before calling it dead
	LinkNotAllowed  LinkOutcome = "not-allowed" // the address is not one that this server may ask
)

// LinkOutcomes lists them.
var LinkOutcomes = []LinkOutcome{LinkAlive, LinkMoved, LinkRefused, LinkDead, LinkUnreachable, LinkNotAllowed}

// answer is what one address said.
type answer struct {
	outcome LinkOutcome
	status  int    // of the last answer, 0 for none
	final   string // the address that answered
	why     string
}

// prober asks addresses within bounds. It never uses a proxy: the guard looks at
// the address that is dialled.
type prober struct {
	client *http.Client
	o      LinkOptions
}

func newProber(o LinkOptions) *prober {
	dialer := &net.Dialer{Timeout: o.Timeout}
	if !o.AllowLocal {
		dialer.Control = guardDial
	}
	p := &prober{o: o}
	p.client = &http.Client{
		Timeout: o.Timeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: o.Timeout, ResponseHeaderTimeout: o.Timeout,
			MaxResponseHeaderBytes: 64 << 10, DisableCompression: true, DisableKeepAlives: true, ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			req.Header.Del("Referer")
			if len(via) > o.Redirects {
				return errTooMany
			}
			return askable(req.URL)
		},
	}
	return p
}

var (
	errTooMany = errors.New("it sends the reader on too often")
	errGuarded = errors.New("the address belongs to this machine or to an inner network")
)

// guardDial refuses to connect to this machine or to an inner network. It sees
// the number that a name was resolved to, so that no name and no redirection
// gets around it.
func guardDial(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !publicAddr(ap.Addr()) {
		return errGuarded
	}
	return nil
}

// inner are ranges that are not of the open network, beside those that package
// netip knows by name (IANA registries of special-purpose addresses).
var inner = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

func publicAddr(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsValid() || a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
		return false
	}
	for _, p := range inner {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// askable reports why an address is not asked at all.
func askable(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w: it is not a web address", errGuarded)
	case u.Hostname() == "":
		return fmt.Errorf("%w: it names no host", errGuarded)
	case u.User != nil:
		return fmt.Errorf("%w: it holds a name or a password", errGuarded)
	}
	return nil
}

// probe asks one address: HEAD first, which costs the server least, and GET when
// the answer is not a plain yes, since many servers answer HEAD wrongly.
func (p *prober) probe(ctx context.Context, address string) answer {
	u, err := url.Parse(address)
	if err != nil {
		return answer{outcome: LinkNotAllowed, why: "it is not a web address"}
	}
	if err := askable(u); err != nil {
		return answer{outcome: LinkNotAllowed, why: strings.TrimPrefix(err.Error(), errGuarded.Error()+": ")}
	}
	a := p.ask(ctx, http.MethodHead, address)
	if a.outcome == LinkAlive || a.outcome == LinkMoved || a.outcome == LinkNotAllowed || a.status == 0 {
		return a
	}
	if wait(ctx, p.o.Pause) != nil {
		return a
	}
	return p.ask(ctx, http.MethodGet, address)
}

func (p *prober) ask(ctx context.Context, method, address string) answer {
	req, err := http.NewRequestWithContext(ctx, method, address, http.NoBody)
	if err != nil {
		return answer{outcome: LinkNotAllowed, why: "it is not a web address"}
	}
	req.Header.Set("User-Agent", "entente-linkcheck/1")
	req.Header.Set("Accept", "*/*")
	resp, err := p.client.Do(req)
	if err != nil {
		return failed(err)
	}
	_, _ = io.CopyN(io.Discard, resp.Body, p.o.Body) // what is beyond is not needed
	_ = resp.Body.Close()
	a := answer{status: resp.StatusCode, final: resp.Request.URL.String()}
	switch s := resp.StatusCode; {
	case s >= 200 && s < 300:
		a.outcome = LinkAlive
		if first := firstAnswer(resp.Request); first == http.StatusMovedPermanently || first == http.StatusPermanentRedirect {
			a.outcome = LinkMoved
		}
	case s == http.StatusNotFound || s == http.StatusGone:
		a.outcome, a.why = LinkDead, "there is no such page"
	case s >= 500 || s < 200:
		a.outcome, a.why = LinkUnreachable, "the server has a fault"
	default:
		a.outcome, a.why = LinkRefused, "the server does not answer programs"
	}
	return a
}

// firstAnswer is the status of the answer that the chain of redirections began
// with, 0 when there was none.
func firstAnswer(r *http.Request) int {
	status := 0
	for r != nil && r.Response != nil {
		status = r.Response.StatusCode
		r = r.Response.Request
	}
	return status
}

// failed tells what an attempt without an answer means. The words are our own:
// an error of the network could carry more than a record should.
func failed(err error) answer {
	var dns *net.DNSError
	switch {
	case errors.Is(err, errGuarded):
		return answer{outcome: LinkNotAllowed, why: errGuarded.Error()}
	case errors.Is(err, errTooMany):
		return answer{outcome: LinkUnreachable, why: errTooMany.Error()}
	case errors.As(err, &dns) && dns.IsNotFound:
		return answer{outcome: LinkDead, why: "there is no such host"}
	case errors.Is(err, context.Canceled):
		return answer{outcome: LinkUnreachable, why: "the check was stopped"}
	}
	if t, ok := errors.AsType[net.Error](err); ok && t.Timeout() {
		return answer{outcome: LinkUnreachable, why: "no answer in time"}
	}
	return answer{outcome: LinkUnreachable, why: "no connection"}
}

// wait pauses between two requests to one host.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func (o LinkOptions) check() error {
	bad := func(what, hint string) error {
		return &entente.Error{Kind: entente.Invalid, Op: "check links", Msg: what + " is out of range", Hint: hint}
	}
	switch {
	case o.Timeout < time.Millisecond || o.Timeout > 2*time.Minute:
		return bad("the time for one address", "between 1 ms and 2 minutes")
	case o.Redirects < 0 || o.Redirects > 20:
		return bad("the number of redirections", "between 0 and 20")
	case o.Body < 0 || o.Body > 10<<20:
		return bad("the number of bytes read", "at most 10 MB")
	case o.Workers < 1 || o.Workers > 32:
		return bad("the number of hosts asked at once", "between 1 and 32")
	case o.Pause < 0 || o.Pause > time.Minute:
		return bad("the pause between two requests to one host", "at most a minute")
	case o.Max < 1 || o.Max > 100_000:
		return bad("the number of addresses", "between 1 and 100,000")
	}
	return nil
}
