package datapackage

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"entente"
)

// KeySep joins the parts of a primary key of several columns to one id.
const KeySep = "|"

// Tables lists the names of all tables, each after the tables that it refers
// to in the main.
func Tables() []string {
	out := make([]string, len(tables))
	for i, t := range tables {
		out[i] = t.name()
	}
	return out
}

// Columns gives the columns of a table; nil when there is no such table. They
// are not to be changed.
func Columns(name string) []Spec { return columns()[name] }

// columns are made once: every row that is read or checked asks for them.
var columns = sync.OnceValue(func() map[string][]Spec {
	out := make(map[string][]Spec, len(tables))
	for _, t := range tables {
		out[t.name()] = t.specs()
	}
	return out
})

// About tells in one sentence what a table holds.
func About(name string) string {
	if t := byName(name); t != nil {
		return t.doc()
	}
	return ""
}

func byName(name string) table {
	for _, t := range tables {
		if t.name() == name {
			return t
		}
	}
	return nil
}

// Row is one record as text: the cells of its table's columns, in their order.
type Row struct {
	Table string
	Cells []string
}

// ID joins the row's primary key to one id.
func (r Row) ID() string {
	id, parts := "", 0
	specs := Columns(r.Table)
	for i := range specs {
		if !specs[i].Key {
			continue
		}
		if parts++; parts > 1 {
			id += KeySep
		}
		id += r.Cells[i]
	}
	return id
}

// Ref names a row of a table.
type Ref struct{ Table, ID string }

// Refs lists the rows that this row refers to, "*" left out.
func (r Row) Refs() []Ref {
	var out []Ref
	specs := Columns(r.Table)
	for i := range specs {
		s := &specs[i]
		switch {
		case s.Ref == "" || r.Cells[i] == "":
		case !s.List:
			if !(s.Wild && r.Cells[i] == string(entente.AnyActor)) {
				out = append(out, Ref{s.Ref, r.Cells[i]})
			}
		default:
			for _, v := range s.split(r.Cells[i]) {
				out = append(out, Ref{s.Ref, v})
			}
		}
	}
	for i := range specs {
		s := &specs[i]
		if r.Cells[i] == "" {
			continue
		}
		switch {
		case r.Table == "coverage" && s.Name == "subjects":
			for _, v := range s.split(r.Cells[i]) {
				if kind, id, _ := strings.Cut(v, ":"); subjectTables[kind] != "" {
					out = append(out, Ref{subjectTables[kind], id})
				}
			}
		case r.Table == "challenges" && s.Name == "record":
			table, id, _ := strings.Cut(r.Cells[i], ":")
			out = append(out, Ref{table, id})
		}
	}
	return out
}

// Check reads the cells as a record of its table and returns every fault
// (column, value, what was expected). References are not followed.
func (r Row) Check() error {
	var into entente.Records
	return r.AppendTo(&into)
}

// AppendTo reads the row and appends the record to its table. It errs as
// [Row.Check] does, and then appends nothing.
func (r Row) AppendTo(into *entente.Records) error {
	t := byName(r.Table)
	if t == nil {
		return &entente.Error{Kind: entente.Invalid, Msg: fmt.Sprintf("there is no table %q", r.Table), Hint: "the tables are " + strings.Join(Tables(), ", ")}
	}
	specs := Columns(r.Table)
	if len(r.Cells) != len(specs) {
		return &entente.Error{Kind: entente.Invalid, Place: r.Table, Msg: fmt.Sprintf("the row has %d cells, the table %d columns", len(r.Cells), len(specs))}
	}
	var faults entente.Errors
	t.parse(into, r.Cells, func(i int, err error) {
		e := &entente.Error{Kind: entente.Invalid, Place: r.Table + " (" + specs[i].Name + ")", Err: err}
		if own, ok := err.(*entente.Error); ok { //nolint:errorlint // made by the columns, never wrapped
			e.Msg, e.Hint, e.Err = own.Msg, own.Hint, own.Err
		}
		faults = append(faults, e)
	})
	for i, s := range specs {
		if s.Key && strings.Contains(r.Cells[i], KeySep) {
			faults = append(faults, &entente.Error{Kind: entente.Invalid, Place: r.Table + " (" + s.Name + ")", Msg: fmt.Sprintf("the key %q holds %q", r.Cells[i], KeySep), Hint: "leave it out"})
		}
	}
	if faults != nil {
		t.dropLast(into)
	}
	return faults.Err()
}

// RowsOf gives every record as a row, table by table, sorted by primary key.
func RowsOf(r *entente.Records) []Row {
	var out []Row
	for _, t := range tables {
		for _, cells := range t.cells(r) {
			out = append(out, Row{t.name(), cells})
		}
	}
	return out
}

// ReadRows reads the corpus at the root of dir as [Read] does and gives it as
// rows, with what it says of itself.
func ReadRows(dir fs.FS) (entente.Info, []Row, error) {
	c, err := Read(dir)
	if err != nil {
		return entente.Info{}, nil, err
	}
	return c.Info, RowsOf(&c.Records), nil
}

// Checker reads rows of one table with all its checks and gives the first
// fault: the quick question whether a row is sound, many times over. [Row.Check]
// tells every fault.
func Checker(name string) func(into *entente.Records, cells []string) error {
	t := byName(name)
	if t == nil {
		return nil
	}
	return func(into *entente.Records, cells []string) error {
		var first error
		t.parse(into, cells, func(_ int, err error) {
			if first == nil {
				first = err
			}
		})
		return first
	}
}

// Reader turns rows of one table into records without looking for faults
// again, values apart that cannot be read: for rows that were checked when they
// came in. It keeps nothing between rows, and gives the names of the columns.
func Reader(name string) (func(into *entente.Records, cells []string) error, []string) {
	t := byName(name)
	if t == nil {
		return nil, nil
	}
	return t.read, names(t.specs())
}

func (t Table[T]) read(into *entente.Records, cells []string) error {
	rows := t.rows(into)
	if len(*rows) == cap(*rows) {
		more := 64
		if len(*rows) >= more {
			more = max(8_000, len(*rows)) // few moves of large tables
		}
		*rows = slices.Grow(*rows, more)
	}
	*rows = (*rows)[:len(*rows)+1]
	rec := &(*rows)[len(*rows)-1]
	*rec = *new(T)
	for i := range t.Columns {
		if cells[i] == "" {
			continue
		}
		if err := t.Columns[i].set(rec, cells[i]); err != nil {
			*rows = (*rows)[:len(*rows)-1]
			return fmt.Errorf("%s: %w", t.Columns[i].Name, err)
		}
	}
	return nil
}

// Concat puts the tables of several parts one behind the other. The parts are
// not to be used afterwards.
func Concat(parts []*entente.Records) entente.Records {
	if len(parts) == 1 {
		return *parts[0]
	}
	var out entente.Records
	for _, t := range tables {
		t.concat(&out, parts)
	}
	return out
}

func (t Table[T]) concat(into *entente.Records, parts []*entente.Records) {
	n := 0
	for _, p := range parts {
		n += len(*t.rows(p))
	}
	if n == 0 {
		return
	}
	all := make([]T, 0, n)
	for _, p := range parts {
		rows := t.rows(p)
		all = append(all, *rows...)
		*rows = nil
	}
	*t.rows(into) = all
}

// subjectTables are the kinds of coverage subject that name a row.
var subjectTables = map[string]string{"proposition": "propositions", "instrument": "instruments", "body": "actors"}
