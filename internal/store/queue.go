package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"entente"
)

// queue is the one writer of a store: it takes what has gathered and writes it
// in one transaction. Twelve writers wait for one flush to the disk, or for one
// turn at the clock of a shared database, not for twelve.
type queue struct {
	s    *Store
	jobs chan *job
	stop chan struct{}
	done chan struct{}
	once sync.Once
}

// job is one write that waits for its turn.
type job struct {
	ctx     context.Context
	r       Reason
	changes []Change
	order   []int
	list    []*prepared // of a small job
	solo    bool        // takes a transaction of its own
	commit  Commit
	err     error
	done    chan struct{}
}

// writeTime bounds a transaction of small writes, so that a database that hangs
// does not hold all writers for ever.
const writeTime = 2 * time.Minute

func newQueue(s *Store) *queue {
	q := &queue{s: s, jobs: make(chan *job, groupMost), stop: make(chan struct{}), done: make(chan struct{})}
	go q.loop()
	return q
}

func (q *queue) close() {
	q.once.Do(func() { close(q.stop) })
	<-q.done
}

// run hands a job over and waits until it is decided.
func (q *queue) run(j *job) error {
	closed := &entente.Error{Kind: entente.Unavailable, Op: "write", Msg: "the store was closed before the write"}
	select {
	case <-q.stop:
		return closed
	default:
	}
	select {
	case q.jobs <- j:
	case <-j.ctx.Done():
		return j.ctx.Err()
	case <-q.stop:
		return closed
	}
	// Once it is handed over, only the writer knows what became of it.
	select {
	case <-j.done:
		return j.err
	case <-q.done:
		select {
		case <-j.done:
			return j.err
		default:
			return closed
		}
	}
}

// loop is the one writer.
func (q *queue) loop() {
	defer close(q.done)
	for {
		var group []*job
		select {
		case <-q.stop:
			return
		case j := <-q.jobs:
			group = append(group, j)
		}
	more:
		for len(group) < groupMost && !group[len(group)-1].solo {
			select {
			case j := <-q.jobs:
				group = append(group, j)
			default:
				break more
			}
		}
		if last := len(group) - 1; group[last].solo { // after those that came before it
			q.write(group[:last])
			group = group[last:]
		}
		q.write(group)
	}
}

// write writes a group and tells each job what became of it.
func (q *queue) write(group []*job) {
	if len(group) == 0 {
		return
	}
	if err := q.try(group); err != nil {
		if _, ambiguous := errors.AsType[commitError](err); len(group) > 1 && !ambiguous { // what one of them holds may be to blame
			for _, j := range group {
				q.write([]*job{j})
			}
			return
		}
		for _, j := range group {
			j.err = err
		}
	}
	for _, j := range group {
		if j.err != nil {
			j.commit = Commit{}
		}
		close(j.done)
	}
}

// try writes a group. A panic in what a caller gave us (its Progress) becomes an
// error of that write; it must not end the writer of all.
func (q *queue) try(group []*job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &entente.Error{Kind: entente.Internal, Op: "write", Msg: fmt.Sprintf("the write broke off: %v", p)}
		}
	}()
	if group[0].solo {
		// The statements run to their end even when the caller has gone; the job
		// itself looks at its context between them.
		return q.s.writeSolo(context.WithoutCancel(group[0].ctx), group[0])
	}
	ctx, cancel := context.WithTimeout(context.Background(), writeTime)
	defer cancel()
	return q.s.writeGroup(ctx, group)
}
