package view

import (
	"entente"
	"entente/internal/datapackage"
)

// DiffSchema names the shape of [Diff].
const DiffSchema = "entente.diff/1"

// Diff is what separates two corpora.
type Diff struct {
	Schema string                  `json:"schema"`
	Before CorpusInfo              `json:"before"`
	After  CorpusInfo              `json:"after"`
	Counts []DiffCount             `json:"counts"`
	Rows   []datapackage.RowChange `json:"rows"`
}

// DiffCount counts the rows of one table that differ.
type DiffCount struct {
	Table   string `json:"table"`
	Added   int    `json:"added"`
	Removed int    `json:"removed"`
	Changed int    `json:"changed"`
}

// DiffOf sets two corpora side by side, row by row. title says what they are.
func DiffOf(title string, before, after *entente.Corpus) *Page {
	v := &Diff{
		Schema: DiffSchema, Before: Builder{Corpus: before}.info(), After: Builder{Corpus: after}.info(),
		Counts: []DiffCount{}, Rows: datapackage.Diff(before, after),
	}
	if v.Rows == nil {
		v.Rows = []datapackage.RowChange{}
	}
	t := Table{Name: "diff", Header: []string{"table", "id", "what", "column", "before", "after"}}
	for i := range v.Rows {
		r := &v.Rows[i]
		if n := len(v.Counts); n == 0 || v.Counts[n-1].Table != r.Table {
			v.Counts = append(v.Counts, DiffCount{Table: r.Table})
		}
		count := &v.Counts[len(v.Counts)-1]
		switch r.What {
		case datapackage.RowAdded:
			count.Added++
		case datapackage.RowRemoved:
			count.Removed++
		default:
			count.Changed++
		}
		for _, c := range r.Cells {
			t.Rows = append(t.Rows, []string{r.Table, r.ID, r.What, c.Column, c.Before, c.After})
		}
	}
	return &Page{Title: title, Data: v, Table: t, Sources: []entente.SourceID{}}
}
