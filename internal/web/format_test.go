package web

import (
	"net/url"
	"strings"
	"testing"

	"entente/internal/view"
)

func TestCSVRunsNoFormula(t *testing.T) {
	table := view.Table{Header: []string{"a", "b"}, Rows: [][]string{{"=HYPERLINK(\"x\")", "+1+1"}, {"@SUM(A1)", "-2+3"}, {"\t=1", "-0.5"}, {"plain, with a comma", "say \"yes\""}}}
	body, err := encodeCSV(table)
	if err != nil {
		t.Fatal(err)
	}
	want := "a,b\n\"'=HYPERLINK(\"\"x\"\")\",'+1+1\n'@SUM(A1),'-2+3\n'\t=1,-0.5\n\"plain, with a comma\",\"say \"\"yes\"\"\"\n"
	if string(body) != want {
		t.Errorf("got\n%s\nwant\n%s", body, want)
	}
}

func TestSplitFormat(t *testing.T) {
	for path, want := range map[string][2]string{
		"/":                      {"/", ""},
		"/index.json":            {"/", "json"},
		"/index.csv":             {"/", "csv"},
		"/actors":                {"/actors", ""},
		"/actors.json":           {"/actors", "json"},
		"/actors/est.csl.json":   {"/actors/est", "csl.json"},
		"/compare/est/jpn.docx":  {"/compare/est/jpn", "docx"},
		"/sources/unvotes-0.3.0": {"/sources/unvotes-0.3.0", ""},
		"/sources/a.b.json":      {"/sources/a.b", "json"},
		"/.json":                 {"/.json", ""},
		".json":                  {".json", ""},
	} {
		base, format := splitFormat(path)
		if base != want[0] || format != want[1] {
			t.Errorf("%s: %q as %q, want %q as %q", path, base, format, want[0], want[1])
		}
	}
}

func TestFileNames(t *testing.T) {
	a := fileName("compare", "/compare/est/jpn", "csv", url.Values{"as_of": {"2021"}})
	b := fileName("compare", "/compare/est/jpn", "csv", url.Values{"as_of": {"2022"}})
	if a == b || !strings.HasPrefix(a, "entente-compare-est-jpn-") || !strings.HasSuffix(a, ".csv") {
		t.Errorf("%s, %s", a, b)
	}
	if c := fileName("../x\"\r\n", "/ä/..\\/Évil", "json", nil); strings.ContainsAny(c, "/\\\"\r\n ") {
		t.Errorf("unsafe name %q", c)
	}
}
