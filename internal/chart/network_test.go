package chart

import (
	"strings"
	"testing"
)

func smallNetwork() ([]NetNode, []NetEdge) {
	nodes := []NetNode{
		{ID: "est", Code: "EST", Title: "Estonia: 2 edges", Href: "/actors/est", X: 0, Y: 0.4, Group: "A"},
		{ID: "jpn", Code: "JPN", Title: "Japan: 1 edge", Href: "/actors/jpn", X: 1, Y: 0.4, Group: "B"},
		{ID: "a<b", Code: "A-VERY-LONG-CODE", Title: `"quoted" & <marked>`, X: 0.5, Y: 0.6},
		{ID: "law-ihl", Code: "law-ihl", Title: "a proposition", X: 0.5, Y: 0.5, Square: true},
	}
	edges := []NetEdge{
		{A: 0, B: 1, Width: 1, Title: "Estonia – Japan: 3", Href: "/network/edge/est/jpn"},
		{A: 0, B: 2, Width: 0.2, Negative: true, Title: "below zero"},
		{A: 1, B: 3, Width: 2, Thin: true, Title: "thin"},
	}
	return nodes, edges
}

func TestNetworkDrawing(t *testing.T) {
	nodes, edges := smallNetwork()
	svg, err := Network(nodes, edges, NetOptions{ID: "net", Title: "Title", Desc: "Words"})
	if err != nil {
		t.Fatal(err)
	}
	plain(t, svg)
	root := parse(t, svg)
	if root.Attr["role"] != "graphics-document" {
		t.Errorf("role %q: links must not be hidden", root.Attr["role"])
	}
	if got := len(root.all("net-node")); got != 4 {
		t.Errorf("%d dots, want 4", got)
	}
	lines := root.all("net-edge")
	if len(lines) != 3 || lines[0].Attr["href"] != "/network/edge/est/jpn" || lines[0].Attr["tabindex"] != "-1" || lines[1].Name != "g" {
		t.Errorf("edges: %+v", lines)
	}
	if w := lines[2].child("line").Attr["stroke-width"]; w != "5.6" {
		t.Errorf("a width above 1 is drawn %s wide", w)
	}
	for i, class := range []string{"net-edge", "net-edge is-negative", "net-edge is-thin"} {
		if lines[i].Attr["class"] != class {
			t.Errorf("edge %d has the class %q, want %q", i, lines[i].Attr["class"], class)
		}
	}
	// Nothing by colour alone: the camp is a letter at the dot.
	letters := root.all("net-group")
	if len(letters) != 2 || letters[0].Text != "A" || letters[1].Text != "B" {
		t.Errorf("letters of the camps: %+v", letters)
	}
	if codes := root.all("net-code"); codes[2].Text != "A-VERY-…" {
		t.Errorf("long code: %q", codes[2].Text)
	}
	again, err := Network(nodes, edges, NetOptions{ID: "net", Title: "Title", Desc: "Words"})
	if err != nil || again != svg {
		t.Error("the same network gives other bytes")
	}
	alone, err := Network(nodes, edges, NetOptions{ID: "net", Title: "Title", Desc: "Words", StandAlone: true})
	if err != nil || !strings.Contains(alone.String(), `fill="#174a7c"`) || !strings.Contains(alone.String(), `stroke-dasharray="6 4"`) {
		t.Errorf("stand-alone: %v", err)
	}
}

func TestNetworkFaults(t *testing.T) {
	nodes, edges := smallNetwork()
	off := append([]NetNode(nil), nodes...)
	off[0].X = 1.5
	for name, f := range map[string]func() (SVG, error){
		"no nodes":            func() (SVG, error) { return Network(nil, nil, NetOptions{ID: "n", Title: "t"}) },
		"a node off the page": func() (SVG, error) { return Network(off, edges, NetOptions{ID: "n", Title: "t"}) },
		"an edge to nowhere": func() (SVG, error) {
			return Network(nodes, []NetEdge{{A: 0, B: 9}}, NetOptions{ID: "n", Title: "t"})
		},
		"no title": func() (SVG, error) { return Network(nodes, edges, NetOptions{ID: "n"}) },
		"no id":    func() (SVG, error) { return Network(nodes, edges, NetOptions{Title: "t"}) },
	} {
		if _, err := f(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestNetworkDotsFit: at the gap that NetworkGap asks of a layout no two dots
// overlap.
func TestNetworkDotsFit(t *testing.T) {
	for _, n := range []int{1, 60, 61, 120, 193, 250, 400} {
		if apart, wide := NetworkGap(n)*(netW-2*netMargin), 2*netRadius(n); apart < wide {
			t.Errorf("%d nodes: %v apart, %v wide", n, apart, wide)
		}
	}
}
