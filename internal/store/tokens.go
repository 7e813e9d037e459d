package store

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"entente/internal/datapackage"
)

// The index holds, for the latest version of each record, tokens: the words of
// its text, folded, and marks by which it is filtered. Both engines get the very
// same tokens, so that they find the same. A mark begins with markSign, which no
// word does.

// MaxWords bounds, in bytes, the text of one record that the search looks at.
const MaxWords = 2_000_000

const (
	markSign    = "→"
	maxToken    = 100     // bytes of a word; longer ones are cut, also in a question
	maxTokenSum = 600_000 // bytes of all tokens of a record
	maxMark     = 400     // bytes of a mark; longer ones are hashed
	maxAsk      = 20      // words of a question
)

// Words splits what somebody typed into the words that the search looks for:
// runs of letters, digits and marks, at most twenty.
func Words(s string) []string {
	words := strings.FieldsFunc(strings.ToValidUTF8(s, " "), func(r rune) bool { return !isWord(r) })
	return words[:min(len(words), maxAsk)]
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// appendWords adds the folded words of a text to tokens.
func appendWords(tokens []string, s string) []string {
	ascii := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if !ascii {
		return appendRunes(tokens, fold(s))
	}
	s = strings.ToLower(s)
	start := -1
	for i := range len(s) + 1 {
		if i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= '0' && s[i] <= '9') {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			tokens = append(tokens, s[start:min(i, start+maxToken)])
			start = -1
		}
	}
	return tokens
}

// fold takes away what a reader does not search by: case, width, and the marks
// on letters of alphabets that are also written without them.
func fold(s string) string {
	s = cases.Fold().String(norm.NFKD.String(s))
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf && unicode.Is(unicode.Mn, r) && plainWithout(r) {
			return -1
		}
		return r
	}, s)
}

// plainWithout tells the marks that can be left out: combining diacritics, and
// the vowel points of Arabic and Hebrew. Elsewhere a mark makes the letter.
func plainWithout(r rune) bool {
	for _, block := range [][2]rune{{0x300, 0x36f}, {0x483, 0x487}, {0x591, 0x5c7}, {0x610, 0x61a}, {0x64b, 0x65f}, {0x670, 0x670}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe20, 0xfe2f}} {
		if r >= block[0] && r <= block[1] {
			return true
		}
	}
	return false
}

// unspaced are the scripts that do not part words: of them each pair of
// neighbours is a token.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// appendRunes adds the words of folded text.
func appendRunes(tokens []string, s string) []string {
	start, pair, run := -1, -1, 0 // of a word; of the letter before in a run of an unspaced script; its length
	endRun := func(i int) {
		if run == 1 {
			tokens = append(tokens, s[pair:i])
		}
		pair, run = -1, 0
	}
	for i, r := range s {
		switch {
		case r >= 0xe00 && unicode.In(r, unspaced...):
			if start >= 0 {
				tokens = append(tokens, cut(s[start:i]))
				start = -1
			}
			if run > 0 {
				tokens = append(tokens, s[pair:i+utf8.RuneLen(r)])
			}
			pair = i
			run++
		case isWord(r):
			endRun(i)
			if start < 0 {
				start = i
			}
		default:
			endRun(i)
			if start >= 0 {
				tokens = append(tokens, cut(s[start:i]))
				start = -1
			}
		}
	}
	endRun(len(s))
	if start >= 0 {
		tokens = append(tokens, cut(s[start:]))
	}
	return tokens
}

// cut bounds a token at a rune's end.
func cut(s string) string {
	if len(s) <= maxToken {
		return s
	}
	s = s[:maxToken]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s
}

// mark makes a token that no text holds. Two different lists of parts never give
// the same: what is not a small letter or a digit becomes another letter, byte
// by byte, and the sign parts the parts.
func mark(parts ...string) string {
	b := make([]byte, 0, 64)
	for _, p := range parts {
		b = append(b, markSign...)
		for i := range len(p) {
			if c := p[i]; c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
				b = append(b, c)
			} else {
				b = utf8.AppendRune(b, 0x100+rune(c))
			}
		}
	}
	if len(b) > maxMark {
		sum := sha256.Sum256(b)
		return markSign + "h" + hex.EncodeToString(sum[:])
	}
	return string(b)
}

// The marks of a head.
func markKind(kind string) string      { return mark("k", kind) }
func markState(s State) string         { return mark("z", string(s)) }
func markFacet(f, v string) string     { return mark(f, v) }
func markRef(r datapackage.Ref) string { return mark("r", r.Table, r.ID) }

// facetMarks are the letters of the facets, and the tables whose rows they name.
var facetMarks = []struct {
	letter, table string
	of            func(*Facets) *string
}{
	{"a", "actors", func(f *Facets) *string { return &f.Actor }},
	{"p", "propositions", func(f *Facets) *string { return &f.Proposition }},
	{"s", "sources", func(f *Facets) *string { return &f.Source }},
	{"c", "", func(f *Facets) *string { return &f.Coder }},
}

// appendMarks adds the marks of a head: kind, state unless published (the
// common one), facets, and what the published version refers to, as far as a
// facet does not tell it.
func appendMarks(tokens []string, kind string, state State, f *Facets, refs []datapackage.Ref) []string {
	tokens = append(tokens, markKind(kind))
	if state != Published {
		tokens = append(tokens, markState(state))
	}
	for _, m := range facetMarks {
		if v := *m.of(f); v != "" {
			tokens = append(tokens, markFacet(m.letter, v))
		}
	}
	for _, r := range refs {
		told := false
		for _, m := range facetMarks {
			told = told || m.table == r.Table && *m.of(f) == r.ID
		}
		if !told {
			tokens = append(tokens, markRef(r))
		}
	}
	return tokens
}

// settle sorts tokens, takes out duplicates and joins them by spaces, within the
// bound of a record. Marks sort behind words of the Latin alphabet, and are kept.
func settle(tokens []string) string {
	slices.Sort(tokens)
	tokens = slices.Compact(tokens)
	sum := 0
	for _, t := range tokens {
		sum += len(t) + 1
	}
	if sum > maxTokenSum {
		tokens = slices.DeleteFunc(tokens, func(t string) bool {
			if sum <= maxTokenSum || strings.HasPrefix(t, markSign) {
				return false
			}
			sum -= len(t) + 1
			return true
		})
	}
	return strings.Join(tokens, " ")
}

// searched is the part of a text that the search looks at, as both engines keep
// it.
func searched(text string) string {
	if len(text) > MaxWords {
		text = text[:MaxWords]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", " ")
}
