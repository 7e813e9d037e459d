package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jba/templatecheck"
	"golang.org/x/net/html"

	"entente/internal/message"
)

// TestTemplates checks each template against the type it is filled with.
func TestTemplates(t *testing.T) {
	s := siteOf(t)
	for lang, set := range s.templates {
		for i := range registry {
			p := &registry[i]
			if err := templatecheck.CheckHTML(set.Lookup(p.name+".html"), p.screen); err != nil {
				t.Errorf("%s: %s.html: %v", lang, p.name, err)
			}
		}
		for name, data := range map[string]any{"layout": frame{}, "fault": failScreen{}} {
			if err := templatecheck.CheckHTML(set.Lookup(name+".html"), data); err != nil {
				t.Errorf("%s: %s.html: %v", lang, name, err)
			}
		}
	}
}

// TestPages asks for every example address and checks what every page owes its
// readers.
func TestPages(t *testing.T) {
	for _, path := range Examples() {
		t.Run(path, func(t *testing.T) {
			w := get(t, path)
			if w.Code != 200 {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			if got := w.Header().Get("Content-Security-Policy"); got != csp {
				t.Errorf("policy %q", got)
			}
			body := w.Body.Bytes()
			if i := bytes.Index(body, []byte("⟪")); i >= 0 {
				t.Errorf("a text is missing: %s", body[i:min(i+60, len(body))])
			}
			for _, bad := range []string{"<no value>", "ZgotmplZ", "%!"} {
				if i := bytes.Index(body, []byte(bad)); i >= 0 {
					t.Errorf("%q in the page: %s", bad, body[max(0, i-60):min(i+60, len(body))])
				}
			}
			checkPage(t, parse(t, body))
		})
	}
}

func checkPage(t *testing.T, doc *html.Node) {
	t.Helper()
	if n := len(all(doc, "h1")); n != 1 {
		t.Errorf("%d first headings, want 1", n)
	}
	if titles := all(doc, "title"); len(titles) == 0 || text(titles[0]) == "" {
		t.Error("no title")
	}
	if lang := attr(all(doc, "html")[0], "lang"); lang != "en" {
		t.Errorf("lang is %q", lang)
	}
	ids := map[string]bool{}
	for _, n := range all(doc, "") {
		if attr(n, "style") != "" || n.Data == "style" {
			t.Errorf("inline style on <%s>", n.Data)
		}
		if n.Data == "script" && (attr(n, "src") == "" || text(n) != "") {
			t.Error("inline script")
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") {
				t.Errorf("inline handler %s on <%s>", a.Key, n.Data)
			}
		}
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				t.Errorf("the id %q stands twice", id)
			}
			ids[id] = true
		}
	}
	level := 0
	for _, n := range all(doc, "") {
		if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			if l := int(n.Data[1] - '0'); l > level+1 {
				t.Errorf("heading %q jumps from level %d to %d", text(n), level, l)
			}
			level = int(n.Data[1] - '0')
		}
	}
	for _, n := range all(doc, "") {
		for _, key := range []string{"for", "aria-labelledby", "aria-describedby", "list"} {
			for v := range strings.FieldsSeq(attr(n, key)) {
				if !ids[v] && n.Namespace == "" {
					t.Errorf("<%s %s=%q> points to nothing", n.Data, key, v)
				}
			}
		}
		if href := attr(n, "href"); strings.HasPrefix(href, "#") && !ids[href[1:]] {
			t.Errorf("the link %q (%s) leads nowhere on this page", href, text(n))
		}
		if n.Data == "input" && attr(n, "type") != "hidden" && attr(n, "id") == "" && (n.Parent == nil || n.Parent.Data != "label") {
			t.Errorf("the field %q has no label", attr(n, "name"))
		}
		if n.Data == "th" && attr(n, "scope") == "" {
			t.Errorf("the header cell %q has no scope", text(n))
		}
	}
	if len(all(doc, "main")) != 1 || !ids["main"] {
		t.Error("no main part that the skip link could lead to")
	}
}

// rowsOf gives the number of rows that the CSV of a page must have, counted in
// its JSON.
var rowsOf = map[string]func(m map[string]any) int{
	"votes":        func(m map[string]any) int { return size(m, "calls") },
	"rollcall":     func(m map[string]any) int { return size(m, "ballots") },
	"predict":      func(m map[string]any) int { return size(m, "rows") },
	"votes-actor":  func(m map[string]any) int { return size(m, "calls") },
	"scale":        func(m map[string]any) int { return size(m, "points") },
	"votes-pair":   func(m map[string]any) int { return 1 + size(m, "sessions") }, // and one over all
	"start":        func(m map[string]any) int { return size(m, "stands") },
	"compare":      func(m map[string]any) int { return size(m, "propositions") * size(m, "actors") },
	"changes":      func(m map[string]any) int { return size(m, "positions") },
	"propositions": func(m map[string]any) int { return size(m, "propositions") },
	"proposition":  func(m map[string]any) int { return size(m, "stands") },
	"actors":       func(m map[string]any) int { return size(m, "actors") },
	"actor":        func(m map[string]any) int { return size(m, "positions") },
	"threats": func(m map[string]any) int {
		n := 0
		for _, side := range []string{"against", "named"} {
			for _, a := range m[side].([]any) {
				for _, list := range []string{"victims", "sponsors", "aims", "means"} {
					n += size(a.(map[string]any), list)
				}
			}
		}
		return n
	},
	"instruments": func(m map[string]any) int { return size(m, "instruments") },
	"sources":     func(m map[string]any) int { return size(m, "sources") },
	"source":      func(m map[string]any) int { return size(m, "records") },
	"search":      func(m map[string]any) int { return size(m, "hits") },
	"methods":     func(m map[string]any) int { return size(m, "suggestion_rules") },
	"about":       func(m map[string]any) int { return size(m, "tables") },
	"bloc":        func(m map[string]any) int { return size(m, "propositions") * size(m, "members") },
	"nearest":     func(m map[string]any) int { return -size(m, "neighbours") }, // at least
	"bridge":      func(m map[string]any) int { return -size(m, "bridges") },
	"suggest":     func(m map[string]any) int { return -size(m, "suggestions") },
	"network":     func(m map[string]any) int { return size(m, "edges") },
	"network-edge": func(m map[string]any) int {
		n := 0
		for _, c := range m["concepts"].([]any) {
			n += size(c.(map[string]any), "first") + size(c.(map[string]any), "second")
		}
		return n
	},
	"instrument": func(m map[string]any) int {
		n := 0
		for _, r := range m["roles"].([]any) {
			n += size(r.(map[string]any), "actors")
		}
		for _, r := range m["roll_calls"].([]any) {
			n += size(r.(map[string]any), "ballots")
		}
		return n
	},
}

func size(m map[string]any, key string) int {
	list, _ := m[key].([]any)
	return len(list)
}

// twinOf gives the address of a page in another form.
func twinOf(path, format string) string {
	base, query, _ := strings.Cut(path, "?")
	q, err := url.ParseQuery(query)
	if err != nil {
		panic(err)
	}
	return address(base, format, q)
}

// TestTwins checks that every page has its data at its own address, that JSON
// and CSV count the same, and that each file has a name of its own.
func TestTwins(t *testing.T) {
	names := map[string]string{}
	for i := range registry {
		p := &registry[i]
		for _, path := range p.examples {
			t.Run(path, func(t *testing.T) {
				w := get(t, twinOf(path, formatJSON))
				if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
					t.Fatalf("JSON: status %d, %s", w.Code, w.Body)
				}
				var m map[string]any
				if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
					t.Fatal(err)
				}
				if m["schema"] != p.schema {
					t.Errorf("schema is %v, the list of pages says %s", m["schema"], p.schema)
				}
				w = get(t, twinOf(path, formatCSV))
				if w.Code != 200 {
					t.Fatalf("CSV: status %d, %s", w.Code, w.Body)
				}
				rows, err := csv.NewReader(w.Body).ReadAll()
				if err != nil {
					t.Fatal(err)
				}
				want := rowsOf[p.name](m)
				if got := len(rows) - 1; got != want && (want > 0 || got < -want) {
					t.Errorf("the CSV has %d rows, the JSON %d", got, want)
				}
				for _, f := range p.formats() {
					w := get(t, twinOf(path, f))
					if w.Code != 200 || w.Body.Len() == 0 {
						t.Errorf("%s: status %d, %d bytes: %.200s", f, w.Code, w.Body.Len(), w.Body)
					}
					name := w.Header().Get("Content-Disposition")
					if other, ok := names[name]; ok || !strings.Contains(name, "filename=") {
						t.Errorf("the file of %s is named %s, as that of %s", twinOf(path, f), name, other)
					}
					names[name] = twinOf(path, f)
				}
				var items []map[string]any
				if err := json.Unmarshal(get(t, twinOf(path, formatCSL)).Body.Bytes(), &items); err != nil {
					t.Errorf("CSL JSON: %v", err)
				}
			})
		}
	}
}

// TestTwinsObeyTheFilters compares the data with what was asked for.
func TestTwinsObeyTheFilters(t *testing.T) {
	for _, c := range []struct {
		query string
		check func(m map[string]any) bool
	}{
		{"pillar=cbm", func(m map[string]any) bool {
			for _, r := range m["propositions"].([]any) {
				if r.(map[string]any)["pillar"] != "cbm" {
					return false
				}
			}
			return size(m, "propositions") > 0
		}},
		{"issue=sovereignty", func(m map[string]any) bool {
			for _, r := range m["propositions"].([]any) {
				if r.(map[string]any)["issue"] != "sovereignty" {
					return false
				}
			}
			return size(m, "propositions") > 0
		}},
		{"as_of=2021-02-19", func(m map[string]any) bool { return m["as_of"] == "2021-02-19" }},
		{"bloc=off", func(m map[string]any) bool { return !hasBasis(m, "via-bloc") }},
		{"implied=off", func(m map[string]any) bool { return !hasBasis(m, "implied") }},
		{"unverified=on", func(m map[string]any) bool { return m["settings"].(map[string]any)["unverified"] == true }},
	} {
		var m map[string]any
		w := get(t, "/compare/est/jpn.json?"+c.query)
		if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
			t.Fatalf("%s: %v: %s", c.query, err, w.Body)
		}
		if !c.check(m) {
			t.Errorf("the JSON does not obey %s", c.query)
		}
	}
}

func hasBasis(m map[string]any, basis string) bool {
	for _, r := range m["propositions"].([]any) {
		for _, p := range r.(map[string]any)["positions"].(map[string]any) {
			if p.(map[string]any)["basis"] == basis {
				return true
			}
		}
	}
	return false
}

// TestFigures holds the figures on the page of a comparison against its JSON,
// and those against a recount of the rows.
func TestFigures(t *testing.T) {
	for _, path := range []string{"/compare/est/jpn?as_of=2021-02-19", "/compare/fra/nzl", "/compare/est/jpn/fra"} {
		var m map[string]any
		if err := json.Unmarshal(get(t, twinOf(path, formatJSON)).Body.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		count := map[string]int{}
		for _, r := range m["propositions"].([]any) {
			count[r.(map[string]any)["outcome"].(string)]++
		}
		summary := m["summary"].(map[string]any)["outcomes"].(map[string]any)
		doc := parse(t, get(t, path).Body.Bytes())
		found := 0
		for _, n := range all(doc, "strong") {
			o, ok := strings.CutPrefix(attr(n, "data-figure"), "outcome-")
			if !ok {
				continue
			}
			found++
			want := count[o]
			if got := int(summary[o].(float64)); got != want {
				t.Errorf("%s: the summary says %d %s, the rows %d", path, got, o, want)
			}
			if text(n) != itoa(want) {
				t.Errorf("%s: the page says %s %s, the rows %d", path, text(n), o, want)
			}
		}
		if found != len(summary) {
			t.Errorf("%s: %d figures on the page, %d in the JSON", path, found, len(summary))
		}
	}
}

// TestLinks follows every link of the example pages once.
func TestLinks(t *testing.T) {
	seen := map[string]bool{}
	var queue []string
	for _, p := range Examples() {
		queue = append(queue, p)
		seen[p] = true
	}
	anchors := regexp.MustCompile(`^[a-z]`)
	depth := len(queue)
	count := map[string]int{}
	for i := 0; i < len(queue); i++ {
		path := queue[i]
		w := get(t, path)
		if w.Code >= 400 {
			t.Errorf("%s: status %d", path, w.Code)
			continue
		}
		for _, bad := range []string{"⟪", "<no value>", "ZgotmplZ"} {
			if k := bytes.Index(w.Body.Bytes(), []byte(bad)); k >= 0 {
				t.Errorf("%s: %.90s", path, w.Body.Bytes()[k:])
			}
		}
		if i >= depth || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			continue // the links of the pages that the examples lead to are of the same kinds
		}
		for _, n := range all(parse(t, w.Body.Bytes()), "") {
			for _, key := range []string{"href", "src", "action"} {
				to := attr(n, key)
				if to == "" || strings.HasPrefix(to, "#") || anchors.MatchString(to) {
					continue
				}
				to, _, _ = strings.Cut(to, "#")
				family := strings.Split(to, "/")[1]
				if n.Data == "form" || seen[to] || (family == "compare" || family == "network") && count[family] >= 40 {
					continue // two hundred comparisons are made by the same code
				}
				count[family]++
				seen[to] = true
				queue = append(queue, to)
			}
		}
	}
	if len(queue) < 500 {
		t.Errorf("only %d addresses found: the crawl looks in the wrong place", len(queue))
	}
	t.Logf("%d addresses", len(queue))
}

// TestEverySettingIsRefusedWhereItMeansNothing also guards against a typing
// mistake that would silently show something else.
func TestParameters(t *testing.T) {
	for i := range registry {
		for _, name := range registry[i].params {
			if !slices.ContainsFunc(params, func(p param) bool { return p.name == name }) {
				t.Errorf("%s lists the parameter %q, which nothing reads", registry[i].name, name)
			}
		}
	}
	if _, err := message.Load("xx"); err == nil {
		t.Error("a language without a file was loaded")
	}
}
