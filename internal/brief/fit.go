package brief

import (
	"math"
	"strings"

	"entente/internal/document"
)

// limits say how many claims of each sort the note tells; what is left out is
// counted there and told in the body of evidence.
type limits struct {
	agreements, differ, open, alone, reserved, acts, bodies, uneven, votes, next, reasons, before int
}

// least is what the note tells however long it gets.
var least = limits{agreements: 4, differ: 2, open: 1, alone: 1, acts: 3, bodies: 4, uneven: 1, next: 1, reasons: 1, before: 1}

// most is what the note tells however short it is.
var most = limits{24, 9, 6, 6, 3, 14, 10, 10, 5, 5, 3, 4}

// each gives the limits one by one, in the order in which they are raised: what a
// reader looks for first comes up most often.
func (l *limits) each() []*int {
	return []*int{
		&l.agreements, &l.differ, &l.open, &l.bodies, &l.acts, &l.bodies, &l.uneven, &l.agreements, &l.reserved, &l.uneven, &l.agreements, &l.differ,
		&l.next, &l.alone, &l.acts, &l.votes, &l.reasons, &l.before,
	}
}

// widest raises the limits one at a time as long as the note fits its pages.
func widest(fit func(limits) bool) limits {
	now := least
	full := map[int]bool{}
	top := most.each()
	for raised := true; raised; {
		raised = false
		for i := range now.each() {
			next := now
			n := next.each()[i]
			if full[i] || *n >= *top[i] {
				continue
			}
			*n++
			if !fit(next) {
				full[i] = true
				continue
			}
			now, raised = next, true
		}
	}
	return now
}

// The measures of a page of [WriteDOCX], in points, for the widest fonts that are
// likely to stand in for its own (DejaVu): with its own fonts the note is shorter.
const (
	notePages  = 2
	pageHeight = 728.0
	tableWidth = 453.0
	noteRule   = 12.0 // above the notes of a page
	// measured is what notes took on paper of what the sums below say.
	measured = 1.02
)

// text is the height of running text of a size in points on a width: words are
// laid on lines as a word processor does; chars is the mean width of a character
// in parts of the size.
func text(in []document.Inline, size, leading, width, chars float64) float64 {
	lines, at, marks := 1.0, 0.0, float64(marks(in))
	for word := range strings.FieldsSeq(document.PlainText(in)) {
		n := 0.0
		for _, r := range word {
			n++
			if r > 0x2e80 {
				n++ // ideographs are as wide as they are high
			}
		}
		n *= size * chars
		if at > 0 && at+n > width {
			lines, at = lines+1, 0
		}
		for at == 0 && n > width { // a word that is longer than a line
			lines, n = lines+1, n-width
		}
		at += n + size*chars*0.75
	}
	if at+marks*size*0.8 > width { // the marks of notes take room too
		lines++
	}
	return lines * size * leading
}

// sheet lays pieces on pages. A piece stays whole, and its footnotes stand on the
// page on which it ends; what must not part from the next piece waits for it.
type sheet struct {
	pages         int
	used, waiting float64
}

func (s *sheet) put(height float64, runs ...[]document.Inline) {
	h := s.waiting + height
	for _, in := range runs {
		for _, n := range notesOf(in) {
			h += text(n.Inlines, 8, 1.17, tableWidth, 0.54) + 0.3
		}
	}
	h *= measured
	s.waiting = 0
	if s.pages == 0 || s.used+h > pageHeight-noteRule {
		s.pages, s.used = s.pages+1, 0
	}
	s.used += h
}

func (s *sheet) keep(height float64) { s.waiting += height }

// notesOf gives the footnotes of running text that have a text of their own.
func notesOf(in []document.Inline) []document.Footnote {
	d := document.Document{Blocks: []document.Block{document.Paragraph{Inlines: in}}}
	return d.Notes()
}

// fits estimates whether the note keeps to its pages.
func fits(d *document.Document) bool {
	s := &sheet{}
	s.put(text([]document.Inline{document.Text(d.Title)}, 18, 1.17, tableWidth, 0.66) + 3 + 11 + 18)
	for _, m := range d.Meta {
		s.put(text(m.Value, 9, 1.17, tableWidth-113, 0.6)+0.5, m.Value)
	}
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case document.PageBreak:
			return s.done()
		case document.Heading:
			s.keep(12 + 12.5*1.17)
		case document.Paragraph:
			s.put(text(b.Inlines, 9.5, 1.23, tableWidth, 0.525)+4, b.Inlines)
		case document.Callout:
			h := 32.0
			for _, x := range b.Blocks {
				if p, ok := x.(document.Paragraph); ok {
					h += text(p.Inlines, 9.5, 1.2, tableWidth-23, 0.525) + 1.5
				}
			}
			s.put(h)
		case document.Table:
			s.keep(18)
			s.rows(b)
		}
	}
	return s.done()
}

// done closes the last page with the space below a table.
func (s *sheet) done() bool {
	s.put(10)
	return s.pages <= notePages
}

func (s *sheet) rows(t document.Table) {
	sum := 0
	for _, w := range t.Widths {
		sum += w
	}
	for _, r := range t.Rows {
		if r.Group {
			s.keep(15)
			continue
		}
		tall, runs := 0.0, [][]document.Inline{}
		for i, c := range r.Cells {
			tall = math.Max(tall, text(c.Inlines, 8.5, 1.17, tableWidth*float64(t.Widths[i])/float64(sum)-8.5, 0.505))
			runs = append(runs, c.Inlines)
		}
		s.put(tall+2.5, runs...)
	}
}
