package desk

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/ingest/all"
	"entente/internal/store"
	"entente/internal/workbench"
)

var previewRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/import/{id}/preview", Action: auth.Import, Examples: []string{"/desk/import/none/preview"}, Do: func(c *Call) error { return c.preview(nil, http.StatusOK) }},
	{Method: http.MethodGet, Pattern: "/desk/import/{id}/preview.json", Action: auth.Import, Examples: []string{"/desk/import/none/preview.json"}, Do: func(c *Call) error { return c.previewData("json") }},
	{Method: http.MethodGet, Pattern: "/desk/import/{id}/preview.csv", Action: auth.Import, Examples: []string{"/desk/import/none/preview.csv"}, Do: func(c *Call) error { return c.previewData("csv") }},
	{Method: http.MethodPost, Pattern: "/desk/import/{id}/apply", Action: auth.Import, Body: 2 << 20, Examples: []string{"/desk/import/none/apply"}, Do: applyImport},
	{Method: http.MethodGet, Pattern: "/desk/import/{id}/report", Action: auth.Import, Examples: []string{"/desk/import/none/report"}, Do: showReport},
	{Method: http.MethodGet, Pattern: "/desk/import/{id}/report.json", Action: auth.Import, Examples: []string{"/desk/import/none/report.json"}, Do: func(c *Call) error { return c.reportData("json") }},
	{Method: http.MethodGet, Pattern: "/desk/import/{id}/report.csv", Action: auth.Import, Examples: []string{"/desk/import/none/report.csv"}, Do: func(c *Call) error { return c.reportData("csv") }},
}

// planScreen is an import before or after it was done.
type planScreen struct {
	Job      *importJob
	Kind     string
	Form     *Form
	Problems []string // the file cannot be read by these settings
	Counts   []planCount
	Chosen   string // the outcome that is shown
	Rows     []planLine
	More     int // rows that are not shown
	Total    int
	Texts    []workbench.AppliedText
	Kept     int
	Notes    []string
	Digest   string
	Stale    bool
	Writes   int // records that would be written, conflicts apart
	Ticks    bool
	AllWins  Field
	States   []stateChoice
	Done     bool
	State    store.State
	Commit   int64
	Written  int
}

// stateChoice is a state that the records can get.
type stateChoice struct {
	Value      store.State
	Word, Hint string
	On         bool
}

// planCount is the number of rows with an outcome.
type planCount struct {
	Outcome, Word, Href string
	N                   int
	Current             bool
}

// planLine is one row of a plan.
type planLine struct {
	workbench.ImportRow
	Word  string // the outcome, in words
	Says  string // the record, in short
	Href  string // of what is there now
	Value string // of the box by which the file wins a conflict
	ID    string // of the box
	On    bool
}

// shownPlan bounds the rows of a page; the twins have all.
const shownPlan = 200

// preview shows what would become of each row; f is what was decided and could
// not be done.
func (c *Call) preview(f *Form, status int) error {
	j, ok, err := c.openJob()
	if !ok || err != nil {
		return err
	}
	plan, problems, err := c.plan(j)
	if err != nil {
		return err
	}
	return c.showPlan(j, plan, problems, f, status)
}

func (c *Call) showPlan(j *importJob, plan *planned, problems []string, f *Form, status int) error {
	if f == nil {
		f = c.NewForm("state", string(store.Draft))
	}
	k, _ := all.Find(j.Settings.Kind)
	s := &planScreen{Job: j, Kind: k.About, Form: f, Problems: problems}
	lede := c.T.T("import.preview.unread")
	if plan != nil {
		page, ok := plan.Page().Data.(*workbench.Import)
		if !ok {
			return &entente.Error{Kind: entente.Internal, Op: "import", Msg: "the report has another shape than expected"}
		}
		s.Digest, s.Stale = planDigest(plan.Plan), status == http.StatusConflict && f.Values.Get("digest") != ""
		s.Stale = s.Stale && f.Values.Get("digest") != s.Digest
		if err := c.planRows(s, page, j.href("/preview"), plan); err != nil {
			return err
		}
		s.Writes = plan.Count(workbench.PlanNew) + plan.Count(workbench.PlanChanged)
		lede = c.T.T("import.preview.lede", "n", s.Total)
		s.AllWins = f.Fields(Field{Name: "all-conflicts", Label: c.T.T("import.conflicts"), Kind: "checks", Options: []Option{{Value: "1", Word: c.T.T("import.conflicts.all", "n", plan.Count(workbench.PlanConflict))}}})[0]
		s.Ticks = plan.Count(workbench.PlanConflict) > 0
	} else {
		status = http.StatusUnprocessableEntity
	}
	states := []store.State{store.Draft, store.InReview}
	if c.May(auth.Publish) {
		states = append(states, store.Published)
	}
	for _, st := range states {
		s.States = append(s.States, stateChoice{st, c.T.Label("state", string(st)), c.T.T("import.state." + string(st)), f.Values.Get("state") == string(st)})
	}
	p := Page{
		Template: "import-preview", Data: s, Status: status, Kicker: c.T.T("import.title"), Title: c.T.T("import.preview.title", "name", shortened(j.Name, 80)), Lede: lede, Nav: "import", Styles: importStyles,
	}
	if plan != nil && c.R.Method == http.MethodGet {
		p.Twins = []string{"json", "csv"}
	}
	return c.Show(p)
}

// planRows fills in the counts and the rows of one outcome; plan is nil when the
// import is done.
func (c *Call) planRows(s *planScreen, page *workbench.Import, href string, plan *planned) error {
	outcome, err := c.Query("outcome", 20)
	if err != nil {
		return err
	}
	counts := map[string]int{}
	for i := range page.Rows {
		counts[page.Rows[i].Outcome]++
	}
	var names []string
	for _, o := range workbench.PlanOutcomes {
		names = append(names, string(o))
	}
	names = append(names, "skipped")
	if outcome != "" && !slices.Contains(names, outcome) {
		return Bad("outcome", "the value is not in the list", "expected one of "+strings.Join(names, ", "))
	}
	s.Total, s.Chosen = len(page.Rows), outcome
	s.Counts = append(s.Counts, planCount{"", c.T.T("import.outcome.all"), href, s.Total, outcome == ""})
	for _, o := range names {
		if n := counts[o]; n > 0 {
			s.Counts = append(s.Counts, planCount{o, c.T.T("import.outcome." + o), href + queryWith(nil, "outcome", o), n, o == outcome})
		}
	}
	for i := range page.Rows {
		r := &page.Rows[i]
		if outcome != "" && r.Outcome != outcome {
			continue
		}
		if len(s.Rows) == shownPlan {
			s.More++
			continue
		}
		line := planLine{ImportRow: *r, Word: c.T.T("import.outcome." + r.Outcome), ID: fmt.Sprintf("wins-%d", i)}
		if k := ParseKey(r.Record); k.ID != "" && r.Written {
			line.Href = RecordHref(k.Kind, k.ID)
		}
		if r.Outcome == string(workbench.PlanConflict) && plan != nil {
			line.Value, line.On = r.Record, slices.Contains(s.Form.Values["wins"], r.Record)
		}
		s.Rows = append(s.Rows, line)
	}
	s.Texts, s.Kept, s.Notes = page.Texts, page.Kept, page.Notes
	c.fillLines(s.Rows, plan)
	return nil
}

// fillLines tells of the rows that are shown what they say and where what is there
// now is found.
func (c *Call) fillLines(lines []planLine, plan *planned) {
	if plan == nil {
		return
	}
	at := map[string][]int{}
	for i := range lines {
		at[lines[i].Record] = append(at[lines[i].Record], i)
	}
	for i := range plan.Rows {
		r := &plan.Rows[i]
		for _, n := range at[r.String()] {
			if lines[n].Place != r.Place {
				continue
			}
			lines[n].Says = c.inShort(&plan.proposal.Records[i])
			if r.Version > 0 {
				lines[n].Href = RecordHref(r.Kind, r.ID)
			}
		}
	}
}

// previewData and reportData are the twins.
func (c *Call) previewData(form string) error {
	j, ok, err := c.openJob()
	if !ok || err != nil {
		return err
	}
	plan, problems, err := c.plan(j)
	if err != nil {
		return err
	}
	if plan == nil {
		return Bad("settings", strings.Join(problems, " "), "change the settings of the import")
	}
	page := plan.Page()
	return c.Data(form, page.Data, page.Table)
}
