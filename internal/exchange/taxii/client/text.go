package client

import (
	"strings"
	"unicode"
)

// clip makes a server's words fit to be shown: short, on one line, without
// anything that a terminal would obey.
func clip(s string) string {
	const most = 200
	n := 0
	out := strings.Map(func(r rune) rune {
		if n++; n > most {
			return -1
		}
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
	if n > most {
		out += "…"
	}
	return strings.TrimSpace(out)
}
