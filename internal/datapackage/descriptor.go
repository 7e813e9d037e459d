package datapackage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"entente"
)

// descriptorFile is the name that the Frictionless specification gives it.
const descriptorFile = "datapackage.json"

type descriptor struct {
	Profile     string     `json:"profile"`
	Name        string     `json:"name"`
	Title       string     `json:"title"`
	Version     string     `json:"version"`
	Created     string     `json:"created"`
	Description string     `json:"description,omitempty"`
	Licenses    []licence  `json:"licenses"`
	Resources   []resource `json:"resources"`
}

type licence struct {
	Name string `json:"name"`
}

type resource struct {
	Name        string `json:"name"`
	Profile     string `json:"profile"`
	Path        string `json:"path"`
	Description string `json:"description"`
	Format      string `json:"format"`
	Encoding    string `json:"encoding"`
	Schema      schema `json:"schema"`
}

type schema struct {
	Fields      []field      `json:"fields"`
	PrimaryKey  []string     `json:"primaryKey"`
	ForeignKeys []foreignKey `json:"foreignKeys,omitempty"`
}

type field struct {
	Name        string       `json:"name"`
	Type        string       `json:"type"`
	Description string       `json:"description"`
	TrueValues  []string     `json:"trueValues,omitempty"`
	FalseValues []string     `json:"falseValues,omitempty"`
	Constraints *constraints `json:"constraints,omitempty"`
}

type constraints struct {
	Required bool     `json:"required,omitempty"`
	Enum     []string `json:"enum,omitempty"`
	Pattern  string   `json:"pattern,omitempty"`
}

type foreignKey struct {
	Fields    string    `json:"fields"`
	Reference reference `json:"reference"`
}

type reference struct {
	Resource string `json:"resource"`
	Fields   string `json:"fields"`
}

// datePattern describes partial dates to other Frictionless tools: a date
// column is a string there, because the standard has no type for "2014".
const datePattern = `^\d{4}(-\d{2}(-\d{2})?)?$`

func describe(info entente.Info) ([]byte, error) {
	d := descriptor{
		Profile: "tabular-data-package", Name: info.Name, Title: info.Title, Version: info.Version,
		Created: info.Released.String(), Description: info.Note, Licenses: []licence{{info.Licence}},
	}
	for _, t := range tables {
		r := resource{
			Name: t.name(), Profile: "tabular-data-resource", Path: t.name() + ".csv", Description: t.doc(),
			Format: "csv", Encoding: "utf-8",
		}
		for _, s := range t.specs() {
			r.Schema.Fields = append(r.Schema.Fields, s.field())
			if s.Key {
				r.Schema.PrimaryKey = append(r.Schema.PrimaryKey, s.Name)
			}
			if s.Ref != "" && !s.List && !s.Wild {
				r.Schema.ForeignKeys = append(r.Schema.ForeignKeys, foreignKey{s.Name, reference{s.Ref, "id"}})
			}
		}
		d.Resources = append(d.Resources, r)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(d)
	return b.Bytes(), err
}

func (s Spec) field() field {
	f := field{Name: s.Name, Type: s.Type, Description: s.Doc}
	c := constraints{Required: s.Required}
	switch s.Type {
	case "date":
		f.Type, c.Pattern = "string", datePattern
	case "boolean":
		f.TrueValues, f.FalseValues = []string{"yes"}, []string{"no"}
	}
	if s.List {
		f.Description += listNote(s)
	} else {
		c.Enum = s.Enum
		if s.Wild {
			f.Description += "; the other values name rows of " + s.Ref
		}
	}
	if c.Required || len(c.Enum) > 0 || c.Pattern != "" {
		f.Constraints = &c
	}
	return f
}

// listNote tells in words what the standard cannot declare of a list column.
func listNote(s Spec) string {
	switch {
	case s.Ref != "":
		return "; each names a row of " + s.Ref
	case len(s.Enum) > 0:
		return fmt.Sprintf("; each is one of %v", s.Enum)
	}
	return ""
}

// descriptor reads what the corpus says of itself and which tables it has. It
// errs when the file cannot be read as JSON at all; what is wrong in it is noted
// beside the faults of the tables.
func (in *reading) descriptor(dir fs.FS) (info entente.Info, paths map[string]string, err error) {
	b, err := readBounded(dir, descriptorFile)
	if err != nil {
		return info, nil, err
	}
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	invalid := func(place, msg, hint string, cause error) error {
		return &entente.Error{Kind: entente.Invalid, Op: "read corpus", Place: place, Msg: msg, Hint: hint, Err: cause}
	}
	if at := notUTF8(b); at >= 0 {
		return info, nil, invalid(jsonPlace(b, at), fmt.Sprintf("byte %#x is not UTF-8", b[at]), "save the file as UTF-8", nil)
	}
	var d descriptor
	if err := json.Unmarshal(b, &d); err != nil {
		return info, nil, invalid(jsonPlace(b, jsonOffset(err)), "not valid JSON", "compare it with the file of the default corpus (entente export)", err)
	}
	fault := func(msg, hint string) { in.fault(place{file: descriptorFile}, invalid("", msg, hint, nil)) }
	info = entente.Info{Name: d.Name, Title: d.Title, Version: d.Version, Note: d.Description}
	if info.Released, err = entente.ParseDate(d.Created); err != nil || info.Released.IsZero() || info.Released.Partial() {
		fault(fmt.Sprintf(`"created" is %q, which is not a day`, d.Created), "write the day of release, such as 2026-11-25")
	}
	if len(d.Licenses) > 0 {
		info.Licence = d.Licenses[0].Name
	}
	if info.Name == "" || info.Version == "" {
		fault(`"name" and "version" are needed`, "add them")
	}
	paths = map[string]string{}
	for _, r := range d.Resources {
		switch _, twice := paths[r.Name]; {
		case tableNamed(r.Name) == nil:
			fault(fmt.Sprintf("there is no table %q in the format", r.Name), "see the corpus format page for the tables")
		case twice:
			fault(fmt.Sprintf("the table %q is listed twice", r.Name), "remove one")
		case !fs.ValidPath(r.Path):
			fault(fmt.Sprintf("the path %q leaves the folder", r.Path), "use a file name in the same folder")
			in.unread[r.Name] = true
		case strings.ContainsFunc(r.Path, unicode.IsControl):
			fault(fmt.Sprintf("the path %q has a control character", r.Path), "use letters, digits, '-', '_' and '.'")
			in.unread[r.Name] = true
		default:
			paths[r.Name] = r.Path
		}
	}
	return info, paths, nil
}

func tableNamed(name string) table {
	for _, t := range tables {
		if t.name() == name {
			return t
		}
	}
	return nil
}

// notUTF8 gives the place of the first byte that is not UTF-8, -1 if none.
func notUTF8(b []byte) int {
	for at := 0; at < len(b); {
		r, size := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// jsonOffset gives the place of the byte at which a JSON text went wrong.
func jsonOffset(err error) int {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return max(int(syntax.Offset)-1, 0)
	case errors.As(err, &kind):
		return max(int(kind.Offset)-1, 0)
	}
	return 0
}

// jsonPlace turns the place of a byte into file, line and column.
func jsonPlace(b []byte, at int) string {
	head := b[:min(at, len(b))]
	line := 1 + bytes.Count(head, []byte("\n"))
	col := len(head) - bytes.LastIndexByte(head, '\n')
	return fmt.Sprintf("%s:%d:%d", descriptorFile, line, col)
}
