package desk

import (
	"net/http"

	"entente"
	"entente/internal/auth"
	"entente/internal/workbench"
)

var coverageRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/read/{id}/coverage", Action: auth.ReadDrafts, Examples: []string{"/desk/read/none/coverage"}, Do: showCoverage},
	{Method: http.MethodPost, Pattern: "/desk/read/{id}/coverage", Action: auth.Code, Examples: []string{"/desk/read/none/coverage"}, Do: readNothing},
	{Method: http.MethodPost, Pattern: "/desk/read/{id}/coverage/drop", Action: auth.Code, Examples: []string{"/desk/read/none/coverage/drop"}, Do: dropReading},
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
