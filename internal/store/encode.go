package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"entente"
	"entente/internal/datapackage"
)

// EncodeRow writes a row as the body of a version: a JSON object of its filled
// cells by column name, in the order of the table.
func EncodeRow(row datapackage.Row) json.RawMessage {
	out := make([]byte, 0, 256)
	out = append(out, '{')
	for i, c := range datapackage.Columns(row.Table) {
		if row.Cells[i] == "" {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = appendString(out, c.Name)
		out = append(out, ':')
		out = appendString(out, row.Cells[i])
	}
	return append(out, '}')
}

// appendString writes a JSON string; what needs escapes goes to encoding/json.
func appendString(out []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c == 0x7f || c >= utf8.RuneSelf {
			return appendEscaped(out, s)
		}
	}
	out = append(out, '"')
	out = append(out, s...)
	return append(out, '"')
}

func appendEscaped(out []byte, s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string always has a JSON form
	}
	return append(out, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

// DecodeRow reads a body as a row of its table. A column that the table does not
// have is an error: data is never dropped silently.
func DecodeRow(kind string, body []byte) (datapackage.Row, error) {
	cols := datapackage.Columns(kind)
	row := datapackage.Row{Table: kind, Cells: make([]string, len(cols))}
	at := make(map[string]int, len(cols))
	for i, c := range cols {
		at[c.Name] = i
	}
	err := cellsOf(body, at, row.Cells)
	return row, err
}

// cellsOf fills cells from a body, by the places of the columns.
func cellsOf(body []byte, at map[string]int, cells []string) error {
	for i := range cells {
		cells[i] = ""
	}
	if flat(body, at, cells) {
		return nil
	}
	var m map[string]string
	if err := json.Unmarshal(body, &m); err != nil {
		return &entente.Error{Kind: entente.Internal, Op: "read record", Msg: "the body is not a flat JSON object", Err: err}
	}
	for i := range cells {
		cells[i] = ""
	}
	for k, v := range m {
		i, ok := at[k]
		if !ok {
			return &entente.Error{Kind: entente.Invalid, Op: "read record", Msg: fmt.Sprintf("the record has a column %q that this version does not know", k), Hint: "use the version of the program that wrote it, or a newer one"}
		}
		cells[i] = v
	}
	return nil
}

// flat reads a body without escapes in place: the common case, and about ten
// times as fast as encoding/json. It gives up (false) on anything else.
func flat(b []byte, at map[string]int, cells []string) bool {
	if len(b) < 2 || b[0] != '{' || b[len(b)-1] != '}' {
		return false
	}
	b = b[1 : len(b)-1]
	for len(b) > 0 {
		key, rest, ok := plainString(b)
		if !ok || len(rest) == 0 || rest[0] != ':' {
			return false
		}
		value, rest, ok := plainString(rest[1:])
		if !ok {
			return false
		}
		i, known := at[string(key)]
		if !known {
			return false
		}
		cells[i] = string(value)
		if len(rest) > 0 {
			if rest[0] != ',' || len(rest) == 1 {
				return false
			}
			rest = rest[1:]
		}
		b = rest
	}
	return true
}

// plainString takes a quoted string without escapes off the front.
func plainString(b []byte) (s, rest []byte, ok bool) {
	if len(b) < 2 || b[0] != '"' {
		return nil, nil, false
	}
	end := bytes.IndexByte(b[1:], '"')
	if end < 0 || bytes.IndexByte(b[1:1+end], '\\') >= 0 {
		return nil, nil, false
	}
	return b[1 : 1+end], b[end+2:], true
}

// rowFacets reads the facets off a row.
func rowFacets(row datapackage.Row) (f Facets) {
	for i, c := range datapackage.Columns(row.Table) {
		switch c.Name {
		case "actor":
			f.Actor = row.Cells[i]
		case "proposition":
			f.Proposition = row.Cells[i]
		case "source":
			f.Source = row.Cells[i]
		case "coder":
			f.Coder = row.Cells[i]
		case "id":
			switch row.Table {
			case "actors":
				f.Actor = row.Cells[i]
			case "propositions":
				f.Proposition = row.Cells[i]
			case "sources":
				f.Source = row.Cells[i]
			}
		}
	}
	return f
}
