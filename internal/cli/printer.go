package cli

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"entente"
	"entente/internal/cite"
	"entente/internal/view"
)

// The widths of text: what a file or a pipe gets, and the bounds on a terminal.
const (
	plainWidth = 80
	leastWidth = 40
	mostWidth  = 110
)

// style is a way of setting text apart on a terminal. It never carries meaning
// alone: every styled word says the same in plain text.
type style struct{ on string }

const reset = "\x1b[0m"

var (
	styleNone    = style{}
	styleTitle   = style{"\x1b[1m"}
	styleHeading = style{"\x1b[1;34m"}
	styleGood    = style{"\x1b[32m"}
	styleWarn    = style{"\x1b[33m"}
	styleBad     = style{"\x1b[31m"}
	styleQuiet   = style{"\x1b[2m"}
	styleError   = style{"\x1b[1;31m"}
)

// span is a piece of text in one style.
type span struct {
	style style
	text  string
}

func plain(s string) span  { return span{styleNone, s} }
func quiet(s string) span  { return span{styleQuiet, s} }
func strong(s string) span { return span{styleTitle, s} }

// printer lays text out in lines that fit.
type printer struct {
	out     strings.Builder
	width   int
	colour  bool
	sources map[entente.SourceID]string // short citations
	used    []entente.SourceID          // cited so far, in order
	corpus  *entente.Corpus
}

func newPrinter(app *App, g *global, b view.Builder, page *view.Page, toFile bool) *printer {
	p := &printer{width: plainWidth, colour: g.colours(app, toFile), corpus: b.Corpus, sources: map[entente.SourceID]string{}}
	if w, ok := app.Terminal(); ok && !toFile && w > 0 {
		p.width = max(leastWidth, min(w, mostWidth))
	}
	var list []*entente.Source
	for _, id := range page.Sources {
		if s := b.Corpus.Source(id); s != nil {
			list = append(list, s)
		}
	}
	p.sources = cite.Shorts(list)
	p.flow(0, 0, strong(page.Title))
	return p
}

func (p *printer) bytes() []byte { return []byte(p.out.String()) }

func (p *printer) blank() { p.out.WriteByte('\n') }

// section starts a part of the page.
func (p *printer) section(title string, after ...span) {
	p.blank()
	p.flow(0, 2, append([]span{{styleHeading, title}}, after...)...)
}

// flow writes words in lines that fit: the first line starts at indent, the
// next ones at hang.
func (p *printer) flow(indent, hang int, spans ...span) {
	p.out.WriteString(strings.Repeat(" ", indent))
	p.lay(indent, hang, spans)
}

// pair writes a label in a column of its own and text beside it.
func (p *printer) pair(indent, column int, label string, spans ...span) {
	label = clean(label)
	gap := max(1, column-columns(label))
	p.out.WriteString(strings.Repeat(" ", indent) + label + strings.Repeat(" ", gap))
	p.lay(indent+columns(label)+gap, indent+column, spans)
}

// lay writes words from a column on and ends the line. A word may run over
// several spans ("affirms" and the comma after it): it moves as one.
func (p *printer) lay(column, hang int, spans []span) {
	started, open := false, styleNone
	set := func(s style) {
		if !p.colour || s == open {
			return
		}
		if open != styleNone {
			p.out.WriteString(reset)
		}
		p.out.WriteString(s.on)
		open = s
	}
	var word []span
	flush := func() {
		n := 0
		for _, w := range word {
			n += columns(w.text)
		}
		switch {
		case n == 0:
			return
		case started && column+1+n > p.width:
			set(styleNone)
			p.out.WriteString("\n" + strings.Repeat(" ", hang))
			column = hang
		case started:
			p.out.WriteByte(' ')
			column++
		}
		for _, w := range word {
			set(w.style)
			p.out.WriteString(w.text)
		}
		column, started, word = column+n, true, word[:0]
	}
	for _, s := range spans {
		for i, part := range strings.Split(clean(s.text), " ") {
			if i > 0 {
				flush()
			}
			if part != "" {
				word = append(word, span{s.style, part})
			}
		}
	}
	flush()
	set(styleNone)
	p.out.WriteByte('\n')
}

// columns is the number of columns a text takes on a terminal.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r) || r == '\u200d':
		case width.LookupRune(r).Kind() == width.EastAsianWide || width.LookupRune(r).Kind() == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// clean takes out of a text what could steer a terminal or turn its direction:
// a corpus may come from anywhere. Line breaks and tabs become spaces.
func clean(s string) string {
	ok := true
	for _, r := range s {
		ok = ok && safe(r)
	}
	if ok && utf8.ValidString(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case safe(r):
			return r
		}
		return '\ufffd'
	}, s)
}

func safe(r rune) bool {
	return r >= 0x20 && (r < 0x7f || r > 0x9f) && (r < 0x202a || r > 0x202e) && (r < 0x2066 || r > 0x2069)
}
