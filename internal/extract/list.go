package extract

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// openList reads how a list numbers its items.
func (e *element) openList(t html.Token) {
	e.next, e.typ = -1, ""
	if t.Data != "ol" {
		return
	}
	e.next, e.typ = 1, "1"
	for _, a := range t.Attr {
		switch strings.ToLower(a.Key) {
		case "start":
			if n, err := strconv.Atoi(strings.TrimSpace(a.Val)); err == nil && n >= 0 && n < 1_000_000 {
				e.next = n
			}
		case "type":
			if strings.Contains("1aAiI", a.Val) && len(a.Val) == 1 {
				e.typ = a.Val
			}
		case "reversed":
			// The count of items is not known yet; a browser counts them first.
			e.next, e.typ = -1, ""
		}
	}
}

// openItem sets the label that the item's first paragraph gets.
func (w *page) openItem(t html.Token) {
	w.label = "•"
	for i := len(w.open) - 1; i >= 0; i-- {
		e := &w.open[i]
		if e.kind != list {
			continue
		}
		if v, ok := attribute(t.Attr, "value"); ok && e.next >= 0 {
			if n, err := strconv.Atoi(strings.TrimSpace(v)); err == nil && n >= 0 && n < 1_000_000 {
				e.next = n
			}
		}
		if e.next >= 0 {
			w.label = numeral(e.next, numberings[e.typ]) + "."
			e.next++
		}
		return
	}
}

// numberings maps the types of HTML lists to the names that Word uses.
var numberings = map[string]string{"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}

// numeral writes n in one of Word's number formats; formats that are not known
// are written in digits.
func numeral(n int, format string) string {
	switch format {
	case "lowerLetter":
		return letters(n)
	case "upperLetter":
		return strings.ToUpper(letters(n))
	case "lowerRoman":
		return roman(n)
	case "upperRoman":
		return strings.ToUpper(roman(n))
	case "decimalZero":
		return fmt.Sprintf("%02d", n)
	case "ordinal":
		return ordinal(n)
	case "none":
		return ""
	}
	return strconv.Itoa(n)
}

// letters counts a, b … z, aa, bb … as Word does.
func letters(n int) string {
	if n < 1 || n > 26*30 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(rune('a'+(n-1)%26)), (n-1)/26+1)
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, r := range []struct {
		value int
		sign  string
	}{{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}} {
		for n >= r.value {
			b.WriteString(r.sign)
			n -= r.value
		}
	}
	return b.String()
}

func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}
