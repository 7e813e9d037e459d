package desk

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"entente/internal/datapackage"
	"entente/internal/store"
)

// Side is one field of a record in two versions.
type Side struct {
	Field   string // the column, or the key of the JSON
	Word    string
	Before  string
	After   string
	Changed bool
}

// maxShown bounds what is shown of one field, in characters.
const maxShown = 4000

// Cells reads the body of a version as fields. What is nested is shown as JSON.
func Cells(body json.RawMessage) map[string]string {
	var raw map[string]json.RawMessage
	out := map[string]string{}
	if json.Unmarshal(body, &raw) != nil {
		return out
	}
	for k, v := range raw {
		var s string
		if json.Unmarshal(v, &s) != nil {
			var b bytes.Buffer
			if json.Compact(&b, v) == nil {
				s = b.String()
			}
		}
		out[k] = s
	}
	return out
}

// Sides sets two versions of a record side by side, in the order of its table;
// only the fields that differ unless all are asked for.
func (c *Call) Sides(kind string, before, after map[string]string, all bool) []Side {
	var out []Side
	for _, name := range fieldOrder(kind, before, after) {
		s := Side{Field: name, Word: wordOr(c.T, "column", name), Before: clipped(before[name]), After: clipped(after[name]), Changed: before[name] != after[name]}
		if s.Changed || all && (before[name] != "" || after[name] != "") {
			out = append(out, s)
		}
	}
	return out
}

// fieldOrder lists the fields of a record: the columns of its table first.
func fieldOrder(kind string, cells ...map[string]string) []string {
	var out []string
	for _, c := range datapackage.Columns(kind) {
		out = append(out, c.Name)
	}
	rest := map[string]bool{}
	for _, m := range cells {
		for k := range m {
			if !slices.Contains(out, k) {
				rest[k] = true
			}
		}
	}
	return append(out, slices.Sorted(maps.Keys(rest))...)
}

func clipped(s string) string {
	if len(s) <= maxShown {
		return s
	}
	r := []rune(s)
	if len(r) <= maxShown {
		return s
	}
	return string(r[:maxShown]) + "…"
}

// ParseKey reads "kind:id".
func ParseKey(s string) store.Key {
	kind, id, _ := strings.Cut(s, ":")
	return store.Key{Kind: kind, ID: id}
}
