package extract

import (
	"context"
	"strings"
	"unicode/utf8"
)

// Corrected makes a text of what a person made of the words of another: its
// paragraphs are parted by empty lines, as in [Text.Plain]. Headings, pages and
// the marks of footnotes are taken over from the paragraphs that are the same,
// and, between two such, from the one in the same place when their number is the
// same; else a new paragraph stands on the page of the one before. Errors are
// those of [Extract] for too long a text, or one without words.
func Corrected(ctx context.Context, old *Text, plain string, o Options) (*Text, error) {
	o, err := o.checked()
	if err != nil {
		return nil, err
	}
	if len(plain) > o.MaxBytes {
		return nil, placed(tooLong(o.MaxRunes), "the corrected text")
	}
	if !utf8.ValidString(plain) {
		return nil, placed(invalid("the text is not UTF-8", "save or paste it as UTF-8"), "the corrected text")
	}
	b := newBuilder(ctx, o)
	b.text.Media, b.text.Title, b.text.Lang = old.Media, old.Title, old.Lang
	b.text.Pages, b.text.Notes = old.Pages, append([]string(nil), old.Notes...)
	var words []string
	for _, block := range blocks(strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2029", "\n\n").Replace(plain), "\n")) {
		if text := clean(strings.Join(block, "\n")); text != "" {
			words = append(words, text)
		}
	}
	page := 0
	for i, from := range sameParagraphs(old.Paragraphs, words) {
		d := draft{text: words[i], page: page}
		if from >= 0 {
			p := old.Paragraphs[from]
			d.page, d.heading, d.mark = p.Page, p.Heading, p.Mark
			for _, t := range old.Turns {
				if t.Offset >= p.Start && t.Offset <= p.End {
					d.turns = append(d.turns, Turn{Offset: t.Offset - p.Start, Page: t.Page})
				}
			}
		}
		page = d.page
		if n := len(d.turns); n > 0 {
			page = d.turns[n-1].Page
		}
		if err := b.add(d); err != nil {
			return nil, placed(err, "the corrected text")
		}
	}
	t, err := b.finish()
	if err != nil {
		return nil, placed(err, "the corrected text")
	}
	t.Original = old.Original
	return t, nil
}

// sameParagraphs gives, for each new paragraph, the old one that it comes from,
// or -1. Paragraphs whose words stand once in both texts, in the same order, are
// fixed points; between two of them, runs of the same length are paired.
func sameParagraphs(old []Paragraph, words []string) []int {
	seen, at := map[string]int{}, map[string]int{}
	for i, p := range old {
		seen[p.Text]++
		at[p.Text] = i
	}
	again := map[string]int{}
	for _, w := range words {
		again[w]++
	}
	out := make([]int, len(words))
	last, start := -1, 0 // of the fixed point before: in the old text, and after it in the new
	pair := func(oldEnd, newEnd int) {
		for i := start; i < newEnd; i++ {
			out[i] = -1
			if oldEnd-last-1 == newEnd-start {
				out[i] = last + 1 + i - start
			}
		}
	}
	for i, w := range words {
		if j := at[w]; seen[w] == 1 && again[w] == 1 && j > last {
			pair(j, i)
			out[i], last, start = j, j, i+1
		}
	}
	pair(len(old), len(words))
	return out
}
