package view

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"entente"
	"entente/analysis/compare"
)

// pages builds one page of every kind.
func pages(b Builder, o compare.Options) map[string]func() (*Page, error) {
	pair := []entente.ActorID{"est", "jpn"}
	return map[string]func() (*Page, error){
		"compare":      func() (*Page, error) { return b.CompareWith(pair, o, Extra{From: entente.Day(2019, 1, 1)}) },
		"compare bloc": func() (*Page, error) { return b.CompareWith([]entente.ActorID{"eu", "chn"}, o, Extra{Members: true}) },
		"actor":        func() (*Page, error) { return b.Actor("est", o) },
		"actor bloc":   func() (*Page, error) { return b.Actor("asean", o) },
		"actors":       func() (*Page, error) { return b.Actors(ActorFilter{Kind: entente.State, Region: "europe"}) },
		"members":      func() (*Page, error) { return b.Actors(ActorFilter{Body: "eu"}) },
		"proposition":  func() (*Page, error) { return b.Proposition("law-sovereignty-rule", o) },
		"propositions": func() (*Page, error) { return b.Propositions(o) },
		"instrument":   func() (*Page, error) { return b.Instrument("res-73-27", o) },
		"instruments":  func() (*Page, error) { return b.Instruments(InstrumentFilter{Pillar: entente.Law}) },
		"source":       func() (*Page, error) { return b.Source("osula-2021") },
		"sources":      func() (*Page, error) { return b.Sources(SourceFilter{TextOf: "est"}) },
		"changes":      func() (*Page, error) { return b.Changes(pair, entente.Day(2021, 2, 19), entente.Day(2021, 12, 31), o) },
		"nearest":      func() (*Page, error) { return b.Nearest("est", o, nil) },
		"bridge":       func() (*Page, error) { return b.Bridge("usa", "chn", o, nil) },
		"bloc":         func() (*Page, error) { return b.Bloc("asean", "", o) },
		"suggest":      func() (*Page, error) { return b.Suggest(pair, o) },
		"statements":   func() (*Page, error) { return b.Statements(pair, o) },
		"check":        func() (*Page, error) { return b.Check(), nil },
	}
}

// maybeNull are the fields that are null by design; every other null would be a
// list that a program cannot loop over.
var maybeNull = regexp.MustCompile(`"(stance|silence|outsider|outsider_position|parent|agreement|exact_interval|unverified|s|kappa|pi|share|bootstrap_interval|[a-z]{2,})":null`)

func TestEveryPageIsWholeAndRepeatable(t *testing.T) {
	b := builder(t)
	nullable := map[string]bool{}
	for _, f := range []string{"stance", "silence", "outsider", "outsider_position", "parent", "agreement", "exact_interval", "unverified", "kappa", "pi", "s", "share", "bootstrap_interval", "est", "jpn", "eu", "chn"} {
		nullable[f] = true
	}
	for name, build := range pages(b, compare.Options{}) {
		t.Run(name, func(t *testing.T) {
			page, err := build()
			if err != nil {
				t.Fatal(err)
			}
			raw, err := json.Marshal(page.Data)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(raw, []byte(`{"schema":"entente.`)) || !regexp.MustCompile(`^\{"schema":"entente\.[a-z]+/1"`).Match(raw) {
				t.Errorf("the JSON starts with %.40s", raw)
			}
			for _, m := range maybeNull.FindAllStringSubmatch(string(raw), -1) {
				if !nullable[m[1]] {
					t.Errorf("%q is null", m[1])
					break
				}
			}
			if page.Title == "" || page.Table.Name == "" || len(page.Table.Header) == 0 || page.Sources == nil {
				t.Errorf("title %q, table %q with %d columns, sources nil: %v", page.Title, page.Table.Name, len(page.Table.Header), page.Sources == nil)
			}
			if len(page.Table.Rows) == 0 {
				t.Error("the table has no rows")
			}
			for i, r := range page.Table.Rows {
				if len(r) != len(page.Table.Header) {
					t.Fatalf("row %d has %d cells, the header %d", i, len(r), len(page.Table.Header))
				}
			}
			for _, id := range page.Sources {
				if b.Corpus.Source(id) == nil {
					t.Errorf("source %q is not in the corpus", id)
				}
			}
			again, err := build()
			if err != nil {
				t.Fatal(err)
			}
			second, _ := json.Marshal(again.Data)
			if !bytes.Equal(raw, second) {
				t.Error("built twice, the JSON differs")
			}
		})
	}
}

// The sources of a page are those its JSON names, so that no line is without one.
func TestEverySourceNamedIsListed(t *testing.T) {
	b := builder(t)
	named := regexp.MustCompile(`"(?:source|proof)":"([^"]+)"`)
	for _, name := range []string{"compare", "compare bloc", "actor", "proposition", "instrument", "changes", "bloc", "suggest", "statements"} {
		page, err := pages(b, compare.Options{})[name]()
		if err != nil {
			t.Fatal(err)
		}
		listed := map[string]bool{}
		for _, s := range page.Sources {
			listed[string(s)] = true
		}
		raw, _ := json.Marshal(page.Data)
		for _, m := range named.FindAllSubmatch(raw, -1) {
			if !listed[string(m[1])] {
				t.Errorf("%s names source %s and does not list it", name, m[1])
				break
			}
		}
	}
}

func TestCountsAddUpToTheirBase(t *testing.T) {
	b := builder(t)
	page, err := b.Actor("est", compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := page.Data.(*ActorPage).Summary
	if n := s.TookSide + s.Contested + sum(s.Silences); n != s.Propositions || sum(s.Bases) != s.TookSide {
		t.Errorf("actor: %d + %d + %v of %d; bases %v", s.TookSide, s.Contested, s.Silences, s.Propositions, s.Bases)
	}
	if v := page.Data.(*ActorPage).Votes; sum(v.Ballots) != v.RollCalls || len(v.Rows) != v.RollCalls {
		t.Errorf("votes: %v of %d", v.Ballots, v.RollCalls)
	}
	page, err = b.Proposition("law-applies", compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, stands := page.Data.(*PropositionPage), 0
	for _, c := range p.Counts {
		stands += c.Actors
		if sum(c.Classes) != c.Actors || c.TookSide > c.CouldAddress || c.CouldAddress > c.Actors {
			t.Errorf("proposition: %+v", c)
		}
	}
	if stands != len(p.Stands) {
		t.Errorf("%d counted, %d listed", stands, len(p.Stands))
	}
	page, err = b.Bloc("asean", "", compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v := page.Data.(*Bloc)
	if sum(v.Counts) != len(v.Rows) {
		t.Errorf("bloc: %v of %d", v.Counts, len(v.Rows))
	}
	for _, r := range v.Rows {
		if len(r.For)+len(r.Against)+len(r.Silent) != len(v.Members) {
			t.Errorf("%s: %d + %d + %d of %d members", r.ID, len(r.For), len(r.Against), len(r.Silent), len(v.Members))
		}
	}
	page, err = b.Propositions(compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range page.Data.(*PropositionList).Propositions {
		if sum(r.Stances)+r.Contested != r.Actors {
			t.Errorf("%s: %v and %d contested of %d", r.ID, r.Stances, r.Contested, r.Actors)
		}
	}
}

func sum(m map[string]int) int {
	n := 0
	for _, x := range m {
		n += x
	}
	return n
}

// Nothing dated after the as-of date may stand on a page as of that date.
func TestAsOfHidesWhatCameLater(t *testing.T) {
	b := builder(t)
	o := compare.Options{Settings: entente.Settings{AsOf: entente.Day(2019, 12, 31)}}
	readings := regexp.MustCompile(`"looked":\[[^\]]*\]`)
	later := regexp.MustCompile(`"date":"20(2[0-9]|3[0-9])`)
	for _, name := range []string{"compare", "actor", "proposition", "instrument", "bloc", "statements"} {
		page, err := pages(b, o)[name]()
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := json.Marshal(page.Data)
		// A list that was read later tells of earlier days too, so what was looked
		// at may carry a later date.
		raw = readings.ReplaceAll(raw, nil)
		if at := later.FindIndex(raw); at != nil {
			t.Errorf("%s as of 2019-12-31 holds …%s…", name, raw[max(0, at[0]-160):at[1]+20])
		}
		if !strings.Contains(page.Title, "2019-12-31") {
			t.Errorf("the title %q does not say as of when", page.Title)
		}
	}
}

func TestUnknownNamesAndFilters(t *testing.T) {
	b := builder(t)
	var o compare.Options
	for name, x := range map[string]struct {
		build func() (*Page, error)
		kind  entente.Kind
		hint  string
	}{
		"actor":        {func() (*Page, error) { return b.Actor("etsonia", o) }, entente.NotFound, "Estonia (est)"},
		"another case": {func() (*Page, error) { return b.Actor("EST", o) }, entente.NotFound, "est"},
		"proposition":  {func() (*Page, error) { return b.Proposition("law-ihll", o) }, entente.NotFound, "law-ihl"},
		"instrument":   {func() (*Page, error) { return b.Instrument("budapest", o) }, entente.NotFound, "budapest-convention"},
		"source":       {func() (*Page, error) { return b.Source("osula") }, entente.NotFound, "osula-2021"},
		"nearest":      {func() (*Page, error) { return b.Nearest("jpm", o, nil) }, entente.NotFound, "Japan (jpn)"},
		"bloc":         {func() (*Page, error) { return b.Bloc("asaen", "", o) }, entente.NotFound, "asean"},
		"no members":   {func() (*Page, error) { return b.Bloc("est", "", o) }, entente.NotFound, "asean"},
		"kind":         {func() (*Page, error) { return b.Actors(ActorFilter{Kind: "kingdom"}) }, entente.Invalid, "state"},
		"region":       {func() (*Page, error) { return b.Actors(ActorFilter{Region: "Atlantis"}) }, entente.Invalid, "Europe"},
		"pillar":       {func() (*Page, error) { return b.Instruments(InstrumentFilter{Pillar: "laws"}) }, entente.Invalid, "law"},
		"source kind":  {func() (*Page, error) { return b.Sources(SourceFilter{Kind: "gossip"}) }, entente.Invalid, "report"},
		"pillar again": {func() (*Page, error) { return b.Propositions(compare.Options{Pillars: []entente.Pillar{"laws"}}) }, entente.Invalid, "law"},
	} {
		_, err := x.build()
		if entente.KindOf(err) != x.kind || !strings.Contains(err.Error(), x.hint) {
			t.Errorf("%s: %v; want %s with a hint of %q", name, err, x.kind, x.hint)
		}
	}
}
