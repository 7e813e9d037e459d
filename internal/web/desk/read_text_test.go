package desk

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/internal/extract"
)

// textOf makes a text of paragraphs.
func textOf(paragraphs ...string) *extract.Text {
	t := &extract.Text{Plain: strings.Join(paragraphs, "\n\n")}
	at := 0
	for i, p := range paragraphs {
		n := len([]rune(p))
		t.Paragraphs = append(t.Paragraphs, extract.Paragraph{Number: i + 1, Start: at, End: at + n, Text: p})
		at += n + 2
	}
	return t
}

func TestFindWords(t *testing.T) {
	text := textOf("One law. Another law.", "𝄞 Ein Gesetz\nund  noch eines.", "The end, the end.", "Another law.")
	for _, c := range []struct {
		paragraph int
		words     string
		want      []spot
	}{
		{1, "Another law", []spot{{9, 20, 1}}},
		{0, "One", []spot{{0, 3, 1}}},
		{0, "Another law.", []spot{{9, 21, 1}, {73, 85, 4}}},
		{4, "Another law.", []spot{{73, 85, 4}}},
		{1, "law", []spot{{4, 7, 1}, {17, 20, 1}}},
		{2, " Gesetz und noch ", []spot{{29, 45, 2}}},   // white space of any kind
		{2, "noch eines. The end", []spot{{41, 61, 2}}}, // on into the next paragraph
		{3, "noch", nil},                    // begins in another one
		{3, "the end", []spot{{63, 70, 3}}}, // case counts
		{2, "𝄞", []spot{{23, 24, 2}}},       // one code point
		{1, "  ", nil},
		{0, "nowhere", nil},
	} {
		if diff := cmp.Diff(c.want, findWords(text, c.paragraph, c.words), cmp.AllowUnexported(spot{})); diff != "" {
			t.Errorf("%q in %d (-want +got)\n%s", c.words, c.paragraph, diff)
		}
	}
	if got := findWords(&extract.Text{}, 0, "x"); got != nil {
		t.Errorf("an empty text has %v", got)
	}
}

// words of a paragraph, with what could trip a search or a page.
var paragraphs = rapid.StringOfN(rapid.SampledFrom([]rune("ab <&\"é𝄞\n")), 1, 40, -1)

// TestFoundWordsAreThoseThatStandThere: whatever is cut out of a paragraph is
// found, and what is found are these words.
func TestFoundWordsAreThoseThatStandThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := textOf(rapid.SliceOfN(paragraphs, 1, 4).Draw(t, "paragraphs")...)
		p := rapid.SampledFrom(text.Paragraphs).Draw(t, "paragraph")
		runes := []rune(p.Text)
		from := rapid.IntRange(0, len(runes)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(runes)).Draw(t, "to")
		words := string(runes[from:to])
		if strings.TrimSpace(words) == "" {
			return
		}
		got := findWords(text, p.Number, words)
		if len(got) == 0 {
			t.Fatalf("%q is not found in %q", words, p.Text)
		}
		for _, s := range got {
			if s.paragraph != p.Number || !sameWords(text, s.start, s.end, words) {
				t.Errorf("%q is found at %+v", words, s)
			}
		}
	})
}

var (
	markStart = regexp.MustCompile(`<mark class="([^"]*)" data-q="([^"]*)">`)
	tags      = regexp.MustCompile(`<[^>]*>`)
)

// TestMarksNameWhoCovers: the words stay as they are, and each code point is in a
// mark that names exactly the codings that cover it.
func TestMarksNameWhoCovers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := textOf(rapid.SliceOfN(paragraphs, 1, 3).Draw(t, "paragraphs")...)
		end := text.Paragraphs[len(text.Paragraphs)-1].End
		var list []stretch
		for i, n := 0, rapid.IntRange(0, 5).Draw(t, "codings"); i < n; i++ {
			from := rapid.IntRange(0, end-1).Draw(t, "from")
			list = append(list, stretch{from, rapid.IntRange(from+1, end).Draw(t, "to"), string(rune('a' + i)), i%2 == 0, i%3 == 0, i == 4})
		}
		for i := range list { // in the order of the text
			for j := i; j > 0 && list[j].start < list[j-1].start; j-- {
				list[j], list[j-1] = list[j-1], list[j]
			}
		}
		for i := range text.Paragraphs {
			p := &text.Paragraphs[i]
			got := paragraphHTML(p, list)
			if words := html.UnescapeString(tags.ReplaceAllString(got, "")); words != p.Text {
				t.Fatalf("%q became %q", p.Text, words)
			}
			at := p.Start
			for rest := got; rest != ""; {
				keys, class := "", ""
				if m := markStart.FindStringSubmatchIndex(rest); m != nil && m[0] == 0 {
					class, keys, rest = rest[m[2]:m[3]], rest[m[4]:m[5]], rest[m[1]:]
				}
				words, after, _ := strings.Cut(rest, "<")
				if rest = after; after != "" {
					rest = "<" + after
				}
				rest = strings.TrimPrefix(rest, "</mark>")
				for range []rune(html.UnescapeString(words)) {
					var want []string
					mine := false
					for _, s := range list {
						if s.start <= at && at < s.end {
							want = append(want, s.key)
							mine = mine || s.mine
						}
					}
					if strings.Join(want, " ") != keys || strings.Contains(class, "q-mine") != mine || strings.Contains(class, "q-many") != (len(want) > 1) {
						t.Fatalf("code point %d of %q: %q (%s), want %v", at, text.Plain, keys, class, want)
					}
					at++
				}
			}
			if at != p.End {
				t.Fatalf("%d code points of %d", at-p.Start, p.End-p.Start)
			}
		}
	})
}

func TestShortenedAndNames(t *testing.T) {
	for in, want := range map[string]string{"short": "short", "a few words more than fit": "a few words …", "wordwithoutablankinit": "wordwithouta …"} {
		if got := shortened(in, 12); got != want {
			t.Errorf("%q is shortened to %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"paper.pdf": "paper.pdf", "": "text-01234567.txt", "pasted text": "text-01234567.txt", `..\..\x"y.html`: "_.._x_y.html", "a/b:c?.txt": "a_b_c_.txt", "…": "…",
	} {
		if got := fileName(in, "0123456789"); got != want {
			t.Errorf("%q is stored as %q, want %q", in, got, want)
		}
	}
	if got := codingKey("a b|c\"<é"); got != "a_b_c___" {
		t.Errorf("the key is %q", got)
	}
}
