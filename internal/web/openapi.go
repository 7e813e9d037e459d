package web

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"entente"
)

// openAPI answers /openapi.json: the twins as an OpenAPI 3.1 document, made
// from the list of pages so that the two cannot part.
func (v *server) openAPI(w http.ResponseWriter, r *http.Request) {
	s, err := v.sites.now(r.Context())
	if err != nil {
		v.fail(w, r, err)
		return
	}
	v.json(w, r, s.spec())
}

type object = map[string]any

var wildcard = regexp.MustCompile(`\{(\w+)(\.\.\.)?\}`)

// pathWords explains the parts of a path.
var pathWords = map[string]string{
	"id": "the id of the record", "a": "the first actor: id, ISO code or name", "b": "the second actor",
	"actors": "actors by id, ISO code or name, parted by slashes",
}

func (s *site) spec() object {
	paths := object{}
	for i := range registry {
		p := &registry[i]
		if len(p.examples) == 0 {
			continue
		}
		base := wildcard.ReplaceAllString(strings.TrimSuffix(p.pattern, "{$}"), "{$1}")
		if base == "/" {
			base = home
		}
		for _, f := range slices.Concat(p.formats()) {
			paths[base+"."+f] = object{"get": s.operation(p, f)}
		}
	}
	paths["/healthz"] = object{"get": object{
		"operationId": "health", "summary": "Whether the server answers, and what it serves.",
		"responses": object{"200": response("The server answers.", "application/json", object{"$ref": "#/components/schemas/Health"}), "default": failure()},
	}}
	paths["/pages.json"] = object{"get": object{
		"operationId": "pages", "summary": "An example address of every page.",
		"responses": object{"200": response("Addresses.", "application/json", object{"type": "array", "items": object{"type": "string"}}), "default": failure()},
	}}
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Entente", "version": "1",
			"description": "Every page has its data at the same address: add .json, .csv, .xlsx, .csl.json or .bib to the path. The query obeys the filters of the page.",
			"license":     object{"name": s.corpus.Info.Licence, "identifier": s.corpus.Info.Licence},
		},
		"servers":    []object{{"url": "/"}},
		"paths":      paths,
		"components": object{"schemas": s.schemas()},
	}
}

func (s *site) operation(p *page, format string) object {
	var list []object
	for _, m := range wildcard.FindAllStringSubmatch(p.pattern, -1) {
		if m[1] == "" {
			continue
		}
		o := object{"name": m[1], "in": "path", "required": true, "schema": object{"type": "string"}, "description": pathWords[m[1]]}
		if m[2] != "" {
			o["allowReserved"] = true
		}
		list = append(list, o)
	}
	for _, q := range params {
		if !slices.Contains(p.params, q.name) && !slices.Contains(everywhere, q.name) {
			continue
		}
		schema := object{"type": "string"}
		if q.enum != nil {
			schema["enum"] = q.enum
		}
		if q.many {
			schema = object{"type": "array", "items": schema, "maxItems": maxValues}
		}
		o := object{"name": q.name, "in": "query", "schema": schema, "description": q.about, "example": q.sample}
		if q.many {
			o["style"], o["explode"], o["example"] = "form", true, []string{q.sample}
		}
		list = append(list, o)
	}
	media, _, _ := strings.Cut(mediaTypes[format], ";")
	body := object{"type": "string"}
	switch format {
	case formatJSON:
		body = object{"$ref": "#/components/schemas/" + schemaName(p.schema)}
	case formatCSL:
		body = object{"type": "array", "items": object{"type": "object", "required": []string{"id", "type"}}}
	case formatDOCX, formatXLSX:
		body = object{"type": "string", "format": "binary"}
	}
	o := object{
		"operationId": p.name + "-" + strings.ReplaceAll(format, ".", "-"), "summary": p.about,
		"responses": object{"200": response(p.about, media, body), "302": object{"description": "The canonical address, when a name or another spelling was given."}, "default": failure()},
	}
	if len(list) > 0 {
		o["parameters"] = list
	}
	return o
}

func response(about, media string, schema object) object {
	return object{"description": about, "content": object{media: object{"schema": schema}}}
}

func failure() object {
	return response("An error: what is wrong, where, and what to do.", "application/json", object{"$ref": "#/components/schemas/Failure"})
}

// schemaName turns "entente.compare/1" into "compare".
func schemaName(schema string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(schema, "entente."), "/")
	return name
}

// schemas describe the JSON of the pages: what every one of them has, and in
// full the comparison, on which programs build.
func (s *site) schemas() object {
	out := object{
		"Health": shape(object{"status": str(), "program": str(), "corpus": str(), "corpus_version": str(), "islands": str()}),
		"Failure": shape(object{"schema": str(), "status": object{"type": "integer"}, "kind": str(), "error": str()},
			object{"place": str(), "hint": str()}),
		"Corpus":   shape(object{"name": str(), "title": str(), "version": str(), "released": str(), "licence": str()}),
		"Actor":    shape(object{"id": str(), "name": str(), "kind": words(entente.ActorKinds)}, object{"iso3": str()}),
		"Stance":   object{"type": []string{"string", "null"}, "enum": append(anyWords(entente.Stances), nil)},
		"Silence":  object{"type": []string{"string", "null"}, "enum": append(anyWords(entente.Silences), nil)},
		"Evidence": shape(object{"id": str(), "kind": enum("statement", "act", "vote"), "actor": str(), "date": str(), "source": str(), "pinpoint": str(), "verification": words(entente.Levels)}),
		"Position": shape(object{
			"stance": refTo("Stance"), "basis": enum("stated", "via-bloc", "implied", "none"), "silence": refTo("Silence"), "contested": boolean(),
			"evidence": listOf(refTo("Evidence")),
		}),
		"Row": shape(object{
			"id": str(), "pillar": words(entente.Pillars), "issue": str(), "statement": str(),
			"outcome":   enum("agree", "agree-in-part", "differ", "one-silent", "both-silent", "split", "partly-silent", "all-silent"),
			"positions": object{"type": "object", "additionalProperties": refTo("Position")},
		}),
		"compare": shape(object{
			"schema": str(), "corpus": refTo("Corpus"), "as_of": str(), "settings": object{"type": "object"}, "actors": listOf(refTo("Actor")),
			"propositions": listOf(refTo("Row")), "shared_acts": listOf(object{"type": "object"}), "asymmetries": listOf(object{"type": "object"}),
			"votes":   shape(object{"both_cast": object{"type": "integer"}, "agreed": object{"type": "integer"}, "rows": listOf(object{"type": "object"})}),
			"summary": object{"type": "object"}, "suggestions": listOf(shape(object{"rule": str(), "text": str(), "reasons": listOf(str()), "evidence": listOf(object{"type": "object"}), "weakest_assumption": str()})),
		}),
	}
	for i := range registry {
		name := schemaName(registry[i].schema)
		if out[name] == nil {
			out[name] = shape(object{"schema": object{"type": "string", "const": registry[i].schema}, "corpus": refTo("Corpus")})
		}
	}
	return out
}

// shape is an object whose properties are all required; those of more are not.
func shape(required object, more ...object) object {
	names := make([]string, 0, len(required))
	all := object{}
	for k, v := range required {
		names = append(names, k)
		all[k] = v
	}
	for _, m := range more {
		maps.Copy(all, m)
	}
	slices.Sort(names)
	return object{"type": "object", "properties": all, "required": names}
}

func str() object                 { return object{"type": "string"} }
func boolean() object             { return object{"type": "boolean"} }
func listOf(o object) object      { return object{"type": "array", "items": o} }
func refTo(name string) object    { return object{"$ref": "#/components/schemas/" + name} }
func enum(words ...string) object { return object{"type": "string", "enum": words} }

func words[S ~string](list []S) object { return object{"type": "string", "enum": wordsOf(list)} }

func anyWords[S ~string](list []S) []any {
	out := make([]any, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}
