package document

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
)

// WriteHTML writes one complete HTML5 page that needs nothing else: the style
// is inside, pictures are inside, and a content security policy forbids every
// request. Footnotes become numbered end notes with links in both directions
// (roles of DPUB-ARIA 1.1). The only errors are those of w.
func WriteHTML(w io.Writer, d *Document) error {
	h := &page{w: bufio.NewWriter(w), ink: newInker(d), words: d.words()}
	h.head(d)
	h.out("<main>\n<article>\n<header>\n")
	h.out("<h1>%s</h1>\n", esc(cleanTrim(d.Title)))
	if s := cleanTrim(d.Subtitle); s != "" {
		h.out("<p class=\"subtitle\">%s</p>\n", esc(s))
	}
	h.meta(d)
	h.out("</header>\n")
	h.blocks(d.Blocks)
	h.endnotes()
	h.out("</article>\n</main>\n</body>\n</html>\n")
	return h.w.Flush()
}

type page struct {
	w      *bufio.Writer
	ink    *inker
	words  Labels
	tables int
}

func (h *page) out(format string, args ...any) { fmt.Fprintf(h.w, format, args...) }

func dir(tag string) string {
	if rtl(tag) {
		return ` dir="rtl"`
	}
	return ` dir="ltr"`
}

func (h *page) head(d *Document) {
	h.out("<!DOCTYPE html>\n<html lang=\"%s\"%s>\n<head>\n<meta charset=\"utf-8\">\n", esc(d.lang()), dir(d.lang()))
	h.out("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n")
	h.out("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
	if _, _, ok := parseDate(d.Date); ok {
		h.out("<meta name=\"dcterms.date\" content=\"%s\">\n", esc(d.Date))
	}
	if d.Author != "" {
		h.out("<meta name=\"author\" content=\"%s\">\n", esc(d.Author))
	}
	h.out("<title>%s</title>\n<style>\n%s</style>\n</head>\n<body>\n", esc(cleanTrim(d.Title)), htmlStyle)
}

func (h *page) meta(d *Document) {
	date := d.dateText()
	if len(d.Meta) == 0 && date == "" {
		return
	}
	h.out("<dl class=\"meta\">\n")
	if date != "" {
		value := esc(date)
		if _, _, ok := parseDate(d.Date); ok {
			value = fmt.Sprintf("<time datetime=\"%s\">%s</time>", esc(d.Date), value)
		}
		h.out("<div><dt>%s</dt><dd>%s</dd></div>\n", esc(h.words.Date), value)
	}
	for _, m := range d.Meta {
		h.out("<div><dt>%s</dt><dd>%s</dd></div>\n", esc(cleanTrim(m.Label)), h.inline(m.Value))
	}
	h.out("</dl>\n")
}

func (h *page) blocks(blocks []Block) {
	for _, b := range blocks {
		switch b := b.(type) {
		case Heading:
			id := ""
			if validID(b.ID) {
				id = fmt.Sprintf(" id=\"%s\"", b.ID)
			}
			n := level(b.Level) + 1
			h.out("<h%d%s>%s</h%d>\n", n, id, h.inline(b.Inlines), n)
		case Paragraph:
			h.out("<p>%s</p>\n", h.inline(b.Inlines))
		case Quote:
			h.out("<blockquote><p>%s</p></blockquote>\n", h.inline(b.Inlines))
		case List:
			h.list(b)
		case Table:
			h.table(b)
		case Callout:
			h.out("<div class=\"callout\" role=\"note\">\n")
			if t := cleanTrim(b.Title); t != "" {
				h.out("<p class=\"callout-title\">%s</p>\n", esc(t))
			}
			h.blocks(b.Blocks)
			h.out("</div>\n")
		case Figure:
			h.figure(b)
		case PageBreak:
			h.out("<div class=\"page-break\"></div>\n")
		}
	}
}

func (h *page) list(l List) {
	tag := "ul"
	if l.Numbered {
		tag = "ol"
	}
	h.out("<%s>\n", tag)
	for _, it := range l.Items {
		h.out("<li>%s", h.inline(it.Inlines))
		if it.Nested != nil {
			h.out("\n")
			h.list(*it.Nested)
		}
		h.out("</li>\n")
	}
	h.out("</%s>\n", tag)
}

// table writes a table in a frame that scrolls on a narrow screen, and can be
// reached by keyboard for that. Each group of rows has its own tbody, so that
// scope="rowgroup" means what it says.
func (h *page) table(t Table) {
	cols := t.columns()
	if cols == 0 {
		return
	}
	h.tables++
	caption := h.inline(t.Caption)
	wide := ""
	if cols > 2 {
		wide = " wide"
	}
	if caption == "" {
		h.out("<div class=\"table%s\" tabindex=\"0\">\n<table>\n", wide)
	} else {
		h.out("<div class=\"table%s\" role=\"region\" tabindex=\"0\" aria-labelledby=\"fn-table-%d\">\n<table>\n<caption id=\"fn-table-%d\">%s</caption>\n", wide, h.tables, h.tables, caption)
	}
	h.out("<colgroup>")
	for _, share := range t.shares(1000) {
		h.out("<col style=\"width:%d.%d%%\">", share/10, share%10)
	}
	h.out("</colgroup>\n")
	if len(t.Header) > 0 {
		h.out("<thead>\n")
		h.row(t, t.Header, cols, true)
		h.out("</thead>\n")
	}
	open := false
	for _, r := range t.Rows {
		if r.Group || !open {
			if open {
				h.out("</tbody>\n")
			}
			h.out("<tbody>\n")
			open = true
		}
		if !r.Group {
			h.row(t, r.Cells, cols, false)
			continue
		}
		for _, c := range r.Cells[:min(len(r.Cells), 1)] {
			h.out("<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"%d\">%s</th></tr>\n", cols, h.inline(c.Inlines))
		}
	}
	if open {
		h.out("</tbody>\n")
	}
	h.out("</table>\n</div>\n")
}

func (h *page) row(t Table, cells []Cell, cols int, header bool) {
	h.out("<tr>")
	for c := range cols {
		text := ""
		if c < len(cells) {
			text = h.inline(cells[c].Inlines)
		}
		class := [...]string{"", ` class="centre"`, ` class="end"`}[t.align(c)]
		switch {
		case header && text == "":
			h.out("<td%s></td>", class) // an empty header would announce nothing
		case header:
			h.out("<th scope=\"col\"%s>%s</th>", class, text)
		case c == 0 && t.RowHeaders && text != "":
			h.out("<th scope=\"row\"%s>%s</th>", class, text)
		default:
			h.out("<td%s>%s</td>", class, text)
		}
	}
	h.out("</tr>\n")
}

func (h *page) figure(f Figure) {
	kind, data := "svg+xml", f.SVG
	if len(data) == 0 {
		kind, data = "png", f.PNG
	}
	h.out("<figure>\n")
	if len(data) > 0 {
		// In an img element an SVG can neither run a script nor load anything.
		h.out("<img alt=\"%s\" src=\"data:image/%s;base64,%s\">\n", esc(cleanTrim(f.Alt)), kind, base64.StdEncoding.EncodeToString(data))
	} else {
		h.out("<p>%s</p>\n", esc(cleanTrim(f.Alt)))
	}
	if caption := h.inline(f.Caption); caption != "" {
		h.out("<figcaption>%s</figcaption>\n", caption)
	}
	h.out("</figure>\n")
}

func (h *page) endnotes() {
	if len(h.ink.notes) == 0 {
		return
	}
	h.out("<section class=\"notes\" role=\"doc-endnotes\" aria-labelledby=\"fn-heading\">\n<h2 id=\"fn-heading\">%s</h2>\n<ol>\n", esc(h.words.Notes))
	for i := range h.ink.notes {
		n := i + 1
		text := markupHTML(h.ink.noteRuns(h.ink.notes[i].Inlines), h.words)
		h.out("<li id=\"fn-%d\">%s <a href=\"#fnref-%d\" role=\"doc-backlink\" aria-label=\"%s (%d)\">\u21a9\ufe0e</a></li>\n", n, text, n, esc(h.words.Back), n)
	}
	h.out("</ol>\n</section>\n")
}

func (h *page) inline(in []Inline) string { return markupHTML(h.ink.runs(in), h.words) }

func markupHTML(runs []run, words Labels) string {
	var b strings.Builder
	tags := map[wrapKind]string{wrapLink: "a", wrapLang: "span", wrapStrong: "strong", wrapEmph: "em", wrapCode: "code"}
	open := func(w wrap) {
		switch w.kind {
		case wrapLink:
			class := ""
			if !ownAddress(runs, w) {
				class = ` class="u"`
			}
			fmt.Fprintf(&b, "<a href=\"%s\"%s>", esc(w.val), class)
		case wrapLang:
			fmt.Fprintf(&b, "<span lang=\"%s\"%s>", esc(w.val), dir(w.val))
		default:
			b.WriteString("<" + tags[w.kind] + ">")
		}
	}
	shut := func(w wrap) { b.WriteString("</" + tags[w.kind] + ">") }
	leaf := func(r run) {
		switch {
		case r.brk:
			b.WriteString("<br>")
		case r.note != 0:
			fmt.Fprintf(&b, "<sup><a id=\"fnref-%d\" href=\"#fn-%d\" role=\"doc-noteref\" aria-label=\"%s %d\">%d</a></sup>", r.note, r.note, esc(words.Note), r.note, r.note)
		case r.mark:
			fmt.Fprintf(&b, "<sup><a href=\"#fn-%d\" role=\"doc-noteref\" aria-label=\"%s %d\">%d</a></sup>", r.ref, esc(words.Note), r.ref, r.ref)
		case r.ref != 0:
			fmt.Fprintf(&b, "<a href=\"#fn-%d\">%d</a>", r.ref, r.ref)
		default:
			b.WriteString(esc(r.text))
		}
	}
	nest(runs, open, shut, leaf)
	return b.String()
}

// ownAddress says whether a link shows its own address, so that print need not
// add it; links within the page need none either.
func ownAddress(runs []run, w wrap) bool {
	if strings.HasPrefix(w.val, "#") {
		return true
	}
	var b strings.Builder
	for _, r := range runs {
		if r.link == w.id {
			b.WriteString(r.text)
		}
	}
	text := b.String()
	_, bare, _ := strings.Cut(w.val, "://")
	return text == w.val || text == bare || strings.TrimSuffix(bare, "/") == text
}
