package stix

import (
	"cmp"
	"strings"
	"time"
)

// Time is a timestamp of STIX [2.15]: UTC, with any number of fraction digits.
// It keeps the text as it came and is compared as an instant, to the last
// digit: "…:05Z" and "…:05.000Z" are the same, "….0000000001Z" is later.
// The zero Time is not known and comes before every other.
type Time struct {
	text string
	key  int // length of the part of text that tells the instant
}

// ParseTime reads a timestamp. It gives what is wrong as a sentence, empty when
// nothing is.
func ParseTime(s string) (Time, string) {
	if len(s) < len("2006-01-02T15:04:05Z") || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return Time{}, "a timestamp is written 2021-02-19T08:00:00.000Z"
	}
	if s[len(s)-1] != 'Z' {
		return Time{}, "a timestamp is in UTC and ends with Z"
	}
	year, mon, day := number(s[0:4]), number(s[5:7]), number(s[8:10])
	hour, minute, sec := number(s[11:13]), number(s[14:16]), number(s[17:19])
	leap := sec == 60 && hour == 23 && minute == 59
	if year < 0 || mon < 1 || mon > 12 || day < 1 || day > days(year, mon) || hour < 0 || hour > 23 ||
		minute < 0 || minute > 59 || sec < 0 || sec > 59 && !leap {
		return Time{}, "there is no such day or time"
	}
	key := 19
	if frac := s[19 : len(s)-1]; frac != "" {
		if frac[0] != '.' || len(frac) == 1 || strings.Trim(frac[1:], "0123456789") != "" {
			return Time{}, "the fraction of a second is a point and digits"
		}
		if len(frac) > maxFraction+1 {
			return Time{}, "the fraction of a second has more than 100 digits"
		}
		if frac = strings.TrimRight(frac, "0"); frac != "." {
			key += len(frac)
		}
	}
	return Time{s, key}, ""
}

// number reads digits; -1 when there is something else.
func number(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

func days(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// At makes a timestamp of an instant, in milliseconds, or finer when the
// instant is.
func At(t time.Time) Time {
	t = t.UTC()
	form := "2006-01-02T15:04:05.000Z"
	switch ns := t.Nanosecond(); {
	case ns%1e3 != 0:
		form = "2006-01-02T15:04:05.000000000Z"
	case ns%1e6 != 0:
		form = "2006-01-02T15:04:05.000000Z"
	}
	out, _ := ParseTime(t.Format(form))
	return out
}

// String gives the text as it came, empty when the time is not known.
func (t Time) String() string { return t.text }

// IsZero reports whether the time is not known.
func (t Time) IsZero() bool { return t.text == "" }

// Key gives a text that is the same for the same instant and sorts, byte by
// byte, as the instants do: what a database keeps for order.
func (t Time) Key() string { return t.text[:t.key] }

// Compare orders instants.
func (t Time) Compare(o Time) int { return cmp.Compare(t.Key(), o.Key()) }

// Equal reports whether both are the same instant.
func (t Time) Equal(o Time) bool { return t.Key() == o.Key() }

// Time gives the instant, cut to nanoseconds; a leap second becomes the second
// after it. The zero Time gives the zero time.Time.
func (t Time) Time() time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	s := t.text
	frac := t.Key()[19:]
	ns := 0
	for i := 1; i <= 9; i++ {
		ns *= 10
		if i < len(frac) {
			ns += int(frac[i] - '0')
		}
	}
	return time.Date(number(s[0:4]), time.Month(number(s[5:7])), number(s[8:10]), number(s[11:13]), number(s[14:16]), number(s[17:19]), ns, time.UTC)
}
