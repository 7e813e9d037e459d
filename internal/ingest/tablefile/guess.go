package tablefile

import (
	"fmt"
	"slices"
	"strings"

	"entente/internal/archive"
	"entente/internal/datapackage"
)

// Guess proposes a mapping of a file to the table kind from its header and some
// of its rows, and notes for the person who checks it what was left open. It
// leaves open what it cannot tell: a day such as 3/4/2020, or whether 1 means
// support.
func Guess(header []string, sample [][]string, kind string) (Mapping, []string) {
	g := &guesser{header: header, sample: sample, kind: kind, taken: make([]bool, len(header)), m: Mapping{Name: "guessed", Kind: kind}}
	specs := datapackage.Columns(kind)
	at := make([]int, len(specs))
	for i := range at {
		at[i] = -1
	}
	// First every column's own name, then the other headers, then the values:
	// so that a weak sign never takes a header from a strong one, and what a row
	// may lack none from what it needs.
	for _, find := range []func(datapackage.Spec) int{g.byName, g.byHeader, g.byValues} {
		for _, required := range []bool{true, false} {
			for i, s := range specs {
				if at[i] >= 0 || s.Required != required {
					continue
				}
				if j := find(s); j >= 0 {
					at[i], g.taken[j] = j, true
				}
			}
		}
	}
	for i, s := range specs {
		switch {
		case at[i] >= 0:
			g.m.Columns = append(g.m.Columns, g.column(s, at[i]))
		case s.Required && s.Type == "boolean":
			g.m.Columns = append(g.m.Columns, Column{To: s.Name, Fixed: "no"})
			g.note("no column tells %s: no stands for every row", s.Name)
		case s.Required && !(s.Key && s.Name == "id"):
			g.note("no column was found for %s, which every row needs", s.Name)
		}
	}
	for j, h := range header {
		if !g.taken[j] && strings.TrimSpace(h) != "" {
			g.note("the column %q is not used", h)
		}
	}
	return g.m, g.notes
}

type guesser struct {
	header []string
	sample [][]string
	kind   string
	taken  []bool
	m      Mapping
	notes  []string
}

func (g *guesser) note(format string, args ...any) {
	g.notes = append(g.notes, fmt.Sprintf(format, args...))
}

func (g *guesser) named(w string) int {
	for j, h := range g.header {
		if !g.taken[j] && archive.Fold(h) == w && find(g.header, h) >= 0 {
			return j
		}
	}
	return -1
}

func (g *guesser) byName(s datapackage.Spec) int { return g.named(archive.Fold(s.Name)) }

func (g *guesser) byHeader(s datapackage.Spec) int {
	for _, w := range headers[s.Name] {
		if j := g.named(w); j >= 0 && g.fits(s, j) {
			return j
		}
	}
	return -1
}

// byValues finds a column of closed words by its values: nearly all of them are
// words of the table or translate to some.
func (g *guesser) byValues(s datapackage.Spec) int {
	if len(s.Enum) == 0 || !s.Required {
		return -1
	}
	for j := range g.header {
		if g.taken[j] || find(g.header, g.header[j]) < 0 {
			continue
		}
		values := g.values(j)
		known := 0
		for _, v := range values {
			if _, ok := translate(s, v); ok {
				known++
			}
		}
		if len(values) > 1 && known*10 >= len(values)*9 {
			return j
		}
	}
	return -1
}

// fits refuses a header whose values cannot be what the column holds.
func (g *guesser) fits(s datapackage.Spec, j int) bool {
	values := g.values(j)
	if len(values) == 0 {
		return true
	}
	good := 0
	for _, v := range values {
		switch {
		case s.Name == "url":
			if strings.HasPrefix(v, "http://") || strings.HasPrefix(v, "https://") {
				good++
			}
		case s.Name == "stance" || s.Name == "ballot":
			good++ // strange words are for a person to translate
		case len(s.Enum) > 0:
			if _, ok := translate(s, v); ok {
				good++
			}
		default:
			return true
		}
	}
	return good*2 >= len(values)
}

// values lists the different values of a column in the sample, sorted.
func (g *guesser) values(j int) []string {
	var out []string
	for _, row := range g.sample {
		if j < len(row) {
			if v := strings.TrimSpace(row[j]); v != "" {
				out = append(out, v)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// translate gives the table's word for a value; same is a word of the table
// itself.
func translate(s datapackage.Spec, value string) (string, bool) {
	if i := slices.IndexFunc(s.Enum, func(w string) bool { return strings.EqualFold(w, value) }); i >= 0 {
		return s.Enum[i], true
	}
	table := s.Name
	if s.Type == "boolean" {
		if v := strings.ToLower(value); v == "yes" || v == "no" {
			return v, true
		}
		table = "boolean"
	}
	w, ok := translations[table][strings.ToLower(value)]
	return w, ok && (s.Type == "boolean" || slices.Contains(s.Enum, w))
}

func (g *guesser) column(s datapackage.Spec, j int) Column {
	c := Column{From: g.header[j], To: s.Name}
	values := g.values(j)
	if s.List {
		c.Split = splitter(values)
		if c.Split != "" && len(s.Enum) > 0 {
			var parts []string
			for _, v := range values {
				parts = append(parts, strings.Split(v, c.Split)...)
			}
			values = parts
		}
	}
	switch {
	case len(s.Enum) > 0 || s.Type == "boolean":
		var open []string
		for _, v := range values {
			v = strings.TrimSpace(v)
			w, ok := translate(s, v)
			switch {
			case !ok && v != "":
				open = append(open, v)
			case ok && !strings.EqualFold(w, v):
				if c.Words == nil {
					c.Words = map[string]string{}
				}
				c.Words[v] = w
			}
		}
		if len(open) > 0 {
			g.note("%s: say what these words mean: %s", s.Name, strings.Join(open[:min(len(open), 10)], ", "))
		}
	case s.Type == "date":
		var why string
		if c.Date, why = dateFormat(values); why != "" {
			g.note("%s: %s", s.Name, why)
		}
	}
	return c
}

// splitter finds what parts the values of a list; "" is the table's own ";".
func splitter(values []string) string {
	for _, v := range values {
		if strings.Contains(v, ";") {
			return ""
		}
	}
	for _, sep := range []string{"|", ","} {
		for _, v := range values {
			if strings.Contains(v, sep) {
				return sep
			}
		}
	}
	return ""
}

// dateFormats are the ways of writing that are tried.
var dateFormats = []string{"DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "DD-MM-YYYY", "YYYY/MM/DD", "YYYY.MM.DD", "D MMM YYYY", "MMM D, YYYY", "MMM D YYYY", "MMM YYYY", "MM/YYYY"}

// dateFormat finds the one way in which all values can be read. When two ways
// remain, as for 3/4/2020, none is chosen.
func dateFormat(values []string) (format, why string) {
	var foreign []string
	for _, v := range values {
		_, iso := isoDate(v)
		_, serial := serialDate(v, false)
		if !iso && !serial {
			foreign = append(foreign, v)
		}
	}
	if len(foreign) == 0 {
		return "", ""
	}
	var fit []string
	for _, w := range dateFormats {
		f, err := parseFormat(w)
		if err != nil {
			continue
		}
		if !slices.ContainsFunc(foreign, func(v string) bool { _, ok := f.read(v); return !ok }) {
			fit = append(fit, w)
		}
	}
	switch len(fit) {
	case 0:
		return "", fmt.Sprintf("the way in which days are written was not recognised: %q", foreign[0])
	case 1:
		return fit[0], ""
	}
	return "", fmt.Sprintf("%q can be read as %s: choose one", foreign[0], strings.Join(fit, " or as "))
}
