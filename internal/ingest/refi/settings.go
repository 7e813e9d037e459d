package refi

import (
	"slices"
	"strings"

	"entente"
	"entente/internal/ingest"
)

// Sep parts the names of a code and of those above it: "Law > IHL > supports".
const Sep = " > "

// Settings say how a project is read.
type Settings struct {
	Actor Actor `json:"actor"`
	// Codes are the rules of single codes; they come before all other rules.
	Codes []Code `json:"codes,omitempty"`
	// Propositions is the code whose codes below are propositions by their name;
	// "*" makes every code one.
	Propositions string `json:"propositions,omitempty"`
	// StanceWords are names of codes that tell a stance, in any case: such a code
	// codes the one above it with that stance.
	StanceWords map[string]string `json:"stance_words,omitempty"`
	// Stances is the code whose codes below, named as in StanceWords, tell the
	// stance of the other codes of the same coder on the same passage.
	Stances string `json:"stances,omitempty"`
	// DateVariable is the variable of a source that holds its date.
	DateVariable string `json:"date_variable,omitempty"`
	// Descriptions takes descriptions of passages as notes of statements; they
	// may hold private remarks.
	Descriptions bool              `json:"descriptions,omitempty"`
	Coders       map[string]string `json:"coders,omitempty"` // pseudonyms of users by name
	Checked      bool              `json:"checked,omitempty"`
	Unknown      ingest.Unknown    `json:"unknown,omitempty"`
	New          ingest.New        `json:"new,omitzero"`
}

// Actor says what names the actor of a coded passage.
type Actor struct {
	// By is "fixed" (Name is the actor), "source" (the source's name),
	// "variable" (the variable Name of the source), "case" (the case that holds
	// the source or the passage) or "code" (a code below Name on the passage or on
	// the whole source).
	By   string `json:"by"`
	Name string `json:"name,omitempty"`
}

// Code is the rule of one code.
type Code struct {
	Code        string `json:"code"` // its id, its name with those above it, or its name
	Proposition string `json:"proposition"`
	Stance      string `json:"stance,omitempty"` // empty where another code tells it
}

var actorsBy = []string{"fixed", "source", "variable", "case", "code"}

// Check reports every fault that shows without a file; name stands in the
// places.
func (s Settings) Check(name string) error {
	var faults entente.Errors
	fail := func(at, hint, format string, args ...any) {
		faults = append(faults, ingest.Fault(name+": "+at, hint, format, args...))
	}
	switch {
	case !slices.Contains(actorsBy, s.Actor.By):
		fail("actor.by", "expected one of "+strings.Join(actorsBy, ", "), "%q is not allowed here", s.Actor.By)
	case s.Actor.Name == "" && s.Actor.By != "source" && s.Actor.By != "case":
		fail("actor.name", "", "an actor by %s needs a name", s.Actor.By)
	}
	stance := func(at, w string) {
		if !slices.Contains(entente.Stances, entente.Stance(w)) {
			fail(at, "expected affirms, affirms-with-conditions, reserved, doubts or rejects", "%q is no stance", w)
		}
	}
	seen := map[string]bool{}
	for _, c := range s.Codes {
		switch {
		case c.Code == "" || c.Proposition == "":
			fail("codes", `give "code" and "proposition"`, "a rule is not complete")
		case seen[c.Code]:
			fail("codes", "remove one", "the code %q has two rules", c.Code)
		}
		seen[c.Code] = true
		if c.Stance != "" {
			stance("codes ("+c.Code+")", c.Stance)
		}
	}
	for _, w := range sorted(s.StanceWords) {
		if stance("stance_words ("+w+")", s.StanceWords[w]); strings.TrimSpace(w) == "" {
			fail("stance_words", "remove it", "a code without a name must not stand for a stance")
		}
	}
	if s.Stances != "" && len(s.StanceWords) == 0 {
		fail("stances", "fill stance_words", "the codes below %q say no stance", s.Stances)
	}
	for _, n := range sorted(s.Coders) {
		if p := s.Coders[n]; p == "" || strings.Contains(p, "@") {
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

func (s Settings) coder(name string) string {
	if name == "" {
		return ""
	}
	if p, ok := s.Coders[name]; ok {
		return p
	}
	return ingest.Pseudonym(name)
}
