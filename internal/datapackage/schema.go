package datapackage

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"entente"
)

// Column describes one column of a table of T: how it is named, typed and
// constrained, and how it is read from and written to a record.
type Column[T any] struct {
	Spec
	get func(*T) string
	set func(*T, string) error
}

// Spec is what the schema says of a column.
type Spec struct {
	Name     string
	Type     string // Frictionless type: string, date, boolean, …
	Doc      string
	Required bool
	Key      bool     // part of the primary key
	Enum     []string // closed list of words
	Ref      string   // table whose key the value (or each part of a list) must name
	List     bool     // several values, separated by ";"
	Wild     bool     // "*" is allowed beside a reference
	Verbatim bool     // text of a source: white space at its ends belongs to it
}

// Table describes one file of the corpus: its records and their columns.
type Table[T any] struct {
	Name    string
	Doc     string
	Columns []Column[T]
	rows    func(*entente.Records) *[]T
	// check looks at what no single column can tell; it returns the column at
	// fault and what is wrong.
	check func(*T) (column string, err error)
}

// table is a Table[T] whatever its T.
type table interface {
	name() string
	doc() string
	specs() []Spec
	// parse reads cells (in the order of specs) into a new record.
	parse(r *entente.Records, cells []string, report func(column int, err error))
	// dropLast takes the newest record off again.
	dropLast(r *entente.Records)
	// cells gives every record as cells, sorted by primary key.
	cells(r *entente.Records) [][]string
	// read adds a row that was checked before; concat joins tables.
	read(r *entente.Records, cells []string) error
	concat(into *entente.Records, parts []*entente.Records)
}

func (t Table[T]) name() string { return t.Name }
func (t Table[T]) doc() string  { return t.Doc }

func (t Table[T]) specs() []Spec {
	out := make([]Spec, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Spec
	}
	return out
}

func (t Table[T]) parse(r *entente.Records, cells []string, report func(int, error)) {
	var rec T
	ok := true
	for i, c := range t.Columns {
		if err := c.read(&rec, cells[i]); err != nil {
			report(i, err)
			ok = false
		}
	}
	if ok && t.check != nil {
		if column, err := t.check(&rec); err != nil {
			for i, c := range t.Columns {
				if c.Name == column {
					report(i, err)
				}
			}
		}
	}
	rows := t.rows(r)
	*rows = append(*rows, rec)
}

func (t Table[T]) dropLast(r *entente.Records) {
	rows := t.rows(r)
	*rows = (*rows)[:len(*rows)-1]
}

func (c Column[T]) read(rec *T, cell string) error {
	switch {
	case cell == "" && c.Required:
		return &entente.Error{Kind: entente.Invalid, Msg: "the value is missing", Hint: c.expected()}
	case cell == "":
		return nil
	case !c.Verbatim && strings.TrimSpace(cell) != cell:
		return &entente.Error{Kind: entente.Invalid, Msg: fmt.Sprintf("%q has white space at an end", cell), Hint: "remove it"}
	case strings.ContainsRune(cell, '\r'): // CSV cannot keep it apart from a line end
		return &entente.Error{Kind: entente.Invalid, Msg: fmt.Sprintf("%q has a stray carriage return", cell), Hint: "end lines with LF"}
	}
	if len(c.Enum) > 0 {
		for _, v := range c.split(cell) {
			if !contains(c.Enum, v) {
				return &entente.Error{Kind: entente.Invalid, Msg: fmt.Sprintf("%q is not allowed here", v), Hint: c.expected()}
			}
		}
	}
	return c.set(rec, cell)
}

func (s Spec) split(cell string) []string {
	if !s.List {
		return []string{cell}
	}
	return strings.Split(cell, ";")
}

func (s Spec) expected() string {
	switch {
	case len(s.Enum) > 0:
		return "expected one of " + strings.Join(s.Enum, ", ")
	case s.Ref != "":
		return "expected the id of a row of " + s.Ref + ".csv"
	case s.Type == "date":
		return "expected a date such as 2021, 2021-02 or 2021-02-19"
	case s.Type == "integer":
		return "expected a whole number, 0 or more"
	case s.Type == "boolean":
		return "expected yes or no"
	}
	return "expected text: " + s.Doc
}

func (t Table[T]) cells(r *entente.Records) [][]string {
	rows := *t.rows(r)
	out := make([][]string, len(rows))
	for i := range rows {
		line := make([]string, len(t.Columns))
		for j, c := range t.Columns {
			line[j] = c.get(&rows[i])
		}
		out[i] = line
	}
	var key []int
	for j, c := range t.Columns {
		if c.Key {
			key = append(key, j)
		}
	}
	sort.SliceStable(out, func(a, b int) bool {
		for _, j := range key {
			if out[a][j] != out[b][j] {
				return out[a][j] < out[b][j]
			}
		}
		return false
	})
	return out
}

func contains(list []string, w string) bool {
	return slices.Contains(list, w)
}

// The constructors of columns. Each takes the place of the value in the record.

func text[T any, S ~string](name, doc string, at func(*T) *S) Column[T] {
	return Column[T]{
		Spec: Spec{Name: name, Type: "string", Doc: doc},
		get:  func(r *T) string { return string(*at(r)) },
		set:  func(r *T, s string) error { *at(r) = S(s); return nil },
	}
}

func list[T any, S ~string](name, doc string, at func(*T) *[]S) Column[T] {
	return Column[T]{
		Spec: Spec{Name: name, Type: "string", Doc: doc + "; several are separated by ';'", List: true},
		get: func(r *T) string {
			parts := make([]string, len(*at(r)))
			for i, p := range *at(r) {
				parts[i] = string(p)
			}
			return strings.Join(parts, ";")
		},
		set: func(r *T, s string) error {
			for p := range strings.SplitSeq(s, ";") {
				if p == "" || strings.TrimSpace(p) != p {
					return &entente.Error{Kind: entente.Invalid, Msg: fmt.Sprintf("%q has an empty or spaced part", s), Hint: "write a;b;c"}
				}
				*at(r) = append(*at(r), S(p))
			}
			return nil
		},
	}
}

func date[T any](name, doc string, at func(*T) *entente.Date) Column[T] {
	return Column[T]{
		Spec: Spec{Name: name, Type: "date", Doc: doc},
		get:  func(r *T) string { return at(r).String() },
		set: func(r *T, s string) (err error) {
			*at(r), err = entente.ParseDate(s)
			return err
		},
	}
}

func yes[T any](name, doc string, at func(*T) *bool) Column[T] {
	return Column[T]{
		Spec: Spec{Name: name, Type: "boolean", Doc: doc},
		get: func(r *T) string {
			if *at(r) {
				return "yes"
			}
			return "no"
		},
		set: func(r *T, s string) error {
			switch s {
			case "yes", "no":
				*at(r) = s == "yes"
				return nil
			}
			return &entente.Error{Kind: entente.Invalid, Msg: fmt.Sprintf("%q is neither yes nor no", s), Hint: "expected yes or no"}
		},
	}
}

// whole is a column of whole numbers, 0 or more.
func whole[T any](name, doc string, at func(*T) *int) Column[T] {
	return Column[T]{
		Spec: Spec{Name: name, Type: "integer", Doc: doc},
		get:  func(r *T) string { return strconv.Itoa(*at(r)) },
		set: func(r *T, s string) error {
			n, err := strconv.Atoi(s)
			if err != nil || n < 0 || strconv.Itoa(n) != s {
				return &entente.Error{Kind: entente.Invalid, Msg: fmt.Sprintf("%q is not a whole number", s), Hint: "expected 0 or more, without signs or leading zeros"}
			}
			*at(r) = n
			return nil
		},
	}
}

// The modifiers of columns.

func (c Column[T]) key() Column[T]      { c.Key, c.Required = true, true; return c }
func (c Column[T]) required() Column[T] { c.Required = true; return c }
func (c Column[T]) ref(to string) Column[T] {
	c.Ref = to
	return c
}
func (c Column[T]) wild() Column[T]     { c.Wild = true; return c }
func (c Column[T]) verbatim() Column[T] { c.Verbatim = true; return c }

func enum[T any, S ~string](c Column[T], words []S) Column[T] {
	for _, w := range words {
		if w != "" {
			c.Enum = append(c.Enum, string(w))
		}
	}
	return c
}
