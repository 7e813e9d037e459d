package main

import (
	"database/sql"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the alternative: the same question put to a database

	"entente"
)

// parseOnly reads every CSV file of a corpus and keeps nothing: the floor
// under loading.
func parseOnly(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		return err
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		r := csv.NewReader(f)
		r.ReuseRecord = true
		for {
			if _, err = r.Read(); err != nil {
				break
			}
		}
		_ = f.Close() // only read
		if !errors.Is(err, io.EOF) {
			return err
		}
	}
	return nil
}

// sqlite holds the statements in a table with an index.
type sqlite struct{ db *sql.DB }

func newSQL(c *entente.Corpus) (*sqlite, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE statement (actor TEXT, proposition TEXT, stance TEXT, date TEXT, source TEXT)`); err != nil {
		return nil, err
	}
	tx, err := db.Begin()
	if err != nil {
		return nil, err
	}
	for i := range c.Statements {
		s := &c.Statements[i]
		if _, err := tx.Exec(`INSERT INTO statement VALUES ($1, $2, $3, $4, $5)`, string(s.Actor), string(s.Proposition), string(s.Stance), s.Date.Last().String(), string(s.Source)); err != nil {
			return nil, err
		}
	}
	if err := tx.Commit(); err != nil {
		return nil, err
	}
	_, err = db.Exec(`CREATE INDEX statement_actor ON statement (actor, proposition, date)`)
	return &sqlite{db}, err
}

// latest asks for the latest statement of two actors on every proposition: much
// less than a comparison does, and what a first attempt with a database is.
func (s *sqlite) latest(a, b, asOf string) error {
	rows, err := s.db.Query(`SELECT actor, proposition, stance, max(date), source FROM statement
		WHERE actor IN ($1, $2) AND date <= $3 GROUP BY actor, proposition`, a, b, asOf)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var actor, prop, stance, date, source string
		if err := rows.Scan(&actor, &prop, &stance, &date, &source); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *sqlite) Close() error { return s.db.Close() }
