package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/sheet"
	"entente/internal/view"
)

var exportRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/export", Action: auth.Export, Do: showExport},
	{Method: http.MethodGet, Pattern: "/desk/export/choose", Action: auth.Export, Do: chooseExport},
	{Method: http.MethodGet, Pattern: "/desk/export/{file}", Action: auth.Export, Examples: []string{"/desk/export/actors.csv"}, Do: sendExport},
}

// exportForms are the forms of a table, the corpus file apart.
var exportForms = []string{"xlsx", "csv", "json"}

// corpusFile is the whole corpus as a Data Package.
const corpusFile = "corpus.zip"

// exportScreen says what can be taken away and under which conditions.
type exportScreen struct {
	Info     entente.Info
	Citation string
	Fields   []Field
	Form     *Form
	Tables   []exportTable
	Corpus   string
	Bytes    int
}

type exportTable struct {
	Name, About string
	Rows        int
	Links       []Link
}

// knownAt reads an instant, or a day that counts whole; ok is false when it is
// neither.
func knownAt(s string) (at time.Time, ok bool) {
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at, true
	}
	day, err := time.Parse(time.DateOnly, s)
	return day.AddDate(0, 0, 1).Add(-time.Microsecond), err == nil
}

// exportCorpus is what is published, now or as it was known at an instant. Only
// published rows are ever in it: drafts, what is in review, private layers and
// the records of the workbench itself have no way in.
func (c *Call) exportCorpus() (*entente.Corpus, string, error) {
	known, err := c.Query("known_at", 40)
	if err != nil {
		return nil, "", err
	}
	if known == "" {
		k, _, err := c.Desk.Store.Corpus(c.Context())
		return k, "", err
	}
	at, ok := knownAt(known)
	if !ok {
		return nil, "", Bad("known_at", "that is not a day", "write it as 2026-11-25, or as an instant with its zone")
	}
	k, _, err := c.Desk.Store.CorpusAt(c.Context(), at)
	return k, known, err
}

func showExport(c *Call) error {
	k, known, err := c.exportCorpus()
	if err != nil {
		return err
	}
	return c.exporting(k, known, c.NewForm("known_at", known), http.StatusOK)
}

// exporting shows the page; f is what was chosen.
func (c *Call) exporting(k *entente.Corpus, known string, f *Form, status int) error {
	s := &exportScreen{Info: k.Info, Citation: sheet.Citation(k.Info.Title, "", k.Info), Form: f, Corpus: "/desk/export/" + corpusFile + queryWith(nil, "known_at", known)}
	var tables []Option
	rows := map[string]int{}
	for _, r := range datapackage.RowsOf(&k.Records) {
		rows[r.Table]++
	}
	for _, name := range datapackage.Tables() {
		tables = append(tables, Option{Value: name, Word: wordOr(c.T, "export.name", name)})
		t := exportTable{Name: name, About: datapackage.About(name), Rows: rows[name]}
		for _, form := range exportForms {
			t.Links = append(t.Links, Link{Href: "/desk/export/" + name + "." + form + queryWith(nil, "known_at", known), Word: c.T.Label("export.form", form)})
		}
		s.Tables = append(s.Tables, t)
	}
	forms := []Option{}
	for _, form := range exportForms {
		forms = append(forms, Option{Value: form, Word: c.T.Label("export.form-about", form)})
	}
	s.Fields = f.Fields(
		Field{Name: "table", Label: c.T.T("export.table"), Kind: "select", Options: tables},
		Field{Name: "form", Label: c.T.T("export.form-field"), Kind: "select", Options: forms},
		Field{Name: "actor", Label: c.T.T("export.actor"), Hint: c.T.T("export.only.hint"), Most: maxID},
		Field{Name: "proposition", Label: c.T.T("export.proposition"), Hint: c.T.T("export.only.hint"), Most: maxID},
		Field{Name: "source", Label: c.T.T("export.source"), Hint: c.T.T("export.only.hint"), Most: maxID},
		Field{Name: "known_at", Label: c.T.T("export.known"), Hint: c.T.T("export.known.hint"), Most: 40},
	)
	return c.Show(Page{Template: "export", Data: s, Status: status, Title: c.T.T("export.title"), Lede: c.T.T("export.lede"), Nav: "export", Styles: []string{"import.css"}})
}

// chooseExport leads from the form to the file. What cannot be is said beside its
// field.
func chooseExport(c *Call) error {
	f := c.NewForm()
	for _, name := range append([]string{"table", "form"}, exportSettings...) {
		v, err := c.Query(name, maxID)
		if err != nil {
			return err
		}
		f.Values.Set(name, v)
	}
	table, form := Choice(f, "table", datapackage.Tables()), Choice(f, "form", exportForms)
	if table == "" {
		f.Fault("table", "needed")
	}
	if form == "" {
		f.Fault("form", "needed")
	}
	q := url.Values{}
	for _, name := range exportSettings {
		v := f.Values.Get(name)
		if v == "" {
			continue
		}
		q.Set(name, v)
		switch columns := datapackage.Columns(table); {
		case name == "known_at":
			if _, ok := knownAt(v); !ok {
				f.Fault(name, "day")
			}
		case columns != nil && !slices.ContainsFunc(columns, func(s datapackage.Spec) bool { return s.Name == name }):
			f.Fault(name, "export-column")
		}
	}
	if !f.OK() {
		k, _, err := c.Desk.Store.Corpus(c.Context())
		if err != nil {
			return err
		}
		return c.exporting(k, "", f, http.StatusBadRequest)
	}
	to := "/desk/export/" + table + "." + form
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	http.Redirect(c.W, c.R, to, http.StatusSeeOther)
	return nil
}

// exportSettings are what the address of a file may say.
var exportSettings = []string{"actor", "proposition", "source", "known_at"}

// sendExport gives a file out, after it was entered in the audit log: what
// cannot be entered is not given out.
func sendExport(c *Call) error {
	for name := range c.R.URL.Query() {
		if !slices.Contains(exportSettings, name) && name != "lang" {
			return Bad(name, "an export has no such setting", "the settings are "+strings.Join(exportSettings, ", "))
		}
	}
	k, known, err := c.exportCorpus()
	if err != nil {
		return err
	}
	file := c.Path("file")
	table, form, _ := strings.Cut(file, ".")
	var data []byte
	var what string
	switch {
	case file == corpusFile:
		for _, name := range exportSettings[:3] {
			if c.R.URL.Query().Get(name) != "" {
				return Bad(name, "the whole corpus is not narrowed", "take a table instead")
			}
		}
		data, err = packageZip(k, c.readMe("the whole corpus", known, k, ""))
		what = "Data Package"
	case datapackage.Columns(table) != nil && slices.Contains(exportForms, form):
		x, err2 := c.exportTable(k, table, known)
		if err2 != nil {
			return err2
		}
		what = strconv.Itoa(len(x.Rows)) + " rows"
		data, err = x.write(form)
	default:
		return &entente.Error{Kind: entente.NotFound, Op: "export", Place: clipped(file), Msg: "there is no such export", Hint: "the page lists them"}
	}
	if err != nil {
		return err
	}
	name := "entente-" + file
	if form == "csv" {
		name += ".zip"
	}
	if c.R.Method == http.MethodGet {
		if err := c.exported(shortened(c.R.URL.RequestURI(), 200), what); err != nil {
			return err
		}
	}
	h := c.W.Header()
	h.Set("Content-Type", exportMedia[form])
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(data)))
	c.W.WriteHeader(http.StatusOK)
	if c.R.Method != http.MethodHead {
		_, _ = c.W.Write(data) // a reader who went away is their own business
	}
	return nil
}

var exportMedia = map[string]string{
	"zip": "application/zip", "csv": "application/zip", "json": media["json"], "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// exported writes in the audit log that somebody takes something away, where there
// is one.
func (c *Call) exported(what, detail string) error {
	if c.Desk.Auth == nil {
		return nil
	}
	return c.Desk.Auth.Audit().Exported(c.Context(), what, detail)
}

// export is a table of the corpus with all that a reader must know of it.
type export struct {
	sheet.Book
	Table string
	Rows  [][]string
	Head  []string
	At    string
	Read  string // the read-me
}

// exportTable gathers the rows of a table, the sources they name and the
// codebook of the propositions they name.
func (c *Call) exportTable(k *entente.Corpus, table, known string) (*export, error) {
	x := &export{Table: table, At: c.Desk.now().Format(time.RFC3339)}
	specs := datapackage.Columns(table)
	for _, s := range specs {
		x.Head = append(x.Head, s.Name)
	}
	var query strings.Builder
	query.WriteString("table " + table)
	want := map[int]string{}
	for _, name := range exportSettings[:3] {
		v, err := c.Query(name, maxID)
		if err != nil {
			return nil, err
		}
		if v == "" {
			continue
		}
		i := slices.Index(x.Head, name)
		if i < 0 {
			return nil, Bad(name, fmt.Sprintf("the table %s has no column %s", table, name), "leave it empty")
		}
		want[i] = v
		query.WriteString(", " + name + " " + v)
	}
	if known != "" {
		query.WriteString(", as known at " + known)
	}
	var sources []entente.SourceID
	seen := map[entente.SourceID]bool{}
	for _, r := range datapackage.RowsOf(&k.Records) {
		if r.Table != table || !holds(r.Cells, want) {
			continue
		}
		x.Rows = append(x.Rows, r.Cells)
		for _, ref := range r.Refs() {
			if id := entente.SourceID(ref.ID); ref.Table == "sources" && !seen[id] {
				seen[id] = true
				sources = append(sources, id)
			}
		}
	}
	slices.Sort(sources)
	address := c.R.URL.RequestURI()
	p := &view.Page{Title: "Table " + table, Table: view.Table{Name: table, Header: x.Head, Rows: x.Rows}, Sources: sources}
	x.Book = sheet.Page(k, p, address, []string{"Exported at " + x.At + ". Only what is published is in it."})
	x.Query, x.Citation = query.String(), sheet.Citation("Table "+table, address, k.Info)
	x.Read = c.readMe(query.String(), known, k, x.Citation)
	return x, nil
}

// holds tells whether a row has what is asked for.
func holds(cells []string, want map[int]string) bool {
	for i, v := range want {
		if cells[i] != v {
			return false
		}
	}
	return true
}
