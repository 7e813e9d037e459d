package view

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
)

// WriteCSV writes a table as CSV (RFC 4180, lines end with LF). A cell that a
// spreadsheet would take for a formula (it starts with = + - @, a tab or a line
// break, and is not a number) gets a leading apostrophe; raw leaves
// every cell as it is, for programs.
func WriteCSV(w io.Writer, t Table, raw bool) error {
	c := csv.NewWriter(w)
	rows := append([][]string{t.Header}, t.Rows...)
	for _, row := range rows {
		if !raw {
			row = guarded(row)
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func guarded(row []string) []string {
	out := row
	for i, cell := range row {
		if !formula(cell) {
			continue
		}
		if &out[0] == &row[0] {
			out = append([]string(nil), row...)
		}
		out[i] = "'" + cell
	}
	return out
}

// formula reports whether a spreadsheet could run the cell.
func formula(cell string) bool {
	if cell == "" || !strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return false
	}
	_, err := strconv.ParseFloat(cell, 64)
	return err != nil
}
