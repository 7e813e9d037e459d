package desk

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"entente/internal/auth"
	"entente/internal/ingest/all"
	"entente/internal/store"
	"entente/internal/view"
	"entente/internal/workbench"
)

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
	plan, problems, err := c.plan(j)
	if err != nil {
		return err
	}
	if plan == nil || !f.OK() {
		return c.showPlan(j, plan, problems, f, http.StatusBadRequest)
	}
	if f.Values.Get("digest") != planDigest(plan.Plan) {
		return c.showPlan(j, plan, nil, f, http.StatusConflict)
	}
	for i := range plan.Rows {
		r := &plan.Rows[i]
		if r.Outcome == workbench.PlanConflict && (f.Checked("all-conflicts") || slices.Contains(f.Values["wins"], r.String())) {
			plan.Overwrite[r.Key] = true
		}
	}
	ctx := c.Context()
	done, err := c.Desk.Bench.Apply(ctx, c.User, plan.Plan, state, func(int, int) error { return ctx.Err() })
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
		return c.showPlan(j, plan, nil, f, status)
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
