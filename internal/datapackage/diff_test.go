package datapackage

import (
	"testing"
	"testing/fstest"

	"entente"

	"github.com/google/go-cmp/cmp"
)

func corpusWith(t *testing.T, replace fstest.MapFS) *entente.Corpus {
	t.Helper()
	c, err := Read(base(t, replace))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDiffTellsWhatChanged(t *testing.T) {
	before := corpusWith(t, nil)
	after := corpusWith(t, fstest.MapFS{"statements.csv": {Mode: 0o644, Data: []byte(
		"id,actor,proposition,stance,conditions,date,date_basis,instrument,source,pinpoint,coder,checked,date_level,note\n" +
			"s-1,aaa,p,doubts,,2020-01-01,,,paper,page 2,tester,yes,,\n" +
			"s-2,aaa,p,affirms,,2021,,,paper,,tester,no,,\n",
	)}})
	want := []RowChange{
		{"statements", "s-1", RowChanged, []CellChange{{"stance", "affirms", "doubts"}}},
		{"statements", "s-2", RowAdded, []CellChange{
			{"id", "", "s-2"},
			{"actor", "", "aaa"},
			{"proposition", "", "p"},
			{"stance", "", "affirms"},
			{"date", "", "2021"},
			{"source", "", "paper"},
			{"coder", "", "tester"},
			{"checked", "", "no"},
		}},
	}
	if d := cmp.Diff(want, Diff(before, after)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if got := Diff(before, before); got != nil {
		t.Errorf("a corpus differs from itself: %v", got)
	}
	back := Diff(after, before)
	if len(back) != 2 || back[0].Cells[0] != (CellChange{"stance", "doubts", "affirms"}) || back[1].What != RowRemoved {
		t.Errorf("the way back: %+v", back)
	}
}
