package taxii

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"entente"
)

// Base is where the discovery resource lies; RootPath is the one API root.
const (
	Base     = "/taxii2/"
	RootPath = "/taxii2/exchange/"
)

// Options are the settings of a [Server]. The zero value of a field is its default.
type Options struct {
	// NextKey is the secret behind `next`: at least 16 bytes, the same in all
	// processes that serve one store. It must be given.
	NextKey []byte
	// URL is the server's address as clients see it, without a path
	// ("https://node.example:6443"). With it the discovery resource names the API
	// root in full, which some clients need; without it the path alone.
	URL string
	// MaxPage is the most records of a page (1000), DefaultPage that of a request
	// which names no limit (100), PageBytes the most bytes of objects (16 MiB).
	MaxPage, DefaultPage int
	PageBytes            int64
	// MaxContent is the longest body of a request (32 MiB).
	MaxContent int64
	// PerMinute is how many requests a partner may make in the long run (6000; less
	// than 0 is no bound), Burst how many at once (a tenth of it).
	PerMinute, Burst int
	// Posts is how many bodies of one partner are read at the same time (8).
	Posts int
	// Gzip packs answers for clients that ask for it. It saves much of a line and
	// costs much of a processor.
	Gzip bool
	// Now is the clock of the rates and of [Event.Took]; nil is the system's.
	Now func() time.Time
	// Event, if set, is told of every request after its answer. It may be called
	// from several goroutines.
	Event func(Event)
}

// Event tells what became of a request. It holds nothing secret.
type Event struct {
	Partner    string // empty for a client who is not known
	Method     string
	Endpoint   string // discovery, root, collections, collection, manifest, objects, object, versions, status; empty for no such resource
	Collection string
	Status     int // 499 when the client went away
	Records    int // in the page
	Bytes      int64
	Took       time.Duration
	Err        error // why not, for the operator
}

// Server answers the requests of TAXII 2.1. It keeps nothing but rates.
type Server struct {
	b     Backend
	o     Options
	next  *sealer
	rates *rates
	gates *gates
}

// NewServer makes a server over a backend. Errors: Invalid for options that
// contradict each other or lack the key.
func NewServer(b Backend, o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	for _, d := range []struct {
		n   *int
		def int
	}{{&o.MaxPage, 1000}, {&o.DefaultPage, 100}, {&o.PerMinute, 6000}, {&o.Posts, 8}} {
		if *d.n == 0 {
			*d.n = d.def
		}
	}
	if o.Burst == 0 {
		o.Burst = burstOf(o.PerMinute)
	}
	if o.PageBytes == 0 {
		o.PageBytes = 16 << 20
	}
	if o.MaxContent == 0 {
		o.MaxContent = 32 << 20
	}
	switch {
	case len(o.NextKey) < 16:
		return nil, optionError("the key of next has fewer than 16 bytes")
	case o.DefaultPage < 1 || o.MaxPage < 1:
		return nil, optionError("a page has at least one record")
	case o.PageBytes < 1 || o.MaxContent < 1 || o.Posts < 1:
		return nil, optionError("a bound is less than 1")
	}
	o.DefaultPage = min(o.DefaultPage, o.MaxPage)
	next, err := newSealer(o.NextKey)
	if err != nil {
		return nil, err
	}
	return &Server{b: b, o: o, next: next, rates: newRates(o.PerMinute, o.Burst), gates: newGates(o.Posts)}, nil
}

func optionError(msg string) error {
	return &entente.Error{Kind: entente.Invalid, Op: "make TAXII server", Msg: msg}
}

// ServeHTTP answers one request below [Base].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := s.o.Now()
	c := &call{Server: s, w: w, r: r, head: r.Method == http.MethodHead, event: Event{Method: r.Method}}
	defer func() {
		if p := recover(); p != nil {
			c.fail(&entente.Error{Kind: entente.Internal, Op: "serve TAXII", Msg: fmt.Sprintf("panic: %v", p)})
		}
		if s.o.Event != nil {
			c.event.Took = s.o.Now().Sub(start)
			s.o.Event(c.event)
		}
		if c.broken {
			panic(http.ErrAbortHandler) // the client must not take a part for the whole
		}
	}()
	if err := c.serve(r.Context()); err != nil {
		c.fail(err)
	}
}

// call is one request and its answer.
type call struct {
	*Server
	w       http.ResponseWriter
	r       *http.Request
	head    bool
	began   bool // the answer has begun
	broken  bool // there is none, or it could not be ended
	account Account
	route   route
	event   Event
}

func (c *call) serve(ctx context.Context) error {
	var err error
	// Without valid credentials every address looks alike.
	if c.account, err = c.b.Authenticate(ctx, credentials(c.r)); err != nil {
		return unknownClient(err)
	}
	c.event.Partner = c.account.Partner
	if wait := c.rates.take(c.account, c.o.Now()); wait > 0 {
		return &Wait{After: wait}
	}
	var ok bool
	if c.route, ok = parseRoute(c.r.URL.Path); !ok {
		return notFound("there is nothing at this address")
	}
	c.event.Endpoint = c.route.endpoint
	if !c.route.allows(c.r.Method) {
		return &refusal{status: http.StatusMethodNotAllowed, detail: "this address knows " + c.route.methods(), allow: c.route.methods()}
	}
	if !acceptable(c.r.Header["Accept"]) {
		return &refusal{status: http.StatusNotAcceptable, detail: "answers are " + MediaType}
	}
	switch c.route.endpoint {
	case "discovery":
		return c.discovery(ctx)
	case "root":
		return c.root(ctx)
	case "collections":
		return c.collections(ctx)
	case "status":
		return c.status(ctx)
	}
	col, err := c.b.Collection(ctx, c.account, c.route.collection)
	if err != nil {
		return err
	}
	c.event.Collection = col.ID
	switch {
	case c.route.endpoint == "collection":
		return c.json(http.StatusOK, withTypes(col))
	case c.r.Method == http.MethodPost:
		return c.add(ctx, col)
	case c.r.Method == http.MethodDelete:
		return c.remove(ctx, col)
	case !col.CanRead:
		return denied("this account may not read the collection")
	default:
		return c.page(ctx, col)
	}
}
