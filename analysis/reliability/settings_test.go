package reliability_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"entente"
	"entente/analysis/reliability"
)

func TestFaults(t *testing.T) {
	ok := []reliability.Rating{{"u1", "A", "affirms"}, {"u1", "B", "rejects"}}
	plus := func(r reliability.Rating) []reliability.Rating { return append(slices.Clone(ok), r) }
	set := func(change func(*reliability.Options)) reliability.Options {
		o := reliability.Stances()
		o.Order = slices.Clone(o.Order)
		change(&o)
		return o
	}
	stances := reliability.Stances()
	for _, c := range []struct {
		name    string
		ratings []reliability.Rating
		o       reliability.Options
		kind    entente.Kind
		say     []string // in the message
	}{
		{"off the scale", plus(reliability.Rating{"u2", "A", "agrees"}), stances, entente.Invalid, []string{`unit "u2"`, `coder "A"`, `"agrees"`, "affirms-with-conditions"}},
		{"off the scale and alone", []reliability.Rating{{"u2", "A", "agrees"}}, stances, entente.Invalid, []string{`"agrees"`}},
		{"other capitals", plus(reliability.Rating{"u2", "A", "Affirms"}), stances, entente.Invalid, []string{`"Affirms"`}},
		{"twice", plus(reliability.Rating{"u1", "A", "doubts"}), stances, entente.Conflict, []string{`unit "u1"`, `coder "A"`, `"affirms"`, `"doubts"`}},
		{"twice the same", plus(ok[0]), stances, entente.Conflict, []string{`coder "A"`}},
		{"no unit", plus(reliability.Rating{"", "A", "doubts"}), stances, entente.Invalid, []string{"rating 3", "no unit"}},
		{"no coder", plus(reliability.Rating{"u2", "", "doubts"}), stances, entente.Invalid, []string{`unit "u2"`, "no coder"}},
		{"no value", plus(reliability.Rating{"u2", "A", ""}), reliability.Words(), entente.Invalid, []string{"leave a missing judgment out"}},
		{"no level", ok, set(func(o *reliability.Options) { o.Level = "" }), entente.Invalid, []string{"level", "nominal or ordinal"}},
		{"interval level", ok, set(func(o *reliability.Options) { o.Level = "interval" }), entente.Invalid, []string{"interval"}},
		{"nominal with order", ok, set(func(o *reliability.Options) { o.Level = reliability.Nominal }), entente.Invalid, []string{"no order"}},
		{"ordinal without order", ok, set(func(o *reliability.Options) { o.Order = nil }), entente.Invalid, []string{"0 words"}},
		{"one word", ok, set(func(o *reliability.Options) { o.Order = o.Order[:1] }), entente.Invalid, []string{"1 words"}},
		{"too long", ok, set(func(o *reliability.Options) {
			for i := range 100 {
				o.Order = append(o.Order, strconv.Itoa(i))
			}
		}), entente.Invalid, []string{"105 words"}},
		{"a word twice", ok, set(func(o *reliability.Options) { o.Order[1] = o.Order[0] }), entente.Invalid, []string{`"rejects"`}},
		{"few draws", ok, set(func(o *reliability.Options) { o.Draws = 99 }), entente.Invalid, []string{"99 draws"}},
		{"negative draws", ok, set(func(o *reliability.Options) { o.Draws = -1 }), entente.Invalid, []string{"-1 draws"}},
		{"many draws", ok, set(func(o *reliability.Options) { o.Draws = 10_001 }), entente.Invalid, []string{"10001 draws"}},
		{"no confidence", ok, set(func(o *reliability.Options) { o.Confidence = 0 }), entente.Invalid, []string{"confidence"}},
		{"certainty", ok, set(func(o *reliability.Options) { o.Confidence = 1 }), entente.Invalid, []string{"confidence"}},
		{"per cent", ok, set(func(o *reliability.Options) { o.Confidence = 95 }), entente.Invalid, []string{"95"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			grouped := make([]reliability.Grouped, len(c.ratings))
			for i, r := range c.ratings {
				grouped[i] = reliability.Grouped{Rating: r, Group: "g"}
			}
			_, one := reliability.Alpha(c.ratings, c.o)
			_, two := reliability.PercentAgreement(c.ratings, c.o)
			_, three := reliability.ByPair(c.ratings, c.o, 5)
			_, four := reliability.ByGroup(grouped, c.o, 5)
			for _, err := range []error{one, two, three, four} {
				e, typed := errors.AsType[*entente.Error](err)
				if !typed || e.Kind != c.kind || e.Hint == "" || e.Op == "" {
					t.Fatalf("error %#v", err)
				}
				for _, s := range c.say {
					if !strings.Contains(err.Error(), s) {
						t.Errorf("%q does not say %q", err, s)
					}
				}
			}
		})
	}
}

func TestFaultsOfGroups(t *testing.T) {
	o := reliability.Words()
	r := func(unit, coder, group string) reliability.Grouped {
		return reliability.Grouped{Rating: reliability.Rating{Unit: unit, Coder: coder, Value: "x"}, Group: group}
	}
	for _, c := range []struct {
		name string
		list []reliability.Grouped
		thin int
		kind entente.Kind
	}{
		{"a unit in two groups", []reliability.Grouped{r("u", "A", "g"), r("u", "B", "h")}, 5, entente.Conflict},
		{"no group", []reliability.Grouped{r("u", "A", "")}, 5, entente.Invalid},
		{"no limit", []reliability.Grouped{r("u", "A", "g")}, 0, entente.Invalid},
	} {
		if _, err := reliability.ByGroup(c.list, o, c.thin); entente.KindOf(err) != c.kind {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := reliability.ByPair(nil, o, -1); entente.KindOf(err) != entente.Invalid {
		t.Errorf("a negative limit: %v", err)
	}
	if list, err := reliability.ByGroup(nil, o, 5); err != nil || len(list) != 0 {
		t.Errorf("nothing gives %v, %v", list, err)
	}
	if list, err := reliability.ByPair([]reliability.Rating{{"u", "A", "x"}}, o, 5); err != nil || len(list) != 0 {
		t.Errorf("one coder gives %v, %v", list, err)
	}
}

// Too much work is refused before it is begun.
func TestBounds(t *testing.T) {
	var crowd []reliability.Rating
	for i := range 201 {
		crowd = append(crowd, reliability.Rating{Unit: "u", Coder: strconv.Itoa(i), Value: "x"})
	}
	if _, err := reliability.ByPair(crowd, reliability.Words(), 5); entente.KindOf(err) != entente.Invalid {
		t.Errorf("201 coders: %v", err)
	}
	var many []reliability.Rating
	for u := range 260 { // 260 units of 200 coders have 5,174,000 pairs
		for c := range 200 {
			many = append(many, reliability.Rating{Unit: strconv.Itoa(u), Coder: strconv.Itoa(c), Value: "x"})
		}
	}
	if _, err := reliability.ByPair(many, reliability.Words(), 5); entente.KindOf(err) != entente.Invalid {
		t.Errorf("5 million pairs: %v", err)
	}
	o := reliability.Words()
	o.Draws = 10_000
	if _, err := reliability.Alpha(large(500_000), o); entente.KindOf(err) != entente.Invalid {
		t.Errorf("250,000 units, 10,000 draws: %v", err)
	}
}

// A large number of coders who chose different words: a wide unit is no trouble.
func TestWideUnit(t *testing.T) {
	var list []reliability.Rating
	for u := range 3 {
		for c := range 1000 {
			list = append(list, reliability.Rating{Unit: strconv.Itoa(u), Coder: strconv.Itoa(c), Value: strconv.Itoa(c % 7)})
		}
	}
	o := reliability.Words()
	o.Draws = 100
	r := alpha(t, list, o)
	// Each unit is the same mix as the whole: alpha is just below 0.
	if r.Alpha.Value > 0 || r.Alpha.Value < -0.01 {
		t.Errorf("alpha %v", r.Alpha.Value)
	}
}
