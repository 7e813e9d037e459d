package graphfile

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/internal/testskip"
)

// sample has every kind of attribute, missing values, and text that must be
// escaped. It is synthetic.
func sample() *Graph {
	none := math.NaN()
	return &Graph{
		Name: "Congruence <test>", Description: `synthetic & small, "quoted"`,
		NodeColumns: []Column{{"region", Text}, {"statements", Whole}, {"between", Number}, {"member", Flag}},
		EdgeColumns: []Column{{"latest date", Text}, {"shared", Whole}, {"signed", Flag}, {"share", Number}},
		Nodes: []Node{
			{ID: "a", Label: "Côte d'Ivoire <A&B>", Group: "West & \"East\"", X: 0.25, Y: 0, Values: []any{"Africa", 12, 0.125, true}},
			{ID: "b;1", Label: "日本", X: 1, Y: 1, Values: []any{nil, nil, nil, nil}},
			{ID: "c", Label: "two\nlines", Group: "West & \"East\"", X: none, Y: none, Values: []any{"", -3, 1e-9, false}},
		},
		Edges: []Edge{
			{Source: 0, Target: 1, Weight: 0.5, Lo: 0.25, Hi: 0.75, Count: 7, Values: []any{"2021-02-19", 3, true, 1.0 / 3}},
			{Source: 1, Target: 2, Weight: -2, Lo: none, Hi: none, Count: -1, Values: []any{nil, nil, nil, nil}},
		},
	}
}

func write(t *testing.T, f func(io.Writer, *Graph) error, g *Graph) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tree is any XML element.
type tree struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []tree     `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (e tree) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e tree) all(name string) (list []tree) {
	for _, c := range e.Children {
		if c.XMLName.Local == name {
			list = append(list, c)
		}
	}
	return list
}

func (e tree) one(t *testing.T, name string) tree {
	t.Helper()
	list := e.all(name)
	if len(list) != 1 {
		t.Fatalf("%d elements <%s> in <%s>, want one", len(list), name, e.XMLName.Local)
	}
	return list[0]
}

func parse(t *testing.T, b []byte, space string) tree {
	t.Helper()
	var root tree
	if err := xml.Unmarshal(b, &root); err != nil {
		t.Fatal(err)
	}
	if root.XMLName.Space != space {
		t.Errorf("name space %q, want %q", root.XMLName.Space, space)
	}
	return root
}

// facts are what every reader must get back: per node and edge the attributes
// by name, as text.
type facts struct{ Nodes, Edges []map[string]string }

var wanted = facts{
	Nodes: []map[string]string{
		{"id": "a", "label": "Côte d'Ivoire <A&B>", "group": `West & "East"`, "x": "250", "y": "1000", "region": "Africa", "statements": "12", "between": "0.125", "member": "true"},
		{"id": "b;1", "label": "日本", "x": "1000", "y": "0"},
		{"id": "c", "label": "two\nlines", "group": `West & "East"`, "region": "", "statements": "-3", "between": "1e-09", "member": "false"},
	},
	Edges: []map[string]string{
		{"source": "a", "target": "b;1", "weight": "0.5", "lo": "0.25", "hi": "0.75", "count": "7", "latest date": "2021-02-19", "shared": "3", "signed": "true", "share": "0.3333333333333333"},
		{"source": "b;1", "target": "c", "weight": "-2"},
	},
}

// TestGraphMLReadBack reads the file without the package and checks the rules of
// the schema: order of desc, key, graph; unique key ids; data only for declared
// keys of the right class and type; ends of edges are nodes.
func TestGraphMLReadBack(t *testing.T) {
	root := parse(t, write(t, GraphML, sample()), "http://graphml.graphdrawing.org/xmlns")
	var order []string
	for _, c := range root.Children {
		if n := c.XMLName.Local; len(order) == 0 || order[len(order)-1] != n {
			order = append(order, n)
		}
	}
	if diff := cmp.Diff([]string{"desc", "key", "graph"}, order); diff != "" {
		t.Error(diff)
	}
	type key struct{ class, name, kind string }
	keys := map[string]key{}
	for _, k := range root.all("key") {
		if _, twice := keys[k.attr("id")]; twice {
			t.Errorf("key %s twice", k.attr("id"))
		}
		keys[k.attr("id")] = key{k.attr("for"), k.attr("attr.name"), k.attr("attr.type")}
		if !slices.Contains([]string{"boolean", "int", "long", "float", "double", "string"}, k.attr("attr.type")) {
			t.Errorf("type %s", k.attr("attr.type"))
		}
	}
	graph := root.one(t, "graph")
	if graph.attr("edgedefault") != "undirected" {
		t.Errorf("edgedefault %q", graph.attr("edgedefault"))
	}
	var got facts
	ids := map[string]bool{}
	read := func(class string, e tree, m map[string]string) map[string]string {
		for _, d := range e.all("data") {
			k, ok := keys[d.attr("key")]
			if !ok || k.class != class {
				t.Errorf("<%s> has data for the key %q", class, d.attr("key"))
			}
			m[k.name] = d.Text
		}
		return m
	}
	for _, n := range graph.all("node") {
		ids[n.attr("id")] = true
		got.Nodes = append(got.Nodes, read("node", n, map[string]string{"id": n.attr("id")}))
	}
	for _, e := range graph.all("edge") {
		if !ids[e.attr("source")] || !ids[e.attr("target")] {
			t.Errorf("edge %s joins what is no node", e.attr("id"))
		}
		got.Edges = append(got.Edges, read("edge", e, map[string]string{"source": e.attr("source"), "target": e.attr("target")}))
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Error(diff)
	}
	for name, kind := range map[string]string{"label": "string", "x": "double", "weight": "double", "count": "long", "n1": "long", "n3": "boolean"} {
		if keys[name].kind != kind {
			t.Errorf("key %s is a %s, want %s", name, keys[name].kind, kind)
		}
	}
}

// TestGEXFReadBack does the same for GEXF 1.3: meta before graph, attributes
// before nodes before edges, attvalues only for declared attributes and never
// empty, positions in the viz name space.
func TestGEXFReadBack(t *testing.T) {
	root := parse(t, write(t, GEXF, sample()), "http://gexf.net/1.3")
	if root.attr("version") != "1.3" || root.Children[0].XMLName.Local != "meta" || root.Children[1].XMLName.Local != "graph" {
		t.Errorf("version %q, first %s", root.attr("version"), root.Children[0].XMLName.Local)
	}
	graph := root.one(t, "graph")
	if graph.attr("defaultedgetype") != "undirected" || graph.attr("mode") != "static" {
		t.Errorf("graph %+v", graph.Attrs)
	}
	var order []string
	names := map[string]string{} // class and id -> title
	for _, c := range graph.Children {
		order = append(order, c.XMLName.Local+c.attr("class"))
		for _, a := range c.all("attribute") {
			names[c.attr("class")+a.attr("id")] = a.attr("title")
			if !slices.Contains([]string{"string", "double", "long", "boolean"}, a.attr("type")) {
				t.Errorf("type %s", a.attr("type"))
			}
		}
	}
	if diff := cmp.Diff([]string{"attributesnode", "attributesedge", "nodes", "edges"}, order); diff != "" {
		t.Error(diff)
	}
	var got facts
	read := func(class string, e tree, m map[string]string) map[string]string {
		for _, list := range e.all("attvalues") {
			if len(list.Children) == 0 {
				t.Errorf("an empty list of values in <%s>", class)
			}
			for _, v := range list.all("attvalue") {
				title, ok := names[class+v.attr("for")]
				if !ok {
					t.Errorf("<%s> has a value for the attribute %q", class, v.attr("for"))
				}
				m[title] = v.attr("value")
			}
		}
		for _, p := range e.all("position") {
			if p.XMLName.Space != "http://gexf.net/1.3/viz" {
				t.Errorf("position in the name space %s", p.XMLName.Space)
			}
			m["x"], m["y"] = p.attr("x"), p.attr("y")
		}
		return m
	}
	for _, n := range graph.one(t, "nodes").all("node") {
		got.Nodes = append(got.Nodes, read("node", n, map[string]string{"id": n.attr("id"), "label": n.attr("label")}))
	}
	for _, e := range graph.one(t, "edges").all("edge") {
		got.Edges = append(got.Edges, read("edge", e, map[string]string{"source": e.attr("source"), "target": e.attr("target"), "weight": e.attr("weight")}))
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Error(diff)
	}
}

// TestNetworkxReadsBoth lets another program read the files.
func TestNetworkxReadsBoth(t *testing.T) {
	python := testskip.Need(t, "python3", "apt-get install python3")
	if err := exec.Command(python, "-c", "import networkx").Run(); err != nil {
		testskip.Missing(t, "networkx", "apt-get install python3-networkx")
	}
	const script = `
import json, sys, networkx as nx
g = nx.read_graphml(sys.argv[1]) if sys.argv[1].endswith("graphml") else nx.read_gexf(sys.argv[1], version="1.3")
print(json.dumps({"directed": g.is_directed(), "nodes": list(g.nodes(data=True)), "edges": list(g.edges(data=True))}))`
	for name, f := range map[string]func(io.Writer, *Graph) error{"g.graphml": GraphML, "g.gexf": GEXF} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, write(t, f, sample()), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(python, "-c", script, file).Output()
		if err != nil {
			var e *exec.ExitError
			if errors.As(err, &e) && strings.Contains(string(e.Stderr), "Unknown GEXF version") {
				testskip.Missing(t, "networkx with GEXF 1.3", "a newer python3-networkx")
			}
			t.Fatal(name, err)
		}
		var got struct {
			Directed bool
			Nodes    [][2]any
			Edges    [][3]any
		}
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		if got.Directed || len(got.Nodes) != 3 || len(got.Edges) != 2 {
			t.Fatalf("%s: %s", name, out)
		}
		a := got.Nodes[0][1].(map[string]any)
		for k, want := range map[string]any{"label": "Côte d'Ivoire <A&B>", "group": `West & "East"`, "region": "Africa", "statements": 12.0, "between": 0.125, "member": true} {
			if a[k] != want {
				t.Errorf("%s: %s of the first node is %v, want %v", name, k, a[k], want)
			}
		}
		e := got.Edges[0][2].(map[string]any)
		for k, want := range map[string]any{"weight": 0.5, "lo": 0.25, "hi": 0.75, "count": 7.0, "latest date": "2021-02-19", "shared": 3.0, "signed": true, "share": 1.0 / 3} {
			if e[k] != want {
				t.Errorf("%s: %s of the first edge is %v, want %v", name, k, e[k], want)
			}
		}
		if w := got.Edges[1][2].(map[string]any)["weight"]; w != -2.0 {
			t.Errorf("%s: weight of the second edge is %v", name, w)
		}
	}
}

// TestD13AnyVariableCanBeANode: a network of authors and sections of documents,
// which had no attributes of their own, is written like any other; so are an
// empty one and a directed one.
func TestD13AnyVariableCanBeANode(t *testing.T) {
	none := math.NaN()
	for name, g := range map[string]*Graph{
		"authors": {
			Nodes: []Node{{ID: "author", X: none, Y: none}, {ID: "section", X: none, Y: none}},
			Edges: []Edge{{Source: 0, Target: 1, Weight: 1, Lo: none, Hi: none, Count: -1}},
		},
		"empty":    {},
		"directed": {Directed: true},
	} {
		for kind, f := range map[string]func(io.Writer, *Graph) error{"graphml": GraphML, "gexf": GEXF} {
			b := write(t, f, g)
			var root tree
			if err := xml.Unmarshal(b, &root); err != nil {
				t.Errorf("%s %s: %v", name, kind, err)
			}
			if g.Directed && !bytes.Contains(b, []byte(`"directed"`)) {
				t.Errorf("%s %s is not directed", name, kind)
			}
			if !bytes.Equal(b, write(t, f, g)) { // D15: no random coordinates
				t.Errorf("%s %s: twice the same gives other bytes", name, kind)
			}
		}
	}
}

func TestCSV(t *testing.T) {
	edges := string(write(t, EdgeCSV, sample()))
	want := `source,target,weight,lo,hi,count,latest date,shared,signed,share
a,b;1,0.5,0.25,0.75,7,2021-02-19,3,true,0.3333333333333333
b;1,c,-2,,,,,,,
`
	if diff := cmp.Diff(want, edges); diff != "" {
		t.Error(diff)
	}
	nodes, err := csv.NewReader(bytes.NewReader(write(t, NodeCSV, sample()))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"c", "two\nlines", `West & "East"`, "", "", "", "-3", "1e-09", "false"}, nodes[3]); diff != "" {
		t.Error(diff)
	}
	var b bytes.Buffer
	if err := MatrixCSV(&b, []string{"a", "b, c"}, []string{"x", "y"}, []float64{1, math.NaN(), -0.5, 0}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(",x,y\na,1,\n\"b, c\",-0.5,0\n", b.String()); diff != "" {
		t.Error(diff)
	}
	if err := MatrixCSV(&b, []string{"a"}, []string{"x"}, nil); err == nil {
		t.Error("no weights: no error")
	}
}

func TestWhatCannotBeWritten(t *testing.T) {
	for _, c := range []struct {
		edit func(*Graph)
		want string
	}{
		{func(g *Graph) { g.Nodes[1].ID = "a" }, "used before"},
		{func(g *Graph) { g.Nodes[1].ID = "" }, "empty"},
		{func(g *Graph) { g.Nodes[0].Label = "bell \a" }, "byte 5"},
		{func(g *Graph) { g.Nodes[0].Group = "\xff" }, "byte 0"},
		{func(g *Graph) { g.Nodes[0].X = math.NaN() }, "both coordinates"},
		{func(g *Graph) { g.Nodes[0].Values[1] = "twelve" }, "statements"},
		{func(g *Graph) { g.Nodes[0].Values = nil }, "0 values for 4"},
		{func(g *Graph) { g.Edges[0].Target = 3 }, "0 and 3 of 3"},
		{func(g *Graph) { g.Edges[0].Weight = math.NaN() }, "weight NaN"},
		{func(g *Graph) { g.Edges[0].Hi = math.Inf(1) }, "interval"},
		{func(g *Graph) { g.NodeColumns[0].Name = "Label" }, "reserved"},
		{func(g *Graph) { g.EdgeColumns[0].Name = "SHARED" }, "used before"},
		{func(g *Graph) { g.EdgeColumns[0].Type = "date" }, "text, number, whole or flag"},
	} {
		g := sample()
		c.edit(g)
		for _, f := range []func(io.Writer, *Graph) error{GraphML, GEXF, EdgeCSV} {
			if err := f(io.Discard, g); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v does not say %q", err, c.want)
			}
		}
	}
}
