package stix

import (
	"encoding/json"
	"iter"

	"entente"
)

// Object is one STIX object as it came. It is never changed: a new version is a
// new Object.
type Object struct {
	raw    []byte
	fields []field

	id                ID
	typ, spec         string
	created, modified Time
	createdBy         ID
	revoked           bool
}

// Parse reads one object within the limits. It keeps raw and does not copy it;
// the caller must not change it afterwards.
//
// The faults are those of the text: broken JSON, names that stand twice, too
// many levels, names or bytes. Whatever could be read until then (often the
// id) is in the object, so that a refusal can name it; an object with faults is
// for nothing else. What the properties hold is checked by [Validate].
func Parse(raw []byte, lim Limits) (*Object, []Fault) {
	o := &Object{}
	if len(raw) > lim.Bytes {
		return o, []Fault{faultf(RuleSize, "", "the object has %d bytes, more than %d", len(raw), lim.Bytes)}
	}
	s := scan{b: raw, lim: lim, top: make([]field, 0, 20), keys: make([][]byte, 0, 32)}
	s.space()
	from := s.i
	ok := s.i < len(raw) && raw[s.i] == '{'
	if !ok {
		s.fail(RuleJSON, "this is not a JSON object")
	}
	ok = ok && s.object(1)
	end := s.i
	if ok {
		s.space()
		if s.i < len(raw) {
			ok = s.fail(RuleJSON, "something follows the object")
		}
	}
	o.fields = s.top
	o.index()
	if !ok {
		return o, []Fault{s.fault}
	}
	o.raw = raw[from:end:end]
	return o, nil
}

// Read parses and validates one object with the [DefaultLimits]; the error
// lists what is wrong with it. Warnings are left out: [Validate] gives them.
func Read(raw []byte) (*Object, error) {
	o, faults := Parse(raw, DefaultLimits)
	if faults == nil {
		faults = Refusals(Validate(o))
	}
	if faults == nil {
		return o, nil
	}
	var list entente.Errors
	for _, f := range faults {
		list = append(list, &entente.Error{Kind: entente.Invalid, Op: "read STIX", Place: string(o.id), Msg: f.String()})
	}
	return nil, list
}

// index reads the properties that every user of an object asks for.
func (o *Object) index() {
	for _, f := range o.fields {
		switch f.name {
		case "id":
			s, _ := text(f.val)
			o.id = ID(s)
		case "type":
			if isString(f.val) {
				o.typ = intern(decode(f.val))
			}
		case "spec_version":
			if isString(f.val) {
				o.spec = intern(decode(f.val))
			}
		case "created":
			o.created = timeOf(f.val)
		case "modified":
			o.modified = timeOf(f.val)
		case "created_by_ref":
			s, _ := text(f.val)
			o.createdBy = ID(s)
		case "revoked":
			o.revoked = string(f.val) == "true"
		}
	}
}

func timeOf(v []byte) Time {
	s, _ := text(v)
	t, _ := ParseTime(s)
	return t
}

// Raw gives the object's text as it came. The caller must not change it.
func (o *Object) Raw() []byte { return o.raw }

// MarshalJSON gives the object's text, so that it can stand in other JSON.
func (o *Object) MarshalJSON() ([]byte, error) { return o.raw, nil }

// ID is the object's identifier as it came; it is well formed when the object
// is valid.
func (o *Object) ID() ID { return o.id }

// Type is the object's type as it says.
func (o *Object) Type() string { return o.typ }

// SpecVersion is the version of STIX: what the object says; without it 2.0 for
// an object with a creation time, 2.1 for an observable [3.2].
func (o *Object) SpecVersion() string {
	switch {
	case o.spec != "":
		return o.spec
	case o.created.IsZero():
		return "2.1"
	}
	return "2.0"
}

// Created is the time of the first version, zero when the object has none.
func (o *Object) Created() Time { return o.created }

// Modified is the time of this version, zero when the object has none.
func (o *Object) Modified() Time { return o.modified }

// VersionTime is what tells this version from others: modified, else created.
// It is zero for an observable, which has no versions. The property called
// version, which some types have, is never meant.
func (o *Object) VersionTime() Time {
	if o.modified.IsZero() {
		return o.created
	}
	return o.modified
}

// CreatedBy is the identity that made the object, empty when it is not told.
func (o *Object) CreatedBy() ID { return o.createdBy }

// Revoked reports whether this version withdraws the object.
func (o *Object) Revoked() bool { return o.revoked }

// Has reports whether the object has a property.
func (o *Object) Has(name string) bool { return o.field(name) != nil }

func (o *Object) field(name string) []byte {
	for i := range o.fields {
		if o.fields[i].name == name {
			return o.fields[i].val
		}
	}
	return nil
}

// Properties walks the properties in their order: name and text of the value.
func (o *Object) Properties() iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for _, f := range o.fields {
			if !yield(f.name, f.val) {
				return
			}
		}
	}
}

// Text gives a property that is a string, empty when it is not there or no
// string.
func (o *Object) Text(name string) string {
	s, _ := text(o.field(name))
	return s
}

// Texts gives the strings of a property that is a list; other items are passed
// over.
func (o *Object) Texts(name string) []string {
	var out []string
	for _, v := range items(o.field(name)) {
		if s, ok := text(v); ok {
			out = append(out, s)
		}
	}
	return out
}

// Ref gives a property that is an identifier.
func (o *Object) Ref(name string) ID { return ID(o.Text(name)) }

// Refs gives a property that is a list of identifiers.
func (o *Object) Refs(name string) []ID {
	var out []ID
	for _, s := range o.Texts(name) {
		out = append(out, ID(s))
	}
	return out
}

// Time gives a property that is a timestamp, zero when it is not there.
func (o *Object) Time(name string) Time { return timeOf(o.field(name)) }

// True reports whether a property is true.
func (o *Object) True(name string) bool { return string(o.field(name)) == "true" }

// Decode reads a property into a Go value as encoding/json does; false when the
// property is not there or does not fit.
func (o *Object) Decode(name string, into any) bool {
	v := o.field(name)
	return v != nil && json.Unmarshal(v, into) == nil
}

// Extension gives the text of one extension of the object, nil when it has
// none of that identifier.
func (o *Object) Extension(id ID) []byte { return member(o.field("extensions"), string(id)) }

// Extensions gives the identifiers of the object's extensions, in their order.
func (o *Object) Extensions() []string {
	var out []string
	for k := range members(o.field("extensions")) {
		out = append(out, string(k))
	}
	return out
}

// Members walks the members of a JSON object that is a part of a valid object:
// an extension, for example.
func Members(v []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for k, x := range members(v) {
			if !yield(string(k), x) {
				return
			}
		}
	}
}

// Marks gives the marking-definitions that hold for the object as a whole.
func (o *Object) Marks() []ID { return o.Refs("object_marking_refs") }

// GranularMarks gives the marking-definitions that hold for parts of the
// object; marks of language are left out [7.2.3].
func (o *Object) GranularMarks() []ID {
	var out []ID
	for _, g := range items(o.field("granular_markings")) {
		if s, ok := text(member(g, "marking_ref")); ok {
			out = append(out, ID(s))
		}
	}
	return out
}

// Reference is an external reference [2.5]: where something outside STIX is
// found.
type Reference struct {
	SourceName  string            `json:"source_name"`
	Description string            `json:"description,omitempty"`
	URL         string            `json:"url,omitempty"`
	Hashes      map[string]string `json:"hashes,omitempty"`
	ExternalID  string            `json:"external_id,omitempty"`
}

// References gives the object's external references.
func (o *Object) References() []Reference {
	var out []Reference
	for _, v := range items(o.field("external_references")) {
		var r Reference
		if json.Unmarshal(v, &r) == nil {
			out = append(out, r)
		}
	}
	return out
}

// Links gives every identifier that the object's own properties name (those
// whose name ends with _ref or _refs), once each, in their order.
func (o *Object) Links() []ID {
	var out []ID
	seen := map[ID]bool{}
	add := func(v []byte) {
		if s, ok := text(v); ok && !seen[ID(s)] {
			seen[ID(s)] = true
			out = append(out, ID(s))
		}
	}
	for _, f := range o.fields {
		switch refSuffix(f.name) {
		case kindID:
			add(f.val)
		case kindIDs:
			for _, v := range items(f.val) {
				add(v)
			}
		}
	}
	return out
}
