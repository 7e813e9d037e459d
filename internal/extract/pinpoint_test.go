package extract

import (
	"strings"
	"testing"

	"entente"
)

// passage gives the offsets of the passage from the first place of from to the
// end of the first place of to after it.
func passage(t *testing.T, x *Text, from, to string) (int, int) {
	t.Helper()
	i := strings.Index(x.Plain, from)
	if i < 0 {
		t.Fatalf("%q is not in the text", from)
	}
	j := strings.Index(x.Plain[i:], to)
	if j < 0 {
		t.Fatalf("%q is not in the text after %q", to, from)
	}
	return len([]rune(x.Plain[:i])), len([]rune(x.Plain[:i+j+len(to)]))
}

func TestPinpoint(t *testing.T) {
	printed := read(t, "a.html", []byte(`<h2>1. Scope</h2><p>11. Alpha<p>12. Beta<p>(a) Gamma<p>(b) Delta<p>unnumbered Epsilon<p>13. Zeta<p>14) Eta
		<h2>Annex</h2><p>(a) Theta<p>1. Iota<h2>Second annex</h2><p>1. Kappa`))
	none := read(t, "a.html", []byte("<p>Alpha<p>Beta<p>Gamma"))
	notes := read(t, "a.md", []byte("Alpha[^1] Beta[^2]\n\n[^1]: Gamma\n\n[^2]: Delta\n"))
	articles := read(t, "a.docx", wordFile(t, wp(inList("8", "0"), "Alpha")+wp(inList("8", "0"), "Beta"), "word/numbering.xml", numberingXML))
	for _, c := range []struct {
		x              *Text
		from, to, want string
	}{
		{printed, "Beta", "Beta", "para. 12"},
		{printed, "Gamma", "Gamma", "para. 12 (a)"},
		{printed, "Gamma", "Delta", "para. 12 (a)–(b)"},
		{printed, "Alpha", "Gamma", "paras. 11–12 (a)"},
		{printed, "Alpha", "Zeta", "paras. 11–13"},
		{printed, "Eta", "Eta", "para. 14"},
		{printed, "unnumbered", "Epsilon", "para. [6]"},
		{printed, "Scope", "Scope", "para. [1]"},
		{printed, "Theta", "Theta", "para. (a)"},
		{printed, "Iota", "Iota", "para. [11]"}, // another paragraph is numbered 1 as well
		{printed, "Kappa", "Kappa", "para. [13]"},
		{printed, "Beta", "Epsilon", "paras. 12–[6]"},
		{none, "Beta", "Beta", "para. 2"},
		{none, "Alpha", "Gamma", "paras. 1–3"},
		{notes, "Gamma", "Gamma", "footnote 1"},
		{notes, "Gamma", "Delta", "footnotes 1–2"},
		{notes, "Alpha", "Alpha", "para. 1"},
		{articles, "Beta", "Beta", "Article V"},
		{articles, "Alpha", "Beta", "paras. Article IV–Article V"},
	} {
		start, end := passage(t, c.x, c.from, c.to)
		got := Pinpoint(c.x, start, end)
		if got != c.want {
			t.Errorf("%s to %s: %q, want %q", c.from, c.to, got, c.want)
		}
		if rank := entente.Specificity(got); rank != 3 {
			t.Errorf("%q ranks as %d, want 3", got, rank)
		}
	}
}

func TestPinpointPages(t *testing.T) {
	x := &Text{
		Plain: "12. One two\n\nThree",
		Paragraphs: []Paragraph{
			{Number: 1, Start: 0, End: 11, Page: 3, Label: "12.", Text: "12. One two"},
			{Number: 2, Start: 13, End: 18, Page: 4, Text: "Three"},
		},
		Turns: []Turn{{Offset: 8, Page: 4}},
	}
	for _, c := range []struct {
		start, end int
		want       string
	}{
		{0, 7, "p. 3, para. 12"},
		{8, 11, "p. 4, para. 12"},
		{4, 11, "pp. 3–4, para. 12"},
		{4, 18, "pp. 3–4, paras. 12–[2]"},
		{13, 18, "p. 4, para. [2]"},
		{13, 13, "p. 4, para. [2]"},
		{-5, 2, "p. 3, para. 12"},
		{17, 900, "p. 4, para. [2]"},
	} {
		if got := Pinpoint(x, c.start, c.end); got != c.want {
			t.Errorf("%d to %d: %q, want %q", c.start, c.end, got, c.want)
		}
	}
	if got := Pinpoint(&Text{}, 0, 1) + Pinpoint(nil, 0, 1); got != "" {
		t.Errorf("no text: %q", got)
	}
}

func TestSlice(t *testing.T) {
	x := read(t, "a.txt", []byte("Õun\n\npirn ja\n\nkirss"))
	runes := []rune(x.Plain)
	for start := range len(runes) + 1 {
		for end := start; end <= len(runes); end++ {
			if got, ok := x.Slice(start, end); !ok || got != string(runes[start:end]) {
				t.Fatalf("Slice(%d, %d) = %q, %v; want %q", start, end, got, ok, string(runes[start:end]))
			}
		}
	}
	for _, bad := range [][2]int{{-1, 2}, {3, 2}, {0, len(runes) + 1}} {
		if _, ok := x.Slice(bad[0], bad[1]); ok {
			t.Errorf("Slice(%d, %d) is there", bad[0], bad[1])
		}
	}
	if x.At(3) != 0 || x.At(4) != 0 || x.At(5) != 1 || x.At(-1) != 0 || x.At(999) != 2 {
		t.Errorf("At: %d %d %d %d %d", x.At(3), x.At(4), x.At(5), x.At(-1), x.At(999))
	}
}
