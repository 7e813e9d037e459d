package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/internal/datapackage"
)

// maxFaults bounds the faults that one refused write lists.
const maxFaults = 50

// references makes sure that what is published is a whole: nothing published
// refers to what is not, in either direction.
func (w *writer) references(ctx context.Context) error {
	var faults entente.Errors
	bad := map[datapackage.Ref]bool{}
	for _, r := range w.refs {
		if w.known[r.to] || len(faults) >= maxFaults {
			continue
		}
		if !bad[r.to] {
			var n int
			err := w.q.QueryRowContext(ctx, "SELECT 1 FROM published WHERE kind = $1 AND id = $2", r.to.Table, r.to.ID).Scan(&n)
			if err == nil {
				w.known[r.to] = true
				continue
			}
			if !noRows(err) {
				return err
			}
			bad[r.to] = true
		}
		faults = append(faults, &entente.Error{
			Kind: entente.Invalid, Op: "publish", Place: r.from.String(), Msg: fmt.Sprintf("it refers to %s:%s, which is not published", r.to.Table, r.to.ID),
			Hint: "publish that record first, or in the same step",
		})
	}
	for _, k := range w.retired {
		list, err := w.referring(ctx, k)
		if err != nil {
			return err
		}
		if len(list) > 0 && len(faults) < maxFaults {
			faults = append(faults, &entente.Error{
				Kind: entente.Conflict, Op: "retire", Place: k.String(), Msg: "published records still refer to it: " + strings.Join(list, ", "),
				Hint: "retire or change these first",
			})
		}
	}
	if len(faults) == 1 {
		return faults[0]
	}
	return faults.Err()
}

// referring lists up to five published rows that refer to a row.
func (w *writer) referring(ctx context.Context, k Key) ([]string, error) {
	var out []string
	pattern := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(k.ID) + "%"
	for _, kind := range datapackage.Tables() {
		if !mayRefer(kind, k.Kind) {
			continue
		}
		rows, err := w.q.QueryContext(ctx, `SELECT id, body FROM published WHERE kind = $1 AND body LIKE $2 ESCAPE '\'`, kind, pattern)
		if err != nil {
			return nil, err
		}
		for rows.Next() && len(out) < 5 {
			var id, body string
			if err := rows.Scan(&id, &body); err != nil {
				_ = rows.Close()
				return nil, err
			}
			row, err := DecodeRow(kind, []byte(body))
			if err == nil && slices.Contains(row.Refs(), datapackage.Ref{Table: k.Kind, ID: k.ID}) {
				out = append(out, kind+":"+id)
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// mayRefer reports whether rows of one table can refer to rows of another.
func mayRefer(from, to string) bool {
	if from == "challenges" || (from == "coverage" && to != "statements") {
		return true
	}
	return slices.ContainsFunc(datapackage.Columns(from), func(c datapackage.Spec) bool { return c.Ref == to })
}
