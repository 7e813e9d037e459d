package entente

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Date is a calendar date of year, month or day precision: "2014", "2020-10"
// or "2014-05-29" (ISO 8601). The zero Date means "not known".
//
// A partial date stands for the whole span it names: "2014" contains
// "2014-05-29" and is neither before nor after it.
type Date struct {
	year       int16
	month, day int8
}

// Day makes a date of day precision. It panics on an impossible date, so it is
// meant for constants and tests; use [ParseDate] for input.
func Day(year, month, day int) Date {
	d, err := ParseDate(fmt.Sprintf("%04d-%02d-%02d", year, month, day))
	if err != nil {
		panic(err)
	}
	return d
}

// ParseDate reads an ISO 8601 date of year, month or day precision. The empty
// string is the zero Date. Impossible days (2021-02-30) are errors.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	if d, ok := plainDay(s); ok {
		return d, nil
	}
	bad := func(why string) (Date, error) {
		return Date{}, &Error{
			Kind: Invalid, Op: "date", Msg: fmt.Sprintf("%q is not a date: %s", s, why),
			Hint: "write 2021, 2021-02 or 2021-02-19",
		}
	}
	parts := strings.Split(s, "-")
	widths := []int{4, 2, 2}
	if len(parts) > 3 {
		return bad("too many parts")
	}
	var n [3]int
	for i, p := range parts {
		if len(p) != widths[i] || strings.Trim(p, "0123456789") != "" {
			return bad([]string{"the year has four digits", "the month has two digits", "the day has two digits"}[i])
		}
		n[i], _ = strconv.Atoi(p)
	}
	switch {
	case n[0] < 1000:
		return bad("the year is before 1000")
	case len(parts) > 1 && (n[1] < 1 || n[1] > 12):
		return bad("there is no such month")
	case len(parts) > 2 && (n[2] < 1 || n[2] > daysIn(n[0], n[1])):
		return bad("there is no such day")
	}
	return Date{int16(n[0]), int8(n[1]), int8(n[2])}, nil
}

// plainDay reads the common form, a day that every month has, without looking
// for what may be wrong with others.
func plainDay(s string) (Date, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return Date{}, false
	}
	n := 0
	for i := range 10 {
		if i == 4 || i == 7 {
			continue
		}
		c := s[i] - '0'
		if c > 9 {
			return Date{}, false
		}
		n = n*10 + int(c)
	}
	d := Date{int16(n / 10000), int8(n / 100 % 100), int8(n % 100)}
	return d, d.year >= 1000 && d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= 28
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// IsZero reports whether the date is not known.
func (d Date) IsZero() bool { return d == Date{} }

// Partial reports whether the date is known, but not to the day.
func (d Date) Partial() bool { return d.year != 0 && d.day == 0 }

// Year is the calendar year, 0 when the date is not known.
func (d Date) Year() int { return int(d.year) }

// First is the first day of the span the date names.
func (d Date) First() Date {
	if d.IsZero() {
		return d
	}
	return Date{d.year, max(d.month, 1), max(d.day, 1)}
}

// Last is the last day of the span the date names.
func (d Date) Last() Date {
	if d.IsZero() || d.day != 0 {
		return d
	}
	m := d.month
	if m == 0 {
		m = 12
	}
	return Date{d.year, m, int8(daysIn(int(d.year), int(m)))}
}

// Contains reports whether the span of o lies within the span of d.
func (d Date) Contains(o Date) bool {
	return !d.IsZero() && !o.IsZero() &&
		d.First().key() <= o.First().key() && o.Last().key() <= d.Last().key()
}

// By reports whether d is certainly not later than t: the last day of d is not
// after the last day of t. An unknown date is never "by" a day.
func (d Date) By(t Date) bool {
	return !d.IsZero() && d.Last().key() <= t.Last().key()
}

// MayPostdate reports whether d started by t but may lie after it: a partial
// date whose span reaches beyond t.
func (d Date) MayPostdate(t Date) bool {
	return !d.IsZero() && d.First().key() <= t.Last().key() && d.Last().key() > t.Last().key()
}

// Compare orders dates for display: by last day, then the less precise first.
// Unknown dates come first. It is a total order; for the question whether one
// date is certainly by another use [Date.By].
func (d Date) Compare(o Date) int {
	if c := d.Last().key() - o.Last().key(); c != 0 {
		return sign(c)
	}
	return sign(d.key() - o.key())
}

func (d Date) key() int { return int(d.year)*10000 + int(d.month)*100 + int(d.day) }

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// String gives the ISO 8601 form, empty when the date is not known.
func (d Date) String() string {
	switch {
	case d.IsZero():
		return ""
	case d.month == 0:
		return fmt.Sprintf("%04d", d.year)
	case d.day == 0:
		return fmt.Sprintf("%04d-%02d", d.year, d.month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// MarshalText implements encoding.TextMarshaler with the ISO 8601 form.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; see [ParseDate].
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDate(string(b))
	return err
}

// Span is a period, both ends inclusive; a zero From or To is unknown or open.
type Span struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// Covers reports whether the span certainly holds on the whole of d: it has
// started by the first day of d and has not ended before its last day. An
// unknown start is not taken as "always".
func (s Span) Covers(d Date) bool {
	if s.From.IsZero() || d.IsZero() {
		return false
	}
	return s.From.Last().key() <= d.First().key() &&
		(s.To.IsZero() || s.To.First().key() >= d.Last().key())
}

// Overlap gives the part two spans share, and whether they certainly share one
// by day t. Between the spans partial dates are read so that the shared year
// counts: a group that sat "2012 to 2013" overlaps another that sat "2013 to
// 2014". Against t they count only when their last day has passed.
func (s Span) Overlap(o Span, t Date) (Span, bool) {
	if s.From.IsZero() || o.From.IsZero() {
		return Span{}, false
	}
	from, to := s.From, s.To
	if o.From.Compare(from) > 0 {
		from = o.From
	}
	if to.IsZero() || (!o.To.IsZero() && o.To.Compare(to) < 0) {
		to = o.To
	}
	if !from.By(t) || (!to.IsZero() && from.First().key() > to.Last().key()) {
		return Span{}, false
	}
	return Span{from, to}, true
}
