package desk

import (
	"context"
	"slices"

	"entente/internal/datapackage"
	"entente/internal/ingest/all"
	"entente/internal/ingest/tablefile"
)

// guess gives settings to start from. Errors are faults of the file.
func (c *Call) guess(j *importJob, data []byte, kind, table string) error {
	if k, _ := all.Find(kind); k.Settings == "table" {
		m, notes, err := guessMapping(c.Context(), j.Name, data, table)
		if err != nil {
			return err
		}
		j.Settings, j.Notes = &all.Settings{Kind: kind, Table: &m}, notes
		return nil
	}
	s, notes, err := all.Guess(j.Name, data, kind, "")
	if err != nil {
		return err
	}
	j.Settings, j.Notes = &s, notes
	return nil
}

// guessedTables are the tables that a file is likely to hold, the likeliest first.
var guessedTables = []string{"statements", "votes", "participation", "memberships", "sources", "instruments", "propositions", "coverage", "actors", "incidents", "attributions", "projects", "codebook"}

// guessMapping guesses what a table with any columns holds. Without a table it
// takes the one whose columns the file fills best: the fewest required columns
// left open, then the most columns filled. Of a workbook it takes the first sheet
// that is not empty.
func guessMapping(ctx context.Context, name string, data []byte, table string) (tablefile.Mapping, []string, error) {
	var best tablefile.Mapping
	file, err := tablefile.Open(name, data)
	if err != nil {
		return best, nil, err
	}
	defer func() { _ = file.Close() }() // only read
	sheets := file.Sheets
	if len(sheets) == 0 {
		sheets = []string{""}
	}
	tables := guessedTables
	if table != "" {
		tables = []string{table}
	}
	var header []string
	var sample [][]string
	sheet := ""
	for _, sheet = range sheets {
		if header, sample, err = file.Sample(tablefile.Mapping{Kind: tables[0], Sheet: sheet}, sampleRows); err == nil {
			break
		}
	}
	if err != nil {
		return best, nil, err
	}
	var notes []string
	bestOpen, bestFilled := -1, 0
	for _, t := range tables {
		if err := ctx.Err(); err != nil {
			return best, nil, err
		}
		m, said := tablefile.Guess(header, sample, t)
		if filled, open := fills(&m); bestOpen < 0 || open < bestOpen || open == bestOpen && filled > bestFilled {
			best, notes, bestOpen, bestFilled = m, said, open, filled
		}
	}
	if sheet != sheets[0] {
		best.Sheet = sheet
	}
	return best, notes, nil
}

// fills counts the columns that a mapping fills from the file, and the needed ones
// that it leaves open.
func fills(m *tablefile.Mapping) (filled, open int) {
	for _, s := range datapackage.Columns(m.Kind) {
		i := slices.IndexFunc(m.Columns, func(x tablefile.Column) bool { return x.To == s.Name && x.From != "" })
		switch {
		case i >= 0:
			filled++
		case s.Required && s.Type != "boolean" && (!s.Key || s.Name != "id"):
			open++
		}
	}
	return filled, open
}
