package ingest

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Context is how much of the text, in code points, stands before and after a
// quotation in its prefix and suffix.
const Context = 32

// Counting says what the places of a foreign file count.
type Counting int

// The countings.
const (
	CodePoints Counting = iota // Unicode code points
	UTF16                      // UTF-16 code units, as Java and JavaScript count
)

// Text is a text with LF as its only line end, and the way to it from places in
// the raw text that it was made of.
type Text struct {
	Text string
	// Runes is the length in code points.
	Runes int
	// at[i] is the place in Text, in code points, of unit i of the raw text; one
	// more entry stands for the end.
	at []int32
	// bytes[i] is the byte at which code point i*stride of Text begins.
	bytes []int32
}

const stride = 64

// NewText makes a text of raw: CR LF and CR become LF, bytes that are not UTF-8
// and NUL become U+FFFD. Places in the raw text are counted as told. With
// oneLineEnd a CR LF counts as one unit there, as some programs count it.
func NewText(raw string, c Counting, oneLineEnd bool) *Text {
	t := &Text{at: make([]int32, 0, len(raw)+1)}
	var b strings.Builder
	b.Grow(len(raw))
	n := int32(0)
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRuneInString(raw[i:])
		i += size
		units := 1
		if c == UTF16 && r > 0xFFFF {
			units = 2
		}
		switch {
		case r == '\r' && i < len(raw) && raw[i] == '\n':
			if !oneLineEnd {
				t.at = append(t.at, n) // the place before the CR and the one before the LF are one
			}
			continue
		case r == '\r':
			r = '\n'
		case r == 0:
			r = utf8.RuneError
		}
		if n%stride == 0 {
			t.bytes = append(t.bytes, int32(b.Len()))
		}
		for range units {
			t.at = append(t.at, n)
		}
		b.WriteRune(r)
		n++
	}
	t.at = append(t.at, n)
	t.Text, t.Runes = b.String(), int(n)
	return t
}

// Span turns places in the raw text, end not included, into places in Text, in
// code points. It is false when they lie outside the text or hold nothing.
func (t *Text) Span(start, end int) (from, to int, ok bool) {
	if start < 0 || end <= start || end >= len(t.at) {
		return 0, 0, false
	}
	from, to = int(t.at[start]), int(t.at[end])
	if end > 0 && start < len(t.at) && to == from { // half of a surrogate pair
		return 0, 0, false
	}
	return from, to, true
}

// Slice gives the code points from..to of Text; places outside are brought in.
func (t *Text) Slice(from, to int) string {
	from, to = max(from, 0), min(to, t.Runes)
	if from >= to {
		return ""
	}
	a := t.byteAt(from)
	b := a
	for n := to - from; n > 0; n-- {
		_, size := utf8.DecodeRuneInString(t.Text[b:])
		b += size
	}
	return t.Text[a:b]
}

// byteAt is the byte at which code point i begins.
func (t *Text) byteAt(i int) int {
	b := int(t.bytes[i/stride])
	for range i % stride {
		_, size := utf8.DecodeRuneInString(t.Text[b:])
		b += size
	}
	return b
}

// Quote is a passage anchored by place and by words.
type Quote struct {
	Start, End            int // code points of the document's text, End not included
	Exact, Prefix, Suffix string
	Document              string // [Hash] of the text
}

// Quote takes the passage from..to (see [Text.Span]); document is the hash of
// the text.
func (t *Text) Quote(from, to int, document string) Quote {
	return Quote{
		Start: from, End: to, Exact: t.Slice(from, to), Prefix: t.Slice(from-Context, from), Suffix: t.Slice(to, to+Context), Document: document,
	}
}

// Quote adds the quotation of a statement.
func (p *Proposal) Quote(statement, source string, q Quote, row int, place string) {
	p.Add("quotations", row, place, map[string]string{
		"statement": statement, "start": strconv.Itoa(q.Start), "end": strconv.Itoa(q.End), "source": source, "document": q.Document,
		"exact": q.Exact, "prefix": q.Prefix, "suffix": q.Suffix,
	})
}

// Clean brings a cell to the form that a table takes: no white space at its
// ends, LF as the only line end, no NUL, UTF-8.
func Clean(s string) string {
	s = strings.TrimSpace(s)
	if strings.ContainsAny(s, "\r\x00") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
		s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
