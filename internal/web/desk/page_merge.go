package desk

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
	"entente/internal/workbench"
)

var mergeRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/codebook/{proposition}/merge", Action: auth.SplitMerge, Examples: []string{"/desk/codebook/law-ihl/merge"}, Do: func(c *Call) error { return c.merge(nil, nil, http.StatusOK) }},
	{Method: http.MethodPost, Pattern: "/desk/codebook/{proposition}/merge", Action: auth.SplitMerge, Examples: []string{"/desk/codebook/law-ihl/merge"}, Do: sendMerge},
}

// maxFrom is how many propositions one merge takes in.
const maxFrom = 6

// mergeScreen is the form of a merge.
type mergeScreen struct {
	Proposition  *entente.Proposition
	Back, Action string
	Form         *Form
	From         []Field
	Codebook     []Field
	Implications []Field // that say different things
	Propositions []Suggestion
	View         *reshapeView
	Stale        bool // something changed since the preview
}

// merge shows the form, with the preview when there is one.
func (c *Call) merge(f *Form, view *reshapeView, status int) error {
	p, _, err := c.proposition()
	if err != nil {
		return err
	}
	if f == nil {
		f = c.NewForm()
	}
	x, err := c.choices()
	if err != nil {
		return err
	}
	s := &mergeScreen{Proposition: p, Back: codebookHref(p.ID), Action: codebookHref(p.ID, "/merge"), Form: f, View: view}
	s.Stale = view != nil && f.Values.Get("do") == "merge" && f.Values.Get("digest") != view.Digest
	for _, o := range x.Propositions {
		if o.Value != string(p.ID) {
			s.Propositions = append(s.Propositions, o)
		}
	}
	from := []entente.PropositionID{p.ID}
	for i := 1; i <= maxFrom; i++ {
		n := strconv.Itoa(i)
		s.From = append(s.From, f.Fields(Field{Name: "from-" + n, Label: c.T.T("reshape.from", "n", i), Required: i == 1, Most: 200, List: "propositions-list", Auto: "off"})[0])
		if id := entente.PropositionID(f.Values.Get("from-" + n)); id != "" && !slices.Contains(from, id) {
			from = append(from, id)
		}
	}
	s.Codebook = f.Fields(
		Field{Name: "definition", Label: c.T.T("codebook.definition"), Hint: c.T.T("reshape.merge.definition.hint"), Kind: "textarea", Rows: 3, Wide: true},
		Field{Name: "examples", Label: c.T.T("codebook.examples"), Kind: "textarea", Rows: 2, Wide: true},
		Field{Name: "rules", Label: c.T.T("codebook.rules"), Kind: "textarea", Rows: 2, Wide: true},
	)
	shared, err := c.sharedImplications(from)
	if err != nil {
		return err
	}
	for _, i := range shared {
		options := []Option{{Word: c.T.T("reshape.implication.none")}}
		for _, id := range i.of {
			options = append(options, Option{Value: string(id), Word: string(id)})
		}
		name := "im-" + string(i.instrument)
		s.Implications = append(s.Implications, f.Fields(Field{Name: name, ID: "f-" + codingKey(name), Label: c.T.T("reshape.implication", "instrument", string(i.instrument)), Kind: "select", Options: options})[0])
	}
	return c.Show(Page{
		Template: "merge", Data: s, Status: status, Kicker: c.T.T("codebook.title"), Title: c.T.T("reshape.merge.title"), Lede: p.Statement, Nav: "codebook",
		Styles: []string{reviewStyle, "reader.css", "import.css"}, Islands: []string{"actorpicker"},
	})
}

// shared is an instrument that says something on several of the propositions.
type shared struct {
	instrument entente.InstrumentID
	of         []entente.PropositionID
}

// sharedImplications lists the instruments that several of the propositions rest
// on.
func (c *Call) sharedImplications(list []entente.PropositionID) ([]shared, error) {
	var out []shared
	for _, id := range list {
		rows, _, err := c.Desk.Bench.List(c.Context(), c.User, store.Query{
			Kinds: []string{workbench.KindImplication}, Facets: store.Facets{Proposition: string(id)}, States: []store.State{store.Draft, store.InReview, store.Published},
		})
		if err != nil {
			return nil, err
		}
		for i := range rows {
			var r entente.Records
			if readRow(&r, &rows[i]) != nil {
				continue // an unfinished draft
			}
			in := r.Implications[0].Instrument
			at := slices.IndexFunc(out, func(s shared) bool { return s.instrument == in })
			if at < 0 {
				at = len(out)
				out = append(out, shared{instrument: in})
			}
			out[at].of = append(out[at].of, id)
		}
	}
	return slices.DeleteFunc(out, func(s shared) bool { return len(s.of) < 2 }), nil
}

// readMerge reads the form.
func (c *Call) readMerge(f *Form, into *entente.Proposition) (workbench.Merge, error) {
	m := workbench.Merge{
		Into: into.ID, Implications: map[entente.InstrumentID]entente.PropositionID{},
		Definition: f.Long("definition", workbench.MaxLong), Examples: f.Long("examples", workbench.MaxLong), Rules: f.Long("rules", workbench.MaxLong),
	}
	for i := 1; i <= maxFrom; i++ {
		name := "from-" + strconv.Itoa(i)
		id := f.Text(name, 200)
		if id == "" {
			continue
		}
		v, err := c.Desk.Bench.Record(c.Context(), c.User, store.Key{Kind: workbench.KindProposition, ID: id})
		switch {
		case entente.KindOf(err) == entente.NotFound || err == nil && v.State == store.Retired:
			f.Fault(name, "proposition")
		case err != nil:
			return m, err
		case id == string(into.ID):
			f.Fault(name, "reshape-self")
		default:
			m.From = append(m.From, entente.PropositionID(id))
		}
	}
	if len(m.From) == 0 {
		f.Fault("from-1", "needed")
	}
	if !f.OK() {
		return m, nil
	}
	list, err := c.sharedImplications(append([]entente.PropositionID{into.ID}, m.From...))
	if err != nil {
		return m, err
	}
	for _, s := range list {
		name := "im-" + string(s.instrument)
		if v := Choice(f, name, s.of); v != "" {
			m.Implications[s.instrument] = v
		}
	}
	return m, nil
}

// sendMerge previews a merge, or does what the preview showed.
func sendMerge(c *Call) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	into, _, err := c.proposition()
	if err != nil {
		return err
	}
	m, err := c.readMerge(f, into)
	if err != nil {
		return err
	}
	if !f.OK() {
		return c.merge(f, nil, http.StatusBadRequest)
	}
	preview, err := c.Desk.Bench.PreviewMerge(c.Context(), m)
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.refuseReshape(err, nil); err != nil {
			return err
		}
		return c.merge(f, nil, status)
	}
	view, err := c.reshapeView(preview)
	if err != nil {
		return err
	}
	if f.Values.Get("do") != "merge" {
		return c.merge(f, view, http.StatusOK)
	}
	if !view.Ready || f.Values.Get("digest") != view.Digest {
		return c.merge(f, view, http.StatusConflict)
	}
	done, err := c.Desk.Bench.Merge(c.Context(), c.User, m)
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.refuseReshape(err, nil); err != nil {
			return err
		}
		return c.merge(f, nil, status)
	}
	return c.Done(fmt.Sprintf("/desk/log/%d#undo", done.Commit.Seq), "merged", "n", done.Statements(), "id", string(into.ID))
}
