package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
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
	g, err := s.gather(ctx, 0)
	if err != nil {
		return nil, Mark{}, err
	}
	c, err := g.corpus(ctx, s, g.mark)
	if err != nil {
		return nil, Mark{}, err
	}
	s.cache = &snapshot{g.mark, c}
	return c, g.mark, nil
}

// CorpusAt gives what was published at an instant, as the workbench knew it
// then. It is not kept. Errors: NotFound when the store held nothing then.
func (s *Store) CorpusAt(ctx context.Context, at time.Time) (*entente.Corpus, Mark, error) {
	m, n, err := s.at(ctx, at)
	if err != nil {
		return nil, Mark{}, err
	}
	g, err := s.gather(ctx, n)
	if err != nil {
		return nil, Mark{}, err
	}
	c, err := g.corpus(ctx, s, m)
	return c, m, err
}

// At gives the mark as it was at an instant: the latest commit then, and the
// latest that changed what is published. Errors: NotFound.
func (s *Store) At(ctx context.Context, at time.Time) (Mark, error) {
	m, _, err := s.at(ctx, at)
	return m, err
}

func (s *Store) at(ctx context.Context, at time.Time) (m Mark, n int64, err error) {
	err = s.engine.read(ctx, func(ctx context.Context, q querier) error {
		var micro int64
		err := q.QueryRowContext(ctx, "SELECT seq, at, public, n FROM commits WHERE at <= $1 ORDER BY at DESC LIMIT 1", at.UTC().UnixMicro()).Scan(&m.Seq, &micro, &m.Public, &n)
		if noRows(err) {
			return &entente.Error{Kind: entente.NotFound, Op: "known at", Place: at.UTC().Format(time.RFC3339), Msg: "the workbench held nothing at that instant", Hint: "take a later one; entente log shows the first"}
		}
		m.At = time.UnixMicro(micro).UTC()
		return err
	})
	return m, n, err
}

// gathered is what is published, read in parts.
type gathered struct {
	mark  Mark
	parts []*part
}

// part is what one stretch of the store holds.
type part struct {
	records entente.Records
	info    *infoBody
	faults  entente.Errors
	readers map[string]*bodyReader
}

func newPart() *part { return &part{readers: map[string]*bodyReader{}} }

// add reads one body. What cannot be read is kept as a fault.
func (p *part) add(kind []byte, body string) {
	r := p.readers[string(kind)]
	if r == nil {
		r = newBodyReader(string(kind))
		p.readers[string(kind)] = r
	}
	var err error
	switch {
	case r.read != nil:
		err = r.add(&p.records, body)
	case string(kind) == InfoKey.Kind:
		p.info = &infoBody{}
		err = json.Unmarshal([]byte(body), p.info)
	}
	if err != nil && len(p.faults) < maxFaults {
		p.faults = append(p.faults, fmt.Errorf("%s: %w", kind, err))
	}
}

// stretch is how many versions one query looks through.
const stretch = 2_000

// perPart is how many stretches make a part.
const perPart = 10

// errMoved says that something was written between two reads that should see the
// same.
var errMoved = errors.New("something was written meanwhile")

// gather reads what is published, on all processors; with upTo what was published
// when the store had that many versions. Each worker reads on a connection of its own; they see the same when nothing
// is written between their starts, which they check.
func (s *Store) gather(ctx context.Context, upTo int64) (*gathered, error) {
	r := reading{s: s, workers: runtime.GOMAXPROCS(0), upTo: upTo}
	for try := 1; ; try++ {
		g, err := r.gather(ctx)
		switch {
		case errors.Is(err, errMoved):
			if try >= 3 {
				r.workers = 1 // one reader sees one state
			}
		case err != nil && !r.single && ctx.Err() == nil:
			r.single = true // joined rows may be too long for the engine
		default:
			return g, err
		}
	}
}

// reading is one way of gathering.
type reading struct {
	s       *Store
	workers int
	upTo    int64 // 0: now
	single  bool  // row by row
}

func (r *reading) gather(ctx context.Context) (*gathered, error) {
	g := &gathered{}
	var next atomic.Int64
	var last int64 // the heads up to this number have not changed since
	work := func(ctx context.Context, q querier, c clock) error {
		if c.seq != g.mark.Seq {
			return errMoved
		}
		for i := next.Add(1) - 1; i < int64(len(g.parts)); i = next.Add(1) - 1 {
			p := newPart()
			g.parts[i] = p
			for j := range int64(perPart) {
				after := (i*perPart + j) * stretch
				if err := r.stretch(ctx, q, p, after, min(after+stretch, last)); err != nil {
					return err
				}
			}
		}
		return nil
	}
	errs := make([]error, r.workers)
	errs[0] = r.s.engine.read(ctx, func(ctx context.Context, q querier) error {
		c, err := scanClock(q.QueryRowContext(ctx, selectClock))
		if err != nil {
			return err
		}
		g.mark = Mark{Seq: c.seq, Public: c.public, At: time.UnixMicro(c.at).UTC()}
		last = c.n
		if r.upTo > 0 {
			last = r.upTo
		}
		g.parts = make([]*part, (last+stretch*perPart-1)/(stretch*perPart))
		var others sync.WaitGroup
		for i := 1; i < min(r.workers, len(g.parts)); i++ {
			others.Go(func() {
				errs[i] = r.s.engine.read(ctx, func(ctx context.Context, q querier) error {
					c, err := scanClock(q.QueryRowContext(ctx, selectClock))
					if err != nil {
						return err
					}
					return work(ctx, q, c)
				})
			})
		}
		err = work(ctx, q, c)
		others.Wait() // within the transaction, whose context they use
		if err == nil && r.upTo > 0 {
			err = r.changed(ctx, q, g)
		}
		return err
	})
	var moved error
	for _, err := range errs {
		if errors.Is(err, errMoved) {
			moved = err
		} else if err != nil {
			return nil, err
		}
	}
	return g, moved
}

const publishedIn = " FROM heads h JOIN versions v ON v.n = h.live WHERE h.n > $1 AND h.n <= $2 AND h.live <> 0"

// separator stands between joined bodies: JSON never holds it as it is.
const separator = "\x1e"

// stretch reads the published versions of the heads with numbers after one and
// up to another. Most stretches are of one kind: then all bodies come as one
// text, which spares the engine and us the work per row.
func (r *reading) stretch(ctx context.Context, q querier, p *part, after, to int64) error {
	if after >= to {
		return nil
	}
	if !r.single {
		var first, last, bodies sql.NullString
		if err := q.QueryRowContext(ctx, "SELECT min(v.kind), max(v.kind), "+r.s.engine.joined("v.body", separator)+publishedIn, after, to).Scan(&first, &last, &bodies); err != nil {
			return err
		}
		if !first.Valid {
			return nil
		}
		if first.String == last.String {
			for body := range strings.SplitSeq(bodies.String, separator) {
				p.add([]byte(first.String), body)
			}
			return nil
		}
	}
	rows, err := q.QueryContext(ctx, "SELECT v.kind, v.body"+publishedIn, after, to)
	return p.rows(rows, err)
}

// changed adds the records that changed since, as the public saw them then.
func (r *reading) changed(ctx context.Context, q querier, g *gathered) error {
	rows, err := q.QueryContext(ctx, `SELECT b.kind, b.body FROM (
		SELECT v.kind, v.id, max(v.version) AS version FROM heads h JOIN versions v ON v.kind = h.kind AND v.id = h.id
		WHERE h.n > $1 AND v.n <= $1 GROUP BY v.kind, v.id
		) l JOIN versions v ON v.kind = l.kind AND v.id = l.id AND v.version = l.version JOIN versions b ON b.n = v.live`, r.upTo)
	p := newPart()
	g.parts = append(g.parts, p)
	return p.rows(rows, err)
}

// rows adds rows of kind and body.
func (p *part) rows(rows *sql.Rows, err error) error {
	if err != nil {
		return err
	}
	var kind sql.RawBytes
	var body string
	return each(rows, func() error {
		err := rows.Scan(&kind, &body)
		if err == nil {
			p.add(kind, body)
		}
		return err
	})
}

// corpus puts the parts together. The version tells the commit, and the release
// is the day of the last published change after init, or the corpus's own day
// when that is later: the same commit always gives the same corpus.
func (g *gathered) corpus(ctx context.Context, s *Store, m Mark) (*entente.Corpus, error) {
	info := &infoBody{}
	var faults entente.Errors
	all := make([]*entente.Records, len(g.parts))
	for i, p := range g.parts {
		all[i] = &p.records
		faults = append(faults, p.faults...)
		if p.info != nil {
			info = p.info
		}
	}
	if err := faults.Err(); err != nil {
		return nil, &entente.Error{Kind: entente.Internal, Op: "read corpus", Msg: "published records cannot be read", Hint: "restore them from an earlier version", Err: err}
	}
	released, err := entente.ParseDate(info.Released)
	if err != nil {
		return nil, &entente.Error{Kind: entente.Internal, Op: "read corpus", Msg: "the corpus does not say when it was released", Hint: "make the store with entente init", Err: err}
	}
	var micro int64
	err = s.engine.read(ctx, func(ctx context.Context, q querier) error {
		return q.QueryRowContext(ctx, "SELECT at FROM commits WHERE seq = $1 AND via <> 'init'", m.Public).Scan(&micro)
	})
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
	}, datapackage.Concat(all)), nil
}

// bodyReader turns bodies of one kind into records.
type bodyReader struct {
	read  func(*entente.Records, []string) error // nil: not a table of the corpus
	names []string
	cells []string
	at    map[string]int
}

func newBodyReader(kind string) *bodyReader {
	read, names := datapackage.Reader(kind)
	r := &bodyReader{read: read, names: names, cells: make([]string, len(names))}
	if l := layouts()[kind]; l != nil {
		r.at = l.at
	}
	return r
}

func (r *bodyReader) add(into *entente.Records, body string) error {
	clear(r.cells)
	// Bodies are written in the order of the columns: the next one is looked for
	// from where the last was.
	next := 0
	if !walk(body, func(key, value string) bool {
		for next < len(r.names) && r.names[next] != key {
			next++
		}
		if next == len(r.names) {
			return false
		}
		r.cells[next] = value
		return true
	}) {
		if err := cellsOf(body, r.at, r.cells); err != nil {
			return err
		}
	}
	return r.read(into, r.cells)
}
