package workbench

import (
	"strings"
	"unicode/utf8"

	"entente"
	"entente/internal/anchor"
	"entente/internal/extract"
)

// Found says how a passage was found in a text.
type Found string

// The ways, the best first.
const (
	InPlace  Found = "in-place" // where the quotation says
	Moved    Found = "moved"    // the same words at another place
	Fuzzy    Found = "fuzzy"    // nearly the same words: somebody should look
	Orphaned Found = "orphaned" // the text does not hold it any more
	Unplaced Found = "unplaced" // the coding names no passage
)

var methods = map[anchor.Method]Found{anchor.Position: InPlace, anchor.Exact: Moved, anchor.Fuzzy: Fuzzy, anchor.Orphaned: Orphaned}

// locate finds a quotation in a text. The place of a quotation that counts in
// this very text is taken as it is when its words stand there.
func locate(t *loaded, q *entente.Quotation) (start, end int, how Found) {
	if q.Document == t.Hash {
		if got, ok := t.Slice(q.Start, q.End); ok && got == q.Exact {
			return q.Start, q.End, InPlace
		}
	}
	m, _ := t.anchors().Find(anchor.Quote{Start: q.Start, End: q.End, Exact: q.Exact, Prefix: q.Prefix, Suffix: q.Suffix})
	return m.Start, m.End, methods[m.How]
}

// anchored fills in the place of a quotation, which lies in the text, and the
// words around it.
func anchored(q entente.Quotation, t *loaded, start, end int) (entente.Quotation, error) {
	a, err := t.anchors().Make(start, end)
	if err != nil {
		return q, err
	}
	q.Document, q.Paragraph = t.Hash, t.Paragraphs[t.At(start)].Number
	q.Start, q.End, q.Exact, q.Prefix, q.Suffix = a.Start, a.End, a.Exact, a.Prefix, a.Suffix
	return q, nil
}

// size is the length of a text in code points.
func size(t *extract.Text) int {
	if len(t.Paragraphs) == 0 {
		return 0
	}
	return t.Paragraphs[len(t.Paragraphs)-1].End
}

// maxPassage bounds a passage, in code points.
const maxPassage = 20_000

// passage checks a selection and takes the white space off its ends, which
// browsers often select along.
func passage(op string, t *loaded, start, end int) (int, int, error) {
	bad := func(msg, hint string) (int, int, error) {
		return 0, 0, fault(entente.Invalid, op, "passage", msg, hint)
	}
	switch {
	case start < 0 || end > size(t.Text) || start >= end:
		return bad("the passage does not lie in the text", "load the text again and select the passage")
	case end-start > maxPassage:
		return bad("the passage is too long", "select the sentences that say it")
	}
	words, _ := t.Slice(start, end)
	start += utf8.RuneCountInString(words) - utf8.RuneCountInString(strings.TrimLeft(words, " \n"))
	end -= utf8.RuneCountInString(words) - utf8.RuneCountInString(strings.TrimRight(words, " \n"))
	if start >= end {
		return bad("the passage is empty", "select some words")
	}
	return start, end, nil
}
