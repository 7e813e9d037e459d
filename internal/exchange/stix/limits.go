package stix

import "fmt"

// Limits bound one object, so that a hostile one costs little.
type Limits struct {
	// Bytes is the length of the object's text.
	Bytes int
	// Depth counts levels of objects and lists; the object itself is level 1.
	Depth int
	// Members counts the names in the object and in all below it.
	Members int
}

// DefaultLimits let the largest honest objects pass: the list of contents of a
// large published collection has 25,000 entries with two names each, in 3.5 MB.
var DefaultLimits = Limits{Bytes: 8 << 20, Depth: 40, Members: 200_000}

// The bounds of single values.
const (
	maxFraction = 100 // digits after the second's point; a longer time cannot be a key of a database
	maxType     = 250 // [3.1] characters in the name of a type or property
)

// A Fault is one thing that is wrong with an object.
type Fault struct {
	// Rule is a short fixed word for the rule that is broken, for counting.
	Rule string
	// Path is the property, empty for the object as a whole.
	Path string
	// Msg says what is wrong.
	Msg string
	// Warning marks what is against the standard and does no harm: the object is
	// accepted.
	Warning bool
}

// String gives path and message in one line.
func (f Fault) String() string {
	s := f.Msg
	if f.Path != "" {
		s = f.Path + ": " + f.Msg
	}
	if f.Warning {
		s = "warning: " + s
	}
	return s
}

// Refusals gives the faults for which an object is refused, warnings apart.
func Refusals(list []Fault) []Fault {
	var out []Fault
	for _, f := range list {
		if !f.Warning {
			out = append(out, f)
		}
	}
	return out
}

// The rules that reading an object may find broken. Those of single properties
// are in validate.go, those of versions in version.go.
const (
	RuleJSON      = "json"
	RuleUnicode   = "unicode"
	RuleDuplicate = "duplicate-key"
	RuleDepth     = "depth"
	RuleSize      = "size"
	RuleMembers   = "members"
)

func faultf(rule, path, format string, args ...any) Fault {
	return Fault{Rule: rule, Path: path, Msg: fmt.Sprintf(format, args...)}
}
