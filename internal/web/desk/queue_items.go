package desk

import (
	"slices"

	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/store"
	"entente/internal/workbench"
)

// queueFields are the fields of the filters.
func (c *Call) queueFields(q queueKind, f *Form) []Field {
	kinds := []Option{c.anyOption()}
	for _, k := range datapackage.Tables() {
		if k != workbench.KindQuotation {
			kinds = append(kinds, Option{Value: k, Word: wordOr(c.T, "kind", k)})
		}
	}
	one := func(label string) []Option {
		out := []Option{c.anyOption()}
		for _, w := range yesNo {
			out = append(out, Option{Value: w, Word: c.T.T(label + "." + w)})
		}
		return out
	}
	list := []Field{
		{Name: "actor", Label: c.T.T("review.actor"), List: "actors-list", Auto: "off"},
		{Name: "proposition", Label: c.T.T("review.proposition"), List: "propositions-list", Auto: "off"},
		{Name: "source", Label: c.T.T("review.source")},
		{Name: "kind", Label: c.T.T("review.kind"), Kind: "select", Options: kinds},
		{Name: "words", Label: c.T.T("review.words")},
	}
	if q == inReviewQueue {
		list = append(list,
			Field{Name: "coder", Label: c.T.T("review.coder")},
			Field{Name: "state", Label: c.T.T("desk.state"), Kind: "select", Options: OptionsOf(c, "state", []store.State{store.InReview, store.Draft})},
			Field{Name: "accepted", Label: c.T.T("review.accepted"), Kind: "select", Options: one("review.accepted")},
			Field{Name: "own", Label: c.T.T("review.own"), Kind: "select", Options: one("review.own")},
		)
	}
	return f.Fields(list...)
}

// queueActs are the buttons that the reader may press.
func (c *Call) queueActs(q queueKind) []queueAct {
	act := func(do string, primary bool) queueAct { return queueAct{do, c.T.T("review.do." + do), primary} }
	if q == draftsQueue {
		out := []queueAct{act("submit", true)}
		if c.Desk.Local && c.May(auth.Publish) { // one person alone has nobody to hand in to
			out = []queueAct{act("publish", true), act("submit", false)}
		}
		return append(out, act("retire", false))
	}
	var out []queueAct
	if c.May(auth.Publish) {
		out = append(out, act("publish", true))
	}
	if c.May(auth.Review) {
		out = append(out, act("accept", len(out) == 0), act("return", false), act("retire", false))
	}
	return out
}

// queueItem puts a record that waits into words.
func (c *Call) queueItem(it *workbench.Item, f *Form) (queueItem, error) {
	b, err := c.brief(it.Key, it.Cells, it.Quotes)
	out := queueItem{Item: *it, Brief: b, ID: "wait-" + codingKey(it.String()), Value: seenValue(it.Seen), By: it.Coder, Fault: f.Faults["record "+it.String()]}
	if err != nil {
		return out, err
	}
	out.On = slices.Contains(f.Values["record"], out.Value)
	if it.Coder == c.User.Name {
		out.By = c.T.T("read.you")
	}
	for _, k := range it.Needs {
		out.Needs = append(out.Needs, Link{Href: RecordHref(k.Kind, k.ID), Word: wordOr(c.T, "kind", k.Kind) + " " + k.ID})
	}
	if it.Edits > 0 {
		old, err := c.Desk.Store.Version(c.Context(), it.Key, it.Edits) // published: nobody may not see it
		if err != nil {
			return out, err
		}
		out.Changes = c.Sides(it.Kind, Cells(old.Body), it.Cells, false)
	}
	return out, nil
}
