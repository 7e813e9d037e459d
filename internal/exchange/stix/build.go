package stix

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"entente"
)

// Build makes an object from its properties, as canonical JSON, and validates
// it. The properties must be something that JSON can write.
func Build(properties map[string]any) (*Object, error) {
	b, err := canonical(properties)
	if err != nil {
		return nil, err
	}
	return Read(b)
}

// NextVersion makes a new version of an object: the properties in set replace
// the old ones (nil takes one away), everything else stays byte for byte. The
// time must be later than that of the old version.
func NextVersion(o *Object, at time.Time, set map[string]any) (*Object, error) {
	fail := func(msg, hint string) (*Object, error) {
		return nil, &entente.Error{Kind: entente.Conflict, Op: "make a new version", Place: string(o.id), Msg: msg, Hint: hint}
	}
	modified := At(at)
	switch {
	case o.modified.IsZero():
		return fail("objects of this type have no versions", "")
	case o.revoked:
		return fail("the object is revoked, for ever", "make a new object")
	case modified.Compare(o.modified) <= 0:
		return fail("the new version is not later than the old one, "+o.modified.String(), "check the clock")
	}
	set = maps.Clone(set)
	if set == nil {
		set = map[string]any{}
	}
	for _, name := range []string{"type", "id", "created", "created_by_ref"} {
		if _, ok := set[name]; ok {
			return fail("the property "+name+" never changes", "")
		}
	}
	set["modified"] = modified.String()
	var b bytes.Buffer
	b.WriteByte('{')
	put := func(name string, v []byte) error {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(name)
		b.Write(key)
		b.WriteByte(':')
		b.Write(v)
		return err
	}
	add := func(name string, v any) error {
		if v == nil {
			return nil
		}
		raw, err := canonical(v)
		if err != nil {
			return err
		}
		return put(name, raw)
	}
	for _, f := range o.fields {
		v, ok := set[f.name]
		var err error
		if delete(set, f.name); ok {
			err = add(f.name, v)
		} else {
			err = put(f.name, f.val)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if err := add(name, set[name]); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return Read(b.Bytes())
}

// Revoke makes the version that withdraws an object, for ever and in all its
// versions.
func Revoke(o *Object, at time.Time) (*Object, error) {
	return NextVersion(o, at, map[string]any{"revoked": true})
}
