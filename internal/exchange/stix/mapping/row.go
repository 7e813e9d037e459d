package mapping

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/exchange/stix"
)

// row is one record with its cells by name.
type row struct {
	datapackage.Row
	id    string
	specs []datapackage.Spec
}

func newRow(r datapackage.Row) row { return row{r, r.ID(), datapackage.Columns(r.Table)} }

func (r row) ref() datapackage.Ref { return datapackage.Ref{Table: r.Table, ID: r.id} }

// get gives the cell of a column, empty when the table has no such column.
func (r row) get(column string) string {
	for i, s := range r.specs {
		if s.Name == column {
			return r.Cells[i]
		}
	}
	return ""
}

// list gives the parts of a cell that is a list.
func (r row) list(column string) []string {
	if c := r.get(column); c != "" {
		return strings.Split(c, ";")
	}
	return nil
}

// toJSON gives a cell in the type of its column.
func toJSON(s datapackage.Spec, cell string) any {
	switch {
	case s.List:
		return strings.Split(cell, ";")
	case s.Type == "boolean":
		return cell == "yes"
	case s.Type == "integer":
		n, _ := strconv.Atoi(cell) // checked when the record was read
		return n
	}
	return cell
}

// fromJSON turns the value of a column back into a cell.
func fromJSON(s datapackage.Spec, v []byte) (string, error) {
	bad := func(want string) (string, error) {
		return "", &entente.Error{Kind: entente.Invalid, Place: s.Name, Msg: want + " is expected"}
	}
	switch {
	case s.List:
		var parts []string
		if json.Unmarshal(v, &parts) != nil || len(parts) == 0 {
			return bad("a list of texts")
		}
		for _, p := range parts {
			if strings.Contains(p, ";") || p == "" {
				return bad("a list of texts without semicolons")
			}
		}
		return bounded(s.Name, strings.Join(parts, ";"))
	case s.Type == "boolean":
		switch string(v) {
		case "true":
			return "yes", nil
		case "false":
			return "no", nil
		}
		return bad("true or false")
	case s.Type == "integer":
		if n, err := strconv.Atoi(string(v)); err == nil {
			return strconv.Itoa(n), nil
		}
		return bad("a whole number")
	}
	var text string
	if len(v) == 0 || v[0] != '"' || json.Unmarshal(v, &text) != nil {
		return bad("text")
	}
	return bounded(s.Name, text)
}

// bounded holds a cell to what a corpus may contain.
func bounded(column, cell string) (string, error) {
	switch {
	case len(cell) > datapackage.MaxCell:
		return "", &entente.Error{Kind: entente.Invalid, Place: column, Msg: fmt.Sprintf("the text has more than %d kB", datapackage.MaxCell>>10)}
	case strings.ContainsRune(cell, 0):
		return "", &entente.Error{Kind: entente.Invalid, Place: column, Msg: "the text holds a NUL character"}
	}
	return cell, nil
}

// payload gives the filled cells by column, and beside each reference to
// another record the identifier of that record's object.
func (x *exporter) payload(r row, into map[string]any) error {
	for i, s := range r.specs {
		cell := r.Cells[i]
		if cell == "" {
			continue
		}
		into[s.Name] = toJSON(s, cell)
		if s.Ref == "" || s.Wild && cell == string(entente.AnyActor) {
			continue
		}
		ids, err := x.idsOf(s.Ref, strings.Split(cell, ";"))
		if err != nil {
			return err
		}
		if s.List {
			into[s.Name+"_refs"] = ids
		} else {
			into[s.Name+"_ref"] = ids[0]
		}
	}
	return nil
}

func (x *exporter) idsOf(table string, ids []string) ([]stix.ID, error) {
	out := make([]stix.ID, len(ids))
	for i, id := range ids {
		var err error
		if out[i], err = x.idOf(datapackage.Ref{Table: table, ID: id}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
