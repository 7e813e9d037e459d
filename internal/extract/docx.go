package extract

import (
	"encoding/xml"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The namespaces of WordprocessingML: the one that Word writes and the strict
// one of ISO/IEC 29500.
const (
	wordNS   = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	strictNS = "http://purl.oclc.org/ooxml/wordprocessingml/main"
)

// readDOCX reads a Word file: paragraphs and tables in order, then the foot- and
// endnotes. What tracked changes deleted is left out, what they inserted is kept.
func readDOCX(b *builder, data []byte, _ Options) error {
	p, err := openArchive(b.ctx, data)
	if err != nil {
		return err
	}
	main := p.main()
	d := &docx{b: b, parts: p, counts: counters{}, langs: map[string]int{}}
	if err := d.readAround(main); err != nil {
		return err
	}
	body := &sink{}
	if err := p.read(main, func(x *xmlReader) error {
		d.x = x
		return x.children(func(xml.StartElement) error { // document
			return x.children(func(el xml.StartElement) error {
				if word(el) == "body" {
					return d.blocks(body)
				}
				return x.skip()
			})
		})
	}); err != nil {
		return err
	}
	body.end()
	if err := b.addAll(body.items); err != nil {
		return err
	}
	if err := d.addNotes(main); err != nil {
		return err
	}
	if d.deleted > 0 {
		b.note("The file holds tracked changes: %d deleted passages were left out, inserted ones were kept.", d.deleted)
	}
	b.text.Lang = d.language()
	return nil
}

// docx is the state of reading one Word file.
type docx struct {
	b       *builder
	parts   *parts
	x       *xmlReader
	styles  styles
	numbers numbering
	counts  counters
	notes   []noteRef      // in the order of their marks
	marks   map[string]int // how many of each kind
	lang    runLang        // of runs that name none
	langs   map[string]int // runes by language
	deleted int
	tables  int // that are open
	size    int // bytes of text so far
	count   int // paragraphs so far, those of cells too
}

// A sink collects paragraphs in reading order.
type sink struct {
	items   []draft
	pending *par // a paragraph whose end was deleted: the next one goes on with it
}

func (s *sink) end() {
	if s.pending != nil {
		s.items = append(s.items, s.pending.draft())
		s.pending = nil
	}
}

// par is a paragraph as Word has it.
type par struct {
	style        string
	num, level   string // of a list, "" when the style says
	outline      string
	open         bool // its end was deleted
	text         *strings.Builder
	label, delim string
	heading      bool
}

func (p *par) draft() draft {
	return draft{text: p.label + p.delim + p.text.String(), heading: p.heading, label: strings.Trim(p.label, "• ")}
}

// word is the local name of a WordprocessingML element, "" for another one.
func word(el xml.StartElement) string {
	if el.Name.Space == wordNS || el.Name.Space == strictNS || el.Name.Space == "w" {
		return el.Name.Local
	}
	return ""
}

// blocks reads paragraphs and tables up to the end of the open element.
func (d *docx) blocks(out *sink) error {
	return d.x.children(func(el xml.StartElement) error {
		switch word(el) {
		case "p":
			return d.paragraph(out)
		case "tbl":
			if d.tables++; d.tables > maxTables {
				return tooManyTables()
			}
			err := d.table(out)
			d.tables--
			return err
		case "sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag":
			return d.blocks(out)
		case "del", "moveFrom":
			d.deleted++
		}
		if el.Name.Local == "AlternateContent" || el.Name.Local == "Choice" {
			return d.blocks(out)
		}
		return d.x.skip()
	})
}

func (d *docx) paragraph(out *sink) error {
	p, boxes := &par{text: &strings.Builder{}}, &sink{}
	if err := d.inline(p, boxes); err != nil {
		return err
	}
	if out.pending != nil { // the paragraph whose end is there says what both are
		out.pending.text.WriteString(p.text.String())
		p.text, out.pending = out.pending.text, nil
	}
	if p.open {
		out.pending = p
	} else {
		d.finish(p) // an empty one counts in its list, too
	}
	if !p.open && strings.TrimSpace(p.text.String()) != "" {
		out.items = append(out.items, p.draft())
		if d.count++; d.count > cellsPerRow*d.b.o.MaxParagraphs {
			return d.b.tooMany()
		}
	}
	boxes.end()
	out.items = append(out.items, boxes.items...)
	return nil
}

// finish gives a paragraph its heading and its number.
func (d *docx) finish(p *par) {
	st := d.styles.resolve(p.style)
	p.heading = st.heading
	if level, err := strconv.Atoi(p.outline); err == nil {
		p.heading = level >= 0 && level < 9
	}
	num, level := p.num, p.level
	if num == "" {
		num = st.num
	}
	if level == "" {
		level = st.level
	}
	p.label, p.delim = d.numbers.label(d.counts, num, level)
}

// inline reads what stands inside a paragraph up to the end of the open element.
func (d *docx) inline(p *par, boxes *sink) error {
	return d.x.children(func(el xml.StartElement) error {
		switch word(el) {
		case "pPr":
			return d.paragraphProperties(p)
		case "r":
			return d.run(p, boxes)
		case "ins", "moveTo", "hyperlink", "smartTag", "fldSimple", "sdt", "sdtContent", "customXml", "dir", "bdo", "ruby", "rubyBase":
			return d.inline(p, boxes)
		case "del", "moveFrom":
			d.deleted++
			return d.x.skip()
		}
		switch el.Name.Local {
		case "AlternateContent", "Choice", "oMath", "oMathPara":
			return d.inline(p, boxes)
		}
		if strings.HasSuffix(el.Name.Space, "/math") {
			if el.Name.Local == "t" {
				return d.characters(p, "")
			}
			return d.inline(p, boxes)
		}
		return d.x.skip()
	})
}

func (d *docx) paragraphProperties(p *par) error {
	return d.x.children(func(el xml.StartElement) error {
		switch word(el) {
		case "pStyle":
			p.style = val(el, "val")
		case "outlineLvl":
			p.outline = val(el, "val")
		case "numPr":
			return d.x.children(func(el xml.StartElement) error {
				switch word(el) {
				case "numId":
					p.num = val(el, "val")
				case "ilvl":
					p.level = val(el, "val")
				}
				return d.x.skip()
			})
		case "rPr": // of the paragraph's end
			return d.x.children(func(el xml.StartElement) error {
				if name := word(el); name == "del" || name == "moveFrom" {
					p.open = true
				}
				return d.x.skip()
			})
		}
		return d.x.skip()
	})
}

// run reads characters of one format.
func (d *docx) run(p *par, boxes *sink) error {
	hidden, lang := false, runLang{}
	return d.x.children(func(el xml.StartElement) error {
		text := ""
		switch word(el) {
		case "rPr":
			return d.runProperties(&hidden, &lang)
		case "t":
			if hidden {
				return d.x.skip()
			}
			before := p.text.Len()
			err := d.characters(p, "")
			d.countLanguage(p.text.String()[before:], lang)
			return err
		case "tab", "ptab":
			text = " "
		case "br", "cr":
			text = "\n"
		case "noBreakHyphen":
			text = "-"
		case "footnoteReference", "endnoteReference":
			if !hidden {
				text = d.refer(word(el), val(el, "id"), on2(el, "customMarkFollows"))
			}
		case "ruby":
			return d.inline(p, boxes)
		case "drawing", "pict", "object":
			return d.boxes(boxes)
		}
		if el.Name.Local == "AlternateContent" {
			return d.boxes(boxes)
		}
		if !hidden {
			p.text.WriteString(text)
		}
		return d.x.skip()
	})
}

// boxes looks for text boxes inside a drawing.
func (d *docx) boxes(out *sink) error {
	return d.x.children(func(el xml.StartElement) error {
		switch {
		case word(el) == "txbxContent":
			return d.blocks(out)
		case el.Name.Local == "Fallback":
			return d.x.skip()
		}
		return d.boxes(out)
	})
}

func (d *docx) runProperties(hidden *bool, lang *runLang) error {
	return d.x.children(func(el xml.StartElement) error {
		switch word(el) {
		case "vanish", "webHidden":
			*hidden = *hidden || on(el)
		case "lang":
			lang.latin, lang.asian = val(el, "val"), val(el, "eastAsia")
		}
		return d.x.skip()
	})
}

// characters appends the text of the open element.
func (d *docx) characters(p *par, before string) error {
	s, err := d.x.chars()
	if err != nil {
		return err
	}
	if d.size += len(s); d.size > utf8.UTFMax*d.b.o.MaxRunes {
		return tooLong(d.b.o.MaxRunes)
	}
	p.text.WriteString(before)
	// A line feed inside a text element is white space, not a line break.
	p.text.WriteString(strings.ReplaceAll(s, "\n", " "))
	return nil
}

// table reads a table: a row is a paragraph, unless it is a layout.
func (d *docx) table(out *sink) error {
	return d.x.children(func(el xml.StartElement) error {
		switch word(el) {
		case "tr":
			return d.row(out)
		case "sdt", "sdtContent", "ins", "customXml":
			return d.table(out)
		}
		return d.x.skip()
	})
}

func (d *docx) row(out *sink) error {
	r, gone := &tableRow{}, false
	if err := d.cells(r, &gone); err != nil {
		return err
	}
	if gone {
		d.deleted++
		return nil
	}
	out.items = append(out.items, r.drafts()...)
	return nil
}

func (d *docx) cells(r *tableRow, gone *bool) error {
	return d.x.children(func(el xml.StartElement) error {
		switch word(el) {
		case "tc":
			cell := &sink{}
			if err := d.blocks(cell); err != nil {
				return err
			}
			cell.end()
			r.cells = append(r.cells, cell.items)
			return nil
		case "sdt", "sdtContent", "customXml":
			return d.cells(r, gone)
		case "trPr":
			return d.x.children(func(el xml.StartElement) error {
				*gone = *gone || word(el) == "del"
				return d.x.skip()
			})
		}
		return d.x.skip()
	})
}

// beside is the name of a part that main relates to, by default one in the same
// folder.
func (d *docx) beside(main, kind, usual string) string {
	dir, file := path.Split(main)
	if name := d.parts.related(dir+"_rels/"+file+".rels", dir, kind); name != "" {
		return name
	}
	return dir + usual
}
