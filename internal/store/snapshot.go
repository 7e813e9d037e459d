package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
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
	g, err := s.gather(ctx, nil)
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
	// Records that changed since are left out of what is published now, and come
	// as they were then.
	changed := map[Key]bool{}
	then := &gathered{}
	err = s.engine.read(ctx, func(ctx context.Context, q querier) error {
		rows, err := q.QueryContext(ctx, "SELECT kind, id FROM heads WHERE n > $1", n)
		if err != nil {
			return err
		}
		if err := each(rows, func() error {
			var k Key
			err := rows.Scan(&k.Kind, &k.ID)
			changed[k] = true
			return err
		}); err != nil {
			return err
		}
		rows, err = q.QueryContext(ctx, `SELECT b.kind, b.body FROM (
			SELECT v.kind, v.id, max(v.version) AS version FROM heads h JOIN versions v ON v.kind = h.kind AND v.id = h.id
			WHERE h.n > $1 AND v.n <= $1 GROUP BY v.kind, v.id
			) l JOIN versions v ON v.kind = l.kind AND v.id = l.id AND v.version = l.version JOIN versions b ON b.n = v.live`, n)
		if err != nil {
			return err
		}
		p := newPart()
		then.parts = append(then.parts, p)
		return each(rows, func() error {
			var kind sql.RawBytes
			var body string
			if err := rows.Scan(&kind, &body); err != nil {
				return err
			}
			return p.add(kind, body)
		})
	})
	if err != nil {
		return nil, Mark{}, err
	}
	g, err := s.gather(ctx, changed)
	if err != nil {
		return nil, Mark{}, err
	}
	g.parts = append(g.parts, then.parts...)
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
func (p *part) add(kind []byte, body string) error {
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
	return nil
}

// stretch is how many versions one worker looks through at a time.
const stretch = 20_000

// errMoved says that something was written between two reads that should see the
// same.
var errMoved = errors.New("something was written meanwhile")

// gather reads what is published, on all processors, leaving out some records.
// Each worker reads on a connection of its own; they see the same when nothing
// is written between their starts, which they check.
func (s *Store) gather(ctx context.Context, leave map[Key]bool) (*gathered, error) {
	workers := runtime.GOMAXPROCS(0)
	for try := 1; ; try++ {
		if try > 3 {
			workers = 1 // one reader sees one state
		}
		g, err := s.gatherWith(ctx, workers, leave)
		if !errors.Is(err, errMoved) {
			return g, err
		}
	}
}

func (s *Store) gatherWith(ctx context.Context, workers int, leave map[Key]bool) (*gathered, error) {
	g := &gathered{}
	var last int64
	first := func(c clock) {
		g.mark = Mark{Seq: c.seq, Public: c.public, At: time.UnixMicro(c.at).UTC()}
		last = c.n
		g.parts = make([]*part, last/stretch+1)
	}
	var next atomic.Int64
	work := func(ctx context.Context, q querier, c clock) error {
		if c.seq != g.mark.Seq {
			return errMoved
		}
		for i := next.Add(1) - 1; i < int64(len(g.parts)); i = next.Add(1) - 1 {
			var err error
			if g.parts[i], err = readPart(ctx, q, i*stretch, (i+1)*stretch, leave); err != nil {
				return err
			}
		}
		return nil
	}
	var others sync.WaitGroup
	errs := make([]error, workers)
	errs[0] = s.engine.read(ctx, func(ctx context.Context, q querier) error {
		c, err := scanClock(q.QueryRowContext(ctx, selectClock))
		if err != nil {
			return err
		}
		first(c)
		for i := 1; i < min(workers, len(g.parts)); i++ {
			others.Go(func() {
				errs[i] = s.engine.read(ctx, func(ctx context.Context, q querier) error {
					c, err := scanClock(q.QueryRowContext(ctx, selectClock))
					if err != nil {
						return err
					}
					return work(ctx, q, c)
				})
			})
		}
		err = work(ctx, q, c)
		others.Wait() // within the transaction: its context lives as long
		return err
	})
	for _, err := range errs {
		if err != nil && !errors.Is(err, errMoved) {
			return nil, err
		}
	}
	return g, errors.Join(errs...)
}

// readPart reads the published versions of the heads in a stretch.
func readPart(ctx context.Context, q querier, after, to int64, leave map[Key]bool) (*part, error) {
	rows, err := q.QueryContext(ctx, "SELECT v.kind, v.id, v.body FROM heads h JOIN versions v ON v.n = h.live WHERE h.n > $1 AND h.n <= $2 AND h.live <> 0", after, to)
	if err != nil {
		return nil, err
	}
	p := newPart()
	var kind, id sql.RawBytes
	var body string
	return p, each(rows, func() error {
		if err := rows.Scan(&kind, &id, &body); err != nil {
			return err
		}
		if leave != nil && leave[Key{string(kind), string(id)}] {
			return nil
		}
		return p.add(kind, body)
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
	at    map[string]int
	cells []string
}

func newBodyReader(kind string) *bodyReader {
	read, names := datapackage.Reader(kind)
	r := &bodyReader{read: read, cells: make([]string, len(names))}
	if l := layouts()[kind]; l != nil {
		r.at = l.at
	}
	return r
}

func (r *bodyReader) add(into *entente.Records, body string) error {
	if err := cellsOf(body, r.at, r.cells); err != nil {
		return err
	}
	return r.read(into, r.cells)
}
