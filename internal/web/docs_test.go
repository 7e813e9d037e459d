package web

import (
	goflag "flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/auth"
	"entente/internal/view"
)

var update = goflag.Bool("update", false, "rewrite the generated part of docs/api.md")

var apiPage = filepath.Join("..", "..", "docs", "api.md")

// The lines between which docs/api.md is made from the list of pages.
const (
	generatedFrom = "<!-- Made from the list of pages: go test ./internal/web -run TestDocs -update -->\n"
	generatedTo   = "<!-- End of what is made from the list of pages. -->\n"
)

func apiParts(t *testing.T) (head, generated, tail string) {
	t.Helper()
	b, err := os.ReadFile(apiPage)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(b), generatedFrom)
	generated, tail, ok2 := strings.Cut(rest, generatedTo)
	if !ok || !ok2 {
		t.Fatalf("%s has lost the lines around its generated part:\n%s%s", apiPage, generatedFrom, generatedTo)
	}
	return head, generated, tail
}

// TestDocsPages holds the API page against the list of pages: every pattern
// with its twins, every query parameter, every status of an error.
func TestDocsPages(t *testing.T) {
	head, old, tail := apiParts(t)
	want := pagesInWords()
	if *update {
		if err := os.WriteFile(apiPage, []byte(head+generatedFrom+want+generatedTo+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, old); diff != "" {
		t.Errorf("docs/api.md is not what the list of pages says (-list +page); -update rewrites it:\n%s", diff)
	}
}

func pagesInWords() string {
	var b strings.Builder
	b.WriteString("\n| address | what it is | forms | schema of the JSON | settings |\n| --- | --- | --- | --- | --- |\n")
	for i := range registry {
		p := &registry[i]
		pattern := strings.TrimSuffix(p.pattern, "{$}")
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` | %s |\n", pattern, p.about, ticked(p.formats()), p.schema, ticked(p.params))
	}
	fmt.Fprintf(&b, "\nThe settings of the query; %s go with every page:\n\n| setting | meaning | values | example |\n| --- | --- | --- | --- |\n", ticked(everywhere))
	for _, p := range params {
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` |\n", p.name, p.about, ticked(p.enum), p.sample)
	}
	b.WriteString("\n| kind of error | status |\n| --- | --- |\n")
	for _, k := range []entente.Kind{entente.Invalid, entente.Denied, entente.NotFound, entente.Conflict, entente.Internal, entente.Unavailable} {
		fmt.Fprintf(&b, "| `%s` | %d %s |\n", k, statusOf(k), http.StatusText(statusOf(k)))
	}
	b.WriteString("\n")
	return b.String()
}

func statusOf(k entente.Kind) int { return auth.StatusOf(&entente.Error{Kind: k}) }

func ticked(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = "`" + w + "`"
	}
	return strings.Join(out, ", ")
}

var fieldRow = regexp.MustCompile("(?m)^\\| `([a-z0-9_]+)` \\|")

// TestDocsCompareShape holds the description of the JSON of a comparison
// against the structures that it is made from, field by field.
func TestDocsCompareShape(t *testing.T) {
	_, _, page := apiParts(t)
	for heading, shape := range map[string]any{
		"The comparison": view.Compare{}, "corpus": view.CorpusInfo{}, "settings": view.Settings{}, "actors[]": view.Actor{},
		"propositions[]": view.CompareRow{}, "positions.ACTOR": view.Position{}, "evidence[]": view.Evidence{}, "read[], named_open[], looked[]": view.Reading{},
		"shared_acts[]": view.Act{}, "asymmetries[]": view.Asymmetry{}, "actors.ACTOR of an act": view.Part{}, "votes": view.Votes{}, "votes.rows[]": view.VoteRow{},
		"summary": view.Summary{}, "summary.agreement": view.Agreement{}, "s, kappa, pi": view.Estimate{}, "suggestions[]": view.Suggestion{},
		"suggestions[].evidence[]": view.Cited{}, "suggestion_records[]": view.SuggestionLog{},
	} {
		_, section, ok := strings.Cut(page, "\n### "+heading+"\n")
		if !ok {
			t.Errorf("docs/api.md has no section %q", heading)
			continue
		}
		if i := strings.Index(section, "\n##"); i >= 0 {
			section = section[:i]
		}
		var got, want []string
		for _, m := range fieldRow.FindAllStringSubmatch(section, -1) {
			got = append(got, m[1])
		}
		for f := range reflect.TypeOf(shape).Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			want = append(want, name)
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("docs/api.md, %q, lists other fields than the JSON has (-JSON +page):\n%s", heading, diff)
		}
	}
	if !strings.Contains(page, "`"+view.CompareSchema+"`") {
		t.Errorf("docs/api.md does not name the schema %s", view.CompareSchema)
	}
}

// TestDocsSecurity holds what the security page promises against the bounds and
// headers that the server has.
func TestDocsSecurity(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := strings.Join(strings.Fields(string(b)), " ")
	want := []string{
		DefaultAddr, fmt.Sprintf("%d bytes", maxURL), fmt.Sprintf("%d actors", maxActors), fmt.Sprintf("%d values", maxValues),
		fmt.Sprintf("%d bytes of words", maxWords), fmt.Sprintf("%d kB", maxHeaderBytes>>10), fmt.Sprintf("%d MB", keptAnswers>>20),
	}
	for part := range strings.SplitSeq(csp, "; ") {
		want = append(want, part)
	}
	for _, h := range headers {
		want = append(want, h[0])
	}
	for _, w := range want {
		if !strings.Contains(page, w) {
			t.Errorf("docs/security.md does not say %q", w)
		}
	}
}
