package entente

import (
	"errors"
	"strings"
)

// Kind says what sort of failure an error is. The faces map it to an exit code
// or an HTTP status in one table each.
type Kind string

// The closed list of kinds.
const (
	NotFound    Kind = "not-found"   // a named thing does not exist
	Invalid     Kind = "invalid"     // input or a setting breaks a rule
	Conflict    Kind = "conflict"    // something is there already, or changed meanwhile
	Denied      Kind = "denied"      // not allowed
	Unavailable Kind = "unavailable" // a resource cannot be reached or used now
	Internal    Kind = "internal"    // a fault of the program itself
)

// Error is a failure meant for a person: what, where and what to do.
type Error struct {
	Kind  Kind
	Op    string // what was being done, e.g. "read corpus"
	Place string // where: file:line:column, an address, a flag
	Msg   string // what is wrong
	Hint  string // what to do about it
	Err   error  // the cause, if any
}

// Error joins place, message and cause, and the hint on the same line.
func (e *Error) Error() string {
	var parts []string
	for _, s := range []string{e.Place, e.Msg} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	s := strings.Join(parts, ": ")
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf gives the kind of the first *Error in err's tree, Internal when there
// is none and "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Errors is a list of faults found in one pass, in the order of the input.
type Errors []error

// Error lists every fault on its own line.
func (l Errors) Error() string {
	var b strings.Builder
	for i, e := range l {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(e.Error())
	}
	return b.String()
}

// Unwrap gives the single faults.
func (l Errors) Unwrap() []error { return l }

// Err is nil when the list is empty, else the list.
func (l Errors) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}
