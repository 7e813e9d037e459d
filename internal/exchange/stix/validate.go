package stix

import (
	"slices"
	"strconv"
	"strings"
)

// The rules that [Validate] holds an object to.
const (
	RuleType     = "type"
	RuleID       = "id"
	RuleSpec     = "spec-version"
	RuleRequired = "required"
	RuleTime     = "timestamp"
	RuleOrder    = "time-order"
	RuleValue    = "value"
	RuleRef      = "reference"
	RuleName     = "property-name"
)

// Validate checks an object that [Parse] found sound against the standard and
// tells everything that is wrong, nil when nothing is. Versions are judged
// against what is kept by [Judge].
//
// Whatever would make two readers disagree on what the object is, says or
// belongs to is a reason to refuse it; breaches of style, which real data are
// full of, are warnings.
func Validate(o *Object) []Fault {
	c := checker{o: o}
	c.identity()
	c.times()
	c.required()
	for _, f := range o.fields {
		if k := properties[f.name]; k != 0 {
			c.kind(k, f.name, f.val)
			continue
		}
		if k := refSuffix(f.name); k != 0 && !strings.HasPrefix(f.name, "x_") {
			c.kind(k, f.name, f.val)
			continue
		}
		c.name(f.name)
		if string(f.val) == "null" {
			c.warn(RuleValue, f.name, "null is no value in STIX; the property is left out instead")
		}
	}
	return c.faults
}

// refSuffix tells what the end of a name promises [3.1].
func refSuffix(name string) kind {
	switch {
	case strings.HasSuffix(name, "_ref"):
		return kindID
	case strings.HasSuffix(name, "_refs"):
		return kindIDs
	}
	return 0
}

type checker struct {
	o      *Object
	faults []Fault
}

func (c *checker) say(rule, path, format string, args ...any) {
	c.faults = append(c.faults, faultf(rule, path, format, args...))
}

func (c *checker) warn(rule, path, format string, args ...any) {
	f := faultf(rule, path, format, args...)
	f.Warning = true
	c.faults = append(c.faults, f)
}

func (c *checker) identity() {
	o := c.o
	switch why := typeForm(o.typ); {
	case !o.Has("type"):
		c.say(RuleType, "type", "the property is missing")
	case why != "":
		c.say(RuleType, "type", "%s", why)
	case ClassOf(o.typ) == Container:
		c.say(RuleType, "type", "a bundle is no object; send what it holds")
	}
	switch _, why := ParseID(string(o.id)); {
	case !o.Has("id"):
		c.say(RuleID, "id", "the property is missing")
	case why != "":
		c.say(RuleID, "id", "%s", why)
	case o.id.Type() != o.typ:
		c.say(RuleID, "id", "the identifier begins with %.80q, the type is %.80q", o.id.Type(), o.typ)
	}
	if v := o.field("spec_version"); v != nil && o.spec != "2.1" && o.spec != "2.0" {
		c.say(RuleSpec, "spec_version", "the version is not 2.0 or 2.1")
	}
}

// times checks what tells versions apart. Observables have none; of the meta
// objects a marking-definition is never modified.
func (c *checker) times() {
	o := c.o
	class := ClassOf(o.typ)
	if class == Observable || class == Custom && !o.Has("created") && !o.Has("modified") {
		return
	}
	if !o.Has("created") {
		c.say(RuleRequired, "created", "the property is missing")
	}
	if !o.Has("modified") && o.typ != "marking-definition" {
		c.say(RuleRequired, "modified", "the property is missing")
	}
	if !o.created.IsZero() && !o.modified.IsZero() && o.modified.Compare(o.created) < 0 {
		c.say(RuleOrder, "modified", "the version is older than the object: %s is before %s", o.modified, o.created)
	}
	for _, p := range pairs {
		a, b := o.field(p[0]), o.field(p[1])
		if a == nil || b == nil {
			continue
		}
		if from, to := timeOf(a), timeOf(b); !from.IsZero() && !to.IsZero() && to.Compare(from) < 0 {
			c.warn(RuleOrder, p[1], "the time is before %s", p[0])
		}
	}
}

func (c *checker) required() {
	old := c.o.SpecVersion() == "2.0"
	for _, name := range types[c.o.typ].required {
		if name == since21 {
			if old {
				break
			}
			continue
		}
		if !c.o.Has(name) {
			c.say(RuleRequired, name, "the property is missing")
		}
	}
	if c.o.typ == "marking-definition" && !c.o.Has("definition") && !c.o.Has("extensions") {
		c.warn(RuleRequired, "definition", "the mark says nothing: neither a definition nor an extension")
	}
}

// name checks a property that is not known [3.1].
func (c *checker) name(s string) {
	if len(s) > maxType {
		c.say(RuleName, clip(s), "the name has more than %d letters", maxType)
		return
	}
	for i := range len(s) {
		if b := s[i]; !(b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '_') {
			c.warn(RuleName, s, "names of properties hold a-z, 0-9 and _")
			return
		}
	}
}

func (c *checker) kind(k kind, path string, v []byte) {
	switch k {
	case kindText:
		if !isString(v) {
			c.say(RuleValue, path, "text is expected")
		}
	case kindTexts, kindIDs, kindMarks:
		c.texts(k, path, v)
	case kindID:
		c.id(path, v)
	case kindTime:
		s, ok := text(v)
		if !ok {
			c.say(RuleTime, path, "a timestamp is expected")
		} else if _, why := ParseTime(s); why != "" {
			c.say(RuleTime, path, "%s", why)
		}
	case kindBool:
		if s := string(v); s != "true" && s != "false" {
			c.say(RuleValue, path, "true or false is expected")
		}
	case kindPercent:
		if n, err := strconv.Atoi(string(v)); err != nil || n < 0 || n > 100 {
			c.say(RuleValue, path, "a whole number from 0 to 100 is expected")
		}
	case kindDict:
		if !isObject(v) {
			c.say(RuleValue, path, "an object is expected")
		}
	case kindOpinion:
		if s, _ := text(v); !opinions[s] {
			c.say(RuleValue, path, "a word of the scale from strongly-disagree to strongly-agree is expected")
		}
	default:
		c.parts(k, path, v)
	}
}

func (c *checker) id(path string, v []byte) ID {
	s, ok := text(v)
	if !ok {
		c.say(RuleRef, path, "an identifier is expected")
		return ""
	}
	id, why := ParseID(s)
	if why != "" {
		c.say(RuleRef, path, "%s", why)
	}
	if path == "created_by_ref" && why == "" && id.Type() != "identity" {
		c.say(RuleRef, path, "the maker of an object is an identity")
	}
	return id
}

func (c *checker) list(path string, v []byte) bool {
	if !isList(v) {
		c.say(RuleValue, path, "a list is expected")
		return false
	}
	if emptyList(v) {
		c.warn(RuleValue, path, "an empty list is left out in STIX")
	}
	return true
}

func (c *checker) texts(k kind, path string, v []byte) {
	if !c.list(path, v) {
		return
	}
	for i, x := range items(v) {
		s, ok := text(x)
		why := ""
		switch {
		case !ok:
			why = "text is expected"
		case k != kindTexts:
			_, why = ParseID(s)
		}
		if why == "" && k == kindMarks && ID(s).Type() != "marking-definition" {
			why = "a marking-definition is expected"
		}
		if why != "" {
			c.say(RuleRef, path+"["+strconv.Itoa(i)+"]", "%s", why)
		}
	}
}

// parts checks the properties that are objects or lists of objects.
func (c *checker) parts(k kind, path string, v []byte) {
	if k == kindExtensions {
		c.extensions(path, v)
		return
	}
	if !c.list(path, v) {
		return
	}
	for i, x := range items(v) {
		if !isObject(x) {
			c.say(RuleValue, path+"["+strconv.Itoa(i)+"]", "an object is expected")
			continue
		}
		switch k {
		case kindReferences:
			if !isString(member(x, "source_name")) {
				c.say(RuleRequired, path+"["+strconv.Itoa(i)+"].source_name", "the name of the source is missing")
			}
		case kindSteps:
			if !isString(member(x, "kill_chain_name")) || !isString(member(x, "phase_name")) {
				c.warn(RuleRequired, path+"["+strconv.Itoa(i)+"]", "a phase has kill_chain_name and phase_name")
			}
		case kindGranular:
			c.granular(path+"["+strconv.Itoa(i)+"]", x)
		}
	}
}

// granular checks a mark of a part of the object [7.2.3]. A mark that cannot be
// read must not pass: it may be the one that keeps the object in.
func (c *checker) granular(path string, v []byte) {
	mark, lang := member(v, "marking_ref"), member(v, "lang")
	switch {
	case mark != nil:
		if id := c.id(path+".marking_ref", mark); id != "" && id.Type() != "marking-definition" {
			c.say(RuleRef, path+".marking_ref", "a marking-definition is expected")
		}
	case !isString(lang):
		c.say(RuleRequired, path, "a mark of a part has marking_ref or lang")
	}
	selectors := member(v, "selectors")
	if !isList(selectors) || emptyList(selectors) {
		c.say(RuleRequired, path+".selectors", "the parts that are marked are missing")
		return
	}
	for i, x := range items(selectors) {
		s, ok := text(x)
		first, _, _ := strings.Cut(s, ".")
		switch {
		case !ok:
			c.say(RuleValue, path+".selectors["+strconv.Itoa(i)+"]", "text is expected")
		case !c.o.Has(first):
			c.warn(RuleValue, path+".selectors["+strconv.Itoa(i)+"]", "the object has no property %.80q", first)
		}
	}
}

var extensionTypes = []string{"new-sdo", "new-sco", "new-sro", "property-extension", "toplevel-property-extension"}

func (c *checker) extensions(path string, v []byte) {
	if !isObject(v) {
		c.say(RuleValue, path, "an object is expected")
		return
	}
	for k, x := range members(v) {
		if !isObject(x) {
			c.say(RuleValue, path+"."+clip(string(k)), "an object is expected")
			continue
		}
		if id, ours := strings.CutPrefix(string(k), "extension-definition--"); ours && !uuidForm(id) {
			c.say(RuleRef, path+"."+clip(string(k)), "the part after the type is not a UUID")
		}
		if t := member(x, "extension_type"); t != nil {
			if s, _ := text(t); !slices.Contains(extensionTypes, s) {
				c.say(RuleValue, path+"."+clip(string(k))+".extension_type", "the sort of extension is not known")
			}
		}
	}
}

// clip shortens a foreign word for a message.
func clip(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}
