package handling

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/internal/exchange/stix"
)

// Assessor finds the effective level of objects.
type Assessor struct {
	unmarked TLP
	lookup   func(stix.ID) *stix.Object
	public   func(stix.ID) bool
}

// NewAssessor makes an assessor. unmarked is the node's level for what carries
// no mark; CLEAR is refused there, since nobody may publish by forgetting.
// lookup gives the newest version of an object, nil when it is not there; it
// may be nil. public names objects that carry nothing of anyone's and travel
// with others, such as the definitions of the program's own extensions; it may
// be nil, and counts only for objects without a mark.
func NewAssessor(unmarked TLP, lookup func(stix.ID) *stix.Object, public func(stix.ID) bool) (*Assessor, error) {
	if unmarked <= Clear || unmarked > Red {
		return nil, &entente.Error{
			Kind: entente.Invalid, Op: "set the level of what is unmarked", Msg: "the level is missing, unknown or CLEAR",
			Hint: "choose GREEN, AMBER, AMBER+STRICT or RED",
		}
	}
	if lookup == nil {
		lookup = func(stix.ID) *stix.Object { return nil }
	}
	if public == nil {
		public = func(stix.ID) bool { return false }
	}
	return &Assessor{unmarked, lookup, public}, nil
}

// Assessment is the effective level of an object and how it came about.
type Assessment struct {
	Level TLP
	// Why lists what the level follows from, the strictest reason first.
	Why []string
	// Warnings tell what the sender should mend; they change nothing.
	Warnings []string
	// Marks are the marking-definitions of the object and its parts: what must
	// travel with it.
	Marks []stix.ID
	// Unresolved says that the level may fall once a mark that is missing here
	// arrives: assess again then.
	Unresolved bool
}

// finding is one thing that a level follows from.
type finding struct {
	level TLP // 0 sets none
	why   string
	// tlp marks a level that somebody has set, as against one that stands for
	// what is not known or not understood.
	tlp     bool
	missing bool // the mark is not here
}

// Assess finds the effective level of an object: the strictest of its marks and
// of those of its parts. A mark that is not there, or that says something that
// is not understood, counts as RED; without any mark of TLP the level of what
// is unmarked counts. A label such as "tlp:red", into which some tools turn
// marks that they do not know, can only make the level stricter. A translation
// is handled at least as strictly as what it translates.
func (a *Assessor) Assess(o *stix.Object) Assessment { return a.assess(o, 0) }

// maxChain bounds translations of translations.
const maxChain = 4

func (a *Assessor) assess(o *stix.Object, depth int) Assessment {
	var out Assessment
	var found []finding
	note := func(f finding) {
		out.Unresolved = out.Unresolved || f.missing
		if f.level != 0 {
			found = append(found, f)
		}
	}
	whole := map[TLP]bool{}
	for _, id := range unique(o.Marks()) {
		f := a.mark(id)
		if f.tlp {
			whole[f.level] = true
		}
		note(f)
	}
	for _, id := range unique(o.GranularMarks()) {
		f := a.mark(id)
		f.why = "a part of it is " + f.why
		note(f)
	}
	out.Marks = unique(append(o.Marks(), o.GranularMarks()...))
	if unreadable(o) {
		note(finding{level: Red, why: "its marks cannot be read: RED"})
	}
	if len(whole) > 1 {
		out.Warnings = append(out.Warnings, "it has two marks of TLP; the stricter counts")
	}
	if len(whole) == 0 { // marks of parts say nothing of the rest
		note(a.bare(o))
	}
	for _, l := range o.Texts("labels") {
		if f, ok := label(l); ok {
			out.Warnings = append(out.Warnings, "it has TLP as a label; a mark is meant")
			note(f)
		}
	}
	if o.Type() == "language-content" {
		note(a.translated(o, depth))
	}
	slices.SortStableFunc(found, func(x, y finding) int { return int(y.level) - int(x.level) })
	out.Level = found[0].level
	for _, f := range found {
		if !slices.Contains(out.Why, f.why) {
			out.Why = append(out.Why, f.why)
		}
	}
	return out
}

func unique(list []stix.ID) []stix.ID {
	var out []stix.ID
	for _, id := range list {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// label reads a label that stands for a level.
func label(s string) (finding, bool) {
	if !strings.HasPrefix(strings.ToLower(s), "tlp:") {
		return finding{}, false
	}
	t, err := ParseTLP(s)
	if err != nil {
		return finding{level: Red, why: "labelled with an unknown level of TLP: RED"}, true
	}
	return finding{level: t, why: "labelled " + t.String()}, true
}

// bare is what counts for an object without a mark of TLP.
func (a *Assessor) bare(o *stix.Object) finding {
	_, known := levelOf[o.ID()]
	if (known || a.public(o.ID())) && !o.Has("object_marking_refs") && !o.Has("granular_markings") {
		return finding{level: Clear, why: "it carries nothing but a definition"}
	}
	return finding{level: a.unmarked, why: "it is unmarked: " + a.unmarked.String() + " here"}
}

// translated is the level of what a translation translates.
func (a *Assessor) translated(o *stix.Object, depth int) finding {
	of := a.lookup(o.Ref("object_ref"))
	if of == nil || depth >= maxChain {
		return finding{level: Red, why: "what it translates is not known here: RED", missing: true}
	}
	whole := a.assess(of, depth+1)
	return finding{level: whole.Level, why: "what it translates is " + whole.Level.String(), missing: whole.Unresolved}
}

// unreadable reports whether an object claims marks that do not read as such.
// A valid object never does; this keeps one that was not validated in.
func unreadable(o *stix.Object) bool {
	return o.Has("object_marking_refs") && len(o.Marks()) == 0 ||
		slices.ContainsFunc(stix.Refusals(stix.Validate(o)), func(f stix.Fault) bool { return isMarkPath(f.Path) })
}

func isMarkPath(path string) bool {
	return strings.HasPrefix(path, "object_marking_refs") || strings.HasPrefix(path, "granular_markings")
}

// mark gives the level that a marking-definition stands for; 0 for one that
// sets none, such as a statement of copyright.
func (a *Assessor) mark(id stix.ID) finding {
	if t, ok := levelOf[id]; ok {
		return finding{level: t, why: "marked " + t.String(), tlp: true}
	}
	m := a.lookup(id)
	if m == nil || m.Type() != "marking-definition" {
		return finding{level: Red, why: "marked with something that is not known here: RED", missing: true}
	}
	return readMark(m)
}

// readMark reads a marking-definition that is not one of the well-known ones.
func readMark(m *stix.Object) finding {
	strange := func(what string) finding {
		return finding{level: Red, why: "marked with " + what + ", which is not understood: RED"}
	}
	var level TLP
	statement := false
	switch kind := m.Text("definition_type"); kind {
	case "":
	case "statement":
		statement = true
	case "tlp":
		var def struct {
			TLP string `json:"tlp"`
		}
		m.Decode("definition", &def)
		t, err := ParseTLP(def.TLP)
		if err != nil {
			return strange("an unknown level of TLP")
		}
		level = t
	default:
		return strange(fmt.Sprintf("the sort %.40q", kind))
	}
	for _, ext := range m.Extensions() {
		if stix.ID(ext) != Extension2 {
			return strange(fmt.Sprintf("the extension %.80q", ext))
		}
		var value struct {
			TLP string `json:"tlp_2_0"`
		}
		_ = json.Unmarshal(m.Extension(Extension2), &value) // of another form: no level, as below
		t, err := ParseTLP(value.TLP)
		if err != nil {
			return strange("an unknown level of TLP")
		}
		level = max(level, t)
	}
	switch {
	case level != 0:
		return finding{level: level, why: "marked " + level.String(), tlp: true}
	case statement:
		return finding{}
	}
	return strange("nothing that says what it means")
}
