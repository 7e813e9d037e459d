package dna

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"modernc.org/sqlite"

	"entente"
	"entente/internal/ingest"
)

// maxTime bounds the reading of one file, however it was made.
const maxTime = 2 * time.Minute

const magic = "SQLite format 3\x00"

// schema lists the tables and columns that are read.
var schema = map[string][]string{
	"SETTINGS":       {"Property", "Value"},
	"CODERS":         {"ID", "Name"},
	"DOCUMENTS":      {"ID", "Title", "Text", "Author", "Source", "Section", "Notes", "Type", "Date"},
	"STATEMENTTYPES": {"ID", "Label"},
	"VARIABLES":      {"ID", "Variable", "DataType", "StatementTypeId"},
	"STATEMENTS":     {"ID", "StatementTypeId", "DocumentId", "Start", "Stop", "Coder"},
	"ENTITIES":       {"ID", "Value"},
	"DATABOOLEAN":    {"StatementId", "VariableId", "Value"},
	"DATAINTEGER":    {"StatementId", "VariableId", "Value"},
	"DATASHORTTEXT":  {"StatementId", "VariableId", "Entity"},
	"DATALONGTEXT":   {"StatementId", "VariableId", "Value"},
}

// database is a file opened in memory, for reading only.
type database struct {
	name string
	db   *sql.DB
	conn *sql.Conn
}

// open opens the file in memory: nothing is written to disk, and nothing of it
// runs. Views, virtual tables and computed columns in the place of tables could
// make a small file endless; they are refused.
func open(ctx context.Context, name string, data []byte) (_ *database, err error) {
	if err := ingest.CheckSize(name, data); err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(data, []byte(magic)) || len(data) < 512 {
		return nil, ingest.Fault(name, "choose the .dna file of a project; those on a server are saved as a file first", "this is not an SQLite database")
	}
	// A file that was closed in write-ahead mode says so in two bytes, and cannot
	// be opened in memory that way.
	data = bytes.Clone(data)
	data[18], data[19] = 1, 1
	d := &database{name: name}
	if d.db, err = sql.Open("sqlite", ":memory:"); err != nil {
		return nil, d.fault("the database cannot be opened", err)
	}
	defer func() {
		if err != nil {
			d.close()
		}
	}()
	if d.conn, err = d.db.Conn(ctx); err != nil {
		return nil, d.fault("the database cannot be opened", err)
	}
	err = d.conn.Raw(func(c any) error {
		into, ok := c.(interface{ Deserialize([]byte) error })
		if !ok {
			return fmt.Errorf("the driver cannot read from memory")
		}
		return into.Deserialize(data)
	})
	if err != nil {
		return nil, d.fault("the database cannot be opened", err)
	}
	const limitLength = 0 // SQLITE_LIMIT_LENGTH
	if _, err = sqlite.Limit(d.conn, limitLength, ingest.MaxText*2); err != nil {
		return nil, d.fault("the database cannot be bounded", err)
	}
	for _, p := range []string{"PRAGMA query_only=1", "PRAGMA trusted_schema=0", "PRAGMA cell_size_check=1", "PRAGMA mmap_size=0"} {
		if _, err = d.conn.ExecContext(ctx, p); err != nil {
			return nil, d.fault("the database is damaged", err)
		}
	}
	if err = d.checkSchema(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *database) close() {
	if d.conn != nil {
		_ = d.conn.Close()
	}
	_ = d.db.Close()
}

func (d *database) fault(msg string, err error) error {
	return &entente.Error{Kind: entente.Invalid, Op: "import", Place: d.name, Msg: msg, Hint: "is this the file of a DNA 3 project?", Err: err}
}

func (d *database) checkSchema(ctx context.Context) error {
	plain := map[string]bool{}
	err := d.each(ctx, "SELECT name, rootpage, sql FROM sqlite_schema WHERE type = 'table'", func(scan func(...any) error) error {
		var name, text sql.NullString
		var root int64
		if err := scan(&name, &root, &text); err != nil {
			return err
		}
		plain[strings.ToUpper(name.String)] = root > 0
		return nil
	})
	if err != nil {
		return err
	}
	for _, t := range sortedTables() {
		if !plain[t] {
			return ingest.Fault(d.name, "is this the file of a DNA 3 project?", "the database has no table %s", t)
		}
		have := map[string]int64{}
		err := d.each(ctx, "SELECT name, hidden FROM pragma_table_xinfo('"+t+"')", func(scan func(...any) error) error {
			var name string
			var hidden int64
			if err := scan(&name, &hidden); err != nil {
				return err
			}
			have[strings.ToUpper(name)] = hidden
			return nil
		})
		if err != nil {
			return err
		}
		for _, c := range schema[t] {
			if hidden, ok := have[strings.ToUpper(c)]; !ok || hidden != 0 {
				return ingest.Fault(d.name, "is this the file of a DNA 3 project?", "the table %s has no plain column %s", t, c)
			}
		}
	}
	return d.checkVersion(ctx)
}

func (d *database) checkVersion(ctx context.Context) error {
	return d.each(ctx, "SELECT Value FROM SETTINGS WHERE Property = 'version'", func(scan func(...any) error) error {
		var v string
		if err := scan(&v); err != nil {
			return err
		}
		if strings.HasPrefix(v, "2") {
			return ingest.Fault(d.name, "open it in DNA 3 and save it there", "the database is of DNA %s", ingest.Clip(v, 20))
		}
		return nil
	})
}

// each runs a query and hands over its rows, of which there may be
// [ingest.MaxRows].
func (d *database) each(ctx context.Context, query string, row func(scan func(...any) error) error) (err error) {
	rows, err := d.conn.QueryContext(ctx, query)
	if err != nil {
		return d.queryFault(ctx, err)
	}
	defer func() { _ = rows.Close() }()
	n := 0
	for rows.Next() {
		if n++; n > ingest.MaxRows {
			return ingest.Fault(d.name, "", "a table has more than %d rows", ingest.MaxRows)
		}
		if err := row(rows.Scan); err != nil {
			if own, ok := errors.AsType[*entente.Error](err); ok {
				return own
			}
			return d.queryFault(ctx, err)
		}
	}
	if err := rows.Err(); err != nil {
		return d.queryFault(ctx, err)
	}
	return nil
}

func (d *database) queryFault(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return d.fault("the database is damaged", err)
}
