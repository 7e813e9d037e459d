package node

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/time/rate"

	"entente"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/taxii"
	"entente/internal/ledger"
)

// exchange serves the exchange of proofs to partners.
type exchange struct {
	n      *Node
	mux    *http.ServeMux
	mu     sync.Mutex
	limits map[string]*rate.Limiter // by partner
}

// How often a partner may ask. What is asked for here is worked out anew each
// time, so it is less than for pages of objects.
const (
	asksPerSecond = 50
	asksBurst     = 200
)

// handler answers a partner, or gives the error that is told to it.
type handler func(w http.ResponseWriter, r *http.Request, p *partner.Partner) error

func newExchange(n *Node) *exchange {
	x := &exchange{n: n, mux: http.NewServeMux(), limits: map[string]*rate.Limiter{}}
	for _, route := range []struct {
		pattern string
		h       handler
	}{
		{"GET " + pathExchange + "{$}", x.hello},
		{"GET " + pathCheckpoint, x.checkpoint},
		{"GET " + pathConsistency, x.consistency},
		{"POST " + pathCosignature, x.cosignature},
		{"GET " + pathReleases, x.releases},
		{"POST " + pathReceipts, x.receipts},
		{"GET " + pathProof, x.proof},
		{"GET " + pathSeen, x.seen},
		{"POST " + pathSeen, x.saw},
		{"GET " + pathSealed, x.sealed},
	} {
		x.mux.Handle(route.pattern, x.wrap(route.h))
	}
	x.mux.Handle(pathExchange, x.wrap(func(http.ResponseWriter, *http.Request, *partner.Partner) error {
		return &entente.Error{Kind: entente.NotFound, Op: "exchange", Msg: "there is nothing here"}
	}))
	return x
}

func (x *exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) { x.mux.ServeHTTP(w, r) }

// wrap finds out who asks, before anything else is looked at.
func (x *exchange) wrap(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		account, err := x.n.Book.Authenticate(r.Context(), credentialsOf(r))
		if err != nil {
			if wait, ok := errors.AsType[*taxii.Wait](err); ok {
				x.n.refused("", r.Method, http.StatusTooManyRequests)
				w.Header().Set("Retry-After", strconv.FormatInt(max(int64(math.Ceil(wait.After.Seconds())), 1), 10))
				writeProblem(w, http.StatusTooManyRequests, "too many requests", entente.Unavailable)
				return
			}
			if entente.KindOf(err) == entente.Unavailable {
				x.fail(w, r, err)
				return
			}
			x.n.refused("", r.Method, http.StatusUnauthorized)
			w.Header().Set("Connection", "close") // whoever is not known keeps no place
			w.Header().Set("WWW-Authenticate", `Bearer realm="entente"`)
			w.Header().Add("WWW-Authenticate", `Basic realm="entente"`)
			writeProblem(w, http.StatusUnauthorized, "the credentials are not right", entente.Denied)
			return
		}
		if !x.limiter(account.Partner).Allow() {
			x.n.refused(account.Partner, r.Method, http.StatusTooManyRequests)
			w.Header().Set("Retry-After", "1")
			writeProblem(w, http.StatusTooManyRequests, "too many requests", entente.Unavailable)
			return
		}
		p, _, err := x.n.partner(r.Context(), account.Partner)
		if err == nil {
			r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
			err = h(w, r, p)
		}
		if err != nil {
			x.fail(w, r, err)
		}
	})
}

func (x *exchange) limiter(partner string) *rate.Limiter {
	x.mu.Lock()
	defer x.mu.Unlock()
	l := x.limits[partner]
	if l == nil { // no more than there are partners
		l = rate.NewLimiter(asksPerSecond, asksBurst)
		x.limits[partner] = l
	}
	return l
}

// statuses is the one table from kinds of error to statuses.
var statuses = map[entente.Kind]int{
	entente.NotFound: http.StatusNotFound, entente.Invalid: http.StatusBadRequest, entente.Conflict: http.StatusConflict,
	entente.Denied: http.StatusForbidden, entente.Unavailable: http.StatusServiceUnavailable,
}

// fail tells an error. What is no error for people stays in the node's own log.
func (x *exchange) fail(w http.ResponseWriter, r *http.Request, err error) {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		writeProblem(w, http.StatusRequestEntityTooLarge, "the request is too large", entente.Invalid)
		return
	}
	if r.Context().Err() != nil {
		return // nobody is there to be told
	}
	kind := entente.KindOf(err)
	status, ok := statuses[kind]
	title := err.Error()
	if e, own := errors.AsType[*entente.Error](err); own {
		title = e.Msg
	}
	if !ok || kind == entente.Unavailable {
		x.n.Logger.ErrorContext(r.Context(), "a partner could not be answered", slog.String("path", r.URL.Path), slog.Any("error", err))
		title, status, kind = "the node cannot answer now", http.StatusServiceUnavailable, entente.Unavailable
		w.Header().Set("Retry-After", "5")
	}
	writeProblem(w, status, title, kind)
}

func writeProblem(w http.ResponseWriter, status int, title string, kind entente.Kind) {
	raw, err := json.Marshal(Problem{Title: title, Kind: string(kind)})
	if err != nil {
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw) // the client may be gone
}

func writeJSON(w http.ResponseWriter, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(raw) // the client may be gone
	return nil
}

func writeText(w http.ResponseWriter, text []byte) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(text) // the client may be gone
	return nil
}

// credentialsOf reads what a request shows of who sends it.
func credentialsOf(r *http.Request) taxii.Credentials {
	var c taxii.Credentials
	if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		c.Addr = ap.Addr().Unmap()
	}
	if r.TLS != nil {
		c.Certificates = r.TLS.PeerCertificates
	}
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	rest = strings.TrimSpace(rest)
	switch {
	case strings.EqualFold(scheme, "Bearer"):
		c.Bearer = rest
	case strings.EqualFold(scheme, "Basic"):
		if raw, err := base64.StdEncoding.DecodeString(rest); err == nil {
			c.User, c.Password, _ = strings.Cut(string(raw), ":")
		}
	}
	return c
}

// number reads a number of the query; without it, unless gives the value.
func number(r *http.Request, name string, unless, least, most int64) (int64, error) {
	values := r.URL.Query()[name]
	if len(values) == 0 {
		return unless, nil
	}
	v, err := strconv.ParseInt(values[0], 10, 64)
	if len(values) > 1 || err != nil || v < least || v > most {
		return 0, &entente.Error{Kind: entente.Invalid, Op: "exchange", Place: name, Msg: "the query has no sound " + name}
	}
	return v, nil
}

func (x *exchange) hello(w http.ResponseWriter, r *http.Request, _ *partner.Partner) error {
	state, err := x.n.Book.State(r.Context())
	if err != nil {
		return err
	}
	s := state.Settings
	return writeJSON(w, Hello{Title: s.Title, Actor: s.Actor, Identity: s.Identity, Log: x.n.Key.Public()})
}

func (x *exchange) checkpoint(w http.ResponseWriter, r *http.Request, _ *partner.Partner) error {
	c, err := x.n.Checkpoint(r.Context())
	if err != nil {
		return err
	}
	return writeText(w, c.Note)
}

func (x *exchange) consistency(w http.ResponseWriter, r *http.Request, _ *partner.Partner) error {
	older, err := number(r, "older", 0, 0, ledger.MaxLeaves)
	if err != nil {
		return err
	}
	newer, err := number(r, "newer", 0, 0, ledger.MaxLeaves)
	if err != nil {
		return err
	}
	text, err := x.n.consistency(r.Context(), older, newer)
	if err != nil {
		return err
	}
	return writeText(w, text)
}

func (x *exchange) cosignature(w http.ResponseWriter, r *http.Request, p *partner.Partner) error {
	msg, err := io.ReadAll(http.MaxBytesReader(w, r.Body, ledger.MaxNote))
	if err != nil {
		return broken(err)
	}
	if err := x.n.cosignature(r.Context(), p, msg); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (x *exchange) releases(w http.ResponseWriter, r *http.Request, p *partner.Partner) error {
	after, err := number(r, "after", -1, -1, ledger.MaxLeaves)
	if err != nil {
		return err
	}
	limit, err := number(r, "limit", maxReleases, 1, 1<<40)
	if err != nil {
		return err
	}
	list, err := x.n.releases(r.Context(), p, after, int(min(limit, maxReleases)))
	if err != nil {
		return err
	}
	return writeJSON(w, list)
}

func (x *exchange) receipts(w http.ResponseWriter, r *http.Request, p *partner.Partner) error {
	var in Receipts
	d := json.NewDecoder(r.Body)
	if err := d.Decode(&in); err != nil {
		return broken(err)
	}
	if len(in.Receipts) == 0 || len(in.Receipts) > maxReceipts {
		return &entente.Error{Kind: entente.Invalid, Op: "keep receipts", Msg: "there are no receipts, or too many in one request"}
	}
	out, err := x.n.takeReceipts(r.Context(), p, in.Receipts)
	if err != nil {
		return err
	}
	return writeJSON(w, out)
}

func (x *exchange) proof(w http.ResponseWriter, r *http.Request, p *partner.Partner) error {
	values := r.URL.Query()["leaf"]
	leaves := make([]int64, len(values))
	for i, v := range values {
		var err error
		if leaves[i], err = strconv.ParseInt(v, 10, 64); err != nil || len(values) > maxReleases {
			return &entente.Error{Kind: entente.Invalid, Op: "exchange", Place: "leaf", Msg: "the query has no sound leaf, or too many"}
		}
	}
	out, err := x.n.proofs(r.Context(), p, leaves)
	if err != nil {
		return err
	}
	return writeJSON(w, out)
}

func (x *exchange) seen(w http.ResponseWriter, r *http.Request, p *partner.Partner) error {
	k, err := x.n.seenOf(r.Context(), p)
	if err != nil {
		return err
	}
	return writeText(w, k.Note)
}

func (x *exchange) saw(w http.ResponseWriter, r *http.Request, p *partner.Partner) error {
	msg, err := io.ReadAll(http.MaxBytesReader(w, r.Body, ledger.MaxNote))
	if err != nil {
		return broken(err)
	}
	if err := x.n.Seen(r.Context(), p.ID, msg); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (x *exchange) sealed(w http.ResponseWriter, r *http.Request, p *partner.Partner) error {
	after, err := number(r, "after", -1, -1, ledger.MaxLeaves)
	if err != nil {
		return err
	}
	out, err := x.n.sealedAfter(r.Context(), p.ID, after)
	if err != nil {
		return err
	}
	return writeJSON(w, out)
}

// broken is a body that could not be read.
func broken(err error) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return err
	}
	return &entente.Error{Kind: entente.Invalid, Op: "exchange", Msg: "the request cannot be read"}
}
