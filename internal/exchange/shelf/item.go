package shelf

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// item is one object that is handed in, on its way.
type item struct {
	o       *stix.Object
	id      stix.ID
	at      stix.Time
	digest  [32]byte
	bad     []stix.Fault // of the text and the properties
	hints   []stix.Fault // warnings of them
	verdict stix.Verdict
	faults  []string
	handling.Assessment
	notes  []stix.Fault // warnings of the judgement
	twin   *item        // the same version, earlier in the request
	origin string       // from whom it came first, when it is kept
	n      int64        // number of the object; 0 until it is kept
	lies   bool         // it lies in the collection already
	stamp  int64
	leaf   int64
}

// maxObjects bounds one request, so that many small objects do not fill the memory.
const maxObjects = 50_000

// maxVersion is the longest version that a leaf of the log can name, in bytes.
const maxVersion = 100

// readItems reads an envelope to its end and checks each object by itself. An error
// means that the envelope as a whole cannot be read.
func (s *Shelf) readItems(r io.Reader) ([]*item, error) {
	reader := stix.NewReader(r, stix.StreamLimits{Bytes: s.o.MaxContent, Objects: maxObjects, Object: stix.DefaultLimits})
	var out []*item
	for {
		raw, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		o, faults := stix.ParseItem(raw, stix.DefaultLimits)
		if faults == nil {
			faults = stix.Validate(o)
		}
		out = append(out, newItem(o, faults))
	}
}

func newItem(o *stix.Object, faults []stix.Fault) *item {
	it := &item{o: o, id: o.ID(), at: o.VersionTime(), leaf: -1}
	if it.bad = stix.Refusals(faults); len(it.bad) > 0 {
		return it
	}
	if len(it.at.String()) > maxVersion {
		it.bad = []stix.Fault{{Rule: stix.RuleTime, Path: "modified", Msg: fmt.Sprintf("the timestamp has more than %d bytes", maxVersion)}}
		return it
	}
	for _, f := range faults {
		if f.Warning {
			it.hints = append(it.hints, f)
		}
	}
	it.digest = o.Digest()
	return it
}

// begin puts an item back to where it was before it was judged: a transaction may
// run again.
func (it *item) begin() {
	it.verdict, it.faults, it.Assessment = 0, nil, handling.Assessment{}
	it.notes, it.twin, it.origin, it.n, it.lies, it.stamp, it.leaf = nil, nil, "", 0, false, 0, -1
	if len(it.bad) > 0 {
		it.refuse(it.bad...)
	}
}

func (it *item) refuse(faults ...stix.Fault) {
	it.verdict = stix.Refused
	for _, f := range faults {
		it.faults = append(it.faults, f.String())
	}
}

func (it *item) refusef(format string, args ...any) {
	it.verdict = stix.Refused
	it.faults = append(it.faults, fmt.Sprintf(format, args...))
}

func (it *item) outcome() Outcome {
	out := Outcome{
		ID: it.id, Version: it.at.String(), Verdict: it.verdict, Faults: it.faults, Level: it.Level, Why: it.Why,
		Warnings: it.Warnings, Stamp: taxii.Stamp(it.stamp), Leaf: it.leaf,
	}
	for _, f := range slices.Concat(it.hints, it.notes) {
		out.Warnings = append(out.Warnings, f.String())
	}
	return out
}

// version is the version of an object as it came; empty for one that has none.
func (it *item) version() string { return it.at.String() }

// leafVersion is how the log names the version of an object.
func leafVersion(version string) string {
	if version == "" {
		return "-"
	}
	return version
}

// isPlain reports whether a leaf may say what it is about.
func isPlain(level handling.TLP) bool { return level == handling.Clear || level == handling.Green }

// refused lists what was refused as one error, nil when nothing was.
func refused(op string, items []*item) error {
	var list entente.Errors
	for _, it := range items {
		for _, f := range it.faults {
			list = append(list, &entente.Error{Kind: entente.Invalid, Op: op, Place: string(it.id), Msg: f})
		}
	}
	return list.Err()
}
