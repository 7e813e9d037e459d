package handling

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/internal/exchange/stix"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const (
	held    = stix.ID("note--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b0a") // under embargo for a day
	unheld  = stix.ID("note--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b0b") // whose embargo is over
	ordinal = stix.ID("note--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b0c")
)

// sample is a made-up policy of two communities.
func sample() Policy {
	return Policy{
		Partners: []Partner{
			{ID: "jpn", Name: "Japan"},
			{ID: "fin"},
			{ID: "bank", ClientOf: Self},
			{ID: "agency", ClientOf: "jpn"},
			{ID: "gone", Until: now},
			{ID: "bad", Suspended: true},
			{ID: "low"},
			{ID: "alone"},
		},
		Communities: []Community{
			{ID: "pair", Members: []Member{{"jpn", Red}, {"bank", Red}, {"agency", Red}, {"gone", Red}, {"bad", Red}, {"low", Green}}},
			{ID: "eu", Members: []Member{{"fin", Amber}, {"low", Clear}}},
		},
		Collections: []Collection{
			{ID: "open", Communities: []string{"pair", "eu"}, Ceiling: AmberStrict},
			{ID: "pair-only", Communities: []string{"pair"}, Ceiling: AmberStrict},
			{ID: "green", Communities: []string{"pair", "eu"}, Ceiling: Green},
			{ID: "nobody", Ceiling: AmberStrict},
			{ID: "shut", Communities: []string{"pair"}, Ceiling: AmberStrict, Closed: true},
		},
		Embargoes: []Embargo{{Object: held, Until: now.Add(24 * time.Hour)}, {Object: unheld, Until: now}},
	}
}

func compile(t testing.TB, p Policy) *Rules {
	t.Helper()
	r, err := p.Compile()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestDecide(t *testing.T) {
	r := compile(t, sample())
	for _, c := range []struct {
		level               TLP
		origin              string
		id                  stix.ID
		partner, collection string
		want                string // names of the reasons; "released" for none
	}{
		{Clear, "", ordinal, "jpn", "open", "released"},
		{Green, "", ordinal, "jpn", "open", "released"},
		{Amber, "", ordinal, "jpn", "open", "released"},
		{AmberStrict, "", ordinal, "jpn", "open", "released"},
		{Red, "", ordinal, "jpn", "open", "red+ceiling"},
		{0, "", ordinal, "jpn", "open", "red+ceiling"},
		{99, "", ordinal, "jpn", "open", "red+ceiling"},

		{Amber, "", ordinal, "fin", "open", "released"},
		{AmberStrict, "", ordinal, "fin", "open", "clearance"},
		{Amber, "", ordinal, "fin", "green", "ceiling"},
		{Clear, "", ordinal, "fin", "pair-only", "no-member"},

		{Amber, "", ordinal, "bank", "open", "released"},
		{AmberStrict, "", ordinal, "bank", "open", "client"},
		{AmberStrict, "", ordinal, "agency", "open", "client"},
		{Amber, "", ordinal, "agency", "open", "released"},

		{Green, "", ordinal, "low", "open", "released"}, // GREEN in the one community, CLEAR in the other
		{Amber, "", ordinal, "low", "open", "clearance"},

		{Clear, "", ordinal, "gone", "open", "expired"},
		{Clear, "", ordinal, "bad", "open", "suspended"},
		{Clear, "", ordinal, "alone", "open", "no-member"},
		{Clear, "", ordinal, "stranger", "open", "no-partner+no-member"},
		{Clear, "", ordinal, "", "", "no-partner+no-collection"},
		{Clear, "", ordinal, "jpn", "nobody", "no-member"},
		{Clear, "", ordinal, "jpn", "shut", "closed"},
		{Clear, "", ordinal, "jpn", "elsewhere", "no-collection"},

		{Clear, "", held, "jpn", "open", "embargo"},
		{Red, "", held, "jpn", "open", "red+ceiling+embargo"},
		{Clear, "", unheld, "jpn", "open", "released"},

		{Clear, "fin", ordinal, "jpn", "open", "released"},
		{Green, "low", ordinal, "jpn", "open", "released"}, // both are in "pair"
		{Green, "fin", ordinal, "jpn", "open", "origin"},   // no community in common
		{Green, "fin", ordinal, "bank", "open", "released"},
		{Amber, "low", ordinal, "jpn", "open", "origin"},
		{Amber, "jpn", ordinal, "bank", "open", "released"},
		{Amber, "jpn", ordinal, "agency", "open", "origin"},
		{AmberStrict, "fin", ordinal, "jpn", "open", "origin"},
		{AmberStrict, "jpn", ordinal, "bank", "open", "client+origin"},
		{AmberStrict, "jpn", ordinal, "jpn", "open", "released"}, // their own comes back to them
		{Amber, Self, ordinal, "jpn", "open", "released"},
	} {
		x := Subject{ID: c.id, Level: c.level, Origin: c.origin}
		d := r.Decide(x, c.partner, c.collection, now)
		name := fmt.Sprintf("%d of %q to %s from %s", c.level, c.origin, c.partner, c.collection)
		if d.Code.String() != c.want || d.Release != (c.want == "released") {
			t.Errorf("%s: %v %s, want %s", name, d.Release, d.Code, c.want)
		}
		if n := len(d.Code.Split()); len(d.Reasons) != max(n, 1) {
			t.Errorf("%s: reasons %q for %s", name, d.Reasons, d.Code)
		}
		if v := r.View(c.partner, c.collection, now); v.Allows(x) != d.Release {
			t.Errorf("%s: the view says something else", name)
		}
	}
}

func TestReasonsAreTold(t *testing.T) {
	r := compile(t, sample())
	for want, got := range map[string]Decision{
		"sent to Japan: AMBER, cleared to RED":                                     r.Decide(Subject{ordinal, Amber, ""}, "jpn", "open", now),
		"not sent to agency: AMBER+STRICT, the partner is a client of jpn":         r.Decide(Subject{ordinal, AmberStrict, ""}, "agency", "open", now),
		"not sent to bank: AMBER+STRICT, the partner is a client of this node":     r.Decide(Subject{ordinal, AmberStrict, ""}, "bank", "open", now),
		"not sent to fin: AMBER+STRICT, cleared to AMBER":                          r.Decide(Subject{ordinal, AmberStrict, ""}, "fin", "open", now),
		"not sent to fin: AMBER, the collection takes up to GREEN":                 r.Decide(Subject{ordinal, Amber, ""}, "fin", "green", now),
		"not sent to Japan: embargo until 2026-03-02 12:00 UTC":                    r.Decide(Subject{held, Clear, ""}, "jpn", "open", now),
		"not sent to Japan: AMBER of fin, not ours to pass on":                     r.Decide(Subject{ordinal, Amber, "fin"}, "jpn", "open", now),
		"not sent to gone: the agreement ended on 2026-03-01":                      r.Decide(Subject{ordinal, Clear, ""}, "gone", "open", now),
		"not sent to Japan: RED, for named people only; send it encrypted to them": r.Decide(Subject{ordinal, Red, ""}, "jpn", "open", now),
		"not sent to Japan: the collection is closed, or its rule cannot be read":  r.Decide(Subject{ordinal, Clear, ""}, "jpn", "shut", now),
		"not sent to alone: in no community of the collection":                     r.Decide(Subject{ordinal, Clear, ""}, "alone", "open", now),
		"not sent to nemo: no such partner":                                        r.Decide(Subject{ordinal, Clear, ""}, "nemo", "open", now),
		"not sent to bad: the partner is suspended":                                r.Decide(Subject{ordinal, Clear, ""}, "bad", "open", now),
		"not sent to Japan: no such collection":                                    r.Decide(Subject{ordinal, Clear, ""}, "jpn", "x", now),
	} {
		if got.Reasons[0] != want {
			t.Errorf("%q, want %q", got.Reasons, want)
		}
	}
}

// Faults close what they are in; the rest goes on.
func TestFaultsClose(t *testing.T) {
	for name, c := range map[string]struct {
		change              func(*Policy)
		partner, collection string
	}{
		"ceiling RED":             {func(p *Policy) { p.Collections[0].Ceiling = Red }, "jpn", "open"},
		"no ceiling":              {func(p *Policy) { p.Collections[0].Ceiling = 0 }, "jpn", "open"},
		"unknown community":       {func(p *Policy) { p.Collections[0].Communities = []string{"pair", "x"} }, "jpn", "open"},
		"collection twice":        {func(p *Policy) { p.Collections = append(p.Collections, p.Collections[0]) }, "jpn", "open"},
		"community twice":         {func(p *Policy) { p.Communities = append(p.Communities, p.Communities[0]) }, "jpn", "open"},
		"partner twice":           {func(p *Policy) { p.Partners = append(p.Partners, p.Partners[0]) }, "jpn", "open"},
		"client of nobody":        {func(p *Policy) { p.Partners[0].ClientOf = "x" }, "jpn", "open"},
		"client of itself":        {func(p *Policy) { p.Partners[0].ClientOf = "jpn" }, "jpn", "open"},
		"clearance missing":       {func(p *Policy) { p.Communities[0].Members[0].Clearance = 0 }, "jpn", "open"},
		"embargo without an end":  {func(p *Policy) { p.Embargoes[0].Until = time.Time{} }, "jpn", "open"},
		"embargo without a thing": {func(p *Policy) { p.Embargoes[0].Object = "x" }, "jpn", "open"},
		"member is no partner":    {func(p *Policy) { p.Communities[0].Members[0].Partner = "x" }, "x", "open"},
		"partner without a name":  {func(p *Policy) { p.Partners[0].ID = "" }, "", "open"},
		"partner is the node":     {func(p *Policy) { p.Partners[0].ID = Self }, Self, "open"},
	} {
		p := sample()
		c.change(&p)
		r, err := p.Compile()
		if err == nil {
			t.Errorf("%s: no fault is told", name)
		}
		if d := r.Decide(Subject{ordinal, Clear, ""}, c.partner, c.collection, now); d.Release {
			t.Errorf("%s: released, %q", name, d.Reasons)
		}
	}
	p := sample()
	p.Collections[0].Ceiling = Red
	r, _ := p.Compile()
	if d := r.Decide(Subject{ordinal, Amber, ""}, "jpn", "pair-only", now); !d.Release {
		t.Errorf("a fault in one collection closes another: %q", d.Reasons)
	}
}

// What a query selects by is the strictest level that is released.
func TestHighest(t *testing.T) {
	r := compile(t, sample())
	for _, partner := range []string{"jpn", "fin", "bank", "agency", "low", "gone", "bad", "alone", "stranger"} {
		for _, c := range []string{"open", "pair-only", "green", "nobody", "shut", "elsewhere"} {
			v := r.View(partner, c, now)
			var want TLP
			for _, l := range Levels {
				if v.Allows(Subject{ordinal, l, ""}) {
					want = l
				}
			}
			if got := v.Highest(); got != want || v.Open() != (want != 0) {
				t.Errorf("%s from %s: %d, open %v, want %d", partner, c, got, v.Open(), want)
			}
		}
	}
}

func TestNoRuleReleasesNothing(t *testing.T) {
	for name, r := range map[string]*Rules{"empty": compile(t, Policy{}), "partners alone": compile(t, Policy{Partners: sample().Partners})} {
		for _, level := range Levels {
			for _, partner := range []string{"jpn", "", Self} {
				for _, c := range []string{"open", ""} {
					if r.Decide(Subject{ordinal, level, ""}, partner, c, now).Release {
						t.Errorf("%s: %s is released to %q from %q", name, level, partner, c)
					}
				}
			}
		}
	}
}

// policies draws a policy of a few partners, some of it faulty.
var policies = rapid.Custom(func(t *rapid.T) Policy {
	names := []string{"a", "b", "c", "d"}
	level := rapid.SampledFrom([]TLP{Clear, Green, Amber, Amber, AmberStrict, AmberStrict, AmberStrict, Red, 0})
	var p Policy
	for _, n := range names {
		p.Partners = append(p.Partners, Partner{
			ID: n, ClientOf: rapid.SampledFrom([]string{"", "", "", Self, Self, "a", "x"}).Draw(t, "client of"), Suspended: rapid.IntRange(0, 9).Draw(t, "suspended") == 0,
			Until: rapid.SampledFrom([]time.Time{{}, {}, {}, now, now.Add(time.Hour)}).Draw(t, "until"),
		})
	}
	for _, c := range []string{"p", "q"} {
		x := Community{ID: c}
		for _, n := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 4, rapid.ID[string]).Draw(t, "members") {
			x.Members = append(x.Members, Member{n, level.Draw(t, "clearance")})
		}
		p.Communities = append(p.Communities, x)
	}
	for _, c := range []string{"x", "y"} {
		p.Collections = append(p.Collections, Collection{
			ID: c, Communities: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"p", "q", "p", "q", "p", "q", "nowhere"}), 0, 2, rapid.ID[string]).Draw(t, "communities"),
			Ceiling: level.Draw(t, "ceiling"), Closed: rapid.IntRange(0, 9).Draw(t, "closed") == 0,
		})
	}
	if rapid.Bool().Draw(t, "embargo") {
		p.Embargoes = []Embargo{{Object: held, Until: rapid.SampledFrom([]time.Time{now, now.Add(1)}).Draw(t, "day")}}
	}
	return p
})

var subjects = rapid.Custom(func(t *rapid.T) Subject {
	return Subject{
		ID: rapid.SampledFrom([]stix.ID{held, ordinal}).Draw(t, "object"), Level: rapid.SampledFrom([]TLP{Clear, Clear, Green, Green, Amber, AmberStrict, Red, 0, 6}).Draw(t, "level"),
		Origin: rapid.SampledFrom([]string{"", Self, "a", "b", "stranger"}).Draw(t, "origin"),
	}
})

// What holds under every policy.
func TestDecisionsAreMonotone(t *testing.T) {
	released := map[bool]int{} // by whether the object is another's
	defer func() {
		if released[false] == 0 || released[true] == 0 {
			t.Errorf("nothing was released, so nothing was tested: %v", released)
		}
	}()
	one := func(t *rapid.T, p Policy) {
		r, _ := p.Compile()
		x := subjects.Draw(t, "object")
		partner := rapid.SampledFrom([]string{"a", "b", "c", "d", "a", "b", "c", "d", "stranger"}).Draw(t, "partner")
		collection := rapid.SampledFrom([]string{"x", "y", "x", "y", "z"}).Draw(t, "collection")
		d := r.Decide(x, partner, collection, now)
		v := r.View(partner, collection, now)
		if v.Allows(x) != d.Release || len(d.Reasons) == 0 {
			t.Fatalf("view %v, decision %+v", v.Allows(x), d)
		}
		if !d.Release {
			return
		}
		released[x.Origin != "" && x.Origin != Self]++
		// Released: so it would be with any looser mark …
		for _, l := range Levels {
			looser := x
			looser.Level = l
			if l < x.Level && !v.Allows(looser) {
				t.Fatalf("%s goes, %s does not", x.Level, l)
			}
		}
		// … it is not RED, and within ceiling and clearance …
		if x.Level.effective() == Red || x.Level > v.ceiling || x.Level > v.clearance {
			t.Fatalf("%s was released", x.Level)
		}
		// … with the node's own objects it is within what a query selects by …
		if (x.Origin == "" || x.Origin == Self) && x.Level > v.Highest() {
			t.Fatalf("%s is above %s", x.Level, v.Highest())
		}
		// … and taking away anything that lets it go keeps it in.
		for i := range p.Partners {
			if p.Partners[i].ID == partner {
				q := p
				q.Partners = slices.Clone(p.Partners)
				q.Partners[i].Suspended = true
				if s, _ := q.Compile(); s.Decide(x, partner, collection, now).Release {
					t.Fatal("a suspended partner takes")
				}
			}
		}
		q := p
		q.Communities = nil
		if s, _ := q.Compile(); s.Decide(x, partner, collection, now).Release {
			t.Fatal("released without a community")
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		p := policies.Draw(t, "policy")
		for range 20 { // few go: another's object in a hundred decisions may be none
			one(t, p)
		}
	})
}

// A lower clearance, a lower ceiling, a longer embargo: never more.
func TestNarrowerRulesReleaseNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := policies.Draw(t, "policy")
		q := p
		q.Communities, q.Collections = slices.Clone(p.Communities), slices.Clone(p.Collections)
		lower := func(l TLP) TLP { return TLP(rapid.IntRange(0, int(l)).Draw(t, "lower")) }
		for i := range q.Communities {
			q.Communities[i].Members = slices.Clone(p.Communities[i].Members)
			for j := range q.Communities[i].Members {
				q.Communities[i].Members[j].Clearance = lower(p.Communities[i].Members[j].Clearance)
			}
		}
		for i := range q.Collections {
			if p.Collections[i].Ceiling != Red { // a fault: it is closed, and mending it may open it
				q.Collections[i].Ceiling = lower(p.Collections[i].Ceiling)
			}
		}
		wide, _ := p.Compile()
		narrow, _ := q.Compile()
		x := subjects.Draw(t, "object")
		for _, c := range Changes(wide, narrow, "x", []Subject{x}, now) {
			if c.After == 0 {
				t.Fatalf("narrower rules let %+v go to %s", c.Subject, c.Partner)
			}
		}
	})
}

func TestChanges(t *testing.T) {
	before := compile(t, sample())
	p := sample()
	p.Communities[1].Members[0].Clearance = Green // fin, from AMBER
	p.Partners = append(p.Partners, Partner{ID: "new"})
	p.Communities[1].Members = append(p.Communities[1].Members, Member{"new", Green})
	after := compile(t, p)
	list := []Subject{{ordinal, Green, ""}, {unheld, Amber, ""}}
	var got []string
	for _, c := range Changes(before, after, "open", list, now) {
		got = append(got, fmt.Sprintf("%s %s %s -> %s", c.Partner, c.Subject.Level, c.Before, c.After))
	}
	want := []string{"fin AMBER released -> clearance", "new GREEN no-partner+no-member -> released"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTally(t *testing.T) {
	r := compile(t, sample())
	var a, b Tally
	for i, level := range []TLP{Clear, Clear, Amber, AmberStrict, Red, 0} {
		into := &a
		if i%2 == 1 {
			into = &b
		}
		for _, partner := range []string{"jpn", "fin"} {
			x := Subject{ordinal, level, ""}
			into.Add(partner, "open", x, r.View(partner, "open", now).Check(x))
		}
	}
	a.Merge(b)
	want := []Line{
		{"fin", "open", Clear, "released", 2},
		{"fin", "open", Amber, "released", 1},
		{"fin", "open", AmberStrict, "clearance", 1},
		{"fin", "open", Red, "red+ceiling+clearance", 2},
		{"jpn", "open", Clear, "released", 2},
		{"jpn", "open", Amber, "released", 1},
		{"jpn", "open", AmberStrict, "released", 1},
		{"jpn", "open", Red, "red+ceiling", 2},
	}
	if diff := cmp.Diff(want, a.Lines()); diff != "" {
		t.Error(diff)
	}
	if yes, no := a.Total(); yes != 7 || no != 5 {
		t.Errorf("%d released, %d withheld, want 7 and 5", yes, no)
	}
}

// A policy is kept as JSON and comes back the same; levels are words there.
func TestPolicyAsJSON(t *testing.T) {
	b, err := json.Marshal(sample())
	if err != nil || !strings.Contains(string(b), `"ceiling":"AMBER+STRICT"`) {
		t.Fatal(string(b), err)
	}
	var back Policy
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), back); diff != "" {
		t.Error(diff)
	}
	if err := json.Unmarshal([]byte(`{"collections":[{"ceiling":"PURPLE"}]}`), &back); err == nil {
		t.Error("a level that is none is read")
	}
	missing := sample()
	missing.Communities[0].Members[0].Clearance = 0
	if b, err := json.Marshal(missing); err == nil {
		t.Errorf("a clearance that is missing is written: %s", b)
	}
}

func BenchmarkCheck(b *testing.B) {
	v := compile(b, sample()).View("jpn", "open", now)
	list := []Subject{{ordinal, Green, ""}, {held, Amber, "fin"}, {unheld, AmberStrict, ""}}
	n := 0
	for i := 0; b.Loop(); i++ {
		if v.Allows(list[i%3]) {
			n++
		}
	}
	if n == 0 {
		b.Fatal("nothing is allowed")
	}
}
