package tablefile

import (
	"errors"
	"slices"
	"strings"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/ingest"
)

// reading is the state of one pass over a file.
type reading struct {
	name    string
	m       Mapping
	specs   []datapackage.Spec
	columns []column // in the order of the mapping
	width   int
	keys    []int // columns of the table's primary key
	idAt    int   // the column "id" when it alone is the key, else -1
	naming  naming
	check   func(*entente.Records, []string) error
	link    ingest.Linker
	p       *ingest.Proposal
	unique  ingest.Unique
	seen    map[string]seenRow // primary key → first row with it
	coderAt int
	coders  map[string]bool

	out []string // cells of the record at hand
	in  []string // what they were made of: names as in the file, all else as read; ids are made of it

	ragged           bool // every row must be as long as the header
	serial, from1904 bool // numbers may be days
}

type seenRow struct {
	row     int
	content string // hash of what the row says
}

// column is a column of the mapping, ready for use.
type column struct {
	Column
	at     int // in the file; -1 for a fixed value
	to     int // in the table
	spec   datapackage.Spec
	format *format
	words  map[string]string // keys in lower case
	memory map[string]cellOf // values read before, of columns whose values repeat
}

// cellOf is what a value of the file became.
type cellOf struct {
	text string
	miss *ingest.Miss
}

// maxMemory bounds the values that a column remembers.
const maxMemory = 4096

func newReading(name string, m Mapping, r ingest.Resolver) *reading {
	rd := &reading{
		name: name, m: m, specs: datapackage.Columns(m.Kind), idAt: -1, coderAt: -1, naming: namings[m.Kind],
		seen: map[string]seenRow{}, coders: map[string]bool{}, p: &ingest.Proposal{},
	}
	rd.check = datapackage.Checker(m.Kind)
	rd.out, rd.in = make([]string, len(rd.specs)), make([]string, len(rd.specs))
	rd.link = ingest.Linker{Resolver: r, Unknown: m.Unknown, New: m.New, Proposal: rd.p}
	for i, s := range rd.specs {
		if s.Key {
			rd.keys = append(rd.keys, i)
		}
		if s.Name == "coder" {
			rd.coderAt = i
		}
	}
	if len(rd.keys) == 1 && rd.specs[rd.keys[0]].Name == "id" {
		rd.idAt = rd.keys[0]
	}
	return rd
}

// fresh starts a new batch.
func (rd *reading) fresh() {
	rd.p = &ingest.Proposal{}
	rd.link.Proposal = rd.p
}

func (rd *reading) finish() {
	for c := range rd.coders {
		rd.p.Coders = append(rd.p.Coders, c)
	}
	rd.p.Finish()
}

// bind finds the mapping's columns in the header.
func (rd *reading) bind(header []string) error {
	rd.width = len(header)
	var faults entente.Errors
	for _, c := range rd.m.Columns {
		col := column{Column: c, at: -1, to: slices.IndexFunc(rd.specs, func(s datapackage.Spec) bool { return s.Name == c.To })}
		if col.spec = rd.specs[col.to]; len(col.spec.Enum) > 0 || col.spec.Type == "date" || col.spec.Type == "boolean" {
			col.memory = map[string]cellOf{}
		}
		if c.Date != "" {
			col.format, _ = parseFormat(c.Date) // checked with the mapping
		}
		if len(c.Words) > 0 {
			col.words = make(map[string]string, len(c.Words))
			for k, v := range c.Words {
				col.words[strings.ToLower(strings.TrimSpace(k))] = v
			}
		}
		if c.From != "" {
			if col.at = find(header, c.From); col.at < 0 {
				why := "there is no column %q in the file"
				if slices.ContainsFunc(header, func(h string) bool { return strings.EqualFold(h, strings.TrimSpace(c.From)) }) {
					why = "the column %q stands twice in the file"
				}
				faults = append(faults, ingest.Fault(rd.name, "the columns are "+ingest.Clip(joined(header), 300), why, c.From))
			}
		}
		rd.columns = append(rd.columns, col)
	}
	return faults.Err()
}

// row reads one row into records and reports what became of it.
func (rd *reading) row(cells []string, row, line int) {
	at := place(rd.name, line)
	switch {
	case blank(cells):
		rd.p.Report(row, at, ingest.Skipped, "the row is empty")
		return
	case rd.ragged && len(cells) != rd.width:
		rd.p.Report(row, at, ingest.Problem, "the row has "+itoa(len(cells))+" cells, the header "+itoa(rd.width)+": look for a missing or extra separator or quote")
		return
	case len(cells) > rd.width && !blank(cells[rd.width:]):
		rd.p.Report(row, at, ingest.Problem, "the row goes on beyond the last column of the header")
		return
	}
	variants, split := rd.variants(cells)
	outcome, whys, used := ingest.Used, []string(nil), false
	for _, v := range variants {
		o, why := rd.record(cells, split, v, row, at)
		if why != "" && !slices.Contains(whys, why) {
			whys = append(whys, why)
		}
		switch {
		case o == ingest.Used:
			used = true
		case o == ingest.Problem || outcome != ingest.Problem:
			outcome = o
		}
	}
	if used && outcome == ingest.Skipped {
		outcome = ingest.Used
	}
	rd.p.Report(row, at, outcome, strings.Join(whys, "; "))
}

// variants gives the values of the column that multiplies the row.
func (rd *reading) variants(cells []string) (values []string, split int) {
	for i := range rd.columns {
		c := &rd.columns[i]
		if c.Split == "" || c.spec.List {
			continue
		}
		for v := range strings.SplitSeq(rd.raw(c, cells), c.Split) {
			if v = strings.TrimSpace(v); v != "" {
				values = append(values, v)
			}
		}
		if len(values) == 0 {
			values = []string{""}
		}
		return values, i
	}
	return []string{""}, -1
}

func (rd *reading) raw(c *column, cells []string) string {
	switch {
	case c.at < 0:
		return c.Fixed
	case c.at >= len(cells):
		return ""
	}
	return ingest.Clean(cells[c.at])
}

// record makes one record of a row; of the column split it takes the value v.
func (rd *reading) record(cells []string, split int, v string, row int, at string) (ingest.Outcome, string) {
	out, raw := rd.out, rd.in
	clear(out)
	clear(raw)
	var faults []string
	outcome := ingest.Used
	for i := range rd.columns {
		c := &rd.columns[i]
		value := v
		if i != split {
			value = rd.raw(c, cells)
		}
		raw[c.to] = value
		if value == "" {
			continue
		}
		got, miss := rd.cell(c, value)
		if miss != nil {
			faults = append(faults, c.To+": "+miss.Why)
			if outcome != ingest.Problem {
				outcome = miss.Outcome
			}
			continue
		}
		out[c.to] = got
		if c.spec.Ref == "" {
			raw[c.to] = got
		}
	}
	if len(faults) > 0 {
		for i, s := range rd.specs { // what is missing as well is told in one go
			if s.Required && raw[i] == "" && i != rd.idAt {
				faults = append(faults, s.Name+": "+missing(s.Name))
				outcome = ingest.Problem
			}
		}
		return outcome, strings.Join(faults, "; ")
	}
	for i, s := range rd.specs {
		if s.Required && out[i] == "" && i != rd.idAt {
			if rd.idAt >= 0 && out[rd.idAt] == "" {
				out[rd.idAt] = "x" // it will be made; here it would only be told as missing
			}
			return ingest.Problem, rd.faults(out)
		}
	}
	rd.refs(out, row, at)
	generated := rd.idAt >= 0 && out[rd.idAt] == ""
	if generated {
		id, known, same := rd.makeID(raw, row)
		switch {
		case same > 0:
			return ingest.Skipped, "the same as row " + itoa(same)
		case known != "":
			return ingest.Skipped, "is in the corpus as " + known
		}
		out[rd.idAt] = id
	}
	if why := rd.faults(out); why != "" {
		return ingest.Problem, why
	}
	if !generated || rd.naming.prefix == "" && rd.naming.title == "" { // else the id is no other row's
		if why, o := rd.again(out, raw, row); o != ingest.Used {
			return o, why
		}
	}
	if rd.coderAt >= 0 && out[rd.coderAt] != "" {
		rd.coders[out[rd.coderAt]] = true
	}
	filled := make(map[string]string, len(rd.columns)+1)
	for i, s := range rd.specs {
		if out[i] != "" {
			filled[s.Name] = out[i]
		}
	}
	rd.p.Records = append(rd.p.Records, ingest.Record{Kind: rd.m.Kind, Cells: filled, Row: row, Place: at})
	return ingest.Used, ""
}

// refs turns the names of other rows into their ids; that all can be found was
// tried before.
func (rd *reading) refs(out []string, row int, at string) {
	for i := range rd.columns {
		c := &rd.columns[i]
		if c.spec.Ref == "" || out[c.to] == "" {
			continue
		}
		if !c.spec.List {
			out[c.to] = rd.id(c, out[c.to], row, at)
			continue
		}
		var ids []string
		for _, name := range c.listed(out[c.to]) {
			if id := rd.id(c, name, row, at); !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		out[c.to] = strings.Join(ids, ";")
	}
}

func (rd *reading) id(c *column, name string, row int, at string) string {
	if c.spec.Wild && name == string(entente.AnyActor) {
		return name
	}
	id, _ := rd.link.Ref(c.spec.Ref, name, row, at)
	return id
}

// again tells whether a row with the same key came before.
func (rd *reading) again(cells, raw []string, row int) (why string, o ingest.Outcome) {
	key, content := rd.key(cells), ingest.ID("", raw...)
	first, ok := rd.seen[key]
	switch {
	case !ok:
		rd.seen[key] = seenRow{row, content}
		return "", ingest.Used
	case first.content == content:
		return "the same as row " + itoa(first.row), ingest.Skipped
	}
	return "the key " + strings.ReplaceAll(key, "\x00", ", ") + " is in row " + itoa(first.row) + " already, with other values", ingest.Problem
}

func (rd *reading) key(cells []string) string {
	if len(rd.keys) == 1 {
		return cells[rd.keys[0]]
	}
	parts := make([]string, len(rd.keys))
	for i, k := range rd.keys {
		parts[i] = cells[k]
	}
	return strings.Join(parts, "\x00")
}

// faults reads the cells as the table does and tells what is wrong.
func (rd *reading) faults(cells []string) string {
	var into entente.Records
	err := rd.check(&into, cells)
	for _, k := range rd.keys {
		if err == nil && strings.Contains(cells[k], datapackage.KeySep) {
			err = errors.New("key")
		}
	}
	if err == nil {
		return ""
	}
	whole := datapackage.Row{Table: rd.m.Kind, Cells: cells}.Check()
	list, ok := errors.AsType[entente.Errors](whole)
	if !ok {
		return whole.Error()
	}
	var out []string
	for _, e := range list {
		why := e.Error()
		if own, ok := errors.AsType[*entente.Error](e); ok {
			column := strings.TrimSuffix(strings.TrimPrefix(own.Place, rd.m.Kind+" ("), ")")
			i := slices.IndexFunc(rd.specs, func(s datapackage.Spec) bool { return s.Name == column })
			if why = column + ": " + own.Msg; i >= 0 && cells[i] == "" {
				why = column + ": " + missing(column)
			} else if own.Hint != "" {
				why += " (" + own.Hint + ")"
			}
		}
		out = append(out, why)
	}
	return strings.Join(out, "; ")
}

func missing(column string) string {
	if column == "stance" {
		return "no stance is set, and none is assumed"
	}
	return "the value is missing"
}
