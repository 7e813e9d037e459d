package ingest

import (
	"strings"

	"entente"
	"entente/internal/archive"
)

// Resolver looks up in the target corpus what a file names. The caller supplies
// it; see [InCorpus] for one over a corpus.
type Resolver interface {
	// Actor finds an actor by id, code or name.
	Actor(name string) (id string, ok bool)
	// Proposition finds a proposition by id or by its words.
	Proposition(text string) (id string, ok bool)
	// Source finds a source by any part of its key.
	Source(key SourceKey) (id string, ok bool)
}

// SourceKey is what a file may tell of a source. Empty parts are not known.
type SourceKey struct{ ID, Title, URL, Symbol, Date string }

// Knower is a Resolver that also knows the other tables. With it a reference to
// a row that is not there is reported; without it references to instruments and
// the like are taken as they are.
type Knower interface {
	// Known reports whether a table has a row of that id.
	Known(table, id string) bool
	// Instrument finds an instrument by its document number.
	Instrument(symbol string) (id string, ok bool)
}

// Nothing is a Resolver of an empty corpus.
type Nothing struct{}

// Actor finds nothing.
func (Nothing) Actor(string) (string, bool) { return "", false }

// Proposition finds nothing.
func (Nothing) Proposition(string) (string, bool) { return "", false }

// Source finds nothing.
func (Nothing) Source(SourceKey) (string, bool) { return "", false }

// corpusResolver looks names up in a corpus.
type corpusResolver struct {
	c            *entente.Corpus
	actors       map[string]string
	propositions map[string]string
	titles       map[string]string // folded title → id; "" when several have it
	urls         map[string]string
	symbols      map[string]string
	instruments  map[string]string
	statements   map[string]bool
}

// InCorpus is a Resolver and [Knower] over a corpus. Actors are found by id, ISO
// code or name, propositions by id or wording, sources by id, address, document
// number or title; case, accents and punctuation of names do not matter. A name
// that fits several rows fits none.
func InCorpus(c *entente.Corpus) Resolver {
	r := &corpusResolver{
		c: c, actors: map[string]string{}, propositions: map[string]string{}, titles: map[string]string{},
		urls: map[string]string{}, symbols: map[string]string{}, instruments: map[string]string{}, statements: make(map[string]bool, len(c.Statements)),
	}
	for i := range c.Statements {
		r.statements[c.Statements[i].ID] = true
	}
	for i := range c.Actors {
		a := &c.Actors[i]
		for _, w := range []string{a.Name, a.ISO2, a.ISO3} {
			note(r.actors, archive.Fold(w), string(a.ID))
		}
	}
	for i := range c.Actors { // an id always names its own actor
		r.actors[archive.Fold(string(c.Actors[i].ID))] = string(c.Actors[i].ID)
	}
	for i := range c.Propositions {
		note(r.propositions, archive.Fold(c.Propositions[i].Statement), string(c.Propositions[i].ID))
	}
	for i := range c.Propositions {
		r.propositions[archive.Fold(string(c.Propositions[i].ID))] = string(c.Propositions[i].ID)
	}
	for i := range c.Sources {
		s := &c.Sources[i]
		note(r.titles, archive.Fold(s.Title), string(s.ID))
		note(r.urls, address(s.URL), string(s.ID))
		note(r.symbols, symbol(s.Symbol), string(s.ID))
	}
	for i := range c.Instruments {
		note(r.instruments, symbol(c.Instruments[i].Symbol), string(c.Instruments[i].ID))
	}
	return r
}

// note files an id under a key; a key of several rows names none.
func note(m map[string]string, key, id string) {
	if key == "" {
		return
	}
	if old, taken := m[key]; taken && old != id {
		id = ""
	}
	m[key] = id
}

func found(m map[string]string, key string) (string, bool) {
	id := m[key]
	return id, key != "" && id != ""
}

// address brings a web address to the form in which addresses are compared.
func address(url string) string {
	url = strings.TrimSpace(url)
	url = strings.TrimPrefix(strings.TrimPrefix(url, "https://"), "http://")
	return strings.TrimSuffix(strings.TrimPrefix(url, "www."), "/")
}

func symbol(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }

func (r *corpusResolver) Actor(name string) (string, bool) {
	return found(r.actors, archive.Fold(name))
}

func (r *corpusResolver) Proposition(text string) (string, bool) {
	return found(r.propositions, archive.Fold(text))
}

func (r *corpusResolver) Source(k SourceKey) (string, bool) {
	if s := r.c.Source(entente.SourceID(k.ID)); s != nil {
		return k.ID, true
	}
	if id, ok := found(r.urls, address(k.URL)); ok {
		return id, true
	}
	if id, ok := found(r.symbols, symbol(k.Symbol)); ok {
		return id, true
	}
	id, ok := found(r.titles, archive.Fold(k.Title))
	if !ok {
		return "", false
	}
	// The same title with another date is another document: reports have
	// yearly editions.
	if k.Date != "" {
		d, err := entente.ParseDate(k.Date)
		own := r.c.Source(entente.SourceID(id)).Date
		if err == nil && !own.IsZero() && !own.Contains(d) && !d.Contains(own) {
			return "", false
		}
	}
	return id, true
}

func (r *corpusResolver) Instrument(sym string) (string, bool) {
	return found(r.instruments, symbol(sym))
}

func (r *corpusResolver) Known(table, id string) bool {
	switch table {
	case "actors":
		return r.c.Actor(entente.ActorID(id)) != nil
	case "propositions":
		return r.c.Proposition(entente.PropositionID(id)) != nil
	case "sources":
		return r.c.Source(entente.SourceID(id)) != nil
	case "instruments":
		return r.c.Instrument(entente.InstrumentID(id)) != nil
	case "rollcalls":
		return r.c.RollCall(id) != nil
	case "incidents":
		return r.c.Incident(id) != nil
	case "votes":
		call, actor, _ := strings.Cut(id, "|")
		return r.c.VoteOf(call, entente.ActorID(actor)) != nil
	case "statements":
		return r.statements[id]
	}
	return false
}
