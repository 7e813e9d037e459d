package store

import (
	"encoding/json"
	"strings"
	"time"

	"entente/internal/datapackage"
)

// State says how far a version is on its way to the public.
type State string

// The states of a version. A figure uses published versions only.
const (
	Draft     State = "draft"
	InReview  State = "in-review"
	Published State = "published"
	Retired   State = "retired"
)

// States lists the states in their order.
var States = []State{Draft, InReview, Published, Retired}

// Any as the base of a [Change] writes onto whatever version is there.
const Any = -1

// Private names the layer that only one person sees.
func Private(name string) string { return "private:" + name }

// Key names a record.
type Key struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// String is "kind:id".
func (k Key) String() string { return k.Kind + ":" + k.ID }

// Facets are the properties by which records of any kind are listed.
type Facets struct {
	Actor       string
	Proposition string
	Source      string
	Coder       string
}

// Change is one new version of one record.
type Change struct {
	Key
	// Base is the version that the writer started from: 0 for a new record,
	// [Any] for whatever is there. When the record has moved on since, the
	// whole write is refused as a conflict.
	Base  int
	State State
	Layer string // empty is shared; see [Private]
	Body  json.RawMessage
	Facets
	// Words is text that the search shall find beside the body: the paragraphs
	// of a document. Empty keeps what the version before had. The search sees the
	// first [MaxWords] bytes.
	Words string

	past *past // set where an earlier version comes back
}

// past is what a change takes over from an earlier version beside its body.
type past struct {
	text string // hash of its words
	back bool   // the change undoes a commit: also its layer may come back
}

// RowChange is a change of a row of the corpus.
func RowChange(row datapackage.Row, base int, state State) Change {
	return Change{Key: Key{row.Table, row.ID()}, Base: base, State: state, Body: EncodeRow(row), Facets: rowFacets(row)}
}

// Reason says who writes and why.
type Reason struct {
	Who string // name of an account, "local", or "import"
	Why string
	Via string // web, cli, import, restore …
	// SkipSame leaves out changes that would write what is there already, so
	// that importing twice changes nothing the second time. What is published
	// already counts as there, also while a draft stands beside it.
	SkipSame bool
	// Progress is called now and then with the number of changes done; it may
	// be nil. An error stops the write and nothing of it is kept. It must not
	// write to the store itself, which is waiting for it.
	Progress func(done int) error
}

// Commit is one write.
type Commit struct {
	Seq     int64     `json:"seq"` // 1, 2, … without gaps in what is seen
	At      time.Time `json:"at"`  // strictly later than the commit before; microseconds, UTC
	Who     string    `json:"who"`
	Why     string    `json:"why"`
	Via     string    `json:"via"`
	Changes int       `json:"changes"`
}

// Version is one version of a record.
type Version struct {
	Key
	Number int             `json:"version"` // 1, 2, …
	Base   int             `json:"base"`    // the version that it was made from, 0 for the first
	State  State           `json:"state"`
	Layer  string          `json:"layer,omitempty"`
	Body   json.RawMessage `json:"body"`
	Facets `json:"-"`
	Commit Commit `json:"commit"`

	n, live int64  // number among all versions; that of what the public sees with it
	text    string // hash of its words
	facets  string // as they are kept
}

// Mark says how far a store has come.
type Mark struct {
	Seq    int64     // the latest commit
	Public int64     // the latest commit that changed what is published
	At     time.Time // instant of the latest commit
}

// Query asks for records by their latest version.
type Query struct {
	Kinds  []string // empty: all
	States []State  // empty: all
	Facets          // empty fields: any
	// Layers are the private layers that the reader may see beside what is
	// shared.
	Layers []string
	// Words must all be in the record, whatever their case and diacritics;
	// empty: no search.
	Words string
	// After continues behind this key; the order is kind, then id. It is not
	// used with Words, where the best match comes first.
	After Key
	Limit int // 1 to MaxList; 0: MaxList
}

// MaxList bounds one answer of [Store.List] and [Store.Log].
const MaxList = 1000

// compare orders keys by kind, then id.
func (k Key) compare(o Key) int {
	if c := strings.Compare(k.Kind, o.Kind); c != 0 {
		return c
	}
	return strings.Compare(k.ID, o.ID)
}
