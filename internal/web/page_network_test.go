package web

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"entente/internal/view"
)

func networkOf(t *testing.T, path string) *view.Network {
	t.Helper()
	var v view.Network
	w := get(t, twinOf(path, formatJSON))
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%s: %v: %s", path, err, w.Body)
	}
	return &v
}

// TestNetworkFigure holds the picture and its table against the JSON.
func TestNetworkFigure(t *testing.T) {
	const path = "/network?kind=subtract&norm=average&pillar=law&min_shared=3"
	v := networkOf(t, path)
	doc := parse(t, get(t, path).Body.Bytes())
	weights := map[string]string{}
	for _, e := range v.Edges {
		weights[e.Source+"/"+e.Target] = weight(e.Weight)
	}
	dots, lines, rows := 0, 0, 0
	for _, n := range all(doc, "a") {
		class := attr(n, "class")
		switch {
		case strings.HasPrefix(class, "net-node"):
			dots++
		case strings.HasPrefix(class, "net-edge"):
			lines++
			want, ok := weights[attr(n, "data-a")+"/"+attr(n, "data-b")]
			if !ok || !strings.Contains(text(n), ": "+want) {
				t.Errorf("the line %q is no edge of the JSON (%s)", text(n), want)
			}
			if strings.HasPrefix(want, "-") != strings.Contains(class, "is-negative") {
				t.Errorf("the line %q has the class %q", text(n), class)
			}
		}
	}
	for _, tr := range all(doc, "tr") {
		cells := all(tr, "td")
		links := all(tr, "a")
		if len(links) == 0 || len(cells) < 3 {
			continue
		}
		ends, ok := strings.CutPrefix(attr(links[0], "href"), "/network/edge/")
		if !ok {
			continue
		}
		rows++
		ends, _, _ = strings.Cut(ends, "?")
		if got := text(cells[0]); got != weights[ends] {
			t.Errorf("the table says %s for %s, the JSON %s", got, ends, weights[ends])
		}
	}
	if dots != len(v.Nodes) || lines == 0 || lines > len(v.Edges) || rows != min(len(v.Edges), shownEdges) {
		t.Errorf("%d dots, %d lines, %d rows; the JSON has %d nodes and %d edges", dots, lines, rows, len(v.Nodes), len(v.Edges))
	}
}

// TestNetworkYears: the slider works without scripts, as links that keep every
// other setting.
func TestNetworkYears(t *testing.T) {
	doc := parse(t, get(t, "/network?kind=subtract&min_shared=2").Body.Bytes())
	links := 0
	for _, n := range all(doc, "a") {
		if attr(n, "data-word") == "" {
			continue
		}
		links++
		href := attr(n, "href")
		if !strings.Contains(href, "kind=subtract") || !strings.Contains(href, "min_shared=2") || !strings.HasSuffix(href, "#figure") {
			t.Errorf("the link %q loses a setting", href)
		}
		if (attr(n, "aria-current") != "") != (attr(n, "data-word") == "all") {
			t.Errorf("the link %q is marked wrongly", href)
		}
	}
	if links < 5 {
		t.Errorf("%d stops of the slider", links)
	}
	v := networkOf(t, "/network?from=2019&to=2019")
	for _, y := range v.Years {
		if y.Year == 2019 && (v.Counts.Used+v.Counts.Duplicates != y.Events || y.Events == 0) {
			t.Errorf("the slider promises %d records, the network has %+v", y.Events, v.Counts)
		}
	}
}

// TestNetworkFiles: the files at the address of the page are XML of their kind.
func TestNetworkFiles(t *testing.T) {
	for format, root := range map[string]string{formatGML: "graphml", formatGEXF: "gexf"} {
		w := get(t, "/network."+format+"?pillar=norms")
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/"+root+"+xml") {
			t.Fatalf("%s: status %d, %s", format, w.Code, w.Header())
		}
		d := xml.NewDecoder(w.Body)
		first := ""
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			if e, ok := tok.(xml.StartElement); ok && first == "" {
				first = e.Name.Local
			}
		}
		if first != root {
			t.Errorf("%s begins with <%s>", format, first)
		}
	}
	if w := get(t, "/network/edge/est/jpn.gexf"); w.Code != 404 {
		t.Errorf("one edge as a network: status %d", w.Code)
	}
}

func TestNetworkRefusals(t *testing.T) {
	for _, c := range []struct {
		path   string
		status int
		says   string
	}{
		{"/network?mode=three", 400, "expected one of one, two"},
		{"/network?kind=combine", 400, "congruence, conflict, subtract, ignore"},
		{"/network?mode=two&kind=congruence", 400, "subtract, ignore, combine"},
		{"/network?norm=prominence", 400, "none, average, jaccard, cosine"},
		{"/network?data=tweets", 400, "expected one of statements, acts, votes"},
		{"/network?duplicates=never", 400, "expected one of document"},
		{"/network?threshold=much", 400, "is not a number of 0 or more"},
		{"/network?min_shared=-1", 400, "is not a whole number"},
		{"/network?mode=two&min_shared=2", 400, "one-mode network only"},
		{"/network?compat=rdna", 400, "expected one of dna"},
		{"/network?from=2022&to=2021", 400, "is after"},
		{"/network?data=votes&issue=sovereignty", 400, "have no issue"},
		{"/network?pillar=sport", 400, "there is no pillar"},
		{"/network/edge/est/est", 400, "the same actor"},
		{"/network/edge/est/estnia", 404, "did you mean Estonia"},
		{"/network/edge/est/law-nothing?mode=two", 404, "there is no proposition"},
		{"/network/edge/est", 404, "no page"},
	} {
		w := get(t, c.path)
		if body := strings.ToLower(strings.ReplaceAll(w.Body.String(), "&#34;", `"`)); w.Code != c.status || !strings.Contains(body, strings.ToLower(c.says)) {
			t.Errorf("%s: status %d, want %d with %q", c.path, w.Code, c.status, c.says)
		}
	}
}

// TestNetworkNames: a name leads to the address with the id, settings kept.
func TestNetworkNames(t *testing.T) {
	w := get(t, "/network/edge/Estonia/JP?kind=conflict")
	if w.Code != 302 || w.Header().Get("Location") != "/network/edge/est/jpn?kind=conflict" {
		t.Errorf("status %d to %q", w.Code, w.Header().Get("Location"))
	}
}

// TestNetworkNotes: every note has its words.
func TestNetworkNotes(t *testing.T) {
	c, err := siteOf(t).catalogue("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range view.NetworkNotes {
		if s := c.Label("network.note", code); strings.Contains(s, "⟪") {
			t.Errorf("no words for the note %s", code)
		}
	}
}
