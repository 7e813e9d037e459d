package ledger

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"
)

// Doubles and their texts are the samples of RFC 8785, appendix B.
func TestNumbersOfTheRFC(t *testing.T) {
	for bits, want := range map[uint64]string{
		0x0000000000000000: "0", 0x8000000000000000: "0", 0x0000000000000001: "5e-324", 0x8000000000000001: "-5e-324",
		0x7fefffffffffffff: "1.7976931348623157e+308", 0xffefffffffffffff: "-1.7976931348623157e+308",
		0x4340000000000000: "9007199254740992", 0xc340000000000000: "-9007199254740992", 0x4430000000000000: "295147905179352830000",
		0x44b52d02c7e14af5: "9.999999999999997e+22", 0x44b52d02c7e14af6: "1e+23", 0x44b52d02c7e14af7: "1.0000000000000001e+23",
		0x444b1ae4d6e2ef4e: "999999999999999700000", 0x444b1ae4d6e2ef4f: "999999999999999900000", 0x444b1ae4d6e2ef50: "1e+21",
		0x3eb0c6f7a0b5ed8c: "9.999999999999997e-7", 0x3eb0c6f7a0b5ed8d: "0.000001",
		0x41b3de4355555553: "333333333.3333332", 0x41b3de4355555554: "333333333.33333325", 0x41b3de4355555555: "333333333.3333333",
		0x41b3de4355555556: "333333333.3333334", 0x41b3de4355555557: "333333333.33333343",
		0xbecbf647612f3696: "-0.0000033333333333333333", 0x43143ff3c1cb0959: "1424953923781206.2",
	} {
		if got := ecmaScript(math.Float64frombits(bits)); got != want {
			t.Errorf("%x is %s, want %s", bits, got, want)
		}
	}
}

func TestCanonicalForms(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		// Sections 3.2.2 and 3.2.3 of RFC 8785, the first without the number that
		// this form keeps as it is (see the next cases).
		{
			"sample of the RFC", `{ "numbers": [1E30, 4.50, 2e-3, 0.000000000000000000000000001],
			  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false] }`,
			`{"literals":[null,true,false],"numbers":[1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
		},
		{
			"order of the RFC", `{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}`,
			"{\"\\r\":2,\"1\":4,\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,\"\U0001f600\":5,\"\ufb33\":3}",
		},
		{"a number that a double rounds", `[333333333.33333329]`, `[333333333.33333329]`},
		{"an integer beyond 2^53", `[9007199254740993, 9007199254740992]`, `[9007199254740993,9007199254740992]`},
		{"beyond any double", `[1e400, -1e400, 1e-400]`, `[1e400,-1e400,1e-400]`},
		{"minus zero", `[-0, -0.0, 0e5]`, `[0,0,0]`},
		{"an exponent of a billion", `[0e999999999999999999999]`, `[0e999999999999999999999]`},
		{"one value, several texts", `[1.0, 10e-1, 0.1e1, 1]`, `[1,1,1,1]`},
		{"white space", " \t\r\n[ ] ", "[]"},
		{"a text alone", `"a"`, `"a"`},
		{"nothing within", `{"b":{},"a":[]}`, `{"a":[],"b":{}}`},
	} {
		got, err := Canonical([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %s (%v), want %s", c.name, got, err, c.want)
			continue
		}
		if again, err := Canonical(got); err != nil || !bytes.Equal(again, got) {
			t.Errorf("%s: the canonical form has another one: %s (%v)", c.name, again, err)
		}
	}
}

func TestNoCanonicalForm(t *testing.T) {
	for name, in := range map[string]string{
		"nothing": "", "two values": "1 2", "a member twice": `{"a":1,"b":2,"a":1}`, "twice by an escape": `{"a":1,"\u0061":1}`,
		"half a pair": `"\ud83d"`, "halves apart": `"\ude00\ud83d"`, "half and a letter": `"\ud83dA"`, "bad UTF-8": "\"\xff\"",
		"bad UTF-8 beside an escape": "\"\\n\xff\"", "a control character": "\"\x01\"", "a leading zero": "[01]", "a bare minus": "[-]",
		"a bare point": "[1.]", "a bare exponent": "[1e]", "a plus": "[+1]", "an open list": "[1", "an open object": `{"a":1`,
		"an open text": `"a`, "an open escape": `"\`, "a cut escape": `"\u12`, "a wrong escape": `"\x"`, "a sign in an escape": `"\u+123"`, "a comma too many": "[1,]",
		"a name too few": `{1:2}`, "a colon too few": `{"a" 1}`, "a word": "nul", "NaN": "NaN", "too deep": strings.Repeat("[", 200) + strings.Repeat("]", 200),
		"an overlong number": "[" + strings.Repeat("1", 500) + "]",
	} {
		if got, err := Canonical([]byte(in)); err == nil {
			t.Errorf("%s: %q is taken, as %s", name, in, got)
		}
	}
}

// value draws a JSON text of any shape.
func value(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		kind := rapid.IntRange(0, 6).Draw(t, "kind")
		if depth == 0 {
			kind %= 5
		}
		text := func() string {
			b, err := json.Marshal(rapid.String().Draw(t, "text"))
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		switch kind {
		case 0:
			return rapid.SampledFrom([]string{"true", "false", "null"}).Draw(t, "word")
		case 1:
			return text()
		case 2:
			b, err := json.Marshal(rapid.Float64().Draw(t, "double"))
			if err != nil {
				return "0"
			}
			return string(b)
		case 3:
			b, err := json.Marshal(rapid.Int64Range(-1<<53, 1<<53).Draw(t, "whole"))
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		case 4:
			return rapid.SampledFrom([]string{"0.10", "1e5", "-0", "1E-7", "100e-2"}).Draw(t, "number")
		case 5:
			return "[ " + strings.Join(rapid.SliceOfN(value(depth-1), 0, 4).Draw(t, "list"), " , ") + "]"
		}
		names := map[string]bool{}
		var members []string
		for range rapid.IntRange(0, 5).Draw(t, "members") {
			name := text()
			if !names[name] {
				names[name] = true
				members = append(members, name+" :\n"+value(depth-1).Draw(t, "value"))
			}
		}
		return "{" + strings.Join(members, ",") + "}"
	})
}

// For numbers that a double holds, the form is that of another implementation
// of RFC 8785, byte by byte.
func TestCanonicalIsThatOfTheRFC(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := value(4).Draw(t, "value")
		want, err := jcs.Transform([]byte(in))
		if err != nil {
			t.Skip("the other implementation refuses it: " + err.Error())
		}
		got, err := Canonical([]byte(in))
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%s\nis   %s (%v)\nwant %s", in, got, err, want)
		}
	})
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{`{"b":[1,2.50,{"a":null}],"a":"\u00e9\n"}`, `[1e400,9007199254740993,-0]`, `{"a":1,"a":2}`, `"\ud83d\ude00"`, "[[[[", `{"":`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := Canonical(in)
		if err != nil {
			return
		}
		if !json.Valid(in) {
			t.Fatalf("%q is no JSON and is taken", in)
		}
		if again, err := Canonical(got); err != nil || !bytes.Equal(again, got) {
			t.Fatalf("%q gives %q, and that gives %q (%v)", in, got, again, err)
		}
	})
}
