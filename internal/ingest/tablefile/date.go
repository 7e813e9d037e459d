package tablefile

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"entente"
)

// format is a way to write dates: parts and what stands between them.
type format struct {
	parts []part
}

type part struct {
	kind byte // 'Y', 'M', 'N' (month by name), 'D', or 0 for a separator
	sep  string
}

// parseFormat reads "DD.MM.YYYY" and the like.
func parseFormat(s string) (*format, error) {
	f := &format{}
	seen := map[byte]bool{}
	for i := 0; i < len(s); {
		c := s[i]
		n := 1
		for i+n < len(s) && s[i+n] == c {
			n++
		}
		kind := byte(0)
		switch {
		case c == 'Y' && n == 4:
			kind = 'Y'
		case c == 'M' && n <= 2:
			kind = 'M'
		case c == 'M' && n <= 4:
			kind = 'N'
		case c == 'D' && n <= 2:
			kind = 'D'
		case c == 'Y':
			return nil, fmt.Errorf("%q has a year that is not YYYY: a year of two digits does not tell the century", s)
		case c == 'M' || c == 'D' || unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c)):
			return nil, fmt.Errorf("%q is not a way to write dates", s)
		}
		if kind == 0 {
			f.parts = append(f.parts, part{sep: strings.Repeat(string(c), n)})
		} else {
			if kind == 'N' {
				seen['M'] = true
			}
			if seen[kind] {
				return nil, fmt.Errorf("%q has a part twice", s)
			}
			seen[kind] = true
			f.parts = append(f.parts, part{kind: kind})
		}
		i += n
	}
	if !seen['Y'] {
		return nil, fmt.Errorf("%q has no year", s)
	}
	return f, nil
}

var monthNames = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// read reads a date written in this way, as ISO 8601.
func (f *format) read(s string) (string, bool) {
	y, m, d := 0, 0, 0
	for _, p := range f.parts {
		if p.kind == 0 {
			sep := strings.TrimSpace(p.sep)
			s = strings.TrimLeft(s, " ")
			if sep != "" {
				rest, ok := strings.CutPrefix(s, sep)
				if !ok {
					return "", false
				}
				s = strings.TrimLeft(rest, " ")
			}
			continue
		}
		if p.kind == 'N' {
			n := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
			if n < 0 {
				n = len(s)
			}
			if m = month(s[:n]); m == 0 {
				return "", false
			}
			s = strings.TrimPrefix(s[n:], ".")
			continue
		}
		wide := 2
		if p.kind == 'Y' {
			wide = 4
		}
		n := 0
		for n < len(s) && n < wide && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		v, err := strconv.Atoi(s[:n])
		if err != nil || p.kind == 'Y' && n != 4 {
			return "", false
		}
		s = s[n:]
		switch p.kind {
		case 'Y':
			y = v
		case 'M':
			m = v
		case 'D':
			d = v
		}
	}
	if strings.TrimSpace(s) != "" {
		return "", false
	}
	iso := fmt.Sprintf("%04d", y)
	if f.has('M') || f.has('N') {
		iso += fmt.Sprintf("-%02d", m)
		if f.has('D') {
			iso += fmt.Sprintf("-%02d", d)
		}
	}
	_, err := entente.ParseDate(iso)
	return iso, err == nil
}

func (f *format) has(kind byte) bool {
	for _, p := range f.parts {
		if p.kind == kind {
			return true
		}
	}
	return false
}

// month reads the English name of a month, or the first three or more letters
// of it; 0 for what is none.
func month(w string) int {
	w = strings.ToLower(w)
	if len(w) < 3 {
		return 0
	}
	for i, m := range monthNames {
		full := strings.ToLower(time.Month(i + 1).String())
		if strings.HasPrefix(w, m) && (strings.HasPrefix(full, w) || w == "sept") {
			return i + 1
		}
	}
	return 0
}

// isoDate reads an ISO date, also one with a time behind it, which is cut off.
func isoDate(s string) (string, bool) {
	if len(s) > 10 && (s[10] == 'T' || s[10] == ' ') && strings.Contains(s[10:], ":") {
		s = s[:10]
	}
	if len(s) != 4 && len(s) != 7 && len(s) != 10 {
		return "", false
	}
	_, err := entente.ParseDate(s)
	return s, err == nil && s != ""
}

// serialDate reads the number under which a spreadsheet keeps a day. Numbers of
// four digits are years: nobody in the field writes of a day before 1927, day
// 10,000.
func serialDate(s string, from1904 bool) (string, bool) {
	whole, _, _ := strings.Cut(s, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n < 10_000 || n > 99_999 {
		return "", false
	}
	day := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		day = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return day.AddDate(0, 0, n).Format("2006-01-02"), true
}
