package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"sync"

	"github.com/pressly/goose/v3"

	"entente"
)

// dialect is what migrations need to know of an engine.
type dialect struct {
	goose goose.Dialect
	dir   string // below schema/
	has   string // counts the table in which goose keeps the number of the schema
}

// migrating keeps two stores of one program from making the same schema at
// once; two programs find out by trying again.
var migrating sync.Mutex

// migrate brings the schema up to date. It looks before it touches anything: a
// database that is not ours stays as it is.
func migrate(ctx context.Context, db *sql.DB, d dialect, schema fs.FS, create bool) error {
	sub, err := fs.Sub(schema, "schema/"+d.dir)
	if err != nil {
		return err
	}
	target, err := latest(sub)
	if err != nil {
		return err
	}
	migrating.Lock()
	defer migrating.Unlock()
	for try := 1; ; try++ {
		current, err := schemaOf(ctx, db, d)
		if err != nil {
			return err
		}
		switch {
		case current > target:
			return &entente.Error{
				Kind: entente.Conflict, Op: "open store", Msg: fmt.Sprintf("the store has schema %d, this program knows up to %d", current, target),
				Hint: "use the newer version of the program that wrote it",
			}
		case current == 0 && !create:
			return &entente.Error{Kind: entente.NotFound, Op: "open store", Msg: "the database holds no store of Entente", Hint: "make one with: entente init --db PLACE"}
		case current == target:
			return nil
		}
		err = up(ctx, db, d, sub)
		if err == nil {
			continue // look that it is done
		}
		if try == 3 {
			return openFailure("the schema could not be brought up to date", err)
		}
	}
}

func up(ctx context.Context, db *sql.DB, d dialect, sub fs.FS) error {
	p, err := goose.NewProvider(d.goose, db, sub, goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read the schema: %w", err)
	}
	_, err = p.Up(ctx)
	return err
}

// latest is the number of the last migration.
func latest(dir fs.FS) (int64, error) {
	names, err := fs.Glob(dir, "*.sql")
	if err != nil {
		return 0, err
	}
	var last int64
	for _, name := range names {
		n, err := goose.NumericComponent(name)
		if err != nil {
			return 0, fmt.Errorf("schema file %s: %w", name, err)
		}
		last = max(last, n)
	}
	return last, nil
}

// schemaOf reads the number of the schema that a database has, 0 for none.
func schemaOf(ctx context.Context, db *sql.DB, d dialect) (int64, error) {
	var ours int
	if err := db.QueryRowContext(ctx, d.has).Scan(&ours); err != nil {
		return 0, openFailure("the schema cannot be read", err)
	}
	if ours == 0 {
		return 0, nil
	}
	var version sql.NullInt64
	err := db.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version").Scan(&version)
	if err != nil {
		return 0, openFailure("the schema cannot be read", err)
	}
	return version.Int64, nil
}

func notAStore(what string) *entente.Error {
	return &entente.Error{
		Kind: entente.Invalid, Op: "open store", Msg: "this is not a store of Entente (not " + what + ")",
		Hint: "name a file made with entente init, or take a new name",
	}
}
