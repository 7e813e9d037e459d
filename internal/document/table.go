package document

import "unicode/utf8"

// columns is the number of columns: those of the header or of the longest row.
func (t Table) columns() int {
	n := len(t.Header)
	for _, r := range t.Rows {
		if !r.Group {
			n = max(n, len(r.Cells))
		} else {
			n = max(n, 1)
		}
	}
	return n
}

// align is the alignment of a column, Start when none was given.
func (t Table) align(col int) Align {
	if col < len(t.Aligns) && t.Aligns[col] >= Start && t.Aligns[col] <= End {
		return t.Aligns[col]
	}
	return Start
}

// shares divides total among the columns by their hints, or by the length of
// their text when there are none. The shares add up to total.
func (t Table) shares(total int) []int {
	cols := t.columns()
	weights := make([]int, cols)
	sum := 0
	for c := range weights {
		if len(t.Widths) == cols && t.Widths[c] > 0 {
			weights[c] = min(t.Widths[c], 1_000_000)
		} else {
			weights[c] = t.textWeight(c)
		}
		sum += weights[c]
	}
	out := make([]int, cols)
	left := total
	for c := range out {
		out[c] = total * weights[c] / sum
		left -= out[c]
	}
	if cols > 0 {
		out[cols-1] += left
	}
	return out
}

// textWeight is the length of the longest cell of a column, kept between 10
// and 45 characters so that no column starves or takes everything.
func (t Table) textWeight(col int) int {
	longest := 10
	see := func(cells []Cell) {
		if col < len(cells) {
			longest = max(longest, utf8.RuneCountInString(PlainText(cells[col].Inlines)))
		}
	}
	see(t.Header)
	for _, r := range t.Rows {
		if !r.Group {
			see(r.Cells)
		}
	}
	return min(longest, 45)
}
