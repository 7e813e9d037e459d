package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
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

// appendEscaped writes a string with escapes. What is not UTF-8 goes through as it
// is: [Store.Save] refuses it, and nothing is changed in silence.
func appendEscaped(out []byte, s string) []byte {
	out = append(out, '"')
	for len(s) > 0 {
		good := s
		if !utf8.ValidString(s) {
			good = s[:firstInvalid(s)]
		}
		if good != "" {
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(good); err != nil {
				panic(err) // a string always has a JSON form
			}
			out = append(out, b.Bytes()[1:b.Len()-2]...) // without quotes and line end
			s = s[len(good):]
		}
		if s != "" {
			out = append(out, s[0])
			s = s[1:]
		}
	}
	return append(out, '"')
}

func firstInvalid(s string) int {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return i
			}
		}
	}
	return len(s)
}

// layout is what reading and indexing rows of a table takes.
type layout struct {
	columns []datapackage.Spec
	at      map[string]int // column by name
	words   []wordsOf      // of each column
}

// wordsOf tells which words of a column the search finds.
type wordsOf int

const (
	allWords wordsOf = iota
	noWords          // of yes and no, numbers, hashes; a coder is a filter
	theYear          // of a date
)

// layouts are made once, for all tables.
var layouts = sync.OnceValue(func() map[string]*layout {
	out := map[string]*layout{}
	for _, name := range datapackage.Tables() {
		l := &layout{columns: datapackage.Columns(name), at: map[string]int{}}
		for i, c := range l.columns {
			l.at[c.Name] = i
			words := allWords
			switch {
			case c.Type == "boolean" || c.Type == "integer" || c.Name == "coder" || c.Name == "sha256":
				words = noWords
			case c.Type == "date":
				words = theYear
			}
			l.words = append(l.words, words)
		}
		out[name] = l
	}
	return out
})

// DecodeRow reads a body as a row of its table. A column that the table does not
// have is an error: data is never dropped silently. Errors: Invalid; Internal.
func DecodeRow(kind string, body []byte) (datapackage.Row, error) {
	l := layouts()[kind]
	if l == nil {
		return datapackage.Row{Table: kind}, nil
	}
	row := datapackage.Row{Table: kind, Cells: make([]string, len(l.columns))}
	err := cellsOf(string(body), l.at, row.Cells)
	return row, err
}

// cellsOf fills cells from a body, by the places of the columns. The cells are
// parts of the body where that is possible.
func cellsOf(body string, at map[string]int, cells []string) error {
	clear(cells)
	if flat(body, at, cells) {
		return nil
	}
	clear(cells)
	var m map[string]string
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		return &entente.Error{Kind: entente.Invalid, Op: "read record", Msg: "the body is not a flat JSON object of text", Err: err}
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		i, ok := at[k]
		if !ok {
			return &entente.Error{Kind: entente.Invalid, Op: "read record", Msg: fmt.Sprintf("the record has a column %q that this version does not know", k), Hint: "use the version of the program that wrote it, or a newer one"}
		}
		cells[i] = m[k]
	}
	return nil
}

// flat reads a body without escapes in place: the common case, and about ten
// times as fast as encoding/json. It gives up (false) on anything else.
func flat(b string, at map[string]int, cells []string) bool {
	return walk(b, func(key, value string) bool {
		i, known := at[key]
		if known {
			cells[i] = value
		}
		return known
	})
}

// walk goes through a flat object without escapes and reports whether it is one
// to its end.
func walk(b string, fn func(key, value string) bool) bool {
	if len(b) < 2 || b[0] != '{' || b[len(b)-1] != '}' {
		return false
	}
	b = b[1 : len(b)-1]
	for len(b) > 0 {
		key, rest, ok := plainString(b)
		if !ok || rest == "" || rest[0] != ':' {
			return false
		}
		value, rest, ok := plainString(rest[1:])
		if !ok {
			return false
		}
		if !fn(key, value) {
			return false
		}
		if b = rest; b != "" {
			if b[0] != ',' || len(b) == 1 {
				return false
			}
			b = b[1:]
		}
	}
	return true
}

// plainString takes a quoted string without escapes off the front.
func plainString(b string) (s, rest string, ok bool) {
	if len(b) < 2 || b[0] != '"' {
		return "", "", false
	}
	end := strings.IndexByte(b[1:], '"')
	if end < 0 || strings.IndexByte(b[1:1+end], '\\') >= 0 {
		return "", "", false
	}
	return b[1 : 1+end], b[end+2:], true
}

// appendBody adds the words of a body to tokens: of its texts, not of the names
// of its columns.
func appendBody(tokens []string, kind string, body []byte) []string {
	l := layouts()[kind]
	before := len(tokens)
	if walk(string(body), func(key, value string) bool {
		tokens = l.append(tokens, key, value)
		return true
	}) {
		return tokens
	}
	return gather(json.NewDecoder(bytes.NewReader(body)), l, tokens[:before])
}

// append adds the words of a column; l is nil for what is no row.
func (l *layout) append(tokens []string, column, value string) []string {
	if l != nil {
		if i, known := l.at[column]; known {
			switch l.words[i] {
			case noWords:
				return tokens
			case theYear:
				value, _, _ = strings.Cut(value, "-")
			}
		}
	}
	return appendWords(tokens, value)
}

// gather adds the words of the texts in a JSON value, in their order; names of
// fields are left out.
func gather(d *json.Decoder, l *layout, tokens []string) []string {
	type level struct{ object, name bool } // name: a name comes next
	var open []level
	column := ""
	for {
		t, err := d.Token()
		if err != nil {
			return tokens // at the end: a body is JSON, so there is no other error
		}
		top := len(open) - 1
		switch t := t.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				open = append(open, level{t == '{', t == '{'})
				continue
			}
			open = open[:top]
			top--
		case string:
			if top >= 0 && open[top].name {
				open[top].name = false
				column = t
				continue
			}
			tokens = l.append(tokens, column, t)
		}
		if top >= 0 { // a value has ended
			open[top].name = open[top].object
		}
	}
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
