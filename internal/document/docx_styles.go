package document

import (
	"fmt"
	"strings"
)

// The colours of the DOCX, as in the HTML page.
const (
	inkColour    = "1C1C1C"
	quietColour  = "4A4F57"
	accentColour = "1B365D"
	lineColour   = "C4C9D1"
	washColour   = "F3F5F8"
)

const (
	serifFont = `<w:rFonts w:ascii="Cambria" w:hAnsi="Cambria" w:eastAsia="Yu Mincho" w:cs="Times New Roman"/>`
	sansFont  = `<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Yu Gothic" w:cs="Times New Roman"/>`
)

func size(halfPoints int) string {
	return fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, halfPoints, halfPoints)
}

func colour(c string) string { return fmt.Sprintf(`<w:color w:val="%s"/>`, c) }

// space gives distance before and after in twentieths of a point, and the
// height of a line in 240ths.
func space(before, after, line int) string {
	return fmt.Sprintf(`<w:spacing w:before="%d" w:after="%d" w:line="%d" w:lineRule="auto"/>`, before, after, line)
}

func rule(side, colour string, eighths, gap int) string {
	return fmt.Sprintf(`<w:%s w:val="single" w:sz="%d" w:space="%d" w:color="%s"/>`, side, eighths, gap, colour)
}

const (
	bold      = `<w:b/><w:bCs/>`
	keepNext  = `<w:keepNext/><w:keepLines/>`
	keepLines = `<w:keepLines/>`
)

// paraStyle is one paragraph style; p and r are its properties in the order of
// the schema.
type paraStyle struct{ id, name, base, next, p, r string }

// paraStyles lists the paragraph styles. Names that Word knows ("heading 1",
// "footnote text") get Word's behaviour: navigation, contents, notes.
var paraStyles = []paraStyle{
	{"Title", "Title", "Normal", "Normal", keepNext + space(0, 100, 252) + `<w:jc w:val="left"/>`, sansFont + bold + colour(accentColour) + size(48)},
	{"Subtitle", "Subtitle", "Normal", "Normal", keepNext + space(0, 240, 264), sansFont + colour(quietColour) + size(26)},
	{"MetaLine", "Meta Line", "Normal", "MetaLine", keepLines + `<w:tabs><w:tab w:val="left" w:pos="2268"/></w:tabs>` + space(0, 40, 264) + `<w:ind w:left="2268" w:hanging="2268"/>`, sansFont + size(20)},
	{"MetaLast", "Meta Last", "MetaLine", "Normal", `<w:pBdr>` + rule("bottom", accentColour, 8, 10) + `</w:pBdr>` + space(0, 360, 264), ""},
	{"Heading1", "heading 1", "Normal", "Normal", keepNext + space(420, 140, 252) + `<w:outlineLvl w:val="0"/>`, sansFont + bold + colour(accentColour) + size(32)},
	{"Heading2", "heading 2", "Normal", "Normal", keepNext + space(320, 100, 252) + `<w:outlineLvl w:val="1"/>`, sansFont + bold + colour(accentColour) + size(26)},
	{"Heading3", "heading 3", "Normal", "Normal", keepNext + space(240, 80, 252) + `<w:outlineLvl w:val="2"/>`, sansFont + bold + colour(accentColour) + size(22)},
	{"Quote", "Quote", "Normal", "Normal", `<w:pBdr>` + rule("left", lineColour, 8, 12) + `</w:pBdr>` + space(60, 200, 276) + `<w:ind w:left="567" w:right="567"/>`, colour(quietColour)},
	{"ListBullet", "List Bullet", "Normal", "ListBullet", space(0, 80, 276), ""},
	{"ListNumber", "List Number", "Normal", "ListNumber", space(0, 80, 276), ""},
	{"CalloutTitle", "Callout Title", "Normal", "Callout", keepNext + space(0, 40, 264), sansFont + bold + colour(accentColour)},
	{"Callout", "Callout", "Normal", "Callout", keepLines + space(0, 80, 276), ""},
	{"CalloutList", "Callout List", "Callout", "CalloutList", space(0, 40, 276), ""},
	{"Caption", "caption", "Normal", "Normal", keepNext + space(240, 100, 252), sansFont + bold + colour(accentColour) + size(20)},
	{"FigureCaption", "Figure Caption", "Normal", "Normal", keepLines + space(60, 240, 252), sansFont + colour(quietColour) + size(19)},
	{"Figure", "Figure", "Normal", "FigureCaption", `<w:keepNext/>` + space(200, 60, 240), ""},
	{"TableText", "Table Text", "Normal", "TableText", space(50, 50, 252), sansFont + size(19)},
	{"TableHeader", "Table Header", "TableText", "TableText", `<w:keepNext/>`, bold + colour(accentColour)},
	{"TableGroup", "Table Group", "TableText", "TableText", `<w:keepNext/>` + space(140, 50, 252), bold + colour(accentColour)},
	{"TableEnd", "Table End", "Normal", "Normal", space(0, 120, 240), size(8)},
	{"FootnoteText", "footnote text", "Normal", "FootnoteText", space(0, 30, 245), size(18)},
	{"Footer", "footer", "Normal", "Footer", fmt.Sprintf(`<w:tabs><w:tab w:val="right" w:pos="%d"/></w:tabs>`, textWidth) + space(0, 0, 240), sansFont + colour(quietColour) + size(17)},
}

// charStyles lists the character styles: id, name, properties.
var charStyles = [][3]string{
	{"Hyperlink", "Hyperlink", colour(accentColour) + `<w:u w:val="single"/>`},
	{"FootnoteReference", "footnote reference", `<w:vertAlign w:val="superscript"/>`},
	{"InlineCode", "Inline Code", `<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>` + size(19)},
}

func stylesXML(tag string) string {
	var b strings.Builder
	right, rightRun := "", ""
	if rtl(tag) {
		right, rightRun = `<w:bidi/>`, `<w:rtl/>`
	}
	b.WriteString(xmlHead + `<w:styles ` + namespaces + `>`)
	fmt.Fprintf(&b, `<w:docDefaults><w:rPrDefault><w:rPr>%s%s%s%s<w:lang %s/></w:rPr></w:rPrDefault>`, serifFont, colour(inkColour), size(21), rightRun, langAttrs(tag))
	fmt.Fprintf(&b, `<w:pPrDefault><w:pPr>%s%s</w:pPr></w:pPrDefault></w:docDefaults>`, right, space(0, 140, 281))
	b.WriteString(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/><w:pPr><w:widowControl/>` + right + `</w:pPr></w:style>`)
	b.WriteString(`<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>`)
	b.WriteString(`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`)
	b.WriteString(`<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:uiPriority w:val="99"/><w:semiHidden/></w:style>`)
	for _, s := range paraStyles {
		fmt.Fprintf(&b, `<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="%s"/><w:next w:val="%s"/><w:qFormat/>`, s.id, s.name, s.base, s.next)
		if s.p != "" {
			fmt.Fprintf(&b, `<w:pPr>%s</w:pPr>`, s.p)
		}
		if s.r != "" {
			fmt.Fprintf(&b, `<w:rPr>%s</w:rPr>`, s.r)
		}
		b.WriteString(`</w:style>`)
	}
	for _, s := range charStyles {
		fmt.Fprintf(&b, `<w:style w:type="character" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="DefaultParagraphFont"/><w:rPr>%s</w:rPr></w:style>`, s[0], s[1], s[2])
	}
	b.WriteString(tableStyle() + calloutStyle())
	b.WriteString(`</w:styles>`)
	return b.String()
}

// tableStyle rules the table with lines only between rows; the header stands
// between two lines in the accent colour.
func tableStyle() string {
	edge := rule("top", accentColour, 8, 0) + rule("bottom", accentColour, 8, 0)
	return `<w:style w:type="table" w:styleId="ReportTable"><w:name w:val="Report Table"/><w:basedOn w:val="TableNormal"/><w:qFormat/>` +
		`<w:tblPr><w:tblBorders>` + edge + rule("insideH", lineColour, 4, 0) + `</w:tblBorders>` +
		`<w:tblCellMar><w:top w:w="28" w:type="dxa"/><w:left w:w="0" w:type="dxa"/><w:bottom w:w="28" w:type="dxa"/><w:right w:w="170" w:type="dxa"/></w:tblCellMar></w:tblPr>` +
		`<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>` + edge + `</w:tcBorders></w:tcPr></w:tblStylePr></w:style>`
}

// calloutStyle is a box with a thick edge at its start.
func calloutStyle() string {
	return `<w:style w:type="table" w:styleId="CalloutBox"><w:name w:val="Callout Box"/><w:basedOn w:val="TableNormal"/>` +
		`<w:tblPr><w:tblBorders>` + rule("left", accentColour, 24, 0) + `</w:tblBorders>` +
		`<w:tblCellMar><w:top w:w="142" w:type="dxa"/><w:left w:w="227" w:type="dxa"/><w:bottom w:w="85" w:type="dxa"/><w:right w:w="227" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`
}
