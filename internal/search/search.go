// Package search finds records of a corpus by words, with SQLite's full-text
// index held in memory.
package search

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"unicode"

	_ "modernc.org/sqlite" // the pure-Go driver, with FTS5 built in

	"entente"
)

// MaxWords and MaxLimit bound a query.
const (
	MaxWords = 16
	MaxLimit = 200
)

// Hit is a record that matches. Kind and ID name it; a statement's ID is that
// of its proposition's page anchor.
type Hit struct {
	Kind    string `json:"kind"` // actor, proposition, instrument, source, statement, project, incident
	ID      string `json:"id"`
	Title   string `json:"title"`
	Snippet string `json:"snippet"` // matched words stand between « and »
	Page    string `json:"page"`    // the kind of page that shows it
	PageID  string `json:"page_id"` // and its id
}

// Index is a full-text index of one corpus. It is safe for concurrent use.
type Index struct {
	db *sql.DB
}

// New indexes a corpus. It takes some tens of milliseconds; make it once.
func New(c *entente.Corpus) (*Index, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, fmt.Errorf("open search index: %w", err)
	}
	db.SetMaxOpenConns(1) // an in-memory database lives in its one connection
	x := &Index{db}
	if err := x.fill(c); err != nil {
		return nil, fmt.Errorf("fill search index: %w", err)
	}
	return x, nil
}

// Close frees the index.
func (x *Index) Close() error { return x.db.Close() }

type entry struct{ kind, id, title, body, page, pageID string }

func (x *Index) fill(c *entente.Corpus) error {
	// The tokenizer folds case and diacritics, so "Turkiye" finds "Türkiye".
	if _, err := x.db.Exec(`CREATE VIRTUAL TABLE doc USING fts5(
		kind UNINDEXED, id UNINDEXED, title, body, page UNINDEXED, page_id UNINDEXED,
		tokenize = "unicode61 remove_diacritics 2", prefix = '2 3')`); err != nil {
		return err
	}
	tx, err := x.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	st, err := tx.Prepare(`INSERT INTO doc VALUES ($1, $2, $3, $4, $5, $6)`)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	for _, e := range entries(c) {
		if _, err := st.Exec(e.kind, e.id, e.title, e.body, e.page, e.pageID); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func entries(c *entente.Corpus) []entry {
	var out []entry
	name := func(id entente.ActorID) string {
		if a := c.Actor(id); a != nil {
			return a.Name
		}
		return string(id)
	}
	for i := range c.Actors {
		a := &c.Actors[i]
		out = append(out, entry{"actor", string(a.ID), a.Name, join(a.ISO2, a.ISO3, string(a.ID), a.Region, a.Subregion), "actor", string(a.ID)})
	}
	for i := range c.Propositions {
		p := &c.Propositions[i]
		out = append(out, entry{"proposition", string(p.ID), p.Statement, join(p.Issue, string(p.Pillar), string(p.ID), p.Note), "proposition", string(p.ID)})
	}
	for i := range c.Instruments {
		in := &c.Instruments[i]
		out = append(out, entry{"instrument", string(in.ID), in.Title, join(in.Symbol, string(in.ID), string(in.Kind), name(in.Body), in.Date.String()), "instrument", string(in.ID)})
	}
	for i := range c.Sources {
		s := &c.Sources[i]
		out = append(out, entry{"source", string(s.ID), s.Title, join(s.Author, s.Symbol, string(s.ID), s.Date.String()), "source", string(s.ID)})
	}
	for i := range c.Statements {
		s := &c.Statements[i]
		p := c.Proposition(s.Proposition)
		if p == nil {
			continue
		}
		out = append(out, entry{
			"statement", s.ID, name(s.Actor) + " on " + p.Issue, join(p.Statement, strings.ReplaceAll(string(s.Stance), "-", " "), s.Conditions, s.Note, s.Date.String()),
			"proposition", string(s.Proposition),
		})
	}
	for i := range c.Projects {
		p := &c.Projects[i]
		out = append(out, entry{"project", p.ID, p.Title, join(name(p.Lead), p.Beneficiaries, p.Note), "actor", string(p.Lead)})
	}
	for i := range c.Incidents {
		in := &c.Incidents[i]
		e := entry{"incident", in.ID, in.Title, join(in.ID, in.Date.String()), "source", ""}
		for j := range c.Attributions {
			if at := &c.Attributions[j]; at.Incident == in.ID {
				e.body = join(e.body, name(at.Actor), name(at.AttributedTo), name(at.Unit))
				e.pageID = string(at.Source)
			}
		}
		out = append(out, e)
	}
	return out
}

func join(parts ...string) string {
	var words []string
	for _, p := range parts {
		if p != "" {
			words = append(words, p)
		}
	}
	return strings.Join(words, " · ")
}

// Find gives the records that hold all the words, best first; the last word may
// be the beginning of one. Any input is safe: it is read as words, never as a
// query language. No words is an error.
func (x *Index) Find(ctx context.Context, words string, limit int) ([]Hit, error) {
	query := phrase(words)
	if query == "" {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "search", Msg: "there is no word to search for", Hint: "give at least one word of letters or digits"}
	}
	if limit <= 0 || limit > MaxLimit {
		limit = MaxLimit
	}
	rows, err := x.db.QueryContext(ctx, `SELECT kind, id, title, snippet(doc, 3, '«', '»', '…', 16), page, page_id
		FROM doc WHERE doc MATCH $1 ORDER BY bm25(doc, 0, 0, 4.0, 1.0), kind, id LIMIT $2`, query, limit)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	out := []Hit{}
	for rows.Next() {
		var h Hit
		if err := rows.Scan(&h.Kind, &h.ID, &h.Title, &h.Snippet, &h.Page, &h.PageID); err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		out = append(out, h)
	}
	return out, rows.Err()
}

// phrase turns free text into a query of quoted words, all of which must occur.
func phrase(s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	if len(words) > MaxWords {
		words = words[:MaxWords]
	}
	for i, w := range words {
		words[i] = `"` + w + `"`
	}
	if len(words) == 0 {
		return ""
	}
	return strings.Join(words, " ") + "*"
}
