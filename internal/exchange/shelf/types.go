package shelf

import (
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// Outcome is what became, or would become, of one object that was handed in.
type Outcome struct {
	ID      stix.ID
	Version string // as it came; empty for an object that has none
	Verdict stix.Verdict
	// Faults say why it was refused; empty otherwise.
	Faults []string
	// Warnings tell what the sender should mend; they change nothing.
	Warnings []string
	Level    handling.TLP
	// Why says what the level follows from, the strictest reason first.
	Why []string
	// Stamp is where it lies in the collection and Leaf the number of the leaf of
	// the log that records it; 0 and -1 for what was not written.
	Stamp taxii.Stamp
	Leaf  int64
	// Partners says for each partner of the settings what the rules decide.
	// Only [Shelf.Judge] fills it in.
	Partners []PartnerDecision
}

// PartnerDecision is what the rules decide on one object for one partner.
type PartnerDecision struct {
	Partner string
	handling.Decision
	// Had tells that the partner was handed this version before, in whichever
	// collection.
	Had bool
}

// Received is one object that a partner brought and that was kept.
type Received struct {
	Object *stix.Object
	Level  handling.TLP
	Leaf   int64
}

// State is whether an entry lies in its collection.
type State string

// The states of an entry.
const (
	Lies    State = "lies"
	Removed State = "removed" // taken out by whoever may
	Moved   State = "moved"   // it lies under a later stamp, but for those who got it under this one
)

// Entry is one version of an object in one collection.
type Entry struct {
	Collection string
	Added      taxii.Stamp
	State      State
	ID         stix.ID
	Type       string
	Version    string
	Spec       string
	Created    string
	Creator    stix.ID
	Level      handling.TLP
	// Unresolved says that a mark of it is not known here, so that it is handled
	// as RED until it is.
	Unresolved bool
	Revoked    bool
	// Origin is the partner from whom the object came, empty for the node's own;
	// PutBy the partner who put it into this collection, empty for the node.
	Origin, PutBy string
	At            time.Time // when the object came first
	Size          int
}

// Ask selects entries for [Shelf.Find]. What is empty selects all.
type Ask struct {
	Collection string
	IDs        []stix.ID // at most 500
	Type       string
	Creator    stix.ID
	Origin     string
	Own        bool // the node's own objects only
	Level      handling.TLP
	// Revoked, Unresolved and Newest select what is withdrawn, what waits for a mark,
	// and the newest version of each object only.
	Revoked, Unresolved, Newest bool
	// Gone also gives what was removed or moved.
	Gone bool
	// After continues behind this entry, in the order of collection and stamp.
	AfterCollection string
	After           taxii.Stamp
	Limit           int // 1 to MaxFind; 0: MaxFind
}

// MaxFind bounds the answers of [Shelf.Find].
const MaxFind = 1000

// Line is the account of one partner and collection: nothing may be lost between
// its figures. Lying = Allowed + the sum of Withheld.
type Line struct {
	Partner    string `json:"partner"`
	Collection string `json:"collection"`
	// Lying counts the versions that lie in the collection.
	Lying int `json:"lying"`
	// Allowed counts those that the partner may take now.
	Allowed int `json:"allowed"`
	// Withheld counts the others by the reasons against them, see
	// [handling.Code.String].
	Withheld map[string]int `json:"withheld,omitempty"`
	// Waiting counts what is allowed and not yet handed over.
	Waiting int `json:"waiting"`
	// Handed counts what was ever handed over, Receipted for how much of it the
	// partner has signed a receipt.
	Handed    int `json:"handed"`
	Receipted int `json:"receipted"`
	// Gone counts what was handed over and has been removed, or closed to the
	// partner, since.
	Gone int `json:"gone"`
}

// Delivery is one version that was handed to one partner.
type Delivery struct {
	Partner    string      `json:"partner"`
	Collection string      `json:"collection"`
	ID         stix.ID     `json:"id"`
	Version    string      `json:"version"`
	Revoked    bool        `json:"revoked"`
	Added      taxii.Stamp `json:"added"`
	At         time.Time   `json:"at"`
	Leaf       int64       `json:"leaf"`
	// Receipt is the leaf that records the partner's receipt, -1 while none came in.
	Receipt int64 `json:"receipt"`
}

// Change is an entry that other rules would open to a partner, or close.
type Change struct {
	Partner    string       `json:"partner"`
	Collection string       `json:"collection"`
	ID         stix.ID      `json:"id"`
	Version    string       `json:"version"`
	Level      handling.TLP `json:"level"`
	Opens      bool         `json:"opens"`
	// Reasons are those against the release under the rules that close it.
	Reasons handling.Code `json:"-"`
	Why     string        `json:"why"`
	// Left says that the partner has it already, since when and by which leaf.
	Left bool      `json:"left"`
	At   time.Time `json:"at,omitzero"`
	Leaf int64     `json:"leaf"`
}
