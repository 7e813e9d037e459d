package document

import (
	"strings"
	"testing"
	"unicode/utf8"

	"entente/internal/document/docxtest"
)

// everywhere puts a text in every place that takes one.
func everywhere(s string) *Document {
	note := func() Footnote { return FnKey(s, s, A(s), I(s), Fn(s), See(s), Again(s)) }
	d := &Document{
		Title: s, Subtitle: s, Lang: s, Date: s, DateText: s, Author: s, Footer: s,
		Labels: Labels{s, s, s, s, s, s}, Meta: []Pair{Meta(s, s, note())},
	}
	link := A("https://example.org/"+s, s, note(), A("https://e.org", s), Again(s))
	return d.Add(H(1, s, note()).Anchor(s), P(s, B(s, I(s)), Code(s), Break{}, link, A(s, s), Lang(s, s), Lang("ar", s), Lang("ja", s), See(s)),
		Q(s), Bullets(s, Li(s, note()).With(Numbered(s))), Numbered(s), PageBreak{}, Note(s, P(s), Bullets(s), Note(s), Table{}),
		Table{Caption: Inlines(s), Header: Cells(s, s), Rows: []Row{Group(s, note()), R(s), R(s, s, s), {Group: true}}, RowHeaders: true, Widths: []int{-1, 0}},
		PageBreak{}, Table{Caption: nil}, Table{Rows: []Row{R(s)}}, Figure{Alt: s, Caption: Inlines(s), PNG: []byte(s), SVG: []byte(s)},
		Figure{Alt: s, PNG: samplePNG()}, PageBreak{}, Note(s), H(9, s), H(-1), P(), Bullets(), nil, Paragraph{[]Inline{nil}}, PageBreak{})
}

var hostile = map[string]string{
	"nothing":             "",
	"control characters":  "a\x00b\x01c\x0bd\x1be\x7ff\u0085g",
	"end of CDATA":        "a]]>b<![CDATA[c]]>",
	"script":              `<script>alert(1)</script><img src=x onerror=alert(1)>"'onmouseover='x`,
	"comment":             "<!-- a -- b -->",
	"entities":            "&amp; &lt; &#0; &bogus; &",
	"emoji":               "👩‍👩‍👧‍👦 🇪🇪 🇯🇵",
	"Japanese":            "国際法の適用について。「サイバー行動」",
	"right to left":       "القانون الدولي في الفضاء السيبراني",
	"overrides":           "abc\u202edef\u202dghi",
	"broken UTF-8":        "a\xff\xfe\xc0\xafb",
	"lone surrogate":      "a\xed\xa0\x80b",
	"noncharacters":       "a\ufffe\uffff\U0001ffff\ufdd0b",
	"white space":         " \t\r\n a \u2028 b \n",
	"markdown":            "# a\n- b\n[x](javascript:y) ![i](z) [^1]: n | *c* `d` ~~e~~ <b>",
	"script address":      "javascript:alert(1)",
	"closing style":       "</style></title></main>",
	"percent and verbs":   "%s %d %! %1$s %n 100%",
	"very long":           strings.Repeat("長い", 3000),
	"field and formula":   `=HYPERLINK("x") {HYPERLINK "x"} INCLUDETEXT`,
	"dot dot in a target": "../../etc/passwd?x=\"><Relationship",
}

func TestHostileTextStaysText(t *testing.T) {
	for name, s := range hostile {
		t.Run(name, func(t *testing.T) { checkEverywhere(t, s) })
	}
}

func checkEverywhere(t testing.TB, s string) {
	t.Helper()
	d := everywhere(s)
	data := docxOf(t, d)
	if err := docxtest.Check(data); err != nil {
		t.Errorf("DOCX: %v", err)
	}
	f, err := docxtest.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if want := PlainText(Inlines(s)); f.Paragraphs[0].Text != strings.Trim(want, " ") {
		t.Errorf("the title %q reads back as %q", want, f.Paragraphs[0].Text)
	}
	page := htmlOf(t, d)
	checkPage(t, page)
	for what, out := range map[string]string{"HTML": page, "Markdown": markdownOf(t, d)} {
		if !utf8.ValidString(out) {
			t.Errorf("%s is not UTF-8", what)
		}
		for _, r := range out {
			if !keep(r) {
				t.Errorf("%s holds the character %U", what, r)
				break
			}
		}
	}
	_ = d.Validate() // must not panic
}

func TestHostileTextKeepsWhatCanBeRead(t *testing.T) {
	for in, want := range map[string]string{
		"a\x00b\x1bc": "abc", "a\xffb": "a\ufffdb", "a\u202eb": "ab", "a\t\n b": "a b", "]]>": "]]>", "👩‍👧": "👩‍👧", "a\u3000b\u00a0c": "a\u3000b\u00a0c",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzWriters(f *testing.F) {
	for _, s := range hostile {
		if len(s) < 1000 {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, s string) { checkEverywhere(t, s) })
}
