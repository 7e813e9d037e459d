package document

import (
	"bytes"
	"fmt"
	"image/png"
)

// table writes a caption paragraph that stays with the table, then the table
// with a fixed grid: Word and LibreOffice then agree on the widths.
func (x *docx) table(t Table) {
	cols := t.columns()
	if caption := x.ink.runs(t.Caption); len(caption) > 0 {
		x.para("Caption", "", caption)
	}
	if cols == 0 {
		return
	}
	if x.pageBreak { // a table cannot carry a page break itself
		x.para("TableEnd", "", nil)
	}
	grid := t.shares(textWidth)
	flag := func(on bool) int {
		if on {
			return 1
		}
		return 0
	}
	x.out(`<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/>`)
	if x.rtl {
		x.out(`<w:bidiVisual/>`)
	}
	x.out(`<w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/>`, textWidth)
	x.out(`<w:tblLook w:val="04A0" w:firstRow="%d" w:lastRow="0" w:firstColumn="%d" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>`, flag(len(t.Header) > 0), flag(t.RowHeaders))
	if s := cleanTrim(PlainText(t.Caption)); s != "" {
		x.out(`<w:tblCaption w:val="%s"/>`, esc(s))
	}
	x.out(`</w:tblPr><w:tblGrid>`)
	for _, w := range grid {
		x.out(`<w:gridCol w:w="%d"/>`, w)
	}
	x.out(`</w:tblGrid>`)
	if len(t.Header) > 0 {
		x.row(t, t.Header, grid, "TableHeader", `<w:cantSplit/><w:tblHeader/>`)
	}
	for _, r := range t.Rows {
		if r.Group {
			x.groupRow(r, cols)
			continue
		}
		x.row(t, r.Cells, grid, "TableText", `<w:cantSplit/>`)
	}
	if len(t.Header) == 0 && len(t.Rows) == 0 {
		x.row(t, nil, grid, "TableText", "")
	}
	x.out(`</w:tbl>`)
	// Two tables in a row would become one, and a cell or a body that ends in
	// a table is not valid: a small empty paragraph follows each.
	x.para("TableEnd", "", nil)
}

func (x *docx) row(t Table, cells []Cell, grid []int, styleID, props string) {
	x.out(`<w:tr>`)
	if props != "" {
		x.out(`<w:trPr>%s</w:trPr>`, props)
	}
	for c, w := range grid {
		x.out(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, w)
		jc := [...]string{"", `<w:jc w:val="center"/>`, `<w:jc w:val="right"/>`}[t.align(c)]
		if x.rtl && t.align(c) == End {
			jc = `<w:jc w:val="left"/>`
		}
		var runs []run
		if c < len(cells) {
			runs = x.ink.runs(cells[c].Inlines)
		}
		x.para(styleID, jc, runs)
		x.out(`</w:tc>`)
	}
	x.out(`</w:tr>`)
}

func (x *docx) groupRow(r Row, cols int) {
	x.out(`<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:gridSpan w:val="%d"/></w:tcPr>`, textWidth, cols)
	var runs []run
	if len(r.Cells) > 0 {
		runs = x.ink.runs(r.Cells[0].Inlines)
	}
	x.para("TableGroup", "", runs)
	x.out(`</w:tc></w:tr>`)
}

// callout is a box: a table of one cell, because paragraphs with different
// indents (a list in a callout) cannot share one border and one ground.
// A callout inside a callout shares the box of the outer one.
func (x *docx) callout(c Callout, inside bool) {
	if !inside {
		x.para("TableEnd", "", nil) // a table has no distance above it of its own
		x.out(`<w:tbl><w:tblPr><w:tblStyle w:val="CalloutBox"/><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0000"/></w:tblPr><w:tblGrid><w:gridCol w:w="%d"/></w:tblGrid>`, textWidth, textWidth)
		x.out(`<w:tr><w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:shd w:val="clear" w:color="auto" w:fill="%s"/></w:tcPr>`, textWidth, washColour)
	}
	if t := cleanTrim(c.Title); t != "" {
		x.para("CalloutTitle", "", []run{{text: t}})
	}
	x.blocks(c.Blocks, "Callout")
	if !inside {
		if len(c.Blocks) == 0 || !endsInParagraph(c.Blocks) {
			x.para("TableEnd", "", nil) // a cell must end in a paragraph
		}
		x.out(`</w:tc></w:tr></w:tbl>`)
		x.para("TableEnd", "", nil)
	}
}

func endsInParagraph(blocks []Block) bool {
	switch b := blocks[len(blocks)-1].(type) {
	case Paragraph, Heading, Quote, Table, Figure: // a table ends in one, too
		return true
	case List:
		return len(b.Items) > 0
	}
	return false
}

const (
	emuPerPixel = 9525 // at 96 pixels to the inch
	maxFigureW  = textWidth * 635
	maxFigureH  = 8_000_000 // 22 cm
)

// figure places the PNG within the text width, with its replacement text for
// those who cannot see it; without a readable PNG it writes that text.
func (x *docx) figure(f Figure) {
	alt := cleanTrim(f.Alt)
	conf, err := png.DecodeConfig(bytes.NewReader(f.PNG))
	if err != nil || conf.Width <= 0 || conf.Height <= 0 {
		x.para("", "", []run{{text: alt, style: style{emph: true}}})
	} else {
		x.media = append(x.media, f.PNG)
		n := len(x.media)
		id := x.docRels.add(relImage, fmt.Sprintf("media/image%d.png", n), false)
		w, h := float64(conf.Width)*emuPerPixel, float64(conf.Height)*emuPerPixel
		scale := min(1, maxFigureW/w, maxFigureH/h)
		cx, cy := max(int(w*scale), 1), max(int(h*scale), 1)
		x.openPara("Figure", "")
		x.out(`<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="Figure %d" descr="%s"/>`, cx, cy, n, n, esc(alt))
		x.out(`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="%d" name="image%d.png" descr="%s"/><pic:cNvPicPr/></pic:nvPicPr>`, n, n, esc(alt))
		x.out(`<pic:blipFill><a:blip r:embed="%s"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`, id)
		x.out(`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`, cx, cy)
	}
	if caption := x.ink.runs(f.Caption); len(caption) > 0 {
		x.para("FigureCaption", "", caption)
	}
}
