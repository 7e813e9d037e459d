package dna

import (
	"cmp"
	"context"
	"slices"
)

// Contents tells what a database holds, so that settings can be made for it.
type Contents struct {
	Documents     int     `json:"documents"`
	DocumentTypes []Count `json:"document_types"`
	Types         []Type  `json:"types"`
	// Coders are the names as they stand in the database: for the person who
	// imports, to give pseudonyms.
	Coders []string `json:"coders"`
}

// Type is a statement type.
type Type struct {
	Label      string     `json:"label"`
	Statements int        `json:"statements"`
	Variables  []Variable `json:"variables"`
}

// Variable is a variable of a statement type, with its most frequent values.
type Variable struct {
	Name   string  `json:"name"`
	Data   string  `json:"data"` // boolean, integer, short text or long text
	Values []Count `json:"values"`
}

// Count is a value and how often it stands.
type Count struct {
	Value string `json:"value"`
	N     int    `json:"n"`
}

// maxValues is the number of values of a variable that are listed.
const maxValues = 20

// Describe reads what a database holds.
func Describe(ctx context.Context, name string, data []byte) (*Contents, error) {
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	d, err := open(ctx, name, data)
	if err != nil {
		return nil, err
	}
	defer d.close()
	c, err := load(ctx, d)
	if err != nil {
		return nil, err
	}
	out := &Contents{Documents: len(c.documents)}
	types := map[string]int{}
	for i := range c.documents {
		types[c.documents[i].kind]++
	}
	out.DocumentTypes = counts(types)
	for _, n := range c.coders {
		out.Coders = append(out.Coders, n)
	}
	slices.Sort(out.Coders)
	for id, label := range c.kinds {
		t := Type{Label: label}
		values := map[string]map[string]int{}
		for i := range c.statements {
			if s := &c.statements[i]; s.kind == id {
				t.Statements++
				for n, v := range s.values {
					if values[n] == nil {
						values[n] = map[string]int{}
					}
					values[n][v]++
				}
			}
		}
		for _, v := range c.variables {
			if v.kind != id {
				continue
			}
			x := Variable{Name: v.name, Data: v.data}
			if v.data != "long text" {
				x.Values = counts(values[v.name])
			}
			t.Variables = append(t.Variables, x)
		}
		slices.SortFunc(t.Variables, func(a, b Variable) int { return cmp.Compare(a.Name, b.Name) })
		out.Types = append(out.Types, t)
	}
	slices.SortFunc(out.Types, func(a, b Type) int { return cmp.Compare(a.Label, b.Label) })
	return out, nil
}

// counts lists the most frequent values.
func counts(m map[string]int) []Count {
	var out []Count
	for v, n := range m {
		out = append(out, Count{v, n})
	}
	slices.SortFunc(out, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value)) })
	return out[:min(len(out), maxValues)]
}
