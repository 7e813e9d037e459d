package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/ingest"
	"entente/internal/ingest/all"
	"entente/internal/store"
	"entente/internal/view"
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

// plan reads the file and tells what would become of it, with what each record
// says in short, by its key. The last result but the error are faults of the file
// or of its settings.
func (c *Call) plan(j *importJob) (*workbench.Plan, map[string]string, []string, error) {
	c.takesLong()
	data, err := c.jobFile(j)
	if err != nil {
		return nil, nil, nil, err
	}
	resolver, err := c.Desk.Bench.Resolver(c.Context())
	if err != nil {
		return nil, nil, nil, err
	}
	var plan *workbench.Plan
	proposal, err := all.Read(c.Context(), j.Name, data, *j.Settings, resolver)
	if err == nil {
		plan, err = c.Desk.Bench.Preview(c.Context(), c.User, proposal)
	}
	if err != nil {
		if words := faultsOf(err); words != nil {
			return nil, nil, words, nil
		}
		return nil, nil, nil, err
	}
	says := map[string]string{}
	for i := range proposal.Records {
		r := &proposal.Records[i]
		says[r.Kind+":"+r.ID()] = c.inShort(r)
	}
	return plan, says, nil, nil
}

// shortColumns are the columns by which a person knows a record.
var shortColumns = []string{"title", "name", "statement", "definition", "actor", "proposition", "stance", "finding", "role", "ballot", "instrument", "rollcall", "subjects", "date"}

// inShort tells what a proposed record says, in a few of its cells.
func (c *Call) inShort(r *ingest.Record) string {
	var parts []string
	for _, name := range shortColumns {
		v := r.Cells[name]
		switch {
		case v == "":
			continue
		case name == "stance":
			v = wordOr(c.T, "stance", v)
		case name == "actor":
			v = c.actorName(entente.ActorID(v))
		}
		if parts = append(parts, shortened(v, 80)); len(parts) == 4 {
			break
		}
	}
	return strings.Join(parts, " · ")
}

// planDigest is a short name of a plan: the same as long as nothing that it rests
// on has changed.
func planDigest(p *workbench.Plan) string {
	h := sha256.New()
	for i := range p.Rows {
		r := &p.Rows[i]
		_, _ = fmt.Fprintf(h, "%s|%s|%s|%d|%s\n", r.Kind, r.ID, r.Outcome, r.Version, r.State)
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// openJob reads the import of the address that is not done yet. ok is false when the
// answer was given already.
func (c *Call) openJob() (j *importJob, ok bool, err error) {
	if j, err = c.job(); err != nil {
		return nil, false, err
	}
	switch {
	case j.isDone():
		http.Redirect(c.W, c.R, j.href("/report"), http.StatusSeeOther)
	case !j.Checked:
		http.Redirect(c.W, c.R, j.href(""), http.StatusSeeOther)
	default:
		return j, true, nil
	}
	return nil, false, nil
}

// preview shows what would become of each row; f is what was decided and could
// not be done.
func (c *Call) preview(f *Form, status int) error {
	j, ok, err := c.openJob()
	if !ok || err != nil {
		return err
	}
	plan, says, problems, err := c.plan(j)
	if err != nil {
		return err
	}
	return c.showPlan(j, plan, says, problems, f, status)
}

func (c *Call) showPlan(j *importJob, plan *workbench.Plan, says map[string]string, problems []string, f *Form, status int) error {
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
		s.Digest, s.Stale = planDigest(plan), status == http.StatusConflict && f.Values.Get("digest") != ""
		s.Stale = s.Stale && f.Values.Get("digest") != s.Digest
		if err := c.planRows(s, page, j.href("/preview"), plan); err != nil {
			return err
		}
		for i := range s.Rows {
			s.Rows[i].Says = says[s.Rows[i].Record]
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
func (c *Call) planRows(s *planScreen, page *workbench.Import, href string, plan *workbench.Plan) error {
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
	versions := map[string]int{}
	if plan != nil {
		for i := range plan.Rows {
			versions[plan.Rows[i].Key.String()] = plan.Rows[i].Version
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
		if k := ParseKey(r.Record); k.ID != "" && (versions[r.Record] > 0 || r.Written) {
			line.Href = RecordHref(k.Kind, k.ID)
		}
		if r.Outcome == string(workbench.PlanConflict) && plan != nil {
			line.Value, line.On = r.Record, slices.Contains(s.Form.Values["wins"], r.Record)
		}
		s.Rows = append(s.Rows, line)
	}
	s.Texts, s.Kept, s.Notes = page.Texts, page.Kept, page.Notes
	return nil
}

// applyImport does what the preview showed.
func applyImport(c *Call) error {
	j, ok, err := c.openJob()
	if !ok || err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	state := Choice(f, "state", []store.State{store.Draft, store.InReview, store.Published})
	if state == "" {
		f.Fault("", "state")
	}
	plan, says, problems, err := c.plan(j)
	if err != nil {
		return err
	}
	if plan == nil || !f.OK() {
		return c.showPlan(j, plan, says, problems, f, http.StatusBadRequest)
	}
	if f.Values.Get("digest") != planDigest(plan) {
		return c.showPlan(j, plan, says, nil, f, http.StatusConflict)
	}
	for i := range plan.Rows {
		r := &plan.Rows[i]
		if r.Outcome == workbench.PlanConflict && (f.Checked("all-conflicts") || slices.Contains(f.Values["wins"], r.Key.String())) {
			plan.Overwrite[r.Key] = true
		}
	}
	ctx := c.Context()
	done, err := c.Desk.Bench.Apply(ctx, c.User, plan, state, func(int, int) error { return ctx.Err() })
	if err != nil {
		status := auth.StatusOf(err)
		words := faultsOf(err)
		if words == nil {
			if err := f.Refuse(err); err != nil {
				return err
			}
		}
		for i, w := range words {
			f.say("apply "+strconv.Itoa(i), w)
		}
		if len(words) > 0 {
			f.say("", strings.Join(words[:min(len(words), 5)], " "))
		}
		return c.showPlan(j, plan, says, nil, f, status)
	}
	return c.keepReport(j, done, state)
}

// keepReport keeps what an import did, and gives the file up.
func (c *Call) keepReport(j *importJob, done *workbench.Applied, state store.State) error {
	raw, err := json.Marshal(done.Page().Data)
	if err != nil {
		return err
	}
	if len(raw) <= maxReport {
		if j.Report, err = c.stash(mediaReport, j.ID, raw); err != nil {
			return err
		}
	}
	j.Done, j.State = c.Desk.now(), state
	if err := c.saveJob(j); err != nil {
		return err
	}
	if err := c.Desk.Store.DropBlob(c.Context(), mediaUpload, j.Upload); err != nil {
		return err
	}
	return c.Done(j.href("/report"), "imported", "n", done.Commit.Changes)
}

func showReport(c *Call) error {
	j, err := c.job()
	if err != nil {
		return err
	}
	if !j.isDone() {
		http.Redirect(c.W, c.R, j.href(""), http.StatusSeeOther)
		return nil
	}
	page, err := c.jobReport(j)
	if err != nil {
		return err
	}
	k, _ := all.Find(j.Settings.Kind)
	s := &planScreen{Job: j, Kind: k.About, Form: c.NewForm(), Done: true, State: j.State, Commit: page.Commit, Written: page.Written}
	if err := c.planRows(s, page, j.href("/report"), nil); err != nil {
		return err
	}
	return c.Show(Page{
		Template: "import-preview", Data: s, Kicker: c.T.T("import.title"), Title: c.T.T("import.report.title", "name", shortened(j.Name, 80)),
		Lede: c.T.T("import.report.lede", "n", page.Written, "state", c.T.Label("state", string(j.State)), "when", instant(c.T, j.Done)), Nav: "import", Twins: []string{"json", "csv"}, Styles: importStyles,
	})
}

// previewData and reportData are the twins.
func (c *Call) previewData(form string) error {
	j, ok, err := c.openJob()
	if !ok || err != nil {
		return err
	}
	plan, _, problems, err := c.plan(j)
	if err != nil {
		return err
	}
	if plan == nil {
		return Bad("settings", strings.Join(problems, " "), "change the settings of the import")
	}
	page := plan.Page()
	return c.Data(form, page.Data, page.Table)
}

func (c *Call) reportData(form string) error {
	j, err := c.job()
	if err != nil {
		return err
	}
	if !j.isDone() {
		return Bad("id", "the import is not done", "look at its preview")
	}
	page, err := c.jobReport(j)
	if err != nil {
		return err
	}
	t := view.Table{Name: "import", Header: []string{"row", "place", "record", "outcome", "written", "why", "changes"}}
	for _, r := range page.Rows {
		t.Rows = append(t.Rows, []string{strconv.Itoa(r.Row), r.Place, r.Record, r.Outcome, strconv.FormatBool(r.Written), r.Why, r.Changes})
	}
	return c.Data(form, page, t)
}
