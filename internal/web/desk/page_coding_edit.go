package desk

import (
	"net/http"

	"entente/internal/auth"
	"entente/internal/store"
	"entente/internal/workbench"
)

// columns of a statement that the form has, for a conflict.
func columnsOf(n *workbench.NewCoding) map[string]string {
	m := map[string]string{
		"actor": string(n.Actor), "proposition": string(n.Proposition), "stance": string(n.Stance), "conditions": n.Conditions, "note": n.Note, "instrument": string(n.Instrument),
	}
	if n.Pinpoint != "" {
		m["pinpoint"] = n.Pinpoint
	}
	if !n.Date.IsZero() {
		m["date"], m["date_basis"] = n.Date.String(), string(n.DateBasis)
	}
	return m
}

func editCoding(c *Call) error {
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
	id := c.Path("coding")
	before, err := c.codings(o.ID)
	if err != nil {
		return err
	}
	base := f.Number("base", 1, 1<<30)
	n := c.readInput(f, o, x, true)
	show := func(status int, conflict *Conflict) error {
		if c.wantsJSON() {
			return c.refusedJSON(status, f)
		}
		return c.coding(o, n.Passage, f, f.Problem(), conflict, status)
	}
	if !f.OK() {
		return show(http.StatusBadRequest, nil)
	}
	made, err := c.Desk.Bench.EditCoding(c.Context(), c.User, o.ID, id, base, n)
	if err != nil {
		conflict, err := c.Conflicting(err, store.Key{Kind: workbench.KindStatement, ID: id}, base, columnsOf(&n))
		if conflict != nil {
			return show(http.StatusConflict, conflict)
		}
		status := auth.StatusOf(err)
		if err := f.refuseCoding(err); err != nil {
			return err
		}
		return show(status, nil)
	}
	if c.wantsJSON() {
		return c.changed(o, id, of(before, id), c.T.T("done.coding-changed", "proposition", made.Statement.Proposition))
	}
	return c.Done(o.at(made.Quotation.Paragraph), "coding-changed", "proposition", made.Statement.Proposition)
}

// of picks the passages of one coding.
func of(list []workbench.Placed, id string) []workbench.Placed {
	var out []workbench.Placed
	for i := range list {
		if list[i].Statement.ID == id {
			out = append(out, list[i])
		}
	}
	return out
}

func dropCoding(c *Call) error {
	o, err := c.open()
	if err != nil {
		return c.failed(err)
	}
	f, err := c.Form()
	if err != nil {
		return c.failed(err)
	}
	id := c.Path("coding")
	list, err := c.codings(o.ID)
	if err != nil {
		return err
	}
	before := of(list, id)
	base := f.Number("base", 1, 1<<30)
	if f.OK() {
		err = c.Desk.Bench.DropCoding(c.Context(), c.User, id, base)
	}
	var conflict *Conflict
	status := http.StatusBadRequest
	if err != nil {
		if conflict, err = c.Conflicting(err, store.Key{Kind: workbench.KindStatement, ID: id}, base, nil); conflict != nil {
			status, f.Faults[""] = http.StatusConflict, c.T.T("conflict.title")
		} else if status = auth.StatusOf(err); err != nil {
			if err := f.Refuse(err); err != nil {
				return err
			}
		}
	}
	if !f.OK() {
		if c.wantsJSON() {
			return c.refusedJSON(status, f)
		}
		return c.coding(o, "", nil, f.Problem(), conflict, status)
	}
	if c.wantsJSON() {
		return c.changed(o, id, before, c.T.T("done.coding-dropped"))
	}
	paragraph := 0
	if len(before) > 0 {
		paragraph = before[0].Paragraph
	}
	return c.Done(o.at(paragraph), "coding-dropped")
}
