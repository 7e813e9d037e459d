package compare_test

import (
	"fmt"
	"strings"
	"testing"

	"entente"
	"entente/analysis/compare"

	"github.com/google/go-cmp/cmp"
)

// The model case: what a published chapter found by hand for Estonia and Japan
// (2021, chapter fact numbers sf-… in the corpus) must come out of the records.

const model = "2021-02-19"

func row(t *testing.T, r *compare.Report, id entente.PropositionID) *compare.Row {
	t.Helper()
	for i := range r.Rows {
		if r.Rows[i].Proposition.ID == id {
			return &r.Rows[i]
		}
	}
	t.Fatalf("there is no row for %s", id)
	return nil
}

// sf-35: four convergent positions.
func TestModelAgreements(t *testing.T) {
	r := compared(t, cyberNorms(t), model, "est", "jpn")
	for id, sign := range map[entente.PropositionID]int{
		"law-applies": 1, "proc-new-treaty": -1, "proc-implement": 1, "cbm-central": 1, "cap-central": 1,
	} {
		row := row(t, r, id)
		if row.Outcome != compare.Agree {
			t.Errorf("%s: %s, want agree", id, row.Outcome)
		}
		for _, p := range row.Positions {
			if p.Stance.Sign() != sign {
				t.Errorf("%s: %s %q, want the side %+d", id, p.Actor, p.Stance, sign)
			}
			if p.Basis != entente.Stated {
				t.Errorf("%s: %s rests on %s, want a statement", id, p.Actor, p.Basis)
			}
			defensible(t, &p)
		}
	}
}

// defensible holds that whatever decides a position can be cited.
func defensible(t *testing.T, p *entente.Position) {
	t.Helper()
	for _, e := range p.Evidence {
		if e.Use != entente.Decides {
			continue
		}
		if e.Source == "" || e.Pinpoint == "" && e.Kind == "statement" {
			t.Errorf("%s on %s rests on %s, which has no source or pinpoint", p.Actor, p.Proposition, e.ID)
		}
		if e.Level == entente.Unverified {
			t.Errorf("%s on %s rests on %s, which is unverified", p.Actor, p.Proposition, e.ID)
		}
	}
}

// sf-43: three open issues, each named as open beside what the records say.
func TestModelOpenIssues(t *testing.T) {
	r := compared(t, cyberNorms(t), model, "est", "jpn")
	named := map[string][]entente.PropositionID{
		"new norms or implementation":                    {"proc-new-norms", "proc-implement"},
		"sovereign rights and international commitments": {"proc-sovereign-rights"},
		"whether IHL applies to the militarisation":      {"law-ihl"},
	}
	for issue, ids := range named {
		for _, id := range ids {
			found := false
			for _, p := range row(t, r, id).Positions {
				for _, cov := range p.Named {
					found = found || cov.Source == "osula-2021"
				}
			}
			if !found {
				t.Errorf("%s: %s is not shown as named open by the chapter", issue, id)
			}
		}
	}
	// Japan had asked for the recognition of IHL by then; Estonia's own paper came later.
	ihl := row(t, r, "law-ihl")
	if p := ihl.Positions[1]; p.Stance != entente.Affirms || p.Evidence[0].Date.String() != "2020-05-22" {
		t.Errorf("IHL, Japan: %s of %v", p.Stance, p.Evidence[0].Date)
	}
	if ihl.Outcome == compare.Agree {
		t.Error("IHL is full agreement before Estonia's paper of July 2021")
	}
	later := row(t, compared(t, cyberNorms(t), "2021-12-31", "est", "jpn"), "law-ihl")
	if p := later.Positions[0]; later.Outcome != compare.Agree || p.Stance != entente.Affirms {
		t.Errorf("IHL at the end of 2021: %s, Estonia %s", later.Outcome, p.Stance)
	}
	// That both see militarisation as a threat is another proposition.
	if threat := row(t, r, "threat-militarisation"); threat.Positions[0].Stance.Sign() != 1 || threat.Positions[1].Stance.Sign() != 1 {
		t.Error("both see militarisation as a threat")
	}
	// A month is not over on the 19th: Estonia's comments of February 2021 may postdate.
	may := false
	for _, e := range row(t, r, "proc-new-norms").Positions[0].Evidence {
		may = may || e.Use == entente.MayPostdate && e.Date.String() == "2021-02"
	}
	if !may {
		t.Error("Estonia's comments of February 2021 on new norms are not listed as ones that may postdate")
	}
}

// sf-23, sf-25, sf-37, sf-38, sf-40, sf-41, sf-42.
func TestModelSharedActs(t *testing.T) {
	r := compared(t, cyberNorms(t), model, "est", "jpn")
	type part struct{ role, from, to, date string }
	shared := map[string]compare.Act{}
	for _, a := range r.Acts {
		if a.Body != nil {
			shared[string(a.Body.ID)] = a
		} else {
			shared[string(a.Instrument.ID)] = a
		}
	}
	for _, want := range []struct {
		id, kind string
		est, jpn part
	}{
		{"un-gge-2012", "body", part{"expert nominated", "2012", "2013", ""}, part{"expert nominated", "2012", "2013", ""}},
		{"un-gge-2014", "body", part{"expert nominated", "2014", "2015", ""}, part{"expert nominated", "2014", "2015", ""}},
		{"un-gge-2016", "body", part{"expert nominated", "2016", "2017", ""}, part{"expert nominated", "2016", "2017", ""}},
		{"un-gge-2019", "body", part{"expert nominated", "2019", "2021", ""}, part{"expert nominated", "2019", "2021", ""}},
		{"un-oewg-2019", "body", part{"member", "2019", "2021", ""}, part{"participant", "2019", "2021", ""}},
		{"nato-ccdcoe", "body", part{"host nation; Sponsoring Nation", "2008-05-14", "", ""}, part{"observer", "2015", "2018", ""}},
		{"joint-statement-2019", "signed", part{"signatory", "", "", "2019-09-23"}, part{"signatory", "", "", "2019-09-23"}},
		{"poa-proposal-2020", "sponsored", part{"sponsor", "", "", "2020-10-08"}, part{"sponsor", "", "", "2020-10-08"}},
		{"budapest-convention", "ratified", part{"party", "", "", "2003-05-12"}, part{"party", "", "", "2012-07-03"}},
		{"est-jpn-mou-2015", "bilateral", part{"signatory", "", "", "2015"}, part{"signatory", "", "", "2015"}},
		{"est-jpn-cyber-dialogue", "bilateral", part{"member", "", "", "2014"}, part{"member", "", "", "2014"}},
	} {
		act, ok := shared[want.id]
		if !ok {
			t.Errorf("%s is not among the shared acts", want.id)
			continue
		}
		if act.Kind != want.kind {
			t.Errorf("%s is of kind %q, want %q", want.id, act.Kind, want.kind)
		}
		for actor, w := range map[entente.ActorID]part{"est": want.est, "jpn": want.jpn} {
			found := false
			var have []part
			for _, p := range act.Parts[actor] {
				got := part{p.Role, p.From.String(), p.To.String(), p.Date.String()}
				have = append(have, got)
				found = found || got == w
				if p.Source == "" {
					t.Errorf("%s: the part of %s has no source", want.id, actor)
				}
			}
			if !found {
				t.Errorf("%s: %s has %+v, want %+v", want.id, actor, have, w)
			}
		}
	}
	for id, a := range shared {
		for actor, ps := range a.Parts {
			for _, p := range ps {
				if p.Level == entente.Unverified {
					t.Errorf("%s: the part of %s is unverified", id, actor)
				}
			}
		}
	}
}

// sf-27, sf-28, sf-30, sf-36 and the group of 2009-10.
func TestModelAsymmetries(t *testing.T) {
	r := compared(t, cyberNorms(t), model, "est", "jpn")
	find := func(kind, id string) *compare.Asymmetry {
		for i := range r.Asymmetries {
			a := &r.Asymmetries[i]
			if a.Kind != kind {
				continue
			}
			switch {
			case a.Body != nil && string(a.Body.ID) == id, a.Instrument != nil && string(a.Instrument.ID) == id,
				a.Proposition != nil && string(a.Proposition.ID) == id, kind == "count" && strings.Contains(a.Title, id):
				return a
			}
		}
		return nil
	}
	for _, want := range []struct{ name, kind, id string }{
		{"Estonia alone of the two in the group of 2009-10", "body", "un-gge-2009"},
		{"Estonia's stakeout", "instrument", "stakeout-georgia-2020"},
		{"Estonia's Arria-formula meeting", "instrument", "arria-2020-05-22"},
		{"collective countermeasures", "statement", "law-cm-collective"},
	} {
		t.Run(want.name, func(t *testing.T) {
			a := find(want.kind, want.id)
			if a == nil {
				t.Fatalf("not among the asymmetries")
			}
			if diff := cmp.Diff([]entente.ActorID{"jpn"}, a.Lacking); diff != "" {
				t.Errorf("who lacks it (-want +got):\n%s", diff)
			}
			if len(a.Parts["est"]) == 0 || len(a.Looked) == 0 {
				t.Errorf("Estonia's part or the reading behind it is missing: %+v", a)
			}
		})
	}
	t.Run("views submitted", func(t *testing.T) {
		a := find("count", "views submitted")
		if a == nil {
			t.Fatal("not among the asymmetries")
		}
		if got := a.Line(r.Actors); got != "est 1, jpn 3" {
			t.Errorf("got %s", got)
		}
		var years []string
		for _, p := range append(append([]compare.Part(nil), a.Parts["est"]...), a.Parts["jpn"]...) {
			years = append(years, fmt.Sprint(p.Actor, " ", p.Date))
		}
		if diff := cmp.Diff([]string{"est 2017", "jpn 2016", "jpn 2017", "jpn 2019"}, years); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("Japan is silent on collective countermeasures, and it was looked at", func(t *testing.T) {
		p := row(t, r, "law-cm-collective").Positions
		if p[0].Stance != entente.Affirms || p[1].Silence != entente.NotAddressed || len(p[1].Read) == 0 {
			t.Errorf("Estonia %q, Japan %q on %d readings", p[0].Stance, p[1].Silence, len(p[1].Read))
		}
	})
}

// Sovereignty as a rule: reserved in 2019, affirmed in 2021.
func TestModelChange(t *testing.T) {
	c := cyberNorms(t)
	const id = "law-sovereignty-rule"
	before, after := row(t, compared(t, c, model, "est", "jpn"), id), row(t, compared(t, c, "2021-12-31", "est", "jpn"), id)
	if before.Positions[0].Stance != entente.Reserved || after.Positions[0].Stance != entente.Affirms {
		t.Errorf("Estonia: %s, then %s", before.Positions[0].Stance, after.Positions[0].Stance)
	}
	if before.Outcome != compare.BothSilent || after.Outcome != compare.Agree {
		t.Errorf("outcome: %s, then %s", before.Outcome, after.Outcome)
	}
	ch, err := compare.Changes(c, []entente.ActorID{"est", "jpn"}, entente.Day(2021, 2, 19), entente.Day(2021, 12, 31), compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, x := range ch.Positions {
		if x.Proposition.ID == id && x.Before.Actor == "est" {
			found = x.Before.Stance == entente.Reserved && x.After.Stance == entente.Affirms
		}
	}
	if !found {
		t.Error("the changes do not list it")
	}
	// What Estonia said earlier stays visible.
	kept := false
	for _, e := range after.Positions[0].Evidence {
		kept = kept || e.Stance == entente.Reserved && e.Use == entente.Differs
	}
	if !kept {
		t.Error("the reservation of 2019 is gone from the evidence")
	}
}

// The same without special cases: other pairs, a bloc and an outsider, a bloc
// among itself. Whatever decides must be citable.
func TestOtherActors(t *testing.T) {
	c := cyberNorms(t)
	for _, pair := range [][]entente.ActorID{{"fra", "nzl"}, {"eu", "chn"}, {"idn", "sgp"}, {"usa", "rus"}, {"est", "jpn", "aus", "can"}} {
		r := compared(t, c, "", pair...)
		if len(r.Rows) != len(c.Propositions) {
			t.Errorf("%v: %d rows of %d propositions", pair, len(r.Rows), len(c.Propositions))
		}
		spoken := 0
		for i := range r.Rows {
			for j := range r.Rows[i].Positions {
				p := &r.Rows[i].Positions[j]
				if p.Taken() {
					spoken++
				}
				for _, e := range p.Evidence {
					if e.Use == entente.Decides && (e.Level == entente.Unverified || e.Source == "") {
						t.Errorf("%v: %s on %s rests on %s", pair, p.Actor, p.Proposition, e.ID)
					}
				}
			}
		}
		if spoken == 0 {
			t.Errorf("%v: nobody has said anything", pair)
		}
	}
	// sf-31, sf-32: France rejected collective countermeasures, New Zealand was open to them.
	r := compared(t, c, model, "fra", "nzl")
	cm := row(t, r, "law-cm-collective")
	if cm.Outcome != compare.Differ || cm.Positions[0].Stance != entente.Rejects || cm.Positions[1].Stance.Sign() != 1 {
		t.Errorf("France %s, New Zealand %s: %s", cm.Positions[0].Stance, cm.Positions[1].Stance, cm.Outcome)
	}
	for bloc, members := range map[entente.ActorID]int{"eu": 27, "asean": 11, "nato": 32} {
		b, err := compare.Bloc(c, bloc, "", compare.Options{})
		if err != nil {
			t.Errorf("%s: %v", bloc, err)
			continue
		}
		if len(b.Members) != members {
			t.Errorf("%s has %d members at the release, want %d", bloc, len(b.Members), members)
		}
		for _, r := range b.Rows {
			if len(r.For)+len(r.Against)+len(r.Silent) != len(b.Members) {
				t.Errorf("%s on %s: members are lost", bloc, r.Proposition.ID)
			}
		}
	}
}
