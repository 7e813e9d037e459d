package ingest

import (
	"fmt"
	"slices"
	"strings"

	"entente"
)

// Unknown says what to do with a row that names an actor, a proposition or a
// source that the corpus does not have.
type Unknown string

// The ways. Empty is [UnknownProblem], the strictest.
const (
	UnknownProblem Unknown = "problem" // the row is reported as a problem
	UnknownNew     Unknown = "new"     // the thing is proposed as a new record beside the row
	UnknownSkip    Unknown = "skip"    // the row is reported as skipped
)

// Unknowns lists them.
var Unknowns = []Unknown{UnknownProblem, UnknownNew, UnknownSkip}

// New holds what a new record needs and no file of this sort tells. Nothing is
// assumed: with [UnknownNew] what is needed has to be set.
type New struct {
	ActorKind  string `json:"actor_kind,omitempty"`  // kind of new actors
	Pillar     string `json:"pillar,omitempty"`      // pillar of new propositions
	Issue      string `json:"issue,omitempty"`       // issue of new propositions
	SourceKind string `json:"source_kind,omitempty"` // kind of new sources
}

// Check reports the first word that is not allowed; place is where New stands.
func (n New) Check(place string) error {
	for _, w := range []struct {
		field, value string
		words        []string
	}{
		{"actor_kind", n.ActorKind, words(entente.ActorKinds)},
		{"pillar", n.Pillar, words(entente.Pillars)},
		{"source_kind", n.SourceKind, words(entente.SourceKinds)},
	} {
		if w.value != "" && !slices.Contains(w.words, w.value) {
			return Fault(place+"."+w.field, "expected one of "+strings.Join(w.words, ", "), "%q is not allowed here", w.value)
		}
	}
	return nil
}

func words[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

// Check reports a word that is none of [Unknowns]; place is where it stands.
func (u Unknown) Check(place string) error {
	if u != "" && !slices.Contains(Unknowns, u) {
		return Fault(place, "expected problem, new or skip", "%q is not allowed here", string(u))
	}
	return nil
}

// Miss says why a row cannot be used, and whether it is a problem or was to be
// skipped.
type Miss struct {
	Outcome Outcome
	Why     string
}

// Missed makes a [Miss] that is a problem.
func Missed(format string, args ...any) *Miss { return &Miss{Problem, fmt.Sprintf(format, args...)} }

// Linker turns what a file names into ids of the target corpus, and proposes
// new records where the settings say so. It remembers what it looked up.
type Linker struct {
	Resolver Resolver
	Unknown  Unknown
	New      New
	Proposal *Proposal

	actors, propositions, sources map[string]linked
	made                          map[string]bool // table and id of proposed records
	dry                           bool            // nothing is proposed or remembered
}

type linked struct {
	id   string
	miss *Miss
}

// Actor gives the id of the actor of that name. On a miss the id is empty.
func (l *Linker) Actor(name string, row int, place string) (string, *Miss) {
	return l.link(&l.actors, "actor", name, func() (string, *Miss) {
		if id, ok := l.Resolver.Actor(name); ok {
			return id, nil
		}
		if l.New.ActorKind == "" && l.Unknown == UnknownNew {
			return "", Missed("the actor %q is not known, and the settings give no kind for new actors (new.actor_kind)", Clip(name, 80))
		}
		return Slug(name), l.add("actor", "actors", name, row, place, map[string]string{
			"id": Slug(name), "kind": l.New.ActorKind, "name": name, "open": "no",
		})
	})
}

// Proposition gives the id of the proposition of those words.
func (l *Linker) Proposition(text string, row int, place string) (string, *Miss) {
	return l.link(&l.propositions, "proposition", text, func() (string, *Miss) {
		if id, ok := l.Resolver.Proposition(text); ok {
			return id, nil
		}
		if (l.New.Pillar == "" || l.New.Issue == "") && l.Unknown == UnknownNew {
			return "", Missed("the proposition %q is not known, and the settings give no pillar and issue for new ones (new.pillar, new.issue)", Clip(text, 80))
		}
		return Slug(text), l.add("proposition", "propositions", text, row, place, map[string]string{
			"id": Slug(text), "pillar": l.New.Pillar, "issue": l.New.Issue, "statement": text,
		})
	})
}

// Source gives the id of the source that a file names in one cell: by id,
// address, document number or title.
func (l *Linker) Source(name string, row int, place string) (string, *Miss) {
	return l.link(&l.sources, "source", name, func() (string, *Miss) {
		key := SourceKey{ID: name, Title: name, Symbol: name}
		url := ""
		if strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://") {
			url, key = name, SourceKey{URL: name}
		}
		if id, ok := l.Resolver.Source(key); ok {
			return id, nil
		}
		if l.New.SourceKind == "" && l.Unknown == UnknownNew {
			return "", Missed("the source %q is not known, and the settings give no kind for new sources (new.source_kind)", Clip(name, 80))
		}
		return Slug(name), l.add("source", "sources", name, row, place, map[string]string{
			"id": Slug(name), "title": name, "url": url, "kind": l.New.SourceKind,
		})
	})
}

// link answers from memory where it can.
func (l *Linker) link(memory *map[string]linked, what, name string, find func() (string, *Miss)) (string, *Miss) {
	if known, ok := (*memory)[name]; ok {
		return known.id, known.miss
	}
	if *memory == nil {
		*memory = map[string]linked{}
	}
	var got linked
	if strings.TrimSpace(name) == "" {
		got.miss = Missed("no %s is named", what)
	} else if got.id, got.miss = find(); got.miss != nil {
		got.id = ""
	}
	if !l.dry {
		(*memory)[name] = got
	}
	return got.id, got.miss
}

// add proposes a new record, or tells why not.
func (l *Linker) add(what, table, name string, row int, place string, cells map[string]string) *Miss {
	id := cells["id"]
	if l.Made(table, id) {
		return nil
	}
	switch l.Unknown {
	case UnknownNew:
		if !l.dry {
			l.Proposal.Add(table, row, place, cells)
			l.Make(table, id)
		}
		return nil
	case UnknownSkip:
		return &Miss{Skipped, fmt.Sprintf("the %s %q is not known", what, Clip(name, 80))}
	}
	return Missed("the %s %q is not known", what, Clip(name, 80))
}

// Make notes that a record is proposed, so that references to it are good.
func (l *Linker) Make(table, id string) {
	if l.made == nil {
		l.made = map[string]bool{}
	}
	l.made[table+"\x00"+id] = true
}

// Made reports whether a record is proposed.
func (l *Linker) Made(table, id string) bool { return l.made[table+"\x00"+id] }

// Ref gives the id that a cell names in any table.
func (l *Linker) Ref(table, value string, row int, place string) (string, *Miss) {
	if l.Made(table, value) {
		return value, nil
	}
	switch table {
	case "actors":
		return l.Actor(value, row, place)
	case "propositions":
		return l.Proposition(value, row, place)
	case "sources":
		return l.Source(value, row, place)
	}
	k, ok := l.Resolver.(Knower)
	if !ok || k.Known(table, value) {
		return value, nil
	}
	if table == "instruments" {
		if id, ok := k.Instrument(value); ok {
			return id, nil
		}
	}
	m := Missed("%s has no row %q", table, Clip(value, 80))
	if l.Unknown == UnknownSkip {
		m.Outcome = Skipped
	}
	return "", m
}

// Try tells what [Linker.Ref] would say, and proposes nothing: a row that
// cannot be used for another reason should leave no new actor behind.
func (l *Linker) Try(table, value string) *Miss {
	l.dry = true
	_, miss := l.Ref(table, value, 0, "")
	l.dry = false
	return miss
}

// Clip shortens a text for a message.
func Clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
