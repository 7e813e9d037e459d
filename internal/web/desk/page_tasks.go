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

var taskRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/tasks", Action: auth.ReadDrafts, Do: showTasks},
	{Method: http.MethodPost, Pattern: "/desk/tasks", Action: auth.Assign, Do: newTask},
	{Method: http.MethodGet, Pattern: "/desk/tasks/{task}", Action: auth.Assign, Examples: []string{"/desk/tasks/none"}, Do: showTask},
	{Method: http.MethodPost, Pattern: "/desk/tasks/{task}", Action: auth.Assign, Examples: []string{"/desk/tasks/none"}, Do: saveTask},
	{Method: http.MethodPost, Pattern: "/desk/tasks/{task}/drop", Action: auth.Assign, Examples: []string{"/desk/tasks/none/drop"}, Do: dropTask},
	{Method: http.MethodPost, Pattern: "/desk/tasks/{task}/done", Action: auth.Code, Examples: []string{"/desk/tasks/none/done"}, Do: finishTask},
	{Method: http.MethodPost, Pattern: "/desk/tasks/{task}/reopen", Action: auth.Code, Examples: []string{"/desk/tasks/none/reopen"}, Do: reopenTask},
}

// taskRow is one task as a list shows it.
type taskRow struct {
	workbench.Task
	Title    string // of the document
	Read     string // address of the text
	Edit     string // "" when the reader may not
	Mine     bool
	IsDone   bool
	MayTurn  bool // the reader is done and may take that back
	People   []taskPerson
	Left     int // propositions of the task on which the reader has recorded nothing; -1: not counted
	Coverage string
	Reason   Field
}

type taskPerson struct {
	Name string
	Done bool
	You  bool
}

// taskRow makes a row, without what is left to the reader.
func (c *Call) taskRow(t *workbench.Task) taskRow {
	me := c.User.Name
	r := taskRow{Task: *t, Title: t.Document, Read: ReadHref(t.Document), Mine: t.Has(me), IsDone: t.IsDone(me), Left: -1}
	r.MayTurn = r.IsDone && t.Lifted.IsZero()
	r.Coverage = ReadHref(t.Document) + "/coverage"
	if len(t.Propositions) > 0 {
		r.Coverage += queryWith(nil, "task", t.ID)
	}
	if c.May(auth.Assign) {
		r.Edit = "/desk/tasks/" + t.ID
	}
	for _, name := range t.Coders {
		r.People = append(r.People, taskPerson{name, t.IsDone(name), name == me})
	}
	r.Reason = Field{Name: "reason", ID: "reason-" + codingKey(t.ID), Label: c.T.T("tasks.reason"), Required: true, Most: 300}
	return r
}

// leftIn counts the propositions of a task of which the reader has recorded
// nothing; -1 when the task names none.
func leftIn(t *workbench.Task, list []workbench.Placed, readings []workbench.Reading) int {
	if len(t.Propositions) == 0 {
		return -1
	}
	done := map[entente.PropositionID]bool{}
	for i := range list {
		if list[i].Own {
			done[list[i].Statement.Proposition] = true
		}
	}
	for i := range readings {
		for _, s := range readings[i].Subjects {
			if id, ok := strings.CutPrefix(s, "proposition:"); ok && readings[i].Own {
				done[entente.PropositionID(id)] = true
			}
		}
	}
	n := 0
	for _, p := range t.Propositions {
		if !done[p] {
			n++
		}
	}
	return n
}

// tasksScreen lists the tasks, with the form for a new one.
type tasksScreen struct {
	Mine, Others []taskRow
	Form         *taskForm // nil for who may not give out sources
}

func showTasks(c *Call) error {
	f := c.NewForm()
	doc, err := c.Query("document", maxID)
	if err != nil {
		return err
	}
	f.Values.Set("document", doc)
	return c.tasks(f, http.StatusOK)
}

func (c *Call) tasks(f *Form, status int) error {
	list, err := c.Desk.Bench.Tasks(c.Context(), c.User, workbench.TaskFilter{})
	if err != nil {
		return err
	}
	docs, err := c.Desk.Bench.Documents(c.Context(), c.User, workbench.DocumentFilter{})
	if err != nil {
		return err
	}
	titles := map[string]string{}
	for i := range docs {
		titles[docs[i].ID] = docs[i].Title
	}
	s := &tasksScreen{}
	for i := range list {
		row := c.taskRow(&list[i])
		if title := titles[row.Document]; title != "" {
			row.Title = title
		}
		if row.Mine {
			s.Mine = append(s.Mine, row)
		} else {
			s.Others = append(s.Others, row)
		}
	}
	done := func(r taskRow) int { // open ones first
		if r.Mine && r.IsDone || !r.Mine && len(r.Done) == len(r.Coders) {
			return 1
		}
		return 0
	}
	for _, rows := range [][]taskRow{s.Mine, s.Others} {
		slices.SortStableFunc(rows, func(a, b taskRow) int { return done(a) - done(b) })
	}
	if c.May(auth.Assign) {
		if s.Form, err = c.taskForm(f, nil, docs, "/desk/tasks"); err != nil {
			return err
		}
	}
	return c.Show(Page{Template: "tasks", Data: s, Status: status, Title: c.T.T("tasks.title"), Lede: c.T.T("tasks.lede"), Nav: "tasks", Styles: []string{"reader.css"}})
}

var taskFields = []string{"document", "coders", "blind", "note"}

func newTask(c *Call) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	f.Values.Del("version")
	t, err := c.readTask(f)
	if err != nil {
		return err
	}
	status := http.StatusBadRequest
	if f.OK() {
		made, err := c.Desk.Bench.SaveTask(c.Context(), c.User, t)
		if err == nil {
			return c.Done("/desk/tasks", "task", "n", len(made.Coders))
		}
		status = auth.StatusOf(err)
		if err := f.Refuse(err, taskFields...); err != nil {
			return err
		}
	}
	return c.tasks(f, status)
}

// taskScreen is one task to be changed.
type taskScreen struct {
	taskRow
	Form     *taskForm
	Conflict *Conflict
	Why      Field
}

// task finds the task of the address.
func (c *Call) task() (*workbench.Task, error) {
	list, err := c.Desk.Bench.Tasks(c.Context(), c.User, workbench.TaskFilter{})
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].ID == c.Path("task") {
			return &list[i], nil
		}
	}
	return nil, &entente.Error{Kind: entente.NotFound, Op: "read task", Place: clipped(c.Path("task")), Msg: "there is no such task", Hint: "the list of tasks shows those there are"}
}

func showTask(c *Call) error { return c.oneTask(nil, nil, http.StatusOK) }

func (c *Call) oneTask(f *Form, conflict *Conflict, status int) error {
	t, err := c.task()
	if err != nil {
		return err
	}
	doc, err := c.Desk.Bench.Document(c.Context(), t.Document)
	if err != nil && entente.KindOf(err) != entente.NotFound {
		return err
	}
	if f == nil {
		f = c.NewForm("document", t.Document, "note", t.Note)
		f.Values["coders"] = t.Coders
		for _, p := range t.Propositions {
			f.Values.Add("proposition", string(p))
		}
		if t.Blind {
			f.Values.Set("blind", "blind")
		}
	}
	s := &taskScreen{taskRow: c.taskRow(t), Conflict: conflict}
	var docs []workbench.Document
	if doc != nil {
		docs, s.Title = []workbench.Document{*doc}, doc.Title
	}
	if s.Form, err = c.taskForm(f, t, docs, "/desk/tasks/"+t.ID); err != nil {
		return err
	}
	s.Why = f.Fields(Field{Name: "why", Label: c.T.T("desk.record.why"), Required: true, Most: 300, Wide: true})[0]
	return c.Show(Page{Template: "task", Data: s, Status: status, Kicker: c.T.T("tasks.title"), Title: s.Title, Nav: "tasks", Styles: []string{"reader.css"}})
}

func saveTask(c *Call) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	old, err := c.task()
	if err != nil {
		return err
	}
	version := f.Number("version", 1, 1<<30)
	f.Values.Set("document", old.Document)
	t, err := c.readTask(f)
	if err != nil {
		return err
	}
	t.ID, t.Version = old.ID, version
	status := http.StatusBadRequest
	if f.OK() {
		_, err := c.Desk.Bench.SaveTask(c.Context(), c.User, t)
		if err == nil {
			return c.Done("/desk/tasks", "task", "n", len(t.Coders))
		}
		mine := map[string]string{"note": t.Note, "coders": `["` + strings.Join(t.Coders, `","`) + `"]`}
		conflict, err := c.Conflicting(err, store.Key{Kind: workbench.KindTask, ID: t.ID}, version, mine)
		if conflict != nil {
			return c.oneTask(f, conflict, http.StatusConflict)
		}
		status = auth.StatusOf(err)
		if err := f.Refuse(err, taskFields...); err != nil {
			return err
		}
	}
	return c.oneTask(f, nil, status)
}

func dropTask(c *Call) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	version, why := f.Number("version", 1, 1<<30), f.Needed("why", workbench.MaxShort)
	if !f.OK() {
		return c.oneTask(nil, nil, http.StatusBadRequest)
	}
	if err := c.Desk.Bench.DropTask(c.Context(), c.User, c.Path("task"), version, why); err != nil {
		conflict, err := c.Conflicting(err, store.Key{Kind: workbench.KindTask, ID: c.Path("task")}, version, nil)
		if conflict != nil {
			return c.oneTask(nil, conflict, http.StatusConflict)
		}
		return err
	}
	return c.Done("/desk/tasks", "task-dropped")
}

// back is where a button of a task leads to: the text, when it was pressed there.
func (c *Call) back(f *Form, t *workbench.Task) string {
	if f.Values.Get("from") == "read" {
		return ReadHref(t.Document)
	}
	return "/desk/tasks"
}

func finishTask(c *Call) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	t, err := c.Desk.Bench.Finish(c.Context(), c.User, c.Path("task"))
	if err != nil {
		return err
	}
	key := "task-done"
	if t.Blind && !t.Lifted.IsZero() {
		key = "task-lifted"
	}
	return c.Done(c.back(f, t), key)
}

func reopenTask(c *Call) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	reason := f.Needed("reason", workbench.MaxShort)
	if !f.OK() {
		return Bad("reason", "it is not said why", "give the reason: it stays with the task")
	}
	t, err := c.Desk.Bench.Reopen(c.Context(), c.User, c.Path("task"), reason)
	if err != nil {
		return err
	}
	return c.Done(c.back(f, t), "task-reopened")
}
