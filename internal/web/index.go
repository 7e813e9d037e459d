package web

import (
	"context"
	"fmt"
	"sync"

	"entente"
	"entente/internal/search"
)

// lazyIndex is the search index of one corpus, made when somebody first
// searches: most versions of a corpus that is worked on are never searched. It
// is safe for concurrent use.
type lazyIndex struct {
	corpus *entente.Corpus
	mu     sync.Mutex
	made   *search.Index
	err    error
	closed bool
}

// find searches. Errors: Unavailable after close.
func (l *lazyIndex) find(ctx context.Context, words string, limit int) ([]search.Hit, error) {
	x, err := l.get()
	if err != nil {
		return nil, err
	}
	return x.Find(ctx, words, limit)
}

func (l *lazyIndex) get() (*search.Index, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "search", Msg: "the corpus has changed while it was searched", Hint: "search again"}
	}
	if l.made == nil && l.err == nil {
		if l.made, l.err = search.New(l.corpus); l.err != nil {
			l.err = fmt.Errorf("prepare the search: %w", l.err)
		}
	}
	return l.made, l.err
}

// close frees the index, if it was made.
func (l *lazyIndex) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.made == nil {
		return nil
	}
	x := l.made
	l.made = nil
	return x.Close()
}
