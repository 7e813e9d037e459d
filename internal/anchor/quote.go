package anchor

import (
	"fmt"
	"unicode/utf8"

	"entente"
)

// ContextRunes is how many runes of the text before and after a quotation are
// kept with it.
const ContextRunes = 32

// A Quote is a passage of a text and how to find it again. It is plain data, to
// be stored.
type Quote struct {
	Start, End int    // rune offsets, half open, in the text it was made from
	Exact      string // the passage
	Prefix     string // up to ContextRunes runes before it
	Suffix     string // up to ContextRunes runes behind it
}

// Method is how a quotation was found.
type Method string

// The methods, the surest first.
const (
	Position Method = "position" // the exact words, where they were
	Exact    Method = "exact"    // the exact words, elsewhere
	Fuzzy    Method = "fuzzy"    // almost the same words
	Orphaned Method = "orphaned" // not found
)

// A Match is where a quotation stands in a text.
type Match struct {
	Start, End int // rune offsets, half open; 0 and 0 for an orphan
	How        Method
	// Distance is the number of runes put in, left out or replaced
	// (Levenshtein): 0 unless How is Fuzzy.
	Distance int
	// Context counts the runes of the surroundings that agree, up to twice
	// ContextRunes: in one piece, from the passage outwards. The beginning and the
	// end of the text count as one rune.
	Context int
	// Rivals counts other places with the same words and surroundings that agree
	// as well: the choice among them was made by nearness only.
	Rivals int
}

// Make returns the quotation of the runes from start up to end. An empty passage,
// or one outside the text, is an Invalid error.
func Make(text string, start, end int) (Quote, error) { return New(text).Make(start, end) }

// Find looks for a quotation in a text, and returns false when it is not there.
// For several quotations in one text, use New and Text.Find, or FindAll.
func Find(text string, q Quote) (Match, bool) { return New(text).Find(q) }

// Make is the function Make for a text that is kept.
func (t *Text) Make(start, end int) (Quote, error) {
	if start < 0 || end <= start || end > t.n {
		return Quote{}, &entente.Error{
			Kind: entente.Invalid, Op: "quote", Place: fmt.Sprintf("runes %d to %d", start, end),
			Msg: fmt.Sprintf("no passage of a text of %d runes", t.n), Hint: "select at least one letter",
		}
	}
	return Quote{
		Start: start, End: end,
		Exact:  t.slice(start, end),
		Prefix: t.slice(max(0, start-ContextRunes), start),
		Suffix: t.slice(end, min(t.n, end+ContextRunes)),
	}, nil
}

// agreement counts the runes of the surroundings of a place that agree with
// those of the quotation, see Match.Context; from and to are byte offsets.
func (t *Text) agreement(q *Quote, from, to int) int {
	n := 0
	before, p := t.s[:from], q.Prefix
	for before != "" && p != "" {
		a, size := utf8.DecodeLastRuneInString(before)
		b, other := utf8.DecodeLastRuneInString(p)
		if a != b {
			break
		}
		n++
		before, p = before[:len(before)-size], p[:len(p)-other]
	}
	if before == "" && p == "" && runes(q.Prefix) < ContextRunes {
		n++ // both begin with the text
	}
	behind, s := t.s[to:], q.Suffix
	for behind != "" && s != "" {
		a, size := utf8.DecodeRuneInString(behind)
		b, other := utf8.DecodeRuneInString(s)
		if a != b {
			break
		}
		n++
		behind, s = behind[size:], s[other:]
	}
	if behind == "" && s == "" && runes(q.Suffix) < ContextRunes {
		n++
	}
	return n
}
