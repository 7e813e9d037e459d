package cite

import (
	"bufio"
	"fmt"
	"io"
	"sort"
	"strings"
	"unicode"

	"entente"
)

// WriteBibTeX writes the sources as BibTeX in the given order: UTF-8 text, the
// characters that LaTeX gives a meaning escaped, keys from [Keys]. The field
// date is that of biblatex; year and month serve older styles.
func WriteBibTeX(w io.Writer, list []*entente.Source) error {
	b := bufio.NewWriter(w)
	keys := Keys(list)
	for i, s := range list {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(b, "@%s{%s", kindOf(s.Kind).bibtex, keys[s.ID])
		for _, f := range bibFields(s) {
			fmt.Fprintf(b, ",\n  %s = {%s}", f[0], f[1])
		}
		b.WriteString("\n}\n")
	}
	return b.Flush()
}

// bibFields gives the fields of an entry, escaped, those without a value left out.
func bibFields(s *entente.Source) [][2]string {
	n, k := authorOf(s), kindOf(s.Kind)
	containers := map[string]string{"article": "journal", "incollection": "booktitle"}
	container := containers[k.bibtex]
	if container == "" {
		container = "organization"
	}
	institution := ""
	if k.bibtex == "techreport" {
		institution = strings.Join(n.authors, " and ") // the style demands one
	}
	var authors []string
	for _, a := range n.authors {
		authors = append(authors, "{"+escapeTeX(a)+"}") // braces: not to be taken apart
	}
	year, month := "", ""
	if p := dateParts(s.Date); len(p) > 0 {
		year = fmt.Sprint(p[0])
		if len(p) > 1 {
			month = fmt.Sprint(p[1])
		}
	}
	all := [][2]string{
		{"author", strings.Join(authors, " and ")},
		{"title", before("{", escapeTeX(s.Title)) + "}"},
		{container, escapeTeX(n.container)},
		{"institution", escapeTeX(institution)},
		{"type", escapeTeX(k.genre)},
		{"number", escapeTeX(s.Symbol)},
		{"date", s.Date.String()},
		{"year", year},
		{"month", month},
		{"url", escapeURL(s.URL)},
		{"howpublished", escapeTeX(before("via ", n.via))},
		{"language", escapeTeX(s.Lang)},
		{"note", escapeTeX(textMark(s))},
	}
	var out [][2]string
	for _, f := range all {
		if f[1] != "" && f[1] != "}" {
			out = append(out, f)
		}
	}
	return out
}

// Keys gives each source a BibTeX key: its id, with any character that a key
// cannot hold made a hyphen. Ids that become alike get numbers in the order of
// the ids, so that the same records always have the same keys.
func Keys(list []*entente.Source) map[entente.SourceID]string {
	ids := make([]string, 0, len(list))
	for _, s := range list {
		ids = append(ids, string(s.ID))
	}
	sort.Strings(ids)
	out, taken := make(map[entente.SourceID]string, len(ids)), map[string]bool{}
	for exact := 1; exact >= 0; exact-- { // ids that are keys as they stand go first
		for _, id := range ids {
			base := strings.Map(keyRune, id)
			if _, done := out[entente.SourceID(id)]; done || (base == id) != (exact == 1) {
				continue
			}
			key := base
			for n := 2; taken[key] || key == ""; n++ {
				key = fmt.Sprintf("%s-%d", base, n)
			}
			taken[key], out[entente.SourceID(id)] = true, key
		}
	}
	return out
}

func keyRune(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("-_.:+/", r):
		return r
	}
	return '-'
}

// BibTeX counts braces even behind a backslash, so braces in the text become
// commands whose own braces pair up.
var texSpecials = strings.NewReplacer(
	`\`, `\textbackslash{}`, `{`, `\textbraceleft{}`, `}`, `\textbraceright{}`, `&`, `\&`, `%`, `\%`, `$`, `\$`, `#`, `\#`, `_`, `\_`,
	`~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`, "\n", " ", "\r", " ", "\t", " ",
)

func escapeTeX(s string) string { return texSpecials.Replace(printable(s)) }

// escapeURL keeps an address as it is but for what would end the field.
func escapeURL(s string) string {
	return strings.NewReplacer(`{`, "%7B", `}`, "%7D", `\`, "%5C", " ", "%20").Replace(printable(s))
}

// printable drops control characters but white space.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// WriteRIS writes the sources as RIS (tags of the year 2011), one record each.
func WriteRIS(w io.Writer, list []*entente.Source) error {
	b := bufio.NewWriter(w)
	for _, s := range list {
		n, k := authorOf(s), kindOf(s.Kind)
		line := func(tag, value string) {
			if value = strings.Join(strings.Fields(printable(value)), " "); value != "" {
				fmt.Fprintf(b, "%s  - %s\r\n", tag, value)
			}
		}
		line("TY", k.ris)
		line("ID", string(s.ID))
		for _, a := range n.authors {
			line("AU", a)
		}
		line("TI", s.Title)
		line("T2", n.container)
		if p := dateParts(s.Date); len(p) > 0 {
			line("PY", fmt.Sprint(p[0]))
			line("DA", strings.ReplaceAll(s.Date.String(), "-", "/"))
		}
		line("M1", s.Symbol)
		line("DP", n.via)
		line("LA", s.Lang)
		line("M3", k.genre)
		line("N1", textMark(s))
		line("UR", s.URL)
		b.WriteString("ER  - \r\n\r\n")
	}
	return b.Flush()
}
