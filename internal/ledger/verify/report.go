package verify

import (
	"fmt"
	"strings"

	"entente"
)

// Problem says what sort of finding something is.
type Problem string

// The problems. All but the last two are evidence that something is wrong.
const (
	Altered          Problem = "altered"           // something is not what was logged or signed
	Removed          Problem = "removed"           // something that belongs here is not here
	Reordered        Problem = "reordered"         // a leaf stands in the place of another
	BackDated        Problem = "back-dated"        // something says that it is older than it can be
	PostDated        Problem = "post-dated"        // something says that it is younger than it can be
	SplitView        Problem = "split-view"        // the log told two histories
	ShownDifferently Problem = "shown-differently" // one version of an object with two contents
	BadSignature     Problem = "bad-signature"     // no trusted key signed it, or not this text
	Malformed        Problem = "malformed"         // a file breaks the rules of its format
	Hostile          Problem = "hostile"           // a link, a device, a file too large, a path too deep
	Unproven         Problem = "unproven"          // what would prove it is not in the folder
	Note             Problem = "note"              // worth knowing, and no fault
)

// Finding is one thing that was found, and where.
type Finding struct {
	Problem Problem `json:"problem"`
	Place   string  `json:"place,omitempty"` // a file of the folder
	Leaf    int64   `json:"leaf"`            // -1 for none
	Object  string  `json:"object,omitempty"`
	Version string  `json:"version,omitempty"`
	Msg     string  `json:"message"`
}

// String is the finding on one line.
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(string(f.Problem))
	if f.Place != "" {
		b.WriteString(" " + f.Place)
	}
	if f.Leaf >= 0 {
		fmt.Fprintf(&b, " leaf %d", f.Leaf)
	}
	if f.Object != "" {
		fmt.Fprintf(&b, " %s %s", f.Object, f.Version)
	}
	return b.String() + ": " + f.Msg
}

// Count is how many objects were looked at and what came of it. An object that
// is neither proven nor failed lacks evidence.
type Count struct {
	Checked int `json:"checked"`
	Proven  int `json:"proven"` // is what the log recorded, in a tree that the log signed
	Failed  int `json:"failed"`
}

// Report is what came of a verification.
type Report struct {
	Log          string `json:"log"`           // the log's name
	Size         int64  `json:"size"`          // leaves that are proven to be in the signed tree
	Leaves       int64  `json:"leaves"`        // leaves that the folder holds
	Opened       int    `json:"opened"`        // leaves that the folder lets one look behind
	Objects      Count  `json:"objects"`       // one per opened leaf with an object
	Receipts     Count  `json:"receipts"`      // of partners
	Checkpoints  int    `json:"checkpoints"`   // signed by trusted logs
	Cosignatures int    `json:"cosignatures"`  // by trusted partners
	Proofs       int    `json:"proofs"`        // in files of their own, that hold
	Files        int    `json:"files"`         // in the folder
	For          string `json:"for,omitempty"` // for whom the folder was made; * is everybody
	// Findings come in the order in which they were found; the same folder gives
	// the same list. More counts those beyond the bound.
	Findings []Finding `json:"findings"`
	More     int       `json:"more,omitempty"`

	counts map[Problem]int
}

// maxFindings bounds the list of a report.
const maxFindings = 10_000

func (r *Report) add(f Finding) {
	if r.counts == nil {
		r.counts = map[Problem]int{}
	}
	r.counts[f.Problem]++
	if len(r.Findings) < maxFindings {
		r.Findings = append(r.Findings, f)
	} else {
		r.More++
	}
}

// Faults is the number of findings that are evidence of a fault.
func (r *Report) Faults() int {
	n := 0
	for p, c := range r.counts {
		if p != Unproven && p != Note {
			n += c
		}
	}
	return n
}

// Unproven is the number of things that the folder does not prove.
func (r *Report) Unproven() int { return r.counts[Unproven] }

// OK tells whether everything was proven.
func (r *Report) OK() bool { return r.Faults() == 0 && r.Unproven() == 0 }

// Err is nil when everything was proven; a Conflict when something was altered,
// removed, back-dated, shown differently or is otherwise at fault; Unavailable
// when nothing is at fault but evidence is lacking.
func (r *Report) Err() error {
	switch {
	case r.Faults() > 0:
		return &entente.Error{Kind: entente.Conflict, Op: "verify", Place: r.Log, Msg: fmt.Sprintf("%d faults were found", r.Faults()), Hint: "the report names each"}
	case r.Unproven() > 0:
		return &entente.Error{Kind: entente.Unavailable, Op: "verify", Place: r.Log, Msg: fmt.Sprintf("no fault was found, but %d things are not proven", r.Unproven()), Hint: "the report names what is lacking"}
	}
	return nil
}
