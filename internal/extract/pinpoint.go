package extract

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
)

// Slice returns the text between two rune offsets, and false when they are out
// of range or out of order.
func (t *Text) Slice(start, end int) (string, bool) {
	if start < 0 || end < start || len(t.Paragraphs) == 0 || end > t.Paragraphs[len(t.Paragraphs)-1].End {
		return "", false
	}
	first, last := t.At(start), t.At(max(start, end-1))
	var b strings.Builder
	for i := first; i <= last; i++ {
		p := t.Paragraphs[i]
		from, to := max(0, start-p.Start), end-p.Start
		b.WriteString(p.cut(min(from, p.End-p.Start), min(to, p.End-p.Start)))
		if i < len(t.Paragraphs)-1 { // the two line feeds behind a paragraph
			gap := p.End - p.Start
			b.WriteString("\n\n"[min(max(0, from-gap), 2):min(max(0, to-gap), 2)])
		}
	}
	return b.String(), true
}

// cut returns the text between two rune offsets from the paragraph's start.
func (p *Paragraph) cut(from, to int) string {
	if len(p.Text) != p.End-p.Start { // else each rune is one byte
		first := byteOf(p.Text, from)
		from, to = first, first+byteOf(p.Text[first:], to-from)
	}
	return p.Text[from:to]
}

// byteOf is the byte offset of a rune offset.
func byteOf(s string, runes int) int {
	for i := range s {
		if runes == 0 {
			return i
		}
		runes--
	}
	return len(s)
}

// At is the index of the paragraph that a rune offset lies in; the gap behind a
// paragraph counts as its end. Offsets out of range give the nearest paragraph.
func (t *Text) At(offset int) int {
	i := sort.Search(len(t.Paragraphs), func(i int) bool { return t.Paragraphs[i].Start > offset })
	return max(0, i-1)
}

// PageAt is the page on which a rune offset lies, 0 when unknown.
func (t *Text) PageAt(offset int) int {
	if len(t.Paragraphs) == 0 {
		return 0
	}
	p := t.Paragraphs[t.At(offset)]
	page := p.Page
	i := sort.Search(len(t.Turns), func(i int) bool { return t.Turns[i].Offset > offset })
	if i > 0 && t.Turns[i-1].Offset >= p.Start {
		page = t.Turns[i-1].Page
	}
	return page
}

// Pinpoint says where in its document a passage stands, given as rune offsets,
// half open: "para. 12", "p. 3, para. 12", "paras. 12–14", "para. 12 (a)",
// "footnote 3". The printed number is used where a paragraph has one that is
// clear; else the paragraph's own number, counted from the start of the text, in
// square brackets when the document prints numbers too, as what an editor
// supplies: "para. [17]". An empty passage counts as the rune behind it.
//
// All forms name a paragraph, a page or a footnote, the most specific rank of
// [entente.Specificity].
func Pinpoint(t *Text, start, end int) string {
	if t == nil || len(t.Paragraphs) == 0 {
		return ""
	}
	i, j := t.At(start), t.At(max(start, end-1))
	n := newNamer(t)
	place := join("para. ", "paras. ", n.name(i), n.name(j))
	a, b := t.Paragraphs[i], t.Paragraphs[j]
	switch {
	case a.Mark != "" && b.Mark != "":
		place = join("footnote ", "footnotes ", a.Mark, b.Mark)
	case parentOf(n.name(i)) != "" && parentOf(n.name(i)) == parentOf(n.name(j)) && i != j:
		place = "para. " + n.name(i) + "–" + strings.TrimPrefix(n.name(j), parentOf(n.name(j))+" ")
	case i == j && article.MatchString(n.name(i)):
		place = n.name(i)
	}
	if from, to := t.PageAt(start), t.PageAt(max(start, end-1)); from > 0 && to > 0 {
		return join("p. ", "pp. ", fmt.Sprint(from), fmt.Sprint(to)) + ", " + place
	}
	return place
}

// join writes one place or a range of two.
func join(one, several, from, to string) string {
	if from == to {
		return one + from
	}
	return several + from + "–" + to
}

var (
	mainLabel = regexp.MustCompile(`^[0-9]+(?:\.[0-9]+)*$`)
	article   = regexp.MustCompile(`^(?i:article|art\.|paragraph|para\.?|recital) \S+$`)
)

// parentOf is "12" of "12 (a)", else "".
func parentOf(name string) string {
	parent, _, ok := strings.Cut(name, " (")
	if !ok || !mainLabel.MatchString(parent) {
		return ""
	}
	return parent
}

// A namer gives paragraphs the numbers by which they are cited.
type namer struct {
	t     *Text
	names []string // by printed numbers, "" without
	times map[string]int
}

func newNamer(t *Text) *namer {
	n := &namer{t: t, names: make([]string, len(t.Paragraphs)), times: map[string]int{}}
	parent := ""
	for i, p := range t.Paragraphs {
		if p.Heading {
			parent = ""
			continue
		}
		if p.Label == "" || p.Mark != "" {
			continue
		}
		label := bareLabel(p.Label)
		switch {
		case mainLabel.MatchString(label) && !strings.HasPrefix(p.Label, "("):
			parent = label
		case parent != "" && strings.HasPrefix(p.Label, "("):
			label = parent + " " + p.Label
		case parent != "":
			label = parent + " (" + label + ")"
		}
		n.names[i] = label
		n.times[label]++
	}
	return n
}

// name is the printed number of a paragraph when no other paragraph has it, else
// its own number.
func (n *namer) name(i int) string {
	if name := n.names[i]; name != "" && n.times[name] == 1 {
		return name
	}
	if len(n.times) == 0 {
		return fmt.Sprint(n.t.Paragraphs[i].Number)
	}
	return fmt.Sprintf("[%d]", n.t.Paragraphs[i].Number)
}

// bareLabel is a printed number as one cites it: "12" for "12.", "12)" and
// "[12]", "(a)" for "(a)". Full-width digits become plain ones.
func bareLabel(label string) string {
	label = strings.Map(func(r rune) rune {
		if r >= 0xff01 && r <= 0xff5e {
			return r - 0xfee0
		}
		return r
	}, label)
	label = strings.TrimRight(label, ".、 ")
	if !strings.HasPrefix(label, "(") {
		label = strings.TrimRight(label, ")")
	}
	if strings.HasPrefix(label, "[") {
		label = strings.Trim(label, "[]")
	}
	return label
}
