package document

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// small is short enough that its golden files can be read at a glance. It is
// synthetic.
func small() *Document {
	d := &Document{Title: "Ruritania & Zenda", Subtitle: "A small note", Lang: "en-GB", Date: "2021-02-19", Meta: []Pair{Meta("Corpus", "synthetic")}}
	return d.Add(
		H(1, "Findings").Anchor("findings"),
		P("They agree on ", B("one question", FnKey("a", I("Paper"), ", para 4, ", A("https://example.org/a"), ".")), "; see n ", See("a"), "."),
		Bullets("first", Li("second").With(Numbered("inner"))),
		Bullets("another list"),
		Table{
			Caption: Inlines("Positions"), Header: Cells("Question", "Stance"), Aligns: []Align{Start, End}, RowHeaders: true,
			Rows: []Row{Group("Law"), R("a | b", C("affirms", Again("a"), Break{}, "2020"))},
		},
		Note("Mind", P("1. is not a list, # is not a heading, *this* is not stressed.")),
		Q(Lang("ja", "国際法")), Figure{Alt: "A chart"}, PageBreak{}, P("Run ", Code("a `b`"), "."),
	)
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); UPDATE_GOLDEN=1 writes it anew:\n%s", path, diff)
	}
}

func render(t testing.TB, write func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func markdownOf(t testing.TB, d *Document) string {
	return string(render(t, func(b *bytes.Buffer) error { return WriteMarkdown(b, d) }))
}

func TestMarkdownGolden(t *testing.T) { golden(t, "small.md", markdownOf(t, small())) }

func TestMarkdownEscapes(t *testing.T) {
	for name, c := range map[string]struct {
		block Block
		want  string
	}{
		"emphasis":             {P("2 * 3 * 4, snake_case"), `2 \* 3 \* 4, snake\_case`},
		"html":                 {P("<script>alert(1)</script> &amp;"), `\<script\>alert(1)\</script\> \&amp;`},
		"link syntax":          {P("[x](javascript:y)"), `\[x\](javascript:y)`},
		"note syntax":          {P("see [^1]"), `see \[^1\]`},
		"heading at the start": {P("# no heading"), `\# no heading`},
		"list at the start":    {P("- no list"), `\- no list`},
		"number at the start":  {P("12. March"), `12\. March`},
		"year keeps its point": {P("In 2014. Then"), "In 2014. Then"},
		"code block":           {P("     indented"), "indented"},
		"several lines":        {P("a\n\n# b\r\n---"), "a # b ---"},
		"spaces in strong":     {P("a", B(" b "), "c"), "a **b** c"},
		"strong in parts":      {P(B("a ", I("b"), " c")), "**a *b* c**"},
		"empty strong":         {P("a", B(" "), "b"), "a b"},
		"unsafe link":          {P(A("javascript:x", "text")), "text"},
		"brackets in address":  {P(A("https://e.org/a_(b)", "t")), "[t](https://e.org/a_%28b%29)"},
		"backticks in code":    {P(Code("``")), "``` `` ```"},
		"heading with hash":    {H(1, "C#"), `## C\#`},
		"note before bracket":  {P(Fn("n"), "(x)"), `[^1]\(x)`},
	} {
		t.Run(name, func(t *testing.T) {
			d := &Document{Title: "T", Blocks: []Block{c.block}}
			got := strings.Split(markdownOf(t, d), "\n")
			if len(got) < 3 || got[2] != c.want {
				t.Errorf("got %q, want the third line to be %q", got, c.want)
			}
		})
	}
}
