package authstore

import (
	"context"
	"fmt"
	"strings"

	"entente/internal/auth"
	"entente/internal/store"
)

// AppendEntry adds an entry to the audit log. Its number is taken in the same
// transaction; of two writers at once one tries again.
func (s *Store) AppendEntry(ctx context.Context, e auth.Entry) error {
	_, err := s.exec(ctx, `INSERT INTO audit (id, at, who, action, object, outcome, detail)
		SELECT coalesce(max(id), 0) + 1, $1, $2, $3, $4, $5, $6 FROM audit`,
		micro(e.At), e.Who, string(e.Action), e.Object, string(e.Outcome), e.Detail)
	return err
}

// Entries lists entries, the newest first.
func (s *Store) Entries(ctx context.Context, f auth.EntryFilter) (out []auth.Entry, err error) {
	var where []string
	var args []any
	add := func(cond string, v any) {
		args = append(args, v)
		where = append(where, fmt.Sprintf(cond, len(args)))
	}
	for _, c := range []struct{ cond, value string }{
		{"who = $%d", f.Who}, {"action = $%d", string(f.Action)}, {"outcome = $%d", string(f.Outcome)}, {"object = $%d", f.Object},
	} {
		if c.value != "" {
			add(c.cond, c.value)
		}
	}
	if !f.Since.IsZero() {
		add("at >= $%d", micro(f.Since))
	}
	if !f.Until.IsZero() {
		add("at < $%d", micro(f.Until))
	}
	if f.Before != 0 {
		add("id < $%d", f.Before)
	}
	query := "SELECT id, at, who, action, object, outcome, detail FROM audit"
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	query += fmt.Sprintf(" ORDER BY id DESC LIMIT %d", f.Rows())
	err = s.db.Read(ctx, func(ctx context.Context, q store.Querier) error {
		out = nil
		list, err := q.QueryContext(ctx, query, args...) //nolint:rowserrcheck // rows checks it
		if err != nil {
			return err
		}
		return rows(list, func(scan func(...any) error) error {
			var e auth.Entry
			var at int64
			err := scan(&e.ID, &at, &e.Who, &e.Action, &e.Object, &e.Outcome, &e.Detail)
			e.At = instant(at)
			out = append(out, e)
			return err
		})
	})
	return out, err
}
