package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/internal/datapackage"
)

// What is published is a whole: nothing published refers to what is not, in
// either direction. Of the texts that other kinds hold the store knows nothing.

// maxFaults bounds the faults that one refused write lists.
const maxFaults = 50

// rowRef is what a row that is being published refers to.
type rowRef struct {
	from Key
	to   datapackage.Ref
}

func (r rowRef) fault() error {
	return &entente.Error{
		Kind: entente.Invalid, Op: "publish", Place: r.from.String(), Msg: fmt.Sprintf("it refers to %s:%s, which is not published", r.to.Table, r.to.ID),
		Hint: "publish that record first, or in the same step",
	}
}

// published makes sure that what is referred to is published, as far as it was
// asked for or is staged.
func (w *writing) published(refs []rowRef) error {
	var faults entente.Errors
	for _, r := range refs {
		live := w.live[r.to]
		if h, staged := w.staged[Key{r.to.Table, r.to.ID}]; staged {
			live = h.live != 0
		}
		if !live && len(faults) < maxFaults {
			faults = append(faults, r.fault())
		}
	}
	return single(faults)
}

// references checks a write whose rows stand in the database already: what its
// rows refer to is published, and nothing published refers to what is gone.
func (w *writing) references(ctx context.Context, refs []rowRef, gone []Key) error {
	var ask []datapackage.Ref
	for _, r := range refs {
		if _, known := w.live[r.to]; !known {
			w.live[r.to] = false
			ask = append(ask, r.to)
		}
	}
	found, err := w.s.engine.live(ctx, w.q, ask)
	if err != nil {
		return err
	}
	for _, r := range ask {
		w.live[r] = found[r]
	}
	if err := w.published(refs); err != nil {
		return err
	}
	var faults entente.Errors
	for _, k := range gone {
		list, err := w.referring(ctx, k)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			faults = append(faults, &entente.Error{
				Kind: entente.Conflict, Op: "retire", Place: k.String(), Msg: "published records still refer to it: " + strings.Join(list, ", "),
				Hint: "retire or change these first",
			})
		}
		if len(faults) == maxFaults {
			break
		}
	}
	return single(faults)
}

// single gives one fault as itself.
func single(faults entente.Errors) error {
	if len(faults) == 1 {
		return faults[0]
	}
	return faults.Err()
}

// maxReferring bounds the referring rows that a message names.
const maxReferring = 5

// referring lists some published rows that refer to a row. The index of marks
// finds those that may; their bodies decide.
func (w *writing) referring(ctx context.Context, k Key) ([]string, error) {
	to := datapackage.Ref{Table: k.Kind, ID: k.ID}
	marks := []string{markRef(to)}
	for _, m := range facetMarks {
		if m.table == k.Kind {
			marks = append(marks, markFacet(m.letter, k.ID))
		}
	}
	join, where, args := w.s.engine.match([][]string{marks}, 1)
	rows, err := w.q.QueryContext(ctx, "SELECT h.kind, h.id, v.body FROM heads h "+join+" JOIN versions v ON v.n = h.live WHERE "+where+" AND h.live <> 0", args...)
	if err != nil {
		return nil, err
	}
	var out []string
	err = each(rows, func() error {
		var from Key
		var body string
		if err := rows.Scan(&from.Kind, &from.ID, &body); err != nil {
			return err
		}
		if row, err := DecodeRow(from.Kind, []byte(body)); err == nil && slices.Contains(row.Refs(), to) {
			out = append(out, from.String())
		}
		if len(out) == maxReferring {
			return errEnough
		}
		return nil
	})
	if err == errEnough { //nolint:errorlint // our own, never wrapped
		err = nil
	}
	slices.Sort(out)
	return out, err
}
