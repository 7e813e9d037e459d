package document

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func htmlOf(t testing.TB, d *Document) string {
	return string(render(t, func(b *bytes.Buffer) error { return WriteHTML(b, d) }))
}

// nodes returns all elements of a parsed page.
func nodes(t testing.TB, page string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			out = append(out, n)
		}
	}
	return out
}

func attrOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func TestHTMLGolden(t *testing.T) {
	golden(t, "small.html", strings.Replace(htmlOf(t, small()), htmlStyle, "/* style */\n", 1))
}

// checkPage holds what must be true of every page, whatever its text is.
func checkPage(t testing.TB, page string) {
	t.Helper()
	ids := map[string]bool{}
	all := nodes(t, page)
	for _, n := range all {
		if id := attrOf(n, "id"); id != "" {
			if ids[id] {
				t.Errorf("id %q occurs twice", id)
			}
			ids[id] = true
		}
		switch n.Data {
		case "script", "iframe", "object", "embed", "link", "form", "base", "svg":
			t.Errorf("element %s in a document", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s has a handler %s", n.Data, a.Key)
			}
			if a.Key == "src" && !strings.HasPrefix(a.Val, "data:image/") {
				t.Errorf("%s asks for %q", n.Data, a.Val)
			}
		}
		if n.Data == "a" {
			href := attrOf(n, "href")
			if !strings.HasPrefix(href, "#") && !strings.HasPrefix(href, "http://") && !strings.HasPrefix(href, "https://") && !strings.HasPrefix(href, "mailto:") {
				t.Errorf("unsafe link %q", href)
			}
		}
	}
	if strings.Contains(htmlStyle, "url(") || strings.Contains(htmlStyle, "@import") {
		t.Error("the style asks for something")
	}
	for _, n := range all {
		switch attrOf(n, "role") {
		case "doc-noteref", "doc-backlink":
			if to := strings.TrimPrefix(attrOf(n, "href"), "#"); !ids[to] {
				t.Errorf("%s leads to %q, which is not there", attrOf(n, "role"), to)
			}
		}
	}
}

func TestHTMLIsSoundAndAccessible(t *testing.T) {
	page := htmlOf(t, sample())
	checkPage(t, page)
	marks, backs, before := 0, 0, 0
	scopes := map[string]int{}
	langs := map[string]string{}
	for _, n := range nodes(t, page) {
		switch attrOf(n, "role") {
		case "doc-noteref":
			if attrOf(n, "id") != "" {
				marks++
			}
		case "doc-backlink":
			backs++
		}
		if scope := attrOf(n, "scope"); scope != "" {
			scopes[scope]++
		}
		if l := attrOf(n, "lang"); l != "" {
			langs[l] = attrOf(n, "dir")
		}
		if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			lvl, _ := strconv.Atoi(n.Data[1:])
			if lvl > before+1 {
				t.Errorf("heading %q jumps from level %d to %d", textOf(n), before, lvl)
			}
			before = lvl
		}
		if n.Data == "img" && attrOf(n, "alt") == "" {
			t.Error("a picture without alt text")
		}
	}
	want := len(sample().Notes())
	if marks != want || backs != want {
		t.Errorf("%d marks and %d links back for %d notes", marks, backs, want)
	}
	// Two tables: 4 + 4 column heads; 13 rows named by their first cell; 3 groups.
	if got := fmt.Sprint(scopes); got != "map[col:8 row:13 rowgroup:3]" {
		t.Errorf("scopes %s", got)
	}
	if got := fmt.Sprint(langs); got != "map[ar:rtl en:ltr ja:ltr]" {
		t.Errorf("languages %s", got)
	}
}

func TestHTMLOfARightToLeftDocument(t *testing.T) {
	page := htmlOf(t, &Document{Title: "مذكرة", Lang: "ar"})
	if !strings.Contains(page, `<html lang="ar" dir="rtl">`) {
		t.Error("the page does not run from right to left")
	}
}
