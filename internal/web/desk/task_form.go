package desk

import (
	"slices"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/workbench"
)

// taskForm is the form of a task.
type taskForm struct {
	*Form
	Action    string
	Version   int
	Document  Field
	Documents []Suggestion
	Coders    Field
	Blind     Field
	Note      Field
	Groups    []issueGroup
	Chosen    int
	Edit      bool
}

// taskForm makes the form; old is the task that is changed, nil for a new one.
func (c *Call) taskForm(f *Form, old *workbench.Task, docs []workbench.Document, action string) (*taskForm, error) {
	s := &taskForm{Form: f, Action: action, Edit: old != nil}
	if old != nil {
		s.Version = old.Version
	}
	people, err := c.coders(old)
	if err != nil {
		return nil, err
	}
	options := []Option{{Value: "", Word: c.T.T("tasks.document.choose")}}
	for i := range docs {
		options = append(options, Option{Value: docs[i].ID, Word: shortened(docs[i].Title, 90) + " · " + docs[i].ID})
	}
	s.Document = f.Fields(Field{Name: "document", Label: c.T.T("tasks.document"), Kind: "select", Required: true, Options: options, Wide: true})[0]
	if len(people) > 0 {
		var boxes []Option
		for _, name := range people {
			boxes = append(boxes, Option{Value: name, Word: name})
		}
		s.Coders = f.Fields(Field{Name: "coders", Label: c.T.T("tasks.coders"), Kind: "checks", Options: boxes})[0]
	} else {
		s.Coders = f.Fields(Field{Name: "coders", Label: c.T.T("tasks.coders"), Required: true, Hint: c.T.T("tasks.coders.hint"), Most: workbench.MaxShort, Wide: true})[0]
		s.Coders.Value = strings.Join(f.Values["coders"], ", ")
	}
	s.Blind = f.Fields(Field{Name: "blind", Label: c.T.T("tasks.blind"), Kind: "checks", Options: []Option{{Value: "blind", Word: c.T.T("tasks.blind.word"), Hint: c.T.T("tasks.blind.hint")}}})[0]
	s.Note = f.Fields(Field{Name: "note", Label: c.T.T("tasks.note"), Kind: "textarea", Rows: 2, Wide: true})[0]
	x, err := c.choices()
	if err != nil {
		return nil, err
	}
	s.Groups, _, _ = c.issues(x, nil, "", nil, nil, f.Values["proposition"])
	s.Chosen = len(f.Values["proposition"])
	return s, nil
}

// coders are the accounts that may code, and those of a task that may no more;
// empty where there are no accounts.
func (c *Call) coders(old *workbench.Task) ([]string, error) {
	var out []string
	if c.Desk.Local {
		out = append(out, c.User.Name)
	}
	if c.Desk.Auth != nil {
		list, err := c.Desk.Auth.Accounts(c.Context())
		if err != nil {
			return nil, err
		}
		for _, a := range list {
			if !a.Disabled && auth.Allowed(a.Role, auth.Code) {
				out = append(out, a.Name)
			}
		}
	}
	if old != nil {
		out = append(out, old.Coders...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// readTask reads the form of a task.
func (c *Call) readTask(f *Form) (workbench.Task, error) {
	t := workbench.Task{Document: f.Needed("document", maxID), Blind: f.Checked("blind"), Note: f.Long("note", workbench.MaxLong)}
	people, err := c.coders(nil)
	if err != nil {
		return t, err
	}
	for _, v := range f.Values["coders"] {
		for name := range strings.SplitSeq(v, ",") {
			if name = strings.TrimSpace(name); name != "" {
				t.Coders = append(t.Coders, name)
			}
		}
	}
	if len(t.Coders) == 0 {
		f.Fault("coders", "needed")
	}
	known := func(name string) bool { return slices.Contains(people, name) }
	if f.Values.Get("version") == "" { // a task that is there keeps whom it has
		for _, name := range t.Coders {
			if !known(name) {
				f.Fault("coders", "coder", "name", name)
			}
		}
	}
	for _, p := range f.Values["proposition"] {
		t.Propositions = append(t.Propositions, entente.PropositionID(p))
	}
	return t, nil
}
