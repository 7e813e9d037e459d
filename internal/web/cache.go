package web

import (
	"container/list"
	"sync"
)

// cache keeps what was made for a key, the least recently used going first when
// the bound on the total size is passed. Several callers that ask for one key
// at once wait for a single making. It is safe for concurrent use.
type cache[V any] struct {
	most int // bound on the sum of sizes
	size func(V) int

	mu    sync.Mutex
	total int
	order *list.List // of *slot[V], most recently used first
	slots map[string]*list.Element
}

type slot[V any] struct {
	key  string
	size int
	done chan struct{}
	v    V
	err  error
}

func newCache[V any](most int, size func(V) int) *cache[V] {
	return &cache[V]{most: most, size: size, order: list.New(), slots: map[string]*list.Element{}}
}

// get returns what is kept for the key, or makes it. Errors are not kept, nor
// is a value larger than an eighth of the bound.
func (c *cache[V]) get(key string, make func() (V, error)) (V, error) {
	c.mu.Lock()
	if e, ok := c.slots[key]; ok {
		c.order.MoveToFront(e)
		c.mu.Unlock()
		s := e.Value.(*slot[V])
		<-s.done
		return s.v, s.err
	}
	s := &slot[V]{key: key, done: closedLater()}
	e := c.order.PushFront(s)
	c.slots[key] = e
	c.mu.Unlock()

	finished := false
	defer func() { // also when make panics: nobody may wait for ever
		c.mu.Lock()
		defer c.mu.Unlock()
		if !finished {
			s.err = errPanicked
		}
		if s.err == nil {
			s.size = c.size(s.v)
		}
		if s.err != nil || s.size > c.most/8 {
			c.drop(e)
		} else {
			c.total += s.size
			for c.total > c.most {
				c.drop(c.order.Back())
			}
		}
		close(s.done)
	}()
	s.v, s.err = make()
	finished = true
	return s.v, s.err
}

func closedLater() chan struct{} { return make(chan struct{}) }

// drop forgets an element; the caller holds the lock.
func (c *cache[V]) drop(e *list.Element) {
	s := e.Value.(*slot[V])
	if c.slots[s.key] == e {
		delete(c.slots, s.key)
		c.order.Remove(e)
		c.total -= s.size
	}
}
