package cite

import (
	"regexp"
	"sort"
	"strconv"
	"strings"

	"entente"
)

// Name is how a source is called when it is cited again: the symbol of a UN
// document, the surnames of persons who wrote under their names, else the body.
func Name(s *entente.Source) string {
	if ownText(s) {
		if res := resolutionName(s.Symbol); res != "" && s.Kind == entente.ResolutionText {
			return res
		}
		if m := unSymbol.FindStringSubmatch(s.Symbol); m != nil {
			return m[1]
		}
	}
	n := authorOf(s)
	if len(n.authors) == 0 {
		switch {
		case n.container != "":
			return n.container
		case n.via != "":
			return n.via
		}
		return s.Title
	}
	if s.Kind == entente.Dataset { // "Ann Ab, Bo Cd; documentation"
		first, _, _ := strings.Cut(n.authors[0], "; ")
		if one, _, several := strings.Cut(first, ", "); several {
			return surname(one) + " and others"
		}
		return first
	}
	if n.container == "" && s.Kind != entente.Lecture {
		return body(n.authors[0])
	}
	var out []string
	for _, a := range n.authors {
		out = append(out, surname(a))
	}
	return strings.Join(out, " and ")
}

// bodies shortens the names of bodies that recur; "$1" is the state.
var bodies = []struct {
	find *regexp.Regexp
	put  string
}{
	{regexp.MustCompile(`^Permanent Mission of (.+) to the (?:UN|United Nations)$`), "Mission of $1"},
	{regexp.MustCompile(`^Ministry of Foreign Affairs of (.+)$`), "MFA of $1"},
	{regexp.MustCompile(`^United Nations General Assembly(.*)$`), "UNGA$1"},
	{regexp.MustCompile(`^.+ \(([A-Z]{2,6})\)$`), "$1"}, // "Centre of Things (CT)"
}

func body(name string) string {
	for _, b := range bodies {
		name = b.find.ReplaceAllString(name, b.put)
	}
	return strings.TrimSuffix(name, ".")
}

// surname is the last word of a name, "and others" kept. Names that are written
// surname first are kept whole by those who record them with a comma.
func surname(name string) string {
	base, others := name, ""
	for _, suffix := range []string{" et al.", " and others"} {
		if s, ok := strings.CutSuffix(base, suffix); ok {
			base, others = s, " and others"
		}
	}
	if i := strings.LastIndex(base, " "); i >= 0 {
		base = base[i+1:]
	}
	return base + others
}

// Short is the form for a terminal and for tables: name and year, or the symbol
// of a UN document.
func Short(s *entente.Source) string {
	name := Name(s)
	if ownText(s) && (name == s.Symbol || strings.HasPrefix(name, "UN") && strings.Contains(name, " Res ") || strings.HasPrefix(s.Symbol, name)) && strings.Contains(s.Symbol, "/") {
		return name
	}
	if s.Date.IsZero() {
		return name + ", undated"
	}
	return name + " " + strconv.Itoa(s.Date.Year())
}

// Shorts gives each source a short form of its own: those that would be alike
// get letters in the order of their dates, then of their ids ("Japan 2020a").
func Shorts(list []*entente.Source) map[entente.SourceID]string { return distinct(list, Short) }

func distinct(list []*entente.Source, form func(*entente.Source) string) map[entente.SourceID]string {
	alike := map[string][]*entente.Source{}
	for _, s := range list {
		name := form(s)
		alike[name] = append(alike[name], s)
	}
	out := make(map[entente.SourceID]string, len(list))
	for name, same := range alike {
		sort.Slice(same, func(i, j int) bool {
			if d := same[i].Date.Compare(same[j].Date); d != 0 {
				return d < 0
			}
			return same[i].ID < same[j].ID
		})
		for i, s := range same {
			out[s.ID] = name
			if len(same) > 1 {
				out[s.ID] = name + letters(i, !endsInDigit(name))
			}
		}
	}
	return out
}

// Dated is the form for the footnotes of a document that ends with a list of
// sources: name and full date, so that the reader sees when it was said, or the
// symbol of a UN document. Those that would be alike get letters as in [Shorts].
//
//	Osula (2021)    Mission of Japan (29 September 2020)    A/70/174
func Dated(list []*entente.Source) map[entente.SourceID]string {
	return distinct(list, func(s *entente.Source) string {
		if short := Short(s); short == Name(s) {
			return short
		}
		if d := Date(s.Date); d != "" {
			return Name(s) + " (" + d + ")"
		}
		return Name(s) + " (undated)"
	})
}

func endsInDigit(s string) bool { return s != "" && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' }

// letters is a, b … z, aa, ab …; after a word with a space before it.
func letters(i int, spaced bool) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('a'+(i-1)%26)) + s
	}
	if spaced {
		return " " + s
	}
	return s
}
