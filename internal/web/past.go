package web

import (
	"context"
	"errors"
	"sync"
	"time"

	"entente"
	"entente/internal/store"
)

// keptPast bounds the corpora of the past in memory, in records; there are at
// least one and at most eight.
const keptPast = 400_000

// past keeps the sites of a few instants of the past, by what was published
// then. One is made at a time.
type past struct {
	kit   *kit
	store *store.Store
	clock func() time.Time
	drop  func(*site)

	mu   sync.Mutex
	kept []*madeSite // the latest used first
}

func (p *past) at(ctx context.Context, then time.Time) (*site, error) {
	if then.After(p.clock()) {
		return nil, bad("known_at", "that instant is not over, so the page could still change", "give one that is past, for example "+p.clock().UTC().Truncate(time.Second).Format(time.RFC3339))
	}
	m, err := p.store.At(ctx, then)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, k := range p.kept {
		if k.mark.Public == m.Public {
			copy(p.kept[1:i+1], p.kept[:i])
			p.kept[0] = k
			return k.site, nil
		}
	}
	c, m, err := p.store.CorpusAt(ctx, then)
	if err != nil {
		return nil, err
	}
	s, err := p.kit.site(c, nil)
	if err != nil {
		return nil, err
	}
	s.stored, s.answers = true, newCache(pastAnswers, (*answer).bytes)
	p.kept = append([]*madeSite{{s, m, p.clock()}}, p.kept...)
	total := 0
	for i, k := range p.kept {
		total += recordsOf(k.corpus)
		if i > 0 && (total > keptPast || i >= 8) {
			for _, gone := range p.kept[i:] {
				p.drop(gone.site)
			}
			p.kept = p.kept[:i]
			break
		}
	}
	return s, nil
}

func (p *past) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, k := range p.kept {
		errs = append(errs, k.close())
	}
	p.kept = nil
	return errors.Join(errs...)
}

// recordsOf counts the records that take memory.
func recordsOf(c *entente.Corpus) int {
	return len(c.Statements) + len(c.Sources) + len(c.Votes) + len(c.Coverages) + len(c.Participations) + len(c.Records.Quotations)
}
