package dna

import (
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/internal/ingest"
)

// Settings say how a database is read.
type Settings struct {
	// Type is the label of the statement type that becomes statements. Those of
	// other types are kept as passages.
	Type string `json:"type"`
	// Actor is the variable that names the actor; ActorElse is looked at where it
	// is empty.
	Actor     string `json:"actor"`
	ActorElse string `json:"actor_else,omitempty"`
	Concept   string `json:"concept"`   // variable that becomes the proposition
	Qualifier string `json:"qualifier"` // variable that tells the stance
	// Stances says what a value of the qualifier means: {"1": "affirms", "0":
	// "rejects"}. A value that is not here is no stance.
	Stances map[string]string `json:"stances,omitempty"`
	// Note lists variables whose values go into the note of a statement.
	Note []string `json:"note,omitempty"`
	// SourceKinds gives the kind of source of a document by its type; the others
	// are of the kind new.source_kind.
	SourceKinds map[string]string `json:"source_kinds,omitempty"`
	// AuthorsText makes a document the own text of its author where the author is
	// a known actor. It decides what counts as primary.
	AuthorsText bool `json:"authors_text,omitempty"`
	// Coders gives the pseudonyms of coders by name; the others get one made of
	// their name.
	Coders map[string]string `json:"coders,omitempty"`
	// Checked says that the coders read the source itself.
	Checked bool           `json:"checked,omitempty"`
	Unknown ingest.Unknown `json:"unknown,omitempty"`
	New     ingest.New     `json:"new,omitzero"`
}

// Defaults are the names that the program itself gives in a new database. What
// the qualifier means is not among them.
func Defaults() Settings {
	return Settings{Type: "DNA Statement", Actor: "organization", Concept: "concept", Qualifier: "agreement"}
}

// Check reports every fault that shows without a file; name stands in the
// places.
func (s Settings) Check(name string) error {
	var faults entente.Errors
	fail := func(at, hint, format string, args ...any) {
		faults = append(faults, ingest.Fault(name+": "+at, hint, format, args...))
	}
	for _, f := range []struct{ field, value string }{{"type", s.Type}, {"actor", s.Actor}, {"concept", s.Concept}, {"qualifier", s.Qualifier}} {
		if f.value == "" {
			fail(f.field, "see the file's own names", "nothing is given")
		}
	}
	for _, v := range sorted(s.Stances) {
		if w := s.Stances[v]; !slices.Contains(entente.Stances, entente.Stance(w)) {
			fail("stances", "expected affirms, affirms-with-conditions, reserved, doubts or rejects", "%q means %q", v, w)
		}
		if strings.TrimSpace(v) == "" {
			fail("stances", "remove it", "an empty value must not stand for a stance")
		}
	}
	for _, v := range sorted(s.SourceKinds) {
		if k := s.SourceKinds[v]; !slices.Contains(entente.SourceKinds, entente.SourceKind(k)) {
			fail("source_kinds", "see the kinds of sources", "%q is of the kind %q", v, k)
		}
	}
	for _, v := range sorted(s.Coders) {
		if p := s.Coders[v]; p == "" || strings.Contains(p, "@") {
			fail("coders", "give a role or a pseudonym", "%q is not allowed here", p)
		}
	}
	for _, err := range []error{s.Unknown.Check(name + ": unknown"), s.New.Check(name + ": new")} {
		if err != nil {
			faults = append(faults, err)
		}
	}
	return faults.Err()
}

func sorted(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// coder gives the pseudonym of a coder.
func (s Settings) coder(name string) string {
	if name == "" {
		return ""
	}
	if p, ok := s.Coders[name]; ok {
		return p
	}
	return ingest.Pseudonym(name)
}

// stance tells what a value of the qualifier means.
func (s Settings) stance(value string) (string, error) {
	if value == "" {
		return "", fmt.Errorf("no stance is set, and none is assumed")
	}
	if w, ok := s.Stances[value]; ok {
		return w, nil
	}
	return "", fmt.Errorf("the variable %s is %q, and the settings do not say which stance that is (stances)", s.Qualifier, ingest.Clip(value, 40))
}
