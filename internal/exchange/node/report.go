package node

import (
	"fmt"
	"time"

	"entente/internal/exchange/taxii/client"
)

// Report is what came of reading from a partner.
type Report struct {
	Partner string    `json:"partner"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// Collections are those that the partner lets this node read, by id.
	Collections []Pulled `json:"collections"`
	// Sealed is how many envelopes came that are encrypted to named people.
	Sealed int `json:"sealed"`
	// Receipts tells of the receipts that this node owes the partner.
	Receipts Receipted `json:"receipts"`
	// Witness tells what this node has seen of the partner's log.
	Witness Witnessed `json:"witness"`
	// Findings are evidence that something is wrong, which a person must see.
	Findings []Finding `json:"findings"`
	// Faults are what could not be done this time.
	Faults []string `json:"faults,omitempty"`
}

// Pulled is what came of one collection.
type Pulled struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Objects were read, New of them had not come before, Red of those are RED.
	Objects int `json:"objects"`
	New     int `json:"new"`
	Red     int `json:"red,omitempty"`
	// Refused were no sound STIX; Refusals tells of the first of them.
	Refused  int      `json:"refused,omitempty"`
	Refusals []string `json:"refusals,omitempty"`
	Pages    int      `json:"pages"`
	Done     bool     `json:"done"`
	// Defects counts in what the partner's server fell short of the standard.
	Defects map[client.Defect]int `json:"defects,omitempty"`
	// Compared is set when the manifest was held against what is kept.
	Compared bool `json:"compared"`
	// Found were missing by the manifest and were fetched; Missing could not be.
	Found   int          `json:"found,omitempty"`
	Missing []client.Key `json:"missing,omitempty"`
	// Withdrawn are gone from the partner's collection without a word.
	Withdrawn []client.Key `json:"withdrawn,omitempty"`
}

// Receipted counts receipts.
type Receipted struct {
	Acknowledged int `json:"acknowledged"` // the partner has them
	// Waiting are releases for which no receipt could be signed yet: what was
	// released is not here, or no checkpoint of the partner's covers it.
	Waiting int `json:"waiting"`
	Refused int `json:"refused,omitempty"`
}

// Witnessed is the partner's log as this node saw it.
type Witnessed struct {
	Size     int64     `json:"size"`
	Root     string    `json:"root,omitempty"`
	Time     time.Time `json:"time,omitzero"`
	Cosigned bool      `json:"cosigned"`
}

// What a finding can be.
const (
	FoundSplit     = "split-view"        // the partner's log told two histories
	FoundBehind    = "log-behind"        // the partner's log has fewer leaves than it had
	FoundDifferent = "shown-differently" // what the partner's log says is not what it sent
	FoundLost      = "own-log-lost"      // the partner has seen leaves of this node's log that are not there
	FoundRefused   = "receipt-refused"   // the partner does not take a receipt
)

// Finding is evidence that something is wrong.
type Finding struct {
	What   string    `json:"what"`
	Why    string    `json:"why"`
	At     time.Time `json:"at"`
	Object string    `json:"object,omitempty"`
	// Certain is true when nobody but the partner can have made the evidence.
	Certain bool `json:"certain"`
	// A and B are the signed notes that contradict each other, where there are any.
	A string `json:"a,omitempty"`
	B string `json:"b,omitempty"`
}

func (f *Finding) String() string {
	return fmt.Sprintf("%s: %s", f.What, f.Why)
}

func (r *Report) find(f Finding) { r.Findings = append(r.Findings, f) }

// doubted tells whether the partner's log cannot be believed.
func (r *Report) doubted() bool {
	for i := range r.Findings {
		if w := r.Findings[i].What; w == FoundSplit || w == FoundBehind {
			return true
		}
	}
	return false
}

func (r *Report) fault(err error) { r.Faults = append(r.Faults, clip(err.Error())) }

// New counts what had not come before.
func (r *Report) New() int {
	sum := r.Sealed
	for i := range r.Collections {
		sum += r.Collections[i].New
	}
	return sum
}

// brief is the report without long lists, as it is kept for the status.
func (r *Report) brief() Report {
	b := *r
	b.Collections = append([]Pulled(nil), r.Collections...)
	for i := range b.Collections {
		b.Collections[i].Missing = head(b.Collections[i].Missing, maxBrief)
		b.Collections[i].Withdrawn = head(b.Collections[i].Withdrawn, maxBrief)
	}
	return b
}

const maxBrief = 100

func head[T any](list []T, n int) []T { return list[:min(len(list), n)] }
