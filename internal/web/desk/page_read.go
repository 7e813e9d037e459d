package desk

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"entente"
	"entente/internal/auth"
	"entente/internal/chart"
	"entente/internal/workbench"
)

var readRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/read/{id}", Action: auth.ReadDrafts, Examples: []string{"/desk/read/none"}, Do: showRead},
	{Method: http.MethodGet, Pattern: "/desk/read/{id}/file", Action: auth.ReadDrafts, Examples: []string{"/desk/read/none/file"}, Do: sendFile},
	{Method: http.MethodGet, Pattern: "/desk/read/{id}/candidates", Action: auth.ReadDrafts, Examples: []string{"/desk/read/none/candidates?paragraph=1"}, Do: showCandidates},
	{Method: http.MethodPost, Pattern: "/desk/read/{id}/code", Action: auth.Code, Examples: []string{"/desk/read/none/code"}, Do: code},
	{Method: http.MethodGet, Pattern: "/desk/read/{id}/codings/{coding}/edit", Action: auth.Code, Examples: []string{"/desk/read/none/codings/none/edit"}, Do: showCoding},
	{Method: http.MethodPost, Pattern: "/desk/read/{id}/codings/{coding}/edit", Action: auth.Code, Examples: []string{"/desk/read/none/codings/none/edit"}, Do: editCoding},
	{Method: http.MethodPost, Pattern: "/desk/read/{id}/codings/{coding}/drop", Action: auth.Code, Examples: []string{"/desk/read/none/codings/none/drop"}, Do: dropCoding},
}

// readScreen is a text with what was coded in it.
type readScreen struct {
	*opened
	Href     string
	Source   Link
	Facts    []string
	Near     []Link // documents with nearly the same text
	Text     template.HTML
	Codings  template.HTML
	Count    int
	Form     *codingForm // nil when nothing can be coded
	Closed   *taskRow    // the blind task that closes it
	Tasks    []taskRow   // of the reader
	Blind    bool        // codings of others are hidden
	Readings readingList
	Suggest  *suggestScreen
	Silent   bool // nothing is suggested, since the reader codes blind
	MayEdit  bool
	Refused  bool   // the form was sent and not taken
	Problem  string // what is wrong with it as a whole
}

func showRead(c *Call) error {
	f := c.NewForm()
	for _, x := range []struct {
		name string
		most int
	}{{"paragraph", 8}, {"actor", 300}, {"proposition", 300}} {
		v, err := c.Query(x.name, x.most)
		if err != nil {
			return err
		}
		f.Values.Set(x.name, v)
	}
	o, err := c.open()
	if err != nil {
		return err
	}
	return c.read(o, f, http.StatusOK)
}

// read shows a text with the form as it stands.
func (c *Call) read(o *opened, f *Form, status int) error {
	list, err := c.codings(o.ID)
	if err != nil {
		return err
	}
	x, err := c.choices()
	if err != nil {
		return err
	}
	tasks, err := c.Desk.Bench.Tasks(c.Context(), c.User, workbench.TaskFilter{Document: o.ID})
	if err != nil {
		return err
	}
	readings, err := c.Desk.Bench.Readings(c.Context(), c.User, o.ID)
	if err != nil {
		return err
	}
	s := &readScreen{opened: o, Href: o.at(0), Count: len(list), MayEdit: c.May(auth.Code), Facts: c.facts(o), Refused: !f.OK(), Problem: f.Problem()}
	s.Source = Link{Href: RecordHref(workbench.KindSource, string(o.source.ID)), Word: o.source.Title}
	s.Text = textHTML(o.text, stretches(list), func(n int) string { return c.T.T("read.page", "n", n) })
	closed := c.closed(tasks)
	s.Codings = c.rowsHTML(c.rows(o, list, x, closed == nil, nil))
	for i := range tasks {
		t := &tasks[i]
		s.Blind = s.Blind || t.Hides()
		if t.Has(c.User.Name) {
			row := c.taskRow(t)
			row.Left = leftIn(t, list, readings)
			s.Tasks = append(s.Tasks, row)
		}
	}
	s.Readings = readingList{c.readingRows(o, readings, x, closed == nil), "read"}
	switch {
	case closed != nil:
		row := c.taskRow(closed)
		s.Closed = &row
	case c.May(auth.Code):
		if f.Values.Get("actor") == "" && len(o.source.TextOf) == 1 && f.OK() {
			f.Values.Set("actor", x.label(o.source.TextOf[0]))
		}
		s.Form = c.codingForm(o, f, x, o.at(0, "code"), false)
	}
	s.Silent = c.blind(tasks)
	if n, err := strconv.Atoi(f.Values.Get("paragraph")); err == nil && !s.Silent && status == http.StatusOK && o.paragraph(n) != nil {
		if s.Suggest, err = c.suggest(o, n, x); err != nil {
			return err
		}
	}
	if s.Near, err = c.nearOnes(); err != nil {
		return err
	}
	defer c.squeezes()()
	return c.Show(Page{
		Template: "read", Data: s, Status: status, Title: o.Title, Kicker: c.T.T("read.kicker"), Nav: "documents",
		Islands: []string{"actorpicker", "reader"}, Styles: []string{"reader.css"},
	})
}

// facts tell what text this is, each in a few words.
func (c *Call) facts(o *opened) []string {
	var out []string
	add := func(s string) {
		if s != "" {
			out = append(out, s)
		}
	}
	if o.source.Date.IsZero() {
		add(c.T.T("read.undated"))
	} else {
		add(c.T.Date(o.source.Date.String()))
	}
	if o.Lang != "" {
		add(c.T.T("read.lang", "lang", o.Lang))
	}
	add(c.T.Label("text-status", string(o.Status)))
	add(c.T.T("read.paragraphs", "n", o.Paragraphs))
	if o.Pages > 0 {
		add(c.T.T("read.pages", "n", o.Pages))
	}
	if n := len(o.Past); n > 0 {
		add(c.T.T("read.corrected", "n", n))
	}
	return out
}

// maxNear bounds the near duplicates that an address names.
const maxNear = 5

// nearOnes are the documents that the address names as nearly the same text: an
// upload leads here with them.
func (c *Call) nearOnes() ([]Link, error) {
	var out []Link
	for _, id := range c.R.URL.Query()["near"] {
		if len(out) == maxNear {
			break
		}
		doc, err := c.Desk.Bench.Document(c.Context(), id)
		switch {
		case entente.KindOf(err) == entente.NotFound:
			continue
		case err != nil:
			return nil, err
		}
		out = append(out, Link{Href: ReadHref(doc.ID), Word: doc.Title})
	}
	return out, nil
}

// stanceChoice is one radio button of the form.
type stanceChoice struct {
	Value, Class, Word string
	On                 bool
}

// codingForm is the form in which a passage is coded.
type codingForm struct {
	*Form
	Action     string
	Edit       bool
	Exact      Field
	Paragraph  Field
	Actor      Field
	Prop       Field
	Stances    []stanceChoice
	Conditions Field
	More       []Field
	Hidden     []Field
	MoreOpen   bool
	*choices
}

// codingForm makes it. No stance is chosen unless it was chosen by a person.
func (c *Call) codingForm(o *opened, f *Form, x *choices, action string, edit bool) *codingForm {
	s := &codingForm{Form: f, Action: action, Edit: edit, choices: x}
	one := func(field Field) Field { return f.Fields(field)[0] }
	t := c.T.T
	s.Exact = one(Field{Name: "exact", Label: t("coding.exact"), Kind: "textarea", Rows: 3, Hint: t("coding.exact.hint")})
	s.Paragraph = one(Field{Name: "paragraph", Label: t("coding.paragraph"), Kind: "number", Hint: t("coding.paragraph.hint", "n", o.Paragraphs)})
	s.Actor = one(Field{Name: "actor", Label: t("word.actor"), Required: true, List: "actors-list", Auto: "off"})
	s.Prop = one(Field{Name: "proposition", Label: t("word.proposition"), Required: true, List: "propositions-list", Auto: "off"})
	chosen := f.Values.Get("stance")
	for _, st := range entente.Stances {
		s.Stances = append(s.Stances, stanceChoice{string(st), string(st), c.T.Label("stance", string(st)), chosen == string(st)})
	}
	s.Stances = append(s.Stances, stanceChoice{unset, string(chart.NotCoded), t("coding.stance.unset"), chosen == unset})
	s.Conditions = one(Field{Name: "conditions", Label: t("coding.conditions"), Kind: "textarea", Rows: 2, Hint: t("coding.conditions.hint")})
	day := t("coding.date.none")
	if !o.source.Date.IsZero() {
		day = t("coding.date.hint", "date", c.T.Date(o.source.Date.String()))
	}
	s.More = f.Fields(
		Field{Name: "pinpoint", Label: t("coding.pinpoint"), Hint: t("coding.pinpoint.hint"), Most: workbench.MaxShort},
		Field{Name: "date", Label: t("coding.date"), Hint: day, Most: 10},
		Field{Name: "date_basis", Label: t("coding.basis"), Kind: "checks", Options: []Option{{Value: string(entente.NotLaterThan), Word: t("coding.basis.not-later-than")}}},
		Field{Name: "instrument", Label: t("coding.instrument"), Hint: t("coding.instrument.hint"), List: "instruments-list", Auto: "off", Most: 300},
		Field{Name: "note", Label: t("coding.note"), Kind: "textarea", Rows: 3},
	)
	s.MoreOpen = slices.ContainsFunc(s.More, func(x Field) bool { return x.Value != "" || x.Fault != "" })
	s.Hidden = f.Fields(
		Field{Name: "start", Kind: "hidden"}, Field{Name: "end", Kind: "hidden"}, Field{Name: "document", Kind: "hidden"},
		Field{Name: "base", Kind: "hidden"}, Field{Name: "passage", Kind: "hidden"},
	)
	for i := range s.Hidden {
		if s.Hidden[i].Name == "document" {
			s.Hidden[i].Value = o.Hash // of the text that the page shows
		}
	}
	return s
}
