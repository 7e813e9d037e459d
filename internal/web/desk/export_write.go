package desk

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/sheet"
	"entente/internal/view"
)

// ExportSchema names the shape of a table as JSON.
const ExportSchema = "entente.export/1"

// exportJSON is a table as JSON.
type exportJSON struct {
	Schema   string              `json:"schema"`
	Table    string              `json:"table"`
	Query    string              `json:"query"`
	Address  string              `json:"address"`
	Exported string              `json:"exported"`
	Corpus   exportInfo          `json:"corpus"`
	Citation string              `json:"citation"`
	Notes    []string            `json:"notes"`
	Columns  []string            `json:"columns"`
	Rows     []map[string]string `json:"rows"`
	Sources  []exportSource      `json:"sources"`
	Codebook []map[string]string `json:"codebook"`
}

type exportInfo struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Version  string `json:"version"`
	Released string `json:"released"`
	Licence  string `json:"licence"`
}

type exportSource struct {
	ID       string `json:"id"`
	Citation string `json:"citation"`
	Date     string `json:"date,omitempty"`
	Language string `json:"language,omitempty"`
	Status   string `json:"text_status,omitempty"`
	URL      string `json:"url,omitempty"`
}

// write makes the bytes of one form.
func (x *export) write(form string) ([]byte, error) {
	var b bytes.Buffer
	switch form {
	case "xlsx":
		err := sheet.Write(&b, x.Book)
		return b.Bytes(), err
	case "json":
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		err := enc.Encode(x.json())
		return b.Bytes(), err
	}
	files := map[string][]byte{"read-me.txt": []byte(x.Read)}
	tables := []view.Table{{Name: x.Table, Header: x.Head, Rows: x.Rows}, sourceTable(x.Sources)}
	if x.Table == "sources" { // the data are the sources; their citations go beside them
		tables[1].Name = "citations"
	}
	if len(x.Codebook) > 0 {
		name := "codebook"
		if x.Table == name {
			name = "propositions-in-words"
		}
		tables = append(tables, view.Table{Name: name, Header: x.Codebook[0], Rows: x.Codebook[1:]})
	}
	for _, t := range tables {
		var one bytes.Buffer
		if err := view.WriteCSV(&one, t, false); err != nil {
			return nil, err
		}
		files[t.Name+".csv"] = one.Bytes()
	}
	return zipFiles(files)
}

func sourceTable(list []sheet.SourceLine) view.Table {
	t := view.Table{Name: "sources", Header: []string{"source", "citation", "date", "language", "text_status", "url"}}
	for _, s := range list {
		t.Rows = append(t.Rows, []string{s.ID, s.Citation, s.Date, s.Language, s.Status, s.URL})
	}
	return t
}

// json is the table as JSON: empty cells are left out of a row.
func (x *export) json() exportJSON {
	i := x.Corpus
	out := exportJSON{
		Schema: ExportSchema, Table: x.Table, Query: x.Query, Address: x.Address, Exported: x.At, Citation: x.Citation, Notes: x.Notes, Columns: x.Head,
		Corpus: exportInfo{i.Name, i.Title, i.Version, i.Released.String(), i.Licence}, Rows: []map[string]string{}, Sources: []exportSource{}, Codebook: []map[string]string{},
	}
	for _, row := range x.Rows {
		out.Rows = append(out.Rows, named(x.Head, row))
	}
	for _, s := range x.Sources {
		out.Sources = append(out.Sources, exportSource(s))
	}
	for i := 1; i < len(x.Codebook); i++ {
		out.Codebook = append(out.Codebook, named(x.Codebook[0], x.Codebook[i]))
	}
	return out
}

func named(head, row []string) map[string]string {
	m := map[string]string{}
	for i, v := range row {
		if i < len(head) && v != "" {
			m[head[i]] = v
		}
	}
	return m
}

// readMe says what an export is, from which corpus, under which licence and how
// to cite it.
func (c *Call) readMe(query, known string, k *entente.Corpus, citation string) string {
	if citation == "" {
		citation = sheet.Citation(k.Info.Title, c.R.URL.RequestURI(), k.Info)
	}
	lines := [][2]string{
		{"What it is", query},
		{"Corpus", k.Info.Title + " (" + k.Info.Name + ")"},
		{"Version", k.Info.Version},
		{"Released", k.Info.Released.String()},
		{"Known at", known},
		{"Licence", k.Info.Licence},
		{"Cite as", citation},
		{"Address", c.R.URL.RequestURI()},
		{"Exported", c.Desk.now().Format(time.RFC3339)},
		{"What is in it", "Only what is published. Drafts, what is in review, private notes and the records of the work itself are not in it."},
		{"About the corpus", k.Info.Note},
	}
	var b strings.Builder
	for _, l := range lines {
		if l[1] != "" {
			_, _ = fmt.Fprintf(&b, "%s: %s\n", l[0], l[1])
		}
	}
	return b.String()
}

// packageZip is the corpus as a Data Package in a ZIP file.
func packageZip(k *entente.Corpus, readMe string) ([]byte, error) {
	files, err := datapackage.Files(k)
	if err != nil {
		return nil, err
	}
	files["read-me.txt"] = []byte(readMe)
	return zipFiles(files)
}

// zipFiles packs files in the order of their names.
func zipFiles(files map[string][]byte) ([]byte, error) {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.Create(name)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(files[name]); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}
