package extract

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMarkdown(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"paragraphs", "# Title\n\nOne *em* **strong** `code <b>`\nsame paragraph\n\nTwo\\\nsecond line  \nthird\n\nSet\n===\n", []string{"Title", "One em strong code <b> same paragraph", "Two\nsecond line\nthird", "Set"}},
		{"links", "See [the paper](https://example.org \"t\"), <https://example.org/x> and ![picture](p.png).", []string{"See the paper, https://example.org/x and ."}},
		{"escapes", `A \* B \&amp; &amp; &#8364; a & b \d`, []string{`A * B &amp; & € a & b \d`}},
		{"lists", "3. three\n4. four\n\n   more\n\n1) x\n\n- a\n  - b\n", []string{"3. three", "4. four", "more", "1) x", "• a", "• b"}},
		{"quotation and code", "> quoted\n> on\n\n```\na  b\n\nc\n```\n", []string{"quoted on", "a b", "c"}},
		{"table", "| State | View |\n| --- | --- |\n| Ruritania | affirms |\n", []string{"State | View", "Ruritania | affirms"}},
		{"notes", "Law applies.[^x]\n\n[^x]: The note.\n\nNext.\n", []string{"Law applies.[1]", "Next.", "[1] The note."}},
		{"HTML inside", "<div>\n<p>In a block<script>no()</script>\n</div>\n\nIn <b>a</b> line<br>break <del>gone</del>here\n", []string{"In a block", "In a line\nbreak here"}},
		{"struck out", "~~old~~ new", []string{"~~old~~ new"}},
		{"Japanese", "国際法は\n適用される", []string{"国際法は適用される"}},
		{"hyphens that were typed", "capacity-\nbuilding", []string{"capacity- building"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, texts(read(t, "a.md", []byte(c.in)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMarkdownSays(t *testing.T) {
	x := read(t, "a.md", []byte("---\ntitle: \"A view\"\nlang: ja\n---\n# 1. One\n\n12. Two[^1]\n\n[^1]: Three\n"))
	if x.Title != "A view" || x.Lang != "ja" {
		t.Errorf("title %q, language %q", x.Title, x.Lang)
	}
	want := []Paragraph{
		{Number: 1, Start: 0, End: 6, Label: "1.", Heading: true, Text: "1. One"},
		{Number: 2, Start: 8, End: 18, Label: "12.", Text: "12. Two[1]"},
		{Number: 3, Start: 20, End: 29, Mark: "1", Text: "[1] Three"},
	}
	if diff := cmp.Diff(want, x.Paragraphs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
