// Package graphfile writes networks as files for other programs: GraphML and
// GEXF 1.3 (Gephi, networkx, igraph, visone) and CSV tables. The same network
// always gives the same bytes.
package graphfile

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"entente"
)

// Type is the type of a column.
type Type string

// The types, and the Go type of their values.
const (
	Text   Type = "text"   // string
	Number Type = "number" // float64, finite
	Whole  Type = "whole"  // int
	Flag   Type = "flag"   // bool
)

// Column names a further attribute of nodes or edges. Names differ from each
// other and from the attributes that every file has (id, label, group, x, y;
// source, target, weight, lo, hi, count), in upper and lower case.
type Column struct {
	Name string
	Type Type
}

// Node is one actor or concept.
type Node struct {
	ID    string // not empty, unique
	Label string
	Group string // empty when there is none
	// X and Y in [0, 1], y downward, as on a page; NaN when not placed. Files
	// have thousandths, y upward, as Gephi shows them.
	X, Y float64
	// Values has one entry per node column of the graph; nil is a missing value.
	Values []any
}

// Edge joins two nodes by their position in the list.
type Edge struct {
	Source, Target int
	Weight         float64
	Lo, Hi         float64 // ends of the interval, NaN when there is none
	Count          int     // what the weight was counted from; below 0 when not known
	// Values has one entry per edge column of the graph; nil is a missing value.
	Values []any
}

// Graph is a network to be written.
type Graph struct {
	Name        string // one line
	Description string // what it is, from which data, with which settings
	Directed    bool
	NodeColumns []Column
	EdgeColumns []Column
	Nodes       []Node
	Edges       []Edge
}

func bad(hint, format string, args ...any) error {
	return &entente.Error{Kind: entente.Invalid, Op: "write network", Msg: fmt.Sprintf(format, args...), Hint: hint}
}

// reserved are the attributes that every file has.
var reserved = map[string][]string{
	"node": {"id", "label", "group", "x", "y"},
	"edge": {"id", "label", "source", "target", "weight", "lo", "hi", "count"},
}

// Check reports the first thing that cannot be written.
func (g *Graph) Check() error {
	if err := checkColumns("node", g.NodeColumns); err != nil {
		return err
	}
	if err := checkColumns("edge", g.EdgeColumns); err != nil {
		return err
	}
	if err := text("the name", g.Name); err != nil {
		return err
	}
	if err := text("the description", g.Description); err != nil {
		return err
	}
	seen := make(map[string]bool, len(g.Nodes))
	for i, n := range g.Nodes {
		where := fmt.Sprintf("node %d (%s)", i, n.ID)
		if n.ID == "" || seen[n.ID] {
			return bad("give each node an id of its own", "%s has an id that is empty or used before", where)
		}
		seen[n.ID] = true
		for _, s := range []string{n.ID, n.Label, n.Group} {
			if err := text(where, s); err != nil {
				return err
			}
		}
		if math.IsInf(n.X, 0) || math.IsInf(n.Y, 0) || math.IsNaN(n.X) != math.IsNaN(n.Y) {
			return bad("give both coordinates or none (NaN)", "%s lies at %v, %v", where, n.X, n.Y)
		}
		if err := checkValues(where, g.NodeColumns, n.Values); err != nil {
			return err
		}
	}
	for i, e := range g.Edges {
		where := fmt.Sprintf("edge %d", i)
		switch {
		case e.Source < 0 || e.Source >= len(g.Nodes) || e.Target < 0 || e.Target >= len(g.Nodes):
			return bad("number the nodes from 0", "%s joins %d and %d of %d nodes", where, e.Source, e.Target, len(g.Nodes))
		case math.IsNaN(e.Weight) || math.IsInf(e.Weight, 0):
			return bad("leave out edges without weight", "%s has the weight %v", where, e.Weight)
		case math.IsInf(e.Lo, 0) || math.IsInf(e.Hi, 0):
			return bad("write NaN where there is no interval", "%s has the interval %v to %v", where, e.Lo, e.Hi)
		}
		if err := checkValues(where, g.EdgeColumns, e.Values); err != nil {
			return err
		}
	}
	return nil
}

func checkColumns(class string, columns []Column) error {
	used := map[string]bool{}
	for _, name := range reserved[class] {
		used[name] = true
	}
	for _, c := range columns {
		key := strings.ToLower(c.Name)
		if c.Name == "" || used[key] {
			return bad("choose another name", "the %s column %q is empty, reserved or used before", class, c.Name)
		}
		used[key] = true
		if err := text("the name of a column", c.Name); err != nil {
			return err
		}
		if c.Type != Text && c.Type != Number && c.Type != Whole && c.Type != Flag {
			return bad("write text, number, whole or flag", "the column %q has the type %q", c.Name, c.Type)
		}
	}
	return nil
}

func checkValues(where string, columns []Column, values []any) error {
	if len(values) != len(columns) {
		return bad("give one value per column, nil where there is none", "%s has %d values for %d columns", where, len(values), len(columns))
	}
	for i, v := range values {
		ok := v == nil
		switch x := v.(type) {
		case string:
			ok = columns[i].Type == Text
			if err := text(where, x); err != nil {
				return err
			}
		case float64:
			ok = columns[i].Type == Number && !math.IsNaN(x) && !math.IsInf(x, 0)
		case int:
			ok = columns[i].Type == Whole
		case bool:
			ok = columns[i].Type == Flag
		}
		if !ok {
			return bad("give a value of the column's type, or nil", "%s has the value %v in the column %q (%s)", where, v, columns[i].Name, columns[i].Type)
		}
	}
	return nil
}

// text refuses what an XML file cannot hold.
func text(where, s string) error {
	for i, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") ||
			r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return bad("remove the character", "%s holds a character at byte %d of %q that a file cannot carry", where, i, s)
		}
	}
	return nil
}

// plain writes a value as text; missing values are not written at all.
func plain(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case float64:
		return number(x)
	case int:
		return strconv.Itoa(x)
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}

func number(v float64) string { return strconv.FormatFloat(v+0, 'g', -1, 64) }

// page turns a coordinate of a page into one of Gephi.
func page(x, y float64) (string, string) { return number(1000 * x), number(1000 * (1 - y)) }

func (n Node) placed() bool { return !math.IsNaN(n.X) }

// has reports which of the optional attributes occur.
type has struct{ group, place, interval, count bool }

func (g *Graph) has() (h has) {
	for _, n := range g.Nodes {
		h.group = h.group || n.Group != ""
		h.place = h.place || n.placed()
	}
	for _, e := range g.Edges {
		h.interval = h.interval || !math.IsNaN(e.Lo) || !math.IsNaN(e.Hi)
		h.count = h.count || e.Count >= 0
	}
	return h
}
