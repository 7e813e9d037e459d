package web

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// spec reads the OpenAPI document that the server gives.
func specOf(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(get(t, "/openapi.json").Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestOpenAPIDocument(t *testing.T) {
	doc := specOf(t)
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	for i := range registry {
		if len(registry[i].examples) == 0 {
			continue
		}
		for _, f := range registry[i].formats() {
			if op := operationOf(doc, &registry[i], f); op == nil {
				t.Errorf("%s.%s is not described", registry[i].pattern, f)
			}
		}
	}
}

func operationOf(doc *openapi3.T, p *page, format string) *openapi3.Operation {
	base := wildcard.ReplaceAllString(strings.TrimSuffix(p.pattern, "{$}"), "{$1}")
	if base == "/" {
		base = home
	}
	item := doc.Paths.Value(base + "." + format)
	if item == nil {
		return nil
	}
	return item.Get
}

// TestOpenAPIAnswers holds the answers of the server against the description:
// the JSON of every example against its schema, an error against the error's.
func TestOpenAPIAnswers(t *testing.T) {
	doc := specOf(t)
	for i := range registry {
		p := &registry[i]
		for _, path := range p.examples {
			op := operationOf(doc, p, formatJSON)
			if op == nil {
				t.Fatalf("%s is not described", path)
			}
			check(t, path, op.Responses.Value("200"), get(t, twinOf(path, formatJSON)).Body.Bytes())
		}
		if len(p.examples) > 0 {
			check(t, p.pattern+" with an error", operationOf(doc, p, formatJSON).Responses.Default(), get(t, twinOf(p.examples[0], formatJSON)+"?colour=red").Body.Bytes())
		}
	}
	for _, path := range []string{"/healthz", "/pages.json"} {
		check(t, path, doc.Paths.Value(path).Get.Responses.Value("200"), get(t, path).Body.Bytes())
	}
}

func check(t *testing.T, name string, r *openapi3.ResponseRef, body []byte) {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if err := r.Value.Content.Get("application/json").Schema.Value.VisitJSON(v); err != nil {
		t.Errorf("%s: %.400v", name, err)
	}
}
