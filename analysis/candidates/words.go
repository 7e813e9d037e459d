package candidates

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// prefix is after how many letters a word is cut.
const prefix = 6

// span is where a word stands in the text, in bytes.
type span struct{ from, to int }

// split calls f for each word of a text, folded and cut, with its place. Scripts
// that do not part words give pairs of neighbouring characters instead.
func split(s string, f func(word string, at span)) {
	var buf [prefix * utf8.UTFMax]byte
	word, letters, start, end := buf[:0], 0, -1, 0
	flush := func() {
		if start >= 0 {
			f(string(word), span{start, end})
		}
		word, letters, start = buf[:0], 0, -1
	}
	var last rune // of a packed script
	var lastAt int
	lone := false // last stands alone so far
	single := func() {
		if lone {
			f(string(last), span{lastAt, lastAt + utf8.RuneLen(last)})
		}
		last, lone = 0, false
	}
	for i, r := range s {
		size := utf8.RuneLen(r)
		switch {
		case packs(r):
			flush()
			if last != 0 {
				f(string([]rune{last, r}), span{lastAt, i + size})
			}
			lone, last, lastAt = last == 0, r, i
		case unicode.IsMark(r) && (start >= 0 || last != 0):
			end = i + size // an accent belongs to the letter before it, and is dropped
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			single()
			if start < 0 {
				start = i
			}
			end = i + size
			if letters < prefix {
				word = utf8.AppendRune(word, fold(r))
			}
			letters++
		default:
			flush()
			single()
		}
	}
	flush()
	single()
}

// packs reports whether the script of r writes words without spaces.
func packs(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) && unicode.IsLetter(r)
}

// fold makes letters equal that differ in case, width or accent only.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	if r >= 0xFF01 && r <= 0xFF5E { // full-width forms
		return fold(r - 0xFEE0)
	}
	r = unicode.ToLower(unicode.ToUpper(r)) // both, for letters with two small forms
	if base, ok := bases[r]; ok {
		return base
	}
	return r
}

// bases gives the letter under an accent. Composed and decomposed spellings of
// one letter must meet, since texts taken from PDF files have either.
var bases = func() map[rune]rune {
	m := map[rune]rune{}
	for row := range strings.FieldsSeq(`
		aàáâãäåāăąǎạảấầẩẫậắằẳẵặ cçćĉċč dďđ eèéêëēĕėęěẹẻẽếềểễệ gĝğġģ hĥħ iìíîïĩīĭįıỉị jĵ kķ lĺļľŀł
		nñńņňŉ oòóôõöøōŏőơọỏốồổỗộớờởỡợ rŕŗř sśŝşšș tţťŧț uùúûüũūŭůűųưụủứừửữự wŵ yýÿŷỳỵỷỹ zźżž
		αά εέ ηή ιίϊΐ οό υύϋΰ ωώ иѝй еёѐ іїѓ гѓ кќ уў`) {
		base, size := utf8.DecodeRuneInString(row)
		for _, r := range row[size:] {
			if _, ok := m[r]; !ok {
				m[r] = base
			}
		}
	}
	return m
}()
