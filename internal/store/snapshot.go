package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"entente"
	"entente/internal/datapackage"
)

// InfoKey is the record that says what the corpus is: name, title, licence.
var InfoKey = Key{Kind: "corpus", ID: "info"}

// snapshot is a corpus with the mark that it was read at.
type snapshot struct {
	mark   Mark
	corpus *entente.Corpus
}

// InfoChange is the change that says what the corpus is.
func InfoChange(info entente.Info, base int) (Change, error) {
	b, err := json.Marshal(infoBody{info.Name, info.Title, info.Version, info.Released.String(), info.Licence, info.Note})
	return Change{Key: InfoKey, Base: base, State: Published, Body: b}, err
}

type infoBody struct {
	Name, Title, Version, Released, Licence, Note string
}

// Corpus gives what is published now as a corpus, with its mark. It is made
// once and kept until something published changes.
func (s *Store) Corpus(ctx context.Context) (*entente.Corpus, Mark, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.Mark(ctx)
	if err != nil {
		return nil, Mark{}, err
	}
	if s.cache != nil && s.cache.mark.Public == m.Public {
		return s.cache.corpus, m, nil
	}
	var snap snapshot
	err = s.engine.read(ctx, func(ctx context.Context, q querier) error {
		if snap.mark, err = mark(ctx, q); err != nil {
			return err
		}
		rows, err := q.QueryContext(ctx, "SELECT kind, body FROM published")
		if err != nil {
			return err
		}
		snap.corpus, err = corpusOf(ctx, q, rows, snap.mark)
		return err
	})
	if err != nil {
		return nil, Mark{}, err
	}
	s.cache = &snap
	return snap.corpus, snap.mark, nil
}

// CorpusAt gives what was published at an instant, as the workbench knew it
// then. It is not kept.
func (s *Store) CorpusAt(ctx context.Context, at time.Time) (*entente.Corpus, Mark, error) {
	m, err := s.At(ctx, at)
	if err != nil {
		return nil, Mark{}, err
	}
	var c *entente.Corpus
	err = s.engine.read(ctx, func(ctx context.Context, q querier) error {
		rows, err := q.QueryContext(ctx, `SELECT v.kind, v.body FROM versions v JOIN (
			SELECT kind, id, max(version) AS version FROM versions WHERE seq <= $1 AND layer = '' AND state IN ('published', 'retired') GROUP BY kind, id
			) l ON l.kind = v.kind AND l.id = v.id AND l.version = v.version WHERE v.state = 'published'`, m.Seq)
		if err != nil {
			return err
		}
		c, err = corpusOf(ctx, q, rows, m)
		return err
	})
	return c, m, err
}

// corpusOf reads rows of kind and body. The version tells the commit, and the
// release is the day of the last published change after init, or the corpus's own day when
// that is later: the same commit always gives the same corpus.
func corpusOf(ctx context.Context, q querier, rows *sql.Rows, m Mark) (*entente.Corpus, error) {
	var records entente.Records
	var info infoBody
	var faults entente.Errors
	readers := map[string]*bodyReader{}
	for rows.Next() {
		var kind, body sql.RawBytes
		if err := rows.Scan(&kind, &body); err != nil {
			_ = rows.Close()
			return nil, err
		}
		r := readers[string(kind)]
		if r == nil {
			r = newBodyReader(string(kind))
			readers[string(kind)] = r
		}
		switch {
		case r.read != nil:
			if err := r.add(&records, body); err != nil && len(faults) < maxFaults {
				faults = append(faults, fmt.Errorf("%s: %w", kind, err))
			}
		case string(kind) == InfoKey.Kind:
			if err := json.Unmarshal(body, &info); err != nil {
				faults = append(faults, err)
			}
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	if err := faults.Err(); err != nil {
		return nil, &entente.Error{Kind: entente.Internal, Op: "read corpus", Msg: "published records cannot be read", Hint: "restore them from an earlier version", Err: err}
	}
	released, err := entente.ParseDate(info.Released)
	if err != nil {
		return nil, &entente.Error{Kind: entente.Internal, Op: "read corpus", Msg: "the corpus does not say when it was released", Hint: "make the store with entente init", Err: err}
	}
	var micro int64
	err = q.QueryRowContext(ctx, "SELECT at FROM commits WHERE seq = $1 AND via <> 'init'", m.Public).Scan(&micro)
	if err != nil && !noRows(err) {
		return nil, err
	}
	if at := time.UnixMicro(micro).UTC(); err == nil {
		if day := entente.Day(at.Year(), int(at.Month()), at.Day()); day.Compare(released) > 0 {
			released = day
		}
	}
	return entente.NewCorpus(entente.Info{
		Name: info.Name, Title: info.Title, Version: fmt.Sprintf("%s+%d", info.Version, m.Public), Released: released, Licence: info.Licence, Note: info.Note,
	}, records), nil
}

// bodyReader turns bodies of one kind into records.
type bodyReader struct {
	read  func(*entente.Records, []string) error // nil: not a table of the corpus
	at    map[string]int
	cells []string
}

func newBodyReader(kind string) *bodyReader {
	read, names := datapackage.Reader(kind)
	r := &bodyReader{read: read, at: map[string]int{}, cells: make([]string, len(names))}
	for i, n := range names {
		r.at[n] = i
	}
	return r
}

func (r *bodyReader) add(into *entente.Records, body []byte) error {
	if err := cellsOf(body, r.at, r.cells); err != nil {
		return err
	}
	return r.read(into, r.cells)
}
