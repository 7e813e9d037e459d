package desk

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"entente"
	"entente/internal/auth"
	"entente/internal/extract"
	"entente/internal/store"
	"entente/internal/workbench"
)

// codingFields are those that a fault can stand beside.
var codingFields = []string{"exact", "paragraph", "actor", "proposition", "stance", "conditions", "date", "date_basis", "instrument", "pinpoint", "note"}

// readInput reads what a coder says of a passage. Without a passage an edit keeps
// the one that is there.
func (c *Call) readInput(f *Form, o *opened, x *choices, edit bool) workbench.NewCoding {
	n := workbench.NewCoding{
		Passage: f.Text("passage", maxID), Conditions: f.Long("conditions", workbench.MaxLong), Note: f.Long("note", workbench.MaxLong),
		Pinpoint: f.Text("pinpoint", workbench.MaxShort), Date: f.Date("date"), DateBasis: Choice(f, "date_basis", entente.DateBases),
	}
	n.Start, n.End = f.readPassage(o, edit)
	var ok bool
	if word := f.Needed("actor", maxWord); word != "" {
		if n.Actor, ok = x.actor(word); !ok {
			f.Fault("actor", "actor")
		}
	}
	if word := f.Needed("proposition", maxWord); word != "" {
		if n.Proposition, ok = x.proposition(word); !ok {
			f.Fault("proposition", "proposition")
		}
	}
	if word := f.Text("instrument", maxWord); word != "" {
		if n.Instrument, ok = x.instrument(word); !ok {
			f.Fault("instrument", "instrument")
		}
	}
	n.Stance = Choice(f, "stance", slices.Concat(entente.Stances, []entente.Stance{unset}))
	if n.Stance == unset {
		n.Stance = ""
	}
	if n.DateBasis != entente.ActDate && n.Date.IsZero() && f.Faults["date"] == "" {
		f.Fault("date", "needed")
	}
	return n
}

// maxWord bounds what is typed to choose a record, maxID the id of one.
const (
	maxWord = 1000
	maxID   = 1000
)

// readPassage finds the passage: where the script says it is, if the words still
// stand there, else by the words in their paragraph.
func (f *Form) readPassage(o *opened, edit bool) (start, end int) {
	words := f.Long("exact", maxExact)
	number := f.Text("paragraph", 8)
	if words == "" && f.Faults["exact"] != "" {
		return 0, 0
	}
	if f.Values.Get("document") != o.Hash { // the text was corrected after the page was made
		f.Values.Del("start")
		f.Values.Del("end")
	}
	if from := f.Values.Get("start"); from != "" {
		a, err1 := strconv.Atoi(from)
		b, err2 := strconv.Atoi(f.Values.Get("end"))
		if err1 == nil && err2 == nil && a < b && sameWords(o.text, a, b, words) {
			return a, b
		}
	}
	if words == "" && number == "" {
		if !edit {
			f.Fault("exact", "passage")
		}
		return 0, 0
	}
	n := 0
	if number != "" {
		if n, _ = strconv.Atoi(number); o.paragraph(n) == nil {
			f.Fault("paragraph", "paragraph", "most", len(o.text.Paragraphs))
			return 0, 0
		}
	}
	if words == "" {
		p := o.paragraph(n) // the whole of it
		return p.Start, p.End
	}
	return f.placeWords(o.text, n, words)
}

// placeWords finds words, and says why when it cannot.
func (f *Form) placeWords(t *extract.Text, paragraph int, words string) (start, end int) {
	spots := findWords(t, paragraph, words)
	switch {
	case len(spots) == 1:
		return spots[0].start, spots[0].end
	case len(spots) > 1 && paragraph > 0:
		f.Fault("exact", "twice-here", "paragraph", paragraph)
	case len(spots) > 1:
		f.Fault("paragraph", "twice", "a", spots[0].paragraph, "b", spots[1].paragraph)
	case paragraph > 0:
		if other := findWords(t, 0, words); len(other) > 0 {
			f.Fault("paragraph", "elsewhere", "paragraph", paragraph, "other", other[0].paragraph)
			break
		}
		f.Fault("exact", "not-there", "paragraph", paragraph)
	default:
		f.Fault("exact", "nowhere")
	}
	return 0, 0
}

// refuseCoding notes what the bench refuses.
func (f *Form) refuseCoding(err error) error {
	if e := asEntente(err); e != nil {
		e2 := *e
		if to, ok := map[string]string{"passage": "exact", "actors": "actor", "propositions": "proposition", "instruments": "instrument"}[e.Place]; ok {
			e2.Place = to
		}
		err = &e2
	}
	return f.Refuse(err, codingFields...)
}

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

// columns of a statement that the form has, for a conflict.
func columnsOf(n *workbench.NewCoding) map[string]string {
	m := map[string]string{
		"actor": string(n.Actor), "proposition": string(n.Proposition), "stance": string(n.Stance), "conditions": n.Conditions, "note": n.Note, "instrument": string(n.Instrument),
	}
	if n.Pinpoint != "" {
		m["pinpoint"] = n.Pinpoint
	}
	if !n.Date.IsZero() {
		m["date"], m["date_basis"] = n.Date.String(), string(n.DateBasis)
	}
	return m
}

func editCoding(c *Call) error {
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
	id := c.Path("coding")
	before, err := c.codings(o.ID)
	if err != nil {
		return err
	}
	base := f.Number("base", 1, 1<<30)
	n := c.readInput(f, o, x, true)
	show := func(status int, conflict *Conflict) error {
		if c.wantsJSON() {
			return c.refusedJSON(status, f)
		}
		return c.coding(o, n.Passage, f, f.Problem(), conflict, status)
	}
	if !f.OK() {
		return show(http.StatusBadRequest, nil)
	}
	made, err := c.Desk.Bench.EditCoding(c.Context(), c.User, o.ID, id, base, n)
	if err != nil {
		conflict, err := c.Conflicting(err, store.Key{Kind: workbench.KindStatement, ID: id}, base, columnsOf(&n))
		if conflict != nil {
			return show(http.StatusConflict, conflict)
		}
		status := auth.StatusOf(err)
		if err := f.refuseCoding(err); err != nil {
			return err
		}
		return show(status, nil)
	}
	if c.wantsJSON() {
		return c.changed(o, id, of(before, id), c.T.T("done.coding-changed", "proposition", made.Statement.Proposition))
	}
	return c.Done(o.at(made.Quotation.Paragraph), "coding-changed", "proposition", made.Statement.Proposition)
}

// of picks the passages of one coding.
func of(list []workbench.Placed, id string) []workbench.Placed {
	var out []workbench.Placed
	for i := range list {
		if list[i].Statement.ID == id {
			out = append(out, list[i])
		}
	}
	return out
}

func dropCoding(c *Call) error {
	o, err := c.open()
	if err != nil {
		return c.failed(err)
	}
	f, err := c.Form()
	if err != nil {
		return c.failed(err)
	}
	id := c.Path("coding")
	list, err := c.codings(o.ID)
	if err != nil {
		return err
	}
	before := of(list, id)
	base := f.Number("base", 1, 1<<30)
	if f.OK() {
		err = c.Desk.Bench.DropCoding(c.Context(), c.User, id, base)
	}
	var conflict *Conflict
	status := http.StatusBadRequest
	if err != nil {
		if conflict, err = c.Conflicting(err, store.Key{Kind: workbench.KindStatement, ID: id}, base, nil); conflict != nil {
			status, f.Faults[""] = http.StatusConflict, c.T.T("conflict.title")
		} else if status = auth.StatusOf(err); err != nil {
			if err := f.Refuse(err); err != nil {
				return err
			}
		}
	}
	if !f.OK() {
		if c.wantsJSON() {
			return c.refusedJSON(status, f)
		}
		return c.coding(o, "", nil, f.Problem(), conflict, status)
	}
	if c.wantsJSON() {
		return c.changed(o, id, before, c.T.T("done.coding-dropped"))
	}
	paragraph := 0
	if len(before) > 0 {
		paragraph = before[0].Paragraph
	}
	return c.Done(o.at(paragraph), "coding-dropped")
}
