package stix

import (
	"strings"
	"testing"
)

const (
	relation = `{"type":"relationship","spec_version":"2.1","id":"relationship--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01","created":"2021-02-19T08:00:00Z","modified":"2021-02-19T08:00:00Z",` +
		`"relationship_type":"located-at","source_ref":"identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01","target_ref":"location--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01"}`
	// An object of STIX 2.0: no spec_version, malware without is_family.
	old = `{"type":"malware","id":"malware--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01","created":"2017-02-19T08:00:00Z","modified":"2017-02-19T08:00:00Z","name":"Synthetic worm","labels":["worm"]}`
	// An observable has no times.
	domain = `{"type":"domain-name","spec_version":"2.1","id":"domain-name--5d0c1a0e-8c4f-5d53-9a43-0d2f4c7a1b01","value":"example.org"}`
	mark   = `{"type":"marking-definition","spec_version":"2.1","id":"marking-definition--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01","created":"2021-02-19T08:00:00Z","definition_type":"statement","definition":{"statement":"Synthetic"}}`
	custom = `{"type":"x-synthetic-thing","spec_version":"2.1","id":"x-synthetic-thing--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01","created":"2021-02-19T08:00:00Z","modified":"2021-02-19T08:00:00Z","x_parts":[{"object_ref":"not an id"}]}`
)

func TestValidObjects(t *testing.T) {
	for _, raw := range []string{
		identity, relation, old, domain, mark, custom,
		plus(`"labels":["a"],"confidence":0,"lang":"et","defanged":true`),
		with("2021-02-19T08:00:00.000Z", "2021-02-19T08:00:00Z"),
		with("5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01", "5D0C1A0E-8C4F-4D53-9A43-0D2F4C7A1B01"),
		with(`"modified":"2021-02-19T08:00:00.000Z"`, `"modified":"2021-02-19T08:00:00.0000000000000000001Z"`),
	} {
		if faults := Validate(mustParse(t, raw)); len(faults) > 0 {
			t.Errorf("%s: %v", raw, faults)
		}
	}
}

func TestObjectsThatAreRefused(t *testing.T) {
	for _, c := range []struct{ name, raw, rules string }{
		{"no type", with(`"type":"identity",`, ``), "type id"},
		{"no id", with(`"id":"identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01",`, ``), "id"},
		{"id of another type", with(`"type":"identity"`, `"type":"location"`), "id"},
		{"no UUID", with("5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01", "1"), "id"},
		{"UUID of no version", with("4d53-9a43", "0d53-9a43"), "id"},
		{"UUID of another variant", with("4d53-9a43", "4d53-ca43"), "id"},
		{"NUL in the id", with("8c4f", `8c\u00004`), "id"},
		{"one hyphen", with("identity--", "identity-"), "id"},
		{"capitals in the type", with(`"type":"identity"`, `"type":"Identity"`), "type id"},
		{"type too short", with(`"identity"`, `"id"`, "identity--", "id--"), "type id"},
		{"bundle", with(`"identity"`, `"bundle"`, "identity--", "bundle--"), "type"},
		{"version of STIX", with(`"2.1"`, `"2.2"`), "spec-version"},
		{"version of STIX is a number", with(`"2.1"`, `2.1`), "spec-version value"},
		{"no created", with(`"created":"2021-02-19T08:00:00.000Z",`, ``), "required"},
		{"no modified", with(`"modified":"2021-02-19T08:00:00.000Z",`, ``), "required"},
		{"modified before created", with(`"modified":"2021-02-19T08:00:00.000Z"`, `"modified":"2021-02-19T07:59:59.999999Z"`), "time-order"},
		{"time with an offset", with(`"created":"2021-02-19T08:00:00.000Z"`, `"created":"2021-02-19T08:00:00+02:00"`), "timestamp"},
		{"time is a number", with(`"created":"2021-02-19T08:00:00.000Z"`, `"created":1613721600`), "timestamp"},
		{"no name", with(`"name":"Synthetic ministry",`, ``), "required"},
		{"name is a number", with(`"Synthetic ministry"`, `5`), "value"},
		{"maker is no identity", plus(`"created_by_ref":"location--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01"`), "reference"},
		{"revoked is a word", plus(`"revoked":"yes"`), "value"},
		{"confidence", plus(`"confidence":101`), "value"},
		{"confidence in parts", plus(`"confidence":50.5`), "value"},
		{"labels is text", plus(`"labels":"a"`), "value"},
		{"mark is no mark", plus(`"object_marking_refs":["identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01"]`), "reference"},
		{"mark is text", plus(`"object_marking_refs":"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"`), "value"},
		{"mark of a part without parts", plus(`"granular_markings":[{"marking_ref":"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"}]`), "required"},
		{"mark of a part without a mark", plus(`"granular_markings":[{"selectors":["name"]}]`), "required"},
		{"reference without a source", plus(`"external_references":[{"url":"https://example.org"}]`), "required"},
		{"reference is text", plus(`"external_references":["https://example.org"]`), "value"},
		{"extension is text", plus(`"extensions":{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":"x"}`), "value"},
		{"extension of no UUID", plus(`"extensions":{"extension-definition--1":{}}`), "reference"},
		{"extension of an unknown sort", plus(`"extensions":{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{"extension_type":"x"}}`), "value"},
		{"other reference", plus(`"sample_ref":"nothing"`), "reference"},
		{"relationship without an end", strings.Replace(relation, `"target_ref":"location--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01"`, `"x":1`, 1), "required"},
		{"malware of 2.1 without is_family", strings.Replace(old, `"id"`, `"spec_version":"2.1","id"`, 1), "required"},
		{"opinion off the scale", strings.NewReplacer("relationship", "opinion", `"source_ref"`, `"x"`).Replace(relation[:len(relation)-1]) + `,"opinion":"yes","object_refs":["report--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01"]}`, "value"},
	} {
		if got := rules(Validate(mustParse(t, c.raw))); got != c.rules {
			t.Errorf("%s: rules %q, want %q\n%s", c.name, got, c.rules, c.raw)
		}
	}
}

func TestWarnings(t *testing.T) {
	for _, c := range []struct{ name, raw string }{
		{"empty list", plus(`"labels":[]`)},
		{"null", plus(`"x_null":null`)},
		{"capitals in a name", plus(`"x_Name":1`)},
		{"last before first", plus(`"first_seen":"2021-01-02T00:00:00Z","last_seen":"2021-01-01T00:00:00Z"`)},
		{"selector of nothing", plus(`"granular_markings":[{"marking_ref":"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1","selectors":["goals.[0]"]}]`)},
	} {
		faults := Validate(mustParse(t, c.raw))
		if len(faults) != 1 || !faults[0].Warning {
			t.Errorf("%s: %v, want one warning", c.name, faults)
		}
	}
}

// The identifier that the standard itself prints for this address in its
// examples [6.4]; the second was computed with another implementation of UUIDv5.
func TestObservableIDsFollowTheStandard(t *testing.T) {
	for value, want := range map[string]ID{
		"198.51.100.3": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
		"example.org":  "domain-name--3500c14b-9bde-5393-b4e5-b260aea7e058",
	} {
		if got, err := ObservableID(want.Type(), map[string]any{"value": value}); err != nil || got != want {
			t.Errorf("%s: %s, want %s (%v)", value, got, want, err)
		}
		if own, err := NewID(want.Type(), map[string]any{"value": value}); err != nil || own == want {
			t.Errorf("%s: the program's own namespace must not be that of observables (%v)", own, err)
		}
	}
	if _, err := ObservableID("report", nil); err == nil {
		t.Error("the namespace of observables was used for a report")
	}
}

// What is named alike gets the same identifier, in whatever order it is written.
func TestNewID(t *testing.T) {
	a, err := NewID("report", map[string]any{"norm": "law-ihl", "framework": "cybernorms"})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := NewID("report", struct {
		Framework string `json:"framework"`
		Norm      string `json:"norm"`
	}{"cybernorms", "law-ihl"})
	c, _ := NewID("report", map[string]any{"norm": "law-ihl2", "framework": "cybernorms"})
	if a != b || a == c {
		t.Errorf("%s, %s, %s: the first two stand for the same", a, b, c)
	}
	if _, why := ParseID(string(a)); why != "" {
		t.Error(why)
	}
}
