package extract

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPlain(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"empty lines", "One\n\n\n \t\nTwo\r\n\r\nThree\r\rFour", []string{"One", "Two", "Three", "Four"}},
		{"white space", "  One \u00a0\u2003 two\t\tthree\u3000", []string{"One two three"}},
		{"invisible", "co\u00adop\u200bera\u2060tion \u202eright\u202c \u200dא\u200e", []string{"cooperation right \u200dא\u200e"}},
		{"form C and ligatures", "Cafe\u0301 \ufb01nd o\ufb03ce \u212bngstro\u0308m", []string{"Café find office Ångström"}},
		{"controls", strings.Repeat("long text ", 20) + "A\x00B\x07C\x1bD", []string{strings.Repeat("long text ", 20) + "ABCD"}},
		{
			"margin breaks lines",
			"This text was set with hard breaks at a margin, as mail and old\nreports are, and its lines belong together until the paragraph\nends.\n\nA second one.",
			[]string{"This text was set with hard breaks at a margin, as mail and old reports are, and its lines belong together until the paragraph ends.", "A second one."},
		},
		{
			"numbers begin paragraphs",
			"12. The first paragraph is long enough to be broken at the margin\nand ends here.\n13. The second one follows at once and is also broken by the\nmargin.\n(a) An item;\n(b) Another item.",
			[]string{"12. The first paragraph is long enough to be broken at the margin and ends here.", "13. The second one follows at once and is also broken by the margin.", "(a) An item;", "(b) Another item."},
		},
		{
			"short lines stay apart",
			"Members of the group since it first met are:\nJapan\nFinland\nThe last line is again a long one that reaches to the margin now\nor nearly.",
			[]string{"Members of the group since it first met are:", "Japan", "Finland", "The last line is again a long one that reaches to the margin now or nearly."},
		},
		{
			"long lines are paragraphs",
			strings.Repeat("word ", 40) + "end.\nnext line\nthird",
			[]string{strings.Repeat("word ", 40) + "end.", "next line", "third"},
		},
		{
			"first lines set in",
			"   The first paragraph begins a little to the right of the others\nand goes on to the margin until it ends in this very full sentence.\n   The second one as well, without any empty line between them, and\ngoes on.",
			[]string{"The first paragraph begins a little to the right of the others and goes on to the margin until it ends in this very full sentence.", "The second one as well, without any empty line between them, and goes on."},
		},
		{
			"Japanese lines join without a space",
			"国際法はサイバー空間に適\n用されるという立場である",
			[]string{"国際法はサイバー空間に適用されるという立場である"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, texts(read(t, "a.txt", []byte(c.in)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlainPages(t *testing.T) {
	x := read(t, "a.txt", []byte("One\fTwo\n\nTwo again\f"))
	if x.Pages != 2 || x.Paragraphs[0].Page != 1 || x.Paragraphs[2].Page != 2 {
		t.Errorf("pages %d: %+v", x.Pages, x.Paragraphs)
	}
	if x := read(t, "a.txt", []byte("One\n\nTwo")); x.Pages != 0 || x.Paragraphs[0].Page != 0 {
		t.Errorf("a text without form feeds has page %d of %d", x.Paragraphs[0].Page, x.Pages)
	}
}

func TestEncodings(t *testing.T) {
	for _, c := range []struct{ name, data, want, note string }{
		{"UTF-8 with mark", "\xef\xbb\xbfõun", "õun", ""},
		{"UTF-16 little", "\xff\xfe\xf5\x00u\x00n\x00", "õun", ""},
		{"UTF-16 big", "\xfe\xff\x00\xf5\x00u\x00n", "õun", ""},
		{"Windows-1252", "\xf5un \x96 \x80", "õun – €", "read as Windows-1252"},
		{"half a character", "\xff\xfe\xf5\x00\xd8\x3d", "õ\u3dd8", ""},
		{"half a pair", "\xfe\xff\x00\xf5\xd8\x3d", "õ\ufffd", "1 places could not be read"},
		{"control", strings.Repeat("a", 100) + "\x00", strings.Repeat("a", 100), "1 control characters were left out"},
	} {
		x := read(t, "a.txt", []byte(c.data))
		notes := strings.Join(x.Notes, " ")
		if x.Plain != c.want || !strings.Contains(notes, c.note) || c.note == "" && notes != "" {
			t.Errorf("%s: %q, notes %q; want %q, %q", c.name, x.Plain, notes, c.want, c.note)
		}
	}
}

func TestHyphens(t *testing.T) {
	for _, c := range []struct {
		name, want string
		lines      []string
	}{
		{"the word stands elsewhere", "The cooperation is cooperation", []string{"The coopera-", "tion is cooperation"}},
		{"neither half is a word", "The cooperation goes on", []string{"The coopera-", "tion goes on"}},
		{"the second half is a word", "A capacity-building effort of building", []string{"A capacity-", "building effort of building"}},
		{"the hyphenated word stands elsewhere", "well-being or well-being", []string{"well-", "being or well-being"}},
		{"a capital follows", "Non-Aligned", []string{"Non-", "Aligned"}},
		{"numbers", "2021-2025", []string{"2021-", "2025"}},
		{"a dash", "law - and order", []string{"law -", "and order"}},
		{"a soft hyphen", "cooperation", []string{"coopera\u00ad", "tion"}},
		{"two hyphens", "confidence-building; building", []string{"confidence-build-", "ing; building"}},
		{"no hyphen", "one two", []string{"one ", " two"}},
	} {
		if got := clean(joinLines(c.lines, vocabulary(c.lines))); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestLabels(t *testing.T) {
	for text, want := range map[string]string{
		"12. The Group":            "12.",
		"12) The Group":            "12)",
		"3.2.1 Scope":              "3.2.1",
		"3.2. Scope":               "3.2.",
		"(a) An item":              "(a)",
		"(iv) An item":             "(iv)",
		"(12) An item":             "(12)",
		"b) an item":               "b)",
		"a. first":                 "a.",
		"[7] A note":               "[7]",
		"§ 5 A rule":               "§ 5",
		"１．国際法":                    "１．",
		"（1）国際法":                   "（1）",
		"１ 国際法":                    "１",
		"12. “Quoted”":             "12.",
		"2021. The year":           "",
		"12. märts 2021":           "",
		"12. Dezember 2021 in Bar": "",
		"3.5 million":              "",
		"e. g. this":               "",
		"A. Smith said":            "",
		"(EU) 2019/796":            "",
		"The 12. item":             "",
		"12.The":                   "",
		"12.":                      "",
		"I. The sovereign":         "",
	} {
		if got := printedLabel(text, false); got != want {
			t.Errorf("printedLabel(%q) = %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"IV. Norms": "IV.", "B. Law": "B.", "2. Scope": "2.", "Civil law": ""} {
		if got := printedLabel(text, true); got != want {
			t.Errorf("printedLabel(%q) of a heading = %q, want %q", text, got, want)
		}
	}
}

// Cleaning a text that was cleaned changes nothing, so offsets into Plain stay
// true when it is stored and read again.
func TestCleanTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.RuneFrom([]rune(" \n\t\u00ad\u0301e\u200b\u202e\u3000\ufb01カ\u3099")))).Draw(t, "s")
		once := clean(s)
		if twice := clean(once); twice != once {
			t.Fatalf("clean(%q) = %q, again %q", s, once, twice)
		}
	})
}

// A text that Entente has written is read back as it is.
func TestPlainReadsItself(t *testing.T) {
	word := rapid.StringMatching(`[a-z]{1,9}`)
	rapid.Check(t, func(t *rapid.T) {
		var pars []string
		for range rapid.IntRange(1, 8).Draw(t, "paragraphs") {
			pars = append(pars, strings.Join(rapid.SliceOfN(word, 1, 60).Draw(t, "words"), " ")+".")
		}
		x, err := Extract(t.Context(), "a.txt", []byte(strings.Join(pars, "\n\n")), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(pars, texts(x)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}
