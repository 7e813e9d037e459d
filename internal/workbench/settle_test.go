package workbench_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/store"
	"entente/internal/workbench"
)

// twice codes a passage by two people and gives the unit.
func (d *desk) twice(doc *workbench.Document, p entente.PropositionID, a, b entente.Stance) (workbench.Unit, *workbench.Coding, *workbench.Coding) {
	d.t.Helper()
	one := d.code(ann, doc.ID, "International humanitarian law applies", p, a)
	two := d.code(ben, doc.ID, "International humanitarian law applies to cyber operations", p, b)
	return d.unit(doc, p), one, two
}

func (d *desk) unit(doc *workbench.Document, p entente.PropositionID) workbench.Unit {
	d.t.Helper()
	list, err := d.Disagreements(d.ctx, edith, workbench.DisagreementFilter{Source: doc.Source, Proposition: p, Show: workbench.ShowAll})
	if err != nil || len(list) != 1 {
		d.t.Fatalf("%d units, %v", len(list), err)
	}
	return list[0]
}

// decision is a settlement of a unit as somebody saw it.
func decision(u workbench.Unit, stance, keep string) workbench.Settlement {
	s := workbench.Settlement{Source: u.Source, Actor: u.Actor, Proposition: u.Proposition, Stance: stance, Keep: keep, Reason: "the text is plain"}
	for _, c := range u.Codings {
		s.Codings = append(s.Codings, workbench.SettledCoding{Record: c.String(), Version: c.Version})
	}
	return s
}

func TestSettleKeepsOneAndShowsBoth(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	unit, one, two := d.twice(doc, "law-ihl", entente.Affirms, entente.Reserved)
	if !unit.Open || len(unit.Codings) != 2 || unit.Codings[0].Coder != "ann" || len(unit.Codings[0].Quotes) != 1 {
		t.Fatalf("%+v", unit)
	}
	open, err := d.Disagreements(d.ctx, rev, workbench.DisagreementFilter{})
	if err != nil || len(open) != 1 {
		t.Fatalf("%+v %v", open, err)
	}
	s, err := d.Settle(d.ctx, edith, decision(unit, "affirms", one.Statement.ID))
	if err != nil || s.State != store.Published || s.Record != statement(one.Statement.ID) {
		t.Fatalf("%+v %v", s, err)
	}
	if d.state(statement(two.Statement.ID)) != store.Retired || len(d.corpus().Quotations(two.Statement.ID)) != 0 {
		t.Error("the other coding is still there")
	}
	if d.corpus().Source(doc.Source) == nil {
		t.Error("the source was not published with the statement")
	}
	unit = d.unit(doc, "law-ihl")
	if unit.Open || unit.Settlement == nil || unit.Settlement.By != "edith" || len(unit.Codings) != 2 {
		t.Fatalf("%+v", unit)
	}
	got := unit.Codings[1]
	if got.Coder != "ben" || got.Value != "reserved" || got.State != store.Retired || len(got.Quotes) != 1 || got.Pinpoint == "" {
		t.Errorf("the coding that lost is not shown as it was: %+v", got)
	}
	// A third coder opens the unit again.
	d.code(cyd, doc.ID, "International humanitarian law applies", "law-ihl", entente.Rejects)
	if unit = d.unit(doc, "law-ihl"); !unit.Open {
		t.Error("a new coding that disagrees does not open the unit")
	}
	d.must(d.Settle(d.ctx, edith, decision(d.unitLive(doc, "law-ihl"), "affirms", one.Statement.ID)))
	if all, err := d.SettlementsOf(d.ctx, ann, unit.UnitKey); err != nil || len(all) != 2 {
		t.Errorf("%d settlements, %v", len(all), err)
	}
}

// unitLive is a unit without what earlier settlements took out.
func (d *desk) unitLive(doc *workbench.Document, p entente.PropositionID) workbench.Unit {
	u := d.unit(doc, p)
	var kept []workbench.UnitCoding
	for _, c := range u.Codings {
		if c.State != store.Retired {
			kept = append(kept, c)
		}
	}
	u.Codings = kept
	return u
}

func TestSettleOnAThirdStance(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	unit, one, two := d.twice(doc, "law-ihl", entente.Affirms, entente.Reserved)
	x := decision(unit, "affirms-with-conditions", "")
	x.Conditions = "in armed conflict"
	s, err := d.Settle(d.ctx, rev, x)
	if err != nil || s.State != store.InReview {
		t.Fatalf("%+v %v", s, err)
	}
	got := d.get(s.Record)
	if got["stance"] != "affirms-with-conditions" || got["conditions"] != "in armed conflict" || got["coder"] != "rev" || got["pinpoint"] != one.Statement.Pinpoint {
		t.Errorf("%v", got)
	}
	for _, c := range []*workbench.Coding{one, two} {
		if d.state(statement(c.Statement.ID)) != store.Retired {
			t.Error("a coding stands beside the settlement")
		}
	}
	// The new record goes through review with its passage, by somebody else.
	_, err = d.Approve(d.ctx, workbench.User{Name: "rev", Role: edith.Role}, true, d.seen(s.Record)...)
	d.fails(err, entente.Denied, "your own")
	d.must(d.Approve(d.ctx, edith, true, d.seen(s.Record)...))
	if len(d.corpus().Quotations(s.Record.ID)) != 1 {
		t.Error("the passage is lost")
	}
}

func TestSettleWithNothingFound(t *testing.T) {
	for _, tt := range []struct{ name, stance string }{{"the stance holds", "affirms"}, {"nothing holds", "nothing"}} {
		t.Run(tt.name, func(t *testing.T) {
			d := ticking(t, workbench.Options{})
			doc := d.add(paper)
			one := d.code(ann, doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms)
			two, err := d.ReadNothing(d.ctx, ben, doc.ID, "est", []entente.PropositionID{"law-ihl", "norm-13a"}, entente.FoundNothing)
			if err != nil {
				t.Fatal(err)
			}
			keep := map[string]string{"affirms": one.Statement.ID, "nothing": two.ID}[tt.stance]
			d.must(d.Settle(d.ctx, edith, decision(d.unit(doc, "law-ihl"), tt.stance, keep)))
			reading := d.get(store.Key{Kind: "coverage", ID: two.ID})
			switch tt.stance {
			case "affirms": // the reading says nothing of it any more, and goes on for the rest
				if reading["subjects"] != "proposition:norm-13a" || d.state(statement(one.Statement.ID)) != store.Published {
					t.Errorf("%v", reading)
				}
			default:
				if d.state(statement(one.Statement.ID)) != store.Retired || d.state(store.Key{Kind: "coverage", ID: two.ID}) != store.Published {
					t.Errorf("%v", reading)
				}
			}
			if u := d.unit(doc, "law-ihl"); u.Open || len(u.Codings) != 2 {
				t.Errorf("%+v", u)
			}
		})
	}
}

func TestSettleRefuses(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	unit, one, two := d.twice(doc, "law-ihl", entente.Affirms, entente.Reserved)
	good := decision(unit, "affirms", one.Statement.ID)
	for _, tt := range []struct {
		change func(*workbench.Settlement)
		kind   entente.Kind
		what   string
	}{
		{func(s *workbench.Settlement) { s.Reason = " " }, entente.Invalid, "not said why"},
		{func(s *workbench.Settlement) { s.Stance = "" }, entente.Invalid, "not set"},
		{func(s *workbench.Settlement) { s.Stance = "maybe" }, entente.Invalid, "not set"},
		{func(s *workbench.Settlement) { s.Keep = two.Statement.ID }, entente.Invalid, "says something else"},
		{func(s *workbench.Settlement) { s.Keep = "nobody's" }, entente.Invalid, "none of the codings"},
		{func(s *workbench.Settlement) { s.Codings = s.Codings[:1] }, entente.Conflict, "new or has changed"},
		{func(s *workbench.Settlement) { s.Codings = nil }, entente.Conflict, "new or has changed"},
		{func(s *workbench.Settlement) { s.Actor = "jpn" }, entente.NotFound, "not two codings"},
	} {
		bad := good
		bad.Codings = append([]workbench.SettledCoding(nil), good.Codings...)
		tt.change(&bad)
		_, err := d.Settle(d.ctx, edith, bad)
		d.fails(err, tt.kind, tt.what)
	}
	d.publish(statement(one.Statement.ID))
	_, err := d.Settle(d.ctx, rev, decision(d.unit(doc, "law-ihl"), "affirms", one.Statement.ID))
	d.fails(err, entente.Denied, "published")
	_, err = d.Settle(d.ctx, edith, good) // the version that was seen is not the one that is there
	d.fails(err, entente.Conflict, "changed")
}

func TestAnOwnCodingIsNotPublishedBySettlingForIt(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	unit, one, _ := d.twice(doc, "law-ihl", entente.Affirms, entente.Reserved)
	s, err := d.Settle(d.ctx, workbench.User{Name: "ann", Role: edith.Role}, decision(unit, "affirms", one.Statement.ID))
	if err != nil || s.State != store.InReview {
		t.Errorf("%+v %v", s, err)
	}
}

// TestReliabilityByHand sets four units coded by two people:
//
//	ann: affirms affirms rejects rejects
//	ben: affirms rejects rejects rejects
//
// Nominal alpha by hand: n = 8 judgments, observed 2/8, expected 2·3·5/(8·7), so
// 1 - (1/4)/(30/56) = 8/15. Three of four pairs agree.
func TestReliabilityByHand(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	task := d.task(doc.ID, true, "ann", "ben")
	units := []struct {
		p    entente.PropositionID
		a, b entente.Stance
	}{
		{"law-ihl", entente.Affirms, entente.Affirms},
		{"law-charter", entente.Affirms, entente.Rejects},
		{"law-necessity", entente.Rejects, entente.Rejects},
		{"law-neutrality", entente.Rejects, entente.Rejects},
	}
	var disputed *workbench.Coding
	for _, x := range units {
		d.code(ann, doc.ID, "International humanitarian law applies", x.p, x.a)
		if c := d.code(ben, doc.ID, "International humanitarian law applies", x.p, x.b); x.a != x.b {
			disputed = c
		}
	}
	// Ann read for one more and found nothing; ben did not set the stance.
	d.must(d.ReadNothing(d.ctx, ann, doc.ID, "est", []entente.PropositionID{"norm-13a"}, entente.FoundNothing))
	d.code(ben, doc.ID, "International humanitarian law applies", "norm-13a", "")

	// While the task runs it is not counted, and nobody sees both.
	if v := d.reliability(edith, workbench.ReliabilityFilter{}); v.Tasks != 0 || v.Unfinished != 1 || v.Overall.Nominal.Ratings != 0 {
		t.Errorf("%+v", v)
	}
	if v := d.reliability(edith, workbench.ReliabilityFilter{Basis: workbench.AllCodings, Source: doc.Source}); v.Overall.Nominal.Ratings != 0 {
		t.Error("codings of a blind task that is not done are counted")
	}
	if list, err := d.Disagreements(d.ctx, ann, workbench.DisagreementFilter{Source: doc.Source}); err != nil || len(list) != 0 {
		t.Errorf("ann is told where ben differs: %+v %v", list, err)
	}
	d.must(d.Finish(d.ctx, ann, task.ID))
	d.must(d.Finish(d.ctx, ben, task.ID))

	check := func(when string) *workbench.Reliability {
		t.Helper()
		v := d.reliability(edith, workbench.ReliabilityFilter{})
		n := v.Overall.Nominal
		if math.Abs(n.Alpha.Value-8.0/15) > 1e-12 || n.Agreement.Agreeing != 3 || n.Agreement.Pairs != 4 || n.PairableUnits != 4 || n.Units != 5 || v.Unset != 1 || v.Tasks != 1 {
			t.Errorf("%s: alpha %v, %d of %d, %d pairable of %d, %d unset", when, n.Alpha.Value, n.Agreement.Agreeing, n.Agreement.Pairs, n.PairableUnits, n.Units, v.Unset)
		}
		return v
	}
	v := check("when both are done")
	// "Nothing" is a word of the nominal figures and no place on the scale.
	if v.Overall.Ordinal.Units != 4 || len(v.ByProposition) != 5 || len(v.ByPair) != 1 || len(v.BySource) != 1 || !v.Overall.Thin {
		t.Errorf("%+v", v.Overall.Ordinal)
	}
	// What comes later does not change what was coded independently.
	n := d.on(doc.ID, "International humanitarian law applies", "law-charter", entente.Affirms)
	d.must(d.EditCoding(d.ctx, ben, doc.ID, disputed.Statement.ID, 1, n))
	d.code(ben, doc.ID, "duty of due diligence", "law-due-diligence", entente.Affirms)
	if v = check("after an edit"); v.Late != 1 {
		t.Errorf("%d late codings, want 1", v.Late)
	}
	n.Stance = entente.Doubts
	d.must(d.EditCoding(d.ctx, ben, doc.ID, disputed.Statement.ID, 2, n))
	d.must(d.Settle(d.ctx, edith, decision(d.unit(doc, "law-charter"), "reserved", "")))
	check("after a settlement")
	// All codings, as they were before the settlement: ben doubts by then.
	all := d.reliability(edith, workbench.ReliabilityFilter{Basis: workbench.AllCodings, Source: doc.Source})
	if o := all.Overall.Ordinal; o.PairableUnits != 4 || o.Agreement.Agreeing != 3 {
		t.Errorf("%+v", o)
	}

	page, err := d.Reliability(d.ctx, edith, workbench.ReliabilityFilter{Proposition: "law-charter"})
	if err != nil || page.Title != "How far coders agree on law-charter, independent codings" {
		t.Errorf("%v %v", page, err)
	}
	if diff := cmp.Diff([]string{"all", "all", "", "nominal", "1", "1", "2", "0.0000"}, page.Table.Rows[0][:8]); diff != "" {
		t.Error(diff) // one unit, two words: observed and expected are the same
	}
	if raw, err := json.Marshal(page.Data); err != nil || strings.Contains(string(raw), "NaN") {
		t.Error(err)
	}
	_, err = d.Reliability(d.ctx, edith, workbench.ReliabilityFilter{Basis: "some"})
	d.fails(err, entente.Invalid, "no basis")
}

func (d *desk) reliability(u workbench.User, f workbench.ReliabilityFilter) *workbench.Reliability {
	d.t.Helper()
	p, err := d.Reliability(d.ctx, u, f)
	if err != nil {
		d.t.Fatal(err)
	}
	return p.Data.(*workbench.Reliability)
}

func TestASettlementFollowsItsProposition(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	unit, one, _ := d.twice(doc, "law-ihl", entente.Affirms, entente.Reserved)
	d.must(d.Settle(d.ctx, edith, decision(unit, "affirms", one.Statement.ID)))
	m, err := d.Merge(d.ctx, edith, workbench.Merge{Into: "law-applies", From: []entente.PropositionID{"law-ihl"}})
	d.must(m, err)
	merged := d.unit(doc, "law-applies")
	if merged.Open || merged.Settlement == nil || len(merged.Codings) != 2 || merged.Codings[1].Value != "reserved" {
		t.Errorf("%+v", merged)
	}
	s := workbench.Split{
		Old: "law-applies", Into: []workbench.NewProposition{part("a"), part("b")}, Rest: "a", RestCoverage: []entente.PropositionID{"a"},
		Statements: map[string]entente.PropositionID{one.Statement.ID: "b"},
	}
	d.must(d.Split(d.ctx, edith, s))
	if split := d.unit(doc, "b"); split.Open || split.Settlement == nil || len(split.Codings) != 2 || len(split.Codings[1].Quotes) != 1 {
		t.Errorf("%+v", split)
	}
	if all := d.reliability(edith, workbench.ReliabilityFilter{Basis: workbench.AllCodings, Source: doc.Source}); all.Overall.Nominal.PairableUnits != 1 || all.ByProposition[0].Of != "b" {
		t.Errorf("%+v", all.ByProposition)
	}
}
