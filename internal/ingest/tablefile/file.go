package tablefile

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"entente/internal/datapackage"
	"entente/internal/ingest"
)

// File is a table in memory, as CSV or as a workbook.
type File struct {
	Name     string
	Encoding string   // of a CSV file: UTF-8, UTF-16 or Windows-1252
	Sheets   []string // of a workbook, in order

	text []byte
	book *excelize.File
}

// Open opens a file that is held in memory. A file that begins as a ZIP file
// does is a workbook, anything else CSV. A workbook should be closed.
func Open(name string, data []byte) (*File, error) {
	if err := ingest.CheckSize(name, data); err != nil {
		return nil, err
	}
	f := &File{Name: name}
	var err error
	if ingest.IsZip(data) {
		if f.book, err = openXLSX(name, data); err != nil {
			return nil, err
		}
		f.Sheets = f.book.GetSheetList()
		return f, nil
	}
	if bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")) {
		return nil, ingest.Fault(name, "save it as .xlsx without a password, or as CSV", "this is an old or a locked workbook")
	}
	f.text, f.Encoding, err = decode(name, data)
	return f, err
}

// Close gives up what a workbook holds.
func (f *File) Close() error {
	if f.book != nil {
		return f.book.Close()
	}
	return nil
}

// rows are the rows of a file, read one after the other. The cells are good
// until the next call.
type rows interface {
	next() (cells []string, row, line int, err error)
	close()
}

func (f *File) open(m Mapping) (rows, error) {
	if f.book != nil {
		sheet := m.Sheet
		if sheet == "" && len(f.Sheets) > 0 {
			sheet = f.Sheets[0]
		}
		return newXLSX(f.Name, f.book, sheet)
	}
	if m.Sheet != "" {
		return nil, ingest.Fault(f.Name, "take the sheet out of the mapping", "the mapping names the sheet %q, and a CSV file has none", m.Sheet)
	}
	sep := separators[m.Separator]
	if sep == 0 {
		sep = separator(f.text)
	}
	return newCSV(f.Name, f.text, sep), nil
}

// header reads on to the row that names the columns.
func (f *File) header(r rows, m Mapping) (header []string, at int, err error) {
	for {
		cells, row, line, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil, 0, ingest.Fault(f.Name, "the first row names the columns", "the file has no row %s", headerRow(m))
		}
		if err != nil {
			return nil, 0, err
		}
		if row < m.HeaderRow || m.HeaderRow == 0 && blank(cells) {
			continue
		}
		if row > m.HeaderRow && m.HeaderRow > 0 {
			return nil, 0, ingest.Fault(f.Name, "", "the file has no row %d", m.HeaderRow)
		}
		if len(cells) > ingest.MaxColumns {
			return nil, 0, ingest.Fault(place(f.Name, line), "", "the header has %d columns, more than %d", len(cells), ingest.MaxColumns)
		}
		for _, c := range cells {
			header = append(header, ingest.Clean(c))
		}
		return header, row, nil
	}
}

func headerRow(m Mapping) string {
	if m.HeaderRow > 0 {
		return strconv.Itoa(m.HeaderRow)
	}
	return "with anything in it"
}

// Sample gives the header and the first n rows after it, as they stand; of the
// mapping only sheet, separator and header row count.
func (f *File) Sample(m Mapping, n int) (header []string, sample [][]string, err error) {
	r, err := f.open(m)
	if err != nil {
		return nil, nil, err
	}
	defer r.close()
	if header, _, err = f.header(r, m); err != nil {
		return nil, nil, err
	}
	for len(sample) < n {
		cells, _, _, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		if !blank(cells) {
			sample = append(sample, slices.Clone(cells))
		}
	}
	return header, sample, nil
}

// Preview reads the first n rows after the header and tells what would become
// of them.
func (f *File) Preview(ctx context.Context, m Mapping, r ingest.Resolver, n int) (*ingest.Proposal, error) {
	return f.read(ctx, m, r, n)
}

// Read reads the whole file.
func (f *File) Read(ctx context.Context, m Mapping, r ingest.Resolver) (*ingest.Proposal, error) {
	return f.read(ctx, m, r, ingest.MaxRows+1)
}

func (f *File) read(ctx context.Context, m Mapping, r ingest.Resolver, n int) (*ingest.Proposal, error) {
	var all *ingest.Proposal
	err := f.walk(ctx, m, r, n, n, func(p *ingest.Proposal) error { all = p; return nil })
	return all, err
}

// Batches reads the whole file and hands over what size rows at a time give, so
// that a large file need not be held as records. The notes and the coders of
// the file come with the last batch. An error of take ends the reading.
func (f *File) Batches(ctx context.Context, m Mapping, r ingest.Resolver, size int, take func(*ingest.Proposal) error) error {
	return f.walk(ctx, m, r, ingest.MaxRows+1, max(size, 1), take)
}

func (f *File) walk(ctx context.Context, m Mapping, resolver ingest.Resolver, n, size int, take func(*ingest.Proposal) error) error {
	if err := m.Check(nameOf(m)); err != nil {
		return err
	}
	rd := newReading(f.Name, m, resolver)
	if err := f.prescan(m, rd); err != nil {
		return err
	}
	r, err := f.open(m)
	if err != nil {
		return err
	}
	defer r.close()
	header, _, err := f.header(r, m)
	if err != nil {
		return err
	}
	if err := rd.bind(header); err != nil {
		return err
	}
	rd.ragged = f.book == nil
	rd.serial, rd.from1904 = f.book != nil, f.book != nil && from1904(f.book)
	for count := range n {
		if count%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		cells, row, line, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if count == ingest.MaxRows {
			return ingest.Fault(place(f.Name, line), "split the file", "the file has more than %d rows", ingest.MaxRows)
		}
		rd.row(cells, row, line)
		if len(rd.p.Rows) >= size && count+1 < n {
			if err := take(rd.p); err != nil {
				return err
			}
			rd.fresh()
		}
	}
	if f.Encoding == "Windows-1252" {
		rd.p.Note("the file is not UTF-8 and was read as Windows-1252: look at names with accents")
	}
	rd.finish()
	return take(rd.p)
}

// prescan notes the ids of the file's own rows where rows of the table may name
// each other, as propositions name their parents.
func (f *File) prescan(m Mapping, rd *reading) error {
	specs := datapackage.Columns(m.Kind)
	own := slices.ContainsFunc(specs, func(s datapackage.Spec) bool { return s.Ref == m.Kind })
	id := slices.IndexFunc(m.Columns, func(c Column) bool { return c.To == "id" && c.From != "" })
	if !own || id < 0 {
		return nil
	}
	r, err := f.open(m)
	if err != nil {
		return err
	}
	defer r.close()
	header, _, err := f.header(r, m)
	if err != nil {
		return err
	}
	at := find(header, m.Columns[id].From)
	if at < 0 {
		return nil // said where the columns are bound
	}
	for {
		cells, _, _, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if at < len(cells) {
			rd.link.Make(m.Kind, ingest.Clean(cells[at]))
		}
	}
}

// find gives the place of a header, -1 when it is not there or there twice.
func find(header []string, name string) int {
	at := -1
	for i, h := range header {
		if strings.EqualFold(strings.TrimSpace(h), strings.TrimSpace(name)) {
			if at >= 0 {
				return -1
			}
			at = i
		}
	}
	return at
}

func nameOf(m Mapping) string {
	if m.Name != "" {
		return "mapping " + strconv.Quote(m.Name)
	}
	return "mapping"
}

func itoa(n int) string { return strconv.Itoa(n) }

func joined(list []string) string { return strings.Join(list, ", ") }

func newReader(data []byte) io.Reader { return bytes.NewReader(data) }
