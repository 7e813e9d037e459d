package view

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"entente/internal/graphfile"
)

// num writes a number as short as it can be read back.
func num(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

func numOr(f *float64) string {
	if f == nil {
		return ""
	}
	return num(*f)
}

func intOr(n *int) string {
	if n == nil {
		return ""
	}
	return itoa(*n)
}

// table is the list of edges; with a window, the edges of every window.
func (v *Network) table() Table {
	t := Table{Name: "network", Header: []string{"source", "target", "weight", "lo", "hi", "shared", "events", "concepts", "thin", "source_name", "target_name"}}
	name := map[string]string{}
	for _, n := range v.Nodes {
		name[n.ID] = n.Name
	}
	if len(v.Windows) > 0 {
		t = Table{Name: "network-windows", Header: []string{"from", "mid", "to", "window_events", "thin_window", "source", "target", "weight", "shared", "thin"}}
		for _, w := range v.Windows {
			for _, e := range w.Edges {
				t.Rows = append(t.Rows, []string{w.From, w.Mid, w.To, itoa(w.Events), yesNo(w.Thin), e.Source, e.Target, num(e.Weight), itoa(e.Shared), yesNo(e.Thin)})
			}
		}
		return t
	}
	for _, e := range v.Edges {
		t.Rows = append(t.Rows, []string{
			e.Source, e.Target, num(e.Weight), numOr(e.Lo), numOr(e.Hi), itoa(e.Shared), intOr(e.Events), intOr(e.Basis), yesNo(e.Thin), name[e.Source], name[e.Target],
		})
	}
	return t
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// Matrix is the network as a table of weights.
func (v *Network) Matrix() Table {
	t := Table{Name: "network-matrix", Header: append([]string{""}, v.matrix.cols...)}
	for i, r := range v.matrix.rows {
		row := []string{r}
		for j := range v.matrix.cols {
			row = append(row, num(v.matrix.weight[i*len(v.matrix.cols)+j]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// NetworkFiles lists the forms of a network for other programs.
var NetworkFiles = []string{"graphml", "gexf"}

// WriteFile writes the network in one of [NetworkFiles].
func (v *Network) WriteFile(w io.Writer, format, title string) error {
	if len(v.Windows) > 0 {
		return netFault("window", "a "+format+" file holds one network", "leave the window out and use from and to, or take csv or json")
	}
	g := v.Graph(title)
	if format == "gexf" {
		return graphfile.GEXF(w, g)
	}
	return graphfile.GraphML(w, g)
}

// Graph is the network with all that is known of its nodes and edges.
func (v *Network) Graph(title string) *graphfile.Graph {
	g := &graphfile.Graph{
		Name: title, Description: v.describe(),
		NodeColumns: []graphfile.Column{
			{Name: "kind", Type: graphfile.Text},
			{Name: "iso3", Type: graphfile.Text},
			{Name: "blocs", Type: graphfile.Text},
			{Name: "events", Type: graphfile.Number},
			{Name: "degree", Type: graphfile.Whole},
			{Name: "strength", Type: graphfile.Number},
			{Name: "betweenness", Type: graphfile.Number},
			{Name: "firm", Type: graphfile.Number},
			{Name: "brokered_between_camps", Type: graphfile.Number},
		},
		EdgeColumns: []graphfile.Column{
			{Name: "shared", Type: graphfile.Whole}, {Name: "concepts", Type: graphfile.Whole}, {Name: "thin", Type: graphfile.Flag},
		},
	}
	two := v.Size.Concepts > 0
	ids := map[string]bool{}
	for i, n := range v.Nodes {
		id := n.ID
		if ids[id] { // a concept of an event list may bear an actor's name
			id = fmt.Sprintf("%s (%s %d)", n.ID, n.Kind, i)
		}
		ids[id] = true
		node := graphfile.Node{ID: id, Label: n.Name, Group: n.Camp, X: math.NaN(), Y: math.NaN()}
		if n.X != nil {
			node.X, node.Y = *n.X, *n.Y
		}
		node.Values = []any{n.Kind, text(n.ISO3), text(strings.Join(n.Blocs, " ")), n.Events, n.Degree, n.Strength, number(n.Betweenness), number(n.Firm), nil}
		if n.Broker != nil {
			node.Values[8] = n.Broker.Between
		}
		g.Nodes = append(g.Nodes, node)
	}
	for _, e := range v.Edges {
		edge := graphfile.Edge{Source: e.a, Target: e.b, Weight: e.Weight, Lo: orNaN(e.Lo), Hi: orNaN(e.Hi), Count: -1, Values: []any{e.Shared, nil, e.Thin}}
		if two {
			edge.Values[0], edge.Values[2] = nil, nil
		}
		if e.Events != nil {
			edge.Count, edge.Values[1] = *e.Events, *e.Basis
		}
		g.Edges = append(g.Edges, edge)
	}
	return g
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func number(f *float64) any {
	if f == nil {
		return nil
	}
	return *f
}

func orNaN(f *float64) float64 {
	if f == nil {
		return math.NaN()
	}
	return *f
}

// describe tells in one line from what a network was made.
func (v *Network) describe() string {
	s := v.Settings
	parts := []string{"mode " + s.Mode, "kind " + s.Kind, "normalisation " + s.Norm, "duplicates " + s.Duplicates}
	if v.Corpus != nil {
		parts = append([]string{"corpus " + v.Corpus.Name + " " + v.Corpus.Version + ", as of " + v.AsOf}, parts...)
	}
	if s.From+s.To != "" {
		parts = append(parts, "dates "+s.From+" to "+s.To)
	}
	if s.Threshold > 0 {
		parts = append(parts, "weights from "+num(s.Threshold))
	}
	if s.MinShared > 0 {
		parts = append(parts, fmt.Sprintf("at least %d shared", s.MinShared))
	}
	if s.Compat != "" {
		parts = append(parts, "compatible with "+s.Compat)
	}
	if s.Draws > 0 {
		parts = append(parts, fmt.Sprintf("intervals: %g%%, %d draws of a %s each, seed %d", 100*s.Level, s.Draws, s.Unit, s.Seed))
	}
	return strings.Join(parts, "; ") + fmt.Sprintf("; %d of %d %s used", v.Counts.Used, v.Counts.Read, v.Data.From)
}
