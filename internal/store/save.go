package store

import (
	"context"
	"errors"

	"entente"
	"entente/internal/datapackage"
)

const (
	chunk      = 4_000 // changes written between two calls of Progress
	groupMost  = 64    // writes that share one transaction
	groupSmall = 200   // changes of a write that may share one
)

// Save writes all changes as one commit, or none. It returns the commit; when
// every change was left out as the same (see [Reason.SkipSame]) its Changes is
// 0 and nothing was written. Within a commit the records are written in the
// order of their keys.
//
// Errors: Invalid for a row of the corpus that breaks the rules of its table or
// that would be published while something it refers to is not; Conflict when a
// record has moved on from the change's base, or is still referred to by a
// published record when it is retired; Denied when a layer does not allow it.
func (s *Store) Save(ctx context.Context, r Reason, changes ...Change) (Commit, error) {
	if err := checkReason(r, len(changes)); err != nil {
		return Commit{}, err
	}
	at, err := order(changes)
	if err != nil {
		return Commit{}, err
	}
	j := &job{ctx: ctx, r: r, changes: changes, order: at, solo: len(changes) > groupSmall, done: make(chan struct{})}
	if !j.solo {
		for _, i := range at {
			p, err := prepare(&changes[i], r.SkipSame)
			if err != nil {
				return Commit{}, err
			}
			j.list = append(j.list, p)
			j.solo = j.solo || p.State == Retired // who refers to it must be looked for
		}
	}
	err = s.queue.run(j)
	return j.commit, err
}

// errNothing rolls back a transaction that found nothing to write.
var errNothing = errors.New("nothing to write")

// writeGroup writes small jobs in one transaction, each as a commit of its own.
// One that fails takes no other with it.
func (s *Store) writeGroup(ctx context.Context, jobs []*job) error {
	err := s.engine.write(ctx, func(ctx context.Context, q querier) error {
		w, err := s.newWriting(ctx, q)
		if err != nil {
			return err
		}
		start := w.clock
		var alive []*job
		var all []*prepared
		for _, j := range jobs {
			j.commit, j.err = Commit{}, j.ctx.Err()
			if j.err == nil {
				alive = append(alive, j)
				all = append(all, j.list...)
			}
		}
		if err := w.need(ctx, all); err != nil {
			return err
		}
		if err := w.needLive(ctx, all); err != nil {
			return err
		}
		for failed := true; failed; {
			// Decide on all of them again without the one that failed: nothing of it
			// may be left, and whoever came after it may now be right.
			failed = false
			w.clock, w.commits = start, nil
			w.unstage()
			for i, j := range alive {
				err := w.stageJob(ctx, j)
				if err == nil {
					continue
				}
				if j.err = faultOf(err); j.err == nil {
					return err
				}
				failed = true
				alive = append(alive[:i:i], alive[i+1:]...)
				break
			}
		}
		if len(w.commits) == 0 {
			return errNothing
		}
		if err := w.flush(ctx); err != nil {
			return err
		}
		return w.finish(ctx)
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

// told is an error of a caller's own Progress.
type told struct{ error }

// faultOf tells an answer to who writes from a failure of the engine, for which
// it gives nil.
func faultOf(err error) error {
	if t, ok := errors.AsType[told](err); ok {
		return t.error
	}
	if _, ok := errors.AsType[*entente.Error](err); ok {
		return err
	}
	if _, ok := errors.AsType[entente.Errors](err); ok {
		return err
	}
	return nil
}

// stageJob decides on a whole small job.
func (w *writing) stageJob(ctx context.Context, j *job) error {
	before := w.clock
	c := w.begin(&j.r)
	var refs []rowRef
	for _, p := range j.list {
		to, err := w.stage(ctx, &c, p)
		if err != nil {
			return err
		}
		for _, r := range to {
			refs = append(refs, rowRef{p.Key, r})
		}
	}
	if err := w.published(refs); err != nil {
		return err
	}
	w.end(&c, before)
	j.commit = c
	if j.r.Progress != nil {
		if err := j.r.Progress(len(j.list)); err != nil {
			return told{err}
		}
	}
	return nil
}

// writeSolo writes one job alone, chunk by chunk.
func (s *Store) writeSolo(ctx context.Context, j *job) error {
	written := 0
	// Also what is taken back leaves work behind.
	defer func() { s.engine.wrote(ctx, written) }()
	err := s.engine.write(ctx, func(ctx context.Context, q querier) error {
		w, err := s.newWriting(ctx, q)
		if err != nil {
			return err
		}
		before := w.clock
		c := w.begin(&j.r)
		solo := soloState{c: &c}
		ahead := newPipeline(j)
		defer ahead.close()
		for part := range ahead.all() {
			err := j.ctx.Err()
			if err == nil {
				err = part.err
			}
			if err == nil {
				err = w.soloChunk(ctx, &solo, part.list)
				written = max(written, c.Changes)
			}
			if err != nil {
				return err
			}
			if j.r.Progress != nil {
				if err := j.r.Progress(solo.done); err != nil {
					return err
				}
			}
		}
		if err := j.ctx.Err(); err != nil {
			return err
		}
		if err := w.references(ctx, solo.refs, solo.gone); err != nil {
			return err
		}
		w.end(&c, before)
		j.commit = c
		if c.Changes == 0 {
			return errNothing
		}
		return w.finish(ctx)
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

// soloState is what a job that writes alone gathers on its way.
type soloState struct {
	c    *Commit
	refs []rowRef // what newly published rows refer to
	gone []Key    // what the public no longer sees
	done int
}

// soloChunk decides on one chunk and writes it.
func (w *writing) soloChunk(ctx context.Context, s *soloState, list []*prepared) error {
	if err := w.need(ctx, list); err != nil {
		return err
	}
	for _, p := range list {
		was := w.head(p.Key).live
		to, err := w.stage(ctx, s.c, p)
		if err != nil {
			return err
		}
		for _, r := range to {
			s.refs = append(s.refs, rowRef{p.Key, r})
		}
		if w.head(p.Key).live != 0 {
			w.live[datapackage.Ref{Table: p.Kind, ID: p.ID}] = true
		} else if was != 0 {
			s.gone = append(s.gone, p.Key)
		}
	}
	s.done += len(list)
	return w.flush(ctx)
}
