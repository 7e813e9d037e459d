package graphfile

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
)

// EdgeCSV writes one edge a line: source, target, weight, lo, hi, count and the
// edge columns; missing values are empty. Gephi reads it as an edge table.
func EdgeCSV(to io.Writer, g *Graph) error {
	if err := g.Check(); err != nil {
		return err
	}
	w := csv.NewWriter(to)
	head := []string{"source", "target", "weight", "lo", "hi", "count"}
	for _, c := range g.EdgeColumns {
		head = append(head, c.Name)
	}
	rows := [][]string{head}
	for _, e := range g.Edges {
		count := ""
		if e.Count >= 0 {
			count = strconv.Itoa(e.Count)
		}
		row := []string{g.Nodes[e.Source].ID, g.Nodes[e.Target].ID, number(e.Weight), orEmpty(e.Lo), orEmpty(e.Hi), count}
		rows = append(rows, with(row, e.Values))
	}
	return w.WriteAll(rows)
}

// NodeCSV writes one node a line: id, label, group, x, y (in [0, 1], y
// downward) and the node columns.
func NodeCSV(to io.Writer, g *Graph) error {
	if err := g.Check(); err != nil {
		return err
	}
	w := csv.NewWriter(to)
	head := []string{"id", "label", "group", "x", "y"}
	for _, c := range g.NodeColumns {
		head = append(head, c.Name)
	}
	rows := [][]string{head}
	for _, n := range g.Nodes {
		rows = append(rows, with([]string{n.ID, n.Label, n.Group, orEmpty(n.X), orEmpty(n.Y)}, n.Values))
	}
	return w.WriteAll(rows)
}

// MatrixCSV writes a table of weights, row by row, with labels; NaN is empty.
func MatrixCSV(to io.Writer, rows, cols []string, weight []float64) error {
	if len(weight) != len(rows)*len(cols) {
		return bad("give one weight per row and column", "%d weights for %d rows and %d columns", len(weight), len(rows), len(cols))
	}
	w := csv.NewWriter(to)
	line := append([]string{""}, cols...)
	if err := w.Write(line); err != nil {
		return err
	}
	for i, name := range rows {
		line[0] = name
		for j := range cols {
			line[j+1] = orEmpty(weight[i*len(cols)+j])
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func with(row []string, values []any) []string {
	for _, v := range values {
		row = append(row, plain(v))
	}
	return row
}

func orEmpty(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return number(v)
}
