package chart

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s differs (-want +got); if the change is meant, run with -update:\n%s", path, d)
	}
}

// node is an element of a parsed figure.
type node struct {
	Name     string
	Attr     map[string]string
	Text     string
	Children []*node
}

// parse reads a figure as XML, so that every test also checks well-formedness.
func parse(t testing.TB, s SVG) *node {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(s)))
	root := &node{}
	stack := []*node{root}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		top := stack[len(stack)-1]
		switch e := tok.(type) {
		case xml.StartElement:
			n := &node{Name: e.Name.Local, Attr: map[string]string{}}
			for _, a := range e.Attr {
				n.Attr[a.Name.Local] = a.Value
			}
			top.Children = append(top.Children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.Text += string(e)
		}
	}
	if len(root.Children) != 1 || root.Children[0].Name != "svg" {
		t.Fatalf("want one svg element, got %d", len(root.Children))
	}
	return root.Children[0]
}

// all returns the descendants that have the CSS class.
func (n *node) all(class string) []*node {
	var out []*node
	for _, c := range n.Children {
		if strings.Contains(" "+c.Attr["class"]+" ", " "+class+" ") {
			out = append(out, c)
		}
		out = append(out, c.all(class)...)
	}
	return out
}

// child returns the first child with the element name, or an empty node.
func (n *node) child(name string) *node {
	for _, c := range n.Children {
		if c.Name == name {
			return c
		}
	}
	return &node{}
}

// plain checks the rules of every figure in a page under a strict Content-Security-Policy.
func plain(t testing.TB, s SVG) {
	t.Helper()
	for _, bad := range []string{" style=", "<style", "<script", " onclick", "javascript:"} {
		if strings.Contains(string(s), bad) {
			t.Errorf("figure holds %q", bad)
		}
	}
}
