package store

import (
	"context"
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

// Entry is a commit with what it wrote, as far as the reader may see it. Its
// Changes counts all, so that Touched and More fall short of it where something
// is hidden.
type Entry struct {
	Commit
	Touched []Touched `json:"touched"`
	More    int       `json:"more,omitempty"` // records beyond MaxTouched

	n int64
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
	if !plain(ask.Who + ask.Record.Kind + ask.Record.ID + strings.Join(ask.Layers, "")) {
		return nil, nil // nothing holds what is no text
	}
	var out []Entry
	err := s.engine.read(ctx, func(ctx context.Context, q querier) (err error) {
		out, err = entries(ctx, q, &ask)
		for i := range out {
			if err == nil {
				err = touched(ctx, q, &out[i], ask.Layers)
			}
		}
		return err
	})
	return out, err
}

func entries(ctx context.Context, q querier, ask *LogQuery) ([]Entry, error) {
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	seen := "v.layer IN (" + strings.Join(append([]string{"''"}, mapped(ask.Layers, func(l string) string { return arg(l) })...), ", ") + ")"
	var where []string
	switch {
	case ask.Record.ID != "":
		where = append(where, "m.seq IN (SELECT v.seq FROM versions v WHERE v.kind = "+arg(ask.Record.Kind)+" AND v.id = "+arg(ask.Record.ID)+" AND "+seen+")")
	case ask.Record.Kind != "":
		seen += " AND v.kind = " + arg(ask.Record.Kind)
		fallthrough
	default:
		where = append(where, "EXISTS (SELECT 1 FROM versions v WHERE v.n > m.n - m.changes AND v.n <= m.n AND "+seen+")")
	}
	if ask.Who != "" {
		where = append(where, "m.who = "+arg(ask.Who))
	}
	if ask.Before > 0 {
		where = append(where, "m.seq < "+arg(ask.Before))
	}
	if !ask.Since.IsZero() {
		where = append(where, "m.at >= "+arg(ask.Since.UnixMicro()))
	}
	rows, err := q.QueryContext(ctx, fmt.Sprintf("SELECT m.seq, m.at, m.who, m.why, m.via, m.changes, m.n FROM commits m WHERE %s ORDER BY m.seq DESC LIMIT %d", strings.Join(where, " AND "), ask.Limit), args...)
	if err != nil {
		return nil, err
	}
	var out []Entry
	err = each(rows, func() error {
		var e Entry
		var at int64
		err := rows.Scan(&e.Seq, &at, &e.Who, &e.Why, &e.Via, &e.Changes, &e.n)
		e.At = time.UnixMicro(at).UTC()
		out = append(out, e)
		return err
	})
	return out, err
}

// touched fills in what a commit wrote, as far as the reader may see it.
func touched(ctx context.Context, q querier, e *Entry, layers []string) error {
	args := []any{e.n - int64(e.Changes), e.n}
	seen := []string{"''"}
	for _, l := range layers {
		args = append(args, l)
		seen = append(seen, fmt.Sprintf("$%d", len(args)))
	}
	in := strings.Join(seen, ", ")
	var hidden int // the index of private versions counts them
	if err := q.QueryRowContext(ctx, "SELECT count(*) FROM versions WHERE n > $1 AND n <= $2 AND layer <> '' AND layer NOT IN ("+in+")", args...).Scan(&hidden); err != nil {
		return err
	}
	rows, err := q.QueryContext(ctx, fmt.Sprintf("SELECT kind, id, version, state, layer FROM versions WHERE n > $1 AND n <= $2 AND layer IN (%s) ORDER BY n LIMIT %d", in, MaxTouched), args...)
	if err != nil {
		return err
	}
	err = each(rows, func() error {
		var t Touched
		err := rows.Scan(&t.Kind, &t.ID, &t.Number, &t.State, &t.Layer)
		e.Touched = append(e.Touched, t)
		return err
	})
	e.More = e.Changes - hidden - len(e.Touched)
	return err
}
