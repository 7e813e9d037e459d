package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"entente"
)

// Check is what a deep check looked at.
type Check struct {
	Commits   int64 `json:"commits"`
	Versions  int64 `json:"versions"`
	Records   int64 `json:"records"`
	Published int64 `json:"published"`
	Texts     int64 `json:"texts"`
	Blobs     int64 `json:"blobs"`
	// Indexed is the number of records whose entry in the index of words was
	// made again and compared.
	Indexed int64 `json:"indexed"`
}

// Verify looks at everything in the store and reports each fault: whether the
// engine's own pages are sound, the commits follow each other and hold the
// versions that they say, the versions of a record follow each other, what is
// made from versions (latest versions, what is published, the index of words)
// agrees with them, what is published refers only to what is published, and
// files and texts are what their hashes say. It reads one consistent state
// while others go on writing. progress may be nil.
//
// Errors: entente.Errors with the faults that were found; Unavailable.
func (s *Store) Verify(ctx context.Context, progress func(done, total int64) error) (*Check, error) {
	var out *Check
	err := s.engine.read(ctx, func(ctx context.Context, q querier) (err error) {
		if err := s.engine.deepCheck(ctx, q); err != nil {
			return err
		}
		out, err = s.verify(ctx, q, progress)
		return err
	})
	return out, err
}

// verifier gathers what a deep check finds.
type verifier struct {
	s        *Store
	q        querier
	out      Check
	faults   entente.Errors
	progress func(done, total int64) error
	total    int64
	done     int64

	public map[int64]bool // commits that changed what is published
	texts  map[string]bool
	words  map[int64]wordSum // what the index should hold, by the n of the head
	long   []longHead        // heads with a text of their own
}

func (s *Store) verify(ctx context.Context, q querier, progress func(done, total int64) error) (*Check, error) {
	if progress == nil {
		progress = func(int64, int64) error { return nil }
	}
	v := &verifier{s: s, q: q, progress: progress, public: map[int64]bool{}, texts: map[string]bool{}, words: map[int64]wordSum{}}
	err := q.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM versions) + (SELECT count(*) FROM blobs)").Scan(&v.total)
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return checkClock(ctx, q, "") },
		v.versions, v.index, v.commits, v.text, v.blobs,
	} {
		if err == nil {
			err = step(ctx)
		}
	}
	if err != nil {
		return nil, err
	}
	return &v.out, v.faults.Err()
}

func (v *verifier) fault(place, format string, args ...any) {
	if len(v.faults) < maxFaults {
		v.faults = append(v.faults, &entente.Error{Kind: entente.Internal, Op: "check store", Place: place, Msg: fmt.Sprintf(format, args...)})
	}
}

func (v *verifier) step() error {
	if v.done++; v.done%1000 == 0 || v.done == v.total {
		return v.progress(v.done, v.total)
	}
	return nil
}

// commits looks whether the commits follow each other without gaps and hold the
// versions that they say.
func (v *verifier) commits(ctx context.Context) error {
	rows, err := v.q.QueryContext(ctx, `SELECT m.seq, m.at, m.changes, m.n, m.public, coalesce(c.count, 0), coalesce(c.first, 0), coalesce(c.last, 0)
		FROM commits m LEFT JOIN (SELECT seq, count(*) AS count, min(n) AS first, max(n) AS last FROM versions GROUP BY seq) c ON c.seq = m.seq ORDER BY m.seq`)
	if err != nil {
		return err
	}
	var last clock
	var held int64
	err = each(rows, func() error {
		var c clock
		var changes, count, from, to int64
		if err := rows.Scan(&c.seq, &c.at, &changes, &c.n, &c.public, &count, &from, &to); err != nil {
			return err
		}
		place := fmt.Sprintf("commit %d", c.seq)
		switch {
		case c.seq != last.seq+1:
			v.fault(place, "it follows commit %d", last.seq)
		case c.at <= last.at:
			v.fault(place, "it is not later than the one before")
		case count != changes:
			v.fault(place, "it has %d changes, and %d versions", changes, count)
		case from != last.n+1 || to != c.n || c.n != last.n+changes:
			v.fault(place, "its versions are number %d to %d, expected %d to %d", from, to, last.n+1, c.n)
		case v.public[c.seq] != (c.public == c.seq) || !v.public[c.seq] && c.public != last.public:
			v.fault(place, "it does not tell rightly whether it changed what is published")
		}
		last = c
		held += count
		v.out.Commits++
		return nil
	})
	if err == nil && held != v.out.Versions {
		v.fault("commits", "%d versions belong to no commit", v.out.Versions-held)
	}
	return err
}

// text looks whether each text is what its hash says, and is there.
func (v *verifier) text(ctx context.Context) error {
	rows, err := v.q.QueryContext(ctx, "SELECT hash, text FROM texts ORDER BY hash")
	if err != nil {
		return err
	}
	err = each(rows, func() error {
		var hash, text string
		err := rows.Scan(&hash, &text)
		if textHash(text) != hash {
			v.fault("text "+hash, "it is not what was put in")
		}
		delete(v.texts, hash)
		v.out.Texts++
		return err
	})
	if len(v.texts) > 0 {
		v.fault("texts", "%d texts that versions name are not there", len(v.texts))
	}
	return err
}

// blobs looks whether each file is what its hash says.
func (v *verifier) blobs(ctx context.Context) error {
	rows, err := v.q.QueryContext(ctx, "SELECT hash, size, data FROM blobs ORDER BY hash")
	if err != nil {
		return err
	}
	return each(rows, func() error {
		var hash string
		var size int
		var data []byte
		if err := rows.Scan(&hash, &size, &data); err != nil {
			return err
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != hash || len(data) != size {
			v.fault("file "+hash, "it is not what was put in")
		}
		v.out.Blobs++
		return v.step()
	})
}
