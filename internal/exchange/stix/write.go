package stix

import (
	"bufio"
	"io"

	"entente"
)

// WriteBundle writes objects as a bundle: one object on each line, each as it
// came. The bundle's identifier follows from what it holds.
func WriteBundle(w io.Writer, list []*Object) error {
	name := make([][2]string, len(list))
	for i, o := range list {
		name[i] = [2]string{string(o.id), o.VersionTime().Key()}
	}
	id, err := NewID("bundle", name)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	_, _ = b.WriteString(`{"type":"bundle","id":"` + string(id) + `"`) // a fault stays with the writer until Flush
	for i, o := range list {
		sep := ",\n"
		if i == 0 {
			sep = ",\"objects\":[\n"
		}
		_, _ = b.WriteString(sep)
		_, _ = b.Write(o.raw)
	}
	if len(list) > 0 {
		_, _ = b.WriteString("\n]")
	}
	_, _ = b.WriteString("}\n")
	if err := b.Flush(); err != nil {
		return &entente.Error{Kind: entente.Unavailable, Op: "write bundle", Msg: "the bundle could not be written", Err: err}
	}
	return nil
}

// ReadAll reads a bundle or an envelope whole: the objects that are sound and
// valid, and what was wrong with the others, warnings of the good ones
// included. An error means that the text itself is broken; what was read until
// then is given beside it.
func ReadAll(r io.Reader, lim StreamLimits) ([]*Object, []Refusal, error) {
	in := NewReader(r, lim)
	var out []*Object
	var bad []Refusal
	for {
		raw, err := in.Next()
		if err == io.EOF { //nolint:errorlint // Next gives it as it is
			return out, bad, nil
		}
		if err != nil {
			return out, bad, err
		}
		o, faults := ParseItem(raw, lim.Object)
		if len(Refusals(faults)) == 0 {
			faults = append(faults, Validate(o)...)
		}
		if len(faults) > 0 {
			bad = append(bad, Refusal{Index: in.Count() - 1, ID: o.id, Version: o.VersionTime(), Faults: faults})
		}
		if len(Refusals(faults)) == 0 {
			out = append(out, o)
		}
	}
}

// Refusal is what is wrong with one object of a list.
type Refusal struct {
	Index   int // place in the list, from 0
	ID      ID  // as far as it could be read
	Version Time
	Faults  []Fault
}

// ParseItem parses what [Reader.Next] gave, nil (an object that was too large)
// included.
func ParseItem(raw []byte, lim Limits) (*Object, []Fault) {
	if raw == nil {
		return &Object{}, []Fault{faultf(RuleSize, "", "the object has more than %d bytes", lim.Bytes)}
	}
	return Parse(raw, lim)
}
