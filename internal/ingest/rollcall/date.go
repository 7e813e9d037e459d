package rollcall

import (
	"fmt"
	"strconv"
	"strings"

	"entente"
)

// months are English month names as statistics programs write them.
var months = map[string]int{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}

// Date reads a date as vote files write it: ISO 8601, with or without a time,
// month/day/year, or 05jan1946. Empty and NA are the zero date.
func Date(s string) (entente.Date, error) {
	s = strings.TrimSpace(s)
	if s == "" || s == "NA" || s == "." {
		return entente.Date{}, nil
	}
	iso := s
	if i := strings.IndexAny(iso, "T "); i > 0 {
		iso = iso[:i]
	}
	if d, err := entente.ParseDate(iso); err == nil {
		return d, nil
	}
	if p := strings.Split(s, "/"); len(p) == 3 {
		if d, err := ymd(p[2], p[0], p[1]); err == nil {
			return d, nil
		}
	}
	if n := len(s); n == 8 || n == 9 {
		if m := months[strings.ToLower(s[n-7:n-4])]; m > 0 {
			if d, err := ymd(s[n-4:], strconv.Itoa(m), s[:n-7]); err == nil {
				return d, nil
			}
		}
	}
	return entente.Date{}, fmt.Errorf("no date: %q", clip(s, 20))
}

func ymd(y, m, d string) (entente.Date, error) {
	var n [3]int
	for i, w := range []string{y, m, d} {
		var err error
		if n[i], err = strconv.Atoi(w); err != nil {
			return entente.Date{}, err
		}
	}
	return entente.ParseDate(fmt.Sprintf("%04d-%02d-%02d", n[0], n[1], n[2]))
}
