package congruence

import (
	"math"
	"testing"
	"time"

	"entente"
)

// one lists events of one actor on one concept, all affirming, on the days given.
func one(days ...string) *Events {
	ev := &Events{Actors: []string{"A"}, Concepts: []string{"c"}, Scale: Scale{Kind: Binary}}
	for _, s := range days {
		d, err := entente.ParseDate(s)
		if err != nil {
			panic(err)
		}
		day, p := DateOf(d)
		ev.Actor, ev.Concept, ev.Qualifier = append(ev.Actor, 0), append(ev.Concept, 0), append(ev.Qualifier, 1)
		ev.Day, ev.Precision = append(ev.Day, day), append(ev.Precision, p)
	}
	return ev
}

func TestDuplicateRules(t *testing.T) {
	for _, c := range []struct {
		name   string
		rule   Duplicates
		compat bool
		days   []string
		used   int
	}{
		{"all", KeepAll, false, []string{"2019-01-05", "2019-01-05"}, 2},
		{"range", PerRange, false, []string{"2019-01-05", "2021-01-05", ""}, 1},
		{"D5 month with its year", PerMonth, false, []string{"2019-01-05", "2019-01-30", "2021-01-05"}, 2},
		{"D5 month, compatible", PerMonth, true, []string{"2019-01-05", "2019-01-30", "2021-01-05"}, 1},
		{"D5 week with its year", PerWeek, false, []string{"2019-01-08", "2020-01-08"}, 2}, // both week 2
		{"D5 week, compatible", PerWeek, true, []string{"2019-01-08", "2020-01-08"}, 1},
		{"ISO week over the turn of the year", PerWeek, false, []string{"2020-12-31", "2021-01-03", "2021-01-04"}, 2},
		{"a week ends on Sunday", PerWeek, false, []string{"2021-01-10", "2021-01-11"}, 2},
		{"year", PerYear, false, []string{"2019-01-05", "2019-12", "2019", "2020"}, 2},
		{"a year alone is in no known month", PerMonth, false, []string{"2019", "2019", "2019-03", "2019-03-02"}, 3},
		{"a month alone is in no known week", PerWeek, false, []string{"2019-03", "2019-03", "2019-03-02"}, 3},
		{"an undated event is in no known year", PerYear, false, []string{"", "", "2019"}, 3},
	} {
		o := options(OneMode, Congruence, NoNorm)
		o.Duplicates, o.Compat = c.rule, c.compat
		nw := must(t, one(c.days...), o)
		if nw.Counts.Used != c.used || nw.Counts.Duplicates != len(c.days)-c.used {
			t.Errorf("%s: %+v, want %d used", c.name, nw.Counts, c.used)
		}
	}
}

func TestDuplicatesPerDocument(t *testing.T) {
	ev := one("2019-01-05", "2019-01-05", "2019-01-05", "2019-01-06", "2019-01-06")
	ev.Document = []int32{4, 4, -1, -1, 7}
	ev.Qualifier = []float64{1, 0, 1, 1, 1}
	for kind, used := range map[Kind]int{Congruence: 5, Ignore: 4} { // ignore does not look at the level
		o := options(OneMode, kind, NoNorm)
		o.Duplicates = PerDocument
		if nw := must(t, ev, o); nw.Counts.Used != used {
			t.Errorf("%s: %+v, want %d used", kind, nw.Counts, used)
		}
	}
}

func TestTheFirstDuplicateStays(t *testing.T) {
	ev := one("2020-05-01", "2019-05-01", "2019-02-01", "2019-02-01")
	ev.ID = []string{"late", "middle", "first", "second"}
	o := options(TwoMode, Ignore, NoNorm)
	o.Duplicates = PerRange
	if got := must(t, ev, o).EventIDs(0, 0); len(got) != 1 || got[0] != "first" {
		t.Errorf("kept %v, want the first by date and place", got)
	}
}

func TestD10LargeIntegersAreEqualByValue(t *testing.T) {
	ev := one("2019-01-01", "2019-01-01", "2019-01-01")
	ev.Scale = Scale{Kind: Integer}
	ev.Qualifier = []float64{1000, 1000, -1000}
	o := options(OneMode, Congruence, NoNorm)
	o.Duplicates = PerRange
	if nw := must(t, ev, o); nw.Counts.Used != 2 {
		t.Errorf("%+v, want 2 used", nw.Counts)
	}
}

// TestDuplicatesAreNotQuadratic puts 400,000 events on one actor and concept;
// comparing all pairs would take minutes.
func TestDuplicatesAreNotQuadratic(t *testing.T) {
	ev := one()
	const n = 400_000
	for e := range n {
		ev.Actor, ev.Concept, ev.Qualifier = append(ev.Actor, 0), append(ev.Concept, 0), append(ev.Qualifier, 1)
		ev.Document = append(ev.Document, int32((e*7919)%(n/2)))
	}
	ev.Day, ev.Precision = nil, nil
	o := options(OneMode, Congruence, NoNorm)
	o.Duplicates = PerDocument
	start := time.Now()
	if nw := must(t, ev, o); nw.Counts.Used != n/2 {
		t.Errorf("%+v, want %d used", nw.Counts, n/2)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestD3SilenceIsNotConflict(t *testing.T) {
	// A uses "a" on c1; B says nothing on c1 and uses "b" on c2; C uses "b" on c1.
	ev := &Events{
		Actors: []string{"A", "B", "C"}, Concepts: []string{"c1", "c2"},
		Scale: Scale{Kind: Nominal, Categories: []string{"a", "b"}},
		Actor: []int32{0, 1, 2}, Concept: []int32{0, 1, 0}, Qualifier: []float64{0, 1, 1},
	}
	nw := must(t, ev, options(OneMode, Conflict, NoNorm))
	if nw.At(0, 1) != 0 || nw.At(0, 2) != 1 || nw.At(1, 2) != 0 {
		t.Errorf("conflict: %v, want A-C alone", nw.Weight)
	}
	o := options(OneMode, Conflict, NoNorm)
	o.Compat = true // each level that only one of two used counts
	if nw := must(t, ev, o); nw.At(0, 1) != 2 || nw.At(0, 2) != 2 || nw.At(1, 2) != 2 {
		t.Errorf("compatible conflict: %v, want 2 everywhere", nw.Weight)
	}
	o.Kind = Subtract
	if nw := must(t, ev, o); nw.At(0, 1) != -2 {
		t.Errorf("compatible subtract: %v, want -2", nw.At(0, 1))
	}
}

func TestD4EqualProfilesHaveCosineOne(t *testing.T) {
	for _, scale := range scales {
		ev := &Events{Actors: []string{"A", "B"}, Scale: scale}
		for c := range 6 {
			ev.Concepts = append(ev.Concepts, string(rune('a'+c)))
			for a := range 2 {
				ev.Actor, ev.Concept = append(ev.Actor, int32(a)), append(ev.Concept, int32(c))
				ev.Qualifier = append(ev.Qualifier, float64(c%2))
			}
		}
		nw := must(t, ev, options(OneMode, Congruence, Cosine))
		if nw.At(0, 1) != 1 {
			t.Errorf("%s: cosine %v, want 1", scale.Kind, nw.At(0, 1))
		}
		o := options(OneMode, Congruence, Cosine)
		o.Compat = true
		if got := must(t, ev, o).At(0, 1); !near(got, 1.0/6) {
			t.Errorf("%s: compatible cosine %v, want 1/6", scale.Kind, got)
		}
	}
}

func TestD11OneLevelGivesNumbers(t *testing.T) {
	ev := table()
	ev.Scale = Scale{Kind: Integer}
	for e := range ev.Qualifier {
		ev.Qualifier[e] = 3
	}
	for _, norm := range norms[OneMode] {
		cg, cf := must(t, ev, options(OneMode, Congruence, norm)), must(t, ev, options(OneMode, Conflict, norm))
		ig := must(t, ev, options(OneMode, Ignore, norm))
		for c := range cg.Weight {
			if math.IsNaN(cg.Weight[c]) || !near(cg.Weight[c], ig.Weight[c]) || cf.Weight[c] != 0 {
				t.Fatalf("%s: congruence %v, conflict %v, ignore %v", norm, cg.Weight[c], cf.Weight[c], ig.Weight[c])
			}
		}
	}
}

func TestTheWidthOfAnIntegerScaleIsTakenBeforeValueFilters(t *testing.T) {
	ev := one("2019-01-01", "2019-01-01", "2019-01-01", "2022-01-01")
	ev.Actors = []string{"A", "B", "C"}
	ev.Scale = Scale{Kind: Integer}
	ev.Actor, ev.Qualifier = []int32{0, 1, 2, 2}, []float64{1, 2, 5, 99}
	o := options(OneMode, Congruence, NoNorm)
	o.To = entente.Day(2020, 1, 1) // 99 is outside, 5 inside but excluded
	o.Exclude.Actors = []string{"C"}
	nw := must(t, ev, o)
	if nw.Width != 4 || !near(nw.At(0, 1), 1-1.0/4) {
		t.Errorf("width %v, A-B %v, want 4 and 0.75", nw.Width, nw.At(0, 1))
	}
}

func TestD16OpposedActorsStayInTheNetwork(t *testing.T) {
	ev := &Events{
		Actors: []string{"A", "B"}, Concepts: []string{"c"}, Scale: Stances(),
		Actor: []int32{0, 1}, Concept: []int32{0, 0}, Qualifier: []float64{-2, -1},
	}
	nw := must(t, ev, options(TwoMode, Subtract, NoNorm))
	if len(nw.Rows) != 2 || nw.At(0, 0) != -2 || nw.At(1, 0) != -1 {
		t.Errorf("%v %v", nw.Rows, nw.Weight)
	}
	if one := must(t, ev, options(OneMode, Congruence, NoNorm)); one.At(0, 1) != 0.75 {
		t.Errorf("two who reject, to different degrees: %v, want 0.75", one.At(0, 1))
	}
}

func TestDateRangeTakesOnlyWhatIsCertainlyInside(t *testing.T) {
	o := options(TwoMode, Ignore, NoNorm)
	o.From, o.To = entente.Day(2019, 3, 1), entente.Day(2019, 12, 31)
	nw := must(t, one("2019-03-01", "2019-12-31", "2019-04", "2019", "2020-01-01", ""), o)
	want := Counts{Read: 6, Used: 3, Outside: 2, Undated: 1}
	if nw.Counts != want {
		t.Errorf("%+v, want %+v", nw.Counts, want)
	}
}
