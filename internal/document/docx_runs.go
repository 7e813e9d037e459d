package document

import (
	"fmt"
	"strings"
)

// openPara starts a paragraph of a style, "" for body text; extra goes into
// its properties at the place of numbering.
func (x *docx) openPara(styleID, extra string) {
	x.out(`<w:p>`)
	props := ""
	if styleID != "" {
		props = fmt.Sprintf(`<w:pStyle w:val="%s"/>`, styleID)
	}
	if x.pageBreak {
		x.pageBreak = false
		props += `<w:pageBreakBefore/>`
	}
	props += extra
	if props != "" {
		x.out(`<w:pPr>%s</w:pPr>`, props)
	}
}

func (x *docx) para(styleID, extra string, runs []run) {
	x.openPara(styleID, extra)
	x.runs(runs)
	x.out(`</w:p>`)
}

// runs writes running text. Runs of one link share one hyperlink element.
func (x *docx) runs(runs []run) {
	link := 0
	for _, r := range runs {
		if r.link != link && link != 0 {
			x.out(`</w:hyperlink>`)
		}
		if r.link != link && r.link != 0 {
			if id, ok := strings.CutPrefix(r.href, "#"); ok {
				x.out(`<w:hyperlink w:anchor="%s" w:history="1">`, esc(id))
			} else {
				x.out(`<w:hyperlink r:id="%s" w:history="1">`, x.rels.add(relHyperlink, r.href, true))
			}
		}
		link = r.link
		x.run(r)
	}
	if link != 0 {
		x.out(`</w:hyperlink>`)
	}
}

func (x *docx) run(r run) {
	switch {
	case r.note != 0:
		x.bookmark(fmt.Sprintf("fn-%d", r.note), func() {
			x.out(`<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="%d"/></w:r>`, r.note)
		})
	case r.mark:
		x.out(`<w:hyperlink w:anchor="fn-%d" w:history="1"><w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:t>%d</w:t></w:r></w:hyperlink>`, r.ref, r.ref)
	case r.ref != 0:
		x.out(`<w:hyperlink w:anchor="fn-%d" w:history="1"><w:r>%s<w:t>%d</w:t></w:r></w:hyperlink>`, r.ref, x.props(r.style), r.ref)
	case r.brk:
		x.out(`<w:r><w:br/></w:r>`)
	case r.text == "\t":
		x.out(`<w:r><w:tab/></w:r>`)
	case r.text != "":
		x.out(`<w:r>%s<w:t xml:space="preserve">%s</w:t></w:r>`, x.props(r.style), esc(r.text))
	}
}

// props writes run properties in the order that the schema wants.
func (x *docx) props(s style) string {
	var b strings.Builder
	add := func(when bool, xml string) {
		if when {
			b.WriteString(xml)
		}
	}
	add(s.code, `<w:rStyle w:val="InlineCode"/>`)
	add(!s.code && s.link != 0, `<w:rStyle w:val="Hyperlink"/>`)
	add(eastAsian(s.lang), `<w:rFonts w:hint="eastAsia"/>`)
	add(s.strong, `<w:b/><w:bCs/>`)
	add(s.emph, `<w:i/><w:iCs/>`)
	add(s.code, `<w:noProof/>`)
	right := rtl(s.lang) || s.lang == "" && x.rtl
	add(right, `<w:rtl/>`)
	if s.lang != "" {
		attr := "val"
		switch {
		case eastAsian(s.lang):
			attr = "eastAsia"
		case rtl(s.lang):
			attr = "bidi"
		}
		fmt.Fprintf(&b, `<w:lang w:%s="%s"/>`, attr, esc(wordLang(s.lang)))
	}
	if b.Len() == 0 {
		return ""
	}
	return `<w:rPr>` + b.String() + `</w:rPr>`
}
