package shelf

import "sync"

// turnstile lets those who ask the same question at the same time share one
// answer. The answer is always to a question that was put after the caller came,
// so nobody gets an old one.
type turnstile struct {
	mu   sync.Mutex
	busy bool
	next *round // gathers those who come while a question is under way
}

// round is a question that waits for its turn; who came first puts it.
type round struct {
	start, done chan struct{}
	err         error
}

// do runs fn for all who wait, or waits for the one who does.
func (t *turnstile) do(fn func() error) error {
	t.mu.Lock()
	if !t.busy {
		t.busy = true
		t.mu.Unlock()
		defer t.pass()
		return fn()
	}
	if r := t.next; r != nil {
		t.mu.Unlock()
		<-r.done
		return r.err
	}
	r := &round{start: make(chan struct{}), done: make(chan struct{}), err: errFull} // the error is only seen when fn panics
	t.next = r
	t.mu.Unlock()
	<-r.start
	defer t.pass()
	defer close(r.done)
	r.err = fn()
	return r.err
}

// pass lets the next round begin.
func (t *turnstile) pass() {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.next
	if t.next = nil; r == nil {
		t.busy = false
		return
	}
	close(r.start)
}
