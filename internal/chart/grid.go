package chart

import (
	_ "embed" // the arrangement is data, kept as a picture that can be edited
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed grid.txt
var gridText string

//go:embed states.csv
var statesText string

// Place is one state's cell in the tile grid. Row and Col count from zero at
// the top left. The arrangement is Entente's own: it keeps regions together and
// most neighbours adjacent, gives every state the same area and draws no border.
// Where a tile lies states nothing about territory.
type Place struct {
	Code   string // ISO 3166-1 alpha-3
	Name   string // English short name
	Region string // UN M49 region
	Row    int
	Col    int
}

// Grid returns the places of the 193 members and two observer states of the
// United Nations in reading order (row, then column), with the grid's size. It
// reports an error when the embedded picture and the list of states disagree;
// a test keeps that from happening in a build. The slice is the caller's own.
func Grid() (places []Place, rows, cols int, err error) {
	g, err := parsedGrid()
	return slices.Clone(g.places), g.rows, g.cols, err
}

// parsedGrid is read once: the text is part of the program and never changes.
var parsedGrid = sync.OnceValues(func() (g grid, err error) {
	g.places, g.rows, g.cols, err = parseGrid()
	return g, err
})

type grid struct {
	places     []Place
	rows, cols int
}

func parseGrid() (places []Place, rows, cols int, err error) {
	recs, err := csv.NewReader(strings.NewReader(statesText)).ReadAll()
	if err != nil {
		return nil, 0, 0, fmt.Errorf("chart: states.csv: %w", err)
	}
	known := make(map[string]Place, len(recs))
	for _, r := range recs[1:] {
		known[r[0]] = Place{Code: r[0], Name: r[1], Region: r[2]}
	}
	for row, line := range strings.Split(strings.TrimRight(gridText, "\n"), "\n") {
		rows = row + 1
		// Four characters per cell: a code or a dot, and a blank.
		for col := 0; col*4 < len(line); col++ {
			code := strings.TrimSpace(line[col*4 : min(col*4+4, len(line))])
			if code == "" || code == "." {
				continue
			}
			p, ok := known[code]
			if !ok {
				return nil, 0, 0, fmt.Errorf("chart: grid.txt:%d: %q is not in states.csv, or stands twice", row+1, code)
			}
			delete(known, code)
			p.Row, p.Col = row, col
			cols = max(cols, col+1)
			places = append(places, p)
		}
	}
	if len(known) > 0 {
		return nil, 0, 0, fmt.Errorf("chart: grid.txt: %d states have no place", len(known))
	}
	return places, rows, cols, nil
}
