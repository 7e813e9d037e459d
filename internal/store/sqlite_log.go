package store

import (
	"context"
	"sync"
	"time"
)

// checkpointer moves what commits wrote from SQLite's log into the file, beside
// the writers instead of in the middle of one of them.
type checkpointer struct {
	s     *sqlite
	dirty chan struct{}
	done  chan struct{}
	wait  sync.WaitGroup
}

const (
	logRest  = 300 * time.Millisecond // between two looks at the log
	logPages = 4_000                  // a log of more pages (16 MB) is made to start anew
)

func (c *checkpointer) start(s *sqlite) {
	c.s, c.dirty, c.done = s, make(chan struct{}, 1), make(chan struct{})
	c.wait.Go(c.loop)
}

func (c *checkpointer) stop() {
	close(c.done)
	c.wait.Wait()
}

// wrote says that there is something in the log.
func (c *checkpointer) wrote() {
	select {
	case c.dirty <- struct{}{}:
	default: // it is known
	}
}

func (c *checkpointer) loop() {
	for {
		select {
		case <-c.done: // closing the file moves the rest
			return
		case <-c.dirty:
		}
		select {
		case <-c.done:
			return
		case <-time.After(logRest):
		}
		// An error is told again by whoever writes or closes next.
		if pages, err := c.passive(); err == nil && pages > logPages {
			// The log starts anew only when all of it is in the file at a moment at
			// which nobody writes: little is left, so that moment is short.
			c.s.turn <- struct{}{}
			_, _ = c.passive()
			<-c.s.turn
		}
	}
}

// passive moves what can be moved without waiting for anybody, and gives the
// length of the log.
func (c *checkpointer) passive() (pages int, err error) {
	var busy, moved int
	err = c.s.db.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &pages, &moved)
	return pages, err
}
