package ingest

import (
	"cmp"
	"fmt"
	"slices"

	"entente/internal/datapackage"
)

// Proposal is what a file would add to a corpus. The same file, settings and
// corpus give the same proposal, ids included.
type Proposal struct {
	// Records stand after the records of the same proposal that they refer to.
	Records   []Record
	Documents []Document
	// Passages are coded passages that no rule turned into a statement: they
	// are shown, never lost.
	Passages []Passage
	// Coders are the roles or pseudonyms that stand in the records, sorted.
	Coders []string
	// Rows tells what became of each row of the file, in the order of the file.
	Rows  []RowReport
	Notes []string // what a person should know of the file as a whole
}

// Record is one proposed record.
type Record struct {
	Kind string // a table of package datapackage: actors, sources, statements …
	// Cells maps a column to its text as it stands in the CSV of that table. A
	// column that is missing here is empty.
	Cells map[string]string
	Row   int    // the row of the file that it comes from, as in RowReport; 0 for none
	Place string // file and line, or the id within the file
}

// ID is the record's primary key, parts joined as in [datapackage.Row.ID].
func (r *Record) ID() string { return datapackage.Row{Table: r.Kind, Cells: r.List()}.ID() }

// List gives the cells in the order of the table's columns.
func (r *Record) List() []string {
	specs := datapackage.Columns(r.Kind)
	out := make([]string, len(specs))
	for i, s := range specs {
		out[i] = r.Cells[s.Name]
	}
	return out
}

// Check reads the record as its table does and returns every fault; references
// are not followed.
func (r *Record) Check() error { return datapackage.Row{Table: r.Kind, Cells: r.List()}.Check() }

// Document is a text that comes with a file.
type Document struct {
	Source string // id of the source record that it is the text of
	Name   string // file name, or the name in the project
	Media  string // media type of Data, or text/plain for a text alone
	// Text is the text that the proposed quotations count in: line ends are LF.
	// It is empty when the file holds the original only.
	Text string
	Data []byte // the original, when the file holds it
	Lang string // BCP 47, when the file tells it
	Date string // ISO 8601, when the file tells it
}

// Passage is a coded passage of a document that became no statement.
type Passage struct {
	Source string // id of the source record
	Code   string // what it was coded with, in the words of the file
	Note   string
	Coder  string // pseudonym
	Quote  Quote
	Row    int
	Place  string
}

// Outcome says what became of a row.
type Outcome string

// The outcomes.
const (
	Used    Outcome = "used"    // it became one or more records
	Skipped Outcome = "skipped" // it was left out on purpose: empty, the same again, or by a setting
	Problem Outcome = "problem" // it could not be used, and somebody has to decide
)

// RowReport tells what became of one row, or item, of the file.
type RowReport struct {
	// Row is the number of the row as a spreadsheet shows it (the header is
	// row 1), or the number of the item from 1.
	Row     int
	Place   string
	Outcome Outcome
	Why     string // empty for a row that was used without remark
}

// Count gives the number of rows with each outcome.
func (p *Proposal) Count() (used, skipped, problem int) {
	for i := range p.Rows {
		switch p.Rows[i].Outcome {
		case Used:
			used++
		case Skipped:
			skipped++
		case Problem:
			problem++
		}
	}
	return used, skipped, problem
}

// Note adds a remark on the file as a whole.
func (p *Proposal) Note(format string, args ...any) {
	p.Notes = append(p.Notes, fmt.Sprintf(format, args...))
}

// Report adds what became of a row.
func (p *Proposal) Report(row int, place string, o Outcome, why string) {
	p.Rows = append(p.Rows, RowReport{row, place, o, why})
}

// Add adds a record. Empty cells are left out.
func (p *Proposal) Add(kind string, row int, place string, cells map[string]string) {
	for k, v := range cells {
		if v == "" {
			delete(cells, k)
		}
	}
	p.Records = append(p.Records, Record{kind, cells, row, place})
}

// Finish sorts the coders and puts the row reports in the order of the file.
func (p *Proposal) Finish() {
	slices.Sort(p.Coders)
	p.Coders = slices.Compact(p.Coders)
	byRow := func(a, b RowReport) int { return cmp.Compare(a.Row, b.Row) }
	if !slices.IsSortedFunc(p.Rows, byRow) {
		slices.SortStableFunc(p.Rows, byRow)
	}
}
