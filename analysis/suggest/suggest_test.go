package suggest_test

import (
	"strings"
	"testing"

	"entente"
	"entente/analysis/compare"
	"entente/analysis/suggest"
	"entente/corpora"
	"entente/internal/datapackage"
)

func corpus(t *testing.T) *entente.Corpus {
	t.Helper()
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func result(t *testing.T, c *entente.Corpus, asOf string, ids ...entente.ActorID) suggest.Result {
	t.Helper()
	d, err := entente.ParseDate(asOf)
	if err != nil {
		t.Fatal(err)
	}
	r, err := compare.Compare(c, ids, compare.Options{Settings: entente.Settings{AsOf: d}})
	if err != nil {
		t.Fatal(err)
	}
	return suggest.For(c, r)
}

// The conclusions of the model chapter (2021): share legal views, exchange on
// threats and incidents, train third states on international law, speak in the
// regional organisations, settle the three open issues, go on acting together.
func TestModelCaseCoversTheChapter(t *testing.T) {
	res := result(t, corpus(t), "2021-02-19", "est", "jpn")
	for _, want := range []struct{ rule, words string }{
		{"share-assessments", "legal assessments"},
		{"exchange-incidents", "exchange experience on incidents"},
		{"joint-training", "officials of third states"},
		{"speak-in-region", "Estonia in European Union"},
		{"speak-in-region", "Asia-Pacific Economic Cooperation"},
		{"clarify-open-question", "New norms are needed"},
		{"clarify-open-question", "Sovereign rights weigh more"},
		{"clarify-open-question", "International humanitarian law applies"},
		{"publish-view", "law-cm-collective"},
		{"repeat-joint-act", "Joint Statement on Advancing Responsible State Behavior"},
		{"repeat-joint-act", "Programme of Action"},
		{"pair-projects", "Asia-Pacific"},
		{"bring-in", "Contributing Participant"},
	} {
		found := false
		for _, s := range res.Suggestions {
			found = found || s.Rule == want.rule && strings.Contains(s.Text, want.words)
		}
		if !found {
			t.Errorf("no suggestion of rule %s that says %q", want.rule, want.words)
		}
	}
}

// Whatever is suggested, to whomever, is complete and ranked by the stated rule.
func TestEverySuggestionIsComplete(t *testing.T) {
	c := corpus(t)
	known := map[string]bool{}
	for _, r := range suggest.Rules {
		if known[r.Name] || r.Doc == "" {
			t.Errorf("rule %s is listed twice or undocumented", r.Name)
		}
		known[r.Name] = true
	}
	fired := map[string]bool{}
	for _, ids := range [][]entente.ActorID{
		{"est", "jpn"}, {"fra", "nzl"}, {"eu", "chn"}, {"usa", "rus"}, {"sgp", "mys", "vnm"}, {"asean", "aus"}, {"deu", "bra"},
	} {
		for _, asOf := range []string{"2015-01-01", "2021-02-19", "2026-11-25"} {
			res := result(t, c, asOf, ids...)
			for i, s := range res.Suggestions {
				fired[s.Rule] = true
				switch {
				case !known[s.Rule]:
					t.Errorf("%v: rule %q is not listed", ids, s.Rule)
				case s.Text == "" || len(s.Reasons) == 0 || s.Assumption == "" || len(s.Evidence) == 0 || len(s.Actors) == 0:
					t.Errorf("%v %s: not complete: %+v", ids, asOf, s)
				case i > 0 && res.Suggestions[i-1].Score < s.Score:
					t.Errorf("%v %s: suggestion %d outranks the one before it", ids, asOf, i)
				case s.Score != suggest.Score(&s):
					t.Errorf("%v: score %d is not what the rule gives", ids, s.Score)
				}
				for _, e := range s.Evidence {
					if c.Source(e.Source) == nil {
						t.Errorf("%v %s: evidence %q has no source", ids, s.Rule, e.What)
					}
					if e.Level == entente.Unverified {
						t.Errorf("%v %s: rests on an unverified record: %q", ids, s.Rule, e.What)
					}
				}
			}
		}
	}
	for name := range known {
		if !fired[name] {
			t.Errorf("rule %s fired for none of the sample pairs", name)
		}
	}
}

// A status that came later is not known on an earlier as-of date.
func TestRecordsAsTheyStood(t *testing.T) {
	c := corpus(t)
	status := func(asOf string) string {
		for _, r := range result(t, c, asOf, "est", "jpn").Records {
			if r.ID == "osula-2021-legal-views" {
				return r.Status
			}
		}
		return "absent"
	}
	for asOf, want := range map[string]string{"2021-02-17": "absent", "2021-02-19": "open", "2025-04-30": "open", "2025-12-31": "done"} {
		if got := status(asOf); got != want {
			t.Errorf("as of %s the wish to share legal views is %s, want %s", asOf, got, want)
		}
	}
}

func TestJoinOnlyWhatOneAffirms(t *testing.T) {
	c := corpus(t)
	for _, ids := range [][]entente.ActorID{{"est", "jpn"}, {"usa", "rus"}, {"chn", "fra"}} {
		for _, s := range result(t, c, "2026-11-25", ids...).Suggestions {
			if s.Rule != "join-instrument" {
				continue
			}
			for _, e := range s.Evidence {
				if e.Actor == s.Actors[0] && strings.Contains(e.What, " rejects") {
					t.Errorf("%v: %s although %s", ids, s.Text, e.What)
				}
			}
		}
	}
}
