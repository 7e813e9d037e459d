package document

import (
	"fmt"
	"strings"
)

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

const namespaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"` +
	` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"` +
	` xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"` +
	` xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"` +
	` xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"`

const (
	relBase      = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	relHyperlink = relBase + "hyperlink"
	relImage     = relBase + "image"
	wordType     = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

// fixedRels are the parts that every document refers to.
var fixedRels = []struct{ kind, target string }{
	{relBase + "styles", "styles.xml"},
	{relBase + "numbering", "numbering.xml"},
	{relBase + "settings", "settings.xml"},
	{relBase + "fontTable", "fontTable.xml"},
	{relBase + "footnotes", "footnotes.xml"},
	{relBase + "footer", "footer1.xml"},
}

// rels are the relationships of one part; a target is listed once.
type rels struct{ list []rel }

type rel struct {
	kind, target string
	external     bool
}

func (r *rels) id(target string) string {
	for i, have := range r.list {
		if have.target == target {
			return fmt.Sprintf("rId%d", i+1)
		}
	}
	return ""
}

func (r *rels) add(kind, target string, external bool) string {
	if id := r.id(target); id != "" {
		return id
	}
	r.list = append(r.list, rel{kind, target, external})
	return fmt.Sprintf("rId%d", len(r.list))
}

func (r *rels) xml() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i, x := range r.list {
		mode := ""
		if x.external {
			mode = ` TargetMode="External"`
		}
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s" Target="%s"%s/>`, i+1, x.kind, esc(x.target), mode)
	}
	b.WriteString(`</Relationships>`)
	return b.String()
}

const contentTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
	`<Default Extension="png" ContentType="image/png"/>` +
	`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
	`<Default Extension="xml" ContentType="application/xml"/>` +
	`<Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>` +
	`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
	`<Override PartName="/word/document.xml" ContentType="` + wordType + `document.main+xml"/>` +
	`<Override PartName="/word/fontTable.xml" ContentType="` + wordType + `fontTable+xml"/>` +
	`<Override PartName="/word/footer1.xml" ContentType="` + wordType + `footer+xml"/>` +
	`<Override PartName="/word/footnotes.xml" ContentType="` + wordType + `footnotes+xml"/>` +
	`<Override PartName="/word/numbering.xml" ContentType="` + wordType + `numbering+xml"/>` +
	`<Override PartName="/word/settings.xml" ContentType="` + wordType + `settings+xml"/>` +
	`<Override PartName="/word/styles.xml" ContentType="` + wordType + `styles+xml"/></Types>`

const packageRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="` + relBase + `officeDocument" Target="word/document.xml"/>` +
	`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
	`<Relationship Id="rId3" Type="` + relBase + `extended-properties" Target="docProps/app.xml"/></Relationships>`

const appXML = xmlHead + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Entente</Application></Properties>`

// coreXML holds title, subject, author, language and, when the document has a
// date, that day at midnight UTC as the time of creation and last change.
func coreXML(d *Document) string {
	var b strings.Builder
	b.WriteString(xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	add := func(name, value string) {
		if value = cleanTrim(value); value != "" {
			fmt.Fprintf(&b, `<%s>%s</%s>`, name, esc(value), name)
		}
	}
	add("dc:title", d.Title)
	add("dc:subject", d.Subtitle)
	add("dc:creator", d.Author)
	add("dc:language", wordLang(d.lang()))
	if t, _, ok := parseDate(d.Date); ok {
		for _, name := range []string{"dcterms:created", "dcterms:modified"} {
			fmt.Fprintf(&b, `<%s xsi:type="dcterms:W3CDTF">%s</%s>`, name, t.Format("2006-01-02T15:04:05Z"), name)
		}
	}
	b.WriteString(`</cp:coreProperties>`)
	return b.String()
}

// langAttrs names the language of the text for each of Word's three scripts.
func langAttrs(tag string) string {
	val, east, bidi := "en-GB", "ja-JP", "ar-SA"
	switch w := wordLang(tag); {
	case eastAsian(tag):
		east = w
	case rtl(tag):
		bidi = w
	default:
		val = w
	}
	return fmt.Sprintf(`w:val="%s" w:eastAsia="%s" w:bidi="%s"`, esc(val), esc(east), esc(bidi))
}

func settingsXML(tag string) string {
	return xmlHead + `<w:settings ` + namespaces + `><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/><w:characterSpacingControl w:val="doNotCompress"/>` +
		`<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>` +
		`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>` +
		`<w:themeFontLang ` + langAttrs(tag) + `/></w:settings>`
}

// fontTableXML names, for each font, one of the same widths or the same kind
// for machines that lack it.
const fontTableXML = xmlHead + `<w:fonts ` + namespaces + `>` +
	`<w:font w:name="Cambria"><w:altName w:val="Caladea"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>` +
	`<w:font w:name="Calibri"><w:altName w:val="Carlito"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>` +
	`<w:font w:name="Consolas"><w:altName w:val="Liberation Mono"/><w:family w:val="modern"/><w:pitch w:val="fixed"/></w:font>` +
	`<w:font w:name="Yu Mincho"><w:altName w:val="Noto Serif CJK JP"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>` +
	`<w:font w:name="Yu Gothic"><w:altName w:val="Noto Sans CJK JP"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>` +
	`<w:font w:name="Times New Roman"><w:altName w:val="Liberation Serif"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>`

// numberingXML holds one bullet list and, for each list with numbers, its own
// count that starts from one.
func numberingXML(lists int) string {
	var b strings.Builder
	b.WriteString(xmlHead + `<w:numbering ` + namespaces + `>`)
	levels := func(id int, format func(int) (string, string)) {
		fmt.Fprintf(&b, `<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="multilevel"/>`, id)
		for l := range 9 {
			kind, text := format(l)
			fmt.Fprintf(&b, `<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="%s"/><w:lvlText w:val="%s"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="%d" w:hanging="340"/></w:pPr></w:lvl>`, l, kind, text, 397+397*l)
		}
		b.WriteString(`</w:abstractNum>`)
	}
	levels(0, func(l int) (string, string) { return "bullet", []string{"\u2022", "\u2013"}[l%2] })
	levels(1, func(l int) (string, string) {
		return []string{"decimal", "lowerLetter", "lowerRoman"}[l%3], fmt.Sprintf("%%%d.", l+1)
	})
	b.WriteString(`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`)
	for i := range lists {
		fmt.Fprintf(&b, `<w:num w:numId="%d"><w:abstractNumId w:val="1"/>`, i+2)
		for l := range 9 {
			fmt.Fprintf(&b, `<w:lvlOverride w:ilvl="%d"><w:startOverride w:val="1"/></w:lvlOverride>`, l)
		}
		b.WriteString(`</w:num>`)
	}
	b.WriteString(`</w:numbering>`)
	return b.String()
}
