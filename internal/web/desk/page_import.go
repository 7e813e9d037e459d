package desk

import (
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/ingest/all"
	"entente/internal/store"
	"entente/internal/workbench"
)

var importRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/import", Action: auth.Import, Do: func(c *Call) error { return c.imports(nil, http.StatusOK) }},
	{Method: http.MethodPost, Pattern: "/desk/import", Action: auth.Import, Body: maxImported + 1<<20, Do: startImport},
	{Method: http.MethodPost, Pattern: "/desk/import/mappings/drop", Action: auth.Import, Do: dropMapping},
	{Method: http.MethodGet, Pattern: "/desk/mappings/{mapping}", Action: auth.Import, Examples: []string{"/desk/mappings/none"}, Do: sendMapping},
	{Method: http.MethodGet, Pattern: "/desk/import/{id}", Action: auth.Import, Examples: []string{"/desk/import/none"}, Do: func(c *Call) error { return c.mapping(nil, http.StatusOK) }},
	{Method: http.MethodPost, Pattern: "/desk/import/{id}", Action: auth.Import, Examples: []string{"/desk/import/none"}, Do: saveSettings},
	{Method: http.MethodPost, Pattern: "/desk/import/{id}/drop", Action: auth.Import, Examples: []string{"/desk/import/none/drop"}, Do: dropImport},
}

// importScreen is the first page: what is under way, and the form for a file.
type importScreen struct {
	Form     *Form
	Fields   []Field
	Jobs     []jobRow
	Mappings []workbench.Mapping
	Kinds    []all.Kind
}

// jobRow is one import under way or done.
type jobRow struct {
	importJob
	Href   string
	IsDone bool
	Gone   bool
	Size   string
}

// imports shows the first page.
func (c *Call) imports(f *Form, status int) error {
	if err := c.expire(); err != nil {
		return err
	}
	if f == nil {
		f = c.NewForm()
	}
	s := &importScreen{Form: f, Kinds: all.Kinds}
	jobs, err := c.jobs()
	if err != nil {
		return err
	}
	now := c.Desk.now()
	for i := range jobs {
		j := jobs[i]
		row := jobRow{importJob: j, Href: j.href(""), IsDone: j.isDone(), Gone: !j.isDone() && j.gone(now), Size: c.size(j.Bytes)}
		switch {
		case j.isDone():
			row.Href = j.href("/report")
		case j.Checked:
			row.Href = j.href("/preview")
		}
		s.Jobs = append(s.Jobs, row)
	}
	if s.Mappings, err = c.Desk.Bench.Mappings(c.Context()); err != nil {
		return err
	}
	kinds := []Option{{Value: "", Word: c.T.T("import.kind.guess")}}
	for _, k := range all.Kinds {
		kinds = append(kinds, Option{Value: k.Name, Word: k.About})
	}
	saved := []Option{{Value: "", Word: c.T.T("import.saved.none")}}
	for i := range s.Mappings {
		saved = append(saved, Option{Value: s.Mappings[i].ID, Word: s.Mappings[i].Name})
	}
	s.Fields = f.Fields(
		Field{Name: "file", Label: c.T.T("import.file"), Kind: "file", Required: true, Hint: c.T.T("import.file.hint", "megabytes", maxImported>>20), Wide: true},
		Field{Name: "kind", Label: c.T.T("import.kind"), Kind: "select", Options: kinds, Wide: true},
		Field{Name: "table", Label: c.T.T("import.table"), Hint: c.T.T("import.table.hint"), Kind: "select", Options: append([]Option{{Value: "", Word: c.T.T("import.table.guess")}}, c.tableOptions()...), Wide: true},
		Field{Name: "mapping", Label: c.T.T("import.saved"), Hint: c.T.T("import.saved.hint"), Kind: "select", Options: saved, Wide: true},
	)
	return c.Show(Page{Template: "import", Data: s, Status: status, Title: c.T.T("import.title"), Lede: c.T.T("import.lede"), Nav: "import", Styles: importStyles})
}

// importStyles are the style sheets of these pages.
var importStyles = []string{"reader.css", "review.css", "import.css"}

// tableOptions are the tables of the corpus, in words.
func (c *Call) tableOptions() []Option {
	var out []Option
	for _, t := range datapackage.Tables() {
		out = append(out, Option{Value: t, Word: wordOr(c.T, "import.table", t)})
	}
	return out
}

// size tells the size of a file.
func (c *Call) size(n int) string {
	switch {
	case n < 1<<10:
		return c.T.T("import.bytes", "n", n)
	case n < 1<<20:
		return c.T.T("import.kilobytes", "size", n>>10)
	}
	return c.T.T("import.megabytes", "size", n>>20)
}

// startImport takes a file and guesses how it is to be read.
func startImport(c *Call) error {
	f, err := c.Form()
	if too, ok := errors.AsType[*http.MaxBytesError](err); ok {
		f = c.NewForm()
		f.Fault("file", "too-big", "megabytes", maxImported>>20, "limit", too.Limit)
		return c.imports(f, http.StatusRequestEntityTooLarge)
	}
	if err != nil {
		return err
	}
	c.takesLong()
	if err := c.expire(); err != nil {
		return err
	}
	data, name, ok, err := f.File("file")
	if err != nil {
		return err
	}
	switch {
	case !ok:
		f.Fault("file", "no-file")
	case len(data) == 0:
		f.Fault("file", "empty-file")
	case len(data) > maxImported:
		f.Fault("file", "too-big", "megabytes", maxImported>>20, "limit", maxImported)
	}
	kind, table := f.Text("kind", maxMapName), Choice(f, "table", datapackage.Tables())
	if err := c.bounded(f); err != nil {
		return err
	}
	settings, mapping, err := c.chosenMapping(f)
	if err != nil {
		return err
	}
	if kind == "" && settings != nil {
		kind = settings.Kind
	}
	if kind == "" && ok {
		if kind = all.KindOf(name); kind == "" {
			f.Fault("kind", "import-kind")
		}
	}
	if _, known := all.Find(kind); kind != "" && !known {
		f.Fault("kind", "choice")
	}
	if settings != nil && settings.Kind != kind {
		f.Fault("mapping", "mapping-kind", "kind", settings.Kind)
	}
	if !f.OK() {
		return c.imports(f, http.StatusBadRequest)
	}
	j := &importJob{Name: name, Settings: settings, Mapping: mapping}
	if settings == nil {
		if err := c.guess(j, data, kind, table); err != nil {
			status, words := auth.StatusOf(err), faultsOf(err)
			if words == nil {
				return err
			}
			f.say("file", strings.Join(words, " "))
			return c.imports(f, status)
		}
	}
	made, err := c.newJob(name, data)
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.Refuse(err, "file"); err != nil {
			return err
		}
		return c.imports(f, status)
	}
	made.Settings, made.Mapping, made.Notes = j.Settings, j.Mapping, j.Notes
	if err := c.saveJob(made); err != nil {
		return err
	}
	return c.Done(made.href(""), "uploaded", "name", shortened(name, 80))
}

// bounded refuses a file when too many wait already.
func (c *Call) bounded(f *Form) error {
	jobs, err := c.jobs()
	if err != nil {
		return err
	}
	waiting := 0
	for i := range jobs {
		if !jobs[i].isDone() && !jobs[i].gone(c.Desk.now()) {
			waiting++
		}
	}
	if waiting >= maxWaiting {
		f.Fault("", "waiting", "n", maxWaiting)
	}
	return nil
}

// chosenMapping reads the saved settings that the form names; nil for none.
func (c *Call) chosenMapping(f *Form) (*all.Settings, string, error) {
	id := f.Text("mapping", maxID)
	if id == "" {
		return nil, "", nil
	}
	list, err := c.Desk.Bench.Mappings(c.Context())
	if err != nil {
		return nil, "", err
	}
	for i := range list {
		if list[i].ID == id {
			s := list[i].Settings
			return &s, id, nil
		}
	}
	f.Fault("mapping", "choice")
	return nil, "", nil
}

// dropImport gives up an import that is under way, or takes it out of the list.
func dropImport(c *Call) error {
	j, err := c.job()
	if err != nil {
		return err
	}
	if err := c.Desk.Store.DropBlob(c.Context(), mediaUpload, j.Upload); err != nil {
		return err
	}
	if err := c.writeJob(j, store.Retired); err != nil {
		return err
	}
	return c.Done("/desk/import", "import-dropped", "name", shortened(j.Name, 80))
}

// dropMapping takes saved settings out of the list.
func dropMapping(c *Call) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	id, base := f.Needed("mapping", maxID), f.Number("base", 1, 1<<30)
	if !f.OK() {
		return c.imports(nil, http.StatusBadRequest)
	}
	if err := c.Desk.Bench.DropMapping(c.Context(), c.User, id, base); err != nil {
		status := auth.StatusOf(err)
		if err := f.Refuse(err); err != nil {
			return err
		}
		return c.imports(f, status)
	}
	return c.Done("/desk/import", "mapping-dropped")
}

// sendMapping gives saved settings as a file, as the terminal reads it.
func sendMapping(c *Call) error {
	list, err := c.Desk.Bench.Mappings(c.Context())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(m workbench.Mapping) bool { return m.ID == c.Path("mapping") })
	if i < 0 {
		return &entente.Error{Kind: entente.NotFound, Op: "read settings", Msg: "there are no settings of that name", Hint: "the page of imports lists them"}
	}
	raw, err := list[i].Settings.Save()
	if err != nil {
		return err
	}
	h := c.W.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": list[i].ID + ".json"}))
	_, _ = c.W.Write(raw) // a reader who went away is their own business
	return nil
}

// maxFaults bounds the faults that a page lists.
const maxFaults = 50

// faultsOf lists what is wrong with settings or with a file, in sentences; nil
// when no typing mends it.
func faultsOf(err error) []string {
	var list entente.Errors
	if !errors.As(err, &list) {
		list = entente.Errors{err}
	}
	var out []string
	for _, one := range list[:min(len(list), maxFaults)] {
		e := asEntente(one)
		if e == nil || e.Kind != entente.Invalid && e.Kind != entente.Conflict {
			return nil
		}
		words := faultWords(e)
		if place := strings.TrimPrefix(e.Place, "settings: "); place != "" {
			words = place + ": " + words
		}
		out = append(out, words)
	}
	return out
}
