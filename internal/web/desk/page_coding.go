package desk

import (
	"html/template"
	"net/http"
	"strconv"

	"entente"
	"entente/internal/auth"
	"entente/internal/workbench"
)

// code makes a coding.
func code(c *Call) error {
	o, err := c.open()
	if err != nil {
		return c.failed(err)
	}
	f, err := c.Form()
	if err != nil {
		return c.failed(err)
	}
	x, err := c.choices()
	if err != nil {
		return err
	}
	n := c.readInput(f, o, x, false)
	if !f.OK() {
		return c.again(o, f, http.StatusBadRequest)
	}
	made, err := c.Desk.Bench.Code(c.Context(), c.User, o.ID, n)
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.refuseCoding(err); err != nil {
			return err
		}
		return c.again(o, f, status)
	}
	c.coded(o.ID, made)
	words := c.T.T("done.coded", "proposition", made.Statement.Proposition, "pinpoint", made.Statement.Pinpoint)
	if made.Statement.Stance == "" {
		words += " " + c.T.T("coding.unset.note")
	}
	if c.wantsJSON() {
		return c.changed(o, made.Statement.ID, nil, words)
	}
	return c.Done(o.at(made.Quotation.Paragraph), "coded", "proposition", made.Statement.Proposition, "pinpoint", made.Statement.Pinpoint)
}

// again shows the reading page with what was wrong in its form.
func (c *Call) again(o *opened, f *Form, status int) error {
	if c.wantsJSON() {
		return c.refusedJSON(status, f)
	}
	return c.read(o, f, status)
}

// codingScreen is one coding to be changed or taken back.
type codingScreen struct {
	*opened
	Row        *codingRow
	Form       *codingForm
	Paragraphs []shownParagraph
	Conflict   *Conflict
	Problem    string // what went wrong
}

// shownParagraph is a paragraph of the passage.
type shownParagraph struct {
	Number int
	Href   string
	HTML   template.HTML
}

// shown is a paragraph with its coded passages marked.
func (o *opened) shown(n int, marks []stretch) shownParagraph {
	return shownParagraph{n, o.at(n), template.HTML(paragraphHTML(o.paragraph(n), marks))} //nolint:gosec // escaped by writeMarked
}

// placed finds the coding of the address among those that the reader may see; the
// first of its passages, or the one that is named.
func (c *Call) placed(o *opened, passage string) (*workbench.Placed, error) {
	list, err := c.codings(o.ID)
	if err != nil {
		return nil, err
	}
	var out *workbench.Placed
	for i := range list {
		if p := &list[i]; p.Statement.ID == c.Path("coding") && (out == nil || p.Passage == passage && passage != "") {
			out = p
		}
	}
	if out == nil {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "read coding", Place: clipped(c.Path("coding")), Msg: "there is no such coding in this document", Hint: "load the text again"}
	}
	return out, nil
}

func showCoding(c *Call) error {
	o, err := c.open()
	if err != nil {
		return err
	}
	passage, err := c.Query("passage", maxID)
	if err != nil {
		return err
	}
	if c.wantsJSON() {
		return c.codingJSON(o, passage)
	}
	return c.coding(o, passage, nil, "", nil, http.StatusOK)
}

// codingJSON gives the script the fields of a coding, to fill the form beside the
// text with.
func (c *Call) codingJSON(o *opened, passage string) error {
	p, err := c.placed(o, passage)
	if err != nil {
		return c.failed(err)
	}
	x, err := c.choices()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, struct {
		Fields map[string]string `json:"fields"`
		Start  int               `json:"start"`
		End    int               `json:"end"`
	}{formOf(o, p, x), p.Start, p.End})
}

// coding shows a coding with its form; f is nil when nothing was typed yet.
func (c *Call) coding(o *opened, passage string, f *Form, problem string, conflict *Conflict, status int) error {
	p, err := c.placed(o, passage)
	if err != nil {
		return err
	}
	x, err := c.choices()
	if err != nil {
		return err
	}
	if f == nil {
		f = c.NewForm()
		for name, value := range formOf(o, p, x) {
			f.Values.Set(name, value)
		}
		f.Values.Del("exact") // an empty passage keeps the one that is there
		f.Values.Del("paragraph")
	}
	if conflict != nil {
		f.Values.Set("base", strconv.Itoa(conflict.Base))
	}
	s := &codingScreen{opened: o, Conflict: conflict, Problem: problem}
	list, err := c.codings(o.ID)
	if err != nil {
		return err
	}
	rows := c.rows(o, list, x, true, func(q *workbench.Placed) bool { return q.Statement.ID == p.Statement.ID && q.Passage == p.Passage })
	s.Row = &rows[0]
	if s.Row.Edit != "" {
		s.Form = c.codingForm(o, f, x, o.at(0, "codings", p.Statement.ID, "edit"), true)
	}
	marks := stretches([]workbench.Placed{*p})
	for _, n := range o.paragraphs([]workbench.Placed{*p}) {
		s.Paragraphs = append(s.Paragraphs, o.shown(n, marks))
	}
	return c.Show(Page{
		Template: "coding", Data: s, Status: status, Kicker: c.T.T("coding.kicker"), Title: s.Row.Words, Nav: "documents",
		Islands: []string{"actorpicker"}, Styles: []string{"reader.css"},
	})
}
