package datapackage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"

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
	switch {
	case s.Type == "date":
		f.Type, c.Pattern = "string", datePattern
	case s.Type == "boolean":
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

// readDescriptor reads what the corpus says of itself and which tables it has.
func readDescriptor(dir fs.FS) (info entente.Info, paths map[string]string, err error) {
	fault := func(msg, hint string, cause error) error {
		return &entente.Error{Kind: entente.Invalid, Op: "read corpus", Place: descriptorFile, Msg: msg, Hint: hint, Err: cause}
	}
	b, err := readBounded(dir, descriptorFile)
	if err != nil {
		return info, nil, err
	}
	var d descriptor
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(b, []byte("\uFEFF"))))
	if err := dec.Decode(&d); err != nil {
		return info, nil, fault("not valid JSON"+jsonPlace(b, err), "compare it with the file of the default corpus (entente export)", err)
	}
	info = entente.Info{Name: d.Name, Title: d.Title, Version: d.Version, Note: d.Description}
	if info.Released, err = entente.ParseDate(d.Created); err != nil || info.Released.IsZero() || info.Released.Partial() {
		return info, nil, fault(fmt.Sprintf(`"created" is %q, which is not a day`, d.Created), "write the day of release, such as 2026-11-25", nil)
	}
	if len(d.Licenses) > 0 {
		info.Licence = d.Licenses[0].Name
	}
	if info.Name == "" || info.Version == "" {
		return info, nil, fault(`"name" and "version" are needed`, "add them", nil)
	}
	paths = map[string]string{}
	for _, r := range d.Resources {
		if !fs.ValidPath(r.Path) {
			return info, nil, fault(fmt.Sprintf("the path %q leaves the folder", r.Path), "use a file name in the same folder", nil)
		}
		if paths[r.Name] != "" {
			return info, nil, fault(fmt.Sprintf("the table %q is listed twice", r.Name), "remove one", nil)
		}
		paths[r.Name] = r.Path
	}
	for name := range paths {
		if tableNamed(name) == nil {
			return info, nil, fault(fmt.Sprintf("there is no table %q in the format", name), "see the corpus format page for the tables", nil)
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

// jsonPlace turns the offset of a JSON syntax error into line and column.
func jsonPlace(b []byte, err error) string {
	var off int64
	switch e := err.(type) { //nolint:errorlint // the decoder returns these bare
	case *json.SyntaxError:
		off = e.Offset
	case *json.UnmarshalTypeError:
		off = e.Offset
	default:
		return ""
	}
	head := b[:min(int(off), len(b))]
	line := 1 + bytes.Count(head, []byte("\n"))
	col := len(head) - bytes.LastIndexByte(head, '\n')
	return fmt.Sprintf(" at line %d, column %d", line, col)
}
