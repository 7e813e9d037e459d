package document

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// WriteDOCX writes the document as Office Open XML (ECMA-376, transitional),
// A4, with heading styles, true footnotes, repeating table headers, numbered
// pages, hyperlinks, language tags and core properties. The same document
// gives the same bytes: every part carries one fixed time, the parts stand in
// a fixed order. The only errors are those of w.
func WriteDOCX(w io.Writer, d *Document) error {
	x := newDocx(d)
	body := x.body()
	notes := x.footnotes()
	parts := map[string]string{
		"_rels/.rels":                  packageRels,
		"docProps/app.xml":             appXML,
		"docProps/core.xml":            coreXML(d),
		"word/document.xml":            body,
		"word/footnotes.xml":           notes,
		"word/footer1.xml":             x.footer(),
		"word/styles.xml":              stylesXML(d.lang()),
		"word/numbering.xml":           numberingXML(x.numberedLists),
		"word/settings.xml":            settingsXML(d.lang()),
		"word/fontTable.xml":           fontTableXML,
		"word/_rels/document.xml.rels": x.docRels.xml(),
	}
	if len(x.noteRels.list) > 0 {
		parts["word/_rels/footnotes.xml.rels"] = x.noteRels.xml()
	}
	for i, data := range x.media {
		parts[fmt.Sprintf("word/media/image%d.png", i+1)] = string(data)
	}
	return writeZip(w, "[Content_Types].xml", contentTypes, parts)
}

// zipTime stands in every entry: the earliest time that the format can hold.
var zipTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// writeZip puts one part first, as readers expect, and the others by name.
func writeZip(w io.Writer, first, text string, parts map[string]string) error {
	z := zip.NewWriter(w)
	names := make([]string, 0, len(parts))
	for n := range parts {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range append([]string{first}, names...) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: n, Method: zip.Deflate, Modified: zipTime})
		if err != nil {
			return fmt.Errorf("docx: part %s: %w", n, err)
		}
		data := text
		if n != first {
			data = parts[n]
		}
		if _, err := io.WriteString(f, data); err != nil {
			return fmt.Errorf("docx: part %s: %w", n, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("docx: %w", err)
	}
	return nil
}

// docx is the state of one writing.
type docx struct {
	d             *Document
	ink           *inker
	b             *bytes.Buffer
	docRels       *rels
	noteRels      *rels
	rels          *rels // the one of the part being written
	media         [][]byte
	numberedLists int
	bookmarks     int
	used          map[string]bool // bookmark names
	pageBreak     bool            // the next paragraph starts a page
	rtl           bool
}

func newDocx(d *Document) *docx {
	x := &docx{d: d, ink: newInker(d), b: &bytes.Buffer{}, docRels: &rels{}, noteRels: &rels{}, used: map[string]bool{}, rtl: rtl(d.lang())}
	for _, r := range fixedRels {
		x.docRels.add(r.kind, r.target, false)
	}
	x.rels = x.docRels
	return x
}

func (x *docx) out(format string, args ...any) { fmt.Fprintf(x.b, format, args...) }

// take returns what was written so far and starts anew.
func (x *docx) take() string {
	s := x.b.String()
	x.b.Reset()
	return s
}

func (x *docx) body() string {
	x.out(xmlHead+`<w:document %s><w:body>`, namespaces)
	x.para("Title", "", []run{{text: cleanTrim(x.d.Title)}})
	if s := cleanTrim(x.d.Subtitle); s != "" {
		x.para("Subtitle", "", []run{{text: s}})
	}
	x.meta()
	x.blocks(x.d.Blocks, "")
	x.out(`<w:sectPr><w:footerReference w:type="default" r:id="%s"/><w:footnotePr><w:numFmt w:val="decimal"/></w:footnotePr>`, x.docRels.id("footer1.xml"))
	x.out(`<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="709" w:footer="680" w:gutter="0"/>`)
	if x.rtl {
		x.out(`<w:bidi/>`)
	}
	x.out(`</w:sectPr></w:body></w:document>`)
	return x.take()
}

// textWidth is the width of a line in twentieths of a point: A4 less two
// margins of 2.5 cm.
const textWidth = 11906 - 2*1418

// meta writes each labelled fact as a paragraph with a tab, not as a table: it
// is read aloud in the right order, and it is no data.
func (x *docx) meta() {
	var lines [][]run
	line := func(label string, value []run) {
		lines = append(lines, append([]run{{text: cleanTrim(label), style: style{}}, {text: "\t"}}, value...))
	}
	if t := x.d.dateText(); t != "" {
		line(x.d.words().Date, []run{{text: t}})
	}
	for _, m := range x.d.Meta {
		line(m.Label, x.ink.runs(m.Value))
	}
	for i, l := range lines {
		style := "MetaLine"
		if i == len(lines)-1 {
			style = "MetaLast"
		}
		x.para(style, "", l)
	}
}

func (x *docx) blocks(blocks []Block, callout string) {
	for _, b := range blocks {
		switch b := b.(type) {
		case Heading:
			x.heading(b)
		case Paragraph:
			x.para(callout, "", x.ink.runs(b.Inlines))
		case Quote:
			x.para("Quote", "", x.ink.runs(b.Inlines))
		case List:
			x.list(b, callout)
		case Table:
			x.table(b)
		case Callout:
			x.callout(b, callout != "")
		case Figure:
			x.figure(b)
		case PageBreak:
			x.pageBreak = true
		}
	}
}

func (x *docx) heading(h Heading) {
	name := fmt.Sprintf("Heading%d", level(h.Level))
	x.openPara(name, "")
	if validID(h.ID) {
		x.bookmark(h.ID, func() { x.runs(x.ink.runs(h.Inlines)) })
	} else {
		x.runs(x.ink.runs(h.Inlines))
	}
	x.out(`</w:p>`)
}

// bookmark puts a name around what inside writes; a name is used once.
func (x *docx) bookmark(name string, inside func()) {
	if x.used[strings.ToLower(name)] {
		inside()
		return
	}
	x.used[strings.ToLower(name)] = true
	x.bookmarks++
	id := x.bookmarks
	x.out(`<w:bookmarkStart w:id="%d" w:name="%s"/>`, id, esc(name))
	inside()
	x.out(`<w:bookmarkEnd w:id="%d"/>`, id)
}

// list writes entries as paragraphs; each list with numbers counts from one by
// a numbering of its own.
func (x *docx) list(l List, callout string) {
	x.listAt(l, 0, callout)
}

func (x *docx) listAt(l List, depth int, callout string) {
	num, style := 1, "ListBullet"
	if l.Numbered {
		x.numberedLists++
		num, style = 1+x.numberedLists, "ListNumber"
	}
	extra := fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, min(depth, 8), num)
	if callout != "" {
		style = "CalloutList"
	}
	for _, it := range l.Items {
		x.para(style, extra, x.ink.runs(it.Inlines))
		if it.Nested != nil {
			x.listAt(*it.Nested, depth+1, callout)
		}
	}
}

func (x *docx) footnotes() string {
	x.rels = x.noteRels
	x.out(xmlHead+`<w:footnotes %s>`, namespaces)
	x.out(`<w:footnote w:type="separator" w:id="-1"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr><w:r><w:separator/></w:r></w:p></w:footnote>`)
	x.out(`<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>`)
	for i, n := range x.ink.notes {
		x.out(`<w:footnote w:id="%d"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>`, i+1)
		x.out(`<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> </w:t></w:r>`)
		x.runs(x.ink.noteRuns(n.Inlines))
		x.out(`</w:p></w:footnote>`)
	}
	x.out(`</w:footnotes>`)
	return x.take()
}

func (x *docx) footer() string {
	text := cleanTrim(x.d.Footer)
	if text == "" {
		text = cleanTrim(x.d.Title)
	}
	l := x.d.words()
	field := func(code string) {
		x.out(`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> %s </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`, code)
	}
	x.out(xmlHead+`<w:ftr %s><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>`, namespaces)
	x.out(`<w:r><w:t xml:space="preserve">%s</w:t></w:r><w:r><w:tab/></w:r><w:r><w:t xml:space="preserve">%s </w:t></w:r>`, esc(text), esc(l.Page))
	field("PAGE")
	x.out(`<w:r><w:t xml:space="preserve"> %s </w:t></w:r>`, esc(l.Of))
	field("NUMPAGES")
	x.out(`</w:p></w:ftr>`)
	return x.take()
}
