package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the plain database beside the store

	"entente"
	"entente/internal/datapackage"
	"entente/internal/store"
)

const (
	storeActors       = 193
	storePropositions = 6_000
	storeCoders       = 12
)

// rowOf makes a row of a table from "column", "value" pairs.
func rowOf(table string, cells ...string) datapackage.Row {
	r := datapackage.Row{Table: table}
	for _, c := range datapackage.Columns(table) {
		value := ""
		for i := 0; i < len(cells); i += 2 {
			if cells[i] == c.Name {
				value = cells[i+1]
			}
		}
		r.Cells = append(r.Cells, value)
	}
	return r
}

// storeCorpus makes the changes that fill a store with n synthetic statements
// and what they refer to.
func storeCorpus(n int) []store.Change {
	info, err := store.InfoChange(entente.Info{Name: "synthetic", Title: "Synthetic records for benchmarks, not facts", Version: "1", Released: entente.Day(2021, 1, 1), Licence: "CC0-1.0"}, 0)
	if err != nil {
		panic(err) // it is made of constants
	}
	out := make([]store.Change, 0, n+storeActors+storePropositions+storeSources+1)
	out = append(out, info)
	add := func(r datapackage.Row) { out = append(out, store.RowChange(r, 0, store.Published)) }
	for i := range storeActors {
		add(rowOf("actors", "id", fmt.Sprintf("syn-a%03d", i), "kind", "state", "name", fmt.Sprintf("Synthetic %d", i), "open", "no"))
	}
	for i := range storePropositions {
		add(rowOf("propositions", "id", fmt.Sprintf("syn-p%04d", i), "pillar", string(entente.Pillars[i%len(entente.Pillars)]), "issue", "synthetic", "statement", "A synthetic proposition"))
	}
	for i := range storeSources {
		add(rowOf("sources", "id", fmt.Sprintf("syn-s%05d", i), "title", fmt.Sprintf("Synthetic paper %d", i), "kind", string(entente.SourceKinds[i%len(entente.SourceKinds)]), "text_of", fmt.Sprintf("syn-a%03d", i%storeActors)))
	}
	for i := range n {
		out = append(out, storeStatement(fmt.Sprintf("syn-st%07d", i), i, store.Published, fmt.Sprintf("coder-%d", i%storeCoders)))
	}
	return out
}

// storeMore makes n further statements.
func storeMore(n int, prefix string) []store.Change {
	out := make([]store.Change, n)
	for i := range out {
		out[i] = storeStatement(fmt.Sprintf("%s-%07d", prefix, i), i*7, store.Published, "import")
		out[i].Base = store.Any
	}
	return out
}

// storeCoding is what a coder saves: a draft.
func storeCoding(w, i int) store.Change {
	return storeStatement(fmt.Sprintf("coding-%03d-%05d", w, i), w*1000+i, store.Draft, fmt.Sprintf("coder-%d", w))
}

func storeStatement(id string, i int, state store.State, coder string) store.Change {
	var note strings.Builder
	for k := range 12 {
		note.WriteString(storeWords[(i*7+k*k*3)%len(storeWords)])
		note.WriteByte(' ')
	}
	if i%2 == 0 {
		note.WriteString("common ")
	}
	fmt.Fprintf(&note, "rarity%07d", i/5)
	return store.RowChange(rowOf("statements", "id", id, "actor", fmt.Sprintf("syn-a%03d", i%storeActors), "proposition", fmt.Sprintf("syn-p%04d", (i*31)%storePropositions),
		"stance", string(entente.Stances[i%len(entente.Stances)]), "date", fmt.Sprintf("20%02d-%02d-%02d", i%21, i%12+1, i%28+1), "source", fmt.Sprintf("syn-s%05d", (i*13)%storeSources),
		"pinpoint", fmt.Sprintf("para. %d", i%90), "coder", coder, "checked", "yes", "note", note.String()), 0, state)
}

// plainTable is the baseline: one table with a key and the body.
type plainTable struct {
	db     *sql.DB
	insert func(ctx context.Context, rows []store.Change) error
}

func plainSQLite(ctx context.Context, file string) (*plainTable, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, "CREATE TABLE plain (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id))"); err != nil {
		return nil, err
	}
	return plainOn(db), nil
}

func plainPostgres(ctx context.Context, dsn string) (*plainTable, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, "CREATE TABLE plain (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id))"); err != nil {
		return nil, err
	}
	t := plainOn(db)
	one := t.insert
	t.insert = func(ctx context.Context, rows []store.Change) error {
		if len(rows) == 1 {
			return one(ctx, rows)
		}
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }() // does nothing after a commit
		const step = 5000                    // rows at once, as the store writes them
		for from := 0; from < len(rows); from += step {
			part := rows[from:min(from+step, len(rows))]
			kinds, ids, bodies := make([]string, len(part)), make([]string, len(part)), make([]string, len(part))
			for i := range part {
				kinds[i], ids[i], bodies[i] = part[i].Kind, part[i].ID, string(part[i].Body)
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO plain SELECT * FROM unnest($1::text[], $2::text[], $3::text[])", kinds, ids, bodies); err != nil {
				return err
			}
		}
		return tx.Commit()
	}
	return t, nil
}

func plainOn(db *sql.DB) *plainTable {
	return &plainTable{db: db, insert: func(ctx context.Context, rows []store.Change) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()                                                        // does nothing after a commit
		st, err := tx.PrepareContext(ctx, "INSERT INTO plain (kind, id, body) VALUES ($1, $2, $3)") //nolint:sqlclosecheck // ends with the transaction
		if err != nil {
			return err
		}
		for i := range rows {
			if _, err := st.ExecContext(ctx, rows[i].Kind, rows[i].ID, string(rows[i].Body)); err != nil {
				return err
			}
		}
		return tx.Commit()
	}}
}

// scan reads every row.
func (t *plainTable) scan(ctx context.Context) error {
	rows, err := t.db.QueryContext(ctx, "SELECT kind, body FROM plain")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var kind, body string
		if err := rows.Scan(&kind, &body); err != nil {
			return err
		}
	}
	return rows.Err()
}

// find looks for a word as a plain database does.
func (t *plainTable) find(ctx context.Context, word string) error {
	rows, err := t.db.QueryContext(ctx, "SELECT kind, id FROM plain WHERE body LIKE $1 LIMIT 50", "%"+word+"%")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var kind, id string
		if err := rows.Scan(&kind, &id); err != nil {
			return err
		}
	}
	return rows.Err()
}
