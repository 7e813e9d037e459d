package web

import (
	"fmt"
	"html/template"
	"reflect"
	"sync"

	"entente"
	"entente/analysis/compare"
	"entente/internal/message"
	"entente/internal/view"
)

// The bounds of what is kept in memory.
const (
	keptAnswers = 64 << 20 // bytes of rendered pages
	pastAnswers = 4 << 20  // bytes of rendered pages of a corpus as it was known once
	keptBoards  = 12       // boards of all actors; one has about 1 MB
)

// site is the pages of one corpus, which never changes; a server that follows a
// store takes another site when something is published.
type site struct {
	*kit
	corpus      *entente.Corpus
	views       view.Builder
	index       *lazyIndex
	templates   map[string]*template.Template // by language
	answers     *cache[*answer]
	boards      *cache[*compare.Board]
	totals      totals
	scales      *scales
	predictions *predictions
	votes       func() (view.VoteBuilder, error) // the vote archive, read when first asked for
	shorts      map[entente.SourceID]string      // short forms of the sources, none alike
	stored      bool                             // the corpus is the content of a store, so it has a past
}

// site prepares the pages of a corpus. before is the site that it takes the
// place of, nil for none: what both have in common is not made again.
func (k *kit) site(c *entente.Corpus, before *site) (*site, error) {
	s := &site{
		kit: k, corpus: c, views: view.Builder{Corpus: c}, index: &lazyIndex{corpus: c}, templates: map[string]*template.Template{},
		answers:     newCache(keptAnswers, (*answer).bytes),
		boards:      newCache(keptBoards*8, func(*compare.Board) int { return 8 }),
		scales:      newScales(),
		predictions: newPredictions(),
		totals:      countTotals(c),
		shorts:      shortForms(c),
	}
	if before != nil && sameVotes(before.corpus, c) {
		s.scales = before.scales // a fit takes seconds and rests on the votes alone
	}
	s.votes = sync.OnceValues(func() (view.VoteBuilder, error) { return openVotes(s.views) })
	for _, lang := range message.Languages() {
		t, err := k.masters[lang].Clone()
		if err != nil {
			return nil, fmt.Errorf("templates in %s: %w", lang, err)
		}
		s.templates[lang] = t.Funcs(s.functions())
	}
	return s, nil
}

// sameVotes reports whether two corpora have the same record of votes.
func sameVotes(a, b *entente.Corpus) bool {
	return reflect.DeepEqual(a.Actors, b.Actors) && reflect.DeepEqual(a.Memberships, b.Memberships) &&
		reflect.DeepEqual(a.Instruments, b.Instruments) && reflect.DeepEqual(a.RollCalls, b.RollCalls) && reflect.DeepEqual(a.Votes, b.Votes)
}

// close frees what the garbage collector cannot.
func (s *site) close() error { return s.index.close() }
