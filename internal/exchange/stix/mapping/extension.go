package mapping

import (
	"encoding/json"
	"fmt"
	"maps"

	"entente/internal/datapackage"
	"entente/internal/exchange/stix"
)

// An Extension is one of the program's own extensions of STIX.
type Extension struct {
	// Name is the short name; the schema stands in docs/stix/NAME.schema.json.
	Name string
	// Tables are the tables of the corpus whose records it carries. With one
	// table the columns stand in the extension itself, with several under "fields".
	Tables []string
	// On is the type of object that it extends, empty for several.
	On string
	// About tells what it is for.
	About string
}

// The version of all extensions. It changes when a schema does.
const extensionVersion = "1.0.0"

// Extensions lists them.
var Extensions = []Extension{
	{"actor", []string{"actors"}, "identity", "A state, bloc, organisation, company or group as an actor of cyber diplomacy."},
	{"document", []string{"sources"}, "report", "A citable document on which records rest."},
	{"instrument", []string{"instruments"}, "report", "A resolution, treaty, statement or other text or event in which actors take part."},
	{"norm", []string{"propositions"}, "report", "A norm or another proposition that one can affirm or reject. Opinions of the extension \"stance\" refer to it."},
	{
		"stance",
		[]string{"statements"},
		"opinion",
		"What an actor has said of a norm, with its conditions, its date and the place where it stands. " +
			"The word of the standard's scale then is agreement with the norm: strongly-agree affirms, agree affirms with conditions, neutral says that the actor has not decided, " +
			"disagree doubts, strongly-disagree rejects. It is not, as in opinions without this extension, a judgement whether information is correct: never count the two together. " +
			"An actor that has said nothing has no opinion object.",
	},
	{"incident", []string{"incidents"}, "incident", "An incident that somebody publicly attributed, beside the incident core extension."},
	{"attribution", []string{"attributions"}, "report", "One actor's public act of naming who stood behind an incident."},
	{
		"record",
		[]string{
			"memberships", "participation", "rollcalls", "votes", "implications", "quotations", "codebook", "coverage",
			"challenges", "projects", "suggestions", "facts",
		},
		"",
		"Any other record of a corpus: memberships, votes, quotations, projects and so on.",
	},
}

// extensionOf finds the extension that carries a table.
var extensionOf = func() map[string]*Extension {
	out := map[string]*Extension{}
	for i := range Extensions {
		for _, t := range Extensions[i].Tables {
			out[t] = &Extensions[i]
		}
	}
	return out
}()

// ID is the extension's identifier. It follows from the name and the version.
func (e *Extension) ID() stix.ID {
	if id, ok := extensionIDs[e.Name]; ok {
		return id
	}
	return e.makeID()
}

// extensionIDs keeps the identifiers, which are asked for with every object that
// comes in.
var extensionIDs = func() map[string]stix.ID {
	out := map[string]stix.ID{}
	for i := range Extensions {
		out[Extensions[i].Name] = Extensions[i].makeID()
	}
	return out
}()

func (e *Extension) makeID() stix.ID {
	return fixed("extension-definition", map[string]string{"extension": e.Name, "version": extensionVersion})
}

// Publisher is the identity that stands as the maker of the extension
// definitions, which must have one.
var Publisher = fixed("identity", map[string]string{"project": "entente"})

// fixed makes the identifier of something that the program itself names.
func fixed(typ string, name any) stix.ID {
	id, err := stix.NewID(typ, name)
	if err != nil {
		panic(err) // the names are constants; they always have a canonical form
	}
	return id
}

func (e *Extension) single() bool { return len(e.Tables) == 1 }

// Schema is the JSON Schema (2020-12) of the extension's value.
func (e *Extension) Schema() map[string]any {
	s := map[string]any{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"$id":         "urn:uuid:" + e.ID().UUID(),
		"title":       "Entente: " + e.Name,
		"description": e.About,
		"type":        "object",
	}
	properties := map[string]any{
		"extension_type": map[string]any{"const": "property-extension"},
		"framework":      map[string]any{"type": "string", "minLength": 1, "description": "the list of propositions (the corpus) to which the names belong"},
	}
	required := []string{"extension_type", "framework"}
	if e.single() {
		columns, need := columnSchema(e.Tables[0])
		maps.Copy(properties, columns)
		if e.Name == "stance" {
			properties[legalBasis] = map[string]any{"type": "string", "description": "the rules of law on which the actor rests its view, in words"}
		}
		s["properties"], s["required"], s["additionalProperties"] = properties, append(required, need...), false
		return s
	}
	properties["table"] = map[string]any{"enum": e.Tables}
	properties["fields"] = map[string]any{"type": "object"}
	var cases []any
	for _, t := range e.Tables {
		columns, need := columnSchema(t)
		cases = append(cases, map[string]any{
			"description": datapackage.About(t),
			"properties": map[string]any{
				"table":  map[string]any{"const": t},
				"fields": map[string]any{"properties": columns, "required": need, "additionalProperties": false},
			},
		})
	}
	s["properties"], s["required"], s["additionalProperties"], s["oneOf"] = properties, append(required, "table", "fields"), false, cases
	return s
}

// legalBasis is the one property of an extension that has no column: a partner
// may tell it, and it stays with the object.
const legalBasis = "legal_basis"

// columnSchema gives the properties of a table's columns and which are needed.
func columnSchema(table string) (properties map[string]any, required []string) {
	properties = map[string]any{}
	for _, s := range datapackage.Columns(table) {
		value := map[string]any{"type": "string", "minLength": 1}
		switch {
		case s.Type == "boolean":
			value = map[string]any{"type": "boolean"}
		case s.Type == "integer":
			value = map[string]any{"type": "integer", "minimum": 0}
		case s.Type == "date":
			value["pattern"] = `^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$`
		case len(s.Enum) > 0:
			value = map[string]any{"enum": s.Enum}
		}
		if s.List {
			value = map[string]any{"type": "array", "minItems": 1, "items": value}
		}
		value["description"] = s.Doc
		properties[s.Name] = value
		if s.Required {
			required = append(required, s.Name)
		}
		if s.Ref == "" {
			continue
		}
		id := map[string]any{"type": "string", "pattern": `^[a-z0-9-]+--[0-9a-fA-F-]{36}$`}
		if s.List {
			properties[s.Name+"_refs"] = map[string]any{"type": "array", "minItems": 1, "items": id, "description": "the objects of these " + s.Ref}
		} else {
			id["description"] = "the object of this row of " + s.Ref
			properties[s.Name+"_ref"] = id
		}
	}
	return properties, required
}

// SchemaFile gives the file of docs/stix that describes the extension.
func (e *Extension) SchemaFile() ([]byte, error) {
	b, err := json.MarshalIndent(e.Schema(), "", "  ")
	return append(b, '\n'), err
}

// definition gives the extension-definition object; its schema stands in it
// whole, so that a receiver needs nothing else.
func (e *Extension) definition() (map[string]any, error) {
	schema, err := json.Marshal(e.Schema())
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"type": "extension-definition", "spec_version": "2.1", "id": e.ID(), "created_by_ref": Publisher,
		"created": Epoch, "modified": Epoch, "name": "Entente: " + e.Name, "description": e.About,
		"schema": string(schema), "version": extensionVersion, "extension_types": []string{"property-extension"},
	}, nil
}

// Definitions gives the extension-definition objects, and the identity that
// stands as their maker. The same program gives the same bytes.
func Definitions() ([]*stix.Object, error) {
	list := []map[string]any{{
		"type": "identity", "spec_version": "2.1", "id": Publisher, "created": Epoch, "modified": Epoch,
		"name": "Entente", "identity_class": "system", "description": "The program that made these objects, as the maker of its extensions of STIX.",
	}}
	for i := range Extensions {
		d, err := Extensions[i].definition()
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	out := make([]*stix.Object, len(list))
	for i, m := range list {
		var err error
		if out[i], err = stix.Build(m); err != nil {
			return nil, fmt.Errorf("make the definition of an extension: %w", err)
		}
	}
	return out, nil
}

// IsDefinition reports whether an object is one of [Definitions]: it travels
// with others and tells nothing of anyone.
func IsDefinition(id stix.ID) bool {
	if id == Publisher {
		return true
	}
	for i := range Extensions {
		if Extensions[i].ID() == id {
			return true
		}
	}
	return false
}
