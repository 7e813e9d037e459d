package sheet

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// maxName is the most UTF-16 units that the name of a sheet may have.
const maxName = 31

// names gives sheets names that are allowed and not yet taken. Case does not
// make two names different.
type names map[string]bool

func newNames(taken ...string) names {
	n := names{"history": true} // a name that the spreadsheet program keeps for itself
	for _, t := range taken {
		n[strings.ToLower(t)] = true
	}
	return n
}

// take gives the name nearest to the wanted one.
func (n names) take(want string) string {
	base := allowed(want, maxName)
	name := base
	for i := 2; n[strings.ToLower(name)]; i++ {
		end := "-" + strconv.Itoa(i)
		name = allowed(base, maxName-len(end)) + end
	}
	n[strings.ToLower(name)] = true
	return name
}

// allowed replaces what a name may not have, and cuts it to most UTF-16 units.
func allowed(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`:\/?*[]'`, r), unicode.IsControl(r), r == unicode.ReplacementChar, r == 0xFFFE, r == 0xFFFF:
			return '-'
		case unicode.Is(unicode.Cf, r): // invisible, or turns the reading direction
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	units, end := 0, len(s)
	for i, r := range s {
		if units += utf16.RuneLen(r); units > most {
			end = i
			break
		}
	}
	if s = strings.TrimSpace(s[:end]); s == "" {
		return dataSheet
	}
	return s
}
