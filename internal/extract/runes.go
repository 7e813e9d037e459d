package extract

import "unicode"

// space tells white space: ' ' for one that parts words, '\n' for one that parts
// lines, 0 for none.
func space(r rune) rune {
	switch r {
	case '\n', '\u2028', '\u2029':
		return '\n'
	case '\t', '\v', '\f', '\r', '\u0085', ' ':
		return ' '
	}
	if r >= 0xa0 && unicode.Is(unicode.Zs, r) {
		return ' '
	}
	return 0
}

// invisible is what nobody sees on a page: soft hyphens, joiners without
// meaning, directional overrides (which can make a text read otherwise than it
// is stored), tags and non-characters. Joiners that scripts need (U+200C and
// U+200D) and the plain directional marks stay.
var invisible = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00ad, Hi: 0x00ad, Stride: 1},
		{Lo: 0x034f, Hi: 0x034f, Stride: 1},
		{Lo: 0x200b, Hi: 0x200b, Stride: 1},
		{Lo: 0x202a, Hi: 0x202e, Stride: 1},
		{Lo: 0x2060, Hi: 0x2069, Stride: 1},
		{Lo: 0xfdd0, Hi: 0xfdef, Stride: 1},
		{Lo: 0xfeff, Hi: 0xfeff, Stride: 1},
		{Lo: 0xfff9, Hi: 0xfffb, Stride: 1},
		{Lo: 0xfffe, Hi: 0xffff, Stride: 1},
	},
	R32:         []unicode.Range32{{Lo: 0xe0000, Hi: 0xe007f, Stride: 1}},
	LatinOffset: 1,
}

// ligatures of old fonts, and the bullets that office programs take from symbol
// fonts.
var substitutes = map[rune]string{
	0xfb00: "ff", 0xfb01: "fi", 0xfb02: "fl", 0xfb03: "ffi", 0xfb04: "ffl", 0xfb05: "st", 0xfb06: "st",
	0xf0b7: "•", 0xf0a7: "•", 0xf0d8: "•", 0xf076: "•",
}

// substitute says what stands for r: another text, nothing (dropped), or r
// itself ("" and false).
func substitute(r rune) (string, bool) {
	if r < 0x7f && r >= 0x20 {
		return "", false
	}
	if unicode.Is(unicode.Cc, r) || unicode.Is(invisible, r) {
		return "", true
	}
	if r >= 0xf000 {
		return substitutes[r], false
	}
	return "", false
}

// solid tells the scripts that are written without spaces between words: two
// lines of them are joined without one.
func solid(r rune) bool {
	return r >= 0x2e80 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) ||
		r >= 0x3000 && r <= 0x303f || r >= 0xff01 && r <= 0xff60 || r == 'ー')
}
