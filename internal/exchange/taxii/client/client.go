package client

import (
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"entente"
	"entente/internal/exchange/stix"
)

// Options say which server is meant and how to behave towards it.
type Options struct {
	// URL is the server's discovery ("https://host/taxii2/") or one of its API roots.
	// An address without a path means the discovery. Plain http is accepted for this
	// machine only.
	URL string
	// Root chooses an API root of the discovery by its address; empty: the default.
	Root string
	// HTTP carries the requests: its transport holds the certificates. Its timeout
	// and its rule on redirects are not used. nil is a client of its own.
	HTTP *http.Client
	// Authorize adds the credential to a request to the server; nil adds none. The
	// request goes nowhere else: redirects to other hosts are refused.
	Authorize func(*http.Request)
	// UserAgent names the program to the server.
	UserAgent string
	// Now is the clock; nil is the machine's.
	Now func() time.Time
	// Sleep waits between tries; nil waits for real.
	Sleep func(ctx context.Context, d time.Duration) error
	// Random spreads the waiting, from 0 to below 1; nil is a random source.
	Random func() float64
	// Tries is how often a request is made before it is given up; 0 is 6.
	Tries int
	// MaxWait is the longest wait between two tries; a server that asks for more
	// ends the work with an error of kind Unavailable that wraps a [*Wait]. 0 is 2
	// minutes.
	MaxWait time.Duration
	// Stall ends a request in which nothing moves for so long; 0 is 30 seconds.
	Stall time.Duration
	// Timeout ends a request with all of its answer; 0 is 10 minutes.
	Timeout time.Duration
	// MaxBody bounds the text of an answer, unpacked, in bytes; 0 is 64 MiB.
	MaxBody int64
	// Limits bound each object; the zero value is [stix.DefaultLimits].
	Limits stix.Limits
	// Trace is told of each request; nil tells nobody. It never holds a credential.
	Trace func(Event)
}

// Event is one try of one request.
type Event struct {
	Method, URL string
	Status      int           // 0 when there was no answer
	Wait        time.Duration // until the next try; 0 when there is none
	Err         error
}

// Client speaks to one API root of one server. It is safe for use by several
// goroutines.
type Client struct {
	o    Options
	base *url.URL
	http *http.Client

	mu   sync.Mutex
	root *Root // once found
}

// New checks the options; it asks the server nothing yet.
func New(o Options) (*Client, error) {
	base, err := address(o.URL)
	if err != nil {
		return nil, err
	}
	if o.Root != "" {
		r, err := base.Parse(o.Root)
		if err != nil || !sameHost(base, r) {
			return nil, &entente.Error{Kind: entente.Invalid, Op: "exchange", Place: clip(o.Root), Msg: "the API root is on another host than the server", Hint: "give the address of the API root as that of the server"}
		}
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{}
	}
	h := *o.HTTP
	h.Timeout, h.CheckRedirect = 0, redirect
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = Sleep
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	if o.Limits == (stix.Limits{}) {
		o.Limits = stix.DefaultLimits
	}
	if o.UserAgent == "" {
		o.UserAgent = "entente"
	}
	o.Tries = or(o.Tries, 6)
	o.MaxWait = or(o.MaxWait, 2*time.Minute)
	o.Stall = or(o.Stall, 30*time.Second)
	o.Timeout = or(o.Timeout, 10*time.Minute)
	o.MaxBody = or(o.MaxBody, 64<<20)
	return &Client{o: o, base: base, http: &h}, nil
}

// or gives v, or without one the default.
func or[T int | int64 | time.Duration](v, standard T) T {
	if v <= 0 {
		return standard
	}
	return v
}

// address reads the address of a server.
func address(s string) (*url.URL, error) {
	bad := func(msg, hint string) (*url.URL, error) {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "exchange", Place: clip(s), Msg: msg, Hint: hint}
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return nil, &entente.Error{Kind: entente.Invalid, Op: "exchange", Msg: "this is not the address of a server", Hint: "write https://host/taxii2/"}
	case u.User != nil:
		return nil, &entente.Error{Kind: entente.Invalid, Op: "exchange", Place: u.Host, Msg: "an address holds no user name or password", Hint: "keep the credential in its own file"}
	case u.RawQuery != "" || u.Fragment != "":
		return bad("an address of a server has no query", "write https://host/taxii2/")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return bad("plain http shows the credential to everybody on the way", "use https")
	case u.Scheme != "http" && u.Scheme != "https":
		return bad("only https is spoken", "write https://host/taxii2/")
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/taxii2/"
	}
	if !strings.HasSuffix(u.Path, "/") {
		u.Path += "/"
	}
	u.RawPath = ""
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// sameHost reports whether both addresses are of one scheme, host and port.
func sameHost(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b) && b.User == nil
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}
