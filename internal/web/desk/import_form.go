package desk

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/ingest"
	"entente/internal/ingest/all"
	"entente/internal/ingest/tablefile"
)

// mappingScreen is the form that says how a file is to be read.
type mappingScreen struct {
	Job      *importJob
	Kind     all.Kind
	Size     string
	Form     *Form
	Problems []string // what is wrong with the settings, or with the file
	Table    *tableForm
	Groups   []fieldGroup // of the other kinds
	Unknown  []Field      // what to do with what the corpus does not have
	Save     []Field      // keep the settings
	Contents []string     // what a database holds, in words
}

// fieldGroup is fields under a heading.
type fieldGroup struct {
	Title, About string
	Fields       []Field
}

// tableForm is the mapping of a table with any columns.
type tableForm struct {
	Head    []Field // table, sheet, separator, header row
	Header  []string
	Sample  [][]string
	Columns []columnForm // those that are needed, filled or wrong
	Further []columnForm // the others
}

// columnForm is one column of the table, and what fills it.
type columnForm struct {
	Name, Doc string
	Required  bool
	From      Field
	Fixed     Field
	More      []Field // date, split, words
	MoreOpen  bool
	Values    string // of the file's column, in the sample
	Fault     string
}

// The bounds of what is shown of a file.
const (
	sampleRows   = 200
	shownRows    = 4
	shownValues  = 30
	maxMapCell   = 4000
	maxMapColumn = 300
)

// mapping shows the settings of the import of the address; f holds settings that
// could not be taken.
func (c *Call) mapping(f *Form, status int) error {
	j, err := c.job()
	if err != nil {
		return err
	}
	if !j.Done.IsZero() {
		http.Redirect(c.W, c.R, j.href("/report"), http.StatusSeeOther)
		return nil
	}
	s := &mappingScreen{Job: j, Form: f, Size: c.size(j.Bytes)}
	if f == nil {
		s.Form = c.NewForm()
		fillSettings(s.Form, j.Settings)
	}
	s.Kind, _ = all.Find(j.Settings.Kind)
	c.takesLong()
	data, err := c.jobFile(j)
	if err != nil {
		return err
	}
	if err := c.mappingForm(s, data); err != nil {
		words := faultsOf(err)
		if words == nil {
			return err
		}
		s.Problems = words
		status = http.StatusUnprocessableEntity
	}
	if !s.Form.OK() {
		s.Form.say("", c.T.T("import.look"))
	}
	for name, words := range s.Form.Faults {
		if strings.HasPrefix(name, "settings") {
			s.Problems = append(s.Problems, words)
		}
	}
	slices.Sort(s.Problems)
	s.Save = s.Form.Fields(Field{Name: "save-as", Label: c.T.T("import.save"), Hint: c.T.T("import.save.hint"), Most: 200, Wide: true})
	return c.Show(Page{
		Template: "mapping", Data: s, Status: status, Kicker: c.T.T("import.title"), Title: c.T.T("import.mapping.title", "name", shortened(j.Name, 80)), Lede: s.Kind.About, Nav: "import", Styles: importStyles,
	})
}

// mappingForm makes the fields for the kind of file.
func (c *Call) mappingForm(s *mappingScreen, data []byte) error {
	f, t := s.Form, c.T.T
	pseudonyms := Field{Name: "coders", Label: t("import.coders"), Hint: t("import.coders.hint"), Kind: "textarea", Rows: 3, Wide: true}
	checked := Field{Name: "checked", Label: t("import.checked"), Kind: "checks", Options: []Option{{Value: "1", Word: t("import.checked.word")}}}
	authors := Field{Name: "authors-text", Label: t("import.authors"), Kind: "checks", Options: []Option{{Value: "1", Word: t("import.authors.word"), Hint: t("import.authors.hint")}}}
	switch s.Kind.Settings {
	case "table":
		if err := c.tableForm(s, data); err != nil {
			return err
		}
	case "dna":
		if err := c.dnaForm(s, data, pseudonyms, checked, authors); err != nil {
			return err
		}
	case "csl":
		kinds := append([]Option{{Value: "", Word: t("import.csl.other.none")}}, OptionsOf(c, "source-kind", entente.SourceKinds)...)
		s.Groups = []fieldGroup{{t("import.csl"), "", f.Fields(
			Field{Name: "other-kind", Label: t("import.csl.other"), Kind: "select", Options: kinds},
			Field{Name: "kinds", Label: t("import.csl.kinds"), Hint: t("import.pairs.hint", "words", "article = scholarship"), Kind: "textarea", Rows: 3, Wide: true}, authors)}}
	case "refi":
		s.Groups = c.refiForm(f, pseudonyms, checked)
	case "votes":
		s.Groups = []fieldGroup{{t("import.votes"), t("import.votes.about"), f.Fields(
			Field{Name: "from-session", Label: t("import.votes.from"), Kind: "number"}, Field{Name: "to-session", Label: t("import.votes.to"), Kind: "number"},
			Field{Name: "words", Label: t("import.votes.words")}, Field{Name: "body", Label: t("import.votes.body"), Hint: t("import.votes.body.hint")},
			Field{Name: "resolutions", Label: t("import.votes.resolutions"), Hint: t("import.votes.resolutions.hint"), Kind: "textarea", Rows: 3, Wide: true},
			Field{Name: "whole-texts", Label: t("import.votes.whole"), Kind: "checks", Options: []Option{{Value: "1", Word: t("import.votes.whole.word")}}})}}
	}
	if s.Kind.Settings != "" {
		s.Unknown = c.unknownForm(f)
	}
	return nil
}

// unknownForm says what becomes of names that the corpus does not have.
func (c *Call) unknownForm(f *Form) []Field {
	none := Option{Value: "", Word: c.T.T("desk.choose")}
	return f.Fields(
		Field{Name: "unknown", Label: c.T.T("import.unknown"), Kind: "select", Options: OptionsOf(c, "import.unknown", ingest.Unknowns), Wide: true},
		Field{Name: "new-actor-kind", Label: c.T.T("import.new.actor"), Kind: "select", Options: append([]Option{none}, OptionsOf(c, "actor-kind", entente.ActorKinds)...)},
		Field{Name: "new-source-kind", Label: c.T.T("import.new.source"), Kind: "select", Options: append([]Option{none}, OptionsOf(c, "source-kind", entente.SourceKinds)...)},
		Field{Name: "new-pillar", Label: c.T.T("import.new.pillar"), Kind: "select", Options: append([]Option{none}, OptionsOf(c, "pillar", entente.Pillars)...)},
		Field{Name: "new-issue", Label: c.T.T("import.new.issue"), Most: maxMapColumn},
	)
}

// tableForm makes the fields of a table: one line for each of its columns.
func (c *Call) tableForm(s *mappingScreen, data []byte) error {
	f := s.Form
	file, err := tablefile.Open(s.Job.Name, data)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // only read
	table := f.Values.Get("table")
	if !isTable(table) {
		table = s.Job.Settings.Table.Kind
	}
	t := &tableForm{}
	s.Table = t
	head := []Field{{Name: "table", Label: c.T.T("import.table"), Kind: "select", Options: c.tableOptions()}}
	if len(file.Sheets) > 0 {
		sheets := []Option{{Value: "", Word: c.T.T("import.sheet.first")}}
		for _, name := range file.Sheets {
			sheets = append(sheets, Option{Value: name, Word: name})
		}
		head = append(head, Field{Name: "sheet", Label: c.T.T("import.sheet"), Kind: "select", Options: sheets})
	} else {
		head = append(head, Field{Name: "separator", Label: c.T.T("import.separator"), Kind: "select", Options: OptionsOf(c, "import.separator", separatorNames)})
	}
	head = append(head, Field{Name: "header-row", Label: c.T.T("import.header-row"), Most: 7})
	t.Head = f.Fields(head...)
	row, _ := strconv.Atoi(f.Values.Get("header-row"))
	look := tablefile.Mapping{Kind: table, HeaderRow: max(row, 0)}
	if len(file.Sheets) > 0 {
		look.Sheet = f.Values.Get("sheet")
	} else {
		look.Separator = separatorOf(f.Values.Get("separator"))
	}
	header, sample, err := file.Sample(look, sampleRows)
	if err != nil {
		return err
	}
	t.Header, t.Sample = header, sample[:min(len(sample), shownRows)]
	from := []Option{{Value: "", Word: c.T.T("import.from.none")}}
	for _, h := range header {
		if h != "" && !slices.ContainsFunc(from, func(o Option) bool { return o.Value == h }) {
			from = append(from, Option{Value: h, Word: h})
		}
	}
	for _, spec := range datapackage.Columns(table) {
		x := c.columnForm(f, spec, from, header, sample)
		if x.Required || x.Fault != "" || f.Values.Get("from:"+spec.Name) != "" || f.Values.Get("fixed:"+spec.Name) != "" {
			t.Columns = append(t.Columns, x)
		} else {
			t.Further = append(t.Further, x)
		}
	}
	return nil
}

// separatorNames are the choices of what parts the cells of a CSV file.
var separatorNames = []string{"auto", "comma", "semicolon", "tab", "bar"}

var separatorSigns = map[string]string{"auto": "", "comma": ",", "semicolon": ";", "tab": "tab", "bar": "|"}

func separatorOf(name string) string { return separatorSigns[name] }

func separatorName(sign string) string {
	for _, name := range separatorNames {
		if separatorSigns[name] == sign {
			return name
		}
	}
	return separatorNames[0]
}

func (c *Call) columnForm(f *Form, spec datapackage.Spec, from []Option, header []string, sample [][]string) columnForm {
	x := columnForm{Name: spec.Name, Doc: spec.Doc, Required: spec.Required && (!spec.Key || spec.Name != "id"), Fault: f.Faults["column "+spec.Name]}
	name := func(part string) string { return part + ":" + spec.Name }
	id := func(part string) string { return part + "-" + codingKey(spec.Name) }
	label := func(part string) string {
		return c.T.T("import.column."+part, "column", wordOr(c.T, "column", spec.Name))
	}
	own := slices.Clone(from)
	if v := f.Values.Get(name("from")); v != "" && !slices.ContainsFunc(own, func(o Option) bool { return o.Value == v }) {
		own = append(own, Option{Value: v, Word: c.T.T("import.from.missing", "name", v)})
	}
	fixed := Field{Name: name("fixed"), ID: id("fixed"), Label: label("fixed"), Most: maxMapCell}
	words := spec.Enum
	if spec.Type == "boolean" {
		words = []string{"yes", "no"}
	}
	if len(words) > 0 {
		fixed.Kind, fixed.Options = "select", []Option{{Value: "", Word: "–"}}
		for _, w := range words {
			fixed.Options = append(fixed.Options, Option{Value: w, Word: w})
		}
	}
	more := []Field{}
	if spec.Type == "date" {
		more = append(more, Field{Name: name("date"), ID: id("date"), Label: label("date"), Hint: c.T.T("import.column.date.hint"), Most: 30})
	}
	if len(words) > 0 {
		more = append(more, Field{Name: name("words"), ID: id("words"), Label: label("words"), Hint: c.T.T("import.column.words.hint", "list", strings.Join(words, ", ")), Kind: "textarea", Rows: 3, Wide: true})
	}
	if len(words) == 0 || spec.List {
		more = append(more, Field{Name: name("split"), ID: id("split"), Label: label("split"), Hint: c.T.T("import.column.split.hint"), Most: 8})
	}
	list := f.Fields(append([]Field{{Name: name("from"), ID: id("from"), Label: label("from"), Kind: "select", Options: own}, fixed}, more...)...)
	x.From, x.Fixed, x.More = list[0], list[1], list[2:]
	for _, m := range x.More {
		x.MoreOpen = x.MoreOpen || m.Value != "" || m.Fault != ""
	}
	x.Values = strings.Join(valuesOf(header, sample, f.Values.Get(name("from"))), " · ")
	x.MoreOpen = x.MoreOpen || len(words) > 0 && f.Values.Get(name("from")) != ""
	return x
}

// valuesOf lists some different values of a column of the sample.
func valuesOf(header []string, sample [][]string, name string) []string {
	i := slices.Index(header, name)
	if i < 0 || name == "" {
		return nil
	}
	var out []string
	for _, row := range sample {
		if i >= len(row) {
			continue
		}
		if v := shortened(strings.TrimSpace(row[i]), 60); v != "" && !slices.Contains(out, v) {
			if out = append(out, v); len(out) == shownValues {
				return append(out, "…")
			}
		}
	}
	return out
}
