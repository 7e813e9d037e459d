package datapackage

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the generated part of docs/corpus-format.md")

// The page that explains the format, and the lines between which it is made
// from the list of tables.
var formatPage = filepath.Join("..", "..", "docs", "corpus-format.md")

const (
	generatedFrom = "<!-- The tables below are made from internal/datapackage/tables*.go: go test ./internal/datapackage -run TestDocs -update -->\n"
	generatedTo   = "<!-- End of the tables. -->\n"
)

// TestDocsCorpusFormat holds the page against the tables that the reader and
// the writer use: every table, column, closed list and reference.
func TestDocsCorpusFormat(t *testing.T) {
	b, err := os.ReadFile(formatPage)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(b), generatedFrom)
	old, tail, ok2 := strings.Cut(rest, generatedTo)
	if !ok || !ok2 {
		t.Fatalf("%s has lost the lines around its tables:\n%s%s", formatPage, generatedFrom, generatedTo)
	}
	want := tablesInWords()
	if *update {
		if err := os.WriteFile(formatPage, []byte(head+generatedFrom+want+generatedTo+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, old); diff != "" {
		t.Errorf("docs/corpus-format.md is not what the tables say (-tables +page); -update rewrites it:\n%s", diff)
	}
}

// The prose above the tables states the bounds of the reader.
func TestDocsCorpusFormatStatesTheBounds(t *testing.T) {
	b, err := os.ReadFile(formatPage)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		fmt.Sprintf("%d kB", MaxCell>>10), fmt.Sprintf("%d MB", MaxFile>>20), fmt.Sprintf("%d faults", MaxFaults),
	} {
		if !strings.Contains(strings.Join(strings.Fields(string(b)), " "), want) {
			t.Errorf("docs/corpus-format.md does not say %q", want)
		}
	}
}

// tablesInWords writes every table as a section with one row per column.
func tablesInWords() string {
	var b strings.Builder
	for _, t := range tables {
		fmt.Fprintf(&b, "\n### %s.csv\n\n%s\n\n| column | what it holds | must be there | form |\n| --- | --- | --- | --- |\n", t.name(), t.doc())
		for _, s := range t.specs() {
			must := ""
			switch {
			case s.Key:
				must = "key"
			case s.Required:
				must = "yes"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", s.Name, strings.ReplaceAll(s.Doc, "|", `\|`), must, formInWords(s))
		}
	}
	b.WriteString("\n")
	return b.String()
}

// formInWords says what a cell of a column may look like.
func formInWords(s Spec) string {
	var parts []string
	switch {
	case s.Ref != "":
		parts = append(parts, fmt.Sprintf("`id` of [%[1]s.csv](#%[1]scsv)", s.Ref))
	case len(s.Enum) > 0:
		words := make([]string, len(s.Enum))
		for i, w := range s.Enum {
			words[i] = "`" + w + "`"
		}
		parts = append(parts, strings.Join(words, ", "))
	case s.Type == "date":
		parts = append(parts, "date")
	case s.Type == "boolean":
		parts = append(parts, "`yes` or `no`")
	default:
		parts = append(parts, "text")
	}
	if s.Wild {
		parts = append(parts, "or `*`")
	}
	if s.List {
		parts = append(parts, "(list)")
	}
	return strings.Join(parts, " ")
}
