package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"entente"
)

// Mark tells how far the store has come. It is cheap enough to ask per request.
func (s *Store) Mark(ctx context.Context) (Mark, error) {
	var m Mark
	err := s.engine.read(ctx, func(ctx context.Context, q querier) (err error) {
		m, err = mark(ctx, q)
		return err
	})
	return m, err
}

func mark(ctx context.Context, q querier) (m Mark, err error) {
	var at int64
	err = q.QueryRowContext(ctx, "SELECT seq, public, at FROM clock WHERE one = 1").Scan(&m.Seq, &m.Public, &at)
	m.At = time.UnixMicro(at).UTC()
	return m, err
}

// versionColumns are read by scanVersion.
const versionColumns = "v.kind, v.id, v.version, v.base, v.state, v.layer, v.body, m.seq, m.at, m.who, m.why, m.via, m.changes"

type scanner interface{ Scan(dest ...any) error }

func scanVersion(row scanner, more ...any) (*Version, error) {
	var v Version
	var body string
	var at int64
	dest := []any{&v.Kind, &v.ID, &v.Number, &v.Base, &v.State, &v.Layer, &body, &v.Commit.Seq, &at, &v.Commit.Who, &v.Commit.Why, &v.Commit.Via, &v.Commit.Changes}
	if err := row.Scan(append(dest, more...)...); err != nil {
		return nil, err
	}
	v.Body, v.Commit.At = []byte(body), time.UnixMicro(at).UTC()
	return &v, nil
}

// Get gives the latest version of a record. Errors: NotFound.
func (s *Store) Get(ctx context.Context, k Key) (*Version, error) { return s.Version(ctx, k, 0) }

// Version gives one version of a record, 0 for the latest. Errors: NotFound.
func (s *Store) Version(ctx context.Context, k Key, number int) (*Version, error) {
	var v *Version
	err := s.engine.read(ctx, func(ctx context.Context, q querier) (err error) {
		v, err = version(ctx, q, k, number)
		return err
	})
	return v, err
}

func version(ctx context.Context, q querier, k Key, number int) (*Version, error) {
	query := "SELECT " + versionColumns + " FROM versions v JOIN commits m ON m.seq = v.seq WHERE v.kind = $1 AND v.id = $2"
	args := []any{k.Kind, k.ID}
	if number != 0 {
		query += " AND v.version = $3"
		args = append(args, number)
	}
	v, err := scanVersion(q.QueryRowContext(ctx, query+" ORDER BY v.version DESC LIMIT 1", args...))
	if noRows(err) {
		place := k.String()
		if number != 0 {
			place += fmt.Sprintf(" version %d", number)
		}
		return nil, &entente.Error{Kind: entente.NotFound, Op: "read record", Place: place, Msg: "there is no such record", Hint: "check the id"}
	}
	return v, err
}

// History gives every version of a record, the latest first. Errors: NotFound.
func (s *Store) History(ctx context.Context, k Key) ([]Version, error) {
	var out []Version
	err := s.engine.read(ctx, func(ctx context.Context, q querier) error {
		var err error
		out, err = versions(ctx, q, "SELECT "+versionColumns+" FROM versions v JOIN commits m ON m.seq = v.seq WHERE v.kind = $1 AND v.id = $2 ORDER BY v.version DESC", k.Kind, k.ID)
		return err
	})
	if err == nil && len(out) == 0 {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "read record", Place: k.String(), Msg: "there is no such record", Hint: "check the id"}
	}
	return out, err
}

func versions(ctx context.Context, q querier, query string, args ...any) ([]Version, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	var out []Version
	for rows.Next() {
		v, err := scanVersion(rows)
		if err != nil {
			_ = rows.Close()
			return nil, err
		}
		out = append(out, *v)
	}
	return out, errors.Join(rows.Err(), rows.Close())
}

// List gives records by their latest version, in the order of kind and id, or
// with the best match first when words are asked for.
func (s *Store) List(ctx context.Context, ask Query) ([]Version, error) {
	if ask.Limit < 0 || ask.Limit > MaxList {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "list", Msg: fmt.Sprintf("the limit %d is not between 1 and %d", ask.Limit, MaxList)}
	}
	if ask.Limit == 0 {
		ask.Limit = MaxList
	}
	var b strings.Builder
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	words := Words(ask.Words)
	if ask.Words != "" && len(words) == 0 {
		return nil, nil // only punctuation: nothing holds it
	}
	var where []string
	from, order := "", "h.kind, h.id"
	if len(words) > 0 {
		args = append(args, nil)
		var cond string
		from, cond, order, args[0] = matchOf(s.engine, words)
		where = append(where, cond)
	}
	oneOf := func(column string, values []string) {
		if len(values) == 0 {
			return
		}
		marks := make([]string, len(values))
		for i, v := range values {
			marks[i] = arg(v)
		}
		where = append(where, column+" IN ("+strings.Join(marks, ", ")+")")
	}
	oneOf("h.kind", ask.Kinds)
	oneOf("h.state", stringsOf(ask.States))
	oneOf("h.layer", append([]string{""}, ask.Layers...))
	for _, f := range [][2]string{{"h.actor", ask.Actor}, {"h.proposition", ask.Proposition}, {"h.source", ask.Source}, {"h.coder", ask.Coder}} {
		if f[1] != "" {
			where = append(where, f[0]+" = "+arg(f[1]))
		}
	}
	if ask.After != (Key{}) && len(words) == 0 {
		where = append(where, "(h.kind, h.id) > ("+arg(ask.After.Kind)+", "+arg(ask.After.ID)+")")
	}
	// Without words the order is that of an index and one query reads all. With
	// words all matches are sorted first, and only the best are read whole.
	columns := "h.kind, h.id, h.version, h.actor, h.proposition, h.source, h.coder"
	if len(words) == 0 {
		columns = versionColumns + ", h.actor, h.proposition, h.source, h.coder"
		from += " JOIN versions v ON v.kind = h.kind AND v.id = h.id AND v.version = h.version JOIN commits m ON m.seq = v.seq"
	}
	fmt.Fprintf(&b, "SELECT %s FROM heads h %s WHERE %s ORDER BY %s LIMIT %d", columns, from, strings.Join(where, " AND "), order, ask.Limit)
	var out []Version
	err := s.engine.read(ctx, func(ctx context.Context, q querier) (err error) {
		if len(words) == 0 {
			out, err = listWhole(ctx, q, b.String(), args)
			return err
		}
		heads, err := listHeads(ctx, q, b.String(), args)
		if err != nil {
			return err
		}
		out = make([]Version, 0, len(heads))
		for _, h := range heads {
			v, err := version(ctx, q, h.Key, h.Number)
			if err != nil {
				return err
			}
			v.Facets = h.Facets
			out = append(out, *v)
		}
		return nil
	})
	return out, err
}

func matchOf(e engine, words []string) (from, where, order, value string) { return e.match(words, 1) }

func listWhole(ctx context.Context, q querier, query string, args []any) ([]Version, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	out := []Version{}
	for rows.Next() {
		var f Facets
		v, err := scanVersion(rows, &f.Actor, &f.Proposition, &f.Source, &f.Coder)
		if err != nil {
			_ = rows.Close()
			return nil, err
		}
		v.Facets = f
		out = append(out, *v)
	}
	return out, errors.Join(rows.Err(), rows.Close())
}

func listHeads(ctx context.Context, q querier, query string, args []any) ([]Version, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	var out []Version
	for rows.Next() {
		var v Version
		if err := rows.Scan(&v.Kind, &v.ID, &v.Number, &v.Actor, &v.Proposition, &v.Source, &v.Coder); err != nil {
			_ = rows.Close()
			return nil, err
		}
		out = append(out, v)
	}
	return out, errors.Join(rows.Err(), rows.Close())
}

// Words splits what somebody typed into the words that the search looks for:
// runs of letters and digits, at most twenty.
func Words(s string) []string {
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	return words[:min(len(words), 20)]
}

func stringsOf[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}
