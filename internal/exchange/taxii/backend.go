package taxii

import (
	"context"
	"crypto/x509"
	"io"
	"net/netip"
	"time"

	"entente/internal/exchange/stix"
)

// Backend is what the server needs of a node. Its errors are *entente.Error:
// NotFound (404), Denied (403; 401 from Authenticate), Invalid (422 for a body
// that cannot be processed, else 400), Conflict (409), Unavailable (503). An
// account that may not know of a collection gets NotFound for it. An error that
// wraps a [Wait] asks the client to come back later (429). What Msg and Hint of an
// error say is shown to the client; its cause never is.
type Backend interface {
	// Authenticate tells whose request it is. The zero Credentials are those of
	// somebody who shows none.
	Authenticate(ctx context.Context, c Credentials) (Account, error)
	// Root describes the API root.
	Root(ctx context.Context, a Account) (RootInfo, error)
	// Collections lists the collections that the account may know of, by id.
	Collections(ctx context.Context, a Account) ([]Collection, error)
	// Collection finds one of them by its id or alias.
	Collection(ctx context.Context, a Account, name string) (Collection, error)
	// Page gives objects of a collection in the order in which they were added.
	Page(ctx context.Context, a Account, collection string, q Query) (*Page, error)
	// Add adds the objects of an envelope, each that is sound, and tells what became
	// of each. It has read all of r, or stopped at an error; at an error nothing of
	// the envelope is kept.
	Add(ctx context.Context, a Account, collection string, r io.Reader) (*Status, error)
	// Status tells what became of an earlier Add of the same account.
	Status(ctx context.Context, a Account, id string) (*Status, error)
	// Delete removes versions of an object from a collection: all that v selects.
	// NotFound when the account may not know the object.
	Delete(ctx context.Context, a Account, collection string, object stix.ID, v Versions) error
}

// Credentials are what a request shows of who sends it.
type Credentials struct {
	Bearer         string
	User, Password string
	// Certificates is the verified client's chain, the client's own first, as the
	// TLS layer received it; the backend checks who vouches for it.
	Certificates []*x509.Certificate
	Addr         netip.Addr
}

// Account is who asks: a partner of the node.
type Account struct {
	Partner string
	// PerMinute is how many requests it may make in the long run, with a tenth of
	// them at once: 0 is the server's own bound, less than 0 is none.
	PerMinute int
}

// RootInfo describes an API root.
type RootInfo struct {
	Title, Description string
	// MaxContentLength is the longest body of a request; 0, or more than the
	// server's own bound, is that bound.
	MaxContentLength int64
}

// Stamp is when an object was added to a collection: microseconds since 1970,
// UTC, unique and strictly rising within the collection.
type Stamp int64

// Time gives the instant.
func (s Stamp) Time() time.Time { return time.UnixMicro(int64(s)).UTC() }

// String writes it as the protocol does: RFC 3339 in UTC with microseconds.
func (s Stamp) String() string { return s.Time().Format(StampLayout) }

// StampLayout is the form of a stamp.
const StampLayout = "2006-01-02T15:04:05.000000Z"

// Query asks for a page.
type Query struct {
	Filter
	// After continues behind this stamp; it is at least AddedAfter.
	After Stamp
	// Limit is the most records of the page, at least 1. What is withheld from the
	// account does not count.
	Limit int
	// Bytes is the most bytes of bodies in the page, which ends before the record
	// that would go over it; the first record is given whatever its size.
	Bytes int64
	// Bodies asks for the objects themselves; without it the page is for a manifest
	// or a list of versions, and nothing counts as handed over.
	Bodies bool
}

// Filter selects versions of objects. An empty list selects all.
type Filter struct {
	// Object is one object, for the endpoints that name it.
	Object stix.ID
	// AddedAfter is exclusive; 0 is none.
	AddedAfter Stamp
	IDs        []stix.ID
	Types      []string
	Specs      []string // empty: of each object its latest spec version only
	Versions   Versions
}

// Versions selects among the versions of one object that the account may know:
// the union of what is set. The zero value selects the latest. First and latest
// are those of the lowest and highest version, whatever the order of arrival; the
// zero Time in Exact is the one version of an object that has none.
type Versions struct {
	All, First, Last bool
	Exact            []stix.Time
}

// Page is a part of a collection.
type Page struct {
	Records []Record
	// More tells that something that the query selects is left behind Next, the
	// stamp up to which the page has looked; Next may be later than that of the last
	// record.
	More bool
	Next Stamp
	// Known tells, for a query of one object, whether the account may know that
	// object at all, whatever the filter left of it.
	Known bool
}

// Unversioned stands for the version of an object that has none, an observable,
// in manifests, in the answer to a POST and in match[version] [4.3].
const Unversioned = "1970-01-01T00:00:00.000Z"

// Wait is an error that asks the client to come back later.
type Wait struct{ After time.Duration }

// Error says how long to wait.
func (w *Wait) Error() string { return "come back in " + w.After.String() }

// Record is one version of one object in a collection.
type Record struct {
	ID      stix.ID
	Added   Stamp
	Version string // as it came, never reformatted; empty: the object has none
	Spec    string // 2.0 or 2.1
	Body    []byte // only with Query.Bodies; not to be changed
}

// Collection is a collection as one account may use it.
type Collection struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	Alias       string `json:"alias,omitempty"`
	CanRead     bool   `json:"can_read"`
	CanWrite    bool   `json:"can_write"`
	// MediaTypes lists what the collection holds, empty for both versions of STIX.
	MediaTypes []string `json:"media_types,omitempty"`
}

// Status says what became of a request to add objects [4.3].
type Status struct {
	ID               string         `json:"id"`
	Status           string         `json:"status"` // complete or pending
	RequestTimestamp string         `json:"request_timestamp,omitempty"`
	TotalCount       int            `json:"total_count"`
	SuccessCount     int            `json:"success_count"`
	Successes        []StatusDetail `json:"successes,omitempty"`
	FailureCount     int            `json:"failure_count"`
	Failures         []StatusDetail `json:"failures,omitempty"`
	PendingCount     int            `json:"pending_count"`
	Pendings         []StatusDetail `json:"pendings,omitempty"`
	// Receipts are the node's proofs for what it took: for each success the number
	// of the leaf in the node's log.
	Receipts []ReceiptRef `json:"x_entente_receipts,omitempty"`
}

// StatusDetail is one object of a [Status].
type StatusDetail struct {
	ID      string `json:"id"`
	Version string `json:"version"` // as it came; empty becomes [Unversioned]
	Message string `json:"message,omitempty"`
}

// ReceiptRef names the leaf that records one accepted object.
type ReceiptRef struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Leaf    int64  `json:"leaf"`
}
