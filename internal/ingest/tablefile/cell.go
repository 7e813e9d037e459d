package tablefile

import (
	"slices"
	"strings"

	"entente/internal/ingest"
)

// cell reads one value of the file as a cell of the table. Names of other rows
// stay as they are: they are only tried here.
func (rd *reading) cell(c *column, value string) (string, *ingest.Miss) {
	if len(value) > ingest.MaxCell {
		return "", ingest.Missed("the cell has more than %d kB", ingest.MaxCell>>10)
	}
	if got, ok := c.memory[value]; ok {
		return got.text, got.miss
	}
	var got cellOf
	if c.spec.List {
		got.text, got.miss = rd.list(c, value)
	} else {
		got.text, got.miss = rd.one(c, value)
	}
	if c.memory != nil && len(c.memory) < maxMemory {
		c.memory[value] = got
	}
	return got.text, got.miss
}

// listed takes a list apart.
func (c *column) listed(value string) []string {
	sep := c.Split
	if sep == "" || c.spec.Ref == "" {
		sep = ";"
	}
	return strings.Split(value, sep)
}

// list reads several values; the table parts them with ";", names of other rows
// stay parted as in the file.
func (rd *reading) list(c *column, value string) (string, *ingest.Miss) {
	sep := c.Split
	if sep == "" {
		sep = ";"
	}
	var parts []string
	for v := range strings.SplitSeq(value, sep) {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		got, miss := rd.one(c, v)
		if miss != nil {
			return "", miss
		}
		if c.spec.Ref == "" && strings.Contains(got, ";") {
			return "", ingest.Missed("%q holds the character that parts a list", ingest.Clip(got, 80))
		}
		if got != "" && !slices.Contains(parts, got) {
			parts = append(parts, got)
		}
	}
	if c.spec.Ref == "" {
		sep = ";"
	}
	return strings.Join(parts, sep), nil
}

func (rd *reading) one(c *column, value string) (string, *ingest.Miss) {
	if w, ok := c.words[strings.ToLower(value)]; ok {
		value = w
	}
	if value == "" {
		return "", nil
	}
	switch {
	case len(c.spec.Enum) > 0:
		if i := slices.IndexFunc(c.spec.Enum, func(w string) bool { return strings.EqualFold(w, value) }); i >= 0 {
			return c.spec.Enum[i], nil
		}
		return "", ingest.Missed("%q is not allowed here and has no translation (expected one of %s)", ingest.Clip(value, 80), joined(c.spec.Enum))
	case c.spec.Type == "boolean":
		if w := strings.ToLower(value); w == "yes" || w == "no" {
			return w, nil
		}
		return "", ingest.Missed("%q is neither yes nor no and has no translation", ingest.Clip(value, 80))
	case c.spec.Type == "date":
		return rd.date(c, value)
	case c.spec.Ref != "":
		if c.spec.Wild && value == "*" {
			return value, nil
		}
		return value, rd.link.Try(c.spec.Ref, value)
	case c.spec.Name == "coder" && strings.Contains(value, "@"):
		return "", ingest.Missed("a coder is a role or a pseudonym, not an address")
	}
	return value, nil
}

// date reads a date in the column's way of writing, in ISO 8601, or as the
// number of a day in a workbook.
func (rd *reading) date(c *column, value string) (string, *ingest.Miss) {
	if d, ok := isoDate(value); ok {
		return d, nil
	}
	if c.format != nil {
		if d, ok := c.format.read(value); ok {
			return d, nil
		}
	}
	if rd.serial && c.at >= 0 {
		if d, ok := serialDate(value, rd.from1904); ok {
			return d, nil
		}
	}
	if c.format == nil {
		return "", ingest.Missed("%q is not a date such as 2021, 2021-02 or 2021-02-19, and the mapping tells no other way of writing", ingest.Clip(value, 40))
	}
	return "", ingest.Missed("%q is not a date written as %s", ingest.Clip(value, 40), c.Date)
}
