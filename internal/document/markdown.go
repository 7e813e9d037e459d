package document

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// WriteMarkdown writes the document as CommonMark with two extensions that
// most readers know: pipe tables and footnotes ([^1]). Language tags and
// figures have no Markdown; a figure is replaced by its text.
// The only errors are those of w.
func WriteMarkdown(w io.Writer, d *Document) error {
	m := &markdown{w: bufio.NewWriter(w), ink: newInker(d)}
	m.line("# " + m.heading(mdEscape(cleanTrim(d.Title))))
	if s := cleanTrim(d.Subtitle); s != "" {
		m.line("", lineStart("**"+mdEscape(s)+"**"))
	}
	m.meta(d)
	m.blocks("", d.Blocks)
	for i := range m.ink.notes {
		m.line("", fmt.Sprintf("[^%d]: %s", i+1, strings.TrimSpace(m.text(m.ink.noteRuns(m.ink.notes[i].Inlines)))))
	}
	return m.w.Flush()
}

type markdown struct {
	w   *bufio.Writer
	ink *inker
}

func (m *markdown) line(lines ...string) {
	for _, l := range lines {
		m.w.WriteString(strings.TrimRight(l, " "))
		m.w.WriteByte('\n')
	}
}

func (m *markdown) meta(d *Document) {
	pairs := d.Meta
	if t := d.dateText(); t != "" {
		pairs = append([]Pair{{d.words().Date, []Inline{Text(t)}}}, pairs...)
	}
	for i, p := range pairs {
		if i == 0 {
			m.line("")
		}
		m.line(fmt.Sprintf("- **%s:** %s", mdEscape(cleanTrim(p.Label)), m.inline(p.Value)))
	}
}

// blocks writes blocks, each after an empty line; prefix stands before every
// line ("> " in a callout).
func (m *markdown) blocks(prefix string, blocks []Block) {
	other := false // a list that follows a list needs another mark, or they become one
	for i, b := range blocks {
		gap := strings.TrimRight(prefix, " ")
		switch b := b.(type) {
		case Heading:
			anchor := ""
			if validID(b.ID) {
				anchor = `<a id="` + b.ID + `"></a>`
			}
			m.line(gap, prefix+strings.Repeat("#", level(b.Level)+1)+" "+anchor+m.heading(m.inline(b.Inlines)))
		case Paragraph:
			m.line(gap, prefix+m.paragraph(b.Inlines))
		case Quote:
			m.line(gap, prefix+"> "+m.paragraph(b.Inlines))
		case List:
			m.line(gap)
			before, ok := List{}, false
			if i > 0 {
				before, ok = blocks[i-1].(List)
			}
			other = ok && before.Numbered == b.Numbered && !other
			m.list(prefix, b, other)
		case Table:
			m.table(prefix, b)
		case Callout:
			m.callout(prefix, b)
		case Figure:
			m.line(gap, prefix+"*"+strings.TrimSpace("Figure: "+mdEscape(cleanTrim(b.Alt)))+"*")
			if len(b.Caption) > 0 {
				m.line(gap, prefix+m.paragraph(b.Caption))
			}
		case PageBreak:
			m.line(gap, prefix+"---")
		}
	}
}

// level keeps heading levels within 1 to 3.
func level(l int) int { return min(max(l, 1), 3) }

// heading keeps a closing run of # from being read as markup.
func (m *markdown) heading(s string) string {
	if strings.HasSuffix(s, "#") {
		return s[:len(s)-1] + `\#`
	}
	return s
}

func (m *markdown) callout(prefix string, c Callout) {
	m.line(strings.TrimRight(prefix, " "))
	prefix += "> "
	m.line(prefix + "**" + mdEscape(cleanTrim(c.Title)) + "**")
	m.blocks(prefix, c.Blocks)
}

func (m *markdown) list(prefix string, l List, other bool) {
	for i, it := range l.Items {
		mark := "- "
		switch {
		case l.Numbered && other:
			mark = fmt.Sprintf("%d) ", i+1)
		case l.Numbered:
			mark = fmt.Sprintf("%d. ", i+1)
		case other:
			mark = "* "
		}
		m.line(prefix + mark + m.paragraph(it.Inlines))
		if it.Nested != nil {
			m.list(prefix+strings.Repeat(" ", len(mark)), *it.Nested, false)
		}
	}
}

func (m *markdown) table(prefix string, t Table) {
	gap := strings.TrimRight(prefix, " ")
	if len(t.Caption) > 0 {
		m.line(gap, prefix+m.paragraph(t.Caption))
	}
	cols := t.columns()
	if cols == 0 {
		return
	}
	m.line(gap, prefix+m.row(t.Header, cols))
	var rule strings.Builder
	for c := range cols {
		rule.WriteString([...]string{" --- |", " :---: |", " ---: |"}[t.align(c)])
	}
	m.line(prefix + "|" + rule.String())
	for _, r := range t.Rows {
		if r.Group && len(r.Cells) > 0 {
			r.Cells = []Cell{{[]Inline{Strong{r.Cells[0].Inlines}}}}
		}
		m.line(prefix + m.row(r.Cells, cols))
	}
}

func (m *markdown) row(cells []Cell, cols int) string {
	var b strings.Builder
	b.WriteString("|")
	for c := range cols {
		text := ""
		if c < len(cells) {
			text = strings.ReplaceAll(m.inline(cells[c].Inlines), "|", `\|`)
		}
		b.WriteString(" " + text + " |")
	}
	return b.String()
}

// paragraph is running text that may start a line.
func (m *markdown) paragraph(in []Inline) string { return lineStart(m.inline(in)) }

func (m *markdown) inline(in []Inline) string { return m.text(m.ink.runs(in)) }

func (m *markdown) text(runs []run) string {
	var b strings.Builder
	var links []string
	mark := func(w wrap, open bool) {
		switch w.kind {
		case wrapStrong:
			b.WriteString("**")
		case wrapEmph:
			b.WriteString("*")
		case wrapLink:
			if open {
				b.WriteString("[")
				links = append(links, w.val)
			} else {
				b.WriteString("](" + w.val + ")")
			}
		}
	}
	leaf := func(r run) {
		switch {
		case r.brk:
			b.WriteString("<br>")
		case r.note != 0:
			fmt.Fprintf(&b, "[^%d]", r.note)
		case r.mark:
			fmt.Fprintf(&b, "[^%d]", r.ref)
		case r.ref != 0:
			fmt.Fprintf(&b, "%d", r.ref)
		case r.code:
			b.WriteString(codeSpan(r.text))
		default:
			text := mdEscape(r.text)
			// "[^1]: …" would define a note and "[^1](…)" would be a link.
			if strings.HasSuffix(b.String(), "]") && text != "" && strings.ContainsRune(":(", rune(text[0])) {
				text = `\` + text
			}
			b.WriteString(text)
		}
	}
	nest(spacesOut(runs), func(w wrap) { mark(w, true) }, func(w wrap) { mark(w, false) }, leaf)
	return b.String()
}

// spacesOut moves spaces at the edge of strong and emphasised text outside:
// "**word **" is not strong text in Markdown.
func spacesOut(in []run) []run {
	var out []run
	for _, r := range in {
		if !r.plain() || r.code || !r.strong && !r.emph {
			out = append(out, r)
			continue
		}
		core := strings.Trim(r.text, " ")
		if core == "" {
			out = append(out, r)
			continue
		}
		lead, trail := r, r
		if lead.text, _, _ = strings.Cut(r.text, core); lead.text != "" {
			out = append(out, lead)
		}
		trail.text = r.text[len(lead.text)+len(core):]
		r.text = core
		out = append(out, r)
		if trail.text != "" {
			out = append(out, trail)
		}
	}
	for i := range out {
		if strings.Trim(out[i].text, " ") == "" && out[i].plain() {
			both := i > 0 && i+1 < len(out)
			out[i].strong = both && out[i-1].strong && out[i+1].strong
			out[i].emph = both && out[i-1].emph && out[i+1].emph
		}
	}
	return out
}

// codeSpan fences code with more backticks than it holds in a row.
func codeSpan(s string) string {
	longest, now := 0, 0
	for _, c := range s {
		if c == '`' {
			now++
			longest = max(longest, now)
		} else {
			now = 0
		}
	}
	fence := strings.Repeat("`", longest+1)
	if longest > 0 {
		s = " " + s + " "
	}
	return fence + s + fence
}

var mdSpecial = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`,
	"<", `\<`, ">", `\>`, "&", `\&`, "~", `\~`)

// mdEscape escapes what could be markup inside a line.
func mdEscape(s string) string { return mdSpecial.Replace(clean(s)) }

var (
	mdLineMark   = regexp.MustCompile(`^[-+#=:|]`)
	mdLineNumber = regexp.MustCompile(`^(\d{1,9})([.)])`)
)

// lineStart escapes what would be markup only at the start of a line.
func lineStart(s string) string {
	s = strings.TrimLeft(s, " ")
	if mdLineMark.MatchString(s) {
		return `\` + s
	}
	return mdLineNumber.ReplaceAllString(s, `$1\$2`)
}
