package stix

import (
	"encoding/json"
	"strings"

	"github.com/google/uuid"
	"github.com/gowebpki/jcs"

	"entente"
)

// ID is an identifier of STIX [2.9]: "report--" and a UUID, for example.
type ID string

// Namespace is the program's own namespace for identifiers that follow from
// what an object stands for, so that two nodes give the same thing the same
// identifier without asking each other.
var Namespace = uuid.MustParse("4e2c1d0b-6f7e-4b51-9a3c-8d1f5e7a2b94")

// observables is the namespace that the standard keeps for observable objects
// (domain names, files …) and forbids for all others.
var observables = uuid.MustParse("00abedb4-aa42-466c-9c01-fed23315a9b7")

// NewID makes the identifier that follows from name: a UUID of version 5 of the
// program's own namespace over the canonical JSON [RFC 8785] of name, with the
// type in front. Name must be something that JSON can write.
func NewID(typ string, name any) (ID, error) { return nameID(Namespace, typ, name) }

// ObservableID makes the identifier of an observable object from the
// properties that contribute to it [2.9].
func ObservableID(typ string, contributing map[string]any) (ID, error) {
	if ClassOf(typ) != Observable {
		return "", &entente.Error{Kind: entente.Invalid, Op: "make id", Msg: "the type " + typ + " is no observable", Hint: "use NewID"}
	}
	return nameID(observables, typ, contributing)
}

func nameID(space uuid.UUID, typ string, name any) (ID, error) {
	if why := typeForm(typ); why != "" {
		return "", &entente.Error{Kind: entente.Invalid, Op: "make id", Msg: why}
	}
	text, err := canonical(name)
	if err != nil {
		return "", err
	}
	return ID(typ + "--" + uuid.NewSHA1(space, text).String()), nil
}

// canonical writes any value as canonical JSON.
func canonical(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err == nil {
		b, err = jcs.Transform(b)
	}
	if err != nil {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "write canonical JSON", Msg: "the value has no canonical form", Err: err}
	}
	return b, nil
}

// ParseID checks an identifier and tells what is wrong with it, empty when
// nothing is.
func ParseID(s string) (ID, string) {
	typ, u, ok := strings.Cut(s, "--")
	if !ok {
		return "", "an identifier is a type, two hyphens and a UUID"
	}
	if why := typeForm(typ); why != "" {
		return "", why
	}
	if !uuidForm(u) {
		return "", "the part after the type is not a UUID"
	}
	return ID(s), ""
}

// Type is the part before the two hyphens.
func (id ID) Type() string {
	typ, _, _ := strings.Cut(string(id), "--")
	return typ
}

// UUID is the part after the two hyphens.
func (id ID) UUID() string {
	_, u, _ := strings.Cut(string(id), "--")
	return u
}

// typeForm tells what is wrong with the name of a type [3.1], empty when
// nothing is.
func typeForm(s string) string {
	if len(s) < 3 || len(s) > maxType {
		return "the name of a type has 3 to 250 letters"
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') {
			return "the name of a type holds a-z, 0-9 and hyphens"
		}
	}
	if s[0] == '-' || s[len(s)-1] == '-' {
		return "the name of a type neither begins nor ends with a hyphen"
	}
	return ""
}

// uuidForm reports whether s is a UUID [RFC 9562] in its usual form: a version
// from 1 to 8, the variant of the RFC, letters large or small.
func uuidForm(s string) bool {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F':
		default:
			return false
		}
	}
	return s[14] >= '1' && s[14] <= '8' && strings.IndexByte("89abAB", s[19]) >= 0
}
