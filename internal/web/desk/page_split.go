package desk

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
	"entente/internal/workbench"
)

var splitRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/codebook/{proposition}/split", Action: auth.SplitMerge, Examples: []string{"/desk/codebook/law-ihl/split"}, Do: func(c *Call) error { return c.split(nil, nil, http.StatusOK) }},
	{Method: http.MethodPost, Pattern: "/desk/codebook/{proposition}/split", Action: auth.SplitMerge, Examples: []string{"/desk/codebook/law-ihl/split"}, Do: split},
}

// Bounds of a split.
const (
	maxParts      = 6
	maxAssigned   = 400 // statements that are assigned one by one
	splitKept     = "old"
	splitParts    = "parts"
	splitPartsGet = 2
)

// splitScreen is the form that makes several propositions of one.
type splitScreen struct {
	Proposition  *entente.Proposition
	Back         string
	Action       string
	Form         *Form
	Parts        []splitPart
	Count        int
	More, Fewer  bool
	Keep         Field
	Statements   []assigned
	Left         int // statements that go where the rest goes
	Implications []assigned
	Children     []assigned
	Rest         Field
	Readings     int
	RestCoverage Field
	View         *reshapeView
	Stale        bool // something changed since the preview
}

// splitPart is the fields of one new proposition.
type splitPart struct {
	N      int
	Fields []Field
}

// assigned is one record with the proposition that it goes to.
type assigned struct {
	Brief brief
	Href  string
	Word  string
	Field Field
}

// splitTargets are the choices of where a record goes.
func (c *Call) splitTargets(f *Form, n int, keep bool, first string) []Option {
	var out []Option
	if first != "" {
		out = append(out, Option{Value: "", Word: first})
	}
	for i := 1; i <= n; i++ {
		word := c.T.T("reshape.part", "n", i)
		if id := f.Values.Get(part("id", i)); id != "" {
			word += ": " + id
		}
		out = append(out, Option{Value: strconv.Itoa(i), Word: word})
	}
	if keep {
		out = append(out, Option{Value: splitKept, Word: c.T.T("reshape.stays")})
	}
	return out
}

func part(name string, n int) string { return name + "-" + strconv.Itoa(n) }

// parts reads how many propositions the form has.
func (f *Form) parts() int {
	n, err := strconv.Atoi(f.Values.Get(splitParts))
	if err != nil {
		return splitPartsGet
	}
	return min(max(n, 1), maxParts)
}

// split shows the form, with the preview of what it would do.
func (c *Call) split(f *Form, view *reshapeView, status int) error {
	p, _, err := c.proposition()
	if err != nil {
		return err
	}
	if f == nil {
		f = c.NewForm(splitParts, strconv.Itoa(splitPartsGet))
		for i := 1; i <= splitPartsGet; i++ {
			f.Values.Set(part("pillar", i), string(p.Pillar))
			f.Values.Set(part("issue", i), p.Issue)
		}
	}
	n := f.parts()
	keep := f.Checked("keep")
	s := &splitScreen{Proposition: p, Back: codebookHref(p.ID), Action: codebookHref(p.ID, "/split"), Form: f, Count: n, More: n < maxParts, Fewer: n > 1, View: view}
	s.Stale = f.Values.Get("digest") != "" && view != nil && f.Values.Get("digest") != view.Digest && f.Values.Get("do") == "split"
	for i := 1; i <= n; i++ {
		pillars := OptionsOf(c, "pillar", entente.Pillars)
		s.Parts = append(s.Parts, splitPart{i, f.Fields(
			Field{Name: part("id", i), Label: c.T.T("codebook.id"), Hint: c.T.T("reshape.id.hint"), Required: true, Most: 100, Auto: "off"},
			Field{Name: part("statement", i), Label: c.T.T("reshape.statement"), Kind: "textarea", Rows: 2, Required: true, Wide: true},
			Field{Name: part("pillar", i), Label: c.T.T("reshape.pillar"), Kind: "select", Options: pillars},
			Field{Name: part("issue", i), Label: c.T.T("reshape.issue"), Required: true, Most: 300},
			Field{Name: part("definition", i), Label: c.T.T("codebook.definition"), Kind: "textarea", Rows: 2, Wide: true},
			Field{Name: part("examples", i), Label: c.T.T("codebook.examples"), Kind: "textarea", Rows: 2, Wide: true},
			Field{Name: part("rules", i), Label: c.T.T("codebook.rules"), Kind: "textarea", Rows: 2, Wide: true},
		)})
	}
	s.Keep = f.Fields(Field{Name: "keep", Label: c.T.T("reshape.old"), Kind: "checks", Options: []Option{{Value: "1", Word: c.T.T("reshape.keep"), Hint: c.T.T("reshape.keep.hint")}}})[0]
	if err := c.splitRecords(s, f, p, n, keep); err != nil {
		return err
	}
	s.Rest = f.Fields(Field{Name: "rest", Label: c.T.T("reshape.rest"), Hint: c.T.T("reshape.rest.hint"), Kind: "select", Options: c.splitTargets(f, n, keep, c.T.T("reshape.rest.none"))})[0]
	s.RestCoverage = f.Fields(Field{Name: "rest-coverage", Label: c.T.T("reshape.coverage"), Kind: "checks", Options: c.splitTargets(f, n, keep, "")})[0]
	return c.Show(Page{
		Template: "split", Data: s, Status: status, Kicker: c.T.T("codebook.title"), Title: c.T.T("reshape.split.title"), Lede: p.Statement, Nav: "codebook", Styles: []string{reviewStyle, "reader.css", "import.css"},
	})
}

// splitRecords lists what stands on the proposition, each with the choice of
// where it goes.
func (c *Call) splitRecords(s *splitScreen, f *Form, p *entente.Proposition, n int, keep bool) error {
	live := []store.State{store.Draft, store.InReview, store.Published}
	open := c.T.T("reshape.to.rest")
	ask := store.Query{Kinds: []string{workbench.KindStatement}, States: live, Facets: store.Facets{Proposition: string(p.ID)}}
	for {
		list, next, err := c.Desk.Bench.List(c.Context(), c.User, ask)
		if err != nil {
			return err
		}
		for i := range list {
			if len(s.Statements) == maxAssigned {
				s.Left++
				continue
			}
			var quotes []entente.Quotation
			for _, q := range c.corpus().Quotations(list[i].ID) {
				quotes = append(quotes, *q)
			}
			b, err := c.brief(list[i].Key, Cells(list[i].Body), quotes)
			if err != nil {
				return err
			}
			b.Words = nil
			name := "to:" + list[i].ID
			x := Field{Name: name, ID: "to-" + codingKey(list[i].ID), Label: c.T.T("reshape.to", "record", list[i].ID), Kind: "select", Options: c.splitTargets(f, n, keep, open)}
			s.Statements = append(s.Statements, assigned{Brief: b, Href: b.Href, Field: f.Fields(x)[0]})
		}
		if next == (store.Key{}) {
			break
		}
		ask.After = next
	}
	corpus := c.corpus()
	for i := range corpus.Implications {
		if m := &corpus.Implications[i]; m.Proposition == p.ID {
			id := string(m.Instrument)
			x := Field{Name: "implication:" + id, ID: "implication-" + codingKey(id), Label: c.T.T("reshape.to", "record", id), Kind: "select", Options: c.splitTargets(f, n, keep, open)}
			word := id
			if in := corpus.Instrument(m.Instrument); in != nil {
				word = in.Title
			}
			s.Implications = append(s.Implications, assigned{Word: word, Href: RecordHref(workbench.KindInstrument, id), Field: f.Fields(x)[0]})
		}
	}
	for i := range corpus.Coverages {
		if slices.Contains(corpus.Coverages[i].Subjects, "proposition:"+string(p.ID)) {
			s.Readings++
		}
	}
	above := c.T.T("reshape.child.up")
	if keep {
		above = c.T.T("reshape.child.stays")
	}
	for i := range corpus.Propositions {
		if q := &corpus.Propositions[i]; q.Parent == p.ID {
			x := Field{Name: "child:" + string(q.ID), ID: "child-" + codingKey(string(q.ID)), Label: c.T.T("reshape.to", "record", string(q.ID)), Kind: "select", Options: c.splitTargets(f, n, false, above)}
			s.Children = append(s.Children, assigned{Word: q.Statement, Href: codebookHref(q.ID), Field: f.Fields(x)[0]})
		}
	}
	return nil
}

// readSplit reads the form.
func (c *Call) readSplit(f *Form, old *entente.Proposition) workbench.Split {
	s := workbench.Split{
		Old: old.ID, Keep: f.Checked("keep"), Statements: map[string]entente.PropositionID{}, Implications: map[entente.InstrumentID]entente.PropositionID{},
		Children: map[entente.PropositionID]entente.PropositionID{},
	}
	ids := map[string]entente.PropositionID{}
	if s.Keep {
		ids[splitKept] = old.ID
	}
	for i := 1; i <= f.parts(); i++ {
		p := workbench.NewProposition{Proposition: entente.Proposition{
			ID: entente.PropositionID(f.Needed(part("id", i), 100)), Statement: oneLine(f.Long(part("statement", i), workbench.MaxLong)), Scope: old.Scope,
			Pillar: Choice(f, part("pillar", i), entente.Pillars), Issue: f.Needed(part("issue", i), 300),
		}, Definition: f.Long(part("definition", i), workbench.MaxLong), Examples: f.Long(part("examples", i), workbench.MaxLong), Rules: f.Long(part("rules", i), workbench.MaxLong)}
		if p.Statement == "" {
			f.Fault(part("statement", i), "needed")
		}
		if p.ID != "" && !plainID(string(p.ID)) {
			f.Fault(part("id", i), "id")
		}
		if p.Definition == "" && p.Examples+p.Rules != "" {
			f.Fault(part("definition", i), "needed")
		}
		ids[strconv.Itoa(i)] = p.ID
		s.Into = append(s.Into, p)
	}
	to := func(name string, put func(entente.PropositionID)) {
		v := f.Values.Get(name)
		if v == "" {
			return
		}
		id, ok := ids[v]
		if !ok {
			f.Fault(name, "choice")
			return
		}
		put(id)
	}
	for name := range f.Values {
		if id, ok := strings.CutPrefix(name, "to:"); ok {
			to(name, func(p entente.PropositionID) { s.Statements[id] = p })
		}
		if id, ok := strings.CutPrefix(name, "implication:"); ok {
			to(name, func(p entente.PropositionID) { s.Implications[entente.InstrumentID(id)] = p })
		}
		if id, ok := strings.CutPrefix(name, "child:"); ok {
			to(name, func(p entente.PropositionID) { s.Children[entente.PropositionID(id)] = p })
		}
	}
	to("rest", func(p entente.PropositionID) { s.Rest = p })
	for _, v := range f.Values["rest-coverage"] {
		if id, ok := ids[v]; ok {
			s.RestCoverage = append(s.RestCoverage, id)
		}
	}
	return s
}

// plainID tells whether an id is made of what stands in addresses and files
// without trouble.
func plainID(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.' {
			return false
		}
	}
	return s != "" && s[0] != '.' && s[0] != '-'
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// split previews a split, or does it when it is what was previewed.
func split(c *Call) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	p, _, err := c.proposition()
	if err != nil {
		return err
	}
	switch f.Values.Get("do") {
	case "more", "fewer":
		n := f.parts() + 1
		if f.Values.Get("do") == "fewer" {
			n -= 2
		}
		f.Values.Set(splitParts, strconv.Itoa(n))
		if n = f.parts(); f.Values.Get(part("pillar", n)) == "" {
			f.Values.Set(part("pillar", n), string(p.Pillar))
			f.Values.Set(part("issue", n), p.Issue)
		}
		return c.split(f, nil, http.StatusOK)
	}
	s := c.readSplit(f, p)
	if !f.OK() {
		return c.split(f, nil, http.StatusBadRequest)
	}
	fields := map[string]string{}
	for i := range s.Into {
		fields[string(s.Into[i].ID)] = part("id", i+1)
	}
	preview, err := c.Desk.Bench.PreviewSplit(c.Context(), s)
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.refuseReshape(err, fields); err != nil {
			return err
		}
		return c.split(f, nil, status)
	}
	view, err := c.reshapeView(preview)
	if err != nil {
		return err
	}
	if f.Values.Get("do") != "split" {
		return c.split(f, view, http.StatusOK)
	}
	if !view.Ready || f.Values.Get("digest") != view.Digest {
		return c.split(f, view, http.StatusConflict)
	}
	done, err := c.Desk.Bench.Split(c.Context(), c.User, s)
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.refuseReshape(err, fields); err != nil {
			return err
		}
		return c.split(f, nil, status)
	}
	return c.Done(fmt.Sprintf("/desk/log/%d#undo", done.Commit.Seq), "split", "n", len(s.Into), "statements", done.Statements())
}
