package graphfile

import (
	"bufio"
	"encoding/xml"
	"io"
	"math"
	"strconv"
	"strings"
)

// writer writes XML line by line; the first error stays in the buffer.
type writer struct{ *bufio.Writer }

// line writes an indented line; every second of the parts is escaped, so that
// the call reads like the line it makes.
func (w writer) line(depth int, parts ...string) {
	w.WriteString(strings.Repeat("  ", depth))
	for i, p := range parts {
		if i%2 == 1 {
			p = escape(p)
		}
		w.WriteString(p)
	}
	w.WriteByte('\n')
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder never fails
	return b.String()
}

// GraphML writes the network as GraphML 1.0 with typed attributes
// (http://graphml.graphdrawing.org). Attributes that no node or edge has are
// left out, as are missing values.
func GraphML(to io.Writer, g *Graph) error {
	if err := g.Check(); err != nil {
		return err
	}
	w, h := writer{bufio.NewWriter(to)}, g.has()
	types := map[Type]string{Text: "string", Number: "double", Whole: "long", Flag: "boolean"}
	w.line(0, `<?xml version="1.0" encoding="UTF-8"?>`)
	w.line(0, `<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">`)
	if s := described(g); s != "" {
		w.line(1, `<desc>`, s, `</desc>`)
	}
	key := func(yes bool, id, class, name, kind string) {
		if yes {
			w.line(1, `<key id="`, id, `" for="`, class, `" attr.name="`, name, `" attr.type="`, kind, `"/>`)
		}
	}
	key(true, "label", "node", "label", "string")
	key(h.group, "group", "node", "group", "string")
	key(h.place, "x", "node", "x", "double")
	key(h.place, "y", "node", "y", "double")
	for i, c := range g.NodeColumns {
		key(true, "n"+strconv.Itoa(i), "node", c.Name, types[c.Type])
	}
	key(true, "weight", "edge", "weight", "double")
	key(h.interval, "lo", "edge", "lo", "double")
	key(h.interval, "hi", "edge", "hi", "double")
	key(h.count, "count", "edge", "count", "long")
	for i, c := range g.EdgeColumns {
		key(true, "e"+strconv.Itoa(i), "edge", c.Name, types[c.Type])
	}
	w.line(1, `<graph id="G" edgedefault="`, map[bool]string{true: "directed", false: "undirected"}[g.Directed], `">`)
	data := func(yes bool, id, value string) {
		if yes {
			w.line(3, `<data key="`, id, `">`, value, `</data>`)
		}
	}
	for _, n := range g.Nodes {
		w.line(2, `<node id="`, n.ID, `">`)
		data(true, "label", n.Label)
		data(n.Group != "", "group", n.Group)
		if n.placed() {
			x, y := page(n.X, n.Y)
			data(true, "x", x)
			data(true, "y", y)
		}
		for i, v := range n.Values {
			data(v != nil, "n"+strconv.Itoa(i), plain(v))
		}
		w.line(2, `</node>`)
	}
	for k, e := range g.Edges {
		w.line(2, `<edge id="`, "edge"+strconv.Itoa(k), `" source="`, g.Nodes[e.Source].ID, `" target="`, g.Nodes[e.Target].ID, `">`)
		data(true, "weight", number(e.Weight))
		data(!math.IsNaN(e.Lo), "lo", number(e.Lo))
		data(!math.IsNaN(e.Hi), "hi", number(e.Hi))
		data(e.Count >= 0, "count", strconv.Itoa(e.Count))
		for i, v := range e.Values {
			data(v != nil, "e"+strconv.Itoa(i), plain(v))
		}
		w.line(2, `</edge>`)
	}
	w.line(1, `</graph>`)
	w.line(0, `</graphml>`)
	return w.Flush()
}

func described(g *Graph) string {
	return strings.TrimSpace(g.Name + "\n" + g.Description)
}

// GEXF writes the network as GEXF 1.3 (https://gexf.net), which Gephi 0.9.3 and
// later open. Weights below zero are written as they are; Gephi draws them but
// its layouts want weights above zero.
func GEXF(to io.Writer, g *Graph) error {
	if err := g.Check(); err != nil {
		return err
	}
	w, h := writer{bufio.NewWriter(to)}, g.has()
	types := map[Type]string{Text: "string", Number: "double", Whole: "long", Flag: "boolean"}
	w.line(0, `<?xml version="1.0" encoding="UTF-8"?>`)
	w.line(0, `<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">`)
	w.line(1, `<meta>`)
	w.line(2, `<creator>Entente</creator>`)
	if s := described(g); s != "" {
		w.line(2, `<description>`, s, `</description>`)
	}
	w.line(1, `</meta>`)
	w.line(1, `<graph mode="static" defaultedgetype="`, map[bool]string{true: "directed", false: "undirected"}[g.Directed], `">`)
	attribute := func(yes bool, id, name, kind string) {
		if yes {
			w.line(3, `<attribute id="`, id, `" title="`, name, `" type="`, kind, `"/>`)
		}
	}
	if h.group || len(g.NodeColumns) > 0 {
		w.line(2, `<attributes class="node">`)
		attribute(h.group, "group", "group", "string")
		for i, c := range g.NodeColumns {
			attribute(true, "n"+strconv.Itoa(i), c.Name, types[c.Type])
		}
		w.line(2, `</attributes>`)
	}
	if h.interval || h.count || len(g.EdgeColumns) > 0 {
		w.line(2, `<attributes class="edge">`)
		attribute(h.interval, "lo", "lo", "double")
		attribute(h.interval, "hi", "hi", "double")
		attribute(h.count, "count", "count", "long")
		for i, c := range g.EdgeColumns {
			attribute(true, "e"+strconv.Itoa(i), c.Name, types[c.Type])
		}
		w.line(2, `</attributes>`)
	}
	w.line(2, `<nodes>`)
	for _, n := range g.Nodes {
		var a attvalues
		a.add(n.Group != "", "group", n.Group)
		for i, v := range n.Values {
			a.add(v != nil, "n"+strconv.Itoa(i), plain(v))
		}
		w.line(3, `<node id="`, n.ID, `" label="`, n.Label, `">`)
		a.write(w)
		if n.placed() {
			x, y := page(n.X, n.Y)
			w.line(4, `<viz:position x="`, x, `" y="`, y, `" z="0"/>`)
		}
		w.line(3, `</node>`)
	}
	w.line(2, `</nodes>`)
	w.line(2, `<edges>`)
	for k, e := range g.Edges {
		var a attvalues
		a.add(!math.IsNaN(e.Lo), "lo", number(e.Lo))
		a.add(!math.IsNaN(e.Hi), "hi", number(e.Hi))
		a.add(e.Count >= 0, "count", strconv.Itoa(e.Count))
		for i, v := range e.Values {
			a.add(v != nil, "e"+strconv.Itoa(i), plain(v))
		}
		w.line(3, `<edge id="`, strconv.Itoa(k), `" source="`, g.Nodes[e.Source].ID, `" target="`, g.Nodes[e.Target].ID, `" weight="`, number(e.Weight), `">`)
		a.write(w)
		w.line(3, `</edge>`)
	}
	w.line(2, `</edges>`)
	w.line(1, `</graph>`)
	w.line(0, `</gexf>`)
	return w.Flush()
}

// attvalues are the values of one node or edge in GEXF; an empty list is not
// written, because the schema does not allow it.
type attvalues [][2]string

func (a *attvalues) add(yes bool, id, value string) {
	if yes {
		*a = append(*a, [2]string{id, value})
	}
}

func (a attvalues) write(w writer) {
	if len(a) == 0 {
		return
	}
	w.line(4, `<attvalues>`)
	for _, v := range a {
		w.line(5, `<attvalue for="`, v[0], `" value="`, v[1], `"/>`)
	}
	w.line(4, `</attvalues>`)
}
