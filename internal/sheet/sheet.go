// Package sheet writes an answer of Entente as a spreadsheet for people (XLSX,
// Office Open XML): the data, the full citations of the sources, the codebook,
// and a sheet that says what this is, from which corpus, as of when, under which
// licence and how to cite it. Equal books give equal bytes.
package sheet

import (
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"entente"
)

// Book is what one file holds.
type Book struct {
	Title    string
	Query    string // what was asked, in words
	Address  string // where the answer can be had again
	AsOf     string // the date of the positions; empty where none has a bearing
	Corpus   entente.Info
	Citation string   // how to cite the answer; empty makes it from the rest
	Notes    []string // what a reader must know: counts, denominators, what is left out
	Tables   []Table  // one is called "data", several by their names
	Sources  []SourceLine
	Codebook [][]string // the first row is the header; nil leaves the sheet out
}

// Table is a table of cells under a header.
type Table struct {
	Name    string
	Columns []string
	Rows    [][]string
	prose   bool // long texts are shown on several lines
}

// SourceLine is a source with its citation in full.
type SourceLine struct {
	ID       string
	Citation string
	Date     string
	Language string
	Status   string // official, unofficial, machine
	URL      string
}

// The bounds of the format (ECMA-376 as the programs have it).
const (
	maxRows    = 1_048_576
	maxColumns = 16_384
	maxChars   = 32_767 // of a cell, in UTF-16 units
)

// The names of the sheets beside the data.
const (
	dataSheet     = "data"
	sourcesSheet  = "sources"
	codebookSheet = "codebook"
	readmeSheet   = "read-me"
)

// Write writes the book. It errs, before anything is written, on a table with
// more rows or columns than a sheet can have and on a row that does not fit its
// header. A text longer than a cell can hold is cut with a mark, and the read-me
// says so.
func Write(w io.Writer, b Book) (err error) {
	tables, err := b.sheets()
	if err != nil {
		return err
	}
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = failed(e)
		}
	}()
	f.SetZipWriter(newZip)
	x := &writer{file: f}
	if err := x.prepare(b); err != nil {
		return failed(err)
	}
	for i, t := range tables {
		if err := x.sheet(i, t); err != nil {
			return failed(err)
		}
	}
	if err := x.readme(len(tables), b, tables); err != nil {
		return failed(err)
	}
	f.SetActiveSheet(0)
	if _, err := f.WriteTo(w); err != nil {
		return failed(err)
	}
	return nil
}

// sheets lists the sheets with cells, under names of their own.
func (b Book) sheets() ([]Table, error) {
	var out []Table
	names := newNames(sourcesSheet, codebookSheet, readmeSheet)
	for _, t := range b.Tables {
		if len(b.Tables) == 1 {
			t.Name = dataSheet
		}
		t.Name = names.take(t.Name)
		out = append(out, t)
	}
	if len(b.Tables) == 0 {
		out = append(out, Table{Name: dataSheet})
	}
	src := Table{Name: sourcesSheet, prose: true, Columns: []string{"source", "citation", "date", "language", "text_status", "url"}}
	for _, s := range b.Sources {
		src.Rows = append(src.Rows, []string{s.ID, s.Citation, s.Date, s.Language, s.Status, s.URL})
	}
	out = append(out, src)
	if len(b.Codebook) > 0 {
		out = append(out, Table{Name: codebookSheet, Columns: b.Codebook[0], Rows: b.Codebook[1:], prose: true})
	}
	for _, t := range out {
		if err := t.check(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t Table) check() error {
	bad := func(place, msg, hint string) error {
		return &entente.Error{Kind: entente.Invalid, Op: "write XLSX", Place: place, Msg: msg, Hint: hint}
	}
	switch {
	case len(t.Rows) > maxRows-1:
		return bad("sheet "+t.Name, fmt.Sprintf("%d rows; a sheet holds a header and %d rows", len(t.Rows), maxRows-1), "choose fewer records with a filter, or take the CSV, which has no limit")
	case len(t.Columns) > maxColumns:
		return bad("sheet "+t.Name, fmt.Sprintf("%d columns; a sheet holds %d", len(t.Columns), maxColumns), "choose fewer with a filter, or take the CSV, which has no limit")
	}
	for i, row := range t.Rows {
		if len(row) > len(t.Columns) {
			return bad("sheet "+t.Name+", row "+strconv.Itoa(i+2), fmt.Sprintf("%d cells under %d columns", len(row), len(t.Columns)), "give each column a name")
		}
	}
	return nil
}

func failed(err error) error {
	return &entente.Error{Kind: entente.Internal, Op: "write XLSX", Msg: "the spreadsheet could not be written", Err: err}
}
