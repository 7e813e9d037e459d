package shelf

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"entente/internal/store"
)

// each calls fn for each row and closes the rows.
func each(rows *sql.Rows, err error, fn func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := fn(rows); err != nil {
			_ = rows.Close() // the first error tells more
			return err
		}
	}
	err = rows.Err()
	if closed := rows.Close(); err == nil {
		err = closed
	}
	return err
}

// listSizes are the lengths that a list of arguments is brought to by repeating
// its last one, so that an engine that keeps prepared statements keeps few.
var listSizes = []int{1, 8, 64, 400}

// inLists calls fn for parts of a list, with their placeholders, the first of which
// has the number first.
func inLists(first int, all []any, fn func(list string, args []any) error) error {
	for part := range slices.Chunk(all, listSizes[len(listSizes)-1]) {
		i := 0
		for listSizes[i] < len(part) {
			i++
		}
		args := slices.Clone(part)
		for len(args) < listSizes[i] {
			args = append(args, part[len(part)-1])
		}
		if err := fn(placeholders[first][i], args); err != nil {
			return err
		}
	}
	return nil
}

func placeholder(n int) string { return "$" + strconv.Itoa(n) }

// placeholders are the lists of placeholders by their first number and their
// length.
var placeholders = func() (out [4][]string) {
	for first := range out {
		for _, n := range listSizes {
			var b strings.Builder
			for i := range n {
				if i > 0 {
					b.WriteString(", ")
				}
				b.WriteString(placeholder(first + i))
			}
			out[first] = append(out[first], b.String())
		}
	}
	return out
}()

// insertion writes rows in groups: one statement for a group, one for a single
// row, and no others.
type insertion struct {
	columns   int
	group     int
	one, many string
}

func newInsertion(text string, columns, group int) insertion {
	return insertion{columns, group, text + values(1, columns), text + values(group, columns)}
}

func values(rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteString(" VALUES ($")
		case i%columns == 0:
			b.WriteString("), ($")
		default:
			b.WriteString(", $")
		}
		b.WriteString(strconv.Itoa(i + 1))
	}
	return b.String() + ")"
}

func (s *insertion) rows(ctx context.Context, q store.Querier, args []any) error {
	for full := s.group * s.columns; len(args) >= full; args = args[full:] {
		if _, err := q.ExecContext(ctx, s.many, args[:full]...); err != nil {
			return err
		}
	}
	for ; len(args) > 0; args = args[s.columns:] {
		if _, err := q.ExecContext(ctx, s.one, args[:s.columns]...); err != nil {
			return err
		}
	}
	return nil
}

// The groups are small enough that an engine which looks up each argument by its
// name is not slowed down by that.
var (
	insertObjects = newInsertion("INSERT INTO exchange_objects (n, id, version_key, version, created, type, spec, creator, origin, level, unresolved, revoked, at, size, digest, body)", 16, 10)
	insertEntries = newInsertion("INSERT INTO exchange_entries (collection, stamp, n, rev, origin, removed)", 6, 25)
	insertWaits   = newInsertion("INSERT INTO exchange_waits (id, n)", 2, 50)
	insertGiven   = newInsertion("INSERT INTO exchange_releases (partner, collection, stamp, leaf, at)", 5, 25)
)
