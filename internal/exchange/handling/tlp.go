package handling

import (
	"fmt"
	"strings"

	"entente"
	"entente/internal/exchange/stix"
)

// TLP is a level of the Traffic Light Protocol; a higher value is stricter. The
// zero value is not known and is handled as Red.
type TLP uint8

// The levels, from the most open to the strictest.
const (
	Clear       TLP = iota + 1 // no limit
	Green                      // the community
	Amber                      // the recipient's organisation and its clients
	AmberStrict                // the recipient's organisation only
	Red                        // named people only
)

// Levels lists them.
var Levels = []TLP{Clear, Green, Amber, AmberStrict, Red}

var tlpNames = [...]string{Clear: "CLEAR", Green: "GREEN", Amber: "AMBER", AmberStrict: "AMBER+STRICT", Red: "RED"}

// String gives the name without "TLP:"; RED for a level that is not known.
func (t TLP) String() string { return tlpNames[t.effective()] }

// effective is the level that counts: what is not known is Red.
func (t TLP) effective() TLP {
	if t < Clear || t > Red {
		return Red
	}
	return t
}

// ParseTLP reads the name of a level, with or without "TLP:", in large or small
// letters. WHITE is the name of CLEAR in version 1.0.
func ParseTLP(s string) (TLP, error) {
	name := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "TLP:")
	if name == "WHITE" {
		return Clear, nil
	}
	for _, t := range Levels {
		if tlpNames[t] == name {
			return t, nil
		}
	}
	return 0, &entente.Error{Kind: entente.Invalid, Op: "read TLP", Msg: fmt.Sprintf("%.40q is not a level", s), Hint: "expected CLEAR, GREEN, AMBER, AMBER+STRICT or RED"}
}

// MarshalText implements encoding.TextMarshaler. It errs for a level that is
// not known: written as RED it would come back as a clearance for RED.
func (t TLP) MarshalText() ([]byte, error) {
	if t != t.effective() {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "write TLP", Msg: "the level is missing", Hint: "expected CLEAR, GREEN, AMBER, AMBER+STRICT or RED"}
	}
	return []byte(t.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler; see [ParseTLP].
func (t *TLP) UnmarshalText(b []byte) (err error) {
	*t, err = ParseTLP(string(b))
	return err
}

// Extension2 is the extension with which the STIX community writes TLP 2.0.
const Extension2 stix.ID = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

const markPrefix = "marking-definition--"

// The identifiers of the marking-definitions, from the extension's published
// schema (2.0) and from STIX 2.1, section 7.2.1.4 (1.0).
var (
	marks2 = map[TLP]stix.ID{
		Clear:       markPrefix + "94868c89-83c2-464b-929b-a1a8aa3c8487",
		Green:       markPrefix + "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
		Amber:       markPrefix + "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
		AmberStrict: markPrefix + "939a9414-2ddd-4d32-a0cd-375ea402b003",
		Red:         markPrefix + "e828b379-4e03-4974-9ac4-e53a884c97c1",
	}
	marks1 = map[TLP]stix.ID{
		Clear: markPrefix + "613f2e26-407d-48c7-9eca-b8e91df99dc9",
		Green: markPrefix + "34098fce-860f-48ae-8e50-ebd3cc5e41da",
		Amber: markPrefix + "f88d31f6-486f-44da-b317-01333bde0b82",
		Red:   markPrefix + "5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
	}
	levelOf = func() map[stix.ID]TLP {
		out := map[stix.ID]TLP{}
		for _, m := range []map[TLP]stix.ID{marks1, marks2} {
			for t, id := range m {
				out[id] = t
			}
		}
		return out
	}()
)

// Mark gives the marking-definition of TLP 2.0 for a level.
func (t TLP) Mark() stix.ID { return marks2[t.effective()] }

// Definitions gives the five marking-definition objects of TLP 2.0. Version 2.1
// of STIX does not know them by itself, so they travel with what they mark.
func Definitions() ([]*stix.Object, error) {
	var out []*stix.Object
	for _, t := range Levels {
		o, err := stix.Build(map[string]any{
			"type": "marking-definition", "spec_version": "2.1", "id": t.Mark(), "created": "2022-10-01T00:00:00.000Z", "name": "TLP:" + t.String(),
			"extensions": map[string]any{string(Extension2): map[string]any{"extension_type": "property-extension", "tlp_2_0": strings.ToLower(t.String())}},
		})
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}
