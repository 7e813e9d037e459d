package extract

import (
	"fmt"
	"strings"
)

// A tableRow holds the paragraphs of each of its cells.
type tableRow struct{ cells [][]draft }

// drafts makes one paragraph of a row of data. Where a cell holds several
// paragraphs, or a heading, the table is a layout: each stays by itself.
func (r *tableRow) drafts() []draft {
	var parts []string
	var all []draft
	single := true
	for _, c := range r.cells {
		all = append(all, c...)
		switch len(c) {
		case 0:
			continue
		case 1:
			single = single && !c[0].heading && c[0].mark == "" && !strings.Contains(c[0].text, rowMark)
		default:
			single = false
		}
		parts = append(parts, strings.TrimSpace(c[0].text))
	}
	if !single || len(all) < 2 {
		return all
	}
	label := ""
	if len(r.cells) > 0 && len(r.cells[0]) == 1 {
		label = r.cells[0][0].label
	}
	return []draft{{text: strings.Join(parts, rowMark), label: label}}
}

// rowMark parts the cells of a row.
const rowMark = " | "

// cellsPerRow bounds how many times more paragraphs than the limit may stand in
// cells, of which rows make one each.
const cellsPerRow = 4

// maxTables bounds the tables inside one another.
const maxTables = 20

func tooManyTables() error {
	return invalid(fmt.Sprintf("the file nests tables deeper than %d", maxTables), "save it as plain text")
}
