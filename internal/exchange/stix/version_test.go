package stix

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const (
	estonia = ID("identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b0e")
	japan   = ID("identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b0f")
)

// version gives the identity as of a second, made by maker.
func version(t testing.TB, second int, maker ID, extra string) *Object {
	t.Helper()
	raw := with(`"modified":"2021-02-19T08:00:00.000Z"`, fmt.Sprintf(`"modified":"2021-02-19T08:00:%02dZ"`, second))
	if maker != "" {
		extra = `"created_by_ref":"` + string(maker) + `"` + extra
	}
	if extra != "" {
		raw = strings.TrimSuffix(raw, "}") + "," + strings.TrimPrefix(extra, ",") + "}"
	}
	return mustRead(t, raw)
}

func TestJudge(t *testing.T) {
	own := Writer{Name: "est", Identities: []ID{estonia}, Owner: func(id ID) string {
		return map[ID]string{estonia: "est", japan: "jpn"}[id]
	}}
	other := own
	other.Name, other.Identities = "jpn", []ID{japan}
	trusted := Writer{Name: "node", Trusted: true}
	kept := func(from string, list ...*Object) []Version {
		var out []Version
		for _, o := range list {
			out = append(out, VersionOf(o, from))
		}
		return out
	}
	one, two := version(t, 1, estonia, ""), version(t, 2, estonia, "")
	gone := version(t, 3, estonia, `,"revoked":true`)
	nobody := version(t, 1, "", "")
	moved := mustRead(t, strings.Replace(string(two.Raw()), `"created":"2021-02-19T08:00:00.000Z"`, `"created":"2021-02-18T08:00:00.000Z"`, 1))
	spaced := mustRead(t, strings.Replace(string(one.Raw()), ":", " : ", 1))
	for _, c := range []struct {
		name string
		next *Object
		kept []Version
		by   Writer
		want Verdict
		rule string
	}{
		{"first", one, nil, own, New, ""},
		{"first, of another's maker", one, nil, other, Refused, RuleCreator},
		{"first, of a maker whom nobody owns", version(t, 1, "identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b99", ""), nil, other, New, ""},
		{"the same again", one, kept("est", one), own, Same, ""},
		{"the same in other white space", spaced, kept("est", one), own, Same, ""},
		{"the same, from another", one, kept("est", one), other, Same, ""},
		{"same time, other content", version(t, 1, estonia, `,"x_a":1`), kept("est", one), own, Refused, RuleSameVersion},
		{"next", two, kept("est", one), own, New, ""},
		{"older, late", one, kept("est", two), own, New, ""},
		{"next by another", two, kept("est", one), other, Refused, RuleCreator},
		{"next, trusted", two, kept("est", one), trusted, New, ""},
		{"another maker", version(t, 2, japan, ""), kept("est", one), other, Refused, RuleMaker},
		{"a maker where there was none", version(t, 2, estonia, ""), kept("est", nobody), own, Refused, RuleMaker},
		{"another birth", moved, kept("est", one), own, Refused, RuleBirth},
		{"another birth, trusted", moved, kept("est", one), trusted, New, ""},
		{"after revocation", version(t, 4, estonia, ""), kept("est", one, gone), own, Refused, RuleRevoked},
		{"after revocation, trusted", version(t, 4, estonia, ""), kept("est", one, gone), trusted, Refused, RuleRevoked},
		{"before revocation, late", two, kept("est", one, gone), own, New, ""},
		{"no maker, by who brought it", version(t, 2, "", ""), kept("est", nobody), own, New, ""},
		{"no maker, by another", version(t, 2, "", ""), kept("est", nobody), other, Refused, RuleCreator},
		{"observable with another content", mustRead(t, strings.Replace(domain, `"value"`, `"x_a":1,"value"`, 1)), kept("est", mustRead(t, domain)), own, Refused, RuleUnversioned},
	} {
		got, faults := Judge(c.next, c.kept, c.by)
		if got != c.want || rules(faults) != c.rule {
			t.Errorf("%s: %d %q, want %d %q: %v", c.name, got, rules(faults), c.want, c.rule, faults)
		}
	}
}

// In whatever order the versions of an object arrive, once or several times:
// the newest by time is the newest, all are kept, and what is revoked is so.
func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	own := Writer{Name: "est", Identities: []ID{estonia}}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(rt, "versions")
		revoke := rapid.Bool().Draw(rt, "revoked at the end")
		var all []*Object
		for i := range n {
			extra := ""
			if revoke && i == n-1 {
				extra = `,"revoked":true`
			}
			all = append(all, version(t, i, estonia, extra))
		}
		order := rapid.SliceOfN(rapid.IntRange(0, n-1), n, 3*n).Draw(rt, "arrivals")
		order = append(order, rapid.Permutation(seq(n)).Draw(rt, "the rest")...)
		v := NewVersions()
		for _, i := range order {
			if verdict, faults := v.Add(all[i], own); verdict == Refused {
				rt.Fatalf("version %d is refused: %v", i, faults)
			}
		}
		if got := v.Newest(all[0].ID()); got != all[n-1] {
			rt.Fatalf("newest is %s", got.Modified())
		}
		if diff := cmp.Diff(raws(all), raws(v.All(all[0].ID()))); diff != "" {
			rt.Fatal(diff)
		}
		if v.Revoked(all[0].ID()) != revoke {
			rt.Fatal("revoked is wrong")
		}
		var list []*Object
		for _, i := range order {
			list = append(list, all[i])
		}
		if got := Latest(list); len(got) != 1 || got[0] != all[n-1] {
			rt.Fatalf("Latest gives %s", raws(got))
		}
	})
}

func seq(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func raws(list []*Object) []string {
	var out []string
	for _, o := range list {
		out = append(out, string(o.Raw()))
	}
	return out
}

func TestDigest(t *testing.T) {
	same := [][2]string{
		{`"x":1.50`, `"x":15e-1`},
		{`"x":0`, `"x":-0.0e7`},
		{`"x":1e2`, `"x":100`},
		{`"x":"é"`, `"x":"\u00e9"`},
		{`"x":{"a":1,"b":2}`, `"x": { "b":2, "a":1 }`},
		{`"x":"/"`, `"x":"\/"`},
	}
	differ := [][2]string{
		{`"x":9007199254740993`, `"x":9007199254740992`}, // 2^53 and the number after it: one double
		{`"x":1e400`, `"x":1e401`},
		{`"x":1`, `"x":"1"`},
		{`"x":[1,2]`, `"x":[2,1]`},
		{`"x":["a","b"]`, `"x":["ab"]`},
		{`"x":null`, `"x":false`},
		{`"x":{"a":"b"}`, `"x":{"ab":""}`},
		{`"x":-1`, `"x":1`},
		{`"x":10`, `"x":1`},
		{`"x":0.1`, `"x":0.10000000000000000001`},
		{`"x":1e99999999999999999999`, `"x":1e99999999999999999998`},
	}
	for _, c := range same {
		if mustParse(t, plus(c[0])).Digest() != mustParse(t, plus(c[1])).Digest() {
			t.Errorf("%s and %s say the same", c[0], c[1])
		}
	}
	for _, c := range differ {
		if mustParse(t, plus(c[0])).Digest() == mustParse(t, plus(c[1])).Digest() {
			t.Errorf("%s and %s do not say the same", c[0], c[1])
		}
	}
}

// A new version keeps every property that was not changed, byte for byte.
func TestNextVersion(t *testing.T) {
	at := time.Date(2021, 3, 1, 12, 0, 0, 0, time.UTC)
	o := mustRead(t, plus(`"x_n":123456789012345678901234567890, "x_s" : "\u00e9" `))
	n, err := NextVersion(o, at, map[string]any{"name": "Other", "identity_class": nil, "labels": []string{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"type":"identity","spec_version":"2.1","id":"identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01","created":"2021-02-19T08:00:00.000Z",` +
		`"modified":"2021-03-01T12:00:00.000Z","name":"Other","x_n":123456789012345678901234567890,"x_s":"\u00e9","labels":["a"]}`
	if diff := cmp.Diff(want, string(n.Raw())); diff != "" {
		t.Error(diff)
	}
	gone, err := Revoke(n, at.Add(time.Microsecond))
	if err != nil {
		t.Fatal(err)
	}
	if !gone.Revoked() || gone.Modified().String() != "2021-03-01T12:00:00.000001Z" {
		t.Errorf("revoked %v at %s", gone.Revoked(), gone.Modified())
	}
	for name, f := range map[string]func() (*Object, error){
		"not later":          func() (*Object, error) { return NextVersion(n, at, nil) },
		"after revocation":   func() (*Object, error) { return NextVersion(gone, at.Add(time.Hour), nil) },
		"another id":         func() (*Object, error) { return NextVersion(n, at.Add(time.Hour), map[string]any{"id": "x"}) },
		"of an observable":   func() (*Object, error) { return NextVersion(mustRead(t, domain), at, nil) },
		"invalid afterwards": func() (*Object, error) { return NextVersion(n, at.Add(time.Hour), map[string]any{"name": 5}) },
	} {
		if _, err := f(); err == nil {
			t.Errorf("a version was made %s", name)
		}
	}
}

// The example that RFC 8785 prints in sections 3.2.2 and 3.2.3.
func TestCanonical(t *testing.T) {
	o := mustParse(t, `{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}`)
	want := `{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`
	if got, err := o.Canonical(); err != nil || string(got) != want {
		t.Errorf("%s, want %s (%v)", got, want, err)
	}
	if got, err := mustParse(t, `{"a":1e400}`).Canonical(); err == nil {
		t.Errorf("a number beyond a double became %s", got)
	}
}

func TestNewestByTime(t *testing.T) {
	if _, ok := Newest(nil); ok {
		t.Error("there is a newest of nothing")
	}
	var kept []Version
	for _, second := range []int{2, 3, 1} {
		kept = append(kept, VersionOf(version(t, second, estonia, ""), "est"))
	}
	if v, ok := Newest(kept); !ok || v.At.String() != "2021-02-19T08:00:03Z" {
		t.Errorf("newest is %s", v.At)
	}
}
