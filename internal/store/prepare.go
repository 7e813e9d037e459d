package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"iter"
	"runtime"
	"sync"

	"entente/internal/datapackage"
)

// prepared is a change with all that can be known of it without the store.
type prepared struct {
	*Change
	body   []byte            // compact
	facets string            // as they are kept: empty when the body tells them
	hash   string            // of body and facets
	text   string            // hash of Words, if any
	refs   []datapackage.Ref // what the row refers to, when it goes to the public
	tokens string            // for the index, unless the version before adds some

	skipSame bool
}

func prepare(c *Change, skipSame bool) (*prepared, error) {
	body, row, err := c.check()
	if err != nil {
		return nil, err
	}
	p := &prepared{Change: c, body: body, skipSame: skipSame}
	var told Facets
	if row != nil {
		told = rowFacets(*row)
	} else {
		told = FacetsOf(c.Kind, body)
	}
	if c.Facets != told {
		b, err := json.Marshal(c.Facets)
		if err != nil {
			return nil, err
		}
		p.facets = string(b)
	}
	p.hash = hashOf(body, p.facets)
	if c.Words != "" {
		p.text = textHash(searched(c.Words))
	}
	if row != nil && c.State == Published {
		p.refs = row.Refs()
	}
	p.tokens = p.indexed(c.Words, p.refs)
	return p, nil
}

// hashOf tells whether two versions say the same.
func hashOf(body []byte, facets string) string {
	h := sha256.New()
	_, _ = h.Write(body) // a hash takes everything
	if facets != "" {
		_, _ = h.Write([]byte{0})
		_, _ = h.Write([]byte(facets))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func textHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// indexed makes the tokens of a head from its body, further text and the
// references of its published version.
func (p *prepared) indexed(text string, refs []datapackage.Ref) string {
	tokens := make([]string, 0, 64)
	tokens = appendWords(tokens, p.ID)
	tokens = appendBody(tokens, p.Kind, p.body)
	if text != "" {
		tokens = appendWords(tokens, searched(text))
	}
	return settle(appendMarks(tokens, p.Kind, p.State, &p.Facets, refs))
}

// pipeline prepares many changes in their order on all processors, some chunks
// ahead of who takes them.
type pipeline struct {
	chunks chan chan preparedChunk
	stop   chan struct{}
	wait   sync.WaitGroup
}

type preparedChunk struct {
	list []*prepared
	err  error
}

// newPipeline starts preparing the changes of a job; close ends it.
func newPipeline(j *job) *pipeline {
	p := &pipeline{chunks: make(chan chan preparedChunk, runtime.GOMAXPROCS(0)), stop: make(chan struct{})}
	p.wait.Go(func() {
		defer close(p.chunks)
		for start := 0; start < len(j.order); start += chunk {
			out := make(chan preparedChunk, 1)
			select {
			case p.chunks <- out: // its room bounds how many run at once
			case <-p.stop:
				return
			}
			part := j.order[start:min(start+chunk, len(j.order))]
			p.wait.Go(func() { out <- prepareAll(j, part) })
		}
	})
	return p
}

func prepareAll(j *job, part []int) preparedChunk {
	list := make([]*prepared, len(part))
	for i, at := range part {
		var err error
		if list[i], err = prepare(&j.changes[at], j.r.SkipSame); err != nil {
			return preparedChunk{err: err}
		}
	}
	return preparedChunk{list: list}
}

// all gives the chunks in their order.
func (p *pipeline) all() iter.Seq[preparedChunk] {
	return func(yield func(preparedChunk) bool) {
		for out := range p.chunks {
			if !yield(<-out) {
				return
			}
		}
	}
}

// close ends the work and waits for it: the changes belong to the caller again.
func (p *pipeline) close() {
	close(p.stop)
	p.wait.Wait()
}
