package datapackage

import (
	"cmp"
	"slices"

	"entente"
)

// RowChange tells how one row differs between two corpora.
type RowChange struct {
	Table string       `json:"table"`
	ID    string       `json:"id"`
	What  string       `json:"what"` // added, removed, changed
	Cells []CellChange `json:"cells"`
}

// CellChange is one column with what it held before and after; empty is
// nothing. An added row lists its filled cells, a removed one those it had.
type CellChange struct {
	Column string `json:"column"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// The words of [RowChange.What].
const (
	RowAdded   = "added"
	RowRemoved = "removed"
	RowChanged = "changed"
)

// Diff lists what separates two corpora, row by row in the order of the tables
// and of their keys. Rows are the same row when their keys are equal. It is
// symmetric: with the corpora swapped, added and removed and before and after
// change places.
func Diff(before, after *entente.Corpus) []RowChange {
	var out []RowChange
	for _, t := range tables {
		out = append(out, diffTable(t, t.cells(&before.Records), t.cells(&after.Records))...)
	}
	return out
}

func diffTable(t table, before, after [][]string) []RowChange {
	specs := t.specs()
	id := func(cells []string) string { return Row{t.name(), cells}.ID() }
	byID := func(rows [][]string) map[string][]string {
		m := make(map[string][]string, len(rows))
		for _, r := range rows {
			m[id(r)] = r
		}
		return m
	}
	old, now := byID(before), byID(after)
	var out []RowChange
	add := func(what, key string, a, b []string) {
		c := RowChange{Table: t.name(), ID: key, What: what}
		for i, s := range specs {
			x, y := cellOf(a, i), cellOf(b, i)
			if x != y {
				c.Cells = append(c.Cells, CellChange{s.Name, x, y})
			}
		}
		if len(c.Cells) > 0 {
			out = append(out, c)
		}
	}
	for key, a := range old {
		if b, ok := now[key]; ok {
			add(RowChanged, key, a, b)
		} else {
			add(RowRemoved, key, a, nil)
		}
	}
	for key, b := range now {
		if _, ok := old[key]; !ok {
			add(RowAdded, key, nil, b)
		}
	}
	slices.SortFunc(out, func(a, b RowChange) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

func cellOf(row []string, i int) string {
	if row == nil {
		return ""
	}
	return row[i]
}
