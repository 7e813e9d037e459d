package stix

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// FuzzParse holds the parser against encoding/json: what is taken is JSON, it
// is kept byte for byte, and neither validating nor the digest can be made to
// panic.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		identity, relation, old, domain, mark, custom, `{}`, `{"a":[1,-0.5e+7,"\ud83d\ude00"]}`, plus(`"name":1`), `{"extensions":{"extension-definition--1":{}}}`,
		`{"granular_markings":[{"selectors":[""],"marking_ref":"x"}],"external_references":[null],"object_refs":[[]]}`, `{"modified":"2021-02-19T08:00:00Z","created":5}`,
		`{"type":"opinion","opinion":"agree","id":"opinion--","labels":[]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, faults := Parse(raw, Limits{Bytes: 1 << 16, Depth: 20, Members: 1000})
		if faults != nil {
			return
		}
		if !json.Valid(raw) || !bytes.Equal(o.Raw(), bytes.Trim(raw, " \n\r\t")) {
			t.Fatalf("%q is taken as %q", raw, o.Raw())
		}
		Validate(o)
		o.Digest()
		o.Links()
		o.Marks()
		o.GranularMarks()
		o.References()
		o.Extensions()
		if _, err := Read(raw); err == nil && o.ID() == "" {
			t.Fatal("an object without an id is valid")
		}
	})
}

// FuzzReader feeds the reader of bundles anything, in small pieces: it ends,
// and gives each object as it stands in the text.
func FuzzReader(f *testing.F) {
	for _, s := range []string{
		`{"objects":[` + identity + `,{"a":"]}\""}],"more":true,"next":5}`, `{}`, `{"objects":[1,"a",[]]}`, `{"objects":[`, `{"type":"bundle","x":{"y":[1]},"objects":[{}]} `,
	} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, raw []byte, n int) {
		good, bad, err := ReadAll(&pieces{raw, 1 + (n&63+63)%63}, StreamLimits{Bytes: 1 << 16, Objects: 100, Object: Limits{Bytes: 1 << 12, Depth: 20, Members: 500}})
		if err == nil && !json.Valid(bytes.TrimPrefix(raw, []byte("\uFEFF"))) && len(bad) == 0 {
			t.Fatalf("%q is no JSON and is read without a fault", raw)
		}
		for _, o := range good {
			if !bytes.Contains(raw, o.Raw()) {
				t.Fatalf("%q is not in the text", o.Raw())
			}
		}
	})
}

// FuzzTime: a timestamp that is taken is kept as it came, and equals itself
// with zeros behind.
func FuzzTime(f *testing.F) {
	f.Add("2021-02-19T08:00:00.000Z")
	f.Add("2016-12-31T23:59:60Z")
	f.Fuzz(func(t *testing.T, s string) {
		v, why := ParseTime(s)
		if why != "" {
			return
		}
		_ = v.Time()
		if v.String() != s || v.Compare(v) != 0 {
			t.Fatal(s)
		}
		longer := strings.TrimSuffix(s, "Z")
		if strings.Contains(s, ".") {
			longer += "0Z"
		} else {
			longer += ".0Z"
		}
		if w, why := ParseTime(longer); why == "" && !w.Equal(v) {
			t.Fatalf("%s and %s are not the same instant", s, longer)
		}
	})
}
