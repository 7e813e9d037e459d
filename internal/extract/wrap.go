package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A line of a page or of a text file with hard breaks. Widths are in any unit,
// the same for all lines of a text.
type line struct {
	text        string
	left, right float64 // where it begins and ends
	first       float64 // the width of its first word
}

// deliberate tells whether the author broke the line after a, so that b begins a
// paragraph, or the margin did. edge is where full lines end, gap the width of a
// space, indent how far a paragraph's first line is set in at least.
//
// The test: had the margin broken the line, then b's first word would not have
// fitted behind a. Since margins are ragged and lists are loose, a second sign is
// asked for: the end of a sentence, an entry of a list, or a line much shorter
// than the others.
func deliberate(a, b line, edge, gap, indent float64) bool {
	ends := endsSentence(a.text)
	fits := a.right+gap+b.first <= edge
	switch {
	case opensEntry(b.text) && (ends || fits):
		return true
	case ends && b.left >= a.left+indent:
		return true
	case !fits:
		return false
	}
	return ends || a.right-a.left < 0.6*(edge-a.left)
}

// endsSentence tells whether a line can be the last of a paragraph: it ends in
// closing punctuation, which quotation marks and brackets may follow.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, "\"'”’»)]」』）】 0123456789")
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?:;…。！？：；", r)
}

// words is a set of the words of a text in lower case, from which a hyphen at
// the end of a line is judged.
type words map[string]bool

// vocabulary collects the words of lines that are whole: not the halves at a
// hyphenated line end. A word with a hyphen in it counts as one and as its parts.
func vocabulary(lines []string) words {
	w := words{}
	carried := false
	for _, l := range lines {
		fields := strings.FieldsFunc(l, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != '\u00ad' && r != '\'' })
		hyphen := strings.HasSuffix(strings.TrimRight(l, " "), "-")
		for i, f := range fields {
			if i == 0 && carried || i == len(fields)-1 && hyphen {
				continue
			}
			f = strings.ToLower(strings.ReplaceAll(strings.Trim(f, "-"), "\u00ad", ""))
			w[f] = true
			if strings.Contains(f, "-") {
				for part := range strings.SplitSeq(f, "-") {
					w[part] = true
				}
			}
		}
		carried = hyphen
	}
	return w
}

// joinLines makes one paragraph of the lines that the margin broke.
func joinLines(lines []string, w words) string {
	var b []byte
	for _, l := range lines {
		b = joinLine(b, strings.TrimSpace(l), w)
	}
	return string(b)
}

// joinLine appends a line to what stands in b.
func joinLine(b []byte, next string, w words) []byte {
	last, size := utf8.DecodeLastRune(b)
	first, _ := utf8.DecodeRuneInString(next)
	switch {
	case len(b) == 0 || next == "" || last == '\u00ad' || solid(last) && solid(first):
	case last == '-' || last == '\u2010':
		head := b[:len(b)-size]
		before, _ := utf8.DecodeLastRune(head)
		switch {
		case !unicode.IsLetter(before) && !unicode.IsDigit(before):
			b = append(b, ' ') // a dash
		case unicode.IsLetter(before) && unicode.IsLower(first) && w.undo(head, next):
			b = head
		}
	default:
		b = append(b, ' ')
	}
	return append(b, next...)
}

// longestWord bounds, in bytes, what counts as a word.
const longestWord = 100

// undo tells whether the hyphen between the end of one line and the beginning of
// the next was put there by the setter of the page. It was when the word without
// it stands elsewhere, and when neither half is a word and the word with the
// hyphen does not stand elsewhere. A hyphen in doubt stays.
func (w words) undo(before []byte, after string) bool {
	head := tailWord(string(before[max(0, len(before)-longestWord):]))
	tail := after[:min(len(after), longestWord)]
	if i := strings.IndexFunc(tail, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }); i >= 0 {
		tail = tail[:i]
	}
	head, tail = strings.ToLower(head), strings.ToLower(tail)
	if head == "" || tail == "" || len(head) == longestWord {
		return false
	}
	if w[head+tail] {
		return true
	}
	if i := strings.LastIndexByte(head, '-'); i >= 0 { // capacity-build-ing
		return w[head[i+1:]+tail]
	}
	return !w[head] && !w[tail] && !w[head+"-"+tail]
}

// tailWord is the word that s ends with; hyphens belong to words.
func tailWord(s string) string {
	i := strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != '\'' })
	if i < 0 {
		return s
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return s[i+size:]
}
