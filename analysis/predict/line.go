package predict

import (
	"math"
	"sort"
	"strings"
)

// sameLine is the likeness of titles from which a resolution is taken to
// follow an earlier one.
const sameLine = 1.0 / 3

// titleWords is a title as a set of word stems: six letters, which joins
// "advancing" with "advance". Short words say nothing.
func titleWords(title string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return r < 'a' || r > 'z' }) {
		if len(w) > 3 || w == "use" {
			out[w[:min(6, len(w))]] = true
		}
	}
	return out
}

// lines holds the lines of the resolutions voted on so far. A line is a set of
// resolutions with the same title; a resolution under a new title joins the
// line that it is most like, if it is like any.
type lines struct {
	ids   []string // "line:" and the id of the line's first resolution
	words []map[string]bool
}

// weight of a word: the rarer among the lines, the more it tells.
func (l *lines) weight(w string) float64 {
	n := 0
	for _, ws := range l.words {
		if ws[w] {
			n++
		}
	}
	return math.Log(float64(len(l.words)+1) / float64(max(n, 1)))
}

// find gives the line of a title; empty when it is like none. Likeness is the
// weight of the shared words over that of all words of both.
func (l *lines) find(words map[string]bool) string {
	best, line := 0.0, ""
	for i, ws := range l.words {
		same := len(ws) == len(words)
		var common, all float64
		for _, w := range union(ws, words) {
			v := l.weight(w)
			all += v
			if ws[w] && words[w] {
				common += v
			} else {
				same = false
			}
		}
		if same {
			return l.ids[i]
		}
		if all > 0 && common/all > best {
			best, line = common/all, l.ids[i]
		}
	}
	if best < sameLine {
		return ""
	}
	return line
}

// join puts the items, in order of time, in lines and writes the line in front
// of each item's groups.
func (l *lines) join(items []*Item) {
	sort.SliceStable(items, func(i, j int) bool {
		if a, b := items[i].years, items[j].years; a != b {
			return a < b
		}
		return items[i].ID < items[j].ID
	})
	for _, it := range items {
		id := l.find(it.words)
		if id == "" {
			id = "line:" + string(it.ID)
		}
		known := false
		for i := range l.ids {
			if l.ids[i] == id && equal(l.words[i], it.words) {
				known = true
			}
		}
		if !known {
			l.ids, l.words = append(l.ids, id), append(l.words, it.words)
		}
		it.Groups = append([]Loading{{id, 1}}, it.Groups...)
	}
}

func equal(a, b map[string]bool) bool {
	if len(a) != len(b) {
		return false
	}
	for w := range a {
		if !b[w] {
			return false
		}
	}
	return true
}

// union of two sets in alphabetical order, so that sums have one order.
func union(a, b map[string]bool) []string {
	var out []string
	for w := range a {
		out = append(out, w)
	}
	for w := range b {
		if !a[w] {
			out = append(out, w)
		}
	}
	sort.Strings(out)
	return out
}
