package sheet

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// textColumns hold words that may look like numbers: names of records, places
// in texts, dates of which only the year is known. They stay text.
var textColumns = []string{
	"id", "code", "symbol", "pinpoint", "version", "source", "statement", "note", "title", "name", "text",
	"date", "from", "to", "mid", "raised", "as_of", "known_at", "released", "since", "until",
}

func textColumn(name string) bool {
	name = strings.ToLower(strings.TrimSpace(name))
	return slices.Contains(textColumns, name) || strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_date") || strings.HasSuffix(name, "_note")
}

// numeric tells which columns are numbers: every cell that is not empty is one,
// at least one is not empty, and the name of the column allows it. A column is
// of one kind, so that it sorts.
func (t Table) numeric() []bool {
	out := make([]bool, len(t.Columns))
	for c, name := range t.Columns {
		if textColumn(name) {
			continue
		}
		some := false
		out[c] = true
		for _, row := range t.Rows {
			if c >= len(row) || row[c] == "" {
				continue
			}
			if !number(row[c]) {
				out[c] = false
				break
			}
			some = true
		}
		out[c] = out[c] && some
	}
	return out
}

// number reports whether the cell is a number that a spreadsheet holds without
// loss: plain decimal notation, no needless zeros in front, at most fifteen
// digits before the point (the program rounds longer ones).
func number(s string) bool {
	s = strings.TrimPrefix(s, "-")
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(s), "e")
	whole, fraction, point := strings.Cut(mantissa, ".")
	if scientific {
		exponent = strings.TrimLeft(exponent, "+-")
		if !digits(exponent) || len(exponent) > 2 {
			return false
		}
	}
	if !digits(whole) || len(whole) > 1 && whole[0] == '0' || point && !digits(fraction) {
		return false
	}
	return len(whole) <= 15 && len(fraction) <= 20
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// firstDay is the first day on which all programs agree: before March 1900 they
// count days differently. days are counted from zeroDay.
var (
	firstDay = time.Date(1900, time.March, 1, 0, 0, 0, 0, time.UTC)
	zeroDay  = time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
)

// day gives the number of a full date in ISO 8601 (2021-02-19); partial dates
// stay text.
func day(s string) (int, bool) {
	if len(s) != len(time.DateOnly) || s[4] != '-' {
		return 0, false
	}
	d, err := time.Parse(time.DateOnly, s)
	if err != nil || d.Before(firstDay) {
		return 0, false
	}
	return int(d.Sub(zeroDay).Hours() / 24), true
}

// formula reports whether a spreadsheet would run the text if it were typed in.
// In the file all text is marked as text; these cells are formatted as text too,
// so that they stay what they are when somebody edits them.
func formula(s string) bool { return s != "" && strings.IndexByte("=+-@\t\r\n", s[0]) >= 0 }

// cutMark ends a text that was cut.
const cutMark = " … [cut: longer than a cell can hold]"

// cell makes a typed cell of a text.
func (x *writer) cell(s string, numeric bool) any {
	if s == "" {
		return nil
	}
	if numeric {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n
		}
		if v, err := strconv.ParseFloat(s, 64); err == nil {
			return v
		}
	}
	if d, ok := day(s); ok {
		return excelize.Cell{StyleID: x.dateStyle, Value: d}
	}
	s = x.fit(s)
	if formula(s) {
		return excelize.Cell{StyleID: x.textStyle, Value: s}
	}
	return s
}

// fit makes a text valid and no longer than a cell.
func (x *writer) fit(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if len(s) <= maxChars {
		return s
	}
	const room = maxChars - len(cutMark) // in bytes, which is no less than units
	units, end, long := 0, len(s), false
	for i, r := range s {
		n := utf16.RuneLen(r)
		if units+n > room && end == len(s) {
			end = i
		}
		if units += n; units > maxChars {
			long = true
			break
		}
	}
	if !long {
		return s
	}
	x.cut++
	return s[:end] + cutMark
}
