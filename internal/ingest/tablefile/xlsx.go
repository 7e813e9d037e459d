package tablefile

import (
	"io"
	"slices"

	"github.com/xuri/excelize/v2"

	"entente"
	"entente/internal/ingest"
)

// openXLSX opens a workbook in memory. Only what the bounds allow is unpacked.
func openXLSX(name string, data []byte) (*excelize.File, error) {
	if _, err := ingest.OpenZip(name, data); err != nil {
		return nil, err
	}
	// Both limits are the same, so that no sheet is put into a temporary file.
	f, err := excelize.OpenReader(newReader(data), excelize.Options{UnzipSizeLimit: ingest.MaxUnzip, UnzipXMLSizeLimit: ingest.MaxUnzip, RawCellValue: true})
	if err != nil {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "import", Place: name, Msg: "this is not an XLSX workbook, or it is damaged or locked", Hint: "save it again as .xlsx without a password", Err: err}
	}
	return f, nil
}

// from1904 reports whether the workbook counts days from 1904.
func from1904(f *excelize.File) bool {
	p, err := f.GetWorkbookProps()
	return err == nil && p.Date1904 != nil && *p.Date1904
}

// xlsxRows reads the rows of a sheet one by one.
type xlsxRows struct {
	name, sheet string
	rows        *excelize.Rows
	n           int
}

func newXLSX(name string, f *excelize.File, sheet string) (*xlsxRows, error) {
	if !slices.Contains(f.GetSheetList(), sheet) {
		return nil, ingest.Fault(name, "the sheets are "+joined(f.GetSheetList()), "there is no sheet %q", sheet)
	}
	rows, err := f.Rows(sheet)
	if err != nil {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "import", Place: name + " (" + sheet + ")", Msg: "the sheet cannot be read", Err: err}
	}
	return &xlsxRows{name: name, sheet: sheet, rows: rows}, nil
}

func (x *xlsxRows) next() (cells []string, row, line int, err error) {
	if !x.rows.Next() {
		if err := x.rows.Error(); err != nil {
			return nil, 0, 0, x.fault(err)
		}
		return nil, 0, 0, io.EOF
	}
	x.n++
	if cells, err = x.rows.Columns(excelize.Options{RawCellValue: true}); err != nil {
		return nil, 0, 0, x.fault(err)
	}
	return cells, x.n, x.n, nil
}

func (x *xlsxRows) fault(err error) error {
	return &entente.Error{Kind: entente.Invalid, Op: "import", Place: x.name + " (" + x.sheet + "):" + itoa(x.n), Msg: "the sheet cannot be read on", Err: err}
}

func (x *xlsxRows) close() { _ = x.rows.Close() }
