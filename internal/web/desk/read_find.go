package desk

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"entente/internal/extract"
)

// Without a script nobody can say where a passage begins but by its words: the
// number of its paragraph and the words as they stand there.

// maxExact bounds the words of a passage, in bytes.
const maxExact = 80_000

// spot is where words stand: code points of the whole text, half open.
type spot struct{ start, end, paragraph int }

// squeezed is a text in which every run of white space is one blank, with the
// place in code points that each of its bytes has in the text.
type squeezed struct {
	s  string
	at []int32
}

func squeeze(s string, start int) squeezed {
	var b strings.Builder
	at := make([]int32, 0, len(s))
	n, gap := int32(start), false //nolint:gosec // a text has at most 20 million code points
	for _, r := range s {
		switch {
		case !unicode.IsSpace(r):
			b.WriteRune(r)
			for range utf8.RuneLen(r) {
				at = append(at, n)
			}
			gap = false
		case !gap:
			b.WriteByte(' ')
			at = append(at, n)
			gap = true
		}
		n++
	}
	return squeezed{b.String(), at}
}

// words are squeezed words as they are compared.
func squeezedWords(s string) string { return strings.TrimSpace(squeeze(s, 0).s) }

// findWords looks for words that begin in a paragraph, or anywhere when paragraph
// is 0. White space of any kind and length counts as one blank; nothing else may
// differ. It gives at most two places, which is enough to know that one is not
// the only one.
func findWords(t *extract.Text, paragraph int, words string) []spot {
	want := squeezedWords(words)
	if want == "" || len(t.Paragraphs) == 0 {
		return nil
	}
	text, start, end := t.Plain, 0, t.Paragraphs[len(t.Paragraphs)-1].End
	if paragraph > 0 {
		p := &t.Paragraphs[paragraph-1]
		start, end = p.Start, p.End
		last := paragraph - 1 // the words may run on into the next paragraphs
		for last+1 < len(t.Paragraphs) && t.Paragraphs[last].End < end+len(want) {
			last++
		}
		text, _ = t.Slice(start, t.Paragraphs[last].End)
	}
	in := squeeze(text, start)
	var out []spot
	for from := 0; len(out) < 2; {
		k := strings.Index(in.s[from:], want)
		if k < 0 {
			break
		}
		k += from
		at := int(in.at[k])
		if at >= end {
			break
		}
		i := sort.Search(len(t.Paragraphs), func(i int) bool { return t.Paragraphs[i].Start > at }) - 1
		out = append(out, spot{at, int(in.at[k+len(want)-1]) + 1, t.Paragraphs[i].Number})
		from = k + 1
		for from < len(in.s) && !utf8.RuneStart(in.s[from]) {
			from++
		}
	}
	return out
}

// sameWords tells whether a stretch of the text holds words, white space aside.
func sameWords(t *extract.Text, start, end int, words string) bool {
	got, ok := t.Slice(start, end)
	return ok && squeezedWords(got) == squeezedWords(words)
}
