package extract

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What sets paragraphs apart on a page, as shares of the height of the letters.
const (
	sameSize    = 0.12 // sizes that differ by less are alike
	headingSize = 1.15 // a heading is set at least so much larger than the body
	noteSize    = 0.93 // a footnote is set at most so large
	looser      = 1.22 // a gap so much wider than usual parts paragraphs
	indented    = 0.8  // a first line is set in at least so far
	column      = 40.0 // points by which lines of one column may differ on the left
	longHeading = 200  // runes
)

var noteStart = regexp.MustCompile(`^(\d{1,3})[ .)]?\s*\pL|^(\*{1,3}|†|‡)\s*\pL`)

// A pdfPar is a paragraph as lines.
type pdfPar struct {
	lines []pdfLine
	mark  string
}

func (p *pdfPar) last() *pdfLine { return &p.lines[len(p.lines)-1] }

// layOut finds the paragraphs of a document and adds them.
func layOut(b *builder, doc *pdfDoc) error {
	t := measure(doc)
	var pars []*pdfPar
	for i := range doc.pages {
		page := &doc.pages[i]
		var cur *pdfPar
		lowest := t.lowestBody(page)
		for k := range page.lines {
			l := page.lines[k]
			switch {
			case cur == nil: // the first line of a page
				if prev := lastBody(pars); prev != nil && t.goesOn(prev.last(), &l) {
					cur = prev
				}
			case t.parts(cur, &l, following(page.lines, k), page):
				cur = nil
			}
			if cur == nil {
				cur = &pdfPar{}
				pars = append(pars, cur)
				if t.isNote(&l, page, lowest) {
					cur.mark = firstGroup(noteStart.FindStringSubmatch(l.text))
				}
			}
			cur.lines = append(cur.lines, l)
		}
	}
	var all []string
	for _, p := range pars {
		for _, l := range p.lines {
			all = append(all, l.text)
		}
	}
	vocab := vocabulary(all)
	for _, p := range pars {
		if err := b.add(t.draft(p, vocab)); err != nil {
			return err
		}
	}
	return nil
}

func following(lines []pdfLine, k int) *pdfLine {
	if k+1 < len(lines) {
		return &lines[k+1]
	}
	return nil
}

func firstGroup(m []string) string {
	for _, g := range m[min(1, len(m)):] {
		if g != "" {
			return g
		}
	}
	return ""
}

// lastBody is the last paragraph that is no footnote.
func lastBody(pars []*pdfPar) *pdfPar {
	for _, par := range slices.Backward(pars) {
		if par.mark == "" {
			return par
		}
	}
	return nil
}

// draft joins the lines of a paragraph.
func (t *typography) draft(p *pdfPar, vocab words) draft {
	d := draft{page: p.lines[0].page, mark: p.mark}
	var text []byte
	from, runes := 0, 0 // what was counted up to the last turn of the page
	for i, l := range p.lines {
		if i > 0 && l.page != p.lines[i-1].page {
			runes += utf8.RuneCountInString(clean(string(text[from:]))) + 1
			from = len(text)
			d.turns = append(d.turns, Turn{Offset: runes, Page: l.page})
		}
		text = joinLine(text, l.text, vocab)
		from = min(from, len(text))
	}
	d.text = string(text)
	first := &p.lines[0]
	d.heading = first.size >= headingSize*t.body && utf8.RuneCountInString(d.text) <= longHeading && strings.ContainsFunc(d.text, unicode.IsLetter)
	return d
}

// typography is how the text of a document is set.
type typography struct {
	body  float64 // height of the letters of the body
	pitch float64 // usual distance of two lines, as a share of the height
	// edges of the columns of one page, by their left side
	page  *pdfPage
	edges map[int]float64
}

// measure reads off the size of the body and the usual distance of lines.
func measure(doc *pdfDoc) *typography {
	var lines []*pdfLine
	for i := range doc.pages {
		for k := range doc.pages[i].lines {
			lines = append(lines, &doc.pages[i].lines[k])
		}
	}
	t := &typography{pitch: 1}
	t.body = usual(len(lines), func(i int) (float64, int) { return lines[i].size, utf8.RuneCountInString(lines[i].text) })
	var pitches []weighted
	for i := 1; i < len(lines); i++ {
		a, b := lines[i-1], lines[i]
		if a.block == b.block && b.bottom > a.bottom+0.5*b.size && alike(a, b) && b.size > 0 {
			pitches = append(pitches, weighted{(b.bottom - a.bottom) / b.size, utf8.RuneCountInString(b.text)})
		}
	}
	if len(pitches) > 0 {
		t.pitch = quantile(0.5, pitches)
	}
	return t
}

func alike(a, b *pdfLine) bool {
	return math.Abs(a.size-b.size) <= sameSize*max(a.size, b.size)
}

// goesOn tells whether a paragraph goes on in the next column or on the next
// page: it does not end a sentence, and what follows does not begin one.
func (t *typography) goesOn(a, b *pdfLine) bool {
	if !alike(a, b) || a.size >= headingSize*t.body || opensEntry(b.text) {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(a.text)
	first, _ := utf8.DecodeRuneInString(b.text)
	if endsSentence(a.text) && last != '-' {
		return false
	}
	return unicode.IsLower(first) || solid(last) && solid(first) || last == '-' && unicode.IsLetter(first) || last == ','
}

// parts tells whether l begins a paragraph after the lines of p. next is the
// line after l, nil at the end of the page.
func (t *typography) parts(p *pdfPar, l, next *pdfLine, page *pdfPage) bool {
	a := p.last()
	if l.behind(a) { // of another block
		return !(len(p.lines) == 1 && isMark(a.text))
	}
	if l.bottom < a.bottom { // another column
		return !t.goesOn(a, l)
	}
	if !alike(a, l) || t.loose(a, l) {
		return true
	}
	if a.size >= headingSize*t.body && !opensEntry(l.text) {
		return false // one heading on several lines
	}
	ends := endsSentence(a.text)
	deeper := l.left - a.left
	if ends && deeper < -indented*l.size && len(p.lines) > 1 {
		return true // a hanging paragraph ended
	}
	if ends && deeper > indented*l.size && (next == nil || next.left < l.left-indented*l.size || !alike(l, next) || t.loose(l, next)) {
		return true // a first line, set in
	}
	return deliberate(a.line, l.line, t.edge(page, a), 0.25*a.size, math.Inf(1))
}

// loose tells whether the gap between two lines is wider than usual.
func (t *typography) loose(a, b *pdfLine) bool {
	return b.bottom-a.bottom > looser*t.pitch*b.size
}

// edge is where the full lines of a line's column end.
func (t *typography) edge(page *pdfPage, a *pdfLine) float64 {
	if t.page != page {
		t.page, t.edges = page, map[int]float64{}
	}
	key := int(math.Round(a.left / (column / 2)))
	if e, ok := t.edges[key]; ok {
		return e
	}
	var rights []weighted
	for i := range page.lines {
		l := &page.lines[i]
		if math.Abs(l.left-float64(key)*column/2) <= column {
			rights = append(rights, weighted{l.right, utf8.RuneCountInString(l.text)})
		}
	}
	e := quantile(0.8, rights)
	t.edges[key] = e
	return e
}

// isMark tells whether a piece of text is nothing but a number or a bullet that
// stands before its paragraph.
func isMark(s string) bool {
	return utf8.RuneCountInString(s) <= 8 && (opensEntry(s+" X") || strings.ContainsRune(bullets, []rune(s)[0]) && utf8.RuneCountInString(s) == 1)
}

// isNote tells whether a line begins a footnote: set smaller than the body, in
// the lower half, with a mark, and below all lines of the body's size.
func (t *typography) isNote(l *pdfLine, page *pdfPage, lowest float64) bool {
	return l.size <= noteSize*t.body && l.top >= page.height/2 && l.top > lowest && noteStart.MatchString(l.text)
}

// lowestBody is where the lowest line of the body's size ends.
func (t *typography) lowestBody(page *pdfPage) float64 {
	lowest := 0.0
	for i := range page.lines {
		if l := &page.lines[i]; l.size > noteSize*t.body {
			lowest = max(lowest, l.top)
		}
	}
	return lowest
}
