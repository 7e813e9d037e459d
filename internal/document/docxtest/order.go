package docxtest

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// sequences are the orders that the schema of ECMA-376 part 1 prescribes for
// the children of property elements, as far as they are used. Word calls a
// file damaged when some of them are mixed up; other readers do not care.
var sequences = map[string][]string{
	"pPr":    {"pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr", "pBdr", "shd", "tabs", "bidi", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl", "rPr"},
	"rPr":    {"rStyle", "rFonts", "b", "bCs", "i", "iCs", "noProof", "color", "sz", "szCs", "u", "vertAlign", "rtl", "lang"},
	"tblPr":  {"tblStyle", "bidiVisual", "tblW", "jc", "tblInd", "tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook", "tblCaption"},
	"tcPr":   {"tcW", "gridSpan", "tcBorders", "shd", "vAlign"},
	"sectPr": {"footerReference", "footnotePr", "pgSz", "pgMar", "bidi"},
	"style":  {"name", "basedOn", "next", "uiPriority", "semiHidden", "qFormat", "pPr", "rPr", "tblPr", "tblStylePr"},
	"lvl":    {"start", "numFmt", "lvlText", "lvlJc", "pPr", "rPr"},
	"font":   {"altName", "family", "pitch"},
	"tbl":    {"tblPr", "tblGrid", "tr"},
	"inline": {"extent", "docPr", "graphic"},
}

// order checks the children of each element that has a sequence.
func (c *checker) order() {
	for _, part := range []string{"word/document.xml", "word/footnotes.xml", "word/footer1.xml", "word/styles.xml", "word/numbering.xml", "word/fontTable.xml"} {
		dec := xml.NewDecoder(bytes.NewReader(c.parts[part]))
		var path []string
		var last []int
		seen := map[string]bool{}
		for {
			tok, err := dec.Token()
			if err != nil {
				break // the end, or reported as not well-formed
			}
			switch e := tok.(type) {
			case xml.StartElement:
				if n := len(path); n > 0 {
					if seq, ok := sequences[path[n-1]]; ok {
						at := slices.Index(seq, e.Name.Local)
						msg := ""
						if at < 0 {
							msg = fmt.Sprintf("%s: %s in %s is not in the table of sequences", part, e.Name.Local, path[n-1])
						} else if at < last[n-1] {
							msg = fmt.Sprintf("%s: %s in %s stands after %s", part, e.Name.Local, strings.Join(path, "/"), seq[last[n-1]])
						}
						if msg != "" && !seen[msg] {
							seen[msg] = true
							c.add("%s", msg)
						}
						last[n-1] = max(at, last[n-1])
					}
				}
				path, last = append(path, e.Name.Local), append(last, 0)
				if e.Name.Local == "tc" {
					c.cellEnds(part, dec.InputOffset())
				}
			case xml.EndElement:
				path, last = path[:len(path)-1], last[:len(last)-1]
			}
		}
	}
}

// cellEnds checks that the cell that starts at the offset ends in a paragraph.
func (c *checker) cellEnds(part string, from int64) {
	rest := c.parts[part][from:]
	end := bytes.Index(rest, []byte("</w:tc>"))
	if nested := bytes.Index(rest, []byte("<w:tbl>")); nested >= 0 && nested < end {
		return
	}
	if end >= 0 && !bytes.HasSuffix(rest[:end], []byte("</w:p>")) {
		c.add("%s: a cell does not end in a paragraph", part)
	}
}
