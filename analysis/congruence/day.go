package congruence

import (
	"strconv"
	"strings"

	"entente"
)

// DayNumber counts days from 1970-01-01 in the proleptic Gregorian calendar.
// It does not check that the date exists.
func DayNumber(year, month, day int) int32 {
	// Count from 1 March, so that the leap day ends the year.
	y, m := year, month-3
	if m < 0 {
		y, m = y-1, m+12
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	doy := (153*m+2)/5 + day - 1
	return int32(era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468)
}

// Civil is the inverse of [DayNumber].
func Civil(n int32) (year, month, day int) {
	z := int(n) + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	m := (5*doy + 2) / 153
	year, month, day = era*400+yoe, m+3, doy-(153*m+2)/5+1
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}

// DateOf makes a day number and a precision of a date.
func DateOf(d entente.Date) (day int32, p Precision) {
	if d.IsZero() {
		return 0, Undated
	}
	part := [3]int{0, 1, 1}
	n := 0
	for s := range strings.SplitSeq(d.String(), "-") {
		part[n], _ = strconv.Atoi(s) // a Date prints digits only
		n++
	}
	return DayNumber(part[0], part[1], part[2]), [4]Precision{Undated, YearOnly, MonthOnly, ExactDay}[n]
}

// DayString writes a day number as an ISO 8601 date.
func DayString(n int32) string {
	y, m, d := Civil(n)
	return entente.Day(y, m, d).String()
}

// span is the first and last day that a date of precision p stands for.
func span(day int32, p Precision) (first, last int32) {
	y, m, _ := Civil(day)
	switch p {
	case MonthOnly:
		return DayNumber(y, m, 1), DayNumber(y, m+1, 1) - 1
	case YearOnly:
		return DayNumber(y, 1, 1), DayNumber(y+1, 1, 1) - 1
	}
	return day, day
}

// isoWeek numbers the ISO 8601 weeks (Monday to Sunday) in one row through all
// years, so that two numbers are equal only in the same week of the same year.
func isoWeek(day int32) int32 { return int32(floorDiv(int(day)+3, 7)) }

// isoWeekOfYear is the ISO 8601 week number, 1 to 53.
func isoWeekOfYear(day int32) int32 {
	thursday := isoWeek(day) * 7
	y, _, _ := Civil(thursday)
	return (thursday-DayNumber(y, 1, 1))/7 + 1
}

// shift moves a day by count units. Months and years keep the day of the
// month, or end on the last day where the month is shorter.
func shift(day int32, unit Unit, count int) int32 {
	switch unit {
	case Days:
		return day + int32(count)
	case Weeks:
		return day + int32(7*count)
	case Years:
		count *= 12
	}
	y, m, d := Civil(day)
	at := y*12 + m - 1 + count
	y, m = floorDiv(at, 12), at-floorDiv(at, 12)*12+1
	first, last := span(DayNumber(y, m, 1), MonthOnly)
	return min(first+int32(d)-1, last)
}

// wholeUnits is the number of whole units between two days, never negative.
func wholeUnits(a, b int32, unit Unit) int {
	if a > b {
		a, b = b, a
	}
	switch unit {
	case Days:
		return int(b - a)
	case Weeks:
		return int(b-a) / 7
	}
	ya, ma, da := Civil(a)
	yb, mb, db := Civil(b)
	months := (yb-ya)*12 + mb - ma
	if db < da {
		months--
	}
	if unit == Years {
		return months / 12
	}
	return months
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
