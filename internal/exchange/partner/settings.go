package partner

import (
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
)

// Settings is all that the operators of a node decide on: who its partners are,
// in which circles, and what may lie where. It holds no secret.
type Settings struct {
	// Title is the node's name for people.
	Title string `json:"title"`
	// Actor is the actor of the corpus for whom the node speaks ("est").
	Actor string `json:"actor"`
	// Identity is the STIX identity that makes the node's own objects.
	Identity stix.ID `json:"identity"`
	// URL is where partners reach the node's exchange, such as
	// "https://entente.mfa.example:8443/"; empty while it serves nobody.
	URL string `json:"url,omitempty"`
	// Unmarked is the handling level of what carries no mark; never CLEAR.
	Unmarked handling.TLP `json:"unmarked"`
	// Recipients are the functions at this node who may get RED from partners;
	// their keys go into the introduction.
	Recipients  []Recipient          `json:"recipients,omitempty"`
	Partners    []Partner            `json:"partners"`
	Communities []handling.Community `json:"communities"`
	Collections []Collection         `json:"collections"`
	Embargoes   []handling.Embargo   `json:"embargoes,omitempty"`
}

// Partner is another node, or any other client of the exchange.
type Partner struct {
	handling.Partner
	// Actor is the actor of the corpus for whom it speaks; may be empty.
	Actor string `json:"actor,omitempty"`
	// Identities are the STIX identities in whose name it may make and change
	// objects.
	Identities []stix.ID `json:"identities,omitempty"`
	// URL is the root of its node (the discovery is at URL + "taxii2/"); empty for
	// a client that only comes to us.
	URL string `json:"url,omitempty"`
	// CA is the certificate (PEM) that vouches for its server, and for its client
	// certificate; empty: the system's authorities, and no client certificate.
	// Several certificates may stand one after the other, so that a new authority
	// can be brought in before the old one goes.
	CA string `json:"ca,omitempty"`
	// Names are the DNS names of which its client certificate must carry one; empty:
	// the host of its URL. An authority may vouch for more than one client, so its
	// word alone never tells who asks.
	Names []string `json:"names,omitempty"`
	// CertificateOnly asks for a client certificate on every request: a token or
	// password alone is not enough.
	CertificateOnly bool `json:"certificate_only,omitempty"`
	// Log is the public key of its log, in the form of [ledger.Key.Public]; empty
	// for a partner that keeps none and signs no receipts.
	Log string `json:"log,omitempty"`
	// Recipients are the people (by function, never by name) who may get RED.
	Recipients []Recipient `json:"recipients,omitempty"`
	// PerMinute bounds its requests a minute; 0 is the default.
	PerMinute int `json:"per_minute,omitempty"`
}

// Recipient is a function at a partner with a key of its own.
type Recipient struct {
	Name string `json:"name"` // "duty-officer"
	Key  string `json:"key"`  // an age recipient, "age1…" or "age1pq1…"
}

// Collection is a collection of the node.
type Collection struct {
	handling.Collection
	Alias       string `json:"alias,omitempty"`
	Description string `json:"description,omitempty"`
	// Writers are the partners who may add to it.
	Writers []string `json:"writers,omitempty"`
}

// Revision is one version of the settings.
type Revision struct {
	N   int64     `json:"n"`
	At  time.Time `json:"at"`
	Who string    `json:"who"`
	Why string    `json:"why"`
	Settings
}

// Kind is a kind of credential.
type Kind string

// The kinds. A certificate for which the partner's CA vouches needs no credential
// of its own, but for being refused.
const (
	Token       Kind = "token"       // a bearer token
	Password    Kind = "password"    // HTTP Basic; the user name is the partner's id
	Certificate Kind = "certificate" // one client certificate, by its fingerprint
)

// Credential is by what a partner proves who it is; the secret itself is shown
// once and never kept.
type Credential struct {
	ID       string    `json:"id"`
	Partner  string    `json:"partner"`
	Kind     Kind      `json:"kind"`
	Name     string    `json:"name"`
	Created  time.Time `json:"created"`
	Expires  time.Time `json:"expires,omitzero"`
	Revoked  time.Time `json:"revoked,omitzero"`
	LastUsed time.Time `json:"last_used,omitzero"`
}
