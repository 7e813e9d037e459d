package stix

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func readAll(raw string, lim StreamLimits) ([]string, Head, error) {
	r := NewReader(strings.NewReader(raw), lim)
	var out []string
	for {
		b, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, r.Head(), nil
		}
		if err != nil {
			return out, r.Head(), err
		}
		out = append(out, string(b))
	}
}

func TestReader(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		objects   []string
		head      Head
	}{
		{"nothing", `{}`, nil, Head{}},
		{"no objects", `{"objects":[]}`, nil, Head{}},
		{"bundle", `{"type":"bundle","id":"bundle--1","objects":[{"a":1},{"b":[{}]}]}`, []string{`{"a":1}`, `{"b":[{}]}`}, Head{Type: "bundle", ID: "bundle--1"}},
		{"envelope, more in front", `{"more":true,"next":"p2","objects":[{"a":"]}"}]}`, []string{`{"a":"]}"}`}, Head{More: true, Next: "p2"}},
		{"envelope, more behind", ` { "objects" : [ {"a":"\""} , {} ] , "next" : 17 , "more" : true } `, []string{`{"a":"\""}`, `{}`}, Head{More: true, Next: "17"}},
		{"other members", `{"x_receipt":{"a":[1]},"objects":[]}`, nil, Head{Other: map[string][]byte{"x_receipt": []byte(`{"a":[1]}`)}}},
		{"mark of byte order", "\uFEFF{\"objects\":[{}]}", []string{"{}"}, Head{}},
		{"no objects but scalars", `{"objects":[1,"a",null,[2]]}`, []string{`1`, `"a"`, `null`, `[2]`}, Head{}},
	} {
		for _, wrap := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader, iotest.DataErrReader} {
			r := NewReader(wrap(strings.NewReader(c.raw)), DefaultStreamLimits)
			var got []string
			var err error
			for err == nil {
				var b []byte
				if b, err = r.Next(); err == nil {
					got = append(got, string(b))
				}
			}
			if !errors.Is(err, io.EOF) {
				t.Errorf("%s: %v", c.name, err)
			}
			head := r.Head()
			if len(head.Other) == 0 {
				head.Other = nil
			}
			if diff := cmp.Diff(c.objects, got); diff != "" {
				t.Errorf("%s: objects %s", c.name, diff)
			}
			if diff := cmp.Diff(c.head, head); diff != "" {
				t.Errorf("%s: head %s", c.name, diff)
			}
		}
	}
}

func TestReaderRefuses(t *testing.T) {
	small := StreamLimits{Bytes: 300, Objects: 3, Object: Limits{Bytes: 40, Depth: 5, Members: 10}}
	for name, raw := range map[string]string{
		"empty":              ``,
		"a list":             `[{}]`,
		"cut off":            `{"objects":[{"a":1}`,
		"cut off in object":  `{"objects":[{"a":1`,
		"no comma":           `{"objects":[{} {}]}`,
		"comma at the end":   `{"objects":[{},]}`,
		"something follows":  `{"objects":[{}]} {}`,
		"objects twice":      `{"objects":[],"objects":[]}`,
		"objects no list":    `{"objects":{}}`,
		"no colon":           `{"objects" []}`,
		"broken head":        `{"more":tru,"objects":[]}`,
		"too many objects":   `{"objects":[{},{},{},{}]}`,
		"too many bytes":     `{"objects":[{"a":"` + strings.Repeat("x", 400) + `"}]}`,
		"deep head":          `{"x":[[[[[[[[[]]]]]]]]],"objects":[]}`,
		"head with two same": `{"x":{"a":1,"a":1},"objects":[]}`,
	} {
		if got, _, err := readAll(raw, small); err == nil {
			t.Errorf("%s: read as %q", name, got)
		}
	}
	if _, _, err := readAll(`{"x":"`+strings.Repeat("x", maxHead)+`"}`, DefaultStreamLimits); err == nil {
		t.Error("a head without bounds is read")
	}
	broken := errors.New("synthetic fault of the line")
	r := NewReader(io.MultiReader(strings.NewReader(`{"objects":[{"a"`), iotest.ErrReader(broken)), DefaultStreamLimits)
	if _, err := r.Next(); !errors.Is(err, broken) {
		t.Errorf("the fault of the line is lost: %v", err)
	}
}

// One object that is too large is passed over; those beside it are read.
func TestReaderPassesOverWhatIsTooLarge(t *testing.T) {
	lim := DefaultStreamLimits
	lim.Object.Bytes = 400
	raw := `{"objects":[` + identity + `,` + plus(`"x":"`+strings.Repeat("[", 200_000)+`"`) + `,` + relation + `]}`
	good, bad, err := ReadAll(strings.NewReader(raw), lim)
	if err != nil || len(good) != 2 || len(bad) != 1 || bad[0].Index != 1 || rules(bad[0].Faults) != RuleSize {
		t.Errorf("good %s, bad %v, %v", raws(good), bad, err)
	}
}

// Good objects are taken, bad ones told one by one.
func TestReadAll(t *testing.T) {
	raw := `{"objects":[` + identity + `,` + plus(`"name":"twice"`) + `,5,` + with("2.1", "9") + `,` + plus(`"labels":[]`) + `]}`
	good, bad, err := ReadAll(strings.NewReader(raw), DefaultStreamLimits)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, b := range bad {
		told = append(told, fmt.Sprint(b.Index, " ", rules(b.Faults)))
	}
	if diff := cmp.Diff([]string{"1 " + RuleDuplicate, "2 " + RuleJSON, "3 " + RuleSpec, "4 "}, told); diff != "" || len(good) != 2 {
		t.Errorf("%d good; %s", len(good), diff)
	}
}

// A bundle that is written is read again, object by object, byte for byte, in
// whatever pieces it arrives.
func TestBundleRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []*Object
		for range rapid.IntRange(0, 5).Draw(t, "objects") {
			o, faults := Parse([]byte(plus(`"x_any":`+jsonValue(2).Draw(t, "value"))), DefaultLimits)
			if faults != nil {
				t.Fatal(faults)
			}
			list = append(list, o)
		}
		var b bytes.Buffer
		if err := WriteBundle(&b, list); err != nil {
			t.Fatal(err)
		}
		size := rapid.IntRange(1, 40).Draw(t, "piece")
		got, bad, err := ReadAll(&pieces{b.Bytes(), size}, DefaultStreamLimits)
		if err != nil {
			t.Fatal(err, bad)
		}
		if diff := cmp.Diff(raws(list), raws(got)); diff != "" {
			t.Fatal(diff)
		}
	})
}

type pieces struct {
	b []byte
	n int
}

func (p *pieces) Read(out []byte) (int, error) {
	if len(p.b) == 0 {
		return 0, io.EOF
	}
	n := copy(out[:min(p.n, len(out))], p.b)
	p.b = p.b[n:]
	return n, nil
}
