package stix

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What a partner sends comes back byte for byte, whatever is in it.
func TestNothingIsLost(t *testing.T) {
	var names []string
	for i := range 100 {
		names = append(names, fmt.Sprintf(`"a%d":1`, i))
	}
	manyNames := strings.Join(names, ",")
	for name, extra := range map[string]string{
		"custom property":      `"x_custom":{"b":1,"a":[1,2,{"z":null}]}`,
		"large whole number":   `"x_n":123456789012345678901234567890`,
		"exact fraction":       `"x_f":0.10000000000000000055511151231257827`,
		"trailing zeros":       `"x_z":1.500,"x_e":1E+2`,
		"escapes":              `"x_s":"\u00e9\uD83D\uDE00\/\n"`,
		"many names":           `"x_m":{` + manyNames + `}`,
		"letters":              `"x_s":"日本 Õ 😀"`,
		"white space":          ` "x_w" :  [ 1 ,	2 ]  `,
		"extension":            `"extensions":{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{"extension_type":"property-extension","tlp_2_0":"green"}}`,
		"digits of a time":     `"x_t":"2021-02-19T08:00:00.1234567890123Z"`,
		"escaped NUL":          `"x_nul":"a\u0000b"`,
		"name with escapes":    `"x_\u0061":1`,
		"empty object and all": `"x_o":{},"x_l":[]`,
	} {
		raw := plus(extra)
		o := mustRead(t, raw)
		if got := string(o.Raw()); got != raw {
			t.Errorf("%s: %s came back as %s", name, raw, got)
		}
		again, err := json.Marshal(struct{ O *Object }{o})
		if err != nil || len(again) == 0 {
			t.Errorf("%s: inside other JSON: %v", name, err)
		}
	}
}

func TestTypedAccess(t *testing.T) {
	o := mustRead(t, plus(`"created_by_ref":"identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b02","revoked":true,`+
		`"labels":["a","b"],"object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"],`+
		`"granular_markings":[{"lang":"et","selectors":["name"]},{"marking_ref":"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1","selectors":["name"]}],`+
		`"external_references":[{"source_name":"synthetic","url":"https://example.org/1"}]`))
	type view struct {
		ID, By          ID
		Type, Spec      string
		Created         string
		Revoked         bool
		Labels          []string
		Marks, Granular []ID
		Refs            []Reference
		Links           []ID
	}
	want := view{
		ID: "identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01", By: "identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b02",
		Type: "identity", Spec: "2.1", Created: "2021-02-19T08:00:00.000Z", Revoked: true, Labels: []string{"a", "b"},
		Marks:    []ID{"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"},
		Granular: []ID{"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"},
		Refs:     []Reference{{SourceName: "synthetic", URL: "https://example.org/1"}},
		Links:    []ID{"identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b02", "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"},
	}
	got := view{
		o.ID(), o.CreatedBy(), o.Type(), o.SpecVersion(), o.Created().String(), o.Revoked(), o.Texts("labels"),
		o.Marks(), o.GranularMarks(), o.References(), o.Links(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// An extension-definition has a property called version, which is no time: it
// must not be taken for the version of the object.
func TestVersionIsNotTheVersion(t *testing.T) {
	o := mustRead(t, `{"type":"extension-definition","spec_version":"2.1","id":"extension-definition--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01",`+
		`"created_by_ref":"identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01","created":"2021-02-19T08:00:00Z","modified":"2021-02-20T08:00:00Z",`+
		`"name":"synthetic","schema":"none","version":"1.0.0","extension_types":["property-extension"]}`)
	if got := o.VersionTime().String(); got != "2021-02-20T08:00:00Z" {
		t.Errorf("version %s", got)
	}
}

func TestTextsThatAreRefused(t *testing.T) {
	deep := strings.Repeat(`[`, 60) + strings.Repeat(`]`, 60)
	var names []string
	for i := range 60 {
		names = append(names, fmt.Sprintf(`"a%d":1`, i))
	}
	many := `"x":{` + strings.Join(names, ",") + `,"a59":2}`
	manyEarly := `"x":{` + strings.Join(names, ",") + `,"a0":2}`
	for _, c := range []struct{ name, raw, rule string }{
		{"empty", ``, RuleJSON},
		{"list", `[]`, RuleJSON},
		{"cut off", identity[:len(identity)-5], RuleJSON},
		{"more after it", identity + `{}`, RuleJSON},
		{"trailing comma", plus(`"a":1,`), RuleJSON},
		{"name twice", plus(`"name":"other"`), RuleDuplicate},
		{"name twice, once escaped", plus(`"n\u0061me":"other"`), RuleDuplicate},
		{"name twice below", plus(`"x":{"a":1,"b":[{"c":1,"c":2}]}`), RuleDuplicate},
		{"name twice among many", plus(many), RuleDuplicate},
		{"an early name twice among many", plus(manyEarly), RuleDuplicate},
		{"deep", plus(`"x":` + deep), RuleDepth},
		{"half a pair", plus(`"x":"\ud83d"`), RuleUnicode},
		{"half a pair, the low one", plus(`"x":"\ude00"`), RuleUnicode},
		{"half a pair and something else", plus(`"x":"\ud83d\u0041"`), RuleUnicode},
		{"escape that is no number", plus(`"x":"\u00G0"`), RuleJSON},
		{"escape cut off", plus(`"x":"\u00`)[:len(plus(`"x":"\u00`))-1], RuleJSON},
		{"not UTF-8", plus("\"x\":\"\xff\""), RuleUnicode},
		{"raw NUL", plus("\"x\":\"\x00\""), RuleJSON},
		{"leading zero", plus(`"x":012`), RuleJSON},
		{"plus sign", plus(`"x":+1`), RuleJSON},
		{"no digits", plus(`"x":1.`), RuleJSON},
		{"NaN", plus(`"x":NaN`), RuleJSON},
		{"comment", plus(`"x":1 /* */`), RuleJSON},
		{"single quotes", plus(`'x':1`), RuleJSON},
		{"unknown escape", plus(`"x":"\q"`), RuleJSON},
	} {
		o, faults := Parse([]byte(c.raw), DefaultLimits)
		if got := rules(faults); got != c.rule {
			t.Errorf("%s: rules %q, want %q (%v)", c.name, got, c.rule, faults)
		}
		if strings.HasPrefix(c.raw, identity[:200]) && o.ID() != "identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01" {
			t.Errorf("%s: a refusal cannot name the object: %q", c.name, o.ID())
		}
	}
	_, faults := Parse([]byte(identity), Limits{Bytes: 10, Depth: 9, Members: 99})
	if rules(faults) != RuleSize {
		t.Errorf("too many bytes: %v", faults)
	}
	_, faults = Parse([]byte(identity), Limits{Bytes: 9999, Depth: 9, Members: 3})
	if rules(faults) != RuleMembers {
		t.Errorf("too many names: %v", faults)
	}
}

// jsonValue draws any JSON value, as text.
func jsonValue(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		most := 5
		if depth == 0 {
			most = 3
		}
		switch rapid.IntRange(0, most).Draw(t, "sort") {
		case 0:
			b, _ := json.Marshal(rapid.String().Draw(t, "text"))
			return string(b)
		case 1:
			return rapid.SampledFrom([]string{"true", "false", "null"}).Draw(t, "word")
		case 2:
			return rapid.StringMatching(`-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?`).Draw(t, "number")
		case 3:
			return "[]"
		case 4:
			return "[" + strings.Join(rapid.SliceOfN(jsonValue(depth-1), 0, 4).Draw(t, "items"), " , ") + "]"
		}
		var parts []string
		for _, k := range rapid.SliceOfNDistinct(rapid.String(), 0, 4, func(s string) string { return s }).Draw(t, "names") {
			b, _ := json.Marshal(k)
			parts = append(parts, string(b)+": "+jsonValue(depth-1).Draw(t, "value"))
		}
		return "{" + strings.Join(parts, ",") + "}"
	})
}

// Whatever JSON stands in a custom property: the object is taken, comes back
// byte for byte, and reading it in pieces gives what encoding/json gives.
func TestAnyJSONProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := jsonValue(3).Draw(t, "value")
		o, faults := Parse([]byte(plus(`"x_any":`+v)), DefaultLimits)
		if faults != nil {
			t.Fatalf("%s is refused: %v", v, faults)
		}
		if got := string(o.field("x_any")); got != v {
			t.Fatalf("%s came back as %s", v, got)
		}
		var want any
		if err := json.Unmarshal([]byte(v), &want); err != nil {
			return // a number beyond a double: encoding/json gives up, we do not
		}
		if diff := cmp.Diff(want, rebuild(t, []byte(v))); diff != "" {
			t.Fatal(diff)
		}
	})
}

// rebuild reads a value with the functions of raw.go alone.
func rebuild(t *rapid.T, v []byte) any {
	switch {
	case isString(v):
		s, _ := text(v)
		return s
	case isObject(v):
		out := map[string]any{}
		for k, x := range members(v) {
			out[string(k)] = rebuild(t, x)
		}
		return out
	case isList(v):
		out := []any{}
		for _, x := range items(v) {
			out = append(out, rebuild(t, x))
		}
		return out
	}
	var out any
	if err := json.Unmarshal(v, &out); err != nil {
		t.Fatalf("%q: %v", v, err)
	}
	return out
}

func TestTime(t *testing.T) {
	for _, s := range []string{
		"2021-02-19", "2021-02-19T08:00:00", "2021-02-19T08:00:00+00:00", "2021-02-19t08:00:00z", "2021-02-30T08:00:00Z",
		"2021-13-01T08:00:00Z", "2021-02-19T24:00:00Z", "2021-02-19T08:60:00Z", "2021-02-19T08:00:60Z", "2021-02-19T08:00:00.Z",
		"2021-02-19T08:00:00,5Z", "2021-02-19T08:00:00.5xZ", "+021-02-19T08:00:00Z", "2021-02-19 08:00:00Z", "", "Z",
		"1900-02-29T00:00:00Z", "2021-02-19T08:00:00." + strings.Repeat("1", 101) + "Z",
	} {
		if _, why := ParseTime(s); why == "" {
			t.Errorf("%q is taken for a timestamp", s)
		}
	}
	in := []string{ // in their order in time; those in one line are the same instant
		"2016-12-31T23:59:59.999Z",
		"2016-12-31T23:59:60Z 2016-12-31T23:59:60.000Z",
		"2017-01-01T00:00:00Z 2017-01-01T00:00:00.0Z 2017-01-01T00:00:00.000000000000Z",
		"2017-01-01T00:00:00.0000000000001Z",
		"2017-01-01T00:00:00.1Z 2017-01-01T00:00:00.100Z",
		"2017-01-01T00:00:00.11Z",
		"2024-02-29T12:00:00Z",
	}
	var all [][]Time
	for _, line := range in {
		var same []Time
		for s := range strings.FieldsSeq(line) {
			v, why := ParseTime(s)
			if why != "" || v.String() != s {
				t.Fatalf("%s: %s, kept as %q", s, why, v)
			}
			same = append(same, v)
		}
		all = append(all, same)
	}
	for i, a := range all {
		for j, b := range all {
			for _, x := range a {
				for _, y := range b {
					want := 0
					if i != j {
						want = map[bool]int{true: -1, false: 1}[i < j]
					}
					if got := x.Compare(y); got != want || x.Equal(y) != (want == 0) {
						t.Errorf("%s against %s: %d, want %d", x, y, got, want)
					}
				}
			}
		}
	}
}

// For times that Go can tell apart the order is that of package time.
func TestTimeOrderIsThatOfInstants(t *testing.T) {
	draw := rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "s"), rapid.SampledFrom([]int64{0, 1, 1000, 1e6, 5e8, 999999999}).Draw(t, "ns")).UTC()
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw.Draw(t, "a"), draw.Draw(t, "b")
		x, y := At(a), At(b)
		if x.Compare(y) != a.Compare(b) || !x.Time().Equal(a) {
			t.Fatalf("%s and %s: %d, want %d; %s", x, y, x.Compare(y), a.Compare(b), x.Time())
		}
	})
}
