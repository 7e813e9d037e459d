package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"entente"
)

// Touched is one record that a commit wrote.
type Touched struct {
	Key
	Number int    `json:"version"`
	State  State  `json:"state"`
	Layer  string `json:"layer,omitempty"`
}

// Entry is a commit with what it wrote.
type Entry struct {
	Commit
	Touched []Touched `json:"touched"`
	More    int       `json:"more,omitempty"` // records beyond MaxTouched
}

// MaxTouched bounds the records that one entry lists.
const MaxTouched = 200

// LogQuery asks for commits.
type LogQuery struct {
	Who    string
	Record Key       // zero: any; with an empty ID: any of the kind
	Since  time.Time // inclusive; zero: from the start
	Before int64     // only commits before this number; 0: from the latest
	Limit  int       // 1 to MaxList; 0: MaxList
	// Layers are the private layers that the reader may see. Commits that
	// touched only other private layers are left out whole.
	Layers []string
}

// Log lists commits, the latest first.
func (s *Store) Log(ctx context.Context, ask LogQuery) ([]Entry, error) {
	if ask.Limit < 0 || ask.Limit > MaxList {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "log", Msg: fmt.Sprintf("the limit %d is not between 1 and %d", ask.Limit, MaxList)}
	}
	if ask.Limit == 0 {
		ask.Limit = MaxList
	}
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	marks := []string{"''"}
	for _, l := range ask.Layers {
		marks = append(marks, arg(l))
	}
	layers := "v.layer IN (" + strings.Join(marks, ", ") + ")"
	touched := "v.seq = m.seq AND " + layers
	if ask.Record.Kind != "" {
		touched += " AND v.kind = " + arg(ask.Record.Kind)
	}
	if ask.Record.ID != "" {
		touched += " AND v.id = " + arg(ask.Record.ID)
	}
	where := []string{"EXISTS (SELECT 1 FROM versions v WHERE " + touched + ")"}
	if ask.Who != "" {
		where = append(where, "m.who = "+arg(ask.Who))
	}
	if ask.Before > 0 {
		where = append(where, "m.seq < "+arg(ask.Before))
	}
	if !ask.Since.IsZero() {
		where = append(where, "m.at >= "+arg(ask.Since.UnixMicro()))
	}
	query := fmt.Sprintf("SELECT m.seq, m.at, m.who, m.why, m.via, m.changes FROM commits m WHERE %s ORDER BY m.seq DESC LIMIT %d", strings.Join(where, " AND "), ask.Limit)
	var out []Entry
	err := s.engine.read(ctx, func(ctx context.Context, q querier) error {
		out = nil
		rows, err := q.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		for rows.Next() {
			var e Entry
			var at int64
			if err := rows.Scan(&e.Seq, &at, &e.Who, &e.Why, &e.Via, &e.Changes); err != nil {
				_ = rows.Close()
				return err
			}
			e.At = time.UnixMicro(at).UTC()
			out = append(out, e)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		for i := range out {
			if err := touchedBy(ctx, q, &out[i], ask.Layers); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// touchedBy fills in what a commit wrote, as far as the reader may see it.
func touchedBy(ctx context.Context, q querier, e *Entry, layers []string) error {
	args := []any{e.Seq}
	marks := []string{"''"}
	for _, l := range layers {
		args = append(args, l)
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	rows, err := q.QueryContext(ctx, fmt.Sprintf("SELECT kind, id, version, state, layer FROM versions WHERE seq = $1 AND layer IN (%s) ORDER BY kind, id LIMIT %d", strings.Join(marks, ", "), MaxTouched), args...)
	if err != nil {
		return err
	}
	for rows.Next() {
		var t Touched
		if err := rows.Scan(&t.Kind, &t.ID, &t.Number, &t.State, &t.Layer); err != nil {
			_ = rows.Close()
			return err
		}
		e.Touched = append(e.Touched, t)
	}
	if e.Changes > len(e.Touched) && len(e.Touched) == MaxTouched {
		e.More = e.Changes - len(e.Touched)
	}
	return errors.Join(rows.Err(), rows.Close())
}

// At gives the mark as it was at an instant: the latest commit then, and the
// latest that changed what is published.
func (s *Store) At(ctx context.Context, at time.Time) (Mark, error) {
	var m Mark
	err := s.engine.read(ctx, func(ctx context.Context, q querier) error {
		var micro int64
		err := q.QueryRowContext(ctx, "SELECT seq, at FROM commits WHERE at <= $1 ORDER BY at DESC LIMIT 1", at.UTC().UnixMicro()).Scan(&m.Seq, &micro)
		if noRows(err) {
			return &entente.Error{Kind: entente.NotFound, Op: "known at", Place: at.UTC().Format(time.RFC3339), Msg: "the workbench held nothing at that instant", Hint: "take a later one; entente log shows the first"}
		}
		if err != nil {
			return err
		}
		m.At = time.UnixMicro(micro).UTC()
		return q.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM versions WHERE seq <= $1 AND state IN ('published', 'retired') AND layer = ''", m.Seq).Scan(&m.Public)
	})
	return m, err
}
