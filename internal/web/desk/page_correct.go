package desk

import (
	"net/http"
	"strconv"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/extract"
	"entente/internal/store"
	"entente/internal/workbench"
)

// maxText bounds a corrected text, in bytes of the form.
const maxText = 12 << 20

var correctRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/read/{id}/correct", Action: auth.Code, Examples: []string{"/desk/read/none/correct"}, Do: showCorrect},
	{Method: http.MethodPost, Pattern: "/desk/read/{id}/correct", Action: auth.Code, Body: maxText + 1<<16, Examples: []string{"/desk/read/none/correct"}, Do: correct},
	{Method: http.MethodPost, Pattern: "/desk/read/{id}/drop", Action: auth.Code, Examples: []string{"/desk/read/none/drop"}, Do: dropDocument},
}

// correctScreen is a text, or one paragraph of it, to be corrected.
type correctScreen struct {
	*opened
	Href      string
	Form      *Form
	Conflict  *Conflict
	Number    int // of the paragraph; 0: the whole text
	Before    []shownParagraph
	Text      Field
	Base      int
	Passages  int // coded in what is shown
	WholeHref string
	Theirs    string // what stands there now, after a conflict
	Why       Field
}

func showCorrect(c *Call) error {
	o, err := c.open()
	if err != nil {
		return err
	}
	n, err := c.paragraphOf(o)
	if err != nil {
		return err
	}
	return c.correcting(o, n, nil, nil, http.StatusOK)
}

// paragraphOf reads the paragraph that the address names; 0 when it names none.
func (c *Call) paragraphOf(o *opened) (int, error) {
	s, err := c.Query("paragraph", 8)
	if err != nil || s == "" {
		return 0, err
	}
	n, err := strconv.Atoi(s)
	if err != nil || o.paragraph(n) == nil {
		return 0, Bad("paragraph", "the text has no such paragraph", "give a number from 1 to "+strconv.Itoa(len(o.text.Paragraphs)))
	}
	return n, nil
}

// correcting shows the text to be corrected; n is the paragraph, 0 the whole.
func (c *Call) correcting(o *opened, n int, f *Form, conflict *Conflict, status int) error {
	s := &correctScreen{opened: o, Href: o.at(0, "correct"), Number: n, Conflict: conflict, Base: o.Version, WholeHref: o.at(0, "correct")}
	now := o.text.Plain
	if n > 0 {
		now = o.paragraph(n).Text
		s.Href += queryWith(nil, "paragraph", strconv.Itoa(n))
	}
	if conflict != nil {
		s.Theirs = now
	}
	if f == nil {
		f = c.NewForm("text", now)
	}
	s.Form = f
	rows := 24
	if n > 0 {
		rows = 8
	}
	s.Text = f.Fields(Field{Name: "text", Label: c.T.T("correct.text"), Kind: "textarea", Rows: rows, Hint: c.T.T("correct.text.hint"), Required: true})[0]
	s.Why = f.Fields(Field{Name: "why", Label: c.T.T("desk.record.why"), Required: true, Most: 300, Wide: true})[0]
	list, err := c.codings(o.ID)
	if err != nil {
		return err
	}
	marks := stretches(list)
	s.Passages = len(marks)
	if n > 0 {
		in := within(marks, longest(marks), o.paragraph(n))
		s.Passages = len(in)
		s.Before = []shownParagraph{o.shown(n, marks)}
	}
	title := c.T.T("correct.title")
	defer c.squeezes()()
	if n > 0 {
		title = c.T.T("correct.title.paragraph", "n", n)
	}
	return c.Show(Page{
		Template: "correct", Data: s, Status: status, Kicker: o.Title, Title: title, Lede: c.T.T("correct.lede"), Nav: "documents", Styles: []string{"reader.css"},
	})
}

// correctedScreen tells what a correction did to the quotations.
type correctedScreen struct {
	*opened
	Href string
	Sets []relocatedSet
}

type relocatedSet struct {
	Name         string // moved, fuzzy, orphaned
	Title, About string
	List         []relocatedRow
}

type relocatedRow struct {
	Statement, History string
	From, To           string // the words
	Href, Where        string // where it stands now
}

// correct keeps a corrected text and reports what became of the passages.
func correct(c *Call) error {
	o, err := c.open()
	if err != nil {
		return err
	}
	n, err := c.paragraphOf(o)
	if err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	base, text := f.Number("base", 1, 1<<30), f.Long("text", maxText)
	if text == "" && f.Faults["text"] == "" {
		f.Fault("text", "needed")
	}
	if !f.OK() {
		return c.correcting(o, n, f, nil, http.StatusBadRequest)
	}
	whole := text
	if n > 0 {
		whole = withParagraph(o.text, n, text)
	}
	done, err := c.Desk.Bench.CorrectText(c.Context(), c.User, o.ID, whole, base)
	if err != nil {
		conflict, err := c.Conflicting(err, store.Key{Kind: workbench.KindDocument, ID: o.ID}, base, nil)
		if conflict != nil {
			conflict.Sides = nil // the record holds hashes; the text itself stands below
			return c.correcting(o, n, f, conflict, http.StatusConflict)
		}
		status := auth.StatusOf(err)
		if err := f.refuseTo("text", err); err != nil {
			return err
		}
		return c.correcting(o, n, f, nil, status)
	}
	now, err := c.open()
	if err != nil {
		return err
	}
	return c.corrected(now, done)
}

func (c *Call) corrected(o *opened, done *workbench.Correction) error {
	s := &correctedScreen{opened: o, Href: o.at(0)}
	for _, set := range []struct {
		name string
		list []workbench.Relocated
	}{{"orphaned", done.Orphaned}, {"fuzzy", done.Fuzzy}, {"moved", done.Moved}} {
		out := relocatedSet{Name: set.name, Title: c.T.T("corrected.set."+set.name, "n", len(set.list)), About: c.T.Label("corrected.about", set.name)}
		for _, r := range set.list {
			row := relocatedRow{Statement: r.Statement, History: RecordHref(workbench.KindStatement, r.Statement), From: shortened(r.From.Exact, shownQuote)}
			if r.Found != workbench.Orphaned {
				row.To, row.Href, row.Where = shortened(r.To.Exact, shownQuote), o.at(r.To.Paragraph), extract.Pinpoint(o.text, r.To.Start, r.To.End)
			}
			out.List = append(out.List, row)
		}
		if len(out.List) > 0 {
			s.Sets = append(s.Sets, out)
		}
	}
	return c.Show(Page{
		Template: "corrected", Data: s, Kicker: o.Title, Title: c.T.T("corrected.title"), Nav: "documents", Styles: []string{"reader.css"},
		Lede: c.T.T("corrected.lede", "moved", len(done.Moved), "fuzzy", len(done.Fuzzy), "orphaned", len(done.Orphaned)),
	})
}

// withParagraph is the whole text with one paragraph replaced.
func withParagraph(t *extract.Text, n int, words string) string {
	var b strings.Builder
	for i := range t.Paragraphs {
		if i > 0 {
			b.WriteString("\n\n")
		}
		if i == n-1 {
			b.WriteString(words)
		} else {
			b.WriteString(t.Paragraphs[i].Text)
		}
	}
	return b.String()
}

// refuseTo is Refuse with what is wrong put beside one field, whatever the error
// names, and with errors of what is not available now.
func (f *Form) refuseTo(field string, err error) error {
	if e := asEntente(err); e != nil && (e.Kind == entente.Invalid || e.Kind == entente.Unavailable) {
		e2 := *e
		e2.Kind, e2.Place = entente.Invalid, field
		return f.Refuse(&e2, field)
	}
	return f.Refuse(err)
}

// dropDocument takes a document back that nothing is coded in.
func dropDocument(c *Call) error {
	o, err := c.open()
	if err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	base, why := f.Number("base", 1, 1<<30), f.Needed("why", workbench.MaxShort)
	if !f.OK() {
		return c.correcting(o, 0, keepText(f, o), nil, http.StatusBadRequest)
	}
	if err := c.Desk.Bench.DropDocument(c.Context(), c.User, o.ID, base, why); err != nil {
		status := auth.StatusOf(err)
		if err := f.Refuse(err); err != nil {
			return err
		}
		return c.correcting(o, 0, keepText(f, o), nil, status)
	}
	return c.Done("/desk/documents", "document-dropped", "title", shortened(o.Title, 100))
}

// keepText fills in the text that the form of another act did not have.
func keepText(f *Form, o *opened) *Form {
	f.Values.Set("text", o.text.Plain)
	return f
}
