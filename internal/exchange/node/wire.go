package node

import (
	"encoding/json"

	"entente/internal/exchange/stix"
)

// The addresses of the exchange of proofs, below the root of a node. They stand
// beside the TAXII server and take the same credentials. docs/exchange.md
// describes them.
const (
	pathExchange    = "/exchange/v1/"
	pathCheckpoint  = pathExchange + "checkpoint"  // GET: the latest, as a signed note
	pathConsistency = pathExchange + "consistency" // GET ?older=&newer=
	pathCosignature = pathExchange + "cosignature" // POST: a checkpoint with the partner's cosignature
	pathReleases    = pathExchange + "releases"    // GET ?after=LEAF&limit=: what the partner was handed, with proofs
	pathReceipts    = pathExchange + "receipts"    // POST: signed receipts
	pathProof       = pathExchange + "proof"       // GET ?leaf=&leaf=…: leaves about the partner, with proofs
	pathSeen        = pathExchange + "seen"        // GET: what this node has seen of the partner's log; POST: what the partner has seen of this one's
	pathSealed      = pathExchange + "sealed"      // GET ?after=: what is encrypted to the partner's people
)

// The bounds of those addresses.
const (
	maxReleases = 200      // of one answer
	maxReceipts = 200      // of one request
	maxAnswer   = 16 << 20 // bytes that a client reads of one answer
	maxRequest  = 4 << 20  // bytes that a server reads of one request
)

// Hello says who a node is; it is given to partners only.
type Hello struct {
	Title    string  `json:"title"`
	Actor    string  `json:"actor"`
	Identity stix.ID `json:"identity"`
	Log      string  `json:"log"` // the public key
}

// Release is one leaf that concerns the reader: its opening, and the proof (C2SP
// tlog-proof) that it is in the tree of a signed checkpoint.
type Release struct {
	Opening string `json:"opening"`
	Proof   string `json:"proof"`
}

// Releases is what was handed to a partner, in the order of the log.
type Releases struct {
	Releases []Release `json:"releases"`
	// Next is the leaf to go on behind.
	Next int64 `json:"next"`
	More bool  `json:"more"`
	// Pending tells that more was handed over, which no checkpoint covers yet.
	Pending bool `json:"pending,omitempty"`
}

// Receipts are signed receipts on their way to the node that they are for.
type Receipts struct {
	Receipts []string `json:"receipts"`
}

// Taken says what became of each receipt, in their order.
type Taken struct {
	Receipts []TakenReceipt `json:"receipts"`
}

// TakenReceipt is the leaf that records a receipt, or why it was refused.
type TakenReceipt struct {
	Leaf    int64  `json:"leaf"` // -1 when it was refused
	Refused string `json:"refused,omitempty"`
}

// SealedList is what is encrypted to people of a partner.
type SealedList struct {
	Sealed []SealedItem `json:"sealed"`
	More   bool         `json:"more"`
}

// SealedItem is an envelope and the leaf that records it, behind which the next one
// is asked for.
type SealedItem struct {
	Envelope json.RawMessage `json:"envelope"`
	Leaf     int64           `json:"leaf"`
}

// Problem is an error as it is told to a partner.
type Problem struct {
	Title string `json:"title"`
	Kind  string `json:"kind"`
}
