package desk

import (
	"net/http"
	"slices"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/workbench"
)

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
