package cite

import (
	"strconv"

	"entente"
)

var months = []string{
	"January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December",
}

// Date writes a date as in running text: "29 May 2019", "October 2020", "2014";
// empty when the date is not known.
func Date(d entente.Date) string {
	n := dateParts(d)
	switch len(n) {
	case 0:
		return ""
	case 1:
		return strconv.Itoa(n[0])
	case 2:
		return months[n[1]-1] + " " + strconv.Itoa(n[0])
	}
	return strconv.Itoa(n[2]) + " " + months[n[1]-1] + " " + strconv.Itoa(n[0])
}

// dateParts splits a date into year, month and day as far as it is known.
func dateParts(d entente.Date) []int {
	s := d.String()
	var out []int
	for i, w := range []int{4, 2, 2} {
		if s == "" {
			break
		}
		if i > 0 {
			s = s[1:] // the hyphen
		}
		n, err := strconv.Atoi(s[:w])
		if err != nil {
			break
		}
		out, s = append(out, n), s[w:]
	}
	return out
}
