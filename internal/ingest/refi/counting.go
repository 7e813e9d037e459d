package refi

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"entente/internal/ingest"
)

// way is a way of counting places in a text.
type way struct {
	counting   ingest.Counting
	oneLineEnd bool // CR LF counts as one
}

func (w way) String() string {
	s := "code points"
	if w.counting == ingest.UTF16 {
		s = "UTF-16 code units"
	}
	if w.oneLineEnd {
		return s + ", line ends of two bytes as one"
	}
	return s
}

// ways lists the ways that differ for a text, the likeliest first. The standard
// counts characters; ATLAS.ti counts a line end of two bytes as one.
func ways(raw, origin string) []way {
	lineEnds := []bool{false}
	if strings.Contains(raw, "\r\n") {
		if lineEnds = []bool{false, true}; strings.Contains(strings.ToUpper(origin), "ATLAS") {
			lineEnds = []bool{true, false}
		}
	}
	countings := []ingest.Counting{ingest.CodePoints}
	for _, r := range raw {
		if r > 0xFFFF {
			countings = append(countings, ingest.UTF16)
			break
		}
	}
	var out []way
	for _, c := range countings {
		for _, l := range lineEnds {
			out = append(out, way{c, l})
		}
	}
	return out
}

// counted is a text in the way of counting that fits its passages best.
type counted struct {
	text *ingest.Text
	way  way
	// sure says that there was but one way, or that names told which.
	sure bool
	// excerpts says that the names of the passages are their first words, so
	// that a passage whose name is not at its place is wrong.
	excerpts bool
}

// count finds the way of counting.
func count(raw, origin string, list []selection) counted {
	var best counted
	most := -1
	all := ways(raw, origin)
	for _, w := range all {
		t := ingest.NewText(raw, w.counting, w.oneLineEnd)
		named, fit, score := 0, 0, 0
		for i := range list {
			if excerpt(list[i].Name) == "" {
				continue
			}
			named++
			from, to, ok := span(t, &list[i])
			if !ok || !begins(t.Slice(from, to), list[i].Name) {
				continue
			}
			fit++
			score++
			// A way that is off by one at a line end begins or stops in white
			// space; passages rarely do.
			if exact := t.Slice(from, to); strings.TrimSpace(exact) == exact {
				score++
			}
		}
		if score > most {
			most = score
			best = counted{text: t, way: w, excerpts: fit > 0 && fit*2 >= named, sure: len(all) == 1 || fit > 0 && fit*2 >= named}
		}
	}
	return best
}

func span(t *ingest.Text, s *selection) (from, to int, ok bool) {
	a, err := strconv.Atoi(strings.TrimSpace(s.Start))
	b, err2 := strconv.Atoi(strings.TrimSpace(s.End))
	if err != nil || err2 != nil {
		return 0, 0, false
	}
	return t.Span(a, b)
}

// excerpt is the name of a passage as far as it may be its first words; empty
// for what is too short to tell.
func excerpt(name string) string {
	name = squeeze(name)
	for _, dots := range []string{"...", "…"} {
		name = strings.TrimSpace(strings.TrimSuffix(name, dots))
	}
	if utf8.RuneCountInString(name) < 4 {
		return ""
	}
	return name
}

// begins reports whether a passage begins with its name.
func begins(exact, name string) bool {
	e, n := squeeze(exact), excerpt(name)
	return strings.HasPrefix(e, n) || strings.HasPrefix(n, e) && e != ""
}

// squeeze makes every run of white space one blank.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func itoa(n int) string { return strconv.Itoa(n) }
