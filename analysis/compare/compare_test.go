package compare_test

import (
	"testing"

	"entente"
	"entente/analysis/compare"

	"github.com/google/go-cmp/cmp"
)

func TestCompareRows(t *testing.T) {
	r := newSynthetic(t, 7, "a", "b").
		say("a", "++0+.+-").
		say("b", "+~+-..-").
		compare("a", "b")
	want := map[entente.PropositionID]compare.Outcome{
		"p00": compare.Agree, "p01": compare.AgreeInPart, "p02": compare.OneSilent, "p03": compare.Differ,
		"p04": compare.BothSilent, "p05": compare.OneSilent, "p06": compare.Agree,
	}
	if diff := cmp.Diff(want, outcomes(r)); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	s := r.Summary
	// On p00, p01, p03 and p06 both took a side; on three of them the same one.
	if s.Propositions != 7 || s.Spoke != 4 || s.Agreement.N != 4 || s.Agreement.Agreed != 3 || !s.Agreement.Thin {
		t.Errorf("summary: %+v", s)
	}
	n := 0
	for _, o := range compare.PairOutcomes {
		n += s.ByOutcome[o]
	}
	if n != s.Propositions {
		t.Errorf("the outcomes add up to %d of %d", n, s.Propositions)
	}
	for pillar, by := range s.ByPillar {
		k := 0
		for _, row := range r.Rows {
			if row.Proposition.Pillar == pillar {
				k++
			}
		}
		for _, c := range by {
			k -= c
		}
		if k != 0 {
			t.Errorf("the outcomes of pillar %s do not add up", pillar)
		}
	}
}

// Rows that somebody had no chance to address, or on which nobody looked, are
// in no denominator.
func TestChance(t *testing.T) {
	r := newSynthetic(t, 3, "a", "b").
		say("a", "+++").say("b", "+..").
		looked("b", entente.FoundNothing, "2020-01-01", "proposition:p01").
		compare("a", "b")
	var got []bool
	for _, row := range r.Rows {
		got = append(got, row.Chance)
	}
	// Rows come by pillar (law: p00, p02; norms: p01): spoken, not coded, looked at.
	if diff := cmp.Diff([]bool{true, false, true}, got); diff != "" {
		t.Error(diff)
	}
	if r.Summary.Chance != 2 {
		t.Errorf("%d rows with a chance, want 2", r.Summary.Chance)
	}
}

// A row on which records conflict is shown, and is in no agreement figure.
func TestContestedRowsAreKeptOutOfFigures(t *testing.T) {
	s := newSynthetic(t, 2, "a", "b").say("a", "++").say("b", "++")
	s.r.Statements = append(s.r.Statements, entente.Statement{
		ID: "conflict", Actor: "a", Proposition: "p00", Stance: entente.Rejects, Date: entente.Day(2020, 1, 1),
		Source: "study", Pinpoint: "page 2", Checked: true,
	})
	r := s.compare("a", "b")
	row := r.Rows[0]
	if !row.Contested || row.Outcome != compare.Differ || len(row.Positions[0].Evidence) != 2 {
		t.Errorf("contested %v, %s, %d records shown", row.Contested, row.Outcome, len(row.Positions[0].Evidence))
	}
	if r.Summary.Contested != 1 || r.Summary.Spoke != 1 || r.Summary.Agreement.N != 1 {
		t.Errorf("summary: %+v", r.Summary)
	}
}

func TestOptions(t *testing.T) {
	c := newSynthetic(t, 6, "a", "b").say("a", "++++++").say("b", "++++++").corpus()
	for _, tc := range []struct {
		name string
		o    compare.Options
		want []entente.PropositionID
	}{
		{"everything, by pillar, then id", compare.Options{}, []entente.PropositionID{"p00", "p02", "p04", "p01", "p03", "p05"}},
		{"one pillar", compare.Options{Pillars: []entente.Pillar{entente.Norms}}, []entente.PropositionID{"p01", "p03", "p05"}},
		{"one issue, in any case", compare.Options{Issues: []string{"ISSUE 0"}}, []entente.PropositionID{"p00", "p03"}},
		{"both", compare.Options{Pillars: []entente.Pillar{entente.Law}, Issues: []string{"issue 0", "issue 1"}}, []entente.PropositionID{"p00", "p04"}},
		{"nothing is left", compare.Options{Pillars: []entente.Pillar{entente.Capacity}}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, err := compare.Compare(c, []entente.ActorID{"a", "b"}, tc.o)
			if err != nil {
				t.Fatal(err)
			}
			var got []entente.PropositionID
			for i := range r.Rows {
				got = append(got, r.Rows[i].Proposition.ID)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if len(got) == 0 && (r.Summary.Agreement.N != 0 || r.Summary.Agreement.Share.Defined) {
				t.Error("a figure over nothing")
			}
		})
	}
}

func TestInvalidSettingsAreErrors(t *testing.T) {
	c := newSynthetic(t, 1, "a", "b").say("a", "+").corpus()
	day := entente.Day
	changes := func(from, to entente.Date) error {
		_, err := compare.Changes(c, []entente.ActorID{"a", "b"}, from, to, compare.Options{})
		return err
	}
	compared := func(o compare.Options, ids ...entente.ActorID) error {
		_, err := compare.Compare(c, ids, o)
		return err
	}
	bloc := func(b, outsider entente.ActorID) error {
		_, err := compare.Bloc(c, b, outsider, compare.Options{})
		return err
	}
	board, err := compare.NewBoard(c, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, nearest := board.Nearest("nobody")
	_, _, bridges := board.Bridges("a", "nobody")
	for _, tc := range []struct {
		name string
		err  error
		kind entente.Kind
	}{
		{"one actor", compared(compare.Options{}, "a"), entente.Invalid},
		{"an unknown actor", compared(compare.Options{}, "a", "nobody"), entente.NotFound},
		{"an actor twice", compared(compare.Options{}, "a", "b", "a"), entente.Invalid},
		{"an unknown pillar", compared(compare.Options{Pillars: []entente.Pillar{"peace"}}, "a", "b"), entente.Invalid},
		{"an unknown issue", compared(compare.Options{Issues: []string{"peace"}}, "a", "b"), entente.Invalid},
		{"changes from after to", changes(day(2021, 2, 1), day(2021, 1, 1)), entente.Invalid},
		{"changes on one day", changes(day(2021, 2, 1), day(2021, 2, 1)), entente.Invalid},
		{"changes from nowhen", changes(entente.Date{}, day(2021, 2, 1)), entente.Invalid},
		{"a bloc without members", bloc("a", ""), entente.NotFound},
		{"an unknown bloc", bloc("nobody", ""), entente.NotFound},
		{"an unknown outsider", bloc("a", "nobody"), entente.NotFound},
		{"nearest to nobody", nearest, entente.NotFound},
		{"bridges to nobody", bridges, entente.NotFound},
	} {
		if entente.KindOf(tc.err) != tc.kind {
			t.Errorf("%s: %v is of kind %q, want %q", tc.name, tc.err, entente.KindOf(tc.err), tc.kind)
		}
	}
}

func TestMoreThanTwoActors(t *testing.T) {
	r := newSynthetic(t, 5, "a", "b", "c").
		say("a", "++++.").say("b", "+~-..").say("c", "++-+.").
		compare("a", "b", "c")
	want := map[entente.PropositionID]compare.Outcome{
		"p00": compare.Agree, "p01": compare.Agree, "p02": compare.Split, "p03": compare.PartlySilent, "p04": compare.AllSilent,
	}
	if diff := cmp.Diff(want, outcomes(r)); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	if r.Summary.Agreement.N != 0 {
		t.Error("a pairwise figure over three actors")
	}
}

func TestChangesListMovesFirst(t *testing.T) {
	c := newSynthetic(t, 5, "a", "b").
		sayOn("a", "2019-01-01", "0++..").
		sayOn("a", "2021-01-01", "+-.+.").
		sayOn("b", "2019-01-01", "++++.").
		corpus()
	r, err := compare.Changes(c, []entente.ActorID{"a", "b"}, entente.Day(2020, 1, 1), entente.Day(2021, 12, 31), compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, ch := range r.Positions {
		got = append(got, string(ch.Before.Actor)+" "+string(ch.Proposition.ID)+" "+string(ch.Before.Stance)+">"+string(ch.After.Stance))
	}
	want := []string{"a p00 reserved>affirms", "a p01 affirms>rejects", "a p03 >affirms"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	moved := map[entente.PropositionID][2]compare.Outcome{}
	for _, o := range r.Outcomes {
		moved[o.Proposition.ID] = [2]compare.Outcome{o.Before, o.After}
	}
	wantMoved := map[entente.PropositionID][2]compare.Outcome{
		"p00": {compare.OneSilent, compare.Agree}, "p01": {compare.Agree, compare.Differ}, "p03": {compare.OneSilent, compare.Agree},
	}
	if diff := cmp.Diff(wantMoved, moved); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	same, err := compare.Changes(c, []entente.ActorID{"a"}, entente.Day(2019, 2, 1), entente.Day(2020, 2, 1), compare.Options{})
	if err != nil || len(same.Positions)+len(same.Outcomes)+len(same.Acts) != 0 {
		t.Errorf("a year in which nothing happened: %+v, %v", same, err)
	}
}
