package tablefile

import (
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/ingest"
)

// Mapping says how the rows of a file become records of one table.
type Mapping struct {
	Name string `json:"name"` // what people call it
	Kind string `json:"kind"` // the table of the corpus that rows become
	// Sheet of a workbook; empty is the first.
	Sheet string `json:"sheet,omitempty"`
	// Separator of a CSV file: "," ";" "tab" or "|"; empty is found out.
	Separator string `json:"separator,omitempty"`
	// HeaderRow is the row that names the columns; 0 is the first that is not
	// empty.
	HeaderRow int            `json:"header_row,omitempty"`
	Columns   []Column       `json:"columns"`
	Unknown   ingest.Unknown `json:"unknown,omitempty"`
	New       ingest.New     `json:"new,omitzero"`
}

// Column fills one column of the table.
type Column struct {
	// From is the header of the file's column. Case and white space at its ends
	// do not matter.
	From string `json:"from,omitempty"`
	// To is the column of the table.
	To string `json:"to"`
	// Fixed is the value of every row, in place of From.
	Fixed string `json:"fixed,omitempty"`
	// Words translates values of the file, in any case: "supports" → "affirms".
	// An empty word on the right leaves the cell empty.
	Words map[string]string `json:"words,omitempty"`
	// Date is the way dates are written: "DD.MM.YYYY", "MM/DD/YYYY",
	// "D MMM YYYY" …; ISO dates are read in any case.
	Date string `json:"date,omitempty"`
	// Split separates several values in one cell. Where the table takes a list
	// they become one; else the row becomes one record for each.
	Split string `json:"split,omitempty"`
}

// Load reads a mapping strictly and checks it.
func Load(name string, data []byte) (Mapping, error) {
	var m Mapping
	if err := ingest.ReadJSON(name, data, &m); err != nil {
		return Mapping{}, err
	}
	return m, m.Check(name)
}

// Save writes a mapping as [Load] reads it.
func (m Mapping) Save() ([]byte, error) { return ingest.WriteJSON(m) }

var separators = map[string]rune{"": 0, ",": ',', ";": ';', "tab": '\t', "|": '|'}

// Check reports every fault of a mapping that shows without a file; name stands
// in the places.
func (m Mapping) Check(name string) error {
	var faults entente.Errors
	fail := func(at, hint, format string, args ...any) {
		faults = append(faults, ingest.Fault(name+": "+at, hint, format, args...))
	}
	specs := datapackage.Columns(m.Kind)
	if specs == nil {
		fail("kind", "the tables are "+strings.Join(datapackage.Tables(), ", "), "there is no table %q", m.Kind)
		return faults
	}
	if _, ok := separators[m.Separator]; !ok {
		fail("separator", `expected ",", ";", "|" or "tab"`, "%q is not allowed here", m.Separator)
	}
	if m.HeaderRow < 0 || m.HeaderRow > ingest.MaxRows {
		fail("header_row", "rows count from 1", "there is no row %d", m.HeaderRow)
	}
	for _, err := range []error{m.Unknown.Check(name + ": unknown"), m.New.Check(name + ": new")} {
		if err != nil {
			faults = append(faults, err)
		}
	}
	filled, multiplied := map[string]bool{}, ""
	for i, c := range m.Columns {
		at := fmt.Sprintf("columns[%d]", i)
		if c.To != "" {
			at += " (" + c.To + ")"
		}
		k := slices.IndexFunc(specs, func(s datapackage.Spec) bool { return s.Name == c.To })
		if k < 0 {
			fail(at+" to", "expected one of "+strings.Join(names(specs), ", "), "the table %s has no column %q", m.Kind, c.To)
			continue
		}
		if filled[c.To] {
			fail(at, "remove one", "the column %s is filled twice", c.To)
		}
		filled[c.To] = true
		spec := specs[k]
		switch {
		case c.From == "" && c.Fixed == "":
			fail(at, `give "from" or "fixed"`, "neither a column of the file nor a fixed value is given")
		case c.From != "" && c.Fixed != "":
			fail(at, "an empty cell stays empty: remove one", "both a column of the file and a fixed value are given")
		}
		if _, ok := c.Words[""]; ok {
			fail(at+" words", "remove it", "an empty cell must not stand for a value")
		}
		for _, from := range sortedKeys(c.Words) {
			if to := c.Words[from]; len(spec.Enum) > 0 && to != "" && !slices.Contains(spec.Enum, to) {
				fail(at+" words", "expected one of "+strings.Join(spec.Enum, ", "), "%q is translated to %q", from, to)
			}
		}
		if c.Date != "" {
			if spec.Type != "date" {
				fail(at+" date", "remove it", "the column %s holds no date", c.To)
			} else if _, err := parseFormat(c.Date); err != nil {
				fail(at+" date", "write it with YYYY, MM or MMM, and DD", "%v", err)
			}
		}
		if c.Split != "" && !spec.List {
			if multiplied != "" {
				fail(at+" split", "split one of them before", "rows are multiplied by %s already", multiplied)
			}
			multiplied = c.To
		}
	}
	for _, s := range specs {
		if s.Required && !filled[s.Name] && !(s.Key && s.Name == "id") {
			fail("columns", `add a column with "from" or "fixed"`, "nothing fills %s, which every row of %s needs", s.Name, m.Kind)
		}
	}
	return faults.Err()
}

func names(specs []datapackage.Spec) []string {
	out := make([]string, len(specs))
	for i, s := range specs {
		out[i] = s.Name
	}
	return out
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
