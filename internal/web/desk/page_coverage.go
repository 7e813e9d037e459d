package desk

import (
	"net/http"
	"slices"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
	"entente/internal/workbench"
)

var coverageRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/read/{id}/coverage", Action: auth.ReadDrafts, Examples: []string{"/desk/read/none/coverage"}, Do: showCoverage},
	{Method: http.MethodPost, Pattern: "/desk/read/{id}/coverage", Action: auth.Code, Examples: []string{"/desk/read/none/coverage"}, Do: readNothing},
	{Method: http.MethodPost, Pattern: "/desk/read/{id}/coverage/drop", Action: auth.Code, Examples: []string{"/desk/read/none/coverage/drop"}, Do: dropReading},
}

// readingRow is one coverage record of the document's source.
type readingRow struct {
	workbench.Reading
	ActorName string
	Subjects  []string // in words
	Ids       []string // of the propositions
	Who       string
	Drop      string // address; "" when the reader may not
	History   string
}

// readingList is what the template "readings" shows.
type readingList struct {
	List []readingRow
	From string // the page that its forms lead back to: "read", or "" for the one of coverage
}

func (c *Call) readingRows(o *opened, list []workbench.Reading, x *choices, open bool) []readingRow {
	var out []readingRow
	for i := range list {
		r := readingRow{Reading: list[i], ActorName: c.T.T("coverage.any-actor"), Who: list[i].Coder, History: RecordHref(workbench.KindCoverage, list[i].ID)}
		if r.Actor != entente.AnyActor {
			r.ActorName = x.name(r.Actor)
		}
		if r.Own {
			r.Who = c.T.T("read.you")
		}
		r.Subjects = nil
		for _, s := range list[i].Subjects {
			id, ok := strings.CutPrefix(s, "proposition:")
			if !ok {
				r.Subjects = append(r.Subjects, s)
				continue
			}
			r.Ids = append(r.Ids, id)
			r.Subjects = append(r.Subjects, x.words(entente.PropositionID(id)))
		}
		if open && c.May(auth.Code) && (r.Own || c.User.Role.AtLeast(auth.Reviewer)) && (r.State == store.Draft || r.State == store.InReview) {
			r.Drop = o.at(0, "coverage", "drop")
		}
		out = append(out, r)
	}
	return out
}

// issueGroup is the propositions of one issue.
type issueGroup struct {
	Pillar entente.Pillar
	Issue  string
	ID     string // of the heading
	Left   int    // propositions without a coding or a finding
	List   []issueRow
}

// issueRow is one proposition with what the reader has recorded of it here.
type issueRow struct {
	ID    entente.PropositionID
	Words string
	Done  []string // in words: the stances coded, the findings
	Left  bool     // nothing is recorded yet
	On    bool     // ticked in the form
}

// coverageScreen is what a text was read for.
type coverageScreen struct {
	*opened
	Href     string
	Form     *Form
	Actor    Field
	Groups   []issueGroup
	Left     int
	Total    int
	Task     *workbench.Task // whose propositions are listed; nil: all
	Tasks    []Link          // of the reader, with a list of their own
	All      string          // address with all propositions
	Readings readingList
	May      bool
	Ready    bool // an actor is chosen, so that something can be recorded
	Undated  bool
	SourceOf string // address of the source's record, to give it its date
	*choices
}

func showCoverage(c *Call) error {
	o, err := c.open()
	if err != nil {
		return err
	}
	return c.coverage(o, c.NewForm(), http.StatusOK)
}

// coverage shows the propositions with what was found; the address names a task
// for its list alone, and an actor.
func (c *Call) coverage(o *opened, f *Form, status int) error {
	x, err := c.choices()
	if err != nil {
		return err
	}
	list, err := c.codings(o.ID)
	if err != nil {
		return err
	}
	readings, err := c.Desk.Bench.Readings(c.Context(), c.User, o.ID)
	if err != nil {
		return err
	}
	tasks, err := c.Desk.Bench.Tasks(c.Context(), c.User, workbench.TaskFilter{Document: o.ID})
	if err != nil {
		return err
	}
	closed := c.closed(tasks)
	s := &coverageScreen{
		opened: o, Href: o.at(0, "coverage"), Form: f, Readings: readingList{List: c.readingRows(o, readings, x, closed == nil)}, May: c.May(auth.Code) && closed == nil, choices: x,
		Undated: o.source.Date.IsZero(), SourceOf: RecordHref(workbench.KindSource, string(o.source.ID)),
	}
	named, err := c.Query("task", maxID)
	if err != nil {
		return err
	}
	var wanted []entente.PropositionID
	for i := range tasks {
		t := &tasks[i]
		if len(t.Propositions) == 0 || !t.Has(c.User.Name) {
			continue
		}
		s.Tasks = append(s.Tasks, Link{Href: s.Href + queryWith(nil, "task", t.ID), Word: c.T.T("coverage.task", "n", len(t.Propositions))})
		if t.ID == named {
			s.Task, wanted, s.All = t, t.Propositions, s.Href
		}
	}
	word, err := c.Query("actor", maxWord)
	if err != nil {
		return err
	}
	if !f.Values.Has("actor") { // unless the form had it and it was empty
		if word == "" && len(o.source.TextOf) == 1 {
			word = x.label(o.source.TextOf[0])
		}
		f.Values.Set("actor", word)
	}
	actor, known := x.actor(f.Values.Get("actor"))
	s.Actor = f.Fields(Field{Name: "actor", Label: c.T.T("coverage.actor"), Hint: c.T.T("coverage.actor.hint"), Required: true, List: "actors-list", Auto: "off"})[0]
	if !known {
		actor = entente.ActorID(f.Values.Get("actor"))
	}
	s.Ready = s.May && !s.Undated && (known || actor == entente.AnyActor)
	s.Groups, s.Left, s.Total = c.issues(x, wanted, actor, list, readings, f.Values["proposition"])
	return c.Show(Page{
		Template: "coverage", Data: s, Status: status, Kicker: o.Title, Title: c.T.T("coverage.title"), Lede: c.T.T("coverage.lede"), Nav: "documents",
		Islands: []string{"actorpicker", "swap"}, Styles: []string{"reader.css"},
	})
}

// issues groups propositions by pillar and issue, each with what the reader has
// recorded of an actor in the source.
func (c *Call) issues(x *choices, wanted []entente.PropositionID, actor entente.ActorID, list []workbench.Placed, readings []workbench.Reading, ticked []string) (groups []issueGroup, left, total int) {
	done := map[entente.PropositionID][]string{}
	note := func(p entente.PropositionID, words string) {
		if !slices.Contains(done[p], words) {
			done[p] = append(done[p], words)
		}
	}
	for i := range list {
		p := &list[i]
		if p.Own && p.Statement.Actor == actor {
			words := c.T.T("coding.unset")
			if p.Statement.Stance != "" {
				words = c.T.Label("stance", string(p.Statement.Stance))
			}
			note(p.Statement.Proposition, words)
		}
	}
	for i := range readings {
		r := &readings[i]
		if !r.Own || r.Actor != actor && r.Actor != entente.AnyActor {
			continue
		}
		for _, sub := range r.Subjects {
			if id, ok := strings.CutPrefix(sub, "proposition:"); ok {
				note(entente.PropositionID(id), c.T.Label("finding", string(r.Finding)))
			}
		}
	}
	props := slices.Concat(x.corpus.Propositions, x.drafts.Propositions)
	slices.SortStableFunc(props, func(a, b entente.Proposition) int {
		if d := slices.Index(entente.Pillars, a.Pillar) - slices.Index(entente.Pillars, b.Pillar); d != 0 {
			return d
		}
		return strings.Compare(a.Issue, b.Issue)
	})
	seen := map[entente.PropositionID]bool{}
	for i := range props {
		p := &props[i]
		if seen[p.ID] || len(wanted) > 0 && !slices.Contains(wanted, p.ID) {
			continue
		}
		seen[p.ID] = true
		if n := len(groups); n == 0 || groups[n-1].Pillar != p.Pillar || groups[n-1].Issue != p.Issue {
			groups = append(groups, issueGroup{Pillar: p.Pillar, Issue: p.Issue, ID: "issue-" + codingKey(string(p.Pillar)+"-"+p.Issue)})
		}
		g := &groups[len(groups)-1]
		row := issueRow{ID: p.ID, Words: p.Statement, Done: done[p.ID], Left: len(done[p.ID]) == 0, On: slices.Contains(ticked, string(p.ID))}
		g.List = append(g.List, row)
		total++
		if row.Left {
			g.Left++
			left++
		}
	}
	return groups, left, total
}

// findings are those that a reading without a coding can have.
var findings = []entente.Finding{entente.FoundNothing, entente.FoundOpen}

// readNothing records that nothing was found, or that the text names something as
// open: on one proposition (do = "nothing:ID"), on all of an issue on which nothing
// is recorded ("nothing-issue:PILLAR:ISSUE"), or on those that were ticked
// ("nothing").
func readNothing(c *Call) error {
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
	again := func(status int) error {
		if c.wantsJSON() {
			return c.refusedJSON(status, f)
		}
		return c.coverage(o, f, status)
	}
	var actor entente.ActorID
	if word := f.Needed("actor", maxWord); word == string(entente.AnyActor) {
		actor = entente.AnyActor
	} else if word != "" {
		var ok bool
		if actor, ok = x.actor(word); !ok {
			f.Fault("actor", "actor")
		}
	}
	finding, props, err := c.readFor(o, f, x, actor)
	if err != nil {
		return err
	}
	if !f.OK() {
		return again(http.StatusBadRequest)
	}
	made, err := c.Desk.Bench.ReadNothing(c.Context(), c.User, o.ID, actor, props, finding)
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.Refuse(err, "actor", "proposition"); err != nil {
			return err
		}
		return again(status)
	}
	if c.wantsJSON() {
		return c.readingsJSON(o, x, c.T.T("done.read-"+string(finding), "n", len(made.Subjects)))
	}
	to := o.at(0, "coverage")
	if f.Values.Get("from") == "read" {
		to = o.at(0) + "#readings"
	} else {
		task := f.Text("task", maxID)
		to += queryWith(queryOf("task", task), "actor", f.Values.Get("actor"))
		if i := slices.IndexFunc(x.corpus.Propositions, func(p entente.Proposition) bool { return p.ID == props[0] }); i >= 0 {
			p := &x.corpus.Propositions[i]
			to += "#issue-" + codingKey(string(p.Pillar)+"-"+p.Issue)
		}
	}
	return c.Done(to, "read-"+string(finding), "n", len(made.Subjects))
}

func queryOf(name, value string) map[string][]string { return map[string][]string{name: {value}} }

// readFor reads which button was pressed.
func (c *Call) readFor(o *opened, f *Form, x *choices, actor entente.ActorID) (entente.Finding, []entente.PropositionID, error) {
	do := f.Text("do", maxWord)
	for _, finding := range findings {
		rest, ok := strings.CutPrefix(do, string(finding))
		if !ok {
			continue
		}
		switch {
		case rest == "": // those that were ticked or typed
			var out []entente.PropositionID
			for _, word := range f.Values["proposition"] {
				if word = strings.TrimSpace(word); word == "" {
					continue
				}
				p, ok := x.proposition(word)
				if !ok {
					f.Fault("proposition", "proposition")
					continue
				}
				out = append(out, p)
			}
			if len(out) == 0 {
				f.Fault("proposition", "none-chosen")
			}
			return finding, out, nil
		case strings.HasPrefix(rest, ":"):
			p, ok := x.proposition(rest[1:])
			if !ok {
				f.Fault("proposition", "proposition")
			}
			return finding, []entente.PropositionID{p}, nil
		case strings.HasPrefix(rest, "-issue:"):
			out, err := c.leftOf(o, f, x, actor, strings.TrimPrefix(rest, "-issue:"))
			if err == nil && len(out) == 0 {
				f.Fault("proposition", "none-left")
			}
			return finding, out, err
		}
	}
	f.Fault("", "no-finding")
	return "", nil, nil
}

// leftOf gives the propositions of an issue ("PILLAR:ISSUE") of which the reader
// has recorded nothing.
func (c *Call) leftOf(o *opened, f *Form, x *choices, actor entente.ActorID, issue string) ([]entente.PropositionID, error) {
	list, err := c.codings(o.ID)
	if err != nil {
		return nil, err
	}
	readings, err := c.Desk.Bench.Readings(c.Context(), c.User, o.ID)
	if err != nil {
		return nil, err
	}
	var wanted []entente.PropositionID
	if id := f.Text("task", maxID); id != "" {
		tasks, err := c.Desk.Bench.Tasks(c.Context(), c.User, workbench.TaskFilter{Document: o.ID})
		if err != nil {
			return nil, err
		}
		for i := range tasks {
			if tasks[i].ID == id {
				wanted = tasks[i].Propositions
			}
		}
	}
	var out []entente.PropositionID
	groups, _, _ := c.issues(x, wanted, actor, list, readings, nil)
	for _, g := range groups {
		if string(g.Pillar)+":"+g.Issue != issue {
			continue
		}
		for _, r := range g.List {
			if r.Left {
				out = append(out, r.ID)
			}
		}
	}
	return out, nil
}

// readingsJSON answers the script with the list of readings as it is now.
func (c *Call) readingsJSON(o *opened, x *choices, message string) error {
	readings, err := c.Desk.Bench.Readings(c.Context(), c.User, o.ID)
	if err != nil {
		return err
	}
	html, err := c.part("readings", readingList{c.readingRows(o, readings, x, true), "read"})
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, readAnswer{Message: message, Readings: html})
}

func dropReading(c *Call) error {
	o, err := c.open()
	if err != nil {
		return c.failed(err)
	}
	f, err := c.Form()
	if err != nil {
		return c.failed(err)
	}
	id, base := f.Needed("reading", maxID), f.Number("base", 1, 1<<30)
	if f.OK() {
		if err := c.Desk.Bench.DropReading(c.Context(), c.User, id, base); err != nil {
			status := auth.StatusOf(err)
			if err := f.Refuse(err); err != nil {
				return err
			}
			if c.wantsJSON() {
				return c.refusedJSON(status, f)
			}
			return c.coverage(o, f, status)
		}
	} else if c.wantsJSON() {
		return c.refusedJSON(http.StatusBadRequest, f)
	} else {
		return c.coverage(o, f, http.StatusBadRequest)
	}
	if c.wantsJSON() {
		x, err := c.choices()
		if err != nil {
			return err
		}
		return c.readingsJSON(o, x, c.T.T("done.reading-dropped"))
	}
	to := o.at(0, "coverage")
	if f.Values.Get("from") == "read" {
		to = o.at(0) + "#readings"
	}
	return c.Done(to, "reading-dropped")
}
